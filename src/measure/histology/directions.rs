//! In which directions the bundles of a picture lie.
use crate::matrix::{FiberMoments, Matrix};
use crate::measure::orientation::OrientationDistribution;
use std::f64::consts::PI;

/// Whose bundles a picture shows, and in which directions.
#[derive(Clone, Copy, Debug)]
pub(super) struct Section<'a> {
    pub(super) matrix: &'a Matrix,
    pub(super) directions: Directions,
}

/// Where a view lies (µm), and what its random numbers are keyed by.
#[derive(Clone, Copy, Debug)]
pub(super) struct View {
    pub(super) center: (f64, f64),
    pub(super) seed: u64,
    pub(super) number: u64,
}

/// From which directions those of bundles are drawn.
#[derive(Clone, Copy, Debug)]
pub(super) enum Directions {
    /// Those of the fibers around.
    OfFibers,
    /// All alike.
    AllAlike,
}

impl Directions {
    /// The direction (radians, 0 to π) below which lies a share of them.
    pub(super) fn below(self, fibers: &FiberMoments, share: f64) -> f64 {
        match self {
            Self::OfFibers => OrientationDistribution::of(fibers).direction_below(share),
            Self::AllAlike => PI * share,
        }
    }
}
