//! What do sixty years of sun and smoke do?
//!
//! Young skin ages from 20 to 80 years: protected, in the sun, in the sun and smoking, and with a
//! polluted city's air beside.
//!
//! Every year resting cells replace a little less than is lost. Sun and smoke take production and add
//! collagenase; most of it is made good, but what is not adds up: with less collagen, fewer and
//! weaker cells and less elastin the dermis becomes thin, soft and slack.
//!
//! `cargo run --release --example photoaging -- --help`
mod common;

use clap::Parser;
use common::say;
use common::study::StudyOptions;
use dermaweave::measure::Summary;
use dermaweave::report::{Chart, Row, Series, encode_charts_png};
use dermaweave::study::{Arm, ArmResults, Comparison, Metric};
use dermaweave::tissue::Exposure;
use dermaweave::{Protocol, Result, Simulation, Skin, Time, Tissue};
use std::process::ExitCode;

const NAME: &str = "photoaging";

/// Lets skin age for decades under four exposures.
#[derive(Parser, Debug)]
#[command(allow_negative_numbers = true)]
struct Options {
    /// Age at the start in years
    #[arg(long, default_value_t = 20.0)]
    from_age: f64,
    /// Age at the end in years
    #[arg(long, default_value_t = 80.0)]
    to_age: f64,
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
    common::check_option("--from-age", options.from_age, "years", 18.0..=110.0)?;
    common::check_option("--to-age", options.to_age, "years", options.from_age + 0.01..=110.0)?;
    let smoker = Exposure { smoking: 1.0, ..Exposure::sun() };
    let exposures = [
        ("protected", Exposure::none()),
        ("sun", Exposure::sun()),
        ("sun, smoke", smoker),
        ("sun, smoke, city", Exposure { pollution: 1.0, ..smoker }),
    ];
    let arms = exposures.iter().zip([0.0, 1.0, 2.0, 3.0]).map(|(arm, value)| lived(options, arm, value));
    let study = options.study.study(arms);
    let folder = options.study.begin(NAME, &study)?;
    let all = options.study.run(&folder, &study)?;
    let charts = [
        chart("dermal thickness", "µm", &all, |row| row.surface.thickness_um),
        chart("working elastin", "1 = young", &all, |row| row.elastin),
        chart("stiffness across tension", "1 = healthy young", &all, |row| row.firmness.modulus_across),
    ];
    folder.write_png("chart.png", encode_charts_png(&charts, "Sixty years"))?;
    let metrics = metrics();
    let question = format!("Skin at {} years", options.to_age);
    options.study.report(NAME, folder, &question, &Comparison::new(&all, &metrics))?;
    if !options.study.quiet {
        print_decades(&all)?;
    }
    Ok(())
}

fn lived(options: &Options, (name, exposure): &(&str, Exposure), value: f64) -> Arm {
    let (size_mm, spacing_um) = (options.size_mm, options.study.spacing_um);
    let (from, years, exposure) = (options.from_age, options.to_age - options.from_age, *exposure);
    Arm::new(*name, value, move |seed| {
        let skin = Skin { placement_seed: seed, ..Skin::lived(from, exposure) };
        let tissue = Tissue::new(common::square_field(size_mm, spacing_um)?, &skin)?;
        let builder = Simulation::builder(tissue).protocol(Protocol::untreated(Time::days(DECADE_DAYS * years / 10.0)));
        Ok(builder.sample_every(Time::days(DECADE_DAYS)))
    })
}

/// Ten years in whole days.
const DECADE_DAYS: f64 = 3652.0;

fn metrics() -> Vec<Metric> {
    vec![
        Metric::last("dermal thickness", "µm", "all", |row| row.surface.thickness_um),
        Metric::last("collagen", "1 = young", "all", |row| row.organization.density),
        Metric::last("elastin, recoil", "1 = young", "all", |row| row.firmness.recoil),
        Metric::last("fibroblasts", "per mm²", "all", |row| row.fibroblasts_per_mm2),
        Metric::last("modulus along tension", "1 = young", "all", |row| row.firmness.modulus_along),
        Metric::last("modulus across tension", "1 = young", "all", |row| row.firmness.modulus_across),
        Metric::new("thickness lost", "% of young per decade", "all", |rows| {
            let (first, last) = (rows[0], rows[rows.len() - 1]);
            let decades = (last.age_years - first.age_years) / 10.0;
            100.0 * (1.0 - last.surface.thickness_um / first.surface.thickness_um) / decades
        }),
    ]
}

/// Mean over replicates at every sampled age.
fn by_age(runs: &ArmResults, measure: fn(&Row) -> f64) -> Vec<(f64, Summary)> {
    let ages: Vec<f64> = runs.reports[0].region("all").map(|row| row.age_years).collect();
    let at = |index: usize| {
        let values: Vec<f64> =
            runs.reports.iter().filter_map(|report| report.region("all").nth(index)).map(measure).collect();
        Summary::of(&values)
    };
    ages.into_iter().enumerate().map(|(index, age)| (age, at(index))).collect()
}

fn chart(title: &str, y_label: &str, all: &[ArmResults], measure: fn(&Row) -> f64) -> Chart {
    let series = all.iter().enumerate().map(|(color_index, runs)| {
        let points = by_age(runs, measure);
        Series {
            name: runs.name.clone(),
            points: points.iter().map(|(age, summary)| (*age, summary.mean)).collect(),
            intervals: points.iter().map(|(_, summary)| (summary.low, summary.high)).collect(),
            ranged: true,
            color_index,
            ..Series::default()
        }
    });
    let (title, x_label, y_label) = (title.into(), "age in years".into(), y_label.into());
    Chart { title, x_label, y_label, series: series.collect(), markers: Vec::new(), healthy: vec![(0.0, 1.0)] }
}

fn print_decades(all: &[ArmResults]) -> Result<()> {
    say!("\ncollagen (1 = young) at the age of")?;
    for runs in all {
        let course = by_age(runs, |row| row.organization.density);
        let cells: Vec<_> = course.iter().map(|(age, summary)| format!("{age:>4.0}: {:.3}", summary.mean)).collect();
        say!("{:<18}{}", runs.name, cells.join("  "))?;
    }
    Ok(())
}
