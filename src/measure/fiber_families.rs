//! The fibers of a window as at most two families, the form in which tissue mechanics takes them.
mod concentration;

use super::goh_dispersion;
use crate::elementary::length;
use crate::matrix::{FiberMoments, bessel_ratio_pair};
use serde::{Deserialize, Serialize};

/// Length below which a moment has no axis.
const NO_AXIS: f64 = 1e-12;

/// One family of fibers.
///
/// ```
/// use dermaweave::FiberMoments;
/// use dermaweave::measure::{FiberFamilies, FiberFamily};
/// let scar = FiberFamilies::from_moments(&FiberMoments::one_family(1.0, 0.3, 0.7));
/// let FiberFamily { angle, share } = scar.families[0];
/// assert!((angle - 0.3).abs() < 1e-6 && (0.0..=1.0).contains(&share));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct FiberFamily {
    /// Mean direction in radians from x.
    #[serde(with = "crate::reading::number")]
    pub angle: f64,
    /// Share of all fibers; the shares of both families add up to 1.
    #[serde(with = "crate::reading::number")]
    pub share: f64,
}

/// At most two families of axial von Mises form exp(b cos 2(θ − angle)) with a common b.
///
/// A single family is two with the same angle, or one with the share 1.
///
/// ```
/// use dermaweave::{FiberMoments, measure::FiberFamilies};
/// let weave = FiberMoments::two_families(1.0, 0.0, 41.0_f64.to_radians(), 2.11);
/// let found = FiberFamilies::from_moments(&weave);
/// assert!((found.families[0].angle.to_degrees() - 41.0).abs() < 1e-6);
/// assert!((found.concentration - 2.11).abs() < 1e-6 && (found.dispersion - 0.1403).abs() < 1e-4);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct FiberFamilies {
    /// Concentration b of each family: 0 all directions alike, at most 10⁸.
    #[serde(with = "crate::reading::number")]
    pub concentration: f64,
    /// GOH dispersion κ of each family, see [`goh_dispersion`].
    #[serde(with = "crate::reading::number")]
    pub dispersion: f64,
    /// The families.
    pub families: [FiberFamily; 2],
}

impl FiberFamilies {
    /// The families that have both moments of the fibers.
    ///
    /// The moments of two families are those of two directions, z₂/r₁ and z₄/r₂ with rₙ = Iₙ(b)/I₀(b),
    /// and lie on the boundary of what directions can have. One b puts them there:
    /// |z₄/r₂ − z₂²/r₁²| = 1 − |z₂|²/r₁². In the frame of the mean axis, p = |z₂|/r₁, q = z₄/r₂ and
    /// e^{iτ} = −(q − p²)/|q − p²|, the families lie at τ/4 ± δ/2, cos δ = p cos(τ/2), with shares
    /// (1 ∓ p sin(τ/2)/sin δ)/2. Moments symmetric about the mean axis give two equal families on both
    /// sides of it, or unequal ones along and across it. Without a second moment the frame is that of
    /// the fourth, without either b = 0. Moments that no fibers can have are moved to the nearest that
    /// they can; b ends at 10⁸, where moments are met to 10⁻⁷. Moments that are not finite give NaN
    /// throughout.
    #[must_use]
    pub fn from_moments(fibers: &FiberMoments) -> Self {
        let (axis, second, fourth) = about_mean_axis(fibers);
        let FiberMoments { density, c2, s2, c4, s4 } = *fibers;
        if ![density, c2, s2, c4, s4, axis, fourth[0], fourth[1]].iter().all(|number| number.is_finite()) {
            let undefined = FiberFamily { angle: f64::NAN, share: f64::NAN };
            return Self { concentration: f64::NAN, dispersion: f64::NAN, families: [undefined; 2] };
        }
        two_families(axis, second, fourth, concentration::of_moments(second, fourth))
    }
}

/// Mean axis ψ, R = |z₂| and z₄ e^{−4iψ}, moved into the range that fibers can have.
fn about_mean_axis(fibers: &FiberMoments) -> (f64, f64, [f64; 2]) {
    let ((c2, s2), (c4, s4)) = (fibers.mean_second(), fibers.mean_fourth());
    let length = c2.hypot(s2);
    if length < NO_AXIS {
        return (0.25 * s4.atan2(c4), 0.0, [c4.hypot(s4).min(1.0), 0.0]);
    }
    let (cosine, sine) = (c2 / length, s2 / length);
    let (cosine, sine) = (cosine * cosine - sine * sine, 2.0 * cosine * sine);
    let second = length.min(1.0);
    let square = second * second;
    let from_square = [c4 * cosine + s4 * sine - square, s4 * cosine - c4 * sine];
    let shrink = ((1.0 - square) / from_square[0].hypot(from_square[1])).min(1.0);
    // A quotient 0/0 is taken for 1 by `min`: nothing is left to shrink.
    (0.5 * s2.atan2(c2), second, [square + shrink * from_square[0], shrink * from_square[1]])
}

