//! What an active fibroblast does to the sites under its body in a step.
use super::Ledger;
use super::rotation::{LARGEST_PART, rotated_each};
use crate::cells::fibroblast::heading::Direction;
use crate::cells::fibroblast::{Fibroblast, deposition_per_activation};
use crate::elementary::{floor, one_minus_exp_neg};
use crate::grid::{Grid, Locator};
use crate::matrix::{FiberMoments, Site};
use crate::mechanics::{Mechanics, production_under_strain};
use crate::parameters::{FiberAxis, FibroblastParameters, MechanicsParameters};
use crate::random::{Purpose, StepKey, stream};
use rand::RngExt;

/// How and when cells work: production of this skin, axis of the fibers, seed and step.
///
/// ```
/// use dermaweave::{FiberMoments, Grid, Length, Matrix, Parameters};
/// use dermaweave::random::StepKey;
/// use dermaweave::{cells::fibroblast::Fibroblast, remodeling::{Conditions, work}};
/// let side = Length::micrometers(400.0);
/// let grid = Grid::new(side, side, Length::micrometers(20.0))?;
/// let mut matrix = Matrix::uniform(grid, FiberMoments::default(), 0.0);
/// let cell = Fibroblast { id: 0, x: 200.0, y: 200.0, heading: 0.0, activation: 1.0, contraction: 0.0 };
/// let young = Conditions::young(StepKey { seed: 1, tick: 0, hours: 3.0 });
/// work(&[cell], &mut matrix, &Parameters::default().fibroblast, &young);
/// assert!(matrix.site(grid.site_at(210.0, 200.0)).new.density > 0.0);
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Conditions<'a> {
    /// Production relative to young skin (age, sun, smoke): scales deposition and elastin.
    pub synthesis: f64,
    /// How well cells hold on to fibers, relative to young skin: scales their turning.
    pub attachment: f64,
    /// Along the body, or a null model.
    pub fiber_axis: FiberAxis,
    /// The load under which cells make collagen, if it tells how much.
    pub under_load: Option<UnderLoad<'a>>,
    /// Seed, first tick and length of the step.
    pub key: StepKey,
}

/// The load that tells cells how much collagen to make.
///
/// ```
/// use dermaweave::remodeling::{Conditions, UnderLoad};
/// use dermaweave::{Grid, Length, Parameters, Skin, Tissue, random::StepKey};
/// let side = Length::micrometers(400.0);
/// let tissue = Tissue::new(Grid::new(side, side, Length::micrometers(20.0))?, &Skin::young())?;
/// let parameters = Parameters::default().mechanics;
/// let under_load = Some(UnderLoad { mechanics: tissue.mechanics(), parameters: &parameters });
/// let key = StepKey { seed: 1, tick: 0, hours: 3.0 };
/// assert!(Conditions { under_load, ..Conditions::young(key) }.under_load.is_some());
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct UnderLoad<'a> {
    /// Strain of the fiber network.
    pub mechanics: &'a Mechanics,
    /// How production depends on it.
    pub parameters: &'a MechanicsParameters,
}

impl UnderLoad<'_> {
    fn production(&self, cell: &Fibroblast, Direction { sine, cosine }: Direction, polarity: f64) -> f64 {
        let strain = self.mechanics.strain_at(cell.x, cell.y);
        production_under_strain(strain.sensed((cosine, sine), polarity), self.parameters)
    }
}

impl Conditions<'_> {
    /// Those of young skin under its usual load: synthesis and attachment 1, fibers along the body.
    pub const fn young(key: StepKey) -> Self {
        Self { synthesis: 1.0, attachment: 1.0, fiber_axis: FiberAxis::AlongBody, under_load: None, key }
    }
}

/// Ticks for which a cell of the null model keeps its random axis: about one persistence time.
const NULL_AXIS_TICKS: u64 = 10;

