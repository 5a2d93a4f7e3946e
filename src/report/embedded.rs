//! Pictures as PNG, and within a document: as data, so that nothing is fetched.
use super::canvas::FINENESS;
use super::geometry::{Point, Size};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::io;

/// A PNG of red, green and blue with 8 bits each, row by row from the top.
pub(super) fn png_of(columns: u32, rows: u32, colors: &[u8], compression: png::Compression) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, columns, rows);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(compression);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(colors)?;
    writer.finish()?;
    Ok(bytes)
}

/// An image of an SVG.
pub(super) fn image(corner: Point, size: Size, pixels: &[[u8; 3]]) -> io::Result<String> {
    let fine = size * FINENESS;
    let data = data(&png_of(fine.width, fine.height, pixels.as_flattened(), png::Compression::Balanced)?);
    let (Point { x, y }, Size { width, height }) = (corner, size);
    Ok(format!("<image x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" href=\"{data}\"/>\n"))
}

/// A PNG as the address of itself.
pub(super) fn data(png: &[u8]) -> String {
    format!("data:image/png;base64,{}", STANDARD.encode(png))
}
