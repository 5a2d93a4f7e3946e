//! A search without derivatives in the unit cube: a Latin hypercube, then a pattern search from its best point.
use crate::random::{Purpose, stream};
use rand::RngExt;

/// A point of the unit cube.
pub(super) type Point = Vec<f64>;

/// Points of which exactly one lies in each of the `samples` equal slices along every axis.
pub(super) fn latin_hypercube(dimensions: usize, samples: usize, seed: u64) -> Vec<Point> {
    let mut points = vec![vec![0.0; dimensions]; samples];
    for dimension in 0..dimensions {
        let mut draws = stream(seed, 0, Purpose::User, dimension as u64);
        let mut slices: Vec<usize> = (0..samples).collect();
        for last in (1..samples).rev() {
            slices.swap(last, draws.random_range(0..=last));
        }
        for (point, slice) in points.iter_mut().zip(slices) {
            point[dimension] = (slice as f64 + draws.random::<f64>()) / samples as f64;
        }
    }
    points
}

/// Pattern search: polls one step to both sides along every axis, goes to the best of the poll and once more in
/// its direction; the step is halved where nothing is better, and doubled after a success up to the first one. A poll can
/// be evaluated all at once.
#[derive(Clone, Debug)]
pub(super) struct PatternSearch {
    pub(super) best: Point,
    pub(super) value: f64,
    step: f64,
    first_step: f64,
    /// The last successful move, tried again.
    momentum: Option<Point>,
}

impl PatternSearch {
    /// Starts at a point of known value.
    pub(super) fn new(start: Point, value: f64, step: f64) -> Self {
        Self { best: start, value, step, first_step: step, momentum: None }
    }

    /// The points to evaluate next, all within the cube.
    pub(super) fn poll(&self) -> Vec<Point> {
        let sides = (0..self.best.len()).flat_map(|axis| {
            [-self.step, self.step].map(|move_by| {
                let mut point = self.best.clone();
                point[axis] = (point[axis] + move_by).clamp(0.0, 1.0);
                point
            })
        });
        let moved = |move_by: &Point| self.best.iter().zip(move_by).map(|(at, by)| (at + by).clamp(0.0, 1.0)).collect();
        let again = self.momentum.iter().map(moved);
        let mut poll: Vec<Point> = Vec::new();
        for point in sides.chain(again) {
            // To rounding: what was polled already tells nothing new.
            let is_same = |other: &Point| other.iter().zip(&point).all(|(one, other)| (one - other).abs() < 1e-9);
            if !is_same(&self.best) && !poll.iter().any(is_same) {
                poll.push(point);
            }
        }
        poll
    }

    /// Takes the values of the points of [`PatternSearch::poll`], in its order; whether any was better. A value
    /// that is not a number is never better.
    pub(super) fn take(&mut self, points: &[Point], values: &[f64]) -> bool {
        let better = points.iter().zip(values).filter(|(_, value)| **value < self.value);
        let Some((point, &value)) = better.min_by(|first, second| first.1.total_cmp(second.1)) else {
            (self.step, self.momentum) = (0.5 * self.step, None);
            return false;
        };
        self.momentum = Some(point.iter().zip(&self.best).map(|(to, from)| to - from).collect());
        (self.best, self.value) = (point.clone(), value);
        self.step = (2.0 * self.step).min(self.first_step);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Claim: every slice of every axis holds exactly one sample.
    #[test]
    fn a_latin_hypercube_has_one_sample_per_slice() {
        for (dimensions, samples) in [(1, 1), (3, 7), (8, 40)] {
            let points = latin_hypercube(dimensions, samples, 3);
            for dimension in 0..dimensions {
                let mut slices: Vec<_> =
                    points.iter().map(|point| (point[dimension] * samples as f64) as usize).collect();
                slices.sort_unstable();
                assert_eq!(slices, (0..samples).collect::<Vec<_>>());
            }
        }
        assert_ne!(latin_hypercube(2, 5, 1), latin_hypercube(2, 5, 2));
    }

    fn minimum(start: [f64; 2], polls: usize, value: impl Fn(&[f64]) -> f64) -> PatternSearch {
        let mut search = PatternSearch::new(start.to_vec(), value(&start), 0.25);
        for _ in 0..polls {
            let poll = search.poll();
            assert!(poll.iter().flatten().all(|at| (0.0..=1.0).contains(at)));
            let values: Vec<_> = poll.iter().map(|point| value(point)).collect();
            search.take(&poll, &values);
        }
        search
    }

    /// Claim: the pattern search finds the minimum of a bowl, to 2⁻¹⁵ of the cube after 15 halvings of the step and at
    /// most four moves between two of them, also where it lies on an edge, and comes half of the way down a narrow, bent valley in 200 polls.
    #[test]
    fn the_pattern_search_finds_minima() {
        let bowl = minimum([0.9, 0.1], 80, |point| (point[0] - 0.3).powi(2) + 4.0 * (point[1] - 0.7).powi(2));
        assert!((bowl.best[0] - 0.3).abs() < 1e-4 && (bowl.best[1] - 0.7).abs() < 1e-4, "{bowl:?}");
        let edge = minimum([0.5, 0.5], 80, |point| point[0] - point[1]);
        assert_eq!(edge.best, [0.0, 1.0]);
        // Rosenbrock's valley, shrunk to the cube: the floor runs from the start to (0.75, 0.75).
        let valley = |point: &[f64]| {
            let (x, y) = (4.0 * point[0] - 2.0, 4.0 * point[1] - 2.0);
            (1.0 - x).powi(2) + 100.0 * (y - x * x).powi(2)
        };
        let start = [0.25, 0.75];
        let found = minimum(start, 200, valley).value;
        assert!(found < 0.5 * valley(&start), "{found}");
        assert_eq!(minimum([0.5, 0.5], 10, |_| f64::NAN).best, [0.5, 0.5]);
    }
}
