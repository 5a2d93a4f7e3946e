//! What a result folder says about its run: which one, how far it is, what it wrote.
use super::lock::run_name;
use crate::error::{Result, at_path};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt::Write;
use std::fs;
use std::io;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

/// The file that holds the mark.
pub(super) const MARK: &str = "run.json";

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum State {
    Unfinished,
    Finished,
}

/// A file of a run and the checksum of all it holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Written {
    pub file: String,
    pub sha256: String,
}

impl Written {
    pub fn new(file: &str, content: &[u8]) -> Self {
        Self { file: file.into(), sha256: hexadecimal(&Sha256::digest(content)) }
    }

    /// Whether this file is in the folder and has not been changed since. A link is none of the run's files.
    pub fn is_in(&self, folder: &Path) -> bool {
        let path = folder.join(&self.file);
        let is_file = fs::symlink_metadata(&path).is_ok_and(|found| found.is_file());
        is_plain(&self.file) && is_file && fs::read(&path).is_ok_and(|content| Self::new(&self.file, &content) == *self)
    }
}

/// The mark of a run.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Mark {
    pub run: String,
    pub state: State,
    pub command: String,
    pub version: String,
    pub started: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished: Option<String>,
    /// Files of the folder, each named here before it is written.
    pub files: Vec<Written>,
    /// Files elsewhere.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub elsewhere: Vec<Written>,
    /// What earlier runs left in the folder and this one is about to remove.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left: Vec<Written>,
}

impl Mark {
    pub fn begin(command: &str) -> Self {
        static RUNS: Mutex<u64> = Mutex::new(0);
        let mut runs = RUNS.lock().unwrap_or_else(PoisonError::into_inner);
        *runs += 1;
        let started = now();
        Self {
            run: run_name(&started, *runs),
            state: State::Unfinished,
            command: command.into(),
            version: env!("CARGO_PKG_VERSION").into(),
            started,
            finished: None,
            files: Vec::new(),
            elsewhere: Vec::new(),
            left: Vec::new(),
        }
    }

    /// The mark that an earlier run left in the folder. Another file of this name is the user's own and is reported.
    pub fn read(folder: &Path) -> Result<Option<Self>> {
        let path = folder.join(MARK);
        let text = match fs::read(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            text => text.map_err(at_path(&path))?,
        };
        let foreign = |_| io::Error::other("not the mark of a run; move it away or give another folder");
        serde_json::from_slice(&text).map(Some).map_err(foreign).map_err(at_path(&path))
    }

    /// What the run of this mark leaves to the next one.
    pub fn into_left(self) -> Vec<Written> {
        [self.left, self.files].concat()
    }

    pub fn finish(&mut self) {
        self.state = State::Finished;
        self.finished = Some(now());
    }
}

fn now() -> String {
    humantime::format_rfc3339_seconds(SystemTime::now()).to_string()
}

/// Whether a name is that of a file in the folder itself.
pub(super) fn is_plain(name: &str) -> bool {
    let path = Path::new(name);
    path.file_name().is_some_and(|file| file == path.as_os_str())
}

/// Bytes as text.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
