//! The one gate: everything is checked here, once.
use super::clock::{Clock, TICK_HOURS};
use super::rule::tick_at_or_after;
use super::workspace::Workspace;
use super::{Rule, Simulation};
use crate::engine::{self, Threads};
use crate::error::{Result, check, check_multiple};
use crate::measure::{Histology, Region};
use crate::parameters::Parameters;
use crate::remodeling::Ledger;
use crate::report::{Caution, Column, Report, Watched};
use crate::signals::ExactDiffusion;
use crate::tissue::Tissue;
use crate::treatment::Protocol;
use crate::units::{Length, Time};
use std::path::Path;

/// Side of the windows if none is given: rounded to whole sites, whatever their spacing.
const USUAL_WINDOW: Length = Length::micrometers(100.0);

/// Describes a simulation; [`Builder::build`] checks all of it.
///
/// ```
/// use dermaweave::{Error, Grid, Length, Protocol, Simulation, Skin, Time, Tissue};
/// let side = Length::micrometers(400.0);
/// let tissue = Tissue::new(Grid::new(side, side, Length::micrometers(20.0))?, &Skin::young())?;
/// let builder = Simulation::builder(tissue).protocol(Protocol::untreated(Time::days(2.0))).seed(3);
/// assert_eq!(builder.clone().build()?.report().rows().len(), 1);
/// let refused = builder.sample_every(Time::hours(6.0)).build();
/// assert!(matches!(refused, Err(Error::OutOfRange { quantity: "sampling interval", .. })));
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone)]
#[must_use]
pub struct Builder {
    pub(super) tissue: Tissue,
    pub(super) protocol: Protocol,
    pub(super) parameters: Parameters,
    seed: u64,
    longest_step: Time,
    arm: String,
    sample_every: Time,
    sample_also: Vec<Time>,
    window: Option<Length>,
    histology: Option<Histology>,
    pub(super) regions: Vec<Region>,
    threads: Option<usize>,
    pub(super) rules: Vec<Box<dyn Rule>>,
    columns: Vec<Column>,
    keeps_surfaces: bool,
    shared_threads: Option<Threads>,
}

/// The user's own code.
pub(crate) struct Code {
    pub(crate) rules: Vec<Box<dyn Rule>>,
    pub(crate) columns: Vec<Column>,
}

/// What is counted in whole days and ticks.
struct Intervals {
    sample_days: u64,
    /// In ticks.
    longest_step: u64,
}

impl Builder {
    pub(super) fn new(tissue: Tissue) -> Self {
        Self {
            tissue,
            protocol: Protocol::untreated(Time::weeks(4.0)),
            parameters: Parameters::default(),
            seed: 0,
            longest_step: Time::days(1.0),
            arm: "treated".into(),
            sample_every: Time::days(7.0),
            sample_also: Vec::new(),
            window: None,
            histology: None,
            regions: Vec::new(),
            threads: None,
            rules: Vec::new(),
            columns: Vec::new(),
            keeps_surfaces: false,
            shared_threads: None,
        }
    }

    /// What is done and how long it is watched; four untreated weeks if not given.
    pub fn protocol(mut self, protocol: Protocol) -> Self {
        self.protocol = protocol;
        self
    }

    /// Other parameters than the defaults.
    pub fn parameters(mut self, parameters: Parameters) -> Self {
        self.parameters = parameters;
        self
    }

    /// Seed of all random numbers; 0 if not given.
    pub const fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Longest step while anything acts, in half hours; a day if not given, which caps nothing. Steps are
    /// an hour while tissue is inflamed and three while cells remodel: half an hour shows what that length
    /// changes. Steps in which only time passes are exact and stay as long as they are.
    ///
    /// ```
    /// use dermaweave::{Device, Grid, Length, Protocol, Simulation, Skin, Time, Tissue};
    /// # let side = Length::micrometers(400.0);
    /// # let tissue = Tissue::new(Grid::new(side, side, Length::micrometers(20.0))?, &Skin::young())?;
    /// let protocol = Protocol::once(Device::single_channel(Length::micrometers(250.0))).follow_up(Time::days(1.0));
    /// let builder = Simulation::builder(tissue).protocol(protocol);
    /// let mut simulation = builder.longest_step(Time::hours(0.5)).build()?;
    /// simulation.step()?;
    /// assert_eq!(simulation.clock().hours(), 0.5);
    /// # Ok::<(), dermaweave::Error>(())
    /// ```
    pub const fn longest_step(mut self, length: Time) -> Self {
        self.longest_step = length;
        self
    }

