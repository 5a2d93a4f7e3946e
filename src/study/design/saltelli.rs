//! Variance-based sensitivity indices by the matrices of Saltelli.
use super::bootstrap::{Bootstrap, Estimate, check_outputs};
use super::{Design, Sobol, check_index};
use crate::error::{Result, check};
use serde::{Deserialize, Serialize};

/// Runs for first-order and total Sobol' indices: how much of the variance of an output comes from each factor.
///
/// Of N points of a [`Sobol`] sequence in 2d dimensions, the first d coordinates are the rows of matrix A and the others those
/// of B; A_B⁽ⁱ⁾ is A with its column i taken from B (Saltelli et al. 2010, doi:10.1016/j.cpc.2009.09.018). That makes N(d + 2)
/// runs, row by row: the row of A, those of A_B⁽¹⁾ to A_B⁽ᵈ⁾, that of B. Twice as many rows leave the earlier runs as they are.
///
/// With the outputs f centred on their mean and V the variance of those of A and B,
///
/// ```text
/// S_i  = (1/N) Σⱼ f(B)ⱼ (f(A_B⁽ⁱ⁾)ⱼ − f(A)ⱼ) / V      (Saltelli et al. 2010)
/// S_Ti = (1/2N) Σⱼ (f(A)ⱼ − f(A_B⁽ⁱ⁾)ⱼ)² / V           (Jansen 1999, doi:10.1016/S0010-4655(98)00154-4)
/// ```
///
/// S_i is the share of the variance that is lost if factor i is known, S_Ti what is left if all others are. Centring changes
/// no expectation and lessens the error of S_i.
///
/// ```
/// use dermaweave::study::design::{Bootstrap, Design, Saltelli};
/// let design = Saltelli::new(2, 1024)?;
/// let outputs: Vec<f64> = design.points().map(|x| 2.0 * x[0] + x[1]).collect();
/// let found = design.indices(&outputs, Bootstrap { resamples: 100, seed: 1 })?;
/// assert!((found[0].first.value - 0.8).abs() < 0.01 && (found[1].total.value - 0.2).abs() < 0.01);
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saltelli {
    rows: Sobol,
}

/// The Sobol' indices of a factor.
///
/// ```
/// use dermaweave::study::design::{Estimate, SobolIndices};
/// let estimate = |value| Estimate { value, low: value - 0.02, high: value + 0.02 };
/// let found = SobolIndices { first: estimate(0.31), total: estimate(0.56) };
/// assert!(found.total.low > found.first.high, "it acts together with others");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SobolIndices {
    /// S: share of the variance due to this factor alone.
    pub first: Estimate,
    /// S_T: share due to it alone and together with others.
    pub total: Estimate,
}

impl Saltelli {
    /// Most factors: half of the dimensions of [`Sobol`].
    pub const MOST_FACTORS: usize = Sobol::MOST_DIMENSIONS / 2;

    /// So many factors and rows N, best a power of two. From 1 to [`Saltelli::MOST_FACTORS`] factors and from 2 to 2²⁴ rows are
    /// accepted, others give [`Error::OutOfRange`](crate::Error::OutOfRange).
    pub fn new(factors: usize, rows: usize) -> Result<Self> {
        check("factors of Saltelli's design", factors as f64, "(number)", 1.0..=Self::MOST_FACTORS as f64)?;
        check("rows of Saltelli's design", rows as f64, "(number)", 2.0..=16_777_216.0)?;
        Ok(Self { rows: Sobol::new(2 * factors, rows)? })
    }

    /// First-order and total index of every factor, from the outputs of all runs in their order.
    ///
    /// All are NaN if no output differs from another. Another number of outputs gives
    /// [`DesignFault::WrongCount`](crate::error::DesignFault::WrongCount), one that is not finite
    /// [`DesignFault::BadOutput`](crate::error::DesignFault::BadOutput).
    pub fn indices(&self, outputs: &[f64], bootstrap: Bootstrap) -> Result<Vec<SobolIndices>> {
        check_outputs(outputs, self.len())?;
        let factors = self.factors();
        let rows = Rows::centred(outputs, factors);
        let found = bootstrap.estimates(self.rows.len(), |drawn| rows.indices(drawn))?;
        let (first, total) = found.split_at(factors);
        let pair = |(first, total): (&Estimate, &Estimate)| SobolIndices { first: *first, total: *total };
        Ok(first.iter().zip(total).map(pair).collect())
    }
}

impl Design for Saltelli {
    fn factors(&self) -> usize {
        self.rows.factors() / 2
    }

    fn len(&self) -> usize {
        self.rows.len() * (self.factors() + 2)
    }

    fn point(&self, index: usize) -> Vec<f64> {
        check_index(index, self.len());
        let factors = self.factors();
        let (row, part) = (index / (factors + 2), index % (factors + 2));
        let mut of_a = self.rows.point(row);
        let of_b = of_a.split_off(factors);
        if part > factors {
            return of_b;
        }
        if let Some(factor) = part.checked_sub(1) {
            of_a[factor] = of_b[factor];
        }
        of_a
    }
}

/// Centred outputs, row by row of A, A_B⁽¹⁾ … A_B⁽ᵈ⁾, B.
struct Rows {
    outputs: Vec<f64>,
    factors: usize,
    /// Whether any output differs from another.
    varies: bool,
}

impl Rows {
    fn centred(outputs: &[f64], factors: usize) -> Self {
        let mean = outputs.iter().sum::<f64>() / outputs.len() as f64;
        let varies = outputs.iter().any(|output| *output != outputs[0]);
        Self { outputs: outputs.iter().map(|output| output - mean).collect(), factors, varies }
    }

    /// First-order indices of all factors and then total ones, of the rows that were drawn.
    fn indices(&self, drawn: &[usize]) -> Vec<f64> {
        if !self.varies {
            return vec![f64::NAN; 2 * self.factors];
        }
        let (mut sum, mut squares) = (0.0, 0.0);
        let mut found = vec![0.0; 2 * self.factors];
        let (first, total) = found.split_at_mut(self.factors);
        for row in drawn {
            let row = &self.outputs[row * (self.factors + 2)..][..self.factors + 2];
            let (a, b) = (row[0], row[self.factors + 1]);
            sum += a + b;
            squares += a * a + b * b;
            for ((mixed, first), total) in row[1..].iter().zip(&mut *first).zip(&mut *total) {
                *first += b * (mixed - a);
                *total += 0.5 * (a - mixed) * (a - mixed);
            }
        }
        let count = drawn.len() as f64;
        // Centred outputs have a mean near zero, so the difference of the two loses nothing.
        let variance = squares / (2.0 * count) - (sum / (2.0 * count)).powi(2);
        found.iter().map(|index| index / count / variance).collect()
    }
}
