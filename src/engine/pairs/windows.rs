//! The windows of a region, and sums over pairs of them.
use super::directions::{CoarseDirections, DIRECTION_NUMBERS, Directions, directions};
use super::lines::{Line, Lines, autocorrelations};
use super::runs::{Runs, Window};
use crate::engine;
use crate::engine::block_sums::{CoarseSites, RegionSets, sum_sets};
use crate::grid::Grid;
use crate::matrix::Matrix;
use rustfft::num_complex::Complex;
use rustfft::{Fft, FftPlanner};
use std::ops::Range;
use std::sync::Arc;

/// The windows of a region whose directions are compared in pairs. Each counts with the share of it that lies in the region.
#[derive(Clone)]
pub(crate) struct PairedWindows {
    /// What counts along the rows and the columns of windows in the rectangle around the region.
    runs: [Runs; 2],
    /// The sites of the windows that are not whole blocks, and the share of each window that lies in the region.
    parts: RegionSets,
    shares: Vec<f64>,
    rectangle: Rectangle,
    along_x: Arc<dyn Fft<f64>>,
    along_y: Arc<dyn Fft<f64>>,
    /// Lags that are compared, that of a window with itself among them.
    lags: usize,
}

/// Where the windows of a region lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Rectangle {
    first_site: usize,
    /// In windows.
    columns: usize,
    rows: usize,
}

impl PairedWindows {
    /// Tiles the sites that a region `holds` with windows of so many sites a side; pairs are at most `largest_lag` windows
    /// apart, and no more than half of the shorter side of the region.
    pub(crate) fn new(holds: impl Fn(usize) -> bool, grid: &Grid, side: usize, largest_lag: usize) -> Self {
        let all = || (0..grid.sites()).filter(|&site| holds(site));
        let (across, up) =
            (extent(all().map(|site| site % grid.columns())), extent(all().map(|site| site / grid.columns())));
        let (columns, rows) = (across.len().div_ceil(side), up.len().div_ceil(side));
        let largest_lag = largest_lag.min(across.len().min(up.len()) / (2 * side));
        let plan = |count: usize| FftPlanner::new().plan_fft_forward(fast_length(count + largest_lag));
        let mut parts = RegionSets::none(grid);
        let span = |index: usize, whole: &Range<usize>| {
            let first = whole.start + index * side;
            first..(first + side).min(whole.end)
        };
        let window = |window: usize| {
            let (across, up) = (span(window % columns, &across), span(window / columns, &up));
            let sites = up.flat_map(|row| across.clone().map(move |column| row * grid.columns() + column));
            let inside: Vec<_> = sites.filter(|&site| holds(site)).collect();
            let fill = inside.len() == side * side;
            (!inside.is_empty()).then(|| Window::of(inside, fill, &mut parts))
        };
        let found: Vec<_> = (0..columns * rows).map(window).collect();
        let shares = (0..parts.count()).map(|part| parts.sites(part) as f64 / (side * side) as f64);
        let [along_rows, along_columns] = Lines::of(columns, rows);
        Self {
            shares: shares.collect(),
            runs: [Runs::of(along_rows, &found, 1), Runs::of(along_columns, &found, parts.blocks_in_row())],
            parts,
            rectangle: Rectangle { first_site: up.start * grid.columns() + across.start, columns, rows },
            along_x: plan(columns),
            along_y: plan(rows),
            lags: largest_lag + 1,
        }
    }

    /// Sum over the pairs of windows at each lag of the products of their shares, up to the first lag without a pair.
    pub(crate) fn weights(&self, sites_in_window: usize) -> Vec<f64> {
        let counted = Self::sums_of_pairs(&[self], |_, line, [shares]| {
            shares.fill(Complex::ZERO);
            for run in self.runs[line.direction].along(line) {
                shares[run.places()].fill(self.share_of(run.what).into());
            }
        });
        // Products of sites are counts, up to the round-off of the transform.
        let products = (sites_in_window * sites_in_window) as f64;
        let weights = counted[0][0].iter().map(|pairs| (pairs * products).round() / products);
        weights.take_while(|&pairs| pairs > 0.0).collect()
    }

    fn share_of(&self, window: Window) -> f64 {
        match window {
            Window::Block(_) => 1.0,
            Window::Part(part) => self.shares[part as usize],
        }
    }

    /// Σ Re z z̄′ over the pairs at every lag, of e^{2iθ} and of e^{4iθ} of the collagen.
    pub(crate) fn sums(&self, matrix: &Matrix) -> [Vec<f64>; 2] {
        let mut numbers: [_; DIRECTION_NUMBERS] =
            std::array::from_fn(|_| vec![0.0; CoarseSites::of(matrix.grid()).count()]);
        let arrays = numbers.each_mut().map(Vec::as_mut_slice);
        sum_sets(matrix, &[], arrays, |sums, _| CoarseDirections::numbers_of(sums));
        let blocks = CoarseDirections::new(numbers.each_ref().map(Vec::as_slice));
        Self::sums_in_regions(&[self], matrix, &blocks).remove(0)
    }

