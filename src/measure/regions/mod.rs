//! Where something is measured: sets of sites, and the windows into which they are cut.
mod same_field;
mod marks;
mod region;
mod beside;
mod tiling;
mod windows;

pub(crate) use beside::share_beyond;
pub use region::Region;
pub(crate) use same_field::{check_field, check_length};
pub(crate) use windows::Weighted;
pub use windows::Windows;
