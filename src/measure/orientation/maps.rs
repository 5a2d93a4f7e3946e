//! Organization as maps: measured on windows that slide over the field.
use super::organization::weave_index;
use crate::engine;
use crate::error::{Result, check};
use crate::grid::Boundary;
use crate::matrix::{FiberMoments, Matrix};
use crate::units::Length;
use serde::{Deserialize, Serialize};

/// Share of a site that is only round-off.
const ROUND_OFF: f64 = 1e-9;

/// Maps of the organization, one value per point of a coarse lattice, rows upward. Point (i, j) lies at
/// (i + ½) of the field's width over `columns` and (j + ½) of its height over `rows`.
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
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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
    /// Measures square windows of side `window`, in as many columns and rows as lie evenly over the field at most `stride`
    /// apart: the middle of the first one is half a distance from the edge. So the maps of a mirrored field are mirrored,
    /// and if no window is narrower than the stride each site is in one. A site that a window covers in part counts with
    /// that part. At a closed edge windows are cut, in a periodic field they go on across it.
    ///
    /// A length below one site or above the field gives
    /// [`Error::OutOfRange`](crate::Error::OutOfRange).
    pub fn new(matrix: &Matrix, window: Length, stride: Length) -> Result<Self> {
        let grid = *matrix.grid();
        let sites = |quantity, length: Length| {
            let side =
                check(quantity, length.in_micrometers(), "µm", grid.spacing()..=grid.width().min(grid.height()))?;
            Ok::<_, crate::Error>(side / grid.spacing())
        };
        let (window, stride) = (sites("window side", window)?, sites("window stride", stride)?);
        let is_periodic = grid.boundary() == Boundary::Periodic;
        let [across, up] = [grid.columns(), grid.rows()].map(|sites| covers(sites, window, stride, is_periodic));
        let (columns, rows) = (across.len(), up.len());
        let fibers = engine::collect(columns * rows, |point| {
            let (across, up) = (&across[point % columns], &up[point / columns]);
            let mut sum = FiberMoments::default();
            for row in up {
                for column in across {
                    let site = matrix.site(row.index * grid.columns() + column.index);
                    sum += site.collagen() * (row.share * column.share);
                }
            }
            sum * (1.0 / (length(across) * length(up)))
        });
        let map = |measure: &(dyn Fn(&FiberMoments) -> f64 + Sync)| {
            engine::collect(fibers.len(), |point| measure(&fibers[point]))
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

/// A column or row of sites, and the share of it that a window covers.
#[derive(Clone, Copy, Debug)]
struct Cover {
    index: usize,
    share: f64,
}

/// What the windows along a line of sites cover, window by window; lengths in sites.
fn covers(sites: usize, window: f64, stride: f64, is_periodic: bool) -> Vec<Vec<Cover>> {
    let extent = sites as f64;
    let count = (extent / stride - ROUND_OFF).ceil().max(1.0);
    let distance = extent / count;
    let of_window = |number: usize| {
        let middle = (number as f64 + 0.5) * distance;
        let (begin, end) = (middle - 0.5 * window, middle + 0.5 * window);
        let (begin, end) = if is_periodic { (begin, end) } else { (begin.max(0.0), end.min(extent)) };
        let (first, last) = ((begin + ROUND_OFF).floor() as i64, (end - ROUND_OFF).ceil() as i64);
        let covered = (first..last).map(|index| Cover {
            index: index.rem_euclid(sites.cast_signed() as i64) as usize,
            share: end.min(index as f64 + 1.0) - begin.max(index as f64),
        });
        covered.collect()
    };
    (0..count as usize).map(of_window).collect()
}

/// Length that a window covers, in sites.
fn length(covers: &[Cover]) -> f64 {
    covers.iter().map(|cover| cover.share).sum()
}
