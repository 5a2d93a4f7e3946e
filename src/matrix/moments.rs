//! The fibers of one site or window as five numbers.
use crate::error::Result;
use crate::reading::{check_computed, checked_on_reading};
use nalgebra::{Matrix2, Vector2};
use serde::{Deserialize, Serialize};
use std::ops::{Add, AddAssign, Mul, MulAssign, Sub};

/// Amount of fibers and the second and fourth angular moment of their directions.
///
/// For an axial density p(θ), θ ≡ θ + π, of fibers:
/// ρ = ∫p, c₂ + i s₂ = ∫p e^{2iθ}, c₄ + i s₄ = ∫p e^{4iθ}. The numbers add when fibers are added,
/// scale when fibers are lost and turn when the picture turns. ρ is the amount over an area, whatever the thickness of the
/// slab that holds it: 1 is healthy young dermis. The second moment is the traceless part of the usual structure tensor; the fourth tells
/// a basket weave of two crossing families (|q₂| small, |q₄| large) from a tangle (both small).
///
/// ```
/// use dermaweave::FiberMoments;
/// let cross = FiberMoments::along(0.5, 0.0) + FiberMoments::along(0.5, std::f64::consts::FRAC_PI_2);
/// assert!(cross.resultant_length() < 1e-12);
/// assert!((cross.fourth_amplitude() - 1.0).abs() < 1e-12);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "MomentsFields")]
pub struct FiberMoments {
    /// Amount ρ over the area, 1 = healthy young dermis.
    pub density: f64,
    /// Re ∫p e^{2iθ}.
    pub c2: f64,
    /// Im ∫p e^{2iθ}.
    pub s2: f64,
    /// Re ∫p e^{4iθ}.
    pub c4: f64,
    /// Im ∫p e^{4iθ}.
    pub s4: f64,
}

checked_on_reading! {
    FiberMoments by check_read, read as "FiberMoments" in MomentsFields { density: f64, c2: f64, s2: f64, c4: f64, s4: f64 }
}

/// Highest density of fibers and other contents of a site that is read from a file, 1 = healthy young dermis.
pub(super) const DENSEST: f64 = 1e9;

impl FiberMoments {
    /// Moments that fibers can have, but for round-off: |q₂| ≤ ρ and |ρ q₄ − q₂²| ≤ ρ² − |q₂|²
    /// ([`FiberMoments::unrealizable_by`], of amounts instead of means, so that what is hardly there is not judged by its
    /// round-off).
    pub(crate) fn check_read(&self) -> Result<()> {
        let Self { density, c2, s2, c4, s4 } = *self;
        check_computed("density of fibers", density, "(1 = healthy young)", 0.0..=DENSEST)?;
        // Every site of every course that is saved or read is checked: `hypot` takes most of that time, and what is too large
        // for squares is refused all the same.
        let length = |x: f64, y: f64| (x * x + y * y).sqrt();
        let (second, amount) = (length(c2, s2), density.max(0.0));
        check_computed("second moment of fibers", second, "(at most their density)", 0.0..=amount)?;
        let fourth = length(density * c4 - (c2 * c2 - s2 * s2), density * s4 - 2.0 * c2 * s2);
        let most = (amount * amount - second * second).max(0.0);
        check_computed("fourth moment of fibers", fourth, "(density², beyond that of the second)", 0.0..=most)
    }

    /// Fibers that all lie along `angle` (radians).
    pub fn along(density: f64, angle: f64) -> Self {
        let (sine, cosine) = angle.sin_cos();
        Self::along_direction(density, cosine, sine)
    }

    /// Fibers along the unit vector (cosine, sine); the opposite vector gives the same bits.
    pub(crate) fn along_direction(density: f64, cosine: f64, sine: f64) -> Self {
        let (c2, s2) = (cosine * cosine - sine * sine, 2.0 * cosine * sine);
        let (c4, s4) = (c2 * c2 - s2 * s2, 2.0 * c2 * s2);
        Self { density, c2: density * c2, s2: density * s2, c4: density * c4, s4: density * s4 }
    }

    /// Fibers without any direction.
    pub const fn isotropic(density: f64) -> Self {
        Self { density, c2: 0.0, s2: 0.0, c4: 0.0, s4: 0.0 }
    }

