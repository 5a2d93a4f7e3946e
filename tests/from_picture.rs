//! Tissue from pictures: known stripes, files of all kinds, levels, lesions, and what is refused.
#[path = "common/drawn.rs"]
mod drawn;
#[path = "common/example.rs"]
mod example;
#[path = "common/refused.rs"]
mod refused;

use dermaweave::error::StartFault;
use dermaweave::measure::Picture;
use dermaweave::picture::{LesionArea, Level, MOST_PIXELS, PictureStart, read_picture};
use dermaweave::{Error, FiberMoments, Length, Skin, Slab, Tissue};
use drawn::{between_axes, picture, stripes};
use png::{BitDepth, ColorType, PixelDimensions, Unit};
use refused::{assert_message, assert_out_of_range, grid, micrometers};
use std::fs::File;
use std::path::{Path, PathBuf};

/// Sites of 20 µm, healthy where it is half as bright as it can be.
fn start(picture: Picture) -> PictureStart {
    PictureStart::new(picture).healthy(Level::Brightness(0.5))
}

fn collagen(tissue: &Tissue, site: usize) -> FiberMoments {
    tissue.matrix().site(site).collagen()
}

/// Claim: stripes along any axis are measured along it, within 0.5°, as parallel (R > 0.95, also |z₄|) at all sites, with
/// pixels that divide sites or do not.
#[test]
fn stripes_lie_along_their_axis() {
    for pixel in [0.5, 0.7, 1.3] {
        for degrees in [0.0_f64, 7.0, 30.0, 45.0, 90.0, 123.0, 179.0] {
            let axis = degrees.to_radians();
            let tissue = start(picture(180, 160, pixel, stripes(axis, 9.0, 0.4))).build().unwrap();
            for fibers in tissue.matrix().sites().map(|site| site.collagen()) {
                assert!(between_axes(fibers.mean_angle(), axis) < 0.5, "{pixel} {degrees} {fibers:?}");
                assert!(fibers.resultant_length() > 0.95 && fibers.fourth_amplitude() > 0.9, "{pixel} {fibers:?}");
                assert!(fibers.unrealizable_by() < 1e-12);
            }
        }
    }
}

/// Claim: where two kinds of stripes meet, each site has its own; a window over both has their mean, a weave: R = cos 60°, and
/// z₄ = cos 120° for ±30° about y.
#[test]
fn halves_have_their_own_directions() {
    let half_angle = 30_f64.to_radians();
    let up = std::f64::consts::FRAC_PI_2;
    let (left, right) = (stripes(up + half_angle, 8.0, 0.3), stripes(up - half_angle, 8.0, 0.3));
    let both = picture(400, 200, 0.5, |x, y| if x < 100.0 { left(x, y) } else { right(x, y) });
    let alone = start(both.clone()).build().unwrap();
    for (site, axis) in [(22, up + half_angle), (27, up - half_angle)] {
        let fibers = collagen(&alone, site);
        assert!(between_axes(fibers.mean_angle(), axis) < 0.5 && fibers.resultant_length() > 0.98, "{fibers:?}");
    }
    let sides = start(both).spacing(micrometers(10.0)).window(micrometers(90.0)).build().unwrap();
    let middles = [collagen(&sides, 4 * 20 + 9), collagen(&sides, 4 * 20 + 10)];
    let fibers = (middles[0] + middles[1]) * 0.5;
    assert!(between_axes(fibers.mean_angle(), up) < 1.0, "{fibers:?}");
    assert!(
        (fibers.resultant_length() - 0.5).abs() < 0.03 && (fibers.mean_fourth().0 + 0.5).abs() < 0.03,
        "{fibers:?}"
    );
}

/// Claim: a picture without structure gives fibers without direction.
#[test]
fn nothing_has_no_direction() {
    let tissue = start(picture(100, 100, 1.0, |_, _| 0.5)).build().unwrap();
    assert_eq!(collagen(&tissue, 3), FiberMoments::isotropic(1.0));
}

