//! Sums of exponentials of trigonometric polynomials over the circle, by the trapezoid rule.
//!
//! The angles lie half a step off zero, so that each has a mirror image −φ with the same u = 1 − cos φ and the
//! opposite s = sin φ, and only half of them are kept. Several angles are summed side by side, each lane of the
//! processor its own; that and an exponential without branches are what makes the sums fast.
use crate::elementary::sin_cos;
use std::array;
use std::f64::consts::{LN_2, LOG2_E, TAU};
use std::sync::LazyLock;

/// Angles that are summed side by side.
pub(super) const LANES: usize = 4;
type Lanes = [f64; LANES];

/// Numbers of angles, multiples of twice the lanes.
const ANGLES: [usize; 19] =
    [24, 32, 40, 48, 56, 64, 80, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048, 3072, 4096];
/// Number of angles up to which exponents are too small to overflow.
const UNSHIFTED_ANGLES: usize = 64;

/// All rules, so that each solve costs exponentials only.
static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| ANGLES.iter().map(|&angles| Rule::new(angles)).collect());

/// A trapezoid rule.
pub(super) struct Rule {
    /// u and s of the angles in (0, π).
    nodes: Vec<(Lanes, Lanes)>,
}

/// Σ w uⁿ, n = 0…4, and Σ w s uⁿ, n = 0…3, with the weights w = exp(λ·f − highest).
#[derive(Clone, Copy, Debug)]
pub(super) struct Sums {
    pub even: [f64; 5],
    pub odd: [f64; 4],
    pub highest: f64,
}

impl Rule {
    fn new(angles: usize) -> Self {
        let node = |index: usize| base_features((index as f64 + 0.5) * TAU / angles as f64);
        let lanes = |first: usize| {
            let nodes: [[f64; 2]; LANES] = array::from_fn(|lane| node(first * LANES + lane));
            (nodes.map(|[u, _]| u), nodes.map(|[_, s]| s))
        };
        Self { nodes: (0..angles / (2 * LANES)).map(lanes).collect() }
    }

    /// The coarsest rule that is sure to be exact to round-off for an exponent of the given curvature bound K, or
    /// the finest one.
    ///
    /// The Fourier coefficients of exp(λ·f) fall at least as exp(−n²/2K), so that n ≥ 8.5 √K reaches 1e-16.
    pub fn sufficient(curvature_bound: f64) -> &'static Self {
        let angles = 20.0 + 8.5 * curvature_bound.sqrt();
        let fits = |rule: &&Self| rule.angles() as f64 >= angles;
        RULES.iter().find(fits).unwrap_or(&RULES[ANGLES.len() - 1])
    }

    pub fn angles(&self) -> usize {
        2 * LANES * self.nodes.len()
    }

    /// Whether weights are relative to the largest one; exponents up to 2K need no shift while K is small.
    pub fn is_shifted(&self) -> bool {
        self.angles() > UNSHIFTED_ANGLES
    }

    /// The sums of exp(λ·f), λ·f = u (λ₁ + λ₃ u) + s (λ₂ + λ₄ u).
    pub fn sums(&self, multipliers: [f64; 4]) -> Sums {
        let highest = if self.is_shifted() { self.highest(multipliers) } else { 0.0 };
        let [linear, odd_linear, quadratic, odd_quadratic] = multipliers;
        let (mut even, mut odd) = ([[0.0; LANES]; 5], [[0.0; LANES]; 4]);
        for (u, s) in &self.nodes {
            let symmetric: Lanes = array::from_fn(|lane| u[lane] * (linear + quadratic * u[lane]) - highest);
            let skew: Lanes = array::from_fn(|lane| s[lane] * (odd_linear + odd_quadratic * u[lane]));
            let here = exponentials(array::from_fn(|lane| symmetric[lane] + skew[lane]));
            let mirrored = exponentials(array::from_fn(|lane| symmetric[lane] - skew[lane]));
            let mut both: Lanes = array::from_fn(|lane| here[lane] + mirrored[lane]);
            let mut difference: Lanes = array::from_fn(|lane| (here[lane] - mirrored[lane]) * s[lane]);
            for (even, odd) in even.iter_mut().zip(&mut odd) {
                for lane in 0..LANES {
                    even[lane] += both[lane];
                    odd[lane] += difference[lane];
                    both[lane] *= u[lane];
                    difference[lane] *= u[lane];
                }
            }
            even[4].iter_mut().zip(both).for_each(|(sum, term)| *sum += term);
        }
        let total = |lanes: Lanes| (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]);
        Sums { even: even.map(total), odd: odd.map(total), highest }
    }

    /// The largest exponent.
    fn highest(&self, [linear, odd_linear, quadratic, odd_quadratic]: [f64; 4]) -> f64 {
        let nodes = self.nodes.iter().flat_map(|(u, s)| u.iter().zip(s));
        nodes.fold(f64::NEG_INFINITY, |highest, (u, s)| {
            highest.max(u * (linear + quadratic * u) + (s * (odd_linear + odd_quadratic * u)).abs())
        })
    }
}

