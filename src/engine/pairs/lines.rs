//! Autocorrelation of many lines by their power spectra.
use crate::engine;
use rustfft::Fft;
use rustfft::num_complex::Complex;
use std::ops::Range;
use std::sync::Arc;

/// Lines that are transformed one after another.
const LINES: usize = 16;

/// A row or a column of a table.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    /// 0 along x, 1 along y.
    pub(super) direction: usize,
    pub(super) number: usize,
    /// Its first place, from one place to the next, and how many they are.
    first: usize,
    stride: usize,
    pub(super) count: usize,
}

impl Line {
    pub(super) fn places(self) -> impl Iterator<Item = usize> {
        (0..self.count).map(move |index| self.first + index * self.stride)
    }
}

/// All rows or all columns of a table.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lines {
    first: Line,
    count: usize,
    /// From one line to the next.
    between: usize,
}

impl Lines {
    /// The rows and the columns of a table.
    pub(super) const fn of(columns: usize, rows: usize) -> [Self; 2] {
        let row = Line { direction: 0, number: 0, first: 0, stride: 1, count: columns };
        let column = Line { direction: 1, number: 0, first: 0, stride: columns, count: rows };
        [Self { first: row, count: rows, between: columns }, Self { first: column, count: columns, between: 1 }]
    }

    pub(super) fn iter(self) -> impl Iterator<Item = Line> {
        self.some(0..self.count)
    }

    fn some(self, numbers: Range<usize>) -> impl Iterator<Item = Line> {
        numbers.map(move |number| Line { number, first: number * self.between, ..self.first })
    }
}

/// The modes of several z along a line.
struct Modes<const N: usize> {
    lines: [Vec<Complex<f64>>; N],
    scratch: Vec<Complex<f64>>,
}

impl<const N: usize> Modes<N> {
    fn room(plan: &Arc<dyn Fft<f64>>) -> Self {
        let zeros = |count: usize| vec![Complex::ZERO; count];
        Self { lines: std::array::from_fn(|_| zeros(plan.len())), scratch: zeros(plan.get_inplace_scratch_len()) }
    }

    /// Of what `fill` puts into the first `count` places; the others are zero.
    fn transform(&mut self, plan: &Arc<dyn Fft<f64>>, count: usize, fill: impl FnOnce([&mut [Complex<f64>]; N])) {
        let Self { lines, scratch } = self;
        for line in lines.iter_mut() {
            line[count..].fill(Complex::ZERO);
        }
        fill(lines.each_mut().map(|line| &mut line[..count]));
        for line in lines {
            plan.process_with_scratch(line, scratch);
        }
    }

    fn add_powers_to(&self, powers: &mut [Vec<f64>; N]) {
        for (line, power) in self.lines.iter().zip(powers) {
            power.iter_mut().zip(line).for_each(|(sum, mode)| *sum += mode.norm_sqr());
        }
    }
}

/// Σ Re z(i) z̄(i + r) over all lines in each of so many sets, for several z, by the power spectra of the lines. They are
/// padded with zeros, which keeps apart what the transform's period would join, for all lags up to the padding.
///
/// `fill(set, line, z)` writes the z along a line. Sets to which a line `is_common` have the same there: it
/// is transformed once.
pub(super) fn autocorrelations<const N: usize>(
    plan: &Arc<dyn Fft<f64>>,
    sets: usize,
    lines: Lines,
    is_common: impl Fn(usize, Line) -> bool + Sync,
    fill: impl Fn(usize, Line, [&mut [Complex<f64>]; N]) + Sync,
) -> Vec<[Vec<f64>; N]> {
    let none = || -> Vec<[_; N]> { vec![std::array::from_fn(|_| vec![0.0; plan.len()]); sets] };
    // Partial sums of blocks of lines, added in order.
    let partial = engine::collect_tasks(lines.count.div_ceil(LINES), |block| {
        let (mut powers, mut modes) = (none(), Modes::room(plan));
        for line in lines.some(block * LINES..((block + 1) * LINES).min(lines.count)) {
            for common in [true, false] {
                let mut is_there = false;
                let own = |(set, _): &(usize, _)| is_common(*set, line) == common;
                for (set, powers) in powers.iter_mut().enumerate().filter(own) {
                    if !(common && is_there) {
                        modes.transform(plan, line.count, |z| fill(set, line, z));
                        is_there = true;
                    }
                    modes.add_powers_to(powers);
                }
            }
        }
        powers
    });
    let mut sums = none();
    for of_block in partial {
        for (sum, term) in sums.iter_mut().flatten().zip(of_block.iter().flatten()) {
            sum.iter_mut().zip(term).for_each(|(sum, term)| *sum += term);
        }
    }
    sums.into_iter().map(|powers| powers.map(|power| back(plan, &power))).collect()
}

/// The autocorrelation of a power spectrum.
fn back(plan: &Arc<dyn Fft<f64>>, power: &[f64]) -> Vec<f64> {
    // The forward transform of a power spectrum is the conjugate of the backward one.
    let mut modes: Vec<_> = power.iter().map(|&power| Complex::from(power)).collect();
    plan.process(&mut modes);
    modes.iter().map(|mode| mode.re / plan.len() as f64).collect()
}
