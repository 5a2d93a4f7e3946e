//! Drawing surface shared by the map sheets and the line charts: what is drawn is kept, and becomes an SVG, or a PNG with twice as
//! many pixels each way.
use super::chart::Chart;
use super::embedded::{image, png_of};
use super::geometry::{Alignment, Point, Size};
use super::lettering::{Lettering, readable};
use super::plot;
use plotters::prelude::{BitMapBackend, DrawingBackend, RGBColor, SVGBackend};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, TextStyle};
use plotters_backend::{BackendColor, DrawingErrorKind};
use std::borrow::Cow;
use std::io;

/// Dark gray of texts and outlines, red-green-blue from 0 to 255.
pub const INK: [u8; 3] = [51, 51, 51];
/// Middle gray of frames and axes, red-green-blue from 0 to 255.
pub const FRAME: [u8; 3] = [120, 120, 120];
/// Background of every image, red-green-blue from 0 to 255.
pub const PAPER: [u8; 3] = [255, 255, 255];
/// Pixels of a PNG for each one of the drawing, each way: slides and screens of today show them.
pub const FINENESS: u32 = 2;

/// Largest accepted drawing, in pixels; a larger request is a mistake in the input.
const LARGEST_IMAGE: usize = 1 << 25;

/// What is drawn.
#[derive(Debug, Clone, PartialEq)]
enum Element {
    Fill { corner: Point, size: Size, color: [u8; 3] },
    Line { start: Point, end: Point, stroke: Stroke },
    Text { text: String, position: Point, lettering: Lettering, alignment: Alignment },
    Image { corner: Point, size: Size, pixels: Vec<[u8; 3]> },
    Plot { corner: Point, size: Size, chart: Chart },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stroke {
    color: [u8; 3],
    width: u32,
}

/// White drawing; the origin is at the top left, y points down.
#[derive(Debug, Clone, PartialEq)]
pub struct Canvas {
    size: Size,
    elements: Vec<Element>,
}

impl Canvas {
    /// White canvas of `width` by `height` pixels.
    ///
    /// # Errors
    /// Returns `InvalidInput` for an empty or an unreasonably large image.
    pub fn new(width: i32, height: i32) -> io::Result<Self> {
        let refuse = || io::Error::new(io::ErrorKind::InvalidInput, "image size out of range");
        let width = u32::try_from(width).map_err(|_| refuse())?;
        let height = u32::try_from(height).map_err(|_| refuse())?;
        match (width as usize).checked_mul(height as usize) {
            Some(count) if (1..=LARGEST_IMAGE).contains(&count) => {
                Ok(Self { size: Size::new(width, height), elements: Vec::new() })
            }
            _ => Err(refuse()),
        }
    }

    /// Puts an image in a rectangle: [`FINENESS`] times as many pixels as the rectangle has, row by row from the top.
    pub fn paste(&mut self, corner: Point, size: Size, pixels: Vec<[u8; 3]>) {
        self.elements.push(Element::Image { corner, size, pixels });
    }

    /// Draws the axes of a chart and what they hold in a rectangle.
    pub fn plot(&mut self, corner: Point, size: Size, chart: Chart) {
        self.elements.push(Element::Plot { corner, size, chart });
    }

    /// Writes one line of text whose top is at `position`; `alignment` refers to its x.
    pub fn text(&mut self, text: &str, position: Point, (lettering, alignment): (Lettering, Alignment)) {
        self.elements.push(Element::Text { text: readable(text), position, lettering, alignment });
    }

    /// Writes lines below each other and returns the y of the first free pixel below them.
    pub fn lines(&mut self, lines: &[String], mut position: Point, style: (Lettering, Alignment)) -> i32 {
        for line in lines {
            self.text(line, position, style);
            position.y += style.0.line_height();
        }
        position.y
    }

    /// Draws a straight line of `width` pixels.
    pub fn line(&mut self, start: Point, end: Point, color: [u8; 3], width: u32) {
        self.elements.push(Element::Line { start, end, stroke: Stroke { color, width } });
    }

    /// Fills the rectangle with its top left corner at `corner` and `size` pixels.
    pub fn fill(&mut self, corner: Point, size: Size, color: [u8; 3]) {
        self.elements.push(Element::Fill { corner, size, color });
    }

    /// Draws a frame of one pixel just outside the given rectangle, so no content is hidden.
    pub fn frame_around(&mut self, corner: Point, size: Size) {
        let (first, last) = (corner - Point::new(1, 1), corner + size);
        let (width, height) = (size.width + 2, size.height + 2);
        for (corner, size) in [
            (first, Size::new(width, 1)),
            (first, Size::new(1, height)),
            (Point::new(first.x, last.y), Size::new(width, 1)),
            (Point::new(last.x, first.y), Size::new(1, height)),
        ] {
            self.fill(corner, size, FRAME);
        }
    }

