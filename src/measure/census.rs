//! What the matrix holds in small blocks of sites, summed once and read by all measures.
//!
//! One instant is measured in many ways, over regions and windows that overlap. So every site is visited once and
//! summed into blocks of about 20 µm; a set of sites is then read as the blocks that lie in it as a whole, and the
//! single sites left at its rim. What a set is found to hold depends on the set alone, not on what else is measured.
use crate::grid::Grid;
use crate::matrix::{FiberMoments, Matrix, Site};
use crate::parallel;
use crate::signal;
use rustfft::num_complex::Complex;
use std::ops::AddAssign;

/// Target side of a block in µm: that of the sites of the surface, and of the windows that are correlated.
const BLOCK: f64 = 20.0;

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
        let Site { new, mature, fibrin, elastin, original } = *site;
        Self { new, mature, fibrin, elastin, original, filled: site.filled() }
    }

    /// Both pools together.
    pub(crate) fn collagen(&self) -> FiberMoments {
        self.new + self.mature
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
        let side = signal::coarsening(grid, BLOCK);
        Self { side, columns: grid.columns() / side, rows: grid.rows() / side }
    }

    fn sites_along_x(&self) -> usize {
        self.side * self.columns
    }

    /// The block that holds a site.
    fn at(&self, site: usize) -> usize {
        let (column, row) = (site % self.sites_along_x(), site / self.sites_along_x());
        row / self.side * self.columns + column / self.side
    }
}

/// The sums of all blocks at one instant.
#[derive(Clone, Debug)]
pub(crate) struct Census<'a> {
    matrix: &'a Matrix,
    blocks: Blocks,
    contents: Vec<Contents>,
    /// Mean e^{2iθ} and e^{4iθ} of the fibers in every block.
    directions: Vec<Directions>,
}

/// Mean e^{2iθ} and e^{4iθ} of some fibers.
pub(super) type Directions = [Complex<f64>; 2];

fn directions(fibers: &FiberMoments) -> Directions {
    let ((c2, s2), (c4, s4)) = (fibers.mean_second(), fibers.mean_fourth());
    [Complex::new(c2, s2), Complex::new(c4, s4)]
}

impl<'a> Census<'a> {
    /// Visits every site once.
    pub(crate) fn of(matrix: &'a Matrix) -> Self {
        let blocks = Blocks::of(matrix.grid());
        let mut contents = vec![Contents::default(); blocks.columns * blocks.rows];
        parallel::for_each_row(&mut contents, blocks.columns, |row, contents| {
            let first = |line: usize| (row * blocks.side + line) * blocks.sites_along_x();
            for (column, sum) in contents.iter_mut().enumerate() {
                for first in (0..blocks.side).map(|line| first(line) + column * blocks.side) {
                    for site in first..first + blocks.side {
                        *sum += Contents::of(&matrix.site(site));
                    }
                }
            }
        });
        let directions = parallel::collect(contents.len(), |block| directions(&contents[block].collagen()));
        Self { matrix, blocks, contents, directions }
    }

    pub(crate) const fn matrix(&self) -> &Matrix {
        self.matrix
    }

    /// The sums of the blocks, if these are the sites of a coarser grid of the same field.
    pub(super) fn on(&self, coarse: &Grid) -> Option<&[Contents]> {
        let same = (self.blocks.columns, self.blocks.rows) == (coarse.columns(), coarse.rows());
        same.then_some(&self.contents)
    }
}

/// Neighboring blocks or, at the rim of a set, neighboring sites.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Run {
    first: u32,
    length: u32,
    of_blocks: bool,
}

/// Sets of sites, each as runs of whole blocks and of single sites.
#[derive(Clone, Debug)]
pub(crate) struct Covers {
    blocks: Blocks,
    runs: Vec<Run>,
    /// Where the runs of every set end.
    ends: Vec<usize>,
    /// Sites of every set.
    sites: Vec<usize>,
}

impl Covers {
    /// No sets yet, of the sites of a grid.
    pub(crate) fn none(grid: &Grid) -> Self {
        Self { blocks: Blocks::of(grid), runs: Vec::new(), ends: Vec::new(), sites: Vec::new() }
    }

