//! A recording as NumPy arrays: one per field, one per kind of cell.
use super::array::{GrowingArray, RowType};
use super::cells::Kind;
use super::field::FieldName;
use super::frame::Frame;
use super::layout::Layout;
use super::store::{Place, Store};
use crate::error::Result;

/// Arrays that grow with every sample.
#[derive(Debug)]
pub(super) struct NpyStore {
    fields: Vec<(FieldName, GrowingArray)>,
    cells: Vec<(Kind, GrowingArray)>,
}

/// A cell at a sample: the number of the sample, then what its kind has.
fn row_of(kind: Kind) -> RowType {
    let columns = kind.columns();
    let own =
        columns.iter().map(|column| format!("('{}', '{}')", column.name, if column.is_whole { "<u8" } else { "<f8" }));
    let element: Vec<_> = ["('sample', '<u8')".to_owned()].into_iter().chain(own).collect();
    RowType {
        element: format!("[{}]", element.join(", ")),
        element_bytes: 8 * (1 + columns.len() as u64),
        shape: Vec::new(),
    }
}

impl NpyStore {
    /// New arrays, or those that are there.
    pub(super) fn new(place: Place, layout: &Layout) -> Result<Self> {
        let array = |name: &str, of| {
            let path = place.folder.join(format!("{name}.npy"));
            if place.is_new { GrowingArray::create(&path, of) } else { GrowingArray::open(&path, of) }
        };
        let field = |&field: &FieldName| {
            let grid = layout.grid(field.lattice());
            Ok((field, array(field.name(), RowType::of_numbers(&[grid.rows(), grid.columns()]))?))
        };
        let cells = |&kind: &Kind| Ok((kind, array(kind.name(), row_of(kind))?));
        Ok(Self {
            fields: layout.fields.iter().map(field).collect::<Result<_>>()?,
            cells: layout.kinds().iter().map(cells).collect::<Result<_>>()?,
        })
    }
}

impl Store for NpyStore {
    fn write(&mut self, frame: &Frame) -> Result<()> {
        for (field, array) in &mut self.fields {
            array.append(1, |writer| frame.write(*field, writer))?;
        }
        for (kind, array) in &mut self.cells {
            let count = kind.count(frame.tissue);
            array.append(count as u64, |writer| {
                (0..count).try_for_each(|cell| {
                    writer.write_all(&frame.sample.to_le_bytes())?;
                    let mut numbers = kind.numbers(frame.tissue, cell);
                    numbers.try_for_each(|number| writer.write_all(&number.to_le_bytes()))
                })
            })?;
        }
        Ok(())
    }

    fn keep(&mut self, samples: u64) -> Result<()> {
        self.fields.iter_mut().try_for_each(|(_, array)| array.keep(samples))?;
        self.cells.iter_mut().try_for_each(|(_, array)| {
            let rows = array.rows_while(|sample| u64::from_le_bytes(sample) < samples)?;
            array.keep(rows)
        })
    }
}
