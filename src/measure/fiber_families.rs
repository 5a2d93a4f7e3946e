//! The fibers of a window as at most two families, the form in which tissue mechanics takes them.
use super::goh_dispersion;
use crate::elementary::length;
use crate::matrix::{FiberMoments, bessel_ratio_pair, concentration};
use serde::{Deserialize, Serialize};

/// Largest concentration: families sharper than this, 0.003° wide, count as parallel.
const SHARPEST: f64 = 1e8;
/// Length below which a moment has no axis.
const NO_AXIS: f64 = 1e-12;

/// One family of fibers.
///
/// ```
/// use dermaweave::FiberMoments;
/// use dermaweave::measure::{FiberFamilies, FiberFamily};
/// let scar = FiberFamilies::from_moments(&FiberMoments::one_family(1.0, 0.3, 0.7));
/// let FiberFamily { angle, share } = scar.families[0];
/// assert!((angle - 0.3).abs() < 1e-6 && (0.0..=1.0).contains(&share));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct FiberFamily {
    /// Mean direction in radians from x.
    pub angle: f64,
    /// Share of all fibers; the shares of both families add up to 1.
    pub share: f64,
}

/// At most two families of axial von Mises form exp(b cos 2(θ − angle)) with a common b.
///
/// A single family is two with the same angle, or one with the share 1.
///
/// ```
/// use dermaweave::{FiberMoments, measure::FiberFamilies};
/// let weave = FiberMoments::two_families(1.0, 0.0, 41.0_f64.to_radians(), 2.11);
/// let found = FiberFamilies::from_moments(&weave);
/// assert!((found.families[0].angle.to_degrees() - 41.0).abs() < 1e-6);
/// assert!((found.concentration - 2.11).abs() < 1e-6 && (found.dispersion - 0.1403).abs() < 1e-4);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct FiberFamilies {
    /// Concentration b of each family: 0 all directions alike, at most 10⁸.
    pub concentration: f64,
    /// GOH dispersion κ of each family, see [`goh_dispersion`].
    pub dispersion: f64,
    /// The families.
    pub families: [FiberFamily; 2],
}

impl FiberFamilies {
    /// The families that have both moments of the fibers.
    ///
    /// The moments of two families are those of two directions, z₂/r₁ and z₄/r₂ with rₙ = Iₙ(b)/I₀(b),
    /// and lie on the boundary of what directions can have. One b puts them there:
    /// |z₄/r₂ − z₂²/r₁²| = 1 − |z₂|²/r₁². In the frame of the mean axis, p = |z₂|/r₁, q = z₄/r₂ and
    /// e^{iτ} = −(q − p²)/|q − p²|, the families lie at τ/4 ± δ/2, cos δ = p cos(τ/2), with shares
    /// (1 ∓ p sin(τ/2)/sin δ)/2. Moments symmetric about the mean axis give two equal families on both
    /// sides of it, or unequal ones along and across it. Without a second moment the frame is that of
    /// the fourth, without either b = 0. Moments that no fibers can have are moved to the nearest that
    /// they can; b ends at 10⁸, where moments are met to 10⁻⁷. Moments that are not finite give NaN
    /// throughout.
    #[must_use]
    pub fn from_moments(fibers: &FiberMoments) -> Self {
        let (axis, second, fourth) = about_mean_axis(fibers);
        let FiberMoments { density, c2, s2, c4, s4 } = *fibers;
        if ![density, c2, s2, c4, s4, axis, fourth[0], fourth[1]].iter().all(|number| number.is_finite()) {
            let undefined = FiberFamily { angle: f64::NAN, share: f64::NAN };
            return Self { concentration: f64::NAN, dispersion: f64::NAN, families: [undefined; 2] };
        }
        let excess = |b| boundary_excess(second, fourth, b);
        let estimated = estimate(second, fourth);
        let b = estimated.and_then(|b| refine_concentration(b, excess)).unwrap_or_else(|| {
            let least = concentration_of(second).min(SHARPEST);
            solve_concentration(least, estimated, excess)
        });
        two_families(axis, second, fourth, b)
    }
}

/// Mean axis ψ, R = |z₂| and z₄ e^{−4iψ}, moved into the range that fibers can have.
fn about_mean_axis(fibers: &FiberMoments) -> (f64, f64, [f64; 2]) {
    let ((c2, s2), (c4, s4)) = (fibers.mean_second(), fibers.mean_fourth());
    let length = c2.hypot(s2);
    if length < NO_AXIS {
        return (0.25 * s4.atan2(c4), 0.0, [c4.hypot(s4).min(1.0), 0.0]);
    }
    let (cosine, sine) = (c2 / length, s2 / length);
    let (cosine, sine) = (cosine * cosine - sine * sine, 2.0 * cosine * sine);
    let second = length.min(1.0);
    let square = second * second;
    let from_square = [c4 * cosine + s4 * sine - square, s4 * cosine - c4 * sine];
    let shrink = ((1.0 - square) / from_square[0].hypot(from_square[1])).min(1.0);
    // A quotient 0/0 is taken for 1 by `min`: nothing is left to shrink.
    (0.5 * s2.atan2(c2), second, [square + shrink * from_square[0], shrink * from_square[1]])
}

