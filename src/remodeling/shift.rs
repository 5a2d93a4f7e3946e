//! How all cells work, band by band, and feel what they have left.
use super::Ledger;
use super::craft::Craft;
use super::plan::Plan;
use crate::engine::{self, Banded, GROUP, Reached};
use crate::fibroblast::{self, Felt, Fibroblast, Strip, Touched};
use crate::matrix::{FiberMoments, MatrixBand};
use crate::parameters::FiberAxis;
use crate::random::{Purpose, stream};
use rand::RngExt;
use std::ops::Range;

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

/// All that work, and what it takes.
pub(super) struct Crew<'a> {
    pub(super) cells: &'a [Fibroblast],
    pub(super) shift: &'a Shift,
    pub(super) craft: Craft<'a>,
    /// Which of them work in which part.
    pub(super) reached: &'a Reached,
    /// How they feel what they have worked, and where that is noted, if it is.
    pub(super) feeling: Option<(Strip, &'a Felt)>,
}

impl Crew<'_> {
    /// Lets all work in some bands of rows. Those feel who feel nothing outside of them.
    ///
    /// Every site is worked in order of the cells, however many threads work. A cell feels as soon as the last site that it
    /// can feel has been worked, while its sites lie in a cache: in its part of a band, or where two halves meet. Where
    /// these were worked by two threads, one would feel while all others wait: there cells feel when they move.
    pub(super) fn work(&self, rows: &mut MatrixBand) -> Ledger {
        let (band_rows, worth_waking) = self.reached.how();
        let bands = rows.rows().div_ceil(band_rows);
        if bands <= 1 {
            return self.work_band(rows);
        }
        let (mut below, mut above) = rows.halves(bands / 2 * band_rows);
        let border = above.first_row();
        let (below, above) = (|| self.work(&mut below), || self.work(&mut above));
        let (below, above, by_one) = engine::join_telling(worth_waking, below, above);
        if by_one {
            self.feel_across(rows, border);
        }
        below + above
    }

    /// Lets all work in one band, tile by tile.
    fn work_band(&self, band: &mut MatrixBand) -> Ledger {
        let (parts, mut ledger) = (self.reached.parts(), Ledger::default());
        for tile in 0..parts.tiles() {
            let (columns, part) = (parts.columns_of(tile), parts.part_of(band.first_row(), tile));
            self.work_part(band, (part, columns), &mut ledger);
            self.feel_in(band, tile);
        }
        ledger
    }

    fn work_part(&self, band: &mut MatrixBand, (part, columns): (usize, Range<usize>), ledger: &mut Ledger) {
        band.prepare(columns.clone(), self.reached.count_in(part));
        let mut plan = Plan::default();
        self.reached.for_each_group(part, |agents| self.work_together(agents, &mut plan, (band, &columns), ledger));
    }

    /// Lets a group work in some columns of a band; `plan` is room for what they do. A function of its own, since compilers
    /// know of its arguments that none overlaps another, which they do not of what a closure has at hand.
    #[inline(never)]
    fn work_together(
        &self,
        agents: &[usize],
        plan: &mut Plan,
        (band, columns): (&mut MatrixBand, &Range<usize>),
        ledger: &mut Ledger,
    ) {
        let Self { cells, craft, shift, .. } = self;
        let with_production = agents.iter().map(|&agent| {
            let cell = &cells[agent];
            let production = fibroblast::deposition_per_activation(cell.activation, craft.parameters);
            (cell, shift.synthesis * production)
        });
        plan.renew(craft, with_production);
        // A copy, which can be kept at hand: what is lent must be up to date whenever anything might fail.
        let mut sums = *ledger;
        for (index, &agent) in agents.iter().enumerate() {
            craft.apply(&craft.work(plan, index, shift.axis_of(&cells[agent])), band, columns, &mut sums);
        }
        *ledger = sums;
    }

    /// Lets those feel who feel nothing outside of a band, and nothing past a tile of it, but something in the tile: who could
    /// not feel before.
    fn feel_in(&self, band: &MatrixBand, tile: usize) {
        let Some((strip, felt)) = &self.feeling else { return };
        let parts = self.reached.parts();
        let inside = strip.inside(band.first_row()..band.first_row() + band.rows());
        // In the last tile also who feels across the edge at which a periodic field begins.
        let across = if tile + 1 == parts.tiles() { f64::NEG_INFINITY..strip.edge() } else { 0.0..0.0 };
        let up_to = strip.up_to(parts.columns_of(tile));
        self.feel((strip, felt), band, parts.part_of(band.first_row(), tile), |(x, y)| {
            inside.contains(&y) & (up_to.contains(&x) | across.contains(&x))
        });
    }

    /// Lets those feel who feel nothing outside of these rows, but something on both sides of a border of two bands.
    fn feel_across(&self, rows: &MatrixBand, border: usize) {
        let Some((strip, felt)) = &self.feeling else { return };
        let (parts, reach) = (self.reached.parts(), strip.reach());
        let inside = strip.inside(rows.first_row()..rows.first_row() + rows.rows());
        let meets = border as f64 - reach..border as f64 + reach;
        for tile in 0..parts.tiles() {
            let columns = parts.columns_of(tile);
            let own = columns.start as f64..columns.end as f64;
            self.feel((strip, felt), rows, parts.part_of(border, tile), |(x, y)| {
                inside.contains(&y) & meets.contains(&y) & own.contains(&x)
            });
        }
    }

    /// Lets those feel who reach a part and are in a place where somebody `may`.
    fn feel(&self, (strip, felt): (&Strip, &Felt), rows: &MatrixBand, part: usize, may: impl Fn((f64, f64)) -> bool) {
        let (mut group, mut count, mut touched) = ([0; GROUP], 0, Touched::default());
        let mut feel = |group: &[usize]| felt.feel((self.cells, group), strip, rows, &mut touched);
        for agent in self.reached.agents_of(part) {
            // Counted without a branch, which nothing could foretell.
            group[count] = agent;
            count += usize::from(may(strip.place(&self.cells[agent])));
            if count == GROUP {
                feel(&group);
                count = 0;
            }
        }
        if count > 0 {
            feel(&group[..count]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{work, work_and_feel};
    use super::*;
    use crate::engine::{Parts, Threads};
    use crate::fibroblast::{Surroundings, advance_felt, advance_keyed};
    use crate::grid::{Boundary, Grid};
    use crate::matrix::{Matrix, Span};
    use crate::tension::LangerLines;
    use crate::{Field, Length, Parameters, Skin};

    /// A matrix that differs from site to site, some sites of which have yet to undergo a span of time.
    fn waiting(grid: Grid) -> Matrix {
        let mut matrix = Matrix::uniform(grid, Skin::young().collagen(), 0.2);
        for (site, fibers) in matrix.sites_mut().iter_mut().enumerate() {
            fibers.new *= 1.0 + 0.5 * (0.3 * site as f64).sin();
            fibers.mature = fibers.mature.rotated(0.01 * site as f64);
            fibers.fibrin = 0.2 * (0.7 * site as f64).cos().abs();
        }
        let pools = [[0.7, 0.1], [0.2, 0.85]];
        matrix.pass(Span { pools, renewed: [0.0; 2], lost: [0.0; 2], original_left: 0.9, elastin_left: 0.8 });
        (0..grid.sites()).step_by(3).for_each(|site| _ = matrix.site_mut(site));
        matrix
    }

    /// Cells all over a field, a fifth of them at rest, many at its edges and where parts of it meet.
    fn cells(grid: &Grid) -> Vec<Fibroblast> {
        let parts = Parts::of_cache(grid.rows(), grid.columns());
        let border = |index: u64, sites: usize| (index as usize * sites) as f64 * grid.spacing();
        let cell = |id: u64| {
            let (x, y) =
                ((id * 37 % 101) as f64 / 101.0 * grid.width(), (id * 61 % 499) as f64 / 499.0 * grid.height());
            let x = if id.is_multiple_of(9) { border(id % 5, parts.columns_of(0).len()) } else { x };
            let y = if id.is_multiple_of(7) { border(id % 3, parts.band_rows()) } else { y };
            let activation = if id.is_multiple_of(5) { 0.0 } else { 0.6 };
            Fibroblast {
                id,
                x: x.min(0.999 * grid.width()),
                y: y.min(0.999 * grid.height()),
                heading: 0.7 * id as f64,
                activation,
                contraction: 0.2,
            }
        };
        (0..1499).map(cell).collect()
    }

    /// Defends: sites are worked in order of the cells, however the field is cut; what a cell feels part by part, while others
    /// work elsewhere, has the bits of what it feels once all have worked; and feeling changes no work. For sites of any
    /// size, feeling reaches over less than a band and over several; fields are narrow, wide and tall.
    #[test]
    fn cells_feel_what_all_have_left() {
        let parameters = Parameters::default().fibroblast;
        let shift =
            Shift { synthesis: 1.0, attachment: 1.0, fiber_axis: FiberAxis::AlongBody, seed: 1, tick: 0, hours: 1.0 };
        let fields = [2.0, 2.5, 10.0, 20.0].map(|spacing| (spacing, [400.0, 600.0]));
        let large = [[2100.0, 600.0], [2100.0, 100.0], [600.0, 1100.0], [600.0, 2100.0]].map(|sides| (2.0, sides));
        let closed_or_not = |field| [Boundary::Closed, Boundary::Periodic].map(|boundary| (field, boundary));
        for ((spacing, sides), boundary) in fields.into_iter().chain(large).flat_map(closed_or_not) {
            let [width, height] = sides.map(Length::micrometers);
            let grid = Grid::new(width, height, Length::micrometers(spacing)).unwrap().with_boundary(boundary);
            let (mut worked, cells, mut felt) = (waiting(grid), cells(&grid), Felt::default());
            let ledger = work(&cells, &mut worked, &parameters, &shift);
            let mut one_by_one = waiting(grid);
            cells.chunks(1).for_each(|cell| _ = work(cell, &mut one_by_one, &parameters, &shift));
            assert!(worked.sites().eq(one_by_one.sites()));

            let (level, tension) = (Field::uniform(grid, 3.0), LangerLines::Even(Skin::young().tension));
            let around = Surroundings { matrix: &worked, tgf_beta: &level, pdgf: &level, tension: &tension };
            let mut apart = Felt::default();
            apart.begin(cells.len());
            for group in (0..cells.len()).collect::<Vec<_>>().chunks(GROUP) {
                apart.feel((&cells, group), &Strip::new(&grid, &parameters), &worked, &mut Touched::default());
            }
            let mut moved = cells.clone();
            advance_keyed(&mut moved, &around, &parameters, (0, 2, 0.5), 1);
            for threads in [1, 2, 3] {
                let mut matrix = waiting(grid);
                let work = || work_and_feel(&cells, &mut matrix, &parameters, &shift, &mut felt);
                let found = Threads::exactly(threads).unwrap().run(work);
                assert!(found == ledger && matrix.sites().eq(worked.sites()));
                let mut without = 0;
                for (index, cell) in cells.iter().enumerate().filter(|(_, cell)| cell.activation > 0.0) {
                    let (found, expected) = (felt.bits(index), apart.bits(index));
                    // Who reaches across the edge of a periodic field, or across a border of what two threads worked.
                    let edge = cell.y.min(grid.height() - cell.y);
                    let may_wait = threads > 1 || boundary == Boundary::Periodic && edge < 40.0;
                    without += usize::from(found.is_none());
                    assert!(found == expected || found.is_none() && may_wait, "{cell:?}");
                }
                assert!(threads > 1 || (without == 0) == (boundary == Boundary::Closed), "{without} did not feel");
                let mut found = cells.clone();
                advance_felt(&mut found, &around, &parameters, (0, 2, 0.5), 1, &felt);
                assert_eq!(found, moved);
            }
        }
    }
}
