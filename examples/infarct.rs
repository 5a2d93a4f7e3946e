//! Does strain decide how the collagen of a healing infarct is aligned?
//!
//! The experiment of Rouillard & Holmes 2012 ([`dermaweave::study::infarct`]): the same cells under the same rules heal a
//! round wound that is stretched along one axis or along both. Prints the collagen fraction and the mean vector
//! length of the wound beside what was measured in rats (Fomovsky & Holmes 2010; Fomovsky, Rouillard & Holmes
//! 2012), and writes `report.html`, `rows.csv`, `course.png` and `maps.png`.
//!
//! `cargo run --release --example infarct -- --help`
mod common;

use clap::Parser;
use common::interrupt::{Interruption, SavedCourses};
use common::page::ArmFrames;
use common::rats::{self, FULL_FRACTION, MEASURED_BIAXIAL, MEASURED_FRACTION, MEASURED_UNIAXIAL, Wound};
use common::{Days, say};
use dermaweave::measure::{FiberMaps, Region};
use dermaweave::report::{
    ColorMap, CoursePage, Figure, Frame, Frames, Map, MapWindows, PageArm, PagePart, ResultFolder, Scale,
    encode_charts_png,
};
use dermaweave::study::infarct::{self, Infarct, WOUND};
use dermaweave::{Length, Result, Simulation, Time, Tissue};
use serde::Serialize;
use serde_json::json;
use std::fmt::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// Heals a strained infarct and shows how its collagen is aligned.
#[derive(Parser, Debug, Serialize)]
#[command(allow_negative_numbers = true)]
struct Options {
    /// How the wound is strained
    #[arg(long, value_enum, default_value_t = Strain::Uniaxial)]
    strain: Strain,
    /// Outline of the wound
    #[arg(long, value_enum, default_value_t = Shape::Circle)]
    shape: Shape,
    /// Extent of an elliptic wound along x over that along y
    #[arg(long, default_value_t = 2.0)]
    aspect: f64,
    /// How cells lay fibers
    #[arg(long, value_enum, default_value_t = Deposition::Aligned)]
    deposition: Deposition,
    /// Cells do not turn the fibers under them
    #[arg(long)]
    no_realignment: bool,
    /// Strength of the strain cue in 1/h; 0 takes it away
    #[arg(long, default_value_t = Infarct::default().strain_guidance)]
    strain_guidance: f64,
    /// Days of healing
    #[arg(long, default_value_t = 42.0)]
    days: f64,
    /// Seed of all random numbers
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Threads; the result does not depend on it [default: all]
    #[arg(long)]
    #[serde(skip)]
    threads: Option<usize>,
    /// Folder for CSV and pictures
    #[arg(long, default_value = "output/infarct")]
    #[serde(skip)]
    out: PathBuf,
    /// Also write all rows and the digest of the final state to this JSON file
    #[arg(long)]
    #[serde(skip)]
    json: Option<PathBuf>,
    /// No progress bar, no table
    #[arg(long)]
    #[serde(skip)]
    quiet: bool,
    #[command(flatten)]
    #[serde(skip)]
    interruption: Interruption,
}

/// How the wound is strained.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum, Serialize)]
enum Strain {
    /// Along x only
    Uniaxial,
    /// Along x and y alike: it has no direction
    Biaxial,
    /// Along y only, across the native fibers
    Longitudinal,
    /// Not at all; a cell cannot tell it from biaxial strain
    None,
}

/// Outline of the wound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum, Serialize)]
enum Shape {
    Circle,
    /// Of the same area
    Ellipse,
}

/// How cells lay fibers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum, Serialize)]
enum Deposition {
    /// Along their body
    Aligned,
    /// Without direction
    Random,
}

fn main() -> ExitCode {
    let options = Options::parse();
    common::report_errors(|| run(&options))
}

fn run(options: &Options) -> Result<()> {
    let mut simulation = simulation(options)?;
    let folder = common::begin(&options.out, options.json.as_deref(), options.quiet)?;
    let saved = SavedCourses::begin(&options.out, options, &options.interruption)?;
    let before = simulation.tissue().clone();
    saved.resume(options.threads, options.quiet, &mut [("infarct", &mut simulation)])?;
    let frames = heal(options, &mut simulation, &before, &saved)?;
    let days = days(&simulation, options);
    write_results(options, &folder, &days, [&before, simulation.tissue()])?;
    write_page(options, &folder, &days, PageArm::of(&simulation, frames)?)?;
    if let Some(path) = &options.json {
        folder.write_json_elsewhere(path, &document(options, &days, &simulation))?;
    }
    folder.finish()?;
    saved.remove();
    if !options.quiet {
        print_table(options, &days)?;
        say!("\nreport.html, maps, course and all days: {}", options.out.display())?;
    }
    Ok(())
}

