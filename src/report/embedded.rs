//! Pictures within a document: as data, so that nothing is fetched.
use super::canvas::FINENESS;
use super::geometry::{Point, Size};
use std::fmt::Write;
use std::io;

/// A PNG of pixels row by row from the top.
pub(super) fn png_of(columns: usize, rows: usize, pixels: &[[u8; 3]]) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, columns as u32, rows as u32);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(pixels.as_flattened())?;
    writer.finish()?;
    Ok(bytes)
}

/// An image of an SVG.
pub(super) fn image(corner: Point, size: Size, pixels: &[[u8; 3]]) -> io::Result<String> {
    let fine = size * FINENESS;
    let data = data(&png_of(fine.width as usize, fine.height as usize, pixels)?);
    let (Point { x, y }, Size { width, height }) = (corner, size);
    Ok(format!("<image x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" href=\"{data}\"/>\n"))
}

/// A PNG as the address of itself.
pub(super) fn data(png: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::from("data:image/png;base64,");
    for three in png.chunks(3) {
        let bits = three.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        for letter in 0..4 {
            if letter <= three.len() {
                let _ = write!(text, "{}", LETTERS[(bits >> (18 - 6 * letter) & 63) as usize] as char);
            } else {
                text.push('=');
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::data;

    #[test]
    fn bytes_are_written_as_base64() {
        // Examples of RFC 4648.
        for (bytes, text) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")] {
            assert_eq!(data(bytes.as_bytes()), format!("data:image/png;base64,{text}"));
        }
    }
}
