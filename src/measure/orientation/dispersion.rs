//! How far the fibers of a family in space stray from its axis.

/// Exponent 2b above which Dawson's asymptotic series reaches round-off.
const ASYMPTOTIC_EXPONENT: f64 = 40.0;

/// Exponent up to which the coefficients of the series are tabled, and how many there are.
const LARGEST_TABLED: f64 = 12.0;
const TERMS: usize = 54;

/// 1/(k! (2k + 1)(2k + 3)) and 1/(k! (2k + 1)).
const SERIES: [[f64; 2]; TERMS] = series();

const fn series() -> [[f64; 2]; TERMS] {
    let mut series = [[0.0; 2]; TERMS];
    let (mut power, mut inverse_factorial) = (0, 1.0);
    while power < TERMS {
        let index = power as f64;
        let all = inverse_factorial / (2.0 * index + 1.0);
        series[power] = [all / (2.0 * index + 3.0), all];
        power += 1;
        inverse_factorial /= index + 1.0;
    }
    series
}

/// GOH dispersion κ = ¼ ∫₀^π ρ(Θ) sin³Θ dΘ of fibers ρ ∝ exp(b cos 2Θ) around an axis in space,
/// ∫₀^π ρ sin Θ dΘ = 2: 1/3 for all directions alike, 0 for parallel fibers (Gasser, Ogden &
/// Holzapfel 2006, doi:10.1098/rsif.2005.0073).
///
/// Dimensionless. With x = cos Θ and a = 2b, κ = ½ ∫₀¹(1 − x²) e^{ax²} dx / ∫₀¹ e^{ax²} dx, summed
/// as series of positive terms; for large a from the asymptotic series of Dawson's integral (DLMF
/// 7.12.1). Relative error 10⁻¹³. A negative b and NaN give NaN.
///
/// ```
/// use dermaweave::measure::goh_dispersion;
/// assert!((goh_dispersion(0.0) - 1.0 / 3.0).abs() < 1e-15);
/// assert!((goh_dispersion(2.11) - 0.1403).abs() < 1e-4);
/// ```
#[must_use]
pub fn goh_dispersion(concentration: f64) -> f64 {
    let exponent = 2.0 * concentration;
    if exponent.is_nan() || exponent < 0.0 {
        f64::NAN
    } else if exponent > ASYMPTOTIC_EXPONENT {
        sharp_dispersion(exponent)
    } else {
        blunt_dispersion(exponent)
    }
}

/// κ = Σ aᵏ/k! / ((2k + 1)(2k + 3)) / Σ aᵏ/k! / (2k + 1).
fn blunt_dispersion(exponent: f64) -> f64 {
    if exponent <= LARGEST_TABLED {
        // The first term left out is below 1e-16 of the sum.
        let pairs = (12.5 + 1.2 * exponent) as usize;
        // Terms of even and of odd k apart, so that one sum does not wait for the other.
        let (terms, _) = SERIES.as_chunks::<2>();
        let square = exponent * exponent;
        let [even, odd] = terms[..pairs].iter().rev().fold([[0.0; 2]; 2], |sums, terms| {
            [0, 1].map(|odd| [0, 1].map(|sum| sums[odd][sum] * square + terms[odd][sum]))
        });
        let [across, all] = [0, 1].map(|sum| even[sum] + exponent * odd[sum]);
        return across / all;
    }
    let (mut power, mut across, mut all) = (1.0, 0.0, 0.0);
    let mut index = 0.0;
    loop {
        let term = power / (2.0 * index + 1.0);
        across += term / (2.0 * index + 3.0);
        all += term;
        index += 1.0;
        power *= exponent / index;
        // Past k = 2a the terms fall at least by half each.
        if index > 2.0 * exponent && power < 1e-17 * all {
            return across / all;
        }
    }
}

/// κ = ½ (ε/(1 + ε) + 1/(2a)) with ε = Σ_{k≥1} (2k − 1)!!/(2a)ᵏ.
fn sharp_dispersion(exponent: f64) -> f64 {
    let inverse = 0.5 / exponent;
    let (mut term, mut tail) = (1.0, 0.0);
    for step in 1..=40 {
        term *= f64::from(2 * step - 1) * inverse;
        tail += term;
        if term <= 1e-17 * tail {
            break;
        }
    }
    // ∫x² e^{ax²}/∫e^{ax²} = 1/(1 + ε) − 1/(2a).
    0.5 * (tail / (1.0 + tail) + inverse)
}
