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

use super::quadrature::{Rule, Sums};
use crate::elementary::length;
use crate::matrix::bessel_ratio_pair;
use nalgebra::{Matrix4, Vector4};

/// Largest error of a feature mean accepted as converged.
const MOMENT_TOLERANCE: f64 = 1e-10;

/// Newton decrement, a squared error in units of the spread of the features, of the
/// last step. Convergence is quadratic, so the step leaves about its square.
const LAST_DECREMENT: f64 = 1e-13;

/// Newton decrement d from which the least value of the dual lies d/2 below the present one. What is left is of the
/// order of d to the power 3/2 times a sixth of the skewness of the exponent.
const CLOSE_DECREMENT: f64 = 1e-6;

/// Sum of the weights, relative to the highest, below which the grid misses the peak:
/// `√(2π) σ/h` for a spacing `h`, with a trapezoid error `exp(−2π² σ²/h²)`.
const RESOLVED_WEIGHT: f64 = 3.0;

/// Concentrations at which the first Newton step is taken in closed form.
const STEPPED_CONCENTRATIONS: std::ops::Range<f64> = 1e-3..6.0;

/// Newton decrement above which that step is damped.
const FAR_DECREMENT: f64 = 0.5;

/// Newton steps and halvings of one step before a start is given up.
const LARGEST_STEP_COUNT: usize = 100;
const LARGEST_HALVING_COUNT: usize = 20;

/// Exponent `λ·f` at the base features `[u, s]`.
pub(super) fn exponent(multipliers: &Vector4<f64>, [u, s]: [f64; 2]) -> f64 {
    let [linear, odd, quadratic, odd_quadratic] = (*multipliers).into();
    u * (linear + quadratic * u) + s * (odd + odd_quadratic * u)
}

