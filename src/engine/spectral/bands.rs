//! Bands: eight lines side by side, so that lines along the other side of the grid can be read off.
//!
//! A band holds what lies at position 0 of its lines, then what lies at position 1, and so on; the last may be
//! narrower. That is how [`Lanes`] hold their lines, so lines that are transformed become a band as they are. To
//! read across the bands is to take eight neighboring positions from each: whole lines of the cache one after the other,
//! whatever the sides of the grid, and no copy of the field with its sides changed is needed.
use super::lanes::{LINES, Lanes};
use std::ops::Range;

/// Up to eight rows become lanes, each site at its place.
pub(super) fn gather_rows(rows: &[f64], places: &[usize], line: &mut [Lanes]) {
    let length = places.len();
    let whole = if rows.len() == LINES * length { length / LINES * LINES } else { 0 };
    if whole == 0 {
        line.fill(Lanes::ZERO);
    }
    let (mut tiles, mut ends): ([&[_]; LINES], [&[_]; LINES]) = Default::default();
    for (lane, row) in rows.chunks(length).enumerate() {
        let (begin, end) = row.split_at(whole);
        (tiles[lane], ends[lane]) = (begin.as_chunks().0, end);
    }
    for (tile, places) in places[..whole].as_chunks().0.iter().enumerate() {
        lay(line, places, tiles.map(|row| &row[tile]));
    }
    for (lane, end) in ends.into_iter().enumerate() {
        end.iter().zip(&places[whole..]).for_each(|(value, place)| line[*place].0[lane] = *value);
    }
}

/// Lanes become up to eight rows.
pub(super) fn put_rows(line: &[Lanes], places: &[usize], rows: &mut [f64]) {
    let length = places.len();
    let whole = if rows.len() == LINES * length { length / LINES * LINES } else { 0 };
    let (mut tiles, mut ends): ([&mut [_]; LINES], [&mut [_]; LINES]) = Default::default();
    for (lane, row) in rows.chunks_mut(length).enumerate() {
        let (begin, end) = row.split_at_mut(whole);
        (tiles[lane], ends[lane]) = (begin.as_chunks_mut::<LINES>().0, end);
    }
    for (tile, places) in places[..whole].as_chunks::<LINES>().0.iter().enumerate() {
        let positions = places.map(|place| &line[place].0);
        for (lane, row) in tiles.iter_mut().enumerate() {
            row[tile] = positions.map(|position| position[lane]);
        }
    }
    for (lane, end) in ends.into_iter().enumerate() {
        end.iter_mut().zip(&places[whole..]).for_each(|(value, place)| *value = line[*place].0[lane]);
    }
}

/// Lanes become a band of as many positions as there are places.
pub(super) fn put_band(line: &[Lanes], places: &[usize], band: &mut [f64]) {
    let width = band.len() / places.len();
    if width == LINES {
        let positions = band.as_chunks_mut().0.iter_mut().zip(places);
        positions.for_each(|(position, place)| *position = line[*place].0);
    } else {
        let positions = band.chunks_mut(width).zip(places);
        positions.for_each(|(position, place)| position.copy_from_slice(&line[*place].0[..width]));
    }
}

/// Bands that are read side by side: memory is slow to begin each of the short pieces that are read from one, but begins many
/// at once. Measured: from eight on it makes no difference.
const BANDS: usize = 16;
/// Numbers of a field that lies near enough not to be read ahead: 2 MiB.
const NEAR: usize = 1 << 18;

/// Lines across bands of `length` positions become lanes, from position `first` on: eight in each line of lanes, or as
/// many as there are.
pub(super) fn gather_across(bands: &[f64], (length, first): (usize, usize), places: &[usize], lines: &mut [Lanes]) {
    if (length - first) * places.len() < lines.len() * LINES {
        lines.fill(Lanes::ZERO);
    }
    let positions = first..(first + lines.len() / places.len() * LINES).min(length);
    let together = bands.chunks(BANDS * LINES * length).zip(places.chunks(BANDS * LINES));
    for (bands, places_here) in together {
        let bands = || bands.chunks(LINES * length).zip(places_here.chunks(LINES));
        if length * places.len() > NEAR {
            read_ahead(bands, positions.clone());
        }
        for (number, line) in lines.chunks_exact_mut(places.len()).enumerate() {
            for (band, places) in bands() {
                let first = (first + number * LINES) * places.len();
                let here = &band[first.min(band.len())..(first + LINES * places.len()).min(band.len())];
                if let (Ok(places), Ok(tile)) = (places.try_into(), <&[_; LINES]>::try_from(here.as_chunks().0)) {
                    // Where the lines lie is hidden from compilers, which else gather across them, number by number.
                    lay(line, places, std::hint::black_box(tile.each_ref()));
                } else {
                    lay_rest(line, places, here);
                }
            }
        }
    }
}

/// Reads some positions of a few bands, given with the places of their lines, for nothing but to have them in a cache.
fn read_ahead<'a, B: Iterator<Item = (&'a [f64], &'a [usize])>>(bands: impl Fn() -> B, positions: Range<usize>) {
    // Several sums, so that none waits for the one before.
    let mut sums = [0.0; BANDS];
    for position in positions {
        sums.iter_mut().zip(bands()).for_each(|(sum, (band, places))| *sum += band[position * places.len()]);
    }
    std::hint::black_box(sums);
}

/// [`lay`] for fewer lines or numbers.
#[cold]
fn lay_rest(line: &mut [Lanes], places: &[usize], tile: &[f64]) {
    for (lane, values) in tile.chunks(places.len()).enumerate() {
        places.iter().zip(values).for_each(|(place, value)| line[*place].0[lane] = *value);
    }
}

/// Lays eight numbers of each of eight lines at their places.
#[inline(always)]
fn lay(line: &mut [Lanes], places: &[usize; LINES], lines: [&[f64; LINES]; LINES]) {
    for (position, place) in places.iter().enumerate() {
        line[*place].0 = lines.map(|values| values[position]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lays the sites of a field down in bands of eight rows, each transformed by nothing.
    fn banded(field: &[f64], columns: usize) -> Vec<f64> {
        let places: Vec<_> = (0..columns).rev().collect();
        let (mut bands, mut line) = (field.to_vec(), vec![Lanes([f64::NAN; LINES]); columns]);
        for band in bands.chunks_mut(LINES * columns) {
            gather_rows(band, &places, &mut line);
            put_band(&line, &places, band);
        }
        bands
    }

    /// Claim: lines that go into bands are read across them in their order, whatever the sides, read ahead or not.
    #[test]
    fn lines_are_read_across_bands_in_their_order() {
        for (columns, rows) in [(16, 16), (17, 9), (5, 30), (40, 4), (31, 23), (1, 8), (703, 395)] {
            let field: Vec<_> = (0..columns * rows).map(|site| site as f64).collect();
            let (bands, places): (_, Vec<_>) = (banded(&field, columns), (0..rows).collect());
            for first in (0..columns).step_by(2 * LINES) {
                let mut lines = vec![Lanes([f64::NAN; LINES]); 2 * rows];
                gather_across(&bands, (columns, first), &places, &mut lines);
                for (line, begin) in lines.chunks(rows).zip([first, first + LINES]) {
                    for (row, lanes) in line.iter().enumerate() {
                        let value = |lane: usize| {
                            if begin + lane < columns { field[row * columns + begin + lane] } else { 0.0 }
                        };
                        assert_eq!(lanes.0, std::array::from_fn(value), "{columns} {rows} {begin} {row}");
                    }
                }
            }
        }
    }
}
