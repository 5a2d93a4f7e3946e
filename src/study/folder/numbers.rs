//! Numbers of members in a line of text.

/// Runs of numbers that are listed.
const LISTED: usize = 8;

/// Increasing numbers as text: `3, 5 to 7`; the first of many.
pub(super) fn listed(numbers: &[usize]) -> String {
    let runs: Vec<_> = numbers.chunk_by(|before, after| before + 1 == *after).collect();
    let text = |run: &&[usize]| match run {
        [number] => number.to_string(),
        run => format!("{} to {}", run[0], run[run.len() - 1]),
    };
    let shown: Vec<_> = runs.iter().take(LISTED).map(text).collect();
    let more = if runs.len() > LISTED { " and more" } else { "" };
    format!("{}{more}", shown.join(", "))
}

#[cfg(test)]
mod tests {
    /// Defends: long lists stay short.
    #[test]
    fn numbers_are_listed() {
        assert_eq!(super::listed(&[3, 5, 6, 7, 9]), "3, 5 to 7, 9");
        let odd: Vec<_> = (0..100).map(|number| 2 * number + 1).collect();
        assert_eq!(super::listed(&odd), "1, 3, 5, 7, 9, 11, 13, 15 and more");
    }
}
