//! A rectangle of sites: the part of a field that something happens in.
use crate::engine;
use crate::grid::Field;
use std::ops::Range;

/// Neighboring columns and rows of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rectangle {
    pub(crate) columns: Range<usize>,
    pub(crate) rows: Range<usize>,
}

impl Rectangle {
    /// The smallest one outside of which nothing exceeds a level in magnitude; none if nothing does. What is not a number
    /// exceeds all.
    pub(crate) fn above(field: &Field, level: f64) -> Option<Self> {
        let (values, columns) = (field.values(), field.grid().columns());
        // Not `> level`, which would leave out what is not a number.
        let exceeds = |value: &f64| !matches!(value.abs().partial_cmp(&level), Some(order) if order.is_le());
        // Without a way out of the loop it takes several numbers at once.
        let any = |values: &[f64]| values.iter().fold(false, |any, value| any | exceeds(value));
        let within =
            |range: Range<usize>| Some((&values[range.clone()], range.start)).filter(|(values, _)| any(values));
        let first = |(values, start): (&[f64], usize)| values.iter().position(exceeds).map(|site| start + site);
        let last = |(values, start): (&[f64], usize)| values.iter().rposition(exceeds).map(|site| start + site);
        let first_row = engine::find_first(values.len(), |range| within(range).and_then(first))? / columns;
        let last_row = engine::find_last(values.len(), |range| within(range).and_then(last))? / columns;
        // Of every row only what lies beside the columns that are found so far is looked at.
        let (mut first, mut last) = (columns, 0);
        for row in values[first_row * columns..(last_row + 1) * columns].chunks_exact(columns) {
            first = row[..first].iter().position(exceeds).unwrap_or(first);
            last += row[last..].iter().rposition(exceeds).unwrap_or(0);
        }
        Some(Self { columns: first..last + 1, rows: first_row..last_row + 1 })
    }

    /// The smallest one that holds both.
    pub(crate) fn around(self, other: Self) -> Self {
        let around = |one: Range<usize>, other: Range<usize>| one.start.min(other.start)..one.end.max(other.end);
        Self { columns: around(self.columns, other.columns), rows: around(self.rows, other.rows) }
    }

    pub(crate) fn sites(&self) -> usize {
        self.columns.len() * self.rows.len()
    }

    /// Moves what lies in it to the front of a field of so many columns, one row behind the other; the rest is lost.
    pub(crate) fn move_to_front<'a>(&self, values: &'a mut [f64], columns: usize) -> &'a mut [f64] {
        for (place, row) in self.rows.clone().enumerate() {
            let first = row * columns + self.columns.start;
            values.copy_within(first..first + self.columns.len(), place * self.columns.len());
        }
        &mut values[..self.sites()]
    }

    /// Moves what lies at the front of a field back to where it belongs, with nothing around it.
    pub(crate) fn move_back(&self, values: &mut [f64], columns: usize) {
        let width = self.columns.len();
        let mut end = values.len();
        // From the last row on, so that none is overwritten before it is moved.
        for (place, row) in self.rows.clone().enumerate().rev() {
            let first = row * columns + self.columns.start;
            values.copy_within(place * width..(place + 1) * width, first);
            values[first + width..end].fill(0.0);
            end = first;
        }
        values[..end].fill(0.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grid::Grid;
    use crate::units::Length;

    fn grid() -> Grid {
        let side = |sites: f64| Length::micrometers(20.0 * sites);
        Grid::new(side(13.0), side(9.0), side(1.0)).unwrap()
    }

    /// Claim: a rectangle reaches exactly to the outermost sites above a level, or that hold no number.
    #[test]
    fn nothing_exceeds_the_level_outside() {
        for sites in [&[][..], &[40], &[0], &[116], &[17, 29], &[29, 17, 99], &[12, 104]] {
            for alive in [2.0, -2.0, f64::NAN, f64::NEG_INFINITY] {
                let mut field = Field::uniform(grid(), 1.0);
                for &site in sites {
                    field.values_mut()[site] = alive;
                }
                let range = |of: fn(usize) -> usize| {
                    let places = || sites.iter().map(|&site| of(site));
                    Some(places().min()?..places().max()? + 1)
                };
                let expected = range(|site| site % 13)
                    .zip(range(|site| site / 13))
                    .map(|(columns, rows)| Rectangle { columns, rows });
                assert_eq!(Rectangle::above(&field, 1.0), expected, "{sites:?}");
            }
        }
    }
}
