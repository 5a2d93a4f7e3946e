//! Transforms along one side of the grid, two lines at a time.
//!
//! Two lines a and b of N sites travel as one complex line z = a + i b through one complex Fourier
//! transform V. Both kinds of modes are then the same sum of two of its numbers, with K = N − k:
//!
//! C(k) = w V(k) + w* V(K) and C(K) = i (w V(k) − w* V(K)), with |w|² = 1/2, so that
//! V(k) = w* (C(k) − i C(K)) and V(K) = w (C(k) + i C(K)).
//!
//! - Closed field: cosines, w = e^{−iπk/2N}/√2, if even sites come first and odd ones follow in
//!   reverse (Makhoul 1980, doi 10.1109/TASSP.1980.1163351).
//! - Periodic field: cos − sin (Hartley), w = e^{−iπ/4}/√2, sites in their order.
//!
//! Numbers 0 and N/2 stand alone: they are modes as they are. Lengths of modes do not matter here,
//! since every mode is relaxed for itself and goes back the way it came; back and forth multiplies by N.
use super::super::Boundary;
use rustfft::num_complex::Complex;
use rustfft::{Fft, FftPlanner};
use std::f64::consts::{FRAC_1_SQRT_2, PI};
use std::fmt;
use std::sync::Arc;

/// Transforms and squared wave numbers along one side of the grid.
#[derive(Clone)]
pub(super) struct Axis {
    pub(super) sites: usize,
    /// k² of every mode in 1/µm².
    pub(super) wave_numbers_squared: Vec<f64>,
    pub(super) boundary: Boundary,
    /// w of the modes 1, 2, … below N/2.
    twiddles: Vec<Twiddle>,
    forward: Arc<dyn Fft<f64>>,
    backward: Arc<dyn Fft<f64>>,
}

impl fmt::Debug for Axis {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        write!(formatter, "Axis of {} sites", self.sites)
    }
}

impl Axis {
    pub(super) fn new(sites: usize, spacing: f64, boundary: Boundary) -> Self {
        let (period, angle): (usize, fn(f64) -> f64) = match boundary {
            Boundary::Closed => (2 * sites, |share| -0.5 * PI * share),
            Boundary::Periodic => (sites, |_| -0.25 * PI),
        };
        let squared = |k: usize| (2.0 / spacing * (PI * k as f64 / period as f64).sin()).powi(2);
        let twiddle = |k: usize| Twiddle::new(Complex::from_polar(FRAC_1_SQRT_2, angle(k as f64 / sites as f64)));
        let mut planner = FftPlanner::new();
        Self {
            sites,
            wave_numbers_squared: (0..sites).map(squared).collect(),
            boundary,
            twiddles: (1..sites.div_ceil(2)).map(twiddle).collect(),
            forward: planner.plan_fft_forward(sites),
            backward: planner.plan_fft_inverse(sites),
        }
    }

    /// Numbers that a transform needs beside its lines.
    pub(super) fn scratch(&self) -> usize {
        self.forward.get_outofplace_scratch_len().max(self.backward.get_outofplace_scratch_len())
    }

    /// V of a line z in the order of [`Axis::place`]; uses up `line`.
    pub(super) fn transform(&self, line: &mut [Complex<f64>], into: &mut [Complex<f64>], scratch: &mut [Complex<f64>]) {
        self.forward.process_outofplace_with_scratch(line, into, scratch);
    }

    /// N z in the order of [`Axis::place`] from V; uses up `line`.
    pub(super) fn transform_back(
        &self,
        line: &mut [Complex<f64>],
        into: &mut [Complex<f64>],
        scratch: &mut [Complex<f64>],
    ) {
        self.backward.process_outofplace_with_scratch(line, into, scratch);
    }

    /// Two lines of sites as one complex line.
    pub(super) fn pack(&self, first: &[f64], second: &[f64], line: &mut [Complex<f64>]) {
        match self.boundary {
            Boundary::Closed => {
                let ((first, first_end), (second, second_end)) = (first.as_chunks::<2>(), second.as_chunks::<2>());
                let (even, odd) = line.split_at_mut(self.sites.div_ceil(2));
                for (((even, odd), first), second) in even.iter_mut().zip(odd.iter_mut().rev()).zip(first).zip(second) {
                    *even = Complex::new(first[0], second[0]);
                    *odd = Complex::new(first[1], second[1]);
                }
                if let (Some(even), [first], [second]) = (even.last_mut(), first_end, second_end) {
                    *even = Complex::new(*first, *second);
                }
            }
            Boundary::Periodic => {
                for ((line, first), second) in line.iter_mut().zip(first).zip(second) {
                    *line = Complex::new(*first, *second);
                }
            }
        }
    }

    /// One complex line as two lines of sites.
    pub(super) fn unpack(&self, line: &[Complex<f64>], first: &mut [f64], second: &mut [f64]) {
        match self.boundary {
            Boundary::Closed => {
                let (first, first_end) = first.as_chunks_mut::<2>();
                let (second, second_end) = second.as_chunks_mut::<2>();
                let (even, odd) = line.split_at(self.sites.div_ceil(2));
                for (((even, odd), first), second) in even.iter().zip(odd.iter().rev()).zip(first).zip(second) {
                    *first = [even.re, odd.re];
                    *second = [even.im, odd.im];
                }
                if let (Some(even), [first], [second]) = (even.last(), first_end, second_end) {
                    (*first, *second) = (even.re, even.im);
                }
            }
            Boundary::Periodic => {
                for ((line, first), second) in line.iter().zip(first).zip(second) {
                    (*first, *second) = (line.re, line.im);
                }
            }
        }
    }

