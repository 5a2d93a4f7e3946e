//! Does the heading of a fibroblast follow its law at the step that a simulation really takes?
//!
//! All tests turn cells once per tick of half an hour with the default rotational diffusivity.
//! Every cell has its own stream of random numbers and is looked at once, so samples are independent.
use dermaweave::cells::fibroblast::{self, Draw, Fibroblast, Guidance, Surroundings, TurningCues, Turns};
use dermaweave::matrix::{FiberMoments, Matrix, Site, bessel_ratio, fourth_moment_of_single_family};
use dermaweave::parameters::FibroblastParameters;
use dermaweave::random::{Purpose, StepKey, Stream, stream};
use dermaweave::remodeling::{self, Conditions};
use dermaweave::simulation::TICK_HOURS;
use dermaweave::tension::{LangerLines, Tension};
use dermaweave::{Boundary, Field, Grid, Length};
use nalgebra::Vector2;
use rand::RngExt;
use rand_distr::{Distribution, StandardNormal};
use rayon::prelude::*;
use std::f64::consts::{PI, TAU};

/// Cells whose heading is sampled.
const CELLS: u64 = 24_000;
/// All cells start here, so that a law that does not mix cannot pass.
const START: f64 = 0.3;
/// Standard errors that a mean may be off: 4.5 are passed by chance once in 150 000 times.
const STANDARD_ERRORS: f64 = 4.5;
/// TGF-β level that keeps a fully active cell fully active, to 1e-12.
const CALLING: f64 = 1e12;

fn rotational_diffusivity() -> f64 {
    FibroblastParameters::default().rotational_diffusivity
}

/// Ticks before the heading is read: 24 persistence times, so that the start is forgotten.
fn burn_in() -> u64 {
    ticks_for(24.0)
}

/// Ticks that last so many persistence times `1/D_r`.
fn ticks_for(persistence_times: f64) -> u64 {
    (persistence_times / (rotational_diffusivity() * TICK_HOURS)).round() as u64
}

fn draw_from(numbers: &mut Stream) -> Draw {
    Draw { normal: StandardNormal.sample(numbers), uniform: numbers.random() }
}

/// Headings of independent cells after the burn-in.
fn settled_headings(guidance: &Guidance, seed: u64) -> Vec<f64> {
    let spread = rotational_diffusivity() * TICK_HOURS;
    let turned = |cell| {
        let mut numbers = stream(seed, 0, Purpose::User, cell);
        (0..burn_in()).fold(START, |heading, _| guidance.turn(heading, spread, draw_from(&mut numbers)))
    };
    (0..CELLS).into_par_iter().map(turned).collect()
}

/// Cumulative distribution on [0, 2π) of the density exp `potential`, tabulated by the trapezoidal rule.
struct Expected {
    cumulative: Vec<f64>,
}

impl Expected {
    /// Error of table and interpolation: (2π/16384)²/8 × |slope of density| < 1e-7.
    const INTERVALS: usize = 1 << 14;

    fn from_potential(potential: impl Fn(f64) -> f64) -> Self {
        let weight = |node: usize| potential(TAU * node as f64 / Self::INTERVALS as f64).exp();
        let mut cumulative = vec![0.0];
        for node in 0..Self::INTERVALS {
            cumulative.push(cumulative[node] + weight(node) + weight(node + 1));
        }
        let total = cumulative[Self::INTERVALS];
        for value in &mut cumulative {
            *value /= total;
        }
        Self { cumulative }
    }

    fn below(&self, angle: f64) -> f64 {
        let scaled = angle.rem_euclid(TAU) / TAU * Self::INTERVALS as f64;
        let node = (scaled as usize).min(Self::INTERVALS - 1);
        self.cumulative[node] + (self.cumulative[node + 1] - self.cumulative[node]) * (scaled - node as f64)
    }

    /// Largest distance between the sample's and the expected cumulative distribution.
    fn distance(&self, angles: impl Iterator<Item = f64>) -> f64 {
        let mut expected: Vec<_> = angles.map(|angle| self.below(angle)).collect();
        expected.sort_by(f64::total_cmp);
        let count = expected.len() as f64;
        let off = |(rank, below): (usize, &f64)| (below - rank as f64 / count).max((rank + 1) as f64 / count - below);
        expected.iter().enumerate().map(off).fold(0.0, f64::max)
    }
}

/// Distance that a true law exceeds once in 100 000 samples: 2 e^{−2 n d²} = 1e-5
/// (Kolmogorov and Smirnov; Massart 1990 for any n).
fn critical_distance(count: u64) -> f64 {
    ((2.0 / 1e-5_f64).ln() / (2.0 * count as f64)).sqrt()
}

