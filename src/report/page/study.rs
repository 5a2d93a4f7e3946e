//! The page of a study: several arms, each with replicates.
use super::measures::{MEASURES, Measure};
use super::sections::{document, number};
use crate::measure::Summary;
use crate::report::plot::css_color;
use crate::report::{Chart, Report, Series};
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
/// let mut page = StudyPage::new("Untreated skin");
/// [&one, &two].map(|course| page.add("untreated", course.report()));
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

/// What is kept of the reports of an arm.
#[derive(Clone, Debug)]
struct StudyArm {
    name: String,
    replicates: usize,
    /// Of each measure.
    courses: Vec<Course>,
    /// How many replicates raise each caution.
    cautions: BTreeMap<String, usize>,
}

/// A measure in all replicates of an arm.
#[derive(Clone, Debug, Default)]
struct Course {
    /// Of each day, one value for each replicate. Days are not negative, so that their bits have their order.
    values: BTreeMap<u64, Vec<f64>>,
    /// What healthy skin has, in the first replicate.
    healthy: Vec<(f64, f64)>,
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

    /// One more replicate of an arm; arms stand in the order in which they are first added.
    pub fn add(&mut self, arm: &str, report: &Report) {
        let place = self.arms.iter().position(|one| one.name == arm).unwrap_or(self.arms.len());
        if place == self.arms.len() {
            self.arms.push(StudyArm::new(arm));
        }
        self.arms[place].add(report);
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
                p { "On the last day that all replicates have; mean and 95 % interval over replicates." }
                div.scrolls {
                    table {
                        thead { tr { th scope="col" { "last day" } @for arm in &self.arms { th scope="col" { (arm.name) } } } }
                        tbody {
                            @for (index, measure) in MEASURES.iter().enumerate() {
                                tr {
                                    th scope="row" { (measure.title) span.unit { " " (measure.unit) } }
                                    @for arm in &self.arms { td { (arm.told(index)) } }
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
                @if self.arms.iter().all(|arm| arm.cautions.is_empty()) { p { "None was raised." } }
                ul {
                    @for arm in &self.arms {
                        @for (caution, count) in &arm.cautions {
                            li { (arm.name) ", " (count) " of " (arm.replicates) " replicates: " (caution) }
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
                        span.key { span class=(format!("swatch of{number}")) style=(format!("background:{}", css_color(number))) {} (arm.name) }
                    }
                }
                div.grid {
                    @for (measure, svg) in self.charts() {
                        figure { figcaption { b { (measure.title) } ", " (measure.unit) } (PreEscaped(svg)) }
                    }
                }
            }
        }
    }

    fn charts(&self) -> impl Iterator<Item = (&'static Measure, String)> {
        let measures = MEASURES.iter().enumerate();
        measures.filter_map(|(index, measure)| Some((measure, self.chart(index, measure).element()?)))
    }

    fn chart(&self, index: usize, measure: &Measure) -> Chart {
        let line = |(color_index, arm): (usize, &StudyArm)| {
            let sampled = arm.course(index);
            Series {
                name: arm.name.clone(),
                points: sampled.iter().map(|at| (at.day, at.summary.mean)).collect(),
                intervals: sampled.iter().map(|at| (at.summary.low, at.summary.high)).collect(),
                ranged: true,
                color_index,
                ..Series::default()
            }
        };
        Chart {
            series: self.arms.iter().enumerate().map(line).collect(),
            healthy: self.arms.first().map_or_else(Vec::new, |arm| arm.courses[index].healthy.clone()),
            ..measure.empty_chart()
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
                    dd { @for arm in &self.arms { (arm.name) " (" (arm.replicates) " replicates) " } }
                }
            }
        }
    }
}

impl StudyArm {
    fn new(name: &str) -> Self {
        let courses = MEASURES.iter().map(|_| Course::default()).collect();
        Self { name: name.into(), replicates: 0, courses, cautions: BTreeMap::new() }
    }

    fn add(&mut self, report: &Report) {
        for (measure, course) in MEASURES.iter().zip(&mut self.courses) {
            for (day, value) in measure.points(report) {
                course.values.entry(day.to_bits()).or_default().push(value);
            }
            if self.replicates == 0 {
                course.healthy = measure.healthy_points(report);
            }
        }
        for caution in report.cautions() {
            *self.cautions.entry(caution.to_string()).or_default() += 1;
        }
        self.replicates += 1;
    }

    /// Mean and interval of a measure on each day that all replicates have.
    fn course(&self, measure: usize) -> Vec<Sampled> {
        let whole = self.courses[measure].values.iter().filter(|(_, values)| values.len() == self.replicates);
        whole.map(|(day, values)| Sampled { day: f64::from_bits(*day), summary: Summary::of(values) }).collect()
    }

    fn told(&self, measure: usize) -> String {
        let Some(Sampled { summary, .. }) = self.course(measure).pop() else { return "–".into() };
        if self.replicates < 2 {
            return number(summary.mean);
        }
        format!("{} ({} to {})", number(summary.mean), number(summary.low), number(summary.high))
    }
}
