//! The dermis as a sheet that is pulled.
//!
//! The dermis is a thin incompressible sheet of elastin and ground substance with at most two
//! families of collagen fibers (Gasser, Ogden & Holzapfel 2006, doi:10.1098/rsif.2005.0073):
//! Ψ = μ/2 (I₁ − 3) + Σᵢ wᵢ k₁/k₂ (exp(k₂ Eᵢ²) − 1), Eᵢ = κ(I₁ − 3) + (1 − 3κ)(I₄ᵢ − 1), where
//! fibers bear load only while stretched, Eᵢ > 0.
use crate::matrix::FiberMoments;
use crate::measure::orientation::{FiberFamilies, exponential};
use std::array;

/// Shear modulus μ of elastin and ground substance in MPa. This and the two below: excised skin of
/// the human back at large stretch, Ní Annaidh 2012, doi:10.1007/s10439-012-0542-3.
const SHEAR_MODULUS: f64 = 0.2014;
/// Stiffness k₁ of the fibers in MPa.
const FIBER_STIFFNESS: f64 = 243.6;
/// Stiffening k₂ of the fibers, dimensionless.
const FIBER_STIFFENING: f64 = 0.1327;
/// Elastin below which the rest of the matrix keeps the sheet in shape.
const LEAST_ELASTIN: f64 = 1e-3;
/// Guesses before Newton's method: with two it takes two steps in most windows, and from none five.
const GUESSES: usize = 2;

/// A sheet of dermis: stiffness in MPa, dispersion κ, and the families.
#[derive(Clone, Debug)]
pub(super) struct Sheet {
    shear_modulus: f64,
    fiber_stiffness: f64,
    fibers: FiberFamilies,
}

/// Stretched sheet: nominal stress and tangent modulus in MPa, and the stretch to the side.
#[derive(Clone, Copy, Debug)]
struct Response {
    #[cfg_attr(not(test), expect(dead_code, reason = "tests compare it with exact solutions"))]
    stress: f64,
    tangent: f64,
    #[cfg_attr(not(test), expect(dead_code, reason = "tests compare it with exact solutions"))]
    lateral: f64,
}

/// First and second derivatives of Ψ to the stretches along the load (x) and to its side (y).
#[derive(Clone, Copy, Debug, Default)]
struct Derivatives {
    x: f64,
    y: f64,
    xx: f64,
    xy: f64,
    yy: f64,
}

impl Sheet {
    /// Dermis with these fibers and this elastin, 1 = healthy young.
    pub(super) fn new(fibers: &FiberMoments, elastin: f64) -> Self {
        // Not `max`, which would hide NaN.
        let elastin = if elastin < LEAST_ELASTIN { LEAST_ELASTIN } else { elastin };
        let density = if fibers.density < 0.0 { 0.0 } else { fibers.density };
        Self {
            shear_modulus: SHEAR_MODULUS * elastin,
            fiber_stiffness: FIBER_STIFFNESS * density,
            fibers: FiberFamilies::from_moments(fibers),
        }
    }

    /// Tangent moduli along and across an axis.
    pub(super) fn moduli(&self, axis: f64, stretch: f64) -> (f64, f64) {
        let across = self.across(axis);
        let [along, across] = self.pull([across, across.map(|square| 1.0 - square)], stretch);
        (along.tangent, across.tangent)
    }

    /// sin² of the angle between each family and an axis.
    fn across(&self, axis: f64) -> [f64; 2] {
        self.fibers.families.map(|family| (family.angle - axis).sin().powi(2))
    }

