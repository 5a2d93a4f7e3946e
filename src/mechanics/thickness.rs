//! How the slab takes up its thickness: it gives way to what fills it.
use crate::parameters::MechanicsParameters;

/// Thinnest slab: empty space gives way for ever, but a surface lies on something.
pub(crate) const THINNEST: f64 = 0.01;
/// Largest deviation of the filling from 1 that counts as relaxed.
const RELAXED: f64 = 3e-3;

/// Thickness after `hours` in surroundings with a mean filling c̄ at the start:
///
/// dh/dt = h (c̄ − 1)/τ_h = (X − h)/τ_h with X = c̄ h, what fills the slab: h ← h (c̄ + (1 − c̄) e^{−Δt/τ_h}), exact as long
/// as that stays the same. No slab that is thicker than a hundredth of healthy young dermis gets thinner than that.
///
/// Collagen per volume so returns to that of healthy dermis whatever its amount: packing is the same at any age
/// (Branchet 1991), and atrophic scars are thin.
///
/// ```
/// use dermaweave::mechanics::relaxed;
/// use dermaweave::parameters::MechanicsParameters;
/// let parameters = MechanicsParameters::default();
/// // Filled to 0.8 of its thickness, the slab thins to it.
/// let after = relaxed(0.5, 0.8, parameters.thickness_time, &parameters);
/// assert!((after - 0.5 * (0.8 + 0.2 * (-1.0_f64).exp())).abs() < 1e-15);
/// ```
#[inline(always)]
pub fn relaxed(thickness: f64, mean_filling: f64, hours: f64, parameters: &MechanicsParameters) -> f64 {
    let after = thickness * (mean_filling + (1.0 - mean_filling) * (-hours / parameters.thickness_time).exp());
    let thinnest = if thickness < THINNEST { thickness } else { THINNEST };
    if after > thinnest { after } else { thinnest }
}

/// Whether a filling leaves the thickness alone.
///
/// ```
/// assert!(dermaweave::mechanics::is_relaxed(1.002) && !dermaweave::mechanics::is_relaxed(0.99));
/// ```
pub fn is_relaxed(mean_filling: f64) -> bool {
    (mean_filling - 1.0).abs() <= RELAXED
}
