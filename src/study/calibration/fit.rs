//! Candidates, their misfit, and the search among them.
use super::record::Evaluation;
use super::search::{PatternSearch, Point, latin_hypercube};
use super::{Free, Record, Values, parameters_with};
use crate::engine::collect_jobs;
use crate::error::{Error, Result};
use crate::parameters::Parameters;
use crate::study::evidence::{EXPERIMENTS, Experiment, Finding, Role, Size, TARGETS, Validation};

/// Weight of the squared distance from the defaults, in units of the searched range: what no finding constrains
/// stays where it is, and a misfit of a tenth of a band outweighs a move by a third of the range.
const PRIOR_WEIGHT: f64 = 0.05;
/// Largest squared misfit of one finding, five half-widths, so that none outweighs all others.
const WORST_SQUARE: f64 = 25.0;

/// What is fitted, and to what.
///
/// ```
/// use dermaweave::study::calibration::{Fit, Free};
/// use dermaweave::study::evidence::Validation;
/// let free = Free::new(Free::candidates().into_iter().find(|row| row.name == "memory_time").unwrap(), 2.0)?;
/// let place = free.default_place();
/// let fit = Fit { experiments: Validation::named("memory"), replicates: 1, ..Fit::of(vec![free]) };
/// // Places of the free parameters, each from 0 to 1 within its range.
/// let objectives = fit.evaluate(&[vec![place], vec![0.0]], || ())?;
/// assert!(objectives[0] < objectives[1], "the defaults are better than half of the memory");
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Debug)]
pub struct Fit {
    /// What is fitted.
    pub free: Vec<Free>,
    /// What is repeated for every candidate.
    pub experiments: Vec<Experiment>,
    /// Replicates of every experiment.
    pub replicates: u64,
    /// Seed of the first replicate, and of the hypercube.
    pub seed: u64,
    /// Candidates at a time; as many as the machine has cores if not given. The result does not depend on it.
    pub threads: Option<usize>,
    /// What was evaluated before.
    pub record: Record,
}

/// How long is searched.
///
/// ```
/// use dermaweave::study::calibration::Search;
/// assert_eq!(Search { samples: 8, rounds: 2, ..Search::default() }.most_candidates(3), 1 + 8 + 2 * 7);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Search {
    /// Points of the Latin hypercube, beside the defaults.
    pub samples: usize,
    /// Polls of the pattern search.
    pub rounds: usize,
    /// First step of the pattern search, as a share of the searched range.
    pub first_step: f64,
}

impl Default for Search {
    fn default() -> Self {
        Self { samples: 40, rounds: 6, first_step: 0.15 }
    }
}

impl Search {
    /// Most candidates that are evaluated with so many free parameters.
    pub const fn most_candidates(&self, free: usize) -> usize {
        1 + self.samples + self.rounds * (2 * free + 1)
    }
}

/// What a search came to.
///
/// ```
/// use dermaweave::study::calibration::{Fit, Free, Search};
/// use dermaweave::study::evidence::Validation;
/// # let free = Free::new(Free::candidates().into_iter().find(|row| row.name == "memory_time").unwrap(), 2.0)?;
/// # let fit = Fit { experiments: Validation::named("memory"), replicates: 1, ..Fit::of(vec![free]) };
/// let fitted = fit.search(&Search { samples: 3, rounds: 0, ..Search::default() }, || ())?;
/// assert_eq!(fitted.objectives.len(), 4);
/// assert!(fitted.objectives.contains(&fitted.objective) && fitted.values.contains_key("memory_time"));
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Fitted {
    /// The best values.
    pub values: Values,
    /// Their objective.
    pub objective: f64,
    /// The objectives of all candidates in order, that of the defaults first.
    pub objectives: Vec<f64>,
}

impl Fit {
    /// A fit of these parameters to all findings that are meant for it, with two replicates from seed 1, recorded in
    /// memory only.
    pub fn of(free: Vec<Free>) -> Self {
        let experiments = EXPERIMENTS.iter().filter(|experiment| experiment.fits).copied().collect();
        Self { free, experiments, replicates: 2, seed: 1, threads: None, record: Record::default() }
    }

    /// The defaults of the free parameters.
    pub fn defaults(&self) -> Values {
        self.values(&self.default_point())
    }

    /// How many candidates of this very fit the record holds.
    pub fn evaluated(&self) -> usize {
        self.record.count(&self.setting())
    }

