//! How far a study is.
use super::StudyFolder;
use super::claim::holder;
use super::place::{CHECKPOINT, DONE, Done, PROGRESS, Progressed};
use super::run::FailedMember;
use std::fmt;
use std::time::Duration;

/// Members of a kind that are printed one by one.
const PRINTED: usize = 10;

/// How far a study is. Prints as a few lines.
///
/// ```
/// use dermaweave::study::{Arm, Study, StudyFolder};
/// # use dermaweave::{Grid, Length, Simulation, Skin, Tissue};
/// # let arm = Arm::new("young", 0.0, |_| {
/// #     let side = Length::micrometers(400.0);
/// #     Ok(Simulation::builder(Tissue::new(Grid::new(side, side, Length::micrometers(20.0))?, &Skin::young())?))
/// # });
/// let study = Study { replicates: 3, ..Study::of([arm]) };
/// # let path = std::env::temp_dir().join(format!("dermaweave_status_{}", std::process::id()));
/// let status = StudyFolder::open(&path, &study)?.status();
/// assert_eq!(status.to_string(), "3 members: 3 waiting, 0 running, 0 stopped, 0 done, 0 failed");
/// # std::fs::remove_dir_all(&path)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct StudyStatus {
    /// How many members the study has.
    pub members: usize,
    /// How many have not begun.
    pub waiting: usize,
    /// Those that a process runs.
    pub running: Vec<MemberProgress>,
    /// Those that have a checkpoint and are run by no process.
    pub stopped: Vec<MemberProgress>,
    /// How many are done.
    pub done: usize,
    /// Those that failed, or whose results cannot be read.
    pub failed: Vec<FailedMember>,
    /// Mean wall time in s of those that are done, none if none is.
    pub mean_seconds: Option<f64>,
    /// Wall time in s that is left if those that wait, run or are stopped take as long as those that are done, and as many
    /// run at a time as now, at least one; none if none is done.
    pub seconds_left: Option<f64>,
}

/// How far a member is.
///
/// ```
/// use dermaweave::study::folder::MemberProgress;
/// let member = MemberProgress { number: 3, day: 7.0, end_day: Some(28.0), process: None };
/// assert_eq!(member.to_string(), "member 3, day 7 of 28");
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct MemberProgress {
    /// Its number.
    pub number: usize,
    /// Simulated day of its last checkpoint, 0 before the first.
    pub day: f64,
    /// Last day of its protocol, if it has a checkpoint.
    pub end_day: Option<f64>,
    /// Machine and number of the process that runs it.
    pub process: Option<String>,
}

impl MemberProgress {
    /// Share of the course that is left.
    fn left(&self) -> f64 {
        self.end_day.map_or(1.0, |end_day| 1.0 - self.day / end_day)
    }
}

impl fmt::Display for MemberProgress {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        write!(formatter, "member {}, day {}", self.number, self.day)?;
        self.end_day.map_or(Ok(()), |end_day| write!(formatter, " of {end_day}"))?;
        self.process.as_ref().map_or(Ok(()), |process| write!(formatter, " ({process})"))
    }
}

impl StudyFolder {
    /// How far the study is. It reads a few small files of every member, and changes nothing.
    pub fn status(&self) -> StudyStatus {
        let mut status = StudyStatus { members: self.count, ..StudyStatus::default() };
        let mut seconds = 0.0;
        for number in 0..self.count {
            seconds += self.add_member(number, &mut status);
        }
        if status.done > 0 {
            let mean = seconds / status.done as f64;
            let begun: f64 = status.running.iter().chain(&status.stopped).map(MemberProgress::left).sum();
            let at_a_time = status.running.len().max(1) as f64;
            status.mean_seconds = Some(mean);
            status.seconds_left = Some(mean * (status.waiting as f64 + begun) / at_a_time);
        }
        status
    }

    /// Counts a member; gives its wall time in s if it is done.
    fn add_member(&self, number: usize, status: &mut StudyStatus) -> f64 {
        let place = self.place(number);
        match place.read::<Done>(DONE) {
            Ok(Some(done)) => {
                status.done += 1;
                return done.wall_seconds;
            }
            Err(error) => status.failed.push(FailedMember { number, message: error.to_string() }),
            Ok(None) => {
                let process = holder(&place.path);
                let progressed: Option<Progressed> = place.read(PROGRESS).ok().flatten();
                let (day, end_day) = (progressed.map_or(0.0, |at| at.day), progressed.map(|at| at.end_day));
                let is_running = process.is_some();
                let progress = MemberProgress { number, day, end_day, process };
                if is_running {
                    status.running.push(progress);
                } else if let Some(message) = place.failure() {
                    status.failed.push(FailedMember { number, message });
                } else if place.has(CHECKPOINT) {
                    status.stopped.push(progress);
                } else {
                    status.waiting += 1;
                }
            }
        }
        0.0
    }
}

impl fmt::Display for StudyStatus {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        let Self { members, waiting, running, stopped, done, failed, mean_seconds, seconds_left } = self;
        let (running_now, stopped_now, failures) = (running.len(), stopped.len(), failed.len());
        write!(formatter, "{members} members: {waiting} waiting, {running_now} running, {stopped_now} stopped, ")?;
        write!(formatter, "{done} done, {failures} failed")?;
        print_some(formatter, running, "running: ")?;
        print_some(formatter, stopped, "stopped: ")?;
        print_some(formatter, failed, "")?;
        let (Some(mean), Some(left)) = (*mean_seconds, *seconds_left) else { return Ok(()) };
        write!(formatter, "\na member takes {} on average", duration(mean))?;
        let at_a_time = running.len().max(1);
        if left > 0.0 { write!(formatter, "; {} are left with {at_a_time} at a time", duration(left)) } else { Ok(()) }
    }
}

fn print_some(formatter: &mut fmt::Formatter, members: &[impl fmt::Display], what: &str) -> fmt::Result {
    members.iter().take(PRINTED).try_for_each(|member| write!(formatter, "\n{what}{member}"))?;
    let more = members.len().saturating_sub(PRINTED);
    if more > 0 { write!(formatter, "\n{what}{more} more") } else { Ok(()) }
}

/// A time in whole seconds, or in minutes from an hour on.
fn duration(seconds: f64) -> humantime::FormattedDuration {
    let unit = if seconds < 3600.0 { 1.0 } else { 60.0 };
    humantime::format_duration(Duration::from_secs(((seconds / unit).ceil() * unit) as u64))
}
