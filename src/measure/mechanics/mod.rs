//! How stiff the dermis is.
mod fibers;
mod sheet;
mod firmness;

pub use firmness::Firmness;
pub(crate) use firmness::WindowModuli;
