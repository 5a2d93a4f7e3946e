//! One course to its end, saved by the clock on the wall and when it is to stop.
use crate::Simulation;
use crate::error::Result;
use std::time::{Duration, Instant};

/// What is done while a course runs.
pub(super) struct Saving<'a> {
    /// Wall time between two checkpoints.
    pub every: Duration,
    /// Whether the course is to stop, asked before every step.
    pub stop: &'a dyn Fn() -> bool,
    /// Saves it.
    pub save: &'a dyn Fn(&Simulation) -> Result<()>,
    /// Called when a further day is reached.
    pub advanced: &'a dyn Fn(&Simulation),
}

/// Runs a course to its end; tells whether it was reached. A course that stops is saved. Its rows are those of
/// [`Simulation::run`], which takes the same steps.
pub(super) fn run_saving(simulation: &mut Simulation, saving: &Saving) -> Result<bool> {
    let (mut saved, mut day) = (Instant::now(), simulation.clock().days().floor());
    while !simulation.is_finished() {
        if (saving.stop)() {
            (saving.save)(simulation)?;
            return Ok(false);
        }
        simulation.step()?;
        if saved.elapsed() >= saving.every {
            (saving.save)(simulation)?;
            saved = Instant::now();
        }
        let reached = simulation.clock().days().floor();
        if reached > day {
            (saving.advanced)(simulation);
            day = reached;
        }
    }
    Ok(true)
}
