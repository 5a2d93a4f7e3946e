//! What is done to the skin: devices, sessions, protocols, and what a puncture does at once.
mod dense_day;
mod device;
mod dose;
mod dry_run;
mod injury;
mod pattern;
mod protocol;
mod puncture_tiles;
mod region;
mod session;

pub use dense_day::DenseDay;
pub(crate) use dense_day::{MOST_OPENED, SessionsOfDay};
pub use device::{Application, Cut, Device, Needle};
pub use dose::Dose;
pub use dry_run::{DryRun, DrySession};
pub(crate) use injury::{Survival, injure};
pub use pattern::{Puncture, punctures};
pub use protocol::Protocol;
pub use region::TreatedRegion;
pub use session::Session;
