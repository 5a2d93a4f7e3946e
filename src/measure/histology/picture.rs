//! The collagen orientation index of a picture, measured the way histologists do: by an ellipse
//! fitted to its two-dimensional power spectrum.
use rustfft::FftPlanner;
use rustfft::num_complex::Complex;
use serde::{Deserialize, Serialize};
use std::f64::consts::PI;

/// Periods that fit into the shorter side at the lower end of the band: slower ones are the frame,
/// since the window function alone spreads the mean over two.
const LOWEST_FREQUENCY: f64 = 3.0;
/// Pixels per period at the upper end of the band: shorter periods are pixel noise.
const SHORTEST_PERIOD: f64 = 4.0;
/// Share of the picture's power below which the band holds round-off only.
const FLAT: f64 = 1e-20;

/// A gray picture of square pixels.
///
/// ```
/// use dermaweave::measure::Picture;
/// // Stripes 8 pixels apart: parallel along any axis.
/// let stripes = |column: usize, row: usize| (0.5 * (column + row) as f64).sin();
/// let brightness = (0..64 * 64).map(|pixel| stripes(pixel % 64, pixel / 64)).collect();
/// let picture = Picture { columns: 64, rows: 64, pixel_um: 1.0, brightness };
/// assert!(picture.collagen_orientation_index() > 0.9);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Picture {
    /// Pixels along x.
    pub columns: usize,
    /// Pixels along y.
    pub rows: usize,
    /// Side of a pixel in µm.
    #[serde(with = "crate::reading::number")]
    pub pixel_um: f64,
    /// Brightness, 0 dark; pixel `row * columns + column`, rows upward.
    #[serde(with = "crate::reading::number::list")]
    pub brightness: Vec<f64>,
}

impl Picture {
    /// Collagen orientation index COI = 1 − short axis/long axis of the ellipse fitted to the power
    /// spectrum (van Zuijlen 2003, J Pathol): 0 random, 1 parallel.
    ///
    /// The weighted mean is removed and a Hann window takes the edges out, which would else be a
    /// bright cross in the spectrum. The ellipse is the one with the spectrum's own second moments
    /// M = Σ P(k) k kᵀ, axes ∝ √λ₁, √λ₂: it needs no threshold, and a single spectrum, whose every
    /// value fluctuates by 100 %, has no smooth contour of half power to fit. Only periods from four
    /// pixels (shorter is pixel noise) to a third of the shorter side (longer is the frame) count.
    /// A picture without structure in that band, or without a pixel, gives 0; one with a value that is not finite, without
    /// one value per pixel, or whose pixels have no side, NaN.
    pub fn collagen_orientation_index(&self) -> f64 {
        let complete = self.columns.checked_mul(self.rows) == Some(self.brightness.len());
        let has_size = self.pixel_um > 0.0 && self.pixel_um.is_finite();
        if !complete || !has_size || !self.brightness.iter().all(|value| value.is_finite()) {
            return f64::NAN;
        }
        if self.brightness.is_empty() {
            return 0.0;
        }
        let (xx, xy, yy) = self.spectral_moments();
        let (mean, spread) = (0.5 * (xx + yy), (0.5 * (xx - yy)).hypot(xy));
        if mean > 0.0 { 1.0 - ((mean - spread).max(0.0) / (mean + spread)).sqrt() } else { 0.0 }
    }

    /// Second moments (xx, xy, yy) of the power in the band, per µm²; zero without structure.
    fn spectral_moments(&self) -> (f64, f64, f64) {
        let (spectrum, power) = self.spectrum();
        let side = self.columns.min(self.rows) as f64 * self.pixel_um;
        let lowest = (LOWEST_FREQUENCY / side).powi(2);
        let highest = (1.0 / (SHORTEST_PERIOD * self.pixel_um)).powi(2);
        let (mut moments, mut textured) = ((0.0, 0.0, 0.0), 0.0);
        // The spectrum lies column by column.
        for (index, value) in spectrum.iter().enumerate() {
            let x = frequency(index / self.rows, self.columns, self.pixel_um);
            let y = frequency(index % self.rows, self.rows, self.pixel_um);
            if (lowest..=highest).contains(&(x * x + y * y)) {
                let weight = value.norm_sqr();
                textured += weight;
                moments = (moments.0 + weight * x * x, moments.1 + weight * x * y, moments.2 + weight * y * y);
            }
        }
        if textured > FLAT * power { moments } else { (0.0, 0.0, 0.0) }
    }

    /// Discrete Fourier transform of the windowed picture, column by column, and the power of the
    /// windowed picture with its mean, on the same scale.
    fn spectrum(&self) -> (Vec<Complex<f64>>, f64) {
        let (across, up) = (hann(self.columns), hann(self.rows));
        let weight = |pixel: usize| across[pixel % self.columns] * up[pixel / self.columns];
        let weighted: f64 = self.brightness.iter().enumerate().map(|(pixel, value)| weight(pixel) * value).sum();
        let mean = weighted / (across.iter().sum::<f64>() * up.iter().sum::<f64>());
        let windowed = |(pixel, value): (usize, &f64)| Complex::from(weight(pixel) * (value - mean));
        let mut rows: Vec<_> = self.brightness.iter().enumerate().map(windowed).collect();
        let squares = self.brightness.iter().enumerate().map(|(pixel, value)| (weight(pixel) * value).powi(2));
        let power = squares.sum::<f64>() * rows.len() as f64;
        let mut planner = FftPlanner::new();
        planner.plan_fft_forward(self.columns).process(&mut rows);
        let transposed = (0..rows.len()).map(|index| rows[index % self.rows * self.columns + index / self.rows]);
        let mut columns: Vec<_> = transposed.collect();
        planner.plan_fft_forward(self.rows).process(&mut columns);
        (columns, power)
    }
}

/// Hann's window on pixel centers.
fn hann(pixels: usize) -> Vec<f64> {
    (0..pixels).map(|pixel| (PI * (pixel as f64 + 0.5) / pixels as f64).sin().powi(2)).collect()
}

/// Spatial frequency of one entry of a transform, 1/µm.
fn frequency(index: usize, count: usize, pixel_um: f64) -> f64 {
    let signed = if 2 * index > count { index as f64 - count as f64 } else { index as f64 };
    signed / (count as f64 * pixel_um)
}
