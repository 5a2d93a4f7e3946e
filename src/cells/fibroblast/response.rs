//! How TGF-β activates a fibroblast, and how long activation lasts.
//!
//! da/dt = (H(T) − a)/τ with H = T/(1 + T), τ = τ_on while TGF-β calls for more and τ_off after:
//! a single pulse acts for a week and a second one prolongs it, which is how sessions superpose.
//! db/dt = (B − b)/τ_c with B = L^h/(T_c^h + L^h) · c/(ρ_c + c), L = T e²: contraction b needs a high level under load for
//! days, with the strain e that the cell senses and the packing c, a matrix stiff enough to pull on. Under load it is
//! given up as slowly as activation, so that myofibroblasts outlast the signal that made them; without load within days
//! (Hinz 2001, PMID 11549593): at 1/τ = q/τ_off + (1 − x)/τ_r0, x = e⁶/(e⁶ + e_r⁶). Activation, and contraction under load, wane
//! at the pace q = c/ρ_q of full matrix: cells calm down as the space around them fills. Both are solved exactly over a step.
//! (In the [linear response](Response::Linear) activation is a function of the level, without memory.)
use super::Fibroblast;
use crate::elementary::{exp_nonpositive, logarithm};
use crate::parameters::{FibroblastParameters, Response};

/// What a fibroblast is at the moment; derived from activation and contraction.
///
/// ```
/// use dermaweave::cells::fibroblast::{Fibroblast, Phenotype};
/// let parameters = dermaweave::Parameters::default().fibroblast;
/// let mut cell = Fibroblast { id: 0, x: 50.0, y: 50.0, heading: 0.0, activation: 0.0, contraction: 0.0 };
/// cell.respond(1.0, 1.0, &parameters, 24.0);
/// assert_eq!(cell.phenotype(&parameters), Phenotype::Activated);
/// // A week of much TGF-β in full matrix.
/// cell.respond(20.0, 1.0, &parameters, 168.0);
/// assert_eq!(cell.phenotype(&parameters), Phenotype::Myofibroblast);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phenotype {
    /// Stays put and keeps the matrix up.
    Resting,
    /// Moves, lays, turns and cuts fibers.
    Activated,
    /// Activated and contractile (α-SMA).
    Myofibroblast,
}

/// TGF-β up to which contraction is not called for at all.
const SMALLEST_LEVEL: f64 = 1e-200;
/// Contraction from which a cell counts as a myofibroblast.
const MYOFIBROBLAST_CONTRACTION: f64 = 0.5;

/// H = T/(1 + T): the activation that a steady level T of TGF-β calls for.
///
/// ```
/// assert_eq!(dermaweave::cells::fibroblast::saturation(1.0), 0.5);
/// ```
#[inline(always)]
pub fn saturation(tgf_beta: f64) -> f64 {
    let level = tgf_beta.max(0.0);
    level / (1.0 + level)
}

/// The activation at a steady level T of TGF-β: T/(1 + T), or a_l + (1 − a_l) min(T, 1).
pub(crate) fn steady_activation(tgf_beta: f64, parameters: &FibroblastParameters) -> f64 {
    match parameters.response {
        Response::Remembering => saturation(tgf_beta),
        Response::Linear => parameters.linear_floor + (1.0 - parameters.linear_floor) * tgf_beta.clamp(0.0, 1.0),
    }
}

/// Deposition relative to one that is proportional to the activation a: 1, or in the linear response
/// (d_l + (1 − d_l) T)/a for the level T = (a − a_l)/(1 − a_l) that a follows.
pub(crate) fn deposition_per_activation(activation: f64, parameters: &FibroblastParameters) -> f64 {
    let (floor, deposition_floor) = (parameters.linear_floor, parameters.linear_deposition_floor);
    if parameters.response == Response::Remembering || activation <= 0.0 {
        return 1.0;
    }
    // A floor of 1 leaves nothing to follow: cells lay as at full level.
    let level = if floor < 1.0 { ((activation - floor) / (1.0 - floor)).clamp(0.0, 1.0) } else { 1.0 };
    (deposition_floor + (1.0 - deposition_floor) * level) / activation
}

