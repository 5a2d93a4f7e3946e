//! Complex Fourier transforms of four lines at once.
//!
//! Lengths of small factors are transformed by stages, one for each factor R: of a part of n numbers, those at
//! j, j + n/R, j + 2n/R, … pass one butterfly, which leaves R parts to the next stage. All happens in place, so numbers
//! end up with the digits of their index reversed ([`Fourier::place`]); the way back begins there and ends in order.
//! No shuffle is needed, within lines or between them. Other lengths are left to rustfft, line by line.
use super::super::width::with_widest;
use super::butterflies::{Butterfly, Radix};
use super::lanes::{LANES, Lanes};
use pulp::{Simd, WithSimd};
use rustfft::num_complex::Complex;
use rustfft::{Fft, FftPlanner};
use std::f64::consts::TAU;
use std::sync::Arc;

/// Longer parts than this are cut by their first stage before any part goes on: 32 KiB, which the nearest cache holds.
pub(super) const NEAR: usize = 512;

/// A transform of lines of one length.
#[derive(Clone)]
pub(super) enum Fourier {
    Staged(Vec<Stage>),
    /// Forward and backward.
    Other([Arc<dyn Fft<f64>>; 2]),
}

/// One butterfly for each number of the parts that it leaves.
#[derive(Clone)]
pub(super) struct Stage {
    length: usize,
    radix: usize,
    /// For each j: e^{−2πi jq/n} for every leg q.
    twiddles: Vec<Complex<f64>>,
}

impl Fourier {
    pub(super) fn new(length: usize) -> Self {
        if let Some(radices) = radices(length) {
            let mut rest = length;
            let stage = |radix: usize| {
                let stage = Stage::new(rest, radix);
                rest /= radix;
                stage
            };
            return Self::Staged(radices.into_iter().map(stage).collect());
        }
        let mut planner = FftPlanner::new();
        Self::Other([planner.plan_fft_forward(length), planner.plan_fft_inverse(length)])
    }

    /// Where number `k` of a transform lies.
    pub(super) fn place(&self, k: usize) -> usize {
        let Self::Staged(stages) = self else { return k };
        let digit = |(place, rest): (usize, usize), stage: &Stage| {
            (place + rest % stage.radix * (stage.length / stage.radix), rest / stage.radix)
        };
        stages.iter().fold((0, k), digit).0
    }

    /// Numbers that a line needs beside itself.
    pub(super) fn scratch(&self) -> usize {
        match self {
            Self::Staged(_) => 0,
            Self::Other(both) => {
                let length =
                    |fourier: &Arc<dyn Fft<f64>>| 2 * LANES * fourier.len() + fourier.get_outofplace_scratch_len();
                both.iter().map(length).max().unwrap_or(0)
            }
        }
    }

    /// Transforms all lanes; numbers end up at their [`Fourier::place`].
    pub(super) fn forward(&self, line: &mut [Lanes], scratch: &mut [Complex<f64>]) {
        match self {
            Self::Staged(stages) => forward(line, stages),
            Self::Other([fourier, _]) => one_by_one(&**fourier, line, scratch),
        }
    }

    /// Undoes [`Fourier::forward`] but for a factor, the length.
    pub(super) fn back(&self, line: &mut [Lanes], scratch: &mut [Complex<f64>]) {
        match self {
            Self::Staged(stages) => back(line, stages),
            Self::Other([_, fourier]) => one_by_one(&**fourier, line, scratch),
        }
    }
}

/// Radices for a length, if it has no other prime factors than theirs.
fn radices(length: usize) -> Option<Vec<usize>> {
    let twos = length.trailing_zeros() as usize;
    // As many eights as leave no single two.
    let eights = if twos % 3 == 1 && twos > 1 { twos / 3 - 1 } else { twos / 3 };
    let rest = twos - 3 * eights;
    let mut radices = vec![4; rest / 2];
    radices.extend(vec![2; rest % 2]);
    radices.extend(vec![8; eights]);
    let mut others = length >> twos;
    for radix in [7, 5, 3] {
        while others.is_multiple_of(radix) {
            radices.push(radix);
            others /= radix;
        }
    }
    (others == 1).then_some(radices)
}

