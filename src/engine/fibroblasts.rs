//! Many fibroblasts that respond, turn and migrate, on all threads, a batch at a time.
//!
//! What one cell does stands in [`Fibroblast::advance`]. Here each part of it is done for a whole batch before the next one
//! begins. No cell sees another, so the bits are the same; but what one cell waits for, its sites from memory and long
//! chains of arithmetic, overlaps with the work of the others, and responses and turns are vectorized.
use super::for_each_batch;
use super::rows::prepare;
use super::streams::{BEGUN_TOGETHER, Streams};
use super::width::with_widest;
use crate::cells::fibroblast::heading::{Direction, Heading};
use crate::cells::fibroblast::movement::{migrated, speed};
use crate::cells::fibroblast::response::Activity;
use crate::cells::fibroblast::sensing::{MatrixCues, Senses, SignalCues};
use crate::cells::fibroblast::{Draw, Fibroblast, Guidance, Stimulus, Turns, draw_turn};
use crate::mechanics::Strain;
use crate::parameters::{FibroblastParameters, Response};
use crate::random::{Purpose, StepKey};
use pulp::{Simd, WithSimd};

/// Cells in a batch: what is known of them fits into the innermost cache.
const BATCH: usize = BEGUN_TOGETHER;

/// Advances all cells with the random numbers of a course.
pub(crate) fn advance(cells: &mut [Fibroblast], senses: &Senses, turns: Turns, seed: u64) {
    for_each_batch(cells, BATCH, |_, cells, migrating: &mut Migrating| {
        with_widest(Batch { cells, senses, turns, seed, migrating });
    });
}

/// A batch that is about to advance, with vectors as wide as this processor has them.
struct Batch<'a> {
    cells: &'a mut [Fibroblast],
    senses: &'a Senses<'a>,
    turns: Turns,
    seed: u64,
    migrating: &'a mut Migrating,
}

impl WithSimd for Batch<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        advance_batch(self.cells, self.senses, self.turns, self.seed, self.migrating);
    }
}

/// [`Fibroblast::advance`] of a batch; `migrating` is storage.
#[inline(always)]
fn advance_batch(cells: &mut [Fibroblast], senses: &Senses, turns: Turns, seed: u64, migrating: &mut Migrating) {
    let parameters = senses.parameters;
    if !senses.is_signal_present && cells.iter().all(|cell| cell.stays_at_rest(0.0, parameters)) {
        return cells.iter_mut().for_each(|cell| cell.keep_resting(0.0, parameters, turns.hours()));
    }
    let mut responding = [Responding::default(); BATCH];
    let responding = sense_signals(cells, &mut responding, senses, turns.hours());
    if !responding.is_empty() {
        prepare_around(cells, responding, senses);
    }
    let mut directions = [Direction::default(); BATCH];
    for (direction, responding) in directions.iter_mut().zip(&*responding) {
        *direction = Direction::of(cells[responding.place].heading);
    }
    for (responding, direction) in responding.iter_mut().zip(directions) {
        let cell = &cells[responding.place];
        responding.matrix = senses.matrix_along(cell, direction);
        responding.strain = senses.strain(cell.x, cell.y);
        let along = (direction.cosine, direction.sine);
        responding.sensed_strain = responding.strain.sensed(along, parameters.polarity);
    }
    respond(cells, responding, parameters, turns.hours());
    migrating.count = 0;
    for (responding, direction) in responding.iter().zip(directions) {
        let cell = &cells[responding.place];
        if cell.activation >= parameters.resting_activation {
            let guidance = senses.guidance(cell, &responding.matrix, &responding.signals, &responding.strain);
            let distance = speed(cell.activation, &responding.matrix, parameters) * turns.tick_hours;
            migrating.add(responding.place, cell, &guidance, direction, distance);
        }
    }
    let stride = turns.stride(parameters);
    for tick in turns.in_order() {
        migrating.draw(StepKey { seed, tick, hours: turns.tick_hours });
        migrating.turn(stride);
        migrating.step(senses);
    }
    migrating.give_back(cells);
}

/// A cell of a batch that senses: its place there, and what it senses.
#[derive(Clone, Copy, Debug, Default)]
struct Responding {
    place: usize,
    signals: SignalCues,
    matrix: MatrixCues,
    strain: Strain,
    sensed_strain: f64,
}

