//! How a simulated number is judged against what was published.
use super::{Chosen, End, Moved, Role, TARGETS, Target};
use crate::measure::Summary;
use serde::Serialize;
use std::collections::BTreeMap;

/// Numbers of all replicates, by target and by what was moved.
///
/// ```
/// use dermaweave::study::evidence::{Found, TARGETS, Verdict};
/// let mut found = Found::default();
/// found.add("macrophage_peak", None, 2.5);
/// let findings = found.judge();
/// let judged = |id: &str| findings.iter().find(|finding| finding.target.id == id).unwrap().verdict;
/// assert_eq!(findings.len(), TARGETS.len());
/// assert_eq!((judged("macrophage_peak"), judged("macrophage_fall")), (Verdict::Within, Verdict::Outside));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// Where nothing is moved.
    usual: BTreeMap<&'static str, Vec<f64>>,
    moved: BTreeMap<Moved, BTreeMap<&'static str, Vec<f64>>>,
}

impl Found {
    /// Adds the number of one replicate for a target.
    pub fn add(&mut self, target: &'static str, moved: Option<Moved>, value: f64) {
        let numbers = match moved {
            Some(moved) => self.moved.entry(moved).or_default(),
            None => &mut self.usual,
        };
        numbers.entry(target).or_default().push(value);
    }

    /// The numbers of all replicates for a target; none if no experiment spoke to it.
    pub fn values(&self, target: &str, moved: Option<Moved>) -> &[f64] {
        let numbers = moved.map_or(Some(&self.usual), |moved| self.moved.get(&moved));
        numbers.and_then(|numbers| numbers.get(target)).map_or(&[], Vec::as_slice)
    }

    /// Every target beside what was found for it.
    pub fn judge(&self) -> Vec<Finding> {
        TARGETS.iter().map(|target| Finding::new(target.clone(), self)).collect()
    }
}

/// What came of a comparison.
///
/// ```
/// use dermaweave::study::evidence::{Band, Finding, Found, Role, Target, Verdict};
/// let target = Target {
///     id: "depth", quantity: "depth of channels", unit: "µm", band: Band::Around(150.0, 10.0),
///     source: "an example", role: Role::HeldOut, over: &[],
/// };
/// let mut found = Found::default();
/// assert_eq!(Finding::new(target.clone(), &found).verdict, Verdict::Outside, "missing");
/// found.add("depth", None, 145.0);
/// assert_eq!(Finding::new(target, &found).verdict.name(), "within");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The mean over replicates lies in the band.
    Within,
    /// It does not, is not finite, or was not found.
    Outside,
    /// A number that went into the model and is not simulated.
    NotSimulated,
    /// The model does not speak to it.
    NotModeled,
}

impl Verdict {
    /// What it is called in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Within => "within",
            Self::Outside => "outside",
            Self::NotSimulated => "not simulated",
            Self::NotModeled => "not modelled",
        }
    }

    /// Judges the mean over replicates; a number that is missing or not finite is outside.
    fn of(target: &Target, summary: Option<&Summary>) -> Self {
        match (target.role, summary) {
            (Role::NotModeled(_), _) => Self::NotModeled,
            (Role::WentIn(_), None) => Self::NotSimulated,
            (_, Some(summary)) if target.band.holds(summary.mean) => Self::Within,
            _ => Self::Outside,
        }
    }
}

/// What is found where a chosen value lies at an end of its range.
///
/// ```
/// use dermaweave::study::evidence::{Chosen, End, Found, Moved};
/// let mut found = Found::default();
/// found.add("papillary_collagen", Some(Moved { chosen: Chosen::StartThickness, end: End::Low }), 90.0);
/// let findings = found.judge();
/// let finding = findings.iter().find(|finding| finding.target.id == "papillary_collagen").unwrap();
/// assert_eq!((finding.over_range[0].at, finding.over_range[0].summary.mean), (0.5, 90.0));
/// assert!(!finding.holds_over_range());
/// ```
#[derive(Clone, Debug, Serialize)]
pub struct AtEnd {
    /// The value.
    pub chosen: Chosen,
    /// Which end.
    pub end: End,
    /// The chosen value there.
    pub at: f64,
    /// One number per replicate.
    pub values: Vec<f64>,
    /// Their mean and 95 % interval.
    pub summary: Summary,
    /// How it is judged.
    pub verdict: Verdict,
}

/// A target beside what was simulated.
///
/// ```
/// use dermaweave::study::evidence::{Validation, Verdict};
/// let findings = Validation { experiments: Validation::named("well-mixed"), ..Validation::default() }.run()?;
/// let exact = findings.iter().find(|finding| finding.target.id == "well_mixed").unwrap();
/// assert_eq!((exact.values.len(), exact.verdict, exact.is_modelled()), (1, Verdict::Within, false));
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// What was published.
    #[serde(flatten)]
    pub target: Target,
    /// Whether too little and too much both fall outside.
    pub two_sided: bool,
    /// One number per replicate.
    pub values: Vec<f64>,
    /// Their mean and 95 % interval, if there are any.
    pub summary: Option<Summary>,
    /// How it is judged.
    pub verdict: Verdict,
    /// The same at both ends of the values of our choice that it rests on.
    pub over_range: Vec<AtEnd>,
}

impl Finding {
    /// Judges what was found for one target.
    pub fn new(target: Target, found: &Found) -> Self {
        let values = found.values(target.id, None).to_vec();
        let summary = summary(&values);
        let verdict = Verdict::of(&target, summary.as_ref());
        let ends = target.over.iter().flat_map(|&chosen| [End::Low, End::High].map(|end| Moved { chosen, end }));
        let over_range = ends.filter_map(|moved| at_end(&target, moved, found)).collect();
        Self { two_sided: target.band.is_two_sided(), target, values, summary, verdict, over_range }
    }

    /// Whether it counts among the modelled: not a number that went in, nor an exact result.
    pub fn is_modelled(&self) -> bool {
        self.target.role == Role::Calibration || self.target.role.is_kept_out()
    }

    /// Whether it counts as two-sided, held out and independent. A miss counts whatever makes the number depend on others,
    /// so that none is explained away; only of hits is independence asked.
    pub fn is_independent(&self) -> bool {
        let missed = self.target.role.is_kept_out() && self.verdict == Verdict::Outside;
        self.two_sided && (self.target.role == Role::HeldOut || missed)
    }

    /// Whether it is within at both ends of every value of our choice that it rests on.
    pub fn holds_over_range(&self) -> bool {
        self.over_range.iter().all(|end| end.verdict == Verdict::Within)
    }
}

fn summary(values: &[f64]) -> Option<Summary> {
    (!values.is_empty()).then(|| Summary::of(values))
}

fn at_end(target: &Target, moved: Moved, found: &Found) -> Option<AtEnd> {
    let values = found.values(target.id, Some(moved)).to_vec();
    let summary = summary(&values)?;
    let verdict = Verdict::of(target, Some(&summary));
    Some(AtEnd { chosen: moved.chosen, end: moved.end, at: moved.value(), values, summary, verdict })
}
