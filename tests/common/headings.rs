//! Active cells that turn and migrate, with their own random numbers.
#![allow(dead_code, reason = "each test file uses some of it")]
use dermaweave::cells::fibroblast::{self, Draw, Fibroblast, Surroundings, Turns};
use dermaweave::matrix::Matrix;
use dermaweave::mechanics::Movement;
use dermaweave::parameters::FibroblastParameters;
use dermaweave::random::{Purpose, Stream, stream};
use dermaweave::simulation::TICK_HOURS;
use dermaweave::tension::{LangerLines, Tension};
use dermaweave::{Field, Grid, Length};
use rand::RngExt;
use rand_distr::{Distribution, StandardNormal};

/// Cells whose heading is sampled.
pub const CELLS: u64 = 24_000;
/// All cells start here, so that a law that does not mix cannot pass.
pub const START: f64 = 0.3;
/// Standard errors that a mean may be off: 4.5 are passed by chance once in 150 000 times.
pub const STANDARD_ERRORS: f64 = 4.5;
/// TGF-β level that keeps a fully active cell fully active, to 1e-12.
pub const ACTIVATING: f64 = 1e12;

pub fn rotational_diffusivity() -> f64 {
    FibroblastParameters::default().rotational_diffusivity
}

/// Ticks that last so many persistence times `1/D_r`.
pub fn ticks_for(persistence_times: f64) -> u64 {
    (persistence_times / (rotational_diffusivity() * TICK_HOURS)).round() as u64
}

pub fn draw_from(numbers: &mut Stream) -> Draw {
    Draw { normal: StandardNormal.sample(numbers), uniform: numbers.random() }
}

/// Draws of a population, keyed by tick and cell.
pub fn keyed(seed: u64) -> impl Fn(u64, u64) -> Draw + Sync {
    move |tick, id| draw_from(&mut stream(seed, tick, Purpose::User, id))
}

pub fn square_grid(side: f64, spacing: f64) -> Grid {
    Grid::new(Length::micrometers(side), Length::micrometers(side), Length::micrometers(spacing)).unwrap()
}

pub fn active_cells(count: u64, (x, y): (f64, f64), heading: impl Fn(u64) -> f64) -> Vec<Fibroblast> {
    let cell = |id| Fibroblast { id, x, y, heading: heading(id), activation: 1.0, contraction: 0.0 };
    (0..count).map(cell).collect()
}

/// Skin in which active cells turn, under an imposed strain: a mean of 1 and the tension as its deviator.
#[derive(Clone, Copy)]
pub struct Skin<'a> {
    pub matrix: &'a Matrix,
    pub tension: Tension,
    pub movement: Movement,
}

impl<'a> Skin<'a> {
    /// Skin that does not move.
    pub fn at_rest(matrix: &'a Matrix, tension: Tension) -> Self {
        Self { matrix, tension, movement: Movement::default() }
    }
}

/// Advances cells without gradients of PDGF, all activated by TGF-β.
pub fn advance_active_in(
    cells: &mut [Fibroblast],
    skin: &Skin,
    parameters: &FibroblastParameters,
    (first_tick, ticks): (u64, u64),
    draw: impl Fn(u64, u64) -> Draw + Sync,
) {
    let tgf_beta = Field::uniform(*skin.matrix.grid(), ACTIVATING);
    let pdgf = Field::uniform(*skin.matrix.grid(), 1.0);
    let surroundings = Surroundings {
        matrix: skin.matrix,
        tgf_beta: &tgf_beta,
        pdgf: &pdgf,
        tension: &LangerLines::Even(skin.tension),
        mechanics: None,
        movement: skin.movement,
        attractants: &[],
    };
    let turns = Turns { first_tick, ticks, tick_hours: TICK_HOURS };
    fibroblast::advance(cells, &surroundings, parameters, turns, draw);
}

/// The same in skin that does not move.
pub fn advance_active(
    cells: &mut [Fibroblast],
    (matrix, tension): (&Matrix, Tension),
    parameters: &FibroblastParameters,
    span: (u64, u64),
    draw: impl Fn(u64, u64) -> Draw + Sync,
) {
    advance_active_in(cells, &Skin::at_rest(matrix, tension), parameters, span, draw);
}

/// Parameters without any cue.
pub fn unguided() -> FibroblastParameters {
    FibroblastParameters {
        parallel_guidance: 0.0,
        strain_guidance: 0.0,
        chemotaxis: 0.0,
        ..FibroblastParameters::default()
    }
}
