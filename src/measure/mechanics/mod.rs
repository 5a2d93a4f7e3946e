//! How stiff the dermis is.
mod sheet;
mod firmness;

pub use firmness::Firmness;
pub(crate) use firmness::WindowModuli;
