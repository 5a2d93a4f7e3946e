//! What happens to fibers: the work of fibroblasts, and slow turnover everywhere.
mod craft;
mod ledger;
mod plan;
mod shift;
mod turnover;
mod work;

use craft::Craft;
pub use ledger::Ledger;
use shift::Crew;
pub use shift::Shift;
pub(crate) use turnover::expose;
pub use turnover::{Upkeep, turn_over, turn_over_lazily, turnover};
pub use work::Work;

use crate::engine::{Parts, Reached};
use crate::fibroblast::{Felt, Fibroblast, Strip};
use crate::matrix::Matrix;
use crate::parameters::{FiberAxis, FibroblastParameters};

/// All active cells lay, turn and cut the fibers under them; gives what was deposited and degraded.
/// Only the sites under them are settled and written.
pub fn work(cells: &[Fibroblast], matrix: &mut Matrix, parameters: &FibroblastParameters, shift: &Shift) -> Ledger {
    work_again(cells, matrix, parameters, shift, (&mut Reached::default(), None))
}

/// [`work`] after which cells feel what they worked, for [`advance_felt`](crate::fibroblast::advance_felt): all active ones
/// but those who feel across the edge of a periodic field, or across a border of what two threads have worked. These feel
/// when they move.
pub fn work_and_feel(
    cells: &[Fibroblast],
    matrix: &mut Matrix,
    parameters: &FibroblastParameters,
    shift: &Shift,
    felt: &mut Felt,
) -> Ledger {
    work_again(cells, matrix, parameters, shift, (&mut Reached::default(), Some(felt)))
}

/// [`work`] with storage from the steps before; cells also feel what they worked, where that is wanted.
pub(crate) fn work_again(
    cells: &[Fibroblast],
    matrix: &mut Matrix,
    parameters: &FibroblastParameters,
    shift: &Shift,
    (reached, felt): (&mut Reached, Option<&mut Felt>),
) -> Ledger {
    let grid = *matrix.grid();
    let craft = Craft::new(&grid, parameters, shift.attachment, shift.hours);
    let craft = if shift.fiber_axis == FiberAxis::LaidAtRandom { craft.laying_at_random() } else { craft };
    let is_active = |cell: &Fibroblast| cell.activation >= parameters.resting_activation;
    let feeling = felt.map(|felt| {
        felt.begin(cells.len());
        (Strip::new(&grid, parameters), &*felt)
    });
    let feels_within = feeling.as_ref().map_or(0.0, |(strip, _)| strip.reach());
    reached.find_parts(Parts::of_cache(grid.rows(), grid.columns()), cells.len(), |index| {
        is_active(&cells[index]).then(|| craft.around(&cells[index], feels_within))
    });
    Crew { cells, shift, craft, reached, feeling }.work(&mut matrix.rows_mut()) * grid.site_area()
}
