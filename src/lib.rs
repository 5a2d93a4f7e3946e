//! How skin collagen is remodeled by micro-needling.
pub mod units;
pub mod error;
pub mod random;
mod parallel;
pub mod parameters;
pub mod grid;
pub mod matrix;
pub mod signal;
pub mod macrophage;
pub mod fibroblast;
pub mod remodeling;
mod ground;
pub mod tissue;
pub mod treatment;
pub mod measure;
pub mod report;
pub mod simulation;

pub use error::{Error, Result};
pub use grid::{Boundary, ExactDiffusion, Field, Grid, Slab};
pub use matrix::{FiberMoments, Matrix};
pub use parameters::Parameters;
pub use report::Report;
pub use signal::{Signal, Signals};
pub use simulation::Simulation;
pub use tissue::{AtrophicScar, Skin, Tissue};
pub use treatment::{Device, Protocol, Session};
pub use units::{Length, Time};
