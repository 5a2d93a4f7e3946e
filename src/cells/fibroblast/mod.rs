//! Fibroblasts: they sense, respond, turn, migrate, divide and die. What they do to fibers is in
//! [`crate::remodeling`].
pub(crate) mod fate;
pub(crate) mod heading;
mod lineage;
pub(crate) mod movement;
mod release;
pub(crate) mod response;
pub(crate) mod sensing;

pub use fate::{Crowding, Outcome, fates};
pub use heading::{Draw, Guidance, TurningCues};
pub(crate) use lineage::apply;
pub(crate) use response::deposition_per_activation;
pub use response::{Phenotype, Stimulus, saturation};
pub use sensing::{Attractant, Surroundings};

use self::heading::Direction;
use self::movement::{migrated, speed};
use self::response::steady_activation;
use self::sensing::Senses;
use crate::engine;
use crate::parameters::{FibroblastParameters, Response};
use crate::random::{Purpose, StepKey};
use rand::RngExt;
use rand_distr::{Distribution, StandardNormal};
use serde::{Deserialize, Serialize};

/// One fibroblast.
///
/// ```
/// use dermaweave::cells::fibroblast::{Fibroblast, Phenotype};
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

/// When cells turn and migrate in a step: once per tick.
///
/// ```
/// use dermaweave::cells::fibroblast::Turns;
/// assert_eq!(Turns { first_tick: 96, ticks: 6, tick_hours: 0.5 }.hours(), 3.0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Turns {
    /// Tick at which the step begins.
    pub first_tick: u64,
    /// Number of ticks, and so of turns.
    pub ticks: u64,
    /// Hours of a tick.
    pub tick_hours: f64,
}

impl Turns {
    /// Length of the step in hours.
    pub fn hours(self) -> f64 {
        self.ticks as f64 * self.tick_hours
    }

    /// The ticks, in order.
    pub(crate) const fn in_order(self) -> std::ops::Range<u64> {
        self.first_tick..self.first_tick + self.ticks
    }

    /// √(2D_rΔt): how far a cell turns in a tick without cues (root mean square, in radians).
    pub(crate) fn stride(self, parameters: &FibroblastParameters) -> f64 {
        (2.0 * parameters.rotational_diffusivity * self.tick_hours).sqrt()
    }
}

impl Fibroblast {
    /// What one fibroblast does in a step, in frozen surroundings. It senses the signals. If they leave it at rest, it
    /// stays. Otherwise it senses the matrix, responds over the whole step, and, if it is then active, turns and migrates
    /// once per tick.
    pub(crate) fn advance(&mut self, senses: &Senses, turns: Turns, draw: impl Fn(u64) -> Draw) {
        let (parameters, hours) = (senses.parameters, turns.hours());
        let signals = senses.signals(self);
        if self.stays_at_rest(signals.tgf_beta, parameters) {
            return self.keep_resting(signals.tgf_beta, parameters, hours);
        }
        let direction = Direction::of(self.heading);
        let matrix = senses.matrix_along(self, direction);
        let strain = senses.strain(self.x, self.y);
        let sensed = strain.sensed((direction.cosine, direction.sine), parameters.polarity);
        self.respond_to(&matrix.stimulus(signals.tgf_beta, sensed), parameters, hours);
        if self.activation < parameters.resting_activation {
            return;
        }
        let guidance = senses.guidance(self, &matrix, &signals, &strain);
        let distance = speed(self.activation, &matrix, parameters) * turns.tick_hours;
        let (mut heading, stride) = (guidance.heading_along(self.heading, direction), turns.stride(parameters));
        for tick in turns.in_order() {
            heading = guidance.turned(heading, stride, draw(tick));
            (self.x, self.y) = migrated((self.x, self.y), heading.direction, distance);
            heading = self.bring_back(heading, &guidance, senses.grid());
        }
        self.heading = heading.angle;
    }

    /// Whether neither its activation nor what the signal calls for makes it active.
    pub(crate) fn stays_at_rest(&self, tgf_beta: f64, parameters: &FibroblastParameters) -> bool {
        self.activation.max(steady_activation(tgf_beta, parameters)) < parameters.resting_activation
    }
}

/// Advances all fibroblasts by a step from frozen surroundings: activation and contraction over the whole step, then one
/// turn and one move per tick.
///
/// `draw(tick, id)` gives the random numbers of a cell's turn at a tick.
pub fn advance(
    cells: &mut [Fibroblast],
    surroundings: &Surroundings,
    parameters: &FibroblastParameters,
    turns: Turns,
    draw: impl Fn(u64, u64) -> Draw + Sync,
) {
    let senses = Senses::new(surroundings, parameters);
    engine::for_each(cells, |_, cell| {
        let id = cell.id;
        cell.advance(&senses, turns, |tick| draw(tick, id));
    });
}

/// [`advance`] with the random numbers of a course: a pure function of seed, tick and identity.
pub fn advance_keyed(
    cells: &mut [Fibroblast],
    surroundings: &Surroundings,
    parameters: &FibroblastParameters,
    turns: Turns,
    seed: u64,
) {
    engine::fibroblasts::advance(cells, &Senses::new(surroundings, parameters), turns, seed);
}

/// The random numbers of a turn, from the stream of a cell at a tick.
#[inline(always)]
pub(crate) fn draw_turn(mut numbers: crate::random::Stream) -> Draw {
    Draw { normal: StandardNormal.sample(&mut numbers), uniform: numbers.random() }
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

/// Loses cells for good at a rate λ in 1/h: each with probability 1 − e^{−λΔt} in a step of Δt.
pub(crate) fn grow_older(cells: &mut Vec<Fibroblast>, loss_rate: f64, key: StepKey) {
    let probability = -(-loss_rate * key.hours).exp_m1();
    let lost = engine::streams::below(cells, |cell| cell.id, key, Purpose::Ageing, probability);
    if !lost.is_empty() {
        let (mut lost, mut index) = (lost.into_iter().peekable(), 0..);
        cells.retain(|_| lost.next_if(|&lost| Some(lost) == index.next()).is_none());
    }
}
