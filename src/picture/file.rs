//! Pictures that are read from files.
use super::png_file;
use crate::error::{Result, StartFault, at_path, check};
use crate::measure::Picture;
use crate::units::Length;
use std::fs::File;
use std::io::{BufReader, Read, Seek};
use std::path::Path;

/// The most pixels of a picture that are read, 8192 × 8192: while it is measured, one takes about 32 bytes of memory.
pub const MOST_PIXELS: usize = 1 << 26;
/// Smallest and largest side of a pixel in µm.
pub(super) const FINEST_PIXEL: f64 = 0.01;
pub(super) const COARSEST_PIXEL: f64 = 20.0;
/// Relative difference up to which the sides of a pixel are the same: files state them rounded.
const SAME_SIDES: f64 = 1e-3;
/// Parts of red, green and blue in the luminance (ITU-R BT.709).
const LUMINANCE: [f64; 3] = [0.2126, 0.7152, 0.0722];

/// What a file holds, before it is known whether that can be used.
pub(super) struct Decoded {
    pub(super) columns: usize,
    pub(super) rows: usize,
    /// Numbers of each pixel: gray, or red, green and blue; then perhaps the opacity.
    pub(super) channels: usize,
    /// All numbers, 1 = full scale, from the top left, row by row downward.
    pub(super) samples: Samples,
    /// Sides of a pixel in µm, if the file states them.
    pub(super) pixel: Option<PixelSides>,
}

/// Numbers of pixels as they stand in the file.
pub(super) enum Samples {
    OfEightBits(Vec<u8>),
    OfSixteenBits(Vec<u16>),
}

impl Samples {
    fn share(&self, index: usize) -> f64 {
        match self {
            Self::OfEightBits(values) => f64::from(values[index]) / f64::from(u8::MAX),
            Self::OfSixteenBits(values) => f64::from(values[index]) / f64::from(u16::MAX),
        }
    }

    fn count(&self) -> usize {
        match self {
            Self::OfEightBits(values) => values.len(),
            Self::OfSixteenBits(values) => values.len(),
        }
    }
}

/// Sides of a pixel in µm.
#[derive(Clone, Copy, Debug)]
pub(super) struct PixelSides {
    pub(super) width: f64,
    pub(super) height: f64,
}

/// Reads a picture of collagen from a PNG or, with the feature `tiff`, a TIFF file: gray or RGB with 8 or 16 bits.
///
/// Brightness is the number in the file over the full scale of its bits, 0 to 1; of colors, the luminance
/// 0.2126 R + 0.7152 G + 0.0722 B (ITU-R BT.709) of the numbers as they are, without a change of gamma. Opacity is ignored. Of
/// a file with several pages or frames the first is read.
///
/// `pixel` is the side of a pixel. Without it, the file has to state it: a PNG in its chunk `pHYs` in pixels per meter, a TIFF in its
/// tags of the resolution in pixels per inch or centimeter, or as `ImageJ` writes them (`unit=micron`). Programs for
/// photographs often put the resolution of a screen there, which is refused as far as pixels are not 0.01 to 20 µm large.
///
/// A file that cannot be opened gives [`Error::File`](crate::Error::File), a `pixel` out of range
/// [`Error::OutOfRange`](crate::Error::OutOfRange); a file that is no such picture, too many pixels ([`MOST_PIXELS`]), and a pixel
/// size that is missing or cannot be, a [`StartFault`].
///
/// ```
/// use dermaweave::Length;
/// use dermaweave::error::StartFault;
/// use dermaweave::picture::read_picture;
/// # let path = std::env::temp_dir().join(format!("dermaweave_read_picture_{}.png", std::process::id()));
/// let mut encoder = png::Encoder::new(std::fs::File::create(&path)?, 30, 20);
/// encoder.set_color(png::ColorType::Grayscale);
/// encoder.write_header()?.write_image_data(&[51; 600])?;
/// let picture = read_picture(&path, Some(Length::micrometers(0.5)))?;
/// assert_eq!((picture.columns, picture.rows, picture.pixel_um, picture.brightness[0]), (30, 20, 0.5, 0.2));
/// let refused = read_picture(&path, None);
/// assert!(matches!(refused, Err(dermaweave::Error::Start(StartFault::NoPixelSize { .. }))));
/// # std::fs::remove_file(&path)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn read_picture(path: impl AsRef<Path>, pixel: Option<Length>) -> Result<Picture> {
    let path = path.as_ref();
    let given = pixel.map(|side| check("side of a pixel", side.in_micrometers(), "µm", FINEST_PIXEL..=COARSEST_PIXEL));
    let given = given.transpose()?;
    let decoded = decode(path)?;
    let pixel_um = match given {
        Some(side) => side,
        None => stated_side(path, decoded.pixel)?,
    };
    let pixels = decoded.columns * decoded.rows;
    if pixels == 0 || decoded.samples.count() != pixels * decoded.channels {
        return Err(unreadable(path)("it is damaged or cut short").into());
    }
    Ok(Picture { columns: decoded.columns, rows: decoded.rows, pixel_um, brightness: brightness(&decoded) })
}

