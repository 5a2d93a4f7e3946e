//! Streams of random numbers that are begun together.
//!
//! The first words of many streams are computed side by side, which a processor's vector instructions do. The numbers are
//! those of [`stream`], one after another.
use super::width::with_widest;
use crate::random::{Purpose, StepKey, Stream, stream};
use pulp::{Simd, WithSimd};

/// Streams that are begun together, at most.
pub(crate) const BEGUN_TOGETHER: usize = 64;

/// The streams of several entities.
#[derive(Debug)]
pub(crate) struct Streams<'a> {
    key: StepKey,
    purpose: Purpose,
    entities: &'a [u64],
    /// Word by word, so that the loop over the entities is vectorized.
    first_words: [[u32; BEGUN_TOGETHER]; 4],
}

impl<'a> Streams<'a> {
    /// Begins the streams of the first [`BEGUN_TOGETHER`] entities in a step for `purpose`.
    pub(crate) fn begin(key: StepKey, purpose: Purpose, entities: &'a [u64]) -> Self {
        let first_words = with_widest(FirstWords { key, purpose, entities });
        Self { key, purpose, entities, first_words }
    }

    /// The stream of an entity.
    #[inline(always)]
    pub(crate) fn get(&self, index: usize) -> Stream {
        self.key.stream(self.purpose, self.entities[index]).begun_with(self.words(index))
    }

    /// The first number in [0, 1) of an entity's stream.
    #[inline]
    pub(crate) fn first_uniform(&self, index: usize) -> f64 {
        Stream::first_uniform(self.words(index))
    }

    #[inline(always)]
    fn words(&self, index: usize) -> [u32; 4] {
        self.first_words.each_ref().map(|words| words[index])
    }
}

/// The first words of the streams of several entities, about to be computed.
struct FirstWords<'a> {
    key: StepKey,
    purpose: Purpose,
    entities: &'a [u64],
}

impl WithSimd for FirstWords<'_> {
    type Output = [[u32; BEGUN_TOGETHER]; 4];

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> Self::Output {
        let Self { key, purpose, entities } = self;
        let mut first_words = [[0; BEGUN_TOGETHER]; 4];
        for index in 0..entities.len().min(BEGUN_TOGETHER) {
            let [first, second, third, fourth] = stream(key.seed, key.tick, purpose, entities[index]).first_words();
            first_words[0][index] = first;
            first_words[1][index] = second;
            first_words[2][index] = third;
            first_words[3][index] = fourth;
        }
        first_words
    }
}

/// The identities of at most as many agents as draw together.
pub(crate) fn identities<T>(agents: &[T], id: impl Fn(&T) -> u64) -> [u64; BEGUN_TOGETHER] {
    let mut ids = [0; BEGUN_TOGETHER];
    ids.iter_mut().zip(agents).for_each(|(kept, agent)| *kept = id(agent));
    ids
}

/// Indices of the agents whose first number in a step is below a probability, in order. Mostly none is: that is asked first,
/// of many agents at once.
pub(crate) fn below<T>(
    agents: &[T],
    id: impl Fn(&T) -> u64,
    key: StepKey,
    purpose: Purpose,
    probability: f64,
) -> Vec<usize> {
    let mut found = Vec::new();
    for (part, agents) in agents.chunks(BEGUN_TOGETHER).enumerate() {
        let ids = identities(agents, &id);
        let draws = Streams::begin(key, purpose, &ids[..agents.len()]);
        let is_below = |&index: &usize| draws.first_uniform(index) < probability;
        if (0..agents.len()).fold(false, |any, index| any | is_below(&index)) {
            found.extend((0..agents.len()).filter(is_below).map(|index| part * BEGUN_TOGETHER + index));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::RngExt;

    #[test]
    fn streams_begun_together_are_those_of_one_after_another() {
        let entities: Vec<u64> = (0..1000).map(|entity| entity << 27 | entity).collect();
        for (seed, entities) in entities.chunks(61).chain([&entities[..1], &[]]).enumerate() {
            let key = StepKey { seed: (seed as u64) << 31 | 7, tick: 11, hours: 1.0 };
            let streams = Streams::begin(key, Purpose::User, entities);
            for (index, &entity) in entities.iter().enumerate() {
                let (mut begun, mut alone) = (streams.get(index), key.stream(Purpose::User, entity));
                assert_eq!(streams.first_uniform(index), begun.clone().random::<f64>());
                (0..9).for_each(|_| assert_eq!(begun.random::<f64>(), alone.random::<f64>()));
            }
        }
    }
}
