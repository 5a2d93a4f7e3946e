//! Pictures in color, pixel by pixel.
use super::color::PAPER_WHITE;
use super::embedded::png_of;
use serde::{Deserialize, Serialize};
use std::io;

/// Largest accepted picture, in pixels; a larger request is a mistake in the input.
const MOST_PIXELS: usize = 1 << 27;

/// A picture of red-green-blue pixels.
///
/// ```
/// use dermaweave::report::ColorPicture;
/// let (columns, rows) = (4, 2);
/// let rose = ColorPicture { columns, rows, pixels: vec![[230, 150, 170]; 8] };
/// let both = ColorPicture::side_by_side(&[rose.clone(), rose], 3);
/// assert_eq!((both.columns, both.rows), (11, 2));
/// assert_eq!(&both.encode_png()?[1..4], b"PNG");
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColorPicture {
    /// Pixels along x.
    pub columns: usize,
    /// Pixels along y.
    pub rows: usize,
    /// Red, green and blue from 0 to 255 of `columns * rows` pixels, row by row from the top.
    pub pixels: Vec<[u8; 3]>,
}

impl ColorPicture {
    /// Pictures from left to right with `gap` white pixels between them, their upper edges in line; a lower one is white below.
    #[must_use]
    pub fn side_by_side(pictures: &[Self], gap: usize) -> Self {
        let rows = pictures.iter().map(|picture| picture.rows).max().unwrap_or(0);
        let widths: usize = pictures.iter().map(|picture| picture.columns).sum();
        let columns = widths + gap * pictures.len().saturating_sub(1);
        let mut all = Self { columns, rows, pixels: vec![PAPER_WHITE; columns * rows] };
        let mut left = 0;
        for picture in pictures {
            all.paste(left, 0, picture);
            left += picture.columns + gap;
        }
        all
    }

    /// Copies a picture into this one, its upper left corner at a column and a row; what does not fit is left out.
    pub(super) fn paste(&mut self, left: usize, top: usize, picture: &Self) {
        let width = picture.columns.min(self.columns.saturating_sub(left));
        let lines = picture.pixels.chunks_exact(picture.columns.max(1));
        for (row, line) in lines.take(self.rows.saturating_sub(top)).enumerate() {
            let begin = (top + row) * self.columns + left;
            self.pixels[begin..begin + width].copy_from_slice(&line[..width]);
        }
    }

    /// Fills a rectangle; what does not fit is left out.
    pub(super) fn fill(&mut self, (left, top): (usize, usize), (width, height): (usize, usize), color: [u8; 3]) {
        let right = (left + width).min(self.columns);
        for row in top..(top + height).min(self.rows) {
            self.pixels[row * self.columns + left.min(right)..row * self.columns + right].fill(color);
        }
    }

    /// The bytes of a PNG file with 8 bits per channel. The same picture always gives the same bytes.
    ///
    /// # Errors
    /// `InvalidInput` for a picture without pixels, with more than 2²⁷, or without one color for each.
    pub fn encode_png(&self) -> io::Result<Vec<u8>> {
        let count = self.columns.checked_mul(self.rows).filter(|count| (1..=MOST_PIXELS).contains(count));
        if count != Some(self.pixels.len()) {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "picture size out of range"));
        }
        png_of(self.columns as u32, self.rows as u32, self.pixels.as_flattened(), png::Compression::Balanced)
    }
}
