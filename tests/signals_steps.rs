//! Is a step the same whatever the shape of the field, the number of threads and what the workspace was used for?
use dermaweave::random::{Purpose, stream};
use dermaweave::signals::{DiffusionStep, DiffusionWorkspace};
use dermaweave::{Boundary, ExactDiffusion, Field, Grid, Length};
use rand::RngExt;
use std::f64::consts::{PI, TAU};

const BOUNDARIES: [Boundary; 2] = [Boundary::Closed, Boundary::Periodic];
const SPACING: f64 = 20.0;

/// Sums of up to 300 × 300 products in two orders differ by about √90 000 roundings of 1e-16.
const ROUND_OFF: f64 = 1e-13;

fn grid((columns, rows): (usize, usize), boundary: Boundary) -> Grid {
    let side = |sites: usize| Length::micrometers(sites as f64 * SPACING);
    Grid::new(side(columns), side(rows), Length::micrometers(SPACING)).unwrap().with_boundary(boundary)
}

/// Values that differ by orders of magnitude from site to site.
fn rough(grid: Grid, seed: u64) -> Field {
    let mut field = Field::uniform(grid, 0.0);
    for (site, value) in field.values_mut().iter_mut().enumerate() {
        let mut numbers = stream(seed, 0, Purpose::User, site as u64);
        *value = 5.0 * numbers.random::<f64>().powi(8);
    }
    field
}

fn advanced(level: &Field, source: &Field, (diffusivity, decay_rate, hours): (f64, f64, f64)) -> Field {
    let mut level = level.clone();
    ExactDiffusion::new(&level.grid().clone()).advance(&mut level, source, diffusivity, decay_rate, hours);
    level
}

/// Modes of a line of sites, each of length 1, and their k² in 1/µm².
fn modes(sites: usize, boundary: Boundary) -> Vec<(Vec<f64>, f64)> {
    let mode = |k: usize| {
        let value = |site: usize| match boundary {
            // The remainder keeps the angle, and so its rounding, small.
            Boundary::Closed => (PI * ((k * (2 * site + 1)) % (4 * sites)) as f64 / (2 * sites) as f64).cos(),
            Boundary::Periodic => {
                let angle = TAU * ((k * site) % sites) as f64 / sites as f64;
                angle.cos() + angle.sin()
            }
        };
        let values: Vec<f64> = (0..sites).map(value).collect();
        let length = values.iter().map(|value| value * value).sum::<f64>().sqrt();
        let period = if boundary == Boundary::Closed { 2 * sites } else { sites };
        let wave_number = 2.0 / SPACING * (PI * k as f64 / period as f64).sin();
        (values.iter().map(|value| value / length).collect(), wave_number * wave_number)
    };
    (0..sites).map(mode).collect()
}

/// The equation mode by mode, sums written out: ĉ ← ĉ e^{−μΔt} + ŝ (1 − e^{−μΔt})/μ.
fn reference(level: &Field, source: &Field, (diffusivity, decay_rate, hours): (f64, f64, f64)) -> Vec<f64> {
    let grid = level.grid();
    let (along_x, along_y) = (modes(grid.columns(), grid.boundary()), modes(grid.rows(), grid.boundary()));
    let mut after = vec![0.0; grid.sites()];
    let product = |one: &[f64], other: &[f64]| one.iter().zip(other).map(|(one, other)| one * other).sum::<f64>();
    for (mode_x, squared_x) in &along_x {
        let column = |field: &Field| -> Vec<f64> {
            field.values().chunks(grid.columns()).map(|row| product(row, mode_x)).collect()
        };
        let (level, source) = (column(level), column(source));
        let mut column = vec![0.0; grid.rows()];
        for (mode_y, squared_y) in &along_y {
            let rate = diffusivity * (squared_x + squared_y) + decay_rate;
            let gain = if rate > 0.0 { -(-rate * hours).exp_m1() / rate } else { hours };
            let amplitude = product(&level, mode_y) * (-rate * hours).exp() + product(&source, mode_y) * gain;
            column.iter_mut().zip(mode_y).for_each(|(value, mode)| *value += amplitude * mode);
        }
        for (row, amplitude) in after.chunks_mut(grid.columns()).zip(column) {
            row.iter_mut().zip(mode_x).for_each(|(value, mode)| *value += amplitude * mode);
        }
    }
    after
}

/// Claim: a step follows its equation for sides that are even, odd, prime, or not whole eights of sites, with and
/// without decay, source and level, from steps in which hardly anything happens to those that forget the level.
#[test]
fn a_step_is_the_sum_over_modes() {
    let shapes =
        [(4, 4), (5, 7), (4, 200), (97, 4), (31, 37), (64, 48), (45, 101), (17, 8), (9, 10), (211, 13), (12, 15)];
    let rates = [(12_200.0, 0.35, 1.0), (1_200.0, 0.036, 0.5), (3_600.0, 0.0, 3.0), (0.0, 0.35, 1.0)];
    let rates = rates.into_iter().chain([(40_000.0, 0.01, 24.0), (100.0, 1e-9, 1e-3), (0.0, 0.0, 2.0)]);
    for ((shape, boundary), rates) in shapes
        .into_iter()
        .flat_map(|shape| BOUNDARIES.map(|boundary| (shape, boundary)))
        .flat_map(|field| rates.clone().map(move |rates| (field, rates)))
    {
        let grid = grid(shape, boundary);
        let (level, source, nothing) = (rough(grid, 1), rough(grid, 2), Field::uniform(grid, 0.0));
        for (level, source) in [(&level, &source), (&level, &nothing), (&nothing, &source), (&nothing, &nothing)] {
            let (after, expected) = (advanced(level, source, rates), reference(level, source, rates));
            let largest = level.maximum() + source.maximum() * rates.2;
            for (after, expected) in after.values().iter().zip(expected) {
                let difference = (after - expected).abs();
                assert!(difference <= ROUND_OFF * largest, "{shape:?} {boundary:?} {rates:?}: {after} {expected}");
            }
        }
    }
}

