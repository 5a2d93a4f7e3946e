//! What does a step of the signals cost, how far is that from its bare transforms, and what does exactness save?
//!
//! `cargo bench --bench signals`. Times depend on the machine; compare figures of one run only. Beside criterion's
//! figures it prints two ratios: of a step to its one-dimensional transforms, each pair measured in turn, and of
//! an implicit solver that is stepped finely enough for an error of 1 % to the one exact step. A transform is here
//! that of a field's lines with all that it takes to make it of complex ones, as in the step.
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use dermaweave::signals::{DiffusionStep, DiffusionWorkspace};
use dermaweave::{ExactDiffusion, Field, Grid, Length};
use std::hint::black_box;
use std::time::{Duration, Instant};

/// TGF-β: diffusivity in µm²/h and decay rate in 1/h.
const DIFFUSIVITY: f64 = 12_200.0;
const DECAY_RATE: f64 = 0.35;
const SPACING: f64 = 20.0;
const SIDES: [usize; 5] = [256, 512, 1024, 2048, 4096];

fn grid(sites: usize) -> Grid {
    let side = Length::micrometers(sites as f64 * SPACING);
    Grid::new(side, side, Length::micrometers(SPACING)).expect("the size is valid")
}

/// One, and as many as the machine has.
fn thread_counts() -> Vec<usize> {
    let all = std::thread::available_parallelism().map_or(1, usize::from);
    if all > 1 { vec![1, all] } else { vec![1] }
}

fn pool(threads: usize) -> rayon::ThreadPool {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads can be started")
}

/// A signal that is released everywhere, with all that its steps need.
struct Setting {
    solver: ExactDiffusion,
    workspace: DiffusionWorkspace,
    level: Field,
    source: Field,
    released: Field,
}

impl Setting {
    fn new(sites: usize) -> Self {
        let grid = grid(sites);
        let released = Field::from_fn(grid, |x, y| (x * 0.01).sin().abs() + y * 1e-4);
        let (level, source) = (released.clone(), released.clone());
        Self { solver: ExactDiffusion::new(&grid), workspace: DiffusionWorkspace::default(), level, source, released }
    }

    /// Time of one step of an hour, with its source given anew, which is not counted.
    fn step(&mut self) -> Duration {
        self.source.values_mut().copy_from_slice(self.released.values());
        let begun = Instant::now();
        let step = DiffusionStep { diffusivity: DIFFUSIVITY, decay_rate: DECAY_RATE, hours: 1.0 };
        self.solver.advance_within(&mut self.level, &mut self.source, step, &mut self.workspace);
        begun.elapsed()
    }