/// About the b that puts the moments on the boundary, if there is one.
///
/// With r₂ ≈ r₁²/(2 − r₁²), |z₄/r₂ − z₂²/r₁²| = 1 − |z₂|²/r₁² is a quadratic equation for y = r₁²,
/// |z₄ (2 − y) − R²|² = (y − R²)²; and b ≈ r₁ (2 − y)/(1 − y).
fn estimate(second: f64, [real, imaginary]: [f64; 2]) -> Option<f64> {
    let square = second * second;
    let (constant_real, constant_imaginary) = (2.0 * real - square, 2.0 * imaginary);
    let quadratic = 1.0 - real * real - imaginary * imaginary;
    let half_linear = square - constant_real * real - constant_imaginary * imaginary;
    let constant = constant_real * constant_real + constant_imaginary * constant_imaginary - square * square;
    let y = (half_linear + (half_linear * half_linear + quadratic * constant).sqrt()) / quadratic;
    // Undefined roots are in no range.
    (square.max(1e-6)..1.0).contains(&y).then(|| y.sqrt() * (2.0 - y) / (1.0 - y))
}

/// r₂ times |q − p²| − (1 − p²), which falls from the single family on, and its slope in b.
fn boundary_excess(second: f64, fourth: [f64; 2], b: f64) -> (f64, f64) {
    let ratios = Ratios::of(b);
    let square = if ratios.first > 0.0 { (second / ratios.first).powi(2) } else { 1.0 };
    let center = ratios.second * square;
    let center_slope = square * (ratios.second_slope - 2.0 * ratios.second * ratios.first_slope / ratios.first);
    let (real, imaginary) = (fourth[0] - center, fourth[1]);
    let radius = length(real, imaginary);
    let value = radius - (ratios.second - center);
    (value, -real / radius * center_slope - ratios.second_slope + center_slope)
}

/// Two families with concentration b and the given moments about their mean axis.
fn two_families(axis: f64, second: f64, fourth: [f64; 2], b: f64) -> FiberFamilies {
    let [r1, r2] = bessel_ratio_pair(b);
    let p = if second > 0.0 { (second / r1).min(1.0) } else { 0.0 };
    // r₂ (p² − q), of length r₂ (1 − p²); a single family has none, and τ = 0 will do.
    let (real, imaginary) = (r2 * p * p - fourth[0], -fourth[1]);
    let half_turn = if length(real, imaginary) > NO_AXIS { 0.5 * imaginary.atan2(real) } else { 0.0 };
    let (sine, cosine) = half_turn.sin_cos();
    let opening = (p * cosine).acos();
    let excess = if opening > 0.0 { (p * sine / opening.sin()).clamp(-1.0, 1.0) } else { 0.0 };
    let family = |side: f64| FiberFamily {
        angle: axis + 0.5 * (half_turn + side * opening),
        share: 0.5 * (1.0 - side * excess),
    };
    FiberFamilies { concentration: b, dispersion: goh_dispersion(b), families: [family(1.0), family(-1.0)] }
}

/// r₁(b), r₂(b) and their slopes.
struct Ratios {
    first: f64,
    second: f64,
    first_slope: f64,
    second_slope: f64,
}

impl Ratios {
    /// rₙ' = (rₙ₋₁ + rₙ₊₁)/2 − rₙ r₁ (DLMF 10.29.1); r₃ = r₁ − 4 r₂/b.
    fn of(b: f64) -> Self {
        let [first, second] = bessel_ratio_pair(b);
        let third = if b > 0.0 { first - 4.0 * second / b } else { 0.0 };
        let first_slope = 0.5 * (1.0 + second) - first * first;
        Self { first, second, first_slope, second_slope: 0.5 * (first + third) - second * first }
    }
}

/// Resultant lengths for which [`concentration`] has no series and the pair of ratios has.
const BLUNT: std::ops::Range<f64> = 0.08..0.9;