/// The work of one cell in one step: where its body lies and what it does to each site under it.
///
/// With effort E = a Δt × (covered share of the site): loss e^{−k_deg E}, rotation towards the body by k_al E
/// ([`rotate`](super::rotate)), deposition h (c_max − (A + F)/h − φ)(1 − e^{−k_dep G E/c_max}) along the body with the production under load G
/// ([`production_under_strain`]), fibrin e^{−k_f E}, elastin towards h by 1 − e^{−k_e E}: each the exact solution over the step.
///
/// ```
/// use dermaweave::random::StepKey;
/// use dermaweave::{Grid, Length, Parameters};
/// use dermaweave::{cells::fibroblast::Fibroblast, matrix::Site, remodeling::{Conditions, Work}};
/// let side = Length::micrometers(400.0);
/// let grid = Grid::new(side, side, Length::micrometers(20.0))?;
/// let cell = Fibroblast { id: 0, x: 200.0, y: 200.0, heading: 0.5, activation: 1.0, contraction: 0.0 };
/// let young = Conditions::young(StepKey { seed: 1, tick: 0, hours: 3.0 });
/// let work = Work::new(&cell, &grid, &Parameters::default().fibroblast, &young);
/// let mut empty = Site::default();
/// work.work_on(&mut empty);
/// assert!(empty.new.density > 0.0 && (empty.new.mean_angle() - 0.5).abs() < 1e-12);
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Work {
    /// Middle of the body in spacings, and where it points.
    pub(crate) middle: (f64, f64),
    direction: Direction,
    axis: FiberMoments,
    /// Share of what is laid that lies along the axis; the rest has no direction.
    laid_along: f64,
    packing_limit: f64,
    /// Parts in which fibers are rotated; where they are not, their bits stay.
    parts: u32,
    shares: Shares,
}

impl Work {
    /// The work of a cell on a grid in a step.
    pub fn new(cell: &Fibroblast, grid: &Grid, parameters: &FibroblastParameters, conditions: &Conditions) -> Self {
        Footprint::new(grid, parameters, conditions).work(cell)
    }

    /// What the cell does to one site under its body; gives the amounts deposited and degraded.
    #[inline(always)]
    pub fn work_on(&self, site: &mut Site) -> Ledger {
        let shares = &self.shares;
        let (new, mature) = (site.new.density, site.mature.density);
        let (new_left, mature_left) = (1.0 - shares.new_degraded, 1.0 - shares.mature_degraded);
        let (kept, kept_mature) = (new * new_left, mature * mature_left);
        let space = site.thickness * (self.packing_limit - site.fibrin);
        let free = space - kept - kept_mature - site.fragments;
        let laid = free.max(0.0) * shares.filled;
        for _ in 0..self.parts {
            let turned = [shares.new_turned, shares.mature_turned];
            [site.new, site.mature] = rotated_each([site.new, site.mature], &self.axis, turned);
        }
        // Loss, and what is laid beside what is left.
        site.new.blend(new_left, &self.axis, self.laid_along * laid, kept + laid);
        site.mature.blend(mature_left, &self.axis, 0.0, kept_mature);
        site.original *= mature_left;
        site.fibrin *= 1.0 - shares.fibrin_cleared;
        site.elastin += (site.thickness - site.elastin).max(0.0) * shares.elastin_laid;
        let degraded = (new - kept) + (mature - kept_mature);
        Ledger { deposited: site.new.density - kept, degraded, ..Ledger::default() }
    }
}

/// Shares 1 − e^{−kE} that the work of a cell takes from a site or fills in a step, and tanh kE of a part by which it
/// rotates fibers.
#[derive(Clone, Copy, Debug)]
struct Shares {
    new_degraded: f64,
    mature_degraded: f64,
    new_turned: f64,
    mature_turned: f64,
    filled: f64,
    fibrin_cleared: f64,
    elastin_laid: f64,
}

