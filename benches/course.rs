//! What does a whole course of treatment cost, and what does a second thread save?
//!
//! `cargo bench --bench course`. Times depend on the machine; compare figures of one run only. The course is that of the
//! example `acne_scar`, shortened: a boxcar scar is rolled once and followed for 14 days, with the samples of that
//! time. Sites are of 10 µm, in the largest field also of 20 µm. Beside criterion's figures it prints the ratio of the times
//! on one thread and on all, and what as many courses side by side gain, as medians of rounds, also for the whole example
//! with its control; the share of the signals in the example, what twelve quiet months add to it, and what untreated skin
//! around a disc adds to the course of the disc.
mod common;

use common::{Speedup, acne_scar, is_trial, median, medians, needled, needled_disc, print_references, runs_of};
use common::{pool, thread_counts, timed};
use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use dermaweave::{Signal, Simulation, Tissue};
use std::sync::Arc;
use std::time::Duration;

/// Sides of the fields in mm, of their sites in µm, and rounds that are timed.
const SIZES: [(f64, f64, usize); 4] = [(2.0, 10.0, 5), (4.0, 10.0, 3), (8.0, 10.0, 3), (8.0, 20.0, 3)];
const DAYS: f64 = 14.0;

/// Fields, days and rounds; a trial is short.
fn courses() -> (&'static [(f64, f64, usize)], f64) {
    if is_trial() { (&[(2.0, 20.0, 1)], 1.0) } else { (&SIZES, DAYS) }
}

/// The smallest course, whose spread criterion can tell within seconds.
fn smallest(criterion: &mut Criterion) {
    let (sizes, days) = courses();
    let (millimeters, spacing, _) = sizes[0];
    let mut group = criterion.benchmark_group(format!("{days} days of {millimeters} mm"));
    group.sample_size(10).warm_up_time(Duration::from_millis(100)).measurement_time(Duration::from_secs(2));
    group.throughput(Throughput::Elements((millimeters * 1e3 / spacing).powi(2) as u64));
    for threads in thread_counts() {
        let simulation = needled(millimeters, spacing, days, threads).expect("it is valid");
        group.bench_function(BenchmarkId::new("threads", threads), |bencher| {
            let run = |mut simulation: dermaweave::Simulation| simulation.run().expect("it runs");
            bencher.iter_batched(|| simulation.clone(), run, BatchSize::PerIteration);
        });
    }
    group.finish();
}

/// Serial and parallel courses of all sizes, and copies side by side, in turn.
fn ratio_of_threads(_: &mut Criterion) {
    let &[_, all] = thread_counts().as_slice() else { return };
    let (sizes, days) = courses();
    println!("\nOne session and {days} days, then the example acne_scar with its control, s (medians of rounds)");
    println!("{:>8} {:>9} {:>9} {all:>9} {:>6} {:>7}", "side, mm", "site, µm", "1 thread", "ratio", "copies");
    for &(millimeters, spacing, rounds) in sizes {
        let courses = |threads| runs_of(needled(millimeters, spacing, days, threads).expect("it is valid"));
        print_speedup(&format!("{millimeters:>8} {spacing:>9}"), Speedup::of(all, rounds, courses));
    }
    let (millimeters, days, rounds) = if is_trial() { (1.0, 1.0, 1) } else { (4.0, 266.0, 3) };
    let whole = |threads| {
        let (arms, pool) = (acne_scar(millimeters, days).expect("it is valid"), Arc::new(pool(threads)));
        move || {
            let (mut arms, pool) = (arms.clone(), Arc::clone(&pool));
            move || pool.install(|| run_until(&mut arms, days))
        }
    };
    print_speedup("acne_scar, control", Speedup::of(all, rounds, whole));
    print_references(all);
}

fn print_speedup(what: &str, Speedup { on_one, on_all, ratio, of_copies }: Speedup) {
    println!("{what} {:>9.3} {:>9.3} {ratio:>6.2} {of_copies:>7.2}", on_one / 1e3, on_all / 1e3);
}

