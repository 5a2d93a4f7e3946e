//! All that exists for speed, and the only code with threads; see [`crate::guide::engine`].
//!
//! What is computed stands elsewhere, as functions of one cell or one site; here stands how many at a time, in which order, on
//! which thread. Work is cut into blocks whose size never depends on the number of threads, each output belongs to exactly one
//! block, and sums are added block by block in order. Every function here therefore gives equal bits on any number of threads.
mod banded;
mod block_sums;
mod clearance;
mod combine;
mod counts;
pub(crate) mod fates;
pub(crate) mod fibroblasts;
pub(crate) mod footprints;
mod found;
mod jobs;
mod pairs;
mod reached;
mod release;
mod rows;
pub(crate) mod slices;
mod spectral;
pub(crate) mod streams;
mod threads;
mod width;
mod windows;

pub(crate) use banded::{InRows, SideBySide, change_rows, for_all_numbers, merge_rows};
pub(crate) use block_sums::{CoarseSites, RegionSets, SiteSums, sum_sets};
pub(crate) use clearance::clear_fibrin;
pub(crate) use combine::combine;
pub(crate) use counts::Counts;
pub(crate) use found::Found;
pub(crate) use jobs::{collect_jobs, jobs_at_a_time};
pub(crate) use pairs::{CoarseDirections, DIRECTION_NUMBERS, PairedWindows};
pub(crate) use reached::{BAND_ROWS, GROUP, Reached};
pub(crate) use release::{Releasing, clear_sources, release_from_cells};
pub(crate) use rows::SiteRows;
pub use spectral::DiffusionWorkspace;
pub(crate) use spectral::{Rectangle, SpectralPlan};
pub(crate) use threads::Threads;
pub(crate) use windows::window_means;

use rayon::prelude::*;
use std::iter::Sum;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

/// Items handed to a thread at a time.
const BLOCK: usize = 256;
/// Numbers of a field handed to a thread at a time.
const NUMBERS: usize = 4096;
/// Numbers in a block when little is done to each.
const LONG_BLOCK: usize = 1 << 16;
/// Items in parts that are not worth waking a thread for.
const SERIAL: usize = 8192;
/// Items handed out at a time where each takes long.
const COSTLY_BLOCK: usize = 16;

/// Most blocks of agents that are handed out together.
const TOGETHER: usize = 4;
/// Parts for each thread in which blocks are handed out, if there are so many: some blocks take far longer than others, and
/// those that do lie side by side.
const UNEVEN: usize = 4;
/// Sites of a field that is gone over sooner than another thread starts.
const FEW_SITES: usize = 1024;
/// Agents from which waking another thread pays.
const WORTH_WAKING: usize = 128;

/// What two pieces of work that share nothing give, each of which goes over fields of so many sites.
pub(crate) fn both<A: Send, B: Send>(
    sites: usize,
    first: impl FnOnce() -> A + Send,
    second: impl FnOnce() -> B + Send,
) -> (A, B) {
    if sites < FEW_SITES { (first(), second()) } else { rayon::join(first, second) }
}

/// What `find` finds first among a few items, each of which goes over a field of so many sites.
pub(crate) fn find_first_among<const N: usize, T: Sync, R: Send>(
    sites: usize,
    items: &[T; N],
    find: impl Fn(&T) -> Option<R> + Sync + Send,
) -> Option<R> {
    if sites < FEW_SITES {
        return items.iter().find_map(find);
    }
    let mut found = items.each_ref().map(|item| (item, None));
    for_each_piece(&mut found, 1, |_, pieces| pieces.iter_mut().for_each(|(item, found)| *found = find(item)));
    found.into_iter().find_map(|(_, found)| found)
}

/// How many of so many blocks of agents are handed out together.
fn together(blocks: usize) -> usize {
    (blocks / (UNEVEN * rayon::current_num_threads())).clamp(1, TOGETHER)
}

