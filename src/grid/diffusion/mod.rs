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
//! transformed back into the workspace; rows of that are transformed back along x. Factors of the modes are
//! products of one number for kₓ and one for k_y, so no mode needs an exponential of its own.
mod axis;
mod bands;
mod workspace;

pub use workspace::Workspace;

use super::{Field, Grid};
use crate::parallel;
use axis::Axis;
use bands::LINES;
use rustfft::num_complex::Complex;
use workspace::{Factor, Lines};

/// Modes that diffusion alone dampens by more than e^{−45} ≈ 3e-20 are gone, far below round-off.
const GONE: f64 = 45.0;

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
    along_x: Axis,
    along_y: Axis,
}

impl ExactDiffusion {
    /// Prepares the transforms of a grid.
    pub fn new(grid: &Grid) -> Self {
        let axis = |sites| Axis::new(sites, grid.spacing(), grid.boundary());
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
        let own_sites = self.along_x.sites * self.along_y.sites;
        assert!(
            level.grid() == source.grid() && level.grid().sites() == own_sites,
            "level and source must live on the grid of the solver"
        );
        let source = (source.maximum() != 0.0).then(|| source.values_mut());
        self.relax(level, source, rates, workspace);
    }

    /// [`ExactDiffusion::advance_within`] without a source.
    pub(crate) fn spread_within(&self, level: &mut Field, rates: (f64, f64, f64), workspace: &mut Workspace) {
        self.relax(level, None, rates, workspace);
    }

    fn relax(&self, level: &mut Field, source: Option<&mut [f64]>, rates: (f64, f64, f64), workspace: &mut Workspace) {
        workspace.prepare(&self.along_x, &self.along_y, rates);
        self.transform_rows(level.values_mut(), workspace);
        let source = source.map(|source| {
            self.transform_rows(source, workspace);
            &*source
        });
        self.relax_columns(level.values(), source, workspace);
        self.transform_rows_back(level.values_mut(), workspace);
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
                transform_lines(axis, field.values_mut(), workspace, |line, transformed, scratch| {
                    axis.transform(line, transformed, scratch);
                    axis.modes(transformed);
                });
            }
            transform_lines(axis, level.values_mut(), workspace, |line, transformed, scratch| {
                axis.undo_modes(line);
                axis.transform_back(line, transformed, scratch);
            });
        }
    }

    /// Rows of sites become bands of eight rows of modes along x, see [`bands`].
    fn transform_rows(&self, values: &mut [f64], workspace: &Workspace) {
        let (axis, columns) = (&self.along_x, self.along_x.sites);
        parallel::for_each_part(values, LINES * columns, &workspace.lines, |_, band, lines| {
            let Lines { gathered, transformed, scratch, .. } = lines;
            for (rows, line) in band.chunks(2 * columns).zip(gathered.chunks_exact_mut(columns)) {
                let (first, second) = rows.split_at(columns);
                // A last row without a partner goes twice.
                axis.pack(first, if second.is_empty() { first } else { second }, line);
            }
            let pairs = (band.len() / columns).div_ceil(2);
            for (pair, line) in gathered.chunks_exact_mut(columns).take(pairs).enumerate() {
                let transformed = &mut transformed[..columns];
                axis.transform(line, transformed, scratch);
                axis.modes(transformed);
                bands::put(band, columns, pair, transformed.iter());
            }
        });
    }

    /// Relaxes all modes and leaves bands of eight columns, modes along x and sites along y, in the workspace.
    fn relax_columns(&self, level: &[f64], source: Option<&[f64]>, workspace: &mut Workspace) {
        let (axis, rows, columns) = (&self.along_y, self.along_y.sites, self.along_x.sites);
        let Workspace { bands, lines, along_x, along_y } = workspace;
        parallel::for_each_part(bands, LINES * rows, lines, |part, band, lines| {
            let Lines { gathered, transformed, other, scratch, .. } = lines;
            let (line, transformed, other) = (&mut gathered[..rows], &mut transformed[..rows], &mut other[..rows]);
            let first = part * LINES;
            for (pair, x) in along_x[first..(first + LINES).min(columns)].chunks(2).enumerate() {
                let column = first + 2 * pair;
                let mut spectrum = |values: &[f64], transformed: &mut [Complex<f64>]| {
                    axis.gather_sites(values, columns, column, line);
                    axis.transform(line, transformed, scratch);
                };
                let (gone, x) = (x.iter().all(|x| x.damping > GONE), [x[0], *x.last().unwrap_or(&x[0])]);
                match source {
                    Some(source) if gone => {
                        spectrum(source, transformed);
                        axis.change_modes(transformed, along_y, |source, y| gained(source, &x, y));
                    }
                    Some(source) => {
                        spectrum(level, transformed);
                        spectrum(source, other);
                        axis.change_modes_with(transformed, other, along_y, |level, source, y| {
                            left(level, &x, y) + gained(source, &x, y)
                        });
                    }
                    None if gone => transformed.fill(Complex::ZERO),
                    None => {
                        spectrum(level, transformed);
                        axis.change_modes(transformed, along_y, |level, y| left(level, &x, y));
                    }
                }
                axis.transform_back(transformed, line, scratch);
                axis.put_sites(line, band, pair);
            }
        });
    }

    /// Bands of columns of the workspace, modes along x, become rows of sites.
    fn transform_rows_back(&self, values: &mut [f64], workspace: &Workspace) {
        let (axis, rows, columns) = (&self.along_x, self.along_y.sites, self.along_x.sites);
        parallel::for_each_part(values, LINES * columns, &workspace.lines, |part, band, lines| {
            let Lines { gathered, transformed, spare, scratch, .. } = lines;
            let (line, transformed) = (&mut gathered[..columns], &mut transformed[..columns]);
            for (pair, values) in band.chunks_mut(2 * columns).enumerate() {
                bands::gather(&workspace.bands, rows, part * LINES + 2 * pair, line);
                axis.undo_modes(line);
                axis.transform_back(line, transformed, scratch);
                let (first, second) = values.split_at_mut(columns);
                axis.unpack(transformed, first, if second.is_empty() { &mut spare[..columns] } else { second });
            }
        });
    }
}