    /// [`PairedWindows::sums`] in several regions of a matrix whose blocks were summed already. Those in the same rectangle, as
    /// a field and what surrounds a lesion in it, share lines. The sums of a region do not depend on the others.
    pub(crate) fn sums_in_regions(regions: &[&Self], matrix: &Matrix, blocks: &CoarseDirections) -> Vec<[Vec<f64>; 2]> {
        let mut together: Vec<Vec<usize>> = Vec::new();
        for (region, windows) in regions.iter().enumerate() {
            match together.iter_mut().find(|others| regions[others[0]].fills_rectangle_of(windows)) {
                Some(others) => others.push(region),
                None => together.push(vec![region]),
            }
        }
        let measured = engine::collect_tasks(together.len(), |which| {
            let regions: Vec<_> = together[which].iter().map(|&region| regions[region]).collect();
            Self::sums_in_rectangle(&regions, matrix, blocks)
        });
        let mut in_order: Vec<_> = together.into_iter().flatten().zip(measured.into_iter().flatten()).collect();
        in_order.sort_by_key(|&(region, _)| region);
        in_order.into_iter().map(|(_, sums)| sums).collect()
    }

    /// Whether another region has its windows in the same places.
    fn fills_rectangle_of(&self, other: &Self) -> bool {
        let lines = |of: &Self| (of.rectangle, of.along_x.len(), of.along_y.len());
        lines(self) == lines(other)
    }

    /// [`PairedWindows::sums_in_regions`] in regions that fill the same rectangle.
    fn sums_in_rectangle(regions: &[&Self], matrix: &Matrix, blocks: &CoarseDirections) -> Vec<[Vec<f64>; 2]> {
        let of_parts = |windows: &&Self| {
            engine::collect_costly(windows.parts.count(), |part| {
                let share = windows.shares[part];
                directions(&windows.parts.sum_of_sites(part, matrix).collagen()).map(|z| z * share)
            })
        };
        let of_parts: Vec<_> = regions.iter().map(of_parts).collect();
        let fill =
            |region: usize, line: Line, z: [&mut [_]; 2]| regions[region].fill(line, (blocks, &of_parts[region]), z);
        Self::sums_of_pairs(regions, fill)
    }

    /// Writes the directions along a line, each times the share of its window, none where there is no window.
    fn fill(
        &self,
        line: Line,
        (blocks, of_parts): (&CoarseDirections, &[Directions]),
        mut z: [&mut [Complex<f64>]; 2],
    ) {
        let (runs, mut filled) = (&self.runs[line.direction], 0);
        for run in runs.along(line) {
            let Range { start, end } = run.places();
            for z in &mut z {
                z[filled..start].fill(Complex::ZERO);
            }
            let [second, fourth] = z.each_mut().map(|z| &mut z[start..end]);
            match run.what {
                Window::Block(first) => blocks.fill(first as usize, runs.stride, [second, fourth]),
                Window::Part(part) => [second[0], fourth[0]] = of_parts[part as usize],
            }
            filled = end;
        }
        for z in z {
            z[filled..].fill(Complex::ZERO);
        }
    }

    /// Σ Re z z̄′ over the pairs at every lag along x and y in each of several regions that fill the same rectangle, given
    /// several z along each line.
    fn sums_of_pairs<const N: usize>(
        regions: &[&Self],
        fill: impl Fn(usize, Line, [&mut [Complex<f64>]; N]) + Sync,
    ) -> Vec<[Vec<f64>; N]> {
        let Some(Self { rectangle: Rectangle { columns, rows, .. }, along_x, along_y, .. }) = regions.first() else {
            return Vec::new();
        };
        let is_common = |region: usize, line: Line| regions[region].runs[line.direction].are_whole(line);
        let along = |plan, lines| autocorrelations(plan, regions.len(), lines, is_common, &fill);
        let [rows, columns] = Lines::of(*columns, *rows);
        let (mut sums, along_y) = (along(along_x, rows), along(along_y, columns));
        for ((sums, along_y), region) in sums.iter_mut().zip(along_y).zip(regions) {
            for (sums, along_y) in sums.iter_mut().zip(along_y) {
                sums.iter_mut().zip(along_y).for_each(|(sum, along_y)| *sum += along_y);
                sums.truncate(region.lags);
            }
        }
        sums
    }
}

/// The smallest 2ⁿ or 3 · 2ⁿ that is not less: lengths whose transforms are fast.
fn fast_length(least: usize) -> usize {
    least.next_power_of_two().min(3 * least.div_ceil(3).next_power_of_two())
}

/// From the first to past the last of some indices; a region is never without sites.
fn extent(indices: impl Iterator<Item = usize>) -> Range<usize> {
    let (first, last) = indices.fold((usize::MAX, 0), |(first, last), index| (first.min(index), last.max(index)));
    first.min(last)..last + 1
}
