//! Do the rules of the fibers follow their closed forms: turning, deposition, degradation, and both together?
//!
//! Maturation, turnover and the memory of cells stand in `turnover.rs`, numbers of cells in `populations.rs`,
//! headings and walks in `heading_law.rs`, signals in `signals_exact.rs`.
use dermaweave::cells::fibroblast::Fibroblast;
use dermaweave::matrix::Site;
use dermaweave::measure::local_alignment;
use dermaweave::parameters::FibroblastParameters;
use dermaweave::random::{Purpose, StepKey, stream};
use dermaweave::remodeling::{Conditions, Work};
use dermaweave::{FiberMoments, Grid, Length, Parameters};
use rand::RngExt;
use std::f64::consts::PI;

/// A body of one patch that covers one site: the effort of full activation is the time.
fn one_site() -> (Grid, FibroblastParameters) {
    let side = Length::micrometers(400.0);
    let grid = Grid::new(side, side, Length::micrometers(20.0)).unwrap();
    (grid, FibroblastParameters { body_length: 20.0, body_width: 20.0, ..Parameters::default().fibroblast })
}

/// Only the rates named in a test act.
fn idle() -> FibroblastParameters {
    FibroblastParameters {
        deposition_rate: 0.0,
        degradation_rate: 0.0,
        realignment_rate: 0.0,
        fibrin_removal_rate: 0.0,
        elastin_rate: 0.0,
        ..one_site().1
    }
}

/// The site after `steps` steps of `hours` under a cell of this activation and heading.
fn worked(
    start: Site,
    parameters: &FibroblastParameters,
    (activation, heading): (f64, f64),
    steps: u32,
    hours: f64,
) -> Site {
    let cell = Fibroblast { id: 0, x: 10.0, y: 10.0, heading, activation, contraction: 0.0 };
    let young = Conditions::young(StepKey { seed: 1, tick: 0, hours });
    let work = Work::new(&cell, &one_site().0, parameters, &young);
    (0..steps).fold(start, |mut site, _| {
        work.work_on(&mut site);
        site
    })
}

fn filled() -> Site {
    let new = FiberMoments::one_family(0.3, 1.2, 0.8);
    let mature = FiberMoments::two_families(0.5, 0.2, 0.7, 2.0);
    Site { new, mature, fibrin: 0.1, elastin: 0.4, original: 0.5, thickness: 0.9, fragments: 0.02 }
}

fn five(moments: FiberMoments) -> [f64; 5] {
    [moments.density, moments.c2, moments.s2, moments.c4, moments.s4]
}

/// Largest difference of the five moments.
fn difference(one: FiberMoments, other: FiberMoments) -> f64 {
    five(one - other).into_iter().map(f64::abs).fold(0.0, f64::max)
}

/// Claim: fibers under a body rotate towards it by `tan(θ − ψ) ← e^{−2 k_al a t} tan(θ − ψ)`, those of the mature pool p times
/// slower, their amount unchanged, whatever the step. A part rotates by at most x = k_al a t/parts and leaves out at most 2x⁴ of
/// z₂ (`second_model_rotation.rs`); their sum is at most doubled by what comes after for fibers less than 60° off the axis.
#[test]
fn fibers_rotate_towards_the_body() {
    let parameters = FibroblastParameters { realignment_rate: 0.03, ..idle() };
    let (activation, heading, hours) = (0.6, 2.1, 100.0);
    let start = Site {
        new: FiberMoments::along(0.3, heading + 0.9),
        mature: FiberMoments::along(0.5, heading - 0.7),
        ..filled()
    };
    for (steps, parts) in [(1, 36.0), (100, 100.0), (1000, 1000.0)] {
        let after = worked(start, &parameters, (activation, heading), steps, hours / f64::from(steps));
        for (pool, before, resistance) in
            [(after.new, start.new, 1.0), (after.mature, start.mature, parameters.mature_resistance)]
        {
            let rotation = 0.03 * activation * hours / resistance;
            let tangent = (-2.0 * rotation).exp() * (before.mean_angle() - heading).tan();
            let expected = FiberMoments::along(before.density, heading + tangent.atan());
            let left_out = 4.0 * parts * (rotation / parts).powi(4) * before.density;
            // z₄ = z₂² moves twice as far.
            let off = difference(pool, expected);
            assert!(off < 2.0 * left_out + 1e-12, "{steps} steps: {off} for {left_out}");
            assert!((pool.density - before.density).abs() < 1e-15);
        }
        assert_eq!((after.fibrin, after.elastin, after.original), (start.fibrin, start.elastin, start.original));
    }
}

