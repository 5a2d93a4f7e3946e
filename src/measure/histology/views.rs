//! Pictures of collagen bundles as a histologist would see them.
//!
//! Scar and healthy dermis differ in a microscope by what a field of view shows of a few bundles,
//! and the published numbers are measured there. So bundles are drawn from the fiber moments into
//! pictures, and the collagen orientation index is measured on the pictures.
use super::bundle::Bundle;
use super::directions::{Directions, Section, View};
use super::picture::Picture;
use crate::engine;
use crate::error::{Result, check};
use crate::grid::{Boundary, Grid, Unrolled};
use crate::matrix::{FiberMoments, Matrix};
use crate::measure::regions::Region;
use crate::random::{Purpose, Stream, stream};
use crate::reading::checked_on_reading;
use crate::units::Length;
use rand::RngExt;
use rand_distr::StandardNormal;
use serde::{Deserialize, Serialize};
use std::f64::consts::{PI, SQRT_2, TAU};

/// Density at which no more bundles fit into a picture, 1 = healthy young dermis.
const DENSEST: f64 = 1.5;
/// Pixels that a picture needs at least along a side, so that bundles differ from the frame.
const FEWEST_PIXELS: f64 = 32.0;

/// How bundles look in the microscope, and how much of them it shows.
///
/// Bundles lie at random, as many per area as there is collagen (up to an amount of 1.5), along directions drawn from the
/// maximum-entropy density of the moments around them ([`OrientationDistribution`](crate::measure::OrientationDistribution)); upper ones
/// hide lower ones. They are crimped ribbons of parallel fibers. The crimp is below what the
/// moments resolve, which describe the axes of bundles, and lowers the index of the picture.
///
/// Field, width and crimp are calibrated together, within the ranges seen in reticular dermis, so that the mean
/// collagen orientation index is that of Verhaegen 2012 (Wound Repair Regen 20:658): healthy 0.40,
/// scar 0.49. Mean and standard deviation of one view come out at 0.38 ± 0.15 for healthy dermis and
/// 0.52 ± 0.12 for scar of amount 0.5 to 0.9.
/// The index of a healthy view is far from 0 because a field of 100 µm shows few bundles;
/// several fields are needed to tell the two apart, see [`Histology::orientation_index`].
///
/// ```
/// use dermaweave::measure::{Histology, Region};
/// use dermaweave::{FiberMoments, Grid, Length, Matrix};
/// let side = Length::micrometers(400.0);
/// let grid = Grid::new(side, side, Length::micrometers(20.0))?;
/// let healthy = Matrix::uniform(grid, FiberMoments::two_families(1.0, 0.0, 41.0_f64.to_radians(), 2.11), 0.005);
/// let scar = Matrix::uniform(grid, FiberMoments::one_family(0.9, 0.0, 0.7), 0.005);
/// let (histology, region) = (Histology::default(), Region::all(&grid));
/// let index = |matrix| histology.orientation_index(matrix, &region, 49, 1);
/// assert!(index(&healthy)? < index(&scar)?);
/// assert_eq!(histology.view(&scar, (200.0, 200.0), 1, 0)?.columns, 80);
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "HistologyFields")]
pub struct Histology {
    /// Side of the square field of view (100 µm; calibrated).
    pub field_of_view: Length,
    /// Side of a pixel (1.25 µm; estimated): a fiber is some pixels wide.
    pub pixel: Length,
    /// Mean width of a bundle, where it half covers what lies below (25 µm; calibrated).
    pub bundle_width: Length,
    /// Standard deviation of the logarithm of the width; the mean width stays (0.4; estimated).
    pub width_variation: f64,
    /// Length of the part of a bundle that stays in the section (200 µm; estimated).
    pub bundle_length: Length,
    /// Area of all bundles over that of the picture, at the amount of healthy dermis: how many
    /// bundles lie above one another (2; estimated).
    pub layers: f64,
    /// Root mean square slope of the crimp, as an angle in degrees (20; calibrated).
    pub crimp_angle_degrees: f64,
    /// Mean period of the crimp (60 µm; estimated). Bundles vary by ±30 %.
    pub crimp_length: Length,
    /// Width of the fibers in a bundle, and of the gaps between them (3 µm; estimated).
    pub fiber_width: Length,
    /// Contrast of the fibers, 0 to 1 (0.4; estimated).
    pub fiber_contrast: f64,
    /// Side of the window around a bundle over which the moments are averaged (100 µm).
    pub window: Length,
}

