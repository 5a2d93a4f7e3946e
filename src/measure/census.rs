//! What the matrix holds in small blocks of sites, summed once and read by all measures.
//!
//! One instant is measured in many ways, over regions and windows that overlap. So every site is visited once and
//! summed into blocks of about 20 µm; a set of sites is then read as the blocks that lie in it as a whole, and the
//! single sites left at its rim. What a set is found to hold depends on the set alone, not on what else is measured; sites
//! that wait for the same span of time are summed before they undergo it, so that settling them may change the last bits.
//!
//! Blocks are never there all at once: a strip of a few rows of them is summed and read while it lies in the nearest
//! caches, and what its sets hold is added up strip by strip, in order.
mod covers;

pub(crate) use covers::Covers;

use crate::engine::{Banded, merge_bands};
use crate::grid::Grid;
use crate::matrix::{FiberMoments, Matrix, Site, Span};
use crate::signals;
use std::ops::{AddAssign, Range};

/// Target side of a block in µm: that of the sites of the surface, and of the windows that are correlated.
const BLOCK: f64 = 20.0;
/// Rows of blocks in a strip: as high as two windows of organization.
const STRIP_ROWS: usize = 10;

/// Sums over some sites.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Contents {
    pub(crate) new: FiberMoments,
    pub(crate) mature: FiberMoments,
    pub(crate) fibrin: f64,
    pub(crate) elastin: f64,
    pub(crate) original: f64,
    /// Collagen, and clot as far as it fills what healthy young dermis would.
    pub(crate) filled: f64,
}

impl Contents {
    fn of(site: &Site) -> Self {
        Self::with(site, site.filled())
    }

    fn with(site: &Site, filled: f64) -> Self {
        let Site { new, mature, fibrin, elastin, original } = *site;
        Self { new, mature, fibrin, elastin, original, filled }
    }

    /// Both pools together.
    pub(crate) fn collagen(&self) -> FiberMoments {
        self.new + self.mature
    }

    /// Of the sites in a few rows together.
    #[inline]
    fn of_all(matrix: &Matrix, rows: impl Iterator<Item = Range<usize>> + Clone) -> Self {
        if let Some(span) = matrix.common_span(rows.clone()) {
            return Self::of_waiting(matrix, rows, span);
        }
        let mut sum = Self::default();
        for row in rows {
            row.for_each(|site| sum += Self::of(&matrix.site(site)));
        }
        sum
    }

    /// The same of sites that have yet to undergo the same span.
    #[inline]
    fn of_waiting(matrix: &Matrix, rows: impl Iterator<Item = Range<usize>>, span: &Span) -> Self {
        let mut sum = Self::default();
        rows.for_each(|row| sum.add_waiting(matrix.sites_before(row), span));
        sum.let_pass(span);
        sum
    }

    /// Adds sites that have yet to undergo a span, which is linear but for what they fill: their sum undergoes the rest of
    /// it for all of them ([`Contents::let_pass`]).
    #[inline]
    fn add_waiting(&mut self, sites: &[Site], span: &Span) {
        for site in sites {
            *self += Self::with(site, site.filled_by(span.density_after(site)));
        }
    }

    /// Apart: many at once would be gathered number by number.
    #[inline(never)]
    fn let_pass(&mut self, span: &Span) {
        span.pass_over(&mut self.new, &mut self.mature);
        self.elastin *= span.elastin_left;
        self.original *= span.original_left;
    }
}

impl AddAssign for Contents {
    fn add_assign(&mut self, other: Self) {
        self.new += other.new;
        self.mature += other.mature;
        self.fibrin += other.fibrin;
        self.elastin += other.elastin;
        self.original += other.original;
        self.filled += other.filled;
    }
}

/// How a grid is cut into blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Blocks {
    /// Sites along one side of a block.
    side: usize,
    /// Blocks along x.
    columns: usize,
    rows: usize,
}

impl Blocks {
    pub(crate) fn of(grid: &Grid) -> Self {
        let side = signals::coarsening(grid, BLOCK);
        Self { side, columns: grid.columns() / side, rows: grid.rows() / side }
    }

    /// How many there are.
    pub(crate) const fn count(&self) -> usize {
        self.columns * self.rows
    }

    /// Whether they are the sites of a coarser grid of the same field.
    pub(crate) const fn are_sites_of(&self, coarse: &Grid) -> bool {
        self.columns == coarse.columns() && self.rows == coarse.rows()
    }

