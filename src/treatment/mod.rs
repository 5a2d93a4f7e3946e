//! What is done to the skin: devices, sessions, protocols, and what a puncture does at once.
mod device;
mod holes;
mod injury;
mod pattern;
mod protocol;

pub use device::{Application, Device, Needle};
pub(crate) use injury::{Fates, injure};
pub use pattern::{Puncture, punctures};
pub use protocol::{DryRun, DrySession, Protocol, Session, TreatedRegion};
