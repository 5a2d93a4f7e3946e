//! Replicates as a mean and how well it is known.
mod summary;

pub use summary::Summary;
