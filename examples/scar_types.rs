//! Which acne scars does needling help?
//!
//! An ice-pick scar, a shallow and a deep boxcar scar and a rolling scar on skin of 30 years get the
//! same course: four sessions four weeks apart, measured 12 weeks after the last through three
//! layers of dermis (`--layers`), since needles open less the deeper they get; each has an untreated
//! control with the same seeds.
//!
//! Needles break up some of the old parallel fibers and make cells that lay new ones where matrix
//! is missing. All types fill; what is filled depends on how much is missing. A narrow pit meets few
//! channels by chance, so its outcome varies most.
//!
//! `cargo run --release --example scar_types -- --help`
mod common;

use clap::Parser;
use common::layers::{Course, Layers};
use common::say;
use common::study::StudyOptions;
use dermaweave::report::{ResultFolder, Snapshot, course_figure, histology_figure};
use dermaweave::study::{Arm, ArmResults, Comparison, Metric};
use dermaweave::{AtrophicScar, Device, Grid, Length, Protocol, Result, Skin, Time, Tissue};
use std::fmt::Write;
use std::process::ExitCode;

const NAME: &str = "scar_types";

/// Needles four types of acne scars by the same course.
#[derive(Parser, Debug)]
#[command(allow_negative_numbers = true)]
struct Options {
    /// Number of sessions
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..=100))]
    sessions: u32,
    /// Days between sessions
    #[arg(long, default_value_t = 28.0)]
    interval_days: f64,
    /// Holes per cm² and session, as whole passes of the device
    #[arg(long, default_value_t = 250.0)]
    holes_per_cm2: f64,
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
    common::check_interval("--interval-days", options.interval_days)?;
    let treated = Protocol::repeated(Device::dermaroller_mf8(), options.sessions, Time::days(options.interval_days))
        .follow_up(Time::weeks(12.0));
    let treated = common::of_option("--holes-per-cm2", treated.holes_per_cm2(options.holes_per_cm2))?;
    let control = Protocol::untreated(treated.end);
    let types = [
        ("ice-pick", AtrophicScar::ice_pick()),
        ("shallow boxcar", AtrophicScar::shallow_boxcar()),
        ("deep boxcar", AtrophicScar::deep_boxcar()),
        ("rolling", AtrophicScar::rolling()),
    ];
    let arms = |protocol: &Protocol, suffix: &str| -> Vec<_> {
        types
            .iter()
            .map(|(name, scar)| arm(options, &format!("{name}{suffix}"), scar.clone(), protocol.clone()))
            .collect()
    };
    let study = options.study.study(arms(&treated, "").into_iter().chain(arms(&control, ", control")));
    let folder = options.study.begin(NAME, &study)?;
    let all = options.study.run(&folder, &study)?;
    let (treated, control) = all.split_at(types.len());
    pictures(options, &folder, &arms(&Protocol::untreated(Time::days(1.0)), ""), treated)?;
    let metrics = metrics();
    let question =
        format!("Four types of acne scars under the same course: change against before{}", options.layers.told());
    let path = options.study.write(NAME, folder, &Comparison::new(&all, &metrics))?;
    options.study.print(&path, &question, &Comparison::new(treated, &metrics))?;
    if !options.study.quiet {
        print_against_control(treated, control, &metrics)?;
    }
    options.study.cautions(treated)
}

fn arm(options: &Options, name: &str, scar: AtrophicScar, protocol: Protocol) -> Arm {
    let spacing = Length::micrometers(options.study.spacing_um);
    // Half of the edge and 0.5 mm of skin on every side.
    let extent = scar.diameter.in_millimeters() + scar.edge.in_millimeters() + 1.0;
    let side = Length::millimeters((extent / 0.2).ceil() * 0.2);
    let (place, field) = (scar.diameter.in_millimeters(), move || Grid::new(side, side, spacing));
    Course::of(protocol, Time::days(28.0)).arm((name, place), options.layers.count, field, move |seed, grid| {
        let skin = Skin { placement_seed: seed, ..Skin::aged(30.0) };
        Tissue::new(grid, &skin)?.with_lesion(&scar)
    })
}