/// Share of the signals in the example `acne_scar` and its control on one thread. A second course is told them before every
/// step instead of solving them, and does all the rest: what it takes less is what they cost, with sources and caches as
/// courses have them.
fn share_of_signals(_: &mut Criterion) {
    let (millimeters, days) = if is_trial() { (1.0, 1.0) } else { (4.0, 266.0) };
    let [mut of_solving, mut of_told] = [Duration::ZERO; 2];
    pool(1).install(|| {
        for mut solving in acne_scar(millimeters, days).expect("it is valid") {
            let (mut told, mut in_turn) = (solving.clone(), (0..2).cycle());
            while !solving.is_finished() {
                tell_signals(&mut told, solving.tissue());
                let mut both = [(&mut solving, &mut of_solving), (&mut told, &mut of_told)];
                // The first one leaves the caches to the other.
                both.rotate_left(in_turn.next().unwrap_or(0));
                for (course, time) in both {
                    *time += timed(|| course.step().expect("it runs"));
                }
            }
            assert_eq!(solving.clock(), told.clock(), "both take the same steps");
        }
    });
    let share = 1.0 - of_told.as_secs_f64() / of_solving.as_secs_f64();
    println!("\nsignals take {:.1} % of acne_scar on {millimeters} mm for {days} days on one thread", 100.0 * share);
}

/// Holds the signals of a course at the levels of a tissue.
fn tell_signals(course: &mut Simulation, tissue: &Tissue) {
    for signal in Signal::ALL {
        let mut level = tissue.signals()[signal].clone();
        // Of round-off, which is not told.
        level.values_mut().iter_mut().for_each(|level| *level = level.max(0.0));
        course.tissue_mut().signals_mut().hold(signal, level).expect("levels are those of a course");
    }
}

/// What a year in which nothing acts adds to the course of the example and its control, side by side. It is timed alone,
/// from copies of both: two runs of the course differ by more than what is asked for. The course is timed before and after
/// it, so that a machine that others use more and more, or less and less, does not decide.
fn quiet_year(_: &mut Criterion) {
    let (millimeters, days, more) = if is_trial() { (1.0, 28.0, 2.0) } else { (4.0, 280.0, 365.0) };
    println!("\nThe example acne_scar on {millimeters} mm and its control for {days} days, and {more} quiet days more");
    println!("{:>8} {:>9} {:>9} {:>8}", "threads", "course, s", "more, s", "share, %");
    for threads in thread_counts() {
        let start = acne_scar(millimeters, days + more).expect("it is valid");
        let mut arms = start.clone();
        let before = side_by_side(threads, &mut arms, days);
        let years = (0..if is_trial() { 1 } else { 7 }).map(|_| side_by_side(threads, &mut arms.clone(), days + more));
        let year = median(years.map(|year| year.as_secs_f64()).collect());
        let course = 0.5 * (before + side_by_side(threads, &mut start.clone(), days)).as_secs_f64();
        println!("{threads:>8} {course:>9.2} {year:>9.3} {:>8.1}", 100.0 * year / course);
    }
}

/// The time in which both arms reach a day.
fn side_by_side(threads: usize, arms: &mut [Simulation; 2], until: f64) -> Duration {
    pool(threads).install(|| timed(|| run_until(arms, until)))
}

/// Lets both arms reach a day, side by side.
fn run_until([first, second]: &mut [Simulation; 2], until: f64) {
    let run = |arm: &mut Simulation| {
        while arm.clock().days() < until {
            arm.step().expect("it runs");
        }
    };
    rayon::join(|| run(first), || run(second));
}

/// What the skin around a treated disc adds to the cost of its course.
fn surroundings(_: &mut Criterion) {
    let (sides, days) = if is_trial() { (&[2.0, 4.0][..], 1.0) } else { (&[4.0, 8.0, 16.0][..], 7.0) };
    println!(
        "\nA disc of 1 mm and {days} days on one thread, sites of 20 µm: time and area of the field (medians of pairs)"
    );
    println!("{:>8} {:>9} {:>6} {:>6}", "side, mm", "s", "ratio", "area");
    let run = |side: f64| {
        let mut simulation = needled_disc(side, days).expect("it is valid");
        timed(|| simulation.run().expect("it runs"))
    };
    for &side in sides {
        let pairs: Vec<_> = (0..if is_trial() { 1 } else { 3 }).map(|_| (run(sides[0]), run(side))).collect();
        let (_, milliseconds, ratio) = medians(&pairs);
        println!("{side:>8} {:>9.3} {ratio:>6.2} {:>6.2}", milliseconds / 1e3, (side / sides[0]).powi(2));
    }
}

criterion_group!(benches, smallest, ratio_of_threads, share_of_signals, quiet_year, surroundings);
criterion_main!(benches);
