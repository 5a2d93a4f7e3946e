//! Realizable pairs of axial moments and the fit of a density to them.
//!
//! A density on `[0, π)` with `z2 = ⟨e^{2iθ}⟩` and `z4 = ⟨e^{4iθ}⟩` exists where
//! `|z2| ≤ 1` and `|z4 − z2²| ≤ 1 − |z2|²` (Carathéodory–Toeplitz). On the boundary it
//! is one or two single directions, which no smooth density reaches.

use super::maximum_entropy::{self, State, solve};
use crate::elementary::length;
use nalgebra::Vector4;
use std::f64::consts::PI;

/// Smallest variance of a peak in the doubled angle, rad²: that of directions spread
/// evenly over one bin of 1°, `(π/90)²/12` ≈ 1.02e-4.
pub(super) const SMALLEST_VARIANCE: f64 = PI * PI / 97_200.0;

/// Ratio of successive blurs, and the blur after which the wanted one is tried, rad².
const BLUR_RATIO: f64 = 0.5;
const NARROWEST_EXTRA_BLUR: f64 = 0.5 * SMALLEST_VARIANCE;

/// Density fitted to two moments, and what was done to the moments for it.
pub(super) struct Fit {
    /// Direction of `z2` in the doubled angle, rad.
    pub mean_direction: f64,
    /// Density in the doubled angle measured from that direction.
    pub state: State,
    /// Variance of the blur applied in the doubled angle, rad².
    pub added_variance: f64,
}

impl Fit {
    /// Fits the density of largest entropy; NaN throughout if a moment is not finite.
    pub fn of_moments(z2: [f64; 2], z4: [f64; 2]) -> Self {
        if !z2.iter().chain(&z4).all(|part| part.is_finite()) {
            let (mean_direction, added_variance) = (f64::NAN, f64::NAN);
            return Self { mean_direction, state: State::undefined(), added_variance };
        }
        let (resultant, [cosine, sine], centered) = realizable(z2, z4);
        let added = added_variance(resultant, centered);
        let wanted = blurred_features(resultant, centered, added);
        let direct = State::near(&wanted).and_then(|start| solve(start, &wanted));
        let (state, added_variance) = match direct {
            Some(state) => (state, added),
            None => sharpened(resultant, centered, added),
        };
        Self { mean_direction: sine.atan2(cosine), state, added_variance }
    }
}

/// Least value of the dual for two moments, `None` if Newton's method does not find it at once.
pub(super) fn least_dual(z2: [f64; 2], z4: [f64; 2]) -> Option<f64> {
    if !z2.iter().chain(&z4).all(|part| part.is_finite()) {
        return None;
    }
    let (resultant, _, centered) = realizable(z2, z4);
    let wanted = blurred_features(resultant, centered, added_variance(resultant, centered));
    maximum_entropy::least_dual(State::near(&wanted)?, &wanted)
}

/// Variance scale of the narrowest peak of two moments in the doubled angle, rad²; NaN if a moment is not finite.
pub(super) fn narrowest(z2: [f64; 2], z4: [f64; 2]) -> f64 {
    let (resultant, _, centered) = realizable(z2, z4);
    peak_variance(resultant, centered)
}

/// Variance of the least blur that leaves no peak too narrow.
fn added_variance(resultant: f64, centered: [f64; 2]) -> f64 {
    (SMALLEST_VARIANCE - peak_variance(resultant, centered)).max(0.0)
}

/// `vector` turned counterclockwise by `angle`, rad.
pub(super) fn turned(vector: [f64; 2], angle: f64) -> [f64; 2] {
    let (sine, cosine) = angle.sin_cos();
    let [x, y] = vector;
    [x * cosine - y * sine, x * sine + y * cosine]
}

/// Moves the moments into the realizable set: length and direction (a unit vector) of `z2`, and `z4 − z2²` in the frame
/// of that direction.
fn realizable(z2: [f64; 2], z4: [f64; 2]) -> (f64, [f64; 2], [f64; 2]) {
    // Moments that no fibers have may be of any size, and keep their direction.
    let resultant = z2[0].hypot(z2[1]);
    let direction = if resultant > 0.0 { z2.map(|part| part / resultant) } else { [1.0, 0.0] };
    let resultant = resultant.min(1.0);
    let [cosine, sine] = direction;
    let (cosine, sine) = (cosine * cosine - sine * sine, 2.0 * cosine * sine);
    let fourth = [z4[0] * cosine + z4[1] * sine, z4[1] * cosine - z4[0] * sine];
    let centered = [fourth[0] - resultant * resultant, fourth[1]];
    let limit = 1.0 - resultant * resultant;
    let distance = length(centered[0], centered[1]);
    let shrink = if distance > limit { limit / distance } else { 1.0 };
    (resultant, direction, centered.map(|part| part * shrink))
}

/// Variance scale of the narrowest peak in the doubled angle, rad²: about σ² for one
/// peak and 2σ² for two, 0 on the boundary of the realizable set.
fn peak_variance(resultant: f64, centered: [f64; 2]) -> f64 {
    let limit = 1.0 - resultant * resultant;
    if limit <= 0.0 {
        return 0.0;
    }
    let margin = limit - length(centered[0], centered[1]);
    limit.min(margin.max(0.0) / limit)
}

/// Follows blurs of falling variance down to `added`, each solution the start of the
/// next; returns the last that converged and its variance.
fn sharpened(resultant: f64, centered: [f64; 2], added: f64) -> (State, f64) {
    let (mut state, mut reached) = (State::isotropic(), f64::INFINITY);
    let mut extra = 1.0;
    loop {
        let wanted = blurred_features(resultant, centered, added + extra);
        let Some(next) = solve(state.clone(), &wanted) else {
            return (state, reached);
        };
        (state, reached) = (next, added + extra);
        if extra <= 0.0 {
            return (state, reached);
        }
        extra = if extra > NARROWEST_EXTRA_BLUR { extra * BLUR_RATIO } else { 0.0 };
    }
}

/// Feature means `⟨(u, s, u², us)⟩` after a blur by a wrapped normal of the variance.
fn blurred_features(resultant: f64, centered: [f64; 2], variance: f64) -> Vector4<f64> {
    let second = resultant * (-0.5 * variance).exp();
    let factor = (-2.0 * variance).exp();
    let fourth = [factor * (centered[0] + resultant * resultant), factor * centered[1]];
    let u = 1.0 - second;
    Vector4::new(u, 0.0, 2.0 * u + 0.5 * (fourth[0] - 1.0), -0.5 * fourth[1])
}
