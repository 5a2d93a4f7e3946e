//! What more threads gain, and what the machine would let them gain.
use super::{medians, timed};
use dermaweave::Simulation;
use std::time::Duration;

/// Times of a course in ms on one thread and on all, medians of rounds, and how many times faster all are.
#[derive(Clone, Copy, Debug)]
pub struct Speedup {
    pub on_one: f64,
    pub on_all: f64,
    pub ratio: f64,
    /// How many times more courses end in the same time if each thread has one of its own. They share nothing but memory and
    /// caches: more than that no way to share a course can gain.
    pub of_copies: f64,
}

impl Speedup {
    /// Runs a course, made for a number of threads, on one, on all and as so many copies, in turn.
    pub fn of(threads: usize, rounds: usize, course: impl Fn(usize) -> Simulation) -> Self {
        // A course has threads of its own, but a clone of it has the same.
        let (serial, shared): (Vec<_>, _) = ((0..threads).map(|_| course(1)).collect(), [course(threads)]);
        let round = |_| {
            let on_one = side_by_side(&serial[..1]);
            ((side_by_side(&shared), on_one), (side_by_side(&serial), on_one))
        };
        let (of_all, of_copies): (Vec<_>, Vec<_>) = (0..rounds).map(round).unzip();
        let ((on_all, on_one, ratio), (_, _, copies)) = (medians(&of_all), medians(&of_copies));
        Self { on_one, on_all, ratio, of_copies: threads as f64 * copies }
    }
}

/// What the column of the copies means.
pub const COPIES: &str = "copies: how many times more is done if every thread has a course of its own";

/// The time in which copies of all courses come to their ends.
fn side_by_side(courses: &[Simulation]) -> Duration {
    let mut copies = courses.to_vec();
    timed(|| {
        std::thread::scope(|scope| {
            for copy in &mut copies {
                scope.spawn(|| copy.run().expect("it runs"));
            }
        });
    })
}
