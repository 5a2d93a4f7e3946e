//! Files that are either whole or not there.
use super::Row;
use crate::error::{Error, Result, at_path};
use serde::Serialize;
use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

/// Writes a file: first under a temporary name beside it, then flushed to disk and renamed, so that
/// no reader ever sees half of it and a failure leaves what was there before.
/// Fails with [`Error::File`].
pub fn write_file(path: impl AsRef<Path>, content: &[u8]) -> Result<()> {
    write_with(path.as_ref(), |file| file.write_all(content))
}

/// [`write_file`] of what is written piece by piece.
pub(crate) fn write_with(path: &Path, content: impl FnOnce(&mut dyn Write) -> std::io::Result<()>) -> Result<()> {
    let mut unfinished = path.as_os_str().to_owned();
    unfinished.push(".unfinished");
    let unfinished = Path::new(&unfinished);
    let written = File::create(unfinished).and_then(|mut file| {
        content(&mut file)?;
        file.sync_all()?;
        fs::rename(unfinished, path)
    });
    written.inspect_err(|_| drop(fs::remove_file(unfinished))).map_err(at_path(path))
}

/// Writes anything that can be serialized as JSON.
/// Fails with [`Error::File`], as [`write_file`] does.
pub fn write_json(path: impl AsRef<Path>, value: &impl Serialize) -> Result<()> {
    let path = path.as_ref();
    let mut text = serde_json::to_vec_pretty(value).map_err(|error| at_path(path)(error.into()))?;
    text.push(b'\n');
    write_file(path, &text)
}

/// Writes a picture that [`Figure::encode_png`](super::Figure::encode_png) or
/// [`encode_charts_png`](super::encode_charts_png) made. Returns [`Error::File`] if it could not be
/// made or written.
pub fn write_png(path: impl AsRef<Path>, picture: std::io::Result<Vec<u8>>) -> Result<()> {
    let path = path.as_ref();
    write_file(path, &picture.map_err(at_path(path))?)
}

/// Writes rows as CSV: a header, then one line per row, columns named as in JSON.
/// Without rows the file is empty. Fails with [`Error::File`].
///
/// ```
/// use dermaweave::report::write_csv;
/// # use dermaweave::{Grid, Length, Simulation, Skin, Tissue};
/// # let side = Length::micrometers(400.0);
/// # let tissue = Tissue::new(Grid::new(side, side, Length::micrometers(20.0))?, &Skin::young())?;
/// let simulation = Simulation::builder(tissue).build()?;
/// let path = std::env::temp_dir().join(format!("dermaweave_rows_{}.csv", std::process::id()));
/// write_csv(&path, simulation.report().rows())?;
/// assert!(std::fs::read_to_string(&path)?.starts_with("arm,day,region,density"));
/// # std::fs::remove_file(&path)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn write_csv<'a>(path: impl AsRef<Path>, rows: impl IntoIterator<Item = &'a Row>) -> Result<()> {
    let path = path.as_ref();
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
    match cell {
        serde_json::Value::String(text) => text.clone(),
        // What was not measured is an empty cell.
        serde_json::Value::Null => String::new(),
        number => number.to_string(),
    }
}
