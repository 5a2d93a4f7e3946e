//! Experiments over replicates, and their findings.
use super::{EXPERIMENTS, Experiment, Finding, Found, Replicate};
use crate::engine::collect_jobs;
use crate::error::Result;
use crate::parameters::Parameters;

/// How many replicates every experiment has.
///
/// ```
/// use dermaweave::study::evidence::{EXPERIMENTS, Size};
/// let infarct = &EXPERIMENTS[0];
/// let replicates = [Size::Full, Size::Quick, Size::Replicates(3)].map(|size| infarct.replicates_in(size));
/// assert_eq!(replicates, [8, 1, 3]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Size {
    /// As many as its verdicts need.
    #[default]
    Full,
    /// Few, for a first look: verdicts near the edge of a band may differ.
    Quick,
    /// This number.
    Replicates(u64),
}

/// A comparison of the model with published findings: all experiments with the default parameters, unless told otherwise.
///
/// ```
/// use dermaweave::study::evidence::{Size, Validation, Verdict};
/// let validation =
///     Validation { experiments: Validation::named("ageing"), size: Size::Quick, ..Validation::default() };
/// let findings = validation.run()?;
/// let thinning = findings.iter().find(|finding| finding.target.id == "thickness_decade").unwrap();
/// assert_eq!((thinning.verdict, thinning.values.len()), (Verdict::Within, 1));
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Validation {
    /// What is repeated.
    pub experiments: Vec<Experiment>,
    /// Parameters of the model, for all experiments that have none of their own.
    pub parameters: Parameters,
    /// Replicates of each.
    pub size: Size,
    /// Seed of the first replicate.
    pub seed: u64,
    /// Experiments at a time, each on one thread; as many as the machine has cores if not given. The result does not
    /// depend on it.
    pub threads: Option<usize>,
}

impl Default for Validation {
    fn default() -> Self {
        let (parameters, size) = (Parameters::default(), Size::Full);
        Self { experiments: EXPERIMENTS.to_vec(), parameters, size, seed: 1, threads: None }
    }
}

impl Validation {
    /// The experiments whose name contains `part`.
    pub fn named(part: &str) -> Vec<Experiment> {
        EXPERIMENTS.iter().filter(|experiment| experiment.name.contains(part)).copied().collect()
    }

    /// Runs the experiments and judges every target, also those that no experiment spoke to. Fails with
    /// [`Error::OutOfRange`](crate::Error::OutOfRange) for parameters, and as the experiments do.
    pub fn run(&self) -> Result<Vec<Finding>> {
        self.run_observed(|_| ())
    }

    /// The same, and calls `observer` whenever a replicate of an experiment has ended, from several threads at once.
    pub fn run_observed(&self, observer: impl Fn(&Experiment) + Sync) -> Result<Vec<Finding>> {
        Ok(self.collect(observer)?.judge())
    }

    /// Numbers of all replicates. The longest begin first.
    fn collect(&self, observer: impl Fn(&Experiment) + Sync) -> Result<Found> {
        let mut longest_first: Vec<_> = self.experiments.iter().collect();
        longest_first.sort_by(|first, second| second.seconds.total_cmp(&first.seconds));
        let replicates = |experiment: &Experiment| 0..experiment.replicates_in(self.size);
        let runs: Vec<_> =
            longest_first.into_iter().flat_map(|one| replicates(one).map(move |replicate| (one, replicate))).collect();
        let numbers = collect_jobs(runs.len(), self.threads, |index| {
            let (experiment, replicate) = runs[index];
            let seed = self.seed.wrapping_add(replicate);
            let setting = Replicate { parameters: &self.parameters, seed, moved: experiment.moved };
            let numbers = (experiment.run)(setting)?;
            observer(experiment);
            Ok(numbers)
        })?;
        let mut found = Found::default();
        for ((experiment, _), numbers) in runs.into_iter().zip(numbers) {
            for target in experiment.targets {
                found.add(target, experiment.moved, numbers.get(target).copied().unwrap_or(f64::NAN));
            }
        }
        Ok(found)
    }
}
