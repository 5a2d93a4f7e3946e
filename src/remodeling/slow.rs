//! What goes on for months after cells have come to rest: slow deposition, and thickness that follows.
use super::Ledger;
use crate::engine::InRows;
use crate::engine::{self, SiteRows};
use crate::grid::{Field, Grid};
use crate::matrix::{FiberMoments, Matrix, Site};
use crate::mechanics::{is_relaxed, relaxed};
use crate::parameters::MechanicsParameters;

/// Collagen that slow activity lays at a site: a share of the space that is left, in the directions in which cells lie
/// there on the mean. Gives how much.
///
/// n ← n + h max(0, c_max − (A + F)/h − φ) s (1, z₂, z₄), s = 1 − e^{−k_dep G C S Δt/c_max}
///
/// with the production under load G, the slow activity S and the share C of the area that the bodies of resting cells cover.
///
/// ```
/// use dermaweave::remodeling::lay_slowly;
/// use dermaweave::{FiberMoments, matrix::Site};
/// let mut site = Site { mature: FiberMoments::isotropic(0.9), ..Site::default() };
/// let laid = lay_slowly(&mut site, &FiberMoments::along(1.0, 0.0), 1.15, 0.1);
/// assert!((laid - 0.025).abs() < 1e-12 && (site.new.density - laid).abs() < 1e-12);
/// ```
#[inline(always)]
pub fn lay_slowly(site: &mut Site, directions: &FiberMoments, packing_limit: f64, share: f64) -> f64 {
    let collagen = site.new.density + site.mature.density;
    let free = site.thickness * (packing_limit - site.fibrin) - collagen - site.fragments;
    let laid = if free > 0.0 { free } else { 0.0 } * share;
    site.new += *directions * laid;
    laid
}

/// What slow activity does in a day, field by field on windows of the matrix.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SlowDay<'a> {
    /// What is laid, if something is.
    pub(crate) laying: Option<&'a Laying>,
    /// Mean filling, which thickness follows.
    pub(crate) filling: &'a Field,
    pub(crate) packing_limit: f64,
    pub(crate) parameters: &'a MechanicsParameters,
    pub(crate) hours: f64,
}

/// What slow activity lays in a day, on windows of the matrix.
#[derive(Clone, Debug)]
pub(crate) struct Laying {
    /// k_dep G C S Δt/c_max.
    pub(crate) exponent: Field,
    /// Moments of the headings of cells: c₂, s₂, c₄ and s₄.
    pub(crate) headings: [Field; 4],
}

/// Rows of sites that are changed at a time, if the coarse grid allows.
const ROWS_AT_A_TIME: usize = 8;

/// Lays slowly and lets the thickness follow what fills the slab, square by square of a coarse grid. Sites at which neither
/// happens are not written. Gives what was laid.
pub(crate) fn remodel_slowly(matrix: &mut Matrix, coarse: &Grid, day: SlowDay) -> Ledger {
    let area = matrix.grid().site_area();
    let side = matrix.grid().columns() / coarse.columns();
    let of_rows = |mut rows: SiteRows| {
        let mut deposited = 0.0;
        let begin = rows.first_row();
        for row in (begin..begin + rows.rows()).step_by(side) {
            for column in 0..coarse.columns() {
                let square = Square { row, column: column * side, side };
                let change = Change::of(&day, coarse.center_of(row / side * coarse.columns() + column));
                deposited += change.map_or(0.0, |change| change.apply(&mut rows, square, &day));
            }
        }
        Ledger { deposited, ..Ledger::default() }
    };
    let rows_at_a_time = side * (ROWS_AT_A_TIME / side).max(1);
    engine::merge_rows(matrix.rows_mut(), rows_at_a_time, &of_rows, &|below, above| below + above) * area
}

/// Sites that change alike.
#[derive(Clone, Copy, Debug)]
struct Square {
    row: usize,
    column: usize,
    side: usize,
}

/// What happens to the sites of a square.
#[derive(Clone, Copy, Debug)]
struct Change {
    laid: f64,
    directions: FiberMoments,
    filling: f64,
}

impl Change {
    /// At a point in µm; none where nothing is laid and the thickness is that of what fills it.
    fn of(day: &SlowDay, (x, y): (f64, f64)) -> Option<Self> {
        let exponent = day.laying.map_or(0.0, |laying| laying.exponent.sample(x, y).0);
        let filling = day.filling.sample(x, y).0;
        if exponent <= 0.0 && is_relaxed(filling) {
            return None;
        }
        let moment = |index: usize| day.laying.map_or(0.0, |laying| laying.headings[index].sample(x, y).0);
        let directions = FiberMoments { density: 1.0, c2: moment(0), s2: moment(1), c4: moment(2), s4: moment(3) };
        Some(Self { laid: -(-exponent).exp_m1(), directions, filling })
    }

    fn apply(self, rows: &mut SiteRows, square: Square, day: &SlowDay) -> f64 {
        let columns = rows.columns;
        let mut laid = 0.0;
        for first in (square.row..square.row + square.side).map(|row| row * columns + square.column) {
            for index in first..first + square.side {
                let Some(site) = rows.site_mut(index) else { continue };
                laid += lay_slowly(site, &self.directions, day.packing_limit, self.laid);
                site.thickness = relaxed(site.thickness, self.filling, day.hours, day.parameters);
            }
        }
        laid
    }
}
