//! Rows as Parquet files (feature `parquet`).
use crate::error::{Result, at_path};
use crate::report::{ColumnEntry, Dictionary, Row, dictionary, write_with};
use arrow_array::{ArrayRef, Float64Array, RecordBatch, StringArray};
use arrow_schema::{ArrowError, DataType, Field, Schema};
use parquet::arrow::ArrowWriter;
use parquet::errors::ParquetError;
use std::collections::HashMap;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

/// A column with its numbers or texts.
struct Filled {
    field: Field,
    values: ArrayRef,
}

/// Writes rows as a Parquet file with the columns of a CSV file ([`write_csv`](crate::report::write_csv)): numbers as float64,
/// names as UTF-8 text, null where nothing was measured. Unit and description are in the metadata of each field; of a column
/// of the user's own the rows do not know them: see [`write_parquet_with`]. Without rows the file has the columns alone.
///
/// Nothing is compressed: files of rows are small. Fails with [`Error::File`](crate::Error::File).
///
/// ```
/// use dermaweave::record::write_parquet;
/// # use dermaweave::{Grid, Length, Simulation, Skin, Tissue};
/// # let side = Length::micrometers(400.0);
/// # let tissue = Tissue::new(Grid::new(side, side, Length::micrometers(20.0))?, &Skin::young())?;
/// let simulation = Simulation::builder(tissue).build()?;
/// let path = std::env::temp_dir().join(format!("dermaweave_rows_{}.parquet", std::process::id()));
/// write_parquet(&path, simulation.report().rows())?;
/// assert!(std::fs::read(&path)?.starts_with(b"PAR1"));
/// # std::fs::remove_file(&path)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn write_parquet<'a>(path: impl AsRef<Path>, rows: impl IntoIterator<Item = &'a Row>) -> Result<()> {
    write_parquet_with(path, rows, &dictionary())
}

/// [`write_parquet`] with units and descriptions of a dictionary, such as that of a report with columns of the user's own
/// ([`Report::dictionary`](crate::Report::dictionary)).
///
/// ```
/// use dermaweave::record::write_parquet_with;
/// use dermaweave::report::Column;
/// # use dermaweave::{Grid, Length, Simulation, Skin, Tissue};
/// # let side = Length::micrometers(400.0);
/// # let tissue = Tissue::new(Grid::new(side, side, Length::micrometers(20.0))?, &Skin::young())?;
/// let column = Column::new("twice_um", "µm", "Twice the thickness.", |sampled| 2.0 * sampled.row.surface.thickness_um);
/// let simulation = Simulation::builder(tissue).column(column).build()?;
/// let path = std::env::temp_dir().join(format!("dermaweave_own_rows_{}.parquet", std::process::id()));
/// write_parquet_with(&path, simulation.report().rows(), &simulation.report().dictionary())?;
/// # std::fs::remove_file(&path)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn write_parquet_with<'a>(
    path: impl AsRef<Path>,
    rows: impl IntoIterator<Item = &'a Row>,
    dictionary: &Dictionary,
) -> Result<()> {
    let path = path.as_ref();
    let rows: Vec<_> = rows.into_iter().collect();
    let columns: Vec<_> = names(&rows, dictionary).iter().map(|name| column(name, &rows, dictionary)).collect();
    let batch = batch(columns).map_err(|error| at_path(path)(io::Error::other(error)))?;
    write_with(path, |writer| write(writer, &batch).map_err(io::Error::other))
}

/// Names of the built-in columns, then of those that only rows have.
fn names(rows: &[&Row], dictionary: &Dictionary) -> Vec<String> {
    let mut names: Vec<_> = dictionary.columns().iter().map(|column| column.name.clone()).collect();
    for name in rows.iter().flat_map(|row| row.flat().into_iter().map(|(name, _)| name)) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

fn column(name: &str, rows: &[&Row], dictionary: &Dictionary) -> Filled {
    let entry = dictionary.get(name);
    let (kind, values): (_, ArrayRef) = if entry.is_some_and(|entry| entry.unit == "text") {
        (DataType::Utf8, Arc::new(rows.iter().map(|row| text(row, name)).collect::<StringArray>()))
    } else {
        (DataType::Float64, Arc::new(rows.iter().map(|row| row.value(name)).collect::<Float64Array>()))
    };
    Filled { field: Field::new(name, kind, true).with_metadata(entry.map(metadata).unwrap_or_default()), values }
}

fn text(row: &Row, name: &str) -> Option<String> {
    row.flat().get(name)?.as_str().map(String::from)
}

fn metadata(entry: &ColumnEntry) -> HashMap<String, String> {
    let pairs = [("unit", &entry.unit), ("description", &entry.description), ("source", &entry.source)];
    pairs.into_iter().map(|(key, value)| (key.to_owned(), value.clone())).collect()
}

fn batch(columns: Vec<Filled>) -> std::result::Result<RecordBatch, ArrowError> {
    let (fields, values): (Vec<_>, Vec<_>) = columns.into_iter().map(|column| (column.field, column.values)).unzip();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), values)
}

/// The writer must be one that can be handed to threads, which a file's is not: the bytes are written at the end.
fn write(writer: &mut dyn Write, batch: &RecordBatch) -> std::result::Result<(), ParquetError> {
    let mut rows = ArrowWriter::try_new(Vec::new(), batch.schema(), None)?;
    rows.write(batch)?;
    writer.write_all(&rows.into_inner()?)?;
    Ok(())
}
