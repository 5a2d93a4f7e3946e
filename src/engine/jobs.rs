//! Long jobs that share nothing, several at a time, each on a thread of its own.
use crate::error::Result;
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How many of so many jobs run at a time: as many as `threads`, or as the machine has cores if no number is given.
pub(crate) fn jobs_at_a_time(count: usize, threads: Option<usize>) -> usize {
    let threads = threads.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from));
    threads.clamp(1, count.max(1))
}

/// What `job(index)` gives for every index, in order of the index, with [`jobs_at_a_time`]. After a failure nothing more
/// is begun, and the failure of the lowest index is given.
pub(crate) fn collect_jobs<T: Send>(
    count: usize,
    threads: Option<usize>,
    job: impl Fn(usize) -> Result<T> + Sync,
) -> Result<Vec<T>> {
    let (next, done) = (AtomicUsize::new(0), Mutex::new(BTreeMap::new()));
    std::thread::scope(|scope| {
        for _ in 0..jobs_at_a_time(count, threads) {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    if index >= count {
                        return;
                    }
                    let result = job(index);
                    if result.is_err() {
                        next.store(count, Ordering::Relaxed);
                    }
                    if let Ok(mut done) = done.lock() {
                        done.insert(index, result);
                    }
                }
            });
        }
    });
    done.into_inner().unwrap_or_default().into_values().collect()
}
