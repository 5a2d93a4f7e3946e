//! Where it happens: an en-face slab of dermis cut into square sites.
mod corners;
mod disc;
mod field;
mod nearest;
mod overlap;
mod read;
mod tiles;
mod unrolled;
mod slab;

pub(crate) use corners::{Corners, between};
pub use field::Field;
pub use overlap::disc_square_overlap;
pub use slab::Slab;
pub(crate) use tiles::Tiles;
pub(crate) use unrolled::Unrolled;

use crate::elementary::{floor, index};
use crate::error::{Error, Result, check};
use crate::memory;
use crate::units::Length;
use serde::{Deserialize, Serialize};

/// What happens at the edge of the field.
///
/// ```
/// use dermaweave::{Boundary, Grid, Length};
/// let side = Length::micrometers(400.0);
/// let closed = Grid::new(side, side, Length::micrometers(20.0))?;
/// let periodic = closed.with_boundary(Boundary::Periodic);
/// assert_eq!(closed.site_at(-10.0, 10.0), closed.site_at(10.0, 10.0));
/// assert_eq!(periodic.site_at(-10.0, 10.0), periodic.site_at(390.0, 10.0));
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Boundary {
    /// Signals do not flow out and cells turn back.
    #[default]
    Closed,
    /// What leaves on one side enters on the other.
    Periodic,
}

/// Side of the sites of a tissue in µm.
const FINEST: f64 = 2.0;
const COARSEST: f64 = 40.0;
/// Longest side of a field in µm.
const LONGEST_SIDE: f64 = 1e6;

/// A field of `columns × rows` square sites, seen from above.
///
/// Site `row * columns + column` covers `[column, column + 1) × [row, row + 1)` spacings; x runs
/// along the columns, y along the rows, upward. A *site* is a square of the grid, never a cell.
///
/// ```
/// use dermaweave::{Grid, Length};
/// let grid = Grid::new(Length::millimeters(4.0), Length::millimeters(2.0), Length::micrometers(10.0))?;
/// assert_eq!((grid.columns(), grid.rows(), grid.sites()), (400, 200, 80_000));
/// assert_eq!(grid.center_of(401), (15.0, 15.0));
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "read::GridFields", into = "read::GridFields")]
pub struct Grid {
    columns: usize,
    rows: usize,
    spacing: f64,
    boundary: Boundary,
    slab: Slab,
}

impl Grid {
    /// A closed field of `width × height` with sites of side `spacing` (2–40 µm), through the
    /// default [`Slab`].
    ///
    /// A spacing or side out of range gives [`Error::OutOfRange`], a side that is not a whole number of
    /// sites [`Error::NotWholeSites`]. A side is at least 4 sites and at most 1 m.
    pub fn new(width: Length, height: Length, spacing: Length) -> Result<Self> {
        let spacing = check("grid spacing", spacing.in_micrometers(), "µm", FINEST..=COARSEST)?;
        let columns = whole_sites("field width", width, spacing)?;
        let rows = whole_sites("field height", height, spacing)?;
        // At least one number a site, whatever is put on it.
        memory::check(columns, rows, 8 * columns as u64 * rows as u64)?;
        Ok(Self { columns, rows, spacing, boundary: Boundary::Closed, slab: Slab::default() })
    }

    /// The same field with another boundary.
    #[must_use]
    pub const fn with_boundary(mut self, boundary: Boundary) -> Self {
        self.boundary = boundary;
        self
    }

    /// The same field through another layer of the skin.
    /// Depth is 0 to 4 mm and thickness 10 µm to 4 mm, or else [`Error::OutOfRange`].
    pub fn with_slab(mut self, slab: Slab) -> Result<Self> {
        slab.validate()?;
        self.slab = slab;
        Ok(self)
    }

    /// The grid whose sites are `factor × factor` of this one's. The factor must divide both sides.
    pub(crate) fn coarsened(self, factor: usize) -> Self {
        debug_assert!(self.columns.is_multiple_of(factor) && self.rows.is_multiple_of(factor));
        Self { columns: self.columns / factor, rows: self.rows / factor, spacing: self.spacing * factor as f64, ..self }
    }

    /// Sites along x.
    pub const fn columns(&self) -> usize {
        self.columns
    }

    /// Sites along y.
    pub const fn rows(&self) -> usize {
        self.rows
    }

    /// All sites.
    pub const fn sites(&self) -> usize {
        self.columns * self.rows
    }

    /// Side of a site in µm.
    pub const fn spacing(&self) -> f64 {
        self.spacing
    }

    /// Extent along x in µm.
    pub fn width(&self) -> f64 {
        self.columns as f64 * self.spacing
    }

    /// Extent along y in µm.
    pub fn height(&self) -> f64 {
        self.rows as f64 * self.spacing
    }

    /// Area of one site in µm².
    pub const fn site_area(&self) -> f64 {
        self.spacing * self.spacing
    }

    /// Area of the field in mm².
    pub fn area_mm2(&self) -> f64 {
        self.width() * self.height() * 1e-6
    }

