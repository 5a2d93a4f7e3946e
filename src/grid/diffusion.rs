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
use super::{Boundary, Field, Grid};
use crate::parallel;
use rustdct::rustfft::num_complex::Complex;
use rustdct::rustfft::{Fft, FftPlanner};
use rustdct::{DctPlanner, TransformType2And3};
use std::f64::consts::PI;
use std::fmt;
use std::sync::Arc;

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
        let own_sites = self.along_x.sites * self.along_y.sites;
        assert!(
            level.grid() == source.grid() && level.grid().sites() == own_sites,
            "level and source must live on the grid of the solver"
        );
        let transposed = |field: &Field| {
            let mut spectrum = field.values().to_vec();
            self.to_spectrum(&mut spectrum)
        };
        let mut spectrum = transposed(level);
        let source = (source.maximum() != 0.0).then(|| transposed(source));
        let columns = self.along_y.sites;
        parallel::for_each_row(&mut spectrum, columns, |kx, row| {
            let source = source.as_ref().map(|source| &source[kx * columns..(kx + 1) * columns]);
            self.relax(
                row,
                source,
                diffusivity * self.along_x.wave_numbers_squared[kx] + decay_rate,
                diffusivity,
                hours,
            );
        });
        let values = self.back_from_spectrum(&mut spectrum);
        level.values_mut().copy_from_slice(&values);
    }

    /// Relaxes all modes with one wave number along x.
    fn relax(&self, row: &mut [f64], source: Option<&[f64]>, rate_x: f64, diffusivity: f64, hours: f64) {
        for (ky, mode) in row.iter_mut().enumerate() {
            let rate = rate_x + diffusivity * self.along_y.wave_numbers_squared[ky];
            *mode *= (-rate * hours).exp();
            if let Some(source) = source {
                // (1 − e^{−μΔt})/μ without cancellation, and Δt for the mode that does not decay.
                let gain = if rate * hours > 1e-12 { -(-rate * hours).exp_m1() / rate } else { hours };
                *mode += source[ky] * gain;
            }
        }
    }

    /// Transforms along x, turns rows into columns, transforms along y.
    fn to_spectrum(&self, values: &mut [f64]) -> Vec<f64> {
        self.along_x.forward(values);
        let mut turned = transpose(values, self.along_x.sites);
        self.along_y.forward(&mut turned);
        turned
    }

    fn back_from_spectrum(&self, spectrum: &mut [f64]) -> Vec<f64> {
        self.along_y.backward(spectrum);
        let mut values = transpose(spectrum, self.along_y.sites);
        self.along_x.backward(&mut values);
        values
    }
}

/// Rows become columns; each output row is written by one thread.
fn transpose(values: &[f64], columns: usize) -> Vec<f64> {
    let rows = values.len() / columns;
    let mut turned = vec![0.0; values.len()];
    parallel::for_each_row(&mut turned, rows, |column, line| {
        for (row, value) in line.iter_mut().enumerate() {
            *value = values[row * columns + column];
        }
    });
    turned
}

/// Transform and squared wave numbers along one side of the grid.
#[derive(Clone)]
struct Axis {
    sites: usize,
    wave_numbers_squared: Vec<f64>,
    transform: Transform,
}

#[derive(Clone)]
enum Transform {
    /// Cosines with no slope at the edges.
    Cosine(Arc<dyn TransformType2And3<f64>>),
    /// Discrete Hartley transform, Σ v (cos + sin): real, its own inverse, and diagonal for every
    /// operator that is even in the wave number.
    Hartley(Arc<dyn Fft<f64>>),
}

impl fmt::Debug for Axis {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        write!(formatter, "Axis of {} sites", self.sites)
    }
}

impl Axis {
    fn new(sites: usize, spacing: f64, boundary: Boundary) -> Self {
        let (period, transform) = match boundary {
            Boundary::Closed => (2 * sites, Transform::Cosine(DctPlanner::new().plan_dct2(sites))),
            Boundary::Periodic => (sites, Transform::Hartley(FftPlanner::new().plan_fft_forward(sites))),
        };
        let squared = |k: usize| (2.0 / spacing * (PI * k as f64 / period as f64).sin()).powi(2);
        Self { sites, wave_numbers_squared: (0..sites).map(squared).collect(), transform }
    }

    fn forward(&self, values: &mut [f64]) {
        parallel::for_each_row(values, self.sites, |_, row| match &self.transform {
            Transform::Cosine(plan) => plan.process_dct2(row),
            Transform::Hartley(plan) => hartley(plan.as_ref(), row),
        });
    }

    fn backward(&self, values: &mut [f64]) {
        parallel::for_each_row(values, self.sites, |_, row| {
            let scale = match &self.transform {
                Transform::Cosine(plan) => {
                    plan.process_dct3(row);
                    2.0 / self.sites as f64
                }
                Transform::Hartley(plan) => {
                    hartley(plan.as_ref(), row);
                    1.0 / self.sites as f64
                }
            };
            for value in row {
                *value *= scale;
            }
        });
    }
}

fn hartley(plan: &dyn Fft<f64>, row: &mut [f64]) {
    let mut modes: Vec<_> = row.iter().map(|&value| Complex::new(value, 0.0)).collect();
    plan.process(&mut modes);
    for (value, mode) in row.iter_mut().zip(modes) {
        *value = mode.re - mode.im;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
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
