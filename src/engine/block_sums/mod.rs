//! Sums over blocks of sites: each site is visited once, and all measures read the sums.
//!
//! One instant is measured in many ways, over regions and windows that overlap. So every site is visited once and
//! summed into blocks of about 20 µm; a set of sites is then read as the blocks that lie in it as a whole, and the
//! single sites left at its rim. The sums over a set depend on the set alone, not on what else is measured; sites with the
//! same deferred turnover are summed before it is evaluated, so that flushing it may change the last bits.
//!
//! CoarseSites are never there all at once: a strip of a few rows of them is summed and read while it lies in the nearest
//! caches, and the sums over the sets are added up strip by strip, in order.
mod site_sums;
mod blocks;
mod strip;
mod region_sets;

pub(crate) use blocks::CoarseSites;
pub(crate) use region_sets::RegionSets;
pub(crate) use site_sums::SiteSums;

use super::{InRows, merge_rows};
use crate::matrix::Matrix;
use strip::{STRIP_ROWS, Strip};

/// Visits every site of a matrix once: gives the sums over each set of several lists of sets, list by list. On the way
/// `visit` is called for every block with its sums and its numbers in `numbers`, arrays with a number for each block, and
/// gives those that take their place.
pub(crate) fn sum_sets<const N: usize>(
    matrix: &Matrix,
    lists: &[&RegionSets],
    numbers: [&mut [f64]; N],
    visit: impl Fn(&SiteSums, [f64; N]) -> [f64; N] + Sync,
) -> Vec<Vec<SiteSums>> {
    let blocks = CoarseSites::of(matrix.grid());
    debug_assert!(lists.iter().all(|sets| sets.blocks == blocks), "sets and matrix must belong to the same grid");
    let look = |rows: BlockRows<N>| {
        let strip = Strip::of(matrix, blocks, rows.first_row..rows.first_row + rows.rows);
        let mut numbers = rows.numbers;
        for (block, sums) in strip.sums.iter().enumerate() {
            let after = visit(sums, std::array::from_fn(|index| numbers[index][block]));
            (0..N).for_each(|index| numbers[index][block] = after[index]);
        }
        vec![lists.iter().map(|sets| sets.within(&strip)).collect::<Vec<_>>()]
    };
    let rows = BlockRows { first_row: 0, rows: blocks.rows, columns: blocks.columns, numbers };
    let of_strips = merge_rows(rows, STRIP_ROWS, &look, &|mut below, above| {
        below.extend(above);
        below
    });
    let mut sums: Vec<_> = lists.iter().map(|sets| vec![SiteSums::default(); sets.count()]).collect();
    for of_strip in of_strips {
        for (sums, of_list) in sums.iter_mut().zip(of_strip) {
            for (set, of_set) in of_list {
                sums[set as usize] += of_set;
            }
        }
    }
    sums
}

/// Rows of blocks, and the numbers that are kept for each.
struct BlockRows<'a, const N: usize> {
    first_row: usize,
    rows: usize,
    columns: usize,
    numbers: [&'a mut [f64]; N],
}

impl<const N: usize> InRows for BlockRows<'_, N> {
    fn first_row(&self) -> usize {
        self.first_row
    }

    fn rows(&self) -> usize {
        self.rows
    }

    fn cut(self, row: usize) -> (Self, Self) {
        let Self { first_row, rows, columns, numbers } = self;
        let mut parts = numbers.map(|array| <[_; 2]>::from(array.split_at_mut(row * columns)));
        let [below, above] = [0, 1].map(|part| parts.each_mut().map(|pair| std::mem::take(&mut pair[part])));
        (
            Self { first_row, rows: row, columns, numbers: below },
            Self { first_row: first_row + row, rows: rows - row, columns, numbers: above },
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grid::Grid;
    use crate::matrix::{FiberMoments, Site, Span};
    use crate::units::Length;

    fn matrix(spacing: f64) -> Matrix {
        let grid =
            Grid::new(Length::micrometers(400.0), Length::micrometers(240.0), Length::micrometers(spacing)).unwrap();
        let mut matrix = Matrix::uniform(grid, FiberMoments::along(0.7, 0.3), 0.2);
        for (site, fibers) in matrix.sites_mut().iter_mut().enumerate() {
            fibers.fibrin = 0.3 + 0.2 * (site as f64).sin();
            fibers.elastin = (0.7 * site as f64).cos().abs();
            fibers.fragments = 0.2 + 0.1 * (0.9 * site as f64).sin();
            fibers.thickness = 0.8 + 0.1 * (0.4 * site as f64).cos();
            fibers.new *= 1.0 + 0.5 * (0.3 * site as f64).sin();
        }
        matrix
    }

    /// The same after two spans of time, of which the first is flushed at some sites.
    fn deferred(spacing: f64) -> Matrix {
        let mut matrix = matrix(spacing);
        let span = Span {
            pools: [[0.7, 0.1], [0.2, 0.85]],
            renewed: [0.0; 2],
            lost: [0.0; 2],
            original_left: 0.9,
            elastin_left: 0.8,
            thickness_left: 0.95,
            fragments_left: 0.6,
        };
        matrix.pass(span);
        (0..matrix.grid().sites()).step_by(11).for_each(|site| _ = matrix.site_mut(site));
        matrix.pass(span);
        matrix
    }

    /// Defends: a set is read site by site, whatever its shape, the spacing and what turnover is deferred at its sites.
    #[test]
    fn sets_hold_what_their_sites_hold() {
        for (spacing, of) in
            [4.0, 10.0, 20.0, 40.0].into_iter().flat_map(|spacing| [matrix, deferred].map(|of| (spacing, of)))
        {
            let matrix = of(spacing);
            let grid = *matrix.grid();
            let mut sets = RegionSets::none(&grid);
            let inside = |x: f64, y: f64| (x - 130.0).hypot(y - 90.0) < 77.0;
            let disc: Vec<_> = (0..grid.sites())
                .filter(|&site| {
                    let (x, y) = grid.center_of(site);
                    inside(x, y)
                })
                .collect();
            sets.push(disc.iter().copied());
            sets.push([]);
            sets.push(0..grid.sites());
            let mut thickness = vec![0.0; CoarseSites::of(&grid).count()];
            let sums = sum_sets(&matrix, &[&sets], [&mut thickness], |sums, _| [sums.thickness]).remove(0);
            let found = sums[0];
            let expected = |value: fn(&Site) -> f64| disc.iter().map(|&site| value(&matrix.site(site))).sum::<f64>();
            assert!((found.thickness - expected(|site| site.thickness)).abs() < 1e-10);
            assert!((found.fragments - expected(|site| site.fragments)).abs() < 1e-10);
            assert!((found.elastin - expected(|site| site.elastin)).abs() < 1e-10);
            assert!((found.collagen().s4 - expected(|site| site.collagen().s4)).abs() < 1e-10);
            assert_eq!((sets.count(), sets.sites(0), sets.sites(1)), (3, disc.len(), 0));
            assert_eq!(sums[1], SiteSums::default());
            assert!((thickness.iter().sum::<f64>() - sums[2].thickness).abs() < 1e-10);
            for (set, sum) in sums[..2].iter().enumerate() {
                assert!((sets.sum_of_sites(set, &matrix).collagen().s4 - sum.collagen().s4).abs() < 1e-10);
            }
            assert_eq!(sets.runs(2).len(), 1);
        }
    }
}
