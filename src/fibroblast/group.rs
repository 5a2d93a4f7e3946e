//! How a group of fibroblasts is advanced together.
//!
//! Each stage (hear, feel, respond, turn and move) is done for the whole group before the next one begins. No cell sees
//! another, so the result is that of one after the other; but what one cell waits for, its sites from memory and long
//! chains of arithmetic, overlaps with the work of the others, and turns are vectorized.
use super::Fibroblast;
use super::activation::{called_for, remembered};
use super::draws::Draws;
use super::feeling::{FiberCues, Touched};
use super::felt::Felt;
use super::heading::{Guidance, is_taken};
use super::migration::{Senses, SignalCues, speed};
use crate::elementary::sin_cos;
use crate::parameters::{FibroblastParameters, Response};
use std::f64::consts::PI;

/// Cells in a group: what is known of them fits into the innermost cache.
pub(super) const SIZE: usize = 64;

/// Room for what is known of a group.
#[derive(Debug)]
pub(super) struct Room {
    heard: [SignalCues; SIZE],
    awake: [Awake; SIZE],
    touched: Touched,
    walking: Walking,
}

impl Default for Room {
    fn default() -> Self {
        let (heard, awake) = ([SignalCues::default(); SIZE], [Awake::default(); SIZE]);
        Self { heard, awake, touched: Touched::default(), walking: Walking::default() }
    }
}

/// Advances a group of at most [`SIZE`] cells, given the number of the first one, what cells felt, and room; see
/// [`advance`](super::advance).
pub(super) fn advance(
    cells: &mut [Fibroblast],
    (first, felt): (usize, &Felt),
    senses: &Senses,
    (first_tick, ticks, tick_hours): (u64, u64, f64),
    (draws, room): (&impl Draws, &mut Room),
) {
    let (parameters, hours) = (senses.parameters(), ticks as f64 * tick_hours);
    let rests = |cell: &Fibroblast| cell.activation.max(called_for(0.0, parameters)) < parameters.resting_activation;
    if senses.are_silent() && cells.iter().all(rests) {
        return cells.iter_mut().for_each(|cell| cell.keep_resting(0.0, parameters, hours));
    }
    let Room { heard, awake, touched, walking } = room;
    let awake = hear(cells, (heard, awake), senses, hours);
    touched.take(awake.iter().map(|awake| &cells[awake.place]), senses.strip());
    feel(awake, touched, |place| felt.of(first + place), senses);
    respond(cells, awake, parameters, hours);
    walking.count = 0;
    for (index, awake) in awake.iter().enumerate() {
        let cell = &cells[awake.place];
        if cell.activation >= parameters.resting_activation {
            let guidance = senses.guidance(cell, &awake.fibers, &awake.signals);
            let distance = speed(cell.activation, &awake.fibers, parameters) * tick_hours;
            walking.add(awake.place, cell, touched.direction(index), guidance, distance);
        }
    }
    let stride = (2.0 * parameters.rotational_diffusivity * tick_hours).sqrt();
    for tick in first_tick..first_tick + ticks {
        walking.draw(tick, draws);
        walking.turn(stride);
        walking.step_forward(senses);
    }
    walking.give_back(cells);
}

/// An awake cell of a group: its place among them, and what it senses.
#[derive(Clone, Copy, Debug, Default)]
struct Awake {
    place: usize,
    signals: SignalCues,
    fibers: FiberCues,
}

/// Reads the signals at all cells. Those that they do not wake forget; gives the others.
fn hear<'a>(
    cells: &mut [Fibroblast],
    (heard, group): (&mut [SignalCues; SIZE], &'a mut [Awake; SIZE]),
    senses: &Senses,
    hours: f64,
) -> &'a mut [Awake] {
    let (parameters, mut count) = (senses.parameters(), 0);
    // Read before anything is made of it, so that memory gives the levels of many cells at once.
    heard.iter_mut().zip(&*cells).for_each(|(heard, cell)| *heard = senses.signals(cell));
    for ((place, cell), signals) in cells.iter_mut().enumerate().zip(heard.iter()) {
        if cell.activation.max(called_for(signals.tgf_beta, parameters)) < parameters.resting_activation {
            cell.keep_resting(signals.tgf_beta, parameters, hours);
        } else {
            (group[count].place, group[count].signals) = (place, *signals);
            count += 1;
        }
    }
    &mut group[..count]
}

/// What all awake cells feel: as it was `kept`, or read from the matrix.
fn feel(awake: &mut [Awake], touched: &mut Touched, kept: impl Fn(usize) -> Option<FiberCues>, senses: &Senses) {
    let mut are_found = false;
    for (index, awake) in awake.iter_mut().enumerate() {
        awake.fibers = kept(awake.place).unwrap_or_else(|| {
            if !are_found {
                touched.find(senses.strip());
                are_found = true;
            }
            touched.feel(index, senses.matrix())
        });
    }
}

/// [`Fibroblast::respond`] of all awake cells, what each of them needs side by side.
fn respond(cells: &mut [Fibroblast], awake: &[Awake], parameters: &FibroblastParameters, hours: f64) {
    if parameters.response == Response::Linear {
        let heard = awake.iter().map(|awake| (awake.place, awake.signals.tgf_beta, awake.fibers.collagen.density));
        return heard.for_each(|(place, level, density)| cells[place].respond(level, density, parameters, hours));
    }
    let [mut activation, mut contraction, mut tgf_beta, mut density] = [[0.0; SIZE]; 4];
    for (index, awake) in awake.iter().enumerate() {
        (activation[index], contraction[index]) = (cells[awake.place].activation, cells[awake.place].contraction);
        (tgf_beta[index], density[index]) = (awake.signals.tgf_beta, awake.fibers.collagen.density);
    }
    for index in 0..awake.len().min(SIZE) {
        let (state, around) = ((activation[index], contraction[index]), (tgf_beta[index], density[index]));
        (activation[index], contraction[index]) = remembered(state, around, parameters, hours);
    }
    for (index, awake) in awake.iter().enumerate() {
        let cell = &mut cells[awake.place];
        (cell.activation, cell.contraction) = (activation[index], contraction[index]);
    }
}

