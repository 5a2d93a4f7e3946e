//! Contact sheet of maps with titles, color bars, and a scale bar.

use std::io;

use super::canvas::{Canvas, FINENESS, INK, PAPER};
use super::geometry::{Alignment, Point, Size};
use super::lettering::Lettering;
use super::map::{BAR_AND_NUMBERS_HEIGHT, Map};
use super::number::{format_number, round_below};
use crate::engine;

/// White border around the sheet, in pixels.
const MARGIN: i32 = 24;
/// Distance between neighboring columns of panels, in pixels.
const COLUMN_GAP: i32 = 28;
/// Distance between neighboring rows of panels, in pixels.
const ROW_GAP: i32 = 16;
/// Distance between the title and the subtitle, in pixels.
const HEADING_GAP: i32 = 4;
/// Narrowest column, in pixels; below it, the numbers under a color bar would collide.
const NARROWEST_COLUMN: i32 = 180;
/// Widest row title, in pixels; longer titles continue on the next line.
const WIDEST_ROW_TITLE: i32 = 162;
/// Largest accepted length of the longer side of a panel, in pixels.
const LARGEST_PANEL: usize = 8192;

/// Sheet of maps: one row per state (for example a day), one column per quantity.
///
/// ```
/// use dermaweave::report::{ColorMap, Figure, Map, Scale};
/// let scale = Scale { label: "collagen, 1 = healthy".into(), low: 0.0, high: 1.2, map: ColorMap::Sequential };
/// let values = vec![0.5, 1.0, 1.0, 0.5];
/// let map = Map { title: "density".into(), columns: 2, rows: 2, values, shade: None, outline: None, nuclei: vec![], scale };
/// let figure = Figure {
///     title: "A scar".into(),
///     subtitle: String::new(),
///     row_titles: vec!["before".into()],
///     rows: vec![vec![map]],
///     panel_pixels: Figure::SUGGESTED_PANEL_PIXELS,
///     width_millimeters: 4.0,
/// };
/// assert_eq!(&figure.encode_png()?[1..4], b"PNG");
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// Heading of the sheet.
    pub title: String,
    /// Smaller text below the heading; may be empty.
    pub subtitle: String,
    /// Text to the left of each row, in the order of `rows`; may be shorter than `rows`.
    pub row_titles: Vec<String>,
    /// Panels, row by row from the top; all panels of a column share one color scale, which
    /// is the one of its first map, and the column title is the title of that map.
    pub rows: Vec<Vec<Map>>,
    /// Length of the longer side of a panel, in pixels.
    pub panel_pixels: usize,
    /// Physical width of a panel, in millimeters; without a positive width, there is no
    /// scale bar.
    pub width_millimeters: f64,
}

/// Positions of the parts of a sheet, in pixels.
struct Layout {
    width: i32,
    height: i32,
    cell: Size,
    left: i32,
    column_titles_top: i32,
    panels_top: i32,
    bars_top: i32,
}

impl Figure {
    /// Suggested value for `panel_pixels`, in pixels.
    pub const SUGGESTED_PANEL_PIXELS: usize = 260;

    /// Draws the sheet and encodes it as the bytes of a PNG file.
    ///
    /// The same figure always gives the same bytes.
    ///
    /// # Errors
    /// Returns `InvalidInput` if the sheet would be empty or unreasonably large.
    pub fn encode_png(&self) -> io::Result<Vec<u8>> {
        self.sheet()?.encode_png()
    }

    /// The same as an SVG document, with the panels as pictures in it.
    ///
    /// # Errors
    /// Returns `InvalidInput` if the sheet would be empty or unreasonably large.
    pub fn encode_svg(&self) -> io::Result<String> {
        self.sheet()?.encode_svg()
    }

    fn sheet(&self) -> io::Result<Canvas> {
        if !(1..=LARGEST_PANEL).contains(&self.panel_pixels) {
            let message = "panel size out of range";
            return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
        }
        let layout = self.layout();
        let mut canvas = Canvas::new(layout.width, layout.height)?;
        self.draw_headings(&mut canvas, &layout);
        self.draw_rows(&mut canvas, &layout);
        for (column, head) in self.heads().into_iter().enumerate() {
            let corner = Point::new(layout.column_left(column), layout.bars_top);
            head.scale.draw_bar(&mut canvas, corner, layout.cell.width);
        }
        Ok(canvas)
    }

