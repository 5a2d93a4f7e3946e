//! What cells hear: four diffusing signals, each solved exactly in time.
use crate::engine;
use crate::error::{Error, Result, check};
use crate::grid::{ExactDiffusion, Field, Grid, Workspace};
use crate::parameters::SignalParameters;
use crate::reading::checked_on_reading;
use serde::{Deserialize, Serialize};
use std::ops::{Index, IndexMut};

/// The four signals. Levels are relative: 1 half-saturates a fibroblast.
///
/// ```
/// use dermaweave::{Parameters, Signal};
/// let (diffusivity, decay_rate) = Signal::TgfBeta.rates(&Parameters::default().signal);
/// // How far a signal gets before it decays, in µm.
/// assert!(((diffusivity / decay_rate).sqrt() - 187.0).abs() < 1.0);
/// assert_eq!(Signal::ALL.len(), 4);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Signal {
    /// Transforming growth factor β: activates fibroblasts and, in excess, makes them contract.
    TgfBeta,
    /// Platelet-derived growth factor: attracts fibroblasts and lets them divide.
    Pdgf,
    /// Inflammation, IL-1 and TNF lumped: calls macrophages.
    Inflammation,
    /// Matrix metalloproteinases: cut collagen.
    Mmp,
}

impl Signal {
    /// All four, in the order in which they are stored.
    pub const ALL: [Self; 4] = [Self::TgfBeta, Self::Pdgf, Self::Inflammation, Self::Mmp];

    /// Diffusivity in µm²/h and decay rate in 1/h.
    pub const fn rates(self, parameters: &SignalParameters) -> (f64, f64) {
        match self {
            Self::TgfBeta => (parameters.tgf_beta_diffusivity, parameters.tgf_beta_decay_rate),
            Self::Pdgf => (parameters.pdgf_diffusivity, parameters.pdgf_decay_rate),
            Self::Inflammation => (parameters.inflammation_diffusivity, parameters.inflammation_decay_rate),
            Self::Mmp => (parameters.mmp_diffusivity, parameters.mmp_decay_rate),
        }
    }
}

/// One field for each signal: the levels, or what is released per hour.
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
    fields: [Field; 4],
    held: [bool; 4],
}

checked_on_reading! {
    Signals by check_read, read as "Signals" in SignalsFields { fields: [Field; 4], held: [bool; 4] }
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
        self.fields.iter().try_for_each(|field| {
            self.grid().check_same(field.grid(), "a signal")?;
            field.check_values("level of a signal", "(relative)", 0.0..=HIGHEST_READ)
        })
    }

    /// No signal anywhere.
    pub fn at_rest(grid: Grid) -> Self {
        Self { fields: std::array::from_fn(|_| Field::uniform(grid, 0.0)), held: [false; 4] }
    }

    /// The grid the signals live on; it is coarser than the matrix, since signals vary over 100 µm and more.
    pub const fn grid(&self) -> &Grid {
        self.fields[0].grid()
    }

    /// Whether every signal is at rest.
    pub fn are_at_rest(&self) -> bool {
        self.fields.iter().all(|field| field.maximum() == 0.0)
    }

    /// All four fields, in the order of [`Signal::ALL`].
    pub(crate) fn fields_mut(&mut self) -> [&mut Field; 4] {
        self.fields.each_mut()
    }

    /// Holds a signal at given levels from here on: it is heard as always, but neither spreads nor decays,
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
        self.held[signal as usize] = true;
        Ok(())
    }

    /// Lets a held signal spread and decay again, from its present level.
    pub const fn let_go(&mut self, signal: Signal) {
        self.held[signal as usize] = false;
    }

    /// Whether a signal is held.
    pub const fn is_held(&self, signal: Signal) -> bool {
        self.held[signal as usize]
    }

    /// Spreads, decays and releases for `hours`: ∂c/∂t = D ∇²c − λ c + s, exactly in time for constant s.
    /// A signal whose level and source stay below the rest level is set to rest, and a held one stays as it is.
    ///
    /// A signal that is alive in a part of a large field is solved there, and as far around as it reaches in the step;
    /// elsewhere levels are zero. What that leaves out never adds up to more than 1.5 % of the rest level. With a rest
    /// level of zero all of the field is solved.
    ///
    /// `sources` are in level/h. They and the `solver` must have the grid of the levels.
    pub fn advance(&mut self, sources: &Self, solver: &ExactDiffusion, parameters: &SignalParameters, hours: f64) {
        let mut spaces = std::array::from_fn(|_| Workspace::default());
        self.advance_within(&mut sources.clone(), solver, parameters, hours, &mut spaces);
    }

    /// [`Signals::advance`] that uses up the sources and makes nothing: it works in the given spaces, which are
    /// kept from step to step. Small signals are solved two at a time; large ones follow one another, each solved by
    /// all threads, since that needs room for one only.
    pub(crate) fn advance_within(
        &mut self,
        sources: &mut Self,
        solver: &ExactDiffusion,
        parameters: &SignalParameters,
        hours: f64,
        spaces: &mut [Workspace; 2],
    ) {
        let (sites, held) = (self.grid().sites(), self.held);
        let solve = |index: usize, level: &mut Field, source: &mut Field, space: &mut Workspace| {
            let (diffusivity, decay_rate) = Signal::ALL[index].rates(parameters);
            // A source below rest_level × λ cannot hold the signal above the rest level.
            let quiet = |level: f64| level <= parameters.rest_level;
            if held[index] {
                return;
            }
            if !(quiet(level.maximum()) && quiet(source.maximum() / decay_rate)) {
                let faint = FAINT * parameters.rest_level;
                solver.advance_where_alive(level, source, (diffusivity, decay_rate, hours), faint, space);
                // Who listens asks for it, and the values are at hand now.
                level.maximum();
            } else if level.values().iter().any(|level| *level != 0.0) {
                level.values_mut().fill(0.0);
            }
        };
        let solve_all = |first: usize, (levels, sources): (&mut [Field], &mut [Field]), space: &mut Workspace| {
            for (index, (level, source)) in levels.iter_mut().zip(sources).enumerate() {
                solve(first + index, level, source, space);
            }
        };
        let [space, other_space] = spaces;
        if sites <= SOLVED_SIDE_BY_SIDE {
            let ((levels, other_levels), (sources, other_sources)) =
                (self.fields.split_at_mut(2), sources.fields.split_at_mut(2));
            let others = || solve_all(2, (other_levels, other_sources), other_space);
            engine::both(sites, || solve_all(0, (levels, sources), space), others);
        } else {
            solve_all(0, (&mut self.fields, &mut sources.fields), space);
        }
    }
}

impl Index<Signal> for Signals {
    type Output = Field;
    fn index(&self, signal: Signal) -> &Field {
        &self.fields[signal as usize]
    }
}

impl IndexMut<Signal> for Signals {
    fn index_mut(&mut self, signal: Signal) -> &mut Field {
        &mut self.fields[signal as usize]
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
