//! Where does regeneration end and scarring begin?
//!
//! Round wounds of 0.1 to 3 mm in healthy young skin heal for 26 weeks under the same rules.
//!
//! Cells that enter a small wound come in few at a time, guided by the weave they leave; they are
//! below the transition at which their own tracks line up, and rebuild the weave. Wide wounds hold
//! TGF-β long enough for cells to become contractile; these are guided by parallel fibers several
//! times more, above the transition: order that arises by chance grows, and the scar is parallel.
//!
//! `cargo run --release --example scar_or_regeneration -- --help`
mod common;

use clap::Parser;
use common::study::StudyOptions;
use dermaweave::measure::Region;
use dermaweave::report::{Snapshot, course_figure, encode_charts_png};
use dermaweave::study::{Arm, Comparison, Metric};
use dermaweave::{Device, Grid, Length, Protocol, Result, Simulation, Skin, Time, Tissue};
use std::process::ExitCode;

const NAME: &str = "scar_or_regeneration";

/// Heals round wounds of growing diameter and shows the transition from weave to scar.
#[derive(Parser, Debug)]
#[command(allow_negative_numbers = true)]
struct Options {
    /// Diameters of the wounds in mm, one arm each
    #[arg(long, value_delimiter = ',', default_values_t = [0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0])]
    diameters_mm: Vec<f64>,
    /// Weeks of healing
    #[arg(long, default_value_t = 26.0)]
    weeks: f64,
    #[command(flatten)]
    study: StudyOptions,
}

fn main() -> ExitCode {
    let options = Options::parse();
    common::report_errors(|| run(&options))
}

fn run(options: &Options) -> Result<()> {
    common::check_option("--weeks", options.weeks, "weeks", 1.0..=5000.0)?;
    for &diameter in &options.diameters_mm {
        // A punch is at least a site wide.
        common::check_option("--diameters-mm", diameter, "mm", 1e-3 * options.study.spacing_um..=20.0)?;
    }
    let study = options.study.study(options.diameters_mm.iter().map(|&diameter| arm(options, diameter)));
    let folder = options.study.begin(NAME, &study)?;
    let all = options.study.run(&folder, &study)?;
    let metrics = metrics();
    let compared = Comparison::new(&all, &metrics);
    let x = "diameter of the wound in mm";
    let charts = [
        compared.only(&["weave fidelity"]).chart("weave recovered", x, "fidelity, 1 = healthy"),
        compared.only(&["R"]).chart("parallel order R", x, "0 none, 1 parallel"),
        compared.only(&["myofibroblasts"]).chart("contractile cells at most", x, "share of fibroblasts"),
    ];
    folder.write_png("chart.png", encode_charts_png(&charts, "Scar or regeneration"))?;
    let snapshots: Result<Vec<_>> = all.iter().map(|runs| Snapshot::new(&runs.name, &runs.tissue)).collect();
    let figure = course_figure("Healed wounds, from channel to scar", "first replicate, at the end", &snapshots?);
    folder.write_png("maps.png", figure.encode_png())?;
    options.study.report(NAME, folder, "Round wounds in healthy skin: scar or regeneration?", &compared)
}

fn arm(options: &Options, millimeters: f64) -> Arm {
    let (diameter, spacing) = (Length::millimeters(millimeters), Length::micrometers(options.study.spacing_um));
    // 500 µm of skin on every side, in whole sites of the signals' grid.
    let side = Length::micrometers(((diameter.in_micrometers() + 1000.0) / 80.0).ceil() * 80.0);
    let protocol = Protocol::once(Device::punch(diameter)).follow_up(Time::weeks(options.weeks));
    Arm::new(format!("{millimeters} mm"), millimeters, move |seed| {
        let grid = Grid::new(side, side, spacing)?;
        let tissue = Tissue::new(grid, &Skin { placement_seed: seed, ..Skin::young() })?;
        let wound = Region::disc("wound", &grid, side * 0.5, side * 0.5, diameter)?;
        let builder = Simulation::builder(tissue).protocol(protocol.clone());
        Ok(builder.region(wound).sample_every(Time::days(7.0)))
    })
}

fn metrics() -> Vec<Metric> {
    vec![
        Metric::last("weave fidelity", "1 = healthy", "wound", |row| row.organization.weave_fidelity),
        Metric::last("R", "0 to 1", "wound", |row| row.organization.resultant_length),
        Metric::last("collagen", "1 = healthy", "wound", |row| row.organization.density),
        Metric::last("distance to healthy", "degrees", "wound", |row| row.organization.distance_to_healthy_deg),
        Metric::peak("myofibroblasts", "share of cells", "wound", |row| row.myofibroblast_share),
        Metric::last("correlation length", "µm", "wound", |row| row.correlation_length_um),
    ]
}