/// One cue of the given order and strength g A (1/h) that points along `axis`.
fn one_cue(order: u32, strength: f64, axis: f64) -> Guidance {
    let (sine, cosine) = (f64::from(order) * axis).sin_cos();
    let of_order = |wanted| {
        if order == wanted { Vector2::new(cosine, sine) * strength } else { Vector2::zeros() }
    };
    let cues = TurningCues { chemotaxis: of_order(1), parallel: of_order(2), weave: of_order(4) };
    Guidance::new(&cues, rotational_diffusivity())
}

/// Claim: one cue of order m and strength g A gives a von Mises law in mθ with `κ = g A/(m D_r)`.
/// Catches a wrong factor m or `D_r`, a biased step, and a rule that is not reversible.
fn check_von_mises(order: u32, kappas: &[f64]) {
    let axis = 1.1;
    for &kappa in kappas {
        let strength = kappa * f64::from(order) * rotational_diffusivity();
        let headings = settled_headings(&one_cue(order, strength, axis), u64::from(order));
        let phases = headings.iter().map(|heading| f64::from(order) * (heading - axis));
        let distance = Expected::from_potential(|phase| kappa * phase.cos()).distance(phases.clone());
        assert!(distance < critical_distance(CELLS), "order {order}, κ {kappa}: {distance}");
        // ⟨cos⟩ = I₁/I₀ and its variance ½(1 + I₂/I₀) − (I₁/I₀)²: ten times sharper than the distance.
        let (first, second) = (bessel_ratio(1, kappa), bessel_ratio(2, kappa));
        let standard_error = ((0.5 + 0.5 * second - first * first) / CELLS as f64).sqrt();
        let mean = phases.map(f64::cos).sum::<f64>() / CELLS as f64;
        assert!(
            (mean - first).abs() < STANDARD_ERRORS * standard_error,
            "order {order}, κ {kappa}: {mean} for {first}"
        );
    }
}

#[test]
fn chemotaxis_alone_gives_a_von_mises_law() {
    check_von_mises(1, &[1.0, 4.0]);
}

/// About the strengths of a resting and of a contractile cell in fully parallel fibers.
#[test]
fn parallel_fibers_alone_give_a_von_mises_law() {
    check_von_mises(2, &[1.5, 6.0]);
}

/// The stronger one is about that of a full weave.
#[test]
fn weave_alone_gives_a_von_mises_law() {
    check_von_mises(4, &[1.2, 3.75]);
}

/// The bands above can fail: a concentration wrong by a third is rejected at every order.
#[test]
fn a_wrong_concentration_is_rejected() {
    for (order, kappa) in [(1, 1.0), (2, 1.5), (4, 1.2)] {
        let strength = kappa * f64::from(order) * rotational_diffusivity();
        let headings = settled_headings(&one_cue(order, strength, 0.0), 9);
        let wrong = Expected::from_potential(|phase| 4.0 / 3.0 * kappa * phase.cos());
        let distance = wrong.distance(headings.iter().map(|heading| f64::from(order) * heading));
        assert!(distance > critical_distance(CELLS), "order {order}: {distance}");
    }
}

/// Claim: cues add in the potential, `U = Σ (g A/(m D_r)) cos m(θ − ψ)`, on the full circle.
#[test]
fn cues_together_give_the_density_of_their_summed_potential() {
    let cues = [(1.0, 0.14, 0.4), (2.0, 0.4, 2.0), (4.0, 0.64, 1.0)];
    let vector =
        |(order, strength, axis): (f64, f64, f64)| Vector2::new((order * axis).cos(), (order * axis).sin()) * strength;
    let [chemotaxis, parallel, weave] = cues.map(vector);
    let guidance = Guidance::new(&TurningCues { chemotaxis, parallel, weave }, rotational_diffusivity());
    let term = |heading: f64, (order, strength, axis): (f64, f64, f64)| {
        strength / (order * rotational_diffusivity()) * (order * (heading - axis)).cos()
    };
    let expected = Expected::from_potential(|heading| cues.iter().map(|&cue| term(heading, cue)).sum());
    let distance = expected.distance(settled_headings(&guidance, 11).into_iter());
    assert!(distance < critical_distance(CELLS), "{distance}");
}