    /// Time of the transforms of that step alone.
    fn transforms(&mut self) -> Duration {
        for field in [&mut self.level, &mut self.source] {
            field.values_mut().copy_from_slice(self.released.values());
        }
        let begun = Instant::now();
        self.solver.transform_only(&mut self.level, &mut self.source, &mut self.workspace);
        begun.elapsed()
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Whether criterion only tries whether everything runs.
fn is_trial() -> bool {
    std::env::args().any(|argument| argument == "--test")
}

/// One exact step of one signal with a source.
fn steps(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("signal step");
    group.sample_size(10).warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_millis(1500));
    for sites in SIDES {
        group.throughput(Throughput::Elements((sites * sites) as u64));
        for threads in thread_counts() {
            let (mut setting, pool) = (Setting::new(sites), pool(threads));
            group.bench_function(BenchmarkId::new(format!("{sites} × {sites}"), threads), |bencher| {
                bencher.iter_custom(|count| pool.install(|| (0..count).map(|_| setting.step()).sum()));
            });
        }
    }
    group.finish();
}

/// How much a step costs beyond its transforms.
fn ratio_to_transforms(_: &mut Criterion) {
    println!("\nOne step and its bare one-dimensional transforms (medians of pairs)");
    println!("{:>12} {:>8} {:>10} {:>14} {:>6}", "sites", "threads", "step, ms", "transforms, ms", "ratio");
    for sites in SIDES {
        for threads in thread_counts() {
            let mut setting = Setting::new(sites);
            let pairs = if is_trial() { 1 } else { ((1 << 24) / (sites * sites)).clamp(5, 101) };
            pool(threads).install(|| {
                setting.step();
                let pairs: Vec<_> = (0..pairs)
                    .map(|_| (setting.step().as_secs_f64() * 1e3, setting.transforms().as_secs_f64() * 1e3))
                    .collect();
                let step = median(pairs.iter().map(|pair| pair.0).collect());
                let transforms = median(pairs.iter().map(|pair| pair.1).collect());
                let ratio = median(pairs.iter().map(|pair| pair.0 / pair.1).collect());
                println!("{sites:>5} × {sites:<4} {threads:>8} {step:>10.3} {transforms:>14.3} {ratio:>6.2}");
            });
        }
    }
}

/// Implicit steps split by lines (locally one-dimensional): decay, then backward Euler along x, then along y.
/// The factors of the tridiagonal elimination are those of every line and made once.
struct LineSplit {
    sites: usize,
    left: f64,
    hours: f64,
    /// Weight of a neighbor, D Δt/h².
    weight: f64,
    /// Reciprocal pivots of the elimination.
    pivots: Vec<f64>,
}

impl LineSplit {
    fn new(sites: usize, hours: f64) -> Self {
        let weight = DIFFUSIVITY * hours / (SPACING * SPACING);
        let neighbors = |index: usize| if index == 0 || index + 1 == sites { 1.0 } else { 2.0 };
        let mut pivots = vec![1.0 / (1.0 + weight)];
        for index in 1..sites {
            let before = pivots[index - 1];
            pivots.push(1.0 / (1.0 + weight * neighbors(index) - weight * weight * before));
        }
        Self { sites, left: (-DECAY_RATE * hours).exp(), hours, weight, pivots }
    }

    fn step(&self, level: &mut [f64], source: &[f64]) {
        for (level, source) in level.iter_mut().zip(source) {
            *level = *level * self.left + source * self.hours;
        }
        // Four rows at a time, whose recurrences do not wait for one another.
        for rows in level.chunks_exact_mut(4 * self.sites) {
            self.solve_rows(rows);
        }
        self.solve_columns(level);
    }

    fn solve_rows(&self, rows: &mut [f64]) {
        let (one, rest) = rows.split_at_mut(self.sites);
        let (two, rest) = rest.split_at_mut(self.sites);
        let (three, four) = rest.split_at_mut(self.sites);
        let mut before = [0.0; 4];
        for index in 0..self.sites {
            let here = [one[index], two[index], three[index], four[index]];
            for row in 0..4 {
                before[row] = (here[row] + self.weight * before[row]) * self.pivots[index];
            }
            [one[index], two[index], three[index], four[index]] = before;
        }
        for index in (0..self.sites - 1).rev() {
            let here = [one[index], two[index], three[index], four[index]];
            for row in 0..4 {
                before[row] = here[row] + self.weight * self.pivots[index] * before[row];
            }
            [one[index], two[index], three[index], four[index]] = before;
        }
    }

    /// All columns at once, row by row.
    fn solve_columns(&self, level: &mut [f64]) {
        let sites = self.sites;
        level[..sites].iter_mut().for_each(|value| *value *= self.pivots[0]);
        for row in 1..sites {
            let (before, here) = level[(row - 1) * sites..(row + 1) * sites].split_at_mut(sites);
            for (here, before) in here.iter_mut().zip(before) {
                *here = (*here + self.weight * *before) * self.pivots[row];
            }
        }
        for row in (0..sites - 1).rev() {
            let (here, after) = level[row * sites..(row + 2) * sites].split_at_mut(sites);
            for (here, after) in here.iter_mut().zip(after) {
                *here += self.weight * self.pivots[row] * *after;
            }
        }
    }

