//! Can there be too much of it?
//!
//! Healthy skin of 30 years gets four sessions four weeks apart (pen, 1.5 mm) of 100 to 2000 holes/cm²,
//! and no session as control; it is measured 26 weeks after the last one.
//!
//! Up to some density channels heal one by one: collagen and weave increase. Closer channels share
//! their growth factors: TGF-β stays above the level at which fibroblasts in stiff matrix become
//! contractile, these pull fibers into line and are guided by what they pull, and what is built is
//! parallel. The report says so as `caution`. Shorter intervals (`--interval-days 7`) bring this on at
//! fewer holes, needles that make narrower channels (`--length-mm 1`) at more.
//!
//! `cargo run --release --example overtreatment -- --help`
mod common;

use clap::Parser;
use common::study::StudyOptions;
use dermaweave::report::{Snapshot, course_figure, encode_charts_png};
use dermaweave::study::{Arm, Comparison, Metric};
use dermaweave::{Length, Protocol, Result, Simulation, Skin, Time, Tissue};
use std::process::ExitCode;

const NAME: &str = "overtreatment";

/// Needles healthy skin ever more densely and shows where weave turns into scar.
#[derive(Parser, Debug)]
#[command(allow_negative_numbers = true)]
struct Options {
    /// Holes per cm² and session, one arm each, as whole passes of the pen (50 each); 0 = no session
    #[arg(long, value_delimiter = ',', default_values_t = [0.0, 100.0, 250.0, 500.0, 750.0, 1000.0, 2000.0])]
    holes_per_cm2: Vec<f64>,
    /// Days between sessions
    #[arg(long, default_value_t = 28.0)]
    interval_days: f64,
    /// Length of the needles in mm
    #[arg(long, default_value_t = 1.5)]
    length_mm: f64,
    /// Number of sessions
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..=100))]
    sessions: u32,
    /// Side of the field in mm
    #[arg(long, default_value_t = 2.0)]
    size_mm: f64,
    #[command(flatten)]
    study: StudyOptions,
}

fn main() -> ExitCode {
    let options = Options::parse();
    common::report_errors(|| run(&options))
}

fn run(options: &Options) -> Result<()> {
    common::check_interval("--interval-days", options.interval_days)?;
    common::check_option("--length-mm", options.length_mm, "mm", 0.05..=4.0)?;
    let arms = options.holes_per_cm2.iter().map(|&holes| arm(options, holes)).collect::<Result<Vec<_>>>()?;
    let study = options.study.study(arms);
    let folder = options.study.begin(NAME, &study)?;
    let all = options.study.run(&folder, &study)?;
    let metrics = metrics();
    let compared = Comparison::new(&all, &metrics);
    let x = "holes per cm² and session";
    let charts = [
        compared.only(&["collagen"]).chart("collagen", x, "change, 1 = healthy skin"),
        compared.only(&["R", "weave fidelity"]).chart("parallel order and weave", x, "R, fidelity"),
        compared.only(&["myofibroblasts"]).chart("contractile cells at most", x, "share of fibroblasts"),
    ];
    folder.write_png("chart.png", encode_charts_png(&charts, "Healthy skin, ever more needled"))?;
    let snapshots: Result<Vec<_>> = all.iter().map(|runs| Snapshot::new(&runs.name, &runs.tissue)).collect();
    let figure =
        course_figure("Healthy skin after sessions of growing density", "first replicate, at the end", &snapshots?);
    folder.write_png("maps.png", figure.encode_png())?;
    options.study.report(NAME, folder, "Needling of healthy skin: how much is too much?", &compared)?;
    options.study.cautions(&all)
}

fn arm(options: &Options, holes: f64) -> Result<Arm> {
    let (interval, follow_up) = (Time::days(options.interval_days), Time::weeks(26.0));
    let treated = Protocol::repeated(common::pen(Length::millimeters(options.length_mm)), options.sessions, interval)
        .follow_up(follow_up);
    let protocol = if holes == 0.0 {
        Protocol::untreated(treated.end)
    } else {
        common::of_option("--holes-per-cm2", treated.holes_per_cm2(holes))?
    };
    let (size_mm, spacing_um) = (options.size_mm, options.study.spacing_um);
    Ok(Arm::new(format!("{holes} /cm²"), holes, move |seed| {
        let skin = Skin { placement_seed: seed, ..Skin::aged(30.0) };
        let tissue = Tissue::new(common::square_field(size_mm, spacing_um)?, &skin)?;
        Ok(Simulation::builder(tissue).protocol(protocol.clone()).sample_every(Time::days(7.0)))
    }))
}

fn metrics() -> Vec<Metric> {
    vec![
        Metric::change("collagen", "1 = healthy", "all", |row| row.organization.density),
        Metric::last("R", "0 to 1", "all", |row| row.organization.resultant_length),
        Metric::last("weave fidelity", "1 = healthy", "all", |row| row.organization.weave_fidelity),
        Metric::last("distance to healthy", "degrees", "all", |row| row.organization.distance_to_healthy_deg),
        Metric::last("modulus across tension", "1 = healthy", "all", |row| row.firmness.modulus_across),
        Metric::peak("myofibroblasts", "share of cells", "all", |row| row.myofibroblast_share),
        Metric::change("thickness", "µm", "all", |row| row.surface.thickness_um),
    ]
}
