//! How the fibers of a region are organized.
//!
//! Organization is a property of a window, not of a site: a site that one cell has worked is
//! parallel whatever the tissue looks like. Moments are averaged over windows first (100 µm by
//! default), measured there, and the measures are averaged over the region, each window weighted
//! by its fibers. *Regional* figures average the moments over the whole region first.
use super::{OrientationDistribution, Windows};
use crate::matrix::{FiberMoments, Matrix, concentration, fourth_moment_of_single_family};
use crate::parallel;
use crate::parameters::MatrixParameters;
use serde::{Deserialize, Serialize};

/// Weave index |z₄ − s(R) e^{2i arg z₂}|: the fourth moment in excess of what one von Mises family
/// with the same R would have. About 0.3 in healthy dermis, near 0 in parallel bundles and tangles.
///
/// ```
/// use dermaweave::{FiberMoments, measure::weave_index};
/// let healthy = FiberMoments::two_families(1.0, 0.0, 41.0_f64.to_radians(), 2.11);
/// let scar = FiberMoments::one_family(1.0, 0.3, 0.7);
/// assert!((weave_index(&healthy) - 0.31).abs() < 0.01 && weave_index(&scar) < 1e-9);
/// ```
pub fn weave_index(fibers: &FiberMoments) -> f64 {
    let ((c2, s2), (c4, s4)) = (fibers.mean_second(), fibers.mean_fourth());
    let resultant_length = c2.hypot(s2).min(1.0);
    if resultant_length < 1e-12 {
        return c4.hypot(s4);
    }
    // e^{2i arg z₂} = z₂²/|z₂|².
    let single = fourth_moment_of_single_family(resultant_length) / (resultant_length * resultant_length);
    (c4 - single * (c2 * c2 - s2 * s2)).hypot(s4 - single * 2.0 * c2 * s2)
}

/// The organization of the fibers of one region at one instant.
///
/// ```
/// use dermaweave::measure::{FiberOrganization, Region, Windows};
/// use dermaweave::{Grid, Length, Parameters, Skin, Tissue};
/// let side = Length::micrometers(400.0);
/// let grid = Grid::new(side, side, Length::micrometers(20.0))?;
/// let tissue = Tissue::new(grid, &Skin::young())?;
/// let windows = Windows::new(&Region::all(&grid), &grid, Length::micrometers(100.0))?;
/// let (healthy, parameters) = (tissue.healthy_collagen(), Parameters::default().matrix);
/// let fibers = FiberOrganization::new(&windows, tissue.matrix(), &healthy, &parameters);
/// assert!((fibers.weave_fidelity - 1.0).abs() < 1e-9 && (fibers.weave_index - 0.31).abs() < 0.01);
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FiberOrganization {
    /// Mean collagen, 1 = healthy young dermis.
    pub density: f64,
    /// Collagen of the new pool.
    pub new_density: f64,
    /// Type III share of the collagen.
    pub type_iii_share: f64,
    /// Resultant length R on windows: 0 no common axis, 1 parallel.
    pub resultant_length: f64,
    /// Resultant length of the region's mean moments.
    pub regional_resultant_length: f64,
    /// Weave index on windows.
    pub weave_index: f64,
    /// Weave index of the region's mean moments.
    pub regional_weave_index: f64,
    /// Weave fidelity Re(z₄ z̄₄ᵣ)/|z₄ᵣ|² against the healthy weave: 1 the same weave, 0 none.
    pub weave_fidelity: f64,
    /// Mean axis in degrees from x, 0 to 180.
    pub mean_angle_deg: f64,
    /// Circular variance 1 − R on windows.
    pub circular_variance: f64,
    /// Axial von Mises concentration of the window R: I₁(κ)/I₀(κ) = R.
    pub von_mises_kappa: f64,
    /// Entropy of the direction on windows, 1 = all directions alike: of the maximum-entropy density with
    /// the second and fourth moments of the window, −Σ p ln p/ln 180 on 1° bins.
    pub entropy: f64,
}

impl FiberOrganization {
    /// Measures the windows of a region against the fibers of healthy skin.
    /// The matrix must have the grid that the windows were made for.
    pub fn new(windows: &Windows, matrix: &Matrix, healthy: &FiberMoments, parameters: &MatrixParameters) -> Self {
        let pools = windows.collagen(matrix);
        let count = pools.len() as f64;
        let share = 1.0 / count;
        let new = pools.iter().map(|(new, _)| *new).sum::<FiberMoments>() * share;
        let mature = pools.iter().map(|(_, mature)| *mature).sum::<FiberMoments>() * share;
        let (region, total) = (new + mature, (new.density + mature.density).max(f64::MIN_POSITIVE));
        let windows: Vec<_> = pools.iter().map(|(new, mature)| *new + *mature).collect();
        let mean = |measure: &(dyn Fn(&FiberMoments) -> f64 + Sync)| {
            parallel::sum(windows.len(), |window| windows[window].density * measure(&windows[window])) * share / total
        };
        let resultant_length = mean(&FiberMoments::resultant_length);
        Self {
            density: region.density,
            new_density: new.density,
            type_iii_share: (new.density * parameters.new_type_iii_share
                + mature.density * parameters.mature_type_iii_share)
                / total,
            resultant_length,
            regional_resultant_length: region.resultant_length(),
            weave_index: mean(&weave_index),
            regional_weave_index: weave_index(&region),
            weave_fidelity: fidelity(&region, healthy),
            mean_angle_deg: region.mean_angle().to_degrees(),
            circular_variance: 1.0 - resultant_length,
            von_mises_kappa: concentration(resultant_length),
            entropy: mean(&entropy),
        }
    }
}

/// Entropy of the maximum-entropy density with the moments of a window.
fn entropy(fibers: &FiberMoments) -> f64 {
    OrientationDistribution::from_moments(fibers.mean_second().into(), fibers.mean_fourth().into()).entropy()
}

/// |z₄ᵣ|² below which the reference has no weave to be faithful to.
const NO_WEAVE: f64 = 1e-6;

/// Re(z₄ z̄₄ᵣ)/|z₄ᵣ|², zero where the reference has no weave; its mean over windows, weighted by
/// fibers, is that of the mean moments.
fn fidelity(fibers: &FiberMoments, healthy: &FiberMoments) -> f64 {
    let ((c4, s4), (reference_c4, reference_s4)) = (fibers.mean_fourth(), healthy.mean_fourth());
    let reference = reference_c4 * reference_c4 + reference_s4 * reference_s4;
    if reference > NO_WEAVE { (c4 * reference_c4 + s4 * reference_s4) / reference } else { 0.0 }
}