/// Windows on which the maps are measured.
fn windows() -> MapWindows {
    MapWindows { side: Length::micrometers(20.0), stride: Length::micrometers(5.0) }
}

/// Runs the course and keeps what is shown of every third day.
fn heal(options: &Options, course: &mut Simulation, before: &Tissue, saved: &SavedCourses) -> Result<Vec<Frame>> {
    let shown = (0..=options.days as u64).filter(|day| day % 3 == 0).map(|day| day as f64).chain([options.days]);
    let wound = Region::mask(WOUND, before.grid(), wound_sites(options, before))?;
    let frames = Frames::on_windows(before, windows())?.amounts("area fraction", FULL_FRACTION).only_region(wound);
    let begun = course.clock().days();
    let mut page = ArmFrames::of(frames, "infarct", before, shown.collect(), begun, saved);
    let bar = Days::new(options.days, options.quiet);
    let mut reached = bar.reached("infarct");
    let outcome = saved.run("infarct", course, |progress| {
        page.see(progress.day, progress.tissue);
        reached(progress.day)
    });
    bar.finish();
    saved.ended(outcome, &[("infarct", &*course)])?;
    page.into_frames()
}

fn infarct(options: &Options) -> Infarct {
    Infarct {
        strain: match options.strain {
            Strain::Uniaxial => infarct::Strain::Uniaxial,
            Strain::Biaxial => infarct::Strain::Biaxial,
            Strain::Longitudinal => infarct::Strain::Longitudinal,
            Strain::None => infarct::Strain::None,
        },
        shape: match options.shape {
            Shape::Circle => infarct::Shape::Circle,
            Shape::Ellipse => infarct::Shape::Ellipse,
        },
        aspect: options.aspect,
        deposition: match options.deposition {
            Deposition::Aligned => infarct::Deposition::Aligned,
            Deposition::Random => infarct::Deposition::Random,
        },
        realignment: !options.no_realignment,
        strain_guidance: options.strain_guidance,
        days: options.days,
    }
}

fn simulation(options: &Options) -> Result<Simulation> {
    common::check_option("--aspect", options.aspect, "(x over y)", 0.3..=3.0)?;
    common::check_option("--days", options.days, "days", 1.0..=36_525.0)?;
    let builder = infarct(options).builder(options.seed)?.sample_every(Time::days(1.0));
    match options.threads {
        Some(threads) => builder.threads(threads).build(),
        None => builder.build(),
    }
}

/// Which sites are in the wound.
fn wound_sites(options: &Options, tissue: &Tissue) -> Vec<bool> {
    let (grid, infarct) = (tissue.grid(), infarct(options));
    let inside = |site| {
        let (x, y) = grid.center_of(site);
        infarct.is_wound(x, y)
    };
    (0..grid.sites()).map(inside).collect()
}

fn days(simulation: &Simulation, options: &Options) -> Vec<Wound> {
    let inside = wound_sites(options, simulation.tissue()).into_iter().filter(|inside| *inside);
    let area_mm2 = inside.count() as f64 * simulation.tissue().grid().site_area() * 1e-6;
    let rows = simulation.report().region(WOUND);
    rows.map(|row| Wound {
        day: row.day,
        collagen_fraction: row.organization.density,
        resultant_length: row.organization.regional_resultant_length,
        mean_angle_deg: row.organization.mean_angle_deg,
        cells: (row.fibroblasts_per_mm2 * area_mm2).round(),
    })
    .collect()
}

/// What was measured of the mean vector length in wounds strained like this.
fn measured_length(options: &Options) -> Option<(f64, f64)> {
    match options.strain {
        Strain::Uniaxial => Some(MEASURED_UNIAXIAL),
        Strain::Biaxial => Some(MEASURED_BIAXIAL),
        Strain::Longitudinal | Strain::None => None,
    }
}

fn write_results(options: &Options, folder: &ResultFolder, days: &[Wound], tissues: [&Tissue; 2]) -> Result<()> {
    let mut table = String::from("day,collagen_fraction,resultant_length,mean_angle_deg,cells,run\n");
    for row in days {
        let numbers = [row.day, row.collagen_fraction, row.resultant_length, row.mean_angle_deg, row.cells];
        table += &numbers.map(|number| number.to_string()).join(",");
        let _ = writeln!(table, ",{}", folder.run());
    }
    folder.write_file("rows.csv", table.as_bytes())?;
    folder
        .write_png("course.png", encode_charts_png(&rats::charts(days, measured_length(options)), &title(options)))?;
    let last = format!("day {}", days.last().map_or(0.0, |row| row.day));
    folder.write_png("maps.png", maps(options, &[("day 0", tissues[0]), (&last, tissues[1])])?.encode_png())
}

