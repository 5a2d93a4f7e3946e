//! Do turnover of the matrix and memory of the cells follow their closed forms, at any step?
use dermaweave::cells::fibroblast::{self, Draw, Fibroblast, Surroundings, Turns, saturation};
use dermaweave::matrix::Site;
use dermaweave::mechanics::Movement;
use dermaweave::parameters::{FibroblastParameters, MatrixParameters};
use dermaweave::random::{Purpose, stream};
use dermaweave::remodeling::{Upkeep, turn_over, turnover};
use dermaweave::tension::{LangerLines, Tension};
use dermaweave::{Boundary, FiberMoments, Field, Grid, Length, Matrix};
use nalgebra::{Matrix2, Vector2};
use rand::RngExt;
use std::f64::consts::PI;

const DAY: f64 = 24.0;

/// Upkeep that replaces a share of the lost collagen.
const fn upkeep(synthesis: f64) -> Upkeep {
    Upkeep { synthesis, elastin_loss_rate: 0.0, thinning_rate: 0.0 }
}

fn square_grid(side: f64, spacing: f64) -> Grid {
    Grid::new(Length::micrometers(side), Length::micrometers(side), Length::micrometers(spacing)).unwrap()
}

/// Matrix with another family in each pool of each site.
fn random_matrix(grid: Grid) -> Matrix {
    let mut matrix = Matrix::uniform(grid, FiberMoments::default(), 0.0);
    for (index, site) in matrix.sites_mut().iter_mut().enumerate() {
        let mut numbers = stream(3, 0, Purpose::User, index as u64);
        let mut family = || FiberMoments::one_family(numbers.random(), PI * numbers.random::<f64>(), numbers.random());
        (site.new, site.mature) = (family(), family());
    }
    matrix
}

fn five(moments: FiberMoments) -> [f64; 5] {
    [moments.density, moments.c2, moments.s2, moments.c4, moments.s4]
}

/// Largest difference of the five moments, relative to the density.
fn difference(one: FiberMoments, other: FiberMoments) -> f64 {
    five(one - other).iter().fold(0.0_f64, |largest, value| largest.max(value.abs())) / other.density
}

/// Largest difference of either pool at any site.
fn pool_difference(one: &Matrix, other: &Matrix) -> f64 {
    let sites = one.sites().zip(other.sites());
    sites
        .map(|(one, other)| difference(one.new, other.new).max(difference(one.mature, other.mature)))
        .fold(0.0, f64::max)
}

/// `steps` steps of `hours` at a uniform free MMP level.
fn turned_over(start: &Matrix, steps: u32, hours: f64, synthesis: f64, free_mmp: f64) -> Matrix {
    let (mut matrix, columns) = (start.clone(), start.grid().columns());
    let exposure = Field::uniform(*start.grid(), free_mmp * hours);
    for _ in 0..steps {
        turn_over(matrix.sites_mut(), columns, &exposure, &MatrixParameters::default(), upkeep(synthesis), hours);
    }
    matrix
}

/// Claim: with the production of young skin and no MMP every site keeps its total moments for ever,
/// so nothing heals and nothing scars by itself. Each of 3653 days may add a rounding error of 2e-16.
#[test]
fn healthy_turnover_keeps_every_fiber_for_years() {
    let start = random_matrix(square_grid(80.0, 10.0));
    let after = turned_over(&start, 3653, DAY, 1.0, 0.0);
    for (before, after) in start.sites().zip(after.sites()) {
        assert!(difference(after.collagen(), before.collagen()) < 1e-12);
    }
    // The pools themselves did change: the comparison is not empty.
    assert!(pool_difference(&after, &start) > 0.1);
}

/// Claim: the pools relax to new : mature = `δ_m τ_m`, at rate `1/τ_m + δ_m`:
/// `n(t) = n_∞ + (n_0 − n_∞) e^{−(1/τ_m + δ_m)t}` with `n_∞ = ρ δ_m τ_m/(1 + δ_m τ_m)`.
#[test]
fn pools_relax_to_the_split_of_their_rates() {
    let parameters = MatrixParameters::default();
    let start = Matrix::uniform(square_grid(40.0, 10.0), FiberMoments::one_family(0.9, 0.4, 0.6), 0.7);
    let ratio = parameters.mature_loss_rate * parameters.maturation_time;
    let settled = ratio / (1.0 + ratio);
    for days in [1, 30, 365, 3653] {
        let hours = DAY * f64::from(days);
        let left = (-(1.0 / parameters.maturation_time + parameters.mature_loss_rate) * hours).exp();
        let share = settled + (0.7 - settled) * left;
        let expected = Matrix::uniform(*start.grid(), FiberMoments::one_family(0.9, 0.4, 0.6), share);
        // The new pool is 1/200 of all, so rounding errors of 1e-12 of all count 200 times.
        let found = pool_difference(&turned_over(&start, days, DAY, 1.0, 0.0), &expected);
        assert!(found < 2e-10, "{days} days: {found}");
    }
}