/// The concentration of a single family, by Newton's method on r₁(b) = R where that is fastest.
fn concentration_of(resultant: f64) -> f64 {
    if !BLUNT.contains(&resultant) {
        return concentration(resultant);
    }
    let square = resultant * resultant;
    let mut b = resultant * (2.0 - square) / (1.0 - square);
    // r₁ is concave: from this start, within a few percent, steps shrink quadratically.
    for _ in 0..10 {
        let [first, second] = bessel_ratio_pair(b);
        let step = (first - resultant) / (0.5 * (1.0 + second) - first * first);
        b -= step;
        if step.abs() <= 1e-8 * b {
            break;
        }
    }
    b
}

/// The b at which a falling `excess`, (value, slope), is zero, by Newton's method in v = 2/(b + 2), in which the excess is
/// nearly straight at both ends. None if an estimate does not lead there within a few steps.
///
/// Below the concentration of a single family the excess is positive: no other root is there to be found.
fn refine_concentration(estimate: f64, excess: impl Fn(f64) -> (f64, f64)) -> Option<f64> {
    let mut v = 2.0 / (estimate + 2.0);
    for _ in 0..6 {
        let (value, slope) = excess(2.0 / v - 2.0);
        let step = 0.5 * value * v * v / slope;
        v += step;
        // A quadratic step of 1e-8 leaves round-off.
        if step.abs() <= 1e-8 * v {
            return Some(2.0 / v - 2.0).filter(|b| (0.0..=SHARPEST).contains(b));
        }
    }
    None
}

