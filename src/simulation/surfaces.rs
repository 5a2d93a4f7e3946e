//! What a stack of layers asks of the samples of each of its courses: when they are due, and their surfaces.
use super::Simulation;
use crate::grid::Field;
use crate::measure::{Region, Surface};
use serde::{Deserialize, Serialize};

/// The surface of one sample.
#[derive(Clone, Debug)]
pub(crate) struct SampledSurface {
    /// When it was sampled.
    pub(crate) tick: u64,
    /// Where in the report the rows of the sample begin.
    pub(crate) first_row: usize,
    pub(crate) surface: Surface,
}

/// The same as it is saved.
#[derive(Serialize, Deserialize)]
pub(crate) struct SavedSurface {
    pub(crate) tick: u64,
    pub(crate) first_row: usize,
    pub(crate) thickness: Field,
    pub(crate) height: Field,
}

impl From<&SampledSurface> for SavedSurface {
    fn from(sampled: &SampledSurface) -> Self {
        let Surface { thickness, height, .. } = &sampled.surface;
        Self { tick: sampled.tick, first_row: sampled.first_row, thickness: thickness.clone(), height: height.clone() }
    }
}

impl From<SavedSurface> for SampledSurface {
    fn from(saved: SavedSurface) -> Self {
        let SavedSurface { tick, first_row, thickness, height } = saved;
        Self { tick, first_row, surface: Surface { grid: *thickness.grid(), thickness, height } }
    }
}

impl Simulation {
    /// Takes the surfaces that were sampled since they were last taken.
    pub(crate) fn take_surfaces(&mut self) -> Vec<SampledSurface> {
        self.surfaces.as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// Keeps the surfaces of samples from here on.
    pub(crate) fn keep_surfaces(&mut self) {
        self.surfaces = Some(Vec::new());
    }

    /// The first instant after a tick that is to be sampled; none after the end.
    pub(crate) fn next_sampled(&self, after: u64) -> Option<u64> {
        let regular = (after / self.ticks_between_samples() + 1) * self.ticks_between_samples();
        let instants = self.extra_samples().chain([regular]);
        instants.filter(|&tick| tick > after && tick <= self.end_tick()).min()
    }

    /// The regions that are measured.
    pub(crate) fn regions(&self) -> impl Iterator<Item = &Region> {
        self.watched.regions()
    }
}
