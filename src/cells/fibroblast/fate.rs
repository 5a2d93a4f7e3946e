//! Division and death.
use super::Fibroblast;
use crate::engine::{self, Counts};
use crate::grid::{Boundary, Grid, Tiles};
use crate::parameters::{FibroblastParameters, Response};
use crate::random::{StepKey, Stream};
use crate::signals::Signals;
use crate::units::Length;
use rand::RngExt;

/// What becomes of a cell in a step.
///
/// ```
/// use dermaweave::cells::fibroblast::{Crowding, Outcome, fates};
/// use dermaweave::{Grid, Length, Parameters, Skin, Tissue};
/// let side = Length::micrometers(400.0);
/// let tissue = Tissue::new(Grid::new(side, side, Length::micrometers(20.0))?, &Skin::young())?;
/// let (cells, parameters) = (tissue.fibroblasts(), Parameters::default().fibroblast);
/// // Four times as many cells as skin at rest would hold: in ten days some die, and none divides.
/// let crowding = Crowding::new(cells, tissue.grid(), 0.25 * tissue.resting_per_mm2());
/// let key = dermaweave::random::StepKey { seed: 1, tick: 0, hours: 240.0 };
/// let outcomes = fates(cells, &crowding, tissue.signals(), &parameters, key);
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
/// use dermaweave::cells::fibroblast::Crowding;
/// use dermaweave::{Grid, Length, Skin, Tissue};
/// let side = Length::micrometers(800.0);
/// let tissue = Tissue::new(Grid::new(side, side, Length::micrometers(20.0))?, &Skin::young())?;
/// let crowding = Crowding::new(tissue.fibroblasts(), tissue.grid(), tissue.resting_per_mm2());
/// assert!((crowding.at(400.0, 400.0) - 1.0).abs() < 0.2);
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Crowding {
    tiles: Tiles,
    relative_density: Vec<f64>,
    /// Mean over the field.
    mean_density: f64,
    /// Storage that is used again when cells are counted anew.
    half_smoothed: Vec<f64>,
    counts: Counts,
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
        let mut crowding = Self::default();
        crowding.count(cells, grid, resting_per_mm2, tile);
        crowding
    }

    /// Counts anew, as [`Crowding::on_tiles`] does.
    pub(crate) fn count(&mut self, cells: &[Fibroblast], grid: &Grid, resting_per_mm2: f64, tile: Length) {
        let (tiles, mut counts) = (Tiles::of(grid, tile.in_micrometers()), std::mem::take(&mut self.counts));
        counts.count(cells.len(), tiles.count(), |index| tiles.at(cells[index].x, cells[index].y));
        let one = 1.0 / (resting_per_mm2 * tiles.width * tiles.height * 1e-6);
        self.relative_density.clear();
        self.relative_density.extend(counts.totals().map(|count| count as f64 * one));
        self.mean_density = cells.len() as f64 * one / tiles.count() as f64;
        (self.tiles, self.counts) = (tiles, counts);
        self.smooth(grid.boundary());
    }

    /// Density around a point, relative to resting skin.
    /// The point is in µm.
    pub fn at(&self, x: f64, y: f64) -> f64 {
        self.relative_density[self.tiles.at(x, y)]
    }

    /// Density where the crowd is thickest, relative to resting skin.
    pub(crate) fn maximum(&self) -> f64 {
        self.relative_density.iter().copied().fold(0.0, f64::max)
    }

    /// Mean density over the field, relative to resting skin.
    pub(crate) const fn mean(&self) -> f64 {
        self.mean_density
    }

    /// Weights ¼, ½, ¼ along each side, mirrored at a closed edge.
    fn smooth(&mut self, boundary: Boundary) {
        let Tiles { columns, rows, .. } = self.tiles;
        let blend = |before: f64, here: f64, after: f64| 0.25 * before + 0.5 * here + 0.25 * after;
        let smoothed = |values: &[f64], index: usize, count: usize, stride: usize, base: usize| {
            let value = |index: usize| values[base + index * stride];
            let (before, after) = match boundary {
                Boundary::Closed => (index.saturating_sub(1), (index + 1).min(count - 1)),
                Boundary::Periodic => ((index + count - 1) % count, (index + 1) % count),
            };
            blend(value(before), value(index), value(after))
        };
        let (tiles, along_x) = (0..columns * rows, &mut self.half_smoothed);
        along_x.clear();
        along_x.extend(
            tiles
                .clone()
                .map(|tile| smoothed(&self.relative_density, tile % columns, columns, 1, tile - tile % columns)),
        );
        self.relative_density.clear();
        self.relative_density
            .extend(tiles.map(|tile| smoothed(along_x, tile / columns, rows, columns, tile % columns)));
    }
}

