//! Mean directions in blocks of sites.
use crate::engine::block_sums::SiteSums;
use crate::matrix::FiberMoments;
use rustfft::num_complex::Complex;

/// Mean e^{2iθ} and e^{4iθ} of some fibers.
pub(super) type Directions = [Complex<f64>; 2];

pub(super) fn directions(fibers: &FiberMoments) -> Directions {
    let ((c2, s2), (c4, s4)) = (fibers.mean_second(), fibers.mean_fourth());
    [Complex::new(c2, s2), Complex::new(c4, s4)]
}

/// Numbers by which the directions in a block are described.
pub(crate) const DIRECTION_NUMBERS: usize = 4;

/// The directions in all blocks: real and imaginary parts of the means of e^{2iθ} and e^{4iθ}, each an array.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CoarseDirections<'a>([&'a [f64]; DIRECTION_NUMBERS]);

impl<'a> CoarseDirections<'a> {
    /// Arrays with a number for each block ([`CoarseDirections::numbers_of`]).
    pub(crate) const fn new(numbers: [&'a [f64]; DIRECTION_NUMBERS]) -> Self {
        Self(numbers)
    }

    /// The numbers of a block, given the sums over its sites.
    #[inline]
    pub(crate) fn numbers_of(sums: &SiteSums) -> [f64; DIRECTION_NUMBERS] {
        let [second, fourth] = directions(&sums.collagen());
        [second.re, second.im, fourth.re, fourth.im]
    }

    /// Writes the directions in blocks from one on, so far apart.
    pub(super) fn fill(&self, first: usize, stride: usize, z: [&mut [Complex<f64>]; 2]) {
        let (parts, _) = self.0.as_chunks::<2>();
        for (z, [real, imaginary]) in z.into_iter().zip(parts) {
            let (real, imaginary) = (&real[first..], &imaginary[first..]);
            // Neighbors apart, which are read many at a time.
            if stride == 1 {
                let parts = real.iter().zip(imaginary);
                z.iter_mut().zip(parts).for_each(|(z, (&re, &im))| *z = Complex { re, im });
            } else {
                let parts = real.iter().step_by(stride).zip(imaginary.iter().step_by(stride));
                z.iter_mut().zip(parts).for_each(|(z, (&re, &im))| *z = Complex { re, im });
            }
        }
    }
}
