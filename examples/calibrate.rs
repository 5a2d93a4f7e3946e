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
use common::say;
use dermaweave::parameters::ParameterRow;
use dermaweave::report::{Chart, Page, PagePart, ResultFolder, Series, check_writable, encode_charts_png};
use dermaweave::study::calibration::{Fit, Fitted, Free, Record, Search, to_toml};
use dermaweave::study::evidence::{
    EXPERIMENTS, Experiment, Finding, Role, TARGETS, Validation, deviations, findings_csv, markdown,
};
use dermaweave::{Error, Result};
use serde_json::json;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Fits calibrated parameters to published findings.
#[derive(Parser, Debug)]
struct Options {
    /// Parameters to fit
    #[arg(long, value_delimiter = ',', value_parser = free_name, default_values_t = FREE.map(String::from))]
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
    let experiments = experiments(options);
    let file = options.out.join("evaluations.json");
    // What cannot be taken up is told before earlier results are removed, and read again once no other run writes it.
    open(&file)?;
    let folder = common::begin(&options.out, options.json.as_deref(), options.quiet)?;
    check_writable(&file)?;
    let fit = fit(options, experiments, open(&file)?)?;
    if !options.quiet {
        print_plan(&fit, &file)?;
    }
    let fitted = search(options, &fit)?;
    write_results(options, folder, &fit, &fitted)
}

/// A name that can be fitted, or which ones can.
fn free_name(text: &str) -> std::result::Result<String, String> {
    let names: Vec<_> = Free::candidates().iter().map(|row| row.name).collect();
    if names.contains(&text) {
        return Ok(text.into());
    }
    Err(format!("not a calibrated parameter; there are {}", names.join(", ")))
}

/// The record of earlier evaluations.
fn open(file: &Path) -> Result<Record> {
    Record::open(file).map_err(|error| match error {
        Error::File { path, source } if source.kind() == io::ErrorKind::InvalidData => {
            Error::File { path, source: io::Error::other(format!("{source} or give another --out")) }
        }
        other => other,
    })
}

/// The experiments that were asked for.
fn experiments(options: &Options) -> Vec<Experiment> {
    let mut experiments = Validation::named(options.only.as_deref().unwrap_or_default());
    experiments.retain(|experiment| experiment.fits && !(options.quick && experiment.seconds > QUICK_SECONDS));
    if experiments.is_empty() {
        let fits = EXPERIMENTS.iter().filter(|experiment| experiment.fits).map(|experiment| experiment.name);
        common::refuse(&format!(
            "no experiment is left to fit to; there are {} (with --quick those of up to {QUICK_SECONDS} s)",
            fits.collect::<Vec<_>>().join(", ")
        ));
    }
    experiments
}

fn fit(options: &Options, experiments: Vec<Experiment>, record: Record) -> Result<Fit> {
    let candidates = Free::candidates();
    let row = |name: &String| candidates.iter().find(|row| row.name == name).cloned();
    let rows = once(&options.free).into_iter().filter_map(row);
    let free = rows.map(|row| Free::new(row, options.width)).collect::<Result<_>>()?;
    let replicates = if options.quick { 1 } else { options.replicates };
    let threads = options.threads.map(|threads| threads as usize);
    Ok(Fit { free, experiments, replicates, seed: options.seed, threads, record })
}

/// Every name once.
fn once(names: &[String]) -> Vec<&String> {
    let first = |(index, name): &(usize, &String)| !names[..*index].contains(*name);
    names.iter().enumerate().filter(first).map(|(_, name)| name).collect()
}

fn search(options: &Options, fit: &Fit) -> Result<Fitted> {
    let (samples, rounds) = if options.quick { (8, 2) } else { (options.samples as usize, options.rounds as usize) };
    let search = Search { samples, rounds, ..Search::default() };
    let most = search.most_candidates(fit.free.len()) as u64;
    let bar = common::bar(most, "[{bar:40}] {pos}/{len} candidates, {eta} left", options.quiet);
    let fitted = fit.search(&search, || bar.inc(1))?;
    bar.finish_and_clear();
    Ok(fitted)
}

