//! What does one whole step of a needled tissue cost, and what does a second thread save?
//!
//! `cargo bench --bench step`. Times depend on the machine; compare figures of one run only. Skin (with a boxcar scar
//! from 2 mm on) is rolled once, or has one channel if it is smaller than 1 mm; steps of an hour from the second to the
//! fourth day are timed, with their share of the turnover that comes once a day. Criterion's figures are of single calls,
//! which hand every step over to the threads; beside them it prints the ratio of the times on one thread and on all for
//! runs of two days, and what as many fields side by side gain, as medians of rounds; and how much more a step costs per
//! site and per active cell in a field that fits into no cache than in one of 512 × 512 sites, as medians of pairs;
//! `DERMAWEAVE_BENCH=large` takes 4096 × 4096 instead of 2048 × 2048.
mod common;

use common::{Speedup, compared_sizes, is_trial, keep_short, medians, needled, print_references, runs_of};
use common::{thread_counts, timed};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use dermaweave::Simulation;
use std::time::Duration;

/// Sides of the fields in mm.
const SIDES: [f64; 5] = [0.25, 0.5, 1.0, 4.0, 8.0];
const SPACING: f64 = 10.0;
/// Days between which steps are timed.
const SPAN: (f64, f64) = (2.0, 4.0);

/// A course that is reset to the second day whenever the fourth ends.
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

/// Steps from the second to the fourth day, run as courses are: on one thread, on all, and in copies side by side, in turn.
fn ratio_of_threads(_: &mut Criterion) {
    let &[_, all] = thread_counts().as_slice() else { return };
    println!("\nOne step of an hour, ms (medians of rounds of two days)");
    println!("{:>8} {:>9} {:>9} {all:>9} {:>6} {:>7}", "side, mm", "cells", "1 thread", "ratio", "copies");
    for &millimeters in sides() {
        let begun = Course::new(millimeters, 1).begun;
        let (cells, steps) = (begun.tissue().fibroblasts().len(), 24.0 * (SPAN.1 - begun.clock().days()));
        let rounds = if is_trial() { 1 } else { (50.0 / (millimeters * millimeters)).clamp(3.0, 500.0) as usize };
        let Speedup { on_one, on_all, ratio, of_copies } =
            Speedup::of(all, rounds, |threads| runs_of(Course::new(millimeters, threads).begun));
        let (on_one, on_all) = (on_one / steps, on_all / steps);
        println!("{millimeters:>8} {cells:>9} {on_one:>9.3} {on_all:>9.3} {ratio:>6.2} {of_copies:>7.2}");
    }
    print_references(all);
}

/// Some of the first hours from the second day on, on one thread, of two fields that are treated alike: the smaller one
/// as many times as the larger one has more sites.
fn growth(_: &mut Criterion) {
    let (small, large) = if is_trial() { (64, 128) } else { compared_sizes() };
    let [few, many] = [small, large].map(|sites| Course::new(sites as f64 * SPACING * 1e-3, 1).begun);
    let (times, hours) = ((large / small).pow(2), if is_trial() { 1 } else { 6 });
    let run = |begun: &Simulation| {
        let mut simulation = begun.clone();
        // A copy has yet to make room for what a step needs; courses do that once.
        simulation.step().expect("it runs");
        timed(|| (0..hours).for_each(|_| simulation.step().expect("it runs")))
    };
    let pair = || ((0..times).map(|_| run(&few)).sum::<Duration>(), run(&many));
    let pairs: Vec<_> = (0..if is_trial() { 1 } else { 5 }).map(|_| pair()).collect();
    let (of_few, of_many, ratio) = medians(&pairs);
    println!("\nOne step of an hour on one thread, ns (medians of pairs)");
    println!("{:>16} {small:>8} ² {large:>8} ² {:>7}", "", "ratio");
    let sites = (hours * large * large) as f64 * 1e-6;
    println!("{:>16} {:>10.2} {:>10.2} {ratio:>7.2}", "per site", of_few / sites, of_many / sites);
    let [few, many] = [(&few, times), (&many, 1)].map(|(begun, times)| (hours * times * active(begun)) as f64 * 1e-6);
    let ratio = ratio * few / many;
    println!("{:>16} {:>10.1} {:>10.1} {ratio:>7.2}", "per active cell", of_few / few, of_many / many);
}

/// How many fibroblasts act.
fn active(simulation: &Simulation) -> usize {
    let resting = simulation.parameters().fibroblast.resting_activation;
    simulation.tissue().fibroblasts().iter().filter(|cell| cell.activation >= resting).count()
}

criterion_group!(benches, steps, ratio_of_threads, growth);
criterion_main!(benches);
