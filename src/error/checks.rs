//! What must hold of a number before it is accepted.
use super::{Error, Result};
use std::ops::RangeInclusive;
use std::path::Path;

/// Accepts `value` if it lies in `range`; NaN never does.
pub(crate) fn check(quantity: &'static str, value: f64, unit: &'static str, range: RangeInclusive<f64>) -> Result<f64> {
    if range.contains(&value) {
        return Ok(value);
    }
    Err(Error::OutOfRange { quantity, value, unit, minimum: *range.start(), maximum: *range.end() })
}

/// Accepts `value` if it lies in `range` and is a multiple of `multiple`, but for round-off; gives how many times.
pub(crate) fn check_multiple(
    quantity: &'static str,
    value: f64,
    unit: &'static str,
    multiple: f64,
    range: RangeInclusive<f64>,
) -> Result<u64> {
    let times = check(quantity, value, unit, range)? / multiple;
    if (times - times.round()).abs() > 1e-9 * times.max(1.0) {
        return Err(Error::NotMultiple { quantity, value, unit, multiple, nearest: times.round() * multiple });
    }
    Ok(times.round() as u64)
}

/// Puts the file's path beside what the system said.
pub(crate) fn at_path(path: &Path) -> impl FnOnce(std::io::Error) -> Error {
    let path = path.to_owned();
    move |source| Error::File { path, source }
}