impl Fibroblast {
    /// What the cell is at the moment.
    pub fn phenotype(&self, parameters: &FibroblastParameters) -> Phenotype {
        if self.activation < parameters.resting_activation {
            Phenotype::Resting
        } else if self.contraction < MYOFIBROBLAST_CONTRACTION {
            Phenotype::Activated
        } else {
            Phenotype::Myofibroblast
        }
    }

    /// Activation and contraction after `hours` at a constant TGF-β level in matrix of given packing (1 = healthy dermis) under
    /// the load of healthy skin.
    pub fn respond(&mut self, tgf_beta: f64, packing: f64, parameters: &FibroblastParameters, hours: f64) {
        self.respond_to(&Stimulus { tgf_beta, packing, strain: 1.0 }, parameters, hours);
    }

    /// Activation and contraction after `hours` of a constant stimulus.
    pub fn respond_to(&mut self, stimulus: &Stimulus, parameters: &FibroblastParameters, hours: f64) {
        let tgf_beta = stimulus.tgf_beta;
        let activity = Activity { activation: self.activation, contraction: self.contraction };
        let after = match parameters.response {
            Response::Remembering => activity.remembered(stimulus, parameters, hours),
            Response::Linear => Activity { activation: steady_activation(tgf_beta, parameters), contraction: 0.0 },
        };
        (self.activation, self.contraction) = (after.activation, after.contraction);
    }

    /// [`Fibroblast::respond`] of a cell that stays at rest: it senses full matrix around it.
    pub(crate) fn keep_resting(&mut self, tgf_beta: f64, parameters: &FibroblastParameters, hours: f64) {
        if tgf_beta > 0.0 || self.activation > 0.0 || self.contraction > 0.0 {
            self.respond(tgf_beta, 1.0, parameters, hours);
        }
    }
}

/// What a cell responds to.
///
/// ```
/// use dermaweave::cells::fibroblast::{Fibroblast, Stimulus};
/// let parameters = dermaweave::Parameters::default().fibroblast;
/// let mut cell = Fibroblast { id: 0, x: 0.0, y: 0.0, heading: 0.0, activation: 0.0, contraction: 1.0 };
/// // Three days after the release of its load, a third of the contraction is left.
/// cell.respond_to(&Stimulus { tgf_beta: 0.0, packing: 1.0, strain: 0.0 }, &parameters, 72.0);
/// assert!((0.2..0.4).contains(&cell.contraction));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stimulus {
    /// Level of TGF-β.
    pub tgf_beta: f64,
    /// Packing of the collagen around the cell, 1 = healthy dermis.
    pub packing: f64,
    /// Strain of the fiber network that the cell senses, 1 = the mean of healthy skin.
    pub strain: f64,
}

/// Activation and contraction of a cell.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Activity {
    pub(crate) activation: f64,
    pub(crate) contraction: f64,
}

impl Activity {
    /// What they are after `hours` of a stimulus, in the [remembering response](Response::Remembering). Plain arithmetic, so
    /// that loops over many cells are vectorized.
    #[inline(always)]
    pub(crate) fn remembered(self, stimulus: &Stimulus, parameters: &FibroblastParameters, hours: f64) -> Self {
        let Stimulus { tgf_beta, packing, strain } = *stimulus;
        let filled = packing / parameters.calming_density;
        let filled = if filled < parameters.slowest_calming { parameters.slowest_calming } else { filled };
        let calming_rate = if filled > 1.0 { 1.0 } else { filled } / parameters.memory_time;
        let approach = |state: f64, target: f64, rising_time: f64, falling_rate: f64| {
            let rate = if target > state { 1.0 / rising_time } else { falling_rate };
            target + (state - target) * exp_nonpositive(-hours * rate)
        };
        let stiffness = packing / (parameters.contraction_density + packing);
        let contracting = steady_contraction(tgf_beta * strain * strain, parameters) * stiffness;
        let loaded = strain / parameters.release_strain;
        let loaded = loaded * loaded * loaded * loaded * loaded * loaded;
        let release_rate = calming_rate + 1.0 / (parameters.release_time * (1.0 + loaded));
        Self {
            activation: approach(self.activation, saturation(tgf_beta), parameters.activation_time, calming_rate),
            contraction: approach(self.contraction, contracting, parameters.contraction_time, release_rate),
        }
    }
}

