//! Tensional homeostasis: fibroblasts make more where the network is overloaded and less where it is slack.
use crate::elementary::{exp_nonpositive, logarithm};
use crate::parameters::MechanicsParameters;

/// Least strain that is told from none.
const NO_STRAIN: f64 = 1e-6;

/// Production of collagen under a mean strain e, relative to that at the strain of healthy skin (e = 1):
///
/// G = G_m eⁿ/(eⁿ + G_m − 1): 0 where nothing is stretched, 1 at e = 1, G_m under any load.
///
/// A thin scar is overloaded and gains, skin that is too thick is slack and loses: no amount is set.
///
/// ```
/// use dermaweave::mechanics::production_under_strain;
/// use dermaweave::parameters::MechanicsParameters;
/// let parameters = MechanicsParameters::default();
/// let production = |strain: f64| production_under_strain(strain, &parameters);
/// assert!((production(1.0) - 1.0).abs() < 1e-12);
/// assert!(production(0.8) < 0.3 && production(1.3) > 3.0 && production(100.0) <= parameters.homeostasis_limit);
/// ```
#[inline(always)]
pub fn production_under_strain(mean_strain: f64, parameters: &MechanicsParameters) -> f64 {
    let MechanicsParameters { homeostasis_steepness: steepness, homeostasis_limit: limit, .. } = *parameters;
    // As powers below 1 of what is below 1, so that no strain overflows.
    let excess = steepness * logarithm(if mean_strain > NO_STRAIN { mean_strain } else { NO_STRAIN });
    let power = exp_nonpositive(-excess.abs());
    if excess > 0.0 { limit / (1.0 + (limit - 1.0) * power) } else { limit * power / (power + limit - 1.0) }
}
