//! What a step needs beside level and source, made once and kept.
use super::axis::Axis;
use super::bands::LINES;
use crate::parallel::PerThread;
use rustfft::num_complex::Complex;

/// Room for the steps of all fields of one size, for [`ExactDiffusion::advance_within`](super::ExactDiffusion::advance_within).
///
/// It holds one number for each site and a few lines for each thread, made by the first step. Later steps of
/// fields of that size, on no more threads, make nothing. Nothing in it outlives a step.
///
/// ```
/// let workspace = dermaweave::grid::Workspace::default();
/// assert!(format!("{workspace:?}").contains("Workspace"));
/// ```
#[derive(Debug, Default)]
pub struct Workspace {
    /// Bands of eight columns.
    pub(super) bands: Vec<f64>,
    pub(super) lines: PerThread<Lines>,
    pub(super) along_x: Vec<Factor>,
    pub(super) along_y: Vec<Factor>,
}

impl Clone for Workspace {
    /// A copy begins empty.
    fn clone(&self) -> Self {
        Self::default()
    }
}

/// One axis' share in the relaxation of its modes, μ = `rate` of x + `rate` of y.
#[derive(Clone, Copy, Debug)]
pub(super) struct Factor {
    /// e^{−rate Δt}; that of x also holds the scale of the transforms.
    pub(super) left: f64,
    /// 1 − e^{−rate Δt}, scaled likewise.
    pub(super) lost: f64,
    pub(super) rate: f64,
    /// D k² Δt.
    pub(super) damping: f64,
}

/// Lines that one thread works on.
#[derive(Debug, Default)]
pub(super) struct Lines {
    /// Lines before their transform: eight, two in one complex line each.
    pub(super) gathered: Vec<Complex<f64>>,
    pub(super) transformed: Vec<Complex<f64>>,
    pub(super) other: Vec<Complex<f64>>,
    /// Where the partner goes of a last line that has none.
    pub(super) spare: Vec<f64>,
    pub(super) scratch: Vec<Complex<f64>>,
}

impl Workspace {
    /// Makes what is missing for fields of the given axes and finds the factors of a step with (D, λ, hours).
    pub(super) fn prepare(
        &mut self,
        along_x: &Axis,
        along_y: &Axis,
        (diffusivity, decay_rate, hours): (f64, f64, f64),
    ) {
        let (columns, rows) = (along_x.sites, along_y.sites);
        let (longest, scratch) = (columns.max(rows), along_x.scratch().max(along_y.scratch()));
        self.bands.resize(columns * rows, 0.0);
        self.lines.prepare(|lines| {
            lines.gathered.resize(LINES / 2 * longest, Complex::ZERO);
            lines.transformed.resize(longest, Complex::ZERO);
            lines.other.resize(longest, Complex::ZERO);
            lines.spare.resize(longest, 0.0);
            lines.scratch.resize(scratch, Complex::ZERO);
        });
        // A rate that is as good as zero instead of zero: (1 − e^{−μΔt})/μ is then Δt, not 0/0.
        let scale = 1.0 / (columns * rows) as f64;
        let factor = |k: f64| Factor::new(diffusivity * k, decay_rate.max(1e-200), hours, scale);
        self.along_x.clear();
        self.along_x.extend(along_x.wave_numbers_squared.iter().map(|&k| factor(k)));
        let factor = |k: f64| Factor::new(diffusivity * k, 0.0, hours, 1.0);
        self.along_y.clear();
        self.along_y.extend(along_y.wave_numbers_squared.iter().map(|&k| factor(k)));
    }
}

impl Factor {
    fn new(diffusion: f64, decay: f64, hours: f64, scale: f64) -> Self {
        let rate = diffusion + decay;
        let left = (-rate * hours).exp();
        // Products of what is left stay normal numbers: processors are slow on others.
        let left = if left < 1e-140 { 0.0 } else { left };
        Self { left: scale * left, lost: scale * -(-rate * hours).exp_m1(), rate, damping: diffusion * hours }
    }
}
