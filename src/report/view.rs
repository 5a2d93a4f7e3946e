//! How a field lies in a picture.
use super::raster::Raster;
use crate::engine;
use crate::error::{Result, check};
use crate::grid::{Field, Grid};
use crate::units::Length;

/// Most pixels along a side of a picture.
const MOST_PIXELS: f64 = 8192.0;
/// Color and width in pixels of the outline of a lesion.
const OUTLINE: [f32; 3] = [60.0, 50.0, 50.0];
const OUTLINE_WIDTH: f64 = 1.0;

/// How a field lies in a picture: the whole of it, y upward.
#[derive(Clone, Copy, Debug)]
pub(super) struct View {
    /// Side of a pixel in µm.
    pub pixel: f64,
    /// Extent of the field along y in µm.
    height: f64,
    pub columns: usize,
    pub rows: usize,
}

impl View {
    /// A field in pixels of a side. Less than one or more than 8192 along a side are refused.
    pub fn of(grid: &Grid, pixel: Length) -> Result<Self> {
        let pixel = pixel.in_micrometers();
        let pixels = |extent: f64| check("side of a picture", (extent / pixel).round(), "pixels", 1.0..=MOST_PIXELS);
        let (columns, rows) = (pixels(grid.width())? as usize, pixels(grid.height())? as usize);
        Ok(Self { pixel, height: grid.height(), columns, rows })
    }

    /// Where a point in µm lies, in pixels from the upper left corner.
    pub fn place(&self, x: f64, y: f64) -> [f64; 2] {
        [x / self.pixel, (self.height - y) / self.pixel]
    }

    /// The center of a pixel in µm.
    fn point(&self, pixel: usize) -> (f64, f64) {
        let (column, row) = (pixel % self.columns, pixel / self.columns);
        ((column as f64 + 0.5) * self.pixel, self.height - (row as f64 + 0.5) * self.pixel)
    }

    /// A color for every point.
    pub fn colors(&self, color: impl Fn(f64, f64) -> [f32; 3] + Sync + Send) -> Vec<[f32; 3]> {
        engine::collect(self.rows * self.columns, |pixel| {
            let (x, y) = self.point(pixel);
            color(x, y)
        })
    }
}

/// Draws the line at which the share of lesion is one half, of an opacity from 0 to 1.
pub(super) fn draw_outline(raster: &mut Raster, view: &View, lesion: &Field, opacity: f64) {
    for pixel in 0..raster.colors.len() {
        let (x, y) = view.point(pixel);
        let (share, along_x, along_y) = lesion.sample(x, y);
        let slope = along_x.hypot(along_y) * view.pixel;
        // Far from the outline nothing has a slope, and the distance is infinite.
        let distance = (share - 0.5).abs() / slope;
        raster.blend(pixel, OUTLINE, opacity * (0.5 * OUTLINE_WIDTH + 0.5 - distance).clamp(0.0, 1.0));
    }
}
