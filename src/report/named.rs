//! Documents and pictures that say which run they are of.
use super::write::json_bytes;
use serde::Serialize;
use serde_json::{Map, Value};
use std::io;

/// A PNG file begins with eight bytes of its own and the chunk `IHDR` of 25 bytes.
const PNG_HEAD: usize = 33;
const PNG_MARK: &[u8; 8] = b"\x89PNG\r\n\x1a\n";

/// An object as JSON with a first key `run`.
pub(super) fn json(value: &impl Serialize, run: &str) -> io::Result<Vec<u8>> {
    let Value::Object(members) = serde_json::to_value(value)? else {
        let told = "only an object can hold the name of its run; put the value into one";
        return Err(io::Error::new(io::ErrorKind::InvalidInput, told));
    };
    let mut named = Map::from_iter([("run".to_owned(), Value::from(run))]);
    named.extend(members.into_iter().filter(|(key, _)| key != "run"));
    json_bytes(&named)
}

/// A picture with a chunk `tEXt`, keyword `run`: as the PNG specification (ISO/IEC 15948) has it, length, type, data
/// and a checksum of the last two.
pub(super) fn png(picture: &[u8], run: &str) -> io::Result<Vec<u8>> {
    if picture.len() < PNG_HEAD || !picture.starts_with(PNG_MARK) {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "not a picture in PNG format"));
    }
    let chunk = [b"tEXtrun\0", run.as_bytes()].concat();
    let length = (chunk.len() - b"tEXt".len()) as u32;
    let checksum = crc32fast::hash(&chunk);
    let (head, body) = picture.split_at(PNG_HEAD);
    Ok([head, &length.to_be_bytes(), &chunk, &checksum.to_be_bytes(), body].concat())
}
