//! Fitting parameters to those published findings that are meant for it: candidates, their misfit, their record.
use super::evidence::{self, Comparison, Experiment, Role, TARGETS};
use super::{jobs, search::Point};
use dermaweave::parameters::{Origin, ParameterRow};
use dermaweave::report::write_file;
use dermaweave::{Error, Parameters, Result};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Mutex;

/// Weight of the squared distance from the defaults, in units of the searched range: what no finding constrains
/// stays where it is, and a misfit of a tenth of a band outweighs a move by a third of the range.
const PRIOR_WEIGHT: f64 = 0.05;
/// Largest squared misfit of one finding, five half-widths, so that none outweighs all others.
const WORST_SQUARE: f64 = 25.0;

/// A parameter that is fitted, on a logarithmic scale between two of its accepted values.
#[derive(Clone, Debug)]
pub struct Free {
    pub row: ParameterRow,
    low: f64,
    high: f64,
}

impl Free {
    /// The parameters with these names, each within a factor `width` of its default and its accepted range.
    pub fn of(names: &[String], width: f64) -> Vec<Self> {
        let table = Parameters::default().table();
        let free = |name: &String| {
            let row = table.iter().find(|row| row.name == name)?.clone();
            let (low, high) = ((row.value / width).max(row.minimum), (row.value * width).min(row.maximum));
            Some(Self { row, low, high })
        };
        names.iter().filter_map(free).collect()
    }

    /// The value at a place from 0 to 1, to six digits so that files and tables have it exactly.
    pub fn value(&self, place: f64) -> f64 {
        let value = self.low * (self.high / self.low).powf(place);
        format!("{value:.5e}").parse::<f64>().unwrap_or(value).clamp(self.row.minimum, self.row.maximum)
    }

    /// The place of the default.
    pub fn default_place(&self) -> f64 {
        (self.row.value / self.low).ln() / (self.high / self.low).ln()
    }
}

/// A name that can be fitted, or which ones can.
pub fn free_name(text: &str) -> std::result::Result<String, String> {
    let table = Parameters::default().table();
    let fits = |row: &&ParameterRow| row.origin == Origin::Calibrated && row.value > 0.0;
    if table.iter().filter(fits).any(|row| row.name == text) {
        return Ok(text.into());
    }
    let names: Vec<_> = table.iter().filter(fits).map(|row| row.name).collect();
    Err(format!("not a calibrated parameter; there are {}", names.join(", ")))
}

/// The default parameters with other values of some, by name.
pub fn with_values(values: &BTreeMap<String, f64>) -> Result<Parameters> {
    let mut all = serde_json::to_value(Parameters::default()).unwrap_or_default();
    for group in all.as_object_mut().into_iter().flat_map(|groups| groups.values_mut()) {
        for (name, value) in values {
            if let Some(slot) = group.get_mut(name) {
                *slot = Value::from(*value);
            }
        }
    }
    let parameters: Parameters = serde_json::from_value(all).unwrap_or_default();
    parameters.validate()?;
    Ok(parameters)
}

/// One candidate and what it came to.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Evaluation {
    /// What else it depends on: version, experiments, replicates, seed.
    pub setting: String,
    pub values: BTreeMap<String, f64>,
    /// Mean over the findings of the squared misfit in half-widths of their bands, and the prior.
    pub objective: f64,
}

/// Evaluates candidates and keeps a record of them, so that a fit can be taken up where it was left.
pub struct Fit<'a> {
    pub free: Vec<Free>,
    pub experiments: Vec<&'a Experiment>,
    pub replicates: u64,
    pub seed: u64,
    pub threads: usize,
    pub file: PathBuf,
    pub record: Mutex<Vec<Evaluation>>,
}

