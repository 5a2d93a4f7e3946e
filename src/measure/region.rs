//! Where something is measured: regions, and the windows that tile them.
use super::marks::Marks;
use super::{Contents, Covers, census};
use crate::error::{Error, Result, check};
use crate::grid::{Grid, Unrolled};
use crate::matrix::{FiberMoments, Matrix};
use crate::parallel;
use crate::tissue::Tissue;
use crate::units::Length;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// A named set of sites.
///
/// ```
/// use dermaweave::{Grid, Length};
/// use dermaweave::measure::Region;
/// let side = Length::millimeters(1.0);
/// let grid = Grid::new(side, side, Length::micrometers(10.0))?;
/// let disc = Region::disc("middle", &grid, side * 0.5, side * 0.5, Length::micrometers(200.0))?;
/// assert!((disc.area_mm2(&grid) - 0.0314).abs() < 0.001);
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Region {
    name: String,
    mask: Marks,
}

impl Region {
    /// Every site.
    pub fn all(grid: &Grid) -> Self {
        Self { name: "all".into(), mask: vec![true; grid.sites()].into() }
    }

    /// The sites marked in a mask of one entry per site.
    /// A mask of another length gives [`Error::WrongLength`], one without any site [`Error::Empty`].
    pub fn mask(name: impl Into<String>, grid: &Grid, mask: Vec<bool>) -> Result<Self> {
        let region = Self { name: name.into(), mask: mask.into() };
        region.check_grid(grid)?;
        if region.mask.count() == 0 {
            return Err(Error::Empty { quantity: "a region", width: grid.width(), height: grid.height() });
        }
        Ok(region)
    }

    /// The sites whose centers lie in a disc; in a periodic field, in the disc or any of its images.
    /// None gives [`Error::Empty`], a diameter out of range [`Error::OutOfRange`].
    pub fn disc(name: impl Into<String>, grid: &Grid, x: Length, y: Length, diameter: Length) -> Result<Self> {
        let radius = 0.5 * check("diameter of a region", diameter.in_micrometers(), "µm", 0.0..=1e6)?;
        let center = (x.in_micrometers(), y.in_micrometers());
        let inside = |site| grid.distance(grid.center_of(site), center) <= radius;
        Self::mask(name, grid, (0..grid.sites()).map(inside).collect())
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it holds the site.
    /// The site must be one of its grid.
    pub fn holds(&self, site: usize) -> bool {
        self.mask.hold(site)
    }

    /// Its sites in the grid it was made for; another grid gives [`Error::WrongLength`].
    pub(super) fn sites(&self, grid: &Grid) -> Result<Vec<usize>> {
        self.check_grid(grid)?;
        Ok((0..grid.sites()).filter(|&site| self.holds(site)).collect())
    }

    /// A region of another grid gives [`Error::WrongLength`].
    pub(super) const fn check_grid(&self, grid: &Grid) -> Result<()> {
        if self.mask.sites() == grid.sites() {
            return Ok(());
        }
        Err(Error::WrongLength { quantity: "the mask of a region", length: self.mask.sites(), sites: grid.sites() })
    }

    /// Its area in mm².
    pub fn area_mm2(&self, grid: &Grid) -> f64 {
        self.mask.count() as f64 * grid.site_area() * 1e-6
    }
}

/// The square windows that tile a region, centered on it, also over the seam of a periodic field. A window counts if at least half of it
/// lies in the region, and only its sites in the region are read.
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
    covers: Covers,
    /// Mean position of the sites of every window, in µm.
    middles: Vec<(f64, f64)>,
}

