//! Is the strain of the fiber network that of its fibers, one by one?
//!
//! Stress and strain are set up anew here, as 3 × 3 equations of Cartesian components over some thousand single fibers. Ground
//! substance and the sheet around are fibers in all directions; nothing of the code but the strain itself is used.
use dermaweave::mechanics::{Load, Strain};
use dermaweave::parameters::MechanicsParameters;
use dermaweave::random::{Purpose, stream};
use dermaweave::tension::Tension;
use dermaweave::{FiberMoments, Grid, Length, Skin, Tissue};
use nalgebra::{Matrix3, Vector3};
use rand::RngExt;
use std::f64::consts::{FRAC_PI_2, PI};

/// Round-off of a 3 × 3 solution whose condition is below 100, of numbers up to 10.
const ROUND_OFF: f64 = 1e-12;

/// A fiber: its direction and the load that it bears per strain.
#[derive(Clone, Copy)]
struct Fiber {
    angle: f64,
    stiffness: f64,
}

/// Fibers in all directions, as many as make every moment below the hundredth exact.
fn all_directions(stiffness: impl Fn(f64) -> f64) -> Vec<Fiber> {
    const COUNT: u32 = 500;
    let fiber = |index: u32| {
        let angle = PI * f64::from(index) / f64::from(COUNT);
        Fiber { angle, stiffness: stiffness(angle) / f64::from(COUNT) }
    };
    (0..COUNT).map(fiber).collect()
}

fn moments(fibers: &[Fiber]) -> FiberMoments {
    fibers.iter().map(|fiber| FiberMoments::along(fiber.stiffness, fiber.angle)).sum()
}

/// Stress N of fibers that are strained alike, as Nxx, Nyy, Nxy, per (εxx, εyy, εxy): the sum of k (n·εn) n⊗n.
fn stiffness(fibers: &[Fiber]) -> Matrix3<f64> {
    fibers.iter().fold(Matrix3::zeros(), |sum, Fiber { angle, stiffness }| {
        let (sine, cosine) = angle.sin_cos();
        let strained = Vector3::new(cosine * cosine, sine * sine, 2.0 * cosine * sine);
        let pulled = Vector3::new(cosine * cosine, sine * sine, cosine * sine);
        sum + pulled * strained.transpose() * *stiffness
    })
}

/// The stress of a tension: a trace of 1, and ε of it more along its line than across.
fn stress(Tension { axis, anisotropy, load }: Tension) -> Vector3<f64> {
    let (sine, cosine) = (2.0 * axis).sin_cos();
    Vector3::new(1.0 + anisotropy * cosine, 1.0 - anisotropy * cosine, anisotropy * sine) * (0.5 * load)
}

/// The strain of a window in the middle of a healthy sheet that holds it as a disc of its own would be held, half by itself;
/// relative to the mean strain of healthy skin under the usual load.
fn exact(healthy: &[Fiber], window: &[Fiber], thickness: f64, tension: Tension, ground: f64) -> Strain {
    let even = |amount: f64| stiffness(&all_directions(|_| amount));
    let around = even(0.5 * (1.0 + ground));
    let sheet = stiffness(healthy) + even(ground);
    let of_sheet = |tension: Tension| sheet.lu().solve(&stress(tension)).unwrap();
    let held = stiffness(window) + even(ground * thickness) + around;
    // Healthy fibers lie about the line of tension.
    let strained = of_sheet(tension);
    let strain = held.lu().solve(&(stress(tension) + around * strained)).unwrap();
    let usual = of_sheet(Tension { load: 1.0, ..tension });
    let unit = 0.5 * (usual.x + usual.y);
    Strain {
        mean: 0.5 * (strain.x + strain.y) / unit,
        cosine: 0.5 * (strain.x - strain.y) / unit,
        sine: strain.z / unit,
    }
}

fn difference(one: Strain, other: Strain) -> f64 {
    [one.mean - other.mean, one.cosine - other.cosine, one.sine - other.sine]
        .map(f64::abs)
        .into_iter()
        .fold(0.0, f64::max)
}