/// Claim: less production thins the matrix and MMP cuts more; both only
/// ever lose fibers, in the same proportion for all five moments of a pool.
#[test]
fn aged_skin_and_mmp_lose_fibers_without_turning_them() {
    let collagen = FiberMoments::one_family(1.0, 0.4, 0.6);
    let start = Matrix::uniform(square_grid(40.0, 10.0), collagen, 0.3);
    for (synthesis, free_mmp) in [(0.5, 0.0), (1.0, 2.0), (0.5, 2.0)] {
        let after = turned_over(&start, 100, DAY, synthesis, free_mmp).site(0).collagen();
        assert!(after.density < 0.99, "{synthesis} {free_mmp}: {}", after.density);
        assert!(difference(after, collagen * after.density) < 1e-12);
    }
}

/// Claim: one step of 240 h equals ten of 24 h: ten steps round ten times, at 1e-15 each.
#[test]
fn one_long_step_equals_ten_short_ones() {
    let start = random_matrix(square_grid(80.0, 10.0));
    for (synthesis, free_mmp) in [(1.0, 0.0), (0.6, 0.0), (1.0, 1.5), (1.2, 40.0)] {
        let once = turned_over(&start, 1, 240.0, synthesis, free_mmp);
        let often = turned_over(&start, 10, DAY, synthesis, free_mmp);
        let found = pool_difference(&once, &often);
        assert!(found < 1e-12, "{synthesis} {free_mmp}: {found}");
    }
}

/// The stated equations, with `x = δ_n m_n M`:
/// `dn/dt = −(δ_n + x) n − n/τ_m + y (δ_n n + δ_m m)`, `dm/dt = n/τ_m − (δ_m + x/m_p) m`.
fn slope(pools: Vector2<f64>, parameters: &MatrixParameters, synthesis: f64, free_mmp: f64) -> Vector2<f64> {
    let (new, mature) = (pools.x, pools.y);
    let cut = parameters.new_loss_rate * parameters.mmp_new_factor * free_mmp;
    let lost_new = parameters.new_loss_rate * new;
    let lost_mature = parameters.mature_loss_rate * mature;
    let matured = new / parameters.maturation_time;
    Vector2::new(
        synthesis * (lost_new + lost_mature) - lost_new - cut * new - matured,
        matured - lost_mature - cut / parameters.mmp_mature_protection * mature,
    )
}

/// Classical Runge–Kutta of fourth order.
fn runge_kutta(
    start: Vector2<f64>,
    steps: u32,
    step: f64,
    slope: impl Fn(Vector2<f64>) -> Vector2<f64>,
) -> Vector2<f64> {
    (0..steps).fold(start, |pools, _| {
        let first = slope(pools);
        let second = slope(pools + first * (0.5 * step));
        let third = slope(pools + second * (0.5 * step));
        let fourth = slope(pools + third * step);
        pools + (first + (second + third) * 2.0 + fourth) * (step / 6.0)
    })
}

/// Claim: the matrix of a step solves the stated equations, whatever the step, MMP and production.
///
/// Rates r are below 0.06 /h. With 8000 pieces of h = t/8000 the method is off by t r (r h)⁴/120,
/// below 1e-12 up to t = 500 h; 8000 roundings of 1e-16 add as much.
#[test]
fn turnover_solves_its_equations() {
    let parameters = MatrixParameters::default();
    for (hours, synthesis, free_mmp) in
        [(24.0, 1.0, 0.0), (24.0, 0.4, 0.0), (24.0, 1.0, 3.0), (500.0, 0.7, 0.2), (240.0, 1.3, 60.0)]
    {
        let change = turnover(&parameters, synthesis, free_mmp, hours);
        for (column, start) in [Vector2::new(1.0, 0.0), Vector2::new(0.0, 1.0)].into_iter().enumerate() {
            let slope = |pools| slope(pools, &parameters, synthesis, free_mmp);
            let expected = runge_kutta(start, 8000, hours / 8000.0, slope);
            let found = (change.column(column) - expected).amax();
            assert!(found < 2e-12, "{hours} h, y {synthesis}, M {free_mmp}: {found}");
        }
    }
}

