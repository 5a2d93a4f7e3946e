//! A course to its end: observed, saved from time to time, and stopped where that is asked for.
use super::Simulation;
use super::saving::{Saver, Saving};
use crate::error::{Error, Result};
use crate::report::Report;
use crate::tissue::Tissue;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

/// What an observer sees at every sample.
///
/// ```
/// use dermaweave::{Grid, Length, Protocol, Simulation, Skin, Time, Tissue};
/// use std::ops::ControlFlow;
/// # let side = Length::micrometers(400.0);
/// # let tissue = Tissue::new(Grid::new(side, side, Length::micrometers(20.0))?, &Skin::young())?;
/// let builder = Simulation::builder(tissue).protocol(Protocol::untreated(Time::days(2.0)));
/// let mut seen = Vec::new();
/// builder.sample_every(Time::days(1.0)).build()?.run_observed(|progress| {
///     seen.push((progress.day, progress.end_day));
///     ControlFlow::Continue(())
/// })?;
/// assert_eq!(seen, [(1.0, 2.0), (2.0, 2.0)]);
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct Progress<'a> {
    /// The tissue as it is.
    pub tissue: &'a Tissue,
    /// All rows so far.
    pub report: &'a Report,
    /// Simulated days so far.
    pub day: f64,
    /// Days of the whole protocol.
    pub end_day: f64,
    asked: &'a Mutex<Vec<PathBuf>>,
}

impl Progress<'_> {
    /// Asks that the course be saved to a file, as [`Simulation::save`] does, at the end of the present step: a sample may lie
    /// within a step, and then no course can go on from it. Once resumed, the observer is not called for this sample again.
    ///
    /// If it cannot be saved, the run ends with that error; the state is intact.
    ///
    /// ```
    /// use dermaweave::{Grid, Length, Protocol, Simulation, Skin, Time, Tissue};
    /// use std::ops::ControlFlow;
    /// # let side = Length::micrometers(400.0);
    /// # let tissue = Tissue::new(Grid::new(side, side, Length::micrometers(20.0))?, &Skin::young())?;
    /// let builder = Simulation::builder(tissue).protocol(Protocol::untreated(Time::weeks(8.0)));
    /// let path = std::env::temp_dir().join(format!("dermaweave_progress_{}", std::process::id()));
    /// builder.sample_every(Time::weeks(4.0)).build()?.run_observed(|progress| {
    ///     if progress.day == 28.0 {
    ///         progress.save(&path);
    ///     }
    ///     ControlFlow::Continue(())
    /// })?;
    /// assert_eq!(Simulation::resume(&path, None)?.clock().days(), 28.0);
    /// # std::fs::remove_file(&path)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn save(&self, path: impl Into<PathBuf>) {
        let (mut asked, path) = (self.asked.lock().unwrap_or_else(PoisonError::into_inner), path.into());
        if !asked.contains(&path) {
            asked.push(path);
        }
    }
}

/// What is told and asked while a course advances.
pub(super) struct Watch<'a> {
    observer: &'a mut dyn FnMut(&Progress) -> ControlFlow<()>,
    /// Whether something is to be done before the next step.
    pub(super) is_due: &'a (dyn Fn() -> bool + Sync),
    /// Files to which the observer asked that the course be saved.
    asked: Mutex<Vec<PathBuf>>,
}

impl<'a> Watch<'a> {
    pub(super) fn new(
        observer: &'a mut dyn FnMut(&Progress) -> ControlFlow<()>,
        is_due: &'a (dyn Fn() -> bool + Sync),
    ) -> Self {
        Self { observer, is_due, asked: Mutex::default() }
    }

