//! Fibroblasts: they wake, turn, move, divide and die. What they do to fibers is in
//! [`crate::remodeling`].
mod activation;
mod draws;
mod fate;
mod feeling;
mod felt;
mod group;
mod heading;
mod lineage;
mod migration;
mod release;

pub(crate) use activation::deposition_per_activation;
pub use activation::{Phenotype, saturation};
pub use fate::{Crowding, Outcome, fates};
pub(crate) use fate::{fates_again, fates_of_crowded};
pub(crate) use feeling::{Strip, Touched};
pub use felt::Felt;
pub use heading::{Draw, Guidance, TurningCues};
pub(crate) use lineage::apply;
pub use migration::Surroundings;

use self::draws::{Draws, Keyed};
use self::migration::Senses;
use crate::engine;
use crate::parameters::{FibroblastParameters, Response};
use crate::random::{BEGUN_TOGETHER, Purpose, Streams};
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
    /// Identity; never used twice.
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

/// Advances all fibroblasts from frozen surroundings over a `span` of ticks, given by the first one, their number and the
/// hours of one: activation and contraction over the whole step, then one turn and one move per tick.
///
/// `draw(tick, id)` gives the random numbers of a cell's turn at a tick.
pub fn advance(
    cells: &mut [Fibroblast],
    surroundings: &Surroundings,
    parameters: &FibroblastParameters,
    span: (u64, u64, f64),
    draw: impl Fn(u64, u64) -> Draw + Sync,
) {
    advance_by(cells, surroundings, parameters, span, (&draw, &Felt::default()));
}

/// [`advance`] with the random numbers of a course: a pure function of seed, tick and identity.
pub fn advance_keyed(
    cells: &mut [Fibroblast],
    surroundings: &Surroundings,
    parameters: &FibroblastParameters,
    span: (u64, u64, f64),
    seed: u64,
) {
    advance_felt(cells, surroundings, parameters, span, seed, &Felt::default());
}

/// [`advance_keyed`] of cells that [felt](Felt) the matrix when they last worked, which must be as it was then: with the
/// same result, and faster where it fits into no cache. Those who did not feel it do so now.
pub fn advance_felt(
    cells: &mut [Fibroblast],
    surroundings: &Surroundings,
    parameters: &FibroblastParameters,
    span: (u64, u64, f64),
    seed: u64,
    felt: &Felt,
) {
    advance_by(cells, surroundings, parameters, span, (&Keyed { seed }, felt));
}

fn advance_by(
    cells: &mut [Fibroblast],
    surroundings: &Surroundings,
    parameters: &FibroblastParameters,
    span: (u64, u64, f64),
    (draws, felt): (&impl Draws, &Felt),
) {
    let senses = Senses::new(surroundings, parameters);
    engine::for_each_group(cells, group::SIZE, |first, cells, room| {
        group::advance(cells, (first, felt), &senses, span, (draws, room));
    });
}

/// Lets resting fibroblasts forget for `hours` without TGF-β.
pub(crate) fn rest(cells: &mut [Fibroblast], parameters: &FibroblastParameters, hours: f64) {
    if parameters.response == Response::Linear {
        return engine::for_each(cells, |_, cell| cell.keep_resting(0.0, parameters, hours));
    }
    // All forget at one pace: what is left of one is left of each.
    let mut left = Fibroblast { id: 0, x: 0.0, y: 0.0, heading: 0.0, activation: 1.0, contraction: 1.0 };
    left.keep_resting(0.0, parameters, hours);
    engine::for_each(cells, |_, cell| {
        cell.activation *= left.activation;
        cell.contraction *= left.contraction;
    });
}

/// Loses cells for good at a rate in 1/h, for `hours` that begin at a tick.
pub(crate) fn grow_older(cells: &mut Vec<Fibroblast>, loss_rate: f64, (seed, tick, hours): (u64, u64, f64)) {
    let probability = -(-loss_rate * hours).exp_m1();
    // Most days none is lost: that is asked first, of many cells at once.
    let mut lost = Vec::new();
    for (block, cells) in cells.chunks(BEGUN_TOGETHER).enumerate() {
        let ids = identities(cells);
        let draws = Streams::begin((seed, tick), Purpose::Ageing, &ids[..cells.len()]);
        let is_lost = |&index: &usize| draws.first_uniform(index) < probability;
        if (0..cells.len()).fold(false, |any, index| any | is_lost(&index)) {
            lost.extend((0..cells.len()).filter(is_lost).map(|index| block * BEGUN_TOGETHER + index));
        }
    }
    if !lost.is_empty() {
        let (mut lost, mut index) = (lost.into_iter().peekable(), 0..);
        cells.retain(|_| lost.next_if(|&lost| Some(lost) == index.next()).is_none());
    }
}

/// The identities of as many cells as draw together.
fn identities(cells: &[Fibroblast]) -> [u64; BEGUN_TOGETHER] {
    let mut ids = [0; BEGUN_TOGETHER];
    ids.iter_mut().zip(cells).for_each(|(id, cell)| *id = cell.id);
    ids
}