/// Claim: deposition alone fills what is free: `n(t) = X − (X − n₀) e^{−k_dep a t/c_max}` with X = h (c_max − φ) − m − F in a
/// slab of thickness h with fragments F, along the body, whatever the step, up to X and no further. 400 roundings of 1e-16.
#[test]
fn deposition_fills_to_saturation() {
    let parameters = FibroblastParameters { deposition_rate: 0.02, ..idle() };
    let (activation, heading, start) = (0.8, 0.9, filled());
    let full = start.thickness * (parameters.packing_limit - start.fibrin) - start.mature.density - start.fragments;
    for (steps, hours) in [(1, 1.0), (1, 400.0), (400, 1.0), (100, 100.0)] {
        let after = worked(start, &parameters, (activation, heading), steps, hours);
        let left = (-0.02 * activation * f64::from(steps) * hours / parameters.packing_limit).exp();
        let expected = start.new + FiberMoments::along((full - start.new.density) * (1.0 - left), heading);
        assert!(difference(after.new, expected) < 1e-13, "{steps} steps of {hours} h");
        assert_eq!(after.mature, start.mature);
    }
    let end = worked(start, &parameters, (activation, heading), 100, 100.0);
    let filled = (end.collagen().density + end.fragments) / end.thickness + end.fibrin;
    assert!((filled - parameters.packing_limit).abs() < 1e-13);
    // A site that is already overfull is left as it is.
    let overfull = Site { mature: FiberMoments::isotropic(1.3), ..start };
    assert_eq!(worked(overfull, &parameters, (activation, heading), 1, 100.0), overfull);
}

/// Claim: degradation alone takes `e^{−k_deg a t}` of the new pool and p times less of the mature one and of what is
/// left of the original, all five moments alike; fibrin goes and elastin comes as `e^{−k_f a t}` and `h − (h − e₀) e^{−k_e a t}`
/// in a slab of thickness h.
#[test]
fn degradation_and_the_rest_are_exponential() {
    let parameters =
        FibroblastParameters { degradation_rate: 0.002, fibrin_removal_rate: 0.15, elastin_rate: 2e-5, ..idle() };
    let (activation, start) = (0.7, filled());
    for (steps, hours) in [(1, 200.0), (200, 1.0)] {
        let after = worked(start, &parameters, (activation, 0.3), steps, hours);
        let left = |rate: f64| (-rate * activation * 200.0).exp();
        let mature_left = left(0.002 / parameters.mature_resistance);
        assert!(difference(after.new, start.new * left(0.002)) < 1e-14);
        assert!(difference(after.mature, start.mature * mature_left) < 1e-14);
        assert!((after.original - start.original * mature_left).abs() < 1e-14);
        assert!((after.fibrin - start.fibrin * left(0.15)).abs() < 1e-14);
        let elastin = start.thickness - (start.thickness - start.elastin) * left(2e-5);
        assert!((after.elastin - elastin).abs() < 1e-14);
    }
}

/// New collagen after 200 h of deposition and degradation together, in steps of `hours`; nothing else there.
fn laid_and_cut(hours: f64) -> f64 {
    let parameters = FibroblastParameters { deposition_rate: 0.02, degradation_rate: 0.002, ..idle() };
    worked(Site::default(), &parameters, (1.0, 0.0), (200.0 / hours) as u32, hours).new.density
}

/// Claim: deposition and degradation together solve `dρ/dt = k_dep (1 − ρ/c_max) − k_deg ρ` with an error of first
/// order in the step (degradation acts first): `ρ(t) = ρ_∞ (1 − e^{−Λt})`, Λ = k_dep/c_max + k_deg, `ρ_∞ = k_dep/Λ`.
///
/// One step of h multiplies what is missing by e^{−Λh}, exactly as the solution, towards
/// (1 − e^{−k_dep h/c_max}) c_max/(1 − e^{−Λh}) = ρ_∞ (1 + k_deg h/2 + O(h²)): the relative error is k_deg h/2, 0.3 % in
/// steps of three hours, the longest in which cells act.
#[test]
fn deposition_and_degradation_split_to_first_order() {
    let parameters = one_site().1;
    let total = 0.02 / parameters.packing_limit + 0.002;
    let exact = 0.02 / total * -(-total * 200.0).exp_m1();
    let errors = [8.0, 4.0, 2.0, 1.0].map(|hours| laid_and_cut(hours) / exact - 1.0);
    let orders: Vec<_> = errors.windows(2).map(|pair| (pair[0] / pair[1]).log2()).collect();
    println!("relative errors {errors:.5?} in steps of 8, 4, 2, 1 h: orders {orders:.3?}");
    for (error, hours) in errors.into_iter().zip([8.0, 4.0, 2.0, 1.0]) {
        // The next term is smaller by about Λh, 2 % per hour.
        assert!((error / (0.5 * 0.002 * hours) - 1.0).abs() < 0.02 * hours, "{error} in steps of {hours} h");
    }
    assert!(orders.iter().all(|order| (order - 1.0).abs() < 0.1));
}

