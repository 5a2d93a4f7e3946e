//! Ground substance w (1 = healthy): water drawn in by inflammation, hyaluronan made by active fibroblasts.
//!
//! dw/dt = k_w (I + I_r f) + k_h A − (w − 1)/τ_w, with inflammation I, the flare f and its level I_r, and the activation A of
//! the fibroblasts, summed per area and relative to resting density.
use crate::engine;
use crate::grid::Field;
use crate::parameters::MatrixParameters;

/// What is left of a deviation after `hours`: e^{−Δt/τ_w}.
fn left(parameters: &MatrixParameters, hours: f64) -> f64 {
    (-hours / parameters.edema_time).exp()
}

/// Water and hyaluronan that come to a site per hour: k_w I + k_h A, where the flare is part of I.
#[inline(always)]
fn source(inflammation: f64, activation: f64, parameters: &MatrixParameters) -> f64 {
    parameters.edema_rate * inflammation + parameters.hyaluronan_rate * activation
}

/// The level at which a constant source holds w: 1 + τ_w s.
#[inline(always)]
fn held_at(source: f64, parameters: &MatrixParameters) -> f64 {
    1.0 + parameters.edema_time * source
}

/// A site after a step, exactly for a constant source: w ← w_∞ + (w − w_∞) e^{−Δt/τ_w}.
#[inline(always)]
fn after(water: f64, held_at: f64, left: f64) -> f64 {
    held_at + (water - held_at) * left
}

/// Lets the ground substance return to rest for `hours`, without any source.
pub(crate) fn relax(ground: &mut Field, parameters: &MatrixParameters, hours: f64) {
    let left = left(parameters, hours);
    ground.values_mut().iter_mut().for_each(|water| *water = after(*water, 1.0, left));
}

/// What draws in water and makes hyaluronan, all on the grid of the ground substance.
#[derive(Clone, Copy, Debug)]
pub(crate) struct GroundSources<'a> {
    pub(crate) inflammation: &'a Field,
    pub(crate) flare: &'a Field,
    /// Level of inflammation that a whole flare stands for: its mean over the step.
    pub(crate) flare_level: f64,
    /// Activation of fibroblasts, summed per area and relative to resting density.
    pub(crate) activation: &'a Field,
}

/// Advances the ground substance at all sites for `hours`.
pub(crate) fn advance(ground: &mut Field, sources: GroundSources, parameters: &MatrixParameters, hours: f64) {
    let (left, flare_level) = (left(parameters, hours), sources.flare_level);
    let [inflammation, flare, activation] =
        [sources.inflammation, sources.flare, sources.activation].map(Field::values);
    engine::for_all_numbers([ground.values_mut()], |first, [ground]| {
        let sources = inflammation[first..].iter().zip(&flare[first..]).zip(&activation[first..]);
        for (water, ((inflammation, flare), activation)) in ground.iter_mut().zip(sources) {
            let source = source(inflammation + flare_level * flare, *activation, parameters);
            *water = after(*water, held_at(source, parameters), left);
        }
    });
}

/// Whether an activation draws in so little that the ground substance stays at rest to the last bit.
pub(crate) fn is_unmoved_by(activation: f64, parameters: &MatrixParameters) -> bool {
    held_at(parameters.hyaluronan_rate * activation, parameters) == 1.0
}