/// Claim: the amount is linear between two levels, that of the skin at the healthy one, and cut to 0 to 1.1; stains that
/// darken are the same the other way round. The thickness is that of the amount.
#[test]
fn brightness_becomes_the_amount() {
    let steps = picture(100, 80, 1.0, |x, _| 0.1 + 0.2 * (x / 20.0).floor());
    let skin = Skin::aged(60.0);
    let of =
        |start: PictureStart, site| collagen(&start.skin(&skin).build().unwrap(), site).density / skin.collagen_density;
    let between = start(steps.clone()).empty(Level::Brightness(0.1)).healthy(Level::Brightness(0.7));
    for (site, amount) in [(0, 0.0), (1, 1.0 / 3.0), (2, 2.0 / 3.0), (3, 1.0)] {
        assert!((of(between.clone(), site) - amount).abs() < 1e-9, "{site}");
    }
    let too_bright = between.clone().healthy(Level::Brightness(0.3));
    assert_eq!(of(too_bright, 4), 1.1 / skin.collagen_density);
    let darkened = between.empty(Level::Brightness(0.9)).healthy(Level::Brightness(0.3));
    assert!((of(darkened.clone(), 2) - 2.0 / 3.0).abs() < 1e-9 && of(darkened.clone(), 4) < 1e-9);
    let tissue = darkened.skin(&skin).build().unwrap();
    assert_eq!(tissue.matrix().site(2).thickness, collagen(&tissue, 2).density);
    // Percentiles: of the pixels, and of the sites outside of the lesion, here the two brightest columns.
    let of_pixels = start(steps.clone()).empty(Level::OfPixels(0.0)).healthy(Level::OfPixels(100.0));
    assert!((of(of_pixels, 1) - 0.25).abs() < 1e-9);
    let of_sites = start(steps).lesion(LesionArea::Below(0.6)).healthy(Level::OfHealthySites(0.0));
    assert!((of(of_sites, 1) - 0.3 / 0.7).abs() < 1e-9);
}

/// Claim: the field is what whole sites of the picture hold, from its middle; the lesion is what is dark, bright or marked.
#[test]
fn fields_and_lesions_lie_where_the_picture_has_them() {
    let round = |x: f64, y: f64| if (x - 70.0).hypot(y - 40.0) < 30.0 { 0.2 } else { 0.6 };
    let skin = picture(157, 110, 1.0, round);
    let slab = Slab { depth: micrometers(150.0), ..Slab::default() };
    let base = start(skin.clone()).spacing(micrometers(10.0)).slab(slab);
    let dark = base.clone().lesion(LesionArea::Below(0.4)).build().unwrap();
    assert_eq!((dark.grid().columns(), dark.grid().rows(), dark.grid().slab()), (15, 11, slab));
    // 3.5 µm are left over on either side.
    let expected: Vec<bool> = (0..dark.grid().sites())
        .map(|site| dark.grid().center_of(site))
        .map(|(x, y)| (x + 3.5 - 70.0).hypot(y - 40.0) < 30.0)
        .collect();
    let differing = expected.iter().zip(dark.lesion()).filter(|(one, other)| one != other).count();
    assert!(differing <= 3 && expected.contains(&true), "{differing}");
    let mark = picture(157, 110, 1.0, |x, y| if round(x, y) < 0.4 { 1.0 } else { 0.0 });
    let marked = base.clone().lesion(LesionArea::Bright(mark)).build().unwrap();
    assert_eq!(marked.lesion(), dark.lesion());
    let bright = base.lesion(LesionArea::Above(0.4)).build().unwrap();
    assert!(bright.lesion().iter().zip(dark.lesion()).all(|(one, other)| one != other));
}

