//! What happens to fibers: the work of fibroblasts, and slow turnover everywhere.
mod ledger;
mod rotation;
mod slow;
mod turnover;
pub(crate) mod work;

pub use ledger::Ledger;
pub use rotation::rotate;
pub use slow::lay_slowly;
pub(crate) use slow::{Laying, SlowDay, remodel_slowly};
pub(crate) use turnover::{Active, Exposed, Mmp, expose, turn_over_around_cells};
pub use turnover::{Upkeep, turn_over, turn_over_lazily, turnover};
pub use work::{Conditions, UnderLoad, Work};

use crate::cells::fibroblast::Fibroblast;
use crate::engine;
use crate::matrix::Matrix;
use crate::parameters::FibroblastParameters;

/// All active cells lay, turn and cut the fibers under them; gives what was deposited and degraded.
/// Only the sites under them are written.
pub fn work(
    cells: &[Fibroblast],
    matrix: &mut Matrix,
    parameters: &FibroblastParameters,
    conditions: &Conditions,
) -> Ledger {
    engine::footprints::work(cells, matrix, parameters, conditions, &mut engine::Reached::default())
}
