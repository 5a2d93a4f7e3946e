//! Orientation density rebuilt from its two axial moments.
//!
//! Among all densities on `[0, π)` with the moments `z2 = ⟨e^{2iθ}⟩` and
//! `z4 = ⟨e^{4iθ}⟩`, the one of largest entropy is
//! `p(θ) = exp(a cos 2θ + b sin 2θ + c cos 4θ + d sin 4θ) / Z`. It assumes nothing
//! beyond the moments, is never negative and shows at most two fiber families.

use super::maximum_entropy::{State, base_features, curvature_bound, exponent, grid, solve};
use nalgebra::Vector4;
use std::f64::consts::{PI, TAU};

/// Smallest variance of a peak in the doubled angle, rad²: that of directions spread
/// evenly over one bin of 1°, `(π/90)²/12` ≈ 1.02e-4.
const SMALLEST_VARIANCE: f64 = PI * PI / 97_200.0;

/// Ratio of successive blurs, and the blur after which the wanted one is tried, rad².
const BLUR_RATIO: f64 = 0.5;
const NARROWEST_EXTRA_BLUR: f64 = 0.5 * SMALLEST_VARIANCE;

/// Height above the neighboring minimum, as a fraction of the highest density, from
/// which a local maximum counts as a fiber family.
const FAMILY_PROMINENCE: f64 = 0.05;

/// Bins of 1° over the half circle.
const DEGREE_BINS: usize = 180;

/// Level of the grid of 1024 angles on which extrema of the exponent are sought.
const EXTREMUM_GRID_LEVEL: usize = 4;

/// Nodes and weights of the Gauss–Legendre rule of four points on `[−1, 1]`.
const GAUSS_LEGENDRE: [[f64; 2]; 4] = [
    [-0.861_136_311_594_052_6, 0.347_854_845_137_453_85],
    [-0.339_981_043_584_856_26, 0.652_145_154_862_546_1],
    [0.339_981_043_584_856_26, 0.652_145_154_862_546_1],
    [0.861_136_311_594_052_6, 0.347_854_845_137_453_85],
];

/// Maximum-entropy orientation density on `[0, π)` with given axial moments.
#[derive(Clone, Debug)]
pub struct OrientationDistribution {
    /// Direction of `z2` in the doubled angle, rad.
    mean_direction: f64,
    /// Multipliers of the features `(u, s, u², u s)` about the mean direction.
    multipliers: Vector4<f64>,
    /// Logarithm of the mean of `exp(λ·f)` over the circle.
    log_partition: f64,
    /// Means of the features.
    means: Vector4<f64>,
    /// Variance added in the doubled angle, rad².
    added_variance: f64,
}

impl OrientationDistribution {
    /// Density of largest entropy with `z2 = ⟨e^{2iθ}⟩` and `z4 = ⟨e^{4iθ}⟩`, each
    /// given as dimensionless `[cosine, sine]` mean. Never fails.
    ///
    /// Moments outside the realizable set `|z2| ≤ 1`, `|z4 − z2²| ≤ 1 − |z2|²` are
    /// moved to its boundary. Where a peak would be narrower than a 1° bin, that is
    /// where `v = min(1 − |z2|², (1 − |z2|² − |z4 − z2²|)/(1 − |z2|²))` is below
    /// `v0 = (π/90)²/12`, the density is blurred by a narrow wrapped normal of
    /// variance `v0 − v` in 2θ: `z2` is multiplied by `exp(−(v0 − v)/2)` and `z4` by
    /// `exp(−2 (v0 − v))`, at least 0.99994 and 0.9997. Where Newton's method does not
    /// converge from a single family, it follows blurs of falling variance instead and
    /// keeps the least one that converged, see [`Self::added_variance`]. Moments that
    /// are not finite give a density that is NaN everywhere.
    #[must_use]
    pub fn from_moments(z2: [f64; 2], z4: [f64; 2]) -> Self {
        if !z2.iter().chain(&z4).all(|part| part.is_finite()) {
            return Self::undefined();
        }
        let (resultant, mean_direction, centered) = realizable(z2, z4);
        let added = (SMALLEST_VARIANCE - peak_variance(resultant, centered)).max(0.0);
        let wanted = blurred_features(resultant, centered, added);
        let direct = State::single_family(1.0 - wanted[0]).and_then(|start| solve(start, &wanted));
        let (state, added) = match direct {
            Some(state) => (state, added),
            None => sharpened(resultant, centered, added),
        };
        Self::from_state(state, mean_direction, added)
    }

