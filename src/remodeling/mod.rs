//! What happens to fibers: the work of fibroblasts, and slow turnover everywhere.
mod craft;
mod ledger;
mod turnover;
mod work;

use craft::Craft;
pub use ledger::Ledger;
pub(crate) use turnover::expose;
pub use turnover::{Upkeep, turn_over, turn_over_lazily, turnover};
pub use work::Work;

use crate::fibroblast::{self, Fibroblast};
use crate::matrix::{FiberMoments, Matrix, MatrixBand};
use crate::parallel::{BAND_ROWS, Reached};
use crate::parameters::{FiberAxis, FibroblastParameters};
use crate::random::{Purpose, stream};
use rand::RngExt;

/// How and when cells work: production of this skin, axis of the fibers, seed and step.
///
/// ```
/// use dermaweave::{FiberMoments, Grid, Length, Matrix, Parameters};
/// use dermaweave::{fibroblast::Fibroblast, parameters::FiberAxis, remodeling::{Shift, work}};
/// let side = Length::micrometers(400.0);
/// let grid = Grid::new(side, side, Length::micrometers(20.0))?;
/// let mut matrix = Matrix::uniform(grid, FiberMoments::default(), 0.0);
/// let cell = Fibroblast { id: 0, x: 200.0, y: 200.0, heading: 0.0, activation: 1.0, contraction: 0.0 };
/// let shift = Shift { synthesis: 1.0, attachment: 1.0, fiber_axis: FiberAxis::AlongBody, seed: 1, tick: 0, hours: 3.0 };
/// work(&[cell], &mut matrix, &Parameters::default().fibroblast, &shift);
/// assert!(matrix.site(grid.site_at(210.0, 200.0)).new.density > 0.0);
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Shift {
    /// Production relative to young skin.
    pub synthesis: f64,
    /// How well cells hold on to fibers, relative to young skin.
    pub attachment: f64,
    /// Along the body, or the null model.
    pub fiber_axis: FiberAxis,
    /// Seed of the run.
    pub seed: u64,
    /// Tick at which the step begins.
    pub tick: u64,
    /// Length of the step.
    pub hours: f64,
}

/// Ticks for which a cell of the null model keeps its random axis: about one persistence time.
const NULL_AXIS_TICKS: u64 = 10;

/// All active cells lay, turn and cut the fibers under them; gives what was deposited and degraded.
/// Only the sites under them are settled and written.
pub fn work(cells: &[Fibroblast], matrix: &mut Matrix, parameters: &FibroblastParameters, shift: &Shift) -> Ledger {
    work_again(cells, matrix, parameters, shift, &mut Reached::default())
}

/// [`work`] with storage from the steps before.
pub(crate) fn work_again(
    cells: &[Fibroblast],
    matrix: &mut Matrix,
    parameters: &FibroblastParameters,
    shift: &Shift,
    reached: &mut Reached,
) -> Ledger {
    let grid = *matrix.grid();
    let craft = Craft::new(&grid, parameters, shift.attachment, shift.hours);
    let craft = if shift.fiber_axis == FiberAxis::LaidAtRandom { craft.laying_at_random() } else { craft };
    let is_active = |cell: &Fibroblast| cell.activation >= parameters.resting_activation;
    reached.find((grid.rows(), BAND_ROWS), cells.len(), |index| {
        is_active(&cells[index]).then(|| craft.rows(&cells[index]))
    });
    let ledger = reached.change(matrix.rows_mut(), |agents, band: &mut MatrixBand, ledger: &mut Ledger| {
        let plan = craft.plan(agents.iter().map(|&agent| {
            let cell = &cells[agent];
            (cell, shift.synthesis * fibroblast::deposition_per_activation(cell.activation, parameters))
        }));
        for (index, &agent) in agents.iter().enumerate() {
            craft.apply(&craft.work(&plan, index, shift.axis_of(&cells[agent])), band, ledger);
        }
    });
    ledger * grid.site_area()
}

impl Shift {
    /// The axis along which a cell lays and turns fibers, as fibers of density 1, if it is not that of its body.
    fn axis_of(&self, cell: &Fibroblast) -> Option<FiberMoments> {
        match self.fiber_axis {
            FiberAxis::AlongBody | FiberAxis::LaidAtRandom => None,
            FiberAxis::Random => {
                let mut draws = stream(self.seed, self.tick / NULL_AXIS_TICKS, Purpose::NullAxis, cell.id);
                Some(FiberMoments::along(1.0, std::f64::consts::PI * draws.random::<f64>()))
            }
        }
    }
}
