//! What would needling do to the skin of this picture?
//!
//! A picture of collagen (second harmonic, picrosirius red, a photograph of a section) becomes tissue: directions by gradients of
//! brightness, amounts by brightness, the lesion by a second picture or a level. It is needled four times, four weeks apart
//! (roller, 250 channels/cm²), and measured eight weeks after the last session.
//!
//! Without `--picture` it draws bundles of a parallel scar in healthy skin into `picture.png` and the scar into `lesion.png`,
//! and begins with these.
//!
//! `cargo run --release --example from_picture -- --picture FILE.png --pixel-um 0.5 --lesion-below 0.2`
//! (TIFF: `--features tiff`)
mod common;

use clap::Parser;
use common::{Days, check_interval, check_option, of_option, say};
use dermaweave::measure::{Histology, Picture};
use dermaweave::picture::{LesionArea, Level, PictureStart, read_picture};
use dermaweave::report::{CoursePage, Frames, PageArm, Report, ResultFolder, Row, Snapshot, course_figure};
use dermaweave::{AtrophicScar, Device, Grid, Length, Protocol, Result, Simulation, Skin, Time, Tissue};
use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

/// Needles the skin that a picture of its collagen shows.
#[derive(Parser, Debug)]
#[command(allow_negative_numbers = true)]
struct Options {
    /// Picture of collagen, PNG or TIFF; one is drawn if none is given
    #[arg(long, value_name = "FILE")]
    picture: Option<PathBuf>,
    /// Side of a pixel in µm [default: as the file states it]
    #[arg(long, requires = "picture")]
    pixel_um: Option<f64>,
    /// Picture of the same size that is bright where the lesion is
    #[arg(long, value_name = "FILE", requires = "picture")]
    lesion: Option<PathBuf>,
    /// The lesion is what is darker than this, 0 to 1 of the full scale
    #[arg(long, value_name = "LEVEL", requires = "picture", conflicts_with = "lesion")]
    lesion_below: Option<f64>,
    /// The lesion is what is brighter than this, 0 to 1 of the full scale
    #[arg(long, value_name = "LEVEL", requires = "picture", conflicts_with_all = ["lesion", "lesion_below"])]
    lesion_above: Option<f64>,
    /// Brightness without collagen, 0 to 1 of the full scale
    #[arg(long, default_value_t = 0.0)]
    empty_level: f64,
    /// Mean brightness of healthy skin, 0 to 1 of the full scale [default: median of the windows outside of the lesion]
    #[arg(long)]
    healthy_level: Option<f64>,
    /// Scale of the gradients in µm [default: 1.5 µm or 1.5 pixels, whichever is more]
    #[arg(long)]
    gradient_um: Option<f64>,
    /// Side of the windows on which directions and brightness are measured, in µm
    #[arg(long, default_value_t = 100.0)]
    window_um: f64,
    /// Side of a site in µm
    #[arg(long, default_value_t = 20.0)]
    spacing_um: f64,
    /// Axis of the tension of the skin in degrees, counterclockwise from the right
    #[arg(long, default_value_t = 0.0)]
    tension_deg: f64,
    /// Age in years
    #[arg(long, default_value_t = 35.0)]
    age: f64,
    /// Number of sessions
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..=100))]
    sessions: u32,
    /// Days between sessions
    #[arg(long, default_value_t = 28.0)]
    interval_days: f64,
    /// Days of follow-up after the last session
    #[arg(long, default_value_t = 56.0)]
    follow_up_days: f64,
    /// Holes per cm² and session, as whole passes of the roller
    #[arg(long, default_value_t = 250.0)]
    holes_per_cm2: f64,
    /// Seed of all random numbers
    #[arg(long, default_value_t = 7)]
    seed: u64,
    /// Folder for CSV and pictures
    #[arg(long, default_value = "output/from_picture")]
    out: PathBuf,
    /// Also write all rows to this JSON file
    #[arg(long)]
    json: Option<PathBuf>,
    /// No progress bar, no table
    #[arg(long)]
    quiet: bool,
}

fn main() -> ExitCode {
    let options = Options::parse();
    common::report_errors(|| run(&options))
}

