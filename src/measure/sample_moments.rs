//! Moments of known orientation densities, for tests.

use crate::matrix::bessel_ratio;

/// Largest difference of two pairs of moments.
pub(super) fn worst(left: ([f64; 2], [f64; 2]), right: ([f64; 2], [f64; 2])) -> f64 {
    let parts = |(second, fourth): ([f64; 2], [f64; 2])| [second[0], second[1], fourth[0], fourth[1]];
    let pairs = parts(left).into_iter().zip(parts(right));
    pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
}

/// Two equal von Mises families at ±41°, concentration 2.11.
pub(super) fn two_families() -> ([f64; 2], [f64; 2]) {
    let second = bessel_ratio(1, 2.11) * 82_f64.to_radians().cos();
    let fourth = bessel_ratio(2, 2.11) * 164_f64.to_radians().cos();
    ([second, 0.0], [fourth, 0.0])
}

/// Moments of weighted directions, each turned by `turn`, rad.
pub(super) fn mixture(directions: &[(f64, f64)], turn: f64) -> ([f64; 2], [f64; 2]) {
    let total: f64 = directions.iter().map(|&(_, weight)| weight).sum();
    let moment = |order: f64| {
        directions.iter().fold([0.0; 2], |sum, &(angle, weight)| {
            let (sine, cosine) = (order * (angle + turn)).sin_cos();
            [sum[0] + weight / total * cosine, sum[1] + weight / total * sine]
        })
    };
    (moment(2.0), moment(4.0))
}