/// Calls `change` with every item and its index.
pub(crate) fn for_each<T: Send>(items: &mut [T], change: impl Fn(usize, &mut T) + Sync) {
    if items.len() <= BLOCK {
        return items.iter_mut().enumerate().for_each(|(index, item)| change(index, item));
    }
    for_each_piece(items, together(items.len() / BLOCK) * BLOCK, |first, items| {
        items.iter_mut().enumerate().for_each(|(offset, item)| change(first + offset, item));
    });
}

/// Calls `change` with all items, so many at a time, the index of the first one, and something to work with, which is as
/// another group has left it.
pub(crate) fn for_each_batch<T: Send, B: Default>(
    items: &mut [T],
    size: usize,
    change: impl Fn(usize, &mut [T], &mut B) + Sync + Send,
) {
    let change_batches = |first: usize, items: &mut [T]| {
        let mut own = B::default();
        items.chunks_mut(size).enumerate().for_each(|(group, items)| change(first + group * size, items, &mut own));
    };
    if items.len() < WORTH_WAKING {
        return change_batches(0, items);
    }
    for_each_piece(items, together(items.len() / size) * size, change_batches);
}

/// Calls `change` with pieces of so many items, the last of which may be shorter, and the index of the first of them.
pub(crate) fn for_each_piece<T: Send>(items: &mut [T], length: usize, change: impl Fn(usize, &mut [T]) + Sync + Send) {
    items.par_chunks_mut(length).enumerate().for_each(|(piece, items)| change(piece * length, items));
}

/// Calls `change` with every row of `values` and its index.
pub(crate) fn for_each_row<T: Send>(values: &mut [T], columns: usize, change: impl Fn(usize, &mut [T]) + Sync) {
    let rows_at_a_time = (4096 / columns).max(1);
    for_each_piece(values, columns * rows_at_a_time, |first, rows| {
        rows.chunks_mut(columns).enumerate().for_each(|(offset, row)| change(first / columns + offset, row));
    });
}

/// Something for every thread to work with, made once and kept.
#[derive(Debug, Default)]
pub(crate) struct PerThread<B>(Vec<Mutex<B>>);

impl<B: Default + Send> PerThread<B> {
    /// Calls `prepare` with what is there for each of the present threads.
    pub(crate) fn prepare(&mut self, mut prepare: impl FnMut(&mut B)) {
        let threads = rayon::current_num_threads();
        if self.0.len() < threads {
            self.0.resize_with(threads, Mutex::default);
        }
        self.0.iter_mut().for_each(|own| prepare(own.get_mut().unwrap_or_else(PoisonError::into_inner)));
    }
}

/// Calls `change` with every part of `length` items, its index and what belongs to the thread that works
/// on it, which is as another part has left it. `buffers` must be prepared on the same threads.
pub(crate) fn for_each_part<T: Send, B: Send>(
    items: &mut [T],
    length: usize,
    buffers: &PerThread<B>,
    change: impl Fn(usize, &mut [T], &mut B) + Sync,
) {
    // Each thread takes its own, so none ever waits.
    let own = |thread: usize| buffers.0[thread].lock().unwrap_or_else(PoisonError::into_inner);
    if items.len() <= SERIAL {
        let mut own = own(0);
        return items.chunks_mut(length).enumerate().for_each(|(part, items)| change(part, items, &mut own));
    }
    for_each_piece(items, length, |first, items| {
        change(first / length, items, &mut own(rayon::current_thread_index().unwrap_or(0)));
    });
}

/// `make(index)` for every index, in order.
pub(crate) fn collect<T: Send>(count: usize, make: impl Fn(usize) -> T + Sync + Send) -> Vec<T> {
    (0..count).into_par_iter().with_min_len(BLOCK).map(make).collect()
}

/// The same for few results that each take long.
pub(crate) fn collect_costly<T: Send>(count: usize, make: impl Fn(usize) -> T + Sync + Send) -> Vec<T> {
    (0..count).into_par_iter().with_min_len(COSTLY_BLOCK).map(make).collect()
}

