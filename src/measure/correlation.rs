//! Over which distance fibers keep their direction.
//!
//! Directions are averaged over small windows first. With z the mean e^{2iθ} of a window (e^{4iθ} for the
//! weave), the correlation at lag r is the mean over all pairs of windows that lie r apart along x or y,
//! relative to that of windows with themselves:
//!
//! C(r) = ⟨Re z(p) z̄(p + r)⟩ / ⟨|z|²⟩
//!
//! A window at the rim of a region counts with the share a of it that lies in the region, and so a pair with the product
//! of two: ⟨f(p, q)⟩ = Σ a(p) a(q) f(p, q) / Σ a(p) a(q). So every site counts, and those of a narrow strip, whose
//! direction is that of single cells, count little.
//!
//! No mean is subtracted: a direction that the whole region shares is order of infinite length.
mod directions;
mod lines;
mod runs;
mod windows;

pub(crate) use directions::{BlockDirections, DIRECTION_NUMBERS};

pub use windows::CorrelationWindows;

use std::f64::consts::E;

/// Correlation of the direction of fibers, for lags of 0, 1, 2, … windows.
///
/// ```
/// # use dermaweave::measure::{CorrelationWindows, Region};
/// # use dermaweave::{FiberMoments, Grid, Length, Matrix};
/// # let side = Length::millimeters(1.0);
/// # let grid = Grid::new(side, side, Length::micrometers(20.0))?;
/// # let mut matrix = Matrix::uniform(grid, FiberMoments::along(1.0, 0.0), 0.0);
/// // Bands of 100 µm, each turned by 45° against the one before.
/// for (site, fibers) in matrix.sites_mut().iter_mut().enumerate() {
///     let band = (grid.center_of(site).0 / 100.0).floor();
///     fibers.mature = fibers.mature.rotated(band * std::f64::consts::FRAC_PI_4);
/// }
/// let fibers = CorrelationWindows::new(&Region::all(&grid), &grid)?.measure(&matrix)?;
/// // The correlation is 1 along the bands; across, neighbors have none and the ones after them −1.
/// assert!(fibers.second[0] == 1.0 && fibers.second[5] < 0.6 && fibers.second[10] < 0.2);
/// assert!(fibers.weave_length_um() < fibers.length_um());
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct FiberCorrelation {
    /// Side of a window and distance between two lags, in µm.
    pub window_um: f64,
    /// C of the second moment, the mean axis: 1 at lag 0, or 0 everywhere if no window has an axis.
    pub second: Vec<f64>,
    /// C of the fourth moment, the weave.
    pub fourth: Vec<f64>,
}

impl FiberCorrelation {
    /// Correlation length of the mean axis in µm: the first lag at which C has fallen to 1/e, interpolated
    /// between lags. The largest lag compared (1 mm, or half the region's shorter side if that is less)
    /// where it never does; 0 where no window has an axis or the region is too small for two windows.
    pub fn length_um(&self) -> f64 {
        self.first_crossing(&self.second)
    }

    /// The same for the weave.
    pub fn weave_length_um(&self) -> f64 {
        self.first_crossing(&self.fourth)
    }

    fn first_crossing(&self, correlation: &[f64]) -> f64 {
        let level = 1.0 / E;
        let lags = match correlation.iter().position(|&value| value <= level) {
            Some(0) => 0.0,
            Some(lag) => {
                let (before, after) = (correlation[lag - 1], correlation[lag]);
                (lag - 1) as f64 + (before - level) / (before - after)
            }
            None => correlation.len().saturating_sub(1) as f64,
        };
        lags * self.window_um
    }
}

#[cfg(test)]
mod tests;
