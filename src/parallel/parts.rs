//! How rows of sites are cut into parts that agents change.
use std::ops::Range;

/// Rows of sites owned by one band: some of the rows that a cell's body spans, so that most bodies lie in one or two.
pub(crate) const BAND_ROWS: usize = 16;
/// Most columns of a field whose bands are not cut: as many sites as a tile has, 1.7 MB of fibers, of which cells that lie
/// close to each other need less at a time.
const NARROW: usize = 1024;
/// Columns and rows of a tile, measured: with 512 × 32 more cells feel across the border of two bands, for which fibers are
/// read from memory again.
const TILE_COLUMNS: usize = 256;
const TILED_ROWS: usize = 64;

/// Bands of whole rows, each changed by one thread, and the tiles that it changes one after another: some columns of all of
/// its rows. A band of a narrow field is a single tile.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Parts {
    rows: usize,
    columns: usize,
    band_rows: usize,
    tile_columns: usize,
}

/// First row and number of rows, first column and number of columns that an agent touches. Those past the last one wrap
/// around.
pub(super) type Touched = [(u32, u32); 2];

impl Parts {
    /// Bands of so many rows, which are not cut.
    pub(crate) const fn bands(rows: usize, band_rows: usize) -> Self {
        Self { rows, columns: 1, band_rows, tile_columns: 1 }
    }

    /// Parts for agents that come back to sites while a cache still holds them.
    pub(crate) const fn of_cache(rows: usize, columns: usize) -> Self {
        if columns <= NARROW {
            return Self { rows, columns, band_rows: BAND_ROWS, tile_columns: columns };
        }
        // Tiles of about the same width.
        let tile_columns = columns.div_ceil(columns.div_ceil(TILE_COLUMNS));
        Self { rows, columns, band_rows: TILED_ROWS, tile_columns }
    }

    pub(crate) const fn band_rows(&self) -> usize {
        self.band_rows
    }

    /// The band in which a row lies.
    pub(super) const fn band_of(&self, row: usize) -> usize {
        row / self.band_rows
    }

    /// Tiles of a band.
    pub(crate) const fn tiles(&self) -> usize {
        self.columns.div_ceil(self.tile_columns)
    }

    /// The columns of a tile.
    pub(crate) fn columns_of(&self, tile: usize) -> Range<usize> {
        tile * self.tile_columns..((tile + 1) * self.tile_columns).min(self.columns)
    }

    /// The number of the part that is a tile of the band in which a row lies.
    pub(crate) const fn part_of(&self, row: usize, tile: usize) -> usize {
        self.part(self.band_of(row), tile)
    }

    const fn part(&self, band: usize, tile: usize) -> usize {
        band * self.tiles() + tile
    }

    /// How many there are.
    pub(super) const fn count(&self) -> usize {
        self.rows.div_ceil(self.band_rows) * self.tiles()
    }

    /// What is touched by who begins in a row and a column and touches so many; nobody touches more than there are.
    pub(super) fn touched(&self, rows: (usize, usize), columns: (usize, usize)) -> Touched {
        // Few begin past the last one: to divide takes longer than to ask.
        let within = |first: usize, all: usize| if first < all { first } else { first % all };
        let of = |(first, count): (usize, usize), all: usize| (within(first, all) as u32, count.clamp(1, all) as u32);
        [of(rows, self.rows), of(columns, self.columns)]
    }

    /// Names every part once that is touched, in order.
    #[inline]
    pub(super) fn name(&self, [rows, columns]: Touched, mut visit: impl FnMut(usize)) {
        name_spans(rows, (self.rows, self.band_rows), |band| {
            if self.tile_columns == self.columns {
                return visit(band);
            }
            name_spans(columns, (self.columns, self.tile_columns), |tile| visit(self.part(band, tile)));
        });
    }
}

/// Names every span of `length` once that `count` places from `first` on touch, of `all` in a line; places past the last one
/// wrap around.
#[inline]
fn name_spans((first, count): (u32, u32), (all, length): (usize, usize), mut visit: impl FnMut(usize)) {
    if count == 0 {
        return;
    }
    // Short numbers, which are divided faster.
    let (all, length, last) = (all as u32, length as u32, first + count - 1);
    let from = first / length;
    (from..=last.min(all - 1) / length).for_each(|span| visit(span as usize));
    if last >= all {
        (0..from.min((last - all) / length + 1)).for_each(|span| visit(span as usize));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_span_is_named_once() {
        for (first, count, expected) in [
            (0, 1, &[0][..]),
            (15, 2, &[0, 1]),
            (36, 4, &[2]),
            (36, 5, &[2, 0]),
            (36, 40, &[2, 0, 1]),
            (3, 40, &[0, 1, 2]),
            (20, 36, &[1, 2, 0]),
            (20, 0, &[]),
        ] {
            let mut named = Vec::new();
            name_spans((first, count), (40, 16), |span| named.push(span));
            assert_eq!(named, expected, "{first} {count}");
        }
    }

    /// Defends: parts cover every site once, whatever the size of the field, and who touches one site names its part.
    #[test]
    fn parts_tile_the_field() {
        for (rows, columns) in [(16, 16), (100, 1024), (200, 1025), (130, 4096), (65, 2050)] {
            let parts = Parts::of_cache(rows, columns);
            let widths: Vec<_> = (0..parts.tiles()).map(|tile| parts.columns_of(tile)).collect();
            assert_eq!(widths.iter().map(Range::len).sum::<usize>(), columns);
            assert!(widths.windows(2).all(|pair| pair[0].end == pair[1].start && pair[0].len() >= pair[1].len()));
            for (row, column) in [(0, 0), (rows - 1, columns - 1), (rows / 2, columns / 3)] {
                let mut named = Vec::new();
                parts.name(parts.touched((row, 1), (column, 1)), |part| named.push(part));
                let tile = widths.iter().position(|columns| columns.contains(&column)).unwrap();
                assert_eq!(named, [parts.part_of(row, tile)]);
                assert!(named[0] < parts.count());
            }
        }
    }
}
