//! TIFF files.
use super::file::{Decoded, MOST_PIXELS, PixelSides, Samples, check_pixels, unreadable};
use crate::error::Result;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use tiff::ColorType;
use tiff::decoder::ifd::Value;
use tiff::decoder::{Decoder, DecodingResult, Limits};
use tiff::tags::Tag;

/// Micrometers of an inch and of a centimeter.
const INCH: f64 = 25_400.0;
const CENTIMETER: f64 = 10_000.0;
/// Bytes of a pixel with red, green, blue and opacity in 16 bits.
const MOST_BYTES: usize = 8;
/// How `ImageJ` calls a micrometer in the description of the picture.
const MICROMETER: [&str; 5] = ["micron", "microns", "um", "µm", "\\u00B5m"];

pub(super) fn decode(path: &Path, reader: BufReader<File>) -> Result<Decoded> {
    let mut decoder = Decoder::new(reader).map_err(unreadable(path))?;
    let (width, height) = decoder.dimensions().map_err(unreadable(path))?;
    check_pixels(path, width, height)?;
    let mut decoder = decoder.with_limits(limits());
    let channels = channels(&mut decoder).map_err(unreadable(path))?;
    let pixel = sides(&mut decoder);
    let samples = match decoder.read_image().map_err(unreadable(path))? {
        DecodingResult::U8(values) => Samples::OfEightBits(values),
        DecodingResult::U16(values) => Samples::OfSixteenBits(values),
        _ => return Err(unreadable(path)("its numbers have not 8 or 16 bits").into()),
    };
    Ok(Decoded { columns: width as usize, rows: height as usize, channels, samples, pixel })
}

/// Room for the largest picture that is read, whatever the file says of its parts.
fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.decoding_buffer_size = MOST_PIXELS * MOST_BYTES;
    limits.intermediate_buffer_size = limits.decoding_buffer_size;
    limits
}

type TiffDecoder = Decoder<BufReader<File>>;

/// Numbers per pixel of a picture that is read, or why it is not.
fn channels(decoder: &mut TiffDecoder) -> std::result::Result<usize, String> {
    let color = decoder.colortype().map_err(|error| error.to_string())?;
    let channels = match color {
        ColorType::Gray(8 | 16) => 1,
        ColorType::GrayA(8 | 16) => 2,
        ColorType::RGB(8 | 16) => 3,
        ColorType::RGBA(8 | 16) => 4,
        other => return Err(format!("its pixels are {other:?}")),
    };
    if channels > 1 && number(decoder, Tag::PlanarConfiguration) == Some(2.0) {
        return Err("its colors lie in planes one behind another".into());
    }
    match number(decoder, Tag::Orientation) {
        None | Some(1.0) => Ok(channels),
        Some(_) => Err("it is to be turned or mirrored when it is shown (tag Orientation)".into()),
    }
}

/// As the tags of the resolution state them; `ImageJ` keeps its unit in the description.
fn sides(decoder: &mut TiffDecoder) -> Option<PixelSides> {
    let unit = match number(decoder, Tag::ResolutionUnit) {
        None | Some(2.0) => INCH,
        Some(3.0) => CENTIMETER,
        _ if is_in_micrometers(decoder) => 1.0,
        _ => return None,
    };
    let mut side = |tag| number(decoder, tag).filter(|per_unit| *per_unit > 0.0).map(|per_unit| unit / per_unit);
    let (width, height) = (side(Tag::XResolution)?, side(Tag::YResolution)?);
    Some(PixelSides { width, height })
}

fn is_in_micrometers(decoder: &mut TiffDecoder) -> bool {
    let description = decoder.get_tag_ascii_string(Tag::ImageDescription).unwrap_or_default();
    let unit = description.lines().find_map(|line| line.strip_prefix("unit="));
    description.starts_with("ImageJ=") && unit.is_some_and(|unit| MICROMETER.contains(&unit.trim()))
}

/// The first number of a tag.
fn number(decoder: &mut TiffDecoder, tag: Tag) -> Option<f64> {
    match decoder.find_tag(tag).ok()?? {
        Value::Rational(numerator, denominator) => Some(f64::from(numerator) / f64::from(denominator)),
        Value::List(values) => match values.first()? {
            Value::Rational(numerator, denominator) => Some(f64::from(*numerator) / f64::from(*denominator)),
            value => value.clone().into_u32().ok().map(f64::from),
        },
        value => value.into_u32().ok().map(f64::from),
    }
}
