//! Which members are run, how, and what came of it.
use super::super::Courses;
use super::StudyFolder;
use super::numbers::listed;
use super::runner::{Runner, Taken};
use crate::engine::collect_jobs;
use crate::error::{Error, Result, StudyFolderFault, check};
use std::fmt;
use std::ops::Range;
use std::time::Duration;

/// What is run of a study, and how. All that is free, with a checkpoint every ten minutes, if not said otherwise.
///
/// ```
/// use dermaweave::study::folder::{MemberEvent, RunMembers, StudyFolder};
/// use dermaweave::study::{Arm, Study};
/// use std::sync::Mutex;
/// # use dermaweave::{Grid, Length, Simulation, Skin, Tissue};
/// # let arm = Arm::new("young", 0.0, |_| {
/// #     let side = Length::micrometers(400.0);
/// #     Ok(Simulation::builder(Tissue::new(Grid::new(side, side, Length::micrometers(20.0))?, &Skin::young())?))
/// # });
/// let study = Study { replicates: 3, ..Study::of([arm]) };
/// # let path = std::env::temp_dir().join(format!("dermaweave_run_members_{}", std::process::id()));
/// let folder = StudyFolder::open(&path, &study)?;
/// let ended = Mutex::new(Vec::new());
/// let observer = |event: &MemberEvent| {
///     if let MemberEvent::Ended { number, .. } = event {
///         ended.lock().unwrap().push(*number);
///     }
/// };
/// let first_two = RunMembers { members: Some(0..2), threads: Some(1), observer: &observer, ..RunMembers::default() };
/// folder.run(&study, &first_two)?;
/// assert_eq!(*ended.lock().unwrap(), [0, 1]);
/// # std::fs::remove_dir_all(&path)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct RunMembers<'a> {
    /// Numbers of the members; all if not given.
    pub members: Option<Range<usize>>,
    /// Whether members are left out that another process runs. If not, one of them gives
    /// [`Error::FolderInUse`], and the folder need have no locks.
    pub claim: bool,
    /// Members at a time, each on one thread; as many as the machine has cores if not given.
    pub threads: Option<usize>,
    /// Wall time between two checkpoints of a member.
    pub checkpoint_every: Duration,
    /// Whether members that failed are begun anew.
    pub retry_failed: bool,
    /// Asked before every step, from several threads: once it says so, all members are saved and the run ends.
    pub stop: &'a (dyn Fn() -> bool + Sync),
    /// Called when a member begins, when it reaches a further day, and when it ends, from several threads.
    pub observer: &'a (dyn Fn(&MemberEvent) + Sync),
}

impl Default for RunMembers<'_> {
    fn default() -> Self {
        Self {
            members: None,
            claim: true,
            threads: None,
            checkpoint_every: Duration::from_secs(600),
            retry_failed: false,
            stop: &|| false,
            observer: &|_| (),
        }
    }
}

impl fmt::Debug for RunMembers<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        let mut shown = formatter.debug_struct("RunMembers");
        shown.field("members", &self.members).field("claim", &self.claim).field("threads", &self.threads);
        shown.field("checkpoint_every", &self.checkpoint_every).field("retry_failed", &self.retry_failed);
        shown.finish_non_exhaustive()
    }
}

/// What happens to a member while it is run.
///
/// ```
/// use dermaweave::study::folder::{MemberEvent, MemberOutcome};
/// let event = MemberEvent::Ended { number: 7, outcome: MemberOutcome::Stopped { day: 3.5 } };
/// assert_eq!(event.to_string(), "member 7: stopped on day 3.5, saved");
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum MemberEvent {
    /// It begins, or goes on from its checkpoint.
    Begun {
        /// Its number.
        number: usize,
        /// The simulated day it begins at: 0, or that of its checkpoint.
        day: f64,
        /// Last day of its protocol.
        end_day: f64,
        /// Why it begins anew, if it had a checkpoint that cannot be used.
        anew: Option<String>,
    },
    /// It has reached a further day.
    Advanced {
        /// Its number.
        number: usize,
        /// Simulated day.
        day: f64,
        /// Last day of its protocol.
        end_day: f64,
    },
    /// It has ended.
    Ended {
        /// Its number.
        number: usize,
        /// What came of it.
        outcome: MemberOutcome,
    },
}

impl fmt::Display for MemberEvent {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Begun { number, anew: Some(why), .. } => {
                write!(formatter, "member {number}: begins anew, since {why}")
            }
            Self::Begun { number, day, end_day, .. } | Self::Advanced { number, day, end_day } => {
                write!(formatter, "member {number}: day {day} of {end_day}")
            }
            Self::Ended { number, outcome } => write!(formatter, "member {number}: {outcome}"),
        }
    }
}

/// What came of a member.
///
/// ```
/// use dermaweave::study::folder::MemberOutcome;
/// let failed = MemberOutcome::Failed { message: "no such skin".into() };
/// assert_eq!(failed.to_string(), "failed: no such skin");
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum MemberOutcome {
    /// It was run to its end, and its results are in the folder.
    Done,
    /// It was to stop, and is saved.
    Stopped {
        /// Simulated day.
        day: f64,
    },
    /// It failed.
    Failed {
        /// Why.
        message: String,
    },
}

