//! Intervals by the bootstrap.
use super::draws::{Drawn, below, draws, part};
use crate::error::{DesignFault, Result, check};
use crate::measure::Summary;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Most resamples.
const MOST_RESAMPLES: f64 = 100_000.0;

/// A number that was estimated, with its 95 % interval.
///
/// ```
/// use dermaweave::study::design::Estimate;
/// let found = Estimate { value: 0.53, low: 0.51, high: 0.55 };
/// assert_eq!(found.to_string(), "0.53 (0.51 to 0.55)");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// The estimate.
    #[serde(with = "crate::reading::number")]
    pub value: f64,
    /// Lower end of the interval; NaN without resamples.
    #[serde(with = "crate::reading::number")]
    pub low: f64,
    /// Upper end of the interval; NaN without resamples.
    #[serde(with = "crate::reading::number")]
    pub high: f64,
}

impl fmt::Display for Estimate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { value, low, high } = *self;
        // Shown as a mean of replicates is.
        fmt::Display::fmt(&Summary { mean: value, low, high, count: 2 }, formatter)
    }
}

/// How intervals are found: rows of a design (trajectories, or runs that belong together) are drawn with replacement, as many
/// as there are, and the estimate is made again; the 2.5 and 97.5 % quantiles of many such estimates are the ends of the
/// interval (percentile interval; Efron & Tibshirani 1986, doi:10.1214/ss/1177013815). Draws are keyed by the seed.
///
/// ```
/// use dermaweave::study::design::{Bootstrap, Design, Morris};
/// let design = Morris::new(2, 20, 4, 1)?;
/// let outputs: Vec<f64> = design.points().map(|x| x[0] + x[0] * x[1]).collect();
/// let found = design.effects(&outputs, Bootstrap { resamples: 200, seed: 5 })?;
/// assert!(found[0].mean_absolute.low < found[0].mean_absolute.high);
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bootstrap {
    /// How many resamples, at most 100 000; with 0 there is no interval.
    pub resamples: usize,
    /// Seed of the draws.
    pub seed: u64,
}

impl Default for Bootstrap {
    /// 1000 resamples of seed 0.
    fn default() -> Self {
        Self { resamples: 1000, seed: 0 }
    }
}

impl Bootstrap {
    /// All numbers that `statistic` makes of the given rows of `count`, each with its interval.
    pub(super) fn estimates(self, count: usize, statistic: impl Fn(&[usize]) -> Vec<f64>) -> Result<Vec<Estimate>> {
        check("resamples of a bootstrap", self.resamples as f64, "(number)", 0.0..=MOST_RESAMPLES)?;
        let all: Vec<usize> = (0..count).collect();
        let values = statistic(&all);
        let mut again = vec![Vec::with_capacity(self.resamples); values.len()];
        for resample in 0..self.resamples {
            for (found, value) in again.iter_mut().zip(statistic(&self.rows(resample, count))) {
                found.push(value);
            }
        }
        let estimate = |(value, mut found): (f64, Vec<f64>)| {
            found.sort_by(f64::total_cmp);
            Estimate { value, low: quantile(&found, 0.025), high: quantile(&found, 0.975) }
        };
        Ok(values.into_iter().zip(again).map(estimate).collect())
    }

    /// The rows of a resample.
    fn rows(self, resample: usize, count: usize) -> Vec<usize> {
        let row = |row| below(&mut draws(self.seed, Drawn::Resample, part(resample, row)), count);
        (0..count).map(row).collect()
    }
}

/// Quantile of sorted numbers, linear between neighbours; NaN of none.
fn quantile(sorted: &[f64], probability: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return f64::NAN };
    let place = probability * last as f64;
    let below = place.floor() as usize;
    let (low, high) = (sorted[below], sorted[(below + 1).min(last)]);
    low + (place - place.floor()) * (high - low)
}

/// Refuses outputs that are not one finite number for each run.
pub(super) fn check_outputs(outputs: &[f64], runs: usize) -> Result<()> {
    super::factor::same_count("outputs", outputs.len(), runs, "runs")?;
    match outputs.iter().position(|output| !output.is_finite()) {
        None => Ok(()),
        Some(run) => Err(DesignFault::BadOutput { run, value: outputs[run] }.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_linear_between_neighbours() {
        assert_eq!(quantile(&[1.0, 2.0, 4.0], 0.75), 3.0);
        assert_eq!(quantile(&[1.0, 2.0, 4.0], 1.0), 4.0);
        assert!(quantile(&[], 0.5).is_nan());
    }

    /// The interval of a mean has the width of its standard error.
    #[test]
    fn intervals_of_a_mean_have_the_width_of_theory() {
        let numbers: Vec<f64> = (0..400).map(f64::from).collect();
        let mean = |rows: &[usize]| vec![rows.iter().map(|row| numbers[*row]).sum::<f64>() / rows.len() as f64];
        let found = Bootstrap { resamples: 4000, seed: 1 }.estimates(400, mean).unwrap()[0];
        // s of 0, 1, … 399 is 400/√12; with 4000 resamples an end is known to about 3 % of the half-width.
        let half_width = 1.96 * 400.0 / 12.0_f64.sqrt() / 20.0;
        assert_eq!(found.value, 199.5);
        for end in [found.value - found.low, found.high - found.value] {
            assert!((end / half_width - 1.0).abs() < 0.1, "{found}, half of it {half_width}");
        }
    }
}
