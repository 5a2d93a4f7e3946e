//! Doses: when a rule of one's own acts, such as that of a drug.
use crate::error::{Error, Result, check};
use crate::units::Time;
use serde::{Deserialize, Serialize};

/// In days.
const HALF_HOUR: f64 = 0.5 / 24.0;

/// A span of time in which a rule of one's own acts, as part of a protocol: a drug that is given, a pulse of light.
///
/// A [rule](crate::simulation::Rule) whose name has doses in the protocol acts in them alone; it is told their amount.
///
/// ```
/// use dermaweave::treatment::Dose;
/// use dermaweave::{Protocol, Time};
/// let days_3_to_10 = Dose { of: "blocker".into(), start: Time::days(3.0), lasts: Time::days(7.0), amount: 1.0 };
/// let protocol = Protocol::untreated(Time::weeks(4.0)).dose(days_3_to_10);
/// assert_eq!(protocol.doses[0].end().in_days(), 10.0);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dose {
    /// Name of the rule.
    pub of: String,
    /// When it begins, counted from the start of the simulation; it acts from the next half hour on.
    pub start: Time,
    /// How long it acts; a pulse of zero length acts in one step.
    pub lasts: Time,
    /// How much, in the unit of the rule.
    pub amount: f64,
}

impl Dose {
    /// When it ends.
    pub fn end(&self) -> Time {
        Time::hours(self.start.in_hours() + self.lasts.in_hours())
    }

    /// Fails with [`Error::OutOfRange`] for a time outside of a century, or an amount that is negative or not finite, and with
    /// [`Error::DoseAfterEnd`] where no half hour of the protocol is left for it.
    pub(super) fn validate(&self, end_day: f64) -> Result<()> {
        let day = check("start of a dose", self.start.in_days(), "days", 0.0..=36_525.0)?;
        check("length of a dose", self.lasts.in_days(), "days", 0.0..=36_525.0)?;
        check("amount of a dose", self.amount, "(as its rule says)", 0.0..=f64::MAX)?;
        if day > end_day - 0.999_999 * HALF_HOUR {
            return Err(Error::DoseAfterEnd { name: self.of.clone(), day, end_day });
        }
        Ok(())
    }
}
