//! Tables that are written row by row.
use crate::error::{Result, at_path};
use crate::report::write_with;
use std::io::{self, Write};
use std::path::Path;

/// A table of CSV that is being written.
pub(super) struct Table<'a> {
    path: &'a Path,
    writer: csv::Writer<&'a mut dyn Write>,
}

impl Table<'_> {
    /// Writes one row.
    pub fn row<T: AsRef<[u8]>>(&mut self, cells: impl IntoIterator<Item = T>) -> Result<()> {
        self.writer.write_record(cells).map_err(|error| at_path(self.path)(error.into()))
    }
}

/// Writes a table: whole or not at all. Fails as `content` does and with [`Error::File`](crate::Error::File).
pub(super) fn write_table(path: &Path, content: impl FnOnce(&mut Table) -> Result<()>) -> Result<()> {
    let mut failure = None;
    let written = write_with(path, |out| {
        let mut table = Table { path, writer: csv::Writer::from_writer(out) };
        if let Err(error) = content(&mut table) {
            failure = Some(error);
            return Err(io::Error::other("its content could not be made"));
        }
        table.writer.flush()
    });
    failure.map_or(written, Err)
}

/// A number in a cell; an empty one if there is none.
pub(super) fn number(value: Option<f64>) -> String {
    value.map_or_else(String::new, |value| if value.is_finite() { format!("{value:?}") } else { value.to_string() })
}