    /// How many sites a block has.
    pub(crate) const fn sites_in_each(&self) -> usize {
        self.side * self.side
    }

    fn sites_along_x(&self) -> usize {
        self.side * self.columns
    }

    /// The sites of a block, row by row.
    #[inline]
    fn rows_of(&self, block: usize) -> impl Iterator<Item = Range<usize>> + Clone {
        let first = block / self.columns * self.side * self.sites_along_x() + block % self.columns * self.side;
        let (side, step) = (self.side, self.sites_along_x());
        (0..side).map(move |row| first + row * step..first + row * step + side)
    }

    /// The block that holds a site.
    fn at(&self, site: usize) -> usize {
        let (column, row) = (site % self.sites_along_x(), site / self.sites_along_x());
        row / self.side * self.columns + column / self.side
    }
}

/// Visits every site of a matrix once: gives what the sets of several covers hold, cover by cover. On the way `note` is
/// called for every block with what it holds and its numbers in `notes`, arrays with a number for each block, and gives
/// those that take their place.
pub(crate) fn census<const N: usize>(
    matrix: &Matrix,
    covers: &[&Covers],
    notes: [&mut [f64]; N],
    note: impl Fn(&Contents, [f64; N]) -> [f64; N] + Sync,
) -> Vec<Vec<Contents>> {
    let blocks = Blocks::of(matrix.grid());
    debug_assert!(covers.iter().all(|covers| covers.blocks == blocks), "sets and matrix must belong to the same grid");
    let look = |rows: BlockRows<N>| {
        let strip = Strip::of(matrix, blocks, rows.first_row..rows.first_row + rows.rows);
        let mut notes = rows.notes;
        for (block, contents) in strip.contents.iter().enumerate() {
            let noted = note(contents, std::array::from_fn(|index| notes[index][block]));
            (0..N).for_each(|index| notes[index][block] = noted[index]);
        }
        vec![covers.iter().map(|covers| covers.within(&strip)).collect::<Vec<_>>()]
    };
    let rows = BlockRows { first_row: 0, rows: blocks.rows, columns: blocks.columns, notes };
    let of_strips = merge_bands(rows, STRIP_ROWS, &look, &|mut below, above| {
        below.extend(above);
        below
    });
    let mut sums: Vec<_> = covers.iter().map(|covers| vec![Contents::default(); covers.count()]).collect();
    for of_strip in of_strips {
        for (sums, of_cover) in sums.iter_mut().zip(of_strip) {
            for (set, contents) in of_cover {
                sums[set as usize] += contents;
            }
        }
    }
    sums
}

/// Rows of blocks, and the numbers that are noted for each.
struct BlockRows<'a, const N: usize> {
    first_row: usize,
    rows: usize,
    columns: usize,
    notes: [&'a mut [f64]; N],
}

impl<const N: usize> Banded for BlockRows<'_, N> {
    fn first_row(&self) -> usize {
        self.first_row
    }

    fn rows(&self) -> usize {
        self.rows
    }

    fn cut(self, row: usize) -> (Self, Self) {
        let Self { first_row, rows, columns, notes } = self;
        let mut parts = notes.map(|numbers| <[_; 2]>::from(numbers.split_at_mut(row * columns)));
        let [below, above] = [0, 1].map(|part| parts.each_mut().map(|pair| std::mem::take(&mut pair[part])));
        (
            Self { first_row, rows: row, columns, notes: below },
            Self { first_row: first_row + row, rows: rows - row, columns, notes: above },
        )
    }
}

/// The sums of some rows of blocks at one instant.
struct Strip<'a> {
    matrix: &'a Matrix,
    /// Its rows, blocks and sites.
    rows: Range<usize>,
    blocks: Range<usize>,
    sites: Range<usize>,
    contents: Vec<Contents>,
}

impl<'a> Strip<'a> {
    fn of(matrix: &'a Matrix, blocks: Blocks, rows: Range<usize>) -> Self {
        let all = |in_row: usize| rows.start * in_row..rows.end * in_row;
        let (numbers, sites) = (all(blocks.columns), all(blocks.side * blocks.sites_along_x()));
        // Asked once if all of them wait for the same, as in tissue that has settled.
        let contents = match matrix.common_span(std::iter::once(sites.clone())) {
            Some(span) => Self::of_waiting(matrix.sites_before(sites.clone()), blocks, span),
            None => numbers.clone().map(|block| Contents::of_all(matrix, blocks.rows_of(block))).collect(),
        };
        Self { matrix, contents, rows, blocks: numbers, sites }
    }

