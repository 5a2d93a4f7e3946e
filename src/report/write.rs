//! Files that are either whole or not there.
use super::Row;
use crate::error::{Error, Result, at_path};
use serde::Serialize;
use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

/// Writes a file: first under a temporary name beside it, then flushed to disk and renamed, so that
/// no reader ever sees half of it and a failure leaves what was there before.
pub fn write_file(path: &Path, content: &[u8]) -> Result<()> {
    let mut unfinished = path.as_os_str().to_owned();
    unfinished.push(".unfinished");
    let unfinished = Path::new(&unfinished);
    let written = File::create(unfinished).and_then(|mut file| {
        file.write_all(content)?;
        file.sync_all()?;
        fs::rename(unfinished, path)
    });
    written.inspect_err(|_| drop(fs::remove_file(unfinished))).map_err(at_path(path))
}

/// Writes anything that can be serialized as JSON.
pub fn write_json(path: &Path, value: &impl Serialize) -> Result<()> {
    let mut text = serde_json::to_vec_pretty(value).map_err(|error| at_path(path)(error.into()))?;
    text.push(b'\n');
    write_file(path, &text)
}

/// Writes rows as CSV: a header, then one line per row, columns named as in JSON.
pub fn write_csv<'a>(path: &Path, rows: impl IntoIterator<Item = &'a Row>) -> Result<()> {
    let failed = |error: String| -> Error { at_path(path)(std::io::Error::other(error)) };
    let mut writer = csv::Writer::from_writer(Vec::new());
    for (index, row) in rows.into_iter().enumerate() {
        let row = row.flat();
        let (names, cells): (Vec<_>, Vec<_>) = row.iter().map(|(name, cell)| (name, cell_text(cell))).unzip();
        if index == 0 {
            writer.write_record(&names).map_err(|error| failed(error.to_string()))?;
        }
        writer.write_record(&cells).map_err(|error| failed(error.to_string()))?;
    }
    let text = writer.into_inner().map_err(|error| failed(error.to_string()))?;
    write_file(path, &text)
}

fn cell_text(cell: &serde_json::Value) -> String {
    cell.as_str().map_or_else(|| cell.to_string(), str::to_owned)
}
