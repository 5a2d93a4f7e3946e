//! Full factorial designs.
use super::{Design, check_index};
use crate::error::{Result, check};

/// Most runs of a full factorial design: 2³².
const MOST_RUNS: f64 = 4_294_967_296.0;

/// Every combination of a number of levels of each factor, the last factor changing first.
///
/// Of n levels, level l lies at l/(n − 1), so the first and the last are the ends of a range; a single level lies at ½.
///
/// ```
/// use dermaweave::study::design::{Design, FullFactorial};
/// let design = FullFactorial::new([2, 3])?;
/// assert_eq!(design.len(), 6);
/// assert_eq!(design.levels_at(4), [1, 1]);
/// assert_eq!(design.point(4), [1.0, 0.5]);
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FullFactorial {
    levels: Vec<usize>,
    runs: usize,
}

impl FullFactorial {
    /// All combinations of so many levels of each factor. No factor, a factor without a level, and more than 2³² runs give
    /// [`Error::OutOfRange`](crate::Error::OutOfRange).
    pub fn new(levels: impl Into<Vec<usize>>) -> Result<Self> {
        let levels = levels.into();
        check("number of factors", levels.len() as f64, "(number)", 1.0..=32.0)?;
        for level in &levels {
            check("levels of a factor", *level as f64, "(number)", 1.0..=MOST_RUNS)?;
        }
        // As a floating number, which does not overflow.
        let runs = levels.iter().map(|level| *level as f64).product();
        check("runs of a full factorial design", runs, "(number)", 1.0..=MOST_RUNS)?;
        Ok(Self { levels, runs: runs as usize })
    }

    /// The level of each factor in a run, counted from 0.
    ///
    /// # Panics
    ///
    /// If the index is not below [`Design::len`].
    pub fn levels_at(&self, index: usize) -> Vec<usize> {
        check_index(index, self.len());
        let mut rest = index;
        let mut found = vec![0; self.levels.len()];
        for (level, count) in found.iter_mut().zip(&self.levels).rev() {
            *level = rest % count;
            rest /= count;
        }
        found
    }
}

impl Design for FullFactorial {
    fn factors(&self) -> usize {
        self.levels.len()
    }

    fn len(&self) -> usize {
        self.runs
    }

    fn point(&self, index: usize) -> Vec<f64> {
        let place = |(level, count): (usize, &usize)| {
            if *count == 1 { 0.5 } else { level as f64 / (count - 1) as f64 }
        };
        self.levels_at(index).into_iter().zip(&self.levels).map(place).collect()
    }
}