fn run(options: &Options) -> Result<()> {
    check_interval("--interval-days", options.interval_days)?;
    check_option("--follow-up-days", options.follow_up_days, "days", 1.0..=36_525.0)?;
    check_option("--age", options.age, "years", 18.0..=110.0)?;
    check_option("--tension-deg", options.tension_deg, "degrees", -360.0..=360.0)?;
    let protocol = Protocol::repeated(Device::dermaroller_mf8(), options.sessions, Time::days(options.interval_days))
        .follow_up(Time::days(options.follow_up_days));
    let protocol = of_option("--holes-per-cm2", protocol.holes_per_cm2(options.holes_per_cm2))?;
    let mut skin = Skin { placement_seed: options.seed, ..Skin::aged(options.age) };
    skin.tension.axis = options.tension_deg.to_radians();
    let given = options.picture.clone().map(|picture| Files { picture, lesion: options.lesion.clone() });
    // Before the folder is begun, which removes results of an earlier run.
    let given = given.map(|files| tissue(options, &skin, &files)).transpose()?;
    let folder = common::begin(&options.out, options.json.as_deref(), options.quiet)?;
    let tissue = match given {
        Some(tissue) => tissue,
        None => tissue(options, &skin, &draw(options, &skin, &folder)?)?,
    };
    let before = tissue.clone();
    let builder = Simulation::builder(tissue).protocol(protocol).sample_every(Time::days(7.0)).seed(options.seed);
    let mut simulation = builder.build()?;
    let page = needle(options, &mut simulation, &before)?;
    let report = simulation.report();
    folder.write_csv("rows.csv", report.rows())?;
    let maps = [Snapshot::new("before", &before)?, Snapshot::new("after", simulation.tissue())?];
    let subtitle = format!("{} sessions, {} days apart", options.sessions, options.interval_days);
    folder.write_png("maps.png", course_figure("Skin of a picture", subtitle, &maps).encode_png())?;
    folder.write_file("report.html", page.run(folder.run()).html().as_bytes())?;
    if let Some(path) = &options.json {
        let rows: Vec<_> = report.rows().iter().map(Row::flat).collect();
        folder.write_json_elsewhere(path, &serde_json::json!({ "seed": options.seed, "rows": rows }))?;
    }
    folder.finish()?;
    if options.quiet { Ok(()) } else { print_table(options, report) }
}

/// Runs the course; gives its page, which shows every fourth week.
fn needle(options: &Options, course: &mut Simulation, before: &Tissue) -> Result<CoursePage> {
    let (days, frames) = (Days::new(course.protocol().end.in_days(), options.quiet), Frames::begin(before)?);
    let (end, mut kept) = (course.protocol().end.in_days(), vec![frames.frame(before, 0.0)]);
    let mut reached = days.reached("needled");
    course.run_observed(|progress| {
        if progress.day > 0.0 && (progress.day % 28.0 == 0.0 || progress.day == end) {
            kept.push(frames.frame(progress.tissue, progress.day));
        }
        reached(progress.day)
    })?;
    days.finish();
    let arm = PageArm::of(course, kept.into_iter().collect::<Result<_>>()?)?.pictured(before, course.tissue())?;
    Ok(CoursePage::new("Skin of a picture", vec![arm]).question("What would needling do to the skin of this picture?"))
}

/// Where the pictures lie.
struct Files {
    picture: PathBuf,
    lesion: Option<PathBuf>,
}

/// The skin that pictures show.
fn tissue(options: &Options, skin: &Skin, files: &Files) -> Result<Tissue> {
    let picture = read_picture(&files.picture, options.pixel_um.map(Length::micrometers))?;
    let lesion = match (&files.lesion, options.lesion_below, options.lesion_above) {
        (Some(path), ..) => LesionArea::Bright(read_picture(path, Some(Length::micrometers(picture.pixel_um)))?),
        (_, Some(level), _) => LesionArea::Below(level),
        (.., Some(level)) => LesionArea::Above(level),
        _ => LesionArea::None,
    };
    let healthy = options.healthy_level.map_or(Level::OfHealthySites(50.0), Level::Brightness);
    let start = PictureStart::new(picture).skin(skin).lesion(lesion).healthy(healthy);
    let start = start.empty(Level::Brightness(options.empty_level)).window(Length::micrometers(options.window_um));
    let start = start.spacing(Length::micrometers(options.spacing_um));
    match options.gradient_um {
        Some(scale) => start.gradient_scale(Length::micrometers(scale)).build(),
        None => start.build(),
    }
}

