//! A search without derivatives in the unit cube: a Latin hypercube, then a pattern search from its best point.
use dermaweave::random::{Purpose, stream};
use rand::RngExt;

/// A point of the unit cube.
pub type Point = Vec<f64>;

/// Points of which exactly one lies in each of the `samples` equal slices along every axis.
pub fn latin_hypercube(dimensions: usize, samples: usize, seed: u64) -> Vec<Point> {
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
/// its direction; the step is halved where nothing is better, and doubled after a success up to the first one. A poll can be evaluated all at once.
#[derive(Clone, Debug)]
pub struct PatternSearch {
    pub best: Point,
    pub value: f64,
    step: f64,
    first_step: f64,
    /// The last successful move, tried again.
    momentum: Option<Point>,
}

impl PatternSearch {
    /// Starts at a point of known value.
    pub fn new(start: Point, value: f64, step: f64) -> Self {
        Self { best: start, value, step, first_step: step, momentum: None }
    }

    /// The points to evaluate next, all within the cube.
    pub fn poll(&self) -> Vec<Point> {
        let sides = (0..self.best.len()).flat_map(|axis| {
            [-self.step, self.step].map(|move_by| {
                let mut point = self.best.clone();
                point[axis] = (point[axis] + move_by).clamp(0.0, 1.0);
                point
            })
        });
        let again = self
            .momentum
            .iter()
            .map(|move_by| self.best.iter().zip(move_by).map(|(at, move_by)| (at + move_by).clamp(0.0, 1.0)).collect());
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
    pub fn take(&mut self, points: &[Point], values: &[f64]) -> bool {
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