    /// Pulls the sheet along several axes, each by itself and given by what lies across it, while its sides are free and it
    /// cannot shear, as a window among its neighbors and a strip between clamps cannot.
    ///
    /// Ψ is convex in the lateral stretch and pushes outwards near zero of it; at λ^(−1/2), where
    /// the neo-Hookean part has no lateral stress, fibers can only draw the sheet in. The root
    /// between is found by Newton's method, with halving where it leaves the bracket. Steps of all axes are
    /// taken in turn, so that a processor need not wait for one of them.
    fn pull<const N: usize>(&self, across: [[f64; 2]; N], stretch: f64) -> [Response; N] {
        let (inverse, highest) = (1.0 / (stretch * stretch), 1.0 / stretch.sqrt());
        let mut squares = [highest * highest; N];
        for _ in 0..GUESSES {
            squares = array::from_fn(|axis| self.balanced(across[axis], inverse, squares[axis]));
        }
        let mut roots: [Root; N] = array::from_fn(|axis| Root::between(0.0, highest, squares[axis].sqrt()));
        for _ in 0..80 {
            for (root, across) in roots.iter_mut().zip(across).filter(|(root, _)| !root.is_found) {
                root.step(self.lateral_force(across, inverse, root.lateral));
            }
            if roots.iter().all(|root| root.is_found) {
                break;
            }
        }
        array::from_fn(|axis| {
            let lateral = roots[axis].lateral;
            let Derivatives { x, xx, xy, yy, .. } = self.derivatives(across[axis], stretch, lateral);
            Response { stress: x, tangent: xx - xy * xy / yy, lateral }
        })
    }

    /// About the square of the lateral stretch without force, closer to it than the `present` one, given 1/x².
    ///
    /// With aᵢ = (1 − 3κ) sin²θᵢ and the families' pulls pᵢ = 2wᵢk₁Eᵢ, the force is 2y (c (1 − 1/(x²y⁴)) + Σ pᵢaᵢ), where
    /// c = μ/2 + κ Σ pᵢ: it is zero at x²y⁴ = c/(c + Σ pᵢaᵢ). The pulls, of which only the ratio to one another and to μ
    /// matters, are those at the present stretch without their stiffening.
    fn balanced(&self, across: [f64; 2], inverse: f64, present: f64) -> f64 {
        let kappa = self.fibers.dispersion;
        let stretched = 1.0 / inverse - 1.0;
        let dispersed = kappa * (stretched + present + inverse / present - 2.0);
        let (mut outwards, mut inwards) = (0.5 * self.shear_modulus, 0.0);
        for (family, sine) in self.fibers.families.iter().zip(across) {
            let (along, aside) = ((1.0 - 3.0 * kappa) * (1.0 - sine), (1.0 - 3.0 * kappa) * sine);
            let strain = dispersed + along * stretched + aside * (present - 1.0);
            let pull = 2.0 * family.share * self.fiber_stiffness * strain.max(0.0);
            outwards += kappa * pull;
            inwards += aside * pull;
        }
        (outwards / (outwards + inwards) * inverse).sqrt()
    }

    /// First and second derivative of Ψ to the lateral stretch y alone, as [`Self::derivatives`] has them, given 1/x².
    fn lateral_force(&self, across: [f64; 2], inverse: f64, y: f64) -> (f64, f64) {
        let kappa = self.fibers.dispersion;
        let (xx, yy, inverse_yy) = (1.0 / inverse, y * y, 1.0 / (y * y));
        let thinned = inverse * inverse_yy;
        let (first, second) = (2.0 * y * (1.0 - thinned * inverse_yy), 2.0 + 6.0 * thinned * inverse_yy);
        let (mut force, mut stiffness) = (0.5 * self.shear_modulus * first, 0.5 * self.shear_modulus * second);
        for (family, sine) in self.fibers.families.iter().zip(across) {
            let (along, aside) = ((1.0 - 3.0 * kappa) * (1.0 - sine), (1.0 - 3.0 * kappa) * sine);
            let strain = kappa * (xx + yy + thinned - 3.0) + along * (xx - 1.0) + aside * (yy - 1.0);
            if strain <= 0.0 {
                continue;
            }
            let (slope, bend) = (kappa * first + 2.0 * aside * y, kappa * second + 2.0 * aside);
            let square = FIBER_STIFFENING * strain * strain;
            let weight = 2.0 * family.share * self.fiber_stiffness * exponential(square);
            force += weight * strain * slope;
            stiffness += weight * (strain * bend + (1.0 + 2.0 * square) * slope * slope);
        }
        (force, stiffness)
    }

