//! Summaries and paired differences of some columns of all rows.
use super::StudyFolder;
use super::quantiles::{QUANTILES, quantile};
use super::table::{Table, number};
use crate::error::Result;
use crate::measure::Summary;
use std::cmp::Ordering;

/// Where a row belongs.
#[derive(Clone, Copy)]
pub(super) struct Row {
    pub arm: u32,
    pub region: u32,
    pub day: f64,
    /// The same for members with one replicate and design point.
    pub pair: u32,
}

impl Row {
    fn cell_order(&self, other: &Self) -> Ordering {
        let (own, others) = ((self.arm, self.region), (other.arm, other.region));
        own.cmp(&others).then(self.day.total_cmp(&other.day))
    }
}

/// Some columns of all rows.
pub(super) struct Measures {
    names: Vec<String>,
    regions: Vec<String>,
    rows: Vec<Row>,
    /// One list per column.
    numbers: Vec<Vec<Option<f64>>>,
    /// Indices of the rows by arm, region, day and pair.
    order: Vec<u32>,
}

/// A replicate and what was measured of it.
#[derive(Clone, Copy)]
struct Measured {
    pair: u32,
    value: f64,
}

impl Measures {
    /// Room for so many rows.
    pub fn of(names: &[String], rows: usize) -> Self {
        let numbers = names.iter().map(|_| Vec::with_capacity(rows)).collect();
        Self { names: names.to_vec(), regions: Vec::new(), rows: Vec::with_capacity(rows), numbers, order: Vec::new() }
    }

    /// Index of a region, in order of their first appearance.
    pub fn region(&mut self, name: &str) -> u32 {
        let known = self.regions.iter().position(|region| region == name);
        known.unwrap_or_else(|| {
            self.regions.push(name.into());
            self.regions.len() - 1
        }) as u32
    }

    pub fn add(&mut self, row: Row, cells: impl Iterator<Item = Option<f64>>) {
        self.rows.push(row);
        self.numbers.iter_mut().zip(cells).for_each(|(column, cell)| column.push(cell));
    }

    /// All rows were added.
    pub fn sorted(mut self) -> Self {
        let rows = &self.rows;
        let key = |&index: &u32| &rows[index as usize];
        self.order = (0..rows.len() as u32).collect();
        self.order.sort_by(|one, other| key(one).cell_order(key(other)).then(key(one).pair.cmp(&key(other).pair)));
        self
    }

    /// The rows of one arm, region and day after another.
    fn cells(&self) -> Vec<&[u32]> {
        let row = |index: u32| &self.rows[index as usize];
        self.order.chunk_by(|one, other| row(*one).cell_order(row(*other)).is_eq()).collect()
    }

    /// What was measured in a column, pair by pair.
    fn measured<'a>(&'a self, cell: &'a [u32], column: usize) -> impl Iterator<Item = Measured> + 'a {
        let numbers = &self.numbers[column];
        cell.iter()
            .map(|&index| index as usize)
            .filter_map(|index| numbers[index].map(|value| Measured { pair: self.rows[index].pair, value }))
    }

    /// Writes the statistics of every column, arm, region and day.
    pub fn write_summary(&self, folder: &StudyFolder, table: &mut Table) -> Result<()> {
        let cells = self.cells();
        for (column, name) in self.names.iter().enumerate() {
            for cell in &cells {
                let mut values: Vec<_> = self.measured(cell, column).map(|measured| measured.value).collect();
                if values.is_empty() {
                    continue;
                }
                let (row, statistics) = (&self.rows[cell[0] as usize], statistics(&values));
                values.sort_by(f64::total_cmp);
                let quantiles = QUANTILES.map(|(_, share)| number(Some(quantile(&values, share))));
                let arm = &folder.arms[row.arm as usize];
                let first = [name.clone(), arm.name.clone(), number(Some(arm.value))];
                let place = [self.regions[row.region as usize].clone(), number(Some(row.day))];
                table.row(first.into_iter().chain(place).chain(statistics).chain(quantiles))?;
            }
        }
        Ok(())
    }

    /// Writes the paired differences of every column, arm, region and day from the first arm.
    pub fn write_differences(&self, folder: &StudyFolder, table: &mut Table) -> Result<()> {
        let cells = self.cells();
        for (column, name) in self.names.iter().enumerate() {
            for cell in &cells {
                let row = &self.rows[cell[0] as usize];
                let differences = self.differences(&cells, cell, column);
                if differences.is_empty() {
                    continue;
                }
                let arm = &folder.arms[row.arm as usize];
                let minus = folder.arms[0].name.clone();
                let first = [name.clone(), arm.name.clone(), number(Some(arm.value)), minus];
                let place = [self.regions[row.region as usize].clone(), number(Some(row.day))];
                table.row(first.into_iter().chain(place).chain(statistics(&differences)))?;
            }
        }
        Ok(())
    }

    /// A cell minus that of the first arm, of pairs that are in both; none of the first arm itself.
    fn differences(&self, cells: &[&[u32]], cell: &[u32], column: usize) -> Vec<f64> {
        let row = self.rows[cell[0] as usize];
        let of_first = Row { arm: 0, ..row };
        let first = cells.binary_search_by(|cell| self.rows[cell[0] as usize].cell_order(&of_first));
        let (true, Ok(first)) = (row.arm > 0, first) else { return Vec::new() };
        let first: Vec<_> = self.measured(cells[first], column).collect();
        let difference = |measured: Measured| {
            let pair = first.binary_search_by_key(&measured.pair, |of_first| of_first.pair).ok()?;
            Some(measured.value - first[pair].value)
        };
        self.measured(cell, column).filter_map(difference).collect()
    }
}

/// Number, mean, standard deviation and interval of the mean.
fn statistics(values: &[f64]) -> [String; 5] {
    let Summary { mean, low, high, count, .. } = Summary::of(values);
    let is_many = count > 1;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    let deviation = (squares / (count as f64 - 1.0)).sqrt();
    let spread = |value: f64| number(is_many.then_some(value));
    [count.to_string(), number(Some(mean)), spread(deviation), spread(low), spread(high)]
}