/// Two families with concentration b and the given moments about their mean axis.
fn two_families(axis: f64, second: f64, fourth: [f64; 2], b: f64) -> FiberFamilies {
    let [r1, r2] = bessel_ratio_pair(b);
    let p = if second > 0.0 { (second / r1).min(1.0) } else { 0.0 };
    // r₂ (p² − q), of length r₂ (1 − p²); a single family has none, and τ = 0 will do.
    let (real, imaginary) = (r2 * p * p - fourth[0], -fourth[1]);
    let half_turn = if length(real, imaginary) > NO_AXIS { 0.5 * imaginary.atan2(real) } else { 0.0 };
    let (sine, cosine) = half_turn.sin_cos();
    let opening = (p * cosine).acos();
    let excess = if opening > 0.0 { (p * sine / opening.sin()).clamp(-1.0, 1.0) } else { 0.0 };
    let family = |side: f64| FiberFamily {
        angle: axis + 0.5 * (half_turn + side * opening),
        share: 0.5 * (1.0 - side * excess),
    };
    FiberFamilies { concentration: b, dispersion: goh_dispersion(b), families: [family(1.0), family(-1.0)] }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matrix::bessel_ratio;
    use proptest::prelude::*;
    use std::f64::consts::FRAC_PI_2;

    /// Moments of the families, with the given density.
    fn moments(found: &FiberFamilies) -> FiberMoments {
        let resultant = bessel_ratio(1, found.concentration);
        found.families.iter().map(|family| FiberMoments::one_family(family.share, family.angle, resultant)).sum()
    }

    #[test]
    fn known_weaves_come_back() {
        for (half_angle, b) in [(41.0_f64, 2.11), (10.0, 30.0), (45.0, 0.5), (44.9, 900.0), (25.0, 3.0)] {
            let weave = FiberMoments::two_families(0.7, 0.4, half_angle.to_radians(), b);
            let found = FiberFamilies::from_moments(&weave);
            // The two moments fix b and γ where the families are told apart, as in all of these.
            assert!((found.concentration / b - 1.0).abs() < 1e-7, "{half_angle} {b}: {found:?}");
            let turn = (found.families[0].angle - found.families[1].angle).abs().to_degrees() / 2.0;
            assert!((turn - half_angle).abs() < 1e-5, "{half_angle} {b}: {found:?}");
        }
    }

    #[test]
    fn unequal_crossing_families_come_back() {
        for (share, b) in [(0.9, 3.0), (0.55, 40.0), (0.5, 1.0)] {
            let resultant = bessel_ratio(1, b);
            let fibers = FiberMoments::one_family(share, 0.2, resultant)
                + FiberMoments::one_family(1.0 - share, 0.2 + FRAC_PI_2, resultant);
            let found = FiberFamilies::from_moments(&fibers);
            assert!((found.concentration / b - 1.0).abs() < 1e-7, "{share} {b}: {found:?}");
            assert!(
                (found.families.map(|family| family.share)[usize::from(found.families[0].share < 0.5)] - share).abs()
                    < 1e-7,
                "{share} {b}: {found:?}"
            );
        }
    }

    #[test]
    fn families_of_unequal_share_come_back() {
        for share in [0.55, 0.7, 0.9] {
            let (resultant, half_angle) = (bessel_ratio(1, 2.11), 41.0_f64.to_radians());
            let fibers = FiberMoments::one_family(share, half_angle, resultant)
                + FiberMoments::one_family(1.0 - share, -half_angle, resultant);
            let found = FiberFamilies::from_moments(&fibers);
            assert!((found.concentration / 2.11 - 1.0).abs() < 1e-7, "{share}: {found:?}");
            let [first, second] = found.families;
            assert!(
                (first.share - share).abs() < 1e-7 && (first.angle - half_angle).abs() < 1e-7,
                "{share}: {found:?}"
            );
            assert!((second.angle + half_angle).abs() < 1e-7, "{share}: {found:?}");
        }
    }

    #[test]
    fn limits_of_the_moments() {
        let isotropic = FiberFamilies::from_moments(&FiberMoments::isotropic(0.8));
        assert!(isotropic.concentration == 0.0 && (isotropic.dispersion - 1.0 / 3.0).abs() < 1e-15);
        assert_eq!(FiberFamilies::from_moments(&FiberMoments::default()).concentration, isotropic.concentration);
        let parallel = FiberFamilies::from_moments(&FiberMoments::along(1.0, 1.0));
        assert!(parallel.dispersion < 1e-8 && (parallel.families[0].angle - 1.0).abs() < 1e-4);
        let impossible = FiberMoments { density: 1.0, c2: 3.0, s2: 0.0, c4: -9.0, s4: 2.0 };
        assert!(FiberFamilies::from_moments(&impossible).dispersion < 1e-8);
        for undefined in [
            FiberMoments { density: f64::NAN, ..FiberMoments::default() },
            FiberMoments { s2: f64::NAN, ..FiberMoments::isotropic(1.0) },
            FiberMoments { c4: f64::INFINITY, ..FiberMoments::isotropic(1.0) },
        ] {
            let found = FiberFamilies::from_moments(&undefined);
            assert!(found.concentration.is_nan() && found.dispersion.is_nan() && found.families[0].angle.is_nan());
        }
    }

    proptest! {
        /// Every realizable pair of moments is met, not only those made from two families.
        #[test]
        fn second_and_fourth_moments_are_kept(
            directions in prop::collection::vec((0.0..std::f64::consts::PI, 0.01_f64..1.0), 1..6),
            blur in 0.0_f64..0.999,
        ) {
            let fibers: FiberMoments = directions.iter().map(|&(angle, amount)| FiberMoments::along(amount, angle)).sum();
            let fibers = fibers * (blur / fibers.density) + FiberMoments::isotropic(1.0 - blur);
            let found = moments(&FiberFamilies::from_moments(&fibers));
            let ((c2, s2), (found_c2, found_s2)) = (fibers.mean_second(), found.mean_second());
            prop_assert!((c2 - found_c2).abs() + (s2 - found_s2).abs() < 1e-11);
            let ((c4, s4), (found_c4, found_s4)) = (fibers.mean_fourth(), found.mean_fourth());
            prop_assert!((c4 - found_c4).abs() + (s4 - found_s4).abs() < 1e-9);
        }
    }
}
