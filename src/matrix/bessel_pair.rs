//! The first two ratios of modified Bessel functions at once, fast where fibers are.
use super::bessel_ratio;
use std::array;

/// Concentration up to which the power series are summed.
const LARGEST: f64 = 6.0;
const TERMS: usize = 24;

/// Coefficients of tᵏ, t = κ²/4, in I₀, 2 I₁/κ and 8 I₂/κ²: 1/k!², 1/(k! (k + 1)!) and 2/(k! (k + 2)!) (DLMF 10.25.2).
const SERIES: [[f64; 3]; TERMS] = series();

const fn series() -> [[f64; 3]; TERMS] {
    let mut series = [[1.0; 3]; TERMS];
    let mut power = 1;
    while power < TERMS {
        let index = power as f64;
        let [zeroth, first, second] = series[power - 1];
        series[power] = [zeroth / (index * index), first / (index * (index + 1.0)), second / (index * (index + 2.0))];
        power += 1;
    }
    series
}

/// [I₁(κ)/I₀(κ), I₂(κ)/I₀(κ)], equal to those of [`bessel_ratio`] up to round-off.
pub(crate) fn bessel_ratio_pair(kappa: f64) -> [f64; 2] {
    // Not a number is in no range.
    if !(0.0..=LARGEST).contains(&kappa) {
        return [bessel_ratio(1, kappa), bessel_ratio(2, kappa)];
    }
    // The first term left out is below 1e-17 of I₀; all terms are positive.
    let pairs = (5.5 + 1.1 * kappa) as usize;
    let square = 0.25 * kappa * kappa;
    // Terms of even and of odd k apart, so that one sum does not wait for the other.
    let (terms, _) = SERIES.as_chunks::<2>();
    let [even, odd] = terms[..pairs].iter().rev().fold([[0.0; 3]; 2], |sums, terms| {
        array::from_fn(|odd| array::from_fn(|order| sums[odd][order] * (square * square) + terms[odd][order]))
    });
    let [zeroth, first, second] = array::from_fn(|order| even[order] + square * odd[order]);
    let scale = 1.0 / zeroth;
    [0.5 * kappa * first * scale, 0.5 * square * second * scale]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Defends: both ways agree, across the border between them.
    #[test]
    fn pairs_are_the_ratios() {
        for step in 0..=800 {
            let kappa = 0.01 * f64::from(step);
            let [first, second] = bessel_ratio_pair(kappa);
            assert!((first - bessel_ratio(1, kappa)).abs() <= 2e-15 * first, "{kappa}");
            assert!((second - bessel_ratio(2, kappa)).abs() <= 2e-15 * second, "{kappa}");
        }
        assert!(bessel_ratio_pair(f64::NAN)[0].is_nan() && bessel_ratio_pair(-1.0)[1].is_nan());
        assert_eq!(bessel_ratio_pair(f64::INFINITY), [1.0; 2]);
    }
}
