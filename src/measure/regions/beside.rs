//! How much of the skin beside a lesion the lesion leaves alone.
use crate::grid::{Boundary, Grid};

/// Share of the sites outside of a lesion whose distance to every site of it is more than some µm, between centers; 0 if it
/// leaves no site.
///
/// Every row of a lesion marks, in all rows that are near enough, the columns that are. So the cost is that of the rows
/// within the distance, not of the sites.
pub(crate) fn share_beyond(grid: &Grid, lesion: &[bool], distance: f64) -> f64 {
    let outside = lesion.iter().filter(|&&inside| !inside).count();
    if outside == 0 {
        return 0.0;
    }
    let runs: Vec<_> = lesion.chunks(grid.columns()).map(runs).collect();
    let far = (0..grid.rows()).map(|row| far_from(grid, &runs, row, distance / grid.spacing())).sum::<usize>();
    far as f64 / outside as f64
}

/// Columns of a lesion in one row: from the first to the last of each run.
fn runs(row: &[bool]) -> Vec<[usize; 2]> {
    let mut runs: Vec<[usize; 2]> = Vec::new();
    for (column, _) in row.iter().enumerate().filter(|(_, inside)| **inside) {
        match runs.last_mut() {
            Some(run) if run[1] + 1 == column => run[1] = column,
            _ => runs.push([column; 2]),
        }
    }
    runs
}

/// How many sites of a row are farther from all runs than a reach in sites.
fn far_from(grid: &Grid, runs: &[Vec<[usize; 2]>], row: usize, reach: f64) -> usize {
    let (columns, rows) = (grid.columns().cast_signed(), grid.rows().cast_signed());
    let is_periodic = grid.boundary() == Boundary::Periodic;
    // By how many the number of near runs changes from one column to the next.
    let mut changes = vec![0_i64; grid.columns() + 1];
    let mut mark = |first: isize, last: isize| {
        let (first, last) = (first.max(0), last.min(columns - 1));
        if first <= last {
            changes[first.cast_unsigned()] += 1;
            changes[last.cast_unsigned() + 1] -= 1;
        }
    };
    let up = (reach as isize).min(rows);
    for offset in -up..=up {
        let other = row.cast_signed() + offset;
        if !is_periodic && !(0..rows).contains(&other) {
            continue;
        }
        let across = (reach * reach - (offset * offset) as f64).max(0.0).sqrt() as isize;
        for run in &runs[other.rem_euclid(rows).cast_unsigned()] {
            let [first, last] = run.map(usize::cast_signed);
            let images = if is_periodic { -1..=1 } else { 0..=0 };
            images.for_each(|image| mark(first - across + image * columns, last + across + image * columns));
        }
    }
    let mut near = 0;
    let is_far = |change: &&i64| {
        near += **change;
        near == 0
    };
    changes[..grid.columns()].iter().filter(is_far).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Length;

    /// Defends: the share is that of the distances between all pairs of sites, in closed and in periodic fields.
    #[test]
    fn the_share_is_that_of_all_distances() {
        let length = |sites: f64| Length::micrometers(10.0 * sites);
        for boundary in [Boundary::Closed, Boundary::Periodic] {
            let grid = Grid::new(length(37.0), length(23.0), length(1.0)).unwrap().with_boundary(boundary);
            let lesion: Vec<bool> = (0..grid.sites()).map(|site| matches!(site, 3..5 | 400..407 | 440 | 850)).collect();
            for distance in [0.0, 10.0, 31.0, 55.0, 120.0, 1e4] {
                let is_far = |site: &usize| {
                    let near = |other: usize| grid.distance(grid.center_of(*site), grid.center_of(other)) <= distance;
                    !lesion[*site] && !(0..grid.sites()).any(|other| lesion[other] && near(other))
                };
                let far = (0..grid.sites()).filter(is_far).count() as f64;
                let outside = lesion.iter().filter(|&&inside| !inside).count() as f64;
                assert_eq!(share_beyond(&grid, &lesion, distance), far / outside, "{distance}");
            }
            assert_eq!(share_beyond(&grid, &vec![true; grid.sites()], 10.0), 0.0);
        }
    }
}
