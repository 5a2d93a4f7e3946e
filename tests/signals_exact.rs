//! Are signals exact: in time to round-off, in space to the stated second order?
use dermaweave::grid::disc_square_overlap;
use dermaweave::parameters::SignalParameters;
use dermaweave::random::{Purpose, stream};
use dermaweave::signals::Sources;
use dermaweave::{Boundary, ExactDiffusion, Field, Grid, Length, Signal, Signals};
use rand::RngExt;
use std::f64::consts::TAU;

/// TGF-β by default: diffusivity in µm²/h and decay rate in 1/h.
const DIFFUSIVITY: f64 = 12_200.0;
const DECAY_RATE: f64 = 0.35;
const BOUNDARIES: [Boundary; 2] = [Boundary::Closed, Boundary::Periodic];

/// A transform of n numbers keeps about log₂ n ≤ 24 rounding errors of 1e-16 of the largest.
const ROUND_OFF: f64 = 1e-13;

fn grid(width: f64, height: f64, spacing: f64, boundary: Boundary) -> Grid {
    let length = Length::micrometers;
    Grid::new(length(width), length(height), length(spacing)).unwrap().with_boundary(boundary)
}

fn advanced(level: &Field, source: &Field, (diffusivity, decay_rate, hours): (f64, f64, f64)) -> Field {
    let mut level = level.clone();
    ExactDiffusion::new(&level.grid().clone()).advance(&mut level, source, diffusivity, decay_rate, hours);
    level
}

fn no_source(level: &Field) -> Field {
    Field::uniform(*level.grid(), 0.0)
}

fn largest_difference(one: &Field, other: &Field) -> f64 {
    one.values().iter().zip(other.values()).map(|(one, other)| (one - other).abs()).fold(0.0, f64::max)
}

/// Rough on purpose: most sites are empty, some hold up to `height`.
fn rough(grid: Grid, height: f64, seed: u64) -> Field {
    let mut field = Field::uniform(grid, 0.0);
    for (site, value) in field.values_mut().iter_mut().enumerate() {
        let mut numbers = stream(seed, 0, Purpose::User, site as u64);
        if numbers.random::<f64>() < 0.1 {
            *value = height * numbers.random::<f64>();
        }
    }
    field
}

/// A Gaussian in a field of the given extent, written as the sum over its images.
struct Gaussian {
    extent: f64,
    center: (f64, f64),
    boundary: Boundary,
}

impl Gaussian {
    /// Images that are farther than 3 fields away lie beyond 12 standard deviations.
    fn along(&self, position: f64, center: f64, variance: f64) -> f64 {
        let bell = |distance: f64| (-distance * distance / (2.0 * variance)).exp();
        let image = |period: i32| match self.boundary {
            Boundary::Closed => {
                let shift = 2.0 * f64::from(period) * self.extent;
                bell(position - center + shift) + bell(position + center + shift)
            }
            Boundary::Periodic => bell(position - center + f64::from(period) * self.extent),
        };
        (-3..=3).map(image).sum::<f64>() / variance.sqrt()
    }

    fn field(&self, grid: Grid, variance: f64) -> Field {
        let line = |center: f64| {
            let position = |index: usize| (index as f64 + 0.5) * grid.spacing();
            (0..grid.columns()).map(|index| self.along(position(index), center, variance)).collect::<Vec<_>>()
        };
        let (along_x, along_y) = (line(self.center.0), line(self.center.1));
        let index = |position: f64| (position / grid.spacing()) as usize;
        Field::from_fn(grid, |x, y| along_x[index(x)] * along_y[index(y)])
    }