    /// What happens at the edge.
    pub const fn boundary(&self) -> Boundary {
        self.boundary
    }

    /// The layer of skin that the field stands for.
    pub const fn slab(&self) -> Slab {
        self.slab
    }

    /// Center of a site, (x, y) in µm.
    pub fn center_of(&self, site: usize) -> (f64, f64) {
        let (column, row) = (site % self.columns, site / self.columns);
        ((column as f64 + 0.5) * self.spacing, (row as f64 + 0.5) * self.spacing)
    }

    /// The site at (x, y) in µm; outside a closed field the nearest one, in a periodic field its image.
    pub fn site_at(&self, x: f64, y: f64) -> usize {
        self.row_at(y) * self.columns + self.index_along(x, self.columns)
    }

    /// The row of sites at y in µm, found as in [`Grid::site_at`].
    pub(crate) fn row_at(&self, y: f64) -> usize {
        self.index_along(y, self.rows)
    }

    fn index_along(&self, position: f64, count: usize) -> usize {
        index_along(position / self.spacing, count, self.boundary)
    }

    /// Finds many sites faster than [`Grid::site_at`], which divides.
    pub(crate) fn locator(&self) -> Locator {
        let Self { columns, rows, spacing, boundary, .. } = *self;
        Locator { columns, rows, per_micrometer: spacing.recip(), boundary }
    }

    /// Brings a cell that stepped over the edge back into the field. Returns its position and
    /// whether its path was mirrored along x and along y.
    pub fn bring_back(&self, x: f64, y: f64) -> (f64, f64, bool, bool) {
        let ((x, mirrored_x), (y, mirrored_y)) = (self.back_along(x, self.width()), self.back_along(y, self.height()));
        (x, y, mirrored_x, mirrored_y)
    }

    fn back_along(&self, position: f64, extent: f64) -> (f64, bool) {
        if (0.0..extent).contains(&position) {
            return (position, false);
        }
        match self.boundary {
            Boundary::Closed => {
                let mirrored = if position < 0.0 { -position } else { 2.0 * extent - position };
                // A path that just touches the far edge would otherwise end outside the last site.
                (mirrored.clamp(0.0, extent * (1.0 - f64::EPSILON)), true)
            }
            Boundary::Periodic => (position.rem_euclid(extent).min(extent * (1.0 - f64::EPSILON)), false),
        }
    }
}

/// The place of points among the sites of a grid, in spacings from its corner.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Locator {
    columns: usize,
    rows: usize,
    per_micrometer: f64,
    boundary: Boundary,
}

impl Locator {
    /// A length in µm in spacings.
    pub(crate) fn scaled(&self, length: f64) -> f64 {
        length * self.per_micrometer
    }

    /// Whether a square of this half side about a point lies in the field, all in spacings.
    pub(crate) fn surrounds(&self, (x, y): (f64, f64), half: f64) -> bool {
        x >= half && y >= half && x + half < self.columns as f64 && y + half < self.rows as f64
    }

    /// Whether a point, in spacings, lies in the field; everything does in a periodic one.
    pub(crate) fn contains(&self, (x, y): (f64, f64)) -> bool {
        self.boundary == Boundary::Periodic || self.surrounds((x, y), 0.0)
    }

    /// The site at a point inside of the field, in spacings. Plain arithmetic, so that loops over many points are
    /// vectorized: conversions of floating numbers are not.
    #[inline(always)]
    pub(crate) fn site_inside(&self, (x, y): (f64, f64)) -> usize {
        index(floor(y) * self.columns as f64 + floor(x))
    }

    /// The site at a point in spacings, found as in [`Grid::site_at`].
    pub(crate) fn site_at(&self, (x, y): (f64, f64)) -> usize {
        self.row_at(y) * self.columns + self.column_at(x)
    }

    /// The row of sites at y in spacings.
    pub(crate) fn row_at(&self, y: f64) -> usize {
        index_along(y, self.rows, self.boundary)
    }

    /// The column of sites at x in spacings.
    pub(crate) fn column_at(&self, x: f64) -> usize {
        index_along(x, self.columns, self.boundary)
    }
}

fn index_along(scaled: f64, count: usize, boundary: Boundary) -> usize {
    match boundary {
        // The conversion takes everything below zero to zero, so it is the floor wherever it matters.
        Boundary::Closed => (scaled as usize).min(count - 1),
        Boundary::Periodic => (scaled.floor() as isize).rem_euclid(count.cast_signed()) as usize,
    }
}

fn whole_sites(quantity: &'static str, length: Length, spacing: f64) -> Result<usize> {
    let value = check(quantity, length.in_micrometers(), "µm", 4.0 * spacing..=LONGEST_SIDE)?;
    let sites = (value / spacing).round();
    if (sites * spacing - value).abs() > 1e-6 * spacing {
        return Err(Error::NotWholeSites { quantity, value, spacing, nearest: sites * spacing });
    }
    Ok(sites as usize)
}