impl Responding {
    #[inline(always)]
    fn stimulus(&self) -> Stimulus {
        self.matrix.stimulus(self.signals.tgf_beta, self.sensed_strain)
    }
}

/// Senses the signals of all cells. Those that stay at rest are done with; gives the others.
#[inline(always)]
fn sense_signals<'a>(
    cells: &mut [Fibroblast],
    responding: &'a mut [Responding; BATCH],
    senses: &Senses,
    hours: f64,
) -> &'a mut [Responding] {
    let mut signals = [SignalCues::default(); BATCH];
    // Read before anything is made of it, so that memory gives the levels of many cells at once.
    signals.iter_mut().zip(&*cells).for_each(|(signals, cell)| *signals = senses.signals(cell));
    let mut count = 0;
    for (place, (cell, signals)) in cells.iter_mut().zip(signals).enumerate() {
        if cell.stays_at_rest(signals.tgf_beta, senses.parameters) {
            cell.keep_resting(signals.tgf_beta, senses.parameters, hours);
        } else {
            (responding[count].place, responding[count].signals) = (place, signals);
            count += 1;
        }
    }
    &mut responding[..count]
}

/// Gets ready for cells that are about to sense the matrix: neighbors in the list are neighbors in the tissue, and sites come
/// faster row by row than cell by cell.
#[inline(always)]
fn prepare_around(cells: &[Fibroblast], responding: &[Responding], senses: &Senses) {
    let sensing = responding.iter().map(|responding| &cells[responding.place]);
    let span = |place: fn(&Fibroblast) -> f64, count: usize| {
        let ends =
            sensing.clone().map(place).fold((f64::INFINITY, 0.0), |(least, most), at| (at.min(least), at.max(most)));
        let site = |at: f64| ((at / senses.grid().spacing()).max(0.0) as usize).min(count);
        site(ends.0 - senses.reach())..site(ends.1 + senses.reach() + senses.grid().spacing())
    };
    let (rows, columns) = (span(|cell| cell.y, senses.grid().rows()), span(|cell| cell.x, senses.grid().columns()));
    prepare(senses.matrix(), rows, &columns, responding.len());
}

/// [`Fibroblast::respond`] of cells that sense, what each of them needs side by side.
#[inline(always)]
fn respond(cells: &mut [Fibroblast], responding: &[Responding], parameters: &FibroblastParameters, hours: f64) {
    if parameters.response == Response::Linear {
        let sensed = responding.iter().map(|responding| (responding.place, responding.stimulus()));
        return sensed.for_each(|(place, stimulus)| cells[place].respond_to(&stimulus, parameters, hours));
    }
    let [mut activation, mut contraction, mut tgf_beta, mut packing, mut strain] = [[0.0; BATCH]; 5];
    for (index, responding) in responding.iter().enumerate() {
        (activation[index], contraction[index]) =
            (cells[responding.place].activation, cells[responding.place].contraction);
        let stimulus = responding.stimulus();
        (tgf_beta[index], packing[index], strain[index]) = (stimulus.tgf_beta, stimulus.packing, stimulus.strain);
    }
    for index in 0..responding.len().min(BATCH) {
        let before = Activity { activation: activation[index], contraction: contraction[index] };
        let stimulus = Stimulus { tgf_beta: tgf_beta[index], packing: packing[index], strain: strain[index] };
        let after = before.remembered(&stimulus, parameters, hours);
        (activation[index], contraction[index]) = (after.activation, after.contraction);
    }
    for (index, responding) in responding.iter().enumerate() {
        let cell = &mut cells[responding.place];
        (cell.activation, cell.contraction) = (activation[index], contraction[index]);
    }
}

/// Cells that turn and migrate, each number of all of them side by side.
#[derive(Debug)]
struct Migrating {
    count: usize,
    places: [usize; BATCH],
    ids: [u64; BATCH],
    x: [f64; BATCH],
    y: [f64; BATCH],
    angle: [f64; BATCH],
    sine: [f64; BATCH],
    cosine: [f64; BATCH],
    potential: [f64; BATCH],
    /// The six coefficients of the guidance.
    guidance: [[f64; BATCH]; 6],
    /// µm in a tick.
    distance: [f64; BATCH],
    normal: [f64; BATCH],
    uniform: [f64; BATCH],
}

