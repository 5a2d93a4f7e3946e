//! One course of a study.
use crate::report::Report;
use crate::tissue::Tissue;

/// One course of a study: a replicate of an arm. See [`Study::members`](super::Study::members).
///
/// ```
/// use dermaweave::study::{Arm, Member, Study};
/// # use dermaweave::{Grid, Length, Simulation, Skin, Tissue};
/// # let arm = |name| Arm::new(name, 0.0, |_| {
/// #     let side = Length::micrometers(400.0);
/// #     Ok(Simulation::builder(Tissue::new(Grid::new(side, side, Length::micrometers(20.0))?, &Skin::young())?))
/// # });
/// let study = Study { replicates: 2, ..Study::of([arm("one"), arm("other")]) };
/// let members: Vec<Member> = study.members().collect();
/// assert_eq!(members[..2], [Member { replicate: 0, arm: 0 }, Member { replicate: 0, arm: 1 }]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Member {
    /// Number of the replicate, from 0.
    pub replicate: u64,
    /// Index of the arm.
    pub arm: usize,
}

/// What came of one course of a study. See [`Study::run_member`](super::Study::run_member).
///
/// ```
/// use dermaweave::study::{Arm, Member, Study};
/// # use dermaweave::{Grid, Length, Simulation, Skin, Tissue};
/// # let arm = Arm::new("young", 0.0, |_| {
/// #     let side = Length::micrometers(400.0);
/// #     Ok(Simulation::builder(Tissue::new(Grid::new(side, side, Length::micrometers(20.0))?, &Skin::young())?))
/// # });
/// let study = Study { replicates: 2, seed: 7, ..Study::of([arm]) };
/// let second = study.run_member(Member { replicate: 1, arm: 0 })?;
/// assert_eq!(second.report.rows()[0].arm, "young, seed 8");
/// assert!(second.tissue.is_none(), "kept of the first replicate only");
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct MemberResult {
    /// Which course it is.
    pub member: Member,
    /// What was seen over time.
    pub report: Report,
    /// The tissue at the end, of the first replicate of an arm only: it takes far more memory than all else.
    pub tissue: Option<Tissue>,
    /// [State digest](crate::Simulation::state_digest) at the end.
    pub state_digest: String,
}
