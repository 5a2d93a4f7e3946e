//! Ground substance: water drawn in by inflammation, hyaluronan made by active fibroblasts.
use crate::engine;
use crate::grid::Field;
use crate::parameters::MatrixParameters;

/// Lets the ground substance return to rest for `hours`: dw/dt = −(w − 1)/τ_w.
pub(crate) fn settle(ground: &mut Field, parameters: &MatrixParameters, hours: f64) {
    let left = (-hours / parameters.edema_time).exp();
    ground.values_mut().iter_mut().for_each(|water| *water = 1.0 + (*water - 1.0) * left);
}

/// Advances the ground substance w (1 = healthy) over `hours`, exactly for a constant source:
/// dw/dt = k_w (I + I_r f) + k_h A − (w − 1)/τ_w, with inflammation I, the flare f and its level I_r,
/// and the `activation` A of the fibroblasts, summed per area and relative to resting density.
pub(crate) fn advance(
    ground: &mut Field,
    (inflammation, flare, flare_level): (&Field, &Field, f64),
    activation: &Field,
    parameters: &MatrixParameters,
    hours: f64,
) {
    let left = (-hours / parameters.edema_time).exp();
    let (inflammation, flare, activation) = (inflammation.values(), flare.values(), activation.values());
    engine::for_all_numbers([ground.values_mut()], |first, [ground]| {
        let sources = inflammation[first..].iter().zip(&flare[first..]).zip(&activation[first..]);
        for (water, ((inflammation, flare), activation)) in ground.iter_mut().zip(sources) {
            let source =
                parameters.edema_rate * (inflammation + flare_level * flare) + parameters.hyaluronan_rate * activation;
            let level = 1.0 + parameters.edema_time * source;
            *water = level + (*water - level) * left;
        }
    });
}

/// Whether an activation draws in so little that the ground substance stays at rest to the last bit ([`advance`]).
pub(crate) fn is_unmoved_by(activation: f64, parameters: &MatrixParameters) -> bool {
    1.0 + parameters.edema_time * (parameters.hyaluronan_rate * activation) == 1.0
}
