//! What the pixels of a site, or of a window of sites, hold together.
use super::directions::Directions;
use crate::engine;
use crate::grid::Grid;
use crate::matrix::FiberMoments;
use crate::measure::Picture;
use std::iter::Sum;
use std::ops::{Add, Range};

/// Mean squared gradient, in full scales per pixel, below which there is no structure but round-off: a hundredth of the steps of
/// 16 bits.
const FLAT: f64 = 1e-14;

/// Sums over pixels.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct PixelSums {
    pub(super) pixels: f64,
    brightness: f64,
    /// Local directions; their amount is the energy of gradients that favors them.
    fibers: FiberMoments,
}

impl PixelSums {
    pub(super) fn mean_brightness(&self) -> f64 {
        self.brightness / self.pixels
    }

    /// The fibers of so much collagen in the directions that were measured; without direction where there is no structure.
    pub(super) fn fibers(&self, amount: f64) -> FiberMoments {
        let energy = self.fibers.density;
        if energy <= FLAT * self.pixels { FiberMoments::isotropic(amount) } else { self.fibers * (amount / energy) }
    }
}

impl Add for PixelSums {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self {
            pixels: self.pixels + other.pixels,
            brightness: self.brightness + other.brightness,
            fibers: self.fibers + other.fibers,
        }
    }
}

impl Sum for PixelSums {
    fn sum<I: Iterator<Item = Self>>(sums: I) -> Self {
        sums.fold(Self::default(), Add::add)
    }
}

/// How pixels fall on the sites of a field that lies in the middle of a picture.
#[derive(Clone, Copy, Debug)]
pub(super) struct PixelsOfSites {
    grid: Grid,
    columns: Division,
    rows: Division,
}

impl PixelsOfSites {
    pub(super) fn of(picture: &Picture, grid: Grid) -> Self {
        let along = |pixels: usize, extent: f64| Division {
            pixels,
            pixel: picture.pixel_um,
            begin: 0.5 * (pixels as f64 * picture.pixel_um - extent),
            spacing: grid.spacing(),
        };
        Self { grid, columns: along(picture.columns, grid.width()), rows: along(picture.rows, grid.height()) }
    }

    /// Brightness and directions of every site.
    pub(super) fn sums(&self, picture: &Picture, directions: &Directions) -> Vec<PixelSums> {
        let of_pixels = |row: usize| {
            let (fibers, line) = (directions.of_row(row), &picture.brightness[row * picture.columns..]);
            move |pixel: usize| PixelSums { pixels: 1.0, brightness: line[pixel], fibers: fibers[pixel] }
        };
        self.collect(of_pixels)
    }

    /// Brightness alone of every site.
    pub(super) fn brightness(&self, picture: &Picture) -> Vec<f64> {
        let of_pixels = |row: usize| {
            let line = &picture.brightness[row * picture.columns..];
            |pixel: usize| PixelSums { pixels: 1.0, brightness: line[pixel], ..PixelSums::default() }
        };
        self.collect(of_pixels).iter().map(PixelSums::mean_brightness).collect()
    }

    /// Sums of all sites, from what is made of each row of pixels.
    fn collect<P: Fn(usize) -> PixelSums>(&self, of_pixels: impl Fn(usize) -> P + Sync + Send) -> Vec<PixelSums> {
        let of_sites = |row: usize| {
            let mut sums = vec![PixelSums::default(); self.grid.columns()];
            for of_pixel in self.rows.of_site(row).map(&of_pixels) {
                for (column, sum) in sums.iter_mut().enumerate() {
                    *sum = *sum + self.columns.of_site(column).map(&of_pixel).sum();
                }
            }
            sums
        };
        engine::collect_tasks(self.grid.rows(), of_sites).concat()
    }
}

/// Sums over the windows of `2 reach + 1` sites around every site, as far as they lie in the field.
pub(super) fn over_windows(sums: &[PixelSums], grid: &Grid, reach: usize) -> Vec<PixelSums> {
    let (columns, rows) = (grid.columns(), grid.rows());
    let around = |index: usize, count: usize| index.saturating_sub(reach)..(index + reach + 1).min(count);
    let across =
        |site: usize| around(site % columns, columns).map(|column| sums[site / columns * columns + column]).sum();
    let across: Vec<PixelSums> = engine::collect(grid.sites(), across);
    engine::collect(grid.sites(), |site| {
        around(site / columns, rows).map(|row| across[row * columns + site % columns]).sum()
    })
}

/// Pixels along one side of a picture, and sites.
#[derive(Clone, Copy, Debug)]
struct Division {
    pixels: usize,
    /// Side of a pixel in µm.
    pixel: f64,
    /// Where the first site begins, in µm from the edge of the picture.
    begin: f64,
    /// Side of a site in µm.
    spacing: f64,
}

impl Division {
    /// Pixels whose middle lies in a site.
    fn of_site(&self, site: usize) -> Range<usize> {
        self.first_pixel(site)..self.first_pixel(site + 1)
    }

    fn first_pixel(&self, site: usize) -> usize {
        // Less than a pixel's middle may differ from the edge of a site by round-off.
        let place = (self.begin + site as f64 * self.spacing) / self.pixel - 0.5 - 1e-6;
        (place.ceil().max(0.0) as usize).min(self.pixels)
    }
}
