//! Ratios of modified Bessel functions and the axial von Mises concentration.
//!
//! The moments of the axial von Mises density `exp(κ cos 2(θ − μ)) / (π I_0(κ))`
//! on `[0, π)` are `⟨e^{2inθ}⟩ = (I_n(κ) / I_0(κ)) e^{2inμ}` (Mardia & Jupp,
//! *Directional Statistics*, 2000, section 3.5.4). Only ratios are ever formed, so
//! nothing overflows however sharp the density is.

use std::f64::consts::PI;
use std::sync::LazyLock;

/// Argument above which Hankel's asymptotic series reaches round-off.
const ASYMPTOTIC_ARGUMENT: f64 = 40.0;

/// Deficit `1 − R` below which the three-term inverse is exact to round-off.
const SHARP_DEFICIT: f64 = 1e-5;

/// Resultant length below which `I_2/I_0` is summed as a power series.
const SERIES_RESULTANT: f64 = 0.08;

/// Coefficients of `I_2/I_0 = Σ_n c_n R^{2n}`, n = 1, 2, …, by reversion of
/// `R = I_1(κ)/I_0(κ)`.
const FOURTH_MOMENT_SERIES: [f64; 6] = [1.0 / 2.0, 1.0 / 6.0, 5.0 / 48.0, 7.0 / 90.0, 541.0 / 8640.0, 2101.0 / 40320.0];

/// Ratio `I_order(κ) / I_0(κ)` of modified Bessel functions of the first kind.
///
/// `kappa` is the dimensionless concentration κ ≥ 0 of any size; a negative or
/// undefined κ gives NaN. Small and moderate κ use the backward recurrence
/// `I_n/I_{n−1} = κ / (2n + κ I_{n+1}/I_n)` (DLMF 10.29.1, stable for the minimal
/// solution), large κ Hankel's asymptotic series (DLMF 10.40.1).
#[must_use]
pub fn bessel_ratio(order: u32, kappa: f64) -> f64 {
    if kappa.is_nan() || kappa < 0.0 {
        return f64::NAN;
    }
    if order == 0 || kappa.is_infinite() {
        return 1.0;
    }
    if kappa > ASYMPTOTIC_ARGUMENT.max(f64::from(order).powi(2)) {
        return (1.0 + hankel_tail(order, kappa)) / (1.0 + hankel_tail(0, kappa));
    }
    backward_ratio(order, kappa)
}

/// `I_order/I_0` as the product of successive ratios, run downwards.
fn backward_ratio(order: u32, kappa: f64) -> f64 {
    // An error at order n shrinks by ∏ (I_{k+1}/I_k)² ≈ exp(−n²/κ) on its way down.
    let start = f64::from(order) + 12.0 + (6.5 * kappa.sqrt()).ceil();
    let mut index = start;
    let mut successive = kappa / (index + (index * index + kappa * kappa).sqrt());
    let mut product = 1.0;
    while index > 0.5 {
        successive = kappa / (2.0 * index + kappa * successive);
        if index < f64::from(order) + 0.5 {
            product *= successive;
        }
        index -= 1.0;
    }
    product
}

/// `Σ_{k≥1} a_k` of Hankel's series `I_n(κ) ~ e^κ / √(2πκ) · (1 + Σ_{k≥1} a_k)`,
/// `a_k / a_{k−1} = −(4n² − (2k−1)²) / (8 k κ)`.
fn hankel_tail(order: u32, kappa: f64) -> f64 {
    let four_order_squared = 4.0 * f64::from(order).powi(2);
    let (mut term, mut tail) = (1.0, 0.0);
    for step in 1..=60 {
        let index = f64::from(step);
        let odd = 2.0 * index - 1.0;
        term *= (odd * odd - four_order_squared) / (8.0 * index * kappa);
        tail += term;
        if term.abs() <= 1e-18 {
            break;
        }
    }
    tail
}

