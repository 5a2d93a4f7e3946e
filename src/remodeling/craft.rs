//! How the work of a cell is done.
use super::plan::{Plan, SHARES};
use super::{Ledger, Work};
use crate::elementary::whole_part;
use crate::fibroblast::Fibroblast;
use crate::grid::{Grid, Locator};
use crate::matrix::{FiberMoments, MatrixBand};
use crate::parameters::FibroblastParameters;
use std::ops::Range;

/// What is the same for the work of all cells in a step.
#[derive(Clone, Copy, Debug)]
pub(super) struct Craft<'a> {
    pub(super) parameters: &'a FibroblastParameters,
    pub(super) locator: Locator,
    pub(super) hours: f64,
    /// Patches along the body and across it, none larger than a site, and their sides in spacings.
    patches: (usize, usize),
    sides: (f64, f64),
    /// One over the number of patches across.
    per_row: f64,
    /// Distance in spacings of the outermost patches from the middle, and a hundredth of a site more for round-off.
    reach: f64,
    /// Rates of degradation, turning (new and mature pool each) and deposition per production, and of the clearing of
    /// fibrin and the laying of elastin per production, each times the covered share of a site.
    pub(super) rates: [f64; SHARES],
    laid_along: f64,
}

/// Patches whose sites are found side by side.
const SIDE_BY_SIDE: usize = 8;

impl<'a> Craft<'a> {
    pub(super) fn new(grid: &Grid, parameters: &'a FibroblastParameters, attachment: f64, hours: f64) -> Self {
        let patches = |side: f64| (side / grid.spacing().min(parameters.body_width)).ceil();
        let (along, across) = (patches(parameters.body_length), patches(parameters.body_width));
        let sides = (parameters.body_length / along / grid.spacing(), parameters.body_width / across / grid.spacing());
        let covered = sides.0 * sides.1;
        let turning = parameters.realignment_rate * attachment;
        let rates = [
            parameters.degradation_rate,
            parameters.degradation_rate / parameters.mature_resistance,
            turning,
            turning / parameters.mature_resistance,
            parameters.deposition_rate / parameters.filled_density,
            parameters.fibrin_removal_rate,
            parameters.elastin_rate,
        ];
        Self {
            parameters,
            locator: grid.locator(),
            hours,
            patches: (along as usize, across as usize),
            per_row: across.recip(),
            sides,
            reach: 0.5 * (sides.0 * (along - 1.0)).hypot(sides.1 * (across - 1.0)) + 0.01,
            rates: rates.map(|rate| rate * covered),
            laid_along: 1.0,
        }
    }

    /// The same, but that what is laid has no direction.
    pub(super) fn laying_at_random(self) -> Self {
        Self { laid_along: 0.0, ..self }
    }

