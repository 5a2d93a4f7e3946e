//! Organization as maps: measured on windows that slide over the field.
use super::weave_index;
use crate::error::{Result, check};
use crate::matrix::{FiberMoments, Matrix};
use crate::parallel;
use crate::units::Length;

/// Maps of the organization, one value per point of a coarse lattice, rows upward.
///
/// ```
/// use dermaweave::measure::FiberMaps;
/// use dermaweave::{Grid, Length, Skin, Tissue};
/// let side = Length::millimeters(1.0);
/// let tissue = Tissue::new(Grid::new(side, side, Length::micrometers(10.0))?, &Skin::young())?;
/// let maps = FiberMaps::new(tissue.matrix(), Length::micrometers(100.0), Length::micrometers(20.0))?;
/// assert_eq!((maps.columns, maps.rows, maps.density.len()), (50, 50, 2500));
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct FiberMaps {
    /// Points along x.
    pub columns: usize,
    /// Points along y.
    pub rows: usize,
    /// Collagen, 1 = healthy young dermis.
    pub density: Vec<f64>,
    /// Mean axis in degrees, 0 to 180.
    pub mean_angle_deg: Vec<f64>,
    /// Resultant length R.
    pub resultant_length: Vec<f64>,
    /// Weave index.
    pub weave_index: Vec<f64>,
}

impl FiberMaps {
    /// Measures windows of side `window` whose centers lie `stride` apart, both rounded to whole
    /// sites; at the edge of the field windows are cut.
    /// A length below one site or above the field gives
    /// [`Error::OutOfRange`](crate::Error::OutOfRange).
    pub fn new(matrix: &Matrix, window: Length, stride: Length) -> Result<Self> {
        let grid = *matrix.grid();
        let sites = |quantity, length: Length| {
            let side =
                check(quantity, length.in_micrometers(), "µm", grid.spacing()..=grid.width().min(grid.height()))?;
            Ok::<_, crate::Error>((side / grid.spacing()).round() as usize)
        };
        let (window, stride) = (sites("window side", window)?, sites("window stride", stride)?);
        let (columns, rows) = (grid.columns() / stride, grid.rows() / stride);
        let fibers = parallel::collect(columns * rows, |point| {
            let span = |index: usize, count: usize| {
                let middle = index * stride + stride / 2;
                middle.saturating_sub(window / 2)..(middle + window.div_ceil(2)).min(count)
            };
            let (across, up) = (span(point % columns, grid.columns()), span(point / columns, grid.rows()));
            let share = 1.0 / (across.len() * up.len()) as f64;
            let row = |row: usize| across.clone().map(move |column| matrix.site(row * grid.columns() + column));
            up.flat_map(row).map(|site| site.collagen()).sum::<FiberMoments>() * share
        });
        let map = |measure: &(dyn Fn(&FiberMoments) -> f64 + Sync)| {
            parallel::collect(fibers.len(), |point| measure(&fibers[point]))
        };
        Ok(Self {
            columns,
            rows,
            density: map(&|fibers| fibers.density),
            mean_angle_deg: map(&|fibers| fibers.mean_angle().to_degrees()),
            resultant_length: map(&FiberMoments::resultant_length),
            weave_index: map(&weave_index),
        })
    }
}
