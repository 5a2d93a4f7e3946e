//! Sine, cosine, logarithm and the exponential of numbers up to 0, without branches or calls.
//!
//! Cells need them tick after tick, many at a time. Written as plain arithmetic, loops over them are
//! vectorized, and their bits do not depend on the system's mathematical library. All are Taylor series on a short
//! interval around zero, long enough for round-off.
use std::f64::consts::{FRAC_2_PI, FRAC_PI_2, LN_2, LOG2_E};

/// Added and taken away again it rounds to whole numbers, and its last bits then hold the number: 1.5 · 2⁵².
const ROUNDER: f64 = 6_755_399_441_055_744.0;

/// The integral part of a number from 0 to 2⁵⁰, still as a floating number; of any other a number without meaning.
#[inline(always)]
pub(crate) fn floor(x: f64) -> f64 {
    let rounded = (x + ROUNDER) - ROUNDER;
    if rounded > x { rounded - 1.0 } else { rounded }
}

/// A whole number from 0 to 2⁵⁰ as an index; of any other a number without meaning.
#[inline(always)]
pub(crate) fn index(whole: f64) -> usize {
    (whole + ROUNDER).to_bits().wrapping_sub(ROUNDER.to_bits()) as usize
}

/// π/2 in three parts, the first two short enough that their products with 20 bits are exact.
const QUARTER: [f64; 3] = [upper_bits(FRAC_PI_2), FRAC_PI_2 - upper_bits(FRAC_PI_2), 6.123_233_995_736_766e-17];
/// ln 2 alike.
const LOG_TWO: [f64; 3] = [upper_bits(LN_2), LN_2 - upper_bits(LN_2), 2.319_046_813_846_3e-17];

/// A number without the last 20 of its 53 bits.
const fn upper_bits(number: f64) -> f64 {
    f64::from_bits(number.to_bits() & !0xF_FFFF)
}

/// 1/n!, with the sign of its term in sine or cosine, of odd and of even n from 3 and 2 on.
const SINE: [f64; 8] = [
    -1.0 / 6.0,
    1.0 / 120.0,
    -1.0 / 5_040.0,
    1.0 / 362_880.0,
    -1.0 / 39_916_800.0,
    1.0 / 6_227_020_800.0,
    -1.0 / 1_307_674_368_000.0,
    1.0 / 355_687_428_096_000.0,
];
const COSINE: [f64; 8] = [
    -1.0 / 2.0,
    1.0 / 24.0,
    -1.0 / 720.0,
    1.0 / 40_320.0,
    -1.0 / 3_628_800.0,
    1.0 / 479_001_600.0,
    -1.0 / 87_178_291_200.0,
    1.0 / 20_922_789_888_000.0,
];

/// Sine and cosine of an angle of at most 10⁶ rad, to 2 · 10⁻¹⁶; NaN gives NaN.
#[inline(always)]
pub(crate) fn sin_cos(angle: f64) -> (f64, f64) {
    let rounded = angle * FRAC_2_PI + ROUNDER;
    let quarters = rounded - ROUNDER;
    let rest = ((angle - quarters * QUARTER[0]) - quarters * QUARTER[1]) - quarters * QUARTER[2];
    let squared = rest * rest;
    let sine = rest + rest * squared * polynomial(SINE, squared);
    let cosine = 1.0 + squared * polynomial(COSINE, squared);
    // Each quarter turn swaps the two; every other one turns a sign.
    let quarters = rounded.to_bits();
    let is_odd = quarters & 1 == 1;
    let (first, second) = if is_odd { (cosine, sine) } else { (sine, cosine) };
    let signed = |value: f64, sign: u64| f64::from_bits(value.to_bits() ^ (sign & 2) << 62);
    (signed(first, quarters), signed(second, quarters.wrapping_add(1)))
}

