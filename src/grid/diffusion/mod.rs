//! Diffusion, decay and release, solved exactly in time.
//!
//! Equation, for one signal: ∂c/∂t = D ∇²c − λ c + s
//!
//! with constant D and λ and a source s that is constant over the step. On the grid ∇² is the
//! five-point Laplacian. Its eigenvectors are the cosines (closed field) or the cosines and sines
//! (periodic field) of the grid, with eigenvalues −k² where k² = (4/h²)(sin²(aₓ) + sin²(a_y)); for
//! each of them the equation is one number's relaxation with rate μ = D k² + λ:
//!
//! ĉ ← ĉ e^{−μΔt} + ŝ (1 − e^{−μΔt})/μ
//!
//! A step of any length is therefore exact in time. The five-point Laplacian, unlike the spectral
//! one, has no negative off-diagonal entries, so a level never rings and never becomes negative
//! beyond round-off, whatever the source looks like; the price is an error of second order in h.
//!
//! A step goes through memory three times, eight lines at a time and two of them in one transform: rows of
//! level and source are transformed along x in place; columns of both are transformed along y, relaxed and
//! transformed back into the workspace; rows of that are transformed back along x. Lines that are transformed lie
//! side by side ([`lanes`]), so that every vector instruction does the same for all of them. Factors of the modes are
//! products of one number for kₓ and one for k_y, so no mode needs an exponential of its own.
//! A signal that is alive in a part of a large field is solved in that part ([`windowed`]).
mod axis;
mod bands;
mod butterflies;
mod fourier;
mod lanes;
mod relaxation;
mod windowed;
mod workspace;

pub use workspace::Workspace;

use super::{Field, Grid};
use crate::engine;
use axis::Axis;
use lanes::LINES;
use relaxation::Relaxation;
use std::sync::Arc;
use workspace::{Factor, Lines};