/// T^h/(T_c^h + T^h) from e^{−h |ln(T/T_c)|}, so that no level overflows; NaN gives NaN.
#[inline(always)]
fn steady_contraction(tgf_beta: f64, parameters: &FibroblastParameters) -> f64 {
    let excess = parameters.contraction_steepness * logarithm(tgf_beta / parameters.contraction_threshold);
    let power = exp_nonpositive(-excess.abs());
    let share = if excess > 0.0 { 1.0 } else { power } / (1.0 + power);
    // Levels too small for a logarithm do not contract.
    if tgf_beta > SMALLEST_LEVEL { share } else { 0.0 * tgf_beta }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_level_of_tgf_beta_overflows() {
        let parameters = FibroblastParameters::default();
        for level in [0.0, -1.0, 1e-300, 1e40, f64::MAX] {
            let steady = steady_contraction(level, &parameters);
            assert!((0.0..=1.0).contains(&steady), "{level}: {steady}");
        }
    }

    /// Claim: the linear response spans its floors to 1 between levels 0 and 1, at once and without memory.
    #[test]
    fn the_linear_response_spans_its_floors() {
        let parameters = FibroblastParameters { response: Response::Linear, ..Default::default() };
        for (level, activation, deposition) in
            [(-1.0, 0.1, 0.01), (0.0, 0.1, 0.01), (0.5, 0.55, 0.505), (1.0, 1.0, 1.0), (9.0, 1.0, 1.0)]
        {
            let mut cell = Fibroblast { id: 0, x: 0.0, y: 0.0, heading: 0.0, activation: 0.7, contraction: 0.9 };
            cell.respond(level, 1.0, &parameters, 0.5);
            let laid = cell.activation * deposition_per_activation(cell.activation, &parameters);
            assert!((cell.activation - activation).abs() < 1e-15 && cell.contraction == 0.0, "{level}: {cell:?}");
            assert!((laid - deposition).abs() < 1e-15, "{level}: {laid}");
        }
        assert_eq!(deposition_per_activation(0.3, &FibroblastParameters::default()), 1.0);
    }

    /// Days above the threshold make a myofibroblast; under the load of healthy skin contraction fades with the memory time,
    /// but for the share of its release that is left there, 1/(1 + (1/e_r)⁶).
    #[test]
    fn contraction_outlasts_its_signal() {
        let parameters = FibroblastParameters::default();
        let mut cell = Fibroblast { id: 0, x: 0.0, y: 0.0, heading: 0.0, activation: 0.0, contraction: 0.0 };
        cell.respond(10.0, 1.0, &parameters, 48.0);
        assert_eq!(cell.phenotype(&parameters), Phenotype::Activated);
        cell.respond(10.0, 1.0, &parameters, 240.0);
        assert_eq!(cell.phenotype(&parameters), Phenotype::Myofibroblast);
        let contracted = cell.contraction;
        cell.respond(0.0, 1.0, &parameters, parameters.memory_time);
        let released = parameters.memory_time / (parameters.release_time * (1.0 + parameters.release_strain.powi(-6)));
        assert!((cell.contraction / contracted - (-1.0 - released).exp()).abs() < 1e-12);
    }
}
