//! Fibers that are pulled rotate; they are not replaced.
use crate::matrix::FiberMoments;

/// Largest rotation k Δt that is made in one part.
pub(crate) const LARGEST_PART: f64 = 0.05;
/// Least 1 − |z₂|² that is told from none: fibers that all lie one way.
const PARALLEL: f64 = 1e-12;

/// A complex number, such as a moment.
#[derive(Clone, Copy, Debug)]
struct Complex {
    re: f64,
    im: f64,
}

impl Complex {
    #[inline(always)]
    const fn times(self, Self { re, im }: Self) -> Self {
        Self { re: self.re * re - self.im * im, im: self.re * im + self.im * re }
    }

    #[inline(always)]
    const fn conjugate(self) -> Self {
        Self { re: self.re, im: -self.im }
    }

    #[inline(always)]
    const fn plus(self, factor: f64, other: Self) -> Self {
        Self { re: self.re + factor * other.re, im: self.im + factor * other.im }
    }

    #[inline(always)]
    const fn squared_length(self) -> f64 {
        self.re * self.re + self.im * self.im
    }
}

/// Rotates fibers towards an axis, given as fibers of amount 1 along it, by a = tanh k Δt ≤ 0.05.
///
/// A fiber at θ from the axis obeys dθ/dt = −k sin 2θ, so that tan θ ← e^{−2kΔt} tan θ: with w = e^{2iθ} the Möbius map
/// w ← (w + a)/(1 + a w). Of the moments z₂ = ⟨w⟩ and z₄ = ⟨w²⟩ in the frame of the axis,
///
/// z₂ ← z₂ + a (1 − z₄) − a² (z₂ − z₆) + a³ (z₄ − z₈),  z₄ ← z₄ + 2a (z₂ − z₆) + a² (1 − 4z₄ + 3z₈)
///
/// to the third and second order in a, with the middle of all z₆ and z₈ that fibers of these moments can have
/// (their maximum-entropy continuation): z₆ = α z₄ + γ z₂, z₈ = α z₆ + γ z₄, γ = (z₄ − z₂²)/(1 − |z₂|²), α = z₂ − γ z̄₂.
/// Moments that the orders left out move out of the set that fibers can have are projected onto its edge
/// ([`FiberMoments::unrealizable_by`]). Rotation sharpens: fibers come to lie closer together than the cells that pull them.
///
/// ```
/// use dermaweave::FiberMoments;
/// use dermaweave::remodeling::rotate;
/// // One fiber at 30° turns as its closed form says.
/// let (mut fiber, a) = (FiberMoments::along(1.0, 30.0_f64.to_radians()), 0.02_f64);
/// rotate(&mut fiber, &FiberMoments::along(1.0, 0.0), a);
/// let expected = ((-2.0 * a.atanh()).exp() * 30.0_f64.to_radians().tan()).atan();
/// assert!((fiber.mean_angle() - expected).abs() < 1e-6);
/// ```
#[inline(always)]
pub fn rotate(fibers: &mut FiberMoments, axis: &FiberMoments, a: f64) {
    let per_fiber = if fibers.density > 0.0 { fibers.density.recip() } else { 0.0 };
    let (of_axis2, of_axis4) = (Complex { re: axis.c2, im: axis.s2 }, Complex { re: axis.c4, im: axis.s4 });
    let z2 = Complex { re: fibers.c2 * per_fiber, im: fibers.s2 * per_fiber }.times(of_axis2.conjugate());
    let z4 = Complex { re: fibers.c4 * per_fiber, im: fibers.s4 * per_fiber }.times(of_axis4.conjugate());
    let (z2, z4) = rotated(z2, z4, a);
    let (q2, q4) = (z2.times(of_axis2), z4.times(of_axis4));
    (fibers.c2, fibers.s2) = (fibers.density * q2.re, fibers.density * q2.im);
    (fibers.c4, fibers.s4) = (fibers.density * q4.re, fibers.density * q4.im);
}

/// Both moments in the frame of the axis after a rotation.
#[inline(always)]
fn rotated(z2: Complex, z4: Complex, a: f64) -> (Complex, Complex) {
    let spread = 1.0 - z2.squared_length();
    let inverse = if spread > PARALLEL { spread } else { PARALLEL }.recip();
    let excess = z4.plus(-1.0, z2.times(z2));
    let gamma = Complex { re: excess.re * inverse, im: excess.im * inverse };
    let alpha = z2.plus(-1.0, gamma.times(z2.conjugate()));
    let z6 = alpha.times(z4).plus(1.0, gamma.times(z2));
    let z8 = alpha.times(z6).plus(1.0, gamma.times(z4));
    let all = Complex { re: 1.0, im: 0.0 };
    let second = z2.plus(a, all.plus(-1.0, z4)).plus(-a * a, z2.plus(-1.0, z6)).plus(a * a * a, z4.plus(-1.0, z8));
    let fourth = z4.plus(2.0 * a, z2.plus(-1.0, z6)).plus(a * a, all.plus(-4.0, z4).plus(3.0, z8));
    realizable(second, fourth)
}

/// The nearest moments that fibers can have: |z₂| ≤ 1, and z₄ in the disc around z₂² of radius 1 − |z₂|².
#[inline(always)]
fn realizable(z2: Complex, z4: Complex) -> (Complex, Complex) {
    let size = z2.squared_length();
    let shrunk = if size > 1.0 { size.sqrt().recip() } else { 1.0 };
    let z2 = Complex { re: z2.re * shrunk, im: z2.im * shrunk };
    let (center, radius) = (z2.times(z2), (1.0 - z2.squared_length()).max(0.0));
    let off = z4.plus(-1.0, center);
    let distance = off.squared_length();
    let kept = if distance > radius * radius { radius / distance.sqrt() } else { 1.0 };
    (z2, center.plus(kept, off))
}
