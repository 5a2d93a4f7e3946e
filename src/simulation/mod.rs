//! Order, time and seed: how a tissue and a protocol become a course.
mod builder;
mod changed;
mod checkpoint;
mod clock;
mod finite;
mod processes;
mod quiet;
mod room;
mod rule;
mod rules;
mod run;
mod saving;
mod step;
mod surfaces;
mod together;
mod treat;
mod workspace;

pub use builder::Builder;
pub(crate) use builder::Code;
pub(crate) use checkpoint::{RestoredStack, read_stack, write_stack};
pub use clock::{Clock, TICK_HOURS, TICKS_PER_DAY};
pub(crate) use rule::tick_at_or_after;
pub use rule::{CloneRule, Phase, Rule, RuleContext, after_step};
pub use run::Progress;
pub use saving::Saving;
pub(crate) use saving::{Saved, Saver};
pub(crate) use step::Begun;
pub(crate) use surfaces::{SampledSurface, SavedSurface};
pub(crate) use together::Spreading;

use crate::engine::Threads;
use crate::error::{Result, check};
use crate::measure::Histology;
use crate::parameters::Parameters;
use crate::remodeling::Ledger;
use crate::report::{Column, Report, Sample, Seen, Storage, Watched};
use crate::signals::ExactDiffusion;
use crate::tissue::Tissue;
use crate::treatment::Protocol;
use crate::units::Length;
use workspace::Workspace;

/// A tissue under a protocol, at one instant. Cloning it branches the course.
///
/// ```
/// use dermaweave::{Device, Grid, Length, Protocol, Simulation, Skin, Time, Tissue};
/// let side = Length::millimeters(1.0);
/// let tissue = Tissue::new(Grid::new(side, side, Length::micrometers(20.0))?, &Skin::young())?;
/// let protocol = Protocol::once(Device::single_channel(Length::micrometers(250.0))).follow_up(Time::days(2.0));
/// let mut simulation = Simulation::builder(tissue).protocol(protocol).seed(1).build()?;
/// simulation.run()?;
/// assert_eq!(simulation.clock().days(), 2.0);
/// assert!(simulation.tissue().macrophages().len() > 0);
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone)]
pub struct Simulation {
    tissue: Tissue,
    protocol: Protocol,
    parameters: Parameters,
    seed: u64,
    clock: Clock,
    longest_step: u64,
    ledger: Ledger,
    arm: String,
    sample_days: u64,
    sample_also: Vec<u64>,
    window: Length,
    histology: Option<Histology>,
    watched: Watched,
    report: Report,
    solver: ExactDiffusion,
    workspace: Workspace,
    threads: Threads,
    rules: Vec<Box<dyn Rule>>,
    /// Surfaces of the samples, if they are kept: those that its owner has not taken yet.
    surfaces: Option<Vec<SampledSurface>>,
    /// Whether the tissue may have been changed from outside since the last step.
    is_changed: bool,
}

impl std::fmt::Debug for Simulation {
    fn fmt(&self, formatter: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(formatter, "Simulation of arm {:?} on day {} of {}", self.arm, self.clock.days(), self.end_day())
    }
}

impl Simulation {
    /// Begins to describe a simulation of a tissue.
    pub fn builder(tissue: Tissue) -> Builder {
        Builder::new(tissue)
    }

    /// Whether the protocol has ended.
    pub fn is_finished(&self) -> bool {
        self.clock.tick() >= self.end_tick()
    }

    /// The tissue as it is.
    pub const fn tissue(&self) -> &Tissue {
        &self.tissue
    }

    /// The tissue, to be changed between steps. What is changed by hand is not part of the protocol.
    pub const fn tissue_mut(&mut self) -> &mut Tissue {
        self.is_changed = true;
        &mut self.tissue
    }

    /// Simulated time.
    pub const fn clock(&self) -> Clock {
        self.clock
    }

    /// What was added to the collagen of the whole field and taken from it since the start, process by
    /// process, turnover included that is yet to be written into the sites: one pass over them. Saved with the
    /// course, kept by branches; days that are evaluated and rolled back are not counted.
    pub fn ledger(&self) -> Ledger {
        self.ledger + Ledger::of_turnover(self.threads.run(|| self.tissue.matrix.exchanged()))
    }