/// By the first bytes of the file, whatever its name ends with.
fn decode(path: &Path) -> Result<Decoded> {
    let mut file = File::open(path).map_err(at_path(path))?;
    let mut mark = Vec::new();
    file.by_ref().take(4).read_to_end(&mut mark).map_err(at_path(path))?;
    file.rewind().map_err(at_path(path))?;
    let reader = BufReader::new(file);
    match mark.as_slice() {
        b"\x89PNG" => png_file::decode(path, reader),
        b"II*\0" | b"MM\0*" | b"II+\0" | b"MM\0+" => decode_tiff(path, reader),
        _ => Err(unreadable(path)("it begins as neither PNG nor TIFF").into()),
    }
}

#[cfg(feature = "tiff")]
fn decode_tiff(path: &Path, reader: BufReader<File>) -> Result<Decoded> {
    super::tiff_file::decode(path, reader)
}

#[cfg(not(feature = "tiff"))]
fn decode_tiff(path: &Path, _: BufReader<File>) -> Result<Decoded> {
    Err(StartFault::NeedsTiff { path: path.to_owned() }.into())
}

/// Says of a file what is wrong with it.
pub(super) fn unreadable<T: ToString>(path: &Path) -> impl Fn(T) -> StartFault {
    move |found| StartFault::Unreadable {
        path: path.to_owned(),
        found: found.to_string().trim_end_matches('.').to_owned(),
    }
}

/// Refuses a picture that is too large before memory is taken for it.
pub(super) fn check_pixels(path: &Path, columns: u32, rows: u32) -> Result<()> {
    let (columns, rows) = (columns as usize, rows as usize);
    if columns.saturating_mul(rows) <= MOST_PIXELS {
        return Ok(());
    }
    Err(StartFault::TooManyPixels { path: path.to_owned(), columns, rows, most: MOST_PIXELS }.into())
}

/// The side of a pixel in µm as the file states it.
fn stated_side(path: &Path, pixel: Option<PixelSides>) -> Result<f64> {
    let path = path.to_owned();
    let Some(PixelSides { width, height }) = pixel else { return Err(StartFault::NoPixelSize { path }.into()) };
    let is_square = (width - height).abs() <= SAME_SIDES * width;
    if is_square && (FINEST_PIXEL..=COARSEST_PIXEL).contains(&width) {
        return Ok(width);
    }
    let (minimum, maximum) = (FINEST_PIXEL, COARSEST_PIXEL);
    Err(StartFault::PixelSize { path, width_um: width, height_um: height, minimum, maximum }.into())
}

/// Brightness with rows upward.
fn brightness(decoded: &Decoded) -> Vec<f64> {
    let of_pixel = |pixel: usize| {
        let first = pixel * decoded.channels;
        let channel = |index: usize| decoded.samples.share(first + index);
        if decoded.channels < LUMINANCE.len() {
            return channel(0);
        }
        LUMINANCE.iter().enumerate().map(|(index, part)| part * channel(index)).sum()
    };
    let columns = decoded.columns;
    (0..decoded.rows).rev().flat_map(|row| row * columns..(row + 1) * columns).map(of_pixel).collect()
}
