//! Evidence: published findings, the experiments that repeat them, and how the two compare.
mod chosen;
pub mod comparison;
mod course;
mod infarct;
mod needling;
mod rest;
mod scar;
pub mod table;
mod target;
mod targets;
pub mod wound;

pub use chosen::{Chosen, End, Moved};
pub use comparison::{AtEnd, Comparison, Scores};
pub use course::Course;
pub use target::{Band, Role, Target};
pub use targets::TARGETS;

use super::jobs;
use Chosen::{Penetration, StartDensity};
use End::{High, Low};
use dermaweave::{Parameters, Result};
use std::collections::BTreeMap;

/// Numbers that an experiment found, by the name of their target.
pub type Findings = Vec<(&'static str, f64)>;

/// One experiment on the model.
pub struct Experiment {
    pub name: &'static str,
    /// One replicate, with a value of our choice moved to an end of its range or not.
    pub run: fn(&Parameters, u64, Option<Moved>) -> Result<Findings>,
    /// What is moved. The findings of such an experiment stand beside those of the one where nothing is.
    pub moved: Option<Moved>,
    /// Replicates in the full version and in the quick one.
    pub replicates: (u64, u64),
    /// Whether findings that it speaks to are fitted to; an experiment with parameters of its own does not fit.
    pub fits: bool,
    /// Seconds that one replicate takes on one core, roughly: the longest begin first.
    pub seconds: f64,
}

impl Experiment {
    /// Nothing is moved, nothing is fitted to.
    const fn new(
        name: &'static str,
        run: fn(&Parameters, u64, Option<Moved>) -> Result<Findings>,
        replicates: (u64, u64),
        seconds: f64,
    ) -> Self {
        Self { name, run, moved: None, replicates, fits: false, seconds }
    }

    const fn fits(self) -> Self {
        Self { fits: true, ..self }
    }

    const fn moved(self, chosen: Chosen, end: End) -> Self {
        Self { moved: Some(Moved { chosen, end }), ..self }
    }
}

/// All experiments.
#[rustfmt::skip]
pub const EXPERIMENTS: &[Experiment] = &[
    Experiment::new("infarct", infarct::strained, (8, 1), 1.0),
    Experiment::new("well-mixed content", infarct::well_mixed, (1, 1), 0.0),
    Experiment::new("independent directions", infarct::independent_directions, (8, 8), 0.0),
    Experiment::new("devices", rest::devices, (8, 2), 0.1),
    Experiment::new("memory", rest::memory, (1, 1), 0.0).fits(),
    Experiment::new("untouched skin", rest::untouched, (8, 2), 0.2),
    Experiment::new("ageing", rest::ageing, (1, 1), 0.0),
    Experiment::new("excision", wound::excision, (6, 1), 10.0).fits(),
    Experiment::new("five monthly sessions", needling::five_monthly, (4, 1), 9.0).fits(),
    Experiment::new("five monthly sessions from 0.5", needling::five_monthly, (1, 1), 9.0).moved(StartDensity, Low),
    Experiment::new("five monthly sessions from 0.8", needling::five_monthly, (1, 1), 9.0).moved(StartDensity, High),
    Experiment::new("six fortnightly sessions", needling::six_fortnightly, (3, 1), 4.0),
    Experiment::new("closure", needling::closure, (8, 2), 0.3).fits(),
    Experiment::new("acne scar in layers", scar::boxcar, (4, 1), 30.0).fits(),
    Experiment::new("acne scar in layers, needles reach 0.5", scar::boxcar, (3, 1), 25.0).moved(Penetration, Low),
    Experiment::new("acne scar in layers, needles reach 0.7", scar::boxcar, (3, 1), 35.0).moved(Penetration, High),
];

/// Numbers of all replicates, by target and by what was moved.
pub type Found = BTreeMap<(&'static str, Option<Moved>), Vec<f64>>;

/// Runs replicates of experiments, several at a time, the longest first; the result depends on neither. `finished` is
/// called after each.
pub fn run(
    experiments: &[&Experiment],
    replicates: impl Fn(&Experiment) -> u64,
    (parameters, seed, threads): (&Parameters, u64, usize),
    finished: impl Fn(&Experiment) + Sync,
) -> Result<Found> {
    let mut longest_first = experiments.to_vec();
    longest_first.sort_by(|first, second| second.seconds.total_cmp(&first.seconds));
    let runs: Vec<(&Experiment, u64)> = longest_first
        .into_iter()
        .flat_map(|experiment| (0..replicates(experiment)).map(move |replicate| (experiment, replicate)))
        .collect();
    let findings = jobs::run(runs.len(), threads, |index| {
        let (experiment, replicate) = runs[index];
        let findings = (experiment.run)(parameters, seed.wrapping_add(replicate), experiment.moved)?;
        finished(experiment);
        Ok(findings)
    })?;
    let mut found = Found::new();
    for ((experiment, _), findings) in runs.iter().zip(findings) {
        for (target, value) in findings {
            found.entry((target, experiment.moved)).or_default().push(value);
        }
    }
    Ok(found)
}

/// All targets beside what was found.
pub fn compare(found: &Found) -> Vec<Comparison> {
    TARGETS.iter().map(|target| Comparison::new(target.clone(), found)).collect()
}