    /// Largest error after `hours`, relative to the peak: against variance s² + 2Dt and decay e^{−λt}.
    fn error(&self, spacing: f64, start_variance: f64, hours: f64) -> f64 {
        let grid = grid(self.extent, self.extent, spacing, self.boundary);
        let start = self.field(grid, start_variance);
        let spread = advanced(&start, &no_source(&start), (DIFFUSIVITY, DECAY_RATE, hours));
        let mut expected = self.field(grid, start_variance + 2.0 * DIFFUSIVITY * hours);
        let left = (-DECAY_RATE * hours).exp();
        expected.values_mut().iter_mut().for_each(|value| *value *= left);
        largest_difference(&spread, &expected) / expected.maximum()
    }
}

/// Claim: a Gaussian spreads with variance σ² = s² + 2Dt and decays with e^{−λt}, to 1e-6 of its peak
/// on a resolved grid.
///
/// The five-point Laplacian adds (h²/12)(∂⁴/∂x⁴ + ∂⁴/∂y⁴) c to the rate, which after t is
/// Dt h²/12 × 6 c/σ⁴ at the peak. Here s = 600 µm, h = 2 µm, t = 24 h: 6.5e-7.
#[test]
fn a_gaussian_spreads_to_one_part_in_a_million() {
    let (start_variance, hours, spacing) = (600.0 * 600.0, 24.0, 2.0);
    let gaussian = Gaussian { extent: 4096.0, center: (2048.0, 2048.0), boundary: Boundary::Closed };
    let error = gaussian.error(spacing, start_variance, hours);
    let variance = start_variance + 2.0 * DIFFUSIVITY * hours;
    let predicted = DIFFUSIVITY * hours * spacing * spacing / (2.0 * variance * variance);
    println!("error {error:.3e}, predicted {predicted:.3e}");
    assert!(error < 1e-6);
    // The images, 4.2 σ away on each side, add 2 × 208 e^{−4.2²/2}/3 = 2 % to the fourth derivatives.
    assert!((error / predicted - 1.0).abs() < 0.03);
}

/// Claim: halving h divides the error by 4, wherever the Gaussian lies and whatever the edge.
///
/// Next order: (h/σ)²/8 ≈ 1 % at the coarsest spacing; finding the largest error at centers that do
/// not coincide costs as much.
#[test]
fn errors_in_space_are_of_second_order() {
    for boundary in BOUNDARIES {
        let gaussian = Gaussian { extent: 1280.0, center: (400.0, 713.0), boundary };
        let error = |spacing: f64| gaussian.error(spacing, 120.0 * 120.0, 1.0);
        let errors = [20.0, 10.0, 5.0].map(error);
        println!("{boundary:?}: {errors:?}");
        for pair in errors.windows(2) {
            assert!((pair[0] / pair[1] / 4.0 - 1.0).abs() < 0.05, "{boundary:?}: {errors:?}");
        }
    }
}

/// Claim: decay alone is exact: every site keeps its pattern and loses e^{−λt}.
#[test]
fn decay_alone_is_exact() {
    for boundary in BOUNDARIES {
        let start = rough(grid(640.0, 420.0, 20.0, boundary), 3.0, 1);
        for hours in [0.5, 24.0] {
            let mut expected = start.clone();
            expected.values_mut().iter_mut().for_each(|value| *value *= (-DECAY_RATE * hours).exp());
            let decayed = advanced(&start, &no_source(&start), (0.0, DECAY_RATE, hours));
            assert!(largest_difference(&decayed, &expected) < ROUND_OFF * expected.maximum(), "{boundary:?}");
        }
    }
}

/// Wave numbers along x and y of a pattern that fits into the field.
fn wave_numbers(grid: &Grid, waves: (f64, f64)) -> (f64, f64) {
    (TAU * waves.0 / grid.width(), TAU * waves.1 / grid.height())
}

