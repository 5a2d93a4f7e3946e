//! Lengths and times that carry their unit to the boundary of the crate.
//!
//! Inside, every length is an `f64` in micrometers and every time an `f64` in hours; these two
//! types make it impossible to hand over millimeters or days by mistake.
//!
//! In JSON and TOML both are text with a unit, `"1.5 mm"` or `"28 d"`, and a bare number is refused: it would leave open
//! what it means. In a saved course they are the numbers themselves.
mod text;

use text::spelled;

use crate::error::{Error, Result};
use std::fmt;
use std::str::FromStr;
use text::Unit;

/// A length. Stored in micrometers, written and read with a unit: `µm` (or `um`), `mm` or `cm`.
///
/// ```
/// use dermaweave::Length;
/// assert_eq!(Length::millimeters(1.5).in_micrometers(), 1500.0);
/// assert_eq!(Length::centimeters(1.0).in_millimeters(), 10.0);
/// assert_eq!(Length::millimeters(1.5).to_string(), "1.5 mm");
/// assert_eq!("250 µm".parse::<Length>()?, Length::micrometers(250.0));
/// assert_eq!("250".parse::<Length>().unwrap_err().to_string().contains("unit"), true);
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
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

/// A span of time. Stored in hours, written and read with a unit: `h`, `d`, `weeks` or `years`.
///
/// ```
/// use dermaweave::Time;
/// assert_eq!(Time::weeks(4.0).in_days(), 28.0);
/// assert_eq!(Time::days(2.0).in_hours(), 48.0);
/// assert_eq!(Time::weeks(4.0).to_string(), "28 d");
/// assert_eq!("4 weeks".parse::<Time>()?, Time::days(28.0));
/// assert_eq!("28".parse::<Time>().unwrap_err().to_string().contains("unit"), true);
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
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

/// Units of a length with their names in files, the one that is stored first.
const LENGTHS: &[Unit] = &[
    Unit { names: &["µm", "μm", "um"], stored: |value| Length::micrometers(value).micrometers },
    Unit { names: &["mm"], stored: |value| Length::millimeters(value).micrometers },
    Unit { names: &["cm"], stored: |value| Length::centimeters(value).micrometers },
];

/// Units of a time with their names in files, the one that is stored first.
const TIMES: &[Unit] = &[
    Unit { names: &["h", "hour", "hours"], stored: |value| Time::hours(value).hours },
    Unit { names: &["d", "day", "days"], stored: |value| Time::days(value).hours },
    Unit { names: &["weeks", "week"], stored: |value| Time::weeks(value).hours },
    Unit { names: &["years", "year"], stored: |value| Time::years(value).hours },
];

/// In millimeters from 1 mm on, in micrometers below; as many digits as it takes to read back the same bits.
impl fmt::Display for Length {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.pad(&text::write(self.micrometers, &LENGTHS[..2], self.in_millimeters()))
    }
}

/// In days from one day on, in hours below; as many digits as it takes to read back the same bits.
impl fmt::Display for Time {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.pad(&text::write(self.hours, &TIMES[..2], self.in_days()))
    }
}

/// A number and `µm`, `um`, `mm` or `cm`. Other text gives [`Error::NoUnit`].
impl FromStr for Length {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self> {
        text::read(text, LENGTHS, "length", "\"250 µm\" or \"1.5 mm\"").map(Self::micrometers)
    }
}

/// A number and `h`, `d`, `weeks` or `years`. Other text gives [`Error::NoUnit`].
impl FromStr for Time {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self> {
        text::read(text, TIMES, "time", "\"12 h\", \"28 d\" or \"4 weeks\"").map(Self::hours)
    }
}

spelled!(Length, micrometers, "a length with its unit, such as \"250 µm\" or \"1.5 mm\"");
spelled!(Time, hours, "a time with its unit, such as \"12 h\", \"28 d\" or \"4 weeks\"");
