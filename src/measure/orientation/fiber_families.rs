//! The fibers of a window as at most two families, the form in which tissue mechanics takes them.
use super::dispersion::goh_dispersion;
use super::family_concentration::{self, NO_AXIS};
use crate::elementary::length;
use crate::matrix::{FiberMoments, bessel_ratio_pair};
use serde::{Deserialize, Serialize};

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
#[non_exhaustive]
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
        let (axis, second, fourth) = family_concentration::about_mean_axis(fibers);
        let FiberMoments { density, c2, s2, c4, s4 } = *fibers;
        if ![density, c2, s2, c4, s4, axis, fourth[0], fourth[1]].iter().all(|number| number.is_finite()) {
            let undefined = FiberFamily { angle: f64::NAN, share: f64::NAN };
            return Self { concentration: f64::NAN, dispersion: f64::NAN, families: [undefined; 2] };
        }
        two_families(axis, second, fourth, family_concentration::of_moments(second, fourth))
    }
}

/// Two families with concentration b and the given moments about their mean axis.
fn two_families(axis: f64, second: f64, fourth: [f64; 2], b: f64) -> FiberFamilies {
    let [r1, r2] = bessel_ratio_pair(b);
    let p = if second > 0.0 { (second / r1).min(1.0) } else { 0.0 };
    // r₂ (p² − q), of length r₂ (1 − p²); a single family has none, and τ = 0 will do.
    let (real, imaginary) = (r2 * p * p - fourth[0], -fourth[1]);
    let half_turn = if length(real, imaginary) > NO_AXIS { 0.5 * imaginary.atan2(real) } else { 0.0 };
    let (sine, cosine) = half_turn.sin_cos();
    let spread = (p * cosine).acos();
    let excess = if spread > 0.0 { (p * sine / spread.sin()).clamp(-1.0, 1.0) } else { 0.0 };
    let family =
        |side: f64| FiberFamily { angle: axis + 0.5 * (half_turn + side * spread), share: 0.5 * (1.0 - side * excess) };
    FiberFamilies { concentration: b, dispersion: goh_dispersion(b), families: [family(1.0), family(-1.0)] }
}
