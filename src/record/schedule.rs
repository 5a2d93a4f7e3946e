//! Which samples of a course are recorded, and which one is next.
use crate::error::{Error, RecordingFault, Result, check_multiple};
use crate::simulation::{Simulation, TICKS_PER_DAY};
use crate::units::Time;

/// The ticks at which samples are recorded.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Schedule {
    /// Ticks between the regular ones.
    step: u64,
    /// Others, in order.
    extra: Vec<u64>,
    end: u64,
}

pub(super) fn days(tick: u64) -> f64 {
    tick as f64 / TICKS_PER_DAY as f64
}

/// The tick of a day that was told by a clock.
pub(super) fn tick_of(days: f64) -> u64 {
    (days * TICKS_PER_DAY as f64).round() as u64
}

impl Schedule {
    /// Samples `every` so often, or all samples if that is no time at all.
    pub(super) fn new(simulation: &Simulation, every: Time) -> Result<Self> {
        let regular = simulation.ticks_between_samples();
        let end = simulation.protocol().end_day() * TICKS_PER_DAY;
        if every == Time::hours(0.0) {
            let mut extra: Vec<_> = simulation.extra_samples().filter(|tick| !tick.is_multiple_of(regular)).collect();
            extra.sort_unstable();
            extra.dedup();
            return Ok(Self { step: regular, extra, end });
        }
        let sampled = days(regular);
        let times = check_multiple("recording interval", every.in_days(), "days", sampled, sampled..=36_525.0)?;
        Ok(Self { step: times * regular, extra: Vec::new(), end })
    }

    /// Days between samples, if they are evenly spaced.
    pub(super) fn interval_days(&self) -> Option<f64> {
        self.extra.is_empty().then(|| days(self.step))
    }

    /// The first one at or after a tick; it may lie after the end.
    pub(super) fn due_from(&self, tick: u64) -> u64 {
        let extra = self.extra.iter().copied().find(|&extra| extra >= tick);
        tick.next_multiple_of(self.step).min(extra.unwrap_or(u64::MAX))
    }

    /// Whether a tick comes after the last sample.
    pub(super) const fn is_over(&self, tick: u64) -> bool {
        tick > self.end
    }
}

/// Accepts a sample of the course at `tick` if the one that is due before it can have been seen no earlier: samples within a day
/// are taken at the end of a step, and no step with such a sample goes on after its day.
pub(super) fn check_seen(due: u64, tick: u64) -> Result<()> {
    if due.next_multiple_of(TICKS_PER_DAY) < tick { Err(missed(due, tick)) } else { Ok(()) }
}

/// A sample that was due is not there.
pub(super) fn missed(due: u64, present: u64) -> Error {
    RecordingFault::Missed { day: days(due), present: days(present) }.into()
}