fn forward(line: &mut [Lanes], stages: &[Stage]) {
    match stages.split_first() {
        Some((first, rest)) if line.len() > NEAR => {
            first.run::<false>(line);
            line.chunks_exact_mut(first.length / first.radix).for_each(|part| forward(part, rest));
        }
        _ => stages.iter().for_each(|stage| stage.run::<false>(line)),
    }
}

fn back(line: &mut [Lanes], stages: &[Stage]) {
    match stages.split_first() {
        Some((first, rest)) if line.len() > NEAR => {
            line.chunks_exact_mut(first.length / first.radix).for_each(|part| back(part, rest));
            first.run::<true>(line);
        }
        _ => stages.iter().rev().for_each(|stage| stage.run::<true>(line)),
    }
}

fn one_by_one(fourier: &dyn Fft<f64>, line: &mut [Lanes], scratch: &mut [Complex<f64>]) {
    let length = line.len();
    let (before, rest) = scratch.split_at_mut(LANES * length);
    let (after, rest) = rest.split_at_mut(LANES * length);
    for (position, lanes) in line.iter().enumerate() {
        (0..LANES).for_each(|lane| before[lane * length + position] = lanes.get(lane));
    }
    fourier.process_outofplace_with_scratch(before, after, rest);
    for (position, lanes) in line.iter_mut().enumerate() {
        (0..LANES).for_each(|lane| lanes.set(lane, after[lane * length + position]));
    }
}

/// A stage that is about to run.
struct Run<'a, const BACK: bool> {
    stage: &'a Stage,
    line: &'a mut [Lanes],
}

impl<const BACK: bool> WithSimd for Run<'_, BACK> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        self.stage.run_with::<S, BACK>(simd, self.line);
    }
}

impl Stage {
    fn new(length: usize, radix: usize) -> Self {
        let twiddle = |j: usize, q: usize| Complex::from_polar(1.0, -TAU * (j * q) as f64 / length as f64);
        let twiddles = (0..length / radix).flat_map(|j| (0..radix).map(move |q| twiddle(j, q))).collect();
        Self { length, radix, twiddles }
    }

    fn run<const BACK: bool>(&self, line: &mut [Lanes]) {
        with_widest(Run::<BACK> { stage: self, line });
    }

    #[inline(always)]
    fn run_with<S: Simd, const BACK: bool>(&self, simd: S, line: &mut [Lanes]) {
        match self.radix {
            2 => self.run_radix::<S, 2, BACK>(simd, line),
            3 => self.run_radix::<S, 3, BACK>(simd, line),
            4 => self.run_radix::<S, 4, BACK>(simd, line),
            5 => self.run_radix::<S, 5, BACK>(simd, line),
            7 => self.run_radix::<S, 7, BACK>(simd, line),
            8 => self.run_radix::<S, 8, BACK>(simd, line),
            radix => unreachable!("no transform is made with radix {radix}"),
        }
    }

    #[inline(always)]
    fn run_radix<S: Simd, const R: usize, const BACK: bool>(&self, simd: S, line: &mut [Lanes])
    where
        Radix<R>: Butterfly<R>,
    {
        let count = self.length / R;
        let twiddles = &self.twiddles.as_chunks::<R>().0[..count];
        for part in line.chunks_exact_mut(self.length) {
            let mut legs = part.chunks_exact_mut(count);
            let mut legs: [_; R] = std::array::from_fn(|_| &mut legs.next().unwrap_or_default()[..count]);
            Radix::run::<S, BACK, false>(simd, legs.each_mut().map(|leg| &mut leg[0]), &twiddles[0]);
            for j in 1..count {
                Radix::run::<S, BACK, true>(simd, legs.each_mut().map(|leg| &mut leg[j]), &twiddles[j]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Claim: lengths without prime factors above seven are transformed by stages. That numbers are right is asked of
    /// whole transforms ([`super::super::axis`]).
    #[test]
    fn only_other_prime_factors_are_left_to_rustfft() {
        let staged = |length: usize| matches!(Fourier::new(length), Fourier::Staged(_));
        assert!([1, 2, 7, 48, 50, 64, 90, 200, 210, 1000, 1024, 4096].into_iter().all(staged));
        assert!(![11, 37, 185, 509].into_iter().any(staged));
    }
}