    /// First map of every column; it gives the column its title and its scale.
    fn heads(&self) -> Vec<&Map> {
        let count = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        (0..count).filter_map(|column| self.rows.iter().find_map(|row| row.get(column))).collect()
    }

    /// Computes where everything goes, so that no text meets another part.
    fn layout(&self) -> Layout {
        let heads = self.heads();
        let cell = self.cell_size();
        let cell_width = cell.width as i32;
        let left = MARGIN + self.row_title_width();
        let grid = repeated(cell_width + COLUMN_GAP, heads.len()) - COLUMN_GAP;
        let width = left.saturating_add(grid.max(300)).saturating_add(MARGIN);
        let column_titles_top = MARGIN + self.headings_height(width - 2 * MARGIN) + 14;
        let titles = heads.iter().map(|head| head.title.as_str());
        let panels_top = column_titles_top + tallest(titles, Lettering::Strong, cell_width) + 4;
        let panels_height = repeated(cell.height as i32 + ROW_GAP, self.rows.len());
        let bars_top = panels_top.saturating_add(panels_height);
        let labels = heads.iter().map(|head| head.scale.label.as_str());
        let labels_height = tallest(labels, Lettering::Body, cell_width);
        let below = BAR_AND_NUMBERS_HEIGHT + labels_height + MARGIN;
        Layout { width, height: bars_top.saturating_add(below), cell, left, column_titles_top, panels_top, bars_top }
    }

    /// Room for one panel, in pixels: the largest panel and the longest row title fit.
    fn cell_size(&self) -> Size {
        let longest = self.panel_pixels as u32;
        let panels = self.rows.iter().flatten();
        let room =
            panels.map(|map| map.panel_size(longest)).fold(Size::new(NARROWEST_COLUMN as u32, 1), Size::or_larger);
        let titles = self.used_row_titles().map(String::as_str);
        let lowest = tallest(titles, Lettering::Body, WIDEST_ROW_TITLE);
        room.or_larger(Size::new(1, lowest as u32))
    }

    /// Row titles that have a row.
    fn used_row_titles(&self) -> impl Iterator<Item = &String> {
        self.row_titles.iter().take(self.rows.len())
    }

    /// Width of the left margin with the row titles and their gap, in pixels.
    fn row_title_width(&self) -> i32 {
        let lines = self.used_row_titles().flat_map(|title| Lettering::Body.wrap(title, WIDEST_ROW_TITLE));
        let widest = lines.map(|line| Lettering::Body.width(&line)).max();
        widest.map_or(0, |width| width + 16)
    }

    /// Height of the title and the subtitle on a sheet with `width` usable pixels.
    fn headings_height(&self, width: i32) -> i32 {
        tallest([self.title.as_str()], Lettering::Heading, width)
            + HEADING_GAP
            + tallest([self.subtitle.as_str()], Lettering::Body, width)
    }

    /// Writes the title, the subtitle, and the column titles.
    fn draw_headings(&self, canvas: &mut Canvas, layout: &Layout) {
        let mut position = Point::new(MARGIN, MARGIN);
        let headings = [(&self.title, Lettering::Heading), (&self.subtitle, Lettering::Body)];
        for (text, lettering) in headings {
            let lines = lettering.wrap(text, layout.width - 2 * MARGIN);
            position.y = canvas.lines(&lines, position, (lettering, Alignment::Left)) + HEADING_GAP;
        }
        let style = (Lettering::Strong, Alignment::Center);
        for (column, head) in self.heads().into_iter().enumerate() {
            let lines = style.0.wrap(&head.title, layout.cell.width as i32);
            // Short titles stand directly above their panel, not at the top of the room.
            let height = style.0.line_height() * lines.len() as i32;
            let top = (layout.panels_top - 4 - height).max(layout.column_titles_top);
            let middle = layout.column_left(column) + layout.cell.width as i32 / 2;
            canvas.lines(&lines, Point::new(middle, top), style);
        }
    }

