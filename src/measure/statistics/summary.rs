//! Replicates as a mean and how well it is known.
use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};
use std::f64::consts::FRAC_PI_2;
use std::fmt;

/// Mean over replicates and its two-sided 95 % confidence interval by Student's t.
///
/// ```
/// use dermaweave::measure::Summary;
/// let found = Summary::of(&[0.52, 0.55, 0.50, 0.54, 0.54]);
/// assert_eq!(found.to_string(), "0.53 (0.51 to 0.55)");
/// let (treated, control) = ([0.61, 0.72, 0.55], [0.51, 0.60, 0.46]);
/// assert_eq!(found.plus_minus(), "0.53 ± 0.02");
/// assert!(Summary::of_differences(&treated, &control)?.low > 0.0);
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Summary {
    /// Mean, NaN for no replicate.
    #[serde(with = "crate::reading::number")]
    pub mean: f64,
    /// Lower end of the interval, NaN for fewer than two replicates.
    #[serde(with = "crate::reading::number")]
    pub low: f64,
    /// Upper end of the interval, NaN for fewer than two replicates.
    #[serde(with = "crate::reading::number")]
    pub high: f64,
    /// Number of replicates.
    pub count: usize,
}

impl Summary {
    /// Summary of independent replicates: mean ± t₀.₉₇₅(n − 1) s/√n. A replicate that is not a
    /// number makes all of it so.
    #[must_use]
    pub fn of(replicates: &[f64]) -> Self {
        let count = replicates.len();
        let mean = replicates.iter().sum::<f64>() / count as f64;
        if count < 2 {
            return Self { mean: if count == 0 { f64::NAN } else { mean }, low: f64::NAN, high: f64::NAN, count };
        }
        let freedom = count - 1;
        let squares: f64 = replicates.iter().map(|value| (value - mean).powi(2)).sum();
        let half_width = student_quantile(freedom) * (squares / freedom as f64 / count as f64).sqrt();
        Self { mean, low: mean - half_width, high: mean + half_width, count }
    }

    /// Summary of first − second for arms whose replicates are pairs, such as runs with equal seeds:
    /// what both members of a pair share drops out.
    /// Arms of different length give [`Error::NotPaired`].
    pub fn of_differences(first: &[f64], second: &[f64]) -> Result<Self> {
        if first.len() != second.len() {
            return Err(Error::NotPaired { first: first.len(), second: second.len() });
        }
        let differences: Vec<f64> = first.iter().zip(second).map(|(first, second)| first - second).collect();
        Ok(Self::of(&differences))
    }

    /// The mean and half of the interval, for narrow tables: `0.53 ± 0.02`; the mean alone if that is zero.
    pub fn plus_minus(&self) -> String {
        let (digits, half_width) = (self.decimals(), 0.5 * (self.high - self.low));
        let mean = fixed(self.mean, digits);
        let width = fixed(half_width, digits);
        if half_width.is_nan() || width.bytes().all(|byte| b"0.".contains(&byte)) {
            mean
        } else {
            format!("{mean} ± {width}")
        }
    }

    /// Decimals that show the half-width with one digit, or with two where the first is a 1.
    fn decimals(&self) -> usize {
        let half_width = 0.5 * (self.high - self.low);
        // Never more than four digits of the mean.
        let scale = (0.5 * half_width).max(1e-3 * self.mean.abs());
        if scale > 0.0 && scale.is_finite() { (-scale.log10()).ceil().clamp(0.0, 5.0) as usize } else { 2 }
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = formatter.precision().unwrap_or_else(|| self.decimals());
        let Self { mean, low, high, count } = self;
        match count {
            0 => write!(formatter, "no replicates"),
            1 => write!(formatter, "{} (one replicate)", fixed(*mean, digits)),
            _ => {
                write!(formatter, "{} ({} to {})", fixed(*mean, digits), fixed(*low, digits), fixed(*high, digits))
            }
        }
    }
}

/// A number with so many decimals; nothing is negative that rounds to zero.
fn fixed(value: f64, digits: usize) -> String {
    let text = format!("{value:.digits$}");
    if text.bytes().any(|byte| byte.is_ascii_digit() && byte != b'0') { text } else { text.replace('-', "") }
}

/// 97.5 % quantile of the standard normal distribution.
const NORMAL_QUANTILE: f64 = 1.959_963_984_540_054;
/// Degrees of freedom above which the expansion in 1/ν is exact to 1e-10.
const MANY: usize = 100;

/// t with P(|T| ≤ t) = 0.95 for a positive number ν of degrees of freedom.
///
/// Up to 100 by inversion of the exact distribution, above by the expansion about the normal
/// quantile (Abramowitz & Stegun 26.7.5); error below 10⁻¹⁰.
fn student_quantile(freedom: usize) -> f64 {
    let count = freedom as f64;
    if freedom > MANY {
        return expanded_quantile(count);
    }
    let (mut low, mut high) = (0.0, FRAC_PI_2);
    // 60 halvings reach the spacing of the floating numbers.
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if central_probability(freedom, middle) < 0.95 {
            low = middle;
        } else {
            high = middle;
        }
    }
    count.sqrt() * (0.5 * (low + high)).tan()
}