/// Error of the steady state under s cos kx cos qy, relative to its amplitude, against
/// s/(λ + D(k² + q²)) with the squared wave numbers seen through `squared`.
fn steady_error(grid: Grid, waves: (f64, f64), squared: impl Fn(f64) -> f64) -> f64 {
    let (k, q) = wave_numbers(&grid, waves);
    let source = Field::from_fn(grid, |x, y| 2.0 * (k * x).cos() * (q * y).cos());
    // e^{−λt} = 0 after 1e4 hours.
    let steady = advanced(&no_source(&source), &source, (DIFFUSIVITY, DECAY_RATE, 1e4));
    let gain = 1.0 / (DECAY_RATE + DIFFUSIVITY * (squared(k) + squared(q)));
    let mut expected = source;
    expected.values_mut().iter_mut().for_each(|value| *value *= gain);
    largest_difference(&steady, &expected) / (2.0 * gain)
}

/// Claim: a cosine source holds the level s/(λ + D(k² + q²)), to 1e-6 on a resolved grid.
///
/// The five-point Laplacian lowers k² by k⁴h²/12, so the level is off by
/// D (k⁴ + q⁴) h²/12/(λ + D(k² + q²)), here 2e-8 and 3.4e-7.
#[test]
fn a_cosine_source_holds_the_level_that_decay_and_diffusion_allow() {
    for (boundary, waves) in [(Boundary::Closed, (0.5, 0.5)), (Boundary::Periodic, (1.0, 1.0))] {
        let grid = grid(5200.0, 4000.0, 4.0, boundary);
        let (k, q) = wave_numbers(&grid, waves);
        let rate = DECAY_RATE + DIFFUSIVITY * (k * k + q * q);
        let predicted = DIFFUSIVITY * (k.powi(4) + q.powi(4)) * grid.site_area() / 12.0 / rate;
        let error = steady_error(grid, waves, |k| k * k);
        println!("{boundary:?}: {error:.3e}, predicted {predicted:.3e}");
        assert!(error < 1e-6 && (error / predicted - 1.0).abs() < 0.01, "{boundary:?}: {error} {predicted}");
    }
}

/// Claim: on the grid's own terms, k² = (2/h sin(kh/2))², the steady state is exact, even for waves
/// of a few sites.
#[test]
fn steady_levels_equal_those_of_the_five_point_laplacian() {
    for (boundary, waves) in [(Boundary::Closed, (5.5, 3.0)), (Boundary::Periodic, (5.0, 3.0))] {
        let grid = grid(640.0, 420.0, 20.0, boundary);
        let error = steady_error(grid, waves, |k| (2.0 / 20.0 * (10.0 * k).sin()).powi(2));
        assert!(error < 10.0 * ROUND_OFF, "{boundary:?}: {error}");
    }
}

/// `I_n(x) = Σ (x/2)^{2j+n}/(j! (j+n)!)`, all terms positive.
fn bessel_i(order: u32, x: f64) -> f64 {
    let half = 0.5 * x;
    let first = (1..=order).fold(1.0, |term, index| term * half / f64::from(index));
    let next = |term: &f64, index: u32| term * half * half / f64::from(index) / f64::from(index + order);
    (1..80).scan(first, |term, index| Some(std::mem::replace(term, next(term, index)))).sum()
}

/// `K_n(x) = ∫₀^∞ e^{−x cosh t} cosh nt dt`; the trapezoidal rule converges geometrically, and
/// at t = 8 nothing is left.
fn bessel_k(order: u32, x: f64) -> f64 {
    let step = 0.1;
    let term = |t: f64| (-x * t.cosh()).exp() * (f64::from(order) * t).cosh();
    step * (0.5 * term(0.0) + (1..80).map(|index| term(step * f64::from(index))).sum::<f64>())
}

/// The functions above have the tabulated values (DLMF 10) and the Wronskian I₀K₁ + I₁K₀ = 1/x.
#[test]
fn bessel_functions_have_their_known_values() {
    let table = [
        (bessel_i(0, 1.0), 1.266_065_877_752_008_4),
        (bessel_i(1, 1.0), 0.565_159_103_992_485_1),
        (bessel_k(0, 1.0), 0.421_024_438_240_708_34),
        (bessel_k(1, 1.0), 0.601_907_230_197_234_6),
    ];
    assert!(table.iter().all(|(value, known)| (value / known - 1.0).abs() < 1e-14));
    for x in [0.1, 2.0, 9.0, 25.0] {
        let wronskian = bessel_i(0, x) * bessel_k(1, x) + bessel_i(1, x) * bessel_k(0, x);
        assert!((x * wronskian - 1.0).abs() < 1e-13, "{x}");
    }
}

