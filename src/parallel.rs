//! The only code that knows about threads.
//!
//! Work is cut into blocks whose size never depends on the number of threads, each output belongs
//! to exactly one block, and sums are added block by block in order. Every function here therefore
//! gives equal bits on any number of threads.
use crate::error::{Error, Result};
use rayon::prelude::*;
use std::iter::Sum;
use std::ops::Range;

/// Items handed to a thread at a time.
const BLOCK: usize = 256;
/// Values that are looked at at a time.
const LOOK: usize = 4096;
/// Rows of sites owned by one band.
const BAND_ROWS: usize = 8;

/// A set of threads to run on; by default all that the machine has.
#[derive(Clone, Debug, Default)]
pub(crate) struct Threads(Option<std::sync::Arc<rayon::ThreadPool>>);

impl Threads {
    /// Exactly `threads` threads.
    pub(crate) fn exactly(threads: usize) -> Result<Self> {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        pool.map(|pool| Self(Some(pool.into()))).map_err(|source| Error::Threads { threads, source })
    }

    /// Runs `work` with these threads.
    pub(crate) fn run<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        match &self.0 {
            Some(pool) => pool.install(work),
            None => work(),
        }
    }
}

/// Calls `change` with every item and its index.
pub(crate) fn for_each<T: Send>(items: &mut [T], change: impl Fn(usize, &mut T) + Sync) {
    if items.len() <= BLOCK {
        return items.iter_mut().enumerate().for_each(|(index, item)| change(index, item));
    }
    items.par_chunks_mut(BLOCK).enumerate().for_each(|(block, items)| {
        for (offset, item) in items.iter_mut().enumerate() {
            change(block * BLOCK + offset, item);
        }
    });
}

/// Calls `change` with every row of `values` and its index.
pub(crate) fn for_each_row<T: Send>(values: &mut [T], columns: usize, change: impl Fn(usize, &mut [T]) + Sync) {
    let rows_at_a_time = (4096 / columns).max(1);
    values.par_chunks_mut(columns * rows_at_a_time).enumerate().for_each(|(block, rows)| {
        for (offset, row) in rows.chunks_mut(columns).enumerate() {
            change(block * rows_at_a_time + offset, row);
        }
    });
}

/// Something that lies in rows and can be cut between two of them.
pub(crate) trait Banded: Send + Sized {
    fn rows(&self) -> usize;
    /// The rows below this one, and those from it on.
    fn cut(self, row: usize) -> (Self, Self);
}

/// Calls `change` with every band of `rows` rows; the last may have less.
pub(crate) fn for_each_band<B: Banded>(banded: B, rows: usize, change: &(impl Fn(B) + Sync)) {
    merge_bands(banded, rows, change, &|(), ()| ());
}

/// What `change` gives for every band of `rows` rows, put together in pairs that depend on nothing but the number of rows.
pub(crate) fn merge_bands<B: Banded, S: Send>(
    banded: B,
    rows: usize,
    change: &(impl Fn(B) -> S + Sync),
    merge: &(impl Fn(S, S) -> S + Sync),
) -> S {
    let bands = banded.rows().div_ceil(rows);
    if bands <= 1 {
        return change(banded);
    }
    let (below, above) = banded.cut(bands / 2 * rows);
    let (below, above) =
        rayon::join(|| merge_bands(below, rows, change, merge), || merge_bands(above, rows, change, merge));
    merge(below, above)
}

/// `make(index)` for every index, in order.
pub(crate) fn collect<T: Send>(count: usize, make: impl Fn(usize) -> T + Sync + Send) -> Vec<T> {
    (0..count).into_par_iter().with_min_len(BLOCK).map(make).collect()
}

/// Those of `make(index)` that are something, in order of the index.
pub(crate) fn collect_some<T: Send>(count: usize, make: impl Fn(usize) -> Option<T> + Sync + Send) -> Vec<T> {
    let blocks = count.div_ceil(BLOCK);
    let found = (0..blocks).into_par_iter().map(|block| {
        let indices = block * BLOCK..((block + 1) * BLOCK).min(count);
        indices.filter_map(&make).collect::<Vec<_>>()
    });
    found.collect::<Vec<_>>().into_iter().flatten().collect()
}

/// Sum of `term(index)`: partial sums of fixed blocks, added in order.
pub(crate) fn sum<T: Send + Sum>(count: usize, term: impl Fn(usize) -> T + Sync + Send) -> T {
    let blocks = count.div_ceil(BLOCK);
    let partial = collect(blocks, |block| (block * BLOCK..((block + 1) * BLOCK).min(count)).map(&term).sum::<T>());
    partial.into_iter().sum()
}

/// The first thing that `find` finds, called with ranges of indices that follow on each other.
pub(crate) fn find_first<T: Send>(count: usize, find: impl Fn(Range<usize>) -> Option<T> + Sync + Send) -> Option<T> {
    let blocks = (0..count.div_ceil(LOOK)).into_par_iter();
    blocks.find_map_first(|block| find(block * LOOK..((block + 1) * LOOK).min(count)))
}

/// The first value that is not finite, and its index.
pub(crate) fn first_not_finite(values: &[f64]) -> Option<(usize, f64)> {
    find_first(values.len(), |range| {
        // Without a way out of the loop it takes several values at once; which one it was is asked only if there is one.
        if values[range.clone()].iter().fold(true, |finite, value| finite & value.is_finite()) {
            return None;
        }
        range.map(|index| (index, values[index])).find(|(_, value)| !value.is_finite())
    })
}

