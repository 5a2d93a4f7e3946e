//! What is seen in the state: pure functions that never change it.
mod distribution;
mod families;
mod maps;
mod maximum_entropy;
mod moments;
mod organization;
mod region;
#[cfg(test)]
mod sample_moments;

pub use distribution::OrientationDistribution;
pub use maps::FiberMaps;
pub use organization::{FiberOrganization, weave_index};
pub use region::{Region, Windows};