    /// One family around `axis` (radians) of axial von Mises form with resultant length R.
    pub fn one_family(density: f64, axis: f64, resultant_length: f64) -> Self {
        Self::families(axis, resultant_length)(density)
    }

    /// [`FiberMoments::one_family`] of any density.
    pub(crate) fn families(axis: f64, resultant_length: f64) -> impl Fn(f64) -> Self {
        let (unit, fourth) = (Self::along(1.0, axis), super::fourth_moment_of_single_family(resultant_length));
        move |density| Self {
            density,
            c2: density * resultant_length * unit.c2,
            s2: density * resultant_length * unit.s2,
            c4: density * fourth * unit.c4,
            s4: density * fourth * unit.s4,
        }
    }

    /// Two equal families at `axis ± half_angle` (radians), each of axial von Mises form with
    /// concentration b. Healthy dermis: ±41° about the Langer line, b = 2.11 (GOH κ = 0.14,
    /// Ní Annaidh 2012, doi:10.1007/s10439-012-0542-3).
    pub fn two_families(density: f64, axis: f64, half_angle: f64, concentration: f64) -> Self {
        let resultant_length = super::bessel_ratio(1, concentration);
        let family = |angle| Self::one_family(0.5 * density, angle, resultant_length);
        family(axis + half_angle) + family(axis - half_angle)
    }

    /// Mean of e^{2iθ} as (real, imaginary); zero where there are no fibers.
    pub fn mean_second(&self) -> (f64, f64) {
        self.per_fiber(self.c2, self.s2)
    }

    /// Mean of e^{4iθ} as (real, imaginary); zero where there are no fibers.
    pub fn mean_fourth(&self) -> (f64, f64) {
        self.per_fiber(self.c4, self.s4)
    }

    fn per_fiber(&self, real: f64, imaginary: f64) -> (f64, f64) {
        if self.density > 0.0 { (real / self.density, imaginary / self.density) } else { (0.0, 0.0) }
    }

    /// Resultant length R = |⟨e^{2iθ}⟩|, also called mean vector length: 0 no common axis, 1 parallel.
    pub fn resultant_length(&self) -> f64 {
        let (real, imaginary) = self.mean_second();
        real.hypot(imaginary)
    }

    /// |⟨e^{4iθ}⟩|.
    pub fn fourth_amplitude(&self) -> f64 {
        let (real, imaginary) = self.mean_fourth();
        real.hypot(imaginary)
    }

    /// Weave excess z₄ − s(R) e^{2i arg z₂} as (real, imaginary): the fourth moment beyond what one von
    /// Mises family with the same R would have. Zero for one family and for a tangle.
    #[inline(always)]
    pub(crate) fn weave_excess(&self) -> Vector2<f64> {
        let per_fiber = if self.density > 0.0 { self.density.recip() } else { 0.0 };
        let [c2, s2, c4, s4] = [self.c2, self.s2, self.c4, self.s4].map(|moment| moment * per_fiber);
        // s e^{2i arg z₂} = (s/R²) z₂².
        let share = super::von_mises::fourth_moment_share(c2 * c2 + s2 * s2);
        Vector2::new(c4 - share * (c2 * c2 - s2 * s2), s4 - share * 2.0 * c2 * s2)
    }

    /// Mean axis in radians, in [0, π).
    pub fn mean_angle(&self) -> f64 {
        let angle = 0.5 * self.s2.atan2(self.c2).rem_euclid(std::f64::consts::TAU);
        if angle < std::f64::consts::PI { angle } else { 0.0 }
    }

    /// Structure tensor ∫p n⊗n = ½ (ρ 1 + [[c₂, s₂], [s₂, −c₂]]), with trace ρ: what models of tissue mechanics take.
    ///
    /// ```
    /// use dermaweave::FiberMoments;
    /// let tensor = FiberMoments::along(2.0, 0.0).structure_tensor();
    /// assert_eq!((tensor[(0, 0)], tensor[(1, 1)], tensor.trace()), (2.0, 0.0, 2.0));
    /// ```
    pub fn structure_tensor(&self) -> Matrix2<f64> {
        let deviator = Matrix2::new(self.c2, self.s2, self.s2, -self.c2);
        (Matrix2::identity() * self.density + deviator) * 0.5
    }

