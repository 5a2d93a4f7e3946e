//! How stiff the dermis is against stretch, and how it springs back: what fibers and elastin mean
//! for the firmness of skin.
use super::sheet::Sheet;
use crate::error::{Result, check};
use crate::matrix::{FiberMoments, Matrix};
use crate::measure::orientation::OrientationDistribution;
use crate::measure::regions::{Weighted, Windows, check_length};
use serde::{Deserialize, Serialize};

/// Firmness of the dermis along and across the axis of tension, relative to healthy young dermis.
///
/// Of the tension only the axis enters; how uneven the skin is shows in its fibers.
///
/// Moduli are those of the straight part of a tensile test of excised skin, not of living skin
/// pinched or sucked, and only their ratios are meant. A window is pulled as a thin incompressible sheet of elastin and ground
/// substance with fibers of all directions, those of the density of largest entropy
/// ([`OrientationDistribution`]), which straighten one after another and bear load from then on:
///
/// Ψ = μ/2 (I₁ − 3) + Σ_θ p(θ) ∫ S(ε(θ)) dε, S = K ε³/(ε + s)² for ε > 0 and 0 below, ε(θ) = ¾ ½(λ²(θ) − 1) + ¼ ⟨½(λ² − 1)⟩
///
/// with μ = 0.2 MPa × elastin, K = 1000 MPa × density, the median slack s = 0.33 (a stretch of 1.29), and a quarter of the strain
/// shared with all fibers of the window. K, s and that share are calibrated to excised skin: 160.8 ± 53 MPa along the tension
/// lines and 70.6 ± 59 MPa across (Ottenio 2015, doi:10.1016/j.jmbbm.2014.10.006), 1.18 ± 0.88 MPa at the start (Ní Annaidh
/// 2012, doi:10.1016/j.jmbbm.2011.08.016), so the anisotropy of healthy dermis is fitted, that of other dermis follows.
/// The anisotropy depends little on the stretch: in healthy dermis it is 1.7 to 1.95 at any from 1.05 to 1.4.
/// Parallel fibers leave little stiffness across: 9 % of the healthy one at R = 0.69.
///
/// ```
/// use dermaweave::{FiberMoments, measure::Firmness};
/// let half_angle = 41.0_f64.to_radians();
/// let healthy = Firmness::of(&FiberMoments::two_families(1.0, 0.0, half_angle, 2.11), 1.0, 0.0);
/// let aged = Firmness::of(&FiberMoments::two_families(0.7, 0.0, half_angle, 2.11), 0.6, 0.0);
/// assert!((healthy.modulus_along * healthy.modulus_across - 1.0).abs() < 1e-9);
/// assert!(aged.modulus_along < healthy.modulus_along && aged.recoil < healthy.recoil);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Firmness {
    /// Tangent modulus along the axis of tension; healthy young dermis has along × across = 1.
    #[serde(with = "crate::reading::number")]
    pub modulus_along: f64,
    /// Tangent modulus across it.
    #[serde(with = "crate::reading::number")]
    pub modulus_across: f64,
    /// Modulus along over modulus across.
    #[serde(with = "crate::reading::number")]
    pub modulus_anisotropy: f64,
    /// Elastic restoring stress of elastin (neo-Hookean, μ ∝ elastin), 1 = healthy young.
    #[serde(with = "crate::reading::number")]
    pub recoil: f64,
}

impl Firmness {
    /// Stretch at which moduli are taken unless another is asked for: past the toe of the curve,
    /// where half of the fibers along the load are straight.
    pub const STRETCH: f64 = 1.3;

    /// Firmness of a region: its windows stretched one by one, and averaged, each with its area. `axes` are the axes
    /// of tension in radians, one per window ([`Windows::tension_axes`]); the anisotropy is that of the means.
    ///
    /// A matrix of another field gives [`Error::OtherField`](crate::Error::OtherField), axes of other windows
    /// [`Error::WrongLength`](crate::Error::WrongLength).
    pub fn new(windows: &Windows, matrix: &Matrix, axes: &[f64]) -> Result<Self> {
        check_length("the axes of tension of the windows", axes.len(), windows.count())?;
        let of_windows = windows.collect(matrix, |window, contents| {
            let (new, mature) = windows.mean_collagen(window, contents);
            let fibers = new + mature;
            let directions = OrientationDistribution::of(&fibers);
            WindowModuli::of(&fibers, &directions, windows.mean_elastin(window, contents), axes[window])
        })?;
        Ok(Self::of_windows(&Weighted::all(&of_windows, &windows.shares())))
    }

    /// The mean over a region, given its windows.
    pub(crate) fn of_windows(windows: &[Weighted<WindowModuli>]) -> Self {
        let mean = |measure: fn(&WindowModuli) -> f64| {
            windows.iter().map(|window| window.share * measure(window.measured)).sum::<f64>()
        };
        let (along, across) = (mean(|window| window.along), mean(|window| window.across));
        Self::relative(along, across, Self::STRETCH, mean(|window| window.elastin))
    }

    /// Firmness of one window, or of fibers alike everywhere: their amount and directions, elastin
    /// (1 = healthy young) and the axis of tension in radians. Values that are not finite give NaN.
    pub fn of(fibers: &FiberMoments, elastin: f64, axis: f64) -> Self {
        Self::stretched(fibers, elastin, axis, Self::STRETCH)
    }

    /// The same at another stretch; healthy young dermis at that stretch is the unit.
    /// A stretch outside 1.0001 to 1.6 gives [`Error::OutOfRange`](crate::Error::OutOfRange).
    pub fn at_stretch(fibers: &FiberMoments, elastin: f64, axis: f64, stretch: f64) -> Result<Self> {
        let stretch = check("stretch of a tensile test", stretch, "of the length at rest", 1.0001..=1.6)?;
        Ok(Self::stretched(fibers, elastin, axis, stretch))
    }

    fn stretched(fibers: &FiberMoments, elastin: f64, axis: f64, stretch: f64) -> Self {
        let (along, across) = Sheet::new(fibers, &OrientationDistribution::of(fibers), elastin, axis).moduli(stretch);
        Self::relative(along, across, stretch, elastin)
    }

    /// Moduli in MPa over the geometric mean of those of healthy young dermis.
    fn relative(along: f64, across: f64, stretch: f64, recoil: f64) -> Self {
        let healthy = FiberMoments::two_families(1.0, 0.0, 41.0_f64.to_radians(), 2.11);
        let (healthy_along, healthy_across) =
            Sheet::new(&healthy, &OrientationDistribution::of(&healthy), 1.0, 0.0).moduli(stretch);
        let unit = (healthy_along * healthy_across).sqrt();
        Self { modulus_along: along / unit, modulus_across: across / unit, modulus_anisotropy: along / across, recoil }
    }
}

/// Tangent moduli in MPa of one window along and across the axis of tension, and its elastin.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct WindowModuli {
    along: f64,
    across: f64,
    elastin: f64,
}

impl WindowModuli {
    /// Stretches the fibers of a window, given with their directions, along and across an axis in radians.
    pub(crate) fn of(fibers: &FiberMoments, directions: &OrientationDistribution, elastin: f64, axis: f64) -> Self {
        let (along, across) = Sheet::new(fibers, directions, elastin, axis).moduli(Firmness::STRETCH);
        Self { along, across, elastin }
    }
}
