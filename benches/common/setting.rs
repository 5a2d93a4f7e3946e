//! What all benches share: fields, cells and threads of a given size, and medians of pairs.
#![allow(dead_code, reason = "each uses a part of it")]
use dermaweave::cells::fibroblast::{Fibroblast, Surroundings, Turns, advance_keyed};
use dermaweave::mechanics::{Mechanics, Movement};
use dermaweave::parameters::FibroblastParameters;
use dermaweave::random::{Purpose, StepKey, stream};
use dermaweave::remodeling::{self, Conditions, Ledger, Upkeep};
use dermaweave::simulation::TICK_HOURS;
use dermaweave::tension::LangerLines;
use dermaweave::treatment::TreatedRegion;
use dermaweave::{AtrophicScar, Device, Field, Grid, Length, Matrix, Parameters, Protocol, Simulation, Skin, Time};
use dermaweave::{Result, Session, Tissue};
use rand::RngExt;
use std::time::{Duration, Instant};

/// Seed of everything random in the benches.
pub const SEED: u64 = 1;
/// Resting fibroblasts per mm² of young skin.
pub const CELLS_PER_MM2: f64 = 300.0;
/// Side of a signal's site in µm.
const SIGNAL_SPACING: f64 = 20.0;

/// A square field of so many sites along each side.
pub fn grid(sites: usize, spacing: f64) -> Grid {
    let side = Length::micrometers(sites as f64 * spacing);
    Grid::new(side, side, Length::micrometers(spacing)).expect("the size is valid")
}

/// One, and as many as the machine has.
pub fn thread_counts() -> Vec<usize> {
    let all = std::thread::available_parallelism().map_or(1, usize::from);
    if all > 1 { vec![1, all] } else { vec![1] }
}

/// The grid of the signals of a field.
fn signal_grid(grid: &Grid) -> Grid {
    let side = |length: f64| Length::micrometers(length);
    Grid::new(side(grid.width()), side(grid.height()), side(SIGNAL_SPACING)).expect("sites are even in number")
}

pub fn pool(threads: usize) -> rayon::ThreadPool {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads can be started")
}

pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Medians of both times of pairs in ms, and of their ratios, second to first.
pub fn medians(pairs: &[(Duration, Duration)]) -> (f64, f64, f64) {
    let milliseconds = |time: Duration| time.as_secs_f64() * 1e3;
    (
        median(pairs.iter().map(|pair| milliseconds(pair.0)).collect()),
        median(pairs.iter().map(|pair| milliseconds(pair.1)).collect()),
        median(pairs.iter().map(|pair| pair.1.as_secs_f64() / pair.0.as_secs_f64()).collect()),
    )
}

pub fn timed<T>(work: impl FnOnce() -> T) -> Duration {
    let begun = Instant::now();
    std::hint::black_box(work());
    begun.elapsed()
}

/// How many times faster plain arithmetic, which needs no memory, is on so many threads than on one: what the machine has
/// to give at this time, which is less than their number where others use it too. Median of pairs.
pub fn speedup_of_arithmetic(threads: usize, pairs: usize) -> f64 {
    let spin = |part: u64| (0..4_000_000 / threads as u64).fold(part, |sum, _| sum.wrapping_mul(SPIN).wrapping_add(1));
    let all = pool(threads);
    let pair = || {
        let together = timed(|| all.broadcast(|own| std::hint::black_box(spin(own.index() as u64))));
        (together, timed(|| (0..threads as u64).for_each(|part| _ = std::hint::black_box(spin(part)))))
    };
    medians(&(0..pairs).map(|_| pair()).collect::<Vec<_>>()).2
}

const SPIN: u64 = 6_364_136_223_846_793_005;

/// Whether criterion only tries whether everything runs.
pub fn is_trial() -> bool {
    std::env::args().any(|argument| argument == "--test")
}

/// Sites along the sides of the fields whose costs per site or cell are compared: the second one does not fit into
/// any cache. `DERMAWEAVE_BENCH=large` takes 4096, which needs 2 GB.
pub fn compared_sizes() -> (usize, usize) {
    let large = std::env::var("DERMAWEAVE_BENCH").is_ok_and(|size| size == "large");
    (512, if large { 4096 } else { 2048 })
}

/// Fibroblasts in healthy skin at resting density, all that they sense, and what they do.
pub struct Cells {
    pub matrix: Matrix,
    healthy: Matrix,
    works: u32,
    tgf_beta: Field,
    pdgf: Field,
    tension: LangerLines,
    mechanics: Mechanics,
    movement: Movement,
    at_first: Vec<Fibroblast>,
    present: Vec<Fibroblast>,
    parameters: FibroblastParameters,
    tick: u64,
}

