//! A study in a folder: stopped at any moment and taken up again, by one process or by several on one or many machines.
//!
//! ```
//! use dermaweave::study::folder::{RunMembers, StudyFolder};
//! use dermaweave::study::{Arm, Study};
//! # use dermaweave::{Grid, Length, Simulation, Skin, Tissue};
//! # let arm = |name, value| Arm::new(name, value, move |seed| {
//! #     let side = Length::micrometers(400.0);
//! #     let tissue = Tissue::new(Grid::new(side, side, Length::micrometers(20.0))?, &Skin::aged(30.0 + value))?;
//! #     Ok(Simulation::builder(tissue))
//! # });
//! let study = Study { replicates: 2, ..Study::of([arm("30 years", 0.0), arm("60 years", 30.0)]) };
//! # let path = std::env::temp_dir().join(format!("dermaweave_study_folder_{}", std::process::id()));
//! let folder = StudyFolder::open(&path, &study)?;
//! let ran = folder.run(&study, &RunMembers::default())?;
//! assert_eq!((ran.done.len(), folder.status().done), (4, 4));
//! assert_eq!(folder.collect()?.to_string(), "4 of 4 members collected");
//! assert!(std::fs::read_to_string(path.join("rows.csv"))?.starts_with("member,arm,value,replicate,seed,day,region,"));
//! # std::fs::remove_dir_all(&path)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What is in the folder
//!
//! | file | what |
//! |---|---|
//! | `study.txt` | version of the crate, and [identity](super::Courses::identity) of the study; another study is refused |
//! | `study.toml` | the [study file](super::StudyFile), if the study was read from one, with what was set beside it |
//! | `members/000/000123/member.json` | what the member is: number, arm, value, replicate, seed, design point, version |
//! | … `lock` | locked by the process that runs the member, with its machine and number; it stays |
//! | … `checkpoint`, `progress` | the course as it was saved last, and how far it was |
//! | … `rows.json` | the [`Report`](crate::Report) of a member that has ended, from which the same bits are read |
//! | … `fields/` | recorded fields and cells, if any ([`Recorder`](crate::record::Recorder)) |
//! | … `end` | the course at its end, of the first member of each arm |
//! | … `done` | written last: state digest, wall time, SHA-256 of `rows.json` |
//! | … `failed` | why the member failed |
//! | `rows.csv`, `summary.csv`, `differences.csv`, `dictionary.csv` | what [`StudyFolder::collect`] writes |
//!
//! Every file is written under another name, flushed to disk and renamed. A member whose process was killed goes on from its
//! checkpoint, or from its start where the checkpoint cannot be read; its result has the same bits as that of a member that
//! was never stopped.
//!
//! # Several processes
//!
//! A member is run by one process only: the one that holds the lock of its file, which the system releases in whatever way
//! that process ends. Machines that share the folder need a file system whose locks hold across machines: NFS version 4, or
//! Lustre mounted with `flock`. Where there are no locks at all, claiming is refused; there every process is given
//! [members](RunMembers::members) of its own, and [`RunMembers::claim`] is `false`. Network file systems may show a file
//! of another machine up to a minute late: a member that has just ended elsewhere can then be run once more, with the
//! same result.
//!
//! # Memory and disk
//!
//! [`StudyFolder::run`] has in memory the courses that run at the time and a few bytes of every member. On disk are about
//! 3 KiB per row (regions × days) of every member, one checkpoint of every member that is stopped or runs, and one of
//! every arm.
//!
//! What a study does is told from its identity alone. That of a [`Study`](super::Study) does not hold the code of its arms:
//! after a change of code begin another folder.
mod claim;
mod collect;
mod course;
mod described;
mod identity;
mod numbers;
mod place;
mod quantiles;
mod report;
mod results;
mod run;
mod runner;
mod status;
mod summary;
mod table;

pub use collect::Collected;
pub use run::{FailedMember, MemberEvent, MemberOutcome, RunMembers, RunSummary};
pub use status::{MemberProgress, StudyStatus};

use super::Courses;
use crate::error::{Result, at_path, check};
use place::Place;
use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The folder of a study. See the [module](self).
///
/// ```
/// use dermaweave::study::{Arm, Study, StudyFolder};
/// # use dermaweave::{Grid, Length, Simulation, Skin, Tissue};
/// # let arm = Arm::new("young", 0.0, |_| {
/// #     let side = Length::micrometers(400.0);
/// #     Ok(Simulation::builder(Tissue::new(Grid::new(side, side, Length::micrometers(20.0))?, &Skin::young())?))
/// # });
/// let study = Study { replicates: 3, ..Study::of([arm]) };
/// let path = std::env::temp_dir().join(format!("dermaweave_open_{}", std::process::id()));
/// let folder = StudyFolder::open(&path, &study)?;
/// assert_eq!((folder.path(), folder.status().waiting), (path.as_path(), 3));
/// # std::fs::remove_dir_all(&path)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct StudyFolder {
    path: PathBuf,
    count: usize,
    arms: Vec<ArmOfFolder>,
    /// Version of the crate that began the folder.
    version: String,
}

/// An arm as its members tell it.
#[derive(Clone, Debug)]
struct ArmOfFolder {
    name: String,
    value: f64,
    /// Number of its first member.
    first: usize,
}

impl StudyFolder {
    /// Name of the study file in the folder of a study that was read from one.
    pub const STUDY_FILE: &str = "study.toml";

    /// Makes the folder of a study, or opens the one that is there. Several processes may do so at once.
    ///
    /// Fails with [`Error::BadStudyFolder`](crate::Error::BadStudyFolder) for the folder of another study, or of none with
    /// something that would be written over; with [`Error::File`](crate::Error::File); with
    /// [`Error::OutOfRange`](crate::Error::OutOfRange) for a number of an arm or a design point that is not finite; and as
    /// [`Courses::course`] does.
    pub fn open(path: impl AsRef<Path>, courses: &dyn Courses) -> Result<Self> {
        let path = path.as_ref().to_owned();
        let (count, arms) = (courses.count(), arms_of(courses)?);
        fs::create_dir_all(&path).map_err(at_path(&path))?;
        let version = identity::open(&path, &courses.identity())?;
        if let Some(text) = courses.study_file() {
            identity::keep_file(&path.join(Self::STUDY_FILE), &text)?;
        }
        Ok(Self { path, count, arms, version })
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where the files of a member are.
    fn place(&self, number: usize) -> Place {
        Place::of(&self.path, number)
    }

    /// Index of the arm of this name.
    fn arm(&self, name: &str) -> Option<usize> {
        self.arms.iter().position(|arm| arm.name == name)
    }
}

/// Arms in order of their first members.
fn arms_of(courses: &dyn Courses) -> Result<Vec<ArmOfFolder>> {
    let mut known = HashMap::new();
    for first in 0..courses.count() {
        let course = courses.course(first)?;
        let settings = course.point.iter().map(|setting| setting.value);
        for number in settings.chain([course.value]) {
            check("number of an arm or a design point", number, "in its unit", f64::MIN..=f64::MAX)?;
        }
        known.entry(course.arm).or_insert((first, course.value));
    }
    let mut arms: Vec<_> = known.into_iter().map(|(name, (first, value))| ArmOfFolder { name, value, first }).collect();
    arms.sort_by_key(|arm| arm.first);
    Ok(arms)
}
