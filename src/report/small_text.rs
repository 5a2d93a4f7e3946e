//! A line of text in a picture: the only place where pictures of tissue write.
use super::color_picture::ColorPicture;
use super::lettering::Lettering;
use plotters::prelude::{BitMapBackend, DrawingBackend, RGBColor};
use plotters::style::TextStyle;

/// Writes a text, its upper left corner at a column and a row; what does not fit is left out.
pub(super) fn write_text(picture: &mut ColorPicture, text: &str, (left, top): (usize, usize), color: [u8; 3]) {
    let [red, green, blue] = color;
    let (color, size) = (RGBColor(red, green, blue), (picture.columns as u32, picture.rows as u32));
    let style = TextStyle::from(Lettering::Body.font(1)).color(&color);
    let mut backend = BitMapBackend::with_buffer(picture.pixels.as_flattened_mut(), size);
    // Drawing into memory does not fail.
    let _ = backend.draw_text(text, &style, (left as i32, top as i32));
}