impl Fit<'_> {
    /// Reads what was evaluated before; gives how much of it is of use.
    pub fn take_up(&self) -> Result<usize> {
        let failed = |source: std::io::Error| Error::File { path: self.file.clone(), source };
        let text = match std::fs::read_to_string(&self.file) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(0),
            text => text.map_err(failed)?,
        };
        let broken = |error: serde_json::Error| {
            failed(std::io::Error::other(format!("{error}: no record of a fit; move it away or give another --out")))
        };
        let known: Vec<Evaluation> = serde_json::from_str(&text).map_err(broken)?;
        let of_use = known.iter().filter(|evaluation| evaluation.setting == self.setting()).count();
        *self.record() = known;
        Ok(of_use)
    }

    fn record(&self) -> std::sync::MutexGuard<'_, Vec<Evaluation>> {
        self.record.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn setting(&self) -> String {
        let names: Vec<_> = self.experiments.iter().map(|experiment| experiment.name).collect();
        let version = env!("CARGO_PKG_VERSION");
        let ranges: Vec<_> = self.free.iter().map(|free| (free.low, free.high)).collect();
        let all = serde_json::to_string(&(Parameters::default(), TARGETS, ranges, PRIOR_WEIGHT)).unwrap_or_default();
        // Other defaults, findings or ranges make another fit.
        let fingerprint = all.bytes().fold(0_u64, |sum, byte| sum.wrapping_mul(0x100_0000_01b3) ^ u64::from(byte));
        format!("{version} {fingerprint:x}; {}; {} from {}", names.join(", "), self.replicates, self.seed)
    }

    pub fn values(&self, point: &Point) -> BTreeMap<String, f64> {
        let places = self.free.iter().zip(point);
        places.map(|(free, &place)| (free.row.name.to_owned(), free.value(place))).collect()
    }

    /// Objectives of all points, several at a time; those in the record are not computed again.
    pub fn evaluate(&self, points: &[Point], finished: impl Fn() + Sync) -> Result<Vec<f64>> {
        jobs::run(points.len(), self.threads, |index| {
            let objective = self.objective(&points[index]);
            finished();
            objective
        })
    }

    fn objective(&self, point: &Point) -> Result<f64> {
        let (setting, values) = (self.setting(), self.values(point));
        let known = |evaluation: &&Evaluation| evaluation.setting == setting && evaluation.values == values;
        if let Some(evaluation) = self.record().iter().find(known) {
            return Ok(evaluation.objective);
        }
        let compared = match self.compare(&values, 1) {
            Err(error @ Error::File { .. }) => return Err(error),
            // A candidate that cannot be simulated is a bad one.
            Err(_) => Vec::new(),
            Ok(compared) => compared,
        };
        let squares: Vec<f64> = compared
            .iter()
            .filter(|comparison| comparison.target.role == Role::Calibration)
            .filter_map(|comparison| Some(comparison.target.band.misfit(comparison.summary?.mean).powi(2)))
            // A finding that does not come about at all is as bad as one far off.
            .map(|square| if square.is_finite() { square.min(WORST_SQUARE) } else { WORST_SQUARE })
            .collect();
        let away = |(free, place): (&Free, &f64)| (place - free.default_place()).powi(2);
        let prior = self.free.iter().zip(point).map(away).sum::<f64>() / self.free.len() as f64;
        let misfit = if squares.is_empty() { WORST_SQUARE } else { squares.iter().sum::<f64>() / squares.len() as f64 };
        let objective = misfit + PRIOR_WEIGHT * prior;
        let mut record = self.record();
        record.push(Evaluation { setting, values, objective });
        write_file(&self.file, &serde_json::to_vec_pretty(&*record).unwrap_or_default())?;
        Ok(objective)
    }

    /// All findings that these experiments speak to, with these values.
    pub fn compare(&self, values: &BTreeMap<String, f64>, threads: usize) -> Result<Vec<Comparison>> {
        let parameters = with_values(values)?;
        let found = evidence::run(&self.experiments, |_| self.replicates, (&parameters, self.seed, threads), |_| {})?;
        Ok(evidence::compare(&found).into_iter().filter(|comparison| !comparison.values.is_empty()).collect())
    }
}

/// Findings that are fitted to, and those kept out of every fit.
pub fn halves() -> (usize, usize) {
    let count = |counts: fn(Role) -> bool| TARGETS.iter().filter(|target| counts(target.role)).count();
    (count(|role| role == Role::Calibration), count(Role::is_kept_out))
}

/// Values as a file that `validate --parameters` reads: a table per group.
pub fn to_toml(values: &BTreeMap<String, f64>) -> String {
    let all = serde_json::to_value(Parameters::default()).unwrap_or_default();
    let tables = all.as_object().into_iter().flatten().filter_map(|(group, members)| {
        let of_group = values.iter().filter(|(name, _)| members.get(name.as_str()).is_some());
        let lines: Vec<_> = of_group.map(|(name, value)| format!("{name} = {value:?}\n")).collect();
        (!lines.is_empty()).then(|| format!("[{group}]\n{}", lines.concat()))
    });
    tables.collect::<Vec<_>>().join("\n")
}