    /// C from V, in place.
    pub(super) fn modes(&self, line: &mut [Complex<f64>]) {
        let (low, high) = halves_mut(line, self.twiddles.len());
        for ((low, high), twiddle) in low.iter_mut().zip(high.iter_mut().rev()).zip(&self.twiddles) {
            (*low, *high) = twiddle.modes(*low, *high);
        }
    }

    /// V from C, in place.
    pub(super) fn undo_modes(&self, line: &mut [Complex<f64>]) {
        let (low, high) = halves_mut(line, self.twiddles.len());
        for ((low, high), twiddle) in low.iter_mut().zip(high.iter_mut().rev()).zip(&self.twiddles) {
            (*low, *high) = twiddle.undo(*low, *high);
        }
    }

    /// Changes all modes of two lines of V: `change(C(k), f(k))` gives the new C(k) for factors f.
    pub(super) fn change_modes<F>(
        &self,
        line: &mut [Complex<f64>],
        factors: &[F],
        change: impl Fn(Complex<f64>, &F) -> Complex<f64>,
    ) {
        for alone in self.alone() {
            line[alone] = change(line[alone], &factors[alone]);
        }
        let (low, high) = halves_mut(line, self.twiddles.len());
        let (factors_low, factors_high) = halves(factors, self.twiddles.len());
        let lines = low.iter_mut().zip(high.iter_mut().rev()).zip(&self.twiddles);
        let factors = factors_low.iter().zip(factors_high.iter().rev());
        for (((low, high), twiddle), (factor, mirror_factor)) in lines.zip(factors) {
            let (mode, mirror) = twiddle.modes(*low, *high);
            (*low, *high) = twiddle.undo(change(mode, factor), change(mirror, mirror_factor));
        }
    }

    /// [`Axis::change_modes`] with the modes of another V at hand: `change(C(k), other C(k), f(k))`.
    pub(super) fn change_modes_with<F>(
        &self,
        line: &mut [Complex<f64>],
        other: &[Complex<f64>],
        factors: &[F],
        change: impl Fn(Complex<f64>, Complex<f64>, &F) -> Complex<f64>,
    ) {
        for alone in self.alone() {
            line[alone] = change(line[alone], other[alone], &factors[alone]);
        }
        let (low, high) = halves_mut(line, self.twiddles.len());
        let (other_low, other_high) = halves(other, self.twiddles.len());
        let (factors_low, factors_high) = halves(factors, self.twiddles.len());
        let lines = low.iter_mut().zip(high.iter_mut().rev()).zip(&self.twiddles);
        let others = other_low.iter().zip(other_high.iter().rev());
        let factors = factors_low.iter().zip(factors_high.iter().rev());
        for ((((low, high), twiddle), other), factors) in lines.zip(others).zip(factors) {
            let (mode, mirror) = twiddle.modes(*low, *high);
            let (other_mode, other_mirror) = twiddle.modes(*other.0, *other.1);
            (*low, *high) = twiddle.undo(change(mode, other_mode, factors.0), change(mirror, other_mirror, factors.1));
        }
    }

    /// Numbers of V that are modes as they are: 0 and N/2.
    fn alone(&self) -> impl Iterator<Item = usize> + use<> {
        let middle = self.sites.is_multiple_of(2).then_some(self.sites / 2);
        [Some(0), middle].into_iter().flatten()
    }
}

/// w of one pair of modes, written so that a complex product is two products of pairs.
#[derive(Clone, Copy)]
struct Twiddle {
    /// Real part, twice.
    along: [f64; 2],
    /// Imaginary part with the signs that it has in a product.
    across: [f64; 2],
}

impl Twiddle {
    const fn new(w: Complex<f64>) -> Self {
        Self { along: [w.re, w.re], across: [-w.im, w.im] }
    }

    /// C(k) and C(K) from V(k) and V(K).
    #[inline]
    fn modes(&self, low: Complex<f64>, high: Complex<f64>) -> (Complex<f64>, Complex<f64>) {
        let (turned, mirrored) = (self.times(low), self.conjugate_times(high));
        let (sum, difference) = (turned + mirrored, turned - mirrored);
        (sum, Complex::new(-difference.im, difference.re))
    }

    /// V(k) and V(K) from C(k) and C(K).
    #[inline]
    fn undo(&self, low: Complex<f64>, high: Complex<f64>) -> (Complex<f64>, Complex<f64>) {
        let high = Complex::new(-high.im, high.re);
        (self.conjugate_times(low - high), self.times(low + high))
    }

    #[inline]
    fn times(&self, z: Complex<f64>) -> Complex<f64> {
        let Self { along, across } = self;
        Complex::new(along[0] * z.re + across[0] * z.im, along[1] * z.im + across[1] * z.re)
    }

    #[inline]
    fn conjugate_times(&self, z: Complex<f64>) -> Complex<f64> {
        let Self { along, across } = self;
        Complex::new(along[0] * z.re - across[0] * z.im, along[1] * z.im - across[1] * z.re)
    }
}

/// What lies at 1 to `count` and at N − `count` to N − 1, of N.
fn halves<T>(line: &[T], count: usize) -> (&[T], &[T]) {
    (&line[1..=count], &line[line.len() - count..])
}

fn halves_mut<T>(line: &mut [T], count: usize) -> (&mut [T], &mut [T]) {
    let (low, high) = line.split_at_mut(line.len() - count);
    (&mut low[1..=count], high)
}