    /// What was seen so far.
    pub const fn report(&self) -> &Report {
        &self.report
    }

    /// The parameters in use.
    pub const fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    /// Seed of all random numbers.
    pub const fn seed(&self) -> u64 {
        self.seed
    }

    /// The protocol.
    pub const fn protocol(&self) -> &Protocol {
        &self.protocol
    }

    /// Gives a branched course another name, seed and protocol from here on. Sessions of the new
    /// protocol before the present day are taken as done.
    ///
    /// Rows seen so far keep the name of their arm; a session of the present day, or an end on it, has its row, as it
    /// would have had without the branch. Times of [`Builder::sample_also`] after the new end are left out. Fails as
    /// [`Protocol::validate`] does, with [`Error::DoseWithoutRule`](crate::Error::DoseWithoutRule) for doses that no rule takes, and with
    /// [`Error::FieldTooLarge`](crate::Error::FieldTooLarge) where there is no memory for one more course.
    ///
    /// ```
    /// use dermaweave::{Device, Grid, Length, Protocol, Simulation, Skin, Time, Tissue};
    /// # let side = Length::micrometers(400.0);
    /// # let tissue = Tissue::new(Grid::new(side, side, Length::micrometers(20.0))?, &Skin::young())?;
    /// let channel = Device::single_channel(Length::micrometers(250.0));
    /// let once = Protocol::repeated(channel.clone(), 1, Time::days(1.0));
    /// let mut simulation = Simulation::builder(tissue).protocol(once).arm("once").build()?;
    /// simulation.run()?;
    /// let mut branched = simulation.branch("twice", Protocol::repeated(channel, 2, Time::days(1.0)), 1)?;
    /// branched.run()?;
    /// assert_eq!((simulation.clock().days(), branched.clock().days()), (1.0, 2.0));
    /// assert!(branched.report().rows().last().is_some_and(|row| row.arm == "twice"));
    /// # Ok::<(), dermaweave::Error>(())
    /// ```
    pub fn branch(&self, arm: impl Into<String>, protocol: Protocol, seed: u64) -> Result<Self> {
        protocol.validate(self.tissue.grid())?;
        check("end of a branch", protocol.end_day() as f64, "days", self.clock.days()..=36_525.0)?;
        self.tissue.skin().validate_span(protocol.end.in_hours() - self.clock.hours())?;
        self.check_memory_of_branch(&protocol)?;
        let mut branch = Self { arm: arm.into(), protocol, seed, ..self.clone() };
        branch.check_rules()?;
        // What is seen before a session, or at the end, is seen here if the course so far had no reason to look.
        let seen = branch.report.rows().last().is_some_and(|row| row.day == branch.clock.days());
        branch.check_changed()?;
        if branch.is_sampled_at(branch.clock.tick()) && !seen {
            branch.sample_on_threads();
        }
        Ok(branch)
    }

    /// Adds a rule of one's own from here on, as [`Builder::rule`] does from the start.
    ///
    /// ```
    /// use dermaweave::simulation::after_step;
    /// use dermaweave::{Device, Grid, Length, Protocol, Signal, Simulation, Skin, Time, Tissue};
    /// # let side = Length::micrometers(400.0);
    /// # let tissue = Tissue::new(Grid::new(side, side, Length::micrometers(20.0))?, &Skin::young())?;
    /// let protocol = Protocol::once(Device::single_channel(Length::micrometers(250.0))).follow_up(Time::days(1.0));
    /// let mut simulation = Simulation::builder(tissue).protocol(protocol).build()?;
    /// simulation.step()?;
    /// assert!(simulation.tissue().signals()[Signal::TgfBeta].maximum() > 0.0);
    /// // A drug that takes away all TGF-β from here on.
    /// simulation.add_rule(after_step("drug", |tissue, _clock, _hours| {
    ///     tissue.signals_mut()[Signal::TgfBeta].values_mut().fill(0.0);
    /// }));
    /// simulation.run()?;
    /// assert_eq!(simulation.tissue().signals()[Signal::TgfBeta].maximum(), 0.0);
    /// # Ok::<(), dermaweave::Error>(())
    /// ```
    pub fn add_rule(&mut self, rule: impl Rule + 'static) {
        self.rules.push(Box::new(rule));
        self.is_changed = true;
    }

