//! One number per site, read between the sites by bilinear interpolation.
use super::{Boundary, Grid};
use crate::parallel;
use serde::{Deserialize, Serialize};

/// One number per site of a [`Grid`], in the grid's order.
///
/// ```
/// use dermaweave::{Field, Grid, Length};
/// let grid = Grid::new(Length::micrometers(200.0), Length::micrometers(200.0), Length::micrometers(20.0))?;
/// let slope = Field::from_fn(grid, |x, _| 0.5 * x);
/// let (value, along_x, along_y) = slope.sample(93.0, 71.0);
/// assert!((value - 46.5).abs() < 1e-12 && (along_x - 0.5).abs() < 1e-12 && along_y.abs() < 1e-12);
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Field {
    grid: Grid,
    values: Vec<f64>,
}

impl Field {
    /// The same value everywhere.
    pub fn uniform(grid: Grid, value: f64) -> Self {
        Self { grid, values: vec![value; grid.sites()] }
    }

    /// `value(x, y)` at the center of every site, positions in µm.
    pub fn from_fn(grid: Grid, value: impl Fn(f64, f64) -> f64) -> Self {
        let values = (0..grid.sites()).map(|site| {
            let (x, y) = grid.center_of(site);
            value(x, y)
        });
        Self { grid, values: values.collect() }
    }

    /// The grid it lives on.
    pub const fn grid(&self) -> &Grid {
        &self.grid
    }

    /// One value per site.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// One value per site, to be changed.
    pub fn values_mut(&mut self) -> &mut [f64] {
        &mut self.values
    }

    /// Integral over the field, in units of the field × µm².
    pub fn total(&self) -> f64 {
        parallel::sum(self.values.len(), |site| self.values[site]) * self.grid.site_area()
    }

    /// Mean over all sites.
    pub fn mean(&self) -> f64 {
        parallel::sum(self.values.len(), |site| self.values[site]) / self.values.len() as f64
    }

    /// Largest value.
    pub fn maximum(&self) -> f64 {
        parallel::maximum(&self.values)
    }

    /// Value and gradient (per µm, along x and y) at a point in µm, between the four nearest centers.
    pub fn sample(&self, x: f64, y: f64) -> (f64, f64, f64) {
        let Corners { sites, along_x, along_y } = self.corners(x, y);
        let [lower_left, lower_right, upper_left, upper_right] = sites.map(|site| self.values[site]);
        let lower = lower_left + (lower_right - lower_left) * along_x;
        let upper = upper_left + (upper_right - upper_left) * along_x;
        let slope_x = (lower_right - lower_left) * (1.0 - along_y) + (upper_right - upper_left) * along_y;
        (lower + (upper - lower) * along_y, slope_x / self.grid.spacing(), (upper - lower) / self.grid.spacing())
    }

    /// Adds `amount` (field × µm²) at a point in µm, spread over the four nearest centers.
    pub fn release(&mut self, x: f64, y: f64, amount: f64) {
        let Corners { sites, along_x, along_y } = self.corners(x, y);
        let level = amount / self.grid.site_area();
        self.values[sites[0]] += level * (1.0 - along_x) * (1.0 - along_y);
        self.values[sites[1]] += level * along_x * (1.0 - along_y);
        self.values[sites[2]] += level * (1.0 - along_x) * along_y;
        self.values[sites[3]] += level * along_x * along_y;
    }

    /// The four centers around a point and how far the point lies between them.
    fn corners(&self, x: f64, y: f64) -> Corners {
        let (column, next_column, along_x) = self.between(x, self.grid.columns());
        let (row, next_row, along_y) = self.between(y, self.grid.rows());
        let (lower, upper) = (row * self.grid.columns(), next_row * self.grid.columns());
        Corners { sites: [lower + column, lower + next_column, upper + column, upper + next_column], along_x, along_y }
    }

    fn between(&self, position: f64, count: usize) -> (usize, usize, f64) {
        let scaled = position / self.grid.spacing() - 0.5;
        match self.grid.boundary() {
            Boundary::Closed => {
                let scaled = scaled.clamp(0.0, (count - 1) as f64);
                let first = (scaled as usize).min(count - 2);
                (first, first + 1, scaled - first as f64)
            }
            Boundary::Periodic => {
                let floor = scaled.floor();
                let first = (floor as isize).rem_euclid(count.cast_signed()) as usize;
                (first, (first + 1) % count, scaled - floor)
            }
        }
    }
}

struct Corners {
    sites: [usize; 4],
    along_x: f64,
    along_y: f64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Length;

    fn grid(boundary: Boundary) -> Grid {
        let side = Length::micrometers(100.0);
        Grid::new(side, side, Length::micrometers(10.0)).unwrap().with_boundary(boundary)
    }

    #[test]
    fn a_release_keeps_its_amount_wherever_it_falls() {
        for boundary in [Boundary::Closed, Boundary::Periodic] {
            for (x, y) in [(0.0, 0.0), (99.9, 3.0), (50.0, 50.0), (5.0, 95.0)] {
                let mut field = Field::uniform(grid(boundary), 0.0);
                field.release(x, y, 12.0);
                assert!((field.total() - 12.0).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn a_periodic_field_is_read_across_its_edge() {
        let mut field = Field::uniform(grid(Boundary::Periodic), 0.0);
        field.values_mut()[0] = 1.0;
        assert!((field.sample(0.0, 5.0).0 - 0.5).abs() < 1e-12);
        assert!((field.sample(100.0, 5.0).0 - 0.5).abs() < 1e-12);
    }

    #[test]
    fn readings_stay_between_the_extremes_of_a_closed_field() {
        let field = Field::from_fn(grid(Boundary::Closed), |x, y| (0.1 * x).sin() * (0.2 * y).cos());
        let (low, high) = (-field.maximum() - 1.0, field.maximum());
        for step in 0..100 {
            let (value, ..) = field.sample(f64::from(step), 100.0 - f64::from(step));
            assert!((low..=high).contains(&value));
        }
    }
}
