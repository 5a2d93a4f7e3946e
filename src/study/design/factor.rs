//! From the unit cube to ranges of parameters.
use crate::error::{DesignFault, Result, check};
use serde::{Deserialize, Serialize};

/// How a coordinate goes from the lower to the upper end of a range.
///
/// ```
/// use dermaweave::study::design::{Factor, Scale};
/// let middle = |scale| Factor { name: "rate".into(), low: 1.0, high: 100.0, scale }.value(0.5);
/// assert_eq!(middle(Scale::Linear)?, 50.5);
/// assert!((middle(Scale::Log)? - 10.0).abs() < 1e-12);
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scale {
    /// low + u (high − low).
    #[default]
    Linear,
    /// low (high/low)ᵘ, for two positive ends.
    Log,
}

/// A parameter that is varied over a range.
///
/// ```
/// use dermaweave::study::design::{Design, Factor, LatinHypercube, Scale, values};
/// let factors = [
///     Factor { name: "interval".into(), low: 7.0, high: 56.0, scale: Scale::Linear },
///     Factor { name: "proliferation".into(), low: 0.005, high: 0.05, scale: Scale::Log },
/// ];
/// for point in LatinHypercube::new(factors.len(), 10, 1)?.points() {
///     let found = values(&factors, &point)?;
///     assert!((7.0..56.0).contains(&found[0]) && (0.005..0.05).contains(&found[1]));
/// }
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Factor {
    /// Its name, for tables and messages.
    pub name: String,
    /// Its value at 0, in its unit.
    pub low: f64,
    /// Its value at 1, in its unit; above `low`.
    pub high: f64,
    /// How it goes from one to the other; linear if it is missing in a file.
    #[serde(default)]
    pub scale: Scale,
}

impl Factor {
    /// The value at a coordinate u from 0 to 1; exactly `low` at 0 and `high` at 1.
    ///
    /// A coordinate outside gives [`Error::OutOfRange`](crate::Error::OutOfRange), ends that are not finite, not in order,
    /// or not positive on a logarithmic scale give [`DesignFault::BadNumber`].
    pub fn value(&self, coordinate: f64) -> Result<f64> {
        self.validate()?;
        check("coordinate of a design", coordinate, "(number)", 0.0..=1.0)?;
        let Self { low, high, .. } = *self;
        let value = match self.scale {
            Scale::Linear => low * (1.0 - coordinate) + high * coordinate,
            Scale::Log => libm::exp((1.0 - coordinate) * libm::log(low) + coordinate * libm::log(high)),
        };
        // Logarithms and their exponentials round.
        let is_end = coordinate == 0.0 || coordinate == 1.0;
        Ok(if is_end { if coordinate == 0.0 { low } else { high } } else { value.clamp(low, high) })
    }

    /// Refuses a range that is none.
    fn validate(&self) -> Result<()> {
        let refuse = |quantity, value, remedy| {
            Err(DesignFault::BadNumber { name: self.name.clone(), quantity, value, remedy }.into())
        };
        if !self.low.is_finite() {
            refuse("the lower end of the range", self.low, "give a finite number")
        } else if !self.high.is_finite() || self.high <= self.low {
            refuse("the upper end of the range", self.high, "give a finite number above the lower end")
        } else if self.scale == Scale::Log && self.low <= 0.0 {
            refuse("the lower end of the range", self.low, "on a logarithmic scale it must be positive")
        } else {
            Ok(())
        }
    }
}

/// The values of all factors at a point of the unit cube.
///
/// Another number of coordinates gives [`DesignFault::WrongCount`]; for the rest see [`Factor::value`].
///
/// ```
/// use dermaweave::study::design::{Factor, Scale, values};
/// let factor = Factor { name: "depth".into(), low: 0.5, high: 2.5, scale: Scale::Linear };
/// assert_eq!(values(&[factor], &[0.25])?, [1.0]);
/// # Ok::<(), dermaweave::Error>(())
/// ```
pub fn values(factors: &[Factor], point: &[f64]) -> Result<Vec<f64>> {
    same_count("coordinates", point.len(), factors.len(), "factors")?;
    factors.iter().zip(point).map(|(factor, coordinate)| factor.value(*coordinate)).collect()
}

/// Refuses another number of things than there are to be.
pub(super) fn same_count(quantity: &'static str, found: usize, expected: usize, counted: &'static str) -> Result<()> {
    if found == expected {
        return Ok(());
    }
    Err(DesignFault::WrongCount { quantity, found, expected, counted }.into())
}
