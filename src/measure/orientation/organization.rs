//! How the fibers of a region are organized.
//!
//! Organization is a property of a window, not of a site: a site that one cell has worked is
//! parallel whatever the tissue looks like. Moments are averaged over windows first (100 µm by
//! default), measured there, and the measures are averaged over the region, each window weighted
//! by its fibers: density × area. *Regional* figures average the moments over the whole region first.
//! The windows hold every site of the region once ([`Windows`]), and amounts are the means over its sites.
use super::dispersion::goh_dispersion;
use super::distribution::OrientationDistribution;
use super::spread::distance_in_moments_deg;
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
    /// Mean collagen over the sites, 1 = healthy young dermis.
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
    /// The same of healthy skin in these windows: what R would be if all had healed.
    #[serde(with = "crate::reading::number")]
    pub healthy_resultant_length: f64,
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
    ///
    /// Of a scar it depends on the angle of its axis to the line of tension as much as on its weave (parallel fibers with
    /// R = 0.69 score −0.98 at 0°, 0 at 22.5° and +0.95 at 41°), and mixing in isotropic fibers brings it to 0: a claim about
    /// weave needs the null beside it, [`Nulls`](crate::report::Nulls).
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
    /// Share of the windows, each weighted by its fibers, whose own fibers lie within the spread of healthy skin:
    /// at most [`FiberOrganization::HEALTHY_SPREAD_DEG`] from those that healthy skin has there ([`distance_in_moments_deg`]).
    ///
    /// Unlike the distance of the mean distribution, it counts no scar as healed whose windows stray to all sides.
    #[serde(with = "crate::reading::number")]
    pub windows_in_healthy_spread: f64,
}

impl FiberOrganization {
    /// Distance in degrees up to which a window lies within the spread of healthy skin: 5.
    ///
    /// Windows of healthy skin that are made of n independent fibers scatter: of 165 fibers, 95 % of the windows are inside;
    /// of 100, 84 %; of 50, 60 %. No window with all directions alike is (6.2°; of tangles of 50 to 165 fibers less
    /// than a tenth), and no parallel one with R from 0.2 on (6.6° at least). The criterion is for windows of about
    /// 100 µm, which hold some hundred fibers; in smaller ones, healthy skin itself has fewer inside. Beside a scar,
    /// compare with the same share of the skin around.
    pub const HEALTHY_SPREAD_DEG: f64 = 5.0;

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
            let (new, mature) = windows.mean_collagen(window, contents);
            WindowFibers::of((new, mature), &OrientationDistribution::of(&(new + mature)), &healthy[window])
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
        let directions = OrientationDistribution::of(&region);
        Self {
            density: region.density,
            new_density: new.density,
            type_iii_share: (new.density * parameters.new_type_iii_share
                + mature.density * parameters.mature_type_iii_share)
                / total,
            resultant_length,
            healthy_resultant_length: healthy.resultant_length,
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
            distance_to_healthy_deg: directions.distance_to(&healthy.degrees),
            windows_in_healthy_spread: mean(&|window| f64::from(window.is_in_healthy_spread)),
        }
    }
}

/// How healthy fibers lie in a region.
#[derive(Clone, Debug)]
pub(crate) struct HealthyDirections {
    /// Probabilities of bins of 1°, all windows together.
    degrees: Vec<f64>,
    /// On windows, each weighted by its fibers.
    resultant_length: f64,
}

impl HealthyDirections {
    /// Given the fibers of healthy skin in its windows.
    pub(crate) fn of(windows: &[Weighted<FiberMoments>]) -> Self {
        let mean: FiberMoments = windows.iter().map(|window| *window.measured * window.share).sum();
        let weighted = |Weighted { measured, share }: &Weighted<FiberMoments>| {
            share * measured.density * measured.resultant_length()
        };
        let lengths: f64 = windows.iter().map(weighted).sum();
        Self {
            degrees: OrientationDistribution::of(&mean).degrees(),
            resultant_length: lengths / mean.density.max(f64::MIN_POSITIVE),
        }
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
    is_in_healthy_spread: bool,
}

impl WindowFibers {
    /// Measures the mean collagen of a window, whose directions are given, against the fibers that healthy skin has there.
    pub(crate) fn of(
        (new, mature): (FiberMoments, FiberMoments),
        directions: &OrientationDistribution,
        healthy: &FiberMoments,
    ) -> Self {
        let fibers = new + mature;
        Self {
            new,
            mature,
            resultant_length: fibers.resultant_length(),
            weave_index: weave_index(&fibers),
            weave_fidelity: fidelity(&fibers, healthy),
            entropy: directions.entropy(),
            is_in_healthy_spread: distance_in_moments_deg(&fibers, healthy) <= FiberOrganization::HEALTHY_SPREAD_DEG,
        }
    }
}

/// |z₄ᵣ|² below which the reference has no weave to be faithful to.
const NO_WEAVE: f64 = 1e-6;

/// Re(z₄ z̄₄ᵣ)/|z₄ᵣ|², zero where the reference has no weave.
fn fidelity(fibers: &FiberMoments, healthy: &FiberMoments) -> f64 {
    let ((c4, s4), (reference_c4, reference_s4)) = (fibers.mean_fourth(), healthy.mean_fourth());
    let reference = reference_c4 * reference_c4 + reference_s4 * reference_s4;
    if reference > NO_WEAVE { (c4 * reference_c4 + s4 * reference_s4) / reference } else { 0.0 }
}
