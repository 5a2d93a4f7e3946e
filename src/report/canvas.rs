//! Drawing surface shared by the map sheets and the line charts.

use std::convert::Infallible;
use std::io;

use embedded_graphics::Pixel;
use embedded_graphics::draw_target::DrawTarget;
use embedded_graphics::geometry::{OriginDimensions, Point, Size};
use embedded_graphics::mono_font::iso_8859_1::{FONT_8X13, FONT_9X15, FONT_9X15_BOLD, FONT_10X20};
use embedded_graphics::mono_font::{MonoFont, MonoTextStyle};
use embedded_graphics::pixelcolor::{Rgb888, RgbColor};
use embedded_graphics::prelude::{Drawable, Primitive};
use embedded_graphics::primitives::{Circle, Line, PrimitiveStyle, Rectangle};
use embedded_graphics::text::{Alignment, Baseline, Text, TextStyleBuilder};

/// Dark gray of texts and outlines, red-green-blue from 0 to 255.
pub const INK: [u8; 3] = [51, 51, 51];
/// Middle gray of frames and axes, red-green-blue from 0 to 255.
pub const FRAME: [u8; 3] = [120, 120, 120];
/// Background of every image, red-green-blue from 0 to 255.
pub const PAPER: [u8; 3] = [255, 255, 255];

/// Largest accepted image, in pixels; a larger request is a mistake in the input.
const LARGEST_IMAGE: usize = 1 << 27;

/// Size and weight of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lettering {
    /// Tick numbers.
    Small,
    /// Labels and subtitles.
    Body,
    /// Titles of panels and charts.
    Strong,
    /// Title of the whole image.
    Heading,
}

impl Lettering {
    /// Latin-1 fonts, because units need the degree and micro signs.
    fn font(self) -> &'static MonoFont<'static> {
        match self {
            Self::Small => &FONT_8X13,
            Self::Body => &FONT_9X15,
            Self::Strong => &FONT_9X15_BOLD,
            Self::Heading => &FONT_10X20,
        }
    }

    /// Height of one line, in pixels.
    pub fn line_height(self) -> i32 {
        self.font().character_size.height as i32 + 2
    }

    /// Width of `text` on one line, in pixels.
    pub fn width(self, text: &str) -> i32 {
        let advance = self.font().character_size.width + self.font().character_spacing;
        i32::try_from(text.chars().count() * advance as usize).unwrap_or(i32::MAX)
    }

    /// Splits `text` at spaces into lines of at most `width` pixels; longer words are cut.
    pub fn wrap(self, text: &str, width: i32) -> Vec<String> {
        let limit = usize::try_from(width / self.width(" ")).map_or(1, |count| count.max(1));
        let mut lines: Vec<String> = Vec::new();
        for word in text.split_whitespace() {
            let letters: Vec<char> = word.chars().collect();
            for piece in letters.chunks(limit) {
                match lines.last_mut() {
                    Some(line) if line.chars().count() + 1 + piece.len() <= limit => {
                        line.push(' ');
                        line.extend(piece);
                    }
                    _ => lines.push(piece.iter().collect()),
                }
            }
        }
        lines
    }
}

/// White image of red-green-blue pixels; the origin is at the top left, y points down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Canvas {
    width: usize,
    height: usize,
    pixels: Vec<u8>,
}

impl Canvas {
    /// White canvas of `width` by `height` pixels.
    ///
    /// # Errors
    /// Returns `InvalidInput` for an empty or an unreasonably large image.
    pub fn new(width: i32, height: i32) -> io::Result<Self> {
        let refuse = || io::Error::new(io::ErrorKind::InvalidInput, "image size out of range");
        let width = usize::try_from(width).map_err(|_| refuse())?;
        let height = usize::try_from(height).map_err(|_| refuse())?;
        match width.checked_mul(height) {
            Some(count) if (1..=LARGEST_IMAGE).contains(&count) => {
                Ok(Self { width, height, pixels: [PAPER].repeat(count).into_flattened() })
            }
            _ => Err(refuse()),
        }
    }

    /// Colors the pixel at `x`, `y`; a position outside the canvas is ignored.
    pub fn set(&mut self, x: i32, y: i32, color: [u8; 3]) {
        let (Ok(x), Ok(y)) = (usize::try_from(x), usize::try_from(y)) else {
            return;
        };
        if x < self.width && y < self.height {
            let start = (y * self.width + x) * 3;
            self.pixels[start..start + 3].copy_from_slice(&color);
        }
    }

    /// Copies an image, row by row from the top, with its top left corner at `corner`.
    pub fn paste(&mut self, corner: Point, size: Size, image: &[[u8; 3]]) {
        for (y, row) in (corner.y..).zip(image.chunks_exact((size.width as usize).max(1))) {
            for (x, &color) in (corner.x..).zip(row) {
                self.set(x, y, color);
            }
        }
    }