/// Transforms lines along an axis in place, two at a time.
fn transform_lines(
    axis: &Axis,
    values: &mut [f64],
    workspace: &Workspace,
    transform: impl Fn(&mut [Complex<f64>], &mut [Complex<f64>], &mut [Complex<f64>]) + Sync,
) {
    let length = axis.sites;
    parallel::for_each_part(values, LINES * length, &workspace.lines, |_, band, lines| {
        let Lines { gathered, transformed, spare, scratch, .. } = lines;
        let (line, transformed) = (&mut gathered[..length], &mut transformed[..length]);
        for pair in band.chunks_mut(2 * length) {
            let (first, second) = pair.split_at_mut(length);
            let second = if second.is_empty() { &mut spare[..length] } else { second };
            axis.pack(first, second, line);
            transform(line, transformed, scratch);
            axis.unpack(transformed, first, second);
        }
    });
}

/// What is left of a mode of two columns: e^{−μΔt}.
#[inline]
fn left(level: Complex<f64>, x: &[Factor; 2], y: &Factor) -> Complex<f64> {
    Complex::new(level.re * (x[0].left * y.left), level.im * (x[1].left * y.left))
}

/// What a source adds to a mode of two columns: (1 − e^{−μΔt})/μ, with 1 − ab = (1 − a) + a (1 − b), in
/// which nothing cancels.
#[inline]
fn gained(source: Complex<f64>, x: &[Factor; 2], y: &Factor) -> Complex<f64> {
    let gain = |x: &Factor| (x.lost + x.left * y.lost) / (x.rate + y.rate);
    Complex::new(source.re * gain(&x[0]), source.im * gain(&x[1]))
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
