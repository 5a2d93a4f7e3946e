//! Orientation density rebuilt from its two axial moments.
//!
//! Among all densities on `[0, π)` with the moments `z2 = ⟨e^{2iθ}⟩` and
//! `z4 = ⟨e^{4iθ}⟩`, the one of largest entropy is
//! `p(θ) = exp(a cos 2θ + b sin 2θ + c cos 4θ + d sin 4θ) / Z`. It assumes nothing
//! beyond the moments, is never negative and shows at most two fiber families.

use super::maximum_entropy::{State, curvature_bound, exponent};
use super::moments::{self, Fit, SMALLEST_VARIANCE, turned};
use super::quadrature::{LANES, base_features, exponentials};
use crate::error::{Result, check};
use crate::matrix::FiberMoments;
use std::f64::consts::{PI, TAU};

/// Bins of 1° over the half circle.
const DEGREE_BINS: usize = 180;

/// Bins of 3° between which directions are drawn.
const QUANTILE_BINS: usize = 60;

/// Most bins of a histogram, each less than an angular second wide.
const MOST_BINS: f64 = 1e6;

/// Nodes and weights of the Gauss–Legendre rule of four points on `[−1, 1]`.
const GAUSS_LEGENDRE: [[f64; 2]; 4] = [
    [-0.861_136_311_594_052_6, 0.347_854_845_137_453_85],
    [-0.339_981_043_584_856_26, 0.652_145_154_862_546_1],
    [0.339_981_043_584_856_26, 0.652_145_154_862_546_1],
    [0.861_136_311_594_052_6, 0.347_854_845_137_453_85],
];

