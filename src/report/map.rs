//! One panel of a map sheet: a grid of values, its color scale, and its drawing.

use super::canvas::{Canvas, INK, PAPER};
use super::color::{ColorMap, MISSING, blend};
use super::geometry::{Alignment, Point, Size};
use super::lettering::Lettering;
use super::nucleus::Nucleus;
use super::number::format_number;

/// Height of a color bar, in pixels.
const BAR_HEIGHT: u32 = 16;
/// Height of a color bar with the numbers below it, in pixels.
pub(super) const BAR_AND_NUMBERS_HEIGHT: i32 = 39;
/// Color of a cell whose shade is 0, red-green-blue from 0 to 255.
const FADED: [u8; 3] = [232, 232, 232];

/// Range of values and the colors that stand for them.
///
/// ```
/// use dermaweave::report::{ColorMap, Scale};
/// let axis = Scale { label: "mean axis, degrees".into(), low: 0.0, high: 180.0, map: ColorMap::Cyclic };
/// assert_eq!(axis.color(200.0), axis.color(20.0));
/// assert_ne!(axis.color(90.0), axis.color(20.0));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Scale {
    /// Text below the color bar; it names the quantity and its unit.
    pub label: String,
    /// Value at the left end of the color bar, in the unit of the map.
    pub low: f64,
    /// Value at the right end of the color bar, in the unit of the map.
    pub high: f64,
    /// Colors between the two ends.
    pub map: ColorMap,
}

impl Scale {
    /// Color of `value` (in the unit of the map), as red-green-blue from 0 to 255.
    ///
    /// Values outside the range take the color of the nearer end; with
    /// [`ColorMap::Cyclic`] they wrap around, as angles do. A range without extent gives
    /// the middle color. Not-a-number gives [`MISSING`].
    pub fn color(&self, value: f64) -> [u8; 3] {
        let range = self.high - self.low;
        let fraction = (value - self.low) / range;
        if value.is_nan() || range.is_nan() {
            MISSING
        } else if range == 0.0 {
            self.map.color(0.5)
        } else if self.map == ColorMap::Cyclic && !(0.0..=1.0).contains(&fraction) {
            self.map.color(fraction.rem_euclid(1.0))
        } else {
            self.map.color(fraction)
        }
    }

    /// Draws a color bar of `width` pixels with its numbers and its label.
    pub(super) fn draw_bar(&self, canvas: &mut Canvas, corner: Point, width: u32) {
        for x in 0..width {
            let fraction = f64::from(x) / f64::from(width.max(2) - 1);
            let column = Size::new(1, BAR_HEIGHT);
            canvas.fill(corner + Size::new(x, 0), column, self.map.color(fraction));
        }
        canvas.frame_around(corner, Size::new(width, BAR_HEIGHT));
        self.draw_numbers(canvas, corner + Size::new(0, BAR_HEIGHT), width as i32);
        let lines = Lettering::Body.wrap(&self.label, width as i32);
        let middle = corner + Point::new(width as i32 / 2, BAR_AND_NUMBERS_HEIGHT);
        canvas.lines(&lines, middle, (Lettering::Body, Alignment::Center));
    }

    /// Writes the numbers at both ends and, where there is room, in the middle of the bar.
    fn draw_numbers(&self, canvas: &mut Canvas, corner: Point, width: i32) {
        let range = self.high - self.low;
        let text = |share: f64| format_number(self.low + range * share, range / 1000.0);
        let texts = [text(0.0), text(0.5), text(1.0)];
        let [low, middle, high] = [0, 1, 2].map(|index: usize| Lettering::Small.width(&texts[index]));
        let room = (width - middle) / 2 - 8;
        let alignments = [Alignment::Left, Alignment::Center, Alignment::Right];
        for (half, (text, alignment)) in (0..).zip(texts.iter().zip(alignments)) {
            if half == 1 && (low > room || high > room) {
                continue;
            }
            let start = corner + Point::new((width - 1) * half / 2, 1);
            canvas.line(start, start + Point::new(0, 3), INK, 1);
            let place = start + Point::new(0, 5);
            canvas.text(text, place, (Lettering::Small, alignment));
        }
    }
}

