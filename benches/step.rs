//! What does one whole step of a needled tissue cost, and what does a second thread save?
//!
//! `cargo bench --bench step`. Times depend on the machine; compare figures of one run only. Skin (with a boxcar scar
//! from 2 mm on) is rolled once; steps of an hour from the second to the fourth day are timed, with their share of the
//! turnover that comes once a day. Beside criterion's figures it prints the ratio of the times on one thread and on all,
//! as medians of pairs of the same step.
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
        let mut begun = needled(millimeters, SPACING, 14.0, threads).expect("it is valid");
        let from = if is_trial() { 0.1 } else { SPAN.0 };
        while begun.clock().days() < from {
            begun.step().expect("it runs");
        }
        Self { simulation: begun.clone(), begun }
    }

    /// Time of the next step.
    fn step(&mut self) -> Duration {
        if self.simulation.clock().days() >= SPAN.1 {
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

/// The same steps on one thread and on all, in turn.
fn ratio_of_threads(_: &mut Criterion) {
    let &[one, all] = thread_counts().as_slice() else { return };
    println!("\nOne step of an hour, ms (medians of pairs)");
    println!("{:>8} {:>9} {:>9} {:>9} {:>6}", "side, mm", "cells", "1 thread", format!("{all}"), "ratio");
    for &millimeters in sides() {
        let (mut serial, mut parallel) = (Course::new(millimeters, one), Course::new(millimeters, all));
        let pairs: Vec<_> = (0..if is_trial() { 1 } else { 95 }).map(|_| (parallel.step(), serial.step())).collect();
        let ((parallel, serial, ratio), cells) = (medians(&pairs), serial.simulation.tissue().fibroblasts().len());
        println!("{millimeters:>8} {cells:>9} {serial:>9.3} {parallel:>9.3} {ratio:>6.2}");
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
