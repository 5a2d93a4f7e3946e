//! One Fourier mode over a step.
//!
//! A mode (kₓ, k_y) relaxes with rate μ = D (kₓ² + k_y²) + λ towards ŝ/μ:
//!
//! ĉ(t + Δt) = ĉ(t) e^{−μΔt} + ŝ (1 − e^{−μΔt})/μ
//!
//! Of each axis one number enters, μ = μₓ + μ_y with μₓ = D kₓ² + λ and μ_y = D k_y², so that with aₓ = e^{−μₓΔt} and
//! a_y = e^{−μ_yΔt} no mode needs an exponential of its own: e^{−μΔt} = aₓ a_y.
use super::DiffusionStep;

/// Modes that diffusion alone dampens by more than e^{−45} ≈ 3e-20 are gone, far below round-off.
const GONE: f64 = 45.0;

/// What one axis contributes to the relaxation of a mode, times the weight of its wave among all (1 but for the scale
/// of the transform).
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct AxisFactor {
    pub(crate) weight: f64,
    /// e^{−μₓΔt}, weighted.
    pub(crate) left: f64,
    /// 1 − e^{−μₓΔt}, weighted.
    pub(crate) lost: f64,
    /// μₓ in 1/h.
    pub(crate) rate: f64,
    /// D kₓ² Δt.
    pub(crate) damping: f64,
}

impl AxisFactor {
    /// No level is left and none is gained.
    pub(crate) const NOTHING: Self = Self { weight: 0.0, left: 0.0, lost: 0.0, rate: 1.0, damping: 0.0 };

    /// Of the axis that takes the decay; k² is in 1/µm².
    pub(crate) fn decaying(wave_number_squared: f64, weight: f64, step: &DiffusionStep) -> Self {
        // A rate that is as good as zero instead of zero: (1 − e^{−μΔt})/μ is then Δt, not 0/0.
        Self::new(step.diffusivity * wave_number_squared, step.decay_rate.max(1e-200), step.hours, weight)
    }

    /// Of the other axis.
    pub(crate) fn diffusing(wave_number_squared: f64, weight: f64, step: &DiffusionStep) -> Self {
        Self::new(step.diffusivity * wave_number_squared, 0.0, step.hours, weight)
    }

    fn new(diffusion: f64, decay: f64, hours: f64, weight: f64) -> Self {
        let rate = diffusion + decay;
        let left = (-rate * hours).exp();
        // Products of what is left stay normal numbers: processors are slow on others.
        let left = if left < 1e-140 { 0.0 } else { left };
        let lost = -(-rate * hours).exp_m1();
        Self { weight, left: weight * left, lost: weight * lost, rate, damping: diffusion * hours }
    }

    /// Whether nothing is left of these modes, whatever the other axis contributes.
    pub(crate) fn is_gone(&self) -> bool {
        self.damping > GONE
    }

    /// A mode after the step, of level ĉ and source ŝ.
    #[inline(always)]
    pub(crate) fn relaxed(&self, y: &Self, level: f64, source: f64) -> f64 {
        level * self.left_with(y) + source * self.gain_with(y)
    }

    /// e^{−μΔt}.
    #[inline(always)]
    pub(crate) fn left_with(&self, y: &Self) -> f64 {
        self.left * y.left
    }

    /// (1 − e^{−μΔt})/μ, with 1 − ab = (1 − a) + a (1 − b), in which nothing cancels.
    #[inline(always)]
    pub(crate) fn gain_with(&self, y: &Self) -> f64 {
        (self.lost * y.weight + self.left * y.lost) / (self.rate + y.rate)
    }
}
