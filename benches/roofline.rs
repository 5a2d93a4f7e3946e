//! How close are the kernels to what the memory of this machine allows, and how much memory does a course take?
//!
//! Measures the bandwidth of a copy and of a triad (a = b + s c), then times every kernel on one thread and on all.
//! Bytes are counted from the data: each number that must be read and each that must be written, once for every pass
//! that the algorithm needs, and stated beside each kernel ([`Kernel`]). The line that a store first reads is left out, as
//! in STREAM's own count. A share of the triad's bandwidth means the same on any machine; a share far below 1 says that
//! arithmetic or waiting, not bandwidth, limits a kernel. Memory is that of a needled course, counted by the
//! allocator at its peak, with all scratch.
//!
//! `cargo bench --bench roofline -- --help`
#[path = "../examples/common/mod.rs"]
mod common;
#[path = "common/setting.rs"]
mod setting;

use clap::Parser;
use common::say;
use dermaweave::signals::{DiffusionStep, DiffusionWorkspace};
use dermaweave::{Device, ExactDiffusion, Field, Grid, Length, Protocol, Result, Simulation, Skin, Time, Tissue};
use peak_alloc::PeakAlloc;
use rayon::prelude::*;
use serde::Serialize;
use serde_json::json;
use setting::{CELLS_PER_MM2, Cells, Fibers, median, pool, timed};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

/// Counts the bytes in use by all threads, now and at most. Of the crates that do, it is the smallest (one file, two
/// counters) and needs no `unsafe` here. A block that grows counts twice while it is copied, as it may in truth.
#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// Sets each kernel beside the memory bandwidth of this machine.
#[derive(Parser, Debug)]
struct Options {
    /// A few seconds: smaller fields, fewer repetitions
    #[arg(long)]
    quick: bool,
    /// Most threads to use [default: all]
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..))]
    threads: Option<u16>,
    /// Also write all figures to this JSON file
    #[arg(long)]
    json: Option<PathBuf>,
    /// No table
    #[arg(long)]
    quiet: bool,
    /// Given by `cargo bench`
    #[arg(long, hide = true)]
    bench: bool,
}

/// What must be moved and how long that takes.
#[derive(Clone, Debug, Serialize)]
struct Kernel {
    name: &'static str,
    /// A site, a site of the signals, or a cell.
    per: &'static str,
    threads: usize,
    count: usize,
    /// Bytes to be read and written for each.
    bytes: f64,
    /// Median time of all.
    ms: f64,
    ns_per_one: f64,
    gb_per_s: f64,
    /// Bandwidth relative to that of the triad on as many threads.
    share_of_triad: f64,
}

/// Bandwidth in GB/s.
#[derive(Clone, Copy, Debug, Serialize)]
struct Bandwidth {
    threads: usize,
    copy: f64,
    triad: f64,
}

/// Peak bytes of a course, with how it was found.
#[derive(Clone, Copy, Debug, Serialize)]
struct Memory {
    threads: usize,
    sites: usize,
    /// Most cells at one time, and peak bytes, in sparse and in dense skin.
    cells: [usize; 2],
    peak_bytes: [usize; 2],
    bytes_per_site: f64,
    bytes_per_cell: f64,
}

/// A number, and a site of the matrix: two pools of five moments, fibrin, elastin, original collagen.
const NUMBER: f64 = 8.0;
const SITE: f64 = 13.0 * NUMBER;
/// A fibroblast: identity, place, heading, activation, contraction.
const CELL: f64 = 6.0 * NUMBER;
/// Sites that a cell senses, 5 along its body and 3 across, and those under its body of 60 µm × 10 µm.
const FELT: f64 = 15.0;
const UNDER_BODY: f64 = 6.0;
/// Sides of sites in µm.
const SPACING: f64 = 10.0;

fn main() -> ExitCode {
    let options = Options::parse();
    common::report_errors(|| run(&options))
}

