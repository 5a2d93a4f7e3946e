//! The windows in which the fibers of a region are measured.
use super::region::Region;
use super::same_field::check_field;
use super::tiling::tiles;
use crate::engine;
use crate::engine::{RegionSets, SiteSums, sum_sets};
use crate::error::{Result, check};
use crate::grid::{Grid, Unrolled};
use crate::matrix::{FiberMoments, Matrix};
use crate::memory;
use crate::tissue::Tissue;
use crate::units::Length;
use std::collections::HashMap;

/// Bytes of a site in lists of sites that grow.
const BYTES_PER_LISTED: u64 = 48;

/// The windows of a region: squares that tile it, centered on it, and together hold every site of it once.
///
/// Only sites in the region are read. A square that is less than half full joins the nearest one around it that is at
/// least half full: by itself it would look more parallel than the tissue is. Where there is none, as in a region
/// narrower than half of a window, such squares join each other until they are half full.
///
/// ```
/// use dermaweave::{Grid, Length};
/// use dermaweave::measure::{Region, Windows};
/// let side = Length::millimeters(1.0);
/// let grid = Grid::new(side, side, Length::micrometers(10.0))?;
/// assert_eq!(Windows::new(&Region::all(&grid), &grid, Length::micrometers(100.0))?.count(), 100);
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Windows {
    grid: Grid,
    sets: RegionSets,
    /// Mean position of the sites of every window, in µm.
    middles: Vec<(f64, f64)>,
}

impl Windows {
    /// Windows of side `side`, rounded to whole sites.
    ///
    /// A side below one site gives [`Error::OutOfRange`](crate::Error::OutOfRange), a region of another field
    /// [`Error::OtherField`](crate::Error::OtherField), one with too many sites for memory
    /// [`Error::FieldTooLarge`](crate::Error::FieldTooLarge).
    pub fn new(region: &Region, grid: &Grid, side: Length) -> Result<Self> {
        region.check_grid(grid)?;
        memory::check(grid.columns(), grid.rows(), BYTES_PER_LISTED * region.count() as u64)?;
        let side = check("window side", side.in_micrometers(), "µm", grid.spacing()..=1e6)?;
        let inside: Vec<_> = region.sites().collect();
        let mut windows = Self { grid: *grid, sets: RegionSets::none(grid), middles: Vec::new() };
        let field = Unrolled::around(&inside, grid);
        for sites in tiles(&inside, &field, (side / grid.spacing()).round() as usize) {
            windows.sets.push(sites.iter().copied());
            windows.middles.push(field.middle(&sites));
        }
        Ok(windows)
    }

    /// All windows of several regions, each different one once, and which of them are those of every region.
    pub(crate) fn united(regions: &[Self], grid: &Grid) -> (Self, Vec<Vec<usize>>) {
        let mut united = Self { grid: *grid, sets: RegionSets::none(grid), middles: Vec::new() };
        let mut known = HashMap::new();
        let mut number = |windows: &Self, window: usize| {
            *known.entry(windows.sets.runs(window).to_vec()).or_insert_with(|| {
                united.sets.push_set_of(&windows.sets, window);
                united.middles.push(windows.middles[window]);
                united.count() - 1
            })
        };
        let of_region = |windows: &Self| (0..windows.count()).map(|window| number(windows, window)).collect();
        let numbers = regions.iter().map(of_region).collect();
        (united, numbers)
    }

    /// How many there are.
    pub const fn count(&self) -> usize {
        self.sets.count()
    }

    /// How the fibers of this skin lie where it is healthy, in the middle of every window.
    /// A tissue of another field gives [`Error::OtherField`](crate::Error::OtherField).
    pub fn healthy_weave(&self, tissue: &Tissue) -> Result<Vec<FiberMoments>> {
        check_field("a tissue", tissue.grid(), &self.grid)?;
        Ok(engine::collect_costly(self.count(), |window| {
            let (x, y) = self.middles[window];
            tissue.healthy_weave_at(x, y)
        }))
    }

    /// Axis of skin tension in the middle of every window, in radians.
    /// A tissue of another field gives [`Error::OtherField`](crate::Error::OtherField).
    pub fn tension_axes(&self, tissue: &Tissue) -> Result<Vec<f64>> {
        check_field("a tissue", tissue.grid(), &self.grid)?;
        Ok(self.middles.iter().map(|&(x, y)| tissue.tension().at(x, y).axis).collect())
    }

    /// Mean elastin of every window, 1 = healthy young.
    /// A matrix of another field gives [`Error::OtherField`](crate::Error::OtherField).
    pub fn elastin(&self, matrix: &Matrix) -> Result<Vec<f64>> {
        self.collect(matrix, |window, contents| self.mean_elastin(window, contents))
    }

    /// Mean collagen of every window: (new pool, mature pool).
    /// A matrix of another field gives [`Error::OtherField`](crate::Error::OtherField).
    pub fn collagen(&self, matrix: &Matrix) -> Result<Vec<(FiberMoments, FiberMoments)>> {
        self.collect(matrix, |window, contents| self.mean_collagen(window, contents))
    }

    /// Share of all their sites that lies in every window.
    pub fn shares(&self) -> Vec<f64> {
        self.shares_among(&(0..self.count()).collect::<Vec<_>>())
    }

    /// The same of some windows, among those.
    pub(crate) fn shares_among(&self, windows: &[usize]) -> Vec<f64> {
        let sites = |window: &usize| self.sets.sites(*window);
        let all: usize = windows.iter().map(sites).sum();
        windows.iter().map(|window| sites(window) as f64 / all as f64).collect()
    }

    /// What `measure` makes of every window and the sums over its sites.
    pub(crate) fn collect<T: Send>(
        &self,
        matrix: &Matrix,
        measure: impl Fn(usize, &SiteSums) -> T + Sync + Send,
    ) -> Result<Vec<T>> {
        check_field("a matrix", matrix.grid(), &self.grid)?;
        let contents = sum_sets(matrix, &[&self.sets], [], |_, []| []).remove(0);
        Ok(engine::collect_costly(self.count(), |window| measure(window, &contents[window])))
    }

    /// The sites of every window.
    pub(crate) const fn sets(&self) -> &RegionSets {
        &self.sets
    }

    /// Mean elastin of a window, given the sums over its sites.
    pub(crate) fn mean_elastin(&self, window: usize, contents: &SiteSums) -> f64 {
        contents.elastin / self.sets.sites(window) as f64
    }

    /// Mean collagen of a window, given the sums over its sites: (new pool, mature pool).
    pub(crate) fn mean_collagen(&self, window: usize, contents: &SiteSums) -> (FiberMoments, FiberMoments) {
        let share = 1.0 / self.sets.sites(window) as f64;
        (contents.new * share, contents.mature * share)
    }
}

/// What was measured in a window of a region, and the share of the region's sites that lies in it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Weighted<'a, T> {
    pub(crate) measured: &'a T,
    pub(crate) share: f64,
}

impl<'a, T> Weighted<'a, T> {
    /// All of them with their shares.
    pub(crate) fn all(measured: impl IntoIterator<Item = &'a T>, shares: &[f64]) -> Vec<Self> {
        measured.into_iter().zip(shares).map(|(measured, &share)| Self { measured, share }).collect()
    }
}