    /// Adds a column of one's own from here on, as [`Builder::column`] does from the start, or gives one again to a resumed
    /// course that had it.
    ///
    /// A name that is taken, or no name for a column, gives [`Error::BadColumn`](crate::Error::BadColumn).
    ///
    /// ```
    /// use dermaweave::report::Column;
    /// use dermaweave::{Error, Grid, Length, Protocol, Simulation, Skin, Time, Tissue};
    /// # let side = Length::micrometers(400.0);
    /// # let tissue = Tissue::new(Grid::new(side, side, Length::micrometers(20.0))?, &Skin::young())?;
    /// let old = || Column::new("old_share", "1", "Share of the collagen that is not of the young pool.", |sampled| {
    ///     1.0 - sampled.row.organization.new_density / sampled.row.organization.density
    /// });
    /// let builder = Simulation::builder(tissue).protocol(Protocol::untreated(Time::days(1.0)));
    /// let path = std::env::temp_dir().join(format!("dermaweave_columns_{}", std::process::id()));
    /// builder.column(old()).build()?.save(&path)?;
    /// let mut simulation = Simulation::resume(&path, None)?;
    /// assert!(matches!(simulation.run(), Err(Error::MissingColumn { .. })));
    /// simulation.add_column(old())?;
    /// simulation.run()?;
    /// assert!(simulation.report().rows().iter().all(|row| row.value("old_share").is_some()));
    /// # std::fs::remove_file(&path)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn add_column(&mut self, column: Column) -> Result<()> {
        self.watched.add_column(column, &mut self.report)
    }

    pub(crate) fn end_tick(&self) -> u64 {
        self.protocol.end_day() * TICKS_PER_DAY
    }

    fn end_day(&self) -> f64 {
        self.protocol.end_day() as f64
    }

    /// Whether an instant is one that is sampled: every so many days, before every session, and at
    /// the end.
    fn is_sampled_at(&self, tick: u64) -> bool {
        tick.is_multiple_of(self.sample_days * TICKS_PER_DAY)
            || tick == self.end_tick()
            || self.sample_also.contains(&tick)
            || self.sessions_at(tick).next().is_some()
    }

    /// Whether the step that began and ended at these ticks is sampled at its end: if that is such an
    /// instant, or an extra one lies in the step.
    fn is_sampled_in(&self, begun: u64, ended: u64) -> bool {
        self.is_sampled_at(ended) || self.sample_also.iter().any(|&tick| begun < tick && tick < ended)
    }

    /// Numbers of the sessions that are due at an instant.
    fn sessions_at(&self, tick: u64) -> impl Iterator<Item = usize> {
        let sessions = self.protocol.sessions.iter().enumerate();
        sessions.filter(move |(_, session)| session.day() * TICKS_PER_DAY == tick).map(|(index, _)| index)
    }

    fn sample_on_threads(&mut self) {
        let threads = self.threads.clone();
        threads.run(|| self.sample());
    }

    fn sample(&mut self) {
        let (tissue, parameters) = (&self.tissue, &self.parameters);
        let histology = self.histology.as_ref().map(|histology| (histology, self.seed));
        let (arm, day) = (self.arm.as_str(), self.clock.days());
        let sample = Sample { arm, day, tissue, parameters, solver: &self.solver, histology };
        let Workspace { sources, diffusion, .. } = &mut self.workspace;
        let storage = Storage { fields: sources.scratch(), diffusion: &mut diffusion[0] };
        // The ground substance and the thickness of a valid skin are never refused.
        if let Ok(Seen { rows, surface }) = self.watched.measure(sample, storage) {
            let (tick, first_row) = (self.clock.tick(), self.report.rows().len());
            self.report.add(rows);
            if let Some(surfaces) = &mut self.surfaces {
                surfaces.push(SampledSurface { tick, first_row, surface });
            }
        }
    }
}