/// Claim: nothing happens in no time, and no share is ever negative, from a second to a century.
#[test]
fn shares_are_never_negative() {
    let parameters = MatrixParameters::default();
    assert!((turnover(&parameters, 1.0, 1.0, 0.0) - Matrix2::identity()).amax() < 1e-15);
    for exponent in -4..=6 {
        for (synthesis, free_mmp) in [(0.2, 0.0), (1.0, 0.0), (1.0, 1.0), (0.2, 100.0)] {
            let change = turnover(&parameters, synthesis, free_mmp, 10_f64.powi(exponent));
            assert!(change.iter().all(|share| *share >= 0.0), "10^{exponent} h, y {synthesis}, M {free_mmp}: {change}");
        }
    }
}

/// Claim: every site is exposed to the MMP of the coarse site above it, none else.
#[test]
fn each_site_feels_the_mmp_above_it() {
    let fine = Grid::new(Length::micrometers(120.0), Length::micrometers(80.0), Length::micrometers(5.0)).unwrap();
    let coarse = Grid::new(Length::micrometers(120.0), Length::micrometers(80.0), Length::micrometers(20.0)).unwrap();
    let exposure = Field::from_fn(coarse, |x, y| if x > 60.0 { x + 7.0 * y } else { 0.0 });
    let start = random_matrix(fine);
    let mut after = start.clone();
    turn_over(after.sites_mut(), fine.columns(), &exposure, &MatrixParameters::default(), upkeep(0.9), DAY);
    for (index, (before, after)) in start.sites().zip(after.sites()).enumerate() {
        let (x, y) = fine.center_of(index);
        let level = exposure.values()[coarse.site_at(x, y)] / DAY;
        let change = turnover(&MatrixParameters::default(), 0.9, level, DAY);
        let new = before.new * change[(0, 0)] + before.mature * change[(0, 1)];
        let mature = before.new * change[(1, 0)] + before.mature * change[(1, 1)];
        assert!(difference(after.new, new) < 1e-14 && difference(after.mature, mature) < 1e-14, "site {index}");
        assert_eq!((after.fibrin, after.elastin), (before.fibrin, before.elastin), "turnover is about collagen only");
    }
}

fn cell(activation: f64, contraction: f64) -> Fibroblast {
    Fibroblast { id: 0, x: 20.0, y: 20.0, heading: 0.0, activation, contraction }
}

/// Claim: response is exact at any step: a day equals 48 half hours under constant TGF-β, upward and
/// downward, in dense and in open space. 48 roundings of 1e-16.
#[test]
fn a_day_of_response_equals_48_half_hours() {
    let parameters = FibroblastParameters::default();
    for (tgf_beta, density) in [(0.0, 1.0), (0.0, 0.02), (0.3, 0.3), (2.0, 1.0), (40.0, 0.0), (0.3, 1.4)] {
        for start in [cell(0.0, 0.0), cell(0.5, 0.2), cell(1.0, 0.9)] {
            let (mut once, mut often) = (start, start);
            once.respond(tgf_beta, density, &parameters, DAY);
            (0..48).for_each(|_| often.respond(tgf_beta, density, &parameters, 0.5));
            assert!((once.activation - often.activation).abs() < 1e-14, "T {tgf_beta}, ρ {density}");
            assert!((once.contraction - often.contraction).abs() < 1e-14, "T {tgf_beta}, ρ {density}");
        }
    }
}

/// Claim: TGF-β activates with `τ_on` towards H = T/(1 + T), and contraction follows with `τ_c` towards
/// `T^h/(T_c^h + T^h) ρ/(ρ_c + ρ)`.
#[test]
fn waking_and_contraction_follow_their_closed_forms() {
    let parameters = FibroblastParameters::default();
    for (tgf_beta, density) in [(0.5, 0.1), (3.0, 1.0), (10.0, 0.4)] {
        let mut active = cell(0.1, 0.0);
        active.respond(tgf_beta, density, &parameters, 30.0);
        let called_for = tgf_beta / (1.0 + tgf_beta);
        let activation = called_for + (0.1 - called_for) * (-30.0 / parameters.activation_time).exp();
        let (high, threshold) = (tgf_beta.powf(parameters.contraction_steepness), parameters.contraction_threshold);
        let pulled = high / (threshold.powf(parameters.contraction_steepness) + high) * density
            / (parameters.contraction_density + density);
        let contraction = pulled * -(-30.0 / parameters.contraction_time).exp_m1();
        assert!((active.activation - activation).abs() < 1e-14 && (active.contraction - contraction).abs() < 1e-14);
        assert!((saturation(tgf_beta) - called_for).abs() < 1e-15);
    }
}