fn run(options: &Options) -> Result<()> {
    common::prove_writable(options.json.as_deref(), options.quiet)?;
    let all = options.threads.map_or_else(common::all_cores, usize::from);
    let counts = if all > 1 { vec![1, all] } else { vec![1] };
    let memory = memory(all, options.quick)?;
    let numbers = stream_length(options.quick);
    let (mut bandwidths, mut kernels) = (Vec::new(), Vec::new());
    for threads in counts {
        let pool = pool(threads);
        let bandwidth = pool.install(|| bandwidth(numbers, if options.quick { 3 } else { 7 }));
        let measured = pool.install(|| measure(bandwidth.triad, options.quick));
        bandwidths.push(bandwidth);
        kernels.extend(measured);
    }
    if let Some(path) = &options.json {
        let document = json!({
            "version": env!("CARGO_PKG_VERSION"),
            "example": "roofline",
            "mib_per_array": (numbers * 8) >> 20,
            "last_level_cache_mib": last_level_cache() >> 20,
            "bandwidth_gb_per_s": bandwidths,
            "kernels": kernels,
            "signal_step_to_bare_transforms": steps_to_transforms(&kernels),
            "memory": memory,
        });
        dermaweave::report::write_json(path, &document)?;
    }
    if !options.quiet {
        print_bandwidths(&bandwidths, numbers)?;
        print_kernels(&kernels)?;
        print_memory(&memory)?;
    }
    Ok(())
}

/// Bytes of the last level of cache, as far as the system tells.
fn last_level_cache() -> usize {
    let stated = |index: usize| {
        let path = format!("/sys/devices/system/cpu/cpu0/cache/index{index}/size");
        std::fs::read_to_string(path).ok()?.trim().strip_suffix('K')?.parse::<usize>().ok()
    };
    (0..5).filter_map(stated).max().map_or(32 << 20, |kibibytes| kibibytes << 10)
}

/// Numbers in each of three arrays: four times the last level of cache, within 1 GiB each; less if it has to be quick.
fn stream_length(quick: bool) -> usize {
    let bytes = (4 * last_level_cache()).clamp(128 << 20, 1 << 30);
    (if quick { bytes / 8 } else { bytes }) / 8
}

/// Best of several copies and triads, as in STREAM.
fn bandwidth(numbers: usize, times: usize) -> Bandwidth {
    /// Numbers that a thread handles at a time.
    const BLOCK: usize = 1 << 16;
    let filled = |value: f64| {
        // By the threads that use them later.
        let mut array = vec![0.0; numbers];
        array.par_chunks_mut(BLOCK).for_each(|block| block.fill(value));
        array
    };
    let (mut first, second, third) = (filled(0.0), filled(1.0), filled(2.0));
    let mut best = |kernel: fn(&mut [f64], &[f64], &[f64])| {
        let once = || {
            let blocks = first.par_chunks_mut(BLOCK).zip(second.par_chunks(BLOCK)).zip(third.par_chunks(BLOCK));
            blocks.for_each(|((first, second), third)| kernel(first, second, third));
        };
        let mut once = once;
        (0..times).map(|_| timed(&mut once)).min().unwrap_or_default().as_secs_f64()
    };
    let copy = best(|first, second, _| first.copy_from_slice(second));
    let triad = best(|first, second, third| {
        first.iter_mut().zip(second).zip(third).for_each(|((first, second), third)| *first = second + 3.0 * third);
    });
    let gigabytes = numbers as f64 * NUMBER * 1e-9;
    Bandwidth { threads: rayon::current_num_threads(), copy: 2.0 * gigabytes / copy, triad: 3.0 * gigabytes / triad }
}

