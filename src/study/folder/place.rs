//! The files of one member.
use super::super::Course;
use crate::error::{Error, Result, StudyFolderFault, at_path};
use crate::report::{ColumnEntry, Report, hexadecimal, write_file};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// What the member is: [`Described`].
pub(super) const MEMBER: &str = "member.json";
/// The course as it was saved last.
pub(super) const CHECKPOINT: &str = "checkpoint";
/// How far it was then: [`Progressed`].
pub(super) const PROGRESS: &str = "progress";
/// The report at the end.
pub(super) const ROWS: &str = "rows.json";
/// The course at its end.
pub(super) const END: &str = "end";
/// [`Done`].
pub(super) const DONE: &str = "done";
/// Folder of recorded fields.
pub(super) const FIELDS: &str = "fields";
/// [`Failed`].
pub(super) const FAILED: &str = "failed";

/// Members of one folder of `members`.
const MEMBERS_OF_FOLDER: usize = 1000;

/// What a member is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Described {
    #[serde(flatten)]
    pub course: Course,
    pub version: String,
}

/// How far a member was when it was saved.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Progressed {
    pub day: f64,
    pub end_day: f64,
    /// Wall time so far, in all processes.
    pub wall_seconds: f64,
}

/// What is written last of a member.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Done {
    pub state_digest: String,
    pub wall_seconds: f64,
    pub rows_sha256: String,
    /// Number of rows.
    pub rows: usize,
    /// Columns of the user's own.
    pub columns: Vec<ColumnEntry>,
}

/// Why a member failed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Failed {
    pub message: String,
}

/// Where the files of a member are.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub path: PathBuf,
}

impl Place {
    pub fn of(study: &Path, number: usize) -> Self {
        let folder = format!("{:03}", number / MEMBERS_OF_FOLDER);
        Self { path: study.join("members").join(folder).join(format!("{number:06}")) }
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    pub fn has(&self, name: &str) -> bool {
        self.file(name).exists()
    }

    pub fn write(&self, name: &str, content: &impl Serialize) -> Result<String> {
        let path = self.file(name);
        let bytes = serde_json::to_vec(content).map_err(|error| at_path(&path)(error.into()))?;
        write_file(&path, &bytes)?;
        Ok(hexadecimal(&Sha256::digest(&bytes)))
    }

    /// What a file holds, none if it is not there. Fails with [`Error::BadStudyFolder`] if it holds something else.
    pub fn read<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>> {
        self.bytes(name)?.map_or(Ok(None), |bytes| self.parse(name, &bytes).map(Some))
    }

    /// The same, where what holds something else counts as not there.
    pub fn known<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>> {
        match self.read(name) {
            Err(Error::BadStudyFolder { .. }) => Ok(None),
            read => read,
        }
    }

    fn bytes(&self, name: &str) -> Result<Option<Vec<u8>>> {
        let path = self.file(name);
        match fs::read(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            bytes => bytes.map(Some).map_err(at_path(&path)),
        }
    }

    fn parse<T: DeserializeOwned>(&self, name: &str, bytes: &[u8]) -> Result<T> {
        serde_json::from_slice(bytes).map_err(|error| self.damaged(name, format!("it cannot be read: {error}")))
    }

    pub fn damaged(&self, name: &str, problem: String) -> Error {
        Error::BadStudyFolder { path: self.file(name), reason: StudyFolderFault::Damaged { problem } }
    }

    /// Why the member failed, if it did.
    pub fn failure(&self) -> Option<String> {
        match self.read::<Failed>(FAILED) {
            Ok(failed) => failed.map(|failed| failed.message),
            Err(error) => Some(error.to_string()),
        }
    }

    /// What a member is that is done.
    pub fn course(&self) -> Result<Course> {
        let described: Option<Described> = self.read(MEMBER)?;
        Ok(described.ok_or_else(|| self.damaged(MEMBER, "it is not there".into()))?.course)
    }

    /// The report of a member that is done, as it was written.
    pub fn report(&self, done: &Done) -> Result<Report> {
        let bytes = self.bytes(ROWS)?.ok_or_else(|| self.damaged(ROWS, "it is not there".into()))?;
        if hexadecimal(&Sha256::digest(&bytes)) != done.rows_sha256 {
            return Err(self.damaged(ROWS, "it is not what was written: its SHA-256 is another one".into()));
        }
        self.parse(ROWS, &bytes)
    }

    /// Removes files; those that are not there are no failure.
    pub fn remove(&self, names: &[&str]) -> Result<()> {
        names.iter().try_for_each(|name| remove(&self.file(name)))
    }

    /// Removes a folder with all that is in it; if it is not there, that is no failure.
    pub fn remove_folder(&self, name: &str) -> Result<()> {
        let path = self.file(name);
        match fs::remove_dir_all(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(at_path(&path)(error)),
            _ => Ok(()),
        }
    }

    /// Removes what a process left half written that was killed. Only for the one that holds the claim.
    pub fn remove_unfinished(&self) -> Result<()> {
        let entries: std::io::Result<Vec<_>> = fs::read_dir(&self.path).and_then(Iterator::collect);
        let entries = entries.map_err(at_path(&self.path))?.into_iter();
        let unfinished = entries.filter(|entry| {
            let name = entry.file_name();
            name.to_string_lossy().starts_with(".dermaweave-") && name.to_string_lossy().ends_with(".unfinished")
        });
        unfinished.map(|entry| entry.path()).try_for_each(|path| remove(&path))
    }
}

fn remove(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(at_path(path)(error)),
        _ => Ok(()),
    }
}