    /// Sites along one side of a whole block.
    pub(crate) const fn block_side(&self) -> usize {
        self.blocks.side
    }

    /// How many sets there are.
    pub(crate) const fn count(&self) -> usize {
        self.ends.len()
    }

    /// How many sites a set has.
    pub(crate) fn sites(&self, set: usize) -> usize {
        self.sites[set]
    }

    /// Adds a set of different sites, in any order.
    pub(crate) fn push(&mut self, sites: impl IntoIterator<Item = usize>) {
        let mut members: Vec<_> = sites.into_iter().map(|site| (self.blocks.at(site), site)).collect();
        members.sort_unstable();
        let whole = |block: &[(usize, usize)]| block.len() == self.blocks.side * self.blocks.side;
        let mut runs = Vec::new();
        // Blocks first: at the rim, runs of blocks and of sites would else alternate and be short.
        for block in members.chunk_by(|first, second| first.0 == second.0).filter(|block| whole(block)) {
            extend(&mut runs, block[0].0, true);
        }
        for block in members.chunk_by(|first, second| first.0 == second.0).filter(|block| !whole(block)) {
            for &(_, site) in block {
                extend(&mut runs, site, false);
            }
        }
        self.runs.extend(runs);
        self.ends.push(self.runs.len());
        self.sites.push(members.len());
    }

    /// Adds a set that others have.
    pub(super) fn push_set_of(&mut self, others: &Self, set: usize) {
        self.runs.extend_from_slice(others.runs(set));
        self.ends.push(self.runs.len());
        self.sites.push(others.sites[set]);
    }

    /// The runs of a set; equal sets have equal runs.
    pub(super) fn runs(&self, set: usize) -> &[Run] {
        let begin = set.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.runs[begin..self.ends[set]]
    }

    /// Mean e^{2iθ} and e^{4iθ} of the fibers in a set; zero where there are none.
    pub(super) fn directions(&self, set: usize, census: &Census) -> Directions {
        match self.runs(set) {
            [] => Directions::default(),
            // What adding the block to nothing gives, without doing it again for every region.
            &[Run { first, length: 1, of_blocks: true }] => census.directions[first as usize],
            _ => directions(&self.sum(set, census).collagen()),
        }
    }

    /// What a set holds.
    pub(crate) fn sum(&self, set: usize, census: &Census) -> Contents {
        debug_assert!(self.blocks == census.blocks, "sets and census must belong to the same grid");
        let mut sum = Contents::default();
        for run in self.runs(set) {
            let members = run.first as usize..(run.first + run.length) as usize;
            if run.of_blocks {
                census.contents[members].iter().for_each(|block| sum += *block);
            } else {
                members.for_each(|site| sum += Contents::of(&census.matrix.site(site)));
            }
        }
        sum
    }
}

/// Adds a block or a site to the last run if it follows on it, or begins a run.
fn extend(runs: &mut Vec<Run>, index: usize, of_blocks: bool) {
    let index = index as u32;
    match runs.last_mut() {
        Some(run) if run.of_blocks == of_blocks && run.first + run.length == index => run.length += 1,
        _ => runs.push(Run { first: index, length: 1, of_blocks }),
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

    /// Defends: a set is read site by site, whatever its shape and the spacing.
    #[test]
    fn sets_hold_what_their_sites_hold() {
        for spacing in [4.0, 10.0, 20.0, 40.0] {
            let matrix = matrix(spacing);
            let (grid, census) = (*matrix.grid(), Census::of(&matrix));
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
            let found = covers.sum(0, &census);
            let expected = |value: fn(&Site) -> f64| disc.iter().map(|&site| value(&matrix.site(site))).sum::<f64>();
            assert!((found.filled - expected(Site::filled)).abs() < 1e-10);
            assert!((found.elastin - expected(|site| site.elastin)).abs() < 1e-10);
            assert!((found.collagen().s4 - expected(|site| site.collagen().s4)).abs() < 1e-10);
            assert_eq!((covers.count(), covers.sites(0), covers.sites(1)), (3, disc.len(), 0));
            assert_eq!(covers.sum(1, &census), Contents::default());
            assert_eq!(covers.runs(2).len(), 1);
        }
    }
}