/// Bound on the curvature of the exponent over real and nearby complex angles,
/// `K = |(a, b)| + 4 |(c, d)|` for `a cos φ + b sin φ + c cos 2φ + d sin 2φ`.
pub(super) fn curvature_bound(multipliers: &Vector4<f64>) -> f64 {
    let [linear, odd, quadratic, odd_quadratic] = (*multipliers).into();
    length(linear + 2.0 * quadratic, odd + odd_quadratic) + 2.0 * length(quadratic, odd_quadratic)
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
        let rule = Rule::sufficient(curvature_bound(&multipliers));
        let Sums { even, odd, highest } = rule.sums(multipliers.into());
        let total = even[0];
        // Where the sums are not relative to the highest weight, the rule is one that suffices.
        if total.is_nan() || rule.is_shifted() && total < RESOLVED_WEIGHT {
            return None;
        }
        let log_partition = highest + (total / rule.angles() as f64).ln();
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

    /// A density close to the one with the wanted feature means: one Newton step from a single family of about the
    /// same resultant length, in which everything is a ratio of Bessel functions; `None` if too sharp.
    pub fn near(wanted: &Vector4<f64>) -> Option<Self> {
        let resultant = 1.0 - wanted[0];
        let squared = resultant * resultant;
        let kappa = resultant * (2.0 - squared) / (1.0 - squared);
        if !STEPPED_CONCENTRATIONS.contains(&kappa) {
            return Self::single_family(resultant);
        }
        // Moments of cos nφ, with rₙ₊₁ = rₙ₋₁ − 2n rₙ/κ.
        let [r1, r2] = bessel_ratio_pair(kappa);
        let r3 = r1 - 4.0 * r2 / kappa;
        let r4 = r2 - 6.0 * r3 / kappa;
        let [fourth, odd_fourth] = [1.0 - 4.0 * wanted[0] + 2.0 * wanted[2], -2.0 * wanted[3]];
        let even = [0.5 * (1.0 + r2) - r1 * r1, 0.5 * (r1 + r3) - r1 * r2, 0.5 * (1.0 + r4) - r2 * r2];
        let (first, second) = solve_pair(even, [resultant - r1, fourth - r2]);
        let odd = [0.5 * (1.0 - r2), 0.5 * (r1 - r3), 0.5 * (1.0 - r4)];
        let (odd_first, odd_second) = solve_pair(odd, [0.0, odd_fourth]);
        let decrement = first * (resultant - r1) + second * (fourth - r2) + odd_second * odd_fourth;
        // The usual damping of a step that leads far.
        let length = if decrement > FAR_DECREMENT { 1.0 / (1.0 + decrement.sqrt()) } else { 1.0 };
        let [first, second, odd_first, odd_second] =
            [first, second, odd_first, odd_second].map(|multiplier| length * multiplier);
        // cos φ = 1 − u, cos 2φ = 1 − 4u + 2u², sin 2φ = 2s − 2us.
        let linear = -(kappa + first) - 4.0 * second;
        Self::at(Vector4::new(linear, odd_first + 2.0 * odd_second, 2.0 * second, -2.0 * odd_second))
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

    /// Newton's direction `H⁻¹g` and decrement `gᵀH⁻¹g`, `None` where the Hessian is not positive definite.
    ///
    /// Even features `(u, u²)` first, then what they leave of the odd ones `(s, u s)`: two divisions in all, and few steps
    /// that wait for one another.
    fn direction(&self, wanted: &Vector4<f64>) -> Option<(Vector4<f64>, f64)> {
        let gradient = self.means - wanted;
        let of = |row: usize, column: usize| self.covariance[(row, column)];
        let (even, odd, mixed) =
            ([of(0, 0), of(0, 2), of(2, 2)], [of(1, 1), of(1, 3), of(3, 3)], |odd| [of(0, odd), of(2, odd)]);
        let [by_first, by_second] = [1, 3].map(|odd| solve_pair(even, mixed(odd)));
        let by_even = solve_pair(even, [gradient[0], gradient[2]]);
        let dot = |[first, second]: [f64; 2], (left, right): (f64, f64)| first * left + second * right;
        let left =
            [odd[0] - dot(mixed(1), by_first), odd[1] - dot(mixed(1), by_second), odd[2] - dot(mixed(3), by_second)];
        if !(is_positive(even) && is_positive(left)) {
            return None;
        }
        let (first, second) =
            solve_pair(left, [gradient[1] - dot(mixed(1), by_even), gradient[3] - dot(mixed(3), by_even)]);
        let direction = Vector4::new(
            by_even.0 - by_first.0 * first - by_second.0 * second,
            first,
            by_even.1 - by_first.1 * first - by_second.1 * second,
            second,
        );
        Some((direction, gradient.dot(&direction)))
    }

    /// A Newton step, halved until it leads downwards; `None` when nothing does.
    fn step(&self, wanted: &Vector4<f64>, (direction, decrement): (Vector4<f64>, f64)) -> Option<Self> {
        let start = self.dual(wanted) + self.dual_round_off(wanted);
        let mut length = 1.0;
        for _ in 0..LARGEST_HALVING_COUNT {
            if let Some(state) = Self::at(self.multipliers - length * direction) {
                let bound = start - 1e-4 * length * decrement;
                if state.dual(wanted) <= bound {
                    return Some(state);
                }
            }
            length *= 0.5;
        }
        None
    }
}

/// Whether a symmetric matrix with the coefficients (11, 12, 22) is positive definite; not one that is undefined.
fn is_positive([a, b, c]: [f64; 3]) -> bool {
    a > 0.0 && a * c > b * b
}

/// Solution of a symmetric system of two equations with the coefficients (11, 12, 22).
fn solve_pair([a, b, c]: [f64; 3], [first, second]: [f64; 2]) -> (f64, f64) {
    let inverse = 1.0 / (a * c - b * b);
    ((c * first - b * second) * inverse, (a * second - b * first) * inverse)
}

/// Solves the dual for the wanted feature means by damped Newton steps from `start`;
/// `None` if it does not converge.
pub(super) fn solve(start: State, wanted: &Vector4<f64>) -> Option<State> {
    let mut state = start;
    for _ in 0..LARGEST_STEP_COUNT {
        let (direction, decrement) = state.direction(wanted)?;
        state = state.step(wanted, (direction, decrement))?;
        if decrement < LAST_DECREMENT {
            let error = (state.means - wanted).amax();
            return (error < MOMENT_TOLERANCE).then_some(state);
        }
    }
    None
}

/// Least value of the dual for the wanted feature means, by damped Newton steps from `start`; `None` if they do not
/// converge.
pub(super) fn least_dual(start: State, wanted: &Vector4<f64>) -> Option<f64> {
    let mut state = start;
    for _ in 0..LARGEST_STEP_COUNT {
        let (direction, decrement) = state.direction(wanted)?;
        if decrement < CLOSE_DECREMENT {
            return Some(state.dual(wanted) - 0.5 * decrement);
        }
        state = state.step(wanted, (direction, decrement))?;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::orientation::quadrature::base_features;

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

    /// Defends: the first step in closed form is the one that the sums over the circle give.
    #[test]
    fn the_first_step_is_newtons() {
        for (linear, odd, quadratic, odd_quadratic) in
            [(-2.0, 0.0, 0.3, 0.1), (-0.3, 0.2, -0.2, -0.1), (-4.0, 0.0, 0.4, 0.0)]
        {
            let wanted = State::at(Vector4::new(linear, odd, quadratic, odd_quadratic)).expect("smooth").means;
            // Measured from the mean direction.
            let wanted = Vector4::new(wanted[0], 0.0, wanted[2], wanted[3]);
            let family = State::single_family(1.0 - wanted[0]).expect("smooth");
            let (direction, decrement) = family.direction(&wanted).expect("smooth");
            let start = State::near(&wanted).expect("smooth");
            assert!(decrement < FAR_DECREMENT, "{decrement}");
            assert!((start.multipliers - family.multipliers + direction).amax() < 1e-12);
        }
    }

    /// Defends: Newton's direction is that of the whole Hessian, for densities of any skewness and sharpness.
    #[test]
    fn directions_solve_the_whole_hessian() {
        let wanted = Vector4::new(0.6, 0.05, 0.5, -0.1);
        for (linear, odd, quadratic, odd_quadratic) in
            [(-2.0, 0.0, 0.3, 0.0), (-0.3, 0.2, -0.2, -0.1), (-3.0, 2.0, 1.5, -0.7), (-400.0, 3.0, 20.0, -5.0)]
        {
            let state = State::at(Vector4::new(linear, odd, quadratic, odd_quadratic)).expect("smooth");
            let (direction, decrement) = state.direction(&wanted).expect("positive definite");
            let gradient = state.means - wanted;
            let left = state.covariance * direction - gradient;
            // Round-off of the products; the features are well conditioned.
            let terms = state.covariance.abs() * direction.abs();
            assert!(left.amax() < 1e-12 * terms.amax(), "{left} {terms}");
            assert!((decrement - gradient.dot(&direction)).abs() <= 1e-15 * decrement && decrement > 0.0);
        }
        assert!(State::undefined().direction(&wanted).is_none());
        let mut folded = State::isotropic();
        folded.covariance[(3, 3)] = 0.0;
        assert!(folded.direction(&wanted).is_none());
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