/// Cells that turn and move, each number of all of them side by side.
#[derive(Debug)]
struct Walking {
    count: usize,
    places: [usize; SIZE],
    ids: [u64; SIZE],
    x: [f64; SIZE],
    y: [f64; SIZE],
    heading: [f64; SIZE],
    sine: [f64; SIZE],
    cosine: [f64; SIZE],
    potential: [f64; SIZE],
    /// The six coefficients of the guidance.
    guidance: [[f64; SIZE]; 6],
    /// µm in a tick.
    distance: [f64; SIZE],
    normal: [f64; SIZE],
    uniform: [f64; SIZE],
}

impl Default for Walking {
    fn default() -> Self {
        let zeros = [0.0; SIZE];
        Self {
            count: 0,
            places: [0; SIZE],
            ids: [0; SIZE],
            x: zeros,
            y: zeros,
            heading: zeros,
            sine: zeros,
            cosine: zeros,
            potential: zeros,
            guidance: [zeros; 6],
            distance: zeros,
            normal: zeros,
            uniform: zeros,
        }
    }
}

impl Walking {
    fn add(&mut self, place: usize, cell: &Fibroblast, direction: (f64, f64), guidance: Guidance, distance: f64) {
        let index = self.count;
        (self.places[index], self.ids[index]) = (place, cell.id);
        (self.x[index], self.y[index], self.heading[index]) = (cell.x, cell.y, cell.heading);
        self.distance[index] = distance;
        let Guidance { first, second, fourth } = guidance;
        let coefficients = [first[0], first[1], second[0], second[1], fourth[0], fourth[1]];
        self.guidance.iter_mut().zip(coefficients).for_each(|(kept, coefficient)| kept[index] = coefficient);
        self.head_along(index, direction);
        self.count += 1;
    }

    fn head_along(&mut self, index: usize, (sine, cosine): (f64, f64)) {
        (self.sine[index], self.cosine[index]) = (sine, cosine);
        self.potential[index] = self.guidance_of(index).potential_along((sine, cosine));
    }

    #[inline(always)]
    const fn guidance_of(&self, index: usize) -> Guidance {
        let [first_x, first_y, second_x, second_y, fourth_x, fourth_y] = &self.guidance;
        Guidance {
            first: [first_x[index], first_y[index]],
            second: [second_x[index], second_y[index]],
            fourth: [fourth_x[index], fourth_y[index]],
        }
    }

    /// Draws the random numbers of a tick.
    fn draw(&mut self, tick: u64, draws: &impl Draws) {
        let Self { count, ids, normal, uniform, .. } = self;
        draws.draw(tick, &ids[..*count], |index, draw| (normal[index], uniform[index]) = (draw.normal, draw.uniform));
    }

    /// Proposes to all a turn by `stride` = √(2D_rΔt) times a normal number, and takes or refuses it.
    fn turn(&mut self, stride: f64) {
        for index in 0..self.count.min(SIZE) {
            let heading = self.heading[index] + stride * self.normal[index];
            let (sine, cosine) = sin_cos(heading);
            let potential = self.guidance_of(index).potential_along((sine, cosine));
            let taken = is_taken(potential - self.potential[index], self.uniform[index]);
            let choose = |new: f64, old: f64| if taken { new } else { old };
            self.heading[index] = choose(heading, self.heading[index]);
            self.sine[index] = choose(sine, self.sine[index]);
            self.cosine[index] = choose(cosine, self.cosine[index]);
            self.potential[index] = choose(potential, self.potential[index]);
        }
    }

    /// Moves all along their headings; who reaches a closed edge turns back.
    fn step_forward(&mut self, senses: &Senses) {
        let (width, height) = (senses.grid().width(), senses.grid().height());
        let mut left = false;
        for index in 0..self.count.min(SIZE) {
            self.x[index] += self.distance[index] * self.cosine[index];
            self.y[index] += self.distance[index] * self.sine[index];
            left |= !(0.0..width).contains(&self.x[index]) | !(0.0..height).contains(&self.y[index]);
        }
        if left {
            (0..self.count).for_each(|index| self.bring_back(index, senses));
        }
    }

    fn bring_back(&mut self, index: usize, senses: &Senses) {
        let (x, y, mirrored_x, mirrored_y) = senses.grid().bring_back(self.x[index], self.y[index]);
        (self.x[index], self.y[index]) = (x, y);
        if mirrored_x {
            self.heading[index] = PI - self.heading[index];
        }
        if mirrored_y {
            self.heading[index] = -self.heading[index];
        }
        if mirrored_x || mirrored_y {
            self.head_along(index, sin_cos(self.heading[index]));
        }
    }

    fn give_back(&self, cells: &mut [Fibroblast]) {
        for index in 0..self.count {
            let cell = &mut cells[self.places[index]];
            (cell.x, cell.y, cell.heading) = (self.x[index], self.y[index], self.heading[index]);
        }
    }
}
