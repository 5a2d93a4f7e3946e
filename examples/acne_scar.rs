//! How does needling change the fibers of an atrophic acne scar, session by session?
//!
//! A boxcar scar 2 mm wide (half the collagen, parallel fibers) in healthy skin is rolled at about
//! 250 holes/cm² in four sessions four weeks apart and followed for 26 weeks; the same skin is left
//! untreated as control, in one layer or several (`--layers`). Prints a table per session and writes
//! `report.html`, `report.csv`, `maps.png`, `course.png`, `histology.png`, `fibers.png` and `skin.png` (before | after) and
//! `animation.png`, which moves in a browser. Interrupted (Ctrl-C, `--stop-after`), it saves both courses and ends with status 130; with `--resume` it goes on, to the same results.
//!
//! `cargo run --release --example acne_scar -- --help`
mod common;

use clap::Parser;
use common::interrupt::{Interruption, SavedCourses};
use common::layers::{Layers, Stack};
use common::page::{ArmFrames, page_arm};
use common::{Days, say};
use dermaweave::measure::{Histology, Region};
use dermaweave::parameters::{RecoveryParameters, SurfaceParameters};
use dermaweave::report::{Animation, AnimationFrame, ColorPicture, FiberPicture, SkinPicture};
use dermaweave::report::{CoursePage, Frame, Report, ResultFolder, Row, Snapshot};
use dermaweave::report::{course_charts, course_figure, encode_charts_png, histology_figure};
use dermaweave::{AtrophicScar, Dermis, Device, Error, Length, Protocol, Result, Simulation, Skin, Time, Tissue};
use rayon::ThreadPoolBuilder;
use serde::Serialize;
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;

/// Needles an atrophic acne scar and reports its fiber organization from session to session.
#[derive(Parser, Debug, Serialize)]
#[command(allow_negative_numbers = true)]
struct Options {
    /// Number of sessions
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..=1000))]
    sessions: u32,
    /// Days between sessions
    #[arg(long, default_value_t = 28.0)]
    interval_days: f64,
    /// Days of follow-up after the last session
    #[arg(long, default_value_t = 182.0)]
    follow_up_days: f64,
    /// Holes per cm² and session; rounded to whole passes of the roller
    #[arg(long, default_value_t = 250.0)]
    holes_per_cm2: f64,
    /// Side of the field in mm
    #[arg(long, default_value_t = 4.0)]
    size_mm: f64,
    /// Side of a site in µm
    #[arg(long, default_value_t = 10.0)]
    spacing_um: f64,
    #[command(flatten)]
    #[serde(flatten)]
    layers: Layers<1>,
    /// Seed of all random numbers
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Threads; the result does not depend on it [default: all]
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=4096))]
    #[serde(skip)]
    threads: Option<u16>,
    /// Leave out the untreated control
    #[arg(long)]
    no_control: bool,
    /// Folder for CSV and pictures
    #[arg(long, default_value = "output/acne_scar")]
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

fn main() -> ExitCode {
    let options = Options::parse();
    common::report_errors(|| on_threads(options.threads.map(usize::from), || run(&options)))
}

/// Does all work, pictures included, on so many threads.
fn on_threads(threads: Option<usize>, work: impl FnOnce() -> Result<()> + Send) -> Result<()> {
    let threads = threads.unwrap_or_else(common::all_cores);
    let pool = ThreadPoolBuilder::new().num_threads(threads).build();
    pool.map_err(|source| Error::Threads { threads, source: source.into() })?.install(work)
}