    /// The same fibers after the picture has turned by `angle` (radians).
    #[must_use]
    pub fn rotated(&self, angle: f64) -> Self {
        let ((sin2, cos2), (sin4, cos4)) = ((2.0 * angle).sin_cos(), (4.0 * angle).sin_cos());
        Self {
            density: self.density,
            c2: self.c2 * cos2 - self.s2 * sin2,
            s2: self.c2 * sin2 + self.s2 * cos2,
            c4: self.c4 * cos4 - self.s4 * sin4,
            s4: self.c4 * sin4 + self.s4 * cos4,
        }
    }

    /// The same fibers seen in a mirror that lies along x.
    #[must_use]
    pub const fn mirrored(&self) -> Self {
        Self { density: self.density, c2: self.c2, s2: -self.s2, c4: self.c4, s4: -self.s4 }
    }

    /// By how much the moments leave the set that fiber directions can have: with z = q/ρ,
    /// |z₂| ≤ 1 and |z₄ − z₂²| ≤ 1 − |z₂|². Zero or negative inside.
    pub fn unrealizable_by(&self) -> f64 {
        let ((c2, s2), (c4, s4)) = (self.mean_second(), self.mean_fourth());
        let second = c2.hypot(s2);
        let fourth = (c4 - (c2 * c2 - s2 * s2)).hypot(s4 - 2.0 * c2 * s2);
        (second - 1.0).max(fourth - (1.0 - second * second)).max(-self.density)
    }

    /// Keeps a share of every moment and adds so much along `axis`; the density becomes the given one.
    #[inline(always)]
    pub(crate) fn blend(&mut self, kept: f64, axis: &Self, gained: f64, density: f64) {
        self.density = density;
        let before = [self.c2, self.s2, self.c4, self.s4];
        let along = [axis.c2, axis.s2, axis.c4, axis.s4];
        [self.c2, self.s2, self.c4, self.s4] =
            std::array::from_fn(|moment| before[moment] * kept + along[moment] * gained);
    }
}

impl Add for FiberMoments {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self {
            density: self.density + other.density,
            c2: self.c2 + other.c2,
            s2: self.s2 + other.s2,
            c4: self.c4 + other.c4,
            s4: self.s4 + other.s4,
        }
    }
}

impl AddAssign for FiberMoments {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sub for FiberMoments {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        self + other * -1.0
    }
}

impl Mul<f64> for FiberMoments {
    type Output = Self;
    fn mul(self, factor: f64) -> Self {
        Self {
            density: self.density * factor,
            c2: self.c2 * factor,
            s2: self.s2 * factor,
            c4: self.c4 * factor,
            s4: self.s4 * factor,
        }
    }
}

impl MulAssign<f64> for FiberMoments {
    fn mul_assign(&mut self, factor: f64) {
        *self = *self * factor;
    }
}

impl std::iter::Sum for FiberMoments {
    fn sum<I: Iterator<Item = Self>>(fibers: I) -> Self {
        fibers.fold(Self::default(), Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn healthy_dermis_has_the_published_moments() {
        let weave = FiberMoments::two_families(1.0, 0.0, 41.0_f64.to_radians(), 2.11);
        assert!((weave.resultant_length() - 0.10).abs() < 0.005, "{}", weave.resultant_length());
        assert!((weave.c4 + 0.31).abs() < 0.005, "{}", weave.c4);
        assert!(weave.mean_angle() < 1e-9);
    }

    #[test]
    fn opposite_directions_give_the_same_bits() {
        let (sine, cosine) = 0.7_f64.sin_cos();
        assert_eq!(
            FiberMoments::along_direction(1.0, cosine, sine),
            FiberMoments::along_direction(1.0, -cosine, -sine)
        );
    }

    #[test]
    fn turning_the_picture_turns_the_axis() {
        let family = FiberMoments::one_family(1.0, 0.3, 0.7).rotated(0.4);
        let expected = FiberMoments::one_family(1.0, 0.7, 0.7);
        assert!((family.c2 - expected.c2).abs() + (family.s4 - expected.s4).abs() < 1e-12);
    }
}