    /// Derivatives of Ψ with I₁ = x² + y² + 1/(xy)² and I₄ᵢ = x² cos²θᵢ + y² sin²θᵢ, of which the
    /// sin²θᵢ are given.
    fn derivatives(&self, across: [f64; 2], x: f64, y: f64) -> Derivatives {
        let kappa = self.fibers.dispersion;
        let (xx, yy) = (x * x, y * y);
        let thinned = 1.0 / (xx * yy);
        let first = Derivatives {
            x: 2.0 * x - 2.0 * thinned / x,
            y: 2.0 * y - 2.0 * thinned / y,
            xx: 2.0 + 6.0 * thinned / xx,
            xy: 4.0 * thinned / (x * y),
            yy: 2.0 + 6.0 * thinned / yy,
        };
        let mut energy = Derivatives::default().plus(0.5 * self.shear_modulus, 0.0, first);
        for (family, sine) in self.fibers.families.iter().zip(across) {
            let (along, aside) = ((1.0 - 3.0 * kappa) * (1.0 - sine), (1.0 - 3.0 * kappa) * sine);
            let strain = kappa * (xx + yy + thinned - 3.0) + along * (xx - 1.0) + aside * (yy - 1.0);
            // Written so that an undefined strain is not taken for a slack fiber.
            if strain <= 0.0 {
                continue;
            }
            let slopes = Derivatives {
                x: kappa * first.x + 2.0 * along * x,
                y: kappa * first.y + 2.0 * aside * y,
                xx: kappa * first.xx + 2.0 * along,
                xy: kappa * first.xy,
                yy: kappa * first.yy + 2.0 * aside,
            };
            let square = FIBER_STIFFENING * strain * strain;
            let stiffness = 2.0 * family.share * self.fiber_stiffness * exponential(square);
            energy = energy.plus(stiffness * strain, stiffness * (1.0 + 2.0 * square), slopes);
        }
        energy
    }
}

/// The lateral stretch at which a sheet that is pulled along an axis has no lateral force.
#[derive(Clone, Copy, Debug)]
struct Root {
    low: f64,
    high: f64,
    lateral: f64,
    is_found: bool,
}

impl Root {
    /// Not yet found in a bracket, from a guess or, if that lies outside, from its upper end.
    fn between(low: f64, high: f64, guess: f64) -> Self {
        let lateral = if guess > low && guess < high { guess } else { high };
        Self { low, high, lateral, is_found: false }
    }

    /// Newton's step, given the force at the present stretch and its slope; or half of the bracket.
    fn step(&mut self, (force, stiffness): (f64, f64)) {
        let Self { low, high, lateral, .. } = self;
        *(if force < 0.0 { low } else { high }) = *lateral;
        let newton = self.lateral - force / stiffness;
        let next = if newton > self.low && newton <= self.high { newton } else { 0.5 * (self.low + self.high) };
        let step = (next - self.lateral).abs();
        self.lateral = next;
        // Convergence is quadratic: what is left after a step of 1e-7 is close to round-off.
        self.is_found = step <= 1e-7 * next;
    }
}

