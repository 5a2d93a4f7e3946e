//! Between which centers of sites a point lies.
use super::{Boundary, Grid};
use crate::engine::SideBySide;

/// The four centers around a point: where they are, and where the point lies between them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Corners {
    sites: [usize; 4],
    along_x: f64,
    along_y: f64,
    per_micrometer: f64,
}

impl Corners {
    /// Those around a point in µm.
    #[inline]
    pub(crate) fn around(grid: &Grid, per_micrometer: f64, x: f64, y: f64) -> Self {
        let (column, next_column, along_x) = between(x * per_micrometer, grid.columns(), grid.boundary());
        let (row, next_row, along_y) = between(y * per_micrometer, grid.rows(), grid.boundary());
        let (lower, upper) = (row * grid.columns(), next_row * grid.columns());
        let sites = [lower + column, lower + next_column, upper + column, upper + next_column];
        Self { sites, along_x, along_y, per_micrometer }
    }

    /// Value and gradient per µm of a field there, by bilinear interpolation.
    pub(super) fn sample(&self, values: &[f64]) -> (f64, f64, f64) {
        let Self { sites, along_x, along_y, per_micrometer } = *self;
        let [lower_left, lower_right, upper_left, upper_right] = sites.map(|site| values[site]);
        let lower = lower_left + (lower_right - lower_left) * along_x;
        let upper = upper_left + (upper_right - upper_left) * along_x;
        let slope_x = (lower_right - lower_left) * (1.0 - along_y) + (upper_right - upper_left) * along_y;
        (lower + (upper - lower) * along_y, slope_x * per_micrometer, (upper - lower) * per_micrometer)
    }

    /// Adds a level to the values of a field, to each of the centers what falls to it.
    pub(super) fn add(&self, level: f64, values: &mut [f64]) {
        for (site, share) in self.sites.into_iter().zip(self.shares()) {
            values[site] += level * share;
        }
    }

    /// Adds a level as [`Corners::add`] does, but lifts no value above `most`.
    pub(super) fn add_up_to(&self, most: f64, level: f64, values: &mut [f64]) {
        for (site, share) in self.sites.into_iter().zip(self.shares()) {
            values[site] = (values[site] + level * share).min(most.max(values[site]));
        }
    }

    /// Adds levels to the arrays of a rows, one to each, as far as the centers lie in it.
    pub(crate) fn add_to<const N: usize>(&self, rows: &mut SideBySide<N>, levels: [f64; N]) {
        let first = rows.first_row * rows.columns;
        let (locals, shares) = (self.sites.map(|site| site.wrapping_sub(first)), self.shares());
        for (values, level) in rows.arrays.iter_mut().zip(levels).filter(|(_, level)| *level != 0.0) {
            for (local, share) in locals.into_iter().zip(shares) {
                if let Some(value) = values.get_mut(local) {
                    *value += level * share;
                }
            }
        }
    }

    /// What falls to each of the centers.
    fn shares(&self) -> [f64; 4] {
        let Self { along_x, along_y, .. } = *self;
        [(1.0 - along_x) * (1.0 - along_y), along_x * (1.0 - along_y), (1.0 - along_x) * along_y, along_x * along_y]
    }
}

/// The two centers around a position in spacings along one side of a field, and how far it lies between them.
#[inline]
pub(crate) fn between(position: f64, count: usize, boundary: Boundary) -> (usize, usize, f64) {
    let scaled = position - 0.5;
    match boundary {
        Boundary::Closed => {
            let scaled = scaled.clamp(0.0, (count - 1) as f64);
            // Narrow numbers, which are converted faster.
            let first = (scaled as u32 as usize).min(count - 2);
            (first, first + 1, scaled - f64::from(first as u32))
        }
        Boundary::Periodic => {
            let floor = scaled.floor();
            let first = (floor as isize).rem_euclid(count.cast_signed()) as usize;
            (first, (first + 1) % count, scaled - floor)
        }
    }
}