    /// What the blocks of whole rows hold whose sites all have yet to undergo the same span: the sites are read in the order
    /// in which they lie.
    fn of_waiting(sites: &[Site], blocks: Blocks, span: &Span) -> Vec<Contents> {
        let mut contents = vec![Contents::default(); sites.len() / blocks.sites_in_each()];
        let of_rows = sites.chunks(blocks.side * blocks.sites_along_x()).zip(contents.chunks_mut(blocks.columns));
        for (sites, contents) in of_rows {
            for row in sites.chunks(blocks.sites_along_x()) {
                for (sites, block) in row.chunks_exact(blocks.side).zip(&mut *contents) {
                    block.add_waiting(sites, span);
                }
            }
            for block in contents {
                block.let_pass(span);
            }
        }
        contents
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Length;

    fn matrix(spacing: f64) -> Matrix {
        let grid =
            Grid::new(Length::micrometers(400.0), Length::micrometers(240.0), Length::micrometers(spacing)).unwrap();
        let mut matrix = Matrix::uniform(grid, FiberMoments::along(0.7, 0.3), 0.2);
        for (site, fibers) in matrix.sites_mut().iter_mut().enumerate() {
            fibers.fibrin = 0.3 + 0.2 * (site as f64).sin();
            fibers.elastin = (0.7 * site as f64).cos().abs();
            fibers.new *= 1.0 + 0.5 * (0.3 * site as f64).sin();
        }
        matrix
    }

    /// The same after two spans of time, of which some sites have undergone the first.
    fn waiting(spacing: f64) -> Matrix {
        let mut matrix = matrix(spacing);
        let span = Span {
            pools: [[0.7, 0.1], [0.2, 0.85]],
            renewed: [0.0; 2],
            lost: [0.0; 2],
            original_left: 0.9,
            elastin_left: 0.8,
        };
        matrix.pass(span);
        (0..matrix.grid().sites()).step_by(11).for_each(|site| _ = matrix.site_mut(site));
        matrix.pass(span);
        matrix
    }

    /// Defends: a set is read site by site, whatever its shape, the spacing and what its sites have yet to undergo.
    #[test]
    fn sets_hold_what_their_sites_hold() {
        for (spacing, of) in
            [4.0, 10.0, 20.0, 40.0].into_iter().flat_map(|spacing| [matrix, waiting].map(|of| (spacing, of)))
        {
            let matrix = of(spacing);
            let grid = *matrix.grid();
            let mut covers = Covers::none(&grid);
            let inside = |x: f64, y: f64| (x - 130.0).hypot(y - 90.0) < 77.0;
            let disc: Vec<_> = (0..grid.sites())
                .filter(|&site| {
                    let (x, y) = grid.center_of(site);
                    inside(x, y)
                })
                .collect();
            covers.push(disc.iter().copied());
            covers.push([]);
            covers.push(0..grid.sites());
            let mut noted = vec![0.0; Blocks::of(&grid).count()];
            let sums = census(&matrix, &[&covers], [&mut noted], |contents, _| [contents.filled]).remove(0);
            let found = sums[0];
            let expected = |value: fn(&Site) -> f64| disc.iter().map(|&site| value(&matrix.site(site))).sum::<f64>();
            assert!((found.filled - expected(Site::filled)).abs() < 1e-10);
            assert!((found.elastin - expected(|site| site.elastin)).abs() < 1e-10);
            assert!((found.collagen().s4 - expected(|site| site.collagen().s4)).abs() < 1e-10);
            assert_eq!((covers.count(), covers.sites(0), covers.sites(1)), (3, disc.len(), 0));
            assert_eq!(sums[1], Contents::default());
            assert!((noted.iter().sum::<f64>() - sums[2].filled).abs() < 1e-10);
            for (set, sum) in sums[..2].iter().enumerate() {
                assert!((covers.sum_of_sites(set, &matrix).collagen().s4 - sum.collagen().s4).abs() < 1e-10);
            }
            assert_eq!(covers.runs(2).len(), 1);
        }
    }
}
