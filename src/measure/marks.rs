//! Marked sites.
use serde::{Deserialize, Serialize};

/// Which of the sites of a grid are marked: one bit each, since cells ask here and there. Kept in files as a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<bool>", into = "Vec<bool>")]
pub(super) struct Marks {
    words: Vec<u64>,
    sites: usize,
}

impl Marks {
    /// How many sites are marked.
    pub(super) fn count(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Whether a site is marked; a number past the last site never is.
    #[inline]
    pub(super) fn hold(&self, site: usize) -> bool {
        // Bits past the last site are zero.
        self.words.get(site / 64).is_some_and(|word| word >> (site % 64) & 1 == 1)
    }
}

impl From<Vec<bool>> for Marks {
    fn from(sites: Vec<bool>) -> Self {
        let word = |sites: &[bool]| sites.iter().rev().fold(0, |word, &marked| word << 1 | u64::from(marked));
        Self { words: sites.chunks(64).map(word).collect(), sites: sites.len() }
    }
}

impl From<Marks> for Vec<bool> {
    fn from(marks: Marks) -> Self {
        (0..marks.sites).map(|site| marks.hold(site)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Defends: every site keeps its mark, wherever the last word ends, also in a file.
    #[test]
    fn marks_are_those_of_the_list() {
        for sites in [0, 1, 63, 64, 65, 200] {
            let list: Vec<bool> = (0..sites).map(|site| site % 7 < 3 || site == sites - 1).collect();
            let marks = Marks::from(list.clone());
            assert!((0..sites).all(|site| marks.hold(site) == list[site]));
            assert!((sites..sites + 130).all(|site| !marks.hold(site)) && !marks.hold(usize::MAX));
            assert_eq!((marks.sites, marks.count()), (sites, list.iter().filter(|&&marked| marked).count()));
            let file = serde_json::to_string(&marks).unwrap();
            assert_eq!(file, serde_json::to_string(&list).unwrap());
            assert_eq!(serde_json::from_str::<Marks>(&file).unwrap(), marks);
            assert_eq!(Vec::from(marks), list);
        }
    }
}
