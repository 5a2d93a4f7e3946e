//! Columns of 0.25 to 2 mm that are cut out of young skin: from which width on a scar is left.
use super::{Numbers, Replicate};
use crate::measure::Region;
use crate::report::Row;
use crate::{Boundary, Device, Grid, Length, Protocol, Result, Simulation, Skin, Time, Tissue};

/// Widths in µm whose order is compared after six weeks, from narrow to wide; those between were cut in pigs (Champlain 2022).
const WIDTHS: [f64; 7] = [250.0, 400.0, 500.0, 600.0, 800.0, 1000.0, 2000.0];
/// Six weeks.
const COMPARED: f64 = 42.0;
/// Twelve weeks: small columns and a wide one are followed that long.
const LATE: f64 = 84.0;

/// Order of the healed columns, and what else was seen of single widths.
pub(super) fn columns(Replicate { parameters, seed, .. }: Replicate) -> Result<Numbers> {
    let heal = |column: &Column| column.heal(parameters, seed);
    let compared =
        WIDTHS.map(|width| Column { days: if is_followed(width) { LATE } else { COMPARED }, ..Column::of(width) });
    let healed = compared.iter().map(heal).collect::<Result<Vec<_>>>()?;
    let orders: Vec<Order> = compared
        .iter()
        .zip(&healed)
        .map(|(column, rows)| Order { width: column.width, length: on(rows, COMPARED, length) })
        .collect();
    let (narrow, widest) = (&healed[0], &healed[healed.len() - 1]);
    // The field of a column is the share of the area that was treated around it.
    let at_tenth = heal(&Column { days: 49.0, ..Column::in_field(700.0, 1960.0) })?;
    let at_quarter = heal(&Column { days: 28.0, ..Column::in_field(1500.0, 2520.0) })?;
    let thickness = |day: f64| on(&at_quarter, day, |row| row.surface.thickness_um);
    Ok(Numbers::from([
        ("column_seen", seen_from(&orders, on(narrow, 0.0, length))),
        ("column_700_week_7", on(&at_tenth, 49.0, |row| row.organization.distance_to_healthy_deg)),
        ("column_1500_thick", 100.0 * (thickness(28.0) / thickness(0.0) - 1.0)),
        ("column_narrow", on(narrow, LATE, length)),
        ("column_wide", on(widest, LATE, length)),
        ("column_wide_amount", on(widest, LATE, |row| row.organization.density)),
    ]))
}

fn is_followed(width: f64) -> bool {
    width <= WIDTHS[0] || width >= WIDTHS[WIDTHS.len() - 1]
}

/// A column in the middle of a field that goes on periodically.
struct Column {
    /// In µm.
    width: f64,
    field: f64,
    days: f64,
}

impl Column {
    /// With 400 µm of skin on both sides, in whole sites of the signals.
    fn of(width: f64) -> Self {
        Self::in_field(width, ((width + 800.0) / 80.0).ceil() * 80.0)
    }

    const fn in_field(width: f64, field: f64) -> Self {
        Self { width, field, days: COMPARED }
    }

    /// The rows of the column.
    fn heal(&self, parameters: &crate::Parameters, seed: u64) -> Result<Vec<Row>> {
        let (side, diameter) = (Length::micrometers(self.field), Length::micrometers(self.width));
        let grid = Grid::new(side, side, Length::micrometers(20.0))?.with_boundary(Boundary::Periodic);
        let tissue = Tissue::new(grid, &Skin { placement_seed: seed, ..Skin::young() })?;
        let mut simulation = Simulation::builder(tissue)
            .protocol(Protocol::once(Device::punch(diameter)).follow_up(Time::days(self.days)))
            .parameters(parameters.clone())
            .region(Region::disc("column", &grid, side * 0.5, side * 0.5, diameter)?)
            .sample_every(Time::days(7.0))
            .seed(seed)
            .threads(1)
            .build()?;
        simulation.run()?;
        Ok(simulation.report().region("column").cloned().collect())
    }
}

fn on(rows: &[Row], day: f64, measure: impl Fn(&Row) -> f64) -> f64 {
    rows.iter().find(|row| row.day == day).map_or(f64::NAN, measure)
}

fn length(row: &Row) -> f64 {
    row.organization.resultant_length
}

/// Resultant length of a healed column.
struct Order {
    width: f64,
    length: f64,
}

/// Width in mm at which order first passes half way from skin to the widest column, between two widths on a line;
/// NaN if not even that leaves a scar.
fn seen_from(orders: &[Order], skin: f64) -> f64 {
    let widest = orders[orders.len() - 1].length;
    if widest <= skin {
        return f64::NAN;
    }
    let half = 0.5 * (skin + widest);
    let passes = |pair: &&[Order]| pair[0].length < half && pair[1].length >= half;
    let place = |pair: &[Order]| {
        let share = (half - pair[0].length) / (pair[1].length - pair[0].length);
        1e-3 * (pair[0].width + share * (pair[1].width - pair[0].width))
    };
    if orders[0].length >= half {
        1e-3 * orders[0].width
    } else {
        orders.windows(2).find(passes).map_or(f64::NAN, place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Claim: the width is that at which order passes the middle between skin and the widest column.
    #[test]
    fn a_scar_is_seen_from_half_of_the_order() {
        let orders = |lengths: [f64; 3]| {
            [400.0, 600.0, 2000.0].into_iter().zip(lengths).map(|(width, length)| Order { width, length }).collect()
        };
        let seen = |lengths: [f64; 3]| seen_from(&Vec::<Order>::from_iter::<Vec<_>>(orders(lengths)), 0.1);
        assert!((seen([0.2, 0.4, 0.5]) - 0.5).abs() < 1e-12);
        assert!((seen([0.4, 0.4, 0.5]) - 0.4).abs() < 1e-12, "the narrowest");
        assert!(seen([0.1, 0.1, 0.05]).is_nan(), "no scar at all");
    }
}