/// Hours until the mean of cos m(θ − ψ) has come 1 − 1/e of its way, by its values at steps of so many hours.
fn turning_time(settled: f64, hours: f64, values: impl Iterator<Item = f64>) -> f64 {
    let reached = (1.0 - (-1.0_f64).exp()) * settled;
    let (mut before, mut elapsed) = (0.0, 0.0);
    for value in values {
        if value >= reached {
            return elapsed + hours * (reached - before) / (value - before);
        }
        (before, elapsed) = (value, elapsed + hours);
    }
    f64::NAN
}

/// The same by the stochastic equation: the means `a_n` of cos n m(θ − ψ) obey exactly
/// `da_n/dt = ½ n m g (a_{n−1} − a_{n+1}) − n² m² D_r a_n`; 48 of them, by Euler steps of 2·10⁻⁵ h.
fn turning_time_of_the_equation(order: f64, strength: f64, settled: f64) -> f64 {
    const HOURS: f64 = 2e-5;
    let mut means: Vec<f64> = (0..50).map(|n| (0.5 * PI * f64::from(n)).cos()).collect();
    let step = |_| {
        let rate = |n: usize| {
            let cue = 0.5 * n as f64 * order * strength * (means[n - 1] - means[n + 1]);
            cue - (n as f64 * order).powi(2) * rotational_diffusivity() * means[n]
        };
        let rates: Vec<_> = (1..49).map(rate).collect();
        rates.iter().zip(&mut means[1..]).for_each(|(rate, mean)| *mean += HOURS * rate);
        means[1]
    };
    turning_time(settled, HOURS, (0..500_000).map(step))
}

/// The same by the rule in steps of so many hours, from cells that all begin where the cue turns them fastest.
fn turning_time_of_the_rule(order: u32, strength: f64, settled: f64, hours: f64) -> f64 {
    let (guidance, spread) = (one_cue(order, strength, 0.0), rotational_diffusivity() * hours);
    let order = f64::from(order);
    let mut cells: Vec<_> = (0..CELLS).map(|cell| (0.5 * PI / order, stream(61, 0, Purpose::User, cell))).collect();
    let step = |_| {
        cells.par_iter_mut().for_each(|(heading, numbers)| {
            *heading = guidance.turn(*heading, spread, draw_from(numbers));
        });
        cells.iter().map(|(heading, _)| (order * heading).cos()).sum::<f64>() / CELLS as f64
    };
    turning_time(settled, hours, (0..1000).map(step))
}

/// Claim: under strong cues a cell turns as much later than by the stochastic equation as the documentation of the heading
/// law says; short steps come to the equation.
///
/// A mean over all cells is known to 0.7/√24 000 = 0.005. Where it is read it rises by 0.25 per hour or more, so that times
/// are known to 0.02 h, but by 0.07 per hour in the gradient: bands are four times that.
#[test]
fn turning_is_later_than_the_equation_by_hours() {
    for (order, strength, stated, by_equation, band) in [
        (1, 0.25, 3.75, 2.54, 0.28),
        (2, 0.6, 1.56, 0.58, 0.08),
        (2, 1.2, 1.49, 0.33, 0.08),
        (2, 2.4, 1.44, 0.16, 0.08),
        (4, 2.08, 1.19, 0.10, 0.08),
    ] {
        let settled = bessel_ratio(1, strength / (f64::from(order) * rotational_diffusivity()));
        let time = turning_time_of_the_rule(order, strength, settled, TICK_HOURS);
        let equation = turning_time_of_the_equation(f64::from(order), strength, settled);
        println!("order {order}, {strength} /h: {time:.2} h for {equation:.3} h");
        assert!((time - stated).abs() < band, "order {order}, {strength} /h: {time}");
        assert!((equation - by_equation).abs() < 0.01, "order {order}, {strength} /h: {equation}");
    }
    let settled = bessel_ratio(1, 1.2 / (2.0 * rotational_diffusivity()));
    let (time, equation) =
        (turning_time_of_the_rule(2, 1.2, settled, 5e-4), turning_time_of_the_equation(2.0, 1.2, settled));
    assert!((time / equation - 1.0).abs() < 0.1, "steps of 5e-4 h: {time} for {equation}");
}

/// Draws of a population, keyed by tick and cell.
fn keyed(seed: u64) -> impl Fn(u64, u64) -> Draw + Sync {
    move |tick, id| draw_from(&mut stream(seed, tick, Purpose::User, id))
}

fn square_grid(side: f64, spacing: f64) -> Grid {
    Grid::new(Length::micrometers(side), Length::micrometers(side), Length::micrometers(spacing)).unwrap()
}