/// Maximum-entropy orientation density on `[0, π)` with given axial moments.
///
/// ```
/// use dermaweave::FiberMoments;
/// use dermaweave::measure::OrientationDistribution;
/// let weave = FiberMoments::two_families(1.0, 0.0, 41.0_f64.to_radians(), 2.11);
/// let directions = OrientationDistribution::from_moments(weave.mean_second().into(), weave.mean_fourth().into());
/// assert_eq!(directions.modes(), 2);
/// assert!((directions.histogram(18)?.iter().sum::<f64>() - 1.0).abs() < 1e-12);
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct OrientationDistribution {
    /// Direction of `z2` in the doubled angle, rad.
    mean_direction: f64,
    /// Density in the doubled angle measured from that direction.
    pub(super) state: State,
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
        let fit = Fit::of_moments(z2, z4);
        Self { mean_direction: fit.mean_direction, state: fit.state, added_variance: fit.added_variance }
    }

    /// [`Self::entropy`] of the density with these moments, without the density itself.
    ///
    /// It is the least value of the dual, which is flat there: close by, half of the Newton decrement leads to it,
    /// so that fewer steps do. The two agree to 1e-9.
    #[must_use]
    pub fn entropy_of(z2: [f64; 2], z4: [f64; 2]) -> f64 {
        let least = moments::least_dual(z2, z4);
        least.map_or_else(|| Self::from_moments(z2, z4).entropy(), relative_entropy)
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
        let [u, s, square, product] = self.state.means.into();
        // cos 2φ = 1 − 4u + 2u² and sin 2φ = 2s − 2us in the frame of the mean.
        let second = turned([1.0 - u, s], self.mean_direction);
        let fourth = [1.0 - 4.0 * u + 2.0 * square, 2.0 * (s - product)];
        (second, turned(fourth, 2.0 * self.mean_direction))
    }

    /// Density `p(θ)` per radian at the orientation `theta`, in radians; period π.
    #[must_use]
    pub fn density(&self, theta: f64) -> f64 {
        let [density, ..] = self.relative_densities([2.0 * (theta % PI) - self.mean_direction; LANES]);
        density / PI
    }

    /// Density relative to the isotropic one at doubled angles from the mean.
    fn relative_densities(&self, angles: [f64; LANES]) -> [f64; LANES] {
        self.relative_densities_at(angles.map(base_features))
    }

    /// The same, given `[1 − cos, sin]` of these angles.
    pub(super) fn relative_densities_at(&self, features: [[f64; 2]; LANES]) -> [f64; LANES] {
        exponentials(features.map(|features| exponent(&self.state.multipliers, features) - self.state.log_partition))
    }

    /// Direction of `z2` in the doubled angle, rad.
    pub(super) const fn mean_direction(&self) -> f64 {
        self.mean_direction
    }

    /// Of the moments of some fibers.
    pub(crate) fn of(fibers: &FiberMoments) -> Self {
        Self::from_moments(fibers.mean_second().into(), fibers.mean_fourth().into())
    }

    /// The same after a blur that leaves no peak below a variance in the doubled angle, rad²; none where no peak is.
    pub(super) fn blurred(fibers: &FiberMoments, least_variance: f64) -> Option<Self> {
        let (z2, z4) = (fibers.mean_second().into(), fibers.mean_fourth().into());
        let added = least_variance - moments::narrowest(z2, z4);
        let scaled = |moment: [f64; 2], order: f64| moment.map(|part| part * (-0.5 * order * order * added).exp());
        (added > 0.0).then(|| Self::from_moments(scaled(z2, 1.0), scaled(z4, 2.0)))
    }

    /// Probabilities of `bins` equal bins `[180k/n, 180(k + 1)/n)` degrees; sum 1.
    ///
    /// Gauss–Legendre quadrature on panels no wider than half the narrowest feature,
    /// normalized by its own sum. Zero bins give an empty vector, more than a million
    /// [`Error::OutOfRange`](crate::Error::OutOfRange).
    pub fn histogram(&self, bins: usize) -> Result<Vec<f64>> {
        check("bins of a histogram", bins as f64, "bins", 0.0..=MOST_BINS)?;
        Ok(self.masses(bins))
    }

    /// [`Self::histogram`] of a number of bins that is known to be small.
    pub(in crate::measure) fn masses(&self, bins: usize) -> Vec<f64> {
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

    /// The direction, from 0 to π radians, below which lies a share (0 to 1) of the fibers. Within bins of 3° their number grows
    /// evenly.
    pub(crate) fn direction_below(&self, share: f64) -> f64 {
        let mut below = 0.0;
        for (bin, mass) in self.masses(QUANTILE_BINS).into_iter().enumerate() {
            if below + mass > share {
                return (bin as f64 + (share - below) / mass) * PI / QUANTILE_BINS as f64;
            }
            below += mass;
        }
        PI
    }

    /// Reciprocal width of the narrowest feature in the doubled angle, 1/rad.
    fn sharpness(&self) -> f64 {
        // No peak is much narrower than the smallest variance, whatever the bound.
        let curvature = 1.0 + curvature_bound(&self.state.multipliers);
        curvature.min(8.0 / SMALLEST_VARIANCE).sqrt()
    }

    /// Mass of one panel in the doubled angle, in units of the isotropic density.
    fn panel_mass(&self, start: f64, width: f64) -> f64 {
        let half = 0.5 * width;
        let densities = self.relative_densities(GAUSS_LEGENDRE.map(|[node, _]| start + half * (1.0 + node)));
        GAUSS_LEGENDRE.iter().zip(densities).map(|([_, weight], density)| weight * density).sum::<f64>() * half
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
        relative_entropy(self.state.log_partition - self.state.multipliers.dot(&self.state.means))
    }

    /// Wasserstein-1 distance to another density on the half circle, in degrees.
    ///
    /// `Σ_k |D_k − median D| Δθ` with `D = F − G` the difference of the cumulative sums
    /// over bins of `Δθ = 1°` (Werman, Peleg & Rosenfeld, *CVGIP* 32, 1985; Rabin,
    /// Delon & Gousseau, *J. Math. Imaging Vis.* 41, 2011). One direction against the
    /// isotropic density gives 45°, two perpendicular directions 90°; the bins limit
    /// the accuracy to half a degree.
    #[must_use]
    pub fn wasserstein(&self, other: &Self) -> f64 {
        self.distance_to(&other.degrees())
    }

    /// Probabilities of bins of 1°.
    pub(super) fn degrees(&self) -> Vec<f64> {
        self.masses(DEGREE_BINS)
    }

    /// [`Self::wasserstein`] to the density with these probabilities of bins of 1°.
    pub(super) fn distance_to(&self, theirs: &[f64]) -> f64 {
        let mut difference = 0.0;
        let mut differences: Vec<f64> = self
            .degrees()
            .iter()
            .zip(theirs)
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

/// Entropy on 1° bins relative to that of the isotropic density, given its excess over that.
fn relative_entropy(excess: f64) -> f64 {
    (1.0 + excess / (DEGREE_BINS as f64).ln()).clamp(0.0, 1.0)
}
