//! Does what is computed for many at a time have the bits of each rule, one after another?
#[path = "common/world.rs"]
mod world;

use dermaweave::cells::fibroblast::{Draw, Fibroblast, Surroundings, Turns, advance, advance_keyed};
use dermaweave::matrix::Matrix;
use dermaweave::mechanics::{Mechanics, Movement};
use dermaweave::parameters::{FiberAxis, MechanicsParameters, Parameters, Response};
use dermaweave::random::{Purpose, StepKey, stream};
use dermaweave::remodeling::{Conditions, UnderLoad, work};
use dermaweave::signals::Sources;
use dermaweave::tension::LangerLines;
use dermaweave::{Boundary, Device, Field, Grid, Length, Protocol, Signal, Simulation, Skin, Tissue};
use rand::RngExt;
use rand_distr::{Distribution, StandardNormal};

fn grid(spacing: f64, [width, height]: [f64; 2], boundary: Boundary) -> Grid {
    let [width, height] = [width, height].map(Length::micrometers);
    Grid::new(width, height, Length::micrometers(spacing)).unwrap().with_boundary(boundary)
}

/// A matrix that differs from site to site.
fn varied(grid: Grid) -> Matrix {
    let mut matrix = Matrix::uniform(grid, Skin::young().collagen(), 0.2);
    for (site, fibers) in matrix.sites_mut().iter_mut().enumerate() {
        fibers.new *= 1.0 + 0.5 * (0.3 * site as f64).sin();
        fibers.mature = fibers.mature.rotated(0.01 * site as f64);
        fibers.fibrin = 0.2 * (0.7 * site as f64).cos().abs();
        fibers.thickness = 0.9 + 0.3 * (0.2 * site as f64).cos();
        fibers.fragments = 0.1 * (0.5 * site as f64).sin().abs();
    }
    matrix
}

/// Strain that differs from window to window.
fn strained(grid: Grid) -> Mechanics {
    let tissue = Tissue::new(grid, &Skin::young()).unwrap();
    let wave = |mean: f64, phase: f64| {
        let windows = *tissue.mechanics().mean_strain().grid();
        Field::from_fn(windows, move |x, y| mean + 0.4 * (0.01 * x + 0.02 * y + phase).sin())
    };
    world::with_strain(tissue.mechanics(), [wave(1.0, 0.0), wave(0.0, 1.0), wave(0.0, 2.0)])
}

/// Moving skin with these signals.
fn around<'a>(
    matrix: &'a Matrix,
    level: &'a Field,
    tension: &'a LangerLines,
    mechanics: &'a Mechanics,
) -> Surroundings<'a> {
    let movement = Movement::of(&MechanicsParameters::default());
    Surroundings {
        matrix,
        tgf_beta: level,
        pdgf: level,
        tension,
        mechanics: Some(mechanics),
        movement,
        attractants: &[],
    }
}

/// Cells all over a field, a fifth of them at rest, many at its edges.
fn cells(grid: &Grid) -> Vec<Fibroblast> {
    let cell = |id: u64| {
        let (x, y) = ((id * 37 % 101) as f64 / 101.0, (id * 61 % 499) as f64 / 499.0);
        let x = if id.is_multiple_of(9) { (id % 2) as f64 * 0.999 } else { x };
        let y = if id.is_multiple_of(7) { (id % 2) as f64 * 0.999 } else { y };
        let activation = if id.is_multiple_of(5) { 0.0 } else { 0.6 };
        Fibroblast {
            id,
            x: x * grid.width(),
            y: y * grid.height(),
            heading: 0.7 * id as f64,
            activation,
            contraction: 0.3 * activation,
        }
    };
    (0..1499).map(cell).collect()
}

/// Fields of sites of any size that are closed and periodic, narrow, wide and tall.
fn fields() -> impl Iterator<Item = Grid> {
    let sides = [(2.0, [400.0, 600.0]), (2.5, [1100.0, 100.0]), (10.0, [400.0, 600.0]), (20.0, [160.0, 2000.0])];
    let closed_or_not = |field| [Boundary::Closed, Boundary::Periodic].map(|boundary| (field, boundary));
    sides.into_iter().flat_map(closed_or_not).map(|((spacing, sides), boundary)| grid(spacing, sides, boundary))
}

fn on_threads<T: Send>(threads: usize, run: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(run)
}

/// Claim: cells that are advanced many at a time sense, respond, turn and migrate with the bits of one after another, in any
/// field and response, on any number of threads.
#[test]
fn fibroblasts_advance_as_each_of_them_does() {
    let turns = Turns { first_tick: 40, ticks: 6, tick_hours: 0.5 };
    let draw = |tick, id| {
        let mut numbers = stream(5, tick, Purpose::Heading, id);
        Draw { normal: StandardNormal.sample(&mut numbers), uniform: numbers.random() }
    };
    for (grid, response) in fields().flat_map(|grid| [Response::Remembering, Response::Linear].map(|by| (grid, by))) {
        let (matrix, tension) = (varied(grid), LangerLines::Even(Skin::young().tension));
        let level = Field::from_fn(grid, |x, y| 3.0 + (0.02 * x).sin() + (0.03 * y).cos());
        let mechanics = strained(grid);
        let around = around(&matrix, &level, &tension, &mechanics);
        let mut parameters = Parameters::default().fibroblast;
        parameters.response = response;
        let mut expected = cells(&grid);
        for cell in &mut expected {
            advance(std::slice::from_mut(cell), &around, &parameters, turns, draw);
        }
        assert!(expected.iter().zip(cells(&grid)).all(|(after, before)| after.x != before.x));
        for threads in [1, 2, 3, 8] {
            let mut found = cells(&grid);
            on_threads(threads, || advance_keyed(&mut found, &around, &parameters, turns, 5));
            assert_eq!(found, expected, "{threads} threads, {grid:?}");
        }
    }
}