/// After so many works matrix and cells are reset, so that neither ends far from where skin is.
const WORKS: u32 = 64;

impl Cells {
    /// So many active cells, at so many per mm²: signals that vary from place to place, a weave and tension guide them.
    pub fn active(count: usize, per_mm2: f64, spacing: f64) -> Self {
        Self::new(count, per_mm2, spacing, 0.6)
    }

    /// Cells in tissue where nothing signals.
    pub fn resting(count: usize, per_mm2: f64, spacing: f64) -> Self {
        Self::new(count, per_mm2, spacing, 0.0)
    }

    /// So many sites along each side, with the cells of resting skin.
    pub fn active_on(sites: usize, spacing: f64) -> Self {
        let millimeters = sites as f64 * spacing * 1e-3;
        Self::active((CELLS_PER_MM2 * millimeters * millimeters) as usize, CELLS_PER_MM2, spacing)
    }

    fn new(count: usize, per_mm2: f64, spacing: f64, activation: f64) -> Self {
        let side = (count as f64 / per_mm2).sqrt() * 1e3;
        // An even number of sites, two of which make one of the signals.
        let grid = grid((side / spacing / 2.0).round() as usize * 2, spacing);
        let signals = signal_grid(&grid);
        let skin = Skin::young();
        let matrix = Matrix::uniform(grid, skin.collagen(), skin.new_share);
        let wave = |x: f64, y: f64| (x * 0.01).sin() * (y * 0.008).cos();
        let level = |mean: f64| Field::from_fn(signals, |x, y| if activation > 0.0 { mean + wave(x, y) } else { 0.0 });
        let cells = cells(count, per_mm2, &grid, activation);
        Self {
            healthy: matrix.clone(),
            matrix,
            works: 0,
            tgf_beta: level(3.0),
            pdgf: level(1.5),
            tension: LangerLines::Even(skin.tension),
            mechanics: Tissue::new(grid, &skin).expect("it is small enough").mechanics().clone(),
            movement: Movement::of(&Parameters::default().mechanics),
            at_first: cells.clone(),
            present: cells,
            parameters: Parameters::default().fibroblast,
            tick: 0,
        }
    }

    pub const fn count(&self) -> usize {
        self.at_first.len()
    }

    /// Time in which all sense, turn and move for so many ticks. They begin anew each time, which is not counted.
    pub fn advance(&mut self, ticks: u64) -> Duration {
        self.present.copy_from_slice(&self.at_first);
        self.tick += ticks;
        let (matrix, tgf_beta, pdgf, tension) = (&self.matrix, &self.tgf_beta, &self.pdgf, &self.tension);
        let (mechanics, movement) = (Some(&self.mechanics), self.movement);
        let surroundings = Surroundings { matrix, tgf_beta, pdgf, tension, mechanics, movement, attractants: &[] };
        let turns = self.turns(ticks);
        timed(|| advance_keyed(&mut self.present, &surroundings, &self.parameters, turns, SEED))
    }

    /// Time in which all lay, turn and cut fibers for so many ticks.
    pub fn work(&mut self, ticks: u64) -> Duration {
        self.renew();
        self.tick += ticks;
        let young = self.conditions(ticks);
        timed(|| remodeling::work(&self.at_first, &mut self.matrix, &self.parameters, &young))
    }

    /// Time of both, as courses do it: all work, then sense, turn and move.
    pub fn act(&mut self, ticks: u64) -> Duration {
        self.renew();
        self.present.copy_from_slice(&self.at_first);
        self.tick += ticks;
        let (young, turns) = (self.conditions(ticks), self.turns(ticks));
        timed(|| {
            remodeling::work(&self.at_first, &mut self.matrix, &self.parameters, &young);
            let (matrix, tgf_beta, pdgf, tension) = (&self.matrix, &self.tgf_beta, &self.pdgf, &self.tension);
            let (mechanics, movement) = (Some(&self.mechanics), self.movement);
            let surroundings = Surroundings { matrix, tgf_beta, pdgf, tension, mechanics, movement, attractants: &[] };
            advance_keyed(&mut self.present, &surroundings, &self.parameters, turns, SEED);
        })
    }

    fn renew(&mut self) {
        self.works += 1;
        if self.works.is_multiple_of(WORKS) {
            self.matrix = self.healthy.clone();
        }
    }

    fn conditions(&self, ticks: u64) -> Conditions<'static> {
        Conditions::young(StepKey { seed: SEED, tick: self.tick, hours: ticks as f64 * TICK_HOURS })
    }

    const fn turns(&self, ticks: u64) -> Turns {
        Turns { first_tick: self.tick, ticks, tick_hours: TICK_HOURS }
    }
}

