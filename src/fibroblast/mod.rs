//! Fibroblasts: they wake, turn, move, divide and die. What they do to fibers is in
//! [`crate::remodeling`].
mod activation;
mod fate;
mod heading;
mod migration;

pub(crate) use activation::deposition_per_activation;
pub use activation::{Phenotype, saturation};
pub(crate) use fate::apply;
pub use fate::{Crowding, Outcome, fates};
pub use heading::{Draw, Guidance, TurningCues};
pub use migration::Surroundings;

use crate::parallel;
use crate::parameters::FibroblastParameters;
use crate::random::{Purpose, stream};
use crate::signal::{Signal, Signals};
use rand::RngExt;
use rand_distr::{Distribution, StandardNormal};
use serde::{Deserialize, Serialize};

/// One fibroblast.
///
/// ```
/// use dermaweave::fibroblast::{Fibroblast, Phenotype};
/// let cell = Fibroblast { id: 1, x: 50.0, y: 50.0, heading: 0.0, activation: 0.0, contraction: 0.0 };
/// assert_eq!(cell.phenotype(&Default::default()), Phenotype::Resting);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fibroblast {
    /// Identity; never used twice. Cells are stored in order of their identities.
    pub id: u64,
    /// Position along x in µm.
    pub x: f64,
    /// Position along y in µm.
    pub y: f64,
    /// Direction of the body and of movement in radians.
    pub heading: f64,
    /// Activation a, 0 resting to 1 fully active.
    pub activation: f64,
    /// Contraction c, 0 none to 1 fully developed myofibroblast.
    pub contraction: f64,
}

/// Advances all fibroblasts by `ticks` ticks of `tick_hours` from frozen surroundings: activation
/// and contraction over the whole step, then one turn and one move per tick.
///
/// `draw(tick, id)` gives the random numbers of a cell's turn at a tick.
pub fn advance(
    cells: &mut [Fibroblast],
    surroundings: &Surroundings,
    parameters: &FibroblastParameters,
    (first_tick, ticks, tick_hours): (u64, u64, f64),
    draw: impl Fn(u64, u64) -> Draw + Sync,
) {
    parallel::for_each(cells, |_, cell| {
        let cues = surroundings.sense_signals(cell);
        if cell.activation.max(activation::called_for(cues.tgf_beta, parameters)) < parameters.resting_activation {
            return cell.keep_resting(cues.tgf_beta, parameters, ticks as f64 * tick_hours);
        }
        let fibers = surroundings.sense_fibers(cell, parameters);
        cell.respond(cues.tgf_beta, fibers.collagen.density, parameters, ticks as f64 * tick_hours);
        if cell.activation < parameters.resting_activation {
            return;
        }
        let guidance = surroundings.guidance(cell, &fibers, &cues, parameters);
        let speed = migration::speed(cell.activation, &fibers, parameters);
        for tick in first_tick..first_tick + ticks {
            let draw = draw(tick, cell.id);
            cell.heading = guidance.turn(cell.heading, parameters.rotational_diffusivity * tick_hours, draw);
            cell.step_forward(speed * tick_hours, surroundings.grid());
        }
    });
}

/// Lets resting fibroblasts forget for `hours` without TGF-β.
pub(crate) fn rest(cells: &mut [Fibroblast], parameters: &FibroblastParameters, hours: f64) {
    parallel::for_each(cells, |_, cell| cell.keep_resting(0.0, parameters, hours));
}

/// Loses cells for good at a rate in 1/h, for `hours` that begin at a tick.
pub(crate) fn grow_older(cells: &mut Vec<Fibroblast>, loss_rate: f64, (seed, tick, hours): (u64, u64, f64)) {
    let probability = -(-loss_rate * hours).exp_m1();
    cells.retain(|cell| stream(seed, tick, Purpose::Ageing, cell.id).random::<f64>() >= probability);
}

/// The random numbers of a cell's turn: a standard normal and a uniform number.
pub(crate) fn keyed_draw(seed: u64) -> impl Fn(u64, u64) -> Draw + Sync {
    move |tick, id| {
        let mut draws = stream(seed, tick, Purpose::Heading, id);
        Draw { normal: StandardNormal.sample(&mut draws), uniform: draws.random() }
    }
}

/// What fibroblasts release per hour, added to the sources: MMP with their activation, and TGF-β
/// that contractile cells pull free from the matrix around them.
pub(crate) fn release(
    cells: &[Fibroblast],
    surroundings: &Surroundings,
    sources: &mut Signals,
    parameters: &FibroblastParameters,
) {
    for cell in cells.iter().filter(|cell| cell.activation >= parameters.resting_activation) {
        let mmp = parameters.fibroblast_mmp_release_rate * cell.activation;
        sources[Signal::Mmp].release(cell.x, cell.y, mmp);
        // Latent TGF-β is stored in collagen and freed by pulling on it: none without matrix.
        let stored = surroundings.matrix_density_at(cell.x, cell.y).min(1.0);
        let freed = parameters.fibroblast_tgf_beta_release_rate * cell.activation * cell.contraction * stored;
        if freed > 0.0 {
            sources[Signal::TgfBeta].release(cell.x, cell.y, freed);
        }
    }
}