/// Activation after each hour of a schedule of TGF-β levels, in dense matrix.
fn course(hours: usize, tgf_beta: impl Fn(usize) -> f64) -> Vec<f64> {
    let mut cell = cell(0.0, 0.0);
    let hourly = |hour| {
        cell.respond(tgf_beta(hour), 1.0, &FibroblastParameters::default(), 1.0);
        cell.activation
    };
    (0..hours).map(hourly).collect()
}

/// Claim: after one pulse activation fades as `e^{−t/τ_off}`, for a week and more.
#[test]
fn a_pulse_is_remembered_exponentially() {
    let parameters = FibroblastParameters::default();
    let single = course(1000, |hour| if hour < 12 { 4.0 } else { 0.0 });
    let peak = 0.8 * -(-12.0 / parameters.activation_time).exp_m1();
    for (hours, level) in single[11..].iter().enumerate() {
        let expected = peak * (-(hours as f64) / parameters.memory_time).exp();
        assert!((level - expected).abs() < 1e-13, "{hours} h after: {level} for {expected}");
    }
}

/// Claim: a second pulse prolongs the memory of the first: it starts from what is left, a₁, and lifts it to
/// `H + (a₁ − H) e^{−d/τ_on}`; from then on the cell stays active longer by `τ_off` ln of the gain.
#[test]
fn a_second_pulse_prolongs_the_memory() {
    let parameters = FibroblastParameters::default();
    let pulse = |start: usize, hour: usize| {
        if (start..start + 12).contains(&hour) { 4.0 } else { 0.0 }
    };
    let single = course(3000, |hour| pulse(0, hour));
    let double = course(3000, |hour| pulse(0, hour) + pulse(168, hour));
    let left = (-12.0 / parameters.activation_time).exp();
    let lifted = 0.8 + (single[167] - 0.8) * left;
    assert!((double[179] - lifted).abs() < 1e-13);
    let active =
        |course: &[f64]| course.iter().rposition(|&level| level >= parameters.resting_activation).unwrap() as f64;
    let prolonged = parameters.memory_time * (lifted / single[179]).ln();
    // Both ends are seen only to the hour.
    assert!((active(&double) - active(&single) - prolonged).abs() <= 1.0 && prolonged > 24.0);
}

/// Claim: cells calm down more slowly in open space, in proportion to the matrix down to a tenth.
#[test]
fn open_space_keeps_cells_active() {
    let parameters = FibroblastParameters::default();
    for (relative, pace) in [(0.0, 0.1), (0.05, 0.1), (0.4, 0.4), (1.0, 1.0), (2.0, 1.0)] {
        let mut active = cell(0.9, 0.0);
        active.respond(0.0, relative * parameters.calming_density, &parameters, 100.0);
        let expected = 0.9 * (-100.0 * pace / parameters.memory_time).exp();
        assert!((active.activation - expected).abs() < 1e-14, "{relative}: {}", active.activation);
    }
}

/// Claim: the whole rule forgets at one pace while the cell moves, when it comes to rest and after,
/// whether a step lasts an hour or a day.
#[test]
fn memory_fades_alike_before_and_after_rest() {
    let parameters = FibroblastParameters::default();
    let grid = square_grid(40.0, 10.0).with_boundary(Boundary::Periodic);
    let matrix = Matrix::uniform(grid, FiberMoments::isotropic(1.0), 0.1);
    let quiet = Field::uniform(grid, 0.0);
    let surroundings = Surroundings {
        matrix: &matrix,
        tgf_beta: &quiet,
        pdgf: &quiet,
        tension: &LangerLines::Even(Tension { anisotropy: 0.0, ..Tension::default() }),
        mechanics: None,
        movement: Movement::default(),
        attractants: &[],
    };
    let start = 3.0 * parameters.resting_activation;
    // Under the load of healthy skin contraction is released by 1/(1 + (1/e_r)⁶) of its pace without load.
    let load = parameters.release_strain.powi(-6);
    let released = 1.0 / parameters.memory_time + 1.0 / (parameters.release_time * (1.0 + load));
    for ticks in [2, 48] {
        let mut cells = [cell(start, 0.4)];
        for step in 0..20 * 48 / ticks {
            let span = Turns { first_tick: step * ticks, ticks, tick_hours: 0.5 };
            fibroblast::advance(&mut cells, &surroundings, &parameters, span, |_, _| Draw {
                normal: 0.3,
                uniform: 0.5,
            });
            let hours = ((step + 1) * ticks) as f64 * 0.5;
            assert!((cells[0].activation - start * (-hours / parameters.memory_time).exp()).abs() < 1e-13);
            assert!((cells[0].contraction - 0.4 * (-hours * released).exp()).abs() < 1e-13);
        }
        assert!(cells[0].activation < parameters.resting_activation);
    }
}

