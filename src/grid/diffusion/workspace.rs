//! What a step needs beside level and source, made once and kept.
use super::axis::Axis;
use super::lanes::{LINES, Lanes};
use super::made_at_once;
use crate::engine::PerThread;
use rustfft::num_complex::Complex;
use std::sync::Arc;

/// Modes that diffusion alone dampens by more than e^{−45} ≈ 3e-20 are gone, far below round-off.
const GONE: f64 = 45.0;

/// Room for the steps of all fields of one size, for [`ExactDiffusion::advance_within`](super::ExactDiffusion::advance_within).
///
/// It holds one number for each site and a few lines for each thread, made by the first step. Later steps of fields of
/// that size, on no more threads, make nothing, but for transforms of a new length where a signal is alive in a part
/// of a large field. No step depends on what those before it have left.
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
    /// Of the modes in their order.
    pub(super) along_x: Vec<Factor>,
    /// Of the modes at their places.
    pub(super) along_y: Vec<Factor>,
    /// Transforms along parts of the sides, for signals that are alive in a part of the field.
    pub(super) parts: Vec<Arc<Axis>>,
}

impl Clone for Workspace {
    /// A copy begins empty.
    fn clone(&self) -> Self {
        Self::default()
    }
}

/// One axis' share in the relaxation of a mode, μ = `rate` of x + `rate` of y.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Factor {
    /// Weight of the mode; that of x also holds the scale of the transforms.
    pub(super) weight: f64,
    /// e^{−rate Δt}, weighted.
    pub(super) left: f64,
    /// 1 − e^{−rate Δt}, weighted.
    pub(super) lost: f64,
    pub(super) rate: f64,
    /// D k² Δt.
    pub(super) damping: f64,
}

/// Lines that one thread works on.
#[derive(Debug, Default)]
pub(super) struct Lines {
    pub(super) level: Vec<Lanes>,
    pub(super) source: Vec<Lanes>,
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
        let lanes = (made_at_once(columns) * rows).max(made_at_once(rows) * columns) / LINES;
        let scratch = along_x.scratch().max(along_y.scratch());
        self.bands.resize(columns * rows, 0.0);
        self.lines.prepare(|lines| {
            lines.level.resize(lanes, Lanes::ZERO);
            lines.source.resize(lanes, Lanes::ZERO);
            lines.scratch.resize(scratch, Complex::ZERO);
        });
        // A rate that is as good as zero instead of zero: (1 − e^{−μΔt})/μ is then Δt, not 0/0.
        let scale = 1.0 / (columns * rows) as f64;
        let factor =
            |(k, weight): (&f64, &f64)| Factor::new(diffusivity * k, decay_rate.max(1e-200), hours, scale * weight);
        self.along_x.clear();
        self.along_x.extend(along_x.wave_numbers_squared.iter().zip(&along_x.weights).map(factor));
        self.along_y.resize(rows, Factor::default());
        for ((k, weight), place) in along_y.wave_numbers_squared.iter().zip(&along_y.weights).zip(&along_y.mode_places)
        {
            self.along_y[*place] = Factor::new(diffusivity * k, 0.0, hours, *weight);
        }
    }
}

impl Factor {
    fn new(diffusion: f64, decay: f64, hours: f64, weight: f64) -> Self {
        let rate = diffusion + decay;
        let left = (-rate * hours).exp();
        // Products of what is left stay normal numbers: processors are slow on others.
        let left = if left < 1e-140 { 0.0 } else { left };
        let lost = -(-rate * hours).exp_m1();
        Self { weight, left: weight * left, lost: weight * lost, rate, damping: diffusion * hours }
    }

    /// Whether nothing is left of these modes, whatever their share along the other axis.
    pub(super) fn is_gone(&self) -> bool {
        self.damping > GONE
    }
}
