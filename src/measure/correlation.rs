//! Over which distance fibers keep their direction.
//!
//! Directions are averaged over small windows first. With z the mean e^{2iθ} of a window (e^{4iθ} for the
//! weave), the correlation at lag r is the mean over all pairs of windows that lie r apart along x or y,
//! relative to that of windows with themselves:
//!
//! C(r) = ⟨Re z(p) z̄(p + r)⟩ / ⟨|z|²⟩
//!
//! No mean is subtracted: a direction that the whole region shares is order of infinite length.
mod directions;

pub(crate) use directions::{BlockDirections, DIRECTION_NUMBERS};

use super::Region;
use super::census::{Blocks, Covers, census};
use crate::error::Result;
use crate::grid::Grid;
use crate::matrix::Matrix;
use crate::parallel;
use directions::{Directions, directions};
use rustfft::num_complex::Complex;
use rustfft::{Fft, FftPlanner};
use std::f64::consts::E;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// Target side of a window in µm: a cell's breadth, below which directions are those of single cells.
const WINDOW: f64 = 20.0;
/// Lines that are transformed one after another.
const LINES: usize = 16;
/// Largest lag in µm.
const LARGEST_LAG: f64 = 1000.0;
/// ⟨|z|²⟩ below which the windows have no direction to be correlated.
const NO_DIRECTION: f64 = 1e-12;

/// Correlation of the direction of fibers, for lags of 0, 1, 2, … windows.
///
/// ```
/// # use dermaweave::measure::{CorrelationWindows, Region};
/// # use dermaweave::{FiberMoments, Grid, Length, Matrix};
/// # let side = Length::millimeters(1.0);
/// # let grid = Grid::new(side, side, Length::micrometers(20.0))?;
/// # let mut matrix = Matrix::uniform(grid, FiberMoments::along(1.0, 0.0), 0.0);
/// // Bands of 100 µm, each turned by 45° against the one before.
/// for (site, fibers) in matrix.sites_mut().iter_mut().enumerate() {
///     let band = (grid.center_of(site).0 / 100.0).floor();
///     fibers.mature = fibers.mature.rotated(band * std::f64::consts::FRAC_PI_4);
/// }
/// let fibers = CorrelationWindows::new(&Region::all(&grid), &grid)?.measure(&matrix);
/// // The correlation is 1 along the bands; across, neighbors have none and the ones after them −1.
/// assert!(fibers.second[0] == 1.0 && fibers.second[5] < 0.6 && fibers.second[10] < 0.2);
/// assert!(fibers.weave_length_um() < fibers.length_um());
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct FiberCorrelation {
    /// Side of a window and distance between two lags, in µm.
    pub window_um: f64,
    /// C of the second moment, the mean axis: 1 at lag 0, or 0 everywhere if no window has an axis.
    pub second: Vec<f64>,
    /// C of the fourth moment, the weave.
    pub fourth: Vec<f64>,
}

impl FiberCorrelation {
    /// Correlation length of the mean axis in µm: the first lag at which C has fallen to 1/e, interpolated
    /// between lags. The largest lag compared (1 mm, or half the region's shorter side if that is less)
    /// where it never does; 0 where no window has an axis or the region is too small for two windows.
    pub fn length_um(&self) -> f64 {
        self.first_crossing(&self.second)
    }

    /// The same for the weave.
    pub fn weave_length_um(&self) -> f64 {
        self.first_crossing(&self.fourth)
    }

    fn first_crossing(&self, correlation: &[f64]) -> f64 {
        let level = 1.0 / E;
        let lags = match correlation.iter().position(|&value| value <= level) {
            Some(0) => 0.0,
            Some(lag) => {
                let (before, after) = (correlation[lag - 1], correlation[lag]);
                (lag - 1) as f64 + (before - level) / (before - after)
            }
            None => correlation.len().saturating_sub(1) as f64,
        };
        lags * self.window_um
    }
}

