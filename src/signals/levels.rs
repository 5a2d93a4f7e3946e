//! Levels of the signals, each advanced exactly in time.
use super::diffusion::{DiffusionStep, DiffusionWorkspace, ExactDiffusion};
use super::{PerSignal, Signal, Sources};
use crate::engine;
use crate::error::{Error, Result, check};
use crate::grid::{Field, Grid};
use crate::parameters::SignalParameters;
use crate::reading::checked_on_reading;
use serde::{Deserialize, Serialize};
use std::ops::{Index, IndexMut};

/// The level of every signal at every site.
///
/// ```
/// use dermaweave::{Grid, Length, Signal, Signals};
/// let side = Length::micrometers(400.0);
/// let grid = Grid::new(side, side, Length::micrometers(20.0))?;
/// let mut levels = Signals::at_rest(grid);
/// levels[Signal::TgfBeta].release(200.0, 200.0, 5_000.0);
/// assert!(levels[Signal::TgfBeta].maximum() > 0.0 && levels[Signal::Mmp].maximum() == 0.0);
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "SignalsFields")]
pub struct Signals {
    fields: PerSignal<Field>,
    held: PerSignal<bool>,
}

checked_on_reading! {
    Signals by check_read, read as "Signals" in SignalsFields { fields: PerSignal<Field>, held: PerSignal<bool> }
}

/// Sites of a signal up to which it is too small to occupy several threads by itself.
const SOLVED_SIDE_BY_SIDE: usize = 1 << 16;
/// What is left out where a signal is not alive adds up to no more than 1.5 times this share of the rest level.
const FAINT: f64 = 0.01;
/// Highest level at which a signal can be held.
const HIGHEST_HELD: f64 = 1e6;
/// Highest level that is read: above all that cells release within the ranges of the parameters.
const HIGHEST_READ: f64 = 1e9;

impl Signals {
    /// One grid for all, and levels that a signal can have.
    pub(crate) fn check_read(&self) -> Result<()> {
        self.fields.iter().try_for_each(|(_, field)| {
            self.grid().check_same(field.grid(), "a signal")?;
            field.check_values("level of a signal", "(relative)", 0.0..=HIGHEST_READ)
        })
    }

    /// No signal anywhere.
    pub fn at_rest(grid: Grid) -> Self {
        Self { fields: PerSignal::from_fn(|_| Field::uniform(grid, 0.0)), held: PerSignal::default() }
    }

    /// The grid the signals live on; it is coarser than the matrix, since signals vary over 100 µm and more.
    pub const fn grid(&self) -> &Grid {
        self.fields.0[0].grid()
    }

    /// Each signal and its level.
    pub(crate) fn fields(&self) -> impl Iterator<Item = (Signal, &Field)> {
        self.fields.iter()
    }

    /// The level of each signal, in the order of [`Signal::ALL`].
    pub(crate) fn fields_mut(&mut self) -> impl Iterator<Item = &mut Field> {
        self.fields.0.iter_mut()
    }

    /// Whether every signal is at rest.
    pub fn are_at_rest(&self) -> bool {
        self.fields.iter().all(|(_, field)| field.maximum() == 0.0)
    }

    /// Holds a signal at given levels from here on: it is sensed as always, but neither spreads nor decays,
    /// and what is released into it is lost.
    ///
    /// Levels on another grid than that of the signals give [`Error::WrongLength`], a level that is negative
    /// or above 10⁶ [`Error::OutOfRange`].
    ///
    /// ```
    /// use dermaweave::{Field, Grid, Length, Signal, Signals};
    /// let side = Length::micrometers(400.0);
    /// let grid = Grid::new(side, side, Length::micrometers(20.0))?;
    /// let mut levels = Signals::at_rest(grid);
    /// levels.hold(Signal::Pdgf, Field::from_fn(grid, |x, _| x / 400.0))?;
    /// assert!(levels.is_held(Signal::Pdgf) && !levels.is_held(Signal::Mmp));
    /// levels.let_go(Signal::Pdgf);
    /// assert!(!levels.is_held(Signal::Pdgf) && levels[Signal::Pdgf].maximum() > 0.9);
    /// # Ok::<(), dermaweave::Error>(())
    /// ```
    pub fn hold(&mut self, signal: Signal, level: Field) -> Result<()> {
        if level.grid() != self.grid() {
            let (length, sites) = (level.values().len(), self.grid().sites());
            return Err(Error::WrongLength { quantity: "a held signal", length, sites });
        }
        for &value in level.values() {
            check("level of a held signal", value, "(relative)", 0.0..=HIGHEST_HELD)?;
        }
        self[signal] = level;
        self.held[signal] = true;
        Ok(())
    }

    /// Lets a held signal spread and decay again, from its present level.
    pub const fn let_go(&mut self, signal: Signal) {
        self.held.0[signal as usize] = false;
    }

    /// Whether a signal is held.
    pub const fn is_held(&self, signal: Signal) -> bool {
        self.held.0[signal as usize]
    }

