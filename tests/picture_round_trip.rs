//! Fibers drawn into pictures from known moments and measured again; what noise does to them; what others measure.
#[path = "common/drawn.rs"]
mod drawn;

use dermaweave::measure::Picture;
use dermaweave::picture::{Level, PictureStart};
use dermaweave::report::write_file;
use dermaweave::{Length, Tissue};
use drawn::{Drawing, Random, SPACING, TILE, between_axes, fibers_of, of_tiles, picture, stripes};
use std::f64::consts::PI;
use std::fs::File;

fn start(picture: Picture) -> PictureStart {
    let start = PictureStart::new(picture).spacing(Length::micrometers(SPACING));
    start.window(Length::micrometers(TILE as f64)).healthy(Level::Brightness(0.5))
}

fn distance(one: (f64, f64), other: (f64, f64)) -> f64 {
    (one.0 - other.0).hypot(one.1 - other.1)
}

/// What is farthest off of all tiles.
#[derive(Debug, Default)]
struct Worst {
    second: f64,
    fourth: f64,
    axis: f64,
}

fn worst(tissue: &Tissue) -> Worst {
    let mut worst = Worst::default();
    for (tile, found) in of_tiles(tissue).iter().enumerate() {
        let fibers = fibers_of(tile);
        worst.second = worst.second.max(distance(found.mean_second(), fibers.mean_second()));
        worst.fourth = worst.fourth.max(distance(found.mean_fourth(), fibers.mean_fourth()));
        if fibers.resultant_length() > 0.2 {
            worst.axis = worst.axis.max(between_axes(found.mean_angle(), fibers.mean_angle()));
        }
    }
    worst
}

/// Claim: fibers that are drawn from moments give these moments again. Where they hardly cross, second ones come within 0.04 and
/// fourth ones within 0.08; where they cover the picture half, within 0.06 and 0.15; the axis within 1° wherever R > 0.2.
/// The plain structure tensor is lowered by ends and crossings.
#[test]
fn drawn_fibers_give_their_moments_again() {
    for (drawing, second, fourth) in
        [(Drawing { lines: 200, width: 1.5 }, 0.04, 0.08), (Drawing { lines: 1000, width: 3.0 }, 0.06, 0.15)]
    {
        let picture = drawn::drawn(drawing);
        let found = worst(&start(picture.clone()).build().unwrap());
        let plain = worst(&start(picture).direction_scale(Length::micrometers(0.0)).build().unwrap());
        println!("{} lines: {found:.3?}, plain structure tensor: {plain:.3?}", drawing.lines);
        assert!(found.second < second && found.fourth < fourth && found.axis < 1.0, "{found:?}");
        assert!(found.second < plain.second, "{found:?} {plain:?}");
    }
}

/// Claim: white noise of standard deviation n adds the energy n²/(4π s⁴) per pixel to that of the fibers. Stripes
/// 0.5 + a sin(kx) have a² k² e^{−k²s²}/2. So the plain structure tensor is lowered by the share of the noise, within 0.03, and
/// averaged directions are lowered less.
#[test]
fn noise_lowers_the_resultant_length_as_stated() {
    let (axis, period, contrast, scale) = (0.7_f64, 12.0, 0.2, 1.5_f64);
    let wave = 2.0 * PI / period;
    let of_stripes = 0.5 * (contrast * wave).powi(2) * (-(wave * scale).powi(2)).exp();
    for noise in [0.05, 0.1, 0.2] {
        let mut random = Random(3);
        let clean = stripes(axis, period, contrast);
        let noisy = picture(400, 400, 1.0, |x, y| 2.0 + clean(x, y) + noise * random.deviate());
        let start = PictureStart::new(noisy).spacing(Length::micrometers(40.0)).window(Length::micrometers(360.0));
        let length = |direction_scale: f64| {
            let start = start.clone().direction_scale(Length::micrometers(direction_scale));
            let fibers = start.healthy(Level::OfPixels(50.0)).build().unwrap().matrix().site(44).collagen();
            assert!(between_axes(fibers.mean_angle(), axis) < 1.0);
            fibers.resultant_length()
        };
        let of_noise = noise * noise / (4.0 * PI * scale.powi(4));
        let (plain, expected) = (length(0.0), of_stripes / (of_stripes + of_noise));
        println!("noise {noise}: R {plain:.3}, stated {expected:.3}, averaged {:.3}", length(scale));
        assert!((plain - expected).abs() < 0.03, "{plain} {expected}");
        assert!(length(scale) > plain);
    }
}

/// Claim: noise alone has no direction.
#[test]
fn noise_alone_has_no_direction() {
    let mut random = Random(5);
    let noise = picture(400, 400, 1.0, |_, _| 0.5 + 0.05 * random.deviate());
    let tissue = start_of_noise(noise).build().unwrap();
    let fibers = tissue.matrix().site(44).collagen();
    assert!(fibers.resultant_length() < 0.06 && fibers.fourth_amplitude() < 0.06, "{fibers:?}");
}

fn start_of_noise(noise: Picture) -> PictureStart {
    PictureStart::new(noise).spacing(Length::micrometers(40.0)).window(Length::micrometers(360.0))
}

/// What another implementation is to measure again is written to the folder that `DERMAWEAVE_PICTURE` names: a picture of drawn
/// fibers with 8 bits, one pixel per µm, and the moments of windows of it, rows upward.
#[test]
fn a_picture_for_other_readers() {
    let usual = || std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("picture").into();
    let folder = std::path::PathBuf::from(std::env::var_os("DERMAWEAVE_PICTURE").unwrap_or_else(usual));
    std::fs::create_dir_all(&folder).unwrap();
    let whole = drawn::drawn(Drawing { lines: 1500, width: 4.0 });
    let cut = picture(800, 600, 1.0, |x, y| whole.brightness[(y as usize + 500) * whole.columns + x as usize + 500]);
    let path = folder.join("fibers.png");
    let mut encoder = png::Encoder::new(File::create(&path).unwrap(), 800, 600);
    encoder.set_color(png::ColorType::Grayscale);
    let rows = cut.brightness.chunks(800).rev().flatten();
    let bytes: Vec<u8> = rows.map(|brightness| (brightness * 255.0).round() as u8).collect();
    encoder.write_header().unwrap().write_image_data(&bytes).unwrap();

    let read = dermaweave::picture::read_picture(&path, Some(Length::micrometers(1.0))).unwrap();
    let windows = |direction_scale: f64| {
        // Also what is black gets an amount, so that its directions are seen.
        let start = PictureStart::new(read.clone()).empty(Level::Brightness(1.0)).healthy(Level::Brightness(0.0));
        let start = start.spacing(Length::micrometers(40.0));
        let start =
            start.gradient_scale(Length::micrometers(3.0)).direction_scale(Length::micrometers(direction_scale));
        let tissue = start.build().unwrap();
        let moments = |site: dermaweave::matrix::Site| {
            let ((c2, s2), (c4, s4)) = (site.collagen().mean_second(), site.collagen().mean_fourth());
            [c2, s2, c4, s4]
        };
        let moments: Vec<_> = tissue.matrix().sites().map(moments).collect();
        serde_json::json!({ "direction_scale": direction_scale, "moments": moments })
    };
    let written = serde_json::json!({
        "gradient_scale": 3.0, "window": 40, "columns": 20, "rows": 15, "measured": [windows(0.0), windows(3.0)],
    });
    write_file(folder.join("moments.json"), written.to_string().as_bytes()).unwrap();
}
