//! Pictures drawn by tests, with known fibers in them.
#![allow(dead_code, reason = "each test file uses some of it")]
use dermaweave::measure::{OrientationDistribution, Picture};
use dermaweave::{FiberMoments, Tissue};
use std::f64::consts::PI;

/// Side of a site in µm; 21 × 21 of them are a tile with fibers of its own.
pub const SPACING: f64 = 40.0;
pub const TILE: usize = 840;
/// Tiles along a side of the picture.
pub const TILES: usize = 4;
const SIDE: usize = TILE * TILES;
/// Length of a fiber in µm.
const LENGTH: f64 = 120.0;

/// The SplitMix64 generator (Steele 2014, doi:10.1145/2660193.2660195).
pub struct Random(pub u64);

impl Random {
    /// From 0 to 1.
    pub fn share(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) >> 11) as f64 * 0.5_f64.powi(53)
    }

    /// Of standard deviation 1, nearly normal.
    pub fn deviate(&mut self) -> f64 {
        (0..12).map(|_| self.share()).sum::<f64>() - 6.0
    }
}

/// A picture of square pixels from its brightness at (x, y) in µm.
pub fn picture(columns: usize, rows: usize, pixel_um: f64, mut of: impl FnMut(f64, f64) -> f64) -> Picture {
    let center = |index: usize| (index as f64 + 0.5) * pixel_um;
    let brightness = (0..columns * rows).map(|pixel| of(center(pixel % columns), center(pixel / columns))).collect();
    Picture { columns, rows, pixel_um, brightness }
}

/// Stripes along an axis (radians), of a period in µm, around a middle brightness of 0.5.
pub fn stripes(axis: f64, period: f64, contrast: f64) -> impl Fn(f64, f64) -> f64 {
    let (sine, cosine) = axis.sin_cos();
    move |x, y| 0.5 + contrast * (std::f64::consts::TAU * (y * cosine - x * sine) / period).sin()
}

/// How far two axes lie apart, in degrees.
pub fn between_axes(one: f64, other: f64) -> f64 {
    let turned = one - other;
    (turned - PI * (turned / PI).round()).abs().to_degrees()
}

/// How the fibers of a tile are drawn: how many, and how wide in µm.
#[derive(Clone, Copy)]
pub struct Drawing {
    pub lines: usize,
    pub width: f64,
}

/// One family, crossing families or none, along any axis.
pub fn fibers_of(tile: usize) -> FiberMoments {
    let spread = |step: f64| ((tile as f64 + 0.5) * step).fract();
    let (axis, order) = (PI * spread(0.618_034), spread(0.754_878));
    match tile % 4 {
        0 => FiberMoments::isotropic(1.0),
        1 => FiberMoments::two_families(1.0, axis, 0.4 + 0.5 * order, 2.0 + 3.0 * order),
        _ => FiberMoments::one_family(1.0, axis, 0.1 + 0.85 * order),
    }
}

/// As many directions, below each of which lies an even share of the fibers.
fn directions(fibers: &FiberMoments, count: usize) -> Vec<f64> {
    const BINS: usize = 720;
    let (z2, z4) = (fibers.mean_second(), fibers.mean_fourth());
    let distribution = OrientationDistribution::from_moments([z2.0, z2.1], [z4.0, z4.1]);
    let (mut below, mut found) = (0.0, Vec::new());
    let share = |number: usize| (number as f64 + 0.5) / count as f64;
    for (bin, mass) in distribution.histogram(BINS).unwrap().into_iter().enumerate() {
        while found.len() < count && share(found.len()) <= below + mass {
            found.push((bin as f64 + (share(found.len()) - below) / mass) * PI / BINS as f64);
        }
        below += mass;
    }
    assert_eq!(found.len(), count);
    found
}

/// Straight fibers with round ends in all tiles, at random places, none of which leaves its own tile.
pub fn drawn(drawing: Drawing) -> Picture {
    let mut picture = picture(SIDE, SIDE, 1.0, |_, _| 0.0);
    let mut random = Random(1);
    for tile in 0..TILES * TILES {
        for direction in directions(&fibers_of(tile), drawing.lines) {
            let margin = 0.5 * LENGTH + drawing.width;
            let mut place =
                |first: usize| (first * TILE) as f64 + margin + (TILE as f64 - 2.0 * margin) * random.share();
            let (x, y) = (place(tile % TILES), place(tile / TILES));
            draw(&mut picture, x, y, direction, drawing.width);
        }
    }
    picture
}

/// Brightens pixels as far as a fiber covers them, with edges one pixel soft.
fn draw(picture: &mut Picture, x: f64, y: f64, direction: f64, width: f64) {
    let (sine, cosine) = direction.sin_cos();
    let reach = 0.5 * LENGTH + width;
    let pixels = |middle: f64| (middle - reach) as usize..((middle + reach) as usize + 1).min(SIDE);
    for row in pixels(y) {
        for column in pixels(x) {
            let (x, y) = (column as f64 + 0.5 - x, row as f64 + 0.5 - y);
            let beyond_end = ((x * cosine + y * sine).abs() - 0.5 * LENGTH).max(0.0);
            let distance = beyond_end.hypot(y * cosine - x * sine);
            let pixel = &mut picture.brightness[row * SIDE + column];
            *pixel = pixel.max((0.5 * width + 0.5 - distance).clamp(0.0, 1.0));
        }
    }
}

/// The fibers in the middle of each tile.
pub fn of_tiles(tissue: &Tissue) -> Vec<FiberMoments> {
    let middle = |index: usize| (index as f64 + 0.5) * TILE as f64;
    let site = |tile: usize| tissue.grid().site_at(middle(tile % TILES), middle(tile / TILES));
    (0..TILES * TILES).map(|tile| tissue.matrix().site(site(tile)).collagen()).collect()
}