/// Grid of values that is drawn as one panel.
///
/// ```
/// use dermaweave::report::{ColorMap, MISSING, Map, Scale};
/// let scale = Scale { label: "collagen, 1 = healthy".into(), low: 0.0, high: 1.2, map: ColorMap::Sequential };
/// let values = vec![0.5, 1.0, 1.0, f64::NAN];
/// let map = Map { title: "density".into(), columns: 2, rows: 2, values, shade: None, outline: None, nuclei: vec![], scale };
/// assert_eq!(map.scale.color(map.values[3]), MISSING);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Map {
    /// Text above the column of panels.
    pub title: String,
    /// Number of cells along x.
    pub columns: usize,
    /// Number of cells along y.
    pub rows: usize,
    /// `columns * rows` values in the unit of the scale, row by row; row 0 is at the bottom.
    ///
    /// Missing and not-a-number values are drawn in gray.
    pub values: Vec<f64>,
    /// Dimensionless strength of the color of each cell, in the shape of `values`.
    ///
    /// 1 keeps the color and 0 fades it to pale gray, for example where fibers have no
    /// common direction and their mean angle says nothing.
    pub shade: Option<Vec<f64>>,
    /// Region in the shape of `values` whose boundary is drawn as a thin dark line.
    pub outline: Option<Vec<bool>>,
    /// Nuclei of cells, drawn above the values.
    pub nuclei: Vec<Nucleus>,
    /// Colors of the values.
    pub scale: Scale,
}

impl Map {
    /// Size of the panel in pixels; the longer side gets `longest` pixels.
    pub(super) fn panel_size(&self, longest: u32) -> Size {
        if self.columns == 0 || self.rows == 0 {
            return Size::new(longest, longest);
        }
        let aspect = self.columns as f64 / self.rows as f64;
        let scaled = |share: f64| ((f64::from(longest) * share).round() as u32).clamp(1, longest);
        Size::new(scaled(aspect), scaled(1.0 / aspect))
    }

    /// Color of a cell on the given scale, as red-green-blue from 0 to 255.
    fn cell_color(&self, index: Option<usize>, scale: &Scale) -> [u8; 3] {
        let find = |list: &[f64]| index.and_then(|index| list.get(index).copied());
        let color = scale.color(find(&self.values).unwrap_or(f64::NAN));
        let shade = match &self.shade {
            Some(shades) => find(shades).unwrap_or(f64::NAN),
            None => 1.0,
        };
        if shade.is_nan() || color == MISSING {
            return MISSING;
        }
        blend(FADED, color, shade)
    }

    /// One color for each cell, row by row from the top, with the inner boundary of the outlined region dark.
    pub(super) fn colors(&self) -> Vec<[u8; 3]> {
        let size = Size::new(self.columns as u32, self.rows as u32);
        self.image(size, &self.scale)
    }

    /// The panel in pixels, row by row from the top, enlarged without smoothing.
    pub(super) fn image(&self, size: Size, scale: &Scale) -> Vec<[u8; 3]> {
        let cells = self.cells(size);
        let mut image: Vec<_> = cells.iter().map(|cell| self.cell_color(*cell, scale)).collect();
        self.nuclei.iter().for_each(|nucleus| nucleus.draw(&mut image, size));
        if let Some(mask) = &self.outline {
            draw_outline(&mut image, size, &cells, mask);
        }
        image
    }

    /// The cell under every pixel.
    fn cells(&self, size: Size) -> Vec<Option<usize>> {
        let pixels = (0..size.height).flat_map(|y| (0..size.width).map(move |x| (x, y)));
        pixels.map(|(x, y)| self.index_at(x, y, size)).collect()
    }

    /// Index into `values` of the cell under a pixel of the panel (y down); none if empty.
    fn index_at(&self, x: u32, y: u32, size: Size) -> Option<usize> {
        let share = |pixel: u32, pixels: u32| (f64::from(pixel) + 0.5) / f64::from(pixels);
        let column = (share(x, size.width) * self.columns as f64) as usize;
        let row_from_top = (share(y, size.height) * self.rows as f64) as usize;
        // The image counts rows from the top, the grid counts them from the bottom.
        let row = self.rows.checked_sub(1)?.checked_sub(row_from_top)?;
        let column = column.min(self.columns.checked_sub(1)?);
        row.checked_mul(self.columns)?.checked_add(column)
    }
}

/// Draws the boundary of `mask`: dark inside, white outside.
///
/// The white companion keeps the line visible on dark colors.
fn draw_outline(image: &mut [[u8; 3]], size: Size, cells: &[Option<usize>], mask: &[bool]) {
    let inside: Vec<bool> =
        cells.iter().map(|cell| cell.and_then(|cell| mask.get(cell).copied()) == Some(true)).collect();
    let (width, height) = (size.width as usize, size.height as usize);
    for (pixel, color) in image.iter_mut().enumerate() {
        let (x, y) = (pixel % width, pixel / width);
        // At the edge of the panel the cell is its own neighbor: the region goes on.
        let neighbors = [
            y * width + x.saturating_sub(1),
            y * width + (x + 1).min(width - 1),
            y.saturating_sub(1) * width + x,
            (y + 1).min(height - 1) * width + x,
        ];
        if neighbors.iter().any(|&neighbor| inside[neighbor] != inside[pixel]) {
            *color = if inside[pixel] { INK } else { PAPER };
        }
    }
}
