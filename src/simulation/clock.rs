//! Time as a whole number of ticks, and how many of them a step spans.
use serde::{Deserialize, Serialize};

/// Hours of one tick.
pub const TICK_HOURS: f64 = 0.5;
/// Ticks of one day.
pub const TICKS_PER_DAY: u64 = 48;

/// Simulated time. An integer: it cannot drift, and runs that are stopped and resumed agree.
///
/// ```
/// use dermaweave::simulation::Clock;
/// assert_eq!(Clock::default().days(), 0.0);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clock {
    tick: u64,
}

impl Clock {
    /// That many ticks after the start.
    pub(super) const fn at(tick: u64) -> Self {
        Self { tick }
    }

    /// Ticks since the start.
    pub const fn tick(self) -> u64 {
        self.tick
    }

    /// Hours since the start.
    pub fn hours(self) -> f64 {
        self.tick as f64 * TICK_HOURS
    }

    /// Days since the start.
    pub fn days(self) -> f64 {
        self.tick as f64 / TICKS_PER_DAY as f64
    }

    /// Whether a day begins.
    pub(crate) const fn begins_day(self) -> bool {
        self.tick.is_multiple_of(TICKS_PER_DAY)
    }

    /// At most so many ticks, but not past the end of the day.
    pub(super) fn within_day(self, ticks: u64) -> u64 {
        ticks.min(TICKS_PER_DAY - self.tick % TICKS_PER_DAY)
    }

    pub(super) const fn advance(&mut self, ticks: u64) {
        self.tick += ticks;
    }
}
