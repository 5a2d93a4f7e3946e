//! Why a recording is refused.
use super::text::Short;
use std::path::PathBuf;

/// Why a course cannot be recorded as it was asked for, or a recording not be gone on with.
///
/// ```
/// use dermaweave::error::RecordingFault;
/// use dermaweave::{Error, record::FieldName};
/// let refused = "collagen".parse::<FieldName>();
/// assert!(matches!(&refused, Err(Error::Recording(RecordingFault::UnknownName { kind: "field", .. }))));
/// assert!(refused.unwrap_err().to_string().starts_with("\"collagen\" is no field of a recording; give one of density,"));
/// ```
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RecordingFault {
    /// A field or format of this name does not exist.
    #[error("{:?} is no {kind} of a recording; give one of {known}", super::beginning(name))]
    UnknownName {
        /// `field` or `format`.
        kind: &'static str,
        /// What was given.
        name: String,
        /// All names that there are.
        known: String,
    },
    /// A field or format is asked for twice.
    #[error("the {kind} {name} is asked for twice; name it once")]
    Twice {
        /// `field` or `format`.
        kind: &'static str,
        /// Its name.
        name: &'static str,
    },
    /// There is nothing that could be written.
    #[error("nothing is recorded: {missing}")]
    Nothing {
        /// What is missing, and what would be right.
        missing: &'static str,
    },
    /// The folder is not free.
    #[error(
        "{} is not empty; give a new folder to a new recording, or go on with one by `Recorder::resume`",
        path.display()
    )]
    NotEmpty {
        /// The folder.
        path: PathBuf,
    },
    /// Another recorder writes into the folder.
    #[error("{} is being written by another recorder; wait until it has ended or give another folder", path.display())]
    InUse {
        /// The folder.
        path: PathBuf,
    },
    /// What is in the folder is another recording than the one to go on with.
    #[error("{} is another recording than the one to go on with: {difference}", path.display())]
    Other {
        /// The file that says so.
        path: PathBuf,
        /// What differs.
        difference: String,
    },
    /// A file of a recording holds less than it says, or something else.
    #[error("{} is damaged: {found}; begin a new recording", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What was found.
        found: &'static str,
    },
    /// A sample that was due was not handed to the recorder.
    #[error(
        "the sample of day {} is missing and the course is on day {}; hand every sample to the recorder, or resume from a course \
         saved before",
        Short(*day), Short(*present)
    )]
    Missed {
        /// Day of the sample.
        day: f64,
        /// Day of the course.
        present: f64,
    },
}
