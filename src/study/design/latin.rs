//! Latin hypercubes.
use super::draws::{Drawn, below, draws, part, permutation, place};
use super::{Design, MOST_FACTORS, check_index};
use crate::error::{Result, check};

/// Most points: 2²⁴, for which places within a stratum are exact.
const MOST_POINTS: f64 = 16_777_216.0;

/// A Latin hypercube: of n points, each of the n equal parts of each coordinate holds exactly one.
///
/// Point i has the coordinate (πⱼ(i) + u)/n along factor j, with independent random permutations πⱼ and u uniform in
/// (0, 1) (McKay, Beckman & Conover 1979, doi:10.1080/00401706.1979.10489755). The permutations take 4 bytes per coordinate;
/// places within the parts are drawn when a point is asked for.
///
/// ```
/// use dermaweave::study::design::{Design, LatinHypercube};
/// let design = LatinHypercube::new(2, 5, 1)?;
/// let mut strata: Vec<_> = design.points().map(|point| (5.0 * point[0]).floor()).collect();
/// strata.sort_by(f64::total_cmp);
/// assert_eq!(strata, [0.0, 1.0, 2.0, 3.0, 4.0]);
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LatinHypercube {
    points: usize,
    seed: u64,
    /// The stratum of each point, factor by factor.
    strata: Vec<Vec<u32>>,
}

impl LatinHypercube {
    /// So many points of so many factors. From 1 to 1000 factors and from 1 to 2²⁴ points are accepted, others give
    /// [`Error::OutOfRange`](crate::Error::OutOfRange).
    pub fn new(factors: usize, points: usize, seed: u64) -> Result<Self> {
        check("number of factors", factors as f64, "(number)", 1.0..=MOST_FACTORS)?;
        check("points of a Latin hypercube", points as f64, "(number)", 1.0..=MOST_POINTS)?;
        // A stream for each number: one for all of a factor would be too short.
        let order =
            |factor| permutation(points, |count| below(&mut draws(seed, Drawn::Order, part(factor, count)), count));
        Ok(Self { points, seed, strata: (0..factors).map(order).collect() })
    }
}

impl Design for LatinHypercube {
    fn factors(&self) -> usize {
        self.strata.len()
    }

    fn len(&self) -> usize {
        self.points
    }

    fn point(&self, index: usize) -> Vec<f64> {
        check_index(index, self.len());
        let mut draws = draws(self.seed, Drawn::Place, index as u64);
        let coordinate = |strata: &Vec<u32>| (f64::from(strata[index]) + place(&mut draws)) / self.points as f64;
        self.strata.iter().map(coordinate).collect()
    }
}
