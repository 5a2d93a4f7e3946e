//! The threads of a simulation.
use crate::error::{Error, Result, check};
use rayon::{ThreadPool, ThreadPoolBuilder};
use std::panic::resume_unwind;
use std::sync::{Arc, Mutex, TryLockError};

/// Sites of the signals from which a step gains by a second thread; measured, of 20 µm: 5 % at 0.6 mm. Below, it costs a few
/// percent: whichever thread is awake first takes the next run of steps, and finds the tissue in the cache of the other.
const WORTH_SHARING: usize = 700;
/// Sites of the matrix that take as long as one of the signals.
const MATRIX_SITES: usize = 4;

/// A set of threads to run on; by default all that the machine has.
#[derive(Clone, Debug, Default)]
pub(crate) struct Threads {
    all: Option<Arc<ThreadPool>>,
    /// The one that makes the steps of a small field, unless it is at work for a branch of its course.
    one: Option<Arc<Mutex<ThreadPool>>>,
}

impl Threads {
    /// Exactly `threads` threads.
    pub(crate) fn exactly(threads: usize) -> Result<Self> {
        Ok(Self { all: Some(Arc::new(pool(threads)?)), one: None })
    }

    /// `threads` threads for a field of so many sites of the matrix and of the signals; [`Threads::run`] takes one alone if
    /// those are few.
    pub(crate) fn for_sites(threads: usize, matrix: usize, signals: usize) -> Result<Self> {
        let is_small = signals.max(matrix / MATRIX_SITES) < WORTH_SHARING;
        let one = (is_small && threads > 1).then(|| pool(1)).transpose()?;
        Ok(Self { one: one.map(|one| Arc::new(Mutex::new(one))), ..Self::exactly(threads)? })
    }

    /// As many threads as are asked for, for a field of so many sites; all that the machine has if no number is given.
    pub(crate) fn asked_for(threads: Option<usize>, matrix: usize, signals: usize) -> Result<Self> {
        let Some(count) = threads else { return Ok(Self::default()) };
        let count = check("threads", count as f64, "threads", 1.0..=4096.0)? as usize;
        Self::for_sites(count, matrix, signals)
    }

    /// Runs `work` as one of these threads: what it hands out begins at once, while work that is handed
    /// out from outside would put its caller to sleep every time.
    pub(crate) fn run<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        let Some(one) = &self.one else { return self.run_costly(work) };
        // Work within such work, or of somebody who has a single thread.
        if rayon::current_thread_index().is_some() && rayon::current_num_threads() == 1 {
            return work();
        }
        match one.try_lock() {
            Ok(one) => run_in(&one, work),
            Err(TryLockError::Poisoned(one)) => run_in(&one.into_inner(), work),
            Err(TryLockError::WouldBlock) => self.run_costly(work),
        }
    }

    /// The same for work that takes long however small the field is.
    pub(crate) fn run_costly<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        match &self.all {
            Some(all) => run_in(all, work),
            None => rayon::scope(|_| work()),
        }
    }
}

/// Runs `work` as one of the threads of a pool.
///
/// A thread of somebody else's pool would begin other jobs of that one while it waits, and others again while it waits in
/// those: of many courses side by side all would be begun, one upon the other, until its stack ends. So another thread waits
/// in its place, and it sleeps.
fn run_in<T: Send>(pool: &ThreadPool, work: impl FnOnce() -> T + Send) -> T {
    let is_of_others = rayon::current_thread_index().is_some() && pool.current_thread_index().is_none();
    if !is_of_others {
        return pool.install(work);
    }
    std::thread::scope(|scope| scope.spawn(|| pool.install(work)).join()).unwrap_or_else(|panic| resume_unwind(panic))
}

fn pool(threads: usize) -> Result<ThreadPool> {
    let pool = ThreadPoolBuilder::new().num_threads(threads).build();
    pool.map_err(|source| Error::Threads { threads, source })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rayon::current_num_threads;
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    /// Defends: of many jobs side by side, each with threads of its own, every thread begins one after another: a thousand
    /// courses, begun one upon the other, had ended the stack.
    #[test]
    fn jobs_of_others_wait_for_their_turn() {
        let begun = AtomicUsize::new(0);
        let most = AtomicUsize::new(0);
        let outer = Threads::exactly(2).unwrap();
        let job = |_: usize| {
            most.fetch_max(begun.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            let own = Threads::exactly(1).unwrap();
            (0..3).for_each(|_| own.run(|| std::thread::sleep(Duration::from_micros(200))));
            begun.fetch_sub(1, Ordering::SeqCst);
        };
        outer.run(|| crate::engine::collect_tasks(200, job));
        assert!((1..=2).contains(&most.load(Ordering::SeqCst)), "{most:?}");
        // What fails there is told here.
        let told = catch_unwind(AssertUnwindSafe(|| {
            outer.run(|| Threads::exactly(1).unwrap().run(|| panic!("told")));
        }));
        assert_eq!(told.unwrap_err().downcast_ref::<&str>(), Some(&"told"));
    }

    #[test]
    fn one_thread_alone_steps_through_a_small_field() {
        // Sites of 10 µm with signals on 20 µm: 0.25, 0.5 and 1 mm; finer sites; sites as coarse as the signals.
        let fields =
            [(625, 169, 1), (2_500, 625, 1), (10_000, 2_500, 3), (6_400, 400, 3), (625, 625, 1), (784, 784, 3)];
        for (matrix, signals, expected) in fields {
            let threads = Threads::for_sites(3, matrix, signals).unwrap();
            assert_eq!(threads.run(current_num_threads), expected, "{matrix} {signals}");
            assert_eq!(threads.run_costly(current_num_threads), 3);
        }
        let few = Threads::for_sites(3, 625, 169).unwrap();
        assert_eq!(few.run(|| few.run(current_num_threads)), 1, "work within work");
        assert_eq!(
            few.run(|| std::thread::scope(|scope| scope.spawn(|| few.run(current_num_threads)).join().unwrap())),
            3
        );
        assert_eq!(Threads::exactly(3).unwrap().run(current_num_threads), 3);
        assert_eq!(Threads::for_sites(1, 625, 169).unwrap().run_costly(current_num_threads), 1);
    }
}
