//! Color maps that turn a fraction of a scale into a color.
//!
//! Each map is a table of 256 colors that differ from one to the next by equal steps to the eye, so that a step in the
//! picture is a step in the data; they stay readable with the common color vision deficiencies.
use nalgebra::{Matrix3, Vector3};
use std::sync::LazyLock;

/// Color of a value that is not a number: a neutral gray, red-green-blue, 0 to 255.
///
/// It is darker than the pale gray of faded panels, so that "no value" and "no common
/// direction" stay distinguishable.
pub const MISSING: [u8; 3] = [150, 150, 150];

/// Color of empty paper.
pub(super) const PAPER_WHITE: [u8; 3] = [255, 255, 255];

/// Dark blue over green and orange to pink, with steadily growing lightness.
const SEQUENTIAL: [[u8; 3]; 10] = [
    [1, 25, 89],
    [16, 63, 96],
    [28, 90, 98],
    [60, 109, 86],
    [104, 123, 62],
    [157, 137, 43],
    [210, 147, 67],
    [248, 161, 123],
    [253, 183, 188],
    [250, 204, 250],
];

/// Dark blue over near-white to dark red; the middle entry is the neutral one.
const DIVERGING: [[u8; 3]; 9] = [
    [0, 18, 97],
    [6, 68, 129],
    [51, 125, 167],
    [146, 188, 209],
    [236, 229, 224],
    [220, 172, 143],
    [195, 113, 67],
    [145, 47, 12],
    [89, 0, 8],
];

/// Pale over pink to magenta, as collagen stained with eosin; lightness falls steadily.
const STAIN: [[u8; 3]; 5] = [[252, 246, 248], [248, 214, 224], [238, 160, 188], [214, 96, 146], [158, 40, 98]];

/// Closed loop over plum, ochre, green, and blue; the last entry repeats the first.
///
/// No entry is close to white or gray, because fading to pale gray carries a meaning.
const CYCLIC: [[u8; 3]; 9] = [
    [115, 57, 87],
    [150, 72, 56],
    [184, 122, 48],
    [207, 188, 84],
    [172, 212, 140],
    [112, 196, 194],
    [72, 148, 194],
    [84, 96, 164],
    [115, 57, 87],
];

/// Family of colors that a scale runs through.
///
/// ```
/// use dermaweave::report::{ColorMap, MISSING};
/// assert_eq!(ColorMap::Sequential.color(0.0), [1, 25, 89]);
/// assert_eq!(ColorMap::Cyclic.color(0.0), ColorMap::Cyclic.color(1.0));
/// assert_eq!(ColorMap::Diverging.color(f64::NAN), MISSING);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColorMap {
    /// For amounts that grow from low to high: dark blue, green, orange, pink.
    Sequential,
    /// For differences around a neutral middle: blue, near-white, red.
    Diverging,
    /// For axial angles, where both ends (0 and 180 degrees) are the same direction.
    Cyclic,
    /// For histological pictures: pale to deep pink.
    Stain,
}

impl ColorMap {
    /// Color at a dimensionless `fraction` of the scale, as red-green-blue from 0 to 255.
    ///
    /// Fractions outside 0 to 1 take the color of the nearer end; not-a-number gives
    /// [`MISSING`].
    pub fn color(self, fraction: f64) -> [u8; 3] {
        if fraction.is_nan() {
            return MISSING;
        }
        self.table()[(fraction.clamp(0.0, 1.0) * (COLORS - 1) as f64 + 0.5) as usize]
    }

    /// Its colors from low to high.
    pub fn table(self) -> &'static [[u8; 3]; 256] {
        static SEQUENTIAL_TABLE: LazyLock<Table> = LazyLock::new(|| even_steps(&[&SEQUENTIAL]));
        // Each half for itself, so that the neutral color stays in the middle.
        static DIVERGING_TABLE: LazyLock<Table> = LazyLock::new(|| even_steps(&[&DIVERGING[..5], &DIVERGING[4..]]));
        static CYCLIC_TABLE: LazyLock<Table> = LazyLock::new(|| even_steps(&[&CYCLIC]));
        static STAIN_TABLE: LazyLock<Table> = LazyLock::new(|| even_steps(&[&STAIN]));
        match self {
            Self::Sequential => &SEQUENTIAL_TABLE,
            Self::Diverging => &DIVERGING_TABLE,
            Self::Cyclic => &CYCLIC_TABLE,
            Self::Stain => &STAIN_TABLE,
        }
    }
}

const COLORS: usize = 256;

type Table = [[u8; 3]; COLORS];

/// A table that runs through parts of equal length, each through its control colors by equal steps to the eye: straight lines in
/// Oklab, where distance is difference seen (Ottosson 2020, <https://bottosson.github.io/posts/oklab>).
fn even_steps(parts: &[&[[u8; 3]]]) -> Table {
    let paths: Vec<Vec<[f64; 3]>> = parts.iter().map(|part| part.iter().map(|color| oklab(*color)).collect()).collect();
    std::array::from_fn(|index| {
        let position = index as f64 / (COLORS - 1) as f64 * paths.len() as f64;
        let part = (position as usize).min(paths.len() - 1);
        color_of(along(&paths[part], position - part as f64))
    })
}

/// The point at a share of the length of a path.
fn along(path: &[[f64; 3]], share: f64) -> [f64; 3] {
    let length = |pair: &[[f64; 3]]| (0..3).map(|axis| (pair[1][axis] - pair[0][axis]).powi(2)).sum::<f64>().sqrt();
    let mut left = share * path.windows(2).map(length).sum::<f64>();
    for pair in path.windows(2) {
        let step = length(pair);
        if left <= step {
            return std::array::from_fn(|axis| pair[0][axis] + (pair[1][axis] - pair[0][axis]) * left / step);
        }
        left -= step;
    }
    path[path.len() - 1]
}

