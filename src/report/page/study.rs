//! The page of a study: several arms, each with replicates.
use super::chart::{Line, TimeChart, css_color};
use super::measures::{MEASURES, Measure};
use super::sections::{document, number};
use crate::measure::Summary;
use crate::report::Report;
use maud::{Markup, PreEscaped, html};
use std::collections::BTreeMap;

/// Page of a study: what all arms came to, with 95 % intervals over replicates, and their courses with bands.
///
/// ```
/// use dermaweave::report::StudyPage;
/// use dermaweave::{Grid, Length, Simulation, Skin, Tissue};
/// # let side = Length::micrometers(400.0);
/// # let grid = Grid::new(side, side, Length::micrometers(20.0))?;
/// let course = |seed| {
///     let skin = Skin { placement_seed: seed, ..Skin::young() };
///     let mut course = Simulation::builder(Tissue::new(grid, &skin)?).build()?;
///     course.run()?;
///     Ok::<_, dermaweave::Error>(course)
/// };
/// let (one, two) = (course(1)?, course(2)?);
/// let page = StudyPage::new("Untreated skin").arm("untreated", [one.report(), two.report()]);
/// assert!(page.html().contains("untreated"));
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct StudyPage {
    title: String,
    question: String,
    arms: Vec<StudyArm>,
    run: Option<String>,
}

#[derive(Clone, Debug)]
struct StudyArm {
    name: String,
    /// One for each replicate.
    reports: Vec<Report>,
}

/// A measure over replicates on a day.
struct Sampled {
    day: f64,
    summary: Summary,
}

impl StudyPage {
    /// A page under a title, yet without arms.
    pub fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), question: String::new(), arms: Vec::new(), run: None }
    }

    /// What was asked, in a sentence below the title.
    #[must_use]
    pub fn question(mut self, question: impl Into<String>) -> Self {
        self.question = question.into();
        self
    }

    /// One more arm: the reports of its replicates.
    #[must_use]
    pub fn arm<'a>(mut self, name: impl Into<String>, reports: impl IntoIterator<Item = &'a Report>) -> Self {
        self.arms.push(StudyArm { name: name.into(), reports: reports.into_iter().cloned().collect() });
        self
    }

    /// Name of the run, as [`ResultFolder::run`](crate::report::ResultFolder::run) has it.
    #[must_use]
    pub fn run(mut self, run: impl Into<String>) -> Self {
        self.run = Some(run.into());
        self
    }

    /// The page: one HTML document with all that it needs.
    pub fn html(&self) -> String {
        document(&self.title, &self.question, &[self.results(), self.cautions(), self.courses(), self.provenance()])
    }

    fn results(&self) -> Markup {
        html! {
            section #results {
                h2 { "What came out" }
                p { "On the last day; mean and 95 % interval over replicates." }
                div.wide {
                    table {
                        thead { tr { th scope="col" { "on the last day" } @for arm in &self.arms { th scope="col" { (arm.name) } } } }
                        tbody {
                            @for measure in &MEASURES {
                                tr {
                                    th scope="row" { (measure.title) span.unit { " " (measure.unit) } }
                                    @for arm in &self.arms { td { (arm.told(measure)) } }
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    fn cautions(&self) -> Markup {
        html! {
            section #cautions {
                h2 { "Cautions" }
                ul {
                    @for arm in &self.arms {
                        @for (caution, count) in arm.cautions() {
                            li { (arm.name) ", " (count) " of " (arm.reports.len()) " replicates: " (caution) }
                        }
                    }
                }
                p.small { "A simulation; intervals are over replicates, narrower than among patients. No basis for treating anyone." }
            }
        }
    }

    fn courses(&self) -> Markup {
        html! {
            section #courses {
                h2 { "Over time" }
                p {
                    "Lines are means, bands 95 % intervals over replicates; dashed: healthy skin. "
                    @for (number, arm) in self.arms.iter().enumerate() {
                        span.key { span.swatch style=(format!("background:{}", css_color(number))) {} (arm.name) }
                    }
                }
                div.grid {
                    @for (measure, svg) in MEASURES.iter().filter_map(|measure| Some((measure, self.chart(measure).svg()?))) {
                        figure { figcaption { b { (measure.title) } ", " (measure.unit) } (PreEscaped(svg)) }
                    }
                }
            }
        }
    }

    fn chart(&self, measure: &Measure) -> TimeChart {
        let line = |arm: &StudyArm| {
            let sampled = arm.course(measure);
            Line {
                name: arm.name.clone(),
                points: sampled.iter().map(|at| (at.day, at.summary.mean)).collect(),
                band: sampled.iter().map(|at| (at.summary.low, at.summary.high)).collect(),
            }
        };
        let first = self.arms.first().and_then(|arm| arm.reports.first());
        let healthy = |report: &Report| -> Vec<_> {
            let rows = report.region(measure.region(report));
            rows.filter_map(|row| Some((row.day, (measure.healthy)(row)?))).collect()
        };
        TimeChart {
            title: measure.title.into(),
            unit: measure.unit.into(),
            lines: self.arms.iter().map(line).collect(),
            healthy: first.map_or_else(Vec::new, healthy),
            sessions: Vec::new(),
        }
    }

    fn provenance(&self) -> Markup {
        html! {
            section #provenance {
                h2 { "Where this comes from" }
                dl {
                    dt { "made by" } dd { "dermaweave " (env!("CARGO_PKG_VERSION")) }
                    @if let Some(run) = &self.run { dt { "run" } dd { (run) } }
                    dt { "arms" }
                    dd { @for arm in &self.arms { (arm.name) " (" (arm.reports.len()) " replicates) " } }
                }
            }
        }
    }
}

impl StudyArm {
    /// Mean and interval on each day that all replicates have.
    fn course(&self, measure: &Measure) -> Vec<Sampled> {
        let mut days: BTreeMap<u64, Vec<f64>> = BTreeMap::new();
        for report in &self.reports {
            // Days are not negative, so that their bits have their order.
            measure
                .points(report)
                .into_iter()
                .for_each(|(day, value)| days.entry(day.to_bits()).or_default().push(value));
        }
        let whole = days.into_iter().filter(|(_, values)| values.len() == self.reports.len());
        whole.map(|(day, values)| Sampled { day: f64::from_bits(day), summary: Summary::of(&values) }).collect()
    }

    fn told(&self, measure: &Measure) -> String {
        self.course(measure).last().map_or_else(
            || "–".into(),
            |at| format!("{} ({} to {})", number(at.summary.mean), number(at.summary.low), number(at.summary.high)),
        )
    }

    fn cautions(&self) -> BTreeMap<String, usize> {
        let mut told = BTreeMap::new();
        for caution in self.reports.iter().flat_map(Report::cautions) {
            *told.entry(caution.to_string()).or_default() += 1;
        }
        told
    }
}
