//! What was published, and how a simulated number is judged against it.
use dermaweave::measure::Summary;
use serde::Serialize;
use std::fmt;

/// One published finding that the model is compared with.
#[derive(Clone, Debug, Serialize)]
pub struct Target {
    /// Short name; also the name under which an experiment reports its number.
    pub id: &'static str,
    /// What is measured.
    pub quantity: &'static str,
    pub unit: &'static str,
    pub band: Band,
    pub source: &'static str,
    pub role: Role,
}

/// What was published, with its band.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Band {
    /// A value ± a half-width.
    Around(f64, f64),
    /// A range.
    Between(f64, f64),
    /// A direction or a lower bound.
    Above(f64),
    /// A direction or an upper bound.
    Below(f64),
}

impl Band {
    /// Whether a number lies in the band.
    pub fn holds(self, value: f64) -> bool {
        match self {
            Self::Around(center, half_width) => (value - center).abs() <= half_width,
            Self::Between(low, high) => (low..=high).contains(&value),
            Self::Above(bound) => value > bound,
            Self::Below(bound) => value < bound,
        }
    }

    /// Distance from the middle in half-widths; 1 is the edge. For a bound, 0 on its good side.
    pub fn misfit(self, value: f64) -> f64 {
        let from = |center: f64, half_width: f64| (value - center) / half_width;
        match self {
            Self::Around(center, half_width) => from(center, half_width),
            Self::Between(low, high) => from(0.5 * (low + high), 0.5 * (high - low)),
            Self::Above(bound) | Self::Below(bound) if self.holds(value) || value == bound => 0.0,
            Self::Above(bound) | Self::Below(bound) => 1.0 + (value - bound).abs() / bound.abs().max(1.0),
        }
    }
}

impl fmt::Display for Band {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Around(center, half_width) => {
                write!(formatter, "{} ± {half_width}", (1e4 * center).round() / 1e4)
            }
            Self::Between(low, high) => write!(formatter, "{low} to {high}"),
            Self::Above(bound) => write!(formatter, "> {bound}"),
            Self::Below(bound) => write!(formatter, "< {bound}"),
        }
    }
}

/// What a target was used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Parameters were fitted to it.
    Calibration,
    /// Kept out of every fit.
    HeldOut,
    /// A closed form or a theorem: it checks the numerics and counts apart.
    Exact,
    /// The number itself went into the model, or follows from how it is made; it is shown and counts as nothing.
    Parameter,
    /// The model does not speak to it, and why.
    NotModeled(&'static str),
}

impl Role {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Calibration => "fit",
            Self::HeldOut => "held out",
            Self::Exact => "exact",
            Self::Parameter => "parameter",
            Self::NotModeled(_) => "-",
        }
    }
}

/// What came of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Within,
    Outside,
    /// The number went into the model.
    WentIn,
    NotModeled,
}

impl Verdict {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Within => "within",
            Self::Outside => "outside",
            Self::WentIn => "went in",
            Self::NotModeled => "not modelled",
        }
    }
}

/// A target beside what was simulated.
#[derive(Clone, Debug, Serialize)]
pub struct Comparison {
    #[serde(flatten)]
    pub target: Target,
    /// One number per replicate.
    pub values: Vec<f64>,
    pub summary: Option<Summary>,
    pub verdict: Verdict,
}

impl Comparison {
    /// Judges the mean over replicates; a number that is missing or not finite is outside.
    pub fn new(target: Target, values: Vec<f64>) -> Self {
        let summary = (!values.is_empty()).then(|| Summary::of(&values));
        let holds = summary.as_ref().is_some_and(|summary| target.band.holds(summary.mean));
        let verdict = match target.role {
            Role::NotModeled(_) => Verdict::NotModeled,
            Role::Parameter => Verdict::WentIn,
            Role::Calibration | Role::HeldOut | Role::Exact if holds => Verdict::Within,
            Role::Calibration | Role::HeldOut | Role::Exact => Verdict::Outside,
        };
        Self { target, values, summary, verdict }
    }

    /// Whether it counts: modelled, and not a number that went in.
    pub fn counts(&self) -> bool {
        matches!(self.target.role, Role::Calibration | Role::HeldOut)
    }
}