/// Cells anywhere in a field, in rows as far apart as resting cells are placed in, from left to right.
fn cells(count: usize, per_mm2: f64, grid: &Grid, activation: f64) -> Vec<Fibroblast> {
    let place = |id: u64| {
        let mut draws = stream(SEED, 0, Purpose::Placement, id);
        let (x, y) = (grid.width() * draws.random::<f64>(), grid.height() * draws.random::<f64>());
        let heading = std::f64::consts::TAU * draws.random::<f64>();
        Fibroblast { id, x, y, heading, activation, contraction: 0.5 * activation }
    };
    let mut cells: Vec<_> = (0..count as u64).map(place).collect();
    let apart = 1e3 / per_mm2.sqrt();
    cells.sort_unstable_by_key(|cell| ((cell.y / apart) as u64, cell.x as u64, cell.id));
    cells.iter_mut().zip(0..).for_each(|(cell, id)| cell.id = id);
    cells
}

/// A whole matrix that turns over.
pub struct Fibers {
    pub matrix: Matrix,
    exposure: Field,
    parameters: Parameters,
}

impl Fibers {
    pub fn healthy(sites: usize, spacing: f64) -> Self {
        let (grid, skin) = (grid(sites, spacing), Skin::young());
        let exposure = Field::uniform(signal_grid(&grid), 0.0);
        let matrix = Matrix::uniform(grid, skin.collagen(), skin.new_share);
        Self { matrix, exposure, parameters: Parameters::default() }
    }

    /// Turnover of every site by one day.
    pub fn turn_over(&mut self) -> Ledger {
        let columns = self.matrix.grid().columns();
        let upkeep = Upkeep { synthesis: 1.0, elastin_loss_rate: 0.0, thinning_rate: 0.0 };
        let parameters = &self.parameters.matrix;
        remodeling::turn_over(self.matrix.sites_mut(), columns, &self.exposure, parameters, upkeep, 24.0)
    }
}

/// The acne scar of the example after one session of the roller, for so many days.
pub fn needled(millimeters: f64, spacing: f64, days: f64, threads: usize) -> Result<Simulation> {
    let side = Length::millimeters(millimeters);
    let mut tissue = Tissue::new(Grid::new(side, side, Length::micrometers(spacing))?, &Skin::young())?;
    // A scar of 2 mm does not fit into the smallest fields.
    if millimeters >= 2.0 {
        tissue = tissue.with_lesion(&AtrophicScar::boxcar())?;
    }
    // The roller leaves no hole in most fields that are smaller.
    let protocol = if millimeters < 1.0 {
        Protocol::once(Device::single_channel(Length::micrometers(126.0)))
    } else {
        Protocol::once(Device::dermaroller_mf8()).holes_per_cm2(250.0).unwrap()
    };
    let protocol = protocol.follow_up(Time::days(days));
    Simulation::builder(tissue).protocol(protocol).seed(SEED).threads(threads).build()
}

/// The arms of the example `acne_scar`, treated and control, of a field with sites of 10 µm; they run on the threads of
/// their caller.
pub fn acne_scar(millimeters: f64, days: f64) -> Result<[Simulation; 2]> {
    let side = Length::millimeters(millimeters);
    let tissue = Tissue::new(Grid::new(side, side, Length::micrometers(10.0))?, &Skin::young())?;
    let tissue = if millimeters >= 2.0 { tissue.with_lesion(&AtrophicScar::boxcar())? } else { tissue };
    let sessions = (days / 28.0).ceil().min(4.0) as u32;
    let sessions =
        Protocol::repeated(Device::dermaroller_mf8(), sessions, Time::days(28.0)).holes_per_cm2(250.0).unwrap();
    let treated = Protocol { end: Time::days(days), ..sessions };
    let arm = |protocol| Simulation::builder(tissue.clone()).protocol(protocol).seed(SEED).build();
    Ok([arm(treated)?, arm(Protocol::untreated(Time::days(days)))?])
}

/// A disc of 1 mm in young skin that is needled once, in the middle of a field with sites of 20 µm, on one thread.
pub fn needled_disc(millimeters: f64, days: f64) -> Result<Simulation> {
    let (side, diameter) = (Length::millimeters(millimeters), Length::millimeters(1.0));
    let tissue = Tissue::new(Grid::new(side, side, Length::micrometers(20.0))?, &Skin::young())?;
    let region = TreatedRegion::Disc { x: side * 0.5, y: side * 0.5, diameter };
    let session = Session::new(Device::pen_11(), Time::days(0.0)).holes_per_cm2(1_000.0).unwrap();
    let protocol = Protocol { sessions: vec![Session { region, ..session }], doses: Vec::new(), end: Time::days(days) };
    Simulation::builder(tissue).protocol(protocol).seed(SEED).threads(1).build()
}
