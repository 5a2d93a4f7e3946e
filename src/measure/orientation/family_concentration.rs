//! The concentration that two families of fibers share.
use crate::elementary::length;
use crate::matrix::{FiberMoments, bessel_ratio_pair, concentration};

/// Length below which a moment has no axis.
pub(super) const NO_AXIS: f64 = 1e-12;

/// Largest concentration: families sharper than this, 0.003° wide, count as parallel.
const SHARPEST: f64 = 1e8;

/// Mean axis ψ, R = |z₂| and z₄ e^{−4iψ}, moved into the range that fibers can have.
pub(super) fn about_mean_axis(fibers: &FiberMoments) -> (f64, f64, [f64; 2]) {
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

/// The b of two families with R = |z₂| and z₄ about their mean axis: from an estimate where that leads to it, else between
/// that of a single family and the sharpest.
pub(super) fn of_moments(second: f64, fourth: [f64; 2]) -> f64 {
    let excess = |b| boundary_excess(second, fourth, b);
    let refined = estimate(second, fourth).and_then(|b| refine(b, excess));
    refined.unwrap_or_else(|| solve(concentration(second).min(SHARPEST), excess))
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

/// The b at which a falling `excess`, (value, slope), is zero, by Newton's method in v = 2/(b + 2), in which the excess is
/// nearly straight at both ends. None if an estimate does not lead there within a few steps.
///
/// Below the concentration of a single family the excess is positive: no other root is there to be found.
fn refine(estimate: f64, excess: impl Fn(f64) -> (f64, f64)) -> Option<f64> {
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

/// The same without an estimate, from `least` to the sharpest: that bracket is halved wherever Newton's method leaves it.
fn solve(least: f64, excess: impl Fn(f64) -> (f64, f64)) -> f64 {
    let (mut low, mut high) = (2.0 / (SHARPEST + 2.0), 2.0 / (least + 2.0));
    // At the single family, and without any direction, the root is the end of the bracket.
    if excess(least).0 <= 1e-15 {
        return least;
    }
    let mut v = 0.5 * (low + high);
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
            let found = solve(concentration(second), excess);
            all += 1;
            if let Some(refined) = estimate(second, fourth).and_then(|b| refine(b, excess)) {
                short += 1;
                // Families less than some degrees apart are nearly one, whose b the moments hardly tell.
                let tolerance = if degrees > 5 { 1e-9 } else { 1e-4 };
                assert!((refined / found - 1.0).abs() < tolerance, "{degrees} {b}: {refined} {found}");
            }
        }
        assert!(10 * short > 9 * all, "{short} of {all}");
    }
}
