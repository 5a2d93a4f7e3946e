//! How the fibers of a region are organized.
//!
//! Organization is a property of a window, not of a site: a site that one cell has worked is
//! parallel whatever the tissue looks like. Moments are averaged over windows first (100 µm by
//! default), measured there, and the measures are averaged over the region, each window weighted
//! by its fibers: amount × area. *Regional* figures average the moments over the whole region first.
//! The windows hold every site of the region once ([`Windows`]), and amounts are the means over its sites.
use super::dispersion::goh_dispersion;
use super::distribution::OrientationDistribution;
use crate::error::Result;
use crate::matrix::{FiberMoments, Matrix, concentration};
use crate::measure::regions::{Weighted, Windows, check_length};
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
    fibers.weave_excess().norm()
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
/// let (healthy, parameters) = (windows.healthy_weave(&tissue)?, Parameters::default().matrix);
/// let fibers = FiberOrganization::new(&windows, tissue.matrix(), &healthy, &parameters)?;
/// assert!((fibers.weave_fidelity - 1.0).abs() < 1e-9 && (fibers.weave_index - 0.31).abs() < 0.01);
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FiberOrganization {
    /// Mean amount of collagen over the sites, 1 = healthy young dermis. The packing of thin dermis is higher: amount over thickness.
    #[serde(with = "crate::reading::number")]
    pub density: f64,
    /// The same of the new pool.
    #[serde(with = "crate::reading::number")]
    pub new_density: f64,
    /// Type III share of the collagen.
    #[serde(with = "crate::reading::number")]
    pub type_iii_share: f64,
    /// Resultant length R on windows: 0 no common axis, 1 parallel.
    #[serde(with = "crate::reading::number")]
    pub resultant_length: f64,
    /// Resultant length of the region's mean moments.
    #[serde(with = "crate::reading::number")]
    pub regional_resultant_length: f64,
    /// Weave index on windows.
    #[serde(with = "crate::reading::number")]
    pub weave_index: f64,
    /// Weave index of the region's mean moments.
    #[serde(with = "crate::reading::number")]
    pub regional_weave_index: f64,
    /// Weave fidelity Re(z₄ z̄₄ᵣ)/|z₄ᵣ|² against the healthy weave: 1 the same weave, 0 none,
    /// above 1 a sharper one, negative one turned by 45°.
    #[serde(with = "crate::reading::number")]
    pub weave_fidelity: f64,
    /// Mean axis in degrees from x, 0 to 180.
    #[serde(with = "crate::reading::number")]
    pub mean_angle_deg: f64,
    /// Circular variance 1 − R on windows.
    #[serde(with = "crate::reading::number")]
    pub circular_variance: f64,
    /// Axial von Mises concentration of the window R: I₁(κ)/I₀(κ) = R.
    #[serde(with = "crate::reading::number")]
    pub von_mises_kappa: f64,
    /// GOH dispersion of one family with that concentration: 0 parallel, 1/3 none ([`goh_dispersion`]).
    #[serde(with = "crate::reading::number")]
    pub goh_dispersion: f64,
    /// Entropy of the direction on windows, 1 = all directions alike: of the maximum-entropy density with
    /// the second and fourth moments of the window, −Σ p ln p/ln 180 on 1° bins.
    #[serde(with = "crate::reading::number")]
    pub entropy: f64,
    /// Number of fiber families in the region's mean distribution, 0 to 2 ([`OrientationDistribution::modes`]).
    pub fiber_families: u32,
    /// Distance of the region's mean distribution to that of healthy skin in degrees: Wasserstein on
    /// the half circle, 0 the same, 45 from all directions to one ([`OrientationDistribution::wasserstein`]).
    #[serde(with = "crate::reading::number")]
    pub distance_to_healthy_deg: f64,
}

impl FiberOrganization {
    /// Measures the windows of a region against the fibers that healthy skin has in each of them
    /// ([`Windows::healthy_weave`]).
    ///
    /// A matrix of another field gives [`Error::OtherField`](crate::Error::OtherField), healthy fibers of other windows
    /// [`Error::WrongLength`](crate::Error::WrongLength).
    pub fn new(
        windows: &Windows,
        matrix: &Matrix,
        healthy: &[FiberMoments],
        parameters: &MatrixParameters,
    ) -> Result<Self> {
        check_length("the healthy fibers of the windows", healthy.len(), windows.count())?;
        let of_windows = windows.collect(matrix, |window, contents| {
            WindowFibers::of(windows.mean_collagen(window, contents), &healthy[window])
        })?;
        let shares = windows.shares();
        let healthy = HealthyDirections::of(&Weighted::all(healthy, &shares));
        Ok(Self::of_windows(&Weighted::all(&of_windows, &shares), &healthy, parameters))
    }

