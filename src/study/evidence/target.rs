//! What was published, and what a finding was used for.
use super::Chosen;
use serde::Serialize;
use std::fmt;

/// A published number that the model is compared with.
///
/// ```
/// use dermaweave::study::evidence::{Role, TARGETS};
/// let papillary = TARGETS.iter().find(|target| target.id == "papillary_collagen").unwrap();
/// assert_eq!((papillary.unit, papillary.role), ("%", Role::Calibration));
/// assert!(papillary.band.holds(50.0) && papillary.source.contains("Lotfi 2013"));
/// ```
#[derive(Clone, Debug, Serialize)]
pub struct Target {
    /// Short name; also the name under which an experiment reports its number.
    pub id: &'static str,
    /// What is measured.
    pub quantity: &'static str,
    /// Its unit; `1` for none.
    pub unit: &'static str,
    /// What was published, as a range that counts as the same.
    pub band: Band,
    /// Where it was published, and what of the band is ours.
    pub source: &'static str,
    /// What it was used for.
    pub role: Role,
    /// Values of our choice that it rests on.
    pub over: &'static [Chosen],
}

/// What was published, with its band.
///
/// ```
/// use dermaweave::study::evidence::Band;
/// let around = Band::Around(10.0, 2.0);
/// assert!(around.holds(12.0) && around.is_two_sided() && around.misfit(12.0) == 1.0);
/// assert_eq!(around.to_string(), "10 ± 2");
/// assert!(!Band::Above(0.0).is_two_sided() && Band::Below(7.0).misfit(6.0) == 0.0);
/// ```
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

    /// Its two ends, if it has them.
    pub fn ends(self) -> Option<(f64, f64)> {
        match self {
            Self::Around(center, half_width) => Some((center - half_width, center + half_width)),
            Self::Between(low, high) => Some((low, high)),
            Self::Above(_) | Self::Below(_) => None,
        }
    }

    /// Whether too little and too much both fall outside. A band that holds 0 shuts out one of them at most: what is no
    /// effect, or cannot be negative, lies in it.
    pub fn is_two_sided(self) -> bool {
        matches!(self, Self::Around(..) | Self::Between(..)) && !self.holds(0.0)
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
///
/// ```
/// use dermaweave::study::evidence::Role;
/// let follows = Role::Follows(&["coi_healthy", "coi_scar"]);
/// assert_eq!((follows.name(), follows.reason().as_str()), ("follows", "from coi_healthy, coi_scar"));
/// assert!(follows.is_kept_out() && !Role::Calibration.is_kept_out());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Parameters were fitted to it.
    Calibration,
    /// Kept out of every fit, but it could hardly come out otherwise once these other findings do: it is a difference of
    /// them, lies between them, is a closed form of what they fixed, or the same number.
    Follows(&'static [&'static str]),
    /// Kept out of every fit, but how it is read here is our choice: a threshold, or a measure chosen with its course in
    /// view.
    OwnReading(&'static str),
    /// Kept out of every fit and independent.
    HeldOut,
    /// A closed form or a theorem: it checks the numerics and counts apart.
    Exact,
    /// What makes up the number went into the model, and what that is; it is judged, but counts in no score.
    WentIn(&'static str),
    /// The model does not speak to it, and why.
    NotModeled(&'static str),
}

impl Role {
    /// What it is called in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Calibration => "fit",
            Self::Follows(_) => "follows",
            Self::OwnReading(_) => "own reading",
            Self::HeldOut => "held out",
            Self::Exact => "exact",
            Self::WentIn(_) => "went in",
            Self::NotModeled(_) => "-",
        }
    }

    /// What determines the number if it is not independent, or why there is none; empty for others.
    pub fn reason(self) -> String {
        match self {
            Self::Follows(others) => format!("from {}", others.join(", ")),
            Self::OwnReading(why) | Self::WentIn(why) | Self::NotModeled(why) => why.into(),
            Self::Calibration | Self::HeldOut | Self::Exact => String::new(),
        }
    }

    /// Whether no parameter was fitted to it and none is its number.
    pub const fn is_kept_out(self) -> bool {
        matches!(self, Self::HeldOut | Self::Follows(_) | Self::OwnReading(_))
    }
}