/// The same from `least` to the sharpest, with halving of that bracket wherever Newton's method leaves it: from any start.
fn solve_concentration(least: f64, estimate: Option<f64>, excess: impl Fn(f64) -> (f64, f64)) -> f64 {
    let (mut low, mut high) = (2.0 / (SHARPEST + 2.0), 2.0 / (least + 2.0));
    // At the single family, and without any direction, the root is the end of the bracket.
    if excess(least).0 <= 1e-15 {
        return least;
    }
    let estimated = estimate.map(|b| 2.0 / (b + 2.0)).filter(|v| (low..high).contains(v));
    let mut v = estimated.unwrap_or(0.5 * (low + high));
    for _ in 0..60 {
        let (value, slope) = excess(2.0 / v - 2.0);
        if value < 0.0 {
            low = v;
        } else {
            high = v;
        }
        let newton = v + 0.5 * value * v * v / slope;
        let next = if newton > low && newton < high { newton } else { 0.5 * (low + high) };
        let step = (next - v).abs();
        v = next;
        // As above; a halved bracket of 1e-15 has nothing to give.
        if step <= 1e-8 * v && (next == newton || high - low <= 1e-15 * v) {
            break;
        }
    }
    (2.0 / v - 2.0).clamp(least, SHARPEST)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matrix::bessel_ratio;
    use proptest::prelude::*;
    use std::f64::consts::FRAC_PI_2;

    /// Moments of the families, with the given density.
    fn moments(found: &FiberFamilies) -> FiberMoments {
        let resultant = bessel_ratio(1, found.concentration);
        found.families.iter().map(|family| FiberMoments::one_family(family.share, family.angle, resultant)).sum()
    }

    #[test]
    fn known_weaves_come_back() {
        for (half_angle, b) in [(41.0_f64, 2.11), (10.0, 30.0), (45.0, 0.5), (44.9, 900.0), (25.0, 3.0)] {
            let weave = FiberMoments::two_families(0.7, 0.4, half_angle.to_radians(), b);
            let found = FiberFamilies::from_moments(&weave);
            // The two moments fix b and γ where the families are told apart, as in all of these.
            assert!((found.concentration / b - 1.0).abs() < 1e-7, "{half_angle} {b}: {found:?}");
            let turn = (found.families[0].angle - found.families[1].angle).abs().to_degrees() / 2.0;
            assert!((turn - half_angle).abs() < 1e-5, "{half_angle} {b}: {found:?}");
        }
    }

    #[test]
    fn unequal_crossing_families_come_back() {
        for (share, b) in [(0.9, 3.0), (0.55, 40.0), (0.5, 1.0)] {
            let resultant = bessel_ratio(1, b);
            let fibers = FiberMoments::one_family(share, 0.2, resultant)
                + FiberMoments::one_family(1.0 - share, 0.2 + FRAC_PI_2, resultant);
            let found = FiberFamilies::from_moments(&fibers);
            assert!((found.concentration / b - 1.0).abs() < 1e-7, "{share} {b}: {found:?}");
            assert!(
                (found.families.map(|family| family.share)[usize::from(found.families[0].share < 0.5)] - share).abs()
                    < 1e-7,
                "{share} {b}: {found:?}"
            );
        }
    }

    #[test]
    fn families_of_unequal_share_come_back() {
        for share in [0.55, 0.7, 0.9] {
            let (resultant, half_angle) = (bessel_ratio(1, 2.11), 41.0_f64.to_radians());
            let fibers = FiberMoments::one_family(share, half_angle, resultant)
                + FiberMoments::one_family(1.0 - share, -half_angle, resultant);
            let found = FiberFamilies::from_moments(&fibers);
            assert!((found.concentration / 2.11 - 1.0).abs() < 1e-7, "{share}: {found:?}");
            let [first, second] = found.families;
            assert!(
                (first.share - share).abs() < 1e-7 && (first.angle - half_angle).abs() < 1e-7,
                "{share}: {found:?}"
            );
            assert!((second.angle + half_angle).abs() < 1e-7, "{share}: {found:?}");
        }
    }

    #[test]
    fn limits_of_the_moments() {
        let isotropic = FiberFamilies::from_moments(&FiberMoments::isotropic(0.8));
        assert!(isotropic.concentration == 0.0 && (isotropic.dispersion - 1.0 / 3.0).abs() < 1e-15);
        assert_eq!(FiberFamilies::from_moments(&FiberMoments::default()).concentration, isotropic.concentration);
        let parallel = FiberFamilies::from_moments(&FiberMoments::along(1.0, 1.0));
        assert!(parallel.dispersion < 1e-8 && (parallel.families[0].angle - 1.0).abs() < 1e-4);
        let impossible = FiberMoments { density: 1.0, c2: 3.0, s2: 0.0, c4: -9.0, s4: 2.0 };
        assert!(FiberFamilies::from_moments(&impossible).dispersion < 1e-8);
        for undefined in [
            FiberMoments { density: f64::NAN, ..FiberMoments::default() },
            FiberMoments { s2: f64::NAN, ..FiberMoments::isotropic(1.0) },
            FiberMoments { c4: f64::INFINITY, ..FiberMoments::isotropic(1.0) },
        ] {
            let found = FiberFamilies::from_moments(&undefined);
            assert!(found.concentration.is_nan() && found.dispersion.is_nan() && found.families[0].angle.is_nan());
        }
    }

    /// Defends: from an estimate the root is found that lies in the bracket, and found in nearly all weaves.
    #[test]
    fn the_short_way_leads_where_the_long_one_does() {
        let (mut short, mut all) = (0, 0);
        for (degrees, b, share) in (1..45).flat_map(|degrees| [0.1, 0.7, 2.11, 8.0, 50.0].map(|b| (degrees, b, 0.37))) {
            let (half_angle, resultant) = (f64::from(degrees).to_radians(), bessel_ratio(1, b));
            let fibers = FiberMoments::one_family(share, half_angle, resultant)
                + FiberMoments::one_family(1.0 - share, -half_angle, resultant);
            let (_, second, fourth) = about_mean_axis(&fibers);
            let excess = |b| boundary_excess(second, fourth, b);
            let found = solve_concentration(concentration_of(second), None, excess);
            all += 1;
            if let Some(refined) = estimate(second, fourth).and_then(|b| refine_concentration(b, excess)) {
                short += 1;
                // Families less than some degrees apart are nearly one, whose b the moments hardly tell.
                let tolerance = if degrees > 5 { 1e-9 } else { 1e-4 };
                assert!((refined / found - 1.0).abs() < tolerance, "{degrees} {b}: {refined} {found}");
            }
        }
        assert!(10 * short > 9 * all, "{short} of {all}");
    }

    #[test]
    fn the_fast_concentration_is_the_concentration() {
        for step in 1..1000 {
            let resultant = 0.001 * f64::from(step);
            assert!((concentration_of(resultant) / concentration(resultant) - 1.0).abs() < 1e-13, "{resultant}");
        }
    }

    proptest! {
        /// Every realizable pair of moments is met, not only those made from two families.
        #[test]
        fn second_and_fourth_moments_are_kept(
            directions in prop::collection::vec((0.0..std::f64::consts::PI, 0.01_f64..1.0), 1..6),
            blur in 0.0_f64..0.999,
        ) {
            let fibers: FiberMoments = directions.iter().map(|&(angle, amount)| FiberMoments::along(amount, angle)).sum();
            let fibers = fibers * (blur / fibers.density) + FiberMoments::isotropic(1.0 - blur);
            let found = moments(&FiberFamilies::from_moments(&fibers));
            let ((c2, s2), (found_c2, found_s2)) = (fibers.mean_second(), found.mean_second());
            prop_assert!((c2 - found_c2).abs() + (s2 - found_s2).abs() < 1e-11);
            let ((c4, s4), (found_c4, found_s4)) = (fibers.mean_fourth(), found.mean_fourth());
            prop_assert!((c4 - found_c4).abs() + (s4 - found_s4).abs() < 1e-9);
        }
    }
}