fn run(options: &Options) -> Result<()> {
    common::check_interval("--interval-days", options.interval_days)?;
    common::check_option("--follow-up-days", options.follow_up_days, "days", 1.0..=36_525.0)?;
    let protocol = Protocol::repeated(Device::dermaroller_mf8(), options.sessions, Time::days(options.interval_days))
        .follow_up(Time::days(options.follow_up_days));
    let protocol = common::of_option("--holes-per-cm2", protocol.holes_per_cm2(options.holes_per_cm2))?;
    let control_protocol = Protocol::untreated(protocol.end);
    let (treated, control) = rayon::join(
        || arm(options, "treated", protocol.clone(), &protocol),
        || arm(options, "control", control_protocol, &protocol),
    );
    let (mut treated, mut control) = (treated?, control?);
    let folder = common::begin(&options.out, options.json.as_deref(), options.quiet)?;
    let saved = SavedCourses::begin(&options.out, options, &options.interruption)?;
    if !options.quiet {
        say!("{}\n", protocol.dry_run(treated.top().tissue().grid(), options.seed)?)?;
    }
    let before = treated.top().tissue().clone();
    saved.resume(None, options.quiet, &mut [("treated", &mut treated), ("control", &mut control)])?;
    let seen = run_arms(options, &saved, &before, [&mut treated, &mut control])?;
    let arms: Vec<_> = [Some(&treated), (!options.no_control).then_some(&control)].into_iter().flatten().collect();
    let reports: Vec<_> = arms.iter().map(|arm| arm.report()).collect();
    folder.write_csv("report.csv", arms.iter().flat_map(|arm| arm.rows()))?;
    write_pictures(options, &folder, &protocol, &reports, &seen.snapshots)?;
    let after = treated.top().tissue();
    write_histology(options, &folder, &before, after)?;
    write_fibers_and_skin(&folder, &before, after)?;
    write_animation(&folder, &protocol, seen.frames)?;
    let pages = [(&treated, seen.page), (&control, seen.page_of_control)];
    write_page(options, &folder, &before, pages.into_iter().take(arms.len()))?;
    let index = orientation_index(options, &before, after)?;
    if let Some(path) = &options.json {
        folder.write_json_elsewhere(path, &document(options, &arms, index))?;
    }
    folder.finish()?;
    saved.remove();
    if !options.quiet {
        print_table(&protocol, &reports)?;
        let gains: Vec<_> = gains(&protocol, treated.report()).iter().map(|gain| format!("{gain:.3}")).collect();
        say!("\ncollagen gained session by session, and after the last: {}", gains.join(", "))?;
        let [before, after, around] = index.map(|index| index.map_or("-".into(), |index| format!("{index:.2}")));
        say!("collagen orientation index of the scar: {before} before, {after} after; {around} in the skin around")?;
        treated.report().cautions().iter().try_for_each(|caution| say!("caution: {caution}"))?;
        say!("\nreport.html, pictures and all samples: {}", options.out.display())?;
    }
    Ok(())
}

/// One arm; it is sampled at the milestones of the treatment even if it is not treated itself.
fn arm(options: &Options, name: &str, protocol: Protocol, treatment: &Protocol) -> Result<Stack> {
    let grid = common::square_field(options.size_mm, options.spacing_um)?;
    let skin = Skin { placement_seed: options.seed, ..Skin::young() };
    let tissue = move |grid| Tissue::new(grid, &skin)?.with_lesion(&AtrophicScar::boxcar());
    // Redness comes and goes within days of a session.
    let soon = treatment.sessions.iter().flat_map(|session| [0.5, 1.0, 2.0].map(|after| session.day() as f64 + after));
    let sampled = milestones(treatment).into_iter().map(|(_, day)| day).chain(soon);
    let days: Vec<_> = sampled.filter(|day| *day <= treatment.end.in_days()).map(Time::days).collect();
    // Memory is for both arms, and the scar as it was before.
    if options.layers.count == 1 {
        let builder = Simulation::builder(tissue(grid)?).arm(name).protocol(protocol).seed(options.seed);
        let builder = builder.sample_also(days);
        builder.check_memory(3)?;
        return Ok(Stack::One(Box::new(builder.build()?)));
    }
    let builder = Dermis::builder(grid, tissue).layers(options.layers.count as usize);
    let builder = builder.arm(name).protocol(protocol).seed(options.seed).sample_also(days);
    builder.check_memory(3)?;
    Ok(Stack::Several(Box::new(builder.build()?)))
}

/// What was seen: of the treated arm maps from all milestones and frames of its animation; of both what their page shows.
struct Seen {
    snapshots: Vec<Snapshot>,
    frames: Vec<AnimationFrame>,
    page: Vec<Frame>,
    page_of_control: Vec<Frame>,
}