/// Two families at ± 41° to a line.
fn weave(axis: f64) -> Vec<Fiber> {
    let family = |angle: f64, middle: f64| (2.11 * (2.0 * (angle - middle)).cos()).exp();
    let sum = all_directions(|angle| family(angle, 0.0)).iter().map(|fiber| fiber.stiffness).sum::<f64>();
    let (one, other) = (axis + 41.0_f64.to_radians(), axis - 41.0_f64.to_radians());
    all_directions(|angle| 0.5 * (family(angle, one) + family(angle, other)) / sum)
}

fn tensions() -> impl Iterator<Item = Tension> {
    [(0.0, 0.14, 1.0), (0.6, 0.33, 1.0), (2.0, 0.8, 0.4), (1.2, 0.0, 3.0)]
        .into_iter()
        .map(|(axis, anisotropy, load)| Tension { axis, anisotropy, load })
}

/// Claim: for any fibers, thickness and tension the strain is that of the single fibers.
#[test]
fn strain_is_that_of_single_fibers() {
    let mut numbers = stream(3, 0, Purpose::User, 0);
    for tension in tensions() {
        for ground in [0.01, 0.1, 0.5] {
            let parameters = MechanicsParameters { ground_stiffness: ground, ..Default::default() };
            let load = Load::new(&moments(&weave(0.0)), &parameters).under(tension);
            for _ in 0..20 {
                let mut random = |largest: f64| largest * numbers.random::<f64>();
                let window: Vec<_> = (0..7).map(|_| Fiber { angle: random(PI), stiffness: random(0.3) }).collect();
                let thickness = random(1.5);
                let found = load.strain(&moments(&window), thickness, &parameters);
                let expected = exact(&weave(tension.axis), &window, thickness, tension, ground);
                assert!(difference(found, expected) < ROUND_OFF, "{tension:?}: {found:?} {expected:?}");
            }
        }
    }
}

/// Claim: healthy skin under its usual load has a mean strain of 1, as much more along the line as its own stiffness makes
/// it, and under another load that many times it.
#[test]
fn healthy_skin_is_strained_by_its_load() {
    let parameters = MechanicsParameters::default();
    let skin = Skin::young();
    for tension in tensions() {
        let load = Load::new(&skin.weave(0.0), &parameters).under(tension);
        let strain = load.strain(&skin.weave(tension.axis), 1.0, &parameters);
        assert!((strain.mean - tension.load).abs() < ROUND_OFF, "{tension:?}: {strain:?}");
        let expected = exact(&weave(tension.axis), &weave(tension.axis), 1.0, tension, parameters.ground_stiffness);
        assert!(difference(strain, expected) < ROUND_OFF, "{tension:?}: {strain:?} {expected:?}");
    }
}

/// Claim: a window of fibers in all directions, in skin of such fibers, is strained by 3/2 (1 + μ)/(A + μh + (1 + μ)/2) of
/// the healthy mean, with a deviator 2ε times that; none at all by 3, however little there is.
#[test]
fn isotropic_windows_follow_their_closed_form() {
    let parameters = MechanicsParameters::default();
    let ground = parameters.ground_stiffness;
    for tension in tensions() {
        let load = Load::new(&FiberMoments::isotropic(1.0), &parameters).under(tension);
        for (amount, thickness) in [(0.0, 0.0), (0.0, 1.0), (1e-9, 1e-9), (0.4, 0.5), (1.0, 1.0), (1.6, 1.3)] {
            let strain = load.strain(&FiberMoments::isotropic(amount), thickness, &parameters);
            let mean = tension.load * 1.5 * (1.0 + ground) / (amount + ground * thickness + 0.5 * (1.0 + ground));
            let (sine, cosine) = (2.0 * tension.axis).sin_cos();
            let deviator = 2.0 * tension.anisotropy * mean;
            let expected = Strain { mean, cosine: deviator * cosine, sine: deviator * sine };
            assert!(difference(strain, expected) < ROUND_OFF, "{strain:?} {expected:?}");
            assert!(strain.mean <= 3.0 * tension.load + ROUND_OFF);
        }
    }
}