impl fmt::Display for MemberOutcome {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Done => formatter.write_str("done"),
            Self::Stopped { day } => write!(formatter, "stopped on day {day}, saved"),
            Self::Failed { message } => write!(formatter, "failed: {message}"),
        }
    }
}

/// A member that failed.
///
/// ```
/// use dermaweave::study::folder::FailedMember;
/// let failed = FailedMember { number: 4, message: "no such skin".into() };
/// assert_eq!(failed.to_string(), "member 4 failed: no such skin");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedMember {
    /// Its number.
    pub number: usize,
    /// Why it failed.
    pub message: String,
}

impl fmt::Display for FailedMember {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        write!(formatter, "member {} failed: {}", self.number, self.message)
    }
}

/// What a run has done, each list in order of the numbers. Prints as a line, and one for each member that failed.
///
/// ```
/// use dermaweave::study::folder::RunSummary;
/// assert_eq!(RunSummary::default().to_string(), "0 members done, 0 were done before");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RunSummary {
    /// Members that this run has ended.
    pub done: Vec<usize>,
    /// How many were done before.
    pub earlier: usize,
    /// Members that were stopped and are saved.
    pub stopped: Vec<usize>,
    /// Members that failed, in this run or an earlier one.
    pub failed: Vec<FailedMember>,
    /// Members that another process runs.
    pub held: Vec<usize>,
    /// Members that were not begun, since the run was to stop.
    pub not_begun: Vec<usize>,
}

impl RunSummary {
    fn add(&mut self, number: usize, taken: Taken) {
        match taken {
            Taken::Earlier => self.earlier += 1,
            Taken::Held => self.held.push(number),
            Taken::NotBegun => self.not_begun.push(number),
            Taken::Outcome(MemberOutcome::Done) => self.done.push(number),
            Taken::Outcome(MemberOutcome::Stopped { .. }) => self.stopped.push(number),
            Taken::Outcome(MemberOutcome::Failed { message }) => self.failed.push(FailedMember { number, message }),
        }
    }

    fn sorted(mut self) -> Self {
        for list in [&mut self.done, &mut self.stopped, &mut self.held, &mut self.not_begun] {
            list.sort_unstable();
        }
        self.failed.sort_by_key(|failed| failed.number);
        self
    }
}

impl fmt::Display for RunSummary {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        write!(formatter, "{} members done, {} were done before", self.done.len(), self.earlier)?;
        let others =
            [(&self.stopped, "stopped and saved"), (&self.held, "run by others"), (&self.not_begun, "not begun")];
        for (numbers, what) in others.into_iter().filter(|(numbers, _)| !numbers.is_empty()) {
            write!(formatter, ", {} {what} ({})", numbers.len(), listed(numbers))?;
        }
        self.failed.iter().try_for_each(|failed| write!(formatter, "\n{failed}"))
    }
}

impl StudyFolder {
    /// Runs members of the study, several at a time, each on one thread; what is done is not run again, what was stopped
    /// goes on from its checkpoint. Results are written as soon as a member ends.
    ///
    /// A member that fails, also by a panic of its own code, loses no other one: it is written down, and is run again only
    /// with [`RunMembers::retry_failed`]: from its start, or from its checkpoint where the machine failed (a file, memory or
    /// threads). While members are run by other processes that end, they are asked for again, until
    /// none is free.
    ///
    /// Fails with [`Error::BadStudyFolder`] where another version of the crate began the folder or there are no locks, with
    /// [`Error::OutOfRange`] for members that are not there, with [`Error::FolderInUse`] for a member of another process if
    /// members are not claimed, and with [`Error::File`] where the folder cannot be written: no member is begun then, and
    /// those that run are run to their end.
    pub fn run(&self, courses: &dyn Courses, options: &RunMembers) -> Result<RunSummary> {
        let members = self.members_of(options)?;
        let runner = Runner { folder: self, courses, options };
        let (mut summary, mut left): (_, Vec<usize>) = (RunSummary::default(), members.collect());
        loop {
            let taken = collect_jobs(left.len(), options.threads, |index| runner.take(left[index]))?;
            let free = taken.iter().any(|taken| *taken != Taken::Held);
            for (&number, taken) in left.iter().zip(taken) {
                summary.add(number, taken);
            }
            if summary.held.is_empty() || !free || (options.stop)() {
                return Ok(summary.sorted());
            }
            left = std::mem::take(&mut summary.held);
        }
    }

    /// What was asked for, if it can be run here.
    fn members_of(&self, options: &RunMembers) -> Result<Range<usize>> {
        if self.version != env!("CARGO_PKG_VERSION") {
            let reason = StudyFolderFault::OtherVersion { written_by: self.version.clone() };
            return Err(Error::BadStudyFolder { path: self.path.clone(), reason });
        }
        let members = options.members.clone().unwrap_or(0..self.count);
        let count = self.count as f64;
        check("end of the range of members", members.end as f64, "(from 0, not included)", 0.0..=count)?;
        Ok(members)
    }
}
