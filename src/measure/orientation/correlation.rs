//! Over which distance fibers keep their direction.
//!
//! Directions are averaged over small windows first. With z the mean e^{2iθ} of a window (e^{4iθ} for the
//! weave), the correlation at lag r is the mean over all pairs of windows that lie r apart along x or y,
//! relative to that of windows with themselves:
//!
//! C(r) = ⟨Re z(p) z̄(p + r)⟩ / ⟨|z|²⟩
//!
//! A window at the rim of a region counts with the share a of it that lies in the region, and so a pair with the product
//! of two: ⟨f(p, q)⟩ = Σ a(p) a(q) f(p, q) / Σ a(p) a(q). So every site counts, and those of a narrow strip, whose
//! direction is that of single cells, count little.
//!
//! No mean is subtracted: a direction that the whole region shares is order of infinite length.
use crate::engine::{CoarseDirections, PairedWindows};
use crate::error::Result;
use crate::grid::Grid;
use crate::matrix::Matrix;
use crate::measure::regions::{Region, check_field};
use std::f64::consts::E;
use std::fmt;

/// Target side of a window in µm: a cell's breadth, below which directions are those of single cells.
const WINDOW: f64 = 20.0;
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
/// // Stripes of 100 µm, each turned by 45° against the one before.
/// for (site, fibers) in matrix.sites_mut().iter_mut().enumerate() {
///     let stripe = (grid.center_of(site).0 / 100.0).floor();
///     fibers.mature = fibers.mature.rotated(stripe * std::f64::consts::FRAC_PI_4);
/// }
/// let fibers = CorrelationWindows::new(&Region::all(&grid), &grid)?.measure(&matrix)?;
/// // The correlation is 1 along the stripes; across, neighbors have none and the ones after them −1.
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
    windows: PairedWindows,
    /// Sum over the pairs of windows at each lag that is compared of the products of their shares.
    weights: Vec<f64>,
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
        let side = (WINDOW / grid.spacing()).round().max(1.0) as usize;
        let window_um = side as f64 * grid.spacing();
        let windows = PairedWindows::new(|site| region.holds(site), grid, side, (LARGEST_LAG / window_um) as usize);
        let weights = windows.weights(side * side);
        Ok(Self { region: region.name().into(), grid: *grid, windows, weights, window_um })
    }

    /// The largest lag that is compared, in µm.
    pub fn largest_lag_um(&self) -> f64 {
        self.weights.len().saturating_sub(1) as f64 * self.window_um
    }

    /// Correlates the directions of the collagen, both pools together.
    /// A matrix of another field gives [`Error::OtherField`](crate::Error::OtherField).
    pub fn measure(&self, matrix: &Matrix) -> Result<FiberCorrelation> {
        check_field("a matrix", matrix.grid(), &self.grid)?;
        Ok(self.correlation(&self.windows.sums(matrix)))
    }

    /// [`CorrelationWindows::measure`] in several regions, given the directions that were found in the matrix. The result of a
    /// region does not depend on the others.
    pub(crate) fn measure_all(
        regions: &[&Self],
        matrix: &Matrix,
        directions: &CoarseDirections,
    ) -> Vec<FiberCorrelation> {
        let windows: Vec<_> = regions.iter().map(|region| &region.windows).collect();
        let sums = PairedWindows::sums_in_regions(&windows, matrix, directions);
        regions.iter().zip(&sums).map(|(region, sums)| region.correlation(sums)).collect()
    }

    /// The sums over pairs, per pair and relative to windows with themselves.
    fn correlation(&self, sums: &[Vec<f64>; 2]) -> FiberCorrelation {
        let correlation = |sums: &Vec<f64>| {
            let mean: Vec<f64> = sums.iter().zip(&self.weights).map(|(sum, weight)| sum / weight).collect();
            let of_windows = mean.first().copied().unwrap_or(0.0);
            let directed = of_windows > NO_DIRECTION;
            mean.iter().map(|value| if directed { value / of_windows } else { 0.0 }).collect()
        };
        FiberCorrelation { window_um: self.window_um, second: correlation(&sums[0]), fourth: correlation(&sums[1]) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::DIRECTION_NUMBERS;
    use crate::engine::{CoarseSites, sum_sets};
    use crate::matrix::FiberMoments;
    use crate::units::Length;

    /// Defends: lines that regions share are the same read once as read for each, and no line is taken for that of another
    /// region: a field, a disc in it and all around it, and the half of it in which there is no disc.
    #[test]
    fn regions_share_lines_without_a_change() {
        let field =
            Grid::new(Length::micrometers(1600.0), Length::micrometers(1200.0), Length::micrometers(10.0)).unwrap();
        let [x, y, diameter] = [1200.0, 600.0, 500.0].map(Length::micrometers);
        let disc = Region::disc("disc", &field, x, y, diameter).unwrap();
        let around = (0..field.sites()).map(|site| !disc.holds(site)).collect();
        let around = Region::mask("around", &field, around).unwrap();
        let left = Region::mask("left", &field, (0..field.sites()).map(|site| site % 160 < 80).collect()).unwrap();
        let regions = [&disc, &Region::all(&field), &around, &left]
            .map(|region| CorrelationWindows::new(region, &field).unwrap());
        let mut fibers = Matrix::uniform(field, FiberMoments::default(), 0.3);
        for (site, pools) in fibers.sites_mut().iter_mut().enumerate() {
            let (x, y) = field.center_of(site);
            let own = FiberMoments::one_family(0.4 + 0.3 * (0.01 * x).sin(), 0.7, 0.02 * y + 1e-5 * x * y);
            pools.set_collagen(own, 0.3);
        }
        let mut numbers: [_; DIRECTION_NUMBERS] = std::array::from_fn(|_| vec![0.0; CoarseSites::of(&field).count()]);
        let arrays = numbers.each_mut().map(Vec::as_mut_slice);
        sum_sets(&fibers, &[], arrays, |sums, _| CoarseDirections::numbers_of(sums));
        let coarse = CoarseDirections::new(numbers.each_ref().map(Vec::as_slice));
        let together = CorrelationWindows::measure_all(&regions.each_ref(), &fibers, &coarse);
        assert_eq!(together, regions.each_ref().map(|windows| windows.measure(&fibers).unwrap()));
        assert!((0..4).all(|region| (0..region).all(|other| together[region] != together[other])));
    }
}
