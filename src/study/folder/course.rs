//! One course to its end: saved by the clock on the wall and when it is to stop, and recorded on the way.
use super::super::running::{Reached, Running};
use super::place::{CHECKPOINT, PROGRESS, Place, Progressed};
use crate::error::{Error, Result};
use crate::record::Recorder;
use crate::simulation::{Progress, Saving};
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

/// Wall time between two notes of how far a member is.
const NOTED_EVERY: Duration = Duration::from_secs(10);

/// What is done while a course runs.
pub(super) struct Watched<'a> {
    pub place: &'a Place,
    /// Wall time between two checkpoints.
    pub every: Duration,
    /// Whether the course is to stop, asked before every step.
    pub stop: &'a (dyn Fn() -> bool + Sync),
    /// Called with every day that is sampled.
    pub advanced: &'a dyn Fn(f64),
    /// Wall time that was spent on it before.
    pub wall_seconds: f64,
}

impl Watched<'_> {
    /// Runs a course to its end; tells whether it was reached. A course that stops is saved. Its rows are those of
    /// [`Simulation::run`](crate::Simulation::run), which takes the same steps.
    pub fn run(&self, course: &mut Running, mut recorder: Option<Recorder>) -> Result<bool> {
        let started = Instant::now();
        let mut noted = started;
        let saving = Saving::to(self.place.file(CHECKPOINT)).every(self.every).stop_when(self.stop);
        let reached = |reached: Reached| {
            (self.advanced)(reached.day);
            if noted.elapsed() >= NOTED_EVERY.min(self.every) {
                noted = Instant::now();
                // Only what is told of a member depends on it.
                drop(self.note(&reached, started));
            }
        };
        let ran = course.run_saving(&saving, reached, |progress| observe(recorder.as_mut(), progress));
        if ran.is_ok() || matches!(ran, Err(Error::Stopped { .. })) {
            recorder.map_or(Ok(()), Recorder::finish)?;
        }
        match ran {
            Ok(()) => Ok(true),
            Err(Error::Stopped { day }) => self.note(&Reached { day, ..course.reached() }, started).map(|()| false),
            Err(error) => Err(error),
        }
    }

    /// Writes down how far the member is.
    fn note(&self, reached: &Reached, started: Instant) -> Result<()> {
        let Reached { day, end_day } = *reached;
        let wall_seconds = self.wall_seconds + started.elapsed().as_secs_f64();
        self.place.write(PROGRESS, &Progressed { day, end_day, wall_seconds }).map(drop)
    }
}

fn observe(recorder: Option<&mut Recorder>, progress: &Progress) -> ControlFlow<()> {
    recorder.map_or(ControlFlow::Continue(()), |recorder| recorder.observe(progress))
}