/// A PNG file of stripes along 30°, as wide as 60 and as high as 40 pixels.
fn write_png(path: &Path, color: ColorType, depth: BitDepth, stated: Option<PixelDimensions>) {
    let of = stripes(0.5, 12.0, 0.4);
    let mut encoder = png::Encoder::new(File::create(path).unwrap(), 60, 40);
    encoder.set_color(color);
    encoder.set_depth(depth);
    encoder.set_pixel_dims(stated);
    let mut bytes = Vec::new();
    for pixel in 0..2400 {
        let brightness = of(f64::from(pixel % 60) + 0.5, 39.5 - f64::from(pixel / 60));
        for channel in 0..color.samples() {
            let is_opacity = matches!((color, channel), (ColorType::GrayscaleAlpha, 1) | (ColorType::Rgba, 3));
            let value = if is_opacity { 0.25 } else { brightness };
            match depth {
                BitDepth::Sixteen => bytes.extend(((value * 65_535.0).round() as u16).to_be_bytes()),
                _ => bytes.push((value * 255.0).round() as u8),
            }
        }
    }
    encoder.write_header().unwrap().write_image_data(&bytes).unwrap();
}

fn folder() -> PathBuf {
    example::folder("pictures", &format!("{:?}", std::thread::current().id()))
}

const PER_METER: PixelDimensions = PixelDimensions { xppu: 2_000_000, yppu: 2_000_000, unit: Unit::Meter };

/// Claim: gray and colored PNG files of 8 and 16 bits give the same picture, rows upward, within the steps of their bits, and
/// the side of a pixel stands in `pHYs` unless it is given.
#[test]
fn png_files_of_all_kinds_are_read() {
    let (path, of) = (folder().join("stripes.png"), stripes(0.5, 12.0, 0.4));
    let expected = picture(60, 40, 1.0, of);
    for color in [ColorType::Grayscale, ColorType::GrayscaleAlpha, ColorType::Rgb, ColorType::Rgba] {
        for (depth, step) in [(BitDepth::Eight, 1.0 / 255.0), (BitDepth::Sixteen, 1.0 / 65_535.0)] {
            write_png(&path, color, depth, Some(PER_METER));
            let read = read_picture(&path, None).unwrap();
            assert_eq!((read.columns, read.rows, read.pixel_um), (60, 40, 0.5));
            let worst = read.brightness.iter().zip(&expected.brightness).map(|(one, other)| (one - other).abs());
            assert!(worst.fold(0.0, f64::max) < 0.51 * step, "{color:?} {depth:?}");
            assert_eq!(read_picture(&path, Some(micrometers(1.25))).unwrap().pixel_um, 1.25);
        }
    }
    // Colors weigh as the eye sees them.
    let mut encoder = png::Encoder::new(File::create(&path).unwrap(), 3, 1);
    encoder.set_color(ColorType::Rgb);
    encoder.write_header().unwrap().write_image_data(&[255, 0, 0, 0, 255, 0, 0, 0, 255]).unwrap();
    assert_eq!(read_picture(&path, Some(micrometers(1.0))).unwrap().brightness, [0.2126, 0.7152, 0.0722]);
}

/// Claim: what is no picture, or does not say how large its pixels are, is refused by its path with what helps.
#[test]
fn unusable_files_are_refused() {
    let folder = folder();
    let path = folder.join("stripes.png");
    let told = |pixel: Option<Length>, parts: &[&str]| {
        let parts: Vec<_> = parts.iter().copied().chain(["stripes.png"]).collect();
        assert_message(read_picture(&path, pixel), "the file", &parts);
    };
    told(None, &["No such file"]);
    write_png(&path, ColorType::Grayscale, BitDepth::Eight, None);
    told(None, &["does not say how large a pixel is", "in µm"]);
    let stated = |xppu, yppu, unit| {
        write_png(&path, ColorType::Grayscale, BitDepth::Eight, Some(PixelDimensions { xppu, yppu, unit }));
    };
    stated(1, 1, Unit::Unspecified);
    told(None, &["does not say how large a pixel is"]);
    stated(2835, 2835, Unit::Meter);
    told(None, &["352.7", "from 0.01 to 20 µm"]);
    stated(1_000_000, 500_000, Unit::Meter);
    told(None, &["1 × 2 µm", "square"]);
    for side in [f64::NAN, 0.0, -1.0, 21.0] {
        assert_out_of_range(read_picture(&path, Some(micrometers(side))), "side of a pixel", side, "µm");
    }
    let whole = std::fs::read(&path).unwrap();
    std::fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    told(Some(micrometers(1.0)), &["cannot be read as a picture", "PNG or TIFF"]);
    std::fs::write(&path, "GIF89a").unwrap();
    told(Some(micrometers(1.0)), &["neither PNG nor TIFF"]);
    std::fs::write(&path, "").unwrap();
    told(Some(micrometers(1.0)), &["neither PNG nor TIFF"]);
    // As if the picture had 20 000 × 20 000 pixels: the sides stand behind the mark, their checksum behind the head.
    let mut large = whole;
    large[16..20].copy_from_slice(&20_000_u32.to_be_bytes());
    large[20..24].copy_from_slice(&20_000_u32.to_be_bytes());
    let checksum = crc32fast::hash(&large[12..29]);
    large[29..33].copy_from_slice(&checksum.to_be_bytes());
    std::fs::write(&path, &large).unwrap();
    told(Some(micrometers(1.0)), &["20000 × 20000", &MOST_PIXELS.to_string(), "crop"]);
    let of_folder = read_picture(&folder, Some(micrometers(1.0)));
    assert!(matches!(of_folder, Err(Error::File { .. })), "{of_folder:?}");
}

