//! Axes of the line charts: range, round ticks, and positions.

use super::number::{format_number, round_below};

/// Range of one axis and the distance of its ticks, in the unit of the axis.
#[derive(Debug, Clone, Copy)]
pub struct Axis {
    /// Value at the left or lower end.
    pub low: f64,
    /// Value at the right or upper end.
    pub high: f64,
    /// Distance of neighboring ticks.
    pub step: f64,
}

impl Axis {
    /// Axis that covers all drawable values.
    pub fn covering(values: impl Iterator<Item = f64>) -> Self {
        let (mut low, mut high) = values
            .filter(|&value| drawable(value))
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
        if low > high {
            (low, high) = (0.0, 1.0);
        }
        // A constant series still needs an axis with an extent.
        if high - low <= 1e-9 * low.abs().max(high.abs()) {
            let room = if low == 0.0 { 1.0 } else { low.abs() * 0.1 };
            (low, high) = (low - room, high + room);
        }
        let step = round_below((high - low) / 3.0);
        Self { low, high, step }
    }

    /// The same axis, extended on both sides to the next tick.
    pub fn extended_to_ticks(self) -> Self {
        let low = (self.low / self.step + 1e-6).floor() * self.step;
        let high = (self.high / self.step - 1e-6).ceil() * self.step;
        Self { low, high, ..self }
    }

    /// Values of the ticks.
    pub fn ticks(self) -> impl Iterator<Item = f64> {
        let first = (self.low / self.step - 1e-6).ceil();
        let count = (self.high / self.step + 1e-6).floor() - first;
        (0..=count.clamp(0.0, 20.0) as u32).map(move |index| (first + f64::from(index)) * self.step)
    }

    /// Text of a tick.
    pub fn text(self, tick: f64) -> String {
        format_number(tick, self.step)
    }

    /// Dimensionless position of `value` along the axis, 0 to 1.
    pub fn fraction(self, value: f64) -> f64 {
        (value - self.low) / (self.high - self.low)
    }
}

/// Whether a value can be placed on an axis; the bound keeps the range of an axis finite.
pub fn drawable(value: f64) -> bool {
    value.abs() < 1e150
}