/// The largest value, NaN if any is, or negative infinity for none.
pub(crate) fn maximum(values: &[f64]) -> f64 {
    let larger = |first: f64, second: f64| if first > second || first.is_nan() { first } else { second };
    values.par_chunks(LOOK).map(largest).reduce(|| f64::NEG_INFINITY, larger)
}

/// As [`maximum`], in lanes that do not wait for each other.
fn largest(values: &[f64]) -> f64 {
    let (mut lanes, mut nans) = ([f64::NEG_INFINITY; 8], [0_u64; 8]);
    let (eights, rest) = values.as_chunks::<8>();
    for eight in eights {
        for lane in 0..8 {
            lanes[lane] = if eight[lane] > lanes[lane] { eight[lane] } else { lanes[lane] };
            nans[lane] |= u64::from(eight[lane].is_nan());
        }
    }
    let is_nan = nans.iter().any(|&nan| nan > 0) || rest.iter().any(|value| value.is_nan());
    if is_nan { f64::NAN } else { lanes.iter().chain(rest).copied().fold(f64::NEG_INFINITY, f64::max) }
}

/// Runs several pieces of work that share nothing.
pub(crate) fn for_each_task<T: Send>(tasks: Vec<T>, run: impl Fn(T) + Sync + Send) {
    tasks.into_par_iter().with_max_len(1).for_each(run);
}

/// Lets agents change sites: cuts `sites` into bands of rows, finds which agents reach each band,
/// and calls `change(agent, band, note)` for those agents in order of their index. Gives the
/// note of every band, in order.
///
/// `reach(agent)` is the first row that an agent touches and the number of rows (none for an idle
/// agent); rows past the last one wrap around. Every site is changed by its agents in the same
/// order however the rows are cut and however many threads work.
pub(crate) fn change_sites<B: Banded, S: Send + Default>(
    sites: B,
    agents: usize,
    reach: impl Fn(usize) -> Option<(usize, usize)>,
    change: impl Fn(usize, &mut B, &mut S) + Sync,
) -> Vec<S> {
    let rows = sites.rows();
    let mut agents_of_band: Vec<Vec<usize>> = vec![Vec::new(); rows.div_ceil(BAND_ROWS)];
    for agent in 0..agents {
        if let Some((first, count)) = reach(agent) {
            for row in first..first + count.min(rows) {
                let band = &mut agents_of_band[row % rows / BAND_ROWS];
                if band.last() != Some(&agent) {
                    band.push(agent);
                }
            }
        }
    }
    let bands = bands_of(sites).into_par_iter().zip(agents_of_band);
    let notes = bands.map(|(mut band, agents)| {
        let mut note = S::default();
        for agent in agents {
            change(agent, &mut band, &mut note);
        }
        note
    });
    notes.collect()
}

/// All bands, in order.
fn bands_of<B: Banded>(mut banded: B) -> Vec<B> {
    let mut bands = Vec::new();
    while banded.rows() > BAND_ROWS {
        let (band, above) = banded.cut(BAND_ROWS);
        bands.push(band);
        banded = above;
    }
    bands.push(banded);
    bands
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
    fn the_largest_and_the_broken_value_are_found_wherever_they_are() {
        let mut values: Vec<f64> = (0..10_007).map(|index| (f64::from(index) * 0.7).sin()).collect();
        assert_eq!((maximum(&[]), first_not_finite(&values)), (f64::NEG_INFINITY, None));
        for place in [0, 4_095, 4_096, 9_001, 10_006] {
            values[place] = 2.0 + place as f64;
            assert_eq!(maximum(&values), 2.0 + place as f64);
        }
        for place in [10_006, 4_097, 3] {
            values[place] = f64::NAN;
            assert!(maximum(&values).is_nan() && first_not_finite(&values).is_some_and(|(first, _)| first == place));
        }
    }

    /// Rows of ten sites, each with the agents that changed it.
    struct Rows<'a>(usize, &'a mut [Vec<usize>]);

    impl Banded for Rows<'_> {
        fn rows(&self) -> usize {
            self.1.len() / 10
        }

        fn cut(self, row: usize) -> (Self, Self) {
            let (below, above) = self.1.split_at_mut(10 * row);
            (Self(self.0, below), Self(self.0 + row, above))
        }
    }

    #[test]
    fn bands_are_cut_and_merged_in_order() {
        for rows in [1, 7, 8, 9, 40, 41] {
            let mut sites = vec![Vec::new(); 10 * rows];
            let bands = merge_bands(Rows(0, &mut sites), 8, &|band| vec![(band.0, band.rows())], &|below, above| {
                [below, above].concat()
            });
            let expected: Vec<_> = (0..rows).step_by(8).map(|first| (first, 8.min(rows - first))).collect();
            assert_eq!(bands, expected);
        }
    }

    #[test]
    fn sites_are_changed_in_order_of_the_agents() {
        let mut sites = vec![Vec::new(); 40 * 10];
        let first = |agent: usize| agent % 40;
        let counts = change_sites(
            Rows(0, &mut sites),
            200,
            |agent| Some((first(agent), 5)),
            |agent, Rows(first_row, band), count: &mut usize| {
                for (offset, row) in band.chunks_mut(10).enumerate() {
                    if (*first_row + offset + 40 - first(agent)) % 40 < 5 {
                        row[agent % 10].push(agent);
                        *count += 1;
                    }
                }
            },
        );
        assert_eq!(sites.iter().map(Vec::len).sum::<usize>(), 200 * 5);
        assert_eq!((counts.len(), counts.iter().sum::<usize>()), (5, 200 * 5));
        assert!(sites.iter().all(|agents| agents.is_sorted()));
    }
}
