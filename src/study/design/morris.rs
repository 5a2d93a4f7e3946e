//! Elementary effects by trajectories of Morris.
use super::bootstrap::{Bootstrap, Estimate, check_outputs};
use super::draws::{Drawn, below, draws, permutation};
use super::{Design, MOST_FACTORS, check_index};
use crate::error::{Result, check, check_multiple};
use rand::RngExt;
use serde::{Deserialize, Serialize};

/// Trajectories of Morris, which tell with few runs which factors matter (Morris 1991, doi:10.1080/00401706.1991.10484804).
///
/// Coordinates take p levels 0, 1/(p − 1), …, 1, with p even. Each of r trajectories begins at a random level of each of d
/// factors and then moves one factor after another, in random order, by Δ = p/(2(p − 1)): upwards from the lower half of the
/// levels or downwards from the upper half, so that every level is as likely as any other. That makes r(d + 1) runs; runs
/// t(d + 1) to t(d + 1) + d are trajectory t. More trajectories leave the earlier ones as they are.
///
/// ```
/// use dermaweave::study::design::{Bootstrap, Design, Morris};
/// let design = Morris::new(3, 10, 4, 1)?;
/// let outputs: Vec<f64> = design.points().map(|x| 2.0 * x[0] - x[1]).collect();
/// let found = design.effects(&outputs, Bootstrap::default())?;
/// assert!((found[0].mean - 2.0).abs() < 1e-12 && (found[1].mean + 1.0).abs() < 1e-12);
/// assert!((found[1].mean_absolute.value - 1.0).abs() < 1e-12 && found[2].mean_absolute.value == 0.0);
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Morris {
    factors: usize,
    trajectories: usize,
    levels: usize,
    seed: u64,
}

/// How a factor acts, of its elementary effects: changes of the output per change of the coordinate by 1.
///
/// ```
/// use dermaweave::study::design::{Bootstrap, Design, Morris};
/// let design = Morris::new(1, 30, 4, 1)?;
/// let outputs: Vec<f64> = design.points().map(|x| (x[0] - 0.5).powi(2)).collect();
/// let found = design.effects(&outputs, Bootstrap::default())?[0];
/// // Effects of ±1/3 cancel in the mean and not in the mean of their sizes.
/// assert!(found.mean.abs() < 0.3 && (found.mean_absolute.value - 1.0 / 3.0).abs() < 1e-12);
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ElementaryEffects {
    /// μ: mean of the effects, in units of the output.
    #[serde(with = "crate::reading::number")]
    pub mean: f64,
    /// μ*: mean of their absolute values, which does not cancel (Campolongo, Cariboni & Saltelli 2007,
    /// doi:10.1016/j.envsoft.2006.10.004), with its bootstrap interval.
    pub mean_absolute: Estimate,
    /// σ: their standard deviation, with r − 1 in the denominator: how far the factor is from acting linearly and by itself.
    #[serde(with = "crate::reading::number")]
    pub deviation: f64,
}

/// A trajectory: where it begins, and which way each factor moves and when.
struct Trajectory {
    /// The lower of the two levels of each factor.
    lower: Vec<usize>,
    /// Whether each factor moves upwards.
    rises: Vec<bool>,
    /// Factors in the order in which they move.
    order: Vec<u32>,
}

impl Morris {
    /// So many trajectories through so many factors of so many levels.
    ///
    /// From 1 to 1000 factors, from 2 to 10⁶ trajectories and from 2 to 1000 levels are accepted, others give
    /// [`Error::OutOfRange`](crate::Error::OutOfRange), and an odd number of levels
    /// [`Error::NotMultiple`](crate::Error::NotMultiple). Four levels and 10 to 50 trajectories are usual.
    pub fn new(factors: usize, trajectories: usize, levels: usize, seed: u64) -> Result<Self> {
        check("number of factors", factors as f64, "(number)", 1.0..=MOST_FACTORS)?;
        check("trajectories of Morris", trajectories as f64, "(number)", 2.0..=1e6)?;
        check_multiple("levels of Morris", levels as f64, "(number)", 2.0, 2.0..=1000.0)?;
        Ok(Self { factors, trajectories, levels, seed })
    }

