//! What happens to fibers: the work of fibroblasts, and slow turnover everywhere.
mod ledger;
mod turnover;

pub use ledger::Ledger;
pub(crate) use turnover::expose;
pub use turnover::{Upkeep, turn_over, turn_over_lazily, turnover};

use crate::fibroblast::{self, Fibroblast};
use crate::grid::Grid;
use crate::matrix::{FiberMoments, Matrix, MatrixBand, Site};
use crate::parallel;
use crate::parameters::{FiberAxis, FibroblastParameters};
use crate::random::{Purpose, stream};
use rand::RngExt;

/// The work of one cell in one step: where its body lies and what each site under it undergoes.
///
/// With effort E = a Δt × (covered share of the site): loss e^{−k_deg E}, turning towards the body
/// by 1 − e^{−k_al E}, deposition (ρ_max − ρ − φ)(1 − e^{−k_dep E/ρ_max}) along the body, fibrin
/// e^{−k_f E}, elastin towards 1 by 1 − e^{−k_e E}: each the exact solution over the step.
///
/// ```
/// use dermaweave::{FiberMoments, Grid, Length, Parameters};
/// use dermaweave::{fibroblast::Fibroblast, matrix::Site, remodeling::Work};
/// let side = Length::micrometers(400.0);
/// let grid = Grid::new(side, side, Length::micrometers(20.0))?;
/// let cell = Fibroblast { id: 0, x: 200.0, y: 200.0, heading: 0.5, activation: 1.0, contraction: 0.0 };
/// let along_body = FiberMoments::along(1.0, cell.heading);
/// let work = Work::new(&cell, &grid, &Parameters::default().fibroblast, (1.0, 1.0), along_body, 3.0);
/// let mut empty = Site::default();
/// work.work_on(&mut empty);
/// assert!(empty.new.density > 0.0 && (empty.new.mean_angle() - 0.5).abs() < 1e-12);
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Work {
    x: f64,
    y: f64,
    along: (f64, f64),
    axis: FiberMoments,
    laid: FiberMoments,
    /// Patches along the body and across it, and their sides in µm.
    patches: (usize, usize),
    sides: (f64, f64),
    new_left: f64,
    mature_left: f64,
    new_turned: f64,
    mature_turned: f64,
    filled_density: f64,
    filling: f64,
    fibrin_left: f64,
    elastin_filling: f64,
}

impl Work {
    /// Plans the work of a cell over `hours`; `synthesis` scales deposition (age, sun, smoke),
    /// `attachment` the turning of fibers, and `axis` is the direction along which fibers are laid and
    /// turned. Its density must be 1.
    pub fn new(
        cell: &Fibroblast,
        grid: &Grid,
        parameters: &FibroblastParameters,
        (synthesis, attachment): (f64, f64),
        axis: FiberMoments,
        hours: f64,
    ) -> Self {
        // The body is cut into patches no larger than a site.
        let cut = |side: f64| (side / grid.spacing().min(parameters.body_width)).ceil();
        let (along, across) = (cut(parameters.body_length), cut(parameters.body_width));
        let sides = (parameters.body_length / along, parameters.body_width / across);
        let covered = sides.0 * sides.1 / grid.site_area();
        let effort = cell.activation * hours * covered;
        let left = |rate: f64| (-rate * effort).exp();
        let gone = |rate: f64| -(-rate * effort).exp_m1();
        let (sine, cosine) = cell.heading.sin_cos();
        Self {
            x: cell.x,
            y: cell.y,
            along: (cosine, sine),
            axis,
            laid: axis,
            patches: (along as usize, across as usize),
            sides,
            new_left: left(parameters.degradation_rate),
            mature_left: left(parameters.degradation_rate / parameters.mature_resistance),
            new_turned: gone(parameters.realignment_rate * attachment),
            mature_turned: gone(parameters.realignment_rate * attachment / parameters.mature_resistance),
            filled_density: parameters.filled_density,
            filling: gone(parameters.deposition_rate * synthesis / parameters.filled_density),
            fibrin_left: left(parameters.fibrin_removal_rate),
            elastin_filling: gone(parameters.elastin_rate * synthesis),
        }
    }