    /// Name of the arm in the report; `treated` if not given.
    pub fn arm(mut self, name: impl Into<String>) -> Self {
        self.arm = name.into();
        self
    }

    /// How often the regions are measured, in whole days; weekly if not given. Days before a
    /// session and the last day are always measured. Sampling never changes the course.
    pub const fn sample_every(mut self, interval: Time) -> Self {
        self.sample_every = interval;
        self
    }

    /// Times up to the end that are measured beside the regular days, also within a day: at the end of the step in
    /// which they lie, which is an hour long while tissue is inflamed.
    pub fn sample_also(mut self, times: impl IntoIterator<Item = Time>) -> Self {
        self.sample_also.extend(times);
        self
    }

    /// Side of the windows on which organization is measured, in whole sites; as many as come nearest to 100 µm if not
    /// given.
    pub const fn window(mut self, side: Length) -> Self {
        self.window = Some(side);
        self
    }

    /// Also takes histological pictures at every sample and measures their collagen orientation index.
    pub fn histology(mut self, histology: Histology) -> Self {
        self.histology = Some(histology);
        self
    }

    /// One more region to be measured, beside `all` and, if there is a lesion, `lesion` and `surround`.
    /// It must be one of the tissue's field, or [`Builder::build`] gives [`Error::OtherField`](crate::Error::OtherField).
    pub fn region(mut self, region: Region) -> Self {
        self.regions.push(region);
        self
    }

    /// Number of threads; all that the machine has if not given. The result does not depend on it. A field of about half a
    /// millimeter or less is stepped by one of them alone, which is faster.
    pub const fn threads(mut self, threads: usize) -> Self {
        self.threads = Some(threads);
        self
    }

    /// A [rule](Rule) of one's own, applied after those given before it; see [`after_step`](super::after_step) for one
    /// that is a closure. Two rules of one name, or a dose of none of them, are refused by [`Builder::build`].
    pub fn rule(mut self, rule: impl Rule + 'static) -> Self {
        self.rules.push(Box::new(rule));
        self
    }

    /// A column of one's own in every row, after all others. A name that is taken, or no name for a column, gives
    /// [`Error::BadColumn`](crate::Error::BadColumn) in [`Builder::build`].
    pub fn column(mut self, column: Column) -> Self {
        self.columns.push(column);
        self
    }

    /// Keeps the surface of every sample until it is taken.
    pub(crate) const fn keep_surfaces(mut self) -> Self {
        self.keeps_surfaces = true;
        self
    }

    /// What is in no file of a saved course.
    pub(crate) fn into_code(self) -> Code {
        Code { rules: self.rules, columns: self.columns }
    }

    /// On these threads, which other courses share.
    pub(crate) fn on_threads(mut self, threads: Threads) -> Self {
        self.shared_threads = Some(threads);
        self
    }

    /// Checks everything and measures the tissue as it is before the first step: that is the start of the course, from which
    /// on collagen is counted as lost and gained.
    ///
    /// Fails with [`Error::OutOfRange`](crate::Error::OutOfRange) (also if the skin would become older than
    /// 110 years, or an extra sample lies after the end), with [`Error::NotMultiple`](crate::Error::NotMultiple) for an interval that is not in
    /// whole days, a longest step not in half hours or a window not in whole sites, as [`Protocol::validate`] does,
    /// with [`Error::FieldTooLarge`](crate::Error::FieldTooLarge) if the memory that is left does not hold the course with as
    /// many cells as there is room for, and with [`Error::Threads`](crate::Error::Threads) if the threads cannot be started.
    pub fn build(mut self) -> Result<Simulation> {
        let intervals = self.check()?;
        // A tissue of another course brings none of that course's turnover into the ledger of this one, and what is there now
        // is what was there at the start of this one.
        self.tissue.matrix.flush();
        self.tissue.matrix.take_exchanged();
        engine::for_each(self.tissue.matrix.sites_mut(), |_, site| site.mark_original());
        let mut regions = lesion_regions(&self.tissue)?;
        regions.push(Region::all(self.tissue.grid()));
        regions.extend(self.regions);
        let threads = self.shared_threads.map_or_else(|| Threads::of_number(self.threads), Ok)?;
        let window = self.window.unwrap_or(USUAL_WINDOW);
        let mut simulation = Self::resumed(self.tissue, &regions, window, threads)?;
        simulation.protocol = self.protocol;
        simulation.parameters = self.parameters;
        simulation.seed = self.seed;
        simulation.longest_step = intervals.longest_step;
        simulation.arm = self.arm;
        simulation.histology = self.histology;
        simulation.sample_days = intervals.sample_days;
        simulation.sample_also = self.sample_also.into_iter().map(tick_at_or_after).collect();
        simulation.rules = self.rules;
        simulation.surfaces = self.keeps_surfaces.then(Vec::new);
        simulation.check_rules()?;
        let smoothing = simulation.parameters.surface.smoothing;
        self.columns.into_iter().try_for_each(|column| simulation.add_column(column))?;
        simulation.report.record_field(Caution::of_surround(&simulation.tissue, smoothing));
        simulation.sample_on_threads();
        simulation.watched.set_start(&simulation.report);
        Ok(simulation)
    }

