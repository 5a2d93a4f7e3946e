//! Maximum-entropy density on the circle with two prescribed trigonometric moments.
//!
//! In the doubled angle `φ = 2θ`, measured from the mean direction, the density is
//! `q(φ) = exp(λ·f(φ)) / Z` with the features `f = (u, s, u², u s)`,
//! `u = 1 − cos φ`, `s = sin φ`. They span the same functions as
//! `(cos φ, sin φ, cos 2φ, sin 2φ)`, but keep the problem well conditioned for sharp
//! peaks, where `cos φ` and `cos 2φ` become parallel. The multipliers minimize the
//! convex dual `ln ⟨exp(λ·f)⟩ − λ·m`, the mean being over the circle and `m` the
//! wanted feature means (Jaynes, *Phys. Rev.* 106, 1957; Mead & Papanicolaou,
//! *J. Math. Phys.* 25, 1984).

use nalgebra::{Matrix4, Vector4};
use std::sync::LazyLock;

/// Smallest and number of the grids of 64, 128, …, 4096 equidistant angles.
const COARSEST_GRID: usize = 64;
const GRID_COUNT: usize = 7;

/// Largest error of a feature mean accepted as converged.
const MOMENT_TOLERANCE: f64 = 1e-10;

/// Newton decrement, a squared error in units of the spread of the features, of the
/// last step. Convergence is quadratic, so the step leaves about its square.
const LAST_DECREMENT: f64 = 1e-13;

/// Sum of the weights, relative to the highest, below which the grid misses the peak:
/// `√(2π) σ/h` for a spacing `h`, with a trapezoid error `exp(−2π² σ²/h²)`.
const RESOLVED_WEIGHT: f64 = 3.0;

/// Newton steps and halvings of one step before a start is given up.
const LARGEST_STEP_COUNT: usize = 100;
const LARGEST_HALVING_COUNT: usize = 20;

/// `[u, s]` on every grid, so that each solve costs exponentials only.
static GRIDS: LazyLock<Vec<Vec<[f64; 2]>>> =
    LazyLock::new(|| (0..GRID_COUNT).map(|level| grid_of(COARSEST_GRID << level)).collect());

/// `[u, s]` at `points` equidistant angles of one period.
fn grid_of(points: usize) -> Vec<[f64; 2]> {
    let step = std::f64::consts::TAU / points as f64;
    (0..points).map(|index| base_features(index as f64 * step)).collect()
}

/// `[1 − cos φ, sin φ]` from the half angle, free of cancellation near `φ = 0`.
pub(super) fn base_features(angle: f64) -> [f64; 2] {
    let (sine, cosine) = (0.5 * angle).sin_cos();
    [2.0 * sine * sine, 2.0 * sine * cosine]
}

/// Exponent `λ·f` at the base features `[u, s]`.
pub(super) fn exponent(multipliers: &Vector4<f64>, [u, s]: [f64; 2]) -> f64 {
    let [linear, odd, quadratic, odd_quadratic] = (*multipliers).into();
    u * (linear + quadratic * u) + s * (odd + odd_quadratic * u)
}

/// The grid of `GRIDS` with `COARSEST_GRID << level` angles.
pub(super) fn grid(level: usize) -> &'static [[f64; 2]] {
    &GRIDS[level]
}

/// Bound on the curvature of the exponent over real and nearby complex angles,
/// `K = |(a, b)| + 4 |(c, d)|` for `a cos φ + b sin φ + c cos 2φ + d sin 2φ`.
pub(super) fn curvature_bound(multipliers: &Vector4<f64>) -> f64 {
    let [linear, odd, quadratic, odd_quadratic] = (*multipliers).into();
    let first = (linear + 2.0 * quadratic).hypot(odd + odd_quadratic);
    first + 2.0 * quadratic.hypot(odd_quadratic)
}