/// Claim: one family of parallel fibers of an amount A at an angle φ to the line, in isotropic skin, is strained along itself
/// by 3/2 (1 + μ)(1 + 2ε cos 2φ)/(κ + 3A) with κ = μh + (1 + μ)/2, and what it does not bear strains the window along
/// other directions as if it were empty, but for its narrowing (Sherman and Morrison).
#[test]
fn one_family_follows_its_closed_form() {
    let parameters = MechanicsParameters::default();
    let ground = parameters.ground_stiffness;
    for tension in tensions() {
        let load = Load::new(&FiberMoments::isotropic(1.0), &parameters).under(tension);
        for (amount, thickness, angle) in [(0.5, 0.5, 0.0), (1.0, 1.0, 0.4), (2.0, 1.0, 1.3), (0.0, 0.2, 2.0)] {
            let strain = load.strain(&FiberMoments::along(amount, angle), thickness, &parameters);
            let around = ground * thickness + 0.5 * (1.0 + ground);
            let of_load = tension.load * 1.5 * (1.0 + ground);
            let pulled = |angle: f64| of_load * (1.0 + 2.0 * tension.anisotropy * (2.0 * (angle - tension.axis)).cos());
            let along = pulled(angle) / (around + 3.0 * amount);
            assert!((strain.along(angle) - along).abs() < ROUND_OFF, "{strain:?} {along}");
            for other in [0.0, 0.5, FRAC_PI_2, 2.2] {
                // Fibers that bear a stress s along φ take s (1 + 2 cos 2(θ − φ))/κ of the strain along θ away.
                let borne = amount * along * (1.0 + 2.0 * (2.0 * (other - angle)).cos());
                assert!((strain.along(other) - (pulled(other) - borne) / around).abs() < ROUND_OFF);
            }
        }
    }
}

/// Claim: windows are means over whole sites: where two halves of a window differ, its strain is that of both together, of
/// young collagen by as much as it bears; it is the same under one tension and under one that is given place by place.
#[test]
fn windows_are_strained_as_a_whole() {
    let side = Length::micrometers(400.0);
    let grid = Grid::new(side, side, Length::micrometers(10.0)).unwrap();
    let tension = Tension { axis: 0.4, anisotropy: 0.3, load: 0.7 };
    let skin = Skin { tension, ..Skin::young() };
    let even = Tissue::new(grid, &skin).unwrap();
    let varying = Tissue::new(grid, &skin).unwrap().with_tension(|_, _| tension).unwrap();
    let (young, old) = (FiberMoments::along(0.6, 0.2), FiberMoments::along(0.8, 1.9));
    let parameters = MechanicsParameters::default();
    let fibers = young * (0.5 * parameters.young_stiffness) + old * 0.5;
    let expected = Load::new(&skin.weave(0.0), &parameters).under(tension).strain(&fibers, 0.75, &parameters);
    for tissue in [even, varying] {
        let change = move |tissue: &mut Tissue, _: dermaweave::simulation::Clock, _: f64| {
            let columns = tissue.grid().columns();
            for (index, site) in tissue.matrix_mut().sites_mut().iter_mut().enumerate() {
                let is_left = (index % columns).is_multiple_of(2);
                site.new = if is_left { young } else { FiberMoments::default() };
                site.mature = if is_left { FiberMoments::default() } else { old };
                site.thickness = if is_left { 0.5 } else { 1.0 };
            }
        };
        let rule = dermaweave::simulation::after_step("halves", change);
        let protocol = dermaweave::Protocol::untreated(dermaweave::Time::days(2.0));
        let mut simulation = dermaweave::Simulation::builder(tissue).protocol(protocol).rule(rule).build().unwrap();
        simulation.run().unwrap();
        let mechanics = simulation.tissue().mechanics();
        for (x, y) in [(50.0, 50.0), (200.0, 130.0), (390.0, 10.0)] {
            let found = mechanics.strain_at(x, y);
            assert!(difference(found, expected) < ROUND_OFF, "{found:?} {expected:?}");
        }
        // (0.6 + 0.8)/2 of collagen: 1.2 and 0.8 of what the slab holds.
        assert!(mechanics.filling().values().iter().all(|filling| (filling - 1.0).abs() < ROUND_OFF));
    }
}