    /// The mean over a region, given its windows and the fibers of healthy skin in it.
    pub(crate) fn of_windows(
        windows: &[Weighted<WindowFibers>],
        healthy: &HealthyDirections,
        parameters: &MatrixParameters,
    ) -> Self {
        let new = windows.iter().map(|window| window.measured.new * window.share).sum::<FiberMoments>();
        let mature = windows.iter().map(|window| window.measured.mature * window.share).sum::<FiberMoments>();
        let (region, total) = (new + mature, (new.density + mature.density).max(f64::MIN_POSITIVE));
        let mean = |measure: &dyn Fn(&WindowFibers) -> f64| {
            let weighted = |Weighted { measured, share }: &Weighted<WindowFibers>| {
                share * (measured.new + measured.mature).density * measure(measured)
            };
            windows.iter().map(weighted).sum::<f64>() / total
        };
        let resultant_length = mean(&|window| window.resultant_length);
        let directions = distribution(&region);
        Self {
            density: region.density,
            new_density: new.density,
            type_iii_share: (new.density * parameters.new_type_iii_share
                + mature.density * parameters.mature_type_iii_share)
                / total,
            resultant_length,
            regional_resultant_length: region.resultant_length(),
            weave_index: mean(&|window| window.weave_index),
            regional_weave_index: weave_index(&region),
            weave_fidelity: mean(&|window| window.weave_fidelity),
            mean_angle_deg: region.mean_angle().to_degrees(),
            circular_variance: 1.0 - resultant_length,
            von_mises_kappa: concentration(resultant_length),
            goh_dispersion: goh_dispersion(concentration(resultant_length)),
            entropy: mean(&|window| window.entropy),
            fiber_families: directions.modes() as u32,
            distance_to_healthy_deg: directions.distance_to(&healthy.0),
        }
    }
}

/// How healthy fibers lie in a region: probabilities of bins of 1°.
#[derive(Clone, Debug)]
pub(crate) struct HealthyDirections(Vec<f64>);

impl HealthyDirections {
    /// Given the fibers of healthy skin in its windows.
    pub(crate) fn of(windows: &[Weighted<FiberMoments>]) -> Self {
        let mean = windows.iter().map(|window| *window.measured * window.share).sum();
        Self(distribution(&mean).degrees())
    }
}

/// The fibers of one window and how they are organized.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct WindowFibers {
    new: FiberMoments,
    mature: FiberMoments,
    resultant_length: f64,
    weave_index: f64,
    weave_fidelity: f64,
    entropy: f64,
}

impl WindowFibers {
    /// Measures the mean collagen of a window against the fibers that healthy skin has there.
    pub(crate) fn of((new, mature): (FiberMoments, FiberMoments), healthy: &FiberMoments) -> Self {
        let fibers = new + mature;
        Self {
            new,
            mature,
            resultant_length: fibers.resultant_length(),
            weave_index: weave_index(&fibers),
            weave_fidelity: fidelity(&fibers, healthy),
            entropy: OrientationDistribution::entropy_of(fibers.mean_second().into(), fibers.mean_fourth().into()),
        }
    }
}

/// The maximum-entropy density with the moments of some fibers.
fn distribution(fibers: &FiberMoments) -> OrientationDistribution {
    OrientationDistribution::from_moments(fibers.mean_second().into(), fibers.mean_fourth().into())
}

/// |z₄ᵣ|² below which the reference has no weave to be faithful to.
const NO_WEAVE: f64 = 1e-6;

/// Re(z₄ z̄₄ᵣ)/|z₄ᵣ|², zero where the reference has no weave.
fn fidelity(fibers: &FiberMoments, healthy: &FiberMoments) -> f64 {
    let ((c4, s4), (reference_c4, reference_s4)) = (fibers.mean_fourth(), healthy.mean_fourth());
    let reference = reference_c4 * reference_c4 + reference_s4 * reference_s4;
    if reference > NO_WEAVE { (c4 * reference_c4 + s4 * reference_s4) / reference } else { 0.0 }
}
