//! How many fibers lie at each angle to an axis, on either side of it: what a sheet pulled along that axis depends on.
use super::distribution::OrientationDistribution;
use super::quadrature::LANES;
use crate::elementary::sin_cos;
use crate::matrix::FiberMoments;
use std::array;
use std::f64::consts::PI;
use std::sync::LazyLock;

/// Angles between 0 and 90°, evenly spaced and half a step off both.
pub(in crate::measure) const ANGLES: usize = 16;

/// Least variance of a peak in the doubled angle, rad²: of fibers that stray by 4.5° about the axis of their bundle. The angles
/// resolve it to 1e-5; crimped bundles stray by more.
const LEAST_VARIANCE: f64 = (2.0 * 4.5 * PI / 180.0) * (2.0 * 4.5 * PI / 180.0);

/// The angle of a number, rad.
pub(in crate::measure) fn angle(index: usize) -> f64 {
    (index as f64 + 0.5) * (0.5 * PI / ANGLES as f64)
}

/// Cosine and sine of twice the angles.
static DOUBLED: LazyLock<[[f64; ANGLES]; 2]> = LazyLock::new(|| {
    let turned: [_; ANGLES] = array::from_fn(|index| sin_cos(2.0 * angle(index)));
    [turned.map(|(_, cosine)| cosine), turned.map(|(sine, _)| sine)]
});

/// Shares of the fibers at these angles to an axis in radians, both sides together; their sum is 1. `directions` is the
/// density of largest entropy of the fibers. Turning fibers and axis together changes nothing but round-off.
pub(in crate::measure) fn shares_about(
    fibers: &FiberMoments,
    directions: &OrientationDistribution,
    axis: f64,
) -> [f64; ANGLES] {
    let blurred = OrientationDistribution::blurred(fibers, LEAST_VARIANCE);
    let directions = blurred.as_ref().unwrap_or(directions);
    let [cosines, sines] = &*DOUBLED;
    let densities = |side: f64| directions.relative_densities_about(axis, (cosines, &sines.map(|sine| side * sine)));
    let (left, right) = (densities(1.0), densities(-1.0));
    let shares: [f64; ANGLES] = array::from_fn(|index| left[index] + right[index]);
    let total: f64 = shares.iter().sum();
    shares.map(|share| share / total)
}

impl OrientationDistribution {
    /// Densities relative to the isotropic one at angles from an axis in radians, given cosine and sine of twice the angles.
    fn relative_densities_about(&self, axis: f64, (cosines, sines): (&[f64; ANGLES], &[f64; ANGLES])) -> [f64; ANGLES] {
        let (sine, cosine) = sin_cos(2.0 * (axis % PI) - self.mean_direction());
        let mut densities = [0.0; ANGLES];
        let places = cosines.as_chunks::<LANES>().0.iter().zip(sines.as_chunks::<LANES>().0);
        for (densities, (cosines, sines)) in densities.as_chunks_mut::<LANES>().0.iter_mut().zip(places) {
            *densities = self.relative_densities_at(array::from_fn(|lane| {
                [1.0 - (cosine * cosines[lane] - sine * sines[lane]), sine * cosines[lane] + cosine * sines[lane]]
            }));
        }
        densities
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Claim: the shares have both moments of the fibers about the axis; parallel fibers those that straying leaves them.
    #[test]
    fn shares_have_the_moments_of_the_fibers() {
        let weave = FiberMoments::two_families(0.7, 0.3, 0.7, 2.11);
        let scar = FiberMoments::one_family(0.8, 0.3, 0.7);
        let parallel = FiberMoments::along(1.0, 0.3);
        for fibers in [weave, scar, weave + scar * 0.5, parallel, FiberMoments::isotropic(1.0)] {
            let directions =
                OrientationDistribution::from_moments(fibers.mean_second().into(), fibers.mean_fourth().into());
            for axis in [0.0, 0.3, 1.1, -2.0] {
                let (shares, seen) = (shares_about(&fibers, &directions, axis), fibers.rotated(-axis));
                let moment = |order: f64| {
                    let term = |(index, share): (usize, &f64)| share * (order * angle(index)).cos();
                    shares.iter().enumerate().map(term).sum::<f64>()
                };
                let variance = if fibers == parallel { LEAST_VARIANCE } else { 0.0 };
                let left = |order: f64| (-0.125 * order * order * variance).exp();
                // Of parallel fibers, which these angles just resolve.
                let tolerance = if fibers == parallel { 1e-4 } else { 1e-9 };
                assert!((moment(2.0) - left(2.0) * seen.mean_second().0).abs() < tolerance, "{fibers:?} {axis}");
                assert!((moment(4.0) - left(4.0) * seen.mean_fourth().0).abs() < tolerance, "{fibers:?} {axis}");
                assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-14 && shares.iter().all(|share| *share >= 0.0));
            }
        }
    }

    /// Claim: shares do not jump where straying sets in.
    #[test]
    fn sharper_and_sharper_fibers_change_smoothly() {
        let of = |resultant: f64| {
            let fibers = FiberMoments::one_family(1.0, 0.2, resultant);
            let directions =
                OrientationDistribution::from_moments(fibers.mean_second().into(), fibers.mean_fourth().into());
            shares_about(&fibers, &directions, 0.0)
        };
        for step in 0..300 {
            let resultant = 0.97 + 1e-4 * f64::from(step);
            let (before, after) = (of(resultant), of(resultant + 1e-6));
            let jump = before.iter().zip(&after).map(|(before, after)| (before - after).abs()).fold(0.0, f64::max);
            assert!(jump < 1e-4, "{resultant}: {jump}");
        }
    }
}
