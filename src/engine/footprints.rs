//! Many fibroblasts that work the sites under them, on all threads.
//!
//! The field is cut into bands of rows, each worked by one thread, in order of the cells. So every site is worked in that
//! order, however many threads there are. What one cell does stands in [`crate::remodeling::work`].
use super::reached::Reached;
use super::rows::SiteRows;
use super::width::with_widest;
use super::{BAND_ROWS, InRows, merge_rows};
use crate::cells::fibroblast::Fibroblast;
use crate::matrix::Matrix;
use crate::parameters::FibroblastParameters;
use crate::remodeling::Ledger;
use crate::remodeling::work::{Conditions, Footprint, Work};
use pulp::{Simd, WithSimd};

/// Patches whose sites are found side by side.
const SIDE_BY_SIDE: usize = 8;

/// All active cells work; gives what was deposited and degraded. `reached` is storage.
pub(crate) fn work(
    cells: &[Fibroblast],
    matrix: &mut Matrix,
    parameters: &FibroblastParameters,
    conditions: &Conditions,
    reached: &mut Reached,
) -> Ledger {
    let grid = *matrix.grid();
    let footprint = Footprint::new(&grid, parameters, conditions);
    reached.find((grid.rows(), BAND_ROWS), cells.len(), |index| {
        let cell = &cells[index];
        (cell.activation >= parameters.resting_activation).then(|| rows_under(&footprint, cell))
    });
    let work_band = |band: SiteRows| with_widest(BandOfWork { cells, footprint: &footprint, reached, band });
    merge_rows(matrix.rows_mut(), BAND_ROWS, &work_band, &|below, above| below + above) * grid.site_area()
}

/// A band whose sites are about to be worked, with vectors as wide as this processor has them.
struct BandOfWork<'a> {
    cells: &'a [Fibroblast],
    footprint: &'a Footprint<'a>,
    reached: &'a Reached,
    band: SiteRows<'a>,
}

impl WithSimd for BandOfWork<'_> {
    type Output = Ledger;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> Ledger {
        let Self { cells, footprint, reached, mut band } = self;
        let mut ledger = Ledger::default();
        band.read_ahead(reached.count_in(band.first_row()));
        for index in reached.agents_of(band.first_row()) {
            work_in_band(footprint, &footprint.work(&cells[index]), &mut band, &mut ledger);
        }
        ledger
    }
}

/// Rows under the body of a cell, wherever it points: the first one, and how many.
fn rows_under(footprint: &Footprint, cell: &Fibroblast) -> (usize, usize) {
    let (middle, reach) = (footprint.locator.scaled(cell.y), footprint.reach);
    let count = ((middle + reach).floor() - (middle - reach).floor()) as usize + 1;
    (footprint.locator.row_at(middle - reach), count)
}

/// Applies the work of a cell to those sites under its body that lie in a band; densities go into the ledger.
#[inline(always)]
fn work_in_band(footprint: &Footprint, work: &Work, band: &mut SiteRows, ledger: &mut Ledger) {
    let count = footprint.patches();
    // A copy stays in registers; a reference would be written after every site, since any of them might panic.
    let mut sums = *ledger;
    if footprint.locator.surrounds(work.middle, footprint.reach) {
        for first in (0..count).step_by(SIDE_BY_SIDE) {
            let mut sites = [0; SIDE_BY_SIDE];
            for (patch, site) in sites.iter_mut().enumerate() {
                *site = footprint.locator.site_inside(footprint.patch(work, first + patch));
            }
            for &site in &sites[..SIDE_BY_SIDE.min(count - first)] {
                work_at(work, band, site, &mut sums);
            }
        }
    } else {
        for site in (0..count).filter_map(|patch| footprint.site(work, patch)) {
            work_at(work, band, site, &mut sums);
        }
    }
    *ledger = sums;
}

/// Applies work to a site if it lies in a band.
#[inline(always)]
fn work_at(work: &Work, band: &mut SiteRows, site: usize, ledger: &mut Ledger) {
    if let Some(site) = band.site_mut(site) {
        let Ledger { deposited, degraded, .. } = work.work_on(site);
        ledger.deposited += deposited;
        ledger.degraded += degraded;
    }
}
