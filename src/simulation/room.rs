//! How much memory a course takes at most.
use super::{Builder, Simulation};
use crate::cells::macrophage;
use crate::error::Result;
use crate::memory::{self, Contents};
use crate::parameters::Parameters;
use crate::tissue::Tissue;
use crate::treatment::Protocol;

/// By how much fibroblasts can pass their limit in a step: a cell divides once at most, at no more than 0.042/h for 3 h.
const OVERSHOOT: f64 = 1.14;

impl Builder {
    /// Bytes that the course takes at its peak, the tissue and one [save](Simulation::save) included: with as many
    /// fibroblasts and macrophages as there is room for, where anything can recruit them.
    ///
    /// ```
    /// use dermaweave::{Device, Grid, Length, Protocol, Simulation, Skin, Tissue};
    /// let side = Length::millimeters(1.0);
    /// let tissue = Tissue::new(Grid::new(side, side, Length::micrometers(10.0))?, &Skin::young())?;
    /// let untreated = Simulation::builder(tissue);
    /// let needled = untreated.clone().protocol(Protocol::once(Device::pen_11()));
    /// assert!(untreated.memory_needed() < needled.memory_needed() && needled.memory_needed() < 8 << 20);
    /// # Ok::<(), dermaweave::Error>(())
    /// ```
    pub fn memory_needed(&self) -> u64 {
        let contents = contents(&self.tissue, &self.protocol, &self.parameters, !self.rules.is_empty());
        contents.of_course().saturating_add(memory::OF_SAVE)
    }

    /// Checks that so many courses like this one, itself among them, find memory side by side, before any of them is begun.
    /// [`Builder::build`] checks this for itself.
    ///
    /// Fails with [`Error::FieldTooLarge`](crate::Error::FieldTooLarge): the least of what the system, control groups and
    /// limits of the process leave is compared with [`Builder::memory_needed`].
    ///
    /// ```
    /// use dermaweave::{Error, Grid, Length, Simulation, Skin, Tissue};
    /// let side = Length::millimeters(1.0);
    /// let tissue = Tissue::new(Grid::new(side, side, Length::micrometers(10.0))?, &Skin::young())?;
    /// let builder = Simulation::builder(tissue);
    /// assert!(builder.check_memory(2).is_ok());
    /// assert!(matches!(builder.check_memory(usize::MAX), Err(Error::FieldTooLarge { .. })));
    /// # Ok::<(), dermaweave::Error>(())
    /// ```
    pub fn check_memory(&self, courses: usize) -> Result<()> {
        let grid = self.tissue.grid();
        let needed = self.memory_needed().saturating_mul(courses as u64);
        memory::check(grid.columns(), grid.rows(), needed.saturating_sub(self.tissue.contents().of_tissue()))
    }
}

impl Simulation {
    /// Checks that one more course like this finds memory.
    pub(super) fn check_memory_of_branch(&self, protocol: &Protocol) -> Result<()> {
        let grid = self.tissue.grid();
        let contents = contents(&self.tissue, protocol, &self.parameters, !self.rules.is_empty());
        memory::check(grid.columns(), grid.rows(), contents.of_course().saturating_add(memory::OF_SAVE))
    }
}

/// Checks that a course whose tissue was just read finds memory for the rest of it.
pub(super) fn check_memory_beside(
    tissue: &Tissue,
    protocol: &Protocol,
    parameters: &Parameters,
    has_rules: bool,
) -> Result<()> {
    let (grid, contents) = (tissue.grid(), contents(tissue, protocol, parameters, has_rules));
    let needed = contents.of_course().saturating_add(memory::OF_SAVE) - tissue.contents().of_tissue();
    memory::check(grid.columns(), grid.rows(), needed)
}

/// All that a course can hold at once.
fn contents(tissue: &Tissue, protocol: &Protocol, parameters: &Parameters, has_rules: bool) -> Contents {
    let (grid, now) = (tissue.grid(), tissue.contents());
    let resting_activation = parameters.fibroblast.resting_activation;
    if protocol.sessions.is_empty() && !has_rules && tissue.is_at_rest(resting_activation) {
        return now;
    }
    let full = |per_mm2: f64, now: usize| (per_mm2 * grid.area_mm2()).ceil().max(now as f64) as usize;
    let fibroblasts = OVERSHOOT * parameters.fibroblast.crowding_limit * tissue.resting_per_mm2();
    Contents {
        fibroblasts: full(fibroblasts, now.fibroblasts),
        macrophages: full(macrophage::full_per_mm2(&parameters.macrophage, grid), now.macrophages),
        channels: protocol.punctures_tried(grid) + now.channels,
        ..now
    }
}
