//! How high the lowest sites of a relief lie.
use std::ops::Range;

/// Neighboring sites in a row, in each of which lie as many sites of the matrix that are in a region.
#[derive(Clone, Debug)]
pub(super) struct WeightedRun {
    pub(super) sites: Range<usize>,
    pub(super) weight: usize,
}

/// Mean height of the lowest sites that have so much weight together, the last one in part.
pub(super) fn mean_of_lowest(runs: &[WeightedRun], height: &[f64], weight: f64) -> f64 {
    let of_run = |run: &WeightedRun| {
        let of_each = run.weight as f64;
        height[run.sites.clone()].iter().map(move |&height| (height, of_each))
    };
    // No more memory than it takes: a list that grows takes twice that.
    let mut sites = Vec::with_capacity(runs.iter().map(|run| run.sites.len()).sum());
    sites.extend(runs.iter().flat_map(of_run));
    let (mut rest, mut sum, mut missing) = (sites.as_mut_slice(), 0.0, weight);
    // Halving finds the highest site that counts in linear time.
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

#[cfg(test)]
mod tests {
    use super::*;

    /// The same by sorting.
    fn expected(runs: &[WeightedRun], height: &[f64], mut missing: f64) -> f64 {
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
        let run = |sites, weight| WeightedRun { sites, weight };
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
