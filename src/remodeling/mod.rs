//! What happens to fibers: the work of fibroblasts, and slow turnover everywhere.
mod ledger;
mod turnover;

pub use ledger::Ledger;
pub(crate) use turnover::expose;
pub use turnover::{Upkeep, turn_over, turn_over_lazily, turnover};

use crate::elementary::sin_cos;
use crate::fibroblast::{self, Fibroblast};
use crate::grid::{Grid, Locator};
use crate::matrix::{FiberMoments, Matrix, MatrixBand, Site};
use crate::parallel::{BAND_ROWS, Reached};
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
    /// Middle of the body in spacings, and where it points.
    middle: (f64, f64),
    along: (f64, f64),
    axis: FiberMoments,
    /// Share of what is laid that lies along the axis; the rest has no direction.
    laid_along: f64,
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
        Craft::new(grid, parameters, attachment, hours).work_of(cell, synthesis, Some(axis))
    }

    /// What one site under the body undergoes; gives the densities deposited and degraded.
    pub fn work_on(&self, site: &mut Site) -> Ledger {
        let (new, mature) = (site.new.density, site.mature.density);
        let (kept, kept_mature) = (new * self.new_left, mature * self.mature_left);
        let free = self.filled_density - kept - kept_mature - site.fibrin;
        let laid = free.max(0.0) * self.filling;
        // Loss and turning in one: q ← loss · ((1 − share) q + share ρ e^{imθ}), and what is laid beside it.
        let gained = self.new_turned * kept + self.laid_along * laid;
        site.new.blend(self.new_left * (1.0 - self.new_turned), &self.axis, gained, kept + laid);
        let turned = self.mature_turned * kept_mature;
        site.mature.blend(self.mature_left * (1.0 - self.mature_turned), &self.axis, turned, kept_mature);
        site.original *= self.mature_left;
        site.fibrin *= self.fibrin_left;
        site.elastin += (1.0 - site.elastin).max(0.0) * self.elastin_filling;
        let degraded = (new - kept) + (mature - kept_mature);
        Ledger { deposited: site.new.density - kept, degraded, ..Ledger::default() }
    }
}

/// What is the same for the work of all cells in a step.
#[derive(Clone, Copy, Debug)]
struct Craft<'a> {
    parameters: &'a FibroblastParameters,
    locator: Locator,
    hours: f64,
    /// Patches along the body and across it, none larger than a site, and their sides in spacings.
    patches: (usize, usize),
    sides: (f64, f64),
    /// Distance in spacings of the outermost patches from the middle.
    reach: f64,
    /// Rates of degradation, turning (new and mature pool each) and deposition per production, and of the clearing of
    /// fibrin and the laying of elastin per production, each times the covered share of a site.
    rates: [f64; 7],
    laid_along: f64,
}

impl<'a> Craft<'a> {
    fn new(grid: &Grid, parameters: &'a FibroblastParameters, attachment: f64, hours: f64) -> Self {
        let patches = |side: f64| (side / grid.spacing().min(parameters.body_width)).ceil();
        let (along, across) = (patches(parameters.body_length), patches(parameters.body_width));
        let sides = (parameters.body_length / along / grid.spacing(), parameters.body_width / across / grid.spacing());
        let covered = sides.0 * sides.1;
        let turning = parameters.realignment_rate * attachment;
        let rates = [
            parameters.degradation_rate,
            parameters.degradation_rate / parameters.mature_resistance,
            turning,
            turning / parameters.mature_resistance,
            parameters.deposition_rate / parameters.filled_density,
            parameters.fibrin_removal_rate,
            parameters.elastin_rate,
        ];
        Self {
            parameters,
            locator: grid.locator(),
            hours,
            patches: (along as usize, across as usize),
            sides,
            reach: 0.5 * (sides.0 * (along - 1.0)).hypot(sides.1 * (across - 1.0)),
            rates: rates.map(|rate| rate * covered),
            laid_along: 1.0,
        }
    }

    /// The work of a cell along an axis, or along its body if there is none.
    fn work_of(&self, cell: &Fibroblast, synthesis: f64, axis: Option<FiberMoments>) -> Work {
        let (sine, cosine) = sin_cos(cell.heading);
        let effort = cell.activation * self.hours;
        let [degraded, mature_degraded, turned, mature_turned, laid, fibrin, elastin] = self.rates;
        let exponents =
            [degraded, mature_degraded, turned, mature_turned, laid * synthesis, fibrin, elastin * synthesis];
        let gone = gone_after(exponents.map(|rate| rate * effort));
        let [degraded, mature_degraded, new_turned, mature_turned, filling, cleared, elastin_filling] = gone;
        Work {
            middle: (self.locator.scaled(cell.x), self.locator.scaled(cell.y)),
            along: (cosine, sine),
            axis: axis.unwrap_or_else(|| FiberMoments::along_direction(1.0, cosine, sine)),
            laid_along: self.laid_along,
            new_left: 1.0 - degraded,
            mature_left: 1.0 - mature_degraded,
            new_turned,
            mature_turned,
            filled_density: self.parameters.filled_density,
            filling,
            fibrin_left: 1.0 - cleared,
            elastin_filling,
        }
    }

