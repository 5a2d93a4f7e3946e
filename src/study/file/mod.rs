//! Studies described in a file: `study.toml`.
//!
//! A study file holds everything that a comparison of courses needs: field, skin, lesions, devices, protocol, parameters that
//! differ from the defaults, arms, replicates and what is recorded. Quantities with a unit are text such as `"1.5 mm"`.
//! Every error says file, line and column, and what would be right.
mod checks;
mod design;
mod document;
mod effects;
mod fault;
mod place;
mod population;
mod quantities;
mod rat_infarct;
mod record;
mod schema;
mod sections;
mod setup;
mod skin;
mod treatment;

pub use effects::{Effects, Indices};
pub use fault::FileFault;
pub use schema::study_schema;

use super::{Course, Courses};
use crate::error::{Error, Result, check};
use crate::grid::Grid;
use crate::record::Recording;
use crate::simulation::{Builder, Rule};
use design::{Assignment, DesignSection, Points};
use document::Document;
use population::{Patients, PopulationSection};
use sections::{ArmSection, RunSection};
use setup::Setup;
use std::path::Path;
use std::time::{Duration, Instant};

/// A study that is described by a file.
///
/// ```
/// use dermaweave::study::{Courses, StudyFile};
/// let text = r#"
///     [grid]
///     size = "0.4 mm"
///     spacing = "20 µm"
///     [devices.fine]
///     product = "single_channel"
///     diameter = "100 µm"
///     [protocol]
///     device = "fine"
///     sessions = 1
///     follow_up = "2 days"
///     [run]
///     replicates = 3
///     [[arm]]
///     name = "fine"
///     [[arm]]
///     name = "wide"
///     set.devices.fine.diameter = "200 µm"
/// "#;
/// let study = StudyFile::parse(text, "study.toml", &["run.seed=7"])?;
/// assert_eq!(study.count(), 6);
/// assert_eq!((study.course(3)?.arm.as_str(), study.course(3)?.seed), ("wide", 8));
/// study.builder(3)?.build()?.run()?;
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone)]
pub struct StudyFile {
    name: String,
    question: String,
    run: RunSection,
    arms: Vec<ArmSection>,
    points: Points,
    patients: Option<Patients>,
    /// What describes a course, without its arm.
    base: Document,
    identity: String,
    rules: Vec<Box<dyn Rule>>,
}

impl StudyFile {
    /// Reads a study file. `set` are assignments such as `protocol.interval="4 weeks"` or `run.replicates=2`, which replace
    /// what the file says.
    ///
    /// Fails with [`Error::StudyFile`], and with [`Error::File`] if the file cannot be read.
    pub fn read(path: impl AsRef<Path>, set: &[impl AsRef<str>]) -> Result<Self> {
        let path = path.as_ref();
        let bytes = document::read_text(path)?;
        Self::parse(&bytes, path, set)
    }

    /// The same from a text, which `name` stands for in errors.
    pub fn parse(text: &str, name: impl AsRef<Path>, set: &[impl AsRef<str>]) -> Result<Self> {
        let mut base = Document::parse(text, name.as_ref())?;
        for assignment in set {
            base.assign(assignment.as_ref())?;
        }
        let identity = base.identity();
        let name: Option<String> = base.take("name")?;
        let question: Option<String> = base.take("question")?;
        let run: RunSection = base.take("run")?;
        let arms: Vec<ArmSection> = base.take("arm")?;
        let design: Option<DesignSection> = base.take("design")?;
        let points = design.map_or(Ok(Points::None), |design| design.points(&base))?;
        let population: Option<PopulationSection> = base.take("population")?;
        let patients = population.as_ref().map(|population| population.draw(&base)).transpose()?;
        let run = population.map_or(run, |population| RunSection { replicates: population.patients, ..run });
        let file = Self {
            name: name.unwrap_or_else(|| "study".into()),
            question: question.unwrap_or_default(),
            run,
            arms: if arms.is_empty() { vec![ArmSection::only()] } else { arms },
            points,
            patients,
            base,
            identity,
            rules: Vec::new(),
        };
        file.validate()?;
        Ok(file)
    }

    /// The field of a course. Fails with [`Error::StudyFile`].
    pub fn grid(&self, number: usize) -> Result<Grid> {
        let document = self.document_of(&self.numbers_of(number)?)?;
        Setup::read(&document)?.grid(&document)
    }

    /// An error of building a course, at the key that it is about.
    #[must_use]
    pub fn in_course(&self, number: usize, error: &Error) -> Error {
        let document = self.numbers_of(number).and_then(|numbers| self.document_of(&numbers));
        document.map_or_else(|failed| failed, |document| setup::located_in_course(&document, error))
    }

    /// A rule of one's own, for doses of the protocol and for every course of the study.
    #[must_use]
    pub fn rule(mut self, rule: impl Rule + 'static) -> Self {
        self.rules.push(Box::new(rule));
        self
    }

    /// Name of the study; `study` if the file gives none.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the study asks; empty if the file does not say.
    pub fn question(&self) -> &str {
        &self.question
    }

