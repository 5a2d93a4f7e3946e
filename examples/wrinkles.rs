//! Does needling fill crow's feet?
//!
//! Skin of 55 years, exposed to the sun since youth, with two furrows along the tension line gets
//! four sessions four weeks apart; the same skin is left alone as control. Both are measured eight
//! weeks after the last session, through three layers of dermis (`--layers`).
//!
//! The dermis under a wrinkle is thin and its fibers are fragmented. Channels call fibroblasts that lay
//! new collagen where there is least (deposition stops where matrix is full), so troughs fill more than
//! the skin between them and the surface becomes smoother. Elastin that needles take hardly comes
//! back: recoil falls while stiffness rises.
//!
//! `cargo run --release --example wrinkles -- --help`
mod common;

use clap::Parser;
use common::layers::{Course, Layers};
use common::study::StudyOptions;
use dermaweave::measure::Histology;
use dermaweave::report::{Report, Snapshot, course_figure};
use dermaweave::study::{Arm, Comparison, Metric};
use dermaweave::{Device, Length, Protocol, Result, Skin, Time, Tissue, Wrinkle};
use std::process::ExitCode;

const NAME: &str = "wrinkles";

/// Needles the crow's feet of sun-exposed skin and measures its surface beside an untreated control.
#[derive(Parser, Debug)]
#[command(allow_negative_numbers = true)]
struct Options {
    /// Age in years
    #[arg(long, default_value_t = 55.0)]
    age: f64,
    /// Number of sessions
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..=100))]
    sessions: u32,
    /// Days between sessions
    #[arg(long, default_value_t = 28.0)]
    interval_days: f64,
    /// Holes per cm² and session, as whole passes of the device
    #[arg(long, default_value_t = 250.0)]
    holes_per_cm2: f64,
    /// Side of the field in mm
    #[arg(long, default_value_t = 3.0)]
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
    common::check_interval("--interval-days", options.interval_days)?;
    common::check_option("--age", options.age, "years", 18.0..=110.0)?;
    let treated = Protocol::repeated(Device::dermaroller_mf8(), options.sessions, Time::days(options.interval_days))
        .follow_up(Time::weeks(8.0));
    let treated = common::of_option("--holes-per-cm2", treated.holes_per_cm2(options.holes_per_cm2))?;
    let control = Protocol::untreated(treated.end);
    let study = options.study.study([arm(options, "control", 0.0, control), arm(options, "treated", 1.0, treated)]);
    let before = study.arms[0].builder(options.study.seed)?.build()?.tissue().clone();
    let folder = options.study.begin(NAME, &study)?;
    let all = options.study.run(&folder, &study)?;
    let mut snapshots = vec![Snapshot::new("before", &before)?];
    for runs in &all {
        snapshots.push(Snapshot::new(&runs.name, &runs.tissue)?);
    }
    let when = "first replicate, before and eight weeks after the last session";
    let figure = course_figure("Crow's feet", format!("{when}{}", options.layers.pictured()), &snapshots);
    folder.write_png("maps.png", figure.encode_png())?;
    let question = "Crow's feet: change from before to eight weeks after the last session";
    let (question, metrics) = (format!("{question}{}", options.layers.told()), metrics());
    options.study.report(NAME, folder, &question, &Comparison::new(&all, &metrics))?;
    options.study.cautions(&all)
}

fn arm(options: &Options, name: &str, value: f64, protocol: Protocol) -> Arm {
    let (size_mm, spacing_um) = (options.size_mm, options.study.spacing_um);
    let side = Length::millimeters(size_mm);
    let age = options.age;
    let course = Course { histology: Some(Histology::default()), ..Course::of(protocol, Time::days(28.0)) };
    let field = move || common::square_field(size_mm, spacing_um);
    course.arm((name, value), options.layers.count, field, move |seed, grid| {
        let skin = Skin { placement_seed: seed, ..Skin::aged(age).photoaged() };
        let mut tissue = Tissue::new(grid, &skin)?;
        for place in [0.25, 0.75] {
            tissue =
                tissue.with_lesion(&Wrinkle { center: Some((side * 0.5, side * place)), ..Wrinkle::crows_foot() })?;
        }
        Ok(tissue)
    })
}

fn metrics() -> Vec<Metric> {
    vec![
        Metric::across("wrinkle depth before", "µm", |report| depth(report, true)),
        Metric::across("wrinkle depth after", "µm", |report| depth(report, false)),
        Metric::new("Ra before", "µm", "all", |rows| rows[0].surface.ra_um.unwrap_or(f64::NAN)),
        Metric::change("Ra", "µm", "all", |row| row.surface.ra_um.unwrap_or(f64::NAN)),
        Metric::change("Rz", "µm", "all", |row| row.surface.rz_um.unwrap_or(f64::NAN)),
        Metric::change("thickness", "µm", "all", |row| row.surface.thickness_um),
        Metric::change("collagen under wrinkles", "1 = healthy", "lesion", |row| row.organization.density),
        Metric::change("collagen between them", "1 = healthy", "surround", |row| row.organization.density),
        Metric::new("collagen, of before", "%", "all", |rows| {
            100.0 * (rows[rows.len() - 1].organization.density / rows[0].organization.density - 1.0)
        }),
        Metric::peak("type III share at most", "share", "all", |row| row.organization.type_iii_share),
        Metric::last("new collagen gained", "1 = healthy", "all", |row| row.collagen_gained),
        Metric::change("modulus along tension", "1 = healthy", "all", |row| row.firmness.modulus_along),
        Metric::change("ground substance", "1 = healthy", "all", |row| row.ground_substance),
        Metric::change("modulus across tension", "1 = healthy", "all", |row| row.firmness.modulus_across),
        Metric::change("recoil", "1 = healthy", "all", |row| row.firmness.recoil),
        Metric::change("distance to healthy", "degrees", "lesion", |row| row.organization.distance_to_healthy_deg),
        Metric::last("orientation index", "0 to 1", "surround", |row| {
            row.collagen_orientation_index.unwrap_or(f64::NAN)
        }),
    ]
}

/// How far the wrinkles lie below the skin between them on average, before or after.
fn depth(report: &Report, before: bool) -> f64 {
    let row = |region| if before { report.region(region).next() } else { report.region(region).last() };
    match (row("lesion"), row("surround")) {
        (Some(lesion), Some(surround)) => surround.surface.height_um - lesion.surface.height_um,
        _ => f64::NAN,
    }
}