/// Responses of the three cones to linear red, green and blue, and Oklab's axes of their cube roots.
const CONES: [[f64; 3]; 3] = [
    [0.412_221_470_8, 0.536_332_536_3, 0.051_445_992_9],
    [0.211_903_498_2, 0.680_699_545_1, 0.107_396_956_6],
    [0.088_302_461_9, 0.281_718_837_6, 0.629_978_700_5],
];
const AXES: [[f64; 3]; 3] = [
    [0.210_454_255_3, 0.793_617_785_0, -0.004_072_046_8],
    [1.977_998_495_1, -2.428_592_205_0, 0.450_593_709_9],
    [0.025_904_037_1, 0.782_771_766_2, -0.808_675_766_0],
];

fn oklab(color: [u8; 3]) -> [f64; 3] {
    let linear = |part: u8| {
        let part = f64::from(part) / 255.0;
        if part <= 0.040_45 { part / 12.92 } else { libm::pow((part + 0.055) / 1.055, 2.4) }
    };
    let cones = Matrix3::from(CONES).transpose() * Vector3::from(color.map(linear));
    (Matrix3::from(AXES).transpose() * cones.map(libm::cbrt)).into()
}

fn color_of(lab: [f64; 3]) -> [u8; 3] {
    let inverse = |matrix: [[f64; 3]; 3]| Matrix3::from(matrix).transpose().try_inverse().unwrap_or_default();
    let cones = (inverse(AXES) * Vector3::from(lab)).map(|root| root * root * root);
    let linear: [f64; 3] = (inverse(CONES) * cones).into();
    linear.map(|part| {
        let part = part.clamp(0.0, 1.0);
        let part = if part <= 0.003_130_8 { 12.92 * part } else { 1.055 * libm::pow(part, 1.0 / 2.4) - 0.055 };
        (255.0 * part + 0.5) as u8
    })
}

/// Mixes two red-green-blue colors; `weight` is the dimensionless share of `second`, 0 to 1.
pub fn blend(first: [u8; 3], second: [u8; 3], weight: f64) -> [u8; 3] {
    let weight = weight.clamp(0.0, 1.0);
    std::array::from_fn(|channel| {
        let start = f64::from(first[channel]);
        let end = f64::from(second[channel]);
        // Rounds, without a call: colors are not negative.
        (start + (end - start) * weight + 0.5) as u8
    })
}

#[cfg(test)]
mod tests {
    use super::{ColorMap, MISSING, blend};

    const ALL: [ColorMap; 4] = [ColorMap::Sequential, ColorMap::Diverging, ColorMap::Cyclic, ColorMap::Stain];

    #[test]
    fn fractions_outside_the_scale_take_the_end_colors() {
        for map in ALL {
            assert_eq!(map.color(-3.0), map.color(0.0));
            assert_eq!(map.color(7.0), map.color(1.0));
            assert_eq!(map.color(f64::INFINITY), map.color(1.0));
            assert_eq!(map.color(f64::NEG_INFINITY), map.color(0.0));
        }
    }

    #[test]
    fn missing_values_are_gray_in_every_map() {
        for map in ALL {
            assert_eq!(map.color(f64::NAN), MISSING);
        }
    }

    #[test]
    fn cyclic_map_closes_and_diverging_map_is_pale_in_the_middle() {
        assert_eq!(ColorMap::Cyclic.color(0.0), ColorMap::Cyclic.color(1.0));
        assert!(ColorMap::Diverging.color(0.5).iter().all(|&c| c > 220));
    }

    /// Claim: neighbors in every table differ by nearly the same to the eye, but where a diverging map has two halves.
    #[test]
    fn steps_are_even_to_the_eye() {
        for map in ALL {
            let table = map.table();
            let steps: Vec<f64> = table
                .windows(9)
                .map(|colors| {
                    let (first, last) = (super::oklab(colors[0]), super::oklab(colors[8]));
                    (0..3).map(|axis| (last[axis] - first[axis]).powi(2)).sum::<f64>().sqrt()
                })
                .collect();
            let halves = if map == ColorMap::Diverging { 2 } else { 1 };
            for half in steps.chunks(steps.len() / halves) {
                let mean = half.iter().sum::<f64>() / half.len() as f64;
                let even = half.iter().filter(|step| (*step / mean - 1.0).abs() < 0.25).count();
                // At the corners of a path, a chord of eight steps is shorter.
                assert!(even as f64 > 0.85 * half.len() as f64, "{map:?}: {even} of {}", half.len());
            }
        }
        assert_eq!(super::color_of(super::oklab([12, 200, 97])), [12, 200, 97]);
    }

    #[test]
    fn sequential_map_grows_in_lightness() {
        let lightness = |step: u32| {
            let [red, green, blue] = ColorMap::Sequential.color(f64::from(step) / 20.0).map(f64::from);
            0.2126 * red + 0.7152 * green + 0.0722 * blue
        };
        assert!((0..20).all(|step| lightness(step) < lightness(step + 1)));
    }

    #[test]
    fn blend_interpolates_linearly() {
        assert_eq!(blend([0, 100, 255], [200, 100, 55], 0.5), [100, 100, 155]);
        assert_eq!(blend([0; 3], [200; 3], 9.0), [200; 3]);
    }
}
