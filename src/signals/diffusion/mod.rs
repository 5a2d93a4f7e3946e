//! Diffusion, decay and release of one signal, solved exactly in time.
//!
//! Equation: ∂c/∂t = D ∇²c − λ c + s, with constant D and λ and a source s that is constant over the step.
//!
//! On the grid ∇² is the five-point Laplacian. Its eigenvectors are the cosines (closed field) or the cosines and sines
//! (periodic field) of the grid, with eigenvalues −k² where k² = (4/h²)(sin²(aₓ) + sin²(a_y)); each of these Fourier modes
//! relaxes by itself ([`mode`]). A step of any length is therefore exact in time. The five-point Laplacian, unlike the
//! spectral one, has no negative off-diagonal entries, so a level never rings and never becomes negative beyond round-off,
//! whatever the source looks like; the price is an error of second order in h.
//!
//! A signal that is alive in a part of a large field is solved in that part ([`reach`]).
pub(crate) mod mode;
mod reach;

use super::Signal;
pub use crate::engine::DiffusionWorkspace;
use crate::engine::SpectralPlan;
use crate::grid::{Field, Grid};
use crate::parameters::SignalParameters;

/// Rates and length of a step of diffusion.
///
/// ```
/// use dermaweave::signals::DiffusionStep;
/// let step = DiffusionStep { diffusivity: 12_200.0, decay_rate: 0.35, hours: 1.0 };
/// // How far the signal gets within the step, in µm.
/// assert!(((2.0 * step.diffusivity * step.hours).sqrt() - 156.0).abs() < 1.0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DiffusionStep {
    /// D in µm²/h.
    pub diffusivity: f64,
    /// λ in 1/h.
    pub decay_rate: f64,
    /// Δt in h.
    pub hours: f64,
}

impl DiffusionStep {
    /// That of a signal.
    pub(crate) const fn of(signal: Signal, parameters: &SignalParameters, hours: f64) -> Self {
        let (diffusivity, decay_rate) = signal.rates(parameters);
        Self { diffusivity, decay_rate, hours }
    }
}

/// Solver for all signals that share a grid; plans and eigenvalues are made once.
///
/// ```
/// use dermaweave::{ExactDiffusion, Field, Grid, Length};
/// let side = Length::micrometers(400.0);
/// let grid = Grid::new(side, side, Length::micrometers(20.0))?;
/// let mut level = Field::uniform(grid, 1.0);
/// let source = Field::uniform(grid, 0.0);
/// ExactDiffusion::new(&grid).advance(&mut level, &source, 12_200.0, 0.35, 24.0);
/// assert!((level.mean() - (-0.35_f64 * 24.0).exp()).abs() < 1e-12);
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct ExactDiffusion(SpectralPlan);

impl ExactDiffusion {
    /// Prepares the transforms of a grid.
    pub fn new(grid: &Grid) -> Self {
        Self(SpectralPlan::new(grid))
    }

    /// Advances `level` by `hours` with diffusivity D in µm²/h, decay rate λ in 1/h and a constant
    /// `source` in level/h. Both fields must live on the solver's grid.
    ///
    /// # Panics
    ///
    /// If a field lives on another grid.
    pub fn advance(&self, level: &mut Field, source: &Field, diffusivity: f64, decay_rate: f64, hours: f64) {
        let step = DiffusionStep { diffusivity, decay_rate, hours };
        self.advance_within(level, &mut source.clone(), step, &mut DiffusionWorkspace::default());
    }

    /// [`ExactDiffusion::advance`] for callers that step often: it uses up the source, and all that it needs beside level and
    /// source is kept in the workspace.
    ///
    /// ```
    /// use dermaweave::signals::{DiffusionStep, DiffusionWorkspace};
    /// use dermaweave::{ExactDiffusion, Field, Grid, Length};
    /// let side = Length::micrometers(400.0);
    /// let grid = Grid::new(side, side, Length::micrometers(20.0))?;
    /// let (solver, mut workspace) = (ExactDiffusion::new(&grid), DiffusionWorkspace::default());
    /// let (mut level, mut source) = (Field::uniform(grid, 0.0), Field::uniform(grid, 0.0));
    /// let step = DiffusionStep { diffusivity: 12_200.0, decay_rate: 0.35, hours: 1.0 };
    /// for _ in 0..24 {
    ///     source.values_mut().fill(0.35);
    ///     solver.advance_within(&mut level, &mut source, step, &mut workspace);
    /// }
    /// assert!((level.mean() - (1.0 - (-0.35_f64 * 24.0).exp())).abs() < 1e-12);
    /// # Ok::<(), dermaweave::Error>(())
    /// ```
    ///
    /// # Panics
    ///
    /// If a field lives on another grid.
    pub fn advance_within(
        &self,
        level: &mut Field,
        source: &mut Field,
        step: DiffusionStep,
        workspace: &mut DiffusionWorkspace,
    ) {
        self.assert_own_grid(level, source);
        let source = (source.maximum() != 0.0).then(|| source.values_mut());
        self.0.relax(level.values_mut(), source, step, workspace);
    }

    /// Panics if a field lives on another grid.
    fn assert_own_grid(&self, level: &Field, source: &Field) {
        let grid = level.grid();
        assert!(
            grid == source.grid() && (grid.columns(), grid.rows()) == self.0.sites(),
            "level and source must live on the grid of the solver"
        );
    }

    /// [`ExactDiffusion::advance_within`] without a source.
    pub(crate) fn spread_within(&self, level: &mut Field, step: DiffusionStep, workspace: &mut DiffusionWorkspace) {
        self.0.relax(level.values_mut(), None, step, workspace);
    }

    /// [`ExactDiffusion::advance_within`] of a mode: level and source may be negative.
    pub(crate) fn advance_mode(
        &self,
        level: &mut Field,
        source: Option<&mut Field>,
        step: DiffusionStep,
        workspace: &mut DiffusionWorkspace,
    ) {
        self.0.relax(level.values_mut(), source.map(Field::values_mut), step, workspace);
    }

    /// The one-dimensional transforms of a step and nothing else: of level and source along x and y, and of the
    /// level back along both, each on lines that are whole in memory. What a step costs beyond that is
    /// its own; both fields become meaningless.
    ///
    /// ```
    /// use dermaweave::signals::DiffusionWorkspace;
    /// use dermaweave::{ExactDiffusion, Field, Grid, Length};
    /// let side = Length::micrometers(400.0);
    /// let grid = Grid::new(side, side, Length::micrometers(20.0))?;
    /// let mut level = Field::uniform(grid, 1.0);
    /// let mut source = level.clone();
    /// ExactDiffusion::new(&grid).transform_only(&mut level, &mut source, &mut DiffusionWorkspace::default());
    /// assert!(level != Field::uniform(grid, 1.0));
    /// # Ok::<(), dermaweave::Error>(())
    /// ```
    pub fn transform_only(&self, level: &mut Field, source: &mut Field, workspace: &mut DiffusionWorkspace) {
        self.0.transform_only(level.values_mut(), source.values_mut(), workspace);
    }
}