/// Claim: numbers out of range and pictures that do not fit are refused by name.
#[test]
fn unusable_starts_are_refused() {
    let good = picture(100, 80, 1.0, stripes(0.3, 8.0, 0.3));
    let with = |change: &dyn Fn(&mut Picture)| {
        let mut bad = good.clone();
        change(&mut bad);
        start(bad).build()
    };
    let start = || start(good.clone());
    assert!(start().build().is_ok());
    assert_out_of_range(with(&|bad| bad.pixel_um = 0.0), "side of a pixel", 0.0, "µm");
    for value in [f64::NAN, f64::INFINITY, -0.5] {
        assert_out_of_range(with(&|bad| bad.brightness[7] = value), "brightness of a pixel", value, "(1 = full scale)");
    }
    assert!(matches!(with(&|bad| bad.columns = 99), Err(Error::WrongLength { length: 8000, sites: 7920, .. })));
    assert_out_of_range(with(&|bad| bad.pixel_um = 0.9), "height of the picture", 72.0, "µm");
    for (spacing, pixel) in [(1.0, 0.5), (41.0, 2.0), (2.5, 3.0), (f64::NAN, 1.0)] {
        let coarse = picture(100, 80, pixel, |_, _| 0.5);
        let built = PictureStart::new(coarse).spacing(micrometers(spacing)).build();
        assert_out_of_range(built, "grid spacing of a picture", spacing, "µm");
    }
    for value in [f64::NAN, 19.0, 81.0] {
        assert_out_of_range(start().window(micrometers(value)).build(), "window of the picture", value, "µm");
    }
    for value in [f64::NAN, 0.5, 21.0] {
        assert_out_of_range(start().gradient_scale(micrometers(value)).build(), "scale of the gradients", value, "µm");
    }
    for value in [f64::NAN, -1.0, 21.0] {
        let built = start().direction_scale(micrometers(value)).build();
        assert_out_of_range(built, "scale of local directions", value, "µm");
    }
    for (level, quantity, value, unit) in [
        (Level::Brightness(1.5), "brightness of a level", 1.5, "(1 = full scale)"),
        (Level::OfPixels(-1.0), "percentile of a level", -1.0, "%"),
        (Level::OfHealthySites(101.0), "percentile of a level", 101.0, "%"),
    ] {
        assert_out_of_range(start().healthy(level).build(), quantity, value, unit);
        assert_out_of_range(start().empty(level).build(), quantity, value, unit);
    }
    let flat = start().empty(Level::Brightness(0.3)).healthy(Level::Brightness(0.305)).build();
    assert_message(flat, "no contrast", &["0.305", "0.3", "0.008"]);
    assert!(start().skin(&Skin { age_years: 5.0, ..Skin::young() }).build().is_err());
}