checked_on_reading! {
    #[serde(deny_unknown_fields)]
    Histology by validate, read as "Histology" in HistologyFields or default {
        field_of_view: Length,
        pixel: Length,
        bundle_width: Length,
        width_variation: f64,
        bundle_length: Length,
        layers: f64,
        crimp_angle_degrees: f64,
        crimp_length: Length,
        fiber_width: Length,
        fiber_contrast: f64,
        window: Length,
    }
}

impl Default for Histology {
    fn default() -> Self {
        Self {
            field_of_view: Length::micrometers(100.0),
            pixel: Length::micrometers(1.25),
            bundle_width: Length::micrometers(25.0),
            width_variation: 0.4,
            bundle_length: Length::micrometers(200.0),
            layers: 2.0,
            crimp_angle_degrees: 20.0,
            crimp_length: Length::micrometers(60.0),
            fiber_width: Length::micrometers(3.0),
            fiber_contrast: 0.4,
            window: Length::micrometers(100.0),
        }
    }
}

impl Histology {
    /// Views that tell scar from healthy dermis by five standard deviations.
    pub const VIEWS: usize = 49;

    /// Checks every value.
    /// The first one out of range gives [`Error::OutOfRange`](crate::Error::OutOfRange).
    pub fn validate(&self) -> Result<()> {
        let length = |quantity, length: Length, range| check(quantity, length.in_micrometers(), "µm", range);
        let pixel = length("pixel of the microscope", self.pixel, 0.25..=5.0)?;
        length("field of view", self.field_of_view, (FEWEST_PIXELS * pixel).max(50.0)..=1000.0)?;
        length("width of a bundle", self.bundle_width, 2.0..=100.0)?;
        length("length of a bundle", self.bundle_length, 10.0..=1000.0)?;
        length("period of the crimp", self.crimp_length, 5.0..=1000.0)?;
        length("width of a fiber in a bundle", self.fiber_width, 0.5..=20.0)?;
        length("window of the histology", self.window, 10.0..=1000.0)?;
        check("variation of the width of bundles", self.width_variation, "(0 to 1)", 0.0..=1.0)?;
        check("layers of bundles", self.layers, "(dimensionless)", 0.1..=5.0)?;
        check("crimp of bundles", self.crimp_angle_degrees, "degrees", 0.0..=60.0)?;
        check("contrast of fibers in a bundle", self.fiber_contrast, "(0 to 1)", 0.0..=1.0)?;
        Ok(())
    }

    /// What the microscope shows around `center` (x, y in µm): view number `index` of those that
    /// belong to `seed`. Outside a closed field it goes on as at the edge.
    ///
    /// A value of the histology or a center outside the field gives
    /// [`Error::OutOfRange`](crate::Error::OutOfRange).
    pub fn view(&self, matrix: &Matrix, center: (f64, f64), seed: u64, index: u64) -> Result<Picture> {
        self.validate()?;
        check("center of a view along x", center.0, "µm", 0.0..=matrix.grid().width())?;
        check("center of a view along y", center.1, "µm", 0.0..=matrix.grid().height())?;
        let section = Section { matrix, directions: Directions::OfFibers };
        Ok(self.render(section, View { center, seed, number: index }))
    }

    /// Collagen orientation index of a region, 0 random to 1 parallel: mean over `views` views
    /// ([`Picture::collagen_orientation_index`]) around places drawn evenly from the region, moved
    /// into the field where they overhang. All views of a region smaller than one lie at its middle.
    ///
    /// One view varies by about 0.15. The mean of 25, 36 or 49 views tells scar from healthy dermis
    /// by 3.7, 4.4 or 5.2 standard deviations of the difference. A view takes 1 to 1.5 ms.
    ///
    /// No view or more than 10 000, or a value of the histology, gives
    /// [`Error::OutOfRange`](crate::Error::OutOfRange), a region of another field
    /// [`Error::OtherField`](crate::Error::OtherField).
    pub fn orientation_index(&self, matrix: &Matrix, region: &Region, views: usize, seed: u64) -> Result<f64> {
        self.index(Section { matrix, directions: Directions::OfFibers }, region, views, seed)
    }

