//! Tiles on which cells are counted.
use super::Grid;

/// Equal rectangles that divide a field evenly.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tiles {
    pub(crate) columns: usize,
    pub(crate) rows: usize,
    /// Sides in µm.
    pub(crate) width: f64,
    pub(crate) height: f64,
    /// Tiles per µm along x and y.
    per_micrometer: (f64, f64),
}

impl Tiles {
    /// Tiles whose sides are about `side` µm.
    pub(crate) fn of(grid: &Grid, side: f64) -> Self {
        let along = |extent: f64| (extent / side).round().max(1.0) as usize;
        let (columns, rows) = (along(grid.width()), along(grid.height()));
        let (width, height) = (grid.width() / columns as f64, grid.height() / rows as f64);
        Self { columns, rows, width, height, per_micrometer: (width.recip(), height.recip()) }
    }

    /// How many there are.
    pub(crate) const fn count(&self) -> usize {
        self.columns * self.rows
    }

    /// The tile in which a point of the field lies; the point is in µm.
    pub(crate) fn at(&self, x: f64, y: f64) -> usize {
        let column = ((x * self.per_micrometer.0) as usize).min(self.columns - 1);
        let row = ((y * self.per_micrometer.1) as usize).min(self.rows - 1);
        row * self.columns + column
    }
}