/// e^x of x ≤ 0, to a relative 2 · 10⁻¹⁶; below −708 that of −708, about 10⁻³⁰⁸. NaN gives NaN.
#[inline(always)]
pub(crate) fn exp_nonpositive(exponent: f64) -> f64 {
    /// 1/n!, n = 2 to 13.
    const INVERSE_FACTORIALS: [f64; 12] = [
        1.0 / 2.0,
        1.0 / 6.0,
        1.0 / 24.0,
        1.0 / 120.0,
        1.0 / 720.0,
        1.0 / 5_040.0,
        1.0 / 40_320.0,
        1.0 / 362_880.0,
        1.0 / 3_628_800.0,
        1.0 / 39_916_800.0,
        1.0 / 479_001_600.0,
        1.0 / 6_227_020_800.0,
    ];
    // Not `max`, which would hide NaN.
    let exponent = if exponent < -708.0 { -708.0 } else { exponent };
    let rounded = exponent * LOG2_E + ROUNDER;
    let halvings = rounded - ROUNDER;
    let rest = ((exponent - halvings * LOG_TWO[0]) - halvings * LOG_TWO[1]) - halvings * LOG_TWO[2];
    let mantissa = 1.0 + (rest + rest * rest * polynomial(INVERSE_FACTORIALS, rest));
    let power = f64::from_bits(rounded.to_bits().wrapping_sub(ROUNDER.to_bits()).wrapping_add(1023) << 52);
    mantissa * power
}

/// Largest exponent for which the series of [`one_minus_exp_neg`] is exact to round-off.
const SMALL_EXPONENT: f64 = 0.5;

/// 1 − e^{−x} of several x ≥ 0, to round-off. Mostly all are small: then the series Σ (−x)ⁿ⁻¹ x/n! with 14 terms is summed
/// for all side by side, even and odd powers apart.
#[inline(always)]
pub(crate) fn one_minus_exp_neg<const N: usize>(exponents: [f64; N]) -> [f64; N] {
    /// 1/n! with the sign of the term, n = 1 to 14.
    const TERMS: [f64; 14] = [
        1.0,
        -1.0 / 2.0,
        1.0 / 6.0,
        -1.0 / 24.0,
        1.0 / 120.0,
        -1.0 / 720.0,
        1.0 / 5040.0,
        -1.0 / 40_320.0,
        1.0 / 362_880.0,
        -1.0 / 3_628_800.0,
        1.0 / 39_916_800.0,
        -1.0 / 479_001_600.0,
        1.0 / 6_227_020_800.0,
        -1.0 / 87_178_291_200.0,
    ];
    let mut gone = exponents;
    if exponents.iter().all(|exponent| (0.0..SMALL_EXPONENT).contains(exponent)) {
        // A plain loop, which is vectorized.
        for share in &mut gone {
            *share *= polynomial(TERMS, *share);
        }
    } else {
        for share in &mut gone {
            *share = -(-*share).exp_m1();
        }
    }
    gone
}

/// √(x² + y²) of numbers whose squares neither overflow nor vanish. What handles all numbers, `hypot`, takes as long as
/// several exponentials.
#[inline(always)]
pub(crate) fn length(x: f64, y: f64) -> f64 {
    (x * x + y * y).sqrt()
}

/// ln x of a positive normal number, to 4 · 10⁻¹⁶ absolute or relative, whichever is more; of any other x a number
/// without meaning.
#[inline(always)]
pub(crate) fn logarithm(x: f64) -> f64 {
    /// 2/(2n + 1), n = 0 to 11: ln m = Σ 2 s²ⁿ⁺¹/(2n + 1) with s = (m − 1)/(m + 1).
    const ODD: [f64; 12] = [
        2.0,
        2.0 / 3.0,
        2.0 / 5.0,
        2.0 / 7.0,
        2.0 / 9.0,
        2.0 / 11.0,
        2.0 / 13.0,
        2.0 / 15.0,
        2.0 / 17.0,
        2.0 / 19.0,
        2.0 / 21.0,
        2.0 / 23.0,
    ];
    /// The bits of 1/√2: mantissas are taken from there to √2.
    const ROOT_HALF: u64 = 0x3FE6_A09E_667F_3BCD;
    let above = x.to_bits().wrapping_sub(ROOT_HALF);
    let mantissa = f64::from_bits((above & (u64::MAX >> 12)).wrapping_add(ROOT_HALF));
    // The exponent, from −1022 to 1023, as the last bits of a number that is near the rounder.
    let doublings =
        f64::from_bits(ROUNDER.to_bits().wrapping_add((above.cast_signed() >> 52).cast_unsigned())) - ROUNDER;
    let ratio = (mantissa - 1.0) / (mantissa + 1.0);
    ratio * polynomial(ODD, ratio * ratio) + doublings * LN_2
}