    /// Its null: the index of the same views with the same bundles, each turned into a direction drawn from all alike. A
    /// small field shows so few bundles that this is far from 0: with the default field about 0.38, as much as healthy
    /// dermis has, whose weave the index does not see.
    ///
    /// Errors are those of [`Histology::orientation_index`].
    ///
    /// ```
    /// use dermaweave::measure::{Histology, Region};
    /// use dermaweave::{FiberMoments, Grid, Length, Matrix};
    /// let side = Length::micrometers(400.0);
    /// let grid = Grid::new(side, side, Length::micrometers(20.0))?;
    /// let scar = Matrix::uniform(grid, FiberMoments::one_family(0.9, 0.0, 0.7), 0.005);
    /// let (histology, region) = (Histology::default(), Region::all(&grid));
    /// let null = histology.isotropic_index(&scar, &region, 49, 1)?;
    /// assert!(null > 0.3 && null < histology.orientation_index(&scar, &region, 49, 1)?);
    /// # Ok::<(), dermaweave::Error>(())
    /// ```
    pub fn isotropic_index(&self, matrix: &Matrix, region: &Region, views: usize, seed: u64) -> Result<f64> {
        self.index(Section { matrix, directions: Directions::AllAlike }, region, views, seed)
    }

    fn index(&self, section: Section, region: &Region, views: usize, seed: u64) -> Result<f64> {
        let grid = section.matrix.grid();
        self.validate()?;
        check("number of views", views as f64, "views", 1.0..=10_000.0)?;
        region.check_grid(grid)?;
        let sites: Vec<_> = region.sites().collect();
        let mut indices = vec![0.0; views];
        engine::for_each_task(indices.iter_mut().enumerate().collect(), |(view, index)| {
            let (center, number) = (self.place(grid, &sites, seed, view as u64), view as u64);
            *index = self.render(section, View { center, seed, number }).collagen_orientation_index();
        });
        Ok(indices.iter().sum::<f64>() / views as f64)
    }

    /// Center of a view in a region of the given sites.
    fn place(&self, grid: &Grid, sites: &[usize], seed: u64, view: u64) -> (f64, f64) {
        let field = self.field_of_view.in_micrometers();
        let mut draws = stream(seed, 0, Purpose::Histology, view);
        let (mut x, mut y) = if sites.len() as f64 * grid.site_area() <= field * field {
            Unrolled::around(sites, grid).middle(sites)
        } else {
            grid.center_of(sites[draws.random_range(0..sites.len())])
        };
        if grid.boundary() == Boundary::Closed {
            let inside = |value: f64, extent: f64| value.min(extent - 0.5 * field).max((0.5 * field).min(0.5 * extent));
            (x, y) = (inside(x, grid.width()), inside(y, grid.height()));
        }
        (x, y)
    }

    fn render(&self, section: Section, view: View) -> Picture {
        let pixel_um = self.pixel.in_micrometers();
        let pixels = (self.field_of_view.in_micrometers() / pixel_um).round() as usize;
        let mut picture = Picture { columns: pixels, rows: pixels, pixel_um, brightness: vec![0.0; pixels * pixels] };
        let mut bundles = self.bundles(section, view);
        bundles.sort_by(|first, second| second.height.total_cmp(&first.height));
        let mut clear = vec![1.0; pixels * pixels];
        for bundle in &bundles {
            bundle.draw_below(&mut picture, &mut clear);
        }
        picture
    }

    /// The bundles that may reach into a view: at most one in each cell of a lattice, since bundles
    /// fill space and are spread more evenly than at random.
    fn bundles(&self, section: Section, view: View) -> Vec<Bundle> {
        let (field, length) = (self.field_of_view.in_micrometers(), self.bundle_length.in_micrometers());
        let cell = (self.bundle_width.in_micrometers() * length / (self.layers * DENSEST)).sqrt();
        let side = ((field + length) / cell).ceil() as u64;
        let candidate = |number: u64| {
            let mut draws = stream(view.seed, number + 1, Purpose::Histology, view.number);
            let mut within = |place: u64| (place as f64 + draws.random::<f64>() - 0.5 * side as f64) * cell;
            let (x, y) = (within(number % side), within(number / side));
            if x.hypot(y) > 0.5 * (SQRT_2 * field + length) {
                return None;
            }
            let fibers = self.fibers_around(section.matrix, view.center.0 + x, view.center.1 + y);
            let present = draws.random::<f64>() * DENSEST < fibers.density;
            let share = draws.random();
            present.then(|| self.bundle((x, y), section.directions.below(&fibers, share), draws))
        };
        (0..side * side).filter_map(candidate).collect()
    }

