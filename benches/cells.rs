//! What does a step cost per fibroblast: active cells that sense, turn and move, their work, all of it as courses do it (they
//! sense what they have just worked), and resting cells?
//!
//! `cargo bench --bench cells`. Times depend on the machine; compare figures of one run only. 10³ to 10⁶ cells lie at
//! resting density, so that the field grows with them, on sites of 10 and 20 µm (the largest needs 1 GB); and 10⁵ of them
//! at 1000 and 2500 per mm², as crowded as active cells are in the example `acne_scar`: the median and the most crowded
//! tenth, which it prints. Beside criterion's figures it prints how much more a cell costs in a field that fits into no
//! cache than in one of 512 × 512 sites, as medians of pairs; `DERMAWEAVE_BENCH=large` takes 4096 × 4096 instead of
//! 2048 × 2048.
mod common;

use common::{CELLS_PER_MM2, Cells, compared_sizes, is_trial, keep_short, medians, needled, pool};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use std::time::Duration;

/// Cells, how many of them lie on a mm², and the side of a site in µm.
const SIZES: [(usize, f64, f64); 7] = [
    (1_000, CELLS_PER_MM2, 10.0),
    (10_000, CELLS_PER_MM2, 10.0),
    (100_000, CELLS_PER_MM2, 10.0),
    (100_000, 1_000.0, 10.0),
    (100_000, 2_500.0, 10.0),
    (100_000, CELLS_PER_MM2, 20.0),
    (1_000_000, CELLS_PER_MM2, 20.0),
];

/// Makes a step of so many ticks, and tells how long it took.
type Step = fn(&mut Cells, u64) -> Duration;

/// One kind of step of all cells, on one thread.
fn bench(criterion: &mut Criterion, (name, ticks): (&str, u64), make: fn(usize, f64, f64) -> Cells, step: Step) {
    let (mut group, one) = (criterion.benchmark_group(format!("{name}, ticks: {ticks}")), pool(1));
    keep_short(&mut group);
    for (count, per_mm2, spacing) in SIZES {
        // Made only if it is asked for.
        let mut cells = None;
        group.throughput(Throughput::Elements(count as u64));
        let how = format!("{per_mm2} per mm², sites of {spacing} µm");
        group.bench_function(BenchmarkId::new(how, count), |bencher| {
            let cells = cells.get_or_insert_with(|| make(count, per_mm2, spacing));
            bencher.iter_custom(|times| one.install(|| (0..times).map(|_| step(cells, ticks)).sum()));
        });
    }
    group.finish();
}

fn active(criterion: &mut Criterion) {
    for ticks in [1, 2] {
        bench(criterion, ("sense, turn and move", ticks), Cells::active, Cells::advance);
        bench(criterion, ("work", ticks), Cells::active, Cells::work);
        bench(criterion, ("all of it", ticks), Cells::active, Cells::act);
    }
}

fn resting(criterion: &mut Criterion) {
    bench(criterion, ("resting", 2), Cells::resting, Cells::advance);
}

/// How much more a cell costs in a field that fits into no cache.
fn growth(_: &mut Criterion) {
    let (small_side, large_side) = if is_trial() { (64, 128) } else { compared_sizes() };
    let (mut small, mut large) = (Cells::active_on(small_side, 10.0), Cells::active_on(large_side, 10.0));
    // As many cells in both members of a pair.
    let times = (large_side / small_side).pow(2);
    let per_cell = 1e6 / large.count() as f64;
    println!("\nOne thread, a step of an hour, ns per active cell (medians of pairs)");
    println!("{:>22} {small_side:>8} ² {large_side:>8} ² {:>7}", "", "ratio");
    let steps: [Step; 3] = [Cells::advance, Cells::work, Cells::act];
    for (name, step) in ["sense, turn and move", "work", "all of it"].into_iter().zip(steps) {
        let mut pair = || ((0..times).map(|_| step(&mut small, 2)).sum::<Duration>(), step(&mut large, 2));
        pool(1).install(|| {
            pair();
            let pairs: Vec<_> = (0..if is_trial() { 1 } else { 11 }).map(|_| pair()).collect();
            let (few, many, ratio) = medians(&pairs);
            println!("{name:>22} {:>10.1} {:>10.1} {ratio:>7.2}", few * per_cell, many * per_cell);
        });
    }
}

/// How crowded active cells are in `acne_scar`, twelve days after a session: how many of them lie within 100 µm of each.
fn crowding(_: &mut Criterion) {
    const REACH: f64 = 100.0;
    let (millimeters, days) = if is_trial() { (2.0, 2.0) } else { (4.0, 12.0) };
    let mut course = needled(millimeters, 10.0, days, 1).expect("the course is valid");
    course.run().expect("it runs to its end");
    let resting = course.parameters().fibroblast.resting_activation;
    let cells = course.tissue().fibroblasts();
    let active: Vec<_> = cells.iter().filter(|cell| cell.activation >= resting).map(|cell| (cell.x, cell.y)).collect();
    let near = |&(x, y): &(f64, f64)| active.iter().filter(|other| (other.0 - x).hypot(other.1 - y) < REACH).count();
    let mut per_mm2: Vec<_> =
        active.iter().map(|cell| near(cell) as f64 * 1e6 / (std::f64::consts::PI * REACH * REACH)).collect();
    per_mm2.sort_by(f64::total_cmp);
    let at = |share: f64| per_mm2[(share * (per_mm2.len() - 1) as f64) as usize];
    println!(
        "\nActive cells per mm² within {REACH} µm of each of {} active ones, day {days} of acne_scar",
        active.len()
    );
    println!("tenth {:.0}, median {:.0}, nine tenths {:.0}", at(0.1), at(0.5), at(0.9));
}

criterion_group!(benches, active, resting, growth, crowding);
criterion_main!(benches);
