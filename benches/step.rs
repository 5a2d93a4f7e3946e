//! What does one step cost? Throughput of the parts that run every step, at several sizes.
//!
//! `cargo bench`. Times depend on the machine; compare figures of one run only.
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use dermaweave::fibroblast::{Draw, Fibroblast, Surroundings, advance};
use dermaweave::parameters::FiberAxis;
use dermaweave::remodeling::{self, Shift, Upkeep};
use dermaweave::simulation::TICK_HOURS;
use dermaweave::tension::{LangerLines, Tension};
use dermaweave::{Device, Field, Grid, Length, Parameters, Protocol, Simulation, Skin, Time, Tissue};

fn grid(sites: f64, spacing: f64) -> Grid {
    let side = Length::micrometers(sites * spacing);
    Grid::new(side, side, Length::micrometers(spacing)).expect("the size is valid")
}

/// Active fibroblasts at resting density: sensing, one turn and one move; and the work of one hour.
fn fibroblasts(criterion: &mut Criterion) {
    let parameters = Parameters::default().fibroblast;
    for millimeters in [2.0, 8.0] {
        let tissue = Tissue::new(grid(millimeters * 100.0, 10.0), &Skin::young()).expect("it fits");
        let mut matrix = tissue.matrix().clone();
        let level = Field::uniform(*tissue.signals().grid(), 2.0);
        let wake = |cell: &Fibroblast| Fibroblast { activation: 0.6, ..*cell };
        let mut cells: Vec<_> = tissue.fibroblasts().iter().map(wake).collect();
        let mut group = criterion.benchmark_group("active fibroblasts");
        group.throughput(Throughput::Elements(cells.len() as u64));
        group.bench_function(BenchmarkId::new("sense, turn, move", cells.len()), |bencher| {
            let surroundings = Surroundings {
                matrix: &matrix,
                tgf_beta: &level,
                pdgf: &level,
                tension: &LangerLines::Even(Tension::default()),
            };
            bencher.iter(|| {
                let draw = |tick: u64, id: u64| Draw { normal: (tick + id % 7) as f64 * 0.1, uniform: 0.5 };
                advance(&mut cells, &surroundings, &parameters, (0, 1, TICK_HOURS), draw);
            });
        });
        group.bench_function(BenchmarkId::new("work", cells.len()), |bencher| {
            let shift = Shift {
                synthesis: 1.0,
                attachment: 1.0,
                fiber_axis: FiberAxis::AlongBody,
                seed: 1,
                tick: 0,
                hours: 1.0,
            };
            bencher.iter(|| remodeling::work(&cells, &mut matrix, &parameters, &shift));
        });
        group.finish();
    }
}

/// Turnover of the whole matrix, one day: eagerly, and put off and then settled everywhere.
fn matrix(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("matrix turnover");
    for sites in [200.0, 800.0] {
        let tissue = Tissue::new(grid(sites, 10.0), &Skin::young()).expect("it fits");
        let mut matrix = tissue.matrix().clone();
        let exposure = Field::uniform(*tissue.signals().grid(), 0.0);
        let (columns, parameters) = (matrix.grid().columns(), Parameters::default().matrix);
        let upkeep = Upkeep { synthesis: 1.0, elastin_loss_rate: 0.0 };
        group.throughput(Throughput::Elements(tissue.grid().sites() as u64));
        group.bench_function(BenchmarkId::new("eager", sites), |bencher| {
            bencher.iter(|| remodeling::turn_over(matrix.sites_mut(), columns, &exposure, &parameters, upkeep, 24.0));
        });
        group.bench_function(BenchmarkId::new("lazy, settled", sites), |bencher| {
            bencher.iter(|| {
                remodeling::turn_over_lazily(&mut matrix, &exposure, &parameters, upkeep, 24.0);
                matrix.settle();
            });
        });
    }
    group.finish();
}

/// A whole needled course of two weeks on 2 × 2 mm, on one thread and on two.
fn course(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("two weeks of 2 × 2 mm");
    group.sample_size(10);
    for threads in [1, 2] {
        let tissue = Tissue::new(grid(200.0, 10.0), &Skin::young()).expect("it fits");
        let protocol = Protocol::once(Device::dermaroller_mf8()).follow_up(Time::days(14.0));
        let simulation = Simulation::builder(tissue).protocol(protocol).threads(threads).build().expect("it is valid");
        group.bench_function(BenchmarkId::new("threads", threads), |bencher| {
            bencher.iter_batched(
                || simulation.clone(),
                |mut simulation| simulation.run().expect("it runs"),
                criterion::BatchSize::PerIteration,
            );
        });
    }
    group.finish();
}

criterion_group!(benches, fibroblasts, matrix, course);
criterion_main!(benches);
