//! What is seen in the state: pure functions that never change it.
mod bundle;
mod correlation;
mod dispersion;
mod distribution;
mod modes;
mod fiber_families;
mod firmness;
mod histology;
mod maps;
mod maximum_entropy;
mod moments;
mod organization;
mod orientation_index;
mod recovery;
mod region;
#[cfg(test)]
mod sample_moments;
mod relief;
mod roughness;
mod sheet;
mod summary;
mod surface;

pub use correlation::{CorrelationWindows, FiberCorrelation};
pub use dispersion::goh_dispersion;
pub use distribution::OrientationDistribution;
pub use fiber_families::{FiberFamilies, FiberFamily};
pub use firmness::Firmness;
pub use histology::Histology;
pub use maps::FiberMaps;
pub use organization::{FiberOrganization, weave_index};
pub use orientation_index::Picture;
pub use recovery::Recovery;
pub use region::{Region, Windows};
pub use relief::{SurfaceMeasures, SurfaceRegion};
pub use roughness::{ProfileRoughness, Profiles, Roughness};
pub use summary::Summary;
pub use surface::Surface;
