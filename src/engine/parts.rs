//! How rows of sites are cut into parts that agents change.
use std::ops::Range;

/// Rows of sites owned by one band: some of the rows that a cell's body spans, so that most bodies lie in one or two.
pub(crate) const BAND_ROWS: usize = 16;
/// Rows of a band in fields of at least [`TALL`] rows, and of at least twice as many. The higher bands are, the fewer cells
/// reach two of them and feel across their border, for which fibers are read from memory again; but every thread needs some.
const BAND_ROWS_OF_TALL: [usize; 2] = [32, 64];
const TALL: usize = 512;
/// Sites of a tile, measured: 1.7 MB of fibers, of which cells that lie close to each other need less at a time.
const TILE_SITES: usize = 16_384;

/// Bands of whole rows, each changed by one thread, and the tiles that it changes one after another: some columns of all of
/// its rows. A band of a narrow field is a single tile. Sides of both are powers of two, by which numbers are divided fast.
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
    /// Bands of so many rows, a power of two, which are not cut.
    pub(crate) const fn bands(rows: usize, band_rows: usize) -> Self {
        assert!(band_rows.is_power_of_two());
        Self { rows, columns: 1, band_rows, tile_columns: 1 }
    }

    /// Parts for agents that come back to sites while a cache still holds them.
    pub(crate) const fn of_cache(rows: usize, columns: usize) -> Self {
        let band_rows = match rows / TALL {
            0 => BAND_ROWS,
            1 => BAND_ROWS_OF_TALL[0],
            _ => BAND_ROWS_OF_TALL[1],
        };
        Self { rows, columns, band_rows, tile_columns: TILE_SITES / band_rows }
    }

    pub(crate) const fn band_rows(&self) -> usize {
        self.band_rows
    }

    /// The band in which a row lies.
    pub(super) const fn band_of(&self, row: usize) -> usize {
        row >> self.band_rows.trailing_zeros()
    }

    /// Tiles of a band.
    pub(crate) const fn tiles(&self) -> usize {
        spans(self.columns, self.tile_columns)
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
        spans(self.rows, self.band_rows) * self.tiles()
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
            if self.columns <= self.tile_columns {
                return visit(band);
            }
            name_spans(columns, (self.columns, self.tile_columns), |tile| visit(self.part(band, tile)));
        });
    }
}

/// How many spans of `length`, a power of two, cover so many places.
const fn spans(all: usize, length: usize) -> usize {
    (all + length - 1) >> length.trailing_zeros()
}

/// Names every span of `length`, a power of two, once that `count` places from `first` on touch, of `all` in a line; places
/// past the last one wrap around.
#[inline]
fn name_spans((first, count): (u32, u32), (all, length): (usize, usize), mut visit: impl FnMut(usize)) {
    if count == 0 {
        return;
    }
    let span_of = |place: u32| place >> length.trailing_zeros();
    let (all, from, last) = (all as u32, span_of(first), first + count - 1);
    (from..=span_of(last.min(all - 1))).for_each(|span| visit(span as usize));
    if last >= all {
        (0..from.min(span_of(last - all) + 1)).for_each(|span| visit(span as usize));
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
        for (rows, columns) in [(16, 16), (100, 1024), (200, 1025), (130, 4096), (511, 500), (512, 513), (1100, 700)] {
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
