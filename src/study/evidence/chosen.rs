//! Values of our choice that findings rest on, and the range that they are taken from.
use serde::Serialize;

/// A value that no source fixes: an experiment takes the middle of its range.
///
/// ```
/// use dermaweave::study::evidence::{Chosen, End};
/// let reach = Chosen::Penetration;
/// assert_eq!((reach.at(End::Low), reach.value(), reach.at(End::High)), (0.5, 0.6, 0.7));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Chosen {
    /// Thickness of the scars of Lotfi 2013 before their first session, as a share of the skin around. The paper does not give
    /// it; a rise by 53.2 % that began above 1/1.532 = 0.65 ended above healthy skin. From 0.5, a deep scar, to 0.8, a faint
    /// one.
    StartThickness,
    /// Share of their length that the needles of long manual rollers reach: published as 0.5 to 0.7.
    Penetration,
}

/// An end of the range of a chosen value.
///
/// ```
/// use dermaweave::study::evidence::{Chosen, End};
/// assert!(Chosen::StartThickness.at(End::Low) < Chosen::StartThickness.at(End::High));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// Its smallest value.
    Low,
    /// Its largest value.
    High,
}

impl Chosen {
    /// What it is called in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::StartThickness => "start thickness",
            Self::Penetration => "penetration",
        }
    }

    /// The middle of the range: what experiments take.
    pub const fn value(self) -> f64 {
        match self {
            Self::StartThickness => 0.65,
            Self::Penetration => 0.6,
        }
    }

    /// An end of the range.
    pub const fn at(self, end: End) -> f64 {
        match (self, end) {
            (Self::StartThickness | Self::Penetration, End::Low) => 0.5,
            (Self::StartThickness, End::High) => 0.8,
            (Self::Penetration, End::High) => 0.7,
        }
    }
}

/// A chosen value moved to an end of its range.
///
/// ```
/// use dermaweave::study::evidence::{Chosen, End, Moved};
/// let moved = Moved { chosen: Chosen::Penetration, end: End::High };
/// assert_eq!(moved.value(), 0.7);
/// assert_eq!(Moved::value_of(Some(moved), Chosen::StartThickness), Chosen::StartThickness.value());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Moved {
    /// The value.
    pub chosen: Chosen,
    /// Where it lies.
    pub end: End,
}

impl Moved {
    /// What it is there.
    pub const fn value(self) -> f64 {
        self.chosen.at(self.end)
    }

    /// The value of `chosen` where this is moved, or nothing is.
    pub fn value_of(moved: Option<Self>, chosen: Chosen) -> f64 {
        moved.filter(|moved| moved.chosen == chosen).map_or(chosen.value(), Self::value)
    }
}