/// Claim: equal bits on any number of threads, and in a workspace that other fields and rates have left.
/// The larger fields are those whose parts go to several threads.
#[test]
fn bits_depend_neither_on_threads_nor_on_the_workspace() {
    let rates = [(12_200.0, 0.35, 1.0), (3_600.0, 0.2, 3.0), (1_200.0, 0.0, 24.0)];
    let mut used = DiffusionWorkspace::default();
    for (shape, boundary) in [(40, 24), (211, 97), (160, 200), (301, 75), (33, 21)]
        .into_iter()
        .flat_map(|shape| BOUNDARIES.map(|boundary| (shape, boundary)))
    {
        let grid = grid(shape, boundary);
        let (level, released, solver) = (rough(grid, 3), rough(grid, 4), ExactDiffusion::new(&grid));
        let steps = |workspace: &mut DiffusionWorkspace| {
            let mut level = level.clone();
            for (diffusivity, decay_rate, hours) in rates {
                let step = DiffusionStep { diffusivity, decay_rate, hours };
                solver.advance_within(&mut level, &mut released.clone(), step, workspace);
            }
            level
        };
        let on = |threads: usize, run: &mut (dyn FnMut() -> Field + Send)| {
            rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(run)
        };
        let expected = on(1, &mut || steps(&mut DiffusionWorkspace::default()));
        for threads in [1, 2, 3, 7] {
            assert_eq!(on(threads, &mut || steps(&mut used)), expected, "{shape:?} {boundary:?} {threads}");
        }
        let often = rates.iter().fold(level.clone(), |level, &rates| advanced(&level, &released, rates));
        assert_eq!(often, expected, "{shape:?} {boundary:?}");
    }
}

/// Claim: what is not a number is never hidden.
#[test]
fn values_that_are_not_numbers_stay_visible() {
    let grid = grid((37, 50), Boundary::Closed);
    for site in [0, 5, 800, grid.sites() - 1] {
        let mut odd = rough(grid, 5);
        odd.values_mut()[site] = f64::NAN;
        assert!(odd.maximum().is_nan());
        let (level, nothing) = (rough(grid, 6), Field::uniform(grid, 0.0));
        for (level, source) in [(&odd, &nothing), (&level, &odd), (&nothing, &odd)] {
            assert!(advanced(level, source, (12_200.0, 0.35, 1.0)).values().iter().any(|value| value.is_nan()));
        }
        odd.values_mut()[site] = f64::INFINITY;
        assert_eq!(odd.maximum(), f64::INFINITY);
    }
}

/// Sites of 10 µm.
fn fine_grid(boundary: Boundary) -> Grid {
    let (width, height) = (Length::micrometers(480.0), Length::micrometers(300.0));
    Grid::new(width, height, Length::micrometers(10.0)).unwrap().with_boundary(boundary)
}

/// Claim: one explicit step of the five-point scheme is the generator of the exact one: their difference shrinks with the
/// square of the step.
#[test]
fn short_steps_follow_the_five_point_laplacian() {
    for boundary in BOUNDARIES {
        let grid = fine_grid(boundary);
        let start = Field::from_fn(grid, |x, y| 1.0 + (x / 40.0).sin() * (y / 30.0).cos());
        let source = Field::from_fn(grid, |x, y| (x + 2.0 * y) / 400.0);
        let error = |hours: f64| {
            let mut exact = start.clone();
            ExactDiffusion::new(&grid).advance(&mut exact, &source, 100.0, 0.3, hours);
            let at = |column: isize, row: isize| {
                let (x, y) = ((column as f64 + 0.5) * 10.0, (row as f64 + 0.5) * 10.0);
                start.values()[grid.site_at(x, y)]
            };
            let mut worst = 0.0_f64;
            for site in 0..grid.sites() {
                let (column, row) = ((site % 48) as isize, (site / 48) as isize);
                let around = at(column - 1, row) + at(column + 1, row) + at(column, row - 1) + at(column, row + 1);
                let rate = around - 4.0 * at(column, row) - 0.3 * at(column, row) + source.values()[site];
                worst = worst.max((at(column, row) + hours * rate - exact.values()[site]).abs());
            }
            worst
        };
        let ratio = error(2e-3) / error(1e-3);
        assert!((ratio - 4.0).abs() < 0.05, "{boundary:?}: {ratio}");
    }
}

/// Claim: a source at one site leaves no level below zero.
#[test]
fn a_point_source_never_rings() {
    for boundary in BOUNDARIES {
        let grid = fine_grid(boundary);
        let mut source = Field::uniform(grid, 0.0);
        source.values_mut()[700] = 1e4;
        let mut level = Field::uniform(grid, 0.0);
        ExactDiffusion::new(&grid).advance(&mut level, &source, 1200.0, 0.036, 0.5);
        let lowest = level.values().iter().copied().fold(f64::INFINITY, f64::min);
        assert!(lowest > -1e-12 * level.maximum(), "{lowest}");
    }
}
