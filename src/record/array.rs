//! NumPy arrays that grow along their first axis (NEP 1, format 1.0).
//!
//! The header is as long as the longest it can become, a multiple of 64 bytes, and always says how many rows are in the file: it
//! is written after them. Headers are far below the 65535 bytes from which on format 2.0 would be needed.
use crate::error::{Error, RecordingFault, Result, at_path};
use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

const MAGIC: &[u8; 8] = b"\x93NUMPY\x01\x00";
/// Header lengths are multiples of this, so that numbers are aligned where a file is mapped into memory.
const ALIGNMENT: usize = 64;

/// What one row of an array is.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct RowType {
    /// Type of an element as NumPy writes it, such as `'<f8'`.
    pub(super) element: String,
    /// Bytes of an element.
    pub(super) element_bytes: u64,
    /// Extents of a row; none where a row is one element.
    pub(super) shape: Vec<usize>,
}

impl RowType {
    /// Rows of numbers.
    pub(super) fn of_numbers(shape: &[usize]) -> Self {
        Self { element: "'<f8'".into(), element_bytes: 8, shape: shape.to_vec() }
    }

    fn bytes(&self) -> u64 {
        self.shape.iter().fold(self.element_bytes, |bytes, &extent| bytes * extent as u64)
    }

    /// A tuple of one number ends in a comma.
    fn dictionary(&self, rows: u64) -> String {
        let inner: Vec<_> = self.shape.iter().map(|extent| format!(" {extent}")).collect();
        let inner = inner.join(",");
        format!("{{'descr': {}, 'fortran_order': False, 'shape': ({rows},{inner}), }}", self.element)
    }

    /// The header of an array of so many rows, of a length that does not depend on them.
    fn header(&self, rows: u64) -> Vec<u8> {
        let longest = MAGIC.len() + 2 + self.dictionary(u64::MAX).len() + 1;
        let length = longest.next_multiple_of(ALIGNMENT);
        let text = self.dictionary(rows);
        let mut header = MAGIC.to_vec();
        header.extend(((length - MAGIC.len() - 2) as u16).to_le_bytes());
        header.extend(text.bytes());
        header.resize(length - 1, b' ');
        header.push(b'\n');
        header
    }
}

/// An array in a file.
#[derive(Debug)]
pub(super) struct GrowingArray {
    path: PathBuf,
    file: File,
    of: RowType,
    rows: u64,
}

impl GrowingArray {
    /// A new array without rows; a file that is there already is refused.
    pub(super) fn create(path: &Path, of: RowType) -> Result<Self> {
        let created = OpenOptions::new().read(true).write(true).create_new(true).open(path);
        let mut array = Self { path: path.to_owned(), file: created.map_err(at_path(path))?, of, rows: 0 };
        array.write_header().map_err(at_path(path))?;
        Ok(array)
    }

    /// An array that is there, to go on with.
    pub(super) fn open(path: &Path, of: RowType) -> Result<Self> {
        let mut file = OpenOptions::new().read(true).write(true).open(path).map_err(at_path(path))?;
        let damaged = |found| RecordingFault::Damaged { path: path.to_owned(), found };
        let mut header = of.header(0);
        file.read_exact(&mut header).map_err(|_| damaged("its header is cut short"))?;
        let rows = rows_in(&header).filter(|&rows| of.header(rows) == header);
        let rows = rows.ok_or_else(|| damaged("its header is not that of this array"))?;
        let needed = rows.checked_mul(of.bytes()).and_then(|bytes| bytes.checked_add(header.len() as u64));
        let length = file.metadata().map_err(at_path(path))?.len();
        if needed.is_none_or(|needed| needed > length) {
            return Err(damaged("it holds less than its header says").into());
        }
        Ok(Self { path: path.to_owned(), file, of, rows })
    }

    pub(super) const fn rows(&self) -> u64 {
        self.rows
    }

    /// Adds rows, which `content` writes.
    pub(super) fn append(&mut self, rows: u64, content: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<()> {
        let appended = self.seek_row(self.rows).and_then(|_| {
            let mut writer = BufWriter::new(&mut self.file);
            content(&mut writer)?;
            writer.flush()?;
            drop(writer);
            self.rows += rows;
            // Only now, so that the header never says more than there is.
            self.write_header()
        });
        appended.map_err(at_path(&self.path))
    }

    /// Keeps the first rows and removes all others, also what was written in part.
    pub(super) fn keep(&mut self, rows: u64) -> Result<()> {
        if rows > self.rows {
            return Err(self.damaged("it holds fewer samples than `times.npy`"));
        }
        self.rows = rows;
        let end = self.offset(rows);
        let kept = self.write_header().and_then(|()| self.file.set_len(end));
        kept.map_err(at_path(&self.path))
    }

    /// The first eight bytes of a row.
    pub(super) fn first_of(&mut self, row: u64) -> Result<[u8; 8]> {
        let mut bytes = [0; 8];
        let read = self.seek_row(row).and_then(|_| self.file.read_exact(&mut bytes));
        read.map(|()| bytes).map_err(at_path(&self.path))
    }

    /// How many of the first rows `is_kept` is true for; no row after one for which it is not is kept.
    pub(super) fn rows_while(&mut self, is_kept: impl Fn([u8; 8]) -> bool) -> Result<u64> {
        let (mut low, mut high) = (0, self.rows);
        while low < high {
            let middle = low + (high - low) / 2;
            if is_kept(self.first_of(middle)?) { low = middle + 1 } else { high = middle }
        }
        Ok(low)
    }

    fn damaged(&self, found: &'static str) -> Error {
        RecordingFault::Damaged { path: self.path.clone(), found }.into()
    }

    fn offset(&self, row: u64) -> u64 {
        self.of.header(0).len() as u64 + row * self.of.bytes()
    }

    fn seek_row(&mut self, row: u64) -> io::Result<u64> {
        let offset = self.offset(row);
        self.file.seek(SeekFrom::Start(offset))
    }

    fn write_header(&mut self) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(0))?;
        self.file.write_all(&self.of.header(self.rows))
    }
}

/// The rows that a header tells.
fn rows_in(header: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(header.get(MAGIC.len() + 2..)?).ok()?;
    text.split_once("'shape': (")?.1.split_once(',')?.0.parse().ok()
}
