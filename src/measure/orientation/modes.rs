//! Count of the fiber families of an orientation density.

use super::distribution::OrientationDistribution;
use super::maximum_entropy::exponent;
use super::quadrature::base_features;
use std::f64::consts::TAU;

/// Height above the neighboring minimum, as a fraction of the highest density, from
/// which a local maximum counts as a fiber family.
const FAMILY_PROMINENCE: f64 = 0.05;

/// Angles between which extrema of the exponent are sought.
const ANGLES: usize = 1024;

impl OrientationDistribution {
    /// Number of fiber families, 0 to 2.
    ///
    /// A family is a local maximum of the density that rises above the higher of its
    /// neighboring minima, the highest one above the lowest minimum, by at least 5 %
    /// of the highest density. The isotropic density has none.
    #[must_use]
    pub fn modes(&self) -> usize {
        let (mut maxima, mut minima) = self.extrema();
        maxima.sort_by(|left, right| right.total_cmp(left));
        minima.sort_by(f64::total_cmp);
        let (Some(&highest), Some(&lowest)) = (maxima.first(), minima.first()) else {
            return 0;
        };
        let height = |exponent: f64| (exponent - highest).exp();
        // An exponent of second degree has at most two maxima, so both minima are
        // neighbors of the lower one.
        let main = usize::from(1.0 - height(lowest) >= FAMILY_PROMINENCE);
        let second = maxima
            .get(1)
            .zip(minima.get(1))
            .is_some_and(|(&peak, &saddle)| height(peak) - height(saddle) >= FAMILY_PROMINENCE);
        main + usize::from(second)
    }

    /// Local maxima and minima of the exponent, each from a parabola through three points.
    fn extrema(&self) -> (Vec<f64>, Vec<f64>) {
        let angle = |index: usize| index as f64 * TAU / ANGLES as f64;
        // A plain loop, which is vectorized.
        let values: [f64; ANGLES] =
            std::array::from_fn(|index| exponent(&self.state.multipliers, base_features(angle(index))));
        let (mut maxima, mut minima) = (Vec::new(), Vec::new());
        let (mut before, mut here) = (values[ANGLES - 1], values[0]);
        for index in 0..ANGLES {
            let after = values[(index + 1) % ANGLES];
            let (slope, bend) = (after - before, before - 2.0 * here + after);
            let vertex = here - slope * slope / (8.0 * bend);
            if here > before && here >= after {
                maxima.push(vertex);
            } else if here < before && here <= after {
                minima.push(vertex);
            }
            (before, here) = (here, after);
        }
        (maxima, minima)
    }
}
