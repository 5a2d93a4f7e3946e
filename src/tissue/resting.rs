//! Where the cells of resting skin lie.
use super::Skin;
use crate::cells::fibroblast::Fibroblast;
use crate::grid::Grid;
use crate::random::{Purpose, stream};
use rand::RngExt;
use std::f64::consts::TAU;

/// Stands for the tick in the stream that decides how many cells there are; that of the cells is 0.
const NUMBERS: u64 = 1;

impl Skin {
    /// Resting cells: evenly spread, as resident cells are, with random headings.
    ///
    /// The field is cut into rows of equal height and each row into as many equal tiles as it has cells, one in
    /// each tile, anywhere in it. Of n expected cells in m rows the first k rows hold ⌊u + n k/m⌋ with one uniform u
    /// (systematic sampling): each row has its mean exactly, and the field ⌊u + n⌋, whatever its shape.
    pub(super) fn resting_fibroblasts(&self, grid: &Grid) -> Vec<Fibroblast> {
        let expected = self.fibroblasts_per_mm2(grid) * grid.area_mm2();
        let rows = rows_of_tiles(expected, grid);
        let phase = stream(self.placement_seed, NUMBERS, Purpose::Placement, 0).random::<f64>();
        let below = |row: u64| (phase + expected * (row as f64 / rows as f64)).floor() as u64;
        let in_row = |row: u64| {
            let (first, end) = (below(row), below(row + 1));
            (first..end).map(move |id| {
                let mut draws = stream(self.placement_seed, 0, Purpose::Placement, id);
                let mut within = |tile: u64, tiles: u64, extent: f64| {
                    // Of the last tile a sum could be rounded up to the edge, which lies outside.
                    ((tile as f64 + draws.random::<f64>()) / tiles as f64 * extent).min(extent.next_down())
                };
                let (x, y) = (within(id - first, end - first, grid.width()), within(row, rows, grid.height()));
                let heading = TAU * draws.random::<f64>();
                Fibroblast { id, x, y, heading, activation: 0.0, contraction: 0.0 }
            })
        };
        (0..rows).flat_map(in_row).collect()
    }
}

/// Rows in which tiles of one cell come nearest to squares. The shorter side is cut first, since a few cells more
/// or less change the length of a tile least along the longer one.
fn rows_of_tiles(expected: f64, grid: &Grid) -> u64 {
    let (width, height) = (grid.width(), grid.height());
    let along_shorter = (expected * width.min(height) / width.max(height)).sqrt().round().max(1.0);
    let along_longer = (expected / along_shorter).round().max(1.0);
    (if height <= width { along_shorter } else { along_longer }) as u64
}
