//! Sums over pairs of windows that lie equally far apart, by the power spectra of rows and columns of windows.
mod directions;
mod lines;
mod runs;
mod windows;

pub(crate) use directions::{CoarseDirections, DIRECTION_NUMBERS};
pub(crate) use windows::PairedWindows;
