//! The threads of a simulation.
use crate::error::{Error, Result, check};
use rayon::{ThreadPool, ThreadPoolBuilder};
use std::panic::resume_unwind;
use std::sync::Arc;

/// A set of threads to run on; by default all that the machine has.
#[derive(Clone, Debug, Default)]
pub(crate) struct Threads(Option<Arc<ThreadPool>>);

impl Threads {
    /// Exactly `threads` threads.
    pub(crate) fn exactly(threads: usize) -> Result<Self> {
        let pool = ThreadPoolBuilder::new().num_threads(threads).build();
        Ok(Self(Some(Arc::new(pool.map_err(|source| Error::Threads { threads, source: source.into() })?))))
    }

    /// As many threads as are asked for; all that the machine has if no number is given.
    pub(crate) fn of_number(threads: Option<usize>) -> Result<Self> {
        let Some(count) = threads else { return Ok(Self::default()) };
        Self::exactly(check("threads", count as f64, "threads", 1.0..=4096.0)? as usize)
    }

    /// Runs `work` as one of these threads: what it hands out begins at once, while work that is handed
    /// out from outside would put its caller to sleep every time.
    pub(crate) fn run<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        match &self.0 {
            Some(all) => run_in(all, work),
            None => rayon::scope(|_| work()),
        }
    }
}

/// Runs `work` as one of the threads of a pool.
///
/// A thread of another pool would begin other jobs of that one while it waits, and others again while it waits in
/// those: of many courses side by side all would be begun, one upon the other, until its stack ends. So another thread waits
/// in its place, and it sleeps.
fn run_in<T: Send>(pool: &ThreadPool, work: impl FnOnce() -> T + Send) -> T {
    let is_of_others = rayon::current_thread_index().is_some() && pool.current_thread_index().is_none();
    if !is_of_others {
        return pool.install(work);
    }
    std::thread::scope(|scope| scope.spawn(|| pool.install(work)).join()).unwrap_or_else(|panic| resume_unwind(panic))
}

#[cfg(test)]
mod tests {
    use super::*;
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
}
