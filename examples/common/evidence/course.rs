//! Reading a course: when it peaks, rises and falls.
use dermaweave::report::Row;

/// A measure over time, in order of the days.
pub struct Course(Vec<(f64, f64)>);

impl Course {
    pub fn of(rows: &[&Row], measure: impl Fn(&Row) -> f64) -> Self {
        Self(rows.iter().map(|row| (row.day, measure(row))).collect())
    }

    /// Value on the last sampled day that is not after `day`.
    pub fn on(&self, day: f64) -> f64 {
        self.0.iter().rev().find(|(at, _)| *at <= day).map_or(f64::NAN, |(_, value)| *value)
    }

    /// Day and value of the first maximum.
    pub fn peak(&self) -> (f64, f64) {
        let first = (f64::NAN, f64::NEG_INFINITY);
        self.0.iter().fold(first, |best, &point| if point.1 > best.1 { point } else { best })
    }

    /// Day on which it first passes `level` upward, between two samples on a line.
    pub fn rises_through(&self, level: f64) -> f64 {
        self.0
            .windows(2)
            .find(|pair| pair[0].1 < level && pair[1].1 >= level)
            .map_or(f64::NAN, |pair| cross(pair, level))
    }

    /// Day on which it last passes `level` downward; the last day if it is still above it.
    pub fn falls_through(&self, level: f64) -> f64 {
        if let Some((day, _)) = self.0.last().filter(|(_, value)| *value >= level) {
            return *day;
        }
        let pairs = self.0.windows(2).rev();
        pairs.clone().find(|pair| pair[0].1 >= level && pair[1].1 < level).map_or(f64::NAN, |pair| cross(pair, level))
    }
}

fn cross(pair: &[(f64, f64)], level: f64) -> f64 {
    let ((from, before), (to, after)) = (pair[0], pair[1]);
    from + (to - from) * (level - before) / (after - before)
}