/// The same where neighbors often have equal inputs: what was made of the input before is not made again.
/// `make` must depend on nothing but the input, and give equal bits for inputs that are the `same`.
pub(crate) fn collect_alike<I, T: Send + Clone>(
    count: usize,
    input: impl Fn(usize) -> I + Sync + Send,
    same: impl Fn(&I, &I) -> bool + Sync + Send,
    make: impl Fn(&I) -> T + Sync + Send,
) -> Vec<T> {
    let blocks = count.div_ceil(COSTLY_BLOCK);
    let made = collect_tasks(blocks, |block| {
        let mut last: Option<(I, T)> = None;
        let indices = block * COSTLY_BLOCK..((block + 1) * COSTLY_BLOCK).min(count);
        let made = indices.map(|index| {
            let input = input(index);
            let known = last.take().filter(|(known, _)| same(known, &input));
            let (input, output) = known.unwrap_or_else(|| {
                let output = make(&input);
                (input, output)
            });
            last = Some((input, output.clone()));
            output
        });
        made.collect::<Vec<_>>()
    });
    made.into_iter().flatten().collect()
}

/// The same for pieces of work that are long enough to be handed out one by one.
pub(crate) fn collect_tasks<T: Send>(count: usize, make: impl Fn(usize) -> T + Sync + Send) -> Vec<T> {
    (0..count).into_par_iter().with_max_len(1).map(make).collect()
}

/// Sums of several numbers of every index: partial sums of fixed blocks, added in order.
pub(crate) fn sums<const N: usize>(count: usize, terms: impl Fn(usize) -> [f64; N] + Sync + Send) -> [f64; N] {
    let blocks = count.div_ceil(NUMBERS);
    let add = |mut sums: [f64; N], terms: [f64; N]| {
        sums.iter_mut().zip(terms).for_each(|(sum, term)| *sum += term);
        sums
    };
    let partial = collect_tasks(blocks, |block| numbers_in(block, count).map(&terms).fold([0.0; N], add));
    partial.into_iter().fold([0.0; N], add)
}

/// Sum of `term(index)`: partial sums of fixed blocks, added in order.
pub(crate) fn sum<T: Send + Sum>(count: usize, term: impl Fn(usize) -> T + Sync + Send) -> T {
    let blocks = count.div_ceil(BLOCK);
    let partial = collect(blocks, |block| (block * BLOCK..((block + 1) * BLOCK).min(count)).map(&term).sum::<T>());
    partial.into_iter().sum()
}

/// The first thing that `find` finds, called with ranges of indices that follow on each other.
pub(crate) fn find_first<T: Send>(count: usize, find: impl Fn(Range<usize>) -> Option<T> + Sync + Send) -> Option<T> {
    let blocks = (0..count.div_ceil(NUMBERS)).into_par_iter();
    blocks.find_map_first(|block| find(numbers_in(block, count)))
}

/// The last thing that `find` finds.
pub(crate) fn find_last<T: Send>(count: usize, find: impl Fn(Range<usize>) -> Option<T> + Sync + Send) -> Option<T> {
    let blocks = (0..count.div_ceil(NUMBERS)).into_par_iter();
    // Not the last of blocks from the first on, which looks at all of them.
    blocks.rev().find_map_first(|block| find(numbers_in(block, count)))
}

/// The numbers of a block, of so many in all.
fn numbers_in(block: usize, count: usize) -> Range<usize> {
    block * NUMBERS..((block + 1) * NUMBERS).min(count)
}

/// The largest of many values, NaN if any is, or negative infinity for none; and whether all are finite.
pub(crate) fn largest_and_finite(values: &[f64]) -> (f64, bool) {
    if values.len() <= LONG_BLOCK {
        return largest_and_finite_of(values);
    }
    let largest = |first: f64, second: f64| if first > second || first.is_nan() { first } else { second };
    let both = |first: (f64, bool), second: (f64, bool)| (largest(first.0, second.0), first.1 && second.1);
    values.par_chunks(LONG_BLOCK).map(largest_and_finite_of).reduce(|| (f64::NEG_INFINITY, true), both)
}

