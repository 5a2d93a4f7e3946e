//! Do many fibroblasts walk, order themselves and meet their opposites as the law of one heading says?
#[path = "common/headings.rs"]
mod headings;

use dermaweave::cells::fibroblast::{self, Fibroblast, Guidance, Surroundings, Turns};
use dermaweave::matrix::{FiberMoments, Matrix, Site, bessel_ratio};
use dermaweave::mechanics::Movement;
use dermaweave::parameters::{FibroblastParameters, MechanicsParameters};
use dermaweave::random::{Purpose, StepKey, stream};
use dermaweave::remodeling::{self, Conditions};
use dermaweave::simulation::TICK_HOURS;
use dermaweave::tension::{LangerLines, Tension};
use dermaweave::{Boundary, Field, Grid};
use headings::*;
use rand::RngExt;
use std::f64::consts::{PI, TAU};

/// Defends: the random numbers of a course, begun many at a time, are those of the documented streams one by one, whatever
/// cells are advanced beside them.
#[test]
fn keyed_cells_draw_from_their_streams() {
    let grid = square_grid(400.0, 10.0);
    let matrix = Matrix::uniform(grid, FiberMoments::along(1.0, 0.3), 0.1);
    let level = Field::uniform(grid, ACTIVATING);
    let (tgf_beta, pdgf, tension) = (&level, &level, &LangerLines::Even(Tension::default()));
    let movement = Movement::of(&MechanicsParameters::default());
    let surroundings =
        Surroundings { matrix: &matrix, tgf_beta, pdgf, tension, mechanics: None, movement, attractants: &[] };
    let turns = Turns { first_tick: 70, ticks: 3, tick_hours: TICK_HOURS };
    let (parameters, seed) = (FibroblastParameters::default(), 1 << 40 | 5);
    let by_one = |tick, id| draw_from(&mut stream(seed, tick, Purpose::Heading, id));
    let cells = active_cells(300, (200.0, 200.0), |id| 0.1 * id as f64);
    let mut expected = cells.clone();
    fibroblast::advance(&mut expected, &surroundings, &parameters, turns, by_one);
    assert!(cells.iter().zip(&expected).any(|(before, after)| before.heading != after.heading));
    for apart in [1, 7, 64, 300] {
        let mut together = cells.clone();
        for cells in together.chunks_mut(apart) {
            fibroblast::advance_keyed(cells, &surroundings, &parameters, turns, seed);
        }
        assert_eq!(together, expected, "{apart} at a time");
    }
}

/// Free walkers in half-cleared clot (fibrin ½, collagen 1), at each tick of interest.
fn walk(ticks_of_interest: &[u64], mut look: impl FnMut(u64, &[Fibroblast])) {
    // 4 mm wide: in 200 h the fastest walker covers 1.5 mm, so none meets the edge.
    let grid = square_grid(4000.0, 40.0);
    let mut matrix = Matrix::uniform(grid, FiberMoments::isotropic(1.0), 0.5);
    matrix.sites_mut().iter_mut().for_each(|site| site.fibrin = 0.5);
    let mut cells = active_cells(10_000, (2000.0, 2000.0), |_| START);
    let mut tick = 0;
    for &until in ticks_of_interest {
        while tick < until {
            let span = (tick, 2);
            advance_active(&mut cells, (&matrix, Tension::default()), &unguided(), span, keyed(31));
            tick += 2;
        }
        look(tick, &cells);
    }
}

/// Mean and standard error.
fn mean_and_error(values: &[f64]) -> (f64, f64) {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (count - 1.0);
    (mean, (variance / count).sqrt())
}

/// Claim: without cues `⟨cos Δθ⟩ = e^{−D_r t}`, exactly at any step.
#[test]
fn directions_are_forgotten_exponentially() {
    walk(&[2, 10, 20, 60], |tick, cells| {
        let cosines: Vec<_> = cells.iter().map(|cell| (cell.heading - START).cos()).collect();
        let (mean, error) = mean_and_error(&cosines);
        let expected = (-rotational_diffusivity() * tick as f64 * TICK_HOURS).exp();
        assert!((mean - expected).abs() < STANDARD_ERRORS * error, "tick {tick}: {mean} for {expected}");
    });
}

