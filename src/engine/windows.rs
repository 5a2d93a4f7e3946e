//! Means over windows of sites, row of windows by row of windows.
use super::collect_tasks;
use crate::grid::Grid;
use crate::matrix::{FiberMoments, Matrix, Site};

/// Means over the sites of a window.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct WindowMeans {
    pub(crate) new: FiberMoments,
    pub(crate) mature: FiberMoments,
    pub(crate) thickness: f64,
    /// Of [`Site::filling`].
    pub(crate) filling: f64,
}

/// Means of all windows, in their order; each covers whole sites of the matrix.
pub(crate) fn window_means(matrix: &Matrix, windows: &Grid) -> Vec<WindowMeans> {
    let columns = matrix.grid().columns();
    let side = columns / windows.columns();
    let share = 1.0 / (side * side) as f64;
    let rows = collect_tasks(windows.rows(), |row| {
        let mut sums = vec![([0.0; 12], 0.0); windows.columns()];
        let mut storage = Site::default();
        for first in (row * side..(row + 1) * side).map(|line| line * columns) {
            for (window, (numbers, filling)) in sums.iter_mut().enumerate() {
                for index in first + window * side..first + (window + 1) * side {
                    let site = matrix.site_in_place(index, &mut storage);
                    let more = site.numbers();
                    (0..more.len()).for_each(|number| numbers[number] += more[number]);
                    *filling += site.filling();
                }
            }
        }
        sums.into_iter().map(|(numbers, filling)| WindowMeans::of(numbers, filling, share)).collect::<Vec<_>>()
    });
    rows.into_iter().flatten().collect()
}

impl WindowMeans {
    fn of(numbers: [f64; 12], filling: f64, share: f64) -> Self {
        let site = Site::of_numbers(numbers.map(|number| number * share));
        Self { new: site.new, mature: site.mature, thickness: site.thickness, filling: filling * share }
    }
}