/// P(|T| ≤ √ν tan θ) (Abramowitz & Stegun 26.7.3 and 26.7.4).
fn central_probability(freedom: usize, angle: f64) -> f64 {
    let (sine, cosine) = angle.sin_cos();
    let odd = freedom % 2 == 1;
    let mut power = if odd { cosine } else { 1.0 };
    let mut sum = 0.0;
    for index in (2 + freedom % 2..=freedom).step_by(2) {
        sum += power;
        // Factors 2/3, 4/5, … for odd and 1/2, 3/4, … for even ν.
        power *= cosine * cosine * (index - 1) as f64 / index as f64;
    }
    if odd { (angle + sine * sum) / FRAC_PI_2 } else { sine * sum }
}

fn expanded_quantile(freedom: f64) -> f64 {
    let x = NORMAL_QUANTILE;
    let square = x * x;
    let terms = [
        x * (square + 1.0) / 4.0,
        x * ((5.0 * square + 16.0) * square + 3.0) / 96.0,
        x * (((3.0 * square + 19.0) * square + 17.0) * square - 15.0) / 384.0,
        x * ((((79.0 * square + 776.0) * square + 1482.0) * square - 1920.0) * square - 945.0) / 92_160.0,
    ];
    x + terms.iter().rev().fold(0.0, |sum, term| (sum + term) / freedom)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_match_the_reference() {
        // Reference: 30-digit inversion of the incomplete beta function.
        let table = [
            (1, 12.706_204_736_174_705),
            (2, 4.302_652_729_749_464),
            (3, 3.182_446_305_283_71),
            (4, 2.776_445_105_197_794),
            (7, 2.364_624_251_592_785),
            (10, 2.228_138_851_986_275),
            (30, 2.042_272_456_301_238),
            (31, 2.039_513_446_396_408),
            (100, 1.983_971_518_523_552),
            (101, 1.983_731_002_955_606),
            (1000, 1.962_339_080_826_408),
            (1_000_000_000_000, NORMAL_QUANTILE),
        ];
        for (freedom, expected) in table {
            assert!((student_quantile(freedom) - expected).abs() < 1e-10, "{freedom}: {}", student_quantile(freedom));
        }
    }

    #[test]
    fn a_small_sample_has_the_interval_worked_by_hand() {
        // Mean 2, s = 1, n = 3: 2 ± 4.302653/√3.
        let found = Summary::of(&[1.0, 2.0, 3.0]);
        let half_width = 4.302_652_729_749_464 / 3.0_f64.sqrt();
        assert!((found.mean - 2.0).abs() < 1e-15 && found.count == 3);
        assert!((found.low - 2.0 + half_width).abs() < 1e-10 && (found.high - 2.0 - half_width).abs() < 1e-10);
    }

    #[test]
    fn too_few_and_undefined_replicates_have_no_interval() {
        let (none, one) = (Summary::of(&[]), Summary::of(&[0.4]));
        assert!(none.mean.is_nan() && none.low.is_nan() && none.high.is_nan() && none.count == 0);
        assert!(one.mean == 0.4 && one.low.is_nan() && one.high.is_nan() && one.count == 1);
        assert!(Summary::of(&[1.0, f64::NAN, 2.0]).low.is_nan());
        assert_eq!(none.to_string(), "no replicates");
        assert_eq!(one.to_string(), "0.4000 (one replicate)");
    }

    #[test]
    fn pairs_lose_what_they_share() {
        let (first, second) = ([10.3, 20.1, 30.2], [10.0, 20.0, 30.0]);
        let paired = Summary::of_differences(&first, &second).unwrap();
        assert!((paired.mean - 0.2).abs() < 1e-12 && paired.high - paired.low < 1.0);
        assert!(matches!(Summary::of_differences(&first, &second[1..]), Err(Error::NotPaired { first: 3, second: 2 })));
    }

    #[test]
    fn digits_follow_the_width_of_the_interval() {
        let shown =
            |mean, half_width| Summary { mean, low: mean - half_width, high: mean + half_width, count: 5 }.to_string();
        assert_eq!(shown(0.53, 0.03), "0.53 (0.50 to 0.56)");
        assert_eq!(shown(0.534, 0.12), "0.53 (0.41 to 0.65)");
        assert_eq!(shown(1234.56, 40.0), "1235 (1195 to 1275)");
        assert_eq!(shown(-0.000_52, 0.000_07), "-0.00052 (-0.00059 to -0.00045)");
        assert_eq!(shown(0.5, 0.0), "0.5000 (0.5000 to 0.5000)");
        assert_eq!(format!("{:.1}", Summary { mean: 0.53, low: 0.5, high: 0.56, count: 4 }), "0.5 (0.5 to 0.6)");
    }
}
