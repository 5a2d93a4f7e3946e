//! What the verdicts add up to.
use super::{Finding, Role, Verdict};
use serde::Serialize;
use std::fmt;

/// How many verdicts are `within`, of how many. Prints as `3 of 4 (75 %)`.
///
/// ```
/// use dermaweave::study::evidence::Score;
/// assert_eq!(Score { within: 3, of: 4 }.to_string(), "3 of 4 (75 %)");
/// assert_eq!(Score { within: 0, of: 0 }.to_string(), "none");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Score {
    /// How many.
    pub within: usize,
    /// Of how many.
    pub of: usize,
}

impl Score {
    fn of(findings: &[Finding], counts: impl Fn(&Finding) -> bool) -> Self {
        Self::of_those(findings, counts, |one| one.verdict == Verdict::Within)
    }

    fn of_those(findings: &[Finding], counts: impl Fn(&Finding) -> bool, is_within: impl Fn(&Finding) -> bool) -> Self {
        let counted: Vec<_> = findings.iter().filter(|one| counts(one)).collect();
        Self { within: counted.iter().filter(|one| is_within(one)).count(), of: counted.len() }
    }
}

impl fmt::Display for Score {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        let Self { within, of } = self;
        let percent = 100.0 * *within as f64 / *of as f64;
        if *of == 0 { formatter.write_str("none") } else { write!(formatter, "{within} of {of} ({percent:.0} %)") }
    }
}

/// The scores, each stricter than the one before, and the exact results apart.
///
/// ```
/// use dermaweave::study::evidence::{Found, Scores};
/// let mut found = Found::default();
/// found.add("macrophage_peak", None, 2.5);
/// let scores = Scores::of(&found.judge());
/// assert_eq!((scores.modelled.within, scores.independent.within), (1, 0));
/// assert!(scores.independent.of < scores.two_sided.of && scores.two_sided.of < scores.modelled.of);
/// ```
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
    /// Closed forms and theorems.
    pub exact: Score,
}

impl Scores {
    /// Counts the verdicts.
    pub fn of(findings: &[Finding]) -> Self {
        let rests_on_choice =
            |one: &Finding| one.is_independent() && one.verdict == Verdict::Within && !one.over_range.is_empty();
        Self {
            modelled: Score::of(findings, Finding::is_modelled),
            two_sided: Score::of(findings, |one| one.is_modelled() && one.two_sided),
            independent: Score::of(findings, Finding::is_independent),
            over_range: Score::of_those(findings, rests_on_choice, Finding::holds_over_range),
            exact: Score::of(findings, |one| one.target.role == Role::Exact),
        }
    }

    /// One line each, in words.
    pub fn lines(self) -> [String; 5] {
        [
            format!("{} of all modelled findings are within", self.modelled),
            format!("{} of those with a two-sided band are within (aim: 75 %)", self.two_sided),
            format!(
                "{} of those two-sided, held out and independent are within (aim: 60 %, of at least 12)",
                self.independent
            ),
            format!("{} of these hits that rest on a value of our choice hold over its whole range", self.over_range),
            format!("{} of the exact results are within", self.exact),
        ]
    }
}