/// The course with what was measured in rats.
fn write_page(options: &Options, folder: &ResultFolder, days: &[Wound], arm: PageArm) -> Result<()> {
    let parts =
        vec![PagePart::charts("Beside what was measured in rats", &rats::charts(days, measured_length(options)))];
    let results = PagePart::words("What came out", &rats::sentences(days, measured_length(options)));
    let page = CoursePage::new(title(options), vec![arm]).results(results);
    let page = page.question("Does strain decide how the collagen of a healing infarct is aligned?").parts(parts);
    folder.write_file("report.html", page.run(folder.run()).html().as_bytes())
}

fn title(options: &Options) -> String {
    format!("Healing infarct, strain: {}", infarct(options).name())
}

/// Collagen, fiber axis and local alignment, one row per instant, with the outline of the wound.
fn maps(options: &Options, instants: &[(&str, &Tissue)]) -> Result<Figure> {
    let rows = instants.iter().map(|(_, tissue)| panels(options, tissue)).collect::<Result<_>>()?;
    let deposition = if options.deposition == Deposition::Random { ", fibers laid at random" } else { "" };
    Ok(Figure {
        title: title(options),
        subtitle: format!("windows of 20 µm, seed {}{deposition}", options.seed),
        row_titles: instants.iter().map(|(title, _)| (*title).into()).collect(),
        rows,
        panel_pixels: Figure::SUGGESTED_PANEL_PIXELS,
        width_millimeters: 0.44,
    })
}

fn panels(options: &Options, tissue: &Tissue) -> Result<Vec<Map>> {
    let MapWindows { side: window, stride } = windows();
    let maps = FiberMaps::new(tissue.matrix(), window, stride)?;
    let side = tissue.grid().width() / maps.columns as f64;
    let center = |index: usize| (index as f64 + 0.5) * side;
    let infarct = infarct(options);
    let outline: Vec<bool> = (0..maps.columns * maps.rows)
        .map(|point| infarct.is_wound(center(point % maps.columns), center(point / maps.columns)))
        .collect();
    let map = |title: &str, values: Vec<f64>, shade, (label, high, map): (&str, f64, ColorMap)| Map {
        title: title.into(),
        columns: maps.columns,
        rows: maps.rows,
        values,
        shade,
        outline: Some(outline.clone()),
        nuclei: Vec::new(),
        scale: Scale { label: label.into(), low: 0.0, high, map },
    };
    let (density, length, angle) = (maps.density.clone(), maps.resultant_length.clone(), maps.mean_angle_deg.clone());
    Ok(vec![
        map("collagen", density, None, ("area fraction", FULL_FRACTION, ColorMap::Sequential)),
        map("fiber axis", angle, Some(length.clone()), ("axis in °, pale: none", 180.0, ColorMap::Cyclic)),
        map("alignment", length, None, ("mean vector length", 1.0, ColorMap::Sequential)),
    ])
}

fn document(options: &Options, days: &[Wound], simulation: &Simulation) -> serde_json::Value {
    json!({
        "version": env!("CARGO_PKG_VERSION"),
        "example": "infarct",
        "seed": options.seed,
        "strain": infarct(options).name(),
        "shape": format!("{:?}", options.shape).to_lowercase(),
        "aspect": options.aspect,
        "deposition": format!("{:?}", options.deposition).to_lowercase(),
        "realignment": !options.no_realignment,
        "strain_guidance": options.strain_guidance,
        "rows": days,
        "state_digest": simulation.state_digest(),
    })
}

fn print_table(options: &Options, days: &[Wound]) -> Result<()> {
    say!("{}, seed {}\n", title(options), options.seed)?;
    say!(
        "{:>4} {:>9} {:>15} {:>7} {:>15} {:>7} {:>6}",
        "day",
        "collagen",
        "measured",
        "MVL",
        "measured",
        "angle°",
        "cells"
    )?;
    for row in days.iter().filter(|row| row.day % 7.0 == 0.0 || Some(row.day) == days.last().map(|last| last.day)) {
        let measured =
            |value: Option<(f64, f64)>| value.map_or("-".into(), |(mean, sd)| format!("{mean:.3} ± {sd:.3}"));
        let fraction = MEASURED_FRACTION.iter().find(|(day, ..)| *day == row.day).map(|&(_, mean, sd)| (mean, sd));
        let length = measured_length(options).filter(|_| row.day == 21.0);
        say!(
            "{:>4} {:>9.3} {:>15} {:>7.3} {:>15} {:>7.0} {:>6}",
            row.day,
            row.collagen_fraction,
            measured(fraction),
            row.resultant_length,
            measured(length),
            row.mean_angle_deg.round() % 180.0,
            row.cells
        )?;
    }
    Ok(())
}