/// Level around a disc of radius 113 µm in which as much is released as decays at level 1, for
/// κ = √(λ/D) = 0.0791 /µm.
struct Disc {
    center: (f64, f64),
}

impl Disc {
    const RADIUS: f64 = 113.0;
    const KAPPA: f64 = 0.0791;
    const SIDE: f64 = 440.0;

    /// Closed form in an infinite plane.
    fn level(distance: f64) -> f64 {
        let (rim, here) = (Self::KAPPA * Self::RADIUS, Self::KAPPA * distance);
        if distance < Self::RADIUS {
            1.0 - rim * bessel_k(1, rim) * bessel_i(0, here)
        } else {
            rim * bessel_i(1, rim) * bessel_k(0, here)
        }
    }

    /// Largest and mean squared error at sites of the given side. The decay rate is 1/h, and e^{−1e4} = 0.
    fn errors(&self, spacing: f64, boundary: Boundary) -> (f64, f64) {
        let grid = grid(Self::SIDE, Self::SIDE, spacing, boundary);
        let (x, y) = self.center;
        let source = Field::from_fn(grid, |site_x, site_y| {
            let (left, bottom) = (site_x - 0.5 * spacing, site_y - 0.5 * spacing);
            disc_square_overlap(x, y, Self::RADIUS, left, bottom, spacing) / grid.site_area()
        });
        let steady = advanced(&no_source(&source), &source, (Self::KAPPA.powi(-2), 1.0, 1e4));
        let expected = Field::from_fn(grid, |site_x, site_y| Self::level((site_x - x).hypot(site_y - y)));
        let squares = steady.values().iter().zip(expected.values()).map(|(value, expected)| (value - expected).powi(2));
        (largest_difference(&steady, &expected), squares.sum::<f64>() / grid.sites() as f64)
    }
}

/// Largest error over several discs, and root mean square error over all.
fn disc_errors(spacing: f64, boundary: Boundary) -> (f64, f64) {
    let errors: Vec<_> = (0..8)
        .map(|index| {
            let offset = |ratio: f64| 10.0 * (f64::from(index) * ratio).fract();
            // Steps of the plastic number spread the centers evenly over a site of 10 µm.
            let center = (215.0 + offset(0.754_877_666), 215.0 + offset(0.569_840_291));
            Disc { center }.errors(spacing, boundary)
        })
        .collect();
    let largest = errors.iter().map(|error| error.0).fold(0.0, f64::max);
    (largest, (errors.iter().map(|error| error.1).sum::<f64>() / errors.len() as f64).sqrt())
}

/// Claim: a disc in the middle of a field of 2.5 µm sites has the closed form to 2e-3.
/// At the edge of the field, 107 µm away, the level and its images are below 2e-4.
#[test]
fn a_releasing_disc_has_the_bessel_profile() {
    for boundary in BOUNDARIES {
        let (largest, _) = Disc { center: (220.0, 220.0) }.errors(2.5, boundary);
        println!("{boundary:?}: {largest:.2e}");
        assert!(largest < 2e-3, "{boundary:?}: {largest}");
    }
}

