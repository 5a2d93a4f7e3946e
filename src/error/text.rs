//! Numbers and names in messages.
use std::fmt;

/// A number in a message: in powers of ten where it would otherwise be a long row of zeros.
pub(super) struct Short(pub(super) f64);

impl fmt::Display for Short {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        let size = self.0.abs();
        let is_long = size.is_finite() && size != 0.0 && !(1e-6..1e15).contains(&size);
        if is_long { write!(formatter, "{:e}", self.0) } else { write!(formatter, "{}", self.0) }
    }
}

/// The beginning of a name, so that no message grows long.
pub(super) fn beginning(name: &str) -> String {
    const LETTERS: usize = 40;
    if name.chars().count() <= LETTERS { name.into() } else { name.chars().take(LETTERS).chain(['…']).collect() }
}