/// Runs the treated arm and the control; gives what was seen of the first.
fn run_arms(
    options: &Options,
    saved: &SavedCourses,
    before: &Tissue,
    [treated, control]: [&mut Stack; 2],
) -> Result<Seen> {
    let arms = if options.no_control { 1.0 } else { 2.0 };
    let days = Days::new(arms * treated.protocol().end.in_days(), options.quiet);
    // Side by side, so that no thread waits for the other arm while there is little to do in one.
    let shown = shown(treated.protocol());
    let mut page = ArmFrames::begin("treated", before, shown.clone(), treated.top().clock().days(), saved)?;
    let mut page_of_control = ArmFrames::begin("control", before, shown, control.top().clock().days(), saved)?;
    let (seen, untreated) = rayon::join(
        || run_treated(treated, before, &days, saved, &mut page),
        || if options.no_control { Ok(()) } else { run_control(control, &days, saved, &mut page_of_control) },
    );
    days.finish();
    let outcome = match (seen, untreated) {
        // Of both, that one was stopped says less than that the other has failed.
        (Ok(_) | Err(Error::Stopped { .. }), Err(failed)) => Err(failed),
        (seen, _) => seen,
    };
    let courses = [("treated", &*treated), ("control", &*control)];
    let seen = saved.ended(outcome, if options.no_control { &courses[..1] } else { &courses })?;
    Ok(Seen { page: page.into_frames()?, page_of_control: page_of_control.into_frames()?, ..seen })
}

/// Days that the page shows: milestones, and every fourth week.
fn shown(protocol: &Protocol) -> Vec<f64> {
    let every = (0..=protocol.end_day() / 28).map(|number| (28 * number) as f64);
    every.chain(milestones(protocol).into_iter().map(|(_, day)| day)).collect()
}

fn run_control(control: &mut Stack, days: &Days, saved: &SavedCourses, page: &mut ArmFrames) -> Result<()> {
    let mut reached = days.reached("control");
    let observe = |day: f64, tissue: &Tissue| {
        page.see(day, tissue);
        reached(day)
    };
    saved.saving("control", |saving| control.run(saving, observe))
}

/// Runs the treated arm; keeps maps from all milestones and frames, those before it was resumed too.
fn run_treated(
    treated: &mut Stack,
    before: &Tissue,
    days: &Days,
    saved: &SavedCourses,
    page: &mut ArmFrames,
) -> Result<Seen> {
    let milestones = milestones(treated.protocol());
    // What a map refuses is told before the first step.
    let mut snapshots = vec![Ok(Snapshot::new("before, day 0", before)?)];
    let begun = treated.top().clock().days();
    let earlier = milestones[1..].iter().filter(|(_, day)| *day <= begun);
    snapshots.extend(earlier.map(|(_, day)| saved.kept(&maps_of(*day))));
    let mut animation = Animation::new(FRAME_PIXELS);
    let mut frames = vec![animation.draw(before, 0.0)];
    let frame_days = frame_days(treated.protocol());
    frames.extend(frame_days.iter().filter(|day| **day <= begun).map(|day| saved.kept(&frame_of(*day))));
    let mut reached = days.reached("treated");
    let observe = |today: f64, tissue: &Tissue| {
        page.see(today, tissue);
        if frame_days.contains(&today) {
            let frame = animation.draw(tissue, today);
            if let Ok(frame) = &frame {
                saved.keep(&frame_of(today), frame);
            }
            frames.push(frame);
        }
        for (title, day) in milestones.iter().filter(|(_, day)| *day == today) {
            let titled = if title.contains("day") { title.clone() } else { format!("{title}, day {day}") };
            let snapshot = Snapshot::new(titled, tissue);
            if let Ok(snapshot) = &snapshot {
                saved.keep(&maps_of(*day), snapshot);
            }
            snapshots.push(snapshot);
        }
        reached(today)
    };
    saved.saving("treated", |saving| treated.run(saving, observe))?;
    Ok(Seen {
        snapshots: snapshots.into_iter().collect::<Result<_>>()?,
        frames: frames.into_iter().collect::<Result<_>>()?,
        page: Vec::new(),
        page_of_control: Vec::new(),
    })
}

/// Width of the animation's field in pixels, and most frames of it.
const FRAME_PIXELS: usize = 480;
const MOST_FRAMES: u64 = 48;

