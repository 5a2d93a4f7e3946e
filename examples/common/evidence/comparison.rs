//! How a simulated number is judged against what was published, and what the verdicts add up to.
use super::{Chosen, End, Found, Moved, Role, Target};
use dermaweave::measure::Summary;
use serde::Serialize;

/// What came of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Within,
    Outside,
    /// A number that went into the model and is not simulated.
    NotSimulated,
    NotModeled,
}

impl Verdict {
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
#[derive(Clone, Debug, Serialize)]
pub struct AtEnd {
    pub chosen: Chosen,
    pub end: End,
    /// The chosen value there.
    pub at: f64,
    pub values: Vec<f64>,
    pub summary: Summary,
    pub verdict: Verdict,
}

/// A target beside what was simulated.
#[derive(Clone, Debug, Serialize)]
pub struct Comparison {
    #[serde(flatten)]
    pub target: Target,
    pub two_sided: bool,
    /// One number per replicate.
    pub values: Vec<f64>,
    pub summary: Option<Summary>,
    pub verdict: Verdict,
    /// The same at both ends of the values of our choice that it rests on.
    pub over_range: Vec<AtEnd>,
}

impl Comparison {
    /// Judges what was found for one target.
    pub fn new(target: Target, found: &Found) -> Self {
        let values = found.get(&(target.id, None)).cloned().unwrap_or_default();
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
    let values = found.get(&(target.id, Some(moved)))?.clone();
    let summary = summary(&values)?;
    let verdict = Verdict::of(target, Some(&summary));
    Some(AtEnd { chosen: moved.chosen, end: moved.end, at: moved.value(), values, summary, verdict })
}

/// How many verdicts are `within`, of how many.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Score {
    pub within: usize,
    pub of: usize,
}

impl Score {
    fn of(comparisons: &[Comparison], counts: impl Fn(&Comparison) -> bool) -> Self {
        Self::of_those(comparisons, counts, |one| one.verdict == Verdict::Within)
    }

    fn of_those(
        comparisons: &[Comparison],
        counts: impl Fn(&Comparison) -> bool,
        is_within: impl Fn(&Comparison) -> bool,
    ) -> Self {
        let counted: Vec<_> = comparisons.iter().filter(|one| counts(one)).collect();
        Self { within: counted.iter().filter(|one| is_within(one)).count(), of: counted.len() }
    }

    pub fn line(self, of_what: &str) -> String {
        let Self { within, of } = self;
        let percent = 100.0 * within as f64 / of.max(1) as f64;
        if of == 0 { format!("none {of_what}") } else { format!("{within} of {of} ({percent:.0} %) {of_what}") }
    }
}

/// The score, each stricter than the one before, and the exact results apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Scores {
    /// All modelled findings, fitted or not.
    pub modelled: Score,
    /// Those of them with a two-sided band.
    pub two_sided: Score,
    /// Those of these that are held out and independent, and all misses among what was kept out of every fit.
    pub independent: Score,
    /// Of the hits among these that rest on a value of our choice, those that are hits at both ends of its range, too.
    pub over_range: Score,
    pub exact: Score,
}

impl Scores {
    pub fn of(comparisons: &[Comparison]) -> Self {
        let rests_on_choice =
            |one: &Comparison| one.is_independent() && one.verdict == Verdict::Within && !one.over_range.is_empty();
        Self {
            modelled: Score::of(comparisons, Comparison::is_modelled),
            two_sided: Score::of(comparisons, |one| one.is_modelled() && one.two_sided),
            independent: Score::of(comparisons, Comparison::is_independent),
            over_range: Score::of_those(comparisons, rests_on_choice, Comparison::holds_over_range),
            exact: Score::of(comparisons, |one| one.target.role == Role::Exact),
        }
    }

    /// One line each.
    pub fn lines(self) -> [String; 5] {
        [
            self.modelled.line("of all modelled findings are within"),
            self.two_sided.line("of those with a two-sided band are within"),
            self.independent.line("of those two-sided, held out and independent are within"),
            self.over_range.line("of these hits that rest on a value of our choice hold over its whole range"),
            self.exact.line("of the exact results are within"),
        ]
    }
}
