//! Evidence: published findings, the experiments that repeat them, and how the two compare.
mod course;
mod infarct;
mod needling;
mod rest;
mod scar;
pub mod table;
mod target;
mod targets;
mod wound;

pub use course::Course;
pub use target::{Band, Comparison, Role, Target, Verdict};
pub use targets::TARGETS;

use super::jobs;
use dermaweave::{Parameters, Result};
use std::collections::BTreeMap;

/// Numbers that an experiment found, by the name of their target.
pub type Findings = Vec<(&'static str, f64)>;

/// One experiment on the model.
pub struct Experiment {
    pub name: &'static str,
    /// One replicate.
    pub run: fn(&Parameters, u64) -> Result<Findings>,
    /// Replicates in the full version and in the quick one.
    pub replicates: (u64, u64),
    /// Whether findings that it speaks to are fitted to; an experiment with parameters of its own does not fit.
    pub fits: bool,
    /// Seconds that one replicate takes on one core, roughly: the longest begin first.
    pub seconds: f64,
}

/// All experiments.
pub const EXPERIMENTS: &[Experiment] = &[
    Experiment { name: "infarct", run: infarct::strained, replicates: (8, 1), fits: false, seconds: 5.0 },
    Experiment { name: "well-mixed content", run: infarct::well_mixed, replicates: (1, 1), fits: false, seconds: 0.0 },
    Experiment {
        name: "independent directions",
        run: infarct::independent_directions,
        replicates: (8, 8),
        fits: false,
        seconds: 0.0,
    },
    Experiment { name: "devices", run: rest::devices, replicates: (8, 2), fits: false, seconds: 0.1 },
    Experiment { name: "memory", run: rest::memory, replicates: (1, 1), fits: true, seconds: 0.0 },
    Experiment { name: "untouched skin", run: rest::untouched, replicates: (8, 2), fits: false, seconds: 0.2 },
    Experiment { name: "ageing", run: rest::ageing, replicates: (1, 1), fits: false, seconds: 0.0 },
    Experiment { name: "excision", run: wound::excision, replicates: (6, 1), fits: true, seconds: 20.0 },
    Experiment {
        name: "five monthly sessions",
        run: needling::five_monthly,
        replicates: (12, 1),
        fits: true,
        seconds: 12.0,
    },
    Experiment {
        name: "six fortnightly sessions",
        run: needling::six_fortnightly,
        replicates: (4, 1),
        fits: false,
        seconds: 12.0,
    },
    Experiment { name: "closure", run: needling::closure, replicates: (8, 2), fits: true, seconds: 0.5 },
    Experiment { name: "acne scar in layers", run: scar::boxcar, replicates: (6, 1), fits: true, seconds: 30.0 },
];

/// Numbers of all replicates, by target.
pub type Found = BTreeMap<&'static str, Vec<f64>>;

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
        let findings = (experiment.run)(parameters, seed.wrapping_add(replicate))?;
        finished(experiment);
        Ok(findings)
    })?;
    let mut found = Found::new();
    findings.into_iter().flatten().for_each(|(target, value)| found.entry(target).or_default().push(value));
    Ok(found)
}

/// All targets beside what was found.
pub fn compare(found: &Found) -> Vec<Comparison> {
    let values = |target: &Target| found.get(target.id).cloned().unwrap_or_default();
    TARGETS.iter().map(|target| Comparison::new(target.clone(), values(target))).collect()
}
