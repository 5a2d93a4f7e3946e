//! Keyed random numbers of designs.
use crate::random::{Purpose, Stream, stream};
use rand::RngExt;

/// What is drawn. Each has streams of its own, so that two designs of one seed share no number.
#[derive(Clone, Copy)]
pub(super) enum Drawn {
    /// Order of the strata of a Latin hypercube.
    Order = 1,
    /// Place of a point within its strata.
    Place = 2,
    /// A trajectory of Morris.
    Trajectory = 3,
    /// Runs of a bootstrap resample.
    Resample = 4,
}

/// The random numbers of one entity.
pub(super) fn draws(seed: u64, drawn: Drawn, entity: u64) -> Stream {
    stream(seed, drawn as u64, Purpose::Design, entity)
}

/// The entity that is the `minor`-th part of the `major`-th.
pub(super) fn part(major: usize, minor: usize) -> u64 {
    (major as u64) << 32 | minor as u64
}

/// A whole number below `count`, every one with the same probability.
pub(super) fn below(draws: &mut Stream, count: usize) -> usize {
    draws.random_range(0..count as u64) as usize
}

/// A number in (0, 1) of 24 bits: (k + ½)/2²⁴.
///
/// So few that i plus it is exact, and its quotient by n less than (i + 1)/n, for all i < n ≤ 2²⁴.
pub(super) fn place(draws: &mut Stream) -> f64 {
    const STEPS: u32 = 1 << 24;
    (f64::from(draws.random_range(0..STEPS)) + 0.5) / f64::from(STEPS)
}

/// The numbers below `count` in random order, by Fisher and Yates.
pub(super) fn permutation(count: usize, mut below: impl FnMut(usize) -> usize) -> Vec<u32> {
    let mut order: Vec<u32> = (0..count as u32).collect();
    for last in (1..count).rev() {
        order.swap(last, below(last + 1));
    }
    order
}
