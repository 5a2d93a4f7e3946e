//! Fourier transforms of a few numbers, in all lanes at once: what a longer transform is made of.
//!
//! Legs are arguments of their own, which the compiler may assume not to overlap; those of an array of references may.
use super::lanes::{Lanes, Numbers};
use pulp::Simd;
use rustfft::num_complex::Complex;
use std::f64::consts::FRAC_1_SQRT_2;

/// Fourier transforms of `R` numbers.
pub(super) struct Radix<const R: usize>;

pub(super) trait Butterfly<const R: usize> {
    /// Transforms the legs in all lanes. Forward, leg `q` is multiplied by `twiddles[q]` afterwards; `BACK`, by its
    /// conjugate before. Leg 0 is never, and no leg is unless `TWIDDLED`.
    fn run<S: Simd, const BACK: bool, const TWIDDLED: bool>(
        simd: S,
        legs: [&mut Lanes; R],
        twiddles: &[Complex<f64>; R],
    );
}

macro_rules! butterfly {
    ($radix:literal, $name:ident, $of:expr, $($leg:ident $index:literal),*) => {
        impl Butterfly<$radix> for Radix<$radix> {
            #[inline(always)]
            fn run<S: Simd, const BACK: bool, const TWIDDLED: bool>(
                simd: S,
                [$($leg),*]: [&mut Lanes; $radix],
                twiddles: &[Complex<f64>; $radix],
            ) {
                $name::<S, BACK, TWIDDLED>(simd, $($leg),*, twiddles);
            }
        }

        #[inline(always)]
        #[allow(clippy::too_many_arguments)] // A leg each, see the top of the file.
        fn $name<S: Simd, const BACK: bool, const TWIDDLED: bool>(
            simd: S,
            $($leg: &mut Lanes),*,
            twiddles: &[Complex<f64>; $radix],
        ) {
            for vector in 0..Lanes::vectors::<S>() {
                let before = [$(turned(
                    $leg.read::<S, BACK>(simd, vector),
                    twiddles[$index],
                    TWIDDLED && BACK && $index > 0,
                )),*];
                let after = $of(before);
                $($leg.write::<S, BACK>(
                    vector,
                    turned(after[$index], twiddles[$index], TWIDDLED && !BACK && $index > 0),
                );)*
            }
        }
    };
}

butterfly!(2, run_two, two, a 0, b 1);
butterfly!(3, run_three, three, a 0, b 1, c 2);
butterfly!(4, run_four, four, a 0, b 1, c 2, d 3);
butterfly!(5, run_five, five, a 0, b 1, c 2, d 3, e 4);
butterfly!(7, run_seven, seven, a 0, b 1, c 2, d 3, e 4, f 5, g 6);
butterfly!(8, run_eight, eight, a 0, b 1, c 2, d 3, e 4, f 5, g 6, h 7);

/// The product, if `really`.
#[inline(always)]
fn turned<S: Simd>(z: Numbers<S>, twiddle: Complex<f64>, really: bool) -> Numbers<S> {
    if really { z.turned(twiddle) } else { z }
}

/// a − i b and a + i b.
#[inline(always)]
fn across<S: Simd>(a: Numbers<S>, b: Numbers<S>) -> [Numbers<S>; 2] {
    [Numbers { re: a.re + b.im, im: a.im - b.re }, Numbers { re: a.re - b.im, im: a.im + b.re }]
}

#[inline(always)]
fn two<S: Simd>([a, b]: [Numbers<S>; 2]) -> [Numbers<S>; 2] {
    [a + b, a - b]
}

#[inline(always)]
fn four<S: Simd>([a, b, c, d]: [Numbers<S>; 4]) -> [Numbers<S>; 4] {
    let (even, odd) = (a + c, b + d);
    let [one, three] = across(a - c, b - d);
    [even + odd, one, even - odd, three]
}

#[inline(always)]
fn eight<S: Simd>([a, b, c, d, e, f, g, h]: [Numbers<S>; 8]) -> [Numbers<S>; 8] {
    let even = four([a, c, e, g]);
    let odd = four([b, d, f, h]);
    // Times e^{−iπ/4} and e^{−3iπ/4}.
    let first = Numbers { re: odd[1].re + odd[1].im, im: odd[1].im - odd[1].re } * FRAC_1_SQRT_2;
    let third = Numbers { re: odd[3].im - odd[3].re, im: -odd[3].re - odd[3].im } * FRAC_1_SQRT_2;
    let [two, six] = across(even[2], odd[2]);
    [even[0] + odd[0], even[1] + first, two, even[3] + third, even[0] - odd[0], even[1] - first, six, even[3] - third]
}

#[inline(always)]
fn three<S: Simd>(z: [Numbers<S>; 3]) -> [Numbers<S>; 3] {
    odd(z, [-0.5], [0.866_025_403_784_438_6])
}

#[inline(always)]
fn five<S: Simd>(z: [Numbers<S>; 5]) -> [Numbers<S>; 5] {
    let cosines = [0.309_016_994_374_947_45, -0.809_016_994_374_947_5];
    odd(z, cosines, [0.951_056_516_295_153_5, 0.587_785_252_292_473_1])
}

#[inline(always)]
fn seven<S: Simd>(z: [Numbers<S>; 7]) -> [Numbers<S>; 7] {
    let cosines = [0.623_489_801_858_733_5, -0.222_520_933_956_314_4, -0.900_968_867_902_419_1];
    odd(z, cosines, [0.781_831_482_468_029_8, 0.974_927_912_181_823_6, 0.433_883_739_117_558_1])
}

/// An odd number of numbers, from sums and differences of those that mirror each other. Of 2πj/R, cosines and sines
/// are given from j = 1 to H = (R − 1)/2.
#[inline(always)]
fn odd<S: Simd, const R: usize, const H: usize>(
    z: [Numbers<S>; R],
    cosines: [f64; H],
    sines: [f64; H],
) -> [Numbers<S>; R] {
    let mut after = z;
    for j in 1..=H {
        after[0] = after[0] + (z[j] + z[R - j]);
    }
    for k in 1..=H {
        let (mut along, mut beside) = (z[0], z[0]);
        for j in 1..=H {
            let turn = j * k % R;
            let (index, sign) = if turn <= H { (turn - 1, 1.0) } else { (R - turn - 1, -1.0) };
            along = along + (z[j] + z[R - j]) * cosines[index];
            let share = (z[j] - z[R - j]) * (sign * sines[index]);
            beside = if j == 1 { share } else { beside + share };
        }
        [after[k], after[R - k]] = across(along, beside);
    }
    after
}
