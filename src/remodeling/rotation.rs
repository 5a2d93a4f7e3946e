//! Fibers that are pulled rotate; they are not replaced.
use crate::matrix::FiberMoments;
use std::array::from_fn;

/// Largest rotation k Δt that is made in one part.
pub(crate) const LARGEST_PART: f64 = 0.05;
/// Least 1 − |z₂|² that is told from none: fibers that all lie one way.
const PARALLEL: f64 = 1e-12;

/// Complex numbers, such as a moment of each of some fibers, side by side: processors work on several at once.
#[derive(Clone, Copy, Debug)]
struct Complex<const N: usize> {
    re: [f64; N],
    im: [f64; N],
}

impl<const N: usize> Complex<N> {
    #[inline(always)]
    fn of(number: impl Fn(usize) -> [f64; 2]) -> Self {
        Self { re: from_fn(|lane| number(lane)[0]), im: from_fn(|lane| number(lane)[1]) }
    }

    #[inline(always)]
    fn times(self, other: Self) -> Self {
        Self {
            re: from_fn(|lane| self.re[lane] * other.re[lane] - self.im[lane] * other.im[lane]),
            im: from_fn(|lane| self.re[lane] * other.im[lane] + self.im[lane] * other.re[lane]),
        }
    }

    #[inline(always)]
    fn conjugate(self) -> Self {
        Self { re: self.re, im: self.im.map(|im| -im) }
    }

    /// Plus so many times others.
    #[inline(always)]
    fn plus(self, factor: [f64; N], other: Self) -> Self {
        Self {
            re: from_fn(|lane| self.re[lane] + factor[lane] * other.re[lane]),
            im: from_fn(|lane| self.im[lane] + factor[lane] * other.im[lane]),
        }
    }

    #[inline(always)]
    fn minus(self, other: Self) -> Self {
        self.plus([-1.0; N], other)
    }

    #[inline(always)]
    fn scaled(self, factor: [f64; N]) -> Self {
        Self { re: from_fn(|lane| self.re[lane] * factor[lane]), im: from_fn(|lane| self.im[lane] * factor[lane]) }
    }

    #[inline(always)]
    fn squared_length(self) -> [f64; N] {
        from_fn(|lane| self.re[lane] * self.re[lane] + self.im[lane] * self.im[lane])
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
/// What the orders left out take out of the set that fibers can have is moved onto its edge
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
    [*fibers] = rotated_each([*fibers], axis, [a]);
}

/// [`rotate`] of several fibers at once, each by its own a.
#[inline(always)]
pub(crate) fn rotated_each<const N: usize>(
    mut fibers: [FiberMoments; N],
    axis: &FiberMoments,
    a: [f64; N],
) -> [FiberMoments; N] {
    let density: [f64; N] = from_fn(|lane| fibers[lane].density);
    let per_fiber = density.map(|density| if density > 0.0 { density.recip() } else { 0.0 });
    let (of_axis2, of_axis4) = (Complex::<N>::of(|_| [axis.c2, axis.s2]), Complex::<N>::of(|_| [axis.c4, axis.s4]));
    let (q2, q4) =
        (Complex::of(|lane| [fibers[lane].c2, fibers[lane].s2]), Complex::of(|lane| [fibers[lane].c4, fibers[lane].s4]));
    let z2 = q2.scaled(per_fiber).times(of_axis2.conjugate());
    let z4 = q4.scaled(per_fiber).times(of_axis4.conjugate());
    let (z2, z4) = rotated(z2, z4, a);
    let (q2, q4) = (z2.times(of_axis2).scaled(density), z4.times(of_axis4).scaled(density));
    for (lane, fibers) in fibers.iter_mut().enumerate() {
        (fibers.c2, fibers.s2, fibers.c4, fibers.s4) = (q2.re[lane], q2.im[lane], q4.re[lane], q4.im[lane]);
    }
    fibers
}

/// Both moments in the frame of the axis after a rotation.
#[inline(always)]
fn rotated<const N: usize>(z2: Complex<N>, z4: Complex<N>, a: [f64; N]) -> (Complex<N>, Complex<N>) {
    let spread = z2.squared_length().map(|size| 1.0 - size);
    let inverse = spread.map(|spread| if spread > PARALLEL { spread } else { PARALLEL }.recip());
    let gamma = z4.minus(z2.times(z2)).scaled(inverse);
    let alpha = z2.minus(gamma.times(z2.conjugate()));
    let z6 = alpha.times(z4).plus([1.0; N], gamma.times(z2));
    let z8 = alpha.times(z6).plus([1.0; N], gamma.times(z4));
    let all = Complex::of(|_| [1.0, 0.0]);
    let power = |factor: f64, power: i32| -> [f64; N] { a.map(|a| factor * a.powi(power)) };
    let second = z2.plus(a, all.minus(z4)).plus(power(-1.0, 2), z2.minus(z6)).plus(power(1.0, 3), z4.minus(z8));
    let of_squares = all.plus([-4.0; N], z4).plus([3.0; N], z8);
    let fourth = z4.plus(power(2.0, 1), z2.minus(z6)).plus(power(1.0, 2), of_squares);
    realizable(second, fourth)
}

/// The nearest moments that fibers can have: |z₂| ≤ 1, and z₄ in the disc around z₂² of radius 1 − |z₂|².
#[inline(always)]
fn realizable<const N: usize>(z2: Complex<N>, z4: Complex<N>) -> (Complex<N>, Complex<N>) {
    let z2 = z2.scaled(z2.squared_length().map(|size| if size > 1.0 { size.sqrt().recip() } else { 1.0 }));
    let (center, size) = (z2.times(z2), z2.squared_length());
    let radius: [f64; N] = from_fn(|lane| if size[lane] < 1.0 { 1.0 - size[lane] } else { 0.0 });
    let off = z4.minus(center);
    let distance = off.squared_length();
    let kept = from_fn(|lane| {
        let is_outside = distance[lane] > radius[lane] * radius[lane];
        if is_outside { radius[lane] / distance[lane].sqrt() } else { 1.0 }
    });
    (z2, center.plus(kept, off))
}
