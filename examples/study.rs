//! Studies described in a file, from the command line: checked, run in a folder that survives every interruption, watched
//! and collected.
//!
//! `cargo run --release --example study -- run examples/studies/session_interval.toml`
//!
//! | command | what it does |
//! |---|---|
//! | `check FILE` | validates a study file and prints members, memory and expected time |
//! | `run FILE` | runs the members that are not done, and collects |
//! | `status FILE` | says how far it is |
//! | `collect FILE` | writes tables of what is done |
//! | `effects FILE` | sensitivity indices of a Morris or Sobol' design |
//! | `schema` | prints the JSON Schema of study files |
//!
//! In the place of a file, all but `check` also take the folder of a study that was begun.
mod common;

use clap::{Args, Parser, Subcommand};
use common::interrupt::{Interrupt, Interval, STOPPED, read_deadline, read_interval};
use common::say;
use dermaweave::Result;
use dermaweave::report::write_file;
use dermaweave::study::folder::{MemberEvent, RunMembers, RunSummary};
use dermaweave::study::{Courses, StudyFile, StudyFolder, study_schema};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// Runs studies that are described in a file.
#[derive(Parser, Debug)]
struct Options {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Validate a study file; print members, memory and expected time
    Check(Which),
    /// Run the members that are not done, and collect
    Run(Box<RunOptions>),
    /// Say how far a study is
    Status(Which),
    /// Write tables of what is done
    Collect(Which),
    /// Sensitivity indices of a Morris or Sobol' design, from a column of the last sample
    Effects(EffectsOptions),
    /// Print the JSON Schema of study files
    Schema,
}

/// Which study, and where.
#[derive(Args, Debug)]
struct Which {
    /// A study file, or the folder of a study that was begun
    study: PathBuf,
    /// Replace what the file says, such as --set run.replicates=2 or --set protocol.interval="4 weeks"
    #[arg(long, value_name = "PATH=VALUE")]
    set: Vec<String>,
    /// Folder of the study [default: output/ and the name of the file]
    #[arg(long)]
    out: Option<PathBuf>,
}

#[derive(Args, Debug)]
#[allow(clippy::struct_excessive_bools, reason = "switches of a command line")]
struct RunOptions {
    #[command(flatten)]
    which: Which,
    /// Run these members only, such as 0..100 or 7
    #[arg(long, value_name = "A..B", value_parser = read_members)]
    members: Option<Range<usize>>,
    /// Leave out members that another process runs; so it is without --members
    #[arg(long)]
    claim: bool,
    /// Members at a time, each on one thread; the result does not depend on it [default: all cores]
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=4096))]
    threads: Option<u32>,
    /// Wall time between two saves of a member, in s, m or h; 0 or never: saved only when it is stopped
    #[arg(long, value_name = "TIME", default_value = "10m", value_parser = read_interval)]
    checkpoint_every: Interval,
    /// Save and stop after this wall time, in s, m or h, with exit status 130, as after Ctrl-C
    #[arg(long, value_name = "TIME", value_parser = read_deadline)]
    stop_after: Option<Instant>,
    /// Run members again that failed before
    #[arg(long)]
    retry_failed: bool,
    /// Do not collect at the end
    #[arg(long)]
    no_collect: bool,
    /// No progress bar, no summary
    #[arg(long)]
    quiet: bool,
}

#[derive(Args, Debug)]
struct EffectsOptions {
    #[command(flatten)]
    which: Which,
    /// Column of the rows
    #[arg(long, default_value = "density")]
    column: String,
    /// Region of the rows
    #[arg(long, default_value = "all")]
    region: String,
}

fn main() -> ExitCode {
    let options = Options::parse();
    let done = match &options.command {
        Command::Check(which) => check(which),
        Command::Run(options) => return common::report_status(|| run(options)),
        Command::Status(which) => status(which),
        Command::Collect(which) => begun(which).and_then(|(study, folder)| collect(&study, &folder)),
        Command::Effects(options) => effects(options),
        Command::Schema => say!("{:#}", study_schema()),
    };
    common::report_errors(|| done)
}

/// A range of members: `7`, `0..100` or `100..`.
fn read_members(text: &str) -> std::result::Result<Range<usize>, String> {
    let wrong = || format!("`{text}` is no range of members: write 0..100 (the last one is left out) or 7");
    let number = |text: &str| text.trim().parse::<usize>().map_err(|_| wrong());
    match text.split_once("..") {
        Some((from, "")) => Ok(number(from)?..usize::MAX),
        Some((from, to)) => Some(number(from)?..number(to)?).filter(|members| !members.is_empty()).ok_or_else(wrong),
        None => number(text).and_then(|one| Ok(one..one.checked_add(1).ok_or_else(wrong)?)),
    }
}

/// The study of a file, or that with which a folder was begun.
fn read(which: &Which) -> Result<(StudyFile, PathBuf)> {
    if which.study.is_dir() {
        let file = which.study.join(StudyFolder::STUDY_FILE);
        return Ok((StudyFile::read(file, &which.set)?, which.study.clone()));
    }
    let name = which.study.file_stem().unwrap_or_default();
    let folder = which.out.clone().unwrap_or_else(|| Path::new("output").join(name));
    Ok((StudyFile::read(&which.study, &which.set)?, folder))
}