/// Draws thin bundles of a parallel scar in healthy skin, 1 mm wide, as a microscope would show them, and where the scar is.
fn draw(options: &Options, skin: &Skin, folder: &ResultFolder) -> Result<Files> {
    let (side, middle) = (Length::millimeters(1.0), 500.0);
    let scar = AtrophicScar { diameter: Length::millimeters(0.5), axis: 0.6, ..AtrophicScar::boxcar() };
    let tissue = Tissue::new(Grid::new(side, side, Length::micrometers(20.0))?, skin)?.with_lesion(&scar)?;
    let thin = Histology {
        field_of_view: side,
        bundle_width: Length::micrometers(5.0),
        bundle_length: Length::micrometers(50.0),
        // Few lie above one another, so that brightness tells the amount.
        layers: 0.8,
        crimp_angle_degrees: 5.0,
        window: Length::micrometers(20.0),
        ..Histology::default()
    };
    let picture = thin.view(tissue.matrix(), (middle, middle), options.seed, 0)?;
    let is_scar = |pixel: usize| {
        let place = |index: usize| (index as f64 + 0.5) * picture.pixel_um;
        tissue.lesion()[tissue.grid().site_at(place(pixel % picture.columns), place(pixel / picture.columns))]
    };
    let brightness = (0..picture.brightness.len()).map(|pixel| if is_scar(pixel) { 1.0 } else { 0.0 }).collect();
    let lesion = Picture { brightness, ..picture.clone() };
    folder.write_png("picture.png", encode(&picture))?;
    folder.write_png("lesion.png", encode(&lesion))?;
    Ok(Files { picture: folder.path().join("picture.png"), lesion: Some(folder.path().join("lesion.png")) })
}

/// A gray picture with 8 bits that states the size of its pixels.
fn encode(picture: &Picture) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, picture.columns as u32, picture.rows as u32);
    encoder.set_color(png::ColorType::Grayscale);
    let per_meter = (1e6 / picture.pixel_um).round() as u32;
    let pixel = png::PixelDimensions { xppu: per_meter, yppu: per_meter, unit: png::Unit::Meter };
    encoder.set_pixel_dims(Some(pixel));
    // Rows of a file lead downward.
    let rows = picture.brightness.chunks(picture.columns).rev().flatten();
    let gray: Vec<u8> = rows.map(|brightness| (brightness.clamp(0.0, 1.0) * 255.0).round() as u8).collect();
    encoder.write_header()?.write_image_data(&gray)?;
    Ok(bytes)
}

/// What the regions are before and after.
fn print_table(options: &Options, report: &Report) -> Result<()> {
    say!(
        "{:<9} {:<7} {:>9} {:>6} {:>6} {:>6} {:>12} {:>6}",
        "region",
        "",
        "collagen",
        "R",
        "weave",
        "axis°",
        "off healthy°",
        "depth"
    )?;
    let has_lesion = report.region("lesion").next().is_some();
    for region in if has_lesion { ["lesion", "surround"].as_slice() } else { &["all"] } {
        let rows = [("before", report.region(region).next()), ("after", report.region(region).last())];
        rows.into_iter()
            .filter_map(|(when, row)| Some((when, row?)))
            .try_for_each(|(when, row)| print_row(when, row))?;
    }
    report.cautions().iter().try_for_each(|caution| say!("caution: {caution}"))?;
    say!("\nreport.html, maps and all samples: {}", options.out.display())
}

fn print_row(when: &str, row: &Row) -> Result<()> {
    let fibers = &row.organization;
    say!(
        "{:<9} {when:<7} {:>9.3} {:>6.3} {:>6.3} {:>6.0} {:>12.1} {:>6.0}",
        row.region,
        fibers.density,
        fibers.resultant_length,
        fibers.weave_index,
        fibers.mean_angle_deg,
        fibers.distance_to_healthy_deg,
        row.surface.depth_um
    )
}
