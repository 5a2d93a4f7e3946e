//! All layers to the end: in step, so that signals pass between them, and what they sample is joined.
use super::Dermis;
use crate::engine;
use crate::error::{Error, Result};
use crate::measure::Surface;
use crate::report::Report;
use crate::simulation::{Progress, Saved, Saver, Saving, Simulation, TICK_HOURS, TICKS_PER_DAY, tick_at_or_after};
use crate::tissue::Tissue;
use crate::units::Time;
use std::ops::ControlFlow;
use std::path::Path;

/// What an observer sees at every sample of the whole dermis.
///
/// ```
/// use dermaweave::{Dermis, Grid, Length, Protocol, Skin, Time, Tissue};
/// use std::ops::ControlFlow;
/// let side = Length::micrometers(400.0);
/// let grid = Grid::new(side, side, Length::micrometers(20.0))?;
/// let builder = Dermis::builder(grid, |grid| Tissue::new(grid, &Skin::young())).layers(2);
/// let builder = builder.protocol(Protocol::untreated(Time::weeks(2.0)));
/// let mut thickness = Vec::new();
/// builder.build()?.run_observed(|progress| {
///     thickness.push((progress.day, progress.surface.thickness.mean()));
///     ControlFlow::Continue(())
/// })?;
/// assert_eq!(thickness.iter().map(|(day, _)| *day).collect::<Vec<_>>(), [7.0, 14.0]);
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct DermisProgress<'a> {
    /// Simulated days so far.
    pub day: f64,
    /// Days of the whole protocol.
    pub end_day: f64,
    /// The surface over all layers.
    pub surface: &'a Surface,
    /// All rows of the whole dermis so far.
    pub report: &'a Report,
}

/// One layer at one of its samples. See [`Dermis::run_in_order`].
///
/// ```
/// use dermaweave::dermis::DermisEvent;
/// use dermaweave::{Dermis, Grid, Length, Protocol, Skin, Time, Tissue};
/// use std::ops::ControlFlow;
/// let side = Length::micrometers(400.0);
/// let grid = Grid::new(side, side, Length::micrometers(20.0))?;
/// let builder = Dermis::builder(grid, |grid| Tissue::new(grid, &Skin::young())).layers(2);
/// let builder = builder.protocol(Protocol::untreated(Time::weeks(1.0)));
/// let mut cells = Vec::new();
/// builder.build()?.run_in_order(None, |event| {
///     if let DermisEvent::Layer(sample) = event {
///         cells.push((sample.layer, sample.day, sample.tissue.fibroblasts().len()));
///     }
///     ControlFlow::Continue(())
/// })?;
/// assert_eq!((cells.len(), cells[1].0, cells[1].1), (2, 1, 7.0));
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct LayerSample<'a> {
    /// Number of the layer, from 0 at the top.
    pub layer: usize,
    /// Simulated day.
    pub day: f64,
    /// Its tissue as it is on that day.
    pub tissue: &'a Tissue,
}

