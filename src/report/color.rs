//! Color maps that turn a fraction of a scale into a color.
//!
//! The maps change evenly in lightness and stay readable with the common color vision
//! deficiencies, so a step in the picture corresponds to a step in the data.

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
        let table = self.table();
        let position = fraction.clamp(0.0, 1.0) * (table.len() - 1) as f64;
        let lower = (position.floor() as usize).min(table.len() - 2);
        blend(table[lower], table[lower + 1], position - lower as f64)
    }

    /// Control colors at equal distances along the scale; at least two.
    fn table(self) -> &'static [[u8; 3]] {
        match self {
            Self::Sequential => &SEQUENTIAL,
            Self::Diverging => &DIVERGING,
            Self::Cyclic => &CYCLIC,
            Self::Stain => &STAIN,
        }
    }
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
