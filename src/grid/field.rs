//! One number per site, read between the sites by bilinear interpolation.
use super::Grid;
use super::corners::{Corners, between};
use super::read::FieldFields;
use crate::engine::{self, GROUP, Reached, SideBySide};
use serde::{Deserialize, Serialize};
use std::sync::OnceLock;

/// Rows into which agents release together: few, so that small fields too have bands for several threads.
const RELEASE_ROWS: usize = 8;

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

    /// The same value everywhere in several fields of one grid.
    pub(crate) fn fill_all<const N: usize>(fields: [&mut Self; N], value: f64) {
        let arrays = fields.map(Self::values_mut);
        engine::for_all_numbers(arrays, |_, arrays| arrays.into_iter().for_each(|values| values.fill(value)));
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

    /// Releases amounts at points, one after another, with the bits of [`Field::release_all`]. For few agents, who are not
    /// worth sorting and handing out.
    pub(crate) fn release_in_order(&mut self, amounts: impl Iterator<Item = ((f64, f64), f64)>) {
        let (grid, per_area) = (self.grid, self.grid.site_area().recip());
        let (per_micrometer, values) = (grid.spacing().recip(), self.values_mut());
        for ((x, y), amount) in amounts {
            Corners::around(&grid, per_micrometer, x, y).add(amount * per_area, values);
        }
    }

    /// [`Field::release`] of many agents into several fields of one grid at once: each agent that has a place
    /// releases its amounts there. Agents release in their order wherever they meet. `amounts(agents, amounts)` tells those
    /// of at most [`GROUP`] agents at once.
    pub(crate) fn release_all<const N: usize>(
        fields: [&mut Self; N],
        reached: &mut Reached,
        agents: usize,
        place: impl Fn(usize) -> Option<(f64, f64)> + Sync,
        amounts: impl Fn(&[usize], &mut [[f64; N]]) + Sync,
    ) {
        let grid = fields[0].grid;
        let (per_area, per_micrometer) = (grid.site_area().recip(), grid.spacing().recip());
        let corners = |(x, y)| Corners::around(&grid, per_micrometer, x, y);
        // Of the two rows of centers around a point the upper one may lie across the edge of a periodic field.
        let rows = |(_, y): (f64, f64)| (between(y * per_micrometer, grid.rows(), grid.boundary()).0, 2);
        reached.find((grid.rows(), RELEASE_ROWS), agents, |agent| place(agent).map(rows));
        let rows = SideBySide { first_row: 0, columns: grid.columns(), arrays: fields.map(Self::values_mut) };
        reached.change(rows, |agents, band: &mut SideBySide<N>| {
            let mut released = [[0.0; N]; GROUP];
            amounts(agents, &mut released[..agents.len()]);
            for (&agent, released) in agents.iter().zip(released) {
                let Some(place) = place(agent) else { continue };
                corners(place).add_to(band, released.map(|amount| amount * per_area));
            }
        });
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
    use crate::grid::Boundary;
    use crate::units::Length;

    fn grid(boundary: Boundary) -> Grid {
        let side = Length::micrometers(100.0);
        Grid::new(side, side, Length::micrometers(10.0)).unwrap().with_boundary(boundary)
    }

    /// Defends: who asks for the maximum in the midst of parallel work, of a field that is large enough to be gone over by
    /// several threads, is answered, whatever a thread does while it waits for the others: asked for within a lock, this
    /// stood still within seconds.
    #[test]
    fn many_may_ask_for_the_maximum_at_once() {
        let side = Length::micrometers(20_000.0);
        let mut field = Field::uniform(Grid::new(side, side, Length::micrometers(10.0)).unwrap(), 1.0);
        let threads = Threads::exactly(16).unwrap();
        for round in 0..400 {
            let largest = 2.0 + f64::from(round);
            field.values_mut()[350_000] = largest;
            // Who does not ask takes parts of the work of who does, and long enough for that one to look for other work.
            let ask = |task: usize| {
                (0..10_000 * (task * 7 % 13)).for_each(|turn| _ = std::hint::black_box(turn));
                if task % 9 == 4 { field.maximum() } else { largest }
            };
            assert_eq!(threads.run(|| engine::collect_tasks(256, ask)), [largest; 256]);
        }
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

    /// Defends: many releases at once are the same as one after another.
    #[test]
    fn releases_add_up_wherever_bands_meet() {
        let side = Length::micrometers(600.0);
        for boundary in [Boundary::Closed, Boundary::Periodic] {
            let grid = Grid::new(side, side, Length::micrometers(10.0)).unwrap().with_boundary(boundary);
            let place = |agent: usize| ((agent * 37 % 600) as f64 + 0.3, (agent * 101 % 600) as f64 + 0.7);
            let amounts = |agent: usize| [1.0 + agent as f64, if agent.is_multiple_of(3) { 0.0 } else { 2.5 }];
            let mut expected = [Field::uniform(grid, 0.0), Field::uniform(grid, 0.0)];
            for agent in (0..3000_usize).filter(|agent| !agent.is_multiple_of(7)) {
                let (x, y) = place(agent);
                expected.iter_mut().zip(amounts(agent)).for_each(|(field, amount)| field.release(x, y, amount));
            }
            let [mut first, mut second] = [Field::uniform(grid, 0.0), Field::uniform(grid, 0.0)];
            let working = |agent: usize| (!agent.is_multiple_of(7)).then(|| place(agent));
            let of_all = |agents: &[usize], released: &mut [[f64; 2]]| {
                released.iter_mut().zip(agents).for_each(|(released, &agent)| *released = amounts(agent));
            };
            Field::release_all([&mut first, &mut second], &mut Reached::default(), 3000, working, of_all);
            for (found, expected) in [first, second].iter().zip(&expected) {
                let differ = |(found, expected): (&f64, &f64)| (found - expected).abs() > 1e-12 * expected.abs();
                assert!(!found.values().iter().zip(expected.values()).any(differ) && found.total() > 1e3);
            }
        }
    }

    /// Defends: no way to change values leaves an old maximum behind.
    #[test]
    fn the_maximum_follows_the_values() {
        let mut field = Field::uniform(grid(Boundary::Closed), 0.5);
        let unasked = field.clone();
        assert_eq!(field.maximum(), 0.5);
        assert_eq!(field, unasked);
        field.values_mut()[7] = 2.0;
        assert_eq!((field.maximum(), field.clone().maximum()), (2.0, 2.0));
        field.release(75.0, 5.0, 400.0);
        assert_eq!(field.maximum(), 6.0);
        Field::fill_all([&mut field], 0.25);
        assert_eq!(field.maximum(), 0.25);
        Field::release_all(
            [&mut field],
            &mut Reached::default(),
            1,
            |_| Some((75.0, 5.0)),
            |_, amounts| amounts.fill([400.0]),
        );
        assert_eq!(field.maximum(), 4.25);
        assert_eq!(field.first_not_finite(), None);
        for (value, largest) in [(f64::NEG_INFINITY, 4.25), (f64::INFINITY, f64::INFINITY)] {
            field.values_mut()[99] = value;
            assert_eq!((field.maximum(), field.first_not_finite()), (largest, Some((99, value))));
        }
        field.values_mut()[3] = f64::NAN;
        assert!(field.maximum().is_nan());
        assert!(field.first_not_finite().is_some_and(|(site, value)| site == 3 && value.is_nan()));
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