/// `1 − I_1(κ)/I_0(κ)` without cancellation at large κ.
fn first_ratio_deficit(kappa: f64) -> f64 {
    if kappa > ASYMPTOTIC_ARGUMENT {
        let isotropic = hankel_tail(0, kappa);
        (isotropic - hankel_tail(1, kappa)) / (1.0 + isotropic)
    } else {
        1.0 - backward_ratio(1, kappa)
    }
}

/// Concentration κ of the axial von Mises density with `I_1(κ)/I_0(κ) = R`.
///
/// `resultant_length` is the dimensionless axial resultant `R = |⟨e^{2iθ}⟩|`.
/// `R ≤ 0` gives 0, `R ≥ 1` infinity, NaN gives NaN. Newton's method with
/// `A' = 1 − A/κ − A²`, kept inside Amos' bounds
/// `R/(1−R²) ≤ κ ≤ R (1 + √(9 − 8R²)) / (2 (1−R²))` (Amos, *Math. Comp.* 28, 1974)
/// and started from `κ ≈ R (2 − R²)/(1 − R²)` (Banerjee et al., *JMLR* 6, 2005).
///
/// ```
/// use dermaweave::matrix::{bessel_ratio, concentration};
/// assert!((concentration(0.7) - 2.0136).abs() < 1e-4);
/// assert!((bessel_ratio(1, concentration(0.7)) - 0.7).abs() < 1e-14);
/// ```
#[must_use]
pub fn concentration(resultant_length: f64) -> f64 {
    if resultant_length.is_nan() {
        return f64::NAN;
    }
    if resultant_length <= 0.0 {
        return 0.0;
    }
    if resultant_length < SERIES_RESULTANT {
        return 2.0 * resultant_length / (1.0 - fourth_moment_series(resultant_length));
    }
    if resultant_length >= 1.0 {
        return f64::INFINITY;
    }
    let deficit = 1.0 - resultant_length;
    if deficit < SHARP_DEFICIT {
        // 1/κ = R (1 − R)(3 − R) + O((1 − R)⁴), Best & Fisher (1981).
        return 1.0 / (resultant_length * deficit * (2.0 + deficit));
    }
    newton_concentration(resultant_length, deficit)
}

/// Safeguarded Newton iteration on `1 − A(κ) = deficit`.
fn newton_concentration(resultant_length: f64, deficit: f64) -> f64 {
    let squared = resultant_length * resultant_length;
    let scale = resultant_length / (1.0 - squared);
    let (mut low, mut high) = (scale, 0.5 * scale * (1.0 + (9.0 - 8.0 * squared).sqrt()));
    let mut kappa = scale * (2.0 - squared);
    for _ in 0..60 {
        let trial = first_ratio_deficit(kappa);
        let slope = trial * (2.0 - trial) - (1.0 - trial) / kappa;
        let excess = deficit - trial;
        if excess > 0.0 {
            high = kappa;
        } else {
            low = kappa;
        }
        let newton = kappa - excess / slope;
        // Convergence is quadratic: a step of 1e-8 leaves an error near 1e-16.
        if (newton - kappa).abs() <= 1e-8 * kappa {
            return newton;
        }
        let inside = newton > low && newton < high;
        kappa = if inside { newton } else { 0.5 * (low + high) };
    }
    kappa
}

/// Length `s(R) = I_2(κ)/I_0(κ)` of the fourth-order moment `⟨e^{4iθ}⟩` of a single
/// axial von Mises family with second-order resultant `R = I_1(κ)/I_0(κ)`.
///
/// Dimensionless. From `I_2 = I_0 − (2/κ) I_1` (DLMF 10.29.1), `s = 1 − 2R/κ`; near
/// `R = 0`, where that cancels, the series `s = R²/2 + R⁴/6 + …`; near `R = 1`,
/// `s → 1 − 4(1 − R)`. `R ≤ 0` gives 0, `R ≥ 1` gives 1, NaN gives NaN.
#[must_use]
pub fn fourth_moment_of_single_family(resultant_length: f64) -> f64 {
    if resultant_length >= 1.0 {
        return 1.0;
    }
    if resultant_length <= 0.0 {
        return 0.0;
    }
    if resultant_length < SERIES_RESULTANT {
        return fourth_moment_series(resultant_length);
    }
    1.0 - 2.0 * resultant_length / concentration(resultant_length)
}