    /// A plan of its own for at most [`GROUP`](crate::engine::GROUP) cells, see [`Plan::renew`].
    pub(super) fn plan<'c>(&self, cells: impl Iterator<Item = (&'c Fibroblast, f64)>) -> Plan {
        let mut plan = Plan::default();
        plan.renew(self, cells);
        plan
    }

    /// The work of a cell along an axis, or along its body if there is none.
    pub(super) fn work(&self, plan: &Plan, cell: usize, axis: Option<FiberMoments>) -> Work {
        let [degraded, mature_degraded, new_turned, mature_turned, filling, cleared, elastin_filling] =
            plan.gone.each_ref().map(|gone| gone[cell]);
        let (sine, cosine) = (plan.sine[cell], plan.cosine[cell]);
        Work {
            middle: (plan.x[cell], plan.y[cell]),
            along: (cosine, sine),
            axis: axis.unwrap_or_else(|| FiberMoments::along_direction(1.0, cosine, sine)),
            laid_along: self.laid_along,
            new_left: 1.0 - degraded,
            mature_left: 1.0 - mature_degraded,
            new_turned,
            mature_turned,
            filled_density: self.parameters.filled_density,
            filling,
            fibrin_left: 1.0 - cleared,
            elastin_filling,
        }
    }

    /// Rows and columns within a distance of a cell, at least those under its body, wherever it points: of each the first one,
    /// and how many.
    pub(super) fn around(&self, cell: &Fibroblast, distance: f64) -> [(usize, usize); 2] {
        let reach = self.reach.max(distance);
        let [x, y] = [cell.x, cell.y].map(|middle| self.locator.scaled(middle));
        let count = |middle: f64| ((middle + reach).floor() - (middle - reach).floor()) as usize + 1;
        [(self.locator.row_at(y - reach), count(y)), (self.locator.column_at(x - reach), count(x))]
    }

    /// Applies the work of a cell to those sites under its body that lie in some columns of a band of rows; densities go into
    /// the ledger.
    #[inline(always)]
    pub(super) fn apply(&self, work: &Work, band: &mut MatrixBand, columns: &Range<usize>, ledger: &mut Ledger) {
        let (start, end, count) = (columns.start as f64, columns.end as f64, self.patches.0 * self.patches.1);
        let is_inside = work.middle.0 - self.reach >= start && work.middle.0 + self.reach < end;
        if is_inside && self.locator.surrounds(work.middle, self.reach) {
            for first in (0..count).step_by(SIDE_BY_SIDE) {
                let patches: [_; SIDE_BY_SIDE] = std::array::from_fn(|patch| self.patch(work, first + patch));
                let sites = patches.map(|point| self.locator.site_inside(point));
                for &site in &sites[..SIDE_BY_SIDE.min(count - first)] {
                    work_at(work, band, site, ledger);
                }
            }
        } else {
            // A body that hangs over a closed edge works only what lies inside.
            for point in (0..count).map(|patch| self.patch(work, patch)) {
                let site = self.locator.site_at(point);
                if self.locator.contains(point) && columns.contains(&self.locator.column_of(site)) {
                    work_at(work, band, site, ledger);
                }
            }
        }
    }

    /// The middle of a patch of a body, row by row across it, in spacings. Of numbers past the last one, a point without
    /// meaning.
    #[inline(always)]
    fn patch(&self, Work { middle, along: (cosine, sine), .. }: &Work, patch: usize) -> (f64, f64) {
        let row = whole_part((patch as f64 + 0.5) * self.per_row);
        let across = patch as f64 - row * self.patches.1 as f64;
        let from_middle = |index: f64, count: usize, side: f64| (index - 0.5 * (count - 1) as f64) * side;
        let along = from_middle(row, self.patches.0, self.sides.0);
        let across = from_middle(across, self.patches.1, self.sides.1);
        (middle.0 + along * cosine - across * sine, middle.1 + along * sine + across * cosine)
    }
}

/// Applies work to a site if it lies in a band.
#[inline(always)]
fn work_at(work: &Work, band: &mut MatrixBand, site: usize, ledger: &mut Ledger) {
    if let Some(site) = band.site_mut(site) {
        let Ledger { deposited, degraded, .. } = work.work_on(site);
        ledger.deposited += deposited;
        ledger.degraded += degraded;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Length;

    /// Defends: the patches of a body, which are numbered, are those of its rows and columns, for bodies of one patch and of
    /// a thousand.
    #[test]
    fn patches_lie_in_rows_and_columns() {
        let side = Length::micrometers(400.0);
        for (spacing, length, width) in
            [(20.0, 60.0, 10.0), (10.0, 60.0, 10.0), (2.5, 10.0, 10.0), (2.0, 150.0, 30.0), (40.0, 5.0, 5.0)]
        {
            let grid = Grid::new(side, side, Length::micrometers(spacing)).unwrap();
            let parameters = FibroblastParameters { body_length: length, body_width: width, ..Default::default() };
            let craft = Craft::new(&grid, &parameters, 1.0, 1.0);
            let cell = Fibroblast { id: 0, x: 210.0, y: 190.0, heading: 0.7, activation: 1.0, contraction: 0.0 };
            let work = craft.work(&craft.plan(std::iter::once((&cell, 1.0))), 0, None);
            let (cosine, sine) = work.along;
            let mut patches = (0..).map(|patch| craft.patch(&work, patch));
            for row in 0..craft.patches.0 {
                for column in 0..craft.patches.1 {
                    let along = (row as f64 - 0.5 * (craft.patches.0 - 1) as f64) * craft.sides.0;
                    let across = (column as f64 - 0.5 * (craft.patches.1 - 1) as f64) * craft.sides.1;
                    let (x, y) = work.middle;
                    let expected = (x + along * cosine - across * sine, y + along * sine + across * cosine);
                    assert_eq!(patches.next(), Some(expected), "row {row}, column {column} of {:?}", craft.patches);
                }
            }
        }
    }
}
