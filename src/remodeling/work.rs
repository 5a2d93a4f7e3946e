//! What the work of one cell does to the sites under it.
use super::Ledger;
use super::craft::Craft;
use crate::fibroblast::Fibroblast;
use crate::grid::Grid;
use crate::matrix::{FiberMoments, Site};
use crate::parameters::FibroblastParameters;

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
    pub(super) middle: (f64, f64),
    pub(super) along: (f64, f64),
    pub(super) axis: FiberMoments,
    /// Share of what is laid that lies along the axis; the rest has no direction.
    pub(super) laid_along: f64,
    pub(super) new_left: f64,
    pub(super) mature_left: f64,
    pub(super) new_turned: f64,
    pub(super) mature_turned: f64,
    pub(super) filled_density: f64,
    pub(super) filling: f64,
    pub(super) fibrin_left: f64,
    pub(super) elastin_filling: f64,
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
        let craft = Craft::new(grid, parameters, attachment, hours);
        craft.work(&craft.plan(std::iter::once((cell, synthesis))), 0, Some(axis))
    }

    /// What one site under the body undergoes; gives the densities deposited and degraded.
    #[inline(always)]
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