/// Claim: cells whose place is not a number stay so, with the same bits for all others and no panic.
#[test]
fn cells_without_a_place_are_left_without_one() {
    let grid = grid(10.0, [400.0, 600.0], Boundary::Closed);
    let (matrix, tension) = (varied(grid), LangerLines::Even(Skin::young().tension));
    let level = Field::uniform(grid, 3.0);
    let mechanics = strained(grid);
    let around = around(&matrix, &level, &tension, &mechanics);
    let (parameters, turns) = (Parameters::default().fibroblast, Turns { first_tick: 0, ticks: 2, tick_hours: 0.5 });
    let mut all = cells(&grid);
    all[..200].iter_mut().for_each(|cell| (cell.x, cell.y) = (f64::NAN, f64::NAN));
    let mut others = all[200..].to_vec();
    advance_keyed(&mut all, &around, &parameters, turns, 5);
    advance_keyed(&mut others, &around, &parameters, turns, 5);
    assert!(all[..200].iter().all(|cell| cell.x.is_nan() && cell.y.is_nan()));
    assert_eq!(all[200..], others);
}

/// Claim: sites are worked in order of the cells, with the bits of one cell after another, however the field is cut and on
/// any number of threads.
#[test]
fn fibers_are_worked_in_order_of_the_cells() {
    let parameters = Parameters::default().fibroblast;
    for (grid, fiber_axis) in fields().zip([FiberAxis::AlongBody, FiberAxis::Random, FiberAxis::LaidAtRandom].repeat(3))
    {
        let key = StepKey { seed: 1, tick: 30, hours: 3.0 };
        let (mechanics, of_load) = (strained(grid), Parameters::default().mechanics);
        let under_load = Some(UnderLoad { mechanics: &mechanics, parameters: &of_load });
        let conditions = Conditions { synthesis: 0.9, attachment: 0.8, fiber_axis, under_load, key };
        let (cells, mut expected) = (cells(&grid), varied(grid));
        cells.chunks(1).for_each(|cell| _ = work(cell, &mut expected, &parameters, &conditions));
        let alone = on_threads(1, || work(&cells, &mut varied(grid), &parameters, &conditions));
        for threads in [1, 2, 3, 8] {
            let mut found = varied(grid);
            let ledger = on_threads(threads, || work(&cells, &mut found, &parameters, &conditions));
            assert!(ledger == alone && found.sites().eq(expected.sites()), "{threads} threads, {grid:?}");
        }
    }
}

/// Skin some days after a session: macrophages of both kinds, and fibroblasts at rest, active and contractile. Some lie at the
/// edges.
fn healing(boundary: Boundary, side: f64, days: f64) -> Tissue {
    let side = Length::micrometers(side);
    let grid = Grid::new(side, side, Length::micrometers(20.0)).unwrap().with_boundary(boundary);
    let tissue = Tissue::new(grid, &Skin::young()).unwrap();
    let protocol = Protocol::once(Device::dermaroller_mf8());
    let mut simulation = Simulation::builder(tissue).protocol(protocol).seed(5).build().unwrap();
    while simulation.clock().days() < days {
        simulation.step().unwrap();
    }
    let mut tissue = simulation.tissue().clone();
    for (index, cell) in tissue.fibroblasts_mut().iter_mut().enumerate() {
        (cell.activation, cell.contraction) = (0.3 * (index % 4) as f64, 0.5 * (index % 3) as f64);
        if index % 10 == 0 {
            cell.y = if index % 20 == 0 { 0.1 } else { grid.height() - 0.1 };
        }
    }
    tissue
}

/// One cell after another.
fn released_plainly(tissue: &Tissue, parameters: &Parameters) -> Sources {
    let mut sources = Sources::none(*tissue.signals().grid());
    for cell in tissue.macrophages() {
        sources.add_all(cell.x, cell.y, &cell.released(&parameters.macrophage));
    }
    for cell in tissue.fibroblasts() {
        let packing = tissue.matrix().site(tissue.grid().site_at(cell.x, cell.y)).packing();
        sources.add_all(cell.x, cell.y, &cell.released(packing, &parameters.fibroblast));
    }
    sources
}

/// Claim: what all cells of a tissue release at once has the bits of one cell after another, in their order, wherever bands
/// of rows meet and whatever turnover of the matrix is deferred.
#[test]
fn all_cells_release_what_one_after_another_does() {
    let parameters = Parameters::default();
    for boundary in [Boundary::Closed, Boundary::Periodic] {
        for (side, days) in [(1000.0, 4.0), (1600.0, 6.0)] {
            let tissue = healing(boundary, side, days);
            let repairing =
                tissue.macrophages().iter().filter(|cell| cell.is_repairing(&parameters.macrophage)).count();
            assert!(repairing > 0 && repairing < tissue.macrophages().len(), "both kinds release");
            let (at_once, plainly) = (tissue.released(&parameters), released_plainly(&tissue, &parameters));
            for signal in Signal::ALL {
                assert_eq!(at_once[signal], plainly[signal], "{}", signal.name());
                assert!(at_once[signal].total() > 0.0, "{}", signal.name());
            }
        }
    }
}
