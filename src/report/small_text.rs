//! A line of text in a picture: the only place where pictures of tissue write.
use super::color_picture::ColorPicture;
use embedded_graphics::Pixel;
use embedded_graphics::draw_target::DrawTarget;
use embedded_graphics::geometry::{OriginDimensions, Point, Size};
use embedded_graphics::mono_font::MonoTextStyle;
use embedded_graphics::mono_font::iso_8859_1::FONT_9X15_BOLD;
use embedded_graphics::pixelcolor::{Rgb888, RgbColor};
use embedded_graphics::prelude::Drawable;
use embedded_graphics::text::{Baseline, Text};
use std::convert::Infallible;

/// Writes a text of letters that are 9 pixels wide and 15 high, its upper left corner at a column and a row.
pub(super) fn write_text(picture: &mut ColorPicture, text: &str, (left, top): (usize, usize), color: [u8; 3]) {
    let [red, green, blue] = color;
    let style = MonoTextStyle::new(&FONT_9X15_BOLD, Rgb888::new(red, green, blue));
    let Ok(_) = Text::with_baseline(text, Point::new(left as i32, top as i32), style, Baseline::Top)
        .draw(&mut Written(picture));
}

/// A picture that is written on.
struct Written<'a>(&'a mut ColorPicture);

impl OriginDimensions for Written<'_> {
    fn size(&self) -> Size {
        Size::new(self.0.columns as u32, self.0.rows as u32)
    }
}

impl DrawTarget for Written<'_> {
    type Color = Rgb888;
    type Error = Infallible;

    fn draw_iter<I: IntoIterator<Item = Pixel<Rgb888>>>(&mut self, pixels: I) -> Result<(), Infallible> {
        for Pixel(place, color) in pixels {
            if let (Ok(column), Ok(row)) = (usize::try_from(place.x), usize::try_from(place.y)) {
                self.0.fill((column, row), (1, 1), [color.r(), color.g(), color.b()]);
            }
        }
        Ok(())
    }
}
