//! PNG files.
use super::file::{Decoded, PixelSides, Samples, check_pixels, unreadable};
use crate::error::Result;
use png::{BitDepth, PixelDimensions, Transformations, Unit};
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

/// Micrometers of a meter.
const METER: f64 = 1e6;

pub(super) fn decode(path: &Path, reader: BufReader<File>) -> Result<Decoded> {
    let mut decoder = png::Decoder::new(reader);
    // Palettes become colors, and fewer bits than eight eight.
    decoder.set_transformations(Transformations::EXPAND);
    let mut reader = decoder.read_info().map_err(unreadable(path))?;
    let info = reader.info();
    check_pixels(path, info.width, info.height)?;
    let pixel = info.pixel_dims.and_then(sides);
    let bytes = reader.output_buffer_size().ok_or("it has too many pixels").map_err(unreadable(path))?;
    let mut read = vec![0; bytes];
    let frame = reader.next_frame(&mut read).map_err(unreadable(path))?;
    read.truncate(frame.buffer_size());
    let samples = match frame.bit_depth {
        BitDepth::Sixteen => Samples::OfSixteenBits(read.chunks_exact(2).map(sixteen_bits).collect()),
        _ => Samples::OfEightBits(read),
    };
    let (columns, rows) = (frame.width as usize, frame.height as usize);
    Ok(Decoded { columns, rows, channels: frame.color_type.samples(), samples, pixel })
}

/// The higher byte comes first.
fn sixteen_bits(bytes: &[u8]) -> u16 {
    u16::from_be_bytes([bytes[0], bytes[1]])
}

/// Of the chunk `pHYs`; without a unit it states only how long a pixel is against its width.
fn sides(stated: PixelDimensions) -> Option<PixelSides> {
    let is_size = stated.unit == Unit::Meter && stated.xppu > 0 && stated.yppu > 0;
    is_size.then(|| PixelSides { width: METER / f64::from(stated.xppu), height: METER / f64::from(stated.yppu) })
}