/// Days on which a frame is drawn, after the first one: some of those on which a course is sampled every week.
fn frame_days(protocol: &Protocol) -> Vec<f64> {
    let weeks = protocol.end_day() / 7;
    let every = weeks.div_ceil(MOST_FRAMES).max(1);
    (1..=weeks / every).map(|frame| (frame * every * 7) as f64).collect()
}

/// Name under which a frame is kept.
fn frame_of(day: f64) -> String {
    format!("frame_of_day_{day}")
}

/// Name under which the maps of a milestone are kept.
fn maps_of(day: f64) -> String {
    format!("maps_of_day_{day}")
}

/// What is shown: before, the end of every session's interval, and the end.
fn milestones(protocol: &Protocol) -> Vec<(String, f64)> {
    let starts: Vec<_> = protocol.sessions.iter().map(|session| session.day() as f64).collect();
    let end = protocol.end_day() as f64;
    let interval = starts.get(1).map_or(28.0, |second| second - starts[0]);
    let mut milestones = vec![("before".to_owned(), 0.0)];
    for (index, start) in starts.iter().enumerate() {
        let until = starts.get(index + 1).copied().unwrap_or(start + interval);
        if until < end {
            milestones.push((format!("after session {}", index + 1), until));
        }
    }
    milestones.push((format!("day {end}, end"), end));
    milestones
}

fn write_pictures(
    options: &Options,
    folder: &ResultFolder,
    protocol: &Protocol,
    reports: &[&Report],
    snapshots: &[Snapshot],
) -> Result<()> {
    let Options { sessions, seed, layers, .. } = options;
    let subtitle = format!("{sessions} sessions, seed {seed}; organization on 100 µm windows{}", layers.pictured());
    let figure = course_figure("Acne scar under needling", subtitle, snapshots);
    folder.write_png("maps.png", figure.encode_png())?;
    let sessions: Vec<_> = protocol.sessions.iter().map(|session| session.day() as f64).collect();
    let charts = course_charts(reports, "lesion", &sessions);
    let course = encode_charts_png(&charts, "The scar over time");
    folder.write_png("course.png", course)
}

/// What was done and what came out, in one file.
fn write_page<'a>(
    options: &Options,
    folder: &ResultFolder,
    before: &Tissue,
    arms: impl Iterator<Item = (&'a Stack, Vec<Frame>)>,
) -> Result<()> {
    let arms = arms.map(|(stack, frames)| page_arm(stack, frames)?.pictured(before, stack.top().tissue()));
    let page = CoursePage::new("Acne scar under needling", arms.collect::<Result<_>>()?).run(folder.run());
    let question = format!("How do {} sessions change an atrophic scar?", options.sessions);
    folder.write_file("report.html", page.question(question).html().as_bytes())
}

/// The middle of the scar before and after, and healthy skin beside it, under the microscope.
fn write_histology(options: &Options, folder: &ResultFolder, before: &Tissue, after: &Tissue) -> Result<()> {
    let (middle, aside) = (0.5 * before.grid().width(), 0.05 * before.grid().width());
    let mut places = vec![("scar, before", before, (middle, middle)), ("scar, after", after, (middle, middle))];
    // A scar as wide as the field leaves no healthy skin.
    if !before.lesion()[before.grid().site_at(aside, aside)] {
        places.push(("healthy", before, (aside, aside)));
    }
    let figure = histology_figure("The scar under the microscope", &places, options.seed)?;
    folder.write_png("histology.png", figure.encode_png())
}

/// Pixels along the longer side of one picture of fibers or skin, and between two of them.
const PICTURE_PIXELS: f64 = 900.0;
const BETWEEN: usize = 12;

/// The fibers and the lit relief of the whole field, before on the left and after on the right.
fn write_fibers_and_skin(folder: &ResultFolder, before: &Tissue, after: &Tissue) -> Result<()> {
    let pixel = Length::micrometers(before.grid().width().max(before.grid().height()) / PICTURE_PIXELS);
    let side_by_side = |draw: &dyn Fn(&Tissue) -> Result<ColorPicture>| {
        Ok::<_, Error>(ColorPicture::side_by_side(&[draw(before)?, draw(after)?], BETWEEN).encode_png())
    };
    let fibers = FiberPicture { pixel, ..FiberPicture::default() };
    folder.write_png("fibers.png", side_by_side(&|tissue| fibers.draw(tissue))?)?;
    let skin = SkinPicture { pixel, ..SkinPicture::default() };
    let (surface, recovery) = (SurfaceParameters::default(), RecoveryParameters::default());
    folder.write_png("skin.png", side_by_side(&|tissue| skin.draw_tissue(tissue, &surface, &recovery))?)
}

