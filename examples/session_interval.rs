//! How long should one wait between sessions?
//!
//! A small acne scar on skin of 30 years gets four dense sessions (pen, 1.5 mm, 400 holes/cm²) that are
//! 3, 7, 14, 28 or 56 days apart, and is measured 26 weeks after the last one.
//!
//! Every session leaves growth factors in its clots for days, and cells that stay active for weeks.
//! Sessions that come sooner fall into this: TGF-β adds up, more cells become contractile, pull
//! fibers into line, and the skin around the scar loses weave. Sessions further apart start afresh.
//!
//! `cargo run --release --example session_interval -- --help`
mod common;

use clap::Parser;
use common::study::StudyOptions;
use dermaweave::report::encode_charts_png;
use dermaweave::study::{Arm, Comparison, Metric};
use dermaweave::{AtrophicScar, Length, Protocol, Result, Simulation, Skin, Time, Tissue};
use std::process::ExitCode;

const NAME: &str = "session_interval";

/// Compares intervals between needling sessions on an acne scar.
#[derive(Parser, Debug)]
#[command(allow_negative_numbers = true)]
struct Options {
    /// Days between sessions, one arm each
    #[arg(long, value_delimiter = ',', default_values_t = [3.0, 7.0, 14.0, 28.0, 56.0])]
    intervals_days: Vec<f64>,
    /// Number of sessions
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u32).range(2..=100))]
    sessions: u32,
    /// Holes per cm² and session, as whole passes of the device
    #[arg(long, default_value_t = 400.0)]
    holes_per_cm2: f64,
    /// Side of the field in mm
    #[arg(long, default_value_t = 2.4)]
    size_mm: f64,
    #[command(flatten)]
    study: StudyOptions,
}

fn main() -> ExitCode {
    let options = Options::parse();
    common::report_errors(|| run(&options))
}

fn run(options: &Options) -> Result<()> {
    options.intervals_days.iter().try_for_each(|&days| common::check_interval("--intervals-days", days))?;
    let arms = options.intervals_days.iter().map(|&days| arm(options, days)).collect::<Result<Vec<_>>>()?;
    let study = options.study.study(arms);
    let folder = options.study.begin(NAME, &study)?;
    let all = options.study.run(&folder, &study)?;
    let metrics = metrics();
    let compared = Comparison::new(&all, &metrics);
    let x = "days between sessions";
    let charts = [
        compared.only(&["collagen gained"]).chart("collagen gained in the scar", x, "1 = healthy skin"),
        compared.only(&["R in the scar", "R around the scar"]).chart("parallel order R", x, "0 none, 1 parallel"),
        compared.only(&["weave around the scar"]).chart("weave around the scar", x, "fidelity, 1 = healthy"),
    ];
    folder.write_png("chart.png", encode_charts_png(&charts, "Interval between sessions"))?;
    options.study.report(NAME, folder, "Sessions on an acne scar: how far apart?", &compared)?;
    options.study.cautions(&all)
}

fn arm(options: &Options, days: f64) -> Result<Arm> {
    let protocol = Protocol::repeated(common::pen(Length::millimeters(1.5)), options.sessions, Time::days(days))
        .follow_up(Time::weeks(26.0));
    let protocol = common::of_option("--holes-per-cm2", protocol.holes_per_cm2(options.holes_per_cm2))?;
    let (size_mm, spacing_um) = (options.size_mm, options.study.spacing_um);
    let scar = AtrophicScar { diameter: Length::millimeters(0.5 * size_mm), ..AtrophicScar::boxcar() };
    Ok(Arm::new(format!("{days} days"), days, move |seed| {
        let skin = Skin { placement_seed: seed, ..Skin::aged(30.0) };
        let tissue = Tissue::new(common::square_field(size_mm, spacing_um)?, &skin)?.with_lesion(&scar)?;
        Ok(Simulation::builder(tissue).protocol(protocol.clone()).sample_every(Time::days(7.0)))
    }))
}

fn metrics() -> Vec<Metric> {
    vec![
        Metric::change("collagen gained", "1 = healthy", "lesion", |row| row.organization.density),
        Metric::last("R in the scar", "0 to 1", "lesion", |row| row.organization.resultant_length),
        Metric::last("weave fidelity", "1 = healthy", "lesion", |row| row.organization.weave_fidelity),
        Metric::last("scar depth", "µm", "lesion", |row| row.surface.depth_um),
        Metric::last("R around the scar", "0 to 1", "surround", |row| row.organization.resultant_length),
        Metric::last("weave around the scar", "1 = healthy", "surround", |row| row.organization.weave_fidelity),
        Metric::peak("myofibroblasts", "share of cells", "all", |row| row.myofibroblast_share),
    ]
}