/// Source and loss of the collagen content of a healing infarct per hour (Rouillard & Holmes 2012, J Physiol 590:4585, dF/dt =
/// 7.269e-4 − 2.515e-3 F), in a matrix that never fills.
fn infarct() -> FibroblastParameters {
    FibroblastParameters { deposition_rate: 7.269e-4, degradation_rate: 2.515e-3, packing_limit: 1e9, ..idle() }
}

/// Claim: work that is spread evenly reproduces the well-mixed content of the infarct model: 0.0996, 0.165, 0.208 and
/// 0.266 after 7, 14, 21 and 42 days from nothing; 0.121, 0.179, 0.217 and 0.269 from 0.032. The published numbers are
/// rounded to half their last digit; steps of an hour add λ h/2 = 0.13 % of what is laid, first order in h.
#[test]
fn infarct_content_follows_its_published_course() {
    let courses = [
        (0.0, [0.0996, 0.165, 0.208, 0.266], [5e-5, 5e-4, 5e-4, 5e-4]),
        (0.032, [0.121, 0.179, 0.217, 0.269], [5e-4; 4]),
    ];
    for (start, published, rounding) in courses {
        let content = |days: u32, hours: f64| {
            let start = Site { new: FiberMoments::isotropic(start), ..Site::default() };
            worked(start, &infarct(), (1.0, 0.0), (f64::from(24 * days) / hours) as u32, hours).new.density
        };
        for ((days, published), rounding) in [7, 14, 21, 42].into_iter().zip(published).zip(rounding) {
            let left = (-2.515e-3 * 24.0 * f64::from(days)).exp();
            let laid = 7.269e-4 / 2.515e-3 * (1.0 - left);
            let error = |hours: f64| content(days, hours) - laid - start * left;
            assert!((laid + start * left - published).abs() <= 1.02 * rounding, "day {days}: {published}");
            // λh/2 and the next term, λ²h²/12.
            assert!((error(1.0) / (laid * 0.5 * 2.515e-3) - 1.0).abs() < 1e-3, "day {days}: {}", error(1.0));
            let order = (error(2.0) / error(1.0)).log2();
            assert!((order - 1.0).abs() < 0.01, "day {days}: order {order}");
            assert!((content(days, 1.0) - published).abs() <= 1.02 * rounding + 0.0013 * published);
        }
    }
}

/// Claim: sub-regions whose axes are independent and uniform have a mean |cos(θ_a − θ_b)| of 2/π.
///
/// With U = e^{2iθ} uniform, |cos Δ| = 2/π + (4/3π) cos 2Δ − …: pairs that share a region are uncorrelated, since given
/// one axis the mean over the other is always 2/π. The variance of a pair is 1/2 − 4/π², so the mean over n(n − 1)/2 pairs
/// has a standard error of √((1/2 − 4/π²)/(n(n − 1)/2)); four of them over all repetitions.
#[test]
fn independent_axes_are_aligned_by_chance_only() {
    let (regions, repetitions) = (40_u64, 200_u64);
    let alignments = (0..repetitions).map(|repetition| {
        let mut numbers = stream(9, 0, Purpose::User, repetition);
        let mut region = || FiberMoments::one_family(numbers.random(), PI * numbers.random::<f64>(), 0.5);
        local_alignment(&(0..regions).map(|_| region()).collect::<Vec<_>>()).unwrap()
    });
    let mean = alignments.sum::<f64>() / repetitions as f64;
    let pairs = (regions * (regions - 1) / 2 * repetitions) as f64;
    let error = ((0.5 - 4.0 / (PI * PI)) / pairs).sqrt();
    println!("mean |cos| {mean:.5}, 2/π = {:.5}, standard error {error:.1e}", 2.0 / PI);
    assert!((mean - 2.0 / PI).abs() < 4.0 * error);
}
