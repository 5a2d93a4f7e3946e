//! Reading a course: when it peaks, rises and falls.
use crate::report::Row;

/// A measure over time, in order of the days.
pub(super) struct Course(Vec<Point>);

/// A measure on a day.
#[derive(Clone, Copy)]
pub(super) struct Point {
    pub(super) day: f64,
    pub(super) value: f64,
}

impl Course {
    pub(super) fn of(rows: &[&Row], measure: impl Fn(&Row) -> f64) -> Self {
        Self(rows.iter().map(|row| Point { day: row.day, value: measure(row) }).collect())
    }

    /// Value on the last sampled day that is not after `day`.
    pub(super) fn on(&self, day: f64) -> f64 {
        self.0.iter().rev().find(|point| point.day <= day).map_or(f64::NAN, |point| point.value)
    }

    /// The first maximum.
    pub(super) fn peak(&self) -> Point {
        let none = Point { day: f64::NAN, value: f64::NEG_INFINITY };
        self.0.iter().fold(none, |best, &point| if point.value > best.value { point } else { best })
    }

    /// Day on which it first passes `level` upward, between two samples on a line.
    pub(super) fn rises_through(&self, level: f64) -> f64 {
        let rises = |pair: &&[Point]| pair[0].value < level && pair[1].value >= level;
        self.0.windows(2).find(rises).map_or(f64::NAN, |pair| cross(pair, level))
    }

    /// Day on which it last passes `level` downward; the last day if it is still above it.
    pub(super) fn falls_through(&self, level: f64) -> f64 {
        if let Some(last) = self.0.last().filter(|point| point.value >= level) {
            return last.day;
        }
        let falls = |pair: &&[Point]| pair[0].value >= level && pair[1].value < level;
        self.0.windows(2).rev().find(falls).map_or(f64::NAN, |pair| cross(pair, level))
    }
}

fn cross(pair: &[Point], level: f64) -> f64 {
    let (from, to) = (pair[0], pair[1]);
    from.day + (to.day - from.day) * (level - from.value) / (to.value - from.value)
}