fn active_cells(count: u64, (x, y): (f64, f64), heading: impl Fn(u64) -> f64) -> Vec<Fibroblast> {
    let cell = |id| Fibroblast { id, x, y, heading: heading(id), activation: 1.0, contraction: 0.0 };
    (0..count).map(cell).collect()
}

/// Defends: the random numbers of a course, begun many at a time, are those of the documented streams one by one, whatever
/// cells are advanced beside them.
#[test]
fn keyed_cells_draw_from_their_streams() {
    let grid = square_grid(400.0, 10.0);
    let matrix = Matrix::uniform(grid, FiberMoments::along(1.0, 0.3), 0.1);
    let level = Field::uniform(grid, CALLING);
    let (tgf_beta, pdgf, tension) = (&level, &level, &LangerLines::Even(Tension::default()));
    let surroundings = Surroundings { matrix: &matrix, tgf_beta, pdgf, tension, attractants: &[] };
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

/// Advances cells without gradients of PDGF, all called by TGF-β.
fn advance_called(
    cells: &mut [Fibroblast],
    (matrix, tension): (&Matrix, Tension),
    parameters: &FibroblastParameters,
    (first_tick, ticks): (u64, u64),
    draw: impl Fn(u64, u64) -> Draw + Sync,
) {
    let tgf_beta = Field::uniform(*matrix.grid(), CALLING);
    let pdgf = Field::uniform(*matrix.grid(), 1.0);
    let surroundings = Surroundings {
        matrix,
        tgf_beta: &tgf_beta,
        pdgf: &pdgf,
        tension: &LangerLines::Even(tension),
        attractants: &[],
    };
    let turns = Turns { first_tick, ticks, tick_hours: TICK_HOURS };
    fibroblast::advance(cells, &surroundings, parameters, turns, draw);
}

/// All cues of fibers and tension, so weak that cells change between all wells well within the
/// burn-in: U varies by less than 2.
fn moderately_guided() -> FibroblastParameters {
    FibroblastParameters {
        parallel_guidance: 0.6,
        weave_guidance: 3.0,
        tension_guidance: 0.1,
        contractile_parallel_factor: 2.0,
        contractile_weave_factor: 0.5,
        contraction_time: 24.0,
        rotational_diffusivity: rotational_diffusivity(),
        ..unguided()
    }
}

/// Claim: in real matrix under tension, moving cells turn by exactly the stated cues: amplitude per
/// fiber × `ρ/(ρ + ρ_g)`, contraction scaling g₂ and g₄, tension as `g_s ε`.
#[test]
fn cells_in_woven_matrix_follow_the_stated_potential() {
    let parameters = moderately_guided();
    let (axis, tension) = (0.5, Tension { axis: 1.3, anisotropy: 0.8 });
    let collagen = FiberMoments::two_families(0.3, axis, 0.6, 2.0);
    let grid = square_grid(200.0, 20.0).with_boundary(Boundary::Periodic);
    let mut cells = active_cells(CELLS, (71.0, 33.0), |_| START);
    advance_called(
        &mut cells,
        (&Matrix::uniform(grid, collagen, 0.4), tension),
        &parameters,
        (0, burn_in()),
        keyed(21),
    );
    let contracted = |factor: f64| 1.0 + (factor - 1.0) * cells[0].contraction;
    let per_fiber = 0.3 / (0.3 + parameters.guidance_density);
    let second = parameters.parallel_guidance * contracted(parameters.contractile_parallel_factor) * per_fiber;
    let fourth = parameters.weave_guidance * contracted(parameters.contractile_weave_factor) * per_fiber;
    // Families at ± β about the axis: z₂ = R cos 2β, z₄ = I₂/I₀ cos 4β, both real about the axis; the
    // weave guides by what z₄ is beyond that of one family with the same R.
    let q2 = bessel_ratio(1, 2.0) * 1.2_f64.cos();
    let q4 = bessel_ratio(2, 2.0) * 2.4_f64.cos() - fourth_moment_of_single_family(q2);
    let expected = Expected::from_potential(|heading| {
        let fibers =
            second * q2 * (2.0 * (heading - axis)).cos() / 2.0 + fourth * q4 * (4.0 * (heading - axis)).cos() / 4.0;
        let pulled = parameters.tension_guidance * tension.anisotropy * (2.0 * (heading - tension.axis)).cos() / 2.0;
        (fibers + pulled) / parameters.rotational_diffusivity
    });
    let distance = expected.distance(cells.iter().map(|cell| cell.heading));
    assert!(cells[0].contraction > 0.5 && distance < critical_distance(CELLS), "{distance}");
}

/// Parameters without any cue.
fn unguided() -> FibroblastParameters {
    FibroblastParameters {
        parallel_guidance: 0.0,
        weave_guidance: 0.0,
        tension_guidance: 0.0,
        chemotaxis: 0.0,
        ..FibroblastParameters::default()
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
            advance_called(&mut cells, (&matrix, Tension::default()), &unguided(), span, keyed(31));
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
    order: u32,
    cells: Vec<Fibroblast>,
    parameters: FibroblastParameters,
}

impl MeanField {
    const CELLS: u64 = 10_000;

    /// Guidance g of `relative × 2 m D_r`; a share `initial_order` of the cells lies along x.
    fn new(order: u32, relative: f64, initial_order: f64) -> Self {
        let strength = relative * 2.0 * f64::from(order) * rotational_diffusivity();
        let only = |wanted| if order == wanted { strength } else { 0.0 };
        let parameters = FibroblastParameters {
            parallel_guidance: only(2),
            weave_guidance: only(4),
            contractile_parallel_factor: 1.0,
            contractile_weave_factor: 1.0,
            guidance_density: 1e-12,
            ..unguided()
        };
        let aligned = (initial_order * Self::CELLS as f64) as u64;
        let heading = |id| {
            if id < aligned { 0.0 } else { TAU * (id as f64 * 0.618_033_988_75).fract() }
        };
        Self { order, cells: active_cells(Self::CELLS, (20.0, 20.0), heading), parameters }
    }

    fn fibers(&self) -> FiberMoments {
        let share = 1.0 / Self::CELLS as f64;
        self.cells.iter().map(|cell| FiberMoments::along(share, cell.heading)).sum()
    }

    /// Order |⟨e^{imθ}⟩| after 25 persistence times. At 10 % from the transition order grows or
    /// decays at `0.1 m² D_r ≥ 0.4 D_r`: 10 e-folds.
    fn final_order(mut self, seed: u64) -> f64 {
        let grid = square_grid(40.0, 10.0).with_boundary(Boundary::Periodic);
        for tick in 0..ticks_for(25.0) {
            let matrix = Matrix::uniform(grid, self.fibers(), 0.5);
            advance_called(&mut self.cells, (&matrix, Tension::default()), &self.parameters, (tick, 1), keyed(seed));
        }
        if self.order == 2 { self.fibers().resultant_length() } else { self.fibers().fourth_amplitude() }
    }
}

/// Claim: 10 % below `g = 2 m D_r` even strong order decays to noise.
///
/// Noise: ⟨A²⟩ = 1/N of free cells, times `1/(1 − g/g_c) = 10` by guidance. A² is exponentially
/// distributed; 16 times its mean is passed once in e^{16} = 9 million times.
#[test]
fn order_decays_below_the_transition() {
    let noise = (16.0 * 10.0 / MeanField::CELLS as f64).sqrt();
    for order in [2, 4] {
        let settled = MeanField::new(order, 0.9, 0.8).final_order(41);
        assert!(settled < noise, "order {order}: {settled}");
    }
}

/// Claim: 10 % above `g = 2 m D_r` order settles where `A = I₁(κA)/I₀(κA)` with `κ = g/(m D_r) = 2.2`,
/// from below and from above.
///
/// Fluctuation: with the variance V = 1 − A/k − A² of cos mθ in a cell's law, k = κA, feedback
/// amplifies it to at most V/(N (1 − κV)). A transition 5 % off would settle 0.1 away: 8 standard errors.
#[test]
fn order_settles_above_the_transition() {
    let expected = (0..1000).fold(1.0, |order, _| bessel_ratio(1, 2.2 * order));
    let variance = 1.0 - 1.0 / 2.2 - expected * expected;
    let error = (variance / (MeanField::CELLS as f64 * (1.0 - 2.2 * variance))).sqrt();
    for (order, initial) in [(2, 0.2), (2, 0.9), (4, 0.2), (4, 0.9)] {
        let settled = MeanField::new(order, 1.1, initial).final_order(43);
        assert!(
            (settled - expected).abs() < STANDARD_ERRORS * error,
            "order {order} from {initial}: {settled} for {expected}"
        );
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
fn opposite_cells_feel_the_same_fibers() {
    let grid = square_grid(600.0, 10.0);
    let matrix = random_matrix(grid);
    let (start, _) = opposite_cells(&grid);
    let (mut cells, mut opposite) = opposite_cells(&grid);
    for cells in [&mut cells, &mut opposite] {
        advance_called(cells, (&matrix, Tension::default()), &FibroblastParameters::default(), (0, 6), keyed(53));
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
