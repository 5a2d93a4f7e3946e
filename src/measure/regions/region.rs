//! Where something is measured.
use super::marks::Marks;
use super::same_field::check_field;
use crate::error::{Error, Result, check};
use crate::grid::Grid;
use crate::memory;
use crate::reading::checked_on_reading;
use crate::units::Length;
use serde::{Deserialize, Serialize};

/// A named set of sites of one grid.
///
/// ```
/// use dermaweave::{Grid, Length};
/// use dermaweave::measure::Region;
/// let side = Length::millimeters(1.0);
/// let grid = Grid::new(side, side, Length::micrometers(10.0))?;
/// let disc = Region::disc("middle", &grid, side * 0.5, side * 0.5, Length::micrometers(200.0))?;
/// assert!((disc.area_mm2() - 0.0314).abs() < 0.001);
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "RegionFields")]
pub struct Region {
    name: String,
    grid: Grid,
    mask: Marks,
}

checked_on_reading! {
    Region by check_read, read as "Region" in RegionFields { name: String, grid: Grid, mask: Marks }
}

/// Bytes of a site in a mask that is made.
const BYTES_PER_MASKED: u64 = 2;

impl Region {
    /// A mark for each site of its grid, and at least one site.
    fn check_read(&self) -> Result<()> {
        let (length, sites) = (self.mask.sites(), self.grid.sites());
        if length != sites {
            return Err(Error::WrongLength { quantity: "the mask of a region", length, sites });
        }
        check("number of sites of a region", self.mask.count() as f64, "sites", 1.0..=sites as f64).map(drop)
    }

    /// Every site.
    pub fn all(grid: &Grid) -> Self {
        Self { name: "all".into(), grid: *grid, mask: Marks::all(grid.sites()) }
    }

    /// The sites marked in a mask of one entry per site.
    /// A mask of another length gives [`Error::WrongLength`], one without any site [`Error::Empty`].
    pub fn mask(name: impl Into<String>, grid: &Grid, mask: Vec<bool>) -> Result<Self> {
        let (length, sites) = (mask.len(), grid.sites());
        if length != sites {
            return Err(Error::WrongLength { quantity: "the mask of a region", length, sites });
        }
        let region = Self { name: name.into(), grid: *grid, mask: mask.into() };
        if region.mask.count() == 0 {
            return Err(Error::Empty { quantity: "a region", width: grid.width(), height: grid.height() });
        }
        Ok(region)
    }

    /// The sites whose centers lie in a disc; in a periodic field, in the disc or any of its images.
    /// None gives [`Error::Empty`], a diameter out of range [`Error::OutOfRange`], a field too large for memory
    /// [`Error::FieldTooLarge`].
    pub fn disc(name: impl Into<String>, grid: &Grid, x: Length, y: Length, diameter: Length) -> Result<Self> {
        memory::check(grid.columns(), grid.rows(), BYTES_PER_MASKED * grid.sites() as u64)?;
        let radius = 0.5 * check("diameter of a region", diameter.in_micrometers(), "µm", 0.0..=1e6)?;
        let center = (x.in_micrometers(), y.in_micrometers());
        let inside = |site| grid.distance(grid.center_of(site), center) <= radius;
        Self::mask(name, grid, (0..grid.sites()).map(inside).collect())
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The grid whose sites it holds.
    pub const fn grid(&self) -> &Grid {
        &self.grid
    }

    /// Whether it holds the site. It holds none that its grid does not have.
    pub fn holds(&self, site: usize) -> bool {
        self.mask.hold(site)
    }

    /// Its sites, in the grid's order.
    pub(crate) fn sites(&self) -> impl Iterator<Item = usize> + Clone {
        (0..self.grid.sites()).filter(|&site| self.holds(site))
    }

    /// A region of another field gives [`Error::OtherField`].
    pub(crate) fn check_grid(&self, grid: &Grid) -> Result<()> {
        check_field("a region", &self.grid, grid)
    }

    /// How many sites it holds.
    pub(super) fn count(&self) -> usize {
        self.mask.count()
    }

    /// Its area in mm².
    pub fn area_mm2(&self) -> f64 {
        self.count() as f64 * self.grid.site_area() * 1e-6
    }
}