    fn bundle(&self, (x, y): (f64, f64), direction: f64, mut draws: Stream) -> Bundle {
        let spread: f64 = draws.sample(StandardNormal);
        let mut draw = || draws.random::<f64>();
        let crimp_wave = TAU / (self.crimp_length.in_micrometers() * (0.7 + 0.6 * draw()));
        let relative_width = (self.width_variation * (spread - 0.5 * self.width_variation)).exp();
        Bundle {
            x,
            y,
            direction,
            width: self.bundle_width.in_micrometers() * relative_width,
            length: self.bundle_length.in_micrometers(),
            brightness: 0.5 + 0.5 * draw(),
            crimp_wave,
            crimp_amplitude: SQRT_2 * self.crimp_angle_degrees.to_radians().tan() / crimp_wave,
            crimp_phase: TAU * draw(),
            fiber_wave: PI / (self.fiber_width.in_micrometers() * (0.8 + 0.4 * draw())),
            fiber_contrast: self.fiber_contrast,
            fiber_phase: TAU * draw(),
            height: draw(),
        }
    }

    /// Mean fibers of the window around a point in µm.
    fn fibers_around(&self, matrix: &Matrix, x: f64, y: f64) -> FiberMoments {
        let grid = matrix.grid();
        let reach = (0.5 * self.window.in_micrometers() / grid.spacing()).floor() as i64;
        let offset = |step: i64| step as f64 * grid.spacing();
        let mut sum = FiberMoments::default();
        for row in -reach..=reach {
            for column in -reach..=reach {
                sum += matrix.site(grid.site_at(x + offset(column), y + offset(row))).collagen();
            }
        }
        sum * ((2 * reach + 1) as f64).powi(-2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matrix(fibers: FiberMoments) -> Matrix {
        let side = Length::micrometers(600.0);
        Matrix::uniform(Grid::new(side, side, Length::micrometers(20.0)).unwrap(), fibers, 0.005)
    }

    /// Claim: bundles have the directions and the number that the moments say.
    /// Bins of 3° blur the second moment by sin(3°)/3° = 0.9995; its standard error is below 1/√n.
    /// Bundles per area = layers · density/(width · length); their number varies by at most its root.
    #[test]
    fn bundles_follow_the_moments() {
        let (density, resultant) = (0.6, 0.7);
        let fibers = FiberMoments::one_family(density, 0.8, resultant);
        let (matrix, histology) = (matrix(fibers), Histology::default());
        let inside = |bundle: &Bundle| bundle.x.abs() < 50.0 && bundle.y.abs() < 50.0;
        let section = Section { matrix: &matrix, directions: Directions::OfFibers };
        let view = |number| View { center: (300.0, 300.0), seed: 5, number };
        let bundles = (0..400).flat_map(|number| histology.bundles(section, view(number)));
        let bundles: Vec<Bundle> = bundles.filter(inside).collect();
        let count = bundles.len() as f64;
        let expected = 400.0 * 100.0 * 100.0 * 2.0 * density / (25.0 * 200.0);
        assert!((count - expected).abs() < 4.0 * expected.sqrt(), "{count} {expected}");
        let seen = bundles
            .iter()
            .fold(FiberMoments::default(), |sum, bundle| sum + FiberMoments::along(density / count, bundle.direction));
        let error = (seen.c2 - fibers.c2).hypot(seen.s2 - fibers.s2) / density;
        assert!(error < 4.0 / count.sqrt() + 5e-4, "{error}");
    }

    /// Claim: views lie in the field and their centers as near to the region as that allows.
    #[test]
    fn views_lie_in_region_and_field() {
        let (matrix, histology) = (matrix(FiberMoments::isotropic(1.0)), Histology::default());
        let grid = matrix.grid();
        let left = (0..grid.sites()).filter(|site| site % grid.columns() < 10).collect::<Vec<_>>();
        for view in 0..200 {
            let (x, y) = histology.place(grid, &left, 1, view);
            assert!((50.0..200.0).contains(&x) && (50.0..=550.0).contains(&y));
        }
        let middle = Length::micrometers(300.0);
        let small = Region::disc("small", grid, middle, middle, Length::micrometers(100.0)).unwrap();
        let (x, y) = histology.place(grid, &small.sites().collect::<Vec<_>>(), 1, 7);
        assert!((x - 300.0).abs() < 1e-9 && (y - 300.0).abs() < 1e-9);
    }
}
