//! The windows of a region, and how pairs of them are compared.
use super::FiberCorrelation;
use super::directions::{BlockDirections, DIRECTION_NUMBERS, Directions, directions};
use super::lines::{Line, Lines, autocorrelations};
use super::runs::{Runs, Window};
use crate::engine;
use crate::error::Result;
use crate::grid::Grid;
use crate::matrix::Matrix;
use crate::measure::Region;
use crate::measure::census::{Blocks, Covers, census};
use crate::measure::check_field;
use rustfft::num_complex::Complex;
use rustfft::{Fft, FftPlanner};
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// Target side of a window in µm: a cell's breadth, below which directions are those of single cells.
const WINDOW: f64 = 20.0;
/// Largest lag in µm.
const LARGEST_LAG: f64 = 1000.0;
/// ⟨|z|²⟩ below which the windows have no direction to be correlated.
const NO_DIRECTION: f64 = 1e-12;

/// The windows of a region whose directions are compared: squares of about 20 µm that together hold every site of it
/// once. Each counts with the share of it that lies in the region. Pairs do not reach over the edge of a periodic field.
///
/// ```
/// use dermaweave::measure::{CorrelationWindows, Region};
/// use dermaweave::{Grid, Length, Skin, Tissue};
/// let side = Length::millimeters(1.0);
/// let grid = Grid::new(side, side, Length::micrometers(10.0))?;
/// let tissue = Tissue::new(grid, &Skin::young())?;
/// let windows = CorrelationWindows::new(&Region::all(&grid), &grid)?;
/// // Healthy dermis has the same weave everywhere: half of the field is the largest lag.
/// assert_eq!(windows.measure(tissue.matrix())?.weave_length_um(), 500.0);
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone)]
pub struct CorrelationWindows {
    region: String,
    grid: Grid,
    /// What counts along the rows and the columns of windows in the rectangle around the region.
    runs: [Runs; 2],
    /// The sites of the windows that are not whole blocks, and the share of each window that lies in the region.
    parts: Covers,
    shares: Vec<f64>,
    /// The first site of the rectangle, columns and rows of windows.
    rectangle: (usize, usize, usize),
    along_x: Arc<dyn Fft<f64>>,
    along_y: Arc<dyn Fft<f64>>,
    /// Sum over the pairs of windows at each lag that is compared of the products of their shares.
    pairs: Vec<f64>,
    window_um: f64,
}

impl fmt::Debug for CorrelationWindows {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        write!(formatter, "CorrelationWindows of {} µm in {}", self.window_um, self.region)
    }
}

impl CorrelationWindows {
    /// Tiles a region.
    /// A region of another field gives [`Error::OtherField`](crate::Error::OtherField).
    pub fn new(region: &Region, grid: &Grid) -> Result<Self> {
        region.check_grid(grid)?;
        let across = extent(region.sites().map(|site| site % grid.columns()));
        let up = extent(region.sites().map(|site| site / grid.columns()));
        let side = (WINDOW / grid.spacing()).round().max(1.0) as usize;
        let (columns, rows) = (across.len().div_ceil(side), up.len().div_ceil(side));
        let window_um = side as f64 * grid.spacing();
        let largest_lag = ((LARGEST_LAG / window_um) as usize).min(across.len().min(up.len()) / (2 * side));
        let plan = |count: usize| FftPlanner::new().plan_fft_forward(fast_length(count + largest_lag));
        let sites_of = |window: usize| {
            let span = |index: usize, whole: &Range<usize>| {
                let first = whole.start + index * side;
                first..(first + side).min(whole.end)
            };
            let across = span(window % columns, &across);
            let rows = span(window / columns, &up);
            let sites = rows.flat_map(move |row| across.clone().map(move |column| row * grid.columns() + column));
            sites.filter(|&site| region.holds(site)).collect::<Vec<_>>()
        };
        let (mut found, mut parts) = (Vec::with_capacity(columns * rows), Covers::none(grid));
        for window in 0..columns * rows {
            let inside = sites_of(window);
            let fill = inside.len() == side * side;
            found.push((!inside.is_empty()).then(|| Window::of(inside, fill, &mut parts)));
        }
        let shares = (0..parts.count()).map(|part| parts.sites(part) as f64 / (side * side) as f64);
        let [along_rows, along_columns] = Lines::of(columns, rows);
        let mut windows = Self {
            region: region.name().into(),
            grid: *grid,
            shares: shares.collect(),
            runs: [Runs::of(along_rows, &found, 1), Runs::of(along_columns, &found, parts.blocks_in_row())],
            parts,
            rectangle: (up.start * grid.columns() + across.start, columns, rows),
            along_x: plan(columns),
            along_y: plan(rows),
            pairs: vec![0.0; largest_lag + 1],
            window_um,
        };
        let counted = Self::sums_of_pairs(&[&windows], |_, line, [shares]| {
            shares.fill(Complex::ZERO);
            for run in windows.runs[line.direction].along(line) {
                shares[run.places()].fill(windows.share_of(run.what).into());
            }
        });
        // Products of sites are counts, up to the round-off of the transform. A lag without pairs ends the comparison.
        let products = (side * side * side * side) as f64;
        let pairs = counted[0][0].iter().map(|pairs| (pairs * products).round() / products);
        windows.pairs = pairs.take_while(|&pairs| pairs > 0.0).collect();
        Ok(windows)
    }

    /// The largest lag that is compared, in µm.
    pub fn largest_lag_um(&self) -> f64 {
        self.pairs.len().saturating_sub(1) as f64 * self.window_um
    }

    fn share_of(&self, window: Window) -> f64 {
        match window {
            Window::Block(_) => 1.0,
            Window::Part(part) => self.shares[part as usize],
        }
    }

