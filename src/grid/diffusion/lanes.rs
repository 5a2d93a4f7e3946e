//! Four complex numbers side by side, each of a line of its own.
use rustfft::num_complex::Complex;

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

    /// The number in a lane, with its parts `SWAPPED` if need be: a transform between swaps is one backward.
    #[inline(always)]
    pub(super) fn get<const SWAPPED: bool>(&self, lane: usize) -> Complex<f64> {
        let (re, im) = (self.0[lane], self.0[LANES + lane]);
        if SWAPPED { Complex::new(im, re) } else { Complex::new(re, im) }
    }

    #[inline(always)]
    pub(super) fn set<const SWAPPED: bool>(&mut self, lane: usize, z: Complex<f64>) {
        (self.0[lane], self.0[LANES + lane]) = if SWAPPED { (z.im, z.re) } else { (z.re, z.im) };
    }
}