    fn into_asked(self) -> Vec<PathBuf> {
        self.asked.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Simulation {
    /// Runs to the end of the protocol; does nothing if it has ended.
    /// Fails as [`Simulation::step`] does.
    pub fn run(&mut self) -> Result<()> {
        self.run_observed(|_| ControlFlow::Continue(()))
    }

    /// Runs to the end of the protocol and calls `observer` at every day that is sampled. If it
    /// breaks, the run stops with [`Error::Stopped`] at the end of the step; the state is intact and can
    /// be run on or saved.
    ///
    /// ```
    /// use dermaweave::{Error, Grid, Length, Protocol, Simulation, Skin, Time, Tissue};
    /// use std::ops::ControlFlow;
    /// # let side = Length::micrometers(400.0);
    /// # let tissue = Tissue::new(Grid::new(side, side, Length::micrometers(20.0))?, &Skin::young())?;
    /// // In settled tissue a step is four weeks.
    /// let builder = Simulation::builder(tissue).protocol(Protocol::untreated(Time::weeks(8.0)));
    /// let mut simulation = builder.sample_every(Time::weeks(4.0)).build()?;
    /// assert!(matches!(simulation.run_observed(|_| ControlFlow::Break(())), Err(Error::Stopped { day: 28.0 })));
    /// simulation.run()?;
    /// assert!(simulation.is_finished());
    /// # Ok::<(), dermaweave::Error>(())
    /// ```
    pub fn run_observed(&mut self, mut observer: impl FnMut(&Progress) -> ControlFlow<()>) -> Result<()> {
        self.run_with(Saver::none(), &mut observer)
    }

    /// Runs to the end of the protocol, saves the course from time to time, and stops where that is asked for: see [`Saving`].
    ///
    /// The course is saved between two steps, whether one of them is sampled or not. If it is to stop, it is saved and the run
    /// ends with [`Error::Stopped`]; a later [`Simulation::resume`] goes on from there, and the rows, what observers are called
    /// for and all bits are those of a run that was never stopped. At the end it is not saved once more.
    ///
    /// Fails as [`Simulation::step`] and [`Simulation::save`] do: if the file cannot be written at all, before the first step;
    /// else the state is intact, so that the run can go on, and the file is what was saved last.
    ///
    /// ```
    /// use dermaweave::simulation::Saving;
    /// use dermaweave::{Error, Grid, Length, Protocol, Simulation, Skin, Time, Tissue};
    /// use std::sync::atomic::{AtomicBool, Ordering};
    /// # let side = Length::micrometers(400.0);
    /// # let tissue = Tissue::new(Grid::new(side, side, Length::micrometers(20.0))?, &Skin::young())?;
    /// let builder = Simulation::builder(tissue).protocol(Protocol::untreated(Time::weeks(8.0)));
    /// let path = std::env::temp_dir().join(format!("dermaweave_saving_{}", std::process::id()));
    /// // A handler of signals would set it.
    /// let interrupted = AtomicBool::new(true);
    /// let stop = || interrupted.load(Ordering::Relaxed);
    /// let stopped = builder.build()?.run_saving(&Saving::to(&path).stop_when(&stop));
    /// assert!(matches!(stopped, Err(Error::Stopped { day: 0.0 })));
    /// Simulation::resume(&path, None)?.run()?;
    /// # std::fs::remove_file(&path)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn run_saving(&mut self, saving: &Saving) -> Result<()> {
        self.run_saving_observed(saving, |_| ControlFlow::Continue(()))
    }

    /// [`Simulation::run_saving`] with an observer, as [`Simulation::run_observed`] has it. If it breaks, the course is saved too.
    pub fn run_saving_observed(
        &mut self,
        saving: &Saving,
        mut observer: impl FnMut(&Progress) -> ControlFlow<()>,
    ) -> Result<()> {
        if self.is_finished() {
            return Ok(());
        }
        self.run_with(Saver::new(saving)?, &mut observer)
    }

    fn run_with(&mut self, mut saver: Saver, observer: &mut dyn FnMut(&Progress) -> ControlFlow<()>) -> Result<()> {
        if self.is_finished() {
            return Ok(());
        }
        self.check_changed()?;
        while !self.is_finished() {
            let mut wish = saver.between_steps(self)?;
            if wish.is_continue() {
                let is_due = saver.is_due();
                let mut watch = Watch::new(observer, &is_due);
                wish = self.advance(&mut watch)?;
                let asked = watch.into_asked();
                asked.iter().try_for_each(|path| saver.save_to(path, self))?;
            }
            if wish.is_break() {
                saver.save(self)?;
                return Err(Error::Stopped { day: self.clock.days() });
            }
        }
        Ok(())
    }

    /// Makes at least one step; ends where one was sampled, or something is due.
    pub(super) fn advance(&mut self, watch: &mut Watch) -> Result<ControlFlow<()>> {
        let (threads, begun, is_due) = (self.threads.clone(), self.clock.tick(), watch.is_due);
        // One thread leads through all of these steps, so that each finds in its cache what it worked on before.
        if threads.run(|| self.act_until_sampled(is_due))? {
            Ok(self.sample_observed(watch))
        } else if self.clock.tick() > begun {
            Ok(ControlFlow::Continue(()))
        } else {
            self.step_observed(watch)
        }
    }

    /// Samples and shows it to the observer.
    pub(super) fn sample_observed(&mut self, watch: &mut Watch) -> ControlFlow<()> {
        self.sample_on_threads();
        let (day, end_day) = (self.clock.days(), self.end_day());
        (watch.observer)(&Progress { tissue: &self.tissue, report: &self.report, day, end_day, asked: &watch.asked })
    }
}
