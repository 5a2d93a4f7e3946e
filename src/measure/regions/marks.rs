//! Marked sites.
use serde::{Deserialize, Serialize, Serializer};

/// Which of the sites of a grid are marked: one bit each, since they are read at scattered places. Kept in files as a list.
/// Where all are, as in a whole field however large, none is stored.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(from = "Vec<bool>")]
pub(super) struct Marks {
    words: Vec<u64>,
    sites: usize,
}

impl Marks {
    /// Every one of so many sites.
    pub(super) const fn all(sites: usize) -> Self {
        Self { words: Vec::new(), sites }
    }

    pub(super) const fn sites(&self) -> usize {
        self.sites
    }

    /// How many sites are marked.
    pub(super) fn count(&self) -> usize {
        if self.words.is_empty() {
            return self.sites;
        }
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Whether a site is marked; a number past the last site never is.
    #[inline]
    pub(super) fn hold(&self, site: usize) -> bool {
        if self.words.is_empty() {
            return site < self.sites;
        }
        // Bits past the last site are zero.
        self.words.get(site / 64).is_some_and(|word| word >> (site % 64) & 1 == 1)
    }
}

impl Serialize for Marks {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // One after another, since the list takes eight times the room of the marks.
        serializer.collect_seq((0..self.sites).map(|site| self.hold(site)))
    }
}

impl From<Vec<bool>> for Marks {
    fn from(sites: Vec<bool>) -> Self {
        if !sites.contains(&false) {
            return Self::all(sites.len());
        }
        let word = |sites: &[bool]| sites.iter().rev().fold(0, |word, &marked| word << 1 | u64::from(marked));
        Self { words: sites.chunks(64).map(word).collect(), sites: sites.len() }
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
            assert_eq!(Marks::from(vec![true; sites]), Marks::all(sites));
            assert!((0..sites).all(|site| Marks::all(sites).hold(site)) && Marks::all(sites).count() == sites);
            assert!((0..sites).all(|site| marks.hold(site) == list[site]));
            assert!((sites..sites + 130).all(|site| !marks.hold(site)) && !marks.hold(usize::MAX));
            assert_eq!((marks.sites, marks.count()), (sites, list.iter().filter(|&&marked| marked).count()));
            let file = serde_json::to_string(&marks).unwrap();
            assert_eq!(file, serde_json::to_string(&list).unwrap());
            assert_eq!(serde_json::from_str::<Marks>(&file).unwrap(), marks);
        }
    }
}