    /// Encodes the canvas as the bytes of a PNG file, 8 bits per channel, [`FINENESS`] pixels for each one of the drawing.
    ///
    /// # Errors
    /// Returns the error of the encoder.
    pub fn encode_png(&self) -> io::Result<Vec<u8>> {
        let size = self.size * FINENESS;
        let mut pixels = vec![255; 3 * size.width as usize * size.height as usize];
        let mut backend = BitMapBackend::with_buffer(&mut pixels, (size.width, size.height));
        self.elements.iter().try_for_each(|element| element.place(&mut backend))?;
        self.draw(&mut backend, FINENESS)?;
        drop(backend);
        // Flat panels become small in any case, and the slower ways would take longer than all drawing.
        png_of(size.width, size.height, &pixels, png::Compression::Fast)
    }

    /// The canvas as an SVG document; images are within it.
    ///
    /// # Errors
    /// Returns the error of the encoder of its images.
    pub fn encode_svg(&self) -> io::Result<String> {
        let (mut svg, size) = (String::new(), self.size);
        let mut backend = SVGBackend::with_string(&mut svg, (size.width, size.height));
        self.draw(&mut backend, 1)?;
        drop(backend);
        let mut images = String::from("<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n");
        for element in &self.elements {
            match element {
                Element::Image { corner, size, pixels } => images += &image(*corner, *size, pixels)?,
                Element::Plot { corner, size, chart } => images += &placed(&plot::svg(chart, *size)?, *corner),
                _ => {}
            }
        }
        // Behind all that is written on them.
        let start = svg.find('>').map_or(0, |end| end + 1);
        svg.insert_str(start, &images);
        Ok(svg)
    }

    /// Draws every element but images and plots, `scale` times as large.
    fn draw<B: DrawingBackend>(&self, backend: &mut B, scale: u32) -> io::Result<()> {
        self.elements
            .iter()
            .try_for_each(|element| element.draw(backend, scale as i32))
            .map_err(|error| told(&error))?;
        backend.present().map_err(|error| told(&error))
    }
}

impl Element {
    /// Puts an image or a plot into a drawing of pixels.
    fn place(&self, backend: &mut BitMapBackend) -> io::Result<()> {
        let (corner, size, pixels) = match self {
            Self::Image { corner, size, pixels } => (corner, size, Cow::Borrowed(pixels)),
            Self::Plot { corner, size, chart } => (corner, size, Cow::Owned(plot::pixels(chart, *size, FINENESS)?)),
            _ => return Ok(()),
        };
        let (fine, place) = (*size * FINENESS, (corner.x * FINENESS as i32, corner.y * FINENESS as i32));
        backend.blit_bitmap(place, (fine.width, fine.height), pixels.as_flattened()).map_err(|error| told(&error))
    }

    fn draw<B: DrawingBackend>(&self, backend: &mut B, scale: i32) -> Result<(), DrawingErrorKind<B::ErrorType>> {
        let at = |point: Point| (point.x * scale, point.y * scale);
        match self {
            Self::Fill { corner, size, color } => {
                // A rectangle ends before its second corner.
                backend.draw_rect(at(*corner), at(*corner + *size), &paint(*color), true)
            }
            Self::Line { start, end, stroke: Stroke { color, width } } => {
                let style = Color::stroke_width(&rgb(*color), width * scale as u32);
                backend.draw_line(at(*start), at(*end), &style)
            }
            Self::Text { text, position, lettering, alignment } => {
                let place = match alignment {
                    Alignment::Left => HPos::Left,
                    Alignment::Center => HPos::Center,
                    Alignment::Right => HPos::Right,
                };
                let ink = rgb(INK);
                let style = TextStyle::from(lettering.font(scale as u32)).color(&ink).pos(Pos::new(place, VPos::Top));
                let (x, y) = at(*position);
                // The one weight that there is becomes a heavier one.
                let times = if lettering.is_strong() { 2 } else { 1 };
                (0..times).try_for_each(|time| backend.draw_text(text, &style, (x + time, y)))
            }
            // They are placed before, in each format's own way.
            Self::Image { .. } | Self::Plot { .. } => Ok(()),
        }
    }
}

/// An SVG document at a place in another one.
fn placed(svg: &str, corner: Point) -> String {
    svg.replacen("<svg ", &format!("<svg x=\"{}\" y=\"{}\" ", corner.x, corner.y), 1)
}

fn told<E: std::error::Error + Send + Sync>(error: &DrawingErrorKind<E>) -> io::Error {
    io::Error::other(error.to_string())
}

fn rgb([red, green, blue]: [u8; 3]) -> RGBColor {
    RGBColor(red, green, blue)
}

fn paint([red, green, blue]: [u8; 3]) -> BackendColor {
    BackendColor { alpha: 1.0, rgb: (red, green, blue) }
}

#[cfg(test)]
mod tests {
    use super::Canvas;

    #[test]
    fn unreasonable_sizes_are_refused() {
        assert!(Canvas::new(0, 10).is_err());
        assert!(Canvas::new(-4, 10).is_err());
        assert!(Canvas::new(i32::MAX, i32::MAX).is_err());
    }
}
