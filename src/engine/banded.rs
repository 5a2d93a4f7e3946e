//! Rows that are cut into bands, each changed by one thread.
use super::NUMBERS;

/// Something that lies in rows and can be cut between two of them.
pub(crate) trait InRows: Send + Sized {
    /// Number of its first row in the whole.
    fn first_row(&self) -> usize;
    fn rows(&self) -> usize;
    /// The rows below this one, and those from it on.
    fn cut(self, row: usize) -> (Self, Self);
}

/// Calls `change` with every band of `rows` rows; the last may have less.
pub(crate) fn change_rows<B: InRows>(banded: B, rows: usize, change: &(impl Fn(B) + Sync)) {
    merge_rows(banded, rows, change, &|(), ()| ());
}

/// What `change` gives for every band of `rows` rows, put together in pairs that depend on nothing but the number of
/// rows.
pub(crate) fn merge_rows<B: InRows, S: Send>(
    banded: B,
    rows: usize,
    change: &(impl Fn(B) -> S + Sync),
    merge: &(impl Fn(S, S) -> S + Sync),
) -> S {
    let bands = banded.rows().div_ceil(rows);
    if bands <= 1 {
        return change(banded);
    }
    let (below, above) = banded.cut(bands / 2 * rows);
    let below = || merge_rows(below, rows, change, merge);
    let above = || merge_rows(above, rows, change, merge);
    let (below, above) = rayon::join(below, above);
    merge(below, above)
}

/// Rows of several arrays of one length, side by side.
pub(crate) struct SideBySide<'a, const N: usize> {
    pub(crate) first_row: usize,
    pub(crate) columns: usize,
    pub(crate) arrays: [&'a mut [f64]; N],
}

impl<const N: usize> InRows for SideBySide<'_, N> {
    fn first_row(&self) -> usize {
        self.first_row
    }

    fn rows(&self) -> usize {
        self.arrays[0].len().div_ceil(self.columns)
    }

    fn cut(self, row: usize) -> (Self, Self) {
        let Self { first_row, columns, arrays } = self;
        let mut parts = arrays.map(|array| <[_; 2]>::from(array.split_at_mut(row * columns)));
        let [below, above] = [0, 1].map(|part| parts.each_mut().map(|pair| std::mem::take(&mut pair[part])));
        (Self { first_row, columns, arrays: below }, Self { first_row: first_row + row, columns, arrays: above })
    }
}

/// Calls `change` with all numbers of several arrays of one length, side by side, block by block, and the index of the first.
pub(crate) fn for_all_numbers<const N: usize>(arrays: [&mut [f64]; N], change: impl Fn(usize, [&mut [f64]; N]) + Sync) {
    let numbers = SideBySide { first_row: 0, columns: 1, arrays };
    change_rows(numbers, NUMBERS, &|block: SideBySide<N>| change(block.first_row, block.arrays));
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Rows of ten sites each, and the number of the first.
    pub(in super::super) struct Rows<'a, T>(pub(in super::super) usize, pub(in super::super) &'a mut [T]);

    impl<T: Send> InRows for Rows<'_, T> {
        fn first_row(&self) -> usize {
            self.0
        }

        fn rows(&self) -> usize {
            self.1.len() / 10
        }

        fn cut(self, row: usize) -> (Self, Self) {
            let (below, above) = self.1.split_at_mut(row * 10);
            (Self(self.0, below), Rows(self.0 + row, above))
        }
    }

    #[test]
    fn bands_follow_on_each_other() {
        for rows in [1, 7, 8, 9, 40] {
            let mut sites = vec![0_u8; rows * 10];
            let bands = merge_rows(Rows(0, &mut sites), 8, &|band| vec![(band.0, band.rows())], &|below, above| {
                [below, above].concat()
            });
            let expected: Vec<_> = (0..rows).step_by(8).map(|first| (first, 8.min(rows - first))).collect();
            assert_eq!(bands, expected);
        }
    }

    #[test]
    fn blocks_cover_all_arrays_side_by_side() {
        for length in [0, 1, 4096, 4097, 50_000] {
            let (mut first, mut second) = (vec![0.0; length], vec![1.0; length]);
            for_all_numbers([&mut first, &mut second], |begin, [first, second]| {
                for (offset, (first, second)) in first.iter_mut().zip(second).enumerate() {
                    *first += (begin + offset) as f64;
                    *second += *first;
                }
            });
            assert!((0..length).all(|index| first[index] == index as f64 && second[index] == 1.0 + index as f64));
        }
    }
}
