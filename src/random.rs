//! Randomness as a pure function of (seed, tick, purpose, entity).
//!
//! Nothing in the crate stores a generator. Code that needs random numbers takes the [`stream`]
//! of the entity it is about to move, at the tick it is about to compute, for one stated purpose;
//! the same question always has the same answer, on any thread, in any order, and after any
//! restart. The numbers come from the counter-based generator Philox4x32-10 (Salmon, Moraes, Dror
//! and Shaw 2011, doi:10.1145/2063384.2063405): key = seed, counter = (entity, tick, purpose and
//! block).
use rand::rand_core::TryRng;
use std::convert::Infallible;

/// What random numbers are for. The numbers are part of the reproducibility promise: a new
/// purpose takes a new number and leaves the others' draws as they were.
///
/// ```
/// use dermaweave::random::{Purpose, stream};
/// use rand::RngExt;
/// let draw = |purpose| stream(7, 12, purpose, 3).random::<f64>();
/// // A rule that draws for its own purpose leaves the draws of the model as they were.
/// assert_ne!(draw(Purpose::User), draw(Purpose::Heading));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Purpose {
    /// Where resting fibroblasts lie in fresh tissue, and how they are turned.
    Placement = 1,
    /// Where needles strike and how deep.
    Needling = 2,
    /// Which cells die in a channel.
    Injury = 3,
    /// How many macrophages arrive at a site and where.
    Recruitment = 4,
    /// Walk and removal of macrophages.
    Macrophage = 5,
    /// Turning of fibroblasts.
    Heading = 6,
    /// Division and death of fibroblasts.
    Fate = 7,
    /// Axes of the null model, in which cells lay fibers at random.
    NullAxis = 8,
    /// Where histological pictures are taken, and their bundles.
    Histology = 9,
    /// Loss of fibroblasts with age.
    Ageing = 10,
    /// Points of designs of experiments, and what is drawn for the intervals of indices.
    Design = 11,
    /// Parameters of virtual patients.
    Patient = 12,
    /// Where the strokes of a picture of fibers lie.
    Stroke = 13,
    /// Free for rules that users add.
    User = 1000,
}

const ROUNDS: u32 = 10;
const MULTIPLIERS: [u32; 2] = [0xD251_1F53, 0xCD9E_8D57];
const WEYL: [u32; 2] = [0x9E37_79B9, 0xBB67_AE85];

/// The random numbers of one entity at one tick for one purpose.
///
/// ```
/// use dermaweave::random::{stream, Purpose};
/// use rand::RngExt;
/// let draw = |entity| stream(7, 12, Purpose::Heading, entity).random::<f64>();
/// assert_eq!(draw(3), draw(3));
/// assert_ne!(draw(3), draw(4));
/// ```
#[derive(Clone, Debug)]
pub struct Stream {
    key: [u32; 2],
    counter: [u32; 4],
    /// Four words of 32 bits, two to a number, and how many of them are used.
    block: [u64; 2],
    used: usize,
}

/// The stream of `entity` (a cell's identity, a site, a session) at `tick` for `purpose`.
///
/// It holds 2¹⁸ words of 32 bits; more draws run into the numbers of the next purpose.
#[inline]
pub fn stream(seed: u64, tick: u64, purpose: Purpose, entity: u64) -> Stream {
    Stream {
        key: [seed as u32, (seed >> 32) as u32],
        counter: [entity as u32, (entity >> 32) as u32, tick as u32, (purpose as u32) << 16],
        block: [0; 2],
        used: 4,
    }
}

/// What keys all random numbers of a step, and how long the step is.
///
/// ```
/// use dermaweave::random::{Purpose, StepKey};
/// use rand::RngExt;
/// let (first, next) = (StepKey { seed: 7, tick: 0, hours: 1.0 }, StepKey { seed: 7, tick: 2, hours: 1.0 });
/// let draw = |step: StepKey| step.stream(Purpose::User, 3).random::<f64>();
/// assert_ne!(draw(first), draw(next));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StepKey {
    /// Seed of the course.
    pub seed: u64,
    /// Tick at which the step begins.
    pub tick: u64,
    /// Length of the step in hours.
    pub hours: f64,
}

impl StepKey {
    /// The [`stream`] of an entity in this step.
    pub fn stream(self, purpose: Purpose, entity: u64) -> Stream {
        stream(self.seed, self.tick, purpose, entity)
    }
}

impl Stream {
    /// The words with which it begins.
    #[inline(always)]
    pub(crate) fn first_words(&self) -> [u32; 4] {
        philox(self.counter, self.key)
    }