    /// Density of a converged solution.
    fn from_state(state: State, mean_direction: f64, added_variance: f64) -> Self {
        Self {
            mean_direction,
            multipliers: state.multipliers,
            log_partition: state.log_partition,
            means: state.means,
            added_variance,
        }
    }

    /// The density of undefined moments: every number NaN, no families.
    fn undefined() -> Self {
        Self {
            mean_direction: f64::NAN,
            multipliers: Vector4::repeat(f64::NAN),
            log_partition: f64::NAN,
            means: Vector4::repeat(f64::NAN),
            added_variance: f64::NAN,
        }
    }

    /// Variance of the blur applied to the moments, in squared radians of the doubled
    /// angle 2θ; 0 when the moments are reproduced as given.
    #[must_use]
    pub fn added_variance(&self) -> f64 {
        self.added_variance
    }

    /// Moments `⟨e^{2iθ}⟩` and `⟨e^{4iθ}⟩` of this density as `[cosine, sine]`,
    /// dimensionless.
    #[must_use]
    pub fn moments(&self) -> ([f64; 2], [f64; 2]) {
        let [u, s, square, product] = self.means.into();
        // cos 2φ = 1 − 4u + 2u² and sin 2φ = 2s − 2us in the frame of the mean.
        let second = turned([1.0 - u, s], self.mean_direction);
        let fourth = [1.0 - 4.0 * u + 2.0 * square, 2.0 * (s - product)];
        (second, turned(fourth, 2.0 * self.mean_direction))
    }

    /// Density `p(θ)` per radian at the orientation `theta`, in radians; period π.
    #[must_use]
    pub fn density(&self, theta: f64) -> f64 {
        self.relative_density(2.0 * theta - self.mean_direction) / PI
    }

    /// Density relative to the isotropic one at a doubled angle from the mean.
    fn relative_density(&self, angle: f64) -> f64 {
        (exponent(&self.multipliers, base_features(angle)) - self.log_partition).exp()
    }

    /// Probabilities of `bins` equal bins `[180k/n, 180(k + 1)/n)` degrees; sum 1.
    ///
    /// Gauss–Legendre quadrature on panels no wider than half the narrowest feature,
    /// normalized by its own sum. Zero bins give an empty vector.
    #[must_use]
    pub fn histogram(&self, bins: usize) -> Vec<f64> {
        let width = TAU / bins as f64;
        let sharpness = self.sharpness();
        let panels = (2.0 * sharpness * width).ceil().max(1.0) as usize;
        let panel = width / panels as f64;
        let mass = |bin: usize| {
            let start = bin as f64 * width - self.mean_direction;
            let part = |index| self.panel_mass(start + index as f64 * panel, panel);
            (0..panels).map(part).sum::<f64>()
        };
        let masses: Vec<f64> = (0..bins).map(mass).collect();
        let total: f64 = masses.iter().sum();
        masses.iter().map(|mass| mass / total).collect()
    }

    /// Reciprocal width of the narrowest feature in the doubled angle, 1/rad.
    fn sharpness(&self) -> f64 {
        // No peak is much narrower than the smallest variance, whatever the bound.
        let curvature = 1.0 + curvature_bound(&self.multipliers);
        curvature.min(8.0 / SMALLEST_VARIANCE).sqrt()
    }

    /// Mass of one panel in the doubled angle, in units of the isotropic density.
    fn panel_mass(&self, start: f64, width: f64) -> f64 {
        let half = 0.5 * width;
        let value =
            |[node, weight]: [f64; 2]| weight * self.relative_density(start + half * (1.0 + node));
        GAUSS_LEGENDRE.into_iter().map(value).sum::<f64>() * half
    }