fn metrics() -> Vec<Metric> {
    vec![
        Metric::new("depth before", "µm", "lesion", |rows| rows[0].surface.depth_um),
        Metric::change("depth", "µm", "lesion", |row| row.surface.depth_um),
        Metric::new("volume before", "mm³", "all", |rows| rows[0].surface.volume_mm3),
        Metric::new("volume", "% of before", "all", |rows| {
            100.0 * (rows[rows.len() - 1].surface.volume_mm3 / rows[0].surface.volume_mm3 - 1.0)
        }),
        Metric::change("Ra", "µm", "all", |row| row.surface.ra_um.unwrap_or(f64::NAN)),
        Metric::change("Rz", "µm", "all", |row| row.surface.rz_um.unwrap_or(f64::NAN)),
        Metric::last("old fibers lost", "1 = healthy", "lesion", |row| row.collagen_lost),
        Metric::last("new collagen gained", "1 = healthy", "lesion", |row| row.collagen_gained),
        Metric::change("R", "0 to 1", "lesion", |row| row.organization.resultant_length),
        Metric::change("weave fidelity", "1 = healthy", "lesion", |row| row.organization.weave_fidelity),
        Metric::change("modulus across tension", "1 = healthy", "lesion", |row| row.firmness.modulus_across),
        Metric::change("correlation length", "µm", "lesion", |row| row.correlation_length_um),
        Metric::last("fiber families", "number", "lesion", |row| f64::from(row.organization.fiber_families)),
    ]
}

/// Differences treated − control, replicate by replicate.
fn print_against_control(treated: &[ArmResults], control: &[ArmResults], metrics: &[Metric]) -> Result<()> {
    let names: Vec<_> = treated.iter().map(|runs| format!("  {:>18}", runs.name)).collect();
    say!("\n{:<38}{}", "treated minus control, same seeds", names.concat())?;
    for metric in metrics.iter().filter(|metric| !metric.name.ends_with("before")) {
        let mut line = format!("{:<38}", format!("{} [{}]", metric.name, metric.unit));
        for (treated, control) in treated.iter().zip(control) {
            let _ = write!(line, "  {:>18}", metric.difference(treated, control)?.plus_minus());
        }
        say!("{line}")?;
    }
    Ok(())
}

/// Maps of every type before and after, and the shallow boxcar scar under the microscope.
fn pictures(options: &Options, folder: &ResultFolder, untouched: &[Arm], treated: &[ArmResults]) -> Result<()> {
    let before: Vec<Tissue> = untouched
        .iter()
        .map(|arm| Ok(arm.builder(options.study.seed)?.build()?.tissue().clone()))
        .collect::<Result<_>>()?;
    let mut snapshots = Vec::new();
    for (before, runs) in before.iter().zip(treated) {
        snapshots.push(Snapshot::new(format!("{}, before", runs.name), before)?);
        snapshots.push(Snapshot::new(format!("{}, after", runs.name), &runs.tissue)?);
    }
    let subtitle = format!("first replicate, before and 12 weeks after the course{}", options.layers.pictured());
    let figure = course_figure("Four types of acne scars", subtitle, &snapshots);
    folder.write_png("maps.png", figure.encode_png())?;
    let (scar, after) = (&before[1], &treated[1].tissue);
    let middle = (0.5 * scar.grid().width(), 0.5 * scar.grid().height());
    let places = [("healthy", scar, (200.0, 200.0)), ("scar, before", scar, middle), ("scar, after", after, middle)];
    let figure = histology_figure("A boxcar scar under the microscope", &places, options.study.seed)?;
    folder.write_png("histology.png", figure.encode_png())
}
