//! Means over windows of sites.
use super::for_each;
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
    let mut means = vec![WindowMeans::default(); windows.sites()];
    for_each(&mut means, |window, mean| {
        let first = window / windows.columns() * side * columns + window % windows.columns() * side;
        let (mut sums, mut filling, mut storage) = ([0.0; 12], 0.0, Site::default());
        for line in (0..side).map(|line| first + line * columns) {
            for index in line..line + side {
                let site = matrix.site_in_place(index, &mut storage);
                let more = site.numbers();
                (0..more.len()).for_each(|number| sums[number] += more[number]);
                filling += site.filling();
            }
        }
        *mean = WindowMeans::of(sums, filling, share);
    });
    means
}

impl WindowMeans {
    fn of(numbers: [f64; 12], filling: f64, share: f64) -> Self {
        let site = Site::of_numbers(numbers.map(|number| number * share));
        Self { new: site.new, mature: site.mature, thickness: site.thickness, filling: filling * share }
    }
}
