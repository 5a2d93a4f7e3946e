//! What punctures do at once.
use super::device::Cut;
use super::pattern::Puncture;
use super::puncture_tiles::PunctureTiles;
use crate::matrix::Site;
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
    for &Puncture { x, y, surface_diameter: diameter, cut, .. } in
        punctures.iter().filter(|puncture| puncture.surface_diameter > 0.0)
    {
        let covered = signal_grid.covered_by_disc((x, y), 0.5 * diameter);
        // Skin closes in from the sides: of a shaft as wide as this only its gap stays open.
        let diameter = diameter * cut.gap.sqrt();
        tissue.microchannels.open(Microchannel { x, y, diameter, delay }, &covered);
    }
    let grid = *tissue.grid();
    let mut cut = 0.0;
    for puncture in punctures.iter().filter(|puncture| puncture.diameter > 0.0) {
        for (site, covered) in grid.covered_by_disc((puncture.x, puncture.y), 0.5 * puncture.diameter) {
            cut += open(tissue.matrix.site_mut(site), covered, &puncture.cut);
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

/// What a needle does to a site of which it covers a share f: collagen × (1 − (removed + fragmented) f), of which what is
/// fragmented stays as fragments; elastin × (1 − removed f); the gap fills with clot, φ + g f (1 − φ). Gives the collagen
/// that was cut.
fn open(site: &mut Site, covered: f64, cut: &Cut) -> f64 {
    let left = 1.0 - (cut.removed + cut.fragmented) * covered;
    let (new, mature) = (site.new.density, site.mature.density);
    site.fragments += cut.fragmented * covered * (new + mature);
    site.new *= left;
    site.mature *= left;
    site.original *= left;
    site.elastin *= 1.0 - cut.removed * covered;
    site.fibrin += cut.gap * covered * (1.0 - site.fibrin);
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
    let deadliest = tiles.around(x, y).map(|puncture| puncture.cut.removed).fold(f64::NEG_INFINITY, f64::max);
    if deadliest == f64::NEG_INFINITY {
        return true;
    }
    let death_probability = deadliest.max(parameters.cell_death_probability);
    survival.draw(id) >= death_probability
}
