//! What is measured in a tissue: pure functions that never change it.
//!
//! Rooms in the order in which they are read; each uses only those above it: summaries of replicates (`statistics`), where
//! is measured (`regions`), directions of fibers (`orientation`), stiffness (`mechanics`), the surface of the skin
//! (`relief`) and pictures of bundles (`histology`).
mod statistics;
mod regions;
mod orientation;
mod mechanics;
mod relief;
mod histology;

pub use histology::{Histology, Picture};
pub use mechanics::Firmness;
pub(crate) use mechanics::WindowModuli;
pub use orientation::{
    CorrelationWindows, FiberCorrelation, FiberFamilies, FiberFamily, FiberMaps, FiberOrganization,
    OrientationDistribution, distance_in_moments_deg, goh_dispersion, local_alignment, weave_index,
};
pub(crate) use orientation::{HealthyDirections, WindowFibers};
pub use regions::{Region, Windows};
pub(crate) use regions::{Weighted, share_beyond};
pub(crate) use relief::local_thickness;
pub use relief::{ProfileRoughness, Profiles, Recovery, Roughness, Surface, SurfaceMeasures, SurfaceRegion};
pub use statistics::Summary;