/// `Σ_n c_n R^{2n}`, relative error below 1e-14 for `R < 0.08`.
fn fourth_moment_series(resultant_length: f64) -> f64 {
    let squared = resultant_length * resultant_length;
    let horner = |sum: f64, coefficient: &f64| (sum + coefficient) * squared;
    FOURTH_MOMENT_SERIES.iter().rev().fold(0.0, horner)
}

/// Equal parts of 0 ≤ R² ≤ 1 on which the share is kept as a polynomial.
const SHARE_PARTS: usize = 64;
/// Coefficients of each polynomial.
const SHARE_COEFFICIENTS: usize = 8;

/// On every part the polynomial in −1 ≤ t ≤ 1 through the exact share at Chebyshev's points.
static SHARES: LazyLock<[[f64; SHARE_COEFFICIENTS]; SHARE_PARTS]> = LazyLock::new(|| std::array::from_fn(share_on));

/// The polynomial of one part, by Newton's divided differences.
fn share_on(part: usize) -> [f64; SHARE_COEFFICIENTS] {
    let node = |index: usize| ((index as f64 + 0.5) * PI / SHARE_COEFFICIENTS as f64).cos();
    let exact = |t: f64| {
        let squared = (part as f64 + 0.5 * (t + 1.0)) / SHARE_PARTS as f64;
        fourth_moment_of_single_family(squared.sqrt()) / squared
    };
    let nodes: [f64; SHARE_COEFFICIENTS] = std::array::from_fn(node);
    let mut differences = nodes.map(exact);
    for order in 1..SHARE_COEFFICIENTS {
        for index in (order..SHARE_COEFFICIENTS).rev() {
            differences[index] = (differences[index] - differences[index - 1]) / (nodes[index] - nodes[index - order]);
        }
    }
    // From Newton's form to powers of t, from the innermost factor outwards.
    let mut powers = [0.0; SHARE_COEFFICIENTS];
    for index in (0..SHARE_COEFFICIENTS).rev() {
        for power in (1..SHARE_COEFFICIENTS).rev() {
            powers[power] = powers[power - 1] - nodes[index] * powers[power];
        }
        powers[0] = differences[index] - nodes[index] * powers[0];
    }
    powers
}