/// `[1 − cos φ, sin φ]` from the half angle, free of cancellation near `φ = 0`.
pub(super) fn base_features(angle: f64) -> [f64; 2] {
    let (sine, cosine) = sin_cos(0.5 * angle);
    [2.0 * sine * sine, 2.0 * sine * cosine]
}

/// Adding and taking off 1.5 · 2⁵² rounds to a whole number, which the last bits of the sum then hold.
const ROUNDING: f64 = 6_755_399_441_055_744.0;
/// ln 2 in two parts, the first short enough that its multiples are exact.
const LN_2_HEAD: f64 = 0.693_147_180_369_123_8;
const LN_2_TAIL: f64 = 1.908_214_929_270_587_7e-10;
/// Exponents below are taken for this one.
const LOWEST: f64 = -700.0;

/// eˣ for x up to 700, to a few units in the last place; NaN stays NaN.
pub(super) fn exponentials(x: Lanes) -> Lanes {
    array::from_fn(|lane| {
        let x = if x[lane] < LOWEST { LOWEST } else { x[lane] };
        let shifted = x * LOG2_E + ROUNDING;
        let halvings = shifted - ROUNDING;
        let rest = (x - halvings * LN_2_HEAD) - halvings * LN_2_TAIL;
        exponential_near_zero(rest) * f64::from_bits((shifted.to_bits() << 52).wrapping_add(1023 << 52))
    })
}

/// Taylor's series to the order 13; the first term left out is 4e-18 for |x| ≤ ln 2/2.
fn exponential_near_zero(x: f64) -> f64 {
    debug_assert!(x.is_nan() || x.abs() <= 0.51 * LN_2, "{x}");
    let square = x * x;
    let fourth = square * square;
    let low = (1.0 + x) + square * (1.0 / 2.0 + x * (1.0 / 6.0));
    let middle = (1.0 / 24.0 + x * (1.0 / 120.0)) + square * (1.0 / 720.0 + x * (1.0 / 5_040.0));
    let high = (1.0 / 40_320.0 + x * (1.0 / 362_880.0)) + square * (1.0 / 3_628_800.0 + x * (1.0 / 39_916_800.0));
    let last = 1.0 / 479_001_600.0 + x * (1.0 / 6_227_020_800.0);
    low + fourth * (middle + fourth * (high + fourth * last))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matrix::bessel_ratio;

    /// Defends: the exponential is that of the system, over all exponents that occur.
    #[test]
    fn exponentials_are_exact_to_round_off() {
        for step in -6_990..=6_990 {
            let x = 0.1 * f64::from(step) + 0.000_37;
            let found = exponentials([x, 0.0, -1e9, f64::NAN]);
            assert!((found[0] / x.exp() - 1.0).abs() < 1e-15, "{x}: {}", found[0]);
            assert!(found[1] == 1.0 && found[2] > 0.0 && found[2] < 1e-300 && found[3].is_nan());
        }
    }

    /// Defends: every rule is exact where it is the sufficient one, up to the largest curvature that it is taken for.
    #[test]
    fn rules_are_exact_where_they_suffice() {
        for angles in ANGLES {
            // The curvature of exp(−κ u) is bound by κ; 1e-9 keeps it below the next rule.
            let kappa = ((angles as f64 - 20.0) / 8.5).powi(2) * (1.0 - 1e-9);
            let rule = Rule::sufficient(kappa);
            let sums = rule.sums([-kappa, 0.0, 0.0, 0.0]);
            assert_eq!(rule.angles(), angles);
            // ⟨u²⟩ = 1 − 2 r₁ + (1 + r₂)/2.
            let expected = 1.5 - 2.0 * bessel_ratio(1, kappa) + 0.5 * bessel_ratio(2, kappa);
            assert!((sums.even[2] / sums.even[0] - expected).abs() < 1e-14, "{angles}");
            assert!(sums.odd.iter().all(|sum| *sum == 0.0));
        }
    }
}
