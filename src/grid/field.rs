//! One number per site, read between the sites by bilinear interpolation.
use super::Grid;
use super::corners::Corners;
use super::read::FieldFields;
use crate::engine;
use serde::{Deserialize, Serialize};
use std::sync::OnceLock;

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
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(try_from = "FieldFields")]
pub struct Field {
    grid: Grid,
    #[serde(with = "crate::reading::number::list")]
    values: Vec<f64>,
    /// The largest value, and whether all are finite, once asked for, until values are changed: fields are asked far more
    /// often than they change.
    #[serde(skip)]
    extremes: OnceLock<(f64, bool)>,
}

impl PartialEq for Field {
    fn eq(&self, other: &Self) -> bool {
        self.grid == other.grid && self.values == other.values
    }
}

impl Field {
    /// One value per site; there must be as many.
    pub(super) const fn of_values(grid: Grid, values: Vec<f64>) -> Self {
        Self { grid, values, extremes: OnceLock::new() }
    }

    /// The same value everywhere.
    pub fn uniform(grid: Grid, value: f64) -> Self {
        Self::of_values(grid, vec![value; grid.sites()])
    }

    /// `value(x, y)` at the center of every site, positions in µm.
    pub fn from_fn(grid: Grid, value: impl Fn(f64, f64) -> f64) -> Self {
        let values = (0..grid.sites()).map(|site| {
            let (x, y) = grid.center_of(site);
            value(x, y)
        });
        Self::of_values(grid, values.collect())
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
        self.extremes = OnceLock::new();
        &mut self.values
    }

    /// Integral over the field, in units of the field × µm².
    pub fn total(&self) -> f64 {
        engine::sum(self.values.len(), |site| self.values[site]) * self.grid.site_area()
    }

    /// Mean over all sites.
    pub fn mean(&self) -> f64 {
        engine::sum(self.values.len(), |site| self.values[site]) / self.values.len() as f64
    }

    /// Largest value.
    pub fn maximum(&self) -> f64 {
        self.extremes().0
    }

    /// The first value that is not finite, and its site.
    pub(crate) fn first_not_finite(&self) -> Option<(usize, f64)> {
        let (_, all_finite) = self.extremes();
        if all_finite { None } else { engine::first_not_finite(self.values.len(), |site| self.values[site]) }
    }

    /// The largest value, and whether all are finite.
    fn extremes(&self) -> (f64, bool) {
        if let Some(&extremes) = self.extremes.get() {
            return extremes;
        }
        // Not while others wait for it: a thread that waits for parts of its work does other work meanwhile, which may ask
        // for the same, and would wait for itself.
        let extremes = engine::largest_and_finite(&self.values);
        *self.extremes.get_or_init(|| extremes)
    }

    /// Value and gradient (per µm, along x and y) at a point in µm, between the four nearest centers.
    pub fn sample(&self, x: f64, y: f64) -> (f64, f64, f64) {
        self.sample_at(&self.corners(x, y))
    }

    /// [`Field::sample`] between corners that were found on the same grid.
    pub(crate) fn sample_at(&self, corners: &Corners) -> (f64, f64, f64) {
        corners.sample(&self.values)
    }

    /// Adds `amount` (field × µm²) at a point in µm, spread over the four nearest centers.
    pub fn release(&mut self, x: f64, y: f64, amount: f64) {
        let corners = self.corners(x, y);
        let level = amount / self.grid.site_area();
        corners.add(level, self.values_mut());
    }

    /// [`Field::release`] that lifts no site above the level `most`.
    pub(crate) fn release_up_to(&mut self, most: f64, (x, y): (f64, f64), amount: f64) {
        let corners = self.corners(x, y);
        let level = amount / self.grid.site_area();
        corners.add_up_to(most, level, self.values_mut());
    }

    /// Releases amounts at points, one after another, with the bits of what all cells release at once.
    pub(crate) fn release_in_order(&mut self, amounts: impl Iterator<Item = ((f64, f64), f64)>) {
        let (grid, per_area) = (self.grid, self.grid.site_area().recip());
        let (per_micrometer, values) = (grid.spacing().recip(), self.values_mut());
        for ((x, y), amount) in amounts {
            Corners::around(&grid, per_micrometer, x, y).add(amount * per_area, values);
        }
    }

    /// The four centers around a point and how far the point lies between them.
    pub(crate) fn corners(&self, x: f64, y: f64) -> Corners {
        Corners::around(&self.grid, self.grid.spacing().recip(), x, y)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Threads;
    use crate::units::Length;

    fn field(sites: f64) -> Field {
        let side = Length::micrometers(10.0 * sites);
        Field::uniform(Grid::new(side, side, Length::micrometers(10.0)).unwrap(), 1.0)
    }

    /// Defends: a job that reads the maximum in the midst of parallel work, of a field that is large enough to be gone over by
    /// several threads, is answered, whatever a thread does while it waits for the others: asked for within a lock, this
    /// stood still within seconds.
    #[test]
    fn many_may_ask_for_the_maximum_at_once() {
        let (mut field, threads) = (field(2000.0), Threads::exactly(16).unwrap());
        for round in 0..400 {
            let largest = 2.0 + f64::from(round);
            field.values_mut()[350_000] = largest;
            // A job that does not read it takes parts of the work of one that does, for long enough that the latter looks for other work.
            let ask = |task: usize| {
                (0..10_000 * (task * 7 % 13)).for_each(|turn| _ = std::hint::black_box(turn));
                if task % 9 == 4 { field.maximum() } else { largest }
            };
            assert_eq!(threads.run(|| engine::collect_tasks(256, ask)), [largest; 256]);
        }
    }

    /// Defends: no value that is not finite is overlooked because the field was asked before.
    #[test]
    fn what_is_not_finite_is_found_after_every_change() {
        let mut field = field(10.0);
        assert_eq!((field.maximum(), field.first_not_finite()), (1.0, None));
        for (value, largest) in [(f64::NEG_INFINITY, 1.0), (f64::INFINITY, f64::INFINITY)] {
            field.values_mut()[99] = value;
            assert_eq!((field.maximum(), field.first_not_finite()), (largest, Some((99, value))));
        }
        field.values_mut()[3] = f64::NAN;
        assert!(field.maximum().is_nan());
        assert!(field.first_not_finite().is_some_and(|(site, value)| site == 3 && value.is_nan()));
    }
}