/// The windows of a region whose directions are compared: squares of about 20 µm, at least half of them in
/// the region. Pairs do not reach over the edge of a periodic field.
///
/// ```
/// use dermaweave::measure::{CorrelationWindows, Region};
/// use dermaweave::{Grid, Length, Skin, Tissue};
/// let side = Length::millimeters(1.0);
/// let grid = Grid::new(side, side, Length::micrometers(10.0))?;
/// let tissue = Tissue::new(grid, &Skin::young())?;
/// let windows = CorrelationWindows::new(&Region::all(&grid), &grid)?;
/// // Healthy dermis has the same weave everywhere: half of the field is the largest lag.
/// assert_eq!(windows.measure(tissue.matrix()).weave_length_um(), 500.0);
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone)]
pub struct CorrelationWindows {
    region: String,
    /// What each window of the rectangle around the region is.
    windows: Vec<Window>,
    /// The sites of the windows that are not whole blocks.
    parts: Covers,
    columns: usize,
    along_x: Arc<dyn Fft<f64>>,
    along_y: Arc<dyn Fft<f64>>,
    /// Pairs of windows at each lag that is compared.
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
    /// A region of another grid gives [`Error::WrongLength`](crate::Error::WrongLength).
    pub fn new(region: &Region, grid: &Grid) -> Result<Self> {
        region.check_grid(grid)?;
        let held = || (0..grid.sites()).filter(|&site| region.holds(site));
        let across = extent(held().map(|site| site % grid.columns()));
        let up = extent(held().map(|site| site / grid.columns()));
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
            let counts = 2 * inside.len() >= side * side;
            found.push(if counts { Window::of(inside, &mut parts) } else { Window::NONE });
        }
        let mut windows = Self {
            region: region.name().into(),
            windows: found,
            parts,
            columns,
            along_x: plan(columns),
            along_y: plan(rows),
            pairs: vec![0.0; largest_lag + 1],
            window_um,
        };
        let [counted] =
            windows.sums_of_pairs(|window| [Complex::from(f64::from(windows.windows[window] != Window::NONE))]);
        // Counts, up to the round-off of the transform. A lag without pairs ends the comparison.
        windows.pairs = counted.into_iter().map(f64::round).take_while(|&pairs| pairs > 0.0).collect();
        Ok(windows)
    }

    /// The largest lag that is compared, in µm.
    pub fn largest_lag_um(&self) -> f64 {
        self.pairs.len().saturating_sub(1) as f64 * self.window_um
    }

    /// Correlates the directions of the collagen, both pools together.
    /// The matrix must have the grid that the windows were made for.
    pub fn measure(&self, matrix: &Matrix) -> FiberCorrelation {
        let mut numbers: [_; DIRECTION_NUMBERS] = std::array::from_fn(|_| vec![0.0; Blocks::of(matrix.grid()).count()]);
        census(matrix, &[], numbers.each_mut().map(Vec::as_mut_slice), |contents, _| BlockDirections::note(contents));
        self.measure_blocks(matrix, &BlockDirections::new(numbers.each_ref().map(Vec::as_slice)))
    }

    /// [`CorrelationWindows::measure`] for a matrix that was visited already.
    pub(crate) fn measure_blocks(&self, matrix: &Matrix, blocks: &BlockDirections) -> FiberCorrelation {
        let of_parts = parallel::collect_costly(self.parts.count(), |part| {
            directions(&self.parts.sum_of_sites(part, matrix).collagen())
        });
        let sums = self.sums_of_pairs(|window| self.windows[window].directions(blocks, &of_parts));
        let correlation = |sums: &Vec<f64>| {
            let mean: Vec<f64> = sums.iter().zip(&self.pairs).map(|(sum, pairs)| sum / pairs).collect();
            let of_windows = mean.first().copied().unwrap_or(0.0);
            let directed = of_windows > NO_DIRECTION;
            mean.iter().map(|value| if directed { value / of_windows } else { 0.0 }).collect()
        };
        FiberCorrelation { window_um: self.window_um, second: correlation(&sums[0]), fourth: correlation(&sums[1]) }
    }

    /// Σ Re z z̄′ over the pairs at every lag along x and y, given several z of every window.
    fn sums_of_pairs<const N: usize>(&self, values: impl Fn(usize) -> [Complex<f64>; N] + Sync) -> [Vec<f64>; N] {
        let (columns, rows) = (self.columns, self.windows.len() / self.columns);
        let mut sums = autocorrelations(&self.along_x, [rows, columns], |row, column| values(row * columns + column));
        let along_y = autocorrelations(&self.along_y, [columns, rows], |column, row| values(row * columns + column));
        for (sums, along_y) in sums.iter_mut().zip(along_y) {
            sums.iter_mut().zip(along_y).for_each(|(sum, along_y)| *sum += along_y);
            sums.truncate(self.pairs.len());
        }
        sums
    }
}

