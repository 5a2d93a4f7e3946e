//! Division and death.
use super::Fibroblast;
use crate::grid::{Boundary, Field, Grid};
use crate::parallel;
use crate::parameters::{FibroblastParameters, Response};
use crate::random::{Purpose, stream};
use crate::signal::{Signal, Signals};
use crate::units::Length;
use rand::RngExt;

/// What becomes of a cell in a step.
///
/// ```
/// use dermaweave::fibroblast::{Crowding, Outcome, fates};
/// use dermaweave::{Grid, Length, Parameters, Skin, Tissue};
/// let side = Length::micrometers(400.0);
/// let tissue = Tissue::new(Grid::new(side, side, Length::micrometers(20.0))?, &Skin::young())?;
/// let (cells, parameters) = (tissue.fibroblasts(), Parameters::default().fibroblast);
/// // Four times as many cells as skin at rest would hold: in ten days some die, and none divides.
/// let crowding = Crowding::new(cells, tissue.grid(), 0.25 * tissue.resting_per_mm2());
/// let outcomes = fates(cells, &crowding, tissue.signals(), &parameters, (1, 0, 240.0));
/// assert!(!outcomes.is_empty() && outcomes.iter().all(|(_, outcome)| *outcome == Outcome::Dies));
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Outcome {
    /// It divides; the daughter heads this way (radians).
    Divides(f64),
    /// It dies.
    Dies,
}

/// Local number of fibroblasts per area relative to resting skin, on tiles of about 200 µm (or the
/// `crowding_tile` of a course) smoothed with their neighbors, so that the scatter of resting cells is
/// not taken for crowding.
///
/// ```
/// use dermaweave::fibroblast::Crowding;
/// use dermaweave::{Grid, Length, Skin, Tissue};
/// let side = Length::micrometers(800.0);
/// let tissue = Tissue::new(Grid::new(side, side, Length::micrometers(20.0))?, &Skin::young())?;
/// let crowding = Crowding::new(tissue.fibroblasts(), tissue.grid(), tissue.resting_per_mm2());
/// assert!((crowding.at(400.0, 400.0) - 1.0).abs() < 0.2);
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Crowding {
    columns: usize,
    rows: usize,
    width: f64,
    height: f64,
    relative_density: Vec<f64>,
}

/// Side of the tiles in µm if none is given.
const TILE: f64 = 200.0;

impl Crowding {
    /// Counts the cells of a field whose resting skin holds `resting_per_mm2`.
    pub fn new(cells: &[Fibroblast], grid: &Grid, resting_per_mm2: f64) -> Self {
        Self::on_tiles(cells, grid, resting_per_mm2, Length::micrometers(TILE))
    }

    /// [`Crowding::new`] on tiles whose sides are about `tile`, such that they divide the field evenly.
    pub fn on_tiles(cells: &[Fibroblast], grid: &Grid, resting_per_mm2: f64, tile: Length) -> Self {
        let tiles = |extent: f64| (extent / tile.in_micrometers()).round().max(1.0) as usize;
        let (columns, rows) = (tiles(grid.width()), tiles(grid.height()));
        let (width, height) = (grid.width() / columns as f64, grid.height() / rows as f64);
        let mut crowding = Self { columns, rows, width, height, relative_density: vec![0.0; columns * rows] };
        let one = 1.0 / (resting_per_mm2 * width * height * 1e-6);
        for cell in cells {
            let tile = crowding.tile_at(cell.x, cell.y);
            crowding.relative_density[tile] += one;
        }
        crowding.smooth(grid.boundary());
        crowding
    }

    /// Density around a point, relative to resting skin.
    /// The point is in µm.
    pub fn at(&self, x: f64, y: f64) -> f64 {
        self.relative_density[self.tile_at(x, y)]
    }

    /// Density where the crowd is thickest, relative to resting skin.
    pub(crate) fn maximum(&self) -> f64 {
        self.relative_density.iter().copied().fold(0.0, f64::max)
    }

    fn tile_at(&self, x: f64, y: f64) -> usize {
        let column = ((x / self.width) as usize).min(self.columns - 1);
        let row = ((y / self.height) as usize).min(self.rows - 1);
        row * self.columns + column
    }

