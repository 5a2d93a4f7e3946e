//! Do cells in skin that moves lie as the movement cue says, and do they keep healthy skin woven?
#[path = "common/headings.rs"]
mod headings;

use dermaweave::cells::fibroblast::{Guidance, TurningCues};
use dermaweave::matrix::bessel_ratio;
use dermaweave::mechanics::{Load, Movement};
use dermaweave::parameters::{MechanicsParameters, Parameters};
use dermaweave::random::{Purpose, stream};
use dermaweave::remodeling::rotate;
use dermaweave::simulation::TICK_HOURS;
use dermaweave::tension::Tension;
use dermaweave::{FiberMoments, Skin};
use headings::*;
use nalgebra::Vector2;
use rayon::prelude::*;
use std::f64::consts::{PI, TAU};

/// Movements: share along the lines, narrowing ν and depth K.
fn movements() -> impl Iterator<Item = MechanicsParameters> {
    [(0.5, 1.0 / 3.0, 1.5), (0.0, 1.0 / 3.0, 3.0), (1.0, 0.5, 1.5), (0.8, 0.0, 6.0), (0.3, 1.0, 2.0)].into_iter().map(
        |(movement_along, lateral_contraction, movement_guidance)| MechanicsParameters {
            movement_along,
            lateral_contraction,
            movement_guidance,
            ..Default::default()
        },
    )
}

/// The potential at an angle from the line, by the strains themselves: skin is stretched along the line by 1 and narrows
/// across by ν for a share of the time, and the other way round for the rest. Normalized by the largest over 10⁴ angles.
fn potential(parameters: &MechanicsParameters) -> impl Fn(f64) -> f64 + Copy {
    let MechanicsParameters { movement_along, lateral_contraction: ratio, movement_guidance, .. } = *parameters;
    let squared = move |angle: f64| {
        let (along, across) = (angle.cos().powi(2), angle.sin().powi(2));
        movement_along * (along - ratio * across).powi(2) + (1.0 - movement_along) * (across - ratio * along).powi(2)
    };
    let largest = (0..10_000).map(|index| squared(PI * f64::from(index) / 10_000.0)).fold(0.0, f64::max);
    move |angle| -movement_guidance * squared(angle) / largest
}

/// Guidance by movement alone about a line at ψ: cos m(θ − ψ) = cos mθ cos mψ + sin mθ sin mψ.
fn guidance(movement: Movement, line: f64) -> Guidance {
    let ((s2, c2), (s4, c4)) = ((2.0 * line).sin_cos(), (4.0 * line).sin_cos());
    let Movement { second, fourth } = movement;
    Guidance::default().with_movement([second * c2, second * s2, fourth * c4, fourth * s4], 1.0)
}

/// Claim: the coefficients of the cue are those of the mean square of the strains, up to a constant: at every angle.
#[test]
fn movement_is_the_mean_square_of_its_strains() {
    for parameters in movements() {
        let (movement, potential) = (Movement::of(&parameters), potential(&parameters));
        let cue = |angle: f64| movement.second * (2.0 * angle).cos() + movement.fourth * (4.0 * angle).cos();
        let constant = potential(0.0) - cue(0.0);
        for index in 0..200 {
            let angle = 0.03 * f64::from(index);
            // The largest is found on 10⁴ angles: exactly, as it lies at 0 or 90°.
            assert!((potential(angle) - cue(angle) - constant).abs() < 1e-12, "{parameters:?} at {angle}");
        }
    }
    // Equal movement both ways: least strain at 45° to the line, whatever ν is.
    let movement = Movement::of(&MechanicsParameters::default());
    assert!(movement.second == 0.0 && movement.fourth < 0.0);
    let none = MechanicsParameters { movement_guidance: 0.0, ..Default::default() };
    assert!(Movement::of(&none).second.abs() + Movement::of(&none).fourth.abs() == 0.0);
}

