//! When a course is saved while it runs, and when it stops.
use super::Simulation;
use crate::error::{Error, Result};
use crate::report::check_writable;
use std::fmt;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Time between two saves if none is given: so much is lost at most where power fails.
const USUAL_INTERVAL: Duration = Duration::from_secs(600);

/// Where a course is saved while it runs, how often, and when it is to stop. See [`Simulation::run_saving`].
///
/// ```
/// use dermaweave::simulation::Saving;
/// use dermaweave::{Error, Grid, Length, Protocol, Simulation, Skin, Time, Tissue};
/// use std::time::{Duration, Instant};
/// # let side = Length::micrometers(400.0);
/// # let tissue = Tissue::new(Grid::new(side, side, Length::micrometers(20.0))?, &Skin::young())?;
/// # let mut simulation = Simulation::builder(tissue).protocol(Protocol::untreated(Time::days(2.0))).build()?;
/// # let path = std::env::temp_dir().join(format!("dermaweave_when_{}", std::process::id()));
/// // For three hours at most.
/// let end = Instant::now() + Duration::from_secs(3 * 3600);
/// let is_over = || Instant::now() >= end;
/// let saving = Saving::to(&path).every(Duration::from_secs(60)).stop_when(&is_over);
/// match simulation.run_saving(&saving) {
///     Err(Error::Stopped { day }) => println!("saved on day {day}: go on with `Simulation::resume`"),
///     ended => ended?,
/// }
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone)]
#[must_use]
pub struct Saving<'a> {
    path: PathBuf,
    every: Option<Duration>,
    stop: &'a (dyn Fn() -> bool + Sync),
    failed: Option<&'a dyn Fn(&Error)>,
}

impl Saving<'static> {
    /// To this file, every ten minutes of wall time.
    pub fn to(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), every: Some(USUAL_INTERVAL), stop: &|| false, failed: None }
    }
}

impl<'a> Saving<'a> {
    /// Wall time from the end of one save to the next one; with none, before every step.
    pub const fn every(mut self, interval: Duration) -> Self {
        self.every = Some(interval);
        self
    }

    /// Not from time to time, only where it is stopped.
    pub const fn only_when_stopped(mut self) -> Self {
        self.every = None;
        self
    }

    /// Asked before every step, often from another thread than the caller's: once it says true, the course is saved and the
    /// run ends.
    pub const fn stop_when(mut self, stop: &'a (dyn Fn() -> bool + Sync)) -> Self {
        self.stop = stop;
        self
    }

    /// Where a save from time to time fails, as on a full disk, tells the error and goes on: it is tried again when the next one
    /// is due. Without it the run ends with that error. A course that is to stop and cannot be saved fails all the same.
    ///
    /// ```
    /// use dermaweave::simulation::Saving;
    /// let saving = Saving::to("course").go_on_when_failed(&|error| eprintln!("not saved: {error}"));
    /// assert!(format!("{saving:?}").contains("course"));
    /// ```
    pub const fn go_on_when_failed(mut self, told: &'a dyn Fn(&Error)) -> Self {
        self.failed = Some(told);
        self
    }
}

impl fmt::Debug for Saving<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.debug_struct("Saving").field("path", &self.path).field("every", &self.every).finish_non_exhaustive()
    }
}

/// What is saved while it runs: a course, or several side by side.
pub(crate) trait Saved {
    /// Saves it to a file.
    fn save_to(&self, path: &Path) -> Result<()>;

    /// Changes with every step.
    fn instant(&self) -> u64;
}

impl Saved for Simulation {
    fn save_to(&self, path: &Path) -> Result<()> {
        self.save(path)
    }

    fn instant(&self) -> u64 {
        self.clock.tick()
    }
}

/// Saves what runs.
pub(crate) struct Saver<'a> {
    saving: Option<&'a Saving<'a>>,
    /// When it is saved next.
    next: Option<Instant>,
    /// Instant at which it was saved last.
    saved: Option<u64>,
}

impl<'a> Saver<'a> {
    /// Saves where an observer asks for it only.
    pub(crate) const fn none() -> Self {
        Self { saving: None, next: None, saved: None }
    }

    /// Refused if the file cannot be written.
    pub(crate) fn new(saving: &'a Saving) -> Result<Self> {
        check_writable(&saving.path)?;
        let mut saver = Self { saving: Some(saving), next: None, saved: None };
        saver.wait();
        Ok(saver)
    }

    /// The next save is due once the interval has passed from now on.
    fn wait(&mut self) {
        self.next = self.saving.and_then(|saving| Instant::now().checked_add(saving.every?));
    }

    /// Tells, as often as it is asked, whether the course is to be saved or stopped.
    pub(crate) fn is_due(&self) -> impl Fn() -> bool + Sync + use<'a> {
        let (stop, next) = (self.saving.map(|saving| saving.stop), self.next);
        move || stop.is_some_and(|stop| stop()) || is_past(next)
    }

    /// Saves the course if that is due; breaks if it is to stop.
    pub(crate) fn between_steps(&mut self, course: &dyn Saved) -> Result<ControlFlow<()>> {
        let Some(saving) = self.saving else { return Ok(ControlFlow::Continue(())) };
        if (saving.stop)() {
            return Ok(ControlFlow::Break(()));
        }
        if is_past(self.next) {
            match (self.save(course), saving.failed) {
                (Err(error), Some(told)) => {
                    told(&error);
                    self.wait();
                }
                (saved, _) => saved?,
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    /// Saves the course as it is, unless it is saved already.
    pub(crate) fn save(&mut self, course: &dyn Saved) -> Result<()> {
        let Some(saving) = self.saving else { return Ok(()) };
        // Nothing changes between two steps.
        if self.saved != Some(course.instant()) {
            self.save_to(&saving.path, course)?;
        }
        Ok(())
    }

    /// Saves the course to a file that an observer named.
    pub(crate) fn save_to(&mut self, path: &Path, course: &dyn Saved) -> Result<()> {
        course.save_to(path)?;
        if self.saving.is_some_and(|saving| saving.path == path) {
            self.saved = Some(course.instant());
            self.wait();
        }
        Ok(())
    }
}

fn is_past(time: Option<Instant>) -> bool {
    time.is_some_and(|time| Instant::now() >= time)
}