    /// Entropy relative to that of the isotropic density on 1° bins, from 0 (one
    /// direction) to 1 (isotropic): `−Σ p_k ln p_k / ln 180`, dimensionless.
    ///
    /// Taken from the dual as `1 + (ln⟨exp(λ·f)⟩ − λ·⟨f⟩) / ln 180`, which differs from
    /// the sum by about `Δ²/(24 σ² ln 180)` for peaks of standard deviation σ and bins
    /// of width Δ, and clamped at 0. A single direction gives about 0.03, the entropy
    /// of the narrowest peak represented.
    #[must_use]
    pub fn entropy(&self) -> f64 {
        let excess = self.log_partition - self.multipliers.dot(&self.means);
        (1.0 + excess / (DEGREE_BINS as f64).ln()).clamp(0.0, 1.0)
    }

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
        let base = grid(EXTREMUM_GRID_LEVEL);
        let points = base.len();
        let value = |index: usize| exponent(&self.multipliers, base[index % points]);
        let (mut maxima, mut minima) = (Vec::new(), Vec::new());
        let (mut before, mut here) = (value(points - 1), value(0));
        for index in 0..points {
            let after = value(index + 1);
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

    /// Wasserstein-1 distance to another density on the half circle, in degrees.
    ///
    /// `Σ_k |D_k − median D| Δθ` with `D = F − G` the difference of the cumulative sums
    /// over bins of `Δθ = 1°` (Werman, Peleg & Rosenfeld, *CVGIP* 32, 1985; Rabin,
    /// Delon & Gousseau, *J. Math. Imaging Vis.* 41, 2011). One direction against the
    /// isotropic density gives 45°, two perpendicular directions 90°.
    #[must_use]
    pub fn wasserstein(&self, other: &Self) -> f64 {
        let (mine, theirs) = (self.histogram(DEGREE_BINS), other.histogram(DEGREE_BINS));
        let mut difference = 0.0;
        let mut differences: Vec<f64> = mine
            .iter()
            .zip(&theirs)
            .map(|(left, right)| {
                difference += left - right;
                difference
            })
            .collect();
        differences.sort_by(f64::total_cmp);
        let median = differences[DEGREE_BINS / 2];
        let spread = differences.iter().map(|value| (value - median).abs());
        spread.sum::<f64>() * 180.0 / DEGREE_BINS as f64
    }
}

/// `vector` turned counterclockwise by `angle`, rad.
fn turned(vector: [f64; 2], angle: f64) -> [f64; 2] {
    let (sine, cosine) = angle.sin_cos();
    let [x, y] = vector;
    [x * cosine - y * sine, x * sine + y * cosine]
}

/// Moves the moments into the realizable set: length and direction of `z2`, and
/// `z4 − z2²` in the frame of that direction.
fn realizable(z2: [f64; 2], z4: [f64; 2]) -> (f64, f64, [f64; 2]) {
    let resultant = z2[0].hypot(z2[1]).min(1.0);
    let mean_direction = z2[1].atan2(z2[0]);
    let fourth = turned(z4, -2.0 * mean_direction);
    let centered = [fourth[0] - resultant * resultant, fourth[1]];
    let limit = 1.0 - resultant * resultant;
    let length = centered[0].hypot(centered[1]);
    let shrink = if length > limit { limit / length } else { 1.0 };
    (
        resultant,
        mean_direction,
        centered.map(|part| part * shrink),
    )
}

/// Variance scale of the narrowest peak in the doubled angle, rad²: about σ² for one
/// peak and 2σ² for two, 0 on the boundary of the realizable set.
fn peak_variance(resultant: f64, centered: [f64; 2]) -> f64 {
    let limit = 1.0 - resultant * resultant;
    if limit <= 0.0 {
        return 0.0;
    }
    let margin = limit - centered[0].hypot(centered[1]);
    limit.min(margin.max(0.0) / limit)
}

/// Follows blurs of falling variance down to `added`, each solution the start of the
/// next; returns the last that converged and its variance.
fn sharpened(resultant: f64, centered: [f64; 2], added: f64) -> (State, f64) {
    let (mut state, mut reached) = (State::isotropic(), f64::INFINITY);
    let mut extra = 1.0;
    loop {
        let wanted = blurred_features(resultant, centered, added + extra);
        let Some(next) = solve(state.clone(), &wanted) else {
            return (state, reached);
        };
        (state, reached) = (next, added + extra);
        if extra <= 0.0 {
            return (state, reached);
        }
        extra = if extra > NARROWEST_EXTRA_BLUR {
            extra * BLUR_RATIO
        } else {
            0.0
        };
    }
}

/// Feature means `⟨(u, s, u², us)⟩` after a blur by a wrapped normal of the variance.
fn blurred_features(resultant: f64, centered: [f64; 2], variance: f64) -> Vector4<f64> {
    let second = resultant * (-0.5 * variance).exp();
    let factor = (-2.0 * variance).exp();
    let fourth = [
        factor * (centered[0] + resultant * resultant),
        factor * centered[1],
    ];
    let u = 1.0 - second;
    Vector4::new(u, 0.0, 2.0 * u + 0.5 * (fourth[0] - 1.0), -0.5 * fourth[1])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matrix::{bessel_ratio, concentration};
    use proptest::prelude::*;

    fn worst(left: ([f64; 2], [f64; 2]), right: ([f64; 2], [f64; 2])) -> f64 {
        let parts =
            |(second, fourth): ([f64; 2], [f64; 2])| [second[0], second[1], fourth[0], fourth[1]];
        let pairs = parts(left).into_iter().zip(parts(right));
        pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
    }

    /// Two equal von Mises families at ±41°, concentration 2.11.
    fn two_families() -> ([f64; 2], [f64; 2]) {
        let second = bessel_ratio(1, 2.11) * 82_f64.to_radians().cos();
        let fourth = bessel_ratio(2, 2.11) * 164_f64.to_radians().cos();
        ([second, 0.0], [fourth, 0.0])
    }

    /// Moments of weighted directions, each turned by `turn`, rad.
    fn mixture(directions: &[(f64, f64)], turn: f64) -> ([f64; 2], [f64; 2]) {
        let total: f64 = directions.iter().map(|&(_, weight)| weight).sum();
        let moment = |order: f64| {
            directions.iter().fold([0.0; 2], |sum, &(angle, weight)| {
                let (sine, cosine) = (order * (angle + turn)).sin_cos();
                [
                    sum[0] + weight / total * cosine,
                    sum[1] + weight / total * sine,
                ]
            })
        };
        (moment(2.0), moment(4.0))
    }

    #[test]
    fn isotropic_density_is_flat() {
        let flat = OrientationDistribution::from_moments([0.0; 2], [0.0; 2]);
        assert!((flat.entropy() - 1.0).abs() < 1e-14 && flat.modes() == 0);
        assert!((flat.density(0.7) - 1.0 / PI).abs() < 1e-14);
        assert!((flat.histogram(7)[3] - 1.0 / 7.0).abs() < 1e-14);
        assert!(flat.histogram(0).is_empty());
    }

    #[test]
    fn single_family_is_von_mises() {
        for resultant in [0.05, 0.4, 0.8, 0.97, 0.999] {
            let kappa = concentration(resultant);
            let second = turned([resultant, 0.0], 1.1);
            let fourth = turned([bessel_ratio(2, kappa), 0.0], 2.2);
            let family = OrientationDistribution::from_moments(second, fourth);
            let wanted = Vector4::new(-kappa, 0.0, 0.0, 0.0);
            assert!(
                (family.multipliers - wanted).amax() < 1e-6 * (1.0 + kappa),
                "{resultant}"
            );
            assert!(worst(family.moments(), (second, fourth)) < 1e-12);
            assert_eq!(family.modes(), 1);
        }
    }

    #[test]
    fn two_families_are_told_apart() {
        let (second, fourth) = two_families();
        let pair = OrientationDistribution::from_moments(second, fourth);
        assert_eq!(pair.modes(), 2);
        assert!(worst(pair.moments(), (second, fourth)) < 1e-12);
        assert!(pair.added_variance().abs() < f64::MIN_POSITIVE);
        let bins = pair.histogram(DEGREE_BINS);
        let direct = -bins.iter().map(|p| p * p.ln()).sum::<f64>() / 180_f64.ln();
        assert!((bins.iter().sum::<f64>() - 1.0).abs() < 1e-13);
        assert!((pair.entropy() - direct).abs() < 1e-4);
        assert!((bins[30] - bins[149]).abs() < 1e-12);
        let middle = pair.density(30.5_f64.to_radians()) * PI / 180.0;
        assert!((bins[30] - middle).abs() < 1e-5);
    }

    #[test]
    fn boundary_moments_are_pulled_in() {
        let delta = OrientationDistribution::from_moments([1.0, 0.0], [1.0, 0.0]);
        assert!(delta.entropy() < 0.04 && delta.modes() == 1);
        assert!((delta.added_variance() / SMALLEST_VARIANCE - 1.0).abs() < 1e-12);
        assert!(worst(delta.moments(), ([1.0, 0.0], [1.0, 0.0])) < 3e-4);
        let flat = OrientationDistribution::from_moments([0.0; 2], [0.0; 2]);
        // The middle of a bin, so that the narrow peak fills one bin.
        let direct = |degrees: f64| {
            let turn = degrees.to_radians();
            let (z2, z4) = mixture(&[(turn, 1.0)], 0.0);
            OrientationDistribution::from_moments(z2, z4)
        };
        assert!((direct(20.5).wasserstein(&flat) - 45.0).abs() < 0.1);
        assert!((direct(20.5).wasserstein(&direct(110.5)) - 90.0).abs() < 0.5);
        assert!((direct(170.5).wasserstein(&direct(10.5)) - 20.0).abs() < 1e-6);
        assert!(delta.wasserstein(&delta).abs() < 1e-12);
        for (first, second) in [(0.0, 1.2), (0.3, 0.33), (2.0, 2.1)] {
            for share in [0.5, 0.1, 1e-3, 1e-6] {
                let (z2, z4) = mixture(&[(first, share), (second, 1.0 - share)], 0.0);
                let pair = OrientationDistribution::from_moments(z2, z4);
                assert!(worst(pair.moments(), (z2, z4)) < 3e-4 && pair.entropy() < 0.2);
            }
        }
        for z4 in [[-3.0, 0.0], [1e300, 1.0], [0.0, 5.0]] {
            let outside = OrientationDistribution::from_moments([2.0, -9.0], z4);
            assert!(outside.entropy() < 0.04);
        }
    }

    #[test]
    fn undefined_moments_stay_undefined() {
        let undefined = OrientationDistribution::from_moments([f64::NAN, 0.0], [0.0; 2]);
        assert!(undefined.entropy().is_nan() && undefined.density(0.0).is_nan());
        assert!(undefined.histogram(3)[0].is_nan() && undefined.modes() == 0);
    }

    proptest! {
        #[test]
        fn mixtures_are_recovered_and_turn(
            directions in prop::collection::vec((0.0..PI, 0.01..1.0_f64), 1..7),
            turn in -PI..PI,
            theta in 0.0..PI,
        ) {
            let (z2, z4) = mixture(&directions, 0.0);
            let fitted = OrientationDistribution::from_moments(z2, z4);
            let entropy = fitted.entropy();
            prop_assert!((0.0..=1.0).contains(&entropy) && (1..=2).contains(&fitted.modes()));
            let tolerance = if fitted.added_variance() > 0.0 { 3e-4 } else { 1e-9 };
            prop_assert!(worst(fitted.moments(), (z2, z4)) < tolerance);
            prop_assert!((fitted.histogram(18).iter().sum::<f64>() - 1.0).abs() < 1e-12);
            let (z2, z4) = mixture(&directions, turn);
            let image = OrientationDistribution::from_moments(z2, z4);
            prop_assert!((image.entropy() - entropy).abs() < 1e-6);
            let (before, after) = (fitted.density(theta), image.density(theta + turn));
            prop_assert!((before - after).abs() < 1e-5 * (1.0 + before));
        }
    }
}