    /// Correlates the directions of the collagen, both pools together.
    /// A matrix of another field gives [`Error::OtherField`](crate::Error::OtherField).
    pub fn measure(&self, matrix: &Matrix) -> Result<FiberCorrelation> {
        check_field("a matrix", matrix.grid(), &self.grid)?;
        let mut numbers: [_; DIRECTION_NUMBERS] = std::array::from_fn(|_| vec![0.0; Blocks::of(matrix.grid()).count()]);
        census(matrix, &[], numbers.each_mut().map(Vec::as_mut_slice), |contents, _| BlockDirections::note(contents));
        let blocks = BlockDirections::new(numbers.each_ref().map(Vec::as_slice));
        Ok(Self::measure_blocks(&[self], matrix, &blocks).remove(0))
    }

    /// [`CorrelationWindows::measure`] in several regions of a matrix that was visited already. Those in the same rectangle, as
    /// a field and what surrounds a lesion in it, share lines. What is found in a region does not depend on the others.
    pub(crate) fn measure_blocks(
        regions: &[&Self],
        matrix: &Matrix,
        blocks: &BlockDirections,
    ) -> Vec<FiberCorrelation> {
        let mut together: Vec<Vec<usize>> = Vec::new();
        for (region, windows) in regions.iter().enumerate() {
            match together.iter_mut().find(|others| regions[others[0]].fills_rectangle_of(windows)) {
                Some(others) => others.push(region),
                None => together.push(vec![region]),
            }
        }
        let measured = engine::collect_tasks(together.len(), |which| {
            let regions: Vec<_> = together[which].iter().map(|&region| regions[region]).collect();
            Self::measure_rectangle(&regions, matrix, blocks)
        });
        let mut in_order: Vec<_> = together.into_iter().flatten().zip(measured.into_iter().flatten()).collect();
        in_order.sort_by_key(|&(region, _)| region);
        in_order.into_iter().map(|(_, correlation)| correlation).collect()
    }

    /// Whether another region has its windows in the same places.
    fn fills_rectangle_of(&self, other: &Self) -> bool {
        let lines = |of: &Self| (of.rectangle, of.along_x.len(), of.along_y.len());
        lines(self) == lines(other)
    }

    /// [`CorrelationWindows::measure_blocks`] in regions that fill the same rectangle.
    fn measure_rectangle(regions: &[&Self], matrix: &Matrix, blocks: &BlockDirections) -> Vec<FiberCorrelation> {
        let of_parts = |windows: &&Self| {
            engine::collect_costly(windows.parts.count(), |part| {
                let share = windows.shares[part];
                directions(&windows.parts.sum_of_sites(part, matrix).collagen()).map(|z| z * share)
            })
        };
        let of_parts: Vec<_> = regions.iter().map(of_parts).collect();
        let fill =
            |region: usize, line: Line, z: [&mut [_]; 2]| regions[region].fill(line, (blocks, &of_parts[region]), z);
        let sums = Self::sums_of_pairs(regions, fill);
        regions.iter().zip(&sums).map(|(windows, sums)| windows.correlation(sums)).collect()
    }

    /// Tells the directions along a line, each times the share of its window, none where there is no window.
    fn fill(&self, line: Line, (blocks, of_parts): (&BlockDirections, &[Directions]), mut z: [&mut [Complex<f64>]; 2]) {
        let (runs, mut told) = (&self.runs[line.direction], 0);
        for run in runs.along(line) {
            let Range { start, end } = run.places();
            for z in &mut z {
                z[told..start].fill(Complex::ZERO);
            }
            let [second, fourth] = z.each_mut().map(|z| &mut z[start..end]);
            match run.what {
                Window::Block(first) => blocks.fill(first as usize, runs.stride, [second, fourth]),
                Window::Part(part) => [second[0], fourth[0]] = of_parts[part as usize],
            }
            told = end;
        }
        for z in z {
            z[told..].fill(Complex::ZERO);
        }
    }

    /// Σ Re z z̄′ over the pairs at every lag along x and y in each of several regions that fill the same rectangle, given
    /// several z along each line.
    fn sums_of_pairs<const N: usize>(
        regions: &[&Self],
        fill: impl Fn(usize, Line, [&mut [Complex<f64>]; N]) + Sync,
    ) -> Vec<[Vec<f64>; N]> {
        let Some(Self { rectangle: (_, columns, rows), along_x, along_y, .. }) = regions.first() else {
            return Vec::new();
        };
        let is_common = |region: usize, line: Line| regions[region].runs[line.direction].are_whole(line);
        let along = |plan, lines| autocorrelations(plan, regions.len(), lines, is_common, &fill);
        let [rows, columns] = Lines::of(*columns, *rows);
        let (mut sums, along_y) = (along(along_x, rows), along(along_y, columns));
        for ((sums, along_y), region) in sums.iter_mut().zip(along_y).zip(regions) {
            for (sums, along_y) in sums.iter_mut().zip(along_y) {
                sums.iter_mut().zip(along_y).for_each(|(sum, along_y)| *sum += along_y);
                sums.truncate(region.pairs.len());
            }
        }
        sums
    }

    /// The sums over pairs, per pair and relative to windows with themselves.
    fn correlation(&self, sums: &[Vec<f64>; 2]) -> FiberCorrelation {
        let correlation = |sums: &Vec<f64>| {
            let mean: Vec<f64> = sums.iter().zip(&self.pairs).map(|(sum, pairs)| sum / pairs).collect();
            let of_windows = mean.first().copied().unwrap_or(0.0);
            let directed = of_windows > NO_DIRECTION;
            mean.iter().map(|value| if directed { value / of_windows } else { 0.0 }).collect()
        };
        FiberCorrelation { window_um: self.window_um, second: correlation(&sums[0]), fourth: correlation(&sums[1]) }
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
