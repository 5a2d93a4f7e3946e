//! Arms over replicates with common random numbers.
use super::{Arm, ArmResults, Member, MemberResult};
use crate::engine::{collect_jobs, jobs_at_a_time};
use crate::error::{Error, Result, check};
use std::collections::BTreeMap;

/// Arms that are run over the same seeds, so that what differs is the arm.
///
/// ```
/// use dermaweave::study::{Arm, Study};
/// use dermaweave::{Error, Grid, Length, Simulation, Skin, Tissue};
/// # let arm = |name| Arm::new(name, 0.0, |seed| {
/// #     let side = Length::micrometers(400.0);
/// #     let grid = Grid::new(side, side, Length::micrometers(20.0))?;
/// #     Ok(Simulation::builder(Tissue::new(grid, &Skin { placement_seed: seed, ..Skin::young() })?))
/// # });
/// let study = Study { replicates: 2, ..Study::of([arm("one"), arm("other")]) };
/// study.check()?;
/// let whole = study.run()?;
/// // Member by member, in any order, with the same bits.
/// let mut members: Vec<_> = study.members().map(|member| study.run_member(member)).collect::<Result<_, Error>>()?;
/// members.reverse();
/// assert_eq!(study.collect(members)?[1].state_digests, whole[1].state_digests);
/// assert!(matches!(Study::of([arm("one"), arm("one")]).run(), Err(Error::DuplicateArm { .. })));
/// # Ok::<(), Error>(())
/// ```
#[derive(Debug)]
pub struct Study {
    /// What is compared.
    pub arms: Vec<Arm>,
    /// Replicates of every arm, 1 to 1000.
    pub replicates: u64,
    /// Seed of the first replicate; the others have the ones after it.
    pub seed: u64,
    /// Courses at a time, each on one thread; as many as the machine has cores if not given. The result does not depend on it.
    pub threads: Option<usize>,
}

impl Study {
    /// These arms in six replicates from seed 1.
    pub fn of(arms: impl IntoIterator<Item = Arm>) -> Self {
        Self { arms: arms.into_iter().collect(), replicates: 6, seed: 1, threads: None }
    }

    /// Tells before a long run what would end it: builds the first course of every arm, and asks for the memory of all
    /// that run at a time and of the tissues that are kept.
    ///
    /// Fails with [`Error::DuplicateArm`], with [`Error::OutOfRange`] for the number of replicates, with
    /// [`Error::FieldTooLarge`], and as [`Builder::build`](crate::simulation::Builder::build) does.
    pub fn check(&self) -> Result<()> {
        self.check_plan()?;
        let at_a_time = jobs_at_a_time(self.members().count(), self.threads);
        self.arms.iter().try_for_each(|arm| {
            let described = arm.described(self.seed)?;
            described.check_memory(at_a_time + self.arms.len())?;
            described.build().map(drop)
        })
    }

    /// What costs nothing to check.
    fn check_plan(&self) -> Result<()> {
        check("number of replicates", self.replicates as f64, "per arm", 1.0..=1000.0)?;
        let is_before = |index: usize, name: &str| self.arms[..index].iter().any(|arm| arm.name == name);
        // Their rows could not be told apart.
        match self.arms.iter().enumerate().find(|(index, arm)| is_before(*index, &arm.name)) {
            Some((_, arm)) => Err(Error::DuplicateArm { name: arm.name.clone() }),
            None => Ok(()),
        }
    }

    /// All courses: all arms of one replicate after another, so that an arm that takes long is not left to the end.
    pub fn members(&self) -> impl Iterator<Item = Member> {
        (0..self.replicates).flat_map(|replicate| (0..self.arms.len()).map(move |arm| Member { replicate, arm }))
    }

    /// Runs one course. Fails with [`Error::OutOfRange`] for an arm that is not there, and as
    /// [`Builder::build`](crate::simulation::Builder::build) and [`Simulation::run`](crate::Simulation::run) do.
    pub fn run_member(&self, member: Member) -> Result<MemberResult> {
        let last = self.arms.len() as f64 - 1.0;
        check("index of the arm", member.arm as f64, "(from 0)", 0.0..=last)?;
        let mut course = self.arms[member.arm].described(self.seed_of(member.replicate))?.build()?;
        course.run()?;
        Ok(MemberResult {
            member,
            report: course.report().clone(),
            tissue: (member.replicate == 0).then(|| course.top().tissue().clone()),
            state_digest: course.state_digest(),
        })
    }

    /// Runs all courses, several at a time. Fails with [`Error::DuplicateArm`], with [`Error::OutOfRange`] for the
    /// number of replicates, and as [`run_member`](Self::run_member) does.
    pub fn run(&self) -> Result<Vec<ArmResults>> {
        self.run_observed(|_| ())
    }

    /// The same, and calls `observer` whenever a course has ended, from several threads at once.
    ///
    /// ```
    /// use dermaweave::study::{Arm, Study};
    /// use std::sync::Mutex;
    /// # use dermaweave::{Grid, Length, Simulation, Skin, Tissue};
    /// # let arm = Arm::new("young", 0.0, |_| {
    /// #     let side = Length::micrometers(400.0);
    /// #     Ok(Simulation::builder(Tissue::new(Grid::new(side, side, Length::micrometers(20.0))?, &Skin::young())?))
    /// # });
    /// let study = Study { replicates: 3, ..Study::of([arm]) };
    /// let ended = Mutex::new(0);
    /// study.run_observed(|_| *ended.lock().unwrap() += 1)?;
    /// assert_eq!(ended.into_inner().unwrap(), study.members().count());
    /// # Ok::<(), dermaweave::Error>(())
    /// ```
    pub fn run_observed(&self, observer: impl Fn(&MemberResult) + Sync) -> Result<Vec<ArmResults>> {
        self.check_plan()?;
        let members: Vec<_> = self.members().collect();
        let results = collect_jobs(members.len(), self.threads, |index| {
            let result = self.run_member(members[index])?;
            observer(&result);
            Ok(result)
        })?;
        self.collect(results)
    }

    /// Puts the results of all members together, in whatever order they were run; those of no member are left out.
    /// Fails with [`Error::MissingMember`] if one is missing.
    pub fn collect(&self, results: impl IntoIterator<Item = MemberResult>) -> Result<Vec<ArmResults>> {
        let mut results: BTreeMap<_, _> = results.into_iter().map(|result| (result.member, result)).collect();
        (0..self.arms.len()).map(|arm| self.results_of(arm, &mut results)).collect()
    }

    fn results_of(&self, arm: usize, results: &mut BTreeMap<Member, MemberResult>) -> Result<ArmResults> {
        let Arm { name, value, .. } = &self.arms[arm];
        let missing = |replicate| Error::MissingMember { arm: name.clone(), seed: self.seed_of(replicate) };
        let mut tissue = None;
        let (mut reports, mut state_digests) = (Vec::new(), Vec::new());
        for replicate in 0..self.replicates {
            let result = results.remove(&Member { replicate, arm }).ok_or_else(|| missing(replicate))?;
            tissue = tissue.or(result.tissue);
            reports.push(result.report);
            state_digests.push(result.state_digest);
        }
        let tissue = tissue.ok_or_else(|| missing(0))?;
        Ok(ArmResults { name: name.clone(), value: *value, reports, tissue, state_digests })
    }

    pub(super) const fn seed_of(&self, replicate: u64) -> u64 {
        self.seed.wrapping_add(replicate)
    }
}
