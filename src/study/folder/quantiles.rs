//! Quantiles of replicates.

/// The quantiles that are told: name of the column, and share of the replicates that lie below.
pub(super) const QUANTILES: [(&str, f64); 5] =
    [("q05", 0.05), ("q25", 0.25), ("q50", 0.5), ("q75", 0.75), ("q95", 0.95)];

/// The value below which a share of increasing values lies: linear between them, the first at 0 and the last at 1
/// (definition 7 of Hyndman & Fan 1996, doi:10.1080/00031305.1996.10473566). NaN of no value.
pub(super) fn quantile(increasing: &[f64], share: f64) -> f64 {
    let Some(last) = increasing.len().checked_sub(1) else { return f64::NAN };
    let place = share * last as f64;
    let (below, above) = (increasing[place.floor() as usize], increasing[place.ceil() as usize]);
    // Between two equal values, which may be infinite, lies no other.
    if below == above { below } else { below + place.fract() * (above - below) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Defends: quantiles are those worked by hand.
    #[test]
    fn quantiles_are_those_worked_by_hand() {
        // Of 1, 2, 4, 8, 16 the places are 0 to 4: 0.05 lies at 0.2, 0.25 at 1, 0.5 at 2, 0.75 at 3, 0.95 at 3.8.
        let values = [1.0, 2.0, 4.0, 8.0, 16.0];
        let found = QUANTILES.map(|(_, share)| quantile(&values, share));
        for (found, expected) in found.into_iter().zip([1.2, 2.0, 4.0, 8.0, 14.4]) {
            assert!((found - expected).abs() < 1e-12, "{found} {expected}");
        }
        // Of two values 0.25 lies a quarter of the way.
        assert_eq!(quantile(&[10.0, 30.0], 0.25), 15.0);
        assert_eq!((quantile(&[7.0], 0.95), quantile(&[f64::INFINITY; 3], 0.3)), (7.0, f64::INFINITY));
        assert!(quantile(&[], 0.5).is_nan());
    }
}
