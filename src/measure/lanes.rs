//! Sums in four lanes, which the processor runs side by side.
//!
//! A plain sum waits for every addition before the next; four of them do not wait for one another.

/// Σ values.
pub(super) fn sum(values: &[f64]) -> f64 {
    sum_by(values, |_, value| value)
}

/// Σ term(index, value).
pub(super) fn sum_by(values: &[f64], term: impl Fn(usize, f64) -> f64) -> f64 {
    let (fours, rest) = values.as_chunks::<4>();
    let mut lanes = [0.0; 4];
    for (group, four) in fours.iter().enumerate() {
        for lane in 0..4 {
            lanes[lane] += term(4 * group + lane, four[lane]);
        }
    }
    let begun = 4 * fours.len();
    let rest: f64 = rest.iter().enumerate().map(|(index, &value)| term(begun + index, value)).sum();
    (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]) + rest
}

/// The smallest and the largest value, infinite for none.
pub(super) fn range(values: &[f64]) -> (f64, f64) {
    let (eights, rest) = values.as_chunks::<8>();
    let smaller = |first: f64, second: f64| if second < first { second } else { first };
    let larger = |first: f64, second: f64| if second > first { second } else { first };
    let (mut low, mut high) = ([f64::INFINITY; 8], [f64::NEG_INFINITY; 8]);
    for eight in eights {
        for lane in 0..8 {
            low[lane] = smaller(low[lane], eight[lane]);
        }
        for lane in 0..8 {
            high[lane] = larger(high[lane], eight[lane]);
        }
    }
    let low = low.into_iter().chain(rest.iter().copied()).fold(f64::INFINITY, smaller);
    (low, high.into_iter().chain(rest.iter().copied()).fold(f64::NEG_INFINITY, larger))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Defends: no value is left out or counted twice, whatever the number of them.
    #[test]
    fn lanes_are_the_plain_sums() {
        for count in 0..20 {
            let values: Vec<f64> = (0..count).map(|index| f64::from((index * 7) % 11)).collect();
            assert_eq!(sum(&values), values.iter().sum::<f64>());
            let weighted: f64 = values.iter().enumerate().map(|(index, value)| index as f64 * value).sum();
            assert_eq!(sum_by(&values, |index, value| index as f64 * value), weighted);
            let expected = values
                .iter()
                .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &value| (low.min(value), high.max(value)));
            assert_eq!(range(&values), expected);
        }
    }
}
