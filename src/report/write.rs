//! Files that are either whole or not there.
use super::Row;
use super::target::Target;
use crate::error::{Result, at_path};
use serde::Serialize;
use std::io::{self, Write};
use std::path::Path;

/// Writes a file: under a temporary name of its own beside it, which is then flushed to disk and renamed, so that no
/// reader ever sees half of it, several may write it at once, and a failure leaves what was there before.
///
/// The file keeps its permissions; another hard link to it keeps the old content. A process that is killed while it writes
/// leaves a hidden file `.dermaweave-….unfinished` beside it. Of a symbolic link, the file that it leads to is written. A device, a pipe and
/// standard output (`/dev/stdout`) are written through. Fails with [`Error::File`](crate::Error::File).
pub fn write_file(path: impl AsRef<Path>, content: &[u8]) -> Result<()> {
    write_with(path.as_ref(), |writer| writer.write_all(content))
}

/// The same for what is too large to be held in memory: `content` writes it piece by piece.
pub(crate) fn write_with(path: &Path, content: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<()> {
    Target::of(path).and_then(|target| target.write(content)).map_err(at_path(path))
}

/// Tells whether a file can be written, before long work is done for it; nothing that is there is changed.
///
/// Of a file, that its folder takes a new one (a line is written under a temporary name and removed), and that what
/// stands there is no folder and may be written. Of a device, that it takes nothing at all, which a full one refuses.
/// Of a pipe, that it is there: to open and close it would end the input of its reader.
/// Fails with [`Error::File`](crate::Error::File).
///
/// ```
/// use dermaweave::report::check_writable;
/// assert!(check_writable(std::env::temp_dir().join("course.json")).is_ok());
/// assert!(check_writable(std::env::temp_dir()).is_err());
/// ```
pub fn check_writable(path: impl AsRef<Path>) -> Result<()> {
    let path = path.as_ref();
    Target::of(path).and_then(Target::check).map_err(at_path(path))
}

/// Writes anything that can be serialized as JSON.
/// Fails with [`Error::File`](crate::Error::File), as [`write_file`] does.
pub fn write_json(path: impl AsRef<Path>, value: &impl Serialize) -> Result<()> {
    let path = path.as_ref();
    write_file(path, &json_bytes(value).map_err(at_path(path))?)
}

pub(super) fn json_bytes(value: &impl Serialize) -> io::Result<Vec<u8>> {
    let mut text = serde_json::to_vec_pretty(value)?;
    text.push(b'\n');
    Ok(text)
}

/// Writes a picture that [`Figure::encode_png`](super::Figure::encode_png) or
/// [`encode_charts_png`](super::encode_charts_png) made. Returns [`Error::File`](crate::Error::File) if it could not be
/// made or written.
pub fn write_png(path: impl AsRef<Path>, picture: std::io::Result<Vec<u8>>) -> Result<()> {
    let path = path.as_ref();
    write_file(path, &picture.map_err(at_path(path))?)
}

/// Writes rows as CSV: a header, then one line per row, columns named as in JSON ([`dictionary`](super::dictionary())).
/// Without rows the file is empty; a column that only some rows have is empty in the others. Fails with [`Error::File`](crate::Error::File).
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
    write_file(path, &csv_bytes(rows, None).map_err(at_path(path))?)
}

/// Rows as CSV, with a last column `run` for the name of a run.
///
/// A column, since a comment is no part of CSV and stops many readers; one at the end leaves the others where they
/// are, and tables of several runs can be put together. A column that only some rows have is empty in the others.
pub(super) fn csv_bytes<'a>(rows: impl IntoIterator<Item = &'a Row>, run: Option<&str>) -> io::Result<Vec<u8>> {
    let rows: Vec<_> = rows.into_iter().map(Row::flat).collect();
    let mut names: Vec<&str> = Vec::new();
    for name in rows.iter().flat_map(serde_json::Map::keys) {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    csv_of(|writer| {
        if rows.is_empty() {
            return Ok(());
        }
        writer.write_record(names.iter().copied().chain(run.map(|_| "run")))?;
        rows.iter().try_for_each(|row| {
            let cells = names.iter().map(|name| row.get(*name).map_or_else(String::new, cell_text));
            writer.write_record(cells.chain(run.map(String::from)))
        })
    })
}

/// What `write` writes as CSV.
pub(crate) fn csv_of(write: impl FnOnce(&mut csv::Writer<Vec<u8>>) -> csv::Result<()>) -> io::Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    write(&mut writer)?;
    writer.into_inner().map_err(csv::IntoInnerError::into_error)
}

/// What stands in a cell of CSV.
pub(crate) fn cell_text(cell: &serde_json::Value) -> String {
    match cell {
        serde_json::Value::String(text) => text.clone(),
        // What was not measured is an empty cell.
        serde_json::Value::Null => String::new(),
        number => number.to_string(),
    }
}
