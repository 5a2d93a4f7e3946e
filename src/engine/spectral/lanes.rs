//! Four complex numbers side by side, each of a line of its own.
//!
//! They are added and multiplied by vector instructions, as wide as the processor has them, which compilers do not always
//! find by themselves: of loops over four lanes, short ones are unrolled first and become shuffles.
use pulp::Simd;
use rustfft::num_complex::Complex;
use std::ops::{Add, Mul, Neg, Sub};

/// Complex lines that are transformed together.
pub(super) const LANES: usize = 4;

/// Lines of sites in them, two in one complex line.
pub(super) const LINES: usize = 2 * LANES;

/// What lies at one position of eight lines, a line of the cache: real parts are of the first four, imaginary parts of
/// the others.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(align(64))]
pub(super) struct Lanes(pub(super) [f64; LINES]);

impl Lanes {
    pub(super) const ZERO: Self = Self([0.0; LINES]);

    /// The number in a lane.
    pub(super) const fn get(&self, lane: usize) -> Complex<f64> {
        Complex { re: self.0[lane], im: self.0[LANES + lane] }
    }

    pub(super) const fn set(&mut self, lane: usize, z: Complex<f64>) {
        (self.0[lane], self.0[LANES + lane]) = (z.re, z.im);
    }

    /// How many vectors hold the real parts of all lanes.
    pub(super) const fn vectors<S: Simd>() -> usize {
        const { assert!(LANES.is_multiple_of(S::F64_LANES), "vectors of four numbers at most") };
        LANES / S::F64_LANES
    }

    /// The numbers of one vector of lanes, with their parts `SWAPPED` if need be: a transform between swaps is one backward.
    #[inline(always)]
    pub(super) fn read<S: Simd, const SWAPPED: bool>(&self, simd: S, vector: usize) -> Numbers<S> {
        let (re, im) = self.0.split_at(LANES);
        let part = |numbers: &[f64]| Vector { simd, numbers: S::as_simd_f64s(numbers).0[vector] };
        let (re, im) = if SWAPPED { (im, re) } else { (re, im) };
        Numbers { re: part(re), im: part(im) }
    }

    #[inline(always)]
    pub(super) fn write<S: Simd, const SWAPPED: bool>(&mut self, vector: usize, numbers: Numbers<S>) {
        let Numbers { re, im } = numbers;
        let (first, second) = self.0.split_at_mut(LANES);
        let (for_re, for_im) = if SWAPPED { (second, first) } else { (first, second) };
        S::as_mut_simd_f64s(for_re).0[vector] = re.numbers;
        S::as_mut_simd_f64s(for_im).0[vector] = im.numbers;
    }
}

/// As many numbers as one instruction adds.
#[derive(Clone, Copy)]
pub(super) struct Vector<S: Simd> {
    simd: S,
    numbers: S::f64s,
}

impl<S: Simd> Vector<S> {
    #[inline(always)]
    pub(super) fn all(simd: S, number: f64) -> Self {
        Self { simd, numbers: simd.splat_f64s(number) }
    }
}

impl<S: Simd> Add for Vector<S> {
    type Output = Self;

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Self { numbers: self.simd.add_f64s(self.numbers, other.numbers), ..self }
    }
}

impl<S: Simd> Sub for Vector<S> {
    type Output = Self;

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        Self { numbers: self.simd.sub_f64s(self.numbers, other.numbers), ..self }
    }
}

impl<S: Simd> Mul for Vector<S> {
    type Output = Self;

    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        Self { numbers: self.simd.mul_f64s(self.numbers, other.numbers), ..self }
    }
}

impl<S: Simd> Mul<f64> for Vector<S> {
    type Output = Self;

    #[inline(always)]
    fn mul(self, factor: f64) -> Self {
        self * Self::all(self.simd, factor)
    }
}

impl<S: Simd> Neg for Vector<S> {
    type Output = Self;

    #[inline(always)]
    fn neg(self) -> Self {
        Self { numbers: self.simd.neg_f64s(self.numbers), ..self }
    }
}

/// A complex number in each lane of a vector.
#[derive(Clone, Copy)]
pub(super) struct Numbers<S: Simd> {
    pub(super) re: Vector<S>,
    pub(super) im: Vector<S>,
}

impl<S: Simd> Numbers<S> {
    /// The product with one number. Written out, so that it is never fused.
    #[inline(always)]
    pub(super) fn turned(self, by: Complex<f64>) -> Self {
        Self { re: self.re * by.re - self.im * by.im, im: self.re * by.im + self.im * by.re }
    }
}

impl<S: Simd> Add for Numbers<S> {
    type Output = Self;

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Self { re: self.re + other.re, im: self.im + other.im }
    }
}

impl<S: Simd> Sub for Numbers<S> {
    type Output = Self;

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        Self { re: self.re - other.re, im: self.im - other.im }
    }
}

impl<S: Simd> Mul<f64> for Numbers<S> {
    type Output = Self;

    #[inline(always)]
    fn mul(self, factor: f64) -> Self {
        Self { re: self.re * factor, im: self.im * factor }
    }
}
