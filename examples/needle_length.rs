//! What does the length of the needles do?
//!
//! A small acne scar on skin of 30 years gets three sessions four weeks apart (pen, 250 holes/cm²) with
//! needles of 0.25 to 2.5 mm, and is measured 12 weeks after the last one, through three layers of
//! dermis (`--layers`).
//!
//! Short needles hardly get through the epidermis: redness without collagen. Longer ones reach more
//! layers and cross the upper ones with more of their cone, so channels there become wider. From
//! 1.5 mm on they pass all of the dermis (a caution): effect and downtime hardly grow any more.
//!
//! `cargo run --release --example needle_length -- --help`
mod common;

use clap::Parser;
use common::layers::{Course, Layers};
use common::say;
use common::study::StudyOptions;
use dermaweave::measure::Summary;
use dermaweave::report::{Row, encode_charts_png};
use dermaweave::study::{Arm, ArmResults, Comparison, Metric};
use dermaweave::{AtrophicScar, Length, Protocol, Result, Skin, Time, Tissue};
use std::process::ExitCode;

const NAME: &str = "needle_length";

/// Compares needle lengths on an acne scar: what is gained, and what the patient sees.
#[derive(Parser, Debug)]
#[command(allow_negative_numbers = true)]
struct Options {
    /// Needle lengths in mm, one arm each
    #[arg(long, value_delimiter = ',', default_values_t = [0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 2.5])]
    lengths_mm: Vec<f64>,
    /// Number of sessions
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=100))]
    sessions: u32,
    /// Holes per cm² and session
    #[arg(long, default_value_t = 250.0)]
    holes_per_cm2: f64,
    /// Side of the field in mm
    #[arg(long, default_value_t = 2.4)]
    size_mm: f64,
    #[command(flatten)]
    layers: Layers<3>,
    #[command(flatten)]
    study: StudyOptions,
}

fn main() -> ExitCode {
    let options = Options::parse();
    common::report_errors(|| run(&options))
}

fn run(options: &Options) -> Result<()> {
    let arms = options.lengths_mm.iter().map(|&length| arm(options, length)).collect::<Result<Vec<_>>>()?;
    let study = options.study.study(arms);
    let folder = options.study.begin(NAME, &study)?;
    let all = options.study.run(&folder, &study)?;
    let metrics = metrics();
    let compared = Comparison::new(&all, &metrics);
    let x = "needle length in mm";
    let charts = [
        compared.only(&["collagen gained"]).chart("collagen gained in the scar", x, "1 = healthy skin"),
        compared.only(&["days of redness", "days of open skin"]).chart("days of downtime", x, "days"),
        compared.only(&["swelling"]).chart("swelling at most", x, "µm"),
    ];
    folder.write_png("chart.png", encode_charts_png(&charts, "Needle length"))?;
    let question = format!("Needle length: what is gained, and what it costs{}", options.layers.told());
    options.study.report(NAME, folder, &question, &compared)?;
    if !options.study.quiet {
        print_courses(&all)?;
    }
    options.study.cautions(&all)
}

fn arm(options: &Options, length: f64) -> Result<Arm> {
    common::check_option("--lengths-mm", length, "mm", 0.05..=4.0)?;
    let protocol = Protocol::repeated(common::pen(Length::millimeters(length)), options.sessions, Time::weeks(4.0))
        .follow_up(Time::weeks(12.0));
    let protocol = common::of_option("--holes-per-cm2", protocol.holes_per_cm2(options.holes_per_cm2))?;
    let (size_mm, spacing_um) = (options.size_mm, options.study.spacing_um);
    let scar = AtrophicScar { diameter: Length::millimeters(0.5 * size_mm), ..AtrophicScar::boxcar() };
    let sample_also = COURSE_HOURS.map(Time::hours).to_vec();
    let course = Course { sample_also, ..Course::of(protocol, Time::days(1.0)) };
    let field = move || common::square_field(size_mm, spacing_um);
    Ok(course.arm((format!("{length} mm"), length), options.layers.count, field, move |seed, grid| {
        let skin = Skin { placement_seed: seed, ..Skin::aged(30.0) };
        Tissue::new(grid, &skin)?.with_lesion(&scar)
    }))
}

fn metrics() -> Vec<Metric> {
    vec![
        Metric::change("collagen gained", "1 = healthy", "lesion", |row| row.organization.density),
        Metric::last("scar depth", "µm", "lesion", |row| row.surface.depth_um),
        Metric::last("weave fidelity", "1 = healthy", "lesion", |row| row.organization.weave_fidelity),
        Metric::peak("redness", "0 to 1", "all", |row| row.recovery.redness),
        Metric::new("days of redness", "days per session", "all", |rows| {
            days_per_session(rows, |row| row.recovery.is_red())
        }),
        Metric::peak("swelling", "µm", "all", |row| row.recovery.swelling_um),
        Metric::new("days of open skin", "days per session", "all", |rows| {
            days_per_session(rows, |row| row.recovery.open_barrier > 0.0)
        }),
        Metric::last("weave around the scar", "1 = healthy", "surround", |row| row.organization.weave_fidelity),
    ]
}

/// Whole days in the four weeks after the first session on which something can be seen.
fn days_per_session(rows: &[&Row], seen: impl Fn(&Row) -> bool) -> f64 {
    rows.iter().filter(|row| row.day <= 28.0 && row.day.fract() == 0.0 && seen(row)).count() as f64
}

/// Hours after the first session at which patients are looked at.
const COURSE_HOURS: [f64; 9] = [1.0, 6.0, 12.0, 24.0, 48.0, 72.0, 96.0, 120.0, 168.0];

/// What a patient sees in the week after the first session, beside what is published.
fn print_courses(all: &[ArmResults]) -> Result<()> {
    print_course("redness, 0 to 1", all, |row| row.recovery.redness)?;
    print_course("swelling in µm", all, |row| row.recovery.swelling_um)?;
    print_course("open skin in %", all, |row| 100.0 * row.recovery.open_barrier)?;
    say!("\npublished: red-cell concentration raised up to 24 h, more with longer needles (0.3 to 0.75 mm,")?;
    say!("doi:10.1111/srt.12918); redness and swelling of hours to 3 days, all over within 7 days (Chu 2021,")?;
    say!("PMID 34448760); small lesions closed after 10 to 22 h (doi:10.1117/1.3103316), channels half closed after")?;
    say!("20 to 26 h by impedance (PMC8259462)")
}

/// One line per arm, one column per hour.
fn print_course(title: &str, all: &[ArmResults], measure: fn(&Row) -> f64) -> Result<()> {
    let line = |cells: [String; 9]| cells.map(|cell| format!("{cell:>7}")).concat();
    say!("\n{title:<18}{}", line(COURSE_HOURS.map(|hours| format!("{hours} h"))))?;
    for runs in all {
        let cells = COURSE_HOURS.map(|hours| format!("{:.2}", mean_at(runs, hours, measure)));
        say!("{:<18}{}", runs.name, line(cells))?;
    }
    Ok(())
}

/// Mean over replicates of the first row at or after an hour.
fn mean_at(runs: &ArmResults, hours: f64, measure: fn(&Row) -> f64) -> f64 {
    let rows = runs.reports.iter().filter_map(|report| report.region("all").find(|row| row.day >= hours / 24.0 - 1e-9));
    let values: Vec<f64> = rows.map(measure).collect();
    Summary::of(&values).mean
}
