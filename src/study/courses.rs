//! A list of courses that are made one by one, so that however many there are, only those that run are in memory.
use super::{Member, Study};
use crate::dermis;
use crate::error::{Result, check};
use crate::record::Recording;
use crate::simulation::Builder;

/// Courses of a study, each of which can be described and made by its number.
///
/// [`Study`] is one, its courses in the order of [`Study::members`].
///
/// ```
/// use dermaweave::study::{Arm, Courses, Study};
/// # use dermaweave::{Grid, Length, Simulation, Skin, Tissue};
/// # let arm = |name| Arm::new(name, 0.0, |_| {
/// #     let side = Length::micrometers(400.0);
/// #     Ok(Simulation::builder(Tissue::new(Grid::new(side, side, Length::micrometers(20.0))?, &Skin::young())?))
/// # });
/// let study = Study { replicates: 3, seed: 7, ..Study::of([arm("control"), arm("treated")]) };
/// assert_eq!(study.count(), 6);
/// let fourth = study.course(3)?;
/// assert_eq!((fourth.arm.as_str(), fourth.replicate, fourth.seed), ("treated", 1, 8));
/// # Ok::<(), dermaweave::Error>(())
/// ```
pub trait Courses: Sync {
    /// What tells these courses from all others: a text with all that decides what comes out of them, written beside
    /// their results. Another text is another study.
    fn identity(&self) -> String;

    /// How many there are.
    fn count(&self) -> usize;

    /// What the course of this number, from 0, is. Fails with [`Error::OutOfRange`](crate::Error::OutOfRange) for one that is not there.
    fn course(&self, number: usize) -> Result<Course>;

    /// The course of this number, on one thread, ready to be built. Fails as its description does.
    fn builder(&self, number: usize) -> Result<Builder>;

    /// The dermis of this number, on one thread, ready to be built, if the course is of several layers; [`Courses::builder`] is
    /// that of the uppermost one then. None if not told otherwise. Fails as the description of the course does.
    fn dermis(&self, _number: usize) -> Result<Option<dermis::Builder>> {
        Ok(None)
    }

    /// Fields and cells that are recorded while the course of this number runs; none if not told otherwise, nor of a dermis of
    /// several layers.
    fn recording(&self, _number: usize) -> Result<Option<Recording>> {
        Ok(None)
    }

    /// A [study file](super::StudyFile) from which these courses can be made again, if there is one.
    fn study_file(&self) -> Option<String> {
        None
    }
}

/// What a course of a study is: its arm, replicate and seed, and where in a design it lies.
///
/// ```
/// use dermaweave::study::{Course, Setting};
/// let point = vec![Setting { name: "parameters.fibroblast.chemotaxis".into(), value: 0.3, unit: String::new(), of_arm: false }];
/// let course = Course { number: 0, arm: "treated".into(), value: 1.0, replicate: 0, seed: 1, point };
/// assert_eq!(course.point[0].name, "parameters.fibroblast.chemotaxis");
/// ```
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Course {
    /// Its number in the study, from 0.
    pub number: usize,
    /// Name of its arm.
    pub arm: String,
    /// Place of the arm on the x axis of charts.
    pub value: f64,
    /// Number of the replicate, or of the virtual patient, from 0. Courses of one replicate have the same seed in all arms.
    pub replicate: u64,
    /// Seed of all its random numbers.
    pub seed: u64,
    /// Where in a design it lies: what was set beside the arm, in the order of the design.
    pub point: Vec<Setting>,
}

/// A number that a design sets. See [`Course::point`].
///
/// ```
/// use dermaweave::study::Setting;
/// let setting = Setting { name: "skin.age".into(), value: 55.0, unit: "years".into(), of_arm: false };
/// assert!(setting.value > 18.0);
/// ```
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Setting {
    /// What is set, by its path in the study file.
    pub name: String,
    /// Its value.
    pub value: f64,
    /// Unit of the value; empty where it is that of the path.
    pub unit: String,
    /// Whether it belongs to the arm, as the points of a full factorial design do: courses of two arms that differ in it are
    /// a pair all the same.
    pub of_arm: bool,
}

impl Courses for Study {
    /// Names and places of the arms, replicates and seed; what an arm sets up is code and cannot be told.
    fn identity(&self) -> String {
        let arms: Vec<_> = self.arms.iter().map(|arm| format!("{} at {}", arm.name, arm.value)).collect();
        format!("arms {}; {} replicates from seed {}", arms.join(", "), self.replicates, self.seed)
    }

    fn count(&self) -> usize {
        self.arms.len() * self.replicates as usize
    }

    fn course(&self, number: usize) -> Result<Course> {
        let Member { replicate, arm } = self.member_of(number)?;
        let arm = &self.arms[arm];
        let (name, seed) = (arm.name.clone(), self.seed_of(replicate));
        Ok(Course { number, arm: name, value: arm.value, replicate, seed, point: Vec::new() })
    }

    fn builder(&self, number: usize) -> Result<Builder> {
        let Member { replicate, arm } = self.member_of(number)?;
        Ok(self.arms[arm].builder(self.seed_of(replicate))?.arm(self.arms[arm].name.clone()))
    }

    fn dermis(&self, number: usize) -> Result<Option<dermis::Builder>> {
        let Member { replicate, arm } = self.member_of(number)?;
        let dermis = self.arms[arm].dermis(self.seed_of(replicate))?;
        Ok(dermis.map(|dermis| dermis.arm(self.arms[arm].name.clone())))
    }
}

impl Study {
    fn member_of(&self, number: usize) -> Result<Member> {
        check("number of the course", number as f64, "(from 0)", 0.0..=self.count() as f64 - 1.0)?;
        Ok(Member { replicate: (number / self.arms.len()) as u64, arm: number % self.arms.len() })
    }
}
