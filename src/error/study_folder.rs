//! Why the folder of a study is refused.

/// Why the folder of a study, or a part of it, cannot be used.
///
/// ```
/// use dermaweave::error::StudyFolderFault;
/// use dermaweave::study::{Arm, Study, StudyFolder};
/// use dermaweave::{Error, Skin, Tissue, Simulation, Grid, Length};
/// # let arm = |name| Arm::new(name, 0.0, |_| {
/// #     let side = Length::micrometers(400.0);
/// #     Ok(Simulation::builder(Tissue::new(Grid::new(side, side, Length::micrometers(20.0))?, &Skin::young())?))
/// # });
/// let path = std::env::temp_dir().join(format!("dermaweave_other_study_{}", std::process::id()));
/// StudyFolder::open(&path, &Study::of([arm("control")]))?;
/// let refused = StudyFolder::open(&path, &Study::of([arm("treated")]));
/// assert!(matches!(refused, Err(Error::BadStudyFolder { reason: StudyFolderFault::OtherStudy { .. }, .. })));
/// # std::fs::remove_dir_all(&path)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StudyFolderFault {
    /// It is the folder of another study.
    #[error(
        "it is the folder of another study: they differ from line {line} on, where it has {there:?} and this one \
         {given:?}; give another folder or the study that it was made for"
    )]
    OtherStudy {
        /// Number of the first line that differs, from 1.
        line: usize,
        /// What the study of the folder has there, from shortly before the difference.
        there: String,
        /// What this study has there.
        given: String,
    },
    /// There is something in it that a study would write over.
    #[error("it holds {name:?} and is not the folder of a study; give another folder or move that away")]
    NotAStudy {
        /// What stands there.
        name: String,
    },
    /// It was begun with another version, whose courses may differ in their last bits or more.
    #[error(
        "it was begun with dermaweave {written_by} and this is {}: go on with that version or begin another folder",
        env!("CARGO_PKG_VERSION")
    )]
    OtherVersion {
        /// The version that began it.
        written_by: String,
    },
    /// Its file system has no locks, so that it cannot be told which members others are running.
    #[error(
        "its file system has no file locks ({told}): mount it with them (NFS version 4, Lustre with `flock`), or give \
         every process members of its own and do not let it claim them"
    )]
    NoLocks {
        /// What the system said.
        told: String,
    },
    /// What was written of a member is no longer what it was.
    #[error("{problem}; remove the file `done` beside it, and the member is run again")]
    Damaged {
        /// What is wrong with it.
        problem: String,
    },
}
