//! Items that are counted by class.
use super::for_each_piece;

/// How many items fall into each of several classes; its storage is used again step after step.
#[derive(Clone, Debug, Default)]
pub(crate) struct Counts {
    classes: usize,
    /// The counts of each block of items, one after another.
    blocks: Vec<u32>,
}

/// Least items that are counted together.
const COUNTED: usize = 2048;

impl Counts {
    /// Counts anew how many of `count` items are of which class.
    pub(crate) fn count(&mut self, count: usize, classes: usize, class_of: impl Fn(usize) -> usize + Sync) {
        // No more counts than items or classes, so that they do not grow with the square of a field.
        let together = COUNTED.max(classes);
        self.classes = classes;
        self.blocks.clear();
        self.blocks.resize(classes * count.div_ceil(together).max(1), 0);
        for_each_piece(&mut self.blocks, classes, |first, counts| {
            let block = first / classes;
            (block * together..((block + 1) * together).min(count)).for_each(|item| counts[class_of(item)] += 1);
        });
    }

    /// The number of items of every class.
    pub(crate) fn totals(&self) -> impl Iterator<Item = usize> {
        let in_blocks = |class| self.blocks[class..].iter().step_by(self.classes);
        (0..self.classes).map(move |class| in_blocks(class).map(|&count| count as usize).sum())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Defends: all items are counted, and large fields, which have as many more classes as items, need no more counts than
    /// they have items or classes.
    #[test]
    fn there_are_no_more_counts_than_items_or_classes() {
        let mut counts = Counts::default();
        for (items, classes) in [(0, 5), (100, 1), (5000, 7), (50_000, 4_999), (300_000, 100_000), (10, 1000)] {
            counts.count(items, classes, |item| item * 7 % classes);
            let of = |class| (0..items).filter(|item| item * 7 % classes == class).count();
            let totals: Vec<_> = counts.totals().collect();
            assert_eq!((totals.len(), totals.iter().sum::<usize>()), (classes, items));
            assert!([0, classes / 2, classes - 1].into_iter().all(|class| totals[class] == of(class)));
            assert!(counts.blocks.len() <= items + classes, "{items} {classes}: {}", counts.blocks.len());
        }
    }
}