/// The bodies of all cells of a step on a grid: how they are cut into patches none of which is larger than a site, and what
/// is the same for the work of all.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Footprint<'a> {
    pub(crate) parameters: &'a FibroblastParameters,
    conditions: &'a Conditions<'a>,
    pub(crate) locator: Locator,
    /// Patches along the body and across it, and their sides in spacings.
    along: Patches,
    across: Patches,
    /// Distance in spacings of the outermost patches from the middle, and a hundredth of a site more for round-off.
    pub(crate) reach: f64,
}

/// Equal parts into which a side of a body is cut.
#[derive(Clone, Copy, Debug)]
struct Patches {
    count: usize,
    /// Side of each, in spacings.
    side: f64,
}

impl Patches {
    fn of(length: f64, grid: &Grid, parameters: &FibroblastParameters) -> Self {
        let count = (length / grid.spacing().min(parameters.body_width)).ceil();
        Self { count: count as usize, side: length / count / grid.spacing() }
    }

    /// The middle of a part, from the middle of the body.
    #[inline(always)]
    fn middle_of(self, index: f64) -> f64 {
        (index - 0.5 * (self.count - 1) as f64) * self.side
    }

    fn reach(self) -> f64 {
        self.side * (self.count as f64 - 1.0)
    }
}

impl<'a> Footprint<'a> {
    pub(crate) fn new(grid: &Grid, parameters: &'a FibroblastParameters, conditions: &'a Conditions<'a>) -> Self {
        let along = Patches::of(parameters.body_length, grid, parameters);
        let across = Patches::of(parameters.body_width, grid, parameters);
        let reach = 0.5 * along.reach().hypot(across.reach()) + 0.01;
        Self { parameters, conditions, locator: grid.locator(), along, across, reach }
    }

    /// The work of a cell.
    #[inline(always)]
    pub(crate) fn work(&self, cell: &Fibroblast) -> Work {
        let direction = Direction::of(cell.heading);
        let rotation = self.pull(cell) * self.covered() * cell.activation * self.conditions.key.hours;
        // 1 for any rotation up to the largest part, and none for none.
        let parts = (rotation / LARGEST_PART).ceil() as u32;
        Work {
            middle: (self.locator.scaled(cell.x), self.locator.scaled(cell.y)),
            direction,
            axis: self.axis(cell, direction),
            laid_along: if self.conditions.fiber_axis == FiberAxis::LaidAtRandom { 0.0 } else { 1.0 },
            packing_limit: self.parameters.packing_limit,
            parts,
            shares: self.shares(cell, direction, parts),
        }
    }

    /// The axis along which a cell lays and turns fibers, as fibers of amount 1.
    fn axis(&self, cell: &Fibroblast, Direction { sine, cosine }: Direction) -> FiberMoments {
        let Conditions { key: StepKey { seed, tick, .. }, fiber_axis, .. } = *self.conditions;
        match fiber_axis {
            FiberAxis::AlongBody | FiberAxis::LaidAtRandom => FiberMoments::along_direction(1.0, cosine, sine),
            FiberAxis::Random => {
                let mut draws = stream(seed, tick / NULL_AXIS_TICKS, Purpose::NullAxis, cell.id);
                FiberMoments::along(1.0, std::f64::consts::PI * draws.random::<f64>())
            }
        }
    }

    /// Rate at which a fully active cell rotates fibers: k_al (1 + (f_p − 1) b) with its contraction b.
    #[inline(always)]
    fn pull(&self, cell: &Fibroblast) -> f64 {
        let FibroblastParameters { realignment_rate, contractile_pull, .. } = *self.parameters;
        realignment_rate * self.conditions.attachment * (1.0 + (contractile_pull - 1.0) * cell.contraction)
    }

    /// Share of a site that a patch covers.
    fn covered(&self) -> f64 {
        self.along.side * self.across.side
    }

