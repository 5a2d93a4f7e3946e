//! Distributions of one variable.
use super::normal::{below, quantile};
use crate::error::{DesignFault, Result};
use serde::{Deserialize, Serialize};

/// How a variable is distributed.
///
/// ```
/// use dermaweave::study::design::{Distribution, Variable};
/// let thickness = Variable::new("thickness", Distribution::LogNormal { median: 1.5, geometric_sd: 1.2 });
/// assert_eq!(thickness.value(0.0)?, 1.5);
/// assert!((thickness.value(1.0)? - 1.5 * 1.2).abs() < 1e-12, "one standard deviation above");
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Distribution {
    /// Normal.
    Normal {
        /// Mean.
        mean: f64,
        /// Standard deviation, positive.
        sd: f64,
    },
    /// Log-normal: median · geometric_sdᶻ with z standard normal.
    LogNormal {
        /// Median, positive.
        median: f64,
        /// Geometric standard deviation e^σ, above 1: 68 % lie between median/this and median · this.
        geometric_sd: f64,
    },
    /// Uniform between two ends.
    Uniform {
        /// Lower end.
        low: f64,
        /// Upper end, above the lower one.
        high: f64,
    },
}

/// A variable that differs among patients: a distribution, on request truncated to a range.
///
/// Truncation is by quantile and exact: with F the distribution function before truncation to [a, b] and p the probability
/// of a patient's normal score, the value is F⁻¹(F(a) + p (F(b) − F(a))). One draw gives one value, whatever the range.
///
/// ```
/// use dermaweave::study::design::{Distribution, Variable};
/// let age = Variable::new("age", Distribution::Normal { mean: 45.0, sd: 15.0 }).within(18.0, 75.0);
/// let median = age.value(0.0)?;
/// assert!(median > 45.0 && median < 45.3, "more is cut away below than above");
/// assert!((18.0..=75.0).contains(&age.value(-7.0)?));
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variable {
    /// Its name, for tables and messages.
    pub name: String,
    /// Its distribution before truncation, in its unit.
    pub distribution: Distribution,
    /// Least and greatest value in its unit; an end may be infinite.
    #[serde(default)]
    pub range: Option<[f64; 2]>,
}

/// Least share of a distribution that a range may leave.
const LEAST_SHARE: f64 = 1e-12;

impl Variable {
    /// A variable that is not truncated.
    pub fn new(name: impl Into<String>, distribution: Distribution) -> Self {
        Self { name: name.into(), distribution, range: None }
    }

    /// The same truncated to a range.
    #[must_use]
    pub fn within(self, low: f64, high: f64) -> Self {
        Self { range: Some([low, high]), ..self }
    }

    /// The value of the normal score z, which rises with z: at z the variable has the quantile of probability Φ(z).
    ///
    /// Numbers that make no distribution, ends of a range that are not in order, and a range that leaves less than 10⁻¹² of
    /// the distribution give [`DesignFault::BadNumber`].
    pub fn value(&self, score: f64) -> Result<f64> {
        self.validate()?;
        Ok(self.of_score(score))
    }

    /// The value of a variable that is known to be right.
    pub(super) fn of_score(&self, score: f64) -> f64 {
        let [low, high] = self.range.unwrap_or([f64::NEG_INFINITY, f64::INFINITY]);
        let score = if self.range.is_some() { self.truncated(score, [low, high]) } else { score };
        // A value may round to one outside.
        self.untruncated(score).clamp(low, high)
    }

    /// The score before truncation that has the probability of this one after it.
    fn truncated(&self, score: f64, range: [f64; 2]) -> f64 {
        let [low, high] = range.map(|end| self.score(end));
        // From below and from above; the smaller of the two is the one that is not rounded away in a tail.
        let lower = below(low) + below(score) * (below(high) - below(low));
        let upper = below(-high) + below(-score) * (below(-low) - below(-high));
        if lower < upper { quantile(lower) } else { -quantile(upper) }
    }

    fn untruncated(&self, score: f64) -> f64 {
        match self.distribution {
            Distribution::Normal { mean, sd } => mean + sd * score,
            Distribution::LogNormal { median, geometric_sd } => median * libm::exp(score * libm::log(geometric_sd)),
            Distribution::Uniform { low, high } => (low * below(-score) + high * below(score)).clamp(low, high),
        }
    }

    /// The normal score of a value before truncation.
    fn score(&self, value: f64) -> f64 {
        match self.distribution {
            Distribution::Normal { mean, sd } => (value - mean) / sd,
            Distribution::LogNormal { median, geometric_sd } => {
                libm::log(value.max(0.0) / median) / libm::log(geometric_sd)
            }
            Distribution::Uniform { low, high } => quantile(((value - low) / (high - low)).clamp(0.0, 1.0)),
        }
    }

    /// Refuses numbers that make no distribution, and ranges that leave nothing of it.
    pub(super) fn validate(&self) -> Result<()> {
        match self.distribution {
            Distribution::Normal { mean, sd } => {
                self.require(mean.is_finite(), "the mean", mean, "it must be finite")?;
                self.require(sd > 0.0 && sd.is_finite(), "the standard deviation", sd, POSITIVE)?;
            }
            Distribution::LogNormal { median, geometric_sd: spread } => {
                self.require(median > 0.0 && median.is_finite(), "the median", median, POSITIVE)?;
                let is_right = spread > 1.0 && spread.is_finite();
                self.require(is_right, "the geometric standard deviation", spread, "it must be finite and above 1")?;
            }
            Distribution::Uniform { low, high } => {
                self.require(low.is_finite(), "the lower end", low, "it must be finite")?;
                self.require(high > low && high.is_finite(), "the upper end", high, ABOVE_LOWER)?;
            }
        }
        self.range.map_or(Ok(()), |range| self.validate_range(range))
    }

    fn validate_range(&self, [low, high]: [f64; 2]) -> Result<()> {
        self.require(!low.is_nan(), "the lower end of the range", low, "give a number")?;
        self.require(high > low, "the upper end of the range", high, "it must be above the lower end")?;
        let [low, high] = [low, high].map(|end| self.score(end));
        // In the tail that is not rounded away.
        let share = if low < 0.0 { below(high) - below(low) } else { below(-low) - below(-high) };
        let quantity = "the share of the distribution within the range";
        self.require(share >= LEAST_SHARE, quantity, share, "widen the range or move the distribution")
    }

    fn require(&self, is_right: bool, quantity: &'static str, value: f64, remedy: &'static str) -> Result<()> {
        if is_right {
            return Ok(());
        }
        Err(DesignFault::BadNumber { name: self.name.clone(), quantity, value, remedy }.into())
    }
}

const POSITIVE: &str = "it must be finite and positive";
const ABOVE_LOWER: &str = "it must be finite and above the lower end";
