//! What fibroblasts feel of the matrix along and beside their bodies.
use super::Fibroblast;
use super::group::SIZE;
use crate::elementary::sin_cos;
use crate::grid::Locator;
use crate::matrix::{FiberMoments, Matrix, Site};

/// Matrix along and beside a cell's body, averaged.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct FiberCues {
    pub(super) collagen: FiberMoments,
    pub(super) fibrin: f64,
}

/// Points along the body and across the sensed strip at which a cell feels the matrix.
const ALONG: usize = 5;
const ACROSS: usize = 3;
const POINTS: usize = ALONG * ACROSS;

/// The strip of body length × sensing width along the heading in which a cell feels, in spacings.
#[derive(Clone, Copy, Debug)]
pub(super) struct Strip {
    pub(super) locator: Locator,
    pub(super) length: f64,
    pub(super) width: f64,
}

/// Where the strips of a group lie, each number of all of them side by side.
#[derive(Debug)]
pub(super) struct Strips {
    count: usize,
    /// Sines and cosines of the headings.
    sine: [f64; SIZE],
    cosine: [f64; SIZE],
    /// Middles in spacings.
    x: [f64; SIZE],
    y: [f64; SIZE],
    /// The site at every point.
    sites: [[usize; SIZE]; POINTS],
}

impl Strips {
    /// Finds the strips of at most [`SIZE`] cells.
    pub(super) fn of<'a>(cells: impl Iterator<Item = &'a Fibroblast>, strip: &Strip) -> Self {
        let zeros = [0.0; SIZE];
        let mut strips = Self { count: 0, sine: zeros, cosine: zeros, x: zeros, y: zeros, sites: [[0; SIZE]; POINTS] };
        let mut heading = zeros;
        for (index, cell) in cells.take(SIZE).enumerate() {
            heading[index] = cell.heading;
            (strips.x[index], strips.y[index]) = (strip.locator.scaled(cell.x), strip.locator.scaled(cell.y));
            strips.count = index + 1;
        }
        let directions = strips.sine.iter_mut().zip(&mut strips.cosine);
        for ((sine, cosine), &heading) in directions.zip(&heading[..strips.count]) {
            (*sine, *cosine) = sin_cos(heading);
        }
        strips.find_sites(strip);
        strips
    }

    /// Sine and cosine of a cell's heading.
    pub(super) const fn direction(&self, cell: usize) -> (f64, f64) {
        (self.sine[cell], self.cosine[cell])
    }

    /// Mean moments over the strip of a cell.
    #[inline(always)]
    pub(super) fn feel(&self, cell: usize, matrix: &Matrix) -> FiberCues {
        mean(self.sites.iter().map(|at_point| matrix.site(at_point[cell])))
    }

    fn find_sites(&mut self, strip: &Strip) {
        let count = self.count.min(SIZE);
        for point in 0..POINTS {
            let place = place(point);
            for cell in 0..count {
                self.sites[point][cell] = strip.locator.site_inside(self.point(cell, place, strip));
            }
        }
        // No point lies further from the middle, along x or y.
        let reach = 0.5 * (strip.length + strip.width);
        for cell in 0..count {
            if !strip.locator.surrounds((self.x[cell], self.y[cell]), reach) {
                for point in 0..POINTS {
                    self.sites[point][cell] = strip.locator.site_at(self.point(cell, place(point), strip));
                }
            }
        }
    }

    /// The point of a cell's strip at a place in its sides, in spacings.
    #[inline(always)]
    fn point(&self, cell: usize, (along, across): (f64, f64), Strip { length, width, .. }: &Strip) -> (f64, f64) {
        let (sine, cosine) = (self.sine[cell], self.cosine[cell]);
        let (along, across) = (
            (along * (length * cosine), along * (length * sine)),
            (across * (-width * sine), across * (width * cosine)),
        );
        (self.x[cell] + along.0 + across.0, self.y[cell] + along.1 + across.1)
    }
}

/// The place of a point along and across a strip, from its middle, in its sides.
fn place(point: usize) -> (f64, f64) {
    let centered = |index: usize, count: usize| (index as f64 + 0.5) / count as f64 - 0.5;
    (centered(point / ACROSS, ALONG), centered(point % ACROSS, ACROSS))
}

fn mean(sites: impl Iterator<Item = Site>) -> FiberCues {
    let (mut new, mut mature, mut fibrin) = (FiberMoments::default(), FiberMoments::default(), 0.0);
    for site in sites {
        new += site.new;
        mature += site.mature;
        fibrin += site.fibrin;
    }
    let share = 1.0 / POINTS as f64;
    FiberCues { collagen: (new + mature) * share, fibrin: fibrin * share }
}