    /// Weights ¼, ½, ¼ along each side, mirrored at a closed edge.
    fn smooth(&mut self, boundary: Boundary) {
        let (columns, rows) = (self.columns, self.rows);
        let blend = |before: f64, here: f64, after: f64| 0.25 * before + 0.5 * here + 0.25 * after;
        let smoothed = |values: &[f64], index: usize, count: usize, stride: usize, base: usize| {
            let value = |index: usize| values[base + index * stride];
            let (before, after) = match boundary {
                Boundary::Closed => (index.saturating_sub(1), (index + 1).min(count - 1)),
                Boundary::Periodic => ((index + count - 1) % count, (index + 1) % count),
            };
            blend(value(before), value(index), value(after))
        };
        let tiles = 0..columns * rows;
        let along_x: Vec<_> = tiles
            .clone()
            .map(|tile| smoothed(&self.relative_density, tile % columns, columns, 1, tile - tile % columns))
            .collect();
        self.relative_density =
            tiles.map(|tile| smoothed(&along_x, tile / columns, rows, columns, tile % columns)).collect();
    }
}

/// Draws the outcome of every cell: division at rate k_d P/(K+P) (1 − n/n_max) while active (k_d a (1 − n/n_max)
/// in the linear response), death of the excess at rate δ_F (1 − n_t/n) once it is quiet, and natural death
/// at rate δ_0. Only cells to which something happens are listed, in order.
///
/// Takes the seed, the tick at which the step begins, and its hours; gives indices into `cells`.
pub fn fates(
    cells: &[Fibroblast],
    crowding: &Crowding,
    signals: &Signals,
    parameters: &FibroblastParameters,
    (seed, tick, hours): (u64, u64, f64),
) -> Vec<(usize, Outcome)> {
    let level = |field: &Field, cell: &Fibroblast| field.sample(cell.x, cell.y).0.max(0.0);
    parallel::collect_some(cells.len(), |index| {
        let cell = &cells[index];
        let crowd = crowding.at(cell.x, cell.y);
        let active = cell.activation >= parameters.resting_activation;
        if !active && crowd <= parameters.tolerated_excess && parameters.natural_death_rate == 0.0 {
            return None;
        }
        let pdgf = level(&signals[Signal::Pdgf], cell);
        let noise = level(&signals[Signal::TgfBeta], cell) + pdgf;
        let room = (1.0 - crowd / parameters.crowding_limit).max(0.0);
        let excess = (1.0 - parameters.tolerated_excess / crowd).max(0.0);
        let called = match parameters.response {
            _ if !active => 0.0,
            Response::Remembering => pdgf / (parameters.pdgf_half_level + pdgf),
            Response::Linear => cell.activation,
        };
        let division_rate = parameters.division_rate * called * room;
        let excess_rate =
            parameters.apoptosis_rate * excess * parameters.quiet_level / (parameters.quiet_level + noise);
        let death_rate = excess_rate + parameters.natural_death_rate;
        let mut draws = stream(seed, tick, Purpose::Fate, cell.id);
        let (any, which) = (draws.random::<f64>(), draws.random::<f64>());
        let both = division_rate + death_rate;
        if any >= -(-both * hours).exp_m1() {
            return None;
        }
        let divides = which * both < division_rate;
        let daughter = std::f64::consts::TAU * draws.random::<f64>();
        Some((index, if divides { Outcome::Divides(daughter) } else { Outcome::Dies }))
    })
}

/// Applies the outcomes: the dead leave, daughters follow behind all others, in order of their
/// mothers, with identities from `next_id` on.
pub(crate) fn apply(cells: &mut Vec<Fibroblast>, outcomes: &[(usize, Outcome)], next_id: &mut u64) {
    let mut daughters = Vec::new();
    for &(index, outcome) in outcomes {
        match outcome {
            Outcome::Divides(heading) => {
                daughters.push(Fibroblast { id: *next_id, heading, ..cells[index] });
                *next_id += 1;
            }
            Outcome::Dies => cells[index].activation = f64::NEG_INFINITY,
        }
    }
    if !outcomes.is_empty() {
        cells.retain(|cell| cell.activation > f64::NEG_INFINITY);
        cells.append(&mut daughters);
    }
}