/// Times all kernels on the present threads.
fn measure(triad: f64, quick: bool) -> Vec<Kernel> {
    let (side, times) = if quick { (1024, 3) } else { (2048, 7) };
    let kernel = |name, per, count: usize, bytes: f64, step: &mut dyn FnMut() -> Duration| {
        step();
        let seconds = median((0..times).map(|_| step().as_secs_f64()).collect());
        let gb_per_s = count as f64 * bytes / seconds * 1e-9;
        Kernel {
            name,
            per,
            threads: rayon::current_num_threads(),
            count,
            bytes,
            ms: seconds * 1e3,
            ns_per_one: seconds * 1e9 / count as f64,
            gb_per_s,
            share_of_triad: gb_per_s / triad,
        }
    };
    let mut kernels = Vec::new();
    let mut fibers = Fibers::healthy(side, SPACING);
    let sites = side * side;
    // Each site is read and written; the exposure of four sites is read.
    kernels.push(kernel("turnover of the matrix", "site", sites, 2.0 * SITE + NUMBER / 4.0, &mut || {
        timed(|| fibers.turn_over())
    }));
    drop(fibers);
    // Rows of level and source are transformed (2 read, 2 written), columns too and joined (2 read, 1 written), rows of
    // the level transformed back (1 read, 1 written).
    let mut signal = Spreading::new(side);
    kernels.push(kernel("exact signal step", "signal site", sites, 9.0 * NUMBER, &mut || signal.step()));
    kernels.push(kernel("its bare transforms", "signal site", sites, 9.0 * NUMBER, &mut || signal.transforms()));
    drop(signal);
    let mut cells = Cells::active_on(side, SPACING);
    let count = cells.count();
    // The cell is read and written; the sites that it senses and four corners of two signals are read.
    let sensed = 2.0 * CELL + FELT * SITE + 2.0 * 4.0 * NUMBER;
    kernels.push(kernel("cells sense, turn, move", "cell", count, sensed, &mut || cells.advance(2)));
    // The cell is read; the sites under its body are read and written.
    kernels.push(kernel("cells work", "cell", count, CELL + UNDER_BODY * 2.0 * SITE, &mut || cells.work(2)));
    let mut cells = Cells::resting(count * 4, CELLS_PER_MM2, 20.0);
    // The cell is read and written; four corners of two signals are read.
    let read = 2.0 * CELL + 2.0 * 4.0 * NUMBER;
    kernels.push(kernel("resting cells", "cell", count * 4, read, &mut || cells.advance(2)));
    kernels
}

/// TGF-β that is released everywhere.
struct Spreading {
    solver: ExactDiffusion,
    workspace: DiffusionWorkspace,
    level: Field,
    source: Field,
    released: Field,
}

impl Spreading {
    fn new(side: usize) -> Self {
        let grid = setting::grid(side, 20.0);
        let released = Field::from_fn(grid, |x, y| (x * 0.01).sin().abs() + y * 1e-4);
        let (level, source) = (released.clone(), released.clone());
        Self { solver: ExactDiffusion::new(&grid), workspace: DiffusionWorkspace::default(), level, source, released }
    }

    /// One hour.
    fn step(&mut self) -> Duration {
        self.source.values_mut().copy_from_slice(self.released.values());
        let Self { solver, workspace, level, source, .. } = self;
        let step = DiffusionStep { diffusivity: 12_200.0, decay_rate: 0.35, hours: 1.0 };
        timed(|| solver.advance_within(level, source, step, workspace))
    }

    fn transforms(&mut self) -> Duration {
        self.level.values_mut().copy_from_slice(self.released.values());
        self.source.values_mut().copy_from_slice(self.released.values());
        let Self { solver, workspace, level, source, .. } = self;
        timed(|| solver.transform_only(level, source, workspace))
    }
}