    /// Draws the row titles, the panels, and the scale bar on the last panel.
    fn draw_rows(&self, canvas: &mut Canvas, layout: &Layout) {
        let heads = self.heads();
        let mut images = self.images(&heads).into_iter();
        let mut last = None;
        for (index, row) in self.rows.iter().enumerate() {
            let top = layout.row_top(index);
            if let Some(title) = self.row_titles.get(index) {
                draw_row_title(canvas, title, top + layout.cell.height as i32 / 2);
            }
            for (column, (size, image)) in images.by_ref().take(row.len()).enumerate() {
                let spare = layout.cell.beside(size) / 2;
                let corner = Point::new(layout.column_left(column), top) + spare;
                canvas.paste(corner, size, image);
                canvas.frame_around(corner, size);
                last = Some((corner, size));
            }
        }
        if let Some((corner, size)) = last {
            self.draw_scale_bar(canvas, corner, size);
        }
    }

    /// Size and pixels of all panels, row by row.
    fn images(&self, heads: &[&Map]) -> Vec<(Size, Vec<[u8; 3]>)> {
        let panels: Vec<_> = self.rows.iter().flat_map(|row| row.iter().zip(heads)).collect();
        engine::collect_tasks(panels.len(), |panel| {
            let (map, head) = panels[panel];
            let size = map.panel_size(self.panel_pixels as u32);
            (size, map.image(size * FINENESS, &head.scale))
        })
    }

    /// Draws a bar of a round length in the lower right corner of a panel.
    fn draw_scale_bar(&self, canvas: &mut Canvas, corner: Point, size: Size) {
        let length = round_below(self.width_millimeters * 0.35);
        let pixels = (f64::from(size.width) * length / self.width_millimeters).round() as i32;
        let text = length_text(length);
        let inner = pixels.max(Lettering::Small.width(&text));
        let room = Size::new(inner as u32 + 12, Lettering::Small.line_height() as u32 + 11);
        let fits = room.width < size.width && room.height < size.height;
        let known = self.width_millimeters.is_finite() && self.width_millimeters > 0.0;
        if !fits || !known {
            return;
        }
        let start = corner + size - room - Size::new(6, 6);
        canvas.fill(start, room, PAPER);
        let middle = start.x + room.width as i32 / 2;
        let style = (Lettering::Small, Alignment::Center);
        canvas.text(&text, Point::new(middle, start.y + 3), style);
        let bar_corner = Point::new(middle - pixels / 2, start.y + room.height as i32 - 7);
        canvas.fill(bar_corner, Size::new(pixels as u32, 3), INK);
    }
}

impl Layout {
    /// Left edge of a column, in pixels.
    fn column_left(&self, column: usize) -> i32 {
        self.left + (self.cell.width as i32 + COLUMN_GAP) * column as i32
    }

    /// Upper edge of a row, in pixels.
    fn row_top(&self, row: usize) -> i32 {
        self.panels_top + (self.cell.height as i32 + ROW_GAP) * row as i32
    }
}

/// Length of `count` parts of `step` pixels each, in pixels.
fn repeated(step: i32, count: usize) -> i32 {
    step.saturating_mul(i32::try_from(count).unwrap_or(i32::MAX))
}

/// Height of the tallest of the wrapped texts, in pixels.
fn tallest<'a>(texts: impl IntoIterator<Item = &'a str>, lettering: Lettering, width: i32) -> i32 {
    let lines = texts.into_iter().map(|text| lettering.wrap(text, width).len());
    lines.max().unwrap_or(0) as i32 * lettering.line_height()
}

/// Writes the title of a row into the left margin, centered at height `middle`.
fn draw_row_title(canvas: &mut Canvas, title: &str, middle: i32) {
    let lines = Lettering::Body.wrap(title, WIDEST_ROW_TITLE);
    let top = middle - Lettering::Body.line_height() * lines.len() as i32 / 2;
    let style = (Lettering::Body, Alignment::Left);
    canvas.lines(&lines, Point::new(MARGIN, top), style);
}

/// Text for a length in millimeters; short lengths are written in micrometers.
fn length_text(millimeters: f64) -> String {
    if millimeters < 0.0999 {
        let micrometers = millimeters * 1000.0;
        format!("{} \u{b5}m", format_number(micrometers, micrometers / 10.0))
    } else {
        format!("{} mm", format_number(millimeters, millimeters / 10.0))
    }
}