impl Default for Migrating {
    fn default() -> Self {
        let zeros = [0.0; BATCH];
        Self {
            count: 0,
            places: [0; BATCH],
            ids: [0; BATCH],
            x: zeros,
            y: zeros,
            angle: zeros,
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

impl Migrating {
    #[inline(always)]
    fn add(&mut self, place: usize, cell: &Fibroblast, guidance: &Guidance, direction: Direction, distance: f64) {
        let index = self.count;
        (self.places[index], self.ids[index]) = (place, cell.id);
        (self.x[index], self.y[index], self.distance[index]) = (cell.x, cell.y, distance);
        let Guidance { first, second, fourth } = guidance;
        let coefficients = [first[0], first[1], second[0], second[1], fourth[0], fourth[1]];
        self.guidance.iter_mut().zip(coefficients).for_each(|(kept, coefficient)| kept[index] = coefficient);
        self.set_heading(index, guidance.heading_along(cell.heading, direction));
        self.count += 1;
    }

    #[inline(always)]
    const fn guidance(&self, index: usize) -> Guidance {
        let [first_x, first_y, second_x, second_y, fourth_x, fourth_y] = &self.guidance;
        Guidance {
            first: [first_x[index], first_y[index]],
            second: [second_x[index], second_y[index]],
            fourth: [fourth_x[index], fourth_y[index]],
        }
    }

    #[inline(always)]
    const fn heading(&self, index: usize) -> Heading {
        let direction = Direction { sine: self.sine[index], cosine: self.cosine[index] };
        Heading { angle: self.angle[index], direction, potential: self.potential[index] }
    }

    #[inline(always)]
    const fn set_heading(&mut self, index: usize, heading: Heading) {
        let Heading { angle, direction, potential } = heading;
        (self.angle[index], self.potential[index]) = (angle, potential);
        (self.sine[index], self.cosine[index]) = (direction.sine, direction.cosine);
    }

    /// Draws the random numbers of a tick.
    #[inline(always)]
    fn draw(&mut self, key: StepKey) {
        let streams = Streams::begin(key, Purpose::Heading, &self.ids[..self.count]);
        for index in 0..self.count {
            let Draw { normal, uniform } = draw_turn(streams.get(index));
            (self.normal[index], self.uniform[index]) = (normal, uniform);
        }
    }

    /// One turn of all.
    #[inline(always)]
    fn turn(&mut self, stride: f64) {
        for index in 0..self.count.min(BATCH) {
            let draw = Draw { normal: self.normal[index], uniform: self.uniform[index] };
            self.set_heading(index, self.guidance(index).turned(self.heading(index), stride, draw));
        }
    }

    /// One move of all.
    #[inline(always)]
    fn step(&mut self, senses: &Senses) {
        let (width, height) = (senses.grid().width(), senses.grid().height());
        let mut is_any_outside = false;
        for index in 0..self.count.min(BATCH) {
            let (x, y) = migrated((self.x[index], self.y[index]), self.heading(index).direction, self.distance[index]);
            is_any_outside |= !(0.0..width).contains(&x) | !(0.0..height).contains(&y);
            (self.x[index], self.y[index]) = (x, y);
        }
        if is_any_outside {
            (0..self.count).for_each(|index| self.bring_back(index, senses));
        }
    }

    fn bring_back(&mut self, index: usize, senses: &Senses) {
        let (id, x, y) = (self.ids[index], self.x[index], self.y[index]);
        let mut cell = Fibroblast { id, x, y, heading: 0.0, activation: 0.0, contraction: 0.0 };
        let heading = cell.bring_back(self.heading(index), &self.guidance(index), senses.grid());
        (self.x[index], self.y[index]) = (cell.x, cell.y);
        self.set_heading(index, heading);
    }

    #[inline(always)]
    fn give_back(&self, cells: &mut [Fibroblast]) {
        for index in 0..self.count {
            let cell = &mut cells[self.places[index]];
            (cell.x, cell.y, cell.heading) = (self.x[index], self.y[index], self.angle[index]);
        }
    }
}