    /// Diffuses, decays and releases for `hours`: ∂c/∂t = D ∇²c − λ c + s, exactly in time for constant s.
    ///
    /// A signal whose level and source stay below the rest level is set to rest, and a held one stays as it is.
    /// One that is alive in a part of a large field is solved there, and as far around as it reaches in the step;
    /// elsewhere levels are zero. What that leaves out never adds up to more than 1.5 % of the rest level. With a rest
    /// level of zero all of the field is solved.
    ///
    /// `sources` are in level/h. They and the `solver` must have the grid of the levels.
    ///
    /// ```
    /// use dermaweave::signals::Sources;
    /// use dermaweave::{ExactDiffusion, Grid, Length, Parameters, Signal, Signals};
    /// let side = Length::micrometers(400.0);
    /// let grid = Grid::new(side, side, Length::micrometers(20.0))?;
    /// let (mut levels, mut sources) = (Signals::at_rest(grid), Sources::none(grid));
    /// sources.add(Signal::TgfBeta, 200.0, 200.0, 2_400.0);
    /// levels.advance(&sources, &ExactDiffusion::new(&grid), &Parameters::default().signal, 1.0);
    /// assert!(levels[Signal::TgfBeta].maximum() > 0.0 && levels[Signal::Pdgf].maximum() == 0.0);
    /// # Ok::<(), dermaweave::Error>(())
    /// ```
    pub fn advance(&mut self, sources: &Sources, solver: &ExactDiffusion, parameters: &SignalParameters, hours: f64) {
        self.advance_within(&mut sources.clone(), solver, parameters, hours, &mut Default::default());
    }

    /// [`Signals::advance`] that uses up the sources and allocates nothing: its workspaces are kept from step to step.
    /// Small signals are solved two at a time; large ones follow one another, each solved by all threads, since that
    /// needs room for one only.
    pub(crate) fn advance_within(
        &mut self,
        sources: &mut Sources,
        solver: &ExactDiffusion,
        parameters: &SignalParameters,
        hours: f64,
        [space, other_space]: &mut [DiffusionWorkspace; 2],
    ) {
        let (sites, held) = (self.grid().sites(), self.held);
        let solve = |first: usize, levels: &mut [Field], sources: &mut [Field], space: &mut DiffusionWorkspace| {
            let fields = Signal::ALL[first..].iter().zip(levels).zip(sources);
            for ((&signal, level), source) in fields.filter(|((signal, _), _)| !held[**signal]) {
                advance_one(
                    level,
                    source,
                    solver,
                    DiffusionStep::of(signal, parameters, hours),
                    parameters.rest_level,
                    space,
                );
            }
        };
        let are_small = sites <= SOLVED_SIDE_BY_SIDE;
        let half = if are_small { Signal::COUNT / 2 } else { Signal::COUNT };
        let (levels, other_levels) = self.fields.0.split_at_mut(half);
        let (sources, other_sources) = sources.0.0.split_at_mut(half);
        let mut some = || solve(0, levels, sources, space);
        if are_small {
            engine::both(sites, some, || solve(half, other_levels, other_sources, other_space));
        } else {
            some();
        }
    }

    /// [`Signals::advance`] of one signal, with a source that is used up. One that is held stays as it is.
    pub(crate) fn advance_signal(
        &mut self,
        signal: Signal,
        source: &mut Field,
        solver: &ExactDiffusion,
        step: DiffusionStep,
        rest_level: f64,
        space: &mut DiffusionWorkspace,
    ) {
        if !self.is_held(signal) {
            advance_one(&mut self[signal], source, solver, step, rest_level, space);
        }
    }
}

/// One signal over a step. It is set to rest if neither its level nor what its source can hold, s/λ, exceeds the rest level.
fn advance_one(
    level: &mut Field,
    source: &mut Field,
    solver: &ExactDiffusion,
    step: DiffusionStep,
    rest_level: f64,
    space: &mut DiffusionWorkspace,
) {
    if is_quiet(level, source, step.decay_rate, rest_level) {
        return come_to_rest(level);
    }
    solver.advance_where_alive(level, source, step, FAINT * rest_level, space);
    // The next step asks for it, and the values are at hand now.
    level.maximum();
}

/// Whether neither a level nor what its source can hold, s/λ, exceeds the rest level.
pub(super) fn is_quiet(level: &Field, source: &Field, decay_rate: f64, rest_level: f64) -> bool {
    level.maximum() <= rest_level && source.maximum() / decay_rate <= rest_level
}

/// Sets a level to rest; one that is at rest is not written.
pub(super) fn come_to_rest(level: &mut Field) {
    if level.maximum() != 0.0 {
        level.values_mut().fill(0.0);
    }
}

impl Index<Signal> for Signals {
    type Output = Field;
    fn index(&self, signal: Signal) -> &Field {
        &self.fields[signal]
    }
}

impl IndexMut<Signal> for Signals {
    fn index_mut(&mut self, signal: Signal) -> &mut Field {
        &mut self.fields[signal]
    }
}

/// The coarsening of the signals' grid: sites of at most `target` µm that divide the field evenly
/// and leave at least four along each side.
pub(crate) fn coarsening(grid: &Grid, target: f64) -> usize {
    let largest = (target / grid.spacing()).round().max(1.0) as usize;
    let fits = |factor: &usize| {
        [grid.columns(), grid.rows()].iter().all(|sites| sites.is_multiple_of(*factor) && sites / factor >= 4)
    };
    (1..=largest).rev().find(fits).unwrap_or(1)
}
