//! What was evaluated, so that nothing is evaluated twice.
use super::Values;
use crate::error::{Error, Result, at_path};
use crate::report::write_file;
use serde::{Deserialize, Serialize};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// All evaluations of a fit and of others before it, on a file if one is given.
///
/// ```
/// use dermaweave::study::calibration::{Fit, Free, Record, Search};
/// use dermaweave::study::evidence::Validation;
/// # let path = std::env::temp_dir().join(format!("dermaweave_record_{}", std::process::id()));
/// let fit = || {
///     let free = Free::new(Free::candidates().into_iter().find(|row| row.name == "memory_time").unwrap(), 2.0)?;
///     let (experiments, record) = (Validation::named("memory"), Record::open(&path)?);
///     Ok::<Fit, dermaweave::Error>(Fit { experiments, replicates: 1, record, ..Fit::of(vec![free]) })
/// };
/// fit()?.search(&Search { samples: 2, rounds: 0, ..Search::default() }, || ())?;
/// assert_eq!(fit()?.evaluated(), 3, "the defaults and two samples");
/// # std::fs::remove_file(&path)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Default)]
pub struct Record {
    file: Option<PathBuf>,
    evaluations: Mutex<Vec<Evaluation>>,
}

/// One candidate and what it came to.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Evaluation {
    /// What else it depends on.
    pub(super) setting: String,
    pub(super) values: Values,
    pub(super) objective: f64,
}

impl Record {
    /// A record on a file, with what earlier fits left there; the file is written after the first evaluation.
    /// Fails with [`Error::File`], also for a file that is no record.
    pub fn open(file: impl Into<PathBuf>) -> Result<Self> {
        let file = file.into();
        let evaluations = Mutex::new(read(&file)?);
        Ok(Self { file: Some(file), evaluations })
    }

    /// How many evaluations have this setting.
    pub(super) fn count(&self, setting: &str) -> usize {
        self.lock().iter().filter(|evaluation| evaluation.setting == setting).count()
    }

    /// The objective of these values, if it is known.
    pub(super) fn objective(&self, setting: &str, values: &Values) -> Option<f64> {
        let is_it = |one: &&Evaluation| one.setting == setting && one.values == *values;
        self.lock().iter().find(is_it).map(|evaluation| evaluation.objective)
    }

    pub(super) fn add(&self, evaluation: Evaluation) -> Result<()> {
        let mut evaluations = self.lock();
        evaluations.push(evaluation);
        let Some(file) = &self.file else { return Ok(()) };
        write_file(file, &serde_json::to_vec_pretty(&*evaluations).unwrap_or_default())
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Evaluation>> {
        self.evaluations.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What stands in a record; nothing where there is no file.
fn read(file: &Path) -> Result<Vec<Evaluation>> {
    let text = match std::fs::read_to_string(file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        text => text.map_err(at_path(file))?,
    };
    serde_json::from_str(&text).map_err(|error| Error::File {
        path: file.to_owned(),
        source: io::Error::new(io::ErrorKind::InvalidData, format!("{error}: no record of a fit; move it away")),
    })
}