/// What a window is: nothing that counts, a whole block, or one of the other sets of sites. Kept in few bytes, since there
/// are as many as blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Window(u32);

impl Window {
    const NONE: Self = Self(u32::MAX);
    /// Set in the number of a set of sites.
    const PART: u32 = 1 << 31;

    /// Of some sites, which are added to `parts` if they are not a block.
    fn of(sites: Vec<usize>, parts: &mut Covers) -> Self {
        if let Some(block) = parts.block_of(&sites) {
            return Self(block as u32);
        }
        parts.push(sites);
        Self(Self::PART | (parts.count() - 1) as u32)
    }

    /// Mean e^{2iθ} and e^{4iθ} of its fibers; zero where it does not count.
    #[inline]
    fn directions(self, blocks: &BlockDirections, of_parts: &[Directions]) -> Directions {
        match self {
            Self::NONE => Directions::default(),
            Self(part) if part & Self::PART != 0 => of_parts[(part ^ Self::PART) as usize],
            Self(block) => blocks.at(block as usize),
        }
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

/// Σ Re z(i) z̄(i + r) over all lines, for several z, by the power spectrum of the lines. They are padded with zeros,
/// which keeps apart what the transform's period would join, for all lags up to the padding.
fn autocorrelations<const N: usize>(
    plan: &Arc<dyn Fft<f64>>,
    [lines, count]: [usize; 2],
    values: impl Fn(usize, usize) -> [Complex<f64>; N] + Sync,
) -> [Vec<f64>; N] {
    let period = plan.len();
    let zeros = || -> [_; N] { std::array::from_fn(|_| vec![Complex::ZERO; period]) };
    // Partial sums of blocks of lines, added in order.
    let partial = parallel::collect_tasks(lines.div_ceil(LINES), |block| {
        let mut powers: [_; N] = std::array::from_fn(|_| vec![0.0; period]);
        let (mut line, mut scratch) = (zeros(), vec![Complex::ZERO; plan.get_inplace_scratch_len()]);
        for number in block * LINES..((block + 1) * LINES).min(lines) {
            for index in 0..count {
                let values = values(number, index);
                line.iter_mut().zip(values).for_each(|(line, value)| line[index] = value);
            }
            for (line, power) in line.iter_mut().zip(&mut powers) {
                line[count..].fill(Complex::ZERO);
                plan.process_with_scratch(line, &mut scratch);
                power.iter_mut().zip(line).for_each(|(sum, mode)| *sum += mode.norm_sqr());
            }
        }
        powers
    });
    let mut powers = zeros();
    for (power, term) in partial.iter().flatten().enumerate().map(|(index, term)| (index % N, term)) {
        powers[power].iter_mut().zip(term).for_each(|(sum, term)| sum.re += term);
    }
    powers.map(|mut power| {
        // The forward transform of a power spectrum is the conjugate of the backward one.
        plan.process(&mut power);
        power.iter().map(|sum| sum.re / period as f64).collect()
    })
}

#[cfg(test)]
mod tests;
