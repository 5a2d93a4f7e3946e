//! The file of a saved course: a mark, what is in it, the state, a checksum.
//!
//! | bytes | what |
//! |---|---|
//! | 8 | the mark |
//! | 4 | number of the format |
//! | 8 | length of the state |
//! | 24 | version of the crate that wrote it, filled up with zeros |
//! | as many as said | the state |
//! | 16 | checksum (XXH3-128) of all before it |
//!
//! Numbers are little-endian. The first 44 bytes stay as they are in all formats from 5 on, so that any version can say what
//! it was given. The checksum finds damage; it does not protect from deceit, so a fast one serves.
use super::pieces::{self, Stopped};
use crate::error::{CheckpointFault, Error, Result, at_path};
use crate::memory;
use crate::report::write_with;
use serde::Serialize;
use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::path::Path;
use xxhash_rust::xxh3::Xxh3;

/// What a file holds; each kind has a mark of its own.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Course,
    /// Courses of all layers of a dermis.
    Dermis,
}

impl Kind {
    const fn mark(self) -> &'static [u8; MARK_BYTES] {
        match self {
            Self::Course => b"dermawv\n",
            Self::Dermis => b"dermlay\n",
        }
    }

    /// What a file of this kind is, where another kind was asked for.
    const fn fault(self) -> CheckpointFault {
        match self {
            Self::Course => CheckpointFault::OfOneLayer,
            Self::Dermis => CheckpointFault::OfLayers,
        }
    }
}

const MARK_BYTES: usize = 8;
/// Changes whenever the state changes its shape.
const FORMAT: u32 = 8;
/// First format that tells the version that wrote it.
const TELLS_VERSION: u32 = 5;
const VERSION_BYTES: usize = 24;
const HEADER_BYTES: usize = MARK_BYTES + 4 + 8 + VERSION_BYTES;
const CHECKSUM_BYTES: usize = 16;

/// Writes a state to a file, piece by piece.
pub(super) fn write(path: &Path, kind: Kind, state: &impl Serialize) -> Result<()> {
    let length = pieces::length(state).map_err(at_path(path))?;
    write_with(path, |out| {
        let (mut checksum, mut failed) = (Xxh3::new(), None);
        let mut put = |piece: &[u8]| {
            checksum.update(piece);
            out.write_all(piece).map_err(|error| {
                failed = Some(error);
                Stopped
            })
        };
        let written = put(&header(kind, length)).and_then(|()| pieces::hand_over(state, &mut put));
        match (failed, written) {
            (Some(error), _) => Err(error),
            (None, Err(Stopped)) => Err(io::Error::other("the state cannot be written")),
            (None, Ok(())) => out.write_all(&checksum.digest128().to_le_bytes()),
        }
    })
}

fn header(kind: Kind, length: u64) -> [u8; HEADER_BYTES] {
    let mut header = [0; HEADER_BYTES];
    let (mark, rest) = header.split_at_mut(MARK_BYTES);
    mark.copy_from_slice(kind.mark());
    rest[..4].copy_from_slice(&FORMAT.to_le_bytes());
    rest[4..12].copy_from_slice(&length.to_le_bytes());
    rest[12..].iter_mut().zip(env!("CARGO_PKG_VERSION").bytes()).for_each(|(place, byte)| *place = byte);
    header
}

/// The state is in memory twice while it is read: as bytes and as what they mean.
fn check_memory(length: usize) -> io::Result<()> {
    let (needed, available) = (2 * length as u64, memory::available());
    if needed <= available {
        return Ok(());
    }
    let text = format!("it takes {} MiB to read and {} MiB are available", needed >> 20, available >> 20);
    Err(io::Error::new(io::ErrorKind::OutOfMemory, text))
}

/// The state in a file, whole as it was written.
pub(super) fn read(path: &Path, kind: Kind) -> Result<Vec<u8>> {
    // A pipe would have to be opened to find that it is one, and opening waits for a writer.
    check_regular(&fs::metadata(path).map_err(at_path(path))?).map_err(at_path(path))?;
    let file = File::open(path).map_err(at_path(path))?;
    let metadata = file.metadata().map_err(at_path(path))?;
    check_regular(&metadata).map_err(at_path(path))?;
    let fault = |reason| Error::BadCheckpoint { path: path.to_owned(), reason };
    let mut header = Vec::with_capacity(HEADER_BYTES);
    (&file).take(HEADER_BYTES as u64).read_to_end(&mut header).map_err(at_path(path))?;
    let length = length_told(&header, kind, metadata.len()).map_err(fault)?;
    check_memory(length).map_err(at_path(path))?;
    // No more than the file holds, as was just seen.
    let mut content = Vec::with_capacity(length + CHECKSUM_BYTES);
    file.take((length + CHECKSUM_BYTES) as u64).read_to_end(&mut content).map_err(at_path(path))?;
    if content.len() != length + CHECKSUM_BYTES {
        return Err(fault(CheckpointFault::Damaged));
    }
    let (state, told) = content.split_at(length);
    let mut checksum = Xxh3::new();
    checksum.update(&header);
    checksum.update(state);
    if checksum.digest128().to_le_bytes() != told {
        return Err(fault(CheckpointFault::Damaged));
    }
    content.truncate(length);
    Ok(content)
}

/// Refuses what is no file on a disk, before anything is read from it.
fn check_regular(metadata: &Metadata) -> io::Result<()> {
    if metadata.is_file() {
        return Ok(());
    }
    let kind = if metadata.is_dir() { "a folder" } else { "a pipe, a device or the like" };
    Err(io::Error::new(io::ErrorKind::InvalidInput, format!("it is {kind}; give the file that a course was saved to")))
}

/// The length of the state that the header of a file of so many bytes tells.
fn length_told(header: &[u8], kind: Kind, file: u64) -> std::result::Result<usize, CheckpointFault> {
    let other = [Kind::Course, Kind::Dermis].into_iter().find(|other| *other != kind);
    if let Some(other) = other.filter(|other| header.starts_with(other.mark())) {
        return Err(other.fault());
    }
    let rest = header.strip_prefix(kind.mark()).ok_or(CheckpointFault::NotOurs)?;
    let (found, rest) = rest.split_first_chunk().ok_or(CheckpointFault::Damaged)?;
    let found = u32::from_le_bytes(*found);
    if found != FORMAT {
        return Err(CheckpointFault::OtherFormat { found, expected: FORMAT, written_by: version_told(header, found) });
    }
    let length = rest.first_chunk().map(|length| u64::from_le_bytes(*length)).ok_or(CheckpointFault::Damaged)?;
    let whole = length.checked_add((HEADER_BYTES + CHECKSUM_BYTES) as u64);
    if whole == Some(file) {
        usize::try_from(length).map_err(|_| CheckpointFault::Damaged)
    } else {
        Err(CheckpointFault::Damaged)
    }
}

/// The version that wrote a file of another format, as far as the file says.
fn version_told(header: &[u8], format: u32) -> String {
    let version = header.get(HEADER_BYTES - VERSION_BYTES..HEADER_BYTES).unwrap_or_default();
    let text: String =
        version.iter().take_while(|byte| byte.is_ascii_graphic()).map(|&byte| char::from(byte)).collect();
    if format >= TELLS_VERSION && !text.is_empty() { text } else { "an early version".into() }
}
