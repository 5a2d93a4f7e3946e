//! The data dictionary: what every column of a table means.
use super::columns::BUILT_IN;
use super::write::csv_of;
use super::{Report, write_file};
use crate::error::{Error, Result, at_path};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::io;
use std::path::Path;

/// What one column of a table means.
///
/// ```
/// let dictionary = dermaweave::report::dictionary();
/// let lengths = dictionary.columns().iter().filter(|column| column.unit == "µm");
/// assert!(lengths.clone().count() > 5 && lengths.clone().all(|column| column.name.ends_with("_um")));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ColumnEntry {
    /// Its name in CSV and JSON.
    pub name: String,
    /// Unit of its numbers: `1` for plain numbers, `text` for names.
    pub unit: String,
    /// What it is.
    pub description: String,
    /// How it is measured.
    pub source: String,
}

impl ColumnEntry {
    /// Accepts the entry of a user's column: files need a name of their own, readers to be told what it is.
    pub(super) fn check(&self) -> Result<()> {
        let is_plain = |letter: u8| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == b'_';
        // The column in which a result folder puts the name of its run.
        let is_taken = self.name == "run" || BUILT_IN.iter().any(|column| column.name == self.name);
        let problems = [
            (self.name.is_empty() || !self.name.bytes().all(is_plain), "must have a name of a-z, 0-9 and _"),
            (is_taken, "has the name of a built-in column; choose another"),
            (self.unit.is_empty(), "has no unit; write \"1\" for a plain number"),
            (self.description.is_empty(), "has no description; say what it is"),
        ];
        match problems.iter().find(|(is_so, _)| *is_so) {
            Some((_, problem)) => Err(Error::BadColumn { name: self.name.clone(), problem }),
            None => Ok(()),
        }
    }
}

/// The data dictionary of a table: its columns in their order. Prints as a table; as JSON it is an object with one list,
/// `columns`.
///
/// ```
/// let dictionary = dermaweave::report::dictionary();
/// let density = dictionary.get("density").map(|column| (column.unit.as_str(), column.description.as_str()));
/// assert_eq!(density, Some(("1", "Amount of collagen over the area, 1 = healthy young dermis.")));
/// assert!(dictionary.to_string().starts_with("name "));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dictionary {
    pub(super) columns: Vec<ColumnEntry>,
}

/// The columns that every row has. Those of a course, with the user's own, are [`Report::dictionary`].
pub fn dictionary() -> Dictionary {
    let entry = |column: &super::columns::BuiltIn| ColumnEntry {
        name: column.name.into(),
        unit: column.unit.into(),
        description: column.description.into(),
        source: column.source.into(),
    };
    Dictionary { columns: BUILT_IN.iter().map(entry).collect() }
}

impl Dictionary {
    /// Its columns, in the order of files.
    pub fn columns(&self) -> &[ColumnEntry] {
        &self.columns
    }

    /// The column of a name.
    pub fn get(&self, name: &str) -> Option<&ColumnEntry> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// Writes it as CSV: a line for each column, under `name,unit,description,source`.
    /// Fails with [`Error::File`](crate::Error::File), as [`write_file`] does.
    ///
    /// ```
    /// let path = std::env::temp_dir().join(format!("dermaweave_dictionary_{}.csv", std::process::id()));
    /// dermaweave::report::dictionary().write_csv(&path)?;
    /// assert!(std::fs::read_to_string(&path)?.starts_with("name,unit,description,source\narm,text,"));
    /// # std::fs::remove_file(&path)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn write_csv(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        write_file(path, &self.csv().map_err(at_path(path))?)
    }

    pub(super) fn csv(&self) -> io::Result<Vec<u8>> {
        csv_of(|writer| self.columns.iter().try_for_each(|column| writer.serialize(column)))
    }
}

impl Report {
    /// What the columns of its rows mean: those that every row has, then the user's own.
    pub fn dictionary(&self) -> Dictionary {
        let mut dictionary = dictionary();
        dictionary.columns.extend_from_slice(self.own_columns());
        dictionary
    }
}

impl fmt::Display for Dictionary {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        let width = self.columns.iter().map(|column| column.name.len()).max().unwrap_or(0).max("name".len());
        write!(formatter, "{:<width$}  {:<6}description (how it is measured)", "name", "unit")?;
        self.columns.iter().try_for_each(|ColumnEntry { name, unit, description, source }| {
            write!(formatter, "\n{name:<width$}  {unit:<6}{description} ({source})")
        })
    }
}
