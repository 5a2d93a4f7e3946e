//! What a disc covers of a field. What leaves a periodic field on one side enters on the other; where a disc meets
//! itself there, it covers a place once.
use super::overlap::centered_disc_overlap;
use super::{Boundary, Grid};

/// An interval that holds nothing.
const EMPTY: [f64; 2] = [0.0, 0.0];

/// A row or a column of sites, seen from the center of a disc.
struct Strip {
    index: usize,
    /// From where to where it reaches in µm. A strip that is cut halfway to the next image of the disc has two parts.
    parts: [[f64; 2]; 2],
}

impl Grid {
    /// Area of the field in µm² that a disc covers, exactly.
    pub(crate) fn disc_area(&self, (x, y): (f64, f64), radius: f64) -> f64 {
        let along = |center: f64, extent: f64| match self.boundary {
            Boundary::Closed => [-center, extent - center],
            // All that is nearer to this disc than to its images.
            Boundary::Periodic => [-0.5 * extent, 0.5 * extent],
        };
        centered_disc_overlap(radius, along(x, self.width()), along(y, self.height()))
    }

    /// Sites that a disc touches and the exact share of each that it covers; each site once.
    pub(crate) fn covered_by_disc(&self, (x, y): (f64, f64), radius: f64) -> Vec<(usize, f64)> {
        let (columns, rows) = (self.strips(x, radius, self.columns), self.strips(y, radius, self.rows));
        let mut covered = Vec::new();
        for (row, column) in rows.iter().flat_map(|row| columns.iter().map(move |column| (row, column))) {
            let parts = row.parts.iter().flat_map(|row| column.parts.iter().map(move |column| (*column, *row)));
            let area: f64 = parts.map(|(column, row)| centered_disc_overlap(radius, column, row)).sum();
            if area > 0.0 {
                // Round-off never covers more than all.
                covered.push((row.index * self.columns + column.index, (area / self.site_area()).min(1.0)));
            }
        }
        covered
    }

    /// The rows or columns, of `count`, that a disc touches.
    fn strips(&self, center: f64, radius: f64, count: usize) -> Vec<Strip> {
        let spacing = self.spacing;
        let count = count.cast_signed();
        let at = |position: f64| (position / spacing).floor() as isize;
        let strip = |number: isize| {
            let from = number as f64 * spacing;
            let parts = [[from - center, (from + spacing) - center], EMPTY];
            Strip { index: number.rem_euclid(count).cast_unsigned(), parts }
        };
        let (first, last) = (at(center - radius), at(center + radius));
        match self.boundary {
            Boundary::Closed => (first.max(0)..=last.min(count - 1)).map(strip).collect(),
            Boundary::Periodic if last - first < count => (first..=last).map(strip).collect(),
            // It meets itself: all of the field, as far as it is nearer to this disc than to its images.
            Boundary::Periodic => {
                let half = 0.5 * count as f64 * spacing;
                let first = at(center - half);
                (first..first + count).map(|number| cut_at(half, strip(number))).collect()
            }
        }
    }
}

/// A strip of a period from −half to half, into which what lies before it is moved.
fn cut_at(half: f64, Strip { index, parts: [[from, to], _] }: Strip) -> Strip {
    let before = if from < -half { [from + 2.0 * half, half] } else { EMPTY };
    Strip { index, parts: [[from.max(-half), to.min(half)], before] }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Length;
    use std::f64::consts::PI;

    fn grid(boundary: Boundary) -> Grid {
        let [width, height, spacing] = [200.0, 120.0, 10.0].map(Length::micrometers);
        Grid::new(width, height, spacing).unwrap().with_boundary(boundary)
    }

    /// Share of a site that lies in a disc or one of its images, by points on a lattice of 50 × 50.
    fn share_of_points(grid: &Grid, site: usize, center: (f64, f64), radius: f64) -> f64 {
        let (x, y) = grid.center_of(site);
        let at = |index: i32| (f64::from(index) + 0.5) / 50.0 * grid.spacing() - 0.5 * grid.spacing();
        let points = (0..50).flat_map(|row| (0..50).map(move |column| (column, row)));
        let inside = points.filter(|&(column, row)| grid.distance((x + at(column), y + at(row)), center) <= radius);
        inside.count() as f64 / 2500.0
    }

    /// Claim: every site is listed once and covered by just what lies in the disc or any of its images, and the sum of all is
    /// the area in the field. Of 2500 points those on the rim of a site are at most about 150, of which half are off.
    #[test]
    fn sites_are_covered_once_and_exactly() {
        for boundary in [Boundary::Closed, Boundary::Periodic] {
            let grid = grid(boundary);
            for (center, radius) in [
                ((103.0, 61.0), 37.0),
                ((3.0, 118.0), 37.0),
                ((3.0, 118.0), 59.7),
                ((3.0, 118.0), 64.0),
                ((198.0, 2.0), 83.0),
                ((50.0, 60.0), 99.9),
                ((50.0, 60.0), 112.0),
                ((7.0, 7.0), 1000.0),
            ] {
                let covered = grid.covered_by_disc(center, radius);
                let mut shares = vec![0.0; grid.sites()];
                for &(site, share) in &covered {
                    assert!(shares[site] == 0.0 && share > 0.0 && share <= 1.0, "{site} of {center:?} {radius}");
                    shares[site] = share;
                }
                for (site, share) in shares.iter().enumerate() {
                    let counted = share_of_points(&grid, site, center, radius);
                    assert!((share - counted).abs() < 0.03, "{site} of {center:?} {radius}: {share}, {counted}");
                }
                let area = shares.iter().sum::<f64>() * grid.site_area();
                assert!((area / grid.disc_area(center, radius) - 1.0).abs() < 1e-12, "{center:?} {radius}");
            }
        }
    }

    /// Claim: a disc that is moved over the edge keeps its area in a periodic field, and half or a quarter of it in a closed one.
    #[test]
    fn discs_keep_their_area_over_the_seam() {
        let (closed, periodic, disc) = (grid(Boundary::Closed), grid(Boundary::Periodic), PI * 900.0);
        for (center, share) in [((90.0, 50.0), 1.0), ((0.0, 50.0), 0.5), ((200.0, 0.0), 0.25)] {
            assert!((periodic.disc_area(center, 30.0) / disc - 1.0).abs() < 1e-12);
            assert!((closed.disc_area(center, 30.0) / disc - share).abs() < 1e-12);
        }
        let (all, farthest) = (200.0 * 120.0, 100.0_f64.hypot(60.0));
        assert!((periodic.disc_area((0.0, 0.0), farthest) / all - 1.0).abs() < 1e-12);
        assert!(closed.disc_area((0.0, 0.0), farthest) < 0.5 * all);
    }
}
