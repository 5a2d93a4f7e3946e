//! How far can the model be trusted?
//!
//! Every published finding that this project was given as a target, beside what the model says: the published
//! value and its band, the simulated mean with its 95 % interval over replicates, and a verdict. Misses are
//! shown like hits. Targets to which parameters were fitted are marked `fit`, those kept out of every fit `held
//! out`, or `follows` where other findings leave hardly any other value, or `own reading` where the threshold or the
//! measure is ours; numbers that went into the model are marked `went in` and count in no score. What rests on a value
//! of our choice is shown at both ends of its range, too. What the model does not speak to stays in the table with the
//! reason. The score is printed for all modelled findings, for those with a two-sided band, and for those of
//! these that are held out and independent.
//!
//! `cargo run --release --example validate` takes about three minutes on two cores, `-- --quick` about one.
mod common;

use clap::Parser;
use common::say;
use dermaweave::report::encode_charts_png;
use dermaweave::study::evidence::{
    EXPERIMENTS, Experiment, Finding, Scores, Size, Validation, Verdict, deviations, findings_csv, markdown, page,
    table,
};
use dermaweave::{Error, Result};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Compares the model with published findings and prints a table of verdicts.
#[derive(Parser, Debug)]
struct Options {
    /// Few replicates, for a first look; verdicts near the edge of a band may differ from the full version's
    #[arg(long)]
    quick: bool,
    /// Only experiments whose name contains this
    #[arg(long)]
    only: Option<String>,
    /// Parameters that differ from the defaults, as a TOML file such as the one that `calibrate` writes
    #[arg(long)]
    parameters: Option<PathBuf>,
    /// Seed of the first replicate
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Experiments at a time; the result does not depend on it [default: all cores]
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=4096))]
    threads: Option<u32>,
    /// Folder for the page, its chart and tables
    #[arg(long, default_value = "output/validate")]
    out: PathBuf,
    /// Also write all numbers to this JSON file
    #[arg(long)]
    json: Option<PathBuf>,
    /// File with one name of a target per line that must be within: exit status 1 if one is not
    #[arg(long)]
    require: Option<PathBuf>,
    /// No progress bar, no table
    #[arg(long)]
    quiet: bool,
}

fn main() -> ExitCode {
    let options = Options::parse();
    match run(&options) {
        Ok(lost) if lost.is_empty() => ExitCode::SUCCESS,
        Ok(lost) => {
            common::tell(&format!("required, but not within (or not run): {}", lost.join(", ")));
            ExitCode::FAILURE
        }
        Err(error) => common::report_errors(|| Err(error)),
    }
}

/// Names of the required targets that are not within.
fn run(options: &Options) -> Result<Vec<String>> {
    for input in [options.parameters.as_deref(), options.require.as_deref()].into_iter().flatten() {
        if common::is_same(options.json.as_deref(), Some(input)) {
            common::refuse(&format!("--json {} is also read; give another name", input.display()));
        }
    }
    let parameters = common::read_parameters(options.parameters.as_deref())?;
    let required = options.require.as_deref().map(read_lines).transpose()?.unwrap_or_default();
    let experiments = experiments(options);
    let size = if options.quick { Size::Quick } else { Size::Full };
    let threads = options.threads.map(|threads| threads as usize);
    let validation = Validation { experiments, parameters, size, seed: options.seed, threads };
    let folder = common::begin(&options.out, options.json.as_deref(), options.quiet)?;
    let findings = findings(options, &validation)?;
    let markdown = markdown(&findings, &version(options)) + &common::run_line(&folder);
    folder.write_file("validation.md", markdown.as_bytes())?;
    folder.write_file("rows.csv", &findings_csv(&findings)?)?;
    folder.write_png("chart.png", encode_charts_png(&[deviations(&findings)], "Simulated beside published"))?;
    folder.write_file("report.html", page(&findings, &version(options)).run(folder.run()).html().as_bytes())?;
    if let Some(path) = &options.json {
        folder.write_json_elsewhere(path, &document(options, &findings))?;
    }
    folder.finish()?;
    if !options.quiet {
        say!("{}", table(&findings))?;
        say!("\nreport.html, chart and tables: {}", options.out.display())?;
    }
    let is_within =
        |id: &String| findings.iter().any(|finding| finding.target.id == id && finding.verdict == Verdict::Within);
    Ok(required.into_iter().filter(|id| !is_within(id)).collect())
}

fn version(options: &Options) -> String {
    let size = if options.quick { "Quick version: few replicates." } else { "Full version." };
    let only = options.only.as_ref().map(|part| format!(" Only experiments with \"{part}\".")).unwrap_or_default();
    let path = options.parameters.as_ref().map(|path| format!(" Parameters of {}.", path.display()));
    format!("{size} Seeds from {}.{only}{}", options.seed, path.unwrap_or_default())
}

/// The experiments that were asked for.
fn experiments(options: &Options) -> Vec<Experiment> {
    let experiments = Validation::named(options.only.as_deref().unwrap_or_default());
    if experiments.is_empty() {
        let names: Vec<_> = EXPERIMENTS.iter().map(|experiment| experiment.name).collect();
        common::refuse(&format!("no experiment has such a name; there are {}", names.join(", ")));
    }
    experiments
}

/// Every target beside what was found; with `--only`, those alone that were spoken to.
fn findings(options: &Options, validation: &Validation) -> Result<Vec<Finding>> {
    let milliseconds = |experiment: &Experiment| (1000.0 * experiment.seconds) as u64;
    let experiments = validation.experiments.iter();
    let total =
        experiments.map(|experiment| milliseconds(experiment) * experiment.replicates_in(validation.size)).sum();
    let bar = common::bar(total, "{msg:<26} [{bar:40}] {percent} %, {eta} left", options.quiet);
    let findings = validation.run_observed(|experiment| {
        bar.set_message(experiment.name);
        bar.inc(milliseconds(experiment));
    })?;
    bar.finish_and_clear();
    Ok(findings.into_iter().filter(|finding| options.only.is_none() || !finding.values.is_empty()).collect())
}

fn document(options: &Options, findings: &[Finding]) -> serde_json::Value {
    json!({
        "version": env!("CARGO_PKG_VERSION"),
        "quick": options.quick,
        "only": options.only,
        "parameters": options.parameters,
        "seed": options.seed,
        "interval": "95 % of the mean, Student's t",
        "scores": Scores::of(findings),
        "targets": findings,
    })
}

/// Lines of a file that are not empty and no comments.
fn read_lines(path: &Path) -> Result<Vec<String>> {
    let text = std::fs::read_to_string(path).map_err(|source| Error::File { path: path.to_owned(), source })?;
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    Ok(lines.map(String::from).collect())
}
