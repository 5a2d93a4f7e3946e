//! In which directions fibers lie, how sharply, in how many families, and over which distances.
mod alignment;
mod correlation;
mod dispersion;
mod quadrature;
mod maximum_entropy;
mod moments;
mod distribution;
mod modes;
mod family_concentration;
mod fiber_families;
mod about_axis;
mod spread;
mod organization;
mod maps;

pub(super) use about_axis::{ANGLES, angle, shares_about};
pub use alignment::local_alignment;
pub use correlation::{CorrelationWindows, FiberCorrelation};
pub use dispersion::goh_dispersion;
pub use distribution::OrientationDistribution;
pub use fiber_families::{FiberFamilies, FiberFamily};
pub use maps::FiberMaps;
pub use organization::{FiberOrganization, weave_index};
pub(crate) use organization::{HealthyDirections, WindowFibers};
pub use spread::distance_in_moments_deg;
