//! One collagen bundle as it is drawn into a picture.
use super::picture::Picture;

/// Distance from its crest beyond which a bundle is not drawn, in half widths: it covers 2 % there.
const FADED: f64 = 1.65;
/// Share of a pixel below which what lies under it is not seen.
const HIDDEN: f64 = 0.01;
/// Second wave of the fibers in units of the first: the golden ratio, so that they never repeat.
const SECOND_FIBER_WAVE: f64 = 1.618_033_988_749_895;

/// A wavy ribbon of parallel fibers; lengths in µm, angles in radians.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Bundle {
    /// Middle, from the middle of the picture.
    pub x: f64,
    pub y: f64,
    /// Axis.
    pub direction: f64,
    /// Full width where it half covers what lies below.
    pub width: f64,
    pub length: f64,
    /// Brightness of its middle.
    pub brightness: f64,
    /// Wave number (1/µm), amplitude and phase of the crimp.
    pub crimp_wave: f64,
    pub crimp_amplitude: f64,
    pub crimp_phase: f64,
    /// Wave number (1/µm), contrast and phase of the fibers across it.
    pub fiber_wave: f64,
    pub fiber_contrast: f64,
    pub fiber_phase: f64,
    /// Place in the stack: bundles of larger height cover those below.
    pub height: f64,
}

impl Bundle {
    /// Draws it below what the picture shows so far; `clear` is the share of every pixel that
    /// nothing covers yet.
    pub fn draw_below(&self, picture: &mut Picture, clear: &mut [f64]) {
        let (sine, cosine) = self.direction.sin_cos();
        let (half_width, half_length) = (0.5 * self.width, 0.5 * self.length);
        let thick = FADED * half_width + self.crimp_amplitude;
        let pixel_um = picture.pixel_um;
        let offset = |pixel: usize, pixels: usize| (pixel as f64 - 0.5 * (pixels as f64 - 1.0)) * pixel_um;
        let (columns, rows) = (picture.columns, picture.rows);
        let lines = picture.brightness.chunks_mut(columns).zip(clear.chunks_mut(columns));
        for (row, (line, clear)) in lines.enumerate() {
            let y = offset(row, rows) - self.y;
            let (first, last) = within(cosine, y * sine, half_length);
            let (left, right) = within(-sine, y * cosine, thick);
            let column = |x: f64| (x + self.x) / pixel_um + 0.5 * (columns as f64 - 1.0);
            let begin = column(first.max(left)).ceil().clamp(0.0, columns as f64) as usize;
            let end = (column(last.min(right)).floor() + 1.0).clamp(begin as f64, columns as f64) as usize;
            for pixel in begin..end {
                if clear[pixel] > HIDDEN {
                    let x = offset(pixel, columns) - self.x;
                    let (cover, brightness) = self.appearance(x * cosine + y * sine, y * cosine - x * sine);
                    line[pixel] += clear[pixel] * cover * brightness;
                    clear[pixel] *= 1.0 - cover;
                }
            }
        }
    }

    /// How much it covers (0 to 1), and its brightness, at a point along and across its axis.
    fn appearance(&self, along: f64, across: f64) -> (f64, f64) {
        let from_crest = across - self.crimp_amplitude * (self.crimp_wave * along + self.crimp_phase).sin();
        let taper = 1.0 - (2.0 * along / self.length).powi(4);
        let relative = 4.0 * (from_crest / self.width).powi(2) / taper.max(1e-3);
        let cover = 1.0 / (1.0 + relative.powi(4));
        let wave = self.fiber_wave * from_crest + self.fiber_phase;
        let fibers = 1.0 + 0.5 * self.fiber_contrast * (wave.cos() + (SECOND_FIBER_WAVE * wave).cos());
        // A bundle is round: its edges are thinner and so darker.
        (cover, self.brightness * fibers * (0.4 + 0.6 * cover))
    }
}

/// Where |slope x + offset| ≤ half, as (first, last); nothing gives first > last.
fn within(slope: f64, offset: f64, half: f64) -> (f64, f64) {
    if slope.abs() < 1e-9 {
        let everywhere = offset.abs() <= half;
        return if everywhere { (f64::NEG_INFINITY, f64::INFINITY) } else { (f64::INFINITY, f64::NEG_INFINITY) };
    }
    let (one, other) = ((-half - offset) / slope, (half - offset) / slope);
    (one.min(other), one.max(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn straight(direction: f64) -> Bundle {
        let (crimp_wave, crimp_amplitude, crimp_phase) = (0.1, 0.0, 0.0);
        let (fiber_wave, fiber_contrast, fiber_phase) = (1.0, 0.0, 0.0);
        let (width, length, brightness, height) = (20.0, 100.0, 0.8, 0.0);
        let (x, y) = (5.0, -3.0);
        Bundle {
            x,
            y,
            direction,
            width,
            length,
            brightness,
            crimp_wave,
            crimp_amplitude,
            crimp_phase,
            fiber_wave,
            fiber_contrast,
            fiber_phase,
            height,
        }
    }

    fn drawn(bundle: &Bundle) -> (Picture, Vec<f64>) {
        let mut picture = Picture { columns: 160, rows: 140, pixel_um: 1.0, brightness: vec![0.0; 160 * 140] };
        let mut clear = vec![1.0; 160 * 140];
        bundle.draw_below(&mut picture, &mut clear);
        (picture, clear)
    }

    /// Claim: a bundle covers its area around its middle, along its direction.
    /// Area = W L ∫₀¹√(1 − u⁴)du · ∫₀^1.65 dr/(1 + r⁸) = W L · 0.8740 · 1.022; narrower ends are cut off
    /// less, and the rim of the pixels is coarse: 1 %.
    #[test]
    fn bundle_covers_its_area_along_its_direction() {
        for direction in [0.0_f64, 0.4, 1.3, std::f64::consts::FRAC_PI_2, 2.5] {
            let (_, clear) = drawn(&straight(direction));
            let mut sums = [0.0; 6];
            for (pixel, clear) in clear.iter().enumerate() {
                let (x, y) = ((pixel % 160) as f64 - 79.5 - 5.0, (pixel / 160) as f64 - 69.5 + 3.0);
                let terms = [1.0, x, y, x * x, x * y, y * y];
                sums.iter_mut().zip(terms).for_each(|(sum, term)| *sum += (1.0 - clear) * term);
            }
            assert!((sums[0] / (20.0 * 100.0 * 0.8740 * 1.022) - 1.0).abs() < 0.01, "{direction} {}", sums[0]);
            assert!((sums[1] / sums[0]).abs() < 0.1 && (sums[2] / sums[0]).abs() < 0.1);
            let axis = (2.0 * sums[4]).atan2(sums[3] - sums[5]);
            assert!((axis - 2.0 * direction).sin().abs() < 5e-3 && (axis - 2.0 * direction).cos() > 0.0);
        }
    }

    /// Claim: what is drawn below a bundle shows only where the bundle leaves the picture clear.
    #[test]
    fn upper_bundles_hide_lower_ones() {
        let (mut picture, mut clear) = drawn(&straight(0.3));
        let alone = picture.clone();
        Bundle { brightness: 1.0, ..straight(1.8) }.draw_below(&mut picture, &mut clear);
        let middle = |picture: &Picture| picture.brightness[67 * 160 + 84];
        assert!((middle(&picture) - middle(&alone)).abs() < 1e-6 && middle(&alone) > 0.79);
        assert_ne!(picture, alone);
    }
}
