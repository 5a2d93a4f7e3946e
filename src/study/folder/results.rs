//! The results of a study in memory, for what compares arms.
use super::super::{ArmResults, Courses};
use super::place::{DONE, Done, END};
use super::{ArmOfFolder, StudyFolder};
use crate::error::{Error, Result};

impl StudyFolder {
    /// The results of all members, as [`Study::run`](crate::study::Study::run) gives them, for studies that fit into memory.
    /// The replicates of an arm are in order of their numbers, those of all its design points.
    ///
    /// Fails with [`Error::MissingMember`] if one is not done, with [`Error::BadStudyFolder`] for results that are not what
    /// was written, and as [`Simulation::resume`](crate::Simulation::resume) does.
    ///
    /// ```
    /// use dermaweave::study::folder::{RunMembers, StudyFolder};
    /// use dermaweave::study::{Arm, Comparison, Metric, Study};
    /// # use dermaweave::{Grid, Length, Simulation, Skin, Tissue};
    /// # let arm = Arm::new("young", 0.0, |_| {
    /// #     let side = Length::micrometers(400.0);
    /// #     Ok(Simulation::builder(Tissue::new(Grid::new(side, side, Length::micrometers(20.0))?, &Skin::young())?))
    /// # });
    /// let study = Study { replicates: 2, ..Study::of([arm]) };
    /// # let path = std::env::temp_dir().join(format!("dermaweave_results_{}", std::process::id()));
    /// let folder = StudyFolder::open(&path, &study)?;
    /// folder.run(&study, &RunMembers::default())?;
    /// let metrics = [Metric::last("collagen", "1 = healthy", "all", |row| row.organization.density)];
    /// println!("{}", Comparison::new(&folder.results(&study)?, &metrics));
    /// # std::fs::remove_dir_all(&path)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn results(&self, courses: &dyn Courses) -> Result<Vec<ArmResults>> {
        let mut arms: Vec<_> = self.arms.iter().map(|arm| self.first_of(arm, courses)).collect::<Result<_>>()?;
        for number in 0..self.count {
            let (place, course) = (self.place(number), courses.course(number)?);
            let Some(done) = place.read::<Done>(DONE)? else {
                return Err(Error::MissingMember { arm: course.arm, seed: course.seed });
            };
            if let Some(arm) = self.arm(&course.arm) {
                arms[arm].reports.push(place.report(&done)?);
                arms[arm].state_digests.push(done.state_digest);
            }
        }
        Ok(arms)
    }

    /// An arm with the tissue of its first member, and no reports yet.
    fn first_of(&self, arm: &ArmOfFolder, courses: &dyn Courses) -> Result<ArmResults> {
        let place = self.place(arm.first);
        if !place.has(DONE) {
            return Err(Error::MissingMember { arm: arm.name.clone(), seed: courses.course(arm.first)?.seed });
        }
        let tissue = courses.builder(arm.first)?.resume(&place.file(END))?.tissue().clone();
        let (name, value) = (arm.name.clone(), arm.value);
        Ok(ArmResults { name, value, reports: Vec::new(), tissue, state_digests: Vec::new() })
    }
}