    /// The same stream with the words with which it begins, once they are known.
    #[inline]
    pub(crate) const fn begun_with(mut self, first_words: [u32; 4]) -> Self {
        self.block = paired(first_words);
        self.counter[3] += 1;
        self.used = 0;
        self
    }

    /// The first number in [0, 1) of a stream that begins with these words: with the bits of `random::<f64>()`.
    #[inline]
    pub(crate) const fn first_uniform([first, second, ..]: [u32; 4]) -> f64 {
        let [bits, _] = paired([first, second, 0, 0]);
        // 53 bits, all that a number of that range holds.
        (bits >> 11) as f64 * (0.5 * f64::EPSILON)
    }

    // Apart, so that what draws is short and becomes part of its caller.
    #[inline(never)]
    fn refill(&mut self) {
        self.block = paired(self.first_words());
        self.counter[3] += 1;
        self.used = 0;
    }
}

/// Four words as two numbers, the earlier ones in their lower halves.
#[inline(always)]
const fn paired([first, second, third, fourth]: [u32; 4]) -> [u64; 2] {
    [first as u64 | (second as u64) << 32, third as u64 | (fourth as u64) << 32]
}

/// One block of Philox4x32-10. Plain arithmetic, so that loops over many blocks are vectorized.
#[inline(always)]
fn philox(mut counter: [u32; 4], mut key: [u32; 2]) -> [u32; 4] {
    for _ in 0..ROUNDS {
        let first = u64::from(MULTIPLIERS[0]) * u64::from(counter[0]);
        let second = u64::from(MULTIPLIERS[1]) * u64::from(counter[2]);
        counter = [
            (second >> 32) as u32 ^ counter[1] ^ key[0],
            second as u32,
            (first >> 32) as u32 ^ counter[3] ^ key[1],
            first as u32,
        ];
        key = [key[0].wrapping_add(WEYL[0]), key[1].wrapping_add(WEYL[1])];
    }
    counter
}

impl TryRng for Stream {
    type Error = Infallible;

    #[inline]
    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        if self.used == 4 {
            self.refill();
        }
        let pair = self.block[self.used / 2];
        self.used += 1;
        Ok(if self.used.is_multiple_of(2) { (pair >> 32) as u32 } else { pair as u32 })
    }

    #[inline]
    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        if self.used == 4 {
            self.refill();
        }
        // The usual case: two whole numbers a block.
        if self.used.is_multiple_of(2) {
            self.used += 2;
            return Ok(self.block[self.used / 2 - 1]);
        }
        let low = u64::from(self.try_next_u32()?);
        Ok(low | u64::from(self.try_next_u32()?) << 32)
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for chunk in bytes.chunks_mut(4) {
            let word = self.try_next_u32()?.to_le_bytes();
            chunk.copy_from_slice(&word[..chunk.len()]);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::RngExt;

    /// Known answers of the Random123 distribution (file `kat_vectors`, philox4x32 10).
    #[test]
    fn blocks_equal_the_published_vectors() {
        assert_eq!(philox([0; 4], [0; 2]), [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]);
        assert_eq!(philox([!0; 4], [!0; 2]), [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]);
        assert_eq!(
            philox([0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], [0xa409_3822, 0x299f_31d0]),
            [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
        );
    }

    #[test]
    fn every_part_of_the_question_changes_the_answer() {
        let base = stream(1, 2, Purpose::Heading, 3).random::<u64>();
        assert_ne!(base, stream(9, 2, Purpose::Heading, 3).random::<u64>());
        assert_ne!(base, stream(1 << 40 | 1, 2, Purpose::Heading, 3).random::<u64>());
        assert_ne!(base, stream(1, 9, Purpose::Heading, 3).random::<u64>());
        assert_ne!(base, stream(1, 2, Purpose::Fate, 3).random::<u64>());
        assert_ne!(base, stream(1, 2, Purpose::Heading, 9).random::<u64>());
    }

    #[test]
    fn long_streams_do_not_repeat_and_are_uniform() {
        let mut numbers = stream(5, 0, Purpose::User, 1);
        let count = 40_000;
        let mean = (0..count).map(|_| numbers.random::<f64>()).sum::<f64>() / f64::from(count);
        // Standard error of the mean of uniform numbers: 1/sqrt(12 n); four of them.
        assert!((mean - 0.5).abs() < 4.0 / (12.0 * f64::from(count)).sqrt());
    }
}