/// How many lines across bands are made at once of so many: several bands, since longer runs of neighbors are fetched from
/// memory before their use. Few lines are handed out to threads in smaller parts, which lie near anyway.
const fn made_at_once(lines: usize) -> usize {
    if lines < 512 { 2 * LINES } else { 4 * LINES }
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
pub struct ExactDiffusion {
    along_x: Arc<Axis>,
    along_y: Arc<Axis>,
}

impl ExactDiffusion {
    /// Prepares the transforms of a grid.
    pub fn new(grid: &Grid) -> Self {
        let axis = |sites| Arc::new(Axis::new(sites, grid.spacing(), grid.boundary()));
        Self { along_x: axis(grid.columns()), along_y: axis(grid.rows()) }
    }

    /// Advances `level` by `hours` with diffusivity D in µm²/h, decay rate λ in 1/h and a constant
    /// `source` in level/h. Both fields must live on the solver's grid.
    ///
    /// # Panics
    ///
    /// If a field lives on another grid.
    pub fn advance(&self, level: &mut Field, source: &Field, diffusivity: f64, decay_rate: f64, hours: f64) {
        let (mut source, mut workspace) = (source.clone(), Workspace::default());
        self.advance_within(level, &mut source, (diffusivity, decay_rate, hours), &mut workspace);
    }

    /// [`ExactDiffusion::advance`] with (D, λ, hours) for those who step often: it uses up the source, and all
    /// that it needs beside level and source is kept in the workspace.
    ///
    /// ```
    /// use dermaweave::grid::Workspace;
    /// use dermaweave::{ExactDiffusion, Field, Grid, Length};
    /// let side = Length::micrometers(400.0);
    /// let grid = Grid::new(side, side, Length::micrometers(20.0))?;
    /// let (solver, mut workspace) = (ExactDiffusion::new(&grid), Workspace::default());
    /// let (mut level, mut source) = (Field::uniform(grid, 0.0), Field::uniform(grid, 0.0));
    /// for _ in 0..24 {
    ///     source.values_mut().fill(0.35);
    ///     solver.advance_within(&mut level, &mut source, (12_200.0, 0.35, 1.0), &mut workspace);
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
        rates: (f64, f64, f64),
        workspace: &mut Workspace,
    ) {
        self.assert_own_grid(level, source);
        let source = (source.maximum() != 0.0).then(|| source.values_mut());
        self.relax(level.values_mut(), source, rates, workspace);
    }

    /// Panics if a field lives on another grid.
    fn assert_own_grid(&self, level: &Field, source: &Field) {
        let (grid, own) = (level.grid(), (self.along_x.sites, self.along_y.sites));
        assert!(
            grid == source.grid() && (grid.columns(), grid.rows()) == own,
            "level and source must live on the grid of the solver"
        );
    }

    /// [`ExactDiffusion::advance_within`] without a source.
    pub(crate) fn spread_within(&self, level: &mut Field, rates: (f64, f64, f64), workspace: &mut Workspace) {
        self.relax(level.values_mut(), None, rates, workspace);
    }

    fn relax(&self, level: &mut [f64], source: Option<&mut [f64]>, rates: (f64, f64, f64), workspace: &mut Workspace) {
        workspace.prepare(&self.along_x, &self.along_y, rates);
        // All parts of columns in which anything is left of the level.
        let last = workspace.along_x.iter().rposition(|x| !x.is_gone()).unwrap_or(0);
        let (columns, part) = (self.along_x.sites, made_at_once(self.along_x.sites));
        let needed = (last / part * part + part).min(columns);
        self.transform_rows(level, needed, workspace);
        let source = source.map(|source| {
            self.transform_rows(source, columns, workspace);
            &*source
        });
        self.relax_columns(level, source, workspace);
        self.transform_rows_back(level, workspace);
    }

    /// The one-dimensional transforms of a step and nothing else: of level and source along x and y, and of the
    /// level back along both, each on lines that are whole in memory. What a step costs beyond that is
    /// its own; both fields become meaningless.
    ///
    /// ```
    /// use dermaweave::grid::Workspace;
    /// use dermaweave::{ExactDiffusion, Field, Grid, Length};
    /// let side = Length::micrometers(400.0);
    /// let grid = Grid::new(side, side, Length::micrometers(20.0))?;
    /// let mut level = Field::uniform(grid, 1.0);
    /// let mut source = level.clone();
    /// ExactDiffusion::new(&grid).transform_only(&mut level, &mut source, &mut Workspace::default());
    /// assert!(level != Field::uniform(grid, 1.0));
    /// # Ok::<(), dermaweave::Error>(())
    /// ```
    pub fn transform_only(&self, level: &mut Field, source: &mut Field, workspace: &mut Workspace) {
        workspace.prepare(&self.along_x, &self.along_y, (0.0, 0.0, 0.0));
        for axis in [&self.along_x, &self.along_y] {
            for field in [&mut *level, &mut *source] {
                for_all_lines(axis, field.values_mut(), workspace, |lines, Lines { level, scratch, .. }| {
                    let line = &mut level[..axis.sites];
                    bands::gather_rows(lines, &axis.site_places, line);
                    axis.transform(line, scratch);
                    bands::put_rows(line, &axis.mode_places, lines);
                });
            }
            for_all_lines(axis, level.values_mut(), workspace, |lines, Lines { level, scratch, .. }| {
                let line = &mut level[..axis.sites];
                bands::gather_rows(lines, &axis.mode_places, line);
                axis.transform_back(line, scratch);
                bands::put_rows(line, &axis.site_places, lines);
            });
        }
    }

    /// Rows of sites become bands of eight rows of modes along x, see [`bands`]. Only the first modes are `needed`.
    fn transform_rows(&self, values: &mut [f64], needed: usize, workspace: &Workspace) {
        let axis = &self.along_x;
        for_all_lines(axis, values, workspace, |rows, Lines { level, scratch, .. }| {
            let line = &mut level[..axis.sites];
            bands::gather_rows(rows, &axis.site_places, line);
            axis.transform(line, scratch);
            let band = needed * (rows.len() / axis.sites);
            bands::put_band(line, &axis.mode_places[..needed], &mut rows[..band]);
        });
    }

    /// Relaxes all modes and leaves bands of eight columns, modes along x and sites along y, in the workspace.
    fn relax_columns(&self, level: &[f64], source: Option<&[f64]>, workspace: &mut Workspace) {
        let (axis, rows, columns) = (&self.along_y, self.along_y.sites, self.along_x.sites);
        let Workspace { bands, lines, along_x, along_y, .. } = workspace;
        let width = made_at_once(columns);
        engine::for_each_part(bands, width * rows, lines, |part, bands, own| {
            let Lines { level: lines, source: others, scratch } = own;
            let (lines, others) = (&mut lines[..width / LINES * rows], &mut others[..width / LINES * rows]);
            let first = part * width;
            let along_x = &along_x[first..(first + width).min(columns)];
            let gone = along_x.iter().all(Factor::is_gone);
            if gone && source.is_none() {
                return bands.fill(0.0);
            }
            if !gone {
                bands::gather_across(level, (columns, first), &axis.site_places, lines);
            }
            if let Some(source) = source {
                bands::gather_across(source, (columns, first), &axis.site_places, others);
            }
            let lines = lines.chunks_exact_mut(rows).zip(others.chunks_exact_mut(rows));
            let bands = bands.chunks_mut(LINES * rows).zip(along_x.chunks(LINES));
            for ((band, along_x), (line, other)) in bands.zip(lines) {
                if !gone {
                    axis.transform(line, scratch);
                }
                if source.is_some() {
                    axis.transform(other, scratch);
                }
                let relaxation = Relaxation::new(along_x, along_y);
                let after = match (gone, source) {
                    (true, _) => relaxation.gained(other),
                    (false, None) => relaxation.left(line),
                    (false, Some(_)) => relaxation.both(line, other),
                };
                axis.transform_back(after, scratch);
                bands::put_band(after, &axis.site_places, band);
            }
        });
    }

    /// Bands of columns of the workspace, modes along x, become rows of sites.
    fn transform_rows_back(&self, values: &mut [f64], workspace: &Workspace) {
        let (axis, rows, columns) = (&self.along_x, self.along_y.sites, self.along_x.sites);
        let height = made_at_once(rows);
        engine::for_each_part(values, height * columns, &workspace.lines, |part, values, own| {
            let lines = &mut own.level[..height / LINES * columns];
            bands::gather_across(&workspace.bands, (rows, part * height), &axis.mode_places, lines);
            for (rows, line) in values.chunks_mut(LINES * columns).zip(lines.chunks_exact_mut(columns)) {
                axis.transform_back(line, &mut own.scratch);
                bands::put_rows(line, &axis.site_places, rows);
            }
        });
    }
}

