//! A report as a table for people.
use super::{Report, Row};
use std::fmt;

/// A built-in column of the printed table.
struct Printed {
    column: &'static str,
    title: &'static str,
    text: fn(f64) -> String,
}

impl Printed {
    const fn new(column: &'static str, title: &'static str, text: fn(f64) -> String) -> Self {
        Self { column, title, text }
    }
}

/// After region and day.
const PRINTED: [Printed; 10] = [
    Printed::new("density", "density", thousandths),
    Printed::new("type_iii_share", "type III", thousandths),
    Printed::new("resultant_length", "R", thousandths),
    Printed::new("healthy_resultant_length", "R healthy", thousandths),
    Printed::new("distance_to_healthy_deg", "off by°", |value| format!("{value:.1}")),
    Printed::new("windows_in_healthy_spread", "inside", |value| format!("{:.0}%", 100.0 * value)),
    Printed::new("mean_angle_deg", "angle°", |value| format!("{:.0}", value.round() % 180.0)),
    Printed::new("fibroblasts_per_mm2", "cells/mm²", |value| format!("{value:.0}")),
    Printed::new("active_share", "active", |value| format!("{:.0}%", 100.0 * value)),
    Printed::new("inflammation", "inflam.", thousandths),
];

fn thousandths(value: f64) -> String {
    format!("{value:.3}")
}

/// Width of a user's own column.
fn own_width(name: &str) -> usize {
    (name.len() + 2).max(10)
}

impl Report {
    fn print(&self, row: &Row, formatter: &mut fmt::Formatter) -> fmt::Result {
        write!(formatter, "\n{:<10}{:>6.0}", row.region, row.day)?;
        let text = |column: &str, text: fn(f64) -> String| row.value(column).map(text).unwrap_or_default();
        PRINTED.iter().try_for_each(|printed| write!(formatter, "{:>10}", text(printed.column, printed.text)))?;
        self.own_columns().iter().try_for_each(|own| {
            let width = own_width(&own.name);
            write!(formatter, "{:>width$}", text(&own.name, thousandths))
        })
    }
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        write!(formatter, "{:<10}{:>6}", "region", "day")?;
        PRINTED.iter().try_for_each(|printed| write!(formatter, "{:>10}", printed.title))?;
        self.own_columns().iter().try_for_each(|own| {
            let width = own_width(&own.name);
            write!(formatter, "{:>width$}", own.name)
        })?;
        self.rows().iter().try_for_each(|row| self.print(row, formatter))?;
        self.cautions().iter().try_for_each(|caution| write!(formatter, "\ncaution: {caution}"))
    }
}