    /// Rows under the body: the first one, and how many.
    fn rows(&self, grid: &Grid) -> (usize, usize) {
        let reach = |count: usize, side: f64| 0.5 * side * (count - 1) as f64;
        let half = reach(self.patches.0, self.sides.0) * self.along.1.abs()
            + reach(self.patches.1, self.sides.1) * self.along.0.abs();
        let count = (2.0 * half / grid.spacing()).ceil() as usize + 2;
        (grid.row_at(self.y - half), count)
    }

    /// Applies the work to those sites under the body that lie in a band of rows; densities go into the ledger.
    fn apply(&self, grid: &Grid, band: &mut MatrixBand, ledger: &mut Ledger) {
        let (cosine, sine) = self.along;
        let from_middle = |index: usize, count: usize, side: f64| (index as f64 - 0.5 * (count - 1) as f64) * side;
        for patch in 0..self.patches.0 * self.patches.1 {
            let along = from_middle(patch / self.patches.1, self.patches.0, self.sides.0);
            let across = from_middle(patch % self.patches.1, self.patches.1, self.sides.1);
            let (x, y) = (self.x + along * cosine - across * sine, self.y + along * sine + across * cosine);
            // A body that hangs over a closed edge works only what lies inside.
            if !grid.contains(x, y) {
                continue;
            }
            let site = grid.site_at(x, y);
            if let Some(site) =
                site.checked_sub(band.first_row() * grid.columns()).and_then(|local| band.get_mut(local))
            {
                *ledger += self.work_on(site);
            }
        }
    }

    /// What one site under the body undergoes; gives the densities deposited and degraded.
    pub fn work_on(&self, site: &mut Site) -> Ledger {
        let (new, mature) = (site.new.density, site.mature.density);
        site.new *= self.new_left;
        site.mature *= self.mature_left;
        site.original *= self.mature_left;
        site.new.turn_towards(&self.axis, self.new_turned);
        site.mature.turn_towards(&self.axis, self.mature_turned);
        let kept = site.new.density;
        let free = self.filled_density - kept - site.mature.density - site.fibrin;
        site.new += self.laid * (free.max(0.0) * self.filling);
        site.fibrin *= self.fibrin_left;
        site.elastin += (1.0 - site.elastin).max(0.0) * self.elastin_filling;
        let degraded = (new - kept) + (mature - site.mature.density);
        Ledger { deposited: site.new.density - kept, degraded, ..Ledger::default() }
    }
}

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
    let grid = *matrix.grid();
    let plans = parallel::collect_some(cells.len(), |index| {
        let cell = &cells[index];
        let heading = match shift.fiber_axis {
            FiberAxis::AlongBody | FiberAxis::LaidAtRandom => cell.heading,
            FiberAxis::Random => {
                let mut draws = stream(shift.seed, shift.tick / NULL_AXIS_TICKS, Purpose::NullAxis, cell.id);
                std::f64::consts::PI * draws.random::<f64>()
            }
        };
        let axis = FiberMoments::along(1.0, heading);
        let synthesis = shift.synthesis * fibroblast::deposition_per_activation(cell.activation, parameters);
        (cell.activation >= parameters.resting_activation).then(|| {
            let work = Work::new(cell, &grid, parameters, (synthesis, shift.attachment), axis, shift.hours);
            match shift.fiber_axis {
                FiberAxis::LaidAtRandom => Work { laid: FiberMoments::isotropic(1.0), ..work },
                FiberAxis::AlongBody | FiberAxis::Random => work,
            }
        })
    });
    let bands: Vec<Ledger> = parallel::change_sites(
        matrix.rows_mut(),
        plans.len(),
        |plan| Some(plans[plan].rows(&grid)),
        |plan, band, ledger| plans[plan].apply(&grid, band, ledger),
    );
    bands.into_iter().sum::<Ledger>() * grid.site_area()
}
