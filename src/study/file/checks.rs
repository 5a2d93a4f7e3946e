//! What is asked of a study before it is run.
use super::sections::ArmSection;
use super::setup::{Setup, located};
use super::{StudyFile, document, place};
use crate::error::Result;
use crate::study::Courses;

/// Most arms and most courses of a study.
const MOST_ARMS: usize = 1000;
const MOST_COURSES: usize = 10_000_000;
/// Most points and most patients that are built to be checked.
const MOST_CHECKED: usize = 1000;

impl StudyFile {
    /// Tells before a long run what would end it: builds the first course of every arm, of every point of a design and of every
    /// virtual patient (of the first thousand).
    ///
    /// Fails with [`Error::StudyFile`](crate::Error::StudyFile), and with [`Error::FieldTooLarge`](crate::Error::FieldTooLarge) if so many courses at a time find no memory.
    pub fn check(&self, at_a_time: usize) -> Result<()> {
        (0..self.arms.len()).try_for_each(|arm| {
            let builder = self.builder(arm)?;
            builder.check_memory(at_a_time)?;
            let simulation = builder.build().map_err(|error| self.in_course(arm, &error))?;
            let recording = self.recording(arm)?;
            let checked = recording.map_or(Ok(()), |recording| recording.check_for(&simulation));
            checked.map_err(|error| self.base.refuse("record", &error.to_string()))
        })?;
        self.checked_later().try_for_each(|number| self.builder(number).map(drop))
    }

    /// What costs nothing to check: all sections of every arm are read.
    pub(super) fn validate(&self) -> Result<()> {
        let section = if self.patients.is_some() { "population" } else { "run" };
        self.run.validate().map_err(|error| located(&self.base, section, error))?;
        if self.arms.len() > MOST_ARMS {
            let what = format!("there are {} arms; at most {MOST_ARMS} are run in one study", self.arms.len());
            return Err(self.base.refuse("arm", &what));
        }
        self.check_counts(section)?;
        for (index, arm) in self.arms.iter().enumerate() {
            if let Some(first) = self.arms[..index].iter().position(|other| other.name == arm.name) {
                let what = format!("`{}` is the name of arm[{first}] already; give each arm its own", arm.name);
                return Err(self.base.refuse(&format!("arm[{index}].name"), &what));
            }
            if arm.value.is_some_and(|value| !value.is_finite()) {
                return Err(self.base.refuse(&format!("arm[{index}].value"), "it is no finite number"));
            }
            Setup::read(&self.document_of(&self.numbers_of(index)?)?)?;
        }
        self.check_paths()
    }

    fn check_counts(&self, section: &str) -> Result<()> {
        let key = if self.points.count() > 1 { "design" } else { section };
        if self.count() > MOST_COURSES {
            let what = "arms × points × replicates are more than ten million courses; make several studies of them";
            return Err(self.base.refuse(key, what));
        }
        let arms = self.arms.len() * self.points.count();
        if self.points.label(0).is_some() && arms > MOST_ARMS {
            return Err(self.base.refuse(key, &format!("arms × points are {arms}; at most {MOST_ARMS} are one study")));
        }
        Ok(())
    }

    /// Each key is set by one of arms, design and population: else rows would tell another value than was run.
    fn check_paths(&self) -> Result<()> {
        let set = self.assignments(&self.numbers_of(0)?)?;
        for (index, one) in set.iter().enumerate() {
            let steps = place::steps(&one.path);
            if set[..index].iter().any(|other| place::steps(&other.path) == steps) {
                let what = format!("{} is varied already; vary each key once", one.path);
                return Err(self.base.refuse(&one.from, &what));
            }
            let is_in = |arm: &ArmSection| document::is_set(&arm.set, &one.path);
            if let Some(arm) = self.arms.iter().position(is_in) {
                let what = format!("design or population set {} in every arm; leave it out of the arm", one.path);
                return Err(self.base.refuse(&format!("arm[{arm}].set.{}", one.path), &what));
            }
        }
        Ok(())
    }

    /// First replicates of all points, and the first point of all patients, as far as it takes seconds.
    fn checked_later(&self) -> impl Iterator<Item = usize> + use<> {
        let (arms, points) = (self.arms.len(), self.points.count());
        let of_points = (1..points.min(MOST_CHECKED)).map(move |point| point * arms);
        let patients = if self.patients.is_some() { self.run.replicates as usize } else { 1 };
        of_points.chain((1..patients.min(MOST_CHECKED)).map(move |patient| patient * points * arms))
    }
}
