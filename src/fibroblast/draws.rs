//! Where the random numbers of turns come from.
use super::Draw;
use crate::random::{BEGUN_TOGETHER, Purpose, Streams};
use rand::RngExt;
use rand_distr::{Distribution, StandardNormal};

/// What gives the random numbers of turns: a function of a tick and the identity of a cell, or [`Keyed`].
pub(super) trait Draws: Sync {
    /// Draws for the turns that cells make at a tick: `take(index, draw)` is called for each of their identities, in order.
    fn draw(&self, tick: u64, ids: &[u64], take: impl FnMut(usize, Draw));
}

impl<D: Fn(u64, u64) -> Draw + Sync> Draws for D {
    fn draw(&self, tick: u64, ids: &[u64], mut take: impl FnMut(usize, Draw)) {
        ids.iter().enumerate().for_each(|(index, &id)| take(index, self(tick, id)));
    }
}

/// The draws of the model: a pure function of seed, tick and identity ([`crate::random`]).
pub(super) struct Keyed {
    pub(super) seed: u64,
}

impl Draws for Keyed {
    fn draw(&self, tick: u64, ids: &[u64], mut take: impl FnMut(usize, Draw)) {
        for (block, ids) in ids.chunks(BEGUN_TOGETHER).enumerate() {
            let streams = Streams::begin((self.seed, tick), Purpose::Heading, ids);
            for index in 0..ids.len() {
                let mut numbers = streams.get(index);
                let draw = Draw { normal: StandardNormal.sample(&mut numbers), uniform: numbers.random() };
                take(block * BEGUN_TOGETHER + index, draw);
            }
        }
    }
}