    /// Levels after a day from a level and under a source, in `steps` steps.
    fn after_a_day((level, source): (&Field, &Field), steps: usize) -> Vec<f64> {
        let solver = Self::new(source.grid().columns(), 24.0 / steps as f64);
        let mut level = level.values().to_vec();
        (0..steps).for_each(|_| solver.step(&mut level, source.values()));
        level
    }
}

/// Error of all levels, relative to all: √(Σ (c − c₀)²/Σ c₀²).
fn relative_error(level: &[f64], exact: &Field) -> f64 {
    let differences = level.iter().zip(exact.values()).map(|(level, exact)| (level - exact).powi(2));
    (differences.sum::<f64>() / exact.values().iter().map(|exact| exact * exact).sum::<f64>()).sqrt()
}

/// The fewest steps of a day with which the implicit solver is within 1 %.
fn fewest_steps(start: (&Field, &Field), exact: &Field) -> usize {
    let suffices = |steps: usize| relative_error(&LineSplit::after_a_day(start, steps), exact) <= 0.01;
    let mut enough = 1;
    while !suffices(enough) {
        enough *= 2;
    }
    let mut too_few = enough / 2;
    while enough - too_few > 1 {
        let middle = usize::midpoint(enough, too_few);
        if suffices(middle) { enough = middle } else { too_few = middle }
    }
    enough
}

/// A day in one exact step, with all that it needs.
struct ExactDay {
    solver: ExactDiffusion,
    workspace: DiffusionWorkspace,
    level: Field,
    source: Field,
}

impl ExactDay {
    fn run(&mut self, (level, source): (&Field, &Field)) {
        self.level.values_mut().copy_from_slice(level.values());
        self.source.values_mut().copy_from_slice(source.values());
        let step = DiffusionStep { diffusivity: DIFFUSIVITY, decay_rate: DECAY_RATE, hours: 24.0 };
        self.solver.advance_within(&mut self.level, &mut self.source, step, &mut self.workspace);
    }
}

fn milliseconds(run: impl FnOnce()) -> f64 {
    let begun = Instant::now();
    run();
    begun.elapsed().as_secs_f64() * 1e3
}

/// Time to a day from a point, released at once or steadily: one exact step against an implicit solver within 1 %.
fn exactness(_: &mut Criterion) {
    let grid = grid(256);
    let nothing = Field::uniform(grid, 0.0);
    let mut point = nothing.clone();
    point.values_mut()[grid.site_at(2570.0, 2570.0)] = 1.0;
    let mut exact = ExactDay {
        solver: ExactDiffusion::new(&grid),
        workspace: DiffusionWorkspace::default(),
        level: nothing.clone(),
        source: nothing.clone(),
    };
    println!("\nA day from a point in 256 × 256 sites on one thread, relative L2 error at most 1 %");
    println!("{:>10} {:>28} {:>14} {:>6}", "released", "implicit steps (each, ms)", "1 exact, ms", "ratio");
    let repeats = if is_trial() { 1 } else { 5 };
    for (released, start) in [("at once", (&point, &nothing)), ("steadily", (&nothing, &point))] {
        pool(1).install(|| {
            exact.run(start);
            let steps = if is_trial() { 8 } else { fewest_steps(start, &exact.level) };
            let pairs: Vec<_> = (0..repeats)
                .map(|_| {
                    let implicit = milliseconds(|| drop(black_box(LineSplit::after_a_day(start, steps))));
                    // The first step finds its fields pushed out of the cache; a course does not.
                    exact.run(start);
                    (implicit, milliseconds(|| exact.run(start)))
                })
                .collect();
            let implicit = median(pairs.iter().map(|pair| pair.0).collect());
            let once = median(pairs.iter().map(|pair| pair.1).collect());
            let ratio = median(pairs.iter().map(|pair| pair.0 / pair.1).collect());
            let (hours, each) = (24.0 / steps as f64, implicit / steps as f64);
            println!("{released:>10} {steps:>6} of {hours:.4} h ({each:.3}) {once:>14.3} {ratio:>6.0}");
        });
    }
}

criterion_group!(benches, steps, ratio_to_transforms, exactness);
criterion_main!(benches);