/// Claim: in open space active cells calm down in proportion to the matrix, but a cell that rests and
/// that nothing calls is taken to lie in full matrix.
#[test]
fn open_space_slows_the_memory_of_active_cells_only() {
    let parameters = FibroblastParameters::default();
    let grid = square_grid(40.0, 10.0).with_boundary(Boundary::Periodic);
    let open = FiberMoments::isotropic(0.3 * parameters.calming_density);
    let mut matrix = Matrix::uniform(grid, open, 0.1);
    matrix.sites_mut().iter_mut().for_each(|site| site.thickness = 1.0);
    let quiet = Field::uniform(grid, 0.0);
    let surroundings = Surroundings {
        matrix: &matrix,
        tgf_beta: &quiet,
        pdgf: &quiet,
        tension: &LangerLines::Even(Tension { anisotropy: 0.0, ..Tension::default() }),
        mechanics: None,
        movement: Movement::default(),
        attractants: &[],
    };
    let draw = |_, _| Draw { normal: 0.3, uniform: 0.5 };
    let resting = 0.9 * parameters.resting_activation;
    for (start, pace) in [(1.0, 0.3), (resting, 1.0)] {
        let mut cells = [cell(start, 0.0)];
        for step in 0..100 {
            let span = Turns { first_tick: 2 * step, ticks: 2, tick_hours: 0.5 };
            fibroblast::advance(&mut cells, &surroundings, &parameters, span, draw);
        }
        let expected = start * (-100.0 * pace / parameters.memory_time).exp();
        let found = cells[0].activation;
        assert!((found - expected).abs() < 1e-13, "{found} for {expected}");
    }
}

/// Claim: a site without collagen stays without: turnover replaces fibers, it does not invent them.
#[test]
fn nothing_grows_from_nothing() {
    let mut sites = vec![Site { fibrin: 1.0, ..Site::default() }; 16];
    let exposure = Field::uniform(square_grid(40.0, 10.0), 5.0);
    turn_over(&mut sites, 4, &exposure, &MatrixParameters::default(), upkeep(1.0), DAY);
    assert!(sites.iter().all(|site| *site == Site { fibrin: 1.0, ..Site::default() }));
}

/// Claim: what acts on skin in the sun and on smokers stands in the published proportions (sun takes from resting
/// production, not from that of cells at work: Varani 2001), and more effective MMP leaves less collagen (same
/// seed, same cells, nothing else changed).
#[test]
fn sun_and_smoke_cost_collagen() {
    use dermaweave::{Device, Grid, Length, Protocol, Simulation, Skin, Time, Tissue};
    let (sun, smoker) = (Skin::young().photoaged(), Skin::young().of_smoker());
    let dermaweave::Parameters { ageing, matrix, .. } = dermaweave::Parameters::default();
    assert_eq!(sun.production(&ageing), Skin::young().production(&ageing));
    // h (y_u + β_u d_h): what sun takes and adds, and resting skin does not make good.
    let taken = ageing.uncompensated_share * (0.39 + 0.58 * ageing.habitual_doses);
    let short = Skin::young().maintenance(&ageing, &matrix) - sun.maintenance(&ageing, &matrix);
    assert!((short - taken).abs() < 1e-12, "{short} {taken}");
    assert!((sun.collagenase(&ageing) - (1.0 + 3.4 * ageing.habitual_doses)).abs() < 1e-12);
    assert!((smoker.production(&ageing) - 0.81).abs() < 1e-12 && smoker.collagenase(&ageing) > 2.0);
    let left = |mmp_factor: f64| {
        let side = Length::micrometers(600.0);
        let grid = Grid::new(side, side, Length::micrometers(20.0)).expect("the grid is valid");
        let tissue = Tissue::new(grid, &Skin { mmp_factor, ..Skin::young() }).expect("it fits");
        let protocol = Protocol::once(Device::punch(Length::micrometers(300.0))).follow_up(Time::days(10.0));
        let mut simulation = Simulation::builder(tissue).protocol(protocol).build().expect("it is valid");
        simulation.run().expect("it runs");
        let row = simulation.report().region("all").last().expect("it is sampled");
        row.organization.density
    };
    let (protected, exposed) = (left(1.0), left(4.4));
    assert!(exposed < protected - 1e-4, "{exposed} {protected}");
}