/// Draws the outcome of every cell : division at rate k_d P/(K+P) (1 − n/n_max) while active
/// (k_d a (1 − n/n_max) in the linear response), death of the excess at rate δ_F (1 − n_t/n) once it is quiet, and natural
/// death at rate δ_0. None divides while the whole field holds n_max: cells that gather in one place leave another
/// empty, and would be replaced there without end. (So a field in which most is crowded stops earlier than a wider one.)
/// Only cells to which something happens are listed, in order, by their indices in `cells`.
pub fn fates(
    cells: &[Fibroblast],
    crowding: &Crowding,
    signals: &Signals,
    parameters: &FibroblastParameters,
    key: StepKey,
) -> Vec<(usize, Outcome)> {
    let mut found = engine::Found::default();
    engine::fates::Fates { cells, crowding, parameters, key }.of_all(signals, &mut found);
    found.iter().copied().collect()
}

/// What decides on the fate of a cell: how crowded it is, and the levels of PDGF and TGF-β.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Around {
    /// Cells per area relative to resting skin.
    pub(crate) crowd: f64,
    /// Whether the whole field is as crowded as cells can get by dividing.
    pub(crate) is_field_full: bool,
    pub(crate) pdgf: f64,
    pub(crate) tgf_beta: f64,
}

/// Whether a cell has no fate in this step: at rest, and neither crowded nor mortal.
pub(crate) fn is_spared(cell: &Fibroblast, crowd: f64, parameters: &FibroblastParameters) -> bool {
    let rests = cell.activation < parameters.resting_activation;
    rests && crowd <= parameters.tolerated_excess && parameters.natural_death_rate == 0.0
}

/// Rates in 1/h at which a cell divides and dies.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FateRates {
    division: f64,
    death: f64,
}

impl FateRates {
    /// Division at k_d P/(K+P) (1 − n/n_max) while active, or k_d a (1 − n/n_max) in the linear response; death at
    /// δ_F (1 − n_t/n) q/(q + P + T) + δ_0.
    pub(crate) fn of(cell: &Fibroblast, around: &Around, parameters: &FibroblastParameters) -> Self {
        let Around { crowd, is_field_full, pdgf, tgf_beta } = *around;
        let active = cell.activation >= parameters.resting_activation;
        let noise = tgf_beta + pdgf;
        let room = (1.0 - crowd / parameters.crowding_limit).max(0.0);
        let excess = (1.0 - parameters.tolerated_excess / crowd).max(0.0);
        let stimulated = match parameters.response {
            _ if !active || is_field_full => 0.0,
            Response::Remembering => pdgf / (parameters.pdgf_half_level + pdgf),
            Response::Linear => cell.activation,
        };
        let of_excess = parameters.apoptosis_rate * excess * parameters.quiet_level / (parameters.quiet_level + noise);
        Self {
            division: parameters.division_rate * stimulated * room,
            death: of_excess + parameters.natural_death_rate,
        }
    }

    /// Draws what becomes of a cell within `hours`: something with probability 1 − e^{−(k + δ)Δt}, and then division with
    /// probability k/(k + δ).
    pub(crate) fn draw(self, hours: f64, mut draws: Stream) -> Option<Outcome> {
        let (any, which) = (draws.random::<f64>(), draws.random::<f64>());
        let both = self.division + self.death;
        // 1 − e^{−x} ≤ x spares most cells the exponential.
        if any >= both * hours || any >= -(-both * hours).exp_m1() {
            return None;
        }
        let divides = which * both < self.division;
        let daughter = std::f64::consts::TAU * draws.random::<f64>();
        Some(if divides { Outcome::Divides(daughter) } else { Outcome::Dies })
    }
}