fn write_results(options: &Options, folder: ResultFolder, fit: &Fit, fitted: &Fitted) -> Result<()> {
    let (before, after) = (fit.findings(&fit.defaults())?, fit.findings(&fitted.values)?);
    let toml = format!("# Run {}.\n{}", folder.run(), to_toml(&fitted.values));
    let findings = markdown(&after, "With the fitted parameters.") + &common::run_line(&folder);
    folder.write_file("calibrated.toml", toml.as_bytes())?;
    folder.write_file("findings.md", findings.as_bytes())?;
    let charts = [chart(&fitted.objectives)];
    folder.write_png("course.png", encode_charts_png(&charts, "Fit to published findings"))?;
    folder.write_file("rows.csv", &findings_csv(&after)?)?;
    folder.write_file("report.html", page(fit, fitted, &charts, &after).run(folder.run()).html().as_bytes())?;
    if let Some(path) = &options.json {
        let objective = json!({"default": fitted.objectives[0], "fitted": fitted.objective});
        let document = json!({"version": env!("CARGO_PKG_VERSION"), "seed": options.seed, "replicates": fit.replicates,
            "evaluations": fitted.objectives.len(), "objective": objective,
            "fitted": fitted.values, "findings": after});
        folder.write_json_elsewhere(path, &document)?;
    }
    folder.finish()?;
    if !options.quiet {
        print_parameters(fit, fitted)?;
        print_findings(&before, &after)?;
        let toml = options.out.join("calibrated.toml");
        say!("\nto judge the fit: cargo run --release --example validate -- --parameters {}", toml.display())?;
    }
    Ok(())
}

fn page(fit: &Fit, fitted: &Fitted, charts: &[Chart], findings: &[Finding]) -> Page {
    let row = |row: &ParameterRow| {
        let [default, value] = [row.value, fitted.values[row.name]].map(|value| format!("{value:.4}"));
        vec![row.name.into(), row.unit.into(), default, value, format!("{} to {}", row.minimum, row.maximum)]
    };
    let rows: Vec<_> = fit.free.iter().map(|free| row(&free.row)).collect();
    let misfit = format!(
        "Misfit, in mean squares of half-widths of the published bands: {:.4} with the defaults, {:.4} fitted, after {} \
         evaluations.",
        fitted.objectives[0],
        fitted.objective,
        fitted.objectives.len()
    );
    let parts = vec![
        PagePart::words("What came out", &[misfit]),
        PagePart::table("Parameters", &["parameter", "unit", "default", "fitted", "accepted"], &rows),
        PagePart::charts("The search", charts),
        PagePart::charts("Findings with the fitted parameters", &[deviations(findings)]),
    ];
    Page::new("Fit to published findings", parts)
}

fn chart(objectives: &[f64]) -> Chart {
    let series = |name: &str, points: Vec<(f64, f64)>, color_index, dashed| Series {
        name: name.into(),
        points,
        color_index,
        dashed,
        ..Series::default()
    };
    let each: Vec<_> = (1..).map(f64::from).zip(objectives.iter().copied()).collect();
    let mut best = f64::INFINITY;
    let running = each.iter().map(|&(at, value)| {
        best = best.min(value);
        (at, best)
    });
    let running = series("best so far", running.collect(), 0, false);
    Chart {
        title: "misfit".into(),
        x_label: "candidate".into(),
        y_label: "mean square, half-widths of the bands".into(),
        series: vec![running, series("each", each, 1, true)],
        markers: Vec::new(),
        healthy: Vec::new(),
    }
}

fn print_plan(fit: &Fit, file: &Path) -> Result<()> {
    let count = |counts: fn(Role) -> bool| TARGETS.iter().filter(|target| counts(target.role)).count();
    let (fitted, held_out) = (count(|role| role == Role::Calibration), count(Role::is_kept_out));
    let names: Vec<_> = fit.experiments.iter().map(|experiment| experiment.name).collect();
    say!("experiments: {}", names.join(", "))?;
    say!("of all findings {fitted} are meant for fitting and {held_out} are kept out of every fit")?;
    say!("{} evaluations are taken over from {}\n", fit.evaluated(), file.display())
}

fn print_parameters(fit: &Fit, fitted: &Fitted) -> Result<()> {
    say!("{:<24} {:<14} {:>10} {:>10}  accepted", "parameter", "unit", "default", "fitted")?;
    for row in fit.free.iter().map(|free| &free.row) {
        let (name, unit, value) = (row.name, row.unit, fitted.values[row.name]);
        say!("{name:<24} {unit:<14} {:>10.4} {value:>10.4}  {} to {}", row.value, row.minimum, row.maximum)?;
    }
    Ok(())
}

fn print_findings(before: &[Finding], after: &[Finding]) -> Result<()> {
    say!("\n{:<66} {:<16} {:>9} {:>9}  used", "finding", "published", "default", "fitted")?;
    for (before, after) in before.iter().zip(after) {
        let mean = |finding: &Finding| finding.summary.map_or(f64::NAN, |summary| summary.mean);
        let used = if after.target.role == Role::Calibration { "fit" } else { after.target.role.name() };
        let band = after.target.band.to_string();
        say!("{:<66} {band:<16} {:>9.3} {:>9.3}  {used}", after.target.quantity, mean(before), mean(after))?;
    }
    Ok(())
}
