//! How were the calibrated parameters chosen, and what would another fit give?
//!
//! Fits parameters that are tagged *calibrated* to those published findings that are marked `fit` in the table of
//! `validate`; all others are kept out and only shown. A Latin hypercube over a factor `--width` around the
//! defaults, never outside the accepted ranges, is followed by a pattern search from its best point. Candidates
//! are compared on equal seeds. The objective is the mean squared misfit, in half-widths of the published bands,
//! and a weak pull towards the defaults.
//!
//! Every evaluation is kept in `evaluations.json`: run the same command again to go on after an interruption, or
//! with more `--samples` or `--rounds` to go further.
//!
//! `cargo run --release --example calibrate -- --help`
mod common;

use clap::Parser;
use common::evidence::{Comparison, EXPERIMENTS, Experiment, Role, table};
use common::fit::{self, Fit, Free};
use common::say;
use common::search::{PatternSearch, Point, latin_hypercube};
use dermaweave::Result;
use dermaweave::report::{Chart, ResultFolder, Series, check_writable, encode_charts_png};
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Mutex;

/// First step of the pattern search, as a share of the searched range.
const FIRST_STEP: f64 = 0.15;

/// Fits calibrated parameters to published findings.
#[derive(Parser, Debug)]
struct Options {
    /// Parameters to fit
    #[arg(long, value_delimiter = ',', value_parser = fit::free_name, default_values_t = FREE.map(String::from))]
    free: Vec<String>,
    /// Factor around the defaults that is searched
    #[arg(long, default_value_t = 2.0, value_parser = width)]
    width: f64,
    /// Points of the Latin hypercube, beside the defaults
    #[arg(long, default_value_t = 40, value_parser = clap::value_parser!(u32).range(0..=100_000))]
    samples: u32,
    /// Polls of the pattern search
    #[arg(long, default_value_t = 6, value_parser = clap::value_parser!(u32).range(0..=10_000))]
    rounds: u32,
    /// Replicates of every experiment for every candidate
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u64).range(1..=100))]
    replicates: u64,
    /// Only experiments whose name contains this
    #[arg(long)]
    only: Option<String>,
    /// Only experiments of seconds, few points, one replicate
    #[arg(long)]
    quick: bool,
    /// Seed of the hypercube and of the first replicate
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Candidates at a time; the result does not depend on it [default: all cores]
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=4096))]
    threads: Option<u32>,
    /// Folder for the record of evaluations, the fit and its chart
    #[arg(long, default_value = "output/calibrate")]
    out: PathBuf,
    /// Also write fit and findings to this JSON file
    #[arg(long)]
    json: Option<PathBuf>,
    /// No progress bar, no tables
    #[arg(long)]
    quiet: bool,
}

/// What is fitted by default: what the findings constrain.
const FREE: [&str; 8] = [
    "activation_time",
    "memory_time",
    "deposition_rate",
    "contraction_time",
    "contraction_threshold",
    "removal_rate",
    "tgf_beta_release_rate",
    "closure_speed",
];
/// Seconds that an experiment of the quick version may take.
const QUICK_SECONDS: f64 = 2.0;

fn width(text: &str) -> std::result::Result<f64, String> {
    let width = text.parse::<f64>().map_err(|error| error.to_string())?;
    if (1.01..=100.0).contains(&width) { Ok(width) } else { Err("must be a factor from 1.01 to 100".into()) }
}

fn main() -> ExitCode {
    let options = Options::parse();
    common::report_errors(|| run(&options))
}

fn run(options: &Options) -> Result<()> {
    let fit = prepare(options);
    if fit.experiments.is_empty() {
        let fits = EXPERIMENTS.iter().filter(|experiment| experiment.fits).map(|experiment| experiment.name);
        common::refuse(&format!(
            "no experiment is left to fit to; there are {} (with --quick those of up to {QUICK_SECONDS} s)",
            fits.collect::<Vec<_>>().join(", ")
        ));
    }
    // What cannot be taken up is told before earlier results are removed, and read again once no other run writes it.
    fit.take_up()?;
    let folder = common::begin(&options.out, options.json.as_deref(), options.quiet)?;
    check_writable(&fit.file)?;
    let taken_up = fit.take_up()?;
    if !options.quiet {
        let (fitted, held_out) = fit::halves();
        let names: Vec<_> = fit.experiments.iter().map(|experiment| experiment.name).collect();
        say!("experiments: {}", names.join(", "))?;
        say!("of all findings {fitted} are meant for fitting and {held_out} are kept out of every fit")?;
        say!("{taken_up} evaluations are taken over from {}\n", fit.file.display())?;
    }
    let (best, course) = search(options, &fit)?;
    write_results(options, folder, &fit, &best, &course)
}

fn prepare(options: &Options) -> Fit<'static> {
    let asked_for = |experiment: &&'static Experiment| {
        let named = options.only.as_ref().is_none_or(|part| experiment.name.contains(part.as_str()));
        named && experiment.fits && !(options.quick && experiment.seconds > QUICK_SECONDS)
    };
    Fit {
        free: Free::of(&once(&options.free), options.width),
        experiments: EXPERIMENTS.iter().filter(asked_for).collect(),
        replicates: if options.quick { 1 } else { options.replicates },
        seed: options.seed,
        threads: options.threads.map_or_else(common::all_cores, |threads| threads as usize),
        file: options.out.join("evaluations.json"),
        record: Mutex::default(),
    }
}

