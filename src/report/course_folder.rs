//! The folder of a course: a page, pictures and tables, without further work.
use super::page::focus;
use super::{
    CoursePage, Frames, PageArm, ResultFolder, Row, Snapshot, course_charts, course_figure, encode_charts_png,
};
use crate::error::Result;
use crate::report::Report;
use crate::simulation::Simulation;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// Frames of a course at most: one on each sampled day, fewer of a long course.
const MOST_FRAMES: f64 = 20.0;

/// Files of such a folder.
const FILES: [&str; 5] = ["report.html", "rows.csv", "dictionary.csv", "maps.png", "course.png"];

/// Runs courses and leaves what people look at: `report.html` with a slider over the sampled days, `maps.png` before and after,
/// `course.png` over time, all rows as `rows.csv`, and what the columns mean as `dictionary.csv`.
///
/// Several courses run one after another become arms side by side; give each a name
/// ([`Builder::arm`](crate::simulation::Builder::arm)).
///
/// ```
/// use dermaweave::report::CourseFolder;
/// use dermaweave::{AtrophicScar, Device, Grid, Length, Protocol, Simulation, Skin, Time, Tissue};
/// let side = Length::millimeters(1.0);
/// let scar = AtrophicScar { diameter: Length::micrometers(500.0), ..AtrophicScar::boxcar() };
/// let tissue = Tissue::new(Grid::new(side, side, Length::micrometers(20.0))?, &Skin::young())?.with_lesion(&scar)?;
/// let protocol = Protocol::once(Device::dermaroller_mf8()).follow_up(Time::days(2.0));
/// let mut course = Simulation::builder(tissue).protocol(protocol).sample_every(Time::days(1.0)).build()?;
/// # let path = std::env::temp_dir().join(format!("dermaweave_course_folder_{}", std::process::id()));
/// let mut folder = CourseFolder::begin(&path, "A scar, needled once")?;
/// folder.run(&mut course)?;
/// let written = folder.finish()?;
/// assert!(written.join("report.html").exists() && written.join("rows.csv").exists());
/// # std::fs::remove_dir_all(&path).unwrap();
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Debug)]
pub struct CourseFolder {
    folder: ResultFolder,
    title: String,
    arms: Vec<PageArm>,
    reports: Vec<Report>,
    snapshots: Vec<Snapshot>,
    session_days: Vec<f64>,
}

impl CourseFolder {
    /// Begins a run in a folder, which is made if it is not there. Fails as [`ResultFolder::begin_with`] does.
    pub fn begin(path: impl AsRef<Path>, title: impl Into<String>) -> Result<Self> {
        let title = title.into();
        let folder = ResultFolder::begin_with(path, &title, &FILES)?;
        let (arms, reports, snapshots) = (Vec::new(), Vec::new(), Vec::new());
        Ok(Self { folder, title, arms, reports, snapshots, session_days: Vec::new() })
    }

    /// Runs a course to its end as [`Simulation::run`] does, and keeps what is shown of it.
    pub fn run(&mut self, course: &mut Simulation) -> Result<()> {
        let before = course.tissue().clone();
        let (begun, end) = (course.clock().days(), course.protocol().end.in_days());
        let frames = Frames::begin(&before)?;
        let (mut kept, mut next) = (vec![frames.frame(&before, begun)], begun + end / MOST_FRAMES);
        course.run_observed(|progress| {
            if progress.day >= next || progress.day >= end {
                kept.push(frames.frame(progress.tissue, progress.day));
                next = progress.day + end / MOST_FRAMES;
            }
            ControlFlow::Continue(())
        })?;
        let arm = PageArm::of(course, kept.into_iter().collect::<Result<_>>()?)?.pictured(&before, course.tissue())?;
        let title = |day: f64| format!("{} day {day:.0}", arm.name());
        self.snapshots.push(Snapshot::new(title(begun), &before)?);
        self.snapshots.push(Snapshot::new(title(course.clock().days()), course.tissue())?);
        self.session_days.extend(course.protocol().sessions.iter().map(|session| session.day() as f64));
        self.reports.push(course.report().clone());
        self.arms.push(arm);
        Ok(())
    }

    /// Writes everything; gives the folder.
    pub fn finish(self) -> Result<PathBuf> {
        let Self { folder, title, arms, reports, snapshots, session_days } = self;
        let rows: Vec<&Row> = reports.iter().flat_map(Report::rows).collect();
        folder.write_csv("rows.csv", rows)?;
        if let Some(report) = reports.first() {
            folder.write_dictionary("dictionary.csv", &report.dictionary())?;
        }
        folder.write_png("maps.png", course_figure(&title, "on windows of 100 µm", &snapshots).encode_png())?;
        let shown: Vec<&Report> = reports.iter().collect();
        let region = shown.first().map_or("all", |report| focus(report));
        let charts = course_charts(&shown, region, &session_days);
        folder.write_png("course.png", encode_charts_png(&charts, &title))?;
        let page = CoursePage::new(title, arms).run(folder.run());
        folder.write_file("report.html", page.html().as_bytes())?;
        let path = folder.path().to_owned();
        folder.finish()?;
        Ok(path)
    }
}