/// Coarsest grid on which the trapezoid rule is sure to be exact to round-off, or
/// the finest one.
///
/// The Fourier coefficients of `exp(λ·f)` fall at least as `exp(−n²/2K)`, so that
/// `n ≥ 8.5 √K` reaches 1e-16.
fn sufficient_grid(multipliers: &Vector4<f64>) -> &'static [[f64; 2]] {
    let points = 20.0 + 8.5 * curvature_bound(multipliers).sqrt();
    let fits = |grid: &&Vec<[f64; 2]>| grid.len() as f64 >= points;
    GRIDS.iter().find(fits).unwrap_or(&GRIDS[GRID_COUNT - 1])
}

/// Sums of `w u^n`, n = 0…4, and of `w s u^n`, n = 0…3, over the grid, with the
/// weights `w = exp(λ·f − highest)`.
fn weighted_sums(grid: &[[f64; 2]], multipliers: &Vector4<f64>, highest: f64) -> ([f64; 5], [f64; 4]) {
    let (mut even, mut odd) = ([0.0; 5], [0.0; 4]);
    for &[u, s] in grid {
        let weight = (exponent(multipliers, [u, s]) - highest).exp();
        let square = u * u;
        let powers = [weight, weight * u, weight * square, weight * square * u];
        for order in 0..4 {
            even[order] += powers[order];
            odd[order] += powers[order] * s;
        }
        even[4] += powers[3] * u;
    }
    (even, odd)
}

/// Normalization and moments of `exp(λ·f)`.
#[derive(Clone, Debug)]
pub(super) struct State {
    /// Multipliers λ of the features.
    pub multipliers: Vector4<f64>,
    /// `ln ⟨exp(λ·f)⟩`, the mean being over the circle.
    pub log_partition: f64,
    /// Means of the features under the density.
    pub means: Vector4<f64>,
    /// Covariance of the features, the Hessian of the dual.
    covariance: Matrix4<f64>,
}

impl State {
    /// Evaluates the density of the given multipliers, `None` if it is too sharp.
    fn at(multipliers: Vector4<f64>) -> Option<Self> {
        let grid = sufficient_grid(&multipliers);
        let highest = grid.iter().map(|&base| exponent(&multipliers, base)).fold(f64::NEG_INFINITY, f64::max);
        let (even, odd) = weighted_sums(grid, &multipliers, highest);
        let total = even[0];
        if total.is_nan() || total < RESOLVED_WEIGHT {
            return None;
        }
        let log_partition = highest + (total / grid.len() as f64).ln();
        let even = even.map(|sum| sum / total);
        let odd = odd.map(|sum| sum / total);
        Some(Self::from_sums(multipliers, log_partition, even, odd))
    }

    /// The isotropic density, `λ = 0`.
    pub fn isotropic() -> Self {
        let even = [1.0, 1.0, 1.5, 2.5, 4.375];
        Self::from_sums(Vector4::zeros(), 0.0, even, [0.0; 4])
    }

    /// The density of undefined moments, every number NaN.
    pub fn undefined() -> Self {
        let multipliers = Vector4::repeat(f64::NAN);
        Self::from_sums(multipliers, f64::NAN, [f64::NAN; 5], [f64::NAN; 4])
    }

    /// The von Mises density of about the given resultant length, `λ·f = −κ u` with
    /// `κ ≈ R (2 − R²)/(1 − R²)` (Banerjee et al., *JMLR* 6, 2005); `None` if too sharp.
    pub fn single_family(resultant: f64) -> Option<Self> {
        let squared = resultant * resultant;
        let kappa = resultant * (2.0 - squared) / (1.0 - squared);
        Self::at(Vector4::new(-kappa, 0.0, 0.0, 0.0))
    }