    /// Δ, by which a factor moves.
    pub const fn step(&self) -> f64 {
        self.levels as f64 / (2 * (self.levels - 1)) as f64
    }

    /// μ, μ* and σ of every factor, from the outputs of all runs in their order.
    ///
    /// Another number of outputs gives [`DesignFault::WrongCount`](crate::error::DesignFault::WrongCount), one that is not
    /// finite [`DesignFault::BadOutput`](crate::error::DesignFault::BadOutput).
    pub fn effects(&self, outputs: &[f64], bootstrap: Bootstrap) -> Result<Vec<ElementaryEffects>> {
        check_outputs(outputs, self.len())?;
        let effects = self.of_trajectories(outputs);
        let mean = |factor: usize, rows: &[usize], size: fn(f64) -> f64| {
            rows.iter().map(|row| size(effects[*row][factor])).sum::<f64>() / rows.len() as f64
        };
        let sizes = bootstrap.estimates(self.trajectories, |rows| {
            (0..self.factors).map(|factor| mean(factor, rows, f64::abs)).collect()
        })?;
        let all: Vec<usize> = (0..self.trajectories).collect();
        let of_factor = |(factor, mean_absolute)| {
            let mean = mean(factor, &all, |effect| effect);
            let squares: f64 = effects.iter().map(|effects| (effects[factor] - mean).powi(2)).sum();
            let deviation = (squares / (self.trajectories - 1) as f64).sqrt();
            ElementaryEffects { mean, mean_absolute, deviation }
        };
        Ok(sizes.into_iter().enumerate().map(of_factor).collect())
    }

    /// The effect of each factor in each trajectory.
    fn of_trajectories(&self, outputs: &[f64]) -> Vec<Vec<f64>> {
        let of_trajectory = |(index, outputs): (usize, &[f64])| {
            let Trajectory { rises, order, .. } = self.trajectory(index);
            let mut effects = vec![0.0; self.factors];
            for (factor, pair) in order.into_iter().map(|factor| factor as usize).zip(outputs.windows(2)) {
                let change = pair[1] - pair[0];
                effects[factor] = if rises[factor] { change } else { -change } / self.step();
            }
            effects
        };
        outputs.chunks_exact(self.factors + 1).enumerate().map(of_trajectory).collect()
    }

    fn trajectory(&self, index: usize) -> Trajectory {
        let mut draws = draws(self.seed, Drawn::Trajectory, index as u64);
        let lower = (0..self.factors).map(|_| below(&mut draws, self.levels / 2)).collect();
        let rises = (0..self.factors).map(|_| draws.random()).collect();
        Trajectory { lower, rises, order: permutation(self.factors, |count| below(&mut draws, count)) }
    }
}

impl Design for Morris {
    fn factors(&self) -> usize {
        self.factors
    }

    fn len(&self) -> usize {
        self.trajectories * (self.factors + 1)
    }

    fn point(&self, index: usize) -> Vec<f64> {
        check_index(index, self.len());
        let Trajectory { lower, rises, order } = self.trajectory(index / (self.factors + 1));
        // What rises begins below, and what has moved is on the other side.
        let mut is_above: Vec<bool> = rises.iter().map(|rises| !rises).collect();
        for factor in &order[..index % (self.factors + 1)] {
            is_above[*factor as usize] ^= true;
        }
        let coordinate = |(lower, is_above): (usize, bool)| {
            let level = lower + if is_above { self.levels / 2 } else { 0 };
            level as f64 / (self.levels - 1) as f64
        };
        lower.into_iter().zip(is_above).map(coordinate).collect()
    }
}
