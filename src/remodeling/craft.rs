//! How the work of cells is planned, many at a time, and done.
use super::{Ledger, Work};
use crate::elementary::{sin_cos, whole_part};
use crate::fibroblast::Fibroblast;
use crate::grid::{Grid, Locator};
use crate::matrix::{FiberMoments, MatrixBand};
use crate::parallel::GROUP;
use crate::parameters::FibroblastParameters;
use std::ops::Range;

/// What is the same for the work of all cells in a step.
#[derive(Clone, Copy, Debug)]
pub(super) struct Craft<'a> {
    pub(super) parameters: &'a FibroblastParameters,
    locator: Locator,
    hours: f64,
    /// Patches along the body and across it, none larger than a site, and their sides in spacings.
    patches: (usize, usize),
    sides: (f64, f64),
    /// One over the number of patches across.
    per_row: f64,
    /// Distance in spacings of the outermost patches from the middle, and a hundredth of a site more for round-off.
    reach: f64,
    /// Rates of degradation, turning (new and mature pool each) and deposition per production, and of the clearing of
    /// fibrin and the laying of elastin per production, each times the covered share of a site.
    rates: [f64; SHARES],
    laid_along: f64,
}

/// Patches whose sites are found side by side.
const SIDE_BY_SIDE: usize = 8;

/// Shares that a cell's work takes or adds: as many as rates.
const SHARES: usize = 7;
/// Those that grow with production.
const LAID: usize = 4;
const ELASTIN: usize = 6;

/// The work of a group of cells: where they lie, in spacings, where they head, and what they do, each number of all of them
/// side by side.
#[derive(Debug)]
pub(super) struct Plan {
    x: [f64; GROUP],
    y: [f64; GROUP],
    sine: [f64; GROUP],
    cosine: [f64; GROUP],
    gone: [[f64; GROUP]; SHARES],
    /// What all of this is made of.
    heading: [f64; GROUP],
    effort: [f64; GROUP],
    synthesis: [f64; GROUP],
}

impl Default for Plan {
    fn default() -> Self {
        let zeros = [0.0; GROUP];
        Self {
            x: zeros,
            y: zeros,
            sine: zeros,
            cosine: zeros,
            gone: [zeros; SHARES],
            heading: zeros,
            effort: zeros,
            synthesis: zeros,
        }
    }
}

impl Plan {
    /// Plans anew the work of at most [`GROUP`] cells, given with their production. Plain loops, which are vectorized.
    pub(super) fn renew<'c>(&mut self, craft: &Craft, cells: impl Iterator<Item = (&'c Fibroblast, f64)>) {
        let Self { x, y, sine, cosine, gone, heading, effort, synthesis } = self;
        let mut count = 0;
        for (index, (cell, production)) in cells.take(GROUP).enumerate() {
            (x[index], y[index]) = (craft.locator.scaled(cell.x), craft.locator.scaled(cell.y));
            (heading[index], effort[index]) = (cell.heading, cell.activation * craft.hours);
            (synthesis[index], count) = (production, index + 1);
        }
        for ((sine, cosine), &heading) in sine.iter_mut().zip(cosine).zip(&heading[..count]) {
            (*sine, *cosine) = sin_cos(heading);
        }
        let exponent = |share: usize, index: usize| {
            let is_made = share == LAID || share == ELASTIN;
            craft.rates[share] * if is_made { synthesis[index] } else { 1.0 } * effort[index]
        };
        let mut is_long = [false; GROUP];
        for (share, gone) in gone.iter_mut().enumerate() {
            for (index, is_long) in is_long[..count].iter_mut().enumerate() {
                let exponent = exponent(share, index);
                gone[index] = gone_after_short(exponent);
                *is_long |= !(0.0..SMALL_EXPONENT).contains(&exponent);
            }
        }
        for index in (0..count).filter(|&index| is_long[index]) {
            gone.iter_mut().enumerate().for_each(|(share, gone)| gone[index] = -(-exponent(share, index)).exp_m1());
        }
    }
}

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

    /// A plan of its own for at most [`GROUP`] cells, see [`Plan::renew`].
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
        *ledger += work.work_on(site);
    }
}

/// Largest exponent for which the series below is exact to round-off.
const SMALL_EXPONENT: f64 = 0.5;

/// 1 − e^{−x} of a small x ≥ 0. Steps are short, so that x is mostly small and the series Σ (−x)ⁿ⁻¹ x/n! needs 14 terms;
/// its even and odd powers are summed side by side.
#[inline(always)]
fn gone_after_short(exponent: f64) -> f64 {
    /// 1/n! with the sign of the term, n = 1 to 14.
    const EVEN: [f64; 7] =
        [1.0, 1.0 / 6.0, 1.0 / 120.0, 1.0 / 5040.0, 1.0 / 362_880.0, 1.0 / 39_916_800.0, 1.0 / 6_227_020_800.0];
    const ODD: [f64; 7] = [
        -1.0 / 2.0,
        -1.0 / 24.0,
        -1.0 / 720.0,
        -1.0 / 40_320.0,
        -1.0 / 3_628_800.0,
        -1.0 / 479_001_600.0,
        -1.0 / 87_178_291_200.0,
    ];
    let squared = exponent * exponent;
    let (mut even, mut odd) = (0.0, 0.0);
    for term in (0..EVEN.len()).rev() {
        even = even * squared + EVEN[term];
        odd = odd * squared + ODD[term];
    }
    exponent * (even + exponent * odd)
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

    #[test]
    fn shares_that_are_gone_are_exact_to_round_off() {
        let grid =
            Grid::new(Length::micrometers(400.0), Length::micrometers(400.0), Length::micrometers(10.0)).unwrap();
        let parameters = FibroblastParameters { deposition_rate: 4.0, ..Default::default() };
        let craft = Craft::new(&grid, &parameters, 1.0, 1.0);
        let cell = |index: usize| Fibroblast {
            id: 0,
            x: 200.0,
            y: 200.0,
            heading: 0.0,
            activation: index as f64 / 64.0,
            contraction: 0.0,
        };
        let cells: Vec<_> = (0..64).map(cell).chain([Fibroblast { activation: 1e9, ..cell(0) }]).collect();
        let (mut short, mut long) = (0, 0);
        for cells in cells.chunks(GROUP).chain([&cells[60..]]) {
            let plan = craft.plan(cells.iter().map(|cell| (cell, 0.7)));
            for (index, cell) in cells.iter().enumerate() {
                for (share, rate) in craft.rates.into_iter().enumerate() {
                    let made = if share == LAID || share == ELASTIN { 0.7 } else { 1.0 };
                    let exponent = rate * made * cell.activation;
                    *if exponent < SMALL_EXPONENT { &mut short } else { &mut long } += 1;
                    let (gone, exact) = (plan.gone[share][index], -(-exponent).exp_m1());
                    assert!(
                        (gone - exact).abs() <= 4.0 * f64::EPSILON * exact,
                        "{exponent}: {gone} instead of {exact}"
                    );
                }
            }
        }
        assert!(short > 100 && long > 10, "{short} {long}");
        let lost = Fibroblast { activation: f64::NAN, ..cell(0) };
        assert!(craft.plan([(&lost, 1.0)].into_iter()).gone.iter().all(|gone| gone[0].is_nan()));
    }
}
