//! What is found among many items.
use super::streams::{BEGUN_TOGETHER, Streams};
use super::{BLOCK, TOGETHER, for_each_piece, together};
use crate::random::{Purpose, StepKey, Stream};
use std::ops::Range;

/// Room that a block begins with for what is found in it.
const FEW: usize = 8;

/// What was found among many items, in order of the items; its storage is used again step after step.
#[derive(Clone, Debug)]
pub(crate) struct Found<T>(Vec<Vec<T>>);

impl<T> Default for Found<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Send> Found<T> {
    /// Looks anew: `look(indices, found)` adds what it finds at each of `count` items, called with ranges of them that follow
    /// on each other.
    pub(crate) fn look(&mut self, count: usize, look: impl Fn(Range<usize>, &mut Vec<T>) + Sync) {
        let blocks = count.div_ceil(BLOCK);
        if self.0.len() < blocks {
            self.0.resize_with(blocks, || Vec::with_capacity(FEW));
        }
        // CoarseSites that are not needed now keep their storage.
        self.0[blocks..].iter_mut().for_each(Vec::clear);
        // Few are gone over sooner than another thread starts.
        let at_once = if blocks <= TOGETHER { TOGETHER } else { together(blocks) };
        for_each_piece(&mut self.0[..blocks], at_once, |first, of_blocks| {
            for (block, found) in (first..).zip(of_blocks) {
                found.clear();
                look(block * BLOCK..((block + 1) * BLOCK).min(count), found);
            }
        });
    }

    /// The same for items that are asked: `look` is given the item, the first random number of its stream, the stream itself,
    /// if it needs more, and what was found so far.
    pub(crate) fn look_drawing(
        &mut self,
        count: usize,
        key: StepKey,
        purpose: Purpose,
        is_asked: impl Fn(usize) -> bool + Sync,
        look: impl Fn(usize, f64, &dyn Fn() -> Stream, &mut Vec<T>) + Sync,
    ) {
        self.look(count, |items, found| {
            for first in items.clone().step_by(BEGUN_TOGETHER) {
                let items = first..(first + BEGUN_TOGETHER).min(items.end);
                if !items.clone().any(&is_asked) {
                    continue;
                }
                let entities: [_; BEGUN_TOGETHER] = std::array::from_fn(|index| (first + index) as u64);
                let streams = Streams::begin(key, purpose, &entities[..items.len()]);
                for (index, item) in items.enumerate().filter(|&(_, item)| is_asked(item)) {
                    look(item, streams.first_uniform(index), &|| streams.get(index), found);
                }
            }
        });
    }

    /// All that was found.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &T> + Clone {
        self.0.iter().flatten()
    }
}
