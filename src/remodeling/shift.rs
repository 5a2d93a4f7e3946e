//! How all cells work, band by band, and feel what they have left.
use super::Ledger;
use super::craft::Craft;
use crate::fibroblast::{self, Felt, Fibroblast, Strip};
use crate::matrix::{FiberMoments, MatrixBand};
use crate::parallel::{self, BAND_ROWS, Banded, GROUP, Reached};
use crate::parameters::FiberAxis;
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
    /// Which of them work in which band.
    pub(super) reached: &'a Reached,
    /// How they feel what they have worked, and where that is noted, if it is.
    pub(super) feeling: Option<(Strip, &'a Felt)>,
}

impl Crew<'_> {
    /// Lets all work in some bands of rows. Those feel who feel nothing outside of them.
    ///
    /// Every site is worked in order of the cells, however many threads work. A cell feels as soon as the last row that it
    /// can feel has been worked, while its sites lie in a cache: in its band, or where two halves meet.
    pub(super) fn work(&self, rows: &mut MatrixBand) -> Ledger {
        let bands = rows.rows().div_ceil(BAND_ROWS);
        if bands <= 1 {
            let ledger = self.work_band(rows);
            self.feel(rows, Self::bands_of(rows).0);
            return ledger;
        }
        let (mut below, mut above) = rows.halves(bands / 2 * BAND_ROWS);
        let middle = Self::bands_of(&above).0;
        let (_, worth_waking) = self.reached.how();
        let (below, above) = parallel::join(worth_waking, || self.work(&mut below), || self.work(&mut above));
        self.feel(rows, middle);
        below + above
    }

    fn work_band(&self, band: &mut MatrixBand) -> Ledger {
        let (Self { cells, craft, shift, .. }, number) = (self, Self::bands_of(band).0);
        let mut ledger = Ledger::default();
        band.prepare(self.reached.count_in(number));
        self.reached.for_each_group(number, |agents| {
            let plan = craft.plan(agents.iter().map(|&agent| {
                let cell = &cells[agent];
                let production = fibroblast::deposition_per_activation(cell.activation, craft.parameters);
                (cell, shift.synthesis * production)
            }));
            for (index, &agent) in agents.iter().enumerate() {
                craft.apply(&craft.work(&plan, index, shift.axis_of(&cells[agent])), band, &mut ledger);
            }
        });
        ledger
    }

    /// Lets those feel who feel nothing outside of these rows, but something on both sides of where the band `middle` begins:
    /// who could not feel before both sides had been worked. In a single band, all who feel nothing outside. Every cell feels
    /// in one place only: the smallest of all parts that were cut which holds all that it feels.
    fn feel(&self, rows: &MatrixBand, middle: usize) {
        let Some((strip, felt)) = &self.feeling else { return };
        let (first, last) = Self::bands_of(rows);
        let (reach, border) = (strip.reach(), (middle * BAND_ROWS) as f64);
        let inside = strip.inside(rows.first_row()..rows.first_row() + rows.rows());
        let meets = if first == last { inside.clone() } else { border - reach..border + reach };
        let (mut group, mut count) = ([0; GROUP], 0);
        let far = (reach / BAND_ROWS as f64).ceil() as usize;
        for band in middle.saturating_sub(far).max(first)..(middle + far).min(last + 1) {
            let own = (band * BAND_ROWS) as f64..((band + 1) * BAND_ROWS) as f64;
            for agent in self.reached.agents_of(band) {
                let row = strip.row(&self.cells[agent]);
                // Counted without a branch, which nothing could foretell.
                group[count] = agent;
                count += usize::from(own.contains(&row) && inside.contains(&row) && meets.contains(&row));
                if count == GROUP {
                    felt.feel(self.cells, &group, strip, rows);
                    count = 0;
                }
            }
        }
        if count > 0 {
            felt.feel(self.cells, &group[..count], strip, rows);
        }
    }

    /// Numbers of the first and the last of some bands.
    fn bands_of(rows: &MatrixBand) -> (usize, usize) {
        let first = rows.first_row() / BAND_ROWS;
        (first, first + rows.rows().div_ceil(BAND_ROWS) - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{work, work_and_feel};
    use super::*;
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

    /// Cells all over a field, a fifth of them at rest, many at its edges and where bands meet.
    fn cells(grid: &Grid) -> Vec<Fibroblast> {
        let cell = |id: u64| {
            let (x, y) =
                ((id * 37 % 101) as f64 / 101.0 * grid.width(), (id * 61 % 499) as f64 / 499.0 * grid.height());
            let y = if id.is_multiple_of(7) { 16.0 * grid.spacing() * (id % 3) as f64 } else { y };
            let activation = if id.is_multiple_of(5) { 0.0 } else { 0.6 };
            Fibroblast {
                id,
                x,
                y: y.min(0.999 * grid.height()),
                heading: 0.7 * id as f64,
                activation,
                contraction: 0.2,
            }
        };
        (0..499).map(cell).collect()
    }

    /// Defends: what a cell feels band by band, while others work elsewhere, has the bits of what it feels once all have
    /// worked; and feeling changes no work. For sites of any size, feeling reaches over less than a band and over several.
    #[test]
    fn cells_feel_what_all_have_left() {
        let parameters = Parameters::default().fibroblast;
        let shift =
            Shift { synthesis: 1.0, attachment: 1.0, fiber_axis: FiberAxis::AlongBody, seed: 1, tick: 0, hours: 1.0 };
        for (spacing, boundary) in [2.0, 2.5, 10.0, 20.0]
            .into_iter()
            .flat_map(|spacing| [Boundary::Closed, Boundary::Periodic].map(|boundary| (spacing, boundary)))
        {
            let [width, height] = [400.0, 600.0].map(Length::micrometers);
            let grid = Grid::new(width, height, Length::micrometers(spacing)).unwrap().with_boundary(boundary);
            let (mut worked, cells, mut felt) = (waiting(grid), cells(&grid), Felt::default());
            let ledger = work_and_feel(&cells, &mut worked, &parameters, &shift, &mut felt);
            let mut expected = waiting(grid);
            assert_eq!(ledger, work(&cells, &mut expected, &parameters, &shift));
            assert!(worked.sites().eq(expected.sites()));

            let (level, tension) = (Field::uniform(grid, 3.0), LangerLines::Even(Skin::young().tension));
            let around = Surroundings { matrix: &worked, tgf_beta: &level, pdgf: &level, tension: &tension };
            let mut apart = Felt::default();
            apart.begin(cells.len());
            for group in (0..cells.len()).collect::<Vec<_>>().chunks(GROUP) {
                apart.feel(&cells, group, &Strip::new(&grid, &parameters), &worked);
            }
            let mut without = 0;
            for (index, cell) in cells.iter().enumerate().filter(|(_, cell)| cell.activation > 0.0) {
                let (found, expected) = (felt.bits(index), apart.bits(index));
                let edge = cell.y.min(grid.height() - cell.y);
                without += usize::from(found.is_none());
                assert!(
                    found.is_none() && boundary == Boundary::Periodic && edge < 40.0 || found == expected,
                    "{cell:?}"
                );
            }
            assert!((without == 0) == (boundary == Boundary::Closed), "{without} did not feel");
            let (mut found, mut expected) = (cells.clone(), cells);
            advance_felt(&mut found, &around, &parameters, (0, 2, 0.5), 1, &felt);
            advance_keyed(&mut expected, &around, &parameters, (0, 2, 0.5), 1);
            assert_eq!(found, expected);
        }
    }
}