/// Claim: wherever the disc lies, the error is of second order and below κ²h² (1/16 + 1/(48 e)).
///
/// A site of which a share f releases does so from its center, not from the center of that share: a
/// dipole that shifts the level beside a straight rim by κ²h² f(1 − f)/4 ≤ κ²h²/16. The five-point
/// Laplacian narrows κ to κ (1 − κ²h²/24), which shifts e^{−κd}/2 by at most κ²h²/(48 e).
///
/// The share f is different at each spacing, so the order shows only in the mean square over discs.
/// Relative to it the next order is about κ²h²/4: 16, 4 and 1 % at 10, 5 and 2.5 µm, or 0.17 and
/// 0.04 in the observed orders; the mean over eight discs adds about 0.1.
#[test]
fn the_error_around_a_disc_is_of_second_order() {
    for boundary in BOUNDARIES {
        let spacings = [10.0, 5.0, 2.5];
        let errors = spacings.map(|spacing| disc_errors(spacing, boundary));
        let order = |finer: usize| (errors[finer - 1].1 / errors[finer].1).log2();
        println!("{boundary:?}: (largest, root mean square) {errors:?}, orders {:.3} and {:.3}", order(1), order(2));
        assert!((order(1) - 2.0).abs() < 0.27 && (order(2) - 2.0).abs() < 0.14, "{boundary:?}: {errors:?}");
        for (spacing, (largest, _)) in spacings.into_iter().zip(errors) {
            let bound = (Disc::KAPPA * spacing).powi(2) * (1.0 / 16.0 + 1.0 / (48.0 * 1.0_f64.exp()));
            assert!(largest < bound, "{boundary:?} {spacing}: {largest} {bound}");
        }
    }
}

/// Claim: a step of a day equals 48 of half an hour under a constant source.
/// Round-off of 48 steps adds up to at most 48 × 1e-14 of the largest level.
#[test]
fn one_long_step_equals_many_short_ones() {
    for boundary in BOUNDARIES {
        let grid = grid(640.0, 420.0, 20.0, boundary);
        let (start, source) = (rough(grid, 5.0, 2), rough(grid, 1.0, 3));
        let once = advanced(&start, &source, (DIFFUSIVITY, DECAY_RATE, 24.0));
        let often = (0..48).fold(start, |level, _| advanced(&level, &source, (DIFFUSIVITY, DECAY_RATE, 0.5)));
        assert!(largest_difference(&once, &often) < 1e-12 * once.maximum(), "{boundary:?}");
    }
}

/// Claim: diffusion neither makes nor loses anything: d(total)/dt = source − λ total.
#[test]
fn totals_balance() {
    for boundary in BOUNDARIES {
        let grid = grid(660.0, 420.0, 20.0, boundary);
        let (start, source) = (rough(grid, 5.0, 4), rough(grid, 1.0, 5));
        for (decay_rate, hours) in [(DECAY_RATE, 0.5), (DECAY_RATE, 24.0), (1e-3, 24.0), (0.0, 24.0)] {
            let total = advanced(&start, &source, (DIFFUSIVITY, decay_rate, hours)).total();
            let elapsed = decay_rate * hours;
            let released = if elapsed > 0.0 { -(-elapsed).exp_m1() / decay_rate } else { hours };
            let expected = start.total() * (-elapsed).exp() + source.total() * released;
            assert!(
                (total / expected - 1.0).abs() < 1e-12,
                "{boundary:?} λ {decay_rate} t {hours}: {total} {expected}"
            );
        }
    }
}

/// Claim: however rough sources and levels are, no level falls below zero by more than round-off.
#[test]
fn levels_stay_positive() {
    for boundary in BOUNDARIES {
        let grid = grid(640.0, 420.0, 20.0, boundary);
        for seed in 0..20 {
            let (start, source) = (rough(grid, 5.0, 100 + seed), rough(grid, 1e3, 200 + seed));
            for (diffusivity, hours) in [(100.0, 0.01), (1_200.0, 0.5), (DIFFUSIVITY, 0.5), (40_000.0, 24.0)] {
                let level = advanced(&start, &source, (diffusivity, 0.036, hours));
                let lowest = level.values().iter().copied().fold(f64::INFINITY, f64::min);
                assert!(lowest > -ROUND_OFF * level.maximum(), "{boundary:?} {seed} {diffusivity}: {lowest}");
            }
        }
    }
}

