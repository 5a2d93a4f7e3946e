//! `report.html`: what was simulated and what came out, in one file that opens from disk.
//!
//! Numbers, cautions, maps over the days with a slider, directions of fibers, courses of all measures beside healthy skin, the
//! needle holes, the protocol, parameters that differ from the defaults with their sources, and where it all comes from. Nothing
//! is fetched: style, script and pictures are in the file.
mod frame;
mod holes;
mod measures;
mod part;
mod portraits;
mod rose;
mod sections;
mod study;
mod viewer;

pub use frame::{Frame, Frames};
pub(super) use measures::focus;
pub use part::{Page, PagePart};
pub use study::StudyPage;

use super::Report;
use crate::dermis::Dermis;
use crate::error::Result;
use crate::grid::Grid;
use crate::parameters::{ParameterRow, Parameters};
use crate::simulation::Simulation;
use crate::tissue::Tissue;
use crate::treatment::{DryRun, Protocol};
use maud::Markup;
use measures::Measure;
use portraits::Portraits;

/// One arm of a course as the page shows it.
///
/// ```
/// use dermaweave::report::{CoursePage, Frames, PageArm};
/// use dermaweave::{AtrophicScar, Device, Grid, Length, Protocol, Simulation, Skin, Time, Tissue};
/// let side = Length::millimeters(1.0);
/// let scar = AtrophicScar { diameter: Length::micrometers(500.0), ..AtrophicScar::boxcar() };
/// let tissue = Tissue::new(Grid::new(side, side, Length::micrometers(20.0))?, &Skin::young())?.with_lesion(&scar)?;
/// let protocol = Protocol::once(Device::dermaroller_mf8()).follow_up(Time::days(2.0));
/// let mut course = Simulation::builder(tissue).protocol(protocol).seed(1).build()?;
/// let frames = Frames::begin(course.tissue())?;
/// let mut kept = vec![frames.frame(course.tissue(), 0.0)?];
/// course.run()?;
/// kept.push(frames.frame(course.tissue(), 2.0)?);
/// let page = CoursePage::new("One session", vec![PageArm::of(&course, kept)?]);
/// let html = page.html();
/// assert!(html.starts_with("<!DOCTYPE html>") && html.contains("One session"));
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct PageArm {
    name: String,
    report: Report,
    protocol: Protocol,
    dry_run: DryRun,
    /// Parameters that differ from the defaults.
    changed: Vec<ChangedParameter>,
    holes: Vec<holes::SessionHoles>,
    extent: Extent,
    seed: u64,
    state_digest: String,
    frames: Vec<Frame>,
    portraits: Option<Portraits>,
    layers: usize,
}

/// A parameter that is not at its default.
#[derive(Clone, Debug)]
struct ChangedParameter {
    row: ParameterRow,
    default: f64,
}

/// Sides of the field.
#[derive(Clone, Copy, Debug)]
struct Extent {
    width_mm: f64,
    height_mm: f64,
}

impl PageArm {
    /// Of a course of one layer and the frames that were kept of it.
    /// Fails as [`Protocol::dry_run`] does.
    pub fn of(course: &Simulation, frames: Vec<Frame>) -> Result<Self> {
        Self::new(course, course.report(), course.state_digest(), 1, frames)
    }

    /// Of all layers together, and frames of the uppermost.
    /// Fails as [`Protocol::dry_run`] does.
    pub fn of_dermis(dermis: &Dermis, frames: Vec<Frame>) -> Result<Self> {
        let layers = dermis.layers().len();
        Self::new(&dermis.courses()[0], dermis.report(), dermis.state_digest(), layers, frames)
    }

    fn new(
        course: &Simulation,
        report: &Report,
        state_digest: String,
        layers: usize,
        mut frames: Vec<Frame>,
    ) -> Result<Self> {
        let (grid, protocol, seed) = (course.tissue().grid(), course.protocol(), course.seed());
        frames.sort_by(|one, other| one.day().total_cmp(&other.day()));
        Ok(Self {
            name: report.rows().last().map_or_else(String::new, |row| row.arm.clone()),
            report: report.clone(),
            protocol: protocol.clone(),
            dry_run: protocol.dry_run(grid, seed)?,
            changed: changed(course.parameters()),
            holes: holes::of(protocol, grid, seed),
            extent: Extent::of(grid),
            seed,
            state_digest,
            frames,
            portraits: None,
            layers,
        })
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// With pictures of fibers and skin before and after, and a profile through the lesion.
    /// Fails as [`FiberPicture::draw`](super::FiberPicture::draw) does.
    pub fn pictured(self, before: &Tissue, after: &Tissue) -> Result<Self> {
        Ok(Self { portraits: Some(Portraits::of(before, after)?), ..self })
    }
}

impl Extent {
    fn of(grid: &Grid) -> Self {
        Self { width_mm: grid.width() * 1e-3, height_mm: grid.height() * 1e-3 }
    }
}

fn changed(parameters: &Parameters) -> Vec<ChangedParameter> {
    let rows = parameters.table().into_iter().zip(Parameters::default().table());
    rows.filter(|(row, default)| row.value != default.value)
        .map(|(row, default)| ChangedParameter { row, default: default.value })
        .collect()
}

/// The page of a course: one arm, or several side by side, such as a control. See [`PageArm`].
#[derive(Clone, Debug)]
pub struct CoursePage {
    title: String,
    question: String,
    arms: Vec<PageArm>,
    parts: Vec<PagePart>,
    measures: Vec<&'static Measure>,
    results: Option<PagePart>,
    run: Option<String>,
}

impl CoursePage {
    /// A page under a title. The first arm is what it is about; others are shown beside it.
    pub fn new(title: impl Into<String>, arms: Vec<PageArm>) -> Self {
        let measures = measures::MEASURES.iter().collect();
        Self {
            title: title.into(),
            question: String::new(),
            arms,
            parts: Vec::new(),
            measures,
            results: None,
            run: None,
        }
    }

    /// Results of your own instead of measures of skin, which say nothing of other tissues.
    #[must_use]
    pub fn results(mut self, results: PagePart) -> Self {
        (self.measures, self.results) = (Vec::new(), Some(results));
        self
    }

    /// Parts of your own, which stand before what was done.
    #[must_use]
    pub fn parts(mut self, parts: Vec<PagePart>) -> Self {
        self.parts.extend(parts);
        self
    }

    /// What was asked, in a sentence below the title.
    #[must_use]
    pub fn question(mut self, question: impl Into<String>) -> Self {
        self.question = question.into();
        self
    }

    /// Name of the run, as [`ResultFolder::run`](super::ResultFolder::run) has it.
    #[must_use]
    pub fn run(mut self, run: impl Into<String>) -> Self {
        self.run = Some(run.into());
        self
    }

    /// The page: one HTML document with all that it needs.
    pub fn html(&self) -> String {
        let mut parts: Vec<Markup> = vec![
            self.results.as_ref().map_or_else(|| sections::results(&self.arms, &self.measures), PagePart::markup),
            sections::cautions(&self.arms),
            viewer::viewer(&self.arms),
            measures::timelines(&self.arms, &self.measures),
        ];
        parts.extend(self.parts.iter().map(PagePart::markup));
        parts.extend([
            sections::protocol(&self.arms),
            holes::section(&self.arms),
            sections::parameters(&self.arms),
            sections::provenance(&self.arms, self.run.as_deref()),
        ]);
        sections::document(&self.title, &self.question, &parts)
    }
}
