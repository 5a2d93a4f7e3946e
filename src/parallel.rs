//! The only code that knows about threads.
//!
//! Work is cut into blocks whose size never depends on the number of threads, each output belongs
//! to exactly one block, and sums are added block by block in order. Every function here therefore
//! gives equal bits on any number of threads.
use crate::error::{Error, Result};
use rayon::prelude::*;

/// Items handed to a thread at a time.
const BLOCK: usize = 256;
/// Items handed out at a time where each takes long.
const COSTLY_BLOCK: usize = 16;
/// Items handed out at a time where each takes a few nanoseconds.
const LARGE_BLOCK: usize = 4096;
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

/// What `change` gives for every row of `values` and its index, in order of the rows.
pub(crate) fn change_rows<T: Send, S: Send>(
    values: &mut [T],
    columns: usize,
    change: impl Fn(usize, &mut [T]) -> S + Sync,
) -> Vec<S> {
    let rows_at_a_time = (4096 / columns).max(1);
    let blocks = values.par_chunks_mut(columns * rows_at_a_time).enumerate().map(|(block, rows)| {
        let rows = rows.chunks_mut(columns).enumerate();
        rows.map(|(offset, row)| change(block * rows_at_a_time + offset, row)).collect::<Vec<_>>()
    });
    blocks.collect::<Vec<_>>().into_iter().flatten().collect()
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
    let blocks = count.div_ceil(LARGE_BLOCK);
    let add = |mut sums: [f64; N], terms: [f64; N]| {
        sums.iter_mut().zip(terms).for_each(|(sum, term)| *sum += term);
        sums
    };
    let partial = collect_tasks(blocks, |block| {
        let indices = block * LARGE_BLOCK..((block + 1) * LARGE_BLOCK).min(count);
        indices.map(&terms).fold([0.0; N], add)
    });
    partial.into_iter().fold([0.0; N], add)
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
pub(crate) fn sum(count: usize, term: impl Fn(usize) -> f64 + Sync + Send) -> f64 {
    let blocks = count.div_ceil(BLOCK);
    let partial = collect(blocks, |block| (block * BLOCK..((block + 1) * BLOCK).min(count)).map(&term).sum::<f64>());
    partial.iter().sum()
}

/// The largest of `term(index)`, NaN if any is, or negative infinity for none.
pub(crate) fn maximum(count: usize, term: impl Fn(usize) -> f64 + Sync + Send) -> f64 {
    (0..count)
        .into_par_iter()
        .with_min_len(4 * BLOCK)
        .map(term)
        .reduce(|| f64::NEG_INFINITY, |first, second| if first > second || first.is_nan() { first } else { second })
}

/// Runs several pieces of work that share nothing.
pub(crate) fn for_each_task<T: Send>(tasks: Vec<T>, run: impl Fn(T) + Sync + Send) {
    tasks.into_par_iter().with_max_len(1).for_each(run);
}

/// Lets agents change sites: cuts `sites` into bands of rows, finds which agents reach each band,
/// and calls `change(agent, first_row, band, note)` for those agents in order of their index. Gives the
/// note of every band, in order.
///
/// `reach(agent)` is the first row that an agent touches and the number of rows (none for an idle
/// agent); rows past the last one wrap around. `change` must alter only the sites of the band it
/// is given. Every site is therefore changed by its agents in the same order however the rows are
/// cut and however many threads work.
pub(crate) fn change_sites<T: Send, S: Send + Default>(
    sites: &mut [T],
    columns: usize,
    agents: usize,
    reach: impl Fn(usize) -> Option<(usize, usize)>,
    change: impl Fn(usize, usize, &mut [T], &mut S) + Sync,
) -> Vec<S> {
    let rows = sites.len() / columns;
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
    let bands = sites.par_chunks_mut(columns * BAND_ROWS).zip(agents_of_band).enumerate();
    let notes = bands.map(|(band, (sites, agents))| {
        let mut note = S::default();
        for agent in agents {
            change(agent, band * BAND_ROWS, sites, &mut note);
        }
        note
    });
    notes.collect()
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

    #[test]
    fn sites_are_changed_in_order_of_the_agents() {
        let mut sites = vec![Vec::new(); 40 * 10];
        let first = |agent: usize| agent % 40;
        let counts = change_sites(
            &mut sites,
            10,
            200,
            |agent| Some((first(agent), 5)),
            |agent, first_row, band, count: &mut usize| {
                for (offset, row) in band.chunks_mut(10).enumerate() {
                    if (first_row + offset + 40 - first(agent)) % 40 < 5 {
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
