//! Round steps and short texts for the numbers on axes and color bars.

/// Largest value of the form 1, 2, or 5 times a power of ten that is not above `value`.
///
/// The result has the unit of `value`. A value that is not positive and finite gives 1.
pub fn round_below(value: f64) -> f64 {
    if !value.is_finite() || value <= 0.0 {
        return 1.0;
    }
    // The small factor keeps 0.3 / 3 from falling below 0.1 through rounding.
    let power = 10.0_f64.powf((value * (1.0 + 1e-9)).log10().floor());
    let leading = value * (1.0 + 1e-9) / power;
    let digit = [5.0, 2.0, 1.0].into_iter().find(|&d| d <= leading);
    power * digit.unwrap_or(1.0)
}

/// Shortest text for `value` that keeps digits down to `resolution` (both in the same unit).
///
/// Very large and very small numbers are written with an exponent.
pub fn format_number(value: f64, resolution: f64) -> String {
    if !value.is_finite() {
        return "n/a".to_owned();
    }
    let finest = resolution.abs().max(f64::MIN_POSITIVE).log10() + 1e-9;
    if value.abs() < resolution.abs() * 1e-6 {
        return "0".to_owned();
    }
    let magnitude = value.abs().max(f64::MIN_POSITIVE).log10();
    if value != 0.0 && !(-4.0..6.0).contains(&magnitude) {
        let digits = (magnitude.floor() - finest.floor()).clamp(0.0, 6.0) as usize;
        let text = format!("{value:.digits$e}");
        let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        return format!("{}e{exponent}", without_trailing_zeros(mantissa));
    }
    let digits = (-finest.floor()).clamp(0.0, 9.0) as usize;
    without_trailing_zeros(&format!("{value:.digits$}")).to_owned()
}

/// Drops zeros after the decimal point, and the sign of a zero.
fn without_trailing_zeros(text: &str) -> &str {
    let short = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text };
    if short == "-0" { "0" } else { short }
}

#[cfg(test)]
mod tests {
    use super::{format_number, round_below};

    #[test]
    fn steps_are_one_two_or_five() {
        for (value, expected) in [(0.3, 0.2), (0.1, 0.1), (7.0, 5.0), (1.05, 1.0), (4999.0, 2000.0)] {
            assert!((round_below(value) / expected - 1.0).abs() < 1e-9);
        }
        assert!((round_below(f64::NAN) - 1.0).abs() < 1e-9);
    }

    #[test]
    fn numbers_are_short() {
        assert_eq!(format_number(0.5, 0.001), "0.5");
        assert_eq!(format_number(180.0, 0.18), "180");
        assert_eq!(format_number(-0.0001, 0.01), "0");
        assert_eq!(format_number(0.1 + 0.2, 0.1), "0.3");
        assert_eq!(format_number(2.5e7, 1e4), "2.5e7");
        assert_eq!(format_number(-1.2e-5, 1e-7), "-1.2e-5");
        assert_eq!(format_number(0.0, 0.0), "0");
        assert_eq!(format_number(f64::NAN, 1.0), "n/a");
    }
}