/// How far a study is; its folder is not made by asking.
fn status(which: &Which) -> Result<()> {
    let (study, path) = read(which)?;
    if path.join(StudyFolder::STUDY_FILE).exists() {
        return say!("{}", StudyFolder::open(path, &study)?.status());
    }
    let count = study.count();
    say!("{count} members: {count} waiting, 0 running, 0 stopped, 0 done, 0 failed")
}

/// A study that was begun.
fn begun(which: &Which) -> Result<(StudyFile, StudyFolder)> {
    let (_, path) = read(which)?;
    if !path.join(StudyFolder::STUDY_FILE).exists() {
        common::refuse(&format!(
            "{} is no folder of a study that was begun; give it by --out, or run it",
            path.display()
        ));
    }
    open(which)
}

fn open(which: &Which) -> Result<(StudyFile, StudyFolder)> {
    let (study, path) = read(which)?;
    let folder = StudyFolder::open(path, &study)?;
    Ok((study, folder))
}

/// Builds the first course of every arm, and says what the whole will take.
fn check(which: &Which) -> Result<()> {
    let (study, folder) = read(which)?;
    let threads = common::all_cores().min(study.count());
    study.check(threads)?;
    let grid = study.grid(0)?;
    say!("{}: {} members (arms: {})", which.study.display(), study.count(), study.arms())?;
    say!("field: {} × {} sites of {} µm", grid.columns(), grid.rows(), grid.spacing())?;
    let memory = study.builder(0)?.memory_needed();
    let all = memory.saturating_mul(threads as u64);
    say!("memory: {:.0} MiB a member, {:.0} MiB for {threads} at a time", mebibytes(memory), mebibytes(all))?;
    let hours = study.expected_core_hours(TRIAL)?;
    let wall = hours / threads as f64;
    say!("expected time: {} on one core, {} on {threads}", spelled_hours(hours), spelled_hours(wall))?;
    say!("folder: {}", folder.display())
}

/// Wall time of the trial from which the time of a study is estimated.
const TRIAL: Duration = Duration::from_secs(5);

fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}

fn spelled_hours(hours: f64) -> String {
    match hours {
        hours if hours < 1.0 / 3600.0 => "less than 1 s".into(),
        hours if hours < 1.0 / 60.0 => format!("about {:.0} s", 3600.0 * hours),
        hours if hours < 1.0 => format!("about {:.0} min", 60.0 * hours),
        hours => format!("about {hours:.1} h"),
    }
}

/// Runs what is not done; the exit status is that of a stopped run if some is left.
fn run(options: &RunOptions) -> Result<ExitCode> {
    let interrupt = Interrupt::new(options.stop_after);
    let (study, folder) = open(&options.which)?;
    let bar = common::bar(study.count() as u64, "[{bar:40}] member {pos}/{len}, {eta} left {msg}", options.quiet);
    bar.set_position(folder.status().done as u64);
    let observer = |event: &MemberEvent| match event {
        MemberEvent::Ended { .. } => {
            bar.inc(1);
            bar.set_message(event.to_string());
        }
        MemberEvent::Begun { .. } => bar.set_message(event.to_string()),
        MemberEvent::Advanced { .. } => {}
    };
    if let Some(members) = options.members.as_ref().filter(|members| members.start >= study.count()) {
        let (first, count) = (members.start, study.count());
        common::refuse(&format!("--members begins at {first}, and there are {count} members, counted from 0"));
    }
    let members = options.members.clone().map(|members| members.start..members.end.min(study.count()));
    let never = Duration::from_secs(u64::from(u32::MAX));
    let ran = folder.run(
        &study,
        &RunMembers {
            claim: options.claim || options.members.is_none(),
            members,
            threads: options.threads.map(|threads| threads as usize),
            checkpoint_every: options.checkpoint_every.0.unwrap_or(never),
            retry_failed: options.retry_failed,
            stop: &|| interrupt.is_wished(),
            observer: &observer,
        },
    )?;
    bar.finish_and_clear();
    report(options, &study, &folder, &ran)
}

fn report(options: &RunOptions, study: &StudyFile, folder: &StudyFolder, ran: &RunSummary) -> Result<ExitCode> {
    let is_stopped = !ran.stopped.is_empty() || !ran.not_begun.is_empty();
    if !options.quiet {
        say!("{ran}")?;
    }
    if !is_stopped && !options.no_collect {
        let collected = folder.collect()?;
        write_page(study, folder)?;
        if !options.quiet {
            say!("{collected}: {}", folder.path().display())?;
        }
    }
    if is_stopped {
        common::interrupt::note(&format!("stopped and saved; the same command goes on: {}", common::command()));
        return Ok(ExitCode::from(STOPPED));
    }
    Ok(if ran.failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn collect(study: &StudyFile, folder: &StudyFolder) -> Result<()> {
    let collected = folder.collect()?;
    write_page(study, folder)?;
    say!("{collected}: {}", folder.path().display())
}

/// Writes `report.html` beside the tables.
fn write_page(study: &StudyFile, folder: &StudyFolder) -> Result<()> {
    let page = folder.page(study.name().replace('_', " "))?.question(study.question());
    write_file(folder.path().join("report.html"), page.html().as_bytes())
}

/// Indices of every arm, from the mean over replicates at every point.
fn effects(options: &EffectsOptions) -> Result<()> {
    let (study, folder) = begun(&options.which)?;
    for table in study.effects(&folder, &options.region, &options.column)? {
        say!("{table}")?;
    }
    Ok(())
}
