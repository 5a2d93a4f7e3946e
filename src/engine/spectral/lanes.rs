//! Four complex numbers side by side, each of a line of its own.
//!
//! They are added and multiplied by vector instructions, which compilers do not always find by themselves: of loops over
//! four lanes, short ones are unrolled first and become shuffles.
use rustfft::num_complex::Complex;
use std::ops::{Add, Mul, Sub};
use wide::f64x4;

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

    /// All numbers, with their parts `SWAPPED` if need be: a transform between swaps is one backward.
    #[inline(always)]
    pub(super) fn read<const SWAPPED: bool>(&self) -> Numbers {
        let half = |first: usize| f64x4::new(std::array::from_fn(|lane| self.0[first + lane]));
        let (re, im) = (half(0), half(LANES));
        if SWAPPED { Numbers { re: im, im: re } } else { Numbers { re, im } }
    }

    #[inline(always)]
    pub(super) fn write<const SWAPPED: bool>(&mut self, Numbers { re, im }: Numbers) {
        let (re, im) = if SWAPPED { (im, re) } else { (re, im) };
        let (first, second) = self.0.split_at_mut(LANES);
        first.copy_from_slice(&re.to_array());
        second.copy_from_slice(&im.to_array());
    }
}

/// A complex number in each lane.
#[derive(Clone, Copy)]
pub(super) struct Numbers {
    pub(super) re: f64x4,
    pub(super) im: f64x4,
}

impl Numbers {
    pub(super) const ZERO: Self = Self { re: f64x4::new([0.0; LANES]), im: f64x4::new([0.0; LANES]) };

    /// The product with one number. Written out, so that it is never fused.
    #[inline(always)]
    pub(super) fn turned(self, by: Complex<f64>) -> Self {
        let (re, im) = (f64x4::splat(by.re), f64x4::splat(by.im));
        Self { re: self.re * re - self.im * im, im: self.re * im + self.im * re }
    }
}

impl Add for Numbers {
    type Output = Self;

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Self { re: self.re + other.re, im: self.im + other.im }
    }
}

impl Sub for Numbers {
    type Output = Self;

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        Self { re: self.re - other.re, im: self.im - other.im }
    }
}

impl Mul<f64> for Numbers {
    type Output = Self;

    #[inline(always)]
    fn mul(self, factor: f64) -> Self {
        Self { re: self.re * f64x4::splat(factor), im: self.im * f64x4::splat(factor) }
    }
}
