//! The experiments that repeat what was published.
use super::{Chosen, End, Moved, Size, infarct, needling, rest, scar, wound};
use crate::error::Result;
use crate::parameters::Parameters;
use Chosen::{Penetration, StartDensity};
use End::{High, Low};
use std::collections::BTreeMap;

/// Numbers that an experiment came to, by the name of their target.
pub type Numbers = BTreeMap<&'static str, f64>;

/// What one replicate of an experiment depends on.
///
/// ```
/// use dermaweave::Parameters;
/// use dermaweave::study::evidence::{EXPERIMENTS, Replicate};
/// let memory = EXPERIMENTS.iter().find(|experiment| experiment.name == "memory").unwrap();
/// let numbers = (memory.run)(Replicate { parameters: &Parameters::default(), seed: 1, moved: None })?;
/// assert!(numbers["memory_two_pulses"] > numbers["memory_one_pulse"]);
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Replicate<'a> {
    /// Parameters of the model.
    pub parameters: &'a Parameters,
    /// Seed of all random numbers.
    pub seed: u64,
    /// A value of our choice that is moved to an end of its range, if one is.
    pub moved: Option<Moved>,
}

/// One experiment on the model.
///
/// ```
/// use dermaweave::study::evidence::EXPERIMENTS;
/// let fitted: Vec<_> = EXPERIMENTS.iter().filter(|experiment| experiment.fits).collect();
/// assert!(fitted.iter().any(|experiment| experiment.name == "excision"));
/// assert!(fitted.iter().all(|experiment| experiment.moved.is_none()));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Experiment {
    /// Its name.
    pub name: &'static str,
    /// One replicate.
    pub run: fn(Replicate) -> Result<Numbers>,
    /// What is moved. The findings of such an experiment stand beside those of the one where nothing is.
    pub moved: Option<Moved>,
    /// Replicates in full size.
    pub replicates: u64,
    /// Replicates for a first look.
    pub quick_replicates: u64,
    /// Whether findings that it speaks to are fitted to; an experiment with parameters of its own does not fit.
    pub fits: bool,
    /// Seconds that one replicate takes on one core, roughly: the longest begin first.
    pub seconds: f64,
}

impl Experiment {
    /// One replicate in either size; nothing is moved, nothing is fitted to.
    const fn new(name: &'static str, run: fn(Replicate) -> Result<Numbers>, seconds: f64) -> Self {
        Self { name, run, moved: None, replicates: 1, quick_replicates: 1, fits: false, seconds }
    }

    const fn replicates(self, replicates: u64, quick_replicates: u64) -> Self {
        Self { replicates, quick_replicates, ..self }
    }

    const fn fits(self) -> Self {
        Self { fits: true, ..self }
    }

    const fn moved(self, chosen: Chosen, end: End) -> Self {
        Self { moved: Some(Moved { chosen, end }), ..self }
    }

    /// Its replicates in a validation of this size.
    pub const fn replicates_in(&self, size: Size) -> u64 {
        match size {
            Size::Full => self.replicates,
            Size::Quick => self.quick_replicates,
            Size::Replicates(replicates) => replicates,
        }
    }
}

/// All experiments.
#[rustfmt::skip]
pub const EXPERIMENTS: &[Experiment] = &[
    Experiment::new("infarct", infarct::strained, 1.0).replicates(8, 1),
    Experiment::new("well-mixed content", infarct::well_mixed, 0.0),
    Experiment::new("independent directions", infarct::independent_directions, 0.0).replicates(8, 8),
    Experiment::new("devices", rest::devices, 0.1).replicates(8, 2),
    Experiment::new("memory", rest::memory, 0.0).fits(),
    Experiment::new("untouched skin", rest::untouched, 0.2).replicates(8, 2),
    Experiment::new("ageing", rest::ageing, 0.0),
    Experiment::new("excision", wound::excision, 10.0).replicates(6, 1).fits(),
    Experiment::new("five monthly sessions", needling::five_monthly, 9.0).replicates(4, 1).fits(),
    Experiment::new("five monthly sessions from 0.5", needling::five_monthly, 9.0).moved(StartDensity, Low),
    Experiment::new("five monthly sessions from 0.8", needling::five_monthly, 9.0).moved(StartDensity, High),
    Experiment::new("six fortnightly sessions", needling::six_fortnightly, 4.0).replicates(3, 1),
    Experiment::new("closure", needling::closure, 0.3).replicates(8, 2).fits(),
    Experiment::new("acne scar in layers", scar::boxcar, 30.0).replicates(4, 1).fits(),
    Experiment::new("acne scar in layers, needles reach 0.5", scar::boxcar, 25.0).replicates(3, 1).moved(Penetration, Low),
    Experiment::new("acne scar in layers, needles reach 0.7", scar::boxcar, 35.0).replicates(3, 1).moved(Penetration, High),
];