    /// All that the file says, with what was set beside it, as TOML: read again it is the same study.
    pub fn to_toml(&self) -> &str {
        &self.identity
    }

    /// Core hours that all courses take, estimated from the first course of every arm, each run until it ends or its share of
    /// `trial` is over. Steps cost more while tissue heals, so a short trial overestimates.
    ///
    /// Fails as a course does.
    pub fn expected_core_hours(&self, trial: Duration) -> Result<f64> {
        let (arms, share) = (self.arms.len(), trial / self.arms.len() as u32);
        let hours = (0..arms).map(|arm| {
            let mut simulation = self.builder(arm)?.build().map_err(|error| self.in_course(arm, &error))?;
            let begin = Instant::now();
            while !simulation.is_finished() && begin.elapsed() < share {
                simulation.step()?;
            }
            let days = simulation.clock().days().max(f64::MIN_POSITIVE);
            Ok(begin.elapsed().as_secs_f64() / 3600.0 * simulation.protocol().end_day() as f64 / days)
        });
        let hours: f64 = hours.collect::<Result<Vec<_>>>()?.iter().sum();
        Ok(hours * self.count() as f64 / arms as f64)
    }

    /// Number of arms.
    pub fn arms(&self) -> usize {
        self.arms.len()
    }

    /// The document of a course: the file, its arm over it, and what design and patient set.
    fn document_of(&self, course: &Numbers) -> Result<Document> {
        let mut document = self.base.clone();
        document.overlay(&self.arms[course.arm].set, &format!("arm[{}].set", course.arm), &self.base);
        for assignment in self.assignments(course)? {
            document.set(&assignment.path, assignment.value, &self.base.place(&assignment.from))?;
        }
        Ok(document)
    }

    /// What design and patient set.
    fn assignments(&self, course: &Numbers) -> Result<Vec<Assignment>> {
        let mut assignments = self.points.at(course.point)?;
        assignments.extend(self.patients.iter().flat_map(|patients| patients.at(course.replicate)));
        Ok(assignments)
    }

    /// Name and place of an arm. The points of a full factorial design are arms of their own, at their level if there is
    /// one factor.
    fn named(&self, course: &Numbers, assignments: &[Assignment]) -> Named {
        let (arm, is_only) = (&self.arms[course.arm], self.arms.len() == 1);
        let value = arm.value.unwrap_or(course.arm as f64);
        match (self.points.label(course.point), assignments) {
            (None, _) => Named { arm: arm.name.clone(), value },
            (Some(label), [only, ..]) if is_only && self.points.is_along_one() => {
                Named { arm: label, value: only.number() }
            }
            (Some(label), _) if is_only => Named { arm: label, value: course.point as f64 },
            (Some(label), _) => Named { arm: format!("{}, {label}", arm.name), value },
        }
    }

    /// Courses of one replicate follow on each other, point by point, and of one point arm by arm.
    fn numbers_of(&self, number: usize) -> Result<Numbers> {
        check("number of the course", number as f64, "(from 0)", 0.0..=self.count() as f64 - 1.0)?;
        let (arms, points) = (self.arms.len(), self.points.count());
        let replicate = (number / arms / points) as u64;
        Ok(Numbers { arm: number % arms, point: number / arms % points, replicate })
    }
}

/// Name of an arm, and its place on the x axis of charts.
struct Named {
    arm: String,
    value: f64,
}

/// Where a course lies in the study.
struct Numbers {
    arm: usize,
    point: usize,
    replicate: u64,
}

impl Courses for StudyFile {
    /// All that the file says, without comments, keys in alphabetical order.
    fn identity(&self) -> String {
        self.identity.clone()
    }

    fn count(&self) -> usize {
        (self.arms.len() * self.points.count()).saturating_mul(self.run.replicates as usize)
    }

    fn course(&self, number: usize) -> Result<Course> {
        let numbers = self.numbers_of(number)?;
        let (replicate, assignments) = (numbers.replicate, self.assignments(&numbers)?);
        let Named { arm, value } = self.named(&numbers, &assignments);
        Ok(Course {
            number,
            arm,
            value,
            replicate,
            seed: self.run.seed.wrapping_add(replicate),
            point: assignments.iter().map(Assignment::setting).collect(),
        })
    }

    fn builder(&self, number: usize) -> Result<Builder> {
        let course = self.course(number)?;
        let document = self.document_of(&self.numbers_of(number)?)?;
        let builder = Setup::read(&document)?.builder(&document, course.seed)?;
        let builder = builder.arm(course.arm).seed(course.seed).threads(1);
        Ok(self.rules.iter().fold(builder, |builder, rule| builder.rule(rule.clone())))
    }

    fn recording(&self, number: usize) -> Result<Option<Recording>> {
        Ok(Setup::read(&self.document_of(&self.numbers_of(number)?)?)?.recording())
    }

    fn study_file(&self) -> Option<String> {
        Some(self.identity.clone())
    }
}