/// Bytes per site and per cell from two courses on the same field, one in sparse and one in dense skin: what the dense
/// one needs more belongs to its cells, the rest to the sites (with macrophages, needles and all that is fixed).
fn memory(threads: usize, quick: bool) -> Result<Memory> {
    let (millimeters, days) = if quick { (2.0, 3.0) } else { (3.0, 6.0) };
    let (sparse, dense) =
        (of_course(millimeters, days, 1_500.0, threads)?, of_course(millimeters, days, 12_000.0, threads)?);
    let bytes_per_cell = (dense.1 as f64 - sparse.1 as f64) / (dense.0 as f64 - sparse.0 as f64);
    let sites = (millimeters * 1e3 / SPACING).powi(2);
    Ok(Memory {
        threads,
        sites: sites as usize,
        cells: [sparse.0, dense.0],
        peak_bytes: [sparse.1, dense.1],
        bytes_per_site: (sparse.1 as f64 - bytes_per_cell * sparse.0 as f64) / sites,
        bytes_per_cell,
    })
}

/// Most cells and peak bytes of a course with one session, from bare skin to the end.
fn of_course(millimeters: f64, days: f64, fibroblasts_per_mm3: f64, threads: usize) -> Result<(usize, usize)> {
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let side = Length::millimeters(millimeters);
    let skin = Skin { fibroblasts_per_mm3, ..Skin::young() };
    let tissue = Tissue::new(Grid::new(side, side, Length::micrometers(SPACING))?, &skin)?;
    let protocol = Protocol::once(Device::dermaroller_mf8()).holes_per_cm2(250.0)?.follow_up(Time::days(days));
    let mut simulation = Simulation::builder(tissue).protocol(protocol).threads(threads).build()?;
    let mut cells = 0;
    while !simulation.is_finished() {
        simulation.step()?;
        cells = cells.max(simulation.tissue().fibroblasts().len());
    }
    Ok((cells, MEMORY.peak_usage() - before))
}

/// Time of a whole step of a signal relative to that of its bare transforms, for each number of threads.
fn steps_to_transforms(kernels: &[Kernel]) -> Vec<f64> {
    let times = |name| kernels.iter().filter(move |kernel| kernel.name == name).map(|kernel| kernel.ms);
    times("exact signal step").zip(times("its bare transforms")).map(|(step, bare)| step / bare).collect()
}

fn print_bandwidths(bandwidths: &[Bandwidth], numbers: usize) -> Result<()> {
    let (array, cache) = ((numbers * 8) >> 20, last_level_cache() >> 20);
    say!("bandwidth with arrays of {array} MiB (last level of cache: {cache} MiB)")?;
    say!("{:>7} {:>11} {:>11}", "threads", "copy, GB/s", "triad, GB/s")?;
    for Bandwidth { threads, copy, triad } in bandwidths {
        say!("{threads:>7} {copy:>11.1} {triad:>11.1}")?;
    }
    Ok(())
}

fn print_kernels(kernels: &[Kernel]) -> Result<()> {
    say!(
        "\n{:<24} {:>7} {:>11} {:>8} {:>8} {:>8} {:>7} {:>7} {:>6}",
        "kernel",
        "threads",
        "per",
        "number",
        "bytes",
        "ms",
        "ns",
        "GB/s",
        "share"
    )?;
    for kernel in kernels {
        let Kernel { name, per, threads, count, bytes, ms, ns_per_one, gb_per_s, share_of_triad } = kernel;
        say!(
            "{name:<24} {threads:>7} {per:>11} {count:>8} {bytes:>8.0} {ms:>8.2} {ns_per_one:>7.1} {gb_per_s:>7.1} {share_of_triad:>6.2}"
        )?;
    }
    let ratios: Vec<_> = steps_to_transforms(kernels).iter().map(|ratio| format!("{ratio:.2}")).collect();
    say!("a signal step takes so many times its bare transforms: {}", ratios.join(", "))
}

fn print_memory(memory: &Memory) -> Result<()> {
    let Memory { sites, cells, peak_bytes, bytes_per_site, bytes_per_cell, .. } = memory;
    say!("\nmemory of a needled course at its peak, all scratch included")?;
    for (cells, bytes) in cells.iter().zip(peak_bytes) {
        say!("{sites} sites, {cells} cells: {:.1} MB", *bytes as f64 * 1e-6)?;
    }
    say!("so {bytes_per_site:.0} bytes per site and {bytes_per_cell:.0} per cell")
}