impl Derivatives {
    /// Adds those of a function of `inner`, given its first and second derivative to it.
    fn plus(self, once: f64, twice: f64, inner: Self) -> Self {
        Self {
            x: self.x + once * inner.x,
            y: self.y + once * inner.y,
            xx: self.xx + once * inner.xx + twice * inner.x * inner.x,
            xy: self.xy + once * inner.xy + twice * inner.x * inner.y,
            yy: self.yy + once * inner.yy + twice * inner.y * inner.y,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::FiberFamily;
    use std::f64::consts::FRAC_PI_2;

    fn weave(density: f64) -> FiberMoments {
        FiberMoments::two_families(density, 0.0, 41.0_f64.to_radians(), 2.11)
    }

    fn pulled(sheet: &Sheet, axis: f64, stretch: f64) -> Response {
        let [response] = sheet.pull([sheet.across(axis)], stretch);
        response
    }

    fn close(value: f64, expected: f64, tolerance: f64) {
        assert!((value / expected - 1.0).abs() < tolerance, "{value} instead of {expected}");
    }

    #[test]
    fn the_lateral_force_is_that_of_all_derivatives() {
        let fibers = FiberMoments::two_families(0.8, 0.2, 0.6, 2.0) + FiberMoments::along(0.1, 1.0);
        let sheet = Sheet::new(&fibers, 0.7);
        for (x, y) in [(1.3, 0.7), (1.05, 0.97), (1.6, 0.4), (1.0001, 1.0)] {
            let (force, stiffness) = sheet.lateral_force([0.2, 0.7], 1.0 / (x * x), y);
            let all = sheet.derivatives([0.2, 0.7], x, y);
            close(1.0 + force, 1.0 + all.y, 1e-12);
            close(stiffness, all.yy, 1e-12);
        }
    }

    #[test]
    fn directions_all_alike_are_equally_firm_along_any_axis() {
        let sheet = Sheet::new(&FiberMoments::isotropic(1.0), 1.0);
        let expected = pulled(&sheet, 0.0, 1.3).tangent;
        for axis in [0.3, 1.0, 2.5] {
            // Convergence of the lateral stretch to round-off.
            close(pulled(&sheet, axis, 1.3).tangent, expected, 1e-11);
        }
    }

    #[test]
    fn parallel_fibers_have_the_exact_response() {
        let sheet = Sheet::new(&FiberMoments::along(1.0, 0.4), 1.0);
        for stretch in [1.01_f64, 1.2, 1.5] {
            let strain = stretch * stretch - 1.0;
            let along = pulled(&sheet, 0.4, stretch);
            let fibers = 4.0 * FIBER_STIFFNESS * stretch * strain * (FIBER_STIFFENING * strain * strain).exp();
            // Moments of parallel fibers give κ = 1.3e-9 rather than 0, which sets these tolerances.
            close(along.stress, SHEAR_MODULUS * (stretch - stretch.powi(-2)) + fibers, 1e-7);
            assert!((along.lateral - stretch.powf(-0.5)).abs() < 1e-6, "{}", along.lateral);
            // Across, fibers are slack and the sheet is neo-Hookean: P = μ(λ − λ⁻²).
            let across = pulled(&sheet, 0.4 + FRAC_PI_2, stretch);
            close(across.stress, SHEAR_MODULUS * (stretch - stretch.powi(-2)), 1e-12);
            close(across.tangent, SHEAR_MODULUS * (1.0 + 2.0 * stretch.powi(-3)), 1e-12);
        }
    }

    #[test]
    fn the_tangent_is_the_slope_of_the_stress() {
        let sheet = Sheet::new(&weave(0.8), 0.7);
        for (axis, stretch) in [(0.0, 1.1), (0.0, 1.3), (0.5, 1.2), (FRAC_PI_2, 1.4)] {
            let stress = |difference: f64| pulled(&sheet, axis, stretch + difference).stress;
            // Central differences: error h² P'''/6 and round-off 1e-16 P/h.
            close(pulled(&sheet, axis, stretch).tangent, (stress(1e-5) - stress(-1e-5)) / 2e-5, 1e-5);
        }
    }

    #[test]
    fn stiff_thin_families_are_a_pantograph_at_small_strain() {
        for degrees in [36.0_f64, 41.0, 45.0] {
            let family = |angle: f64| FiberFamily { angle: angle.to_radians(), share: 0.5 };
            let fibers = FiberFamilies {
                concentration: f64::INFINITY,
                dispersion: 0.0,
                families: [family(degrees), family(-degrees)],
            };
            let sheet = Sheet { shear_modulus: 1.0, fiber_stiffness: 1e6, fibers };
            let (along, across) = sheet.moduli(0.0, 1.0001);
            // Fibers that cannot lengthen turn: strains −ε cot²γ to the side, energy ∝ 1 − m + m² with
            // m = cot²γ. Corrections are of the order of the strain, 1e-4, times cot⁴γ and some.
            close(along / across, degrees.to_radians().tan().powi(-4), 5e-3);
        }
    }
}
