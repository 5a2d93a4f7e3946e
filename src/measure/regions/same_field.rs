//! Whether what is measured together belongs together.
use crate::error::{Error, Result};
use crate::grid::Grid;

/// Relative difference up to which two spacings are the same number.
const ROUND_OFF: f64 = 1e-9;

/// Fields are the same if they have the same size, spacing and boundary; the layer of the skin may be another.
/// Otherwise [`Error::OtherField`] names what was given.
pub(crate) fn check_field(quantity: &'static str, given: &Grid, expected: &Grid) -> Result<()> {
    let same_spacing = (given.spacing() / expected.spacing() - 1.0).abs() < ROUND_OFF;
    let same_size = (given.columns(), given.rows()) == (expected.columns(), expected.rows());
    if same_size && same_spacing && given.boundary() == expected.boundary() {
        return Ok(());
    }
    Err(given.refused(quantity))
}

/// One entry for each of so many windows, or [`Error::WrongLength`].
pub(crate) const fn check_length(quantity: &'static str, length: usize, windows: usize) -> Result<()> {
    if length == windows { Ok(()) } else { Err(Error::WrongLength { quantity, length, sites: windows }) }
}