/// Claim: without cues the mean squared displacement follows Fürth's formula
/// `2 v²/D_r² (D_r t − 1 + e^{−D_r t})` with the speed of half-cleared clot.
///
/// n straight pieces of length L that turn by `x = D_r Δt` give exactly
/// L² (n coth(x/2) − (1 − e^{−nx})/(2 sinh²(x/2))). With coth(x/2) = 2/x + x/6 − … and
/// 1/(2 sinh²(x/2)) = 2/x² − 1/6 + …, this exceeds Fürth's by less than L² (nx + 1 − e^{−nx})/6.
#[test]
fn walks_follow_the_formula_of_furth() {
    let parameters = FibroblastParameters::default();
    // A third of what surrounds the cell is fibrin.
    let speed = parameters.dermis_speed + (parameters.clot_speed - parameters.dermis_speed) / 3.0;
    walk(&[4, 20, 100, 400], |tick, cells| {
        let squares: Vec<_> = cells.iter().map(|cell| (cell.x - 2000.0).powi(2) + (cell.y - 2000.0).powi(2)).collect();
        let (mean, error) = mean_and_error(&squares);
        let elapsed = rotational_diffusivity() * TICK_HOURS * tick as f64;
        let persistence_length = speed / rotational_diffusivity();
        let expected = 2.0 * persistence_length.powi(2) * (elapsed + (-elapsed).exp_m1());
        let straight = (speed * TICK_HOURS).powi(2) * (elapsed - (-elapsed).exp_m1()) / 6.0;
        let (least, most) = (expected - STANDARD_ERRORS * error, expected + straight + STANDARD_ERRORS * error);
        assert!((least..most).contains(&mean), "tick {tick}: {mean} for {expected} + {straight}");
    });
}

/// Cells that guide one another: the matrix is always what they themselves would lay.
struct MeanField {
    cells: Vec<Fibroblast>,
    parameters: FibroblastParameters,
}

impl MeanField {
    const CELLS: u64 = 10_000;

    /// Guidance g of `relative × 4 D_r` by the second moment; a share `initial_order` of the cells lies along x.
    fn new(relative: f64, initial_order: f64) -> Self {
        let parameters = FibroblastParameters {
            parallel_guidance: relative * 4.0 * rotational_diffusivity(),
            contractile_parallel_factor: 1.0,
            guidance_density: 1e-12,
            ..unguided()
        };
        let aligned = (initial_order * Self::CELLS as f64) as u64;
        let heading = |id| {
            if id < aligned { 0.0 } else { TAU * (id as f64 * 0.618_033_988_75).fract() }
        };
        Self { cells: active_cells(Self::CELLS, (20.0, 20.0), heading), parameters }
    }

    fn fibers(&self) -> FiberMoments {
        let share = 1.0 / Self::CELLS as f64;
        self.cells.iter().map(|cell| FiberMoments::along(share, cell.heading)).sum()
    }

    /// Order |⟨e^{2iθ}⟩| after 25 persistence times. At 10 % from the transition order grows or
    /// decays at `0.1 · 4 D_r`: 10 e-folds.
    fn final_order(mut self, seed: u64) -> f64 {
        let grid = square_grid(40.0, 10.0).with_boundary(Boundary::Periodic);
        for tick in 0..ticks_for(25.0) {
            let matrix = Matrix::uniform(grid, self.fibers(), 0.5);
            advance_active(&mut self.cells, (&matrix, Tension::default()), &self.parameters, (tick, 1), keyed(seed));
        }
        self.fibers().resultant_length()
    }
}

/// Claim: 10 % below `g = 4 D_r` even strong order decays to noise.
///
/// Noise: ⟨A²⟩ = 1/N of free cells, times `1/(1 − g/g_c) = 10` by guidance. A² is exponentially
/// distributed; 16 times its mean is passed once in e^{16} = 9 million times.
#[test]
fn order_decays_below_the_transition() {
    let noise = (16.0 * 10.0 / MeanField::CELLS as f64).sqrt();
    let settled = MeanField::new(0.9, 0.8).final_order(41);
    assert!(settled < noise, "{settled}");
}

/// Claim: 10 % above `g = 4 D_r` order settles where `A = I₁(κA)/I₀(κA)` with `κ = g/(2 D_r) = 2.2`,
/// from below and from above.
///
/// Fluctuation: with the variance V = 1 − A/k − A² of cos 2θ in a cell's law, k = κA, feedback
/// amplifies it to at most V/(N (1 − κV)). A transition 5 % off would settle 0.1 away: 8 standard errors.
#[test]
fn order_settles_above_the_transition() {
    let expected = (0..1000).fold(1.0, |order, _| bessel_ratio(1, 2.2 * order));
    let variance = 1.0 - 1.0 / 2.2 - expected * expected;
    let error = (variance / (MeanField::CELLS as f64 * (1.0 - 2.2 * variance))).sqrt();
    for initial in [0.2, 0.9] {
        let settled = MeanField::new(1.1, initial).final_order(43);
        assert!((settled - expected).abs() < STANDARD_ERRORS * error, "from {initial}: {settled} for {expected}");
    }
}

/// Matrix with another family in each pool of each site.
fn random_matrix(grid: Grid) -> Matrix {
    let mut matrix = Matrix::uniform(grid, FiberMoments::default(), 0.0);
    for (index, site) in matrix.sites_mut().iter_mut().enumerate() {
        let mut numbers = stream(51, 0, Purpose::User, index as u64);
        let mut family = || FiberMoments::one_family(numbers.random(), PI * numbers.random::<f64>(), numbers.random());
        (site.new, site.mature) = (family() * 0.4, family());
        site.fibrin = numbers.random::<f64>() * 0.3;
        (site.thickness, site.fragments) = (0.5 + numbers.random::<f64>(), 0.2 * numbers.random::<f64>());
    }
    matrix
}

