//! What does one whole step of a needled tissue cost, and what does a second thread save?
//!
//! `cargo bench --bench step`. Times depend on the machine; compare figures of one run only. Skin (with a boxcar scar
//! from 2 mm on) is rolled once, or has one channel if it is smaller than 1 mm; steps of an hour from the second to the fourth day are timed, with their share of the
//! turnover that comes once a day. Criterion's figures are of single calls, which hand every step over to the threads;
//! beside them it prints the ratio of the times on one thread and on all for runs of two days, as medians of pairs.
mod common;

use common::{is_trial, keep_short, medians, needled, speedup_of_arithmetic, thread_counts, timed};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use dermaweave::Simulation;
use std::time::Duration;

/// Sides of the fields in mm.
const SIDES: [f64; 4] = [0.25, 1.0, 4.0, 8.0];
const SPACING: f64 = 10.0;
/// Days between which steps are timed.
const SPAN: (f64, f64) = (2.0, 4.0);

/// A course that is put back to the second day whenever the fourth ends.
struct Course {
    begun: Simulation,
    simulation: Simulation,
}

impl Course {
    fn new(millimeters: f64, threads: usize) -> Self {
        let mut begun = needled(millimeters, SPACING, SPAN.1, threads).expect("it is valid");
        let from = if is_trial() { 0.1 } else { SPAN.0 };
        while begun.clock().days() < from {
            begun.step().expect("it runs");
        }
        Self { simulation: begun.clone(), begun }
    }

    /// Time of the next step.
    fn step(&mut self) -> Duration {
        if self.simulation.is_finished() {
            self.simulation = self.begun.clone();
        }
        timed(|| self.simulation.step().expect("it runs"))
    }
}

fn sides() -> &'static [f64] {
    if is_trial() { &SIDES[..2] } else { &SIDES }
}

fn steps(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("step of an hour");
    keep_short(&mut group);
    for &millimeters in sides() {
        for threads in thread_counts() {
            let mut course = None;
            let sites = (millimeters * 1e3 / SPACING).powi(2) as u64;
            group.throughput(Throughput::Elements(sites));
            group.bench_function(BenchmarkId::new(format!("{millimeters} mm"), threads), |bencher| {
                let course = course.get_or_insert_with(|| Course::new(millimeters, threads));
                bencher.iter_custom(|times| (0..times).map(|_| course.step()).sum());
            });
        }
    }
    group.finish();
}

/// Steps from the second to the fourth day, run as courses are: on one thread and on all, in turn.
fn ratio_of_threads(_: &mut Criterion) {
    let &[one, all] = thread_counts().as_slice() else { return };
    println!("\nOne step of an hour, ms (medians of pairs of two days)");
    println!("{:>8} {:>9} {:>9} {:>9} {:>6}", "side, mm", "cells", "1 thread", format!("{all}"), "ratio");
    for &millimeters in sides() {
        let [serial, parallel] = [one, all].map(|threads| Course::new(millimeters, threads).begun);
        let run = |begun: &Simulation| {
            let mut simulation = begun.clone();
            timed(|| simulation.run().expect("it runs"))
        };
        let pairs = if is_trial() { 1 } else { (24.0 / millimeters).clamp(3.0, 25.0) as usize };
        let pairs: Vec<_> = (0..pairs).map(|_| (run(&parallel), run(&serial))).collect();
        let ((of_all, of_one, ratio), cells) = (medians(&pairs), serial.tissue().fibroblasts().len());
        let steps = 24.0 * (SPAN.1 - serial.clock().days());
        println!("{millimeters:>8} {cells:>9} {:>9.3} {:>9.3} {ratio:>6.2}", of_one / steps, of_all / steps);
    }
    print_reference(all);
}

/// What plain arithmetic gains from as many threads: the most that anything can gain while others use the machine.
fn print_reference(threads: usize) {
    let gained = speedup_of_arithmetic(threads, if is_trial() { 1 } else { 21 });
    println!("plain arithmetic at this time, for comparison: {gained:.2}");
}

criterion_group!(benches, steps, ratio_of_threads);
criterion_main!(benches);