    /// Searches for the best candidate, and calls `observer` after every evaluation, from several threads at once.
    /// Fails as [`evaluate`](Self::evaluate) does.
    pub fn search(&self, search: &Search, observer: impl Fn() + Sync) -> Result<Fitted> {
        let mut points = vec![self.default_point()];
        points.extend(latin_hypercube(self.free.len(), search.samples, self.seed));
        let mut objectives = self.evaluate(&points, &observer)?;
        let by_objective = |first: &usize, second: &usize| objectives[*first].total_cmp(&objectives[*second]);
        let lowest = (0..points.len()).min_by(by_objective).unwrap_or(0);
        let mut pattern = PatternSearch::new(points[lowest].clone(), objectives[lowest], search.first_step);
        for _ in 0..search.rounds {
            let poll = pattern.poll();
            let found = self.evaluate(&poll, &observer)?;
            pattern.take(&poll, &found);
            objectives.extend(found);
        }
        Ok(Fitted { values: self.values(&pattern.best), objective: pattern.value, objectives })
    }

    /// Objectives of candidates, several at a time; those in the record are not computed again. A candidate is a place from
    /// 0 to 1 for each of the free parameters; one that cannot be simulated is a bad one. Fails with [`Error::File`] if
    /// the record cannot be written.
    pub fn evaluate(&self, points: &[Vec<f64>], observer: impl Fn() + Sync) -> Result<Vec<f64>> {
        collect_jobs(points.len(), self.threads, |index| {
            let objective = self.objective(&points[index])?;
            observer();
            Ok(objective)
        })
    }

    /// All findings that the experiments speak to, with these values.
    pub fn findings(&self, values: &Values) -> Result<Vec<Finding>> {
        self.findings_on(values, self.threads)
    }

    fn findings_on(&self, values: &Values, threads: Option<usize>) -> Result<Vec<Finding>> {
        let (experiments, size) = (self.experiments.clone(), Size::Replicates(self.replicates));
        let parameters = parameters_with(values)?;
        let findings = Validation { experiments, parameters, size, seed: self.seed, threads }.run()?;
        Ok(findings.into_iter().filter(|finding| !finding.values.is_empty()).collect())
    }

    fn objective(&self, point: &Point) -> Result<f64> {
        let (setting, values) = (self.setting(), self.values(point));
        if let Some(objective) = self.record.objective(&setting, &values) {
            return Ok(objective);
        }
        let findings = match self.findings_on(&values, Some(1)) {
            Err(error @ Error::File { .. }) => return Err(error),
            findings => findings.unwrap_or_default(),
        };
        let objective = misfit(&findings) + PRIOR_WEIGHT * self.squared_distance(point);
        self.record.add(Evaluation { setting, values, objective })?;
        Ok(objective)
    }

    /// Mean squared distance from the defaults.
    fn squared_distance(&self, point: &Point) -> f64 {
        let away = |(free, place): (&Free, &f64)| (place - free.default_place()).powi(2);
        self.free.iter().zip(point).map(away).sum::<f64>() / self.free.len() as f64
    }

    /// What an objective depends on beside the values: version, experiments, replicates, seed.
    fn setting(&self) -> String {
        let names: Vec<_> = self.experiments.iter().map(|experiment| experiment.name).collect();
        let version = env!("CARGO_PKG_VERSION");
        let ranges: Vec<_> = self.free.iter().map(Free::range).collect();
        let all = serde_json::to_string(&(Parameters::default(), TARGETS, ranges, PRIOR_WEIGHT)).unwrap_or_default();
        // Other defaults, findings or ranges make another fit.
        let fingerprint = all.bytes().fold(0_u64, |sum, byte| sum.wrapping_mul(0x100_0000_01b3) ^ u64::from(byte));
        format!("{version} {fingerprint:x}; {}; {} from {}", names.join(", "), self.replicates, self.seed)
    }

    fn default_point(&self) -> Point {
        self.free.iter().map(Free::default_place).collect()
    }

    fn values(&self, point: &Point) -> Values {
        let places = self.free.iter().zip(point);
        places.map(|(free, &place)| (free.row.name.to_owned(), free.value(place))).collect()
    }
}

/// Mean squared misfit of the findings that are fitted to. One that does not come about at all is as bad as one far off.
fn misfit(findings: &[Finding]) -> f64 {
    let fitted = findings.iter().filter(|finding| finding.target.role == Role::Calibration);
    let squares: Vec<f64> = fitted
        .filter_map(|finding| Some(finding.target.band.misfit(finding.summary?.mean).powi(2)))
        .map(|square| if square.is_finite() { square.min(WORST_SQUARE) } else { WORST_SQUARE })
        .collect();
    if squares.is_empty() { WORST_SQUARE } else { squares.iter().sum::<f64>() / squares.len() as f64 }
}