/// Means of e^{2iθ} and e^{4iθ} under a density exp U by Simpson's rule over 20 001 angles.
fn means(potential: impl Fn(f64) -> f64) -> FiberMoments {
    const PIECES: u32 = 20_000;
    let sum: FiberMoments = (0..=PIECES)
        .map(|piece| {
            let angle = PI * f64::from(piece) / f64::from(PIECES);
            let ends = if piece == 0 || piece == PIECES { 1.0 } else { f64::from(2 + 2 * (piece % 2)) };
            FiberMoments::along(ends * potential(angle).exp(), angle)
        })
        .sum();
    sum * sum.density.recip()
}

fn difference(one: FiberMoments, other: FiberMoments) -> f64 {
    let FiberMoments { c2, s2, c4, s4, .. } = one - other;
    [c2, s2, c4, s4].map(f64::abs).into_iter().fold(0.0, f64::max)
}

/// Claim: the stationary headings are those of the density exp U, to 1e-10; with the fourth order alone z₂ = 0 and
/// z₄ = I₁/I₀ of its coefficient. 48 equally spaced angles leave out harmonics from the 24th on, of less than 1e-10 up to K = 6.
#[test]
fn stationary_headings_are_those_of_the_potential() {
    for parameters in movements() {
        for (line, pull, axis) in [(0.0, 0.0, 0.0), (0.7, 0.0, 0.0), (0.4, 0.9, 1.3), (2.2, 2.5, 0.2)] {
            let mut guidance = guidance(Movement::of(&parameters), line);
            guidance.second[0] += pull * f64::cos(2.0 * axis);
            guidance.second[1] += pull * f64::sin(2.0 * axis);
            // Chemotaxis does not order axes: it is left out.
            guidance.first = [3.0, 1.0];
            let moved = potential(&parameters);
            let expected = means(|angle| moved(angle - line) + pull * (2.0 * (angle - axis)).cos());
            let found = guidance.stationary();
            assert!(difference(found, expected) < 1e-10, "{parameters:?}: {found:?} {expected:?}");
            assert!((found.density - 1.0).abs() < 1e-12);
        }
    }
    let movement = Movement::of(&MechanicsParameters::default());
    let found = guidance(movement, 0.0).stationary();
    let expected = FiberMoments { density: 1.0, c4: -bessel_ratio(1, -movement.fourth), ..FiberMoments::default() };
    assert!(difference(found, expected) < 1e-12, "{found:?}");
}

/// Claim: cells that turn by the rule of courses, once per half an hour, come to lie as that density says: the means of their
/// e^{2iθ} and e^{4iθ} over 24 000 independent cells, each component of a variance of at most 1, to 4.5 standard errors.
#[test]
fn cells_come_to_lie_as_the_potential_says() {
    let spread = rotational_diffusivity() * TICK_HOURS;
    for (seed, parameters) in movements().enumerate() {
        let (line, pull, axis) = (0.5, 0.4, 1.4);
        let mut guidance = guidance(Movement::of(&parameters), line);
        guidance.second[0] += pull * f64::cos(2.0 * axis);
        guidance.second[1] += pull * f64::sin(2.0 * axis);
        let turned = |cell| {
            let mut numbers = stream(seed as u64, 5, Purpose::User, cell);
            let start = TAU * cell as f64 / CELLS as f64;
            (0..ticks_for(24.0)).fold(start, |heading, _| guidance.turn(heading, spread, draw_from(&mut numbers)))
        };
        let headings: Vec<f64> = (0..CELLS).into_par_iter().map(turned).collect();
        let found: FiberMoments =
            headings.iter().map(|heading| FiberMoments::along(1.0 / CELLS as f64, *heading)).sum();
        let moved = potential(&parameters);
        let expected = means(|angle| moved(angle - line) + pull * (2.0 * (angle - axis)).cos());
        let error = (1.0 / CELLS as f64).sqrt();
        assert!(difference(found, expected) < STANDARD_ERRORS * error, "{parameters:?}: {found:?} {expected:?}");
    }
}