    /// Writes one line of text whose top is at `position`; `alignment` refers to its x.
    pub fn text(&mut self, text: &str, position: Point, (lettering, alignment): (Lettering, Alignment)) {
        let readable: String = text.chars().map(readable_character).collect();
        let character = MonoTextStyle::new(lettering.font(), paint(INK));
        let style = TextStyleBuilder::new().alignment(alignment).baseline(Baseline::Top).build();
        let Ok(_) = Text::with_text_style(&readable, position, character, style).draw(self);
    }

    /// Writes lines below each other and returns the y of the first free pixel below them.
    pub fn lines(&mut self, lines: &[String], mut position: Point, style: (Lettering, Alignment)) -> i32 {
        for line in lines {
            self.text(line, position, style);
            position.y += style.0.line_height();
        }
        position.y
    }

    /// Draws a straight line of `thickness` pixels.
    pub fn line(&mut self, start: Point, end: Point, color: [u8; 3], thickness: u32) {
        let style = PrimitiveStyle::with_stroke(paint(color), thickness);
        let Ok(()) = Line::new(start, end).into_styled(style).draw(self);
    }

    /// Fills the rectangle with its top left corner at `corner` and `size` pixels.
    pub fn fill(&mut self, corner: Point, size: Size, color: [u8; 3]) {
        let style = PrimitiveStyle::with_fill(paint(color));
        let Ok(()) = Rectangle::new(corner, size).into_styled(style).draw(self);
    }

    /// Draws a frame of one pixel just outside the given rectangle, so no content is hidden.
    pub fn frame_around(&mut self, corner: Point, size: Size) {
        let style = PrimitiveStyle::with_stroke(paint(FRAME), 1);
        let outer = Rectangle::new(corner - Point::new(1, 1), size + Size::new(2, 2));
        let Ok(()) = outer.into_styled(style).draw(self);
    }

    /// Draws a filled dot with a diameter in pixels.
    pub fn dot(&mut self, center: Point, diameter: u32, color: [u8; 3]) {
        let style = PrimitiveStyle::with_fill(paint(color));
        let circle = Circle::with_center(center, diameter).into_styled(style);
        let Ok(()) = circle.draw(self);
    }

    /// Encodes the canvas as the bytes of a PNG file, 8 bits per channel.
    ///
    /// # Errors
    /// Returns the error of the encoder.
    pub fn encode_png(&self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, self.width as u32, self.height as u32);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        // Flat panels become small in any case, and the slower ways would take longer than all drawing.
        encoder.set_compression(png::Compression::Fast);
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&self.pixels)?;
        writer.finish()?;
        Ok(bytes)
    }
}

impl OriginDimensions for Canvas {
    fn size(&self) -> Size {
        Size::new(self.width as u32, self.height as u32)
    }
}

impl DrawTarget for Canvas {
    type Color = Rgb888;
    type Error = Infallible;

    fn draw_iter<I>(&mut self, pixels: I) -> Result<(), Self::Error>
    where
        I: IntoIterator<Item = Pixel<Self::Color>>,
    {
        for Pixel(position, color) in pixels {
            self.set(position.x, position.y, [color.r(), color.g(), color.b()]);
        }
        Ok(())
    }
}

/// Color in the type of the drawing library.
fn paint([red, green, blue]: [u8; 3]) -> Rgb888 {
    Rgb888::new(red, green, blue)
}

/// Replaces characters outside the fonts by a look-alike; line breaks become spaces.
fn readable_character(character: char) -> char {
    match character {
        '\u{3bc}' => '\u{b5}',
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        '\u{2018}' | '\u{2019}' => '\'',
        '\u{201c}' | '\u{201d}' => '"',
        other if other.is_control() || other.is_whitespace() => ' ',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::{Canvas, Lettering};

    #[test]
    fn wrapped_lines_fit_and_keep_every_letter() {
        let text = "a word and onewordthatismuchtoolong end";
        let lines = Lettering::Body.wrap(text, 90);
        assert!(lines.iter().all(|line| Lettering::Body.width(line) <= 90));
        let letters = |text: &str| text.replace(' ', "");
        assert_eq!(letters(&lines.concat()), letters(text));
        assert_eq!(Lettering::Body.wrap("ab", -5), ["a", "b"]);
    }

    #[test]
    fn unreasonable_sizes_are_refused() {
        assert!(Canvas::new(0, 10).is_err());
        assert!(Canvas::new(-4, 10).is_err());
        assert!(Canvas::new(i32::MAX, i32::MAX).is_err());
    }

    #[test]
    fn drawing_outside_is_ignored() {
        let mut canvas = Canvas::new(4, 4).unwrap();
        canvas.set(-1, 2, [0; 3]);
        canvas.set(2, 9, [0; 3]);
        assert_eq!(canvas, Canvas::new(4, 4).unwrap());
    }
}