    /// Goes on with a course that was built of an equal builder and saved: its rules and columns are code, in no file, and come
    /// from here. Fails as [`Simulation::resume_with_rules`] and [`Simulation::add_column`] do.
    pub(crate) fn resume(self, path: &Path) -> Result<Simulation> {
        let mut simulation = Simulation::resume_with_rules(path, self.threads, self.rules)?;
        self.columns.into_iter().try_for_each(|column| simulation.add_column(column))?;
        Ok(simulation)
    }

    /// Checks everything but what needs the simulation: rules and columns.
    fn check(&self) -> Result<Intervals> {
        self.parameters.validate()?;
        self.protocol.validate(self.tissue.grid())?;
        self.tissue.skin().validate_span(self.protocol.end.in_hours())?;
        let sample_days =
            check_multiple("sampling interval", self.sample_every.in_days(), "days", 1.0, 1.0..=36_525.0)?;
        let longest_step =
            check_multiple("longest step", self.longest_step.in_hours(), "h", TICK_HOURS, TICK_HOURS..=24.0)?;
        if let Some(side) = self.window {
            let spacing = self.tissue.grid().spacing();
            check_multiple("window side", side.in_micrometers(), "µm", spacing, spacing..=1e6)?;
        }
        let end_day = self.protocol.end_day() as f64;
        for days in self.sample_also.iter().map(|time| time.in_days()) {
            let is_end = (days / end_day - 1.0).abs() < 1e-9;
            check("time of an extra sample", if is_end { end_day } else { days }, "days", 0.0..=end_day)?;
        }
        if let Some(histology) = &self.histology {
            histology.validate()?;
        }
        self.check_memory(1)?;
        Ok(Intervals { sample_days, longest_step })
    }

    /// A simulation of a tissue with all that is made rather than given: solver, windows, threads.
    pub(super) fn resumed(tissue: Tissue, regions: &[Region], window: Length, threads: Threads) -> Result<Simulation> {
        let watched = threads.run(|| Watched::new(regions, &tissue, window))?;
        Ok(Simulation {
            solver: ExactDiffusion::new(tissue.signals.grid()),
            workspace: Workspace::new(*tissue.signals.grid()),
            tissue,
            protocol: Protocol::untreated(Time::days(1.0)),
            parameters: Parameters::default(),
            seed: 0,
            clock: Clock::default(),
            longest_step: super::TICKS_PER_DAY,
            ledger: Ledger::default(),
            arm: String::new(),
            sample_days: 1,
            sample_also: Vec::new(),
            window,
            histology: None,
            watched,
            report: Report::default(),
            threads,
            rules: Vec::new(),
            surfaces: None,
            is_changed: true,
        })
    }
}

/// `lesion` and `surround`, where there is a lesion.
fn lesion_regions(tissue: &Tissue) -> Result<Vec<Region>> {
    let (grid, lesion) = (tissue.grid(), tissue.lesion());
    let named = |name, mask: Vec<bool>| mask.contains(&true).then(|| Region::mask(name, grid, mask));
    if !lesion.contains(&true) {
        return Ok(Vec::new());
    }
    let surround = lesion.iter().map(|inside| !inside).collect();
    [named("lesion", lesion.to_vec()), named("surround", surround)].into_iter().flatten().collect()
}
