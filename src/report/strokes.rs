//! Which strokes stand for the fibers of a field: where they lie, and along which directions.
//!
//! All is keyed by the cell of a lattice, not by the tissue, so a stroke keeps its place and its quantile over a course and
//! turns only as the fibers around it turn.
use super::balance::{balance, uncover};
use super::quantiles::CellNumbers;
use super::smoothed::SmoothedFibers;
use crate::engine;
use crate::grid::{Boundary, Grid};
use crate::measure::OrientationDistribution;
use crate::random::{Purpose, stream};
use nalgebra::Vector2;
use rand::RngExt;

/// Amount of collagen at which every cell has its stroke, 1 = healthy young dermis.
pub(super) const DENSEST: f64 = 1.5;
/// Share of its cell over which a stroke is moved at random, so that the lattice is not seen.
const JITTER: f64 = 0.9;
/// Range of the share of cells with strokes over which one of them fades in.
const FADING: f64 = 0.04;

/// One straight piece of a fiber.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Stroke {
    /// Middle in µm.
    pub x: f64,
    pub y: f64,
    /// Axis in radians.
    pub direction: f64,
    /// Amount of the fibers around it, and their second moment.
    pub amount: f64,
    pub second: Vector2<f64>,
    /// How much of it is there, 0 to 1.
    pub presence: f64,
    /// Share of it that no stroke above hides.
    pub shown: f64,
    /// Place in the stack: strokes of larger height lie above others.
    pub height: f64,
}

/// The cells of a field that each have a stroke.
pub(super) struct StrokePattern {
    grid: Grid,
    /// Side of a cell in µm.
    cell: f64,
    /// How far strokes reach to each side, in µm: some begin outside the field.
    reach: f64,
    /// Width in µm of what a stroke hides of those below it.
    hidden_width: f64,
    columns: usize,
    numbers: CellNumbers,
    seed: u64,
}

impl StrokePattern {
    /// A stroke in every cell of a side in µm, also outside the field where it reaches into it.
    pub fn new(grid: &Grid, cell: f64, reach: f64, hidden_width: f64, seed: u64) -> Self {
        let cells = |extent: f64| ((extent + 2.0 * reach) / cell).ceil() as usize;
        let (columns, rows) = (cells(grid.width()), cells(grid.height()));
        Self { grid: *grid, cell, reach, hidden_width, columns, numbers: CellNumbers::new(columns, rows, seed), seed }
    }

    /// All strokes of some fibers, from the lowest to the uppermost.
    pub fn strokes(&self, fibers: &SmoothedFibers) -> Vec<Stroke> {
        let mut strokes = engine::collect_costly(self.numbers.needed.len(), |cell| self.stroke(cell, fibers));
        // Turns change a little what strokes hide.
        for _ in 0..2 {
            uncover(&mut strokes, self.columns, 2.0 * self.reach, self.hidden_width);
            balance(&mut strokes, self.columns);
        }
        strokes.retain(|stroke| stroke.presence > 0.0);
        strokes.sort_by(|first, second| first.height.total_cmp(&second.height));
        strokes
    }

    fn stroke(&self, cell: usize, fibers: &SmoothedFibers) -> Stroke {
        let mut draws = stream(self.seed, 0, Purpose::Stroke, cell as u64);
        let mut moved =
            |place: usize| (place as f64 + 0.5 + JITTER * (draws.random::<f64>() - 0.5)) * self.cell - self.reach;
        let (x, y) = (moved(cell % self.columns), moved(cell / self.columns));
        let around = fibers.at(self.within(x, self.grid.width()), self.within(y, self.grid.height()));
        let presence = ((around.density / DENSEST - self.numbers.needed[cell]) / FADING + 0.5).clamp(0.0, 1.0);
        let quantile = self.numbers.quantiles[cell];
        let direction =
            if presence > 0.0 { OrientationDistribution::of(&around).direction_below(quantile) } else { 0.0 };
        Stroke {
            x,
            y,
            direction,
            amount: around.density,
            second: Vector2::new(around.c2, around.s2),
            presence,
            shown: 1.0,
            height: draws.random(),
        }
    }

    /// The point of a closed field that is nearest; that of a periodic one which comes again there.
    fn within(&self, place: f64, extent: f64) -> f64 {
        match self.grid.boundary() {
            Boundary::Closed => place.clamp(0.0, extent),
            Boundary::Periodic => place.rem_euclid(extent),
        }
    }
}
