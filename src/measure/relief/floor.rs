//! How high the lowest sites of a relief lie.
use crate::engine::slices;
use std::ops::Range;

/// Steps into which heights are sorted on the way to the floor.
const STEPS: usize = 256;

/// Neighbors that are counted apart.
const LANES: usize = 4;

/// Neighbors that are looked at together.
const TOGETHER: usize = 16;

/// Neighboring sites in a row, in each of which lie as many sites of the matrix that are in a region.
#[derive(Clone, Debug)]
pub(super) struct Run {
    pub(super) sites: Range<usize>,
    pub(super) weight: usize,
}

/// Mean height of the lowest sites that have so much weight together, the last one in part.
pub(super) fn mean_of_lowest(runs: &[Run], height: &[f64], weight: f64) -> f64 {
    let ladder = Ladder::over(runs, height);
    let (mut missing, step) = ladder.climb(weight);
    let above = if step == STEPS - 1 { f64::INFINITY } else { step as f64 + 1.0 };
    let (mut sum, mut sites) = (0.0, Vec::new());
    for run in runs {
        let of_each = run.weight as f64;
        for heights in height[run.sites.clone()].chunks(TOGETHER) {
            // Most lie higher, which is asked of several at once.
            if !heights.iter().fold(false, |any, &height| any | (ladder.rung(height) < above)) {
                continue;
            }
            for &height in heights {
                let rung = ladder.rung(height);
                if rung < step as f64 {
                    sum += of_each * height;
                } else if rung < above {
                    sites.push((height, of_each));
                }
            }
        }
    }
    let mut rest = sites.as_mut_slice();
    // Halving finds the floor among the sites of one step in linear time.
    while rest.len() > 1 {
        let half = rest.len() / 2;
        rest.select_nth_unstable_by(half, |first, second| first.0.total_cmp(&second.0));
        let (lower, upper) = rest.split_at_mut(half);
        let of_lower: f64 = lower.iter().map(|&(_, weight)| weight).sum();
        if of_lower >= missing {
            rest = lower;
        } else {
            sum += lower.iter().map(|&(height, weight)| height * weight).sum::<f64>();
            missing -= of_lower;
            rest = upper;
        }
    }
    (sum + missing * rest.iter().map(|&(height, _)| height).sum::<f64>()) / weight
}

/// Heights sorted into equal steps from the lowest to the highest.
struct Ladder {
    lowest: f64,
    steps_per_um: f64,
    /// Weights of the sites on every step. Neighbors are counted apart: often on the same step, one would wait for the other.
    weights: [[usize; STEPS]; LANES],
}

impl Ladder {
    fn over(runs: &[Run], height: &[f64]) -> Self {
        let of_runs = runs.iter().map(|run| slices::range(&height[run.sites.clone()]));
        let all = (f64::INFINITY, f64::NEG_INFINITY);
        let (lowest, highest) = of_runs.fold(all, |all, run| (run.0.min(all.0), run.1.max(all.1)));
        let steps_per_um = STEPS as f64 / (highest - lowest).max(f64::MIN_POSITIVE);
        let mut ladder = Self { lowest, steps_per_um, weights: [[0; STEPS]; LANES] };
        for run in runs {
            for heights in height[run.sites.clone()].chunks(LANES) {
                for (lane, &height) in heights.iter().enumerate() {
                    ladder.weights[lane][ladder.step(height)] += run.weight;
                }
            }
        }
        ladder
    }

    /// How far up a height is, in steps; the lowest for one that is not a number.
    fn rung(&self, height: f64) -> f64 {
        ((height - self.lowest) * self.steps_per_um).max(0.0)
    }

    fn step(&self, height: f64) -> usize {
        (self.rung(height) as usize).min(STEPS - 1)
    }

    /// The step on which a weight from the lowest site on ends, and what of it is missing below.
    fn climb(&self, weight: f64) -> (f64, usize) {
        let mut missing = weight;
        for step in 0..STEPS {
            let of_step = self.weights.iter().map(|weights| weights[step]).sum::<usize>() as f64;
            if of_step >= missing {
                return (missing, step);
            }
            missing -= of_step;
        }
        (missing, STEPS - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same by sorting.
    fn expected(runs: &[Run], height: &[f64], mut missing: f64) -> f64 {
        let weight = missing;
        let sites = runs.iter().flat_map(|run| height[run.sites.clone()].iter().map(|&height| (height, run.weight)));
        let mut sites: Vec<_> = sites.collect();
        sites.sort_by(|first, second| first.0.total_cmp(&second.0));
        let mut sum = 0.0;
        for (height, weight) in sites {
            let part = missing.min(weight as f64);
            sum += part * height;
            missing -= part;
        }
        sum / weight
    }

    /// Defends: the mean is that of the sorted heights, whatever the heights, the weights of their sites and how many of
    /// them are looked at.
    #[test]
    fn the_lowest_are_those_of_the_sorted_heights() {
        let run = |sites, weight| Run { sites, weight };
        let runs = [run(3..40, 4), run(40..42, 1), run(50..201, 3), run(300..1000, 4)];
        let count: usize = runs.iter().map(|run| run.weight * run.sites.len()).sum();
        let wave = |x: f64| 50.0 * ((0.37 * x).sin() + (0.073 * x).cos());
        let shapes: [fn(f64, f64) -> f64; 4] =
            [|_, wave| wave, |_, _| -3.0, |x, wave| if x == 77.0 { -1e6 } else { wave }, |x, _| x.round() % 2.0];
        for shape in shapes {
            let height: Vec<_> = (0..1000).map(|site| shape(f64::from(site), wave(f64::from(site)))).collect();
            for share in [0.001, 0.1, 0.5, 0.9, 1.0] {
                let weight = share * count as f64;
                let (found, expected) = (mean_of_lowest(&runs, &height, weight), expected(&runs, &height, weight));
                assert!((found - expected).abs() <= 1e-12 * (1.0 + expected.abs()), "{found} {expected} {share}");
            }
        }
    }
}
