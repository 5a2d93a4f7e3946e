//! What more threads gain, and what the machine would let them gain.
use super::{is_trial, medians, speedup_of_arithmetic, timed};
use dermaweave::Simulation;
use std::time::Duration;

/// Times in ms on one thread and on all, medians of rounds, and how many times faster all are.
#[derive(Clone, Copy, Debug)]
pub struct Speedup {
    pub on_one: f64,
    pub on_all: f64,
    pub ratio: f64,
    /// How many times more is done in the same time if each thread has a course of its own. They share nothing but memory and
    /// caches: sharing one course can hardly gain more.
    pub of_copies: f64,
}

impl Speedup {
    /// Runs courses on one thread, on all, and side by side on one each, in turn. `courses(threads)` has so many threads of its
    /// own and gives a course that is ready to run on them, each time the same.
    pub fn of<F: FnOnce() + Send, C: Fn() -> F>(threads: usize, rounds: usize, courses: impl Fn(usize) -> C) -> Self {
        let (serial, shared): (Vec<_>, _) = ((0..threads).map(|_| courses(1)).collect(), [courses(threads)]);
        let round = |_| {
            let on_one = side_by_side(&serial[..1]);
            ((side_by_side(&shared), on_one), (side_by_side(&serial), on_one))
        };
        let (of_all, of_copies): (Vec<_>, Vec<_>) = (0..rounds).map(round).unzip();
        let ((on_all, on_one, ratio), (_, _, copies)) = (medians(&of_all), medians(&of_copies));
        Self { on_one, on_all, ratio, of_copies: threads as f64 * copies }
    }
}

/// What a gain of so many threads is to be compared with: what the column of the copies means, and what plain arithmetic
/// gains, which needs no memory.
pub fn print_references(threads: usize) {
    println!("copies: how many times more is done if every thread has a course of its own");
    let gained = speedup_of_arithmetic(threads, if is_trial() { 1 } else { 21 });
    println!("plain arithmetic at this time, for comparison: {gained:.2}");
}

/// Runs of a course on threads of its own, which all copies of it share.
pub fn runs_of(begun: Simulation) -> impl Fn() -> Box<dyn FnOnce() + Send> {
    move || {
        let mut course = begun.clone();
        Box::new(move || course.run().expect("it runs"))
    }
}

/// The time in which one course of each comes to its end.
fn side_by_side<F: FnOnce() + Send, C: Fn() -> F>(courses: &[C]) -> Duration {
    let ready: Vec<_> = courses.iter().map(|course| course()).collect();
    timed(|| {
        std::thread::scope(|scope| {
            for run in ready {
                scope.spawn(run);
            }
        });
    })
}
