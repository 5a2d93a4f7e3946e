//! What do changes of the matrix cost per site: the work of cells (deposit, realign, degrade) and turnover everywhere?
//!
//! `cargo bench --bench matrix`. Times depend on the machine; compare figures of one run only. Work is that of all
//! cells of resting skin, active, in one hour, given per site of the field. Beside criterion's figures it prints how much
//! more the turnover of a site costs in a field that fits into no cache than in one of 512 × 512 sites, as the median of
//! pairs; `DERMAWEAVE_BENCH=large` takes 4096 × 4096 instead of 2048 × 2048.
mod common;

use common::{Cells, Fibers, compared_sizes, is_trial, keep_short, medians, pool, thread_counts, timed};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

const SIDES: [usize; 4] = [128, 256, 512, 1024];
const SPACING: f64 = 10.0;

fn work(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("deposit and realign");
    keep_short(&mut group);
    for side in SIDES {
        for threads in thread_counts() {
            let (mut cells, pool) = (Cells::active_on(side, SPACING), pool(threads));
            group.throughput(Throughput::Elements(cells.matrix.sites().len() as u64));
            group.bench_function(BenchmarkId::new(format!("{side} × {side}"), threads), |bencher| {
                bencher.iter_custom(|times| pool.install(|| (0..times).map(|_| cells.work(2)).sum()));
            });
        }
    }
    group.finish();
}

fn turnover(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("turnover");
    keep_short(&mut group);
    for side in SIDES {
        for threads in thread_counts() {
            let (mut fibers, pool) = (Fibers::healthy(side, SPACING), pool(threads));
            group.throughput(Throughput::Elements((side * side) as u64));
            group.bench_function(BenchmarkId::new(format!("{side} × {side}"), threads), |bencher| {
                pool.install(|| bencher.iter(|| fibers.turn_over()));
            });
        }
    }
    group.finish();
}

/// How much more a site costs in a field that fits into no cache.
fn growth(_: &mut Criterion) {
    let (small_side, large_side) = if is_trial() { (64, 128) } else { compared_sizes() };
    let (mut small, mut large) = (Fibers::healthy(small_side, SPACING), Fibers::healthy(large_side, SPACING));
    // As many sites in both members of a pair.
    let times = (large_side / small_side).pow(2);
    println!("\nTurnover of every site by a day, ns per site (medians of pairs)");
    println!("{:>8} {small_side:>8} ² {large_side:>8} ² {:>7}", "threads", "ratio");
    for threads in thread_counts() {
        pool(threads).install(|| {
            let mut pair = || {
                (
                    timed(|| {
                        for _ in 0..times {
                            small.turn_over();
                        }
                    }),
                    timed(|| large.turn_over()),
                )
            };
            pair();
            let pairs: Vec<_> = (0..if is_trial() { 1 } else { 11 }).map(|_| pair()).collect();
            let ((few, many, ratio), per_site) = (medians(&pairs), 1e6 / (large_side * large_side) as f64);
            println!("{threads:>8} {:>10.2} {:>10.2} {ratio:>7.2}", few * per_site, many * per_site);
        });
    }
}

criterion_group!(benches, work, turnover, growth);
criterion_main!(benches);