/// Cells at random places, and the same cells with opposite headings.
fn opposite_cells(grid: &Grid) -> (Vec<Fibroblast>, Vec<Fibroblast>) {
    let cell = |id| {
        let mut numbers = stream(52, 0, Purpose::User, id);
        let mut within = |extent: f64| extent * (0.2 + 0.6 * numbers.random::<f64>());
        let (x, y, heading) = (within(grid.width()), within(grid.height()), within(TAU));
        Fibroblast { id, x, y, heading, activation: 1.0, contraction: 0.4 }
    };
    let cells: Vec<_> = (0..200).map(cell).collect();
    let opposite = cells.iter().map(|&cell| Fibroblast { heading: cell.heading + PI, ..cell }).collect();
    (cells, opposite)
}

/// Claim: fibers have no head and no tail. A cell and its opposite sense the same fibers and turn
/// alike, so they stay opposite and walk apart symmetrically, to the round-off of angles up to 10.
#[test]
fn opposite_cells_sense_the_same_fibers() {
    let grid = square_grid(600.0, 10.0);
    let matrix = random_matrix(grid);
    let (start, _) = opposite_cells(&grid);
    let (mut cells, mut opposite) = opposite_cells(&grid);
    for cells in [&mut cells, &mut opposite] {
        advance_active(cells, (&matrix, Tension::default()), &FibroblastParameters::default(), (0, 6), keyed(53));
    }
    for ((start, cell), opposite) in start.iter().zip(&cells).zip(&opposite) {
        assert!((opposite.heading - cell.heading - PI).abs() < 1e-12);
        assert!(
            (opposite.x + cell.x - 2.0 * start.x).abs() < 1e-10 && (opposite.y + cell.y - 2.0 * start.y).abs() < 1e-10
        );
        assert!(
            (opposite.activation - cell.activation).abs() < 1e-12
                && (opposite.contraction - cell.contraction).abs() < 1e-12
        );
    }
    let turned = start.iter().zip(&cells).filter(|(start, cell)| (start.heading - cell.heading).abs() > 0.1);
    assert!(turned.count() > 100, "hardly any cell turned, so nothing was compared");
}

/// Claim: cues of fibers and tension are equal for θ and θ + π; chemotaxis alone tells them apart.
#[test]
fn only_chemotaxis_tells_a_direction_from_its_opposite() {
    let axial = Guidance { second: [0.8, -1.3], fourth: [2.1, 0.4], ..Guidance::default() };
    let directed = Guidance { first: [0.5, 0.2], ..axial };
    for step in 0..100 {
        let heading = 0.07 * f64::from(step);
        assert!((axial.potential(heading) - axial.potential(heading + PI)).abs() < 1e-12);
        let first = 0.5 * heading.cos() + 0.2 * heading.sin();
        let difference = directed.potential(heading) - directed.potential(heading + PI);
        assert!((difference - 2.0 * first).abs() < 1e-12);
    }
}

fn numbers_of(site: &Site) -> [f64; 12] {
    let (new, mature) = (site.new, site.mature);
    let young = [new.density, new.c2, new.s2, new.c4, new.s4];
    let old = [mature.density, mature.c2, mature.s2, mature.c4, mature.s4];
    std::array::from_fn(|index| match index {
        0..5 => young[index],
        5..10 => old[index - 5],
        10 => site.fibrin,
        _ => site.elastin,
    })
}

/// Claim: a cell and its opposite do the same work on the matrix, to round-off of numbers of order 1.
#[test]
fn opposite_cells_do_the_same_work() {
    let grid = square_grid(600.0, 10.0);
    let (cells, opposite) = opposite_cells(&grid);
    let young = Conditions::young(StepKey { seed: 1, tick: 0, hours: 5.0 });
    let worked = |cells: &[Fibroblast]| {
        let mut matrix = random_matrix(grid);
        remodeling::work(cells, &mut matrix, &FibroblastParameters::default(), &young);
        matrix
    };
    let difference = |one: &Matrix, other: &Matrix| {
        let pairs = one.sites().zip(other.sites());
        let numbers = pairs.flat_map(|(one, other)| numbers_of(&one).into_iter().zip(numbers_of(&other)));
        numbers.map(|(one, other)| (one - other).abs()).fold(0.0, f64::max)
    };
    let after = worked(&cells);
    assert!(difference(&after, &worked(&opposite)) < 1e-12);
    assert!(difference(&after, &random_matrix(grid)) > 1e-3, "no work was done, so nothing was compared");
}