/// Calls `change` with all lines along an axis, eight at a time.
fn for_all_lines(
    axis: &Axis,
    values: &mut [f64],
    workspace: &Workspace,
    change: impl Fn(&mut [f64], &mut Lines) + Sync,
) {
    engine::for_each_part(values, LINES * axis.sites, &workspace.lines, |_, lines, own| change(lines, own));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grid::Boundary;
    use crate::units::Length;

    fn grid(boundary: Boundary) -> Grid {
        let (width, height) = (Length::micrometers(480.0), Length::micrometers(300.0));
        Grid::new(width, height, Length::micrometers(10.0)).unwrap().with_boundary(boundary)
    }

    /// One explicit step of the five-point scheme is the generator of the exact one: their
    /// difference shrinks with the square of the step.
    #[test]
    fn short_steps_follow_the_five_point_laplacian() {
        for boundary in [Boundary::Closed, Boundary::Periodic] {
            let grid = grid(boundary);
            let start = Field::from_fn(grid, |x, y| 1.0 + (x / 40.0).sin() * (y / 30.0).cos());
            let source = Field::from_fn(grid, |x, y| (x + 2.0 * y) / 400.0);
            let error = |hours: f64| {
                let mut exact = start.clone();
                ExactDiffusion::new(&grid).advance(&mut exact, &source, 100.0, 0.3, hours);
                let at = |column: isize, row: isize| {
                    let (x, y) = ((column as f64 + 0.5) * 10.0, (row as f64 + 0.5) * 10.0);
                    start.values()[grid.site_at(x, y)]
                };
                let mut worst = 0.0_f64;
                for site in 0..grid.sites() {
                    let (column, row) = ((site % 48) as isize, (site / 48) as isize);
                    let around = at(column - 1, row) + at(column + 1, row) + at(column, row - 1) + at(column, row + 1);
                    let rate = around - 4.0 * at(column, row) - 0.3 * at(column, row) + source.values()[site];
                    worst = worst.max((at(column, row) + hours * rate - exact.values()[site]).abs());
                }
                worst
            };
            let ratio = error(2e-3) / error(1e-3);
            assert!((ratio - 4.0).abs() < 0.05, "{boundary:?}: {ratio}");
        }
    }

    #[test]
    fn a_point_source_never_rings() {
        for boundary in [Boundary::Closed, Boundary::Periodic] {
            let grid = grid(boundary);
            let mut source = Field::uniform(grid, 0.0);
            source.values_mut()[700] = 1e4;
            let mut level = Field::uniform(grid, 0.0);
            ExactDiffusion::new(&grid).advance(&mut level, &source, 1200.0, 0.036, 0.5);
            let lowest = level.values().iter().copied().fold(f64::INFINITY, f64::min);
            assert!(lowest > -1e-12 * level.maximum(), "{lowest}");
        }
    }
}