/// Claim: lesions that are nowhere, everywhere or of another size are refused.
#[test]
fn unusable_lesions_are_refused() {
    let good = picture(100, 80, 1.0, stripes(0.3, 8.0, 0.3));
    let start = |lesion| PictureStart::new(good.clone()).lesion(lesion).build();
    assert_message(start(LesionArea::Below(0.1)), "no lesion", &["lesion of the picture", "100 × 80 µm"]);
    assert_message(start(LesionArea::Above(0.1)), "all lesion", &["covers the whole picture", "brightness"]);
    for value in [f64::NAN, -0.1, 1.1] {
        let quantity = "brightness that bounds the lesion";
        assert_out_of_range(start(LesionArea::Below(value)), quantity, value, "(1 = full scale)");
    }
    let small = start(LesionArea::Bright(picture(50, 80, 1.0, |_, _| 1.0)));
    assert!(matches!(small, Err(Error::Start(StartFault::OtherSize { columns: 50, skin_columns: 100, .. }))));
    assert_message(small, "a small one", &["50 × 80 pixels", "100 × 80"]);
}

/// Claim: moments site by site become those of the tissue; what no fibers can have is refused with site and value.
#[test]
fn moments_that_fibers_cannot_have_are_refused() {
    let weave = FiberMoments::two_families(0.8, 0.3, 0.7, 2.0);
    let fibers = vec![weave; grid().sites()];
    let tissue = Tissue::from_moments(grid(), &Skin::young(), &fibers).unwrap();
    assert!((collagen(&tissue, 77) - weave).fourth_amplitude() < 1e-12 && tissue.matrix().site(77).thickness == 0.8);
    let refused = |parts: &[&str], spoil: &dyn Fn(&mut FiberMoments)| {
        let mut fibers = fibers.clone();
        spoil(&mut fibers[42]);
        let refused = Tissue::from_moments(grid(), &Skin::young(), &fibers);
        assert!(matches!(refused, Err(Error::Start(StartFault::Site { site: 42, .. }))), "{refused:?}");
        assert_message(refused, "moments", &[parts, &["site 42"]].concat());
    };
    refused(&["amount of collagen is 1.2 (1 = healthy young)", "from 0 to 1.1"], &|fibers| fibers.density = 1.2);
    refused(&["amount of collagen is NaN"], &|fibers| fibers.density = f64::NAN);
    refused(&["second moment of fibers is 1.5"], &|fibers| (fibers.c2, fibers.s2) = (0.0, 1.5));
    refused(&["fourth moment of fibers"], &|fibers| fibers.c4 = 0.8);
    refused(&["fourth moment of fibers is NaN"], &|fibers| fibers.s4 = f64::NAN);
    let few = Tissue::from_moments(grid(), &Skin::young(), &fibers[1..]);
    assert!(matches!(few, Err(Error::WrongLength { length: 2499, sites: 2500, .. })));
}

/// Claim: without the feature `tiff`, a TIFF file is refused with what helps.
#[cfg(not(feature = "tiff"))]
#[test]
fn tiff_files_need_their_feature() {
    let path = folder().join("stripes.tif");
    std::fs::write(&path, b"II*\0and so on").unwrap();
    assert_message(read_picture(&path, None), "a TIFF file", &["stripes.tif", "feature `tiff`", "PNG"]);
}

#[cfg(feature = "tiff")]
mod tiff_files {
    use super::*;
    use tiff::encoder::colortype::{self, ColorType};
    use tiff::encoder::{Compression, DeflateLevel, Rational, TiffEncoder, TiffValue};
    use tiff::tags::{ResolutionUnit, Tag};

    /// What a file says of the size of its pixels.
    #[derive(Clone, Copy)]
    enum Stated {
        Nothing,
        Per(ResolutionUnit, u32),
        ByImageJ(u32),
    }