/// Every name once.
fn once(names: &[String]) -> Vec<String> {
    let first = |(index, name): &(usize, &String)| !names[..*index].contains(*name);
    names.iter().enumerate().filter(first).map(|(_, name)| name.clone()).collect()
}

/// The best point, and the best objective after every batch of evaluations.
fn search(options: &Options, fit: &Fit) -> Result<(Point, Vec<(f64, f64)>)> {
    let (samples, rounds) = if options.quick { (8, 2) } else { (options.samples as usize, options.rounds as usize) };
    let polls = rounds * (2 * fit.free.len() + 1);
    let bar = common::bar((samples + 1 + polls) as u64, "[{bar:40}] {pos}/{len} candidates, {eta} left", options.quiet);
    let mut points = vec![fit.free.iter().map(Free::default_place).collect::<Point>()];
    points.extend(latin_hypercube(fit.free.len(), samples, options.seed));
    let values = fit.evaluate(&points, || bar.inc(1))?;
    let lowest = (0..values.len()).min_by(|first, second| values[*first].total_cmp(&values[*second])).unwrap_or(0);
    let mut course: Vec<_> = (1..).map(f64::from).zip(values.iter().copied()).collect();
    let mut pattern = PatternSearch::new(points[lowest].clone(), values[lowest], FIRST_STEP);
    for _ in 0..rounds {
        let poll = pattern.poll();
        let values = fit.evaluate(&poll, || bar.inc(1))?;
        let evaluated = course.len() as u32;
        course.extend((evaluated + 1..).map(f64::from).zip(values.iter().copied()));
        pattern.take(&poll, &values);
    }
    bar.finish_and_clear();
    Ok((pattern.best, course))
}

fn write_results(
    options: &Options,
    folder: ResultFolder,
    fit: &Fit,
    best: &Point,
    course: &[(f64, f64)],
) -> Result<()> {
    let (start, fitted) = (fit.free.iter().map(Free::default_place).collect::<Point>(), fit.values(best));
    let before = fit.compare(&fit.values(&start), fit.threads)?;
    let after = fit.compare(&fitted, fit.threads)?;
    let toml = format!("# Run {}.\n{}", folder.run(), fit::to_toml(&fitted));
    let findings = table::markdown(&after, "With the fitted parameters.") + &common::run_line(&folder);
    folder.write_file("calibrated.toml", toml.as_bytes())?;
    folder.write_file("findings.md", findings.as_bytes())?;
    folder.write_png("course.png", encode_charts_png(&[chart(course)], "Fit to published findings"))?;
    if let Some(path) = &options.json {
        let objective = course.iter().map(|(_, value)| *value).fold(f64::INFINITY, f64::min);
        let document = json!({"version": env!("CARGO_PKG_VERSION"), "seed": options.seed, "replicates": fit.replicates,
            "evaluations": course.len(), "objective": {"default": course[0].1, "fitted": objective},
            "fitted": fitted, "findings": after});
        folder.write_json_elsewhere(path, &document)?;
    }
    folder.finish()?;
    if !options.quiet {
        print_parameters(fit, best)?;
        print_findings(&before, &after)?;
        let toml = options.out.join("calibrated.toml");
        say!("\nto judge the fit: cargo run --release --example validate -- --parameters {}", toml.display())?;
    }
    Ok(())
}

fn chart(course: &[(f64, f64)]) -> Chart {
    let series = |name: &str, points: Vec<(f64, f64)>, color_index, dashed| Series {
        name: name.into(),
        points,
        intervals: Vec::new(),
        color_index,
        dashed,
    };
    let mut best = f64::INFINITY;
    let running = course.iter().map(|(at, value)| {
        best = best.min(*value);
        (*at, best)
    });
    Chart {
        title: "misfit".into(),
        x_label: "candidate".into(),
        y_label: "mean square, half-widths of the bands".into(),
        series: vec![series("best so far", running.collect(), 0, false), series("each", course.to_vec(), 1, true)],
        markers: Vec::new(),
    }
}

fn print_parameters(fit: &Fit, best: &Point) -> Result<()> {
    say!("{:<24} {:<14} {:>10} {:>10}  accepted", "parameter", "unit", "default", "fitted")?;
    for (free, place) in fit.free.iter().zip(best) {
        let (row, value) = (&free.row, free.value(*place));
        say!(
            "{:<24} {:<14} {:>10.4} {value:>10.4}  {} to {}",
            row.name,
            row.unit,
            row.value,
            row.minimum,
            row.maximum
        )?;
    }
    Ok(())
}

fn print_findings(before: &[Comparison], after: &[Comparison]) -> Result<()> {
    say!("\n{:<66} {:<16} {:>9} {:>9}  used", "finding", "published", "default", "fitted")?;
    for (before, after) in before.iter().zip(after) {
        let mean = |comparison: &Comparison| comparison.summary.map_or(f64::NAN, |summary| summary.mean);
        let used = if after.target.role == Role::Calibration { "fit" } else { after.target.role.name() };
        let band = after.target.band.to_string();
        say!("{:<66} {band:<16} {:>9.3} {:>9.3}  {used}", after.target.quantity, mean(before), mean(after))?;
    }
    Ok(())
}