    /// Collects means and covariance from `⟨u^n⟩` and `⟨s u^n⟩`, with `s² = 2u − u²`.
    fn from_sums(multipliers: Vector4<f64>, log_partition: f64, e: [f64; 5], o: [f64; 4]) -> Self {
        let means = Vector4::new(e[1], o[0], e[2], o[1]);
        #[rustfmt::skip]
        let products = Matrix4::new(
            e[2], o[1],                e[3], o[2],
            o[1], 2.0 * e[1] - e[2],   o[2], 2.0 * e[2] - e[3],
            e[3], o[2],                e[4], o[3],
            o[2], 2.0 * e[2] - e[3],   o[3], 2.0 * e[3] - e[4],
        );
        let covariance = products - means * means.transpose();
        Self { multipliers, log_partition, means, covariance }
    }

    /// Value of the convex dual for the wanted feature means.
    fn dual(&self, wanted: &Vector4<f64>) -> f64 {
        self.log_partition - self.multipliers.dot(wanted)
    }

    /// Round-off of the dual, ignored by the line search: a few units in the last
    /// place of its largest term.
    fn dual_round_off(&self, wanted: &Vector4<f64>) -> f64 {
        let terms = self.multipliers.component_mul(wanted);
        8.0 * f64::EPSILON * (1.0 + self.log_partition.abs() + terms.amax())
    }

    /// One damped Newton step and the decrement `gᵀH⁻¹g` it started from, `None` when
    /// the Hessian or the line search fails.
    fn step(&self, wanted: &Vector4<f64>) -> Option<(Self, f64)> {
        let gradient = self.means - wanted;
        let direction = self.covariance.cholesky()?.solve(&gradient);
        let decrement = gradient.dot(&direction);
        let start = self.dual(wanted) + self.dual_round_off(wanted);
        let mut length = 1.0;
        for _ in 0..LARGEST_HALVING_COUNT {
            if let Some(state) = Self::at(self.multipliers - length * direction) {
                let bound = start - 1e-4 * length * decrement;
                if state.dual(wanted) <= bound {
                    return Some((state, decrement));
                }
            }
            length *= 0.5;
        }
        None
    }
}

/// Solves the dual for the wanted feature means by damped Newton steps from `start`;
/// `None` if it does not converge.
pub(super) fn solve(start: State, wanted: &Vector4<f64>) -> Option<State> {
    let mut state = start;
    for _ in 0..LARGEST_STEP_COUNT {
        let (next, decrement) = state.step(wanted)?;
        state = next;
        if decrement < LAST_DECREMENT {
            let error = (state.means - wanted).amax();
            return (error < MOMENT_TOLERANCE).then_some(state);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn isotropic_state_matches_the_trapezoid_rule() {
        let (exact, summed) = (State::isotropic(), State::at(Vector4::zeros()));
        let summed = summed.expect("a flat density is resolved by every grid");
        assert!((exact.means - summed.means).amax() < 1e-14);
        assert!((exact.covariance - summed.covariance).amax() < 1e-14);
        assert!(summed.log_partition.abs() < 1e-14);
    }

    #[test]
    fn solution_does_not_depend_on_the_start() {
        let truth = State::at(Vector4::new(-3.0, 0.4, 1.5, -0.7)).expect("smooth");
        for resultant in [0.0, 0.3, 0.9] {
            let start = State::single_family(resultant).expect("smooth");
            let solved = solve(start, &truth.means).expect("interior moments");
            assert!((solved.multipliers - truth.multipliers).amax() < 1e-9);
        }
    }

    #[test]
    fn features_and_bound_are_consistent() {
        let [u, s] = base_features(0.7);
        assert!((u - (1.0 - 0.7_f64.cos())).abs() < 1e-15 && (s - 0.7_f64.sin()).abs() < 1e-15);
        let von_mises = Vector4::new(-5.0, 0.0, 0.0, 0.0);
        assert!((curvature_bound(&von_mises) - 5.0).abs() < 1e-15);
        // Sharper than the finest grid resolves.
        assert!(State::at(Vector4::new(-1e9, 0.0, 0.0, 0.0)).is_none());
    }
}