/// The treated arm as a moving picture.
fn write_animation(folder: &ResultFolder, protocol: &Protocol, frames: Vec<AnimationFrame>) -> Result<()> {
    let sessions = protocol.sessions.iter().map(|session| session.day() as f64);
    let mut animation = Animation::new(FRAME_PIXELS).with_sessions(sessions);
    frames.into_iter().try_for_each(|frame| animation.push_frame(frame))?;
    folder.write_png("animation.png", animation.encode())
}

/// Collagen orientation index of the scar before and after, and of the skin around before, where
/// the field is wide enough to show it.
fn orientation_index(options: &Options, before: &Tissue, after: &Tissue) -> Result<[Option<f64>; 3]> {
    let index = |tissue: &Tissue, inside: bool| {
        let mask: Vec<bool> = before.lesion().iter().map(|lesion| *lesion == inside).collect();
        if !mask.contains(&true) {
            return Ok(None);
        }
        let region = Region::mask("of the index", before.grid(), mask)?;
        Histology::default().orientation_index(tissue.matrix(), &region, Histology::VIEWS, options.seed).map(Some)
    };
    Ok([index(before, true)?, index(after, true)?, index(before, false)?])
}

/// Collagen that the scar gained in each session's interval, and from the last of these to the end.
fn gains(protocol: &Protocol, report: &Report) -> Vec<f64> {
    let density = |day: f64| {
        let row = report.region("lesion").find(|row| row.day == day);
        row.map_or(f64::NAN, |row| row.organization.density)
    };
    let densities: Vec<f64> = milestones(protocol).iter().map(|(_, day)| density(*day)).collect();
    densities.windows(2).map(|pair| pair[1] - pair[0]).collect()
}

fn document(options: &Options, arms: &[&Stack], index: [Option<f64>; 3]) -> serde_json::Value {
    let (rows, treated): (Vec<_>, _) = (arms.iter().flat_map(|arm| arm.rows()).map(Row::flat).collect(), arms[0]);
    json!({
        "version": env!("CARGO_PKG_VERSION"),
        "seed": options.seed,
        "threads": options.threads.map_or_else(common::all_cores, usize::from),
        "rows": rows,
        "collagen_gained_by_session": gains(treated.protocol(), treated.report()),
        "cautions": treated.report().cautions(),
        "collagen_orientation_index": {"scar_before": index[0], "scar_after": index[1], "healthy": index[2]},
        "state_digest": treated.state_digest(),
    })
}

/// One line per session and region: what was there before it, and at the end. What a reader wants first stands first.
fn print_table(protocol: &Protocol, reports: &[&Report]) -> Result<()> {
    say!(
        "{:<18} {:<8} {:<9} {:>6} {:>7} {:>5} {:>9} {:>8} {:>8} {:>10}",
        "",
        "arm",
        "region",
        "amount",
        "off by°",
        "R",
        "R healthy",
        "depth µm",
        "type III",
        "cells/mm²"
    )?;
    for (title, day) in milestones(protocol) {
        let rows = reports.iter().flat_map(|report| report.rows()).filter(|row| row.day == day);
        for (line, row) in rows.filter(|row| row.region != "all").enumerate() {
            let fibers = &row.organization;
            let title = if line == 0 { title.as_str() } else { "" };
            say!(
                "{title:<18} {:<8} {:<9} {:>6.2} {:>7.1} {:>5.2} {:>9.2} {:>8.0} {:>8.3} {:>10.0}",
                row.arm,
                row.region,
                fibers.density,
                fibers.distance_to_healthy_deg,
                fibers.resultant_length,
                fibers.healthy_resultant_length,
                row.surface.depth_um,
                fibers.type_iii_share,
                row.fibroblasts_per_mm2
            )?;
        }
    }
    Ok(())
}
