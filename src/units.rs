//! Lengths and times that carry their unit to the boundary of the crate.
//!
//! Inside, every length is an `f64` in micrometers and every time an `f64` in hours; these two
//! types make it impossible to hand over millimeters or days by mistake.
use serde::{Deserialize, Serialize};

/// A length. Stored in micrometers.
///
/// ```
/// use dermaweave::Length;
/// assert_eq!(Length::millimeters(1.5).in_micrometers(), 1500.0);
/// assert_eq!(Length::centimeters(1.0).in_millimeters(), 10.0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Length {
    micrometers: f64,
}

impl Length {
    /// A length given in micrometers.
    pub const fn micrometers(value: f64) -> Self {
        Self { micrometers: value }
    }

    /// A length given in millimeters.
    pub const fn millimeters(value: f64) -> Self {
        Self::micrometers(value * 1e3)
    }

    /// A length given in centimeters.
    pub const fn centimeters(value: f64) -> Self {
        Self::micrometers(value * 1e4)
    }

    /// This length in micrometers.
    pub const fn in_micrometers(self) -> f64 {
        self.micrometers
    }

    /// This length in millimeters.
    pub const fn in_millimeters(self) -> f64 {
        self.micrometers * 1e-3
    }
}

/// A span of time. Stored in hours.
///
/// ```
/// use dermaweave::Time;
/// assert_eq!(Time::weeks(4.0).in_days(), 28.0);
/// assert_eq!(Time::days(2.0).in_hours(), 48.0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Time {
    hours: f64,
}

impl Time {
    /// A time given in hours.
    pub const fn hours(value: f64) -> Self {
        Self { hours: value }
    }

    /// A time given in days of 24 hours.
    pub const fn days(value: f64) -> Self {
        Self::hours(value * 24.0)
    }

    /// A time given in weeks.
    pub const fn weeks(value: f64) -> Self {
        Self::days(value * 7.0)
    }

    /// A time given in years of 365.25 days.
    pub const fn years(value: f64) -> Self {
        Self::days(value * 365.25)
    }

    /// This time in hours.
    pub const fn in_hours(self) -> f64 {
        self.hours
    }

    /// This time in days.
    pub const fn in_days(self) -> f64 {
        self.hours / 24.0
    }
}

impl std::ops::Mul<f64> for Length {
    type Output = Self;
    fn mul(self, factor: f64) -> Self {
        Self::micrometers(self.micrometers * factor)
    }
}

impl std::ops::Mul<f64> for Time {
    type Output = Self;
    fn mul(self, factor: f64) -> Self {
        Self::hours(self.hours * factor)
    }
}
