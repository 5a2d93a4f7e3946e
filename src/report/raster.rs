//! Drawing of lines and dots whose edges are smooth.
//!
//! A line covers a pixel by the distance of the pixel's center from it, so that lines of all directions look alike: a general
//! rasterizer that counts points on a fixed lattice prefers the directions of that lattice, and directions are what is shown.
use super::color_picture::ColorPicture;

/// Pixels before they are rounded to 8 bits; red, green and blue from 0 to 255, row by row from the top.
pub(super) struct Raster {
    pub columns: usize,
    pub rows: usize,
    pub colors: Vec<[f32; 3]>,
}

/// A straight line; lengths in pixels, x to the right and y down.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    pub middle: [f64; 2],
    /// Cosine and sine of its direction in these coordinates.
    pub direction: [f64; 2],
    pub length: f64,
    pub width: f64,
}

impl Line {
    /// Share of a pixel that it covers; it thins out over the last pixels of its length.
    fn cover(&self, x: f64, y: f64) -> f64 {
        let [x, y] = [x - self.middle[0], y - self.middle[1]];
        let along = (x * self.direction[0] + y * self.direction[1]).abs();
        let across = (y * self.direction[0] - x * self.direction[1]).abs();
        let taper = (0.5 * self.length - along) / (FADING_END * self.length);
        (0.5 * self.width + 0.5 - across).clamp(0.0, 1.0).min(self.width) * taper.clamp(0.0, 1.0)
    }
}

/// Share of the length of a line over which it fades at each end: a blunt end is an edge across.
const FADING_END: f64 = 0.15;

impl Raster {
    /// Draws a line of an opacity from 0 to 1 in the colors of its pixels.
    pub fn line(&mut self, line: &Line, opacity: f64, color: impl Fn(usize) -> [f32; 3]) {
        let reach = |part: f64| 0.5 * line.length * part.abs() + 0.5 * line.width + 1.0;
        let (columns, rows) = (self.columns, self.rows);
        let pixels = |middle: f64, reach: f64, count: usize| {
            (middle - reach).max(0.0) as usize..((middle + reach).max(0.0).ceil() as usize).min(count)
        };
        for row in pixels(line.middle[1], reach(line.direction[1]), rows) {
            for column in pixels(line.middle[0], reach(line.direction[0]), columns) {
                let cover = opacity * line.cover(column as f64 + 0.5, row as f64 + 0.5);
                self.blend(row * columns + column, color(row * columns + column), cover);
            }
        }
    }

    /// Draws a round dot in a color.
    pub fn dot(&mut self, [x, y]: [f64; 2], radius: f64, color: [f32; 3]) {
        let pixels = |middle: f64, count: usize| {
            (middle - radius - 1.0).max(0.0) as usize..((middle + radius + 1.0).max(0.0).ceil() as usize).min(count)
        };
        for row in pixels(y, self.rows) {
            for column in pixels(x, self.columns) {
                let distance = (column as f64 + 0.5 - x).hypot(row as f64 + 0.5 - y);
                self.blend(row * self.columns + column, color, (radius + 0.5 - distance).clamp(0.0, 1.0));
            }
        }
    }

    /// Mixes so much of a color into a pixel.
    pub fn blend(&mut self, pixel: usize, color: [f32; 3], share: f64) {
        if share > 0.0 {
            let below = &mut self.colors[pixel];
            *below = mixed(*below, color, share);
        }
    }

    /// The picture, rounded to 8 bits.
    pub fn into_picture(self) -> ColorPicture {
        let pixels = self.colors.iter().map(|color| color.map(|part| (part + 0.5).clamp(0.0, 255.0) as u8));
        ColorPicture { columns: self.columns, rows: self.rows, pixels: pixels.collect() }
    }
}

/// A mixture of two colors with so much of the second one.
pub(super) fn mixed(first: [f32; 3], second: [f32; 3], share: f64) -> [f32; 3] {
    std::array::from_fn(|part| first[part] + (second[part] - first[part]) * share as f32)
}