impl Windows {
    /// Windows of side `side`, rounded to whole sites. A region too small to fill half of any
    /// window is one window.
    ///
    /// A side below one site gives [`Error::OutOfRange`], a region of another grid [`Error::WrongLength`].
    pub fn new(region: &Region, grid: &Grid, side: Length) -> Result<Self> {
        let inside = region.sites(grid)?;
        let side = check("window side", side.in_micrometers(), "µm", grid.spacing()..=1e6)?;
        let sites_per_side = (side / grid.spacing()).round() as usize;
        let unrolled = Unrolled::around(&inside, grid);
        let (left, across) = tiling(inside.iter().map(|&site| unrolled.column(site)), sites_per_side);
        let (bottom, up) = tiling(inside.iter().map(|&site| unrolled.row(site)), sites_per_side);
        let mut sites: Vec<Vec<usize>> = vec![Vec::new(); across * up];
        for site in &inside {
            let column = (unrolled.column(*site) + sites_per_side - left) / sites_per_side;
            let row = (unrolled.row(*site) + sites_per_side - bottom) / sites_per_side;
            sites[row * across + column].push(*site);
        }
        sites.retain(|window| 2 * window.len() >= sites_per_side * sites_per_side);
        if sites.is_empty() {
            sites = vec![inside];
        }
        let mut covers = Covers::none(grid);
        for window in &sites {
            covers.push(window.iter().copied());
        }
        Ok(Self { covers, middles: sites.iter().map(|window| unrolled.middle(window)).collect() })
    }

    /// All windows of several regions, each different one once, and which of them are those of every region.
    pub(crate) fn united(regions: &[Self], grid: &Grid) -> (Self, Vec<Vec<usize>>) {
        let mut united = Self { covers: Covers::none(grid), middles: Vec::new() };
        let mut known = HashMap::new();
        let mut number = |windows: &Self, window: usize| {
            *known.entry(windows.covers.runs(window).to_vec()).or_insert_with(|| {
                united.covers.push_set_of(&windows.covers, window);
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
        self.covers.count()
    }

    /// How the fibers of this skin lie where it is healthy, in the middle of every window.
    pub fn healthy_weave(&self, tissue: &Tissue) -> Vec<FiberMoments> {
        parallel::collect_costly(self.count(), |window| {
            let (x, y) = self.middles[window];
            tissue.healthy_weave_at(x, y)
        })
    }

    /// Axis of skin tension in the middle of every window, in radians.
    pub fn tension_axes(&self, tissue: &Tissue) -> Vec<f64> {
        self.middles.iter().map(|&(x, y)| tissue.tension().at(x, y).axis).collect()
    }

    /// Mean elastin of every window, 1 = healthy young.
    /// The matrix must have the grid that the windows were made for.
    pub fn elastin(&self, matrix: &Matrix) -> Vec<f64> {
        self.collect(matrix, |window, contents| self.mean_elastin(window, contents))
    }

    /// Mean collagen of every window: (new pool, mature pool).
    /// The matrix must have the grid that the windows were made for.
    pub fn collagen(&self, matrix: &Matrix) -> Vec<(FiberMoments, FiberMoments)> {
        self.collect(matrix, |window, contents| self.mean_collagen(window, contents))
    }

    /// What `measure` makes of every window and the sums over its sites.
    pub(crate) fn collect<T: Send>(
        &self,
        matrix: &Matrix,
        measure: impl Fn(usize, &Contents) -> T + Sync + Send,
    ) -> Vec<T> {
        let contents = census(matrix, &[&self.covers], [], |_, []| []).remove(0);
        parallel::collect_costly(self.count(), |window| measure(window, &contents[window]))
    }

    /// The sites of every window.
    pub(crate) const fn covers(&self) -> &Covers {
        &self.covers
    }

    /// Mean elastin of a window, given the sums over its sites.
    pub(crate) fn mean_elastin(&self, window: usize, contents: &Contents) -> f64 {
        contents.elastin / self.covers.sites(window) as f64
    }

    /// Mean collagen of a window, given the sums over its sites: (new pool, mature pool).
    pub(crate) fn mean_collagen(&self, window: usize, contents: &Contents) -> (FiberMoments, FiberMoments) {
        let share = 1.0 / self.covers.sites(window) as f64;
        (contents.new * share, contents.mature * share)
    }
}

/// Where the first window begins, one window to the left of zero at most (so that indices stay
/// positive it is counted from there), and how many windows span the indices, evenly overhanging.
fn tiling(indices: impl Iterator<Item = usize> + Clone, side: usize) -> (usize, usize) {
    let (first, last) = (indices.clone().min().unwrap_or(0), indices.max().unwrap_or(0));
    let count = (last - first + 1).div_ceil(side);
    let overhang = (count * side - (last - first + 1)) / 2;
    // Windows are numbered from `first − overhang`; one side is added so that it cannot be negative.
    (first + side - overhang, count)
}
