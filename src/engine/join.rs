//! Two pieces of work at once, on threads that stay awake until both are done.
//!
//! A step is some twenty pieces of work of 10 µs to 2 ms, one after another. A thread that finds none for about 50 µs is sent to
//! sleep by rayon, and to wake it takes another 100 µs: in a course of 4 × 4 mm on two threads that happened seven times a
//! step, and took a tenth of all time. So who is done with one piece waits for the other with open eyes, and takes over
//! parts of it meanwhile; at the end of both nobody is asleep.
use rayon::Yield;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, Ordering};

/// Cores of this machine. Who waits awake with more threads than these keeps others from the work that is waited for.
static CORES: LazyLock<usize> = LazyLock::new(|| std::thread::available_parallelism().map_or(1, usize::from));

/// How often a thread that waits asks for work in vain before it may fall asleep: for about half a millisecond, a few times
/// as long as what others still have at hand then.
const PATIENCE: usize = 400;

/// What two pieces of work give, on two threads if those are `worth_waking`.
pub(crate) fn join<A: Send, B: Send>(
    worth_waking: bool,
    first: impl FnOnce() -> A + Send,
    second: impl FnOnce() -> B + Send,
) -> (A, B) {
    let threads = rayon::current_num_threads();
    if !worth_waking || threads == 1 {
        return (first(), second());
    }
    if threads > *CORES {
        return rayon::join(first, second);
    }
    let [first_is_done, second_is_away, second_is_done] = &[const { AtomicBool::new(false) }; 3];
    rayon::join_context(
        |_| {
            let given = first();
            first_is_done.store(true, Ordering::Release);
            // What nobody else has taken is done next by this thread.
            if second_is_away.load(Ordering::Acquire) {
                wait_for(second_is_done);
            }
            given
        },
        |context| {
            second_is_away.store(context.migrated(), Ordering::Release);
            let given = second();
            second_is_done.store(true, Ordering::Release);
            if context.migrated() {
                wait_for(first_is_done);
            }
            given
        },
    )
}

/// The same, and whether one thread did both, so that both lie in its cache.
pub(crate) fn join_telling<A: Send, B: Send>(
    worth_waking: bool,
    first: impl FnOnce() -> A + Send,
    second: impl FnOnce() -> B + Send,
) -> (A, B, bool) {
    let first = || (first(), rayon::current_thread_index());
    let second = || (second(), rayon::current_thread_index());
    let ((first, here), (second, there)) = join(worth_waking, first, second);
    (first, second, here == there)
}

/// Does what others have to do until something `is_done`, or until there was nothing to do for long.
fn wait_for(is_done: &AtomicBool) {
    let mut in_vain = 0;
    while !is_done.load(Ordering::Acquire) && in_vain < PATIENCE {
        if rayon::yield_now() == Some(Yield::Executed) {
            in_vain = 0;
        } else {
            in_vain += 1;
            std::thread::yield_now();
        }
    }
}

/// Calls `change` with pieces of so many items, the last of which may be shorter, and the index of the first of them.
pub(crate) fn for_each_piece<T: Send>(items: &mut [T], length: usize, change: impl Fn(usize, &mut [T]) + Sync) {
    change_pieces(items, (0, length), &change);
}

fn change_pieces<T: Send>(
    items: &mut [T],
    (first, length): (usize, usize),
    change: &(impl Fn(usize, &mut [T]) + Sync),
) {
    let pieces = items.len().div_ceil(length);
    if pieces <= 1 {
        return change(first, items);
    }
    let middle = pieces / 2 * length;
    let (below, above) = items.split_at_mut(middle);
    let below = || change_pieces(below, (first, length), change);
    join(true, below, || change_pieces(above, (first + middle, length), change));
}

#[cfg(test)]
mod tests {
    use super::super::Threads;
    use super::*;
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::sync::Barrier;

    #[test]
    fn pieces_cover_all_items_once() {
        for threads in [1, 2, 5] {
            let threads = Threads::exactly(threads).unwrap();
            for (items, length) in [(0, 3), (1, 3), (3, 3), (4, 3), (1000, 1), (1000, 7), (1000, 2000)] {
                let mut found = vec![0; items];
                threads.run(|| {
                    for_each_piece(&mut found, length, |first, piece| {
                        assert!(piece.len() <= length && first.is_multiple_of(length));
                        piece.iter_mut().enumerate().for_each(|(offset, item)| *item += first + offset + 1);
                    });
                });
                assert!(found.iter().enumerate().all(|(index, &item)| item == index + 1), "{items} {length}");
            }
        }
    }

    #[test]
    fn it_is_told_who_did_both() {
        let one = Threads::exactly(1).unwrap().run(|| join_telling(true, || 1, || 2));
        assert_eq!(one, (1, 2, true));
        // Neither ends before the other has begun.
        let both = Barrier::new(2);
        let two = Threads::exactly(2).unwrap().run(|| join_telling(true, || _ = both.wait(), || _ = both.wait()));
        assert_eq!(two, ((), (), false));
    }

    /// Defends: whoever waits for a piece of work that fails does not wait for ever, and the failure is told.
    #[test]
    fn a_failure_is_handed_on() {
        let threads = Threads::exactly(2).unwrap();
        let work = |index: usize| (0..index * 1000).fold(0.0_f64, |sum, term| std::hint::black_box(sum + term as f64));
        for round in 0..200 {
            let [fails_first, fails_second] = [round % 3 == 1, round % 3 == 2];
            let first = || (work(round % 7), assert!(!fails_first, "first")).0;
            let second = || (work(round % 5), assert!(!fails_second, "second")).0;
            let both = catch_unwind(AssertUnwindSafe(|| threads.run(|| join(true, first, second))));
            match both {
                Ok(given) => assert!(round % 3 == 0 && given == (work(round % 7), work(round % 5))),
                Err(told) => {
                    let expected = if fails_first { "first" } else { "second" };
                    assert_eq!(told.downcast_ref::<&str>(), Some(&expected));
                }
            }
        }
    }
}
