//! How stiff the dermis is against stretch, and how it springs back: what fibers and elastin mean
//! for the firmness of skin.
use super::Windows;
use super::same_field::check_length;
use super::sheet::Sheet;
use super::windows::Weighted;
use crate::error::{Result, check};
use crate::matrix::{FiberMoments, Matrix};
use serde::{Deserialize, Serialize};

/// Firmness of the dermis along and across the axis of tension, relative to healthy young dermis.
///
/// Of the tension only the axis enters; how uneven the skin is shows in its fibers.
///
/// Moduli are those of the straight part of a tensile test of excised skin, not of living skin
/// pinched or sucked, and only their ratios are meant.
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
    /// where fibers along and across are straight.
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
            WindowModuli::of(&(new + mature), windows.mean_elastin(window, contents), axes[window])
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
        let (along, across) = Sheet::new(fibers, elastin).moduli(axis, stretch);
        Self::relative(along, across, stretch, elastin)
    }

    /// Moduli in MPa over the geometric mean of those of healthy young dermis.
    fn relative(along: f64, across: f64, stretch: f64, recoil: f64) -> Self {
        let healthy = FiberMoments::two_families(1.0, 0.0, 41.0_f64.to_radians(), 2.11);
        let (healthy_along, healthy_across) = Sheet::new(&healthy, 1.0).moduli(0.0, stretch);
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
    /// Stretches the fibers of a window along and across an axis in radians.
    pub(crate) fn of(fibers: &FiberMoments, elastin: f64, axis: f64) -> Self {
        let (along, across) = Sheet::new(fibers, elastin).moduli(axis, Firmness::STRETCH);
        Self { along, across, elastin }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::Region;
    use crate::{Grid, Length};

    fn weave(density: f64) -> FiberMoments {
        FiberMoments::two_families(density, 0.0, 41.0_f64.to_radians(), 2.11)
    }

    fn close(value: f64, expected: f64, tolerance: f64) {
        assert!((value / expected - 1.0).abs() < tolerance, "{value} instead of {expected}");
    }

    #[test]
    fn healthy_dermis_is_as_anisotropic_as_measured() {
        // Ní Annaidh 2012 and Ottenio 2015: 1.76 to 2.3.
        let healthy = Firmness::of(&weave(1.0), 1.0, 0.0);
        assert!((1.8..2.3).contains(&healthy.modulus_anisotropy), "{healthy:?}");
        close(healthy.modulus_along * healthy.modulus_across, 1.0, 1e-12);
        assert_eq!(Firmness::at_stretch(&weave(1.0), 1.0, 0.0, 1.3).unwrap(), healthy);
        assert!(Firmness::at_stretch(&weave(1.0), 1.0, 0.0, f64::NAN).is_err());
    }

    #[test]
    fn less_collagen_is_softer_and_turning_the_picture_changes_nothing() {
        let (healthy, half) = (Firmness::of(&weave(1.0), 1.0, 0.0), Firmness::of(&weave(0.5), 1.0, 0.0));
        assert!(
            half.modulus_along < 0.6 * healthy.modulus_along && half.modulus_across < 0.6 * healthy.modulus_across,
            "{half:?}"
        );
        let turned = Firmness::of(&weave(0.5).rotated(0.9), 1.0, 0.9);
        close(turned.modulus_along, half.modulus_along, 1e-10);
        close(turned.modulus_across, half.modulus_across, 1e-10);
    }

    #[test]
    fn empty_and_undefined_windows_do_no_harm() {
        let empty = Firmness::of(&FiberMoments::default(), 0.0, 0.0);
        assert!(
            empty.modulus_along > 0.0 && empty.modulus_along < 1e-5 && (empty.modulus_anisotropy - 1.0).abs() < 1e-12,
            "{empty:?}"
        );
        for undefined in [Firmness::of(&weave(f64::NAN), 1.0, 0.0), Firmness::of(&weave(1.0), f64::NAN, 0.0)] {
            assert!(
                undefined.modulus_along.is_nan()
                    && undefined.modulus_across.is_nan()
                    && undefined.modulus_anisotropy.is_nan()
            );
        }
    }

    #[test]
    fn a_region_is_the_mean_of_its_windows() {
        let side = Length::micrometers(200.0);
        let grid = Grid::new(side, side, Length::micrometers(20.0)).unwrap();
        let mut matrix = Matrix::uniform(grid, weave(1.0), 0.0);
        for site in 0..grid.sites() / 2 {
            matrix.sites_mut()[site].mature *= 0.5;
            matrix.sites_mut()[site].elastin = 0.2;
        }
        let windows = Windows::new(&Region::all(&grid), &grid, Length::micrometers(100.0)).unwrap();
        let found = Firmness::new(&windows, &matrix, &vec![0.0; windows.count()]).unwrap();
        let (whole, half) = (Firmness::of(&weave(1.0), 1.0, 0.0), Firmness::of(&weave(0.5), 0.2, 0.0));
        close(found.modulus_along, 0.5 * (whole.modulus_along + half.modulus_along), 1e-10);
        close(found.modulus_across, 0.5 * (whole.modulus_across + half.modulus_across), 1e-10);
        close(found.recoil, 0.6, 1e-12);
    }
}
