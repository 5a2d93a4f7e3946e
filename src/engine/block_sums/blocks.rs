//! How a grid is cut into blocks of sites that are summed.
use crate::grid::Grid;
use crate::signals;
use std::ops::Range;

/// Target side of a block in µm: that of the sites of the surface, and of the windows that are correlated.
const BLOCK: f64 = 20.0;

/// How a grid is cut into blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CoarseSites {
    /// Sites along one side of a block.
    pub(super) side: usize,
    /// CoarseSites along x.
    pub(super) columns: usize,
    pub(super) rows: usize,
}

impl CoarseSites {
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

    pub(super) fn sites_along_x(&self) -> usize {
        self.side * self.columns
    }

    /// The sites of a block, row by row.
    #[inline]
    pub(super) fn rows_of(&self, block: usize) -> impl Iterator<Item = Range<usize>> + Clone {
        let first = block / self.columns * self.side * self.sites_along_x() + block % self.columns * self.side;
        let (side, step) = (self.side, self.sites_along_x());
        (0..side).map(move |row| first + row * step..first + row * step + side)
    }

    /// The block that holds a site.
    pub(super) fn at(&self, site: usize) -> usize {
        let (column, row) = (site % self.sites_along_x(), site / self.sites_along_x());
        row / self.side * self.columns + column / self.side
    }
}