/// Fibers after cells that are not contractile have renewed them so many times over: the cells sense the fibers and the strain
/// of their network, lie as their potential says, and lay, while they turn what is there.
fn renewed(mut fibers: FiberMoments, parameters: &Parameters, times: f64) -> FiberMoments {
    const SHARE: f64 = 0.02;
    let fibroblast = &parameters.fibroblast;
    let load = Load::new(&Skin::young().weave(0.0), &parameters.mechanics).under(Tension::default());
    let Movement { second, fourth } = Movement::of(&parameters.mechanics);
    let sensed = 1.0 / (1.0 + fibroblast.guidance_density);
    // Rotation and deposition by one activation: at a rate k_al for the young pool and p times slower for the mature one.
    let turned = SHARE * fibroblast.realignment_rate / fibroblast.mature_resistance / fibroblast.deposition_rate;
    for _ in 0..(times / SHARE) as u32 {
        let strain = load.strain(&fibers, 1.0, &parameters.mechanics);
        let uneven = Vector2::new(strain.cosine, strain.sine) / strain.mean;
        let parallel = Vector2::from(<[f64; 2]>::from(fibers.mean_second())) * (sensed * fibroblast.parallel_guidance);
        let cues =
            TurningCues { chemotaxis: Vector2::zeros(), parallel: parallel + uneven * fibroblast.strain_guidance };
        let guidance = Guidance::new(&cues, fibroblast.rotational_diffusivity);
        let cells = guidance.with_movement([second, 0.0, fourth, 0.0], 1.0);
        let potential = |angle: f64| cells.potential(angle).exp();
        let total: f64 = (0..36).map(|index| potential(PI * f64::from(index) / 36.0)).sum();
        for index in 0..36 {
            let angle = PI * f64::from(index) / 36.0;
            rotate(&mut fibers, &FiberMoments::along(1.0, angle), turned * potential(angle) / total);
        }
        fibers = fibers * (1.0 - SHARE) + cells.stationary() * SHARE;
    }
    fibers
}

/// R and the fourth moment about the line.
fn order(fibers: FiberMoments) -> (f64, f64) {
    (fibers.mean_second().0, fibers.mean_fourth().0)
}

/// Claim: healthy skin under its own load and movement is near a fixed point of what its cells make of it: after ten turnovers R
/// is within 0.1 of that of healthy skin, it lies along the line, and the fourth moment is within 0.15 and that of a weave.
/// Tangles, and parallel fibers along, across and aslant, come to the same skin. Without the movement cue there is no weave.
#[test]
fn healthy_skin_is_a_fixed_point() {
    let parameters = Parameters::default();
    let healthy = Skin::young().weave(0.0);
    let (length, fourth) = order(healthy);
    let settled = renewed(healthy, &parameters, 10.0);
    let (settled_length, settled_fourth) = order(settled);
    println!("R {length:.3} → {settled_length:.3}, z₄ {fourth:.3} → {settled_fourth:.3}");
    assert!((settled_length - length).abs() < 0.1 && settled_length > 0.0, "{settled_length} for {length}");
    assert!((settled_fourth - fourth).abs() < 0.15 && settled_fourth < -0.1, "{settled_fourth} for {fourth}");
    // But for the order in which 36 directions pull, one after another.
    assert!(settled.s2.abs() < 1e-4 && settled.s4.abs() < 1e-4, "the mirrored skin is the same: {settled:?}");
    // Fixed: nothing changes any more, by less than 0.1 % in a turnover.
    assert!(difference(renewed(settled, &parameters, 1.0), settled) < 1e-3);
    for start in [0.0, 0.4, 0.9, 0.5 * PI] {
        let from_scar = renewed(FiberMoments::one_family(1.0, start, 0.7), &parameters, 20.0);
        assert!(difference(from_scar, settled) < 2e-3, "from a scar at {start}: {from_scar:?} {settled:?}");
    }
    assert!(difference(renewed(FiberMoments::isotropic(1.0), &parameters, 20.0), settled) < 2e-3);
    let mut still = parameters;
    still.mechanics.movement_guidance = 0.0;
    let (_, without) = order(renewed(healthy, &still, 10.0));
    assert!(without > 0.5 * settled_fourth, "without movement: {without}");
}