    /// Rows under a body, wherever it points: the first one, and how many.
    fn rows(&self, cell: &Fibroblast) -> (usize, usize) {
        let first = self.locator.scaled(cell.y) - self.reach;
        (self.locator.row_at(first), (2.0 * self.reach).ceil() as usize + 2)
    }

    /// Applies the work of a cell to those sites under its body that lie in a band of rows; densities go into the ledger.
    fn apply(&self, work: &Work, band: &mut MatrixBand, ledger: &mut Ledger) {
        let mut work_at = |site: usize| {
            if let Some(site) = band.site_mut(site) {
                *ledger += work.work_on(site);
            }
        };
        if self.locator.surrounds(work.middle, self.reach) {
            self.for_each_patch(work, |point| work_at(self.locator.site_inside(point)));
        } else {
            // A body that hangs over a closed edge works only what lies inside.
            self.for_each_patch(work, |point| {
                if self.locator.contains(point) {
                    work_at(self.locator.site_at(point));
                }
            });
        }
    }

    /// Visits the middle of every patch of a body, in spacings.
    fn for_each_patch(&self, work: &Work, mut visit: impl FnMut((f64, f64))) {
        let from_middle = |index: usize, count: usize, side: f64| (index as f64 - 0.5 * (count - 1) as f64) * side;
        let (cosine, sine) = work.along;
        for patch in 0..self.patches.0 {
            let along = from_middle(patch, self.patches.0, self.sides.0);
            for patch in 0..self.patches.1 {
                let across = from_middle(patch, self.patches.1, self.sides.1);
                visit((work.middle.0 + along * cosine - across * sine, work.middle.1 + along * sine + across * cosine));
            }
        }
    }
}

/// Largest exponent for which the series below is exact to round-off.
const SMALL_EXPONENT: f64 = 0.5;

/// 1 − e^{−x} of several x ≥ 0 at once. Steps are short, so that x is mostly small and the series
/// Σ (−x)ⁿ⁻¹ x/n! needs 14 terms; its even and odd powers are summed side by side.
fn gone_after<const N: usize>(exponents: [f64; N]) -> [f64; N] {
    /// 1/n! with the sign of the term, n = 1 to 14.
    const EVEN: [f64; 7] =
        [1.0, 1.0 / 6.0, 1.0 / 120.0, 1.0 / 5040.0, 1.0 / 362_880.0, 1.0 / 39_916_800.0, 1.0 / 6_227_020_800.0];
    const ODD: [f64; 7] = [
        -1.0 / 2.0,
        -1.0 / 24.0,
        -1.0 / 720.0,
        -1.0 / 40_320.0,
        -1.0 / 3_628_800.0,
        -1.0 / 479_001_600.0,
        -1.0 / 87_178_291_200.0,
    ];
    if exponents.iter().any(|exponent| !(0.0..SMALL_EXPONENT).contains(exponent)) {
        return exponents.map(|exponent| -(-exponent).exp_m1());
    }
    let (mut even, mut odd) = ([0.0; N], [0.0; N]);
    for term in (0..EVEN.len()).rev() {
        for (index, exponent) in exponents.iter().enumerate() {
            let squared = exponent * exponent;
            even[index] = even[index] * squared + EVEN[term];
            odd[index] = odd[index] * squared + ODD[term];
        }
    }
    std::array::from_fn(|index| exponents[index] * (even[index] + exponents[index] * odd[index]))
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
    let craft = Craft { laid_along: if shift.fiber_axis == FiberAxis::LaidAtRandom { 0.0 } else { 1.0 }, ..craft };
    let is_active = |cell: &Fibroblast| cell.activation >= parameters.resting_activation;
    reached.find((grid.rows(), BAND_ROWS), cells.len(), |index| {
        is_active(&cells[index]).then(|| craft.rows(&cells[index]))
    });
    let ledger = reached.change(matrix.rows_mut(), |index, band: &mut MatrixBand, ledger: &mut Ledger| {
        let cell = &cells[index];
        let synthesis = shift.synthesis * fibroblast::deposition_per_activation(cell.activation, parameters);
        let work = craft.work_of(cell, synthesis, shift.axis_of(cell));
        craft.apply(&work, band, ledger);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_that_are_gone_are_exact_to_round_off() {
        for step in 0..=2000 {
            let exponents = [1e-3, 0.01, 0.5, 1.0, 1e-6].map(|scale| scale * f64::from(step) / 1000.0);
            for (exponent, gone) in exponents.into_iter().zip(gone_after(exponents)) {
                let exact = -(-exponent).exp_m1();
                assert!((gone - exact).abs() <= 4.0 * f64::EPSILON * exact, "{exponent}: {gone} instead of {exact}");
            }
        }
        assert!(gone_after([f64::NAN])[0].is_nan() && gone_after([1e9])[0] == 1.0);
    }
}
