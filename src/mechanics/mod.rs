//! What load does: strain of the fiber network, production under load, thickness, and the movement of living skin.
mod homeostasis;
mod movement;
mod network;
mod thickness;
mod windows;

pub use homeostasis::production_under_strain;
pub use movement::Movement;
pub use network::{Load, Strain};
pub(crate) use thickness::THINNEST;
pub use thickness::{is_relaxed, relaxed};
pub(crate) use windows::Daily;
pub use windows::Mechanics;