/// The field after the picture has turned by 90° counterclockwise: the sides change places.
fn turned(field: &Field) -> Field {
    let before = field.grid();
    let after = grid(before.height(), before.width(), before.spacing(), before.boundary());
    Field::from_fn(after, |x, y| field.values()[before.site_at(y, before.height() - x)])
}

/// The field in a mirror that lies along x.
fn mirrored(field: &Field) -> Field {
    let grid = *field.grid();
    Field::from_fn(grid, |x, y| field.values()[grid.site_at(x, grid.height() - y)])
}

/// Claim: no direction is special: turning or mirroring the picture and advancing commute.
#[test]
fn turning_and_mirroring_commute_with_a_step() {
    for boundary in BOUNDARIES {
        let grid = grid(700.0, 420.0, 20.0, boundary);
        let (start, source) = (rough(grid, 5.0, 6), rough(grid, 1.0, 7));
        let step = |level: &Field, source: &Field| advanced(level, source, (DIFFUSIVITY, DECAY_RATE, 0.5));
        let after = step(&start, &source);
        for (name, change) in [("turned", turned as fn(&Field) -> Field), ("mirrored", mirrored)] {
            let difference = largest_difference(&step(&change(&start), &change(&source)), &change(&after));
            assert!(difference < ROUND_OFF * after.maximum(), "{boundary:?} {name}: {difference}");
            // The comparison means something only if the pictures differ.
            assert!(change(&after).grid() != after.grid() || largest_difference(&change(&after), &after) > 1e-3);
        }
    }
}

/// Claim: all signals advance together, each with its own rates.
#[test]
fn every_signal_has_its_own_rates() {
    let grid = grid(640.0, 420.0, 20.0, Boundary::Closed);
    let parameters = SignalParameters::default();
    let (mut levels, mut sources) = (Signals::at_rest(grid), Sources::none(grid));
    for (seed, signal) in Signal::ALL.into_iter().enumerate() {
        levels[signal] = rough(grid, 5.0, 300 + seed as u64);
        sources[signal] = rough(grid, 1.0, 400 + seed as u64);
    }
    let stated = [
        (Signal::TgfBeta, parameters.tgf_beta_diffusivity, parameters.tgf_beta_decay_rate),
        (Signal::Pdgf, parameters.pdgf_diffusivity, parameters.pdgf_decay_rate),
        (Signal::Inflammation, parameters.inflammation_diffusivity, parameters.inflammation_decay_rate),
        (Signal::Mmp, parameters.mmp_diffusivity, parameters.mmp_decay_rate),
    ];
    let start = levels.clone();
    levels.advance(&sources, &ExactDiffusion::new(&grid), &parameters, 1.0);
    for (signal, diffusivity, decay_rate) in stated {
        let expected = advanced(&start[signal], &sources[signal], (diffusivity, decay_rate, 1.0));
        assert_eq!(levels[signal], expected, "{signal:?}");
    }
}

/// Claim: a signal that is set to rest loses no more than the rest level, and a source that can hold
/// it above the rest level keeps it from being set to rest.
#[test]
fn setting_to_rest_is_off_by_no_more_than_the_rest_level() {
    let grid = grid(640.0, 420.0, 20.0, Boundary::Closed);
    let parameters = SignalParameters::default();
    for factor in [0.5, 0.99, 1.01, 2.0] {
        let (mut levels, mut sources) = (Signals::at_rest(grid), Sources::none(grid));
        let rate = factor * parameters.rest_level * parameters.mmp_decay_rate;
        sources[Signal::Mmp] = Field::uniform(grid, rate);
        for _ in 0..100 {
            levels.advance(&sources, &ExactDiffusion::new(&grid), &parameters, 10.0);
        }
        let held = rate / parameters.mmp_decay_rate;
        assert!((levels[Signal::Mmp].maximum() - held).abs() <= parameters.rest_level * (1.0 - 1e-12));
        assert_eq!(levels[Signal::Mmp].maximum() > 0.0, factor > 1.0, "{factor}");
    }
}
