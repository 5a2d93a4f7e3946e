//! Bands: eight lines side by side, so that lines along the other side of the grid can be read off.
//!
//! A band holds what lies at position 0 of its lines, then what lies at position 1, and so on. Who reads across
//! the bands thus takes sixteen neighboring numbers, for a pair of lines, from each: whole lines of the cache, and
//! no copy of the field with its sides changed is needed. The last band may be narrower.
use super::super::Boundary;
use super::axis::Axis;
use rustfft::num_complex::Complex;

/// Lines in a band: eight numbers fill a line of the cache.
pub(super) const LINES: usize = 8;

impl Axis {
    /// Two columns across bands of rows as one complex line of sites, from `column` on, which is even. A row has
    /// `columns` sites.
    pub(super) fn gather_sites(&self, bands: &[f64], columns: usize, column: usize, line: &mut [Complex<f64>]) {
        let count = 2.min(columns - column);
        for (band, values) in bands.chunks(LINES * columns).enumerate() {
            let height = values.len() / columns;
            let tile = &values[column * height..][..count * height];
            match (self.boundary, tile.as_chunks::<LINES>().0) {
                (Boundary::Closed, [first, second]) if height == LINES => {
                    let (even, odd) = line.split_at_mut(self.sites - LINES / 2 * (band + 1));
                    let even = &mut even[LINES / 2 * band..][..LINES / 2];
                    let odd = &mut odd[..LINES / 2];
                    for index in 0..LINES / 2 {
                        even[index] = Complex::new(first[2 * index], second[2 * index]);
                        odd[LINES / 2 - 1 - index] = Complex::new(first[2 * index + 1], second[2 * index + 1]);
                    }
                }
                (Boundary::Periodic, [first, second]) if height == LINES => {
                    let line = &mut line[LINES * band..][..LINES];
                    for index in 0..LINES {
                        line[index] = Complex::new(first[index], second[index]);
                    }
                }
                _ => {
                    let (first, second) = tile.split_at(height);
                    for (index, first) in first.iter().enumerate() {
                        let second = second.get(index).copied().unwrap_or(0.0);
                        line[self.place(LINES * band + index)] = Complex::new(*first, second);
                    }
                }
            }
        }
    }

    /// [`put`] for a line of sites in the order of a transform.
    pub(super) fn put_sites(&self, line: &[Complex<f64>], band: &mut [f64], pair: usize) {
        match (self.boundary, band.len() == LINES * self.sites) {
            (Boundary::Closed, true) => {
                let (even, odd) = line.split_at(self.sites.div_ceil(2));
                let (tiles, end) = band.as_chunks_mut::<{ 2 * LINES }>();
                for ((even, odd), tile) in even.iter().zip(odd.iter().rev()).zip(tiles) {
                    [tile[2 * pair], tile[2 * pair + 1]] = [even.re, even.im];
                    [tile[LINES + 2 * pair], tile[LINES + 2 * pair + 1]] = [odd.re, odd.im];
                }
                if let (Some(even), false) = (even.last(), end.is_empty()) {
                    [end[2 * pair], end[2 * pair + 1]] = [even.re, even.im];
                }
            }
            (Boundary::Closed, false) => {
                put(band, self.sites, pair, (0..self.sites).map(|site| &line[self.place(site)]));
            }
            (Boundary::Periodic, _) => put(band, self.sites, pair, line.iter()),
        }
    }

    /// Where a site lies in a line that is transformed.
    fn place(&self, site: usize) -> usize {
        match self.boundary {
            Boundary::Closed if site.is_multiple_of(2) => site / 2,
            Boundary::Closed => self.sites - 1 - site / 2,
            Boundary::Periodic => site,
        }
    }
}

/// Lays two lines down in a band, as its lines `2 pair` and `2 pair + 1`.
pub(super) fn put<'a>(band: &mut [f64], length: usize, pair: usize, line: impl Iterator<Item = &'a Complex<f64>>) {
    let height = band.len() / length;
    if height == LINES {
        for (tile, value) in band.as_chunks_mut::<LINES>().0.iter_mut().zip(line) {
            [tile[2 * pair], tile[2 * pair + 1]] = [value.re, value.im];
        }
        return;
    }
    for (tile, value) in band.chunks_mut(height).zip(line) {
        tile[2 * pair] = value.re;
        if let Some(second) = tile.get_mut(2 * pair + 1) {
            *second = value.im;
        }
    }
}

/// Two rows across bands of columns as one complex line of modes, from `row` on, which is even. A column has `rows`
/// sites.
pub(super) fn gather(bands: &[f64], rows: usize, row: usize, line: &mut [Complex<f64>]) {
    let count = 2.min(rows - row);
    for (band, line) in bands.chunks(LINES * rows).zip(line.chunks_mut(LINES)) {
        let width = line.len();
        let tile = &band[row * width..][..count * width];
        if let ([first, second], Ok(line)) = (tile.as_chunks::<LINES>().0, <&mut [_; LINES]>::try_from(&mut *line)) {
            for index in 0..LINES {
                line[index] = Complex::new(first[index], second[index]);
            }
        } else {
            let (first, second) = tile.split_at(width);
            for (index, line) in line.iter_mut().enumerate() {
                *line = Complex::new(first[index], second.get(index).copied().unwrap_or(0.0));
            }
        }
    }
}
