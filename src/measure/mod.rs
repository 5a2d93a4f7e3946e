//! What is seen in the state: pure functions that never change it.
mod distribution;
mod maximum_entropy;
mod organisation;
mod region;

pub use distribution::OrientationDistribution;
pub use organisation::{FiberOrganisation, weave_index};
pub use region::{Region, Windows};
