//! What punctures do at once.
use super::pattern::Puncture;
use super::puncture_tiles::PunctureTiles;
use crate::matrix::Matrix;
use crate::parameters::{InjuryParameters, Parameters};
use crate::random::{Purpose, stream};
use crate::remodeling::Ledger;
use crate::tissue::{Microchannel, Tissue};
use rand::RngExt;

/// What decides which cells die in the punctures of a session.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Survival {
    pub(crate) seed: u64,
    pub(crate) tick: u64,
    /// Its place among the sessions of that tick, from 0.
    pub(crate) order: usize,
}

impl Survival {
    /// A uniform number of a cell: another one in each session of a tick, or a cell that outlived the first would outlive all.
    fn draw(self, id: u64) -> f64 {
        let mut draws = stream(self.seed, self.tick, Purpose::Injury, id);
        for _ in 0..self.order {
            draws.random::<f64>();
        }
        draws.random()
    }
}

/// Opens all punctures of a session: the epidermis is open, matrix is lost, fibrin fills, clot and
/// neutrophils come in proportion to the covered area, and cells inside die. Gives what was cut.
pub(crate) fn injure(
    tissue: &mut Tissue,
    punctures: &[Puncture],
    parameters: &Parameters,
    survival: Survival,
) -> Ledger {
    let delay = parameters.recovery.closure_lag + tissue.skin.closure_delay(&parameters.recovery);
    let signal_grid = *tissue.signals.grid();
    for &Puncture { x, y, surface_diameter: diameter, .. } in
        punctures.iter().filter(|puncture| puncture.surface_diameter > 0.0)
    {
        let covered = signal_grid.covered_by_disc((x, y), 0.5 * diameter);
        tissue.microchannels.open(Microchannel { x, y, diameter, delay }, &covered);
    }
    let grid = *tissue.grid();
    let mut cut = 0.0;
    for puncture in punctures.iter().filter(|puncture| puncture.diameter > 0.0) {
        for (site, covered) in grid.covered_by_disc((puncture.x, puncture.y), 0.5 * puncture.diameter) {
            cut += open(&mut tissue.matrix, site, covered, puncture.removed_fraction);
            let (x, y) = grid.center_of(site);
            tissue.acute_inflammation.injure(x, y, covered * grid.site_area());
        }
    }
    let tiles = PunctureTiles::new(punctures, &grid);
    tissue
        .fibroblasts
        .retain(|cell| survives(At { x: cell.x, y: cell.y, id: cell.id }, &tiles, &parameters.injury, survival));
    tissue
        .macrophages
        .retain(|cell| survives(At { x: cell.x, y: cell.y, id: cell.id }, &tiles, &parameters.injury, survival));
    Ledger { cut: cut * grid.site_area(), ..Ledger::default() }
}

/// Collagen and elastin × (1 − removed × f); fibrin φ + f (1 − φ). Gives the density that was cut.
fn open(matrix: &mut Matrix, site: usize, covered: f64, removed_fraction: f64) -> f64 {
    let left = 1.0 - removed_fraction * covered;
    let site = matrix.site_mut(site);
    let (new, mature) = (site.new.density, site.mature.density);
    site.new *= left;
    site.mature *= left;
    site.original *= left;
    site.elastin *= left;
    site.fibrin += covered * (1.0 - site.fibrin);
    (new - site.new.density) + (mature - site.mature.density)
}

/// A cell and where it is.
struct At {
    x: f64,
    y: f64,
    id: u64,
}

/// Whether a cell outlives the session: it does outside the punctures, and inside with probability
/// 1 − p_d, or never where everything is taken out.
fn survives(At { x, y, id }: At, tiles: &PunctureTiles, parameters: &InjuryParameters, survival: Survival) -> bool {
    let deadliest = tiles.around(x, y).map(|puncture| puncture.removed_fraction).fold(f64::NEG_INFINITY, f64::max);
    if deadliest == f64::NEG_INFINITY {
        return true;
    }
    let death_probability = deadliest.max(parameters.cell_death_probability);
    survival.draw(id) >= death_probability
}