/// Σ cₙ xⁿ, even and odd powers side by side.
#[inline(always)]
fn polynomial<const N: usize>(coefficients: [f64; N], x: f64) -> f64 {
    let squared = x * x;
    let (mut even, mut odd) = (0.0, 0.0);
    let mut index = N;
    while index > 1 {
        index -= 2;
        even = even * squared + coefficients[index];
        odd = odd * squared + coefficients[index + 1];
    }
    even + x * odd
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sine_and_cosine_follow_the_library() {
        for step in -200_000..200_000 {
            for angle in [1e-3, 0.1, 1.7].map(|scale| scale * f64::from(step)) {
                let ((sine, cosine), exact) = (sin_cos(angle), angle.sin_cos());
                assert!((sine - exact.0).abs() < 4e-16 && (cosine - exact.1).abs() < 4e-16, "{angle}");
            }
        }
        assert!(sin_cos(f64::NAN).0.is_nan() && sin_cos(f64::NAN).1.is_nan());
        assert_eq!(sin_cos(0.0), (0.0, 1.0));
    }

    #[test]
    fn floors_are_those_of_the_conversion() {
        for step in 0..1_000_000_u32 {
            for scale in [0.01, 0.3, 1.0, 1e6] {
                let x = scale * f64::from(step);
                assert_eq!(index(floor(x)), x as usize, "{x}");
                let below = x.next_down().max(0.0);
                assert_eq!(index(floor(below)), below as usize, "{below}");
            }
        }
    }

    #[test]
    fn the_logarithm_follows_the_library() {
        let near_one = (-1000..1000).map(|step| 1.0 + 1e-3 * f64::from(step)).filter(|x| *x > 0.0);
        let far = (-3000..3000).map(|step| 10_f64.powf(0.1 * f64::from(step)));
        for x in near_one.chain(far).chain([f64::MIN_POSITIVE, f64::MAX, 0.5_f64.sqrt(), 2.0_f64.sqrt()]) {
            let (found, exact) = (logarithm(x), x.ln());
            assert!((found - exact).abs() <= 4e-16 * exact.abs().max(1.0), "{x}: {found} instead of {exact}");
        }
        assert_eq!(logarithm(1.0), 0.0);
    }

    #[test]
    fn shares_that_are_gone_follow_the_library() {
        for step in 0..100_000 {
            let small = 5e-6 * f64::from(step);
            for exponents in [[small, 0.5 * small], [small, 2.0 + small]] {
                for (found, exponent) in one_minus_exp_neg(exponents).into_iter().zip(exponents) {
                    let exact = -(-exponent).exp_m1();
                    assert!((found - exact).abs() <= 4.0 * f64::EPSILON * exact, "{exponent}: {found}, not {exact}");
                }
            }
        }
        assert!(one_minus_exp_neg([f64::NAN, 0.1])[0].is_nan());
    }

    #[test]
    fn the_exponential_follows_the_library() {
        for step in 0..700_000 {
            let exponent = -1e-3 * f64::from(step);
            let (found, exact) = (exp_nonpositive(exponent), exponent.exp());
            assert!((found / exact - 1.0).abs() < 4.0 * f64::EPSILON, "{exponent}: {found} instead of {exact}");
        }
        assert_eq!(exp_nonpositive(0.0), 1.0);
        assert!(exp_nonpositive(f64::NEG_INFINITY) < 1e-300 && exp_nonpositive(f64::NAN).is_nan());
    }
}