/// What [`Dermis::run_in_order`] shows.
///
/// ```
/// use dermaweave::dermis::DermisEvent;
/// fn day(event: &DermisEvent) -> f64 {
///     match event {
///         DermisEvent::Layer(sample) => sample.day,
///         DermisEvent::Whole(progress) => progress.day,
///     }
/// }
/// # let _ = day;
/// ```
#[derive(Debug)]
pub enum DermisEvent<'a> {
    /// A layer was sampled.
    Layer(LayerSample<'a>),
    /// All layers were, and their rows are joined.
    Whole(DermisProgress<'a>),
}

/// Calls of an observer.
enum Shown<'a> {
    /// At every sample of all layers, which are run side by side.
    Whole(&'a mut dyn FnMut(&DermisProgress) -> ControlFlow<()>),
    /// At every sample of a layer too, in order.
    All(&'a mut dyn FnMut(DermisEvent) -> ControlFlow<()>),
}

impl Dermis {
    /// Runs all layers to the end of the protocol; does nothing if they have ended.
    /// Fails as [`Simulation::step`] does, with the failure of the uppermost layer that has one, and with
    /// [`Error::OutOfRange`] where a rule gives a signal that passes between layers another diffusivity in one of them.
    pub fn run(&mut self) -> Result<()> {
        self.run_observed(|_| ControlFlow::Continue(()))
    }

    /// Runs all layers to the end of the protocol and calls `observer` at every sample of the whole dermis. If it breaks, the run
    /// stops with [`Error::Stopped`] at the end of the step; the state is intact and can be run on or saved.
    pub fn run_observed(&mut self, mut observer: impl FnMut(&DermisProgress) -> ControlFlow<()>) -> Result<()> {
        self.run_with(self.end_tick(), Saver::none(), &mut Shown::Whole(&mut observer))
    }

    /// Runs all layers to the end of the protocol, saves them from time to time and stops where that is asked for, as
    /// [`Simulation::run_saving`] does for one.
    pub fn run_saving(&mut self, saving: &Saving) -> Result<()> {
        self.run_saving_observed(saving, |_| ControlFlow::Continue(()))
    }

    /// [`Dermis::run_saving`] with an observer, as [`Dermis::run_observed`] has it. If it breaks, all is saved too.
    pub fn run_saving_observed(
        &mut self,
        saving: &Saving,
        mut observer: impl FnMut(&DermisProgress) -> ControlFlow<()>,
    ) -> Result<()> {
        if self.is_finished() {
            return Ok(());
        }
        self.run_with(self.end_tick(), Saver::new(saving)?, &mut Shown::Whole(&mut observer))
    }

    /// The same, with the tissue of every layer at every sample, in order from the uppermost down. Bits are those of
    /// [`Dermis::run`]. If the observer breaks, the run stops at the end of the step, in which more layers may be shown.
    pub fn run_in_order(
        &mut self,
        saving: Option<&Saving>,
        mut observer: impl FnMut(DermisEvent) -> ControlFlow<()>,
    ) -> Result<()> {
        if self.is_finished() {
            return Ok(());
        }
        let saver = saving.map_or_else(|| Ok(Saver::none()), Saver::new)?;
        self.run_with(self.end_tick(), saver, &mut Shown::All(&mut observer))
    }

    /// Runs until a time or the end: to the end of the step that reaches it, which at rest, where only time passes, may be four
    /// weeks long, but ends on days of sessions and on multiples of 28 days.
    pub fn run_until(&mut self, time: Time) -> Result<()> {
        self.run_with(
            tick_at_or_after(time).min(self.end_tick()),
            Saver::none(),
            &mut Shown::Whole(&mut |_| ControlFlow::Continue(())),
        )
    }

    fn run_with(&mut self, until: u64, mut saver: Saver, shown: &mut Shown) -> Result<()> {
        while self.tick() < until {
            let mut wish = saver.between_steps(self)?;
            if wish.is_continue() {
                let round = self.courses[0].next_sampled(self.tick()).map_or(until, |next| next.min(until));
                wish = self.advance(round, &saver.is_due(), shown)?;
                if self.join(shown)?.is_break() {
                    wish = ControlFlow::Break(());
                }
            }
            if wish.is_break() {
                saver.save(self)?;
                return Err(Error::Stopped { day: self.tick() as f64 / TICKS_PER_DAY as f64 });
            }
        }
        Ok(())
    }

    /// Makes steps until a tick is reached or something is due.
    fn advance(&mut self, tick: u64, is_due: &(dyn Fn() -> bool + Sync), shown: &mut Shown) -> Result<ControlFlow<()>> {
        self.courses.iter_mut().try_for_each(Simulation::check_changed)?;
        let mut wish = ControlFlow::Continue(());
        while self.tick() < tick && wish.is_continue() && !is_due() {
            let stepped = self.step(shown);
            self.joint.take(&mut self.courses);
            wish = stepped?;
        }
        Ok(wish)
    }

    /// One step of all layers, as long as the shortest that one of them needs: quiet if nothing acts in any.
    fn step(&mut self, shown: &mut Shown) -> Result<ControlFlow<()>> {
        let begun = self.tick();
        let quiet: Option<Vec<_>> = self.courses.iter_mut().map(Simulation::quiet_ticks).collect();
        if let Some(ticks) = quiet.and_then(|ticks| ticks.into_iter().min()) {
            return self.show(shown, |course, observer| course.pass_quietly_until(begun + ticks, observer));
        }
        let threads = self.threads.clone();
        threads.run(|| self.act())?;
        self.show(shown, |course, observer| {
            course.sample_since(begun, observer);
            Ok(())
        })
    }

    /// A step in which something acts: in each layer by itself until signals spread, between layers, then in each by itself.
    fn act(&mut self) -> Result<()> {
        let ticks = side_by_side(&mut self.courses, |course| Ok(course.prepare_step()))?.into_iter().min().unwrap_or(1);
        let begun = side_by_side(&mut self.courses, |course| course.begin_step(ticks))?;
        match &mut self.exchange {
            Some(exchange) => exchange.spread(&mut self.courses, ticks as f64 * TICK_HOURS)?,
            None => self.courses.iter_mut().zip(&begun).for_each(|(course, begun)| course.spread_alone(begun)),
        }
        let mut layers: Vec<_> = self.courses.iter_mut().zip(begun.into_iter().map(Some)).collect();
        side_by_side(&mut layers, |(course, begun)| begun.take().map_or(Ok(()), |begun| course.end_step(begun)))
            .map(drop)
    }

    /// Runs what may sample each layer: side by side, or in order if each sample is shown.
    fn show(
        &mut self,
        shown: &mut Shown,
        run: impl Fn(&mut Simulation, &mut dyn FnMut(&Progress)) -> Result<()> + Sync,
    ) -> Result<ControlFlow<()>> {
        let mut wish = ControlFlow::Continue(());
        if let Shown::All(observer) = shown {
            for (layer, course) in self.courses.iter_mut().enumerate() {
                run(course, &mut |progress| {
                    let sample = LayerSample { layer, day: progress.day, tissue: progress.tissue };
                    if observer(DermisEvent::Layer(sample)).is_break() {
                        wish = ControlFlow::Break(());
                    }
                })?;
            }
        } else {
            let (threads, courses) = (&self.threads, &mut self.courses);
            threads.run(|| side_by_side(courses, |course| run(course, &mut |_| ())))?;
        }
        Ok(wish)
    }

    /// Joins what all layers have sampled, and shows it.
    fn join(&mut self, shown: &mut Shown) -> Result<ControlFlow<()>> {
        let mut wish = ControlFlow::Continue(());
        while self.joint.join_next(&self.courses)? {
            let (day, end_day) = (self.joint.day(), self.end_tick() as f64 / TICKS_PER_DAY as f64);
            let progress = DermisProgress { day, end_day, surface: self.joint.surface(), report: &self.joint.report };
            let wished = match shown {
                Shown::Whole(observer) => observer(&progress),
                Shown::All(observer) => observer(DermisEvent::Whole(progress)),
            };
            if wished.is_break() {
                wish = wished;
            }
        }
        Ok(wish)
    }
}

/// Does the same with all layers. Gives the failure of the uppermost one that has one.
fn side_by_side<L: Send, T: Send>(layers: &mut [L], run: impl Fn(&mut L) -> Result<T> + Sync) -> Result<Vec<T>> {
    let mut results: Vec<Option<Result<T>>> = layers.iter().map(|_| None).collect();
    engine::for_each_task(layers.iter_mut().zip(&mut results).collect(), |(layer, result)| *result = Some(run(layer)));
    results.into_iter().flatten().collect()
}

impl Saved for Dermis {
    fn save_to(&self, path: &Path) -> Result<()> {
        self.save(path)
    }

    fn instant(&self) -> u64 {
        self.tick()
    }
}