    /// 1 − e^{−kE} for each rate k and the effort E of a cell on a site that a patch covers.
    #[inline(always)]
    fn shares(&self, cell: &Fibroblast, direction: Direction, parts: u32) -> Shares {
        let (parameters, Conditions { synthesis, under_load, key, .. }) = (self.parameters, self.conditions);
        let (covered, effort) = (self.covered(), cell.activation * key.hours);
        let synthesis = synthesis * deposition_per_activation(cell.activation, parameters);
        let production = under_load.map_or(1.0, |load| load.production(cell, direction, parameters.polarity));
        // Twice: of s = 1 − e^{−2x} is tanh x = s/(2 − s).
        let turning = 2.0 * self.pull(cell) / f64::from(parts.max(1));
        let exponents = [
            parameters.degradation_rate * covered * effort,
            parameters.degradation_rate / parameters.mature_resistance * covered * effort,
            turning * covered * effort,
            turning / parameters.mature_resistance * covered * effort,
            parameters.deposition_rate / parameters.packing_limit * covered * synthesis * production * effort,
            parameters.fibrin_removal_rate * covered * effort,
            parameters.elastin_rate * covered * synthesis * effort,
        ];
        let [new_degraded, mature_degraded, new_turned, mature_turned, filled, fibrin_cleared, elastin_laid] =
            one_minus_exp_neg(exponents);
        let [new_turned, mature_turned] = [new_turned, mature_turned].map(|share| share / (2.0 - share));
        Shares { new_degraded, mature_degraded, new_turned, mature_turned, filled, fibrin_cleared, elastin_laid }
    }

    /// Number of patches.
    pub(crate) const fn patches(&self) -> usize {
        self.along.count * self.across.count
    }

    /// The middle of a patch of a body, row by row across it, in spacings. Of numbers past the last one, a point without
    /// meaning.
    #[inline(always)]
    pub(crate) fn patch(&self, work: &Work, patch: usize) -> (f64, f64) {
        let ((x, y), Direction { sine, cosine }) = (work.middle, work.direction);
        let row = floor((patch as f64 + 0.5) / self.across.count as f64);
        let along = self.along.middle_of(row);
        let across = self.across.middle_of(patch as f64 - row * self.across.count as f64);
        (x + along * cosine - across * sine, y + along * sine + across * cosine)
    }

    /// The site under a patch, if it lies in the field: a body that hangs over a closed edge works only what lies inside.
    pub(crate) fn site(&self, work: &Work, patch: usize) -> Option<usize> {
        let point = self.patch(work, patch);
        self.locator.contains(point).then(|| self.locator.site_at(point))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Length;

    /// Defends: the patches of a body, which are numbered, are those of its rows and columns, for bodies of one patch and of
    /// a thousand.
    #[test]
    fn patches_lie_in_rows_and_columns() {
        let side = Length::micrometers(400.0);
        let young = Conditions::young(StepKey { seed: 1, tick: 0, hours: 1.0 });
        for (spacing, length, width) in
            [(20.0, 60.0, 10.0), (10.0, 60.0, 10.0), (2.5, 10.0, 10.0), (2.0, 150.0, 30.0), (40.0, 5.0, 5.0)]
        {
            let grid = Grid::new(side, side, Length::micrometers(spacing)).unwrap();
            let parameters = FibroblastParameters { body_length: length, body_width: width, ..Default::default() };
            let footprint = Footprint::new(&grid, &parameters, &young);
            let cell = Fibroblast { id: 0, x: 210.0, y: 190.0, heading: 0.7, activation: 1.0, contraction: 0.0 };
            let work = footprint.work(&cell);
            let Direction { sine, cosine } = work.direction;
            let mut patches = (0..).map(|patch| footprint.patch(&work, patch));
            for row in 0..footprint.along.count {
                for column in 0..footprint.across.count {
                    let along = (row as f64 - 0.5 * (footprint.along.count - 1) as f64) * footprint.along.side;
                    let across = (column as f64 - 0.5 * (footprint.across.count - 1) as f64) * footprint.across.side;
                    let (x, y) = work.middle;
                    let expected = (x + along * cosine - across * sine, y + along * sine + across * cosine);
                    assert_eq!(patches.next(), Some(expected), "row {row}, column {column}");
                }
            }
        }
    }
}
