//! What fibroblasts feel of the matrix along and beside their bodies.
use super::Fibroblast;
use super::group::SIZE;
use crate::elementary::sin_cos;
use crate::grid::{Grid, Locator};
use crate::matrix::{FiberMoments, ReadInPlace, Site};
use crate::parameters::FibroblastParameters;
use std::ops::Range;
use wide::f64x4;

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
pub(crate) struct Strip {
    locator: Locator,
    length: f64,
    width: f64,
}

impl Strip {
    pub(crate) fn new(grid: &Grid, parameters: &FibroblastParameters) -> Self {
        let locator = grid.locator();
        let (length, width) = (locator.scaled(parameters.body_length), locator.scaled(parameters.sensing_width));
        Self { locator, length, width }
    }

    /// Distance in spacings from the middle of a cell within which all points lie at which it feels, whatever its heading: a
    /// hundredth of a site more than the outermost ones need, for the round-off of large fields.
    pub(crate) fn reach(&self) -> f64 {
        let (along, across) = place(0);
        (along * self.length).hypot(across * self.width) + 0.01
    }

    /// Where a cell lies along x and y, in spacings.
    #[inline]
    pub(crate) fn place(&self, cell: &Fibroblast) -> (f64, f64) {
        (self.locator.scaled(cell.x), self.locator.scaled(cell.y))
    }

    /// Where cells lie along y, in spacings, that feel nothing outside of some rows. Nothing is felt beyond a closed edge.
    pub(crate) fn inside(&self, rows: Range<usize>) -> Range<f64> {
        let is_edge = |row: usize| self.locator.is_closed_edge(row);
        let start = if is_edge(rows.start) { f64::NEG_INFINITY } else { rows.start as f64 + self.reach() };
        let end = if is_edge(rows.end) { f64::INFINITY } else { rows.end as f64 - self.reach() };
        start..end
    }

    /// Where cells lie along x, in spacings, that feel something in some columns, but nothing past them or across the edge of
    /// a periodic field.
    pub(crate) fn up_to(&self, columns: Range<usize>) -> Range<f64> {
        let start = if columns.start == 0 { self.edge() } else { columns.start as f64 - self.reach() };
        let is_last = columns.end == self.locator.columns();
        start..if is_last { f64::INFINITY } else { columns.end as f64 - self.reach() }
    }

    /// Up to where cells lie along x that feel across the edge at which a periodic field begins.
    pub(crate) fn edge(&self) -> f64 {
        if self.locator.is_periodic() { self.reach() } else { f64::NEG_INFINITY }
    }
}

/// How the cells of a group lie, each number of all of them side by side.
#[derive(Debug)]
struct Bodies {
    count: usize,
    /// Sines and cosines of the headings.
    sine: [f64; SIZE],
    cosine: [f64; SIZE],
    /// Middles in spacings.
    x: [f64; SIZE],
    y: [f64; SIZE],
}

impl Default for Bodies {
    fn default() -> Self {
        let zeros = [0.0; SIZE];
        Self { count: 0, sine: zeros, cosine: zeros, x: zeros, y: zeros }
    }
}

impl Bodies {
    /// Takes those of at most [`SIZE`] cells.
    fn renew<'a>(&mut self, cells: impl Iterator<Item = &'a Fibroblast>, strip: &Strip) {
        let Self { count, sine, cosine, x, y } = self;
        let mut heading = [0.0; SIZE];
        *count = 0;
        for (index, cell) in cells.take(SIZE).enumerate() {
            heading[index] = cell.heading;
            (x[index], y[index]) = (strip.locator.scaled(cell.x), strip.locator.scaled(cell.y));
            *count = index + 1;
        }
        for ((sine, cosine), &heading) in sine.iter_mut().zip(cosine).zip(&heading[..*count]) {
            (*sine, *cosine) = sin_cos(heading);
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

/// How the cells of a group lie, and the sites at which they feel, point by point.
#[derive(Debug)]
pub(crate) struct Touched {
    bodies: Bodies,
    sites: [[usize; SIZE]; POINTS],
}

impl Default for Touched {
    fn default() -> Self {
        Self { bodies: Bodies::default(), sites: [[0; SIZE]; POINTS] }
    }
}

impl Touched {
    /// Takes at most [`SIZE`] cells, whose sites are not found yet.
    pub(super) fn take<'a>(&mut self, cells: impl Iterator<Item = &'a Fibroblast>, strip: &Strip) {
        self.bodies.renew(cells, strip);
    }

    /// Finds the sites of the cells taken.
    pub(super) fn find(&mut self, strip: &Strip) {
        find_sites(&self.bodies, strip, &mut self.sites);
    }

    /// Sine and cosine of a cell's heading.
    pub(super) const fn direction(&self, cell: usize) -> (f64, f64) {
        (self.bodies.sine[cell], self.bodies.cosine[cell])
    }

    /// Mean moments over the strip of a cell.
    #[inline(always)]
    pub(super) fn feel(&self, cell: usize, matrix: &impl ReadInPlace) -> FiberCues {
        let (mut sums, mut storage) = ([f64x4::ZERO; 3], Site::default());
        for at_point in &self.sites {
            let numbers = matrix.read(at_point[cell], &mut storage).first_numbers();
            (0..numbers.len()).for_each(|part| sums[part] += numbers[part]);
        }
        let (collagen, fibrin) = Site::collagen_and_fibrin(sums);
        let share = 1.0 / POINTS as f64;
        FiberCues { collagen: collagen * share, fibrin: fibrin * share }
    }
}

/// The sites at which cells feel. A function of its own, since compilers know of its arguments that none overlaps another.
#[inline(never)]
fn find_sites(bodies: &Bodies, strip: &Strip, sites: &mut [[usize; SIZE]; POINTS]) {
    let count = bodies.count.min(SIZE);
    for (point, sites) in sites.iter_mut().enumerate() {
        let place = place(point);
        for (cell, site) in sites[..count].iter_mut().enumerate() {
            *site = strip.locator.site_inside(bodies.point(cell, place, strip));
        }
    }
    let reach = strip.reach();
    for cell in 0..count {
        if !strip.locator.surrounds((bodies.x[cell], bodies.y[cell]), reach) {
            for (point, sites) in sites.iter_mut().enumerate() {
                sites[cell] = strip.locator.site_at(bodies.point(cell, place(point), strip));
            }
        }
    }
}

/// The place of a point along and across a strip, from its middle, in its sides.
fn place(point: usize) -> (f64, f64) {
    let centered = |index: usize, count: usize| (index as f64 + 0.5) / count as f64 - 0.5;
    (centered(point / ACROSS, ALONG), centered(point % ACROSS, ACROSS))
}
