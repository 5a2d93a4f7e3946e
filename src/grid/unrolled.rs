//! A periodic field, rolled on so that what lies over its seam is in one piece.
use super::{Boundary, Grid};

/// Columns and rows of a field, counted from where some sites begin.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Unrolled {
    grid: Grid,
    first_column: usize,
    first_row: usize,
}

impl Unrolled {
    /// Counted from behind the widest gap between some sites; from the corner in a closed field, or where there is no gap.
    pub(crate) fn around(sites: &[usize], grid: &Grid) -> Self {
        let columns = sites.iter().map(|site| site % grid.columns);
        let rows = sites.iter().map(|site| site / grid.columns);
        match grid.boundary {
            Boundary::Closed => Self { grid: *grid, first_column: 0, first_row: 0 },
            Boundary::Periodic => Self {
                grid: *grid,
                first_column: behind_widest_gap(columns, grid.columns),
                first_row: behind_widest_gap(rows, grid.rows),
            },
        }
    }

    /// The column of a site.
    pub(crate) const fn column(&self, site: usize) -> usize {
        (site % self.grid.columns + self.grid.columns - self.first_column) % self.grid.columns
    }

    /// The row of a site.
    pub(crate) const fn row(&self, site: usize) -> usize {
        (site / self.grid.columns + self.grid.rows - self.first_row) % self.grid.rows
    }

    /// Mean position of some sites, in µm.
    pub(crate) fn middle(&self, sites: &[usize]) -> (f64, f64) {
        let share = 1.0 / sites.len() as f64;
        let center = |index: usize| (index as f64 + 0.5) * self.grid.spacing;
        let (x, y) = sites.iter().fold((0.0, 0.0), |(x, y), &site| {
            (x + center(self.column(site) + self.first_column), y + center(self.row(site) + self.first_row))
        });
        let (x, y, _, _) = self.grid.bring_back(x * share, y * share);
        (x, y)
    }
}

/// The first of some indices in a circle of `count` behind the widest gap between them; 0 if there is none.
fn behind_widest_gap(indices: impl Iterator<Item = usize>, count: usize) -> usize {
    let mut held = vec![false; count];
    indices.for_each(|index| held[index] = true);
    let (mut first, mut widest, mut gap) = (0, 0, 0);
    // Twice around, since a gap may lie over the seam.
    for index in 0..2 * count {
        if held[index % count] {
            if gap > widest {
                (first, widest) = (index % count, gap);
            }
            gap = 0;
        } else {
            gap += 1;
        }
    }
    first
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Length;

    /// Claim: sites over a corner have neighboring columns and rows, and their middle is that corner; in a closed field
    /// columns, rows and means are plain ones.
    #[test]
    fn sites_over_a_corner_are_in_one_piece() {
        let [width, height, spacing] = [100.0, 60.0, 10.0].map(Length::micrometers);
        let closed = Grid::new(width, height, spacing).unwrap();
        let corner = [0, 9, 50, 59];
        let unrolled = Unrolled::around(&corner, &closed.with_boundary(Boundary::Periodic));
        let places = |unrolled: &Unrolled| corner.map(|site| (unrolled.column(site), unrolled.row(site)));
        assert_eq!(places(&unrolled), [(1, 1), (0, 1), (1, 0), (0, 0)]);
        assert_eq!(unrolled.middle(&corner), (0.0, 0.0));
        let plain = Unrolled::around(&corner, &closed);
        assert_eq!(places(&plain), [(0, 0), (9, 0), (0, 5), (9, 5)]);
        assert_eq!(plain.middle(&corner), (50.0, 30.0));
        let all: Vec<usize> = (0..60).collect();
        assert_eq!(Unrolled::around(&all, &closed.with_boundary(Boundary::Periodic)).middle(&all), (50.0, 30.0));
    }

    #[test]
    fn the_widest_gap_is_found_anywhere() {
        for (indices, first) in [(&[3, 4, 6][..], 3), (&[0, 1, 9], 9), (&[0, 5, 9], 5), (&[2, 9], 9), (&[7], 7)] {
            assert_eq!(behind_widest_gap(indices.iter().copied(), 10), first, "{indices:?}");
        }
        assert_eq!(behind_widest_gap(0..10, 10), 0);
    }
}
