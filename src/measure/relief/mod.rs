//! The surface of the skin: its relief, its roughness, and what a patient sees of a session.
mod recovery;
mod surface;
mod floor;
mod roughness;
mod surface_region;

pub use recovery::Recovery;
pub use roughness::{ProfileRoughness, Profiles, Roughness};
pub use surface::Surface;
pub(crate) use surface::local_thickness;
pub use surface_region::{SurfaceMeasures, SurfaceRegion};