    /// The same stripes, with a second page that is black.
    fn write<C: ColorType>(path: &Path, stated: Stated, channels: usize, of_share: impl Fn(f64) -> C::Inner)
    where
        [C::Inner]: TiffValue,
    {
        let of = stripes(0.5, 12.0, 0.4);
        let share = |index: usize| {
            let pixel = index / channels;
            of((pixel % 60) as f64 + 0.5, 39.5 - (pixel / 60) as f64)
        };
        let shown: Vec<_> = (0..2400 * channels).map(|index| of_share(share(index))).collect();
        let black: Vec<_> = (0..2400 * channels).map(|_| of_share(0.0)).collect();
        let compression = match stated {
            Stated::Nothing => Compression::Uncompressed,
            Stated::Per(..) => Compression::Deflate(DeflateLevel::Balanced),
            Stated::ByImageJ(_) => Compression::Lzw,
        };
        let encoder = TiffEncoder::new(File::create(path).unwrap()).unwrap();
        let mut encoder = encoder.with_compression(compression);
        for page in [shown, black] {
            let mut image = encoder.new_image::<C>(60, 40).unwrap();
            let once = |n| Rational { n, d: 1 };
            match stated {
                Stated::Nothing => image.resolution_unit(ResolutionUnit::None),
                Stated::Per(unit, number) => image.resolution(unit, once(number)),
                Stated::ByImageJ(number) => {
                    image.resolution(ResolutionUnit::None, once(number));
                    let about = "ImageJ=1.53t\nunit=micron\n";
                    image.encoder().write_tag(Tag::ImageDescription, about).unwrap();
                }
            }
            image.write_data(&page).unwrap();
        }
    }

    /// Claim: gray and colored TIFF files of 8 and 16 bits give the same picture as PNG files do, from their first page, and
    /// the side of a pixel by their resolution.
    #[test]
    fn tiff_files_of_all_kinds_are_read() {
        let path = folder().join("stripes.tif");
        let expected = picture(60, 40, 1.0, stripes(0.5, 12.0, 0.4));
        let eight = |share: f64| (share * 255.0).round() as u8;
        let sixteen = |share: f64| (share * 65_535.0).round() as u16;
        let is_read = |side: f64, step: f64| {
            let read = read_picture(&path, None).unwrap();
            assert_eq!((read.columns, read.rows), (60, 40));
            assert!((read.pixel_um - side).abs() < 1e-9, "{}", read.pixel_um);
            let worst = read.brightness.iter().zip(&expected.brightness).map(|(one, other)| (one - other).abs());
            assert!(worst.fold(0.0, f64::max) < 0.51 * step);
        };
        write::<colortype::Gray8>(&path, Stated::Per(ResolutionUnit::Centimeter, 20_000), 1, eight);
        is_read(0.5, 1.0 / 255.0);
        write::<colortype::Gray16>(&path, Stated::Per(ResolutionUnit::Inch, 25_400), 1, sixteen);
        is_read(1.0, 1.0 / 65_535.0);
        write::<colortype::RGB8>(&path, Stated::ByImageJ(4), 3, eight);
        is_read(0.25, 1.0 / 255.0);
        write::<colortype::RGB16>(&path, Stated::ByImageJ(2), 3, sixteen);
        is_read(0.5, 1.0 / 65_535.0);
        let tissue = start(read_picture(&path, Some(micrometers(2.0))).unwrap()).build().unwrap();
        assert!(between_axes(collagen(&tissue, 9).mean_angle(), 0.5) < 0.5);
    }

    /// Claim: files without a size of pixels, of other numbers, or cut short are refused.
    #[test]
    fn unusable_tiff_files_are_refused() {
        let path = folder().join("stripes.tif");
        let told = |parts: &[&str]| {
            assert_message(read_picture(&path, None), "the file", &[parts, &["stripes.tif"]].concat());
        };
        let eight = |share: f64| (share * 255.0).round() as u8;
        write::<colortype::Gray8>(&path, Stated::Nothing, 1, eight);
        told(&["does not say how large a pixel is"]);
        write::<colortype::Gray8>(&path, Stated::Per(ResolutionUnit::Inch, 72), 1, eight);
        told(&["352.7", "from 0.01 to 20 µm"]);
        write::<colortype::Gray32Float>(&path, Stated::ByImageJ(1), 1, |share| share as f32);
        told(&["cannot be read as a picture", "8 or 16 bits"]);
        write::<colortype::Gray8>(&path, Stated::ByImageJ(1), 1, eight);
        let whole = std::fs::read(&path).unwrap();
        for length in [5, 100, whole.len() / 2] {
            std::fs::write(&path, &whole[..length]).unwrap();
            told(&["cannot be read as a picture"]);
        }
    }
}