/// `s(R)/R²` of [`fourth_moment_of_single_family`] as a function of R², to 1e-12: every cell that senses
/// fibers needs it, and the exact form takes longer than all else that a cell does in a step.
/// From 1/2 at R² ≤ 0 to 1 at R² ≥ 1; NaN gives NaN.
#[inline(always)]
pub(super) fn fourth_moment_share(resultant_squared: f64) -> f64 {
    let scaled = resultant_squared.clamp(0.0, 1.0) * SHARE_PARTS as f64;
    let part = (scaled as usize).min(SHARE_PARTS - 1);
    let t = 2.0 * (scaled - part as f64) - 1.0;
    SHARES[part].iter().rev().fold(0.0, |sum, coefficient| sum * t + coefficient)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_share_follows_the_exact_form() {
        for step in 1..=20_000 {
            let squared = f64::from(step) / 20_000.0;
            let exact = fourth_moment_of_single_family(squared.sqrt()) / squared;
            let share = fourth_moment_share(squared);
            assert!((share - exact).abs() < 1e-12, "{squared}: {share} instead of {exact}");
        }
        assert!((fourth_moment_share(0.0) - 0.5).abs() < 1e-12 && (fourth_moment_share(1.1) - 1.0).abs() < 1e-12);
        assert!(fourth_moment_share(f64::NAN).is_nan());
    }

    /// Relative difference of two positive numbers.
    fn relative(value: f64, expected: f64) -> f64 {
        (value / expected - 1.0).abs()
    }

    #[test]
    fn ratios_match_forty_digit_values() {
        // Reference: arbitrary-precision evaluation of I_n(κ)/I_0(κ).
        let table = [
            (1, 0.001, 0.000_499_999_937_500_010_4),
            (1, 2.11, 0.715_036_083_121_167_6),
            (1, 39.9, 0.987_388_105_376_865_4),
            (1, 40.1, 0.987_451_417_958_29),
            (1, 1e6, 0.999_999_499_999_875),
            (2, 0.5, 0.030_001_549_676_792_22),
            (2, 7.0, 0.735_562_225_487_385_1),
            (2, 500.0, 0.996_004_002_004_012_5),
            (4, 0.001, 2.604_166_145_833_426e-15),
            (4, 7.0, 0.302_524_277_698_463_7),
            (4, 40.1, 0.817_192_429_390_529),
        ];
        for (order, kappa, expected) in table {
            assert!(relative(bessel_ratio(order, kappa), expected) < 1e-14, "{order} {kappa}");
        }
    }

    #[test]
    fn ratios_keep_their_limits() {
        assert!(bessel_ratio(3, 0.0).abs() < f64::MIN_POSITIVE);
        assert!((bessel_ratio(0, 3.0) - 1.0).abs() < f64::EPSILON);
        assert!((bessel_ratio(4, f64::INFINITY) - 1.0).abs() < f64::EPSILON);
        assert!((bessel_ratio(4, 1e300) - 1.0).abs() < f64::EPSILON);
        assert!(bessel_ratio(1, -1.0).is_nan() && bessel_ratio(1, f64::NAN).is_nan());
    }

    #[test]
    fn concentration_inverts_the_resultant() {
        let table = [
            (0.001, 0.002_000_001_000_000_833_4, 5.000_001_666_667_709e-7),
            (0.05, 0.100_125_261_036_711_9, 0.001_251_043_297_315_155_5),
            (0.3, 0.629_215_376_105_690_3, 0.046_431_440_195_420_42),
            (0.7, 2.013_627_806_888_539, 0.304_737_451_871_365_3),
            (0.95, 10.271_688_802_208_379, 0.815_025_548_710_986_5),
            (0.999, 500.250_375_940_985_5, 0.996_006_000_003_015_1),
            (0.999_99, 50_000.250_003_977_64, 0.999_960_000_600_000_2),
        ];
        for (resultant, kappa, fourth) in table {
            assert!(relative(concentration(resultant), kappa) < 1e-13, "{resultant}");
            let length = fourth_moment_of_single_family(resultant);
            assert!(relative(length, fourth) < 2e-13, "{resultant}");
        }
    }

    #[test]
    fn limits_of_the_resultant() {
        assert!(concentration(0.0).abs() < f64::MIN_POSITIVE);
        assert!(concentration(1.0).is_infinite() && concentration(1.5).is_infinite());
        assert!(concentration(f64::NAN).is_nan());
        assert!(fourth_moment_of_single_family(f64::NAN).is_nan());
        assert!(fourth_moment_of_single_family(0.0).abs() < f64::MIN_POSITIVE);
        assert!((fourth_moment_of_single_family(1.0) - 1.0).abs() < f64::EPSILON);
    }

    #[test]
    fn branches_join_and_round_trip() {
        for edge in [SERIES_RESULTANT, 1.0 - SHARP_DEFICIT] {
            let (below, above) = (concentration(edge - 1e-13), concentration(edge + 1e-13));
            assert!(relative(below, above) < 1e-7 && below < above);
        }
        for step in 1..2000 {
            let resultant = f64::from(step) / 2000.0;
            let kappa = concentration(resultant);
            assert!((bessel_ratio(1, kappa) - resultant).abs() < 1e-14);
            let fourth = fourth_moment_of_single_family(resultant);
            assert!((bessel_ratio(2, kappa) - fourth).abs() < 1e-14);
        }
    }
}