/// The same of one block: eight values at a time, which a processor compares at once.
fn largest_and_finite_of(values: &[f64]) -> (f64, bool) {
    let (eights, rest) = values.as_chunks::<8>();
    let (mut largest, mut sums) = ([f64::NEG_INFINITY; 8], [0.0; 8]);
    for eight in eights {
        for index in 0..8 {
            largest[index] = if eight[index] > largest[index] { eight[index] } else { largest[index] };
            // Not zero if anything is not finite; comparisons skip NaN.
            sums[index] += eight[index] * 0.0;
        }
    }
    let all_finite = sums.iter().sum::<f64>() == 0.0 && rest.iter().all(|value| value.is_finite());
    if !all_finite && values.iter().any(|value| value.is_nan()) {
        return (f64::NAN, false);
    }
    (largest.iter().chain(rest).fold(f64::NEG_INFINITY, |first, second| first.max(*second)), all_finite)
}

/// Runs several pieces of work that share nothing.
pub(crate) fn for_each_task<T: Send>(tasks: Vec<T>, run: impl Fn(T) + Sync + Send) {
    tasks.into_par_iter().with_max_len(1).for_each(run);
}

/// The first of `count` numbers that is not finite, and its index.
pub(crate) fn first_not_finite(count: usize, number: impl Fn(usize) -> f64 + Sync + Send) -> Option<(usize, f64)> {
    find_first(count, |range| {
        // Zero times a number is zero unless the number is not finite. Eight sums have no way out and wait for no other, so
        // that a processor adds several at once; which number it was is asked only if there is one.
        let (mut sums, odd) = ([0.0; 8], range.len() % 8);
        for first in (range.start + odd..range.end).step_by(8) {
            (0..8).for_each(|index| sums[index] += 0.0 * number(first + index));
        }
        let rest = (range.start..range.start + odd).fold(0.0, |sum, index| sum + 0.0 * number(index));
        if sums.iter().fold(rest, |sum, of_eight| sum + of_eight) == 0.0 {
            return None;
        }
        range.map(|index| (index, number(index))).find(|(_, value)| !value.is_finite())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_have_equal_bits_on_any_number_of_threads() {
        let term = |index: usize| 1.0 / (index as f64 + 0.3);
        let expected = Threads::exactly(1).unwrap().run(|| sum(100_000, term));
        for threads in [2, 3, 8] {
            assert_eq!(expected.to_bits(), Threads::exactly(threads).unwrap().run(|| sum(100_000, term)).to_bits());
        }
    }

    #[test]
    fn no_number_that_is_not_finite_is_overlooked() {
        for count in [1, 7, 8, 13, 4096, 4099, 10_000] {
            let numbers: Vec<f64> = (0..count).map(|index| (index as f64).sin() * 1e300).collect();
            assert_eq!(first_not_finite(count, |index| numbers[index]), None);
            for odd in [0, count / 2, count - 1] {
                for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
                    let number = |index: usize| if index == odd { value } else { numbers[index] };
                    let (found, _) = first_not_finite(count, number).unwrap();
                    assert_eq!(found, odd, "{value} among {count}");
                }
            }
        }
    }

    #[test]
    fn first_and_last_are_found_from_both_ends() {
        for numbers in [&[][..], &[3], &[0, 9_999], &[5_000, 4_095, 4_096]] {
            let first = |mut range: Range<usize>| range.find(|at| numbers.contains(at));
            assert_eq!(find_first(10_000, first), numbers.iter().copied().min());
            let last = |range: Range<usize>| range.rev().find(|at| numbers.contains(at));
            assert_eq!(find_last(10_000, last), numbers.iter().copied().max());
        }
    }

    #[test]
    fn equal_neighbors_are_made_once_and_nothing_is_left_out() {
        let calls = std::sync::atomic::AtomicUsize::new(0);
        let make = |input: &usize| {
            calls.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            2 * input
        };
        let made = collect_alike(100, |index| index / 4, usize::eq, make);
        assert_eq!(made, (0..100).map(|index| 2 * (index / 4)).collect::<Vec<_>>());
        assert_eq!(calls.into_inner(), 25);
    }
}
