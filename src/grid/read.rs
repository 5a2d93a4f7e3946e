//! Grids and fields that are read from files.
use super::{Boundary, COARSEST, FINEST, Field, Grid, LONGEST_SIDE, Slab};
use crate::error::{Error, Result, check};
use crate::reading::{check_all_computed, check_computed, record_refusal};
use crate::units::Length;
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;

/// Side of the coarsest sites on which signals are kept, in µm: 200, rounded up to whole sites of a tissue.
const COARSEST_OF_SIGNALS: f64 = 220.0;

/// A grid as it stands in files: its spacing with a unit.
#[derive(Serialize, Deserialize)]
#[serde(rename = "Grid")]
pub(super) struct GridFields {
    columns: usize,
    rows: usize,
    spacing: Length,
    boundary: Boundary,
    slab: Slab,
}

impl From<Grid> for GridFields {
    fn from(Grid { columns, rows, spacing, boundary, slab }: Grid) -> Self {
        Self { columns, rows, spacing: Length::micrometers(spacing), boundary, slab }
    }
}

impl TryFrom<GridFields> for Grid {
    type Error = Error;
    fn try_from(GridFields { columns, rows, spacing, boundary, slab }: GridFields) -> Result<Self> {
        let grid = Self { columns, rows, spacing: spacing.in_micrometers(), boundary, slab };
        grid.check_read().inspect_err(record_refusal)?;
        Ok(grid)
    }
}

impl Grid {
    /// Sites and sides as those of a tissue or of its signals.
    fn check_read(&self) -> Result<()> {
        let spacing = check("grid spacing", self.spacing, "µm", FINEST..=COARSEST_OF_SIGNALS)?;
        let sides = 4.0 * spacing..=LONGEST_SIDE;
        check_computed("field width", self.columns as f64 * spacing, "µm", sides.clone())?;
        check_computed("field height", self.rows as f64 * spacing, "µm", sides)
    }

    /// Whether its sites are fine enough for a tissue; the sites of its signals may be coarser.
    pub(crate) fn check_of_tissue(&self) -> Result<()> {
        check("grid spacing", self.spacing, "µm", FINEST..=COARSEST).map(drop)
    }

    /// Whether its sites are squares of whole sites of another one, on the same field.
    pub(crate) fn is_coarsening_of(&self, fine: &Self) -> bool {
        let factor = fine.columns / self.columns;
        let divides = factor > 0 && fine.columns.is_multiple_of(factor) && fine.rows.is_multiple_of(factor);
        divides && fine.coarsened(factor) == *self
    }

    /// Refuses what lives on another grid: `quantity` says what.
    pub(crate) fn check_same(&self, other: &Self, quantity: &'static str) -> Result<()> {
        if self == other {
            return Ok(());
        }
        Err(other.refused(quantity))
    }

    /// What is said of something on this grid that lives on none that fits.
    pub(crate) const fn refused(&self, quantity: &'static str) -> Error {
        Error::OtherField { quantity, columns: self.columns, rows: self.rows, spacing: self.spacing }
    }
}

/// A field as it stands in files.
#[derive(Deserialize)]
#[serde(rename = "Field")]
pub(super) struct FieldFields {
    grid: Grid,
    #[serde(with = "crate::reading::number::list")]
    values: Vec<f64>,
}

impl TryFrom<FieldFields> for Field {
    type Error = Error;
    fn try_from(FieldFields { grid, values }: FieldFields) -> Result<Self> {
        let (length, sites) = (values.len(), grid.sites());
        if length == sites {
            return Ok(Self::of_values(grid, values));
        }
        let error = Error::WrongLength { quantity: "a field", length, sites };
        record_refusal(&error);
        Err(error)
    }
}

impl Field {
    /// Refuses values that a course does not compute: outside of the range but for round-off, or not finite.
    pub(crate) fn check_values(
        &self,
        quantity: &'static str,
        unit: &'static str,
        range: RangeInclusive<f64>,
    ) -> Result<()> {
        check_all_computed(quantity, self.values(), unit, range)
    }
}
