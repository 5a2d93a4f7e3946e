//! Sums in four lanes, which the processor runs side by side.
//!
//! A plain sum waits for every addition before the next; four of them do not wait for one another.

/// Σ values.
pub(crate) fn sum(values: &[f64]) -> f64 {
    sum_by(values, |_, value| value)
}

/// Σ term(position, value); positions are 0, 1, 2, …
pub(crate) fn sum_by(values: &[f64], term: impl Fn(f64, f64) -> f64) -> f64 {
    let [sum] = sums_by(values, |position, value| [term(position, value)]);
    sum
}

/// Several sums at once.
pub(crate) fn sums_by<const N: usize>(values: &[f64], terms: impl Fn(f64, f64) -> [f64; N]) -> [f64; N] {
    let (fours, rest) = values.as_chunks::<4>();
    let (mut lanes, mut positions) = ([[0.0; 4]; N], [0.0, 1.0, 2.0, 3.0]);
    for four in fours {
        for lane in 0..4 {
            let terms = terms(positions[lane], four[lane]);
            (0..N).for_each(|index| lanes[index][lane] += terms[index]);
            positions[lane] += 4.0;
        }
    }
    let mut sums = [0.0; N];
    for (lane, value) in rest.iter().enumerate() {
        let terms = terms(positions[lane], *value);
        (0..N).for_each(|index| sums[index] += terms[index]);
    }
    std::array::from_fn(|index| {
        let [first, second, third, fourth] = lanes[index];
        (first + second) + (third + fourth) + sums[index]
    })
}

/// Σ |number(position, value)|, and the smallest and the largest of these numbers; positions are 0, 1, 2, …
pub(crate) fn sizes_and_range_by(values: &[f64], number: impl Fn(f64, f64) -> f64) -> (f64, f64, f64) {
    let (eights, rest) = values.as_chunks::<8>();
    let smaller = |first: f64, second: f64| if second < first { second } else { first };
    let larger = |first: f64, second: f64| if second > first { second } else { first };
    let (mut low, mut high, mut sizes) = ([f64::INFINITY; 8], [f64::NEG_INFINITY; 8], [0.0; 8]);
    let mut positions: [f64; 8] = std::array::from_fn(|lane| lane as f64);
    for eight in eights {
        let numbers: [f64; 8] = std::array::from_fn(|lane| number(positions[lane], eight[lane]));
        for lane in 0..8 {
            low[lane] = smaller(low[lane], numbers[lane]);
            positions[lane] += 8.0;
        }
        for lane in 0..8 {
            high[lane] = larger(high[lane], numbers[lane]);
            sizes[lane] += numbers[lane].abs();
        }
    }
    let of_rest = || rest.iter().zip(positions).map(|(&value, position)| number(position, value));
    (
        of_rest().fold(sizes.iter().sum(), |sum, number| sum + number.abs()),
        low.into_iter().chain(of_rest()).fold(f64::INFINITY, smaller),
        high.into_iter().chain(of_rest()).fold(f64::NEG_INFINITY, larger),
    )
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
            assert_eq!(sum_by(&values, |position, value| position * value), weighted);
            assert_eq!(sums_by(&values, |position, value| [value, position * value]), [sum(&values), weighted]);
            let (sizes, ..) = sizes_and_range_by(&values, |position, value| position * (5.0 - value));
            let expected = values.iter().enumerate().map(|(index, value)| index as f64 * (5.0 - value).abs());
            assert_eq!(sizes, expected.sum::<f64>());
            // Values that rise from one to the next.
            let (_, low, high) = sizes_and_range_by(&values, |position, value| 100.0 * position + value);
            let ends =
                values.first().zip(values.last()).map(|(first, last)| (*first, 100.0 * f64::from(count - 1) + last));
            assert_eq!((low, high), ends.unwrap_or((f64::INFINITY, f64::NEG_INFINITY)));
        }
    }
}
