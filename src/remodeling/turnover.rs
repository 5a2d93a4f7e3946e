//! Slow turnover of the matrix everywhere.
use super::Ledger;
use crate::engine::{self, InRows};
use crate::grid::Field;
use crate::matrix::{Exchange, Matrix, Site, Span};
use crate::parameters::MatrixParameters;
use crate::signals::{Signal, Signals};
use nalgebra::{Matrix2, RowVector2};

/// Rows of sites that are turned over at a time, if the signals' grid allows.
const ROWS_AT_A_TIME: usize = 8;

/// How MMP acts in a skin.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mmp {
    /// Its strength, relative to unexposed skin.
    pub(crate) factor: f64,
    /// T_i: the level of TGF-β at which its inhibitors halve it.
    pub(crate) inhibition_level: f64,
    /// Level up to which there is none.
    pub(crate) rest_level: f64,
}

/// Adds the free MMP of a step, M/(1 + T/T_i) times the factor of this skin, to the exposure ∫M dt.
///
/// An MMP level up to the signals' rest level counts as none, as for every other signal: there is a little of it
/// wherever the solver spreads it, and at that level it adds no more than a few thousandths to the slow loss. Sites
/// that it does not reach are so left to turn over when they are next flushed.
pub(crate) fn expose(
    exposure: &mut Field,
    signals: &Signals,
    Mmp { factor, inhibition_level, rest_level }: Mmp,
    hours: f64,
) {
    let (mmp, inhibitors) = (&signals[Signal::Mmp], &signals[Signal::TgfBeta]);
    if mmp.maximum() > rest_level {
        let (mmp, inhibitors) = (mmp.values(), inhibitors.values());
        let strength = hours * factor;
        engine::for_all_numbers([exposure.values_mut()], |first, [exposure]| {
            let levels = mmp[first..].iter().zip(&inhibitors[first..]);
            for (exposure, (&mmp, tgf_beta)) in exposure.iter_mut().zip(levels) {
                let free = strength * mmp / (1.0 + tgf_beta.max(0.0) / inhibition_level);
                *exposure += if mmp > rest_level { free } else { 0.0 };
            }
        });
    }
}

/// Turnover, maturation and resting synthesis over `hours`, exactly, of all sites at once:
///
/// dn/dt = −(δ_n + x) n − n/τ_m + y (δ_n n + δ_m m),  dm/dt = n/τ_m − (δ_m + x/m_p) m
///
/// with x = δ_n m_n M for the mean free MMP level M (`mmp_exposure` = ∫M dt) and the production y
/// of this skin. Resting cells replace what is lost *along the fibers that are there*: with y = 1
/// and no MMP every site keeps its total moments for ever, a scar stays a scar and a weave a weave,
/// and no record is kept of what a site looked like before it was injured. (A stored reference state,
/// the alternative, would slowly heal any wound towards the answer.)
///
/// `sites` are all sites of a grid with `columns` columns; the exposure, in level × h, is on the
/// same or a coarser grid, such as that of the signals. Gives what was renewed and lost: ∫ y (δ_n n + δ_m m) dt
/// and ∫ (δ_n + x) n + (δ_m + x/m_p) m dt over all sites.
///
/// This is the eager form; a course uses [`turn_over_lazily`], which gives the same but for round-off.
pub fn turn_over(
    sites: &mut [Site],
    columns: usize,
    mmp_exposure: &Field,
    parameters: &MatrixParameters,
    upkeep: Upkeep,
    hours: f64,
) -> Ledger {
    let passage = Passage::new(columns, mmp_exposure, parameters, upkeep, hours);
    let rows = EagerRows { first_row: 0, columns, sites };
    let of_rows = |rows| passage.turn_over(rows);
    let exchange = engine::merge_rows(rows, passage.rows_at_a_time(), &of_rows, &|below, above| below + above);
    let site_area = mmp_exposure.grid().site_area() / (passage.coarsening * passage.coarsening) as f64;
    Ledger::of_turnover(exchange * site_area)
}

/// [`turn_over`] that writes only the sites that MMP reaches. All others turn over for the same `hours`
/// without MMP when they are next changed, and read until then as if they had
/// ([`Matrix`]); without MMP the cost does not depend on the number of sites.
///
/// ```
/// use dermaweave::remodeling::{Upkeep, turn_over, turn_over_lazily};
/// use dermaweave::{FiberMoments, Field, Grid, Length, Matrix, Parameters};
/// let side = Length::micrometers(400.0);
/// let grid = Grid::new(side, side, Length::micrometers(20.0))?;
/// let (parameters, upkeep) = (Parameters::default().matrix, Upkeep { synthesis: 0.9, elastin_loss_rate: 1e-6, thinning_rate: 0.0 });
/// let exposure = Field::from_fn(grid, |x, _| if x < 100.0 { 24.0 } else { 0.0 });
/// let mut lazy = Matrix::uniform(grid, FiberMoments::isotropic(1.0), 0.1);
/// let mut eager = lazy.clone();
/// turn_over_lazily(&mut lazy, &exposure, &parameters, upkeep, 24.0);
/// turn_over(eager.sites_mut(), grid.columns(), &exposure, &parameters, upkeep, 24.0);
/// assert_eq!(lazy, eager);
/// assert!((lazy.pending_share() - 0.75).abs() < 1e-12);
/// # Ok::<(), dermaweave::Error>(())
/// ```
pub fn turn_over_lazily(
    matrix: &mut Matrix,
    mmp_exposure: &Field,
    parameters: &MatrixParameters,
    upkeep: Upkeep,
    hours: f64,
) {
    turn_over_around_cells(matrix, Exposed { mmp_exposure, active: None }, parameters, upkeep, hours);
}

/// [`turn_over_lazily`] with what active cells around take besides.
pub(crate) fn turn_over_around_cells(
    matrix: &mut Matrix,
    Exposed { mmp_exposure, active }: Exposed,
    parameters: &MatrixParameters,
    upkeep: Upkeep,
    hours: f64,
) {
    let at_rest = Passage::new(matrix.grid().columns(), mmp_exposure, parameters, upkeep, hours);
    let passage = Passage { active, ..at_rest };
    matrix.make_room();
    if mmp_exposure.maximum() > 0.0 || active.is_some() {
        let exposed = |rows: engine::SiteRows| passage.turn_over_exposed(rows);
        engine::change_rows(matrix.rows_mut(), passage.rows_at_a_time(), &exposed);
    }
    matrix.pass(passage.at_rest);
}

/// A span of time that passes over a matrix, part of it under MMP.
struct Passage<'a> {
    exposure: &'a Field,
    /// Sites of the matrix along a side of one of the exposure.
    coarsening: usize,
    parameters: &'a MatrixParameters,
    upkeep: Upkeep,
    active: Option<Active<'a>>,
    hours: f64,
    at_rest: Span,
}

impl<'a> Passage<'a> {
    fn new(columns: usize, exposure: &'a Field, parameters: &'a MatrixParameters, upkeep: Upkeep, hours: f64) -> Self {
        let at_rest = span(parameters, upkeep, Extra::default(), hours);
        let coarsening = columns / exposure.grid().columns();
        Self { exposure, coarsening, parameters, upkeep, active: None, hours, at_rest }
    }

    /// Whole rows of the exposure.
    fn rows_at_a_time(&self) -> usize {
        self.coarsening * (ROWS_AT_A_TIME / self.coarsening).max(1)
    }

    /// The exposures above a row of the matrix.
    fn exposures(&self, row: usize) -> &[f64] {
        let columns = self.exposure.grid().columns();
        &self.exposure.values()[row / self.coarsening * columns..][..columns]
    }

    fn under(&self, exposure: f64) -> Span {
        span(self.parameters, self.upkeep, Extra { free_mmp: exposure / self.hours, ..Extra::default() }, self.hours)
    }

    /// What happens under an exposure to MMP at a point in µm, if it is more than time that passes.
    fn at(&self, exposure: f64, (x, y): (f64, f64)) -> Option<Span> {
        let activity = self.active.map_or(0.0, |active| active.activity.sample(x, y).0 / self.hours);
        if exposure <= 0.0 && activity <= 0.0 {
            return None;
        }
        let of_active = self.active.map_or_else(Extra::default, |active| active.losses(activity));
        Some(span(self.parameters, self.upkeep, Extra { free_mmp: exposure / self.hours, ..of_active }, self.hours))
    }

    /// Turns whole rows over, exposed or not.
    fn turn_over(&self, EagerRows { first_row, columns, sites }: EagerRows) -> Exchange {
        let (mut exchange, coarsening) = (Exchange::default(), self.coarsening);
        for (index, sites) in sites.chunks_mut(columns * coarsening).enumerate() {
            let exposures = self.exposures(first_row + index * coarsening);
            if exposures.iter().all(|exposure| *exposure <= 0.0) {
                for site in sites {
                    exchange += self.at_rest.apply(site);
                }
                continue;
            }
            for (column, &exposure) in exposures.iter().enumerate() {
                let span = if exposure > 0.0 { self.under(exposure) } else { self.at_rest };
                for row in sites.chunks_mut(columns) {
                    for site in &mut row[column * coarsening..][..coarsening] {
                        exchange += span.apply(site);
                    }
                }
            }
        }
        exchange
    }

    /// Turns the exposed sites of whole rows over.
    fn turn_over_exposed(&self, mut rows: engine::SiteRows) {
        let coarsening = self.coarsening;
        for first in (0..rows.rows()).step_by(coarsening) {
            let of_row = self.exposures(rows.first_row() + first);
            let begin = (rows.first_row() + first) / coarsening * of_row.len();
            for (column, &exposure) in of_row.iter().enumerate() {
                if let Some(span) = self.at(exposure, self.exposure.grid().center_of(begin + column)) {
                    for row in first..first + coarsening {
                        rows.advance(row, column * coarsening..(column + 1) * coarsening, &span);
                    }
                }
            }
        }
    }
}

/// Whole rows of sites.
struct EagerRows<'a> {
    first_row: usize,
    columns: usize,
    sites: &'a mut [Site],
}

impl InRows for EagerRows<'_> {
    fn first_row(&self) -> usize {
        self.first_row
    }

    fn rows(&self) -> usize {
        self.sites.len() / self.columns
    }

    fn cut(self, row: usize) -> (Self, Self) {
        let Self { first_row, columns, sites } = self;
        let (below, above) = sites.split_at_mut(row * columns);
        (Self { first_row, columns, sites: below }, Self { first_row: first_row + row, columns, sites: above })
    }
}

/// How resting cells keep the matrix up.
///
/// ```
/// use dermaweave::{Parameters, Skin};
/// let parameters = Parameters::default();
/// let upkeep = Skin::aged(60.0).upkeep(&parameters.ageing, &parameters.matrix);
/// assert!(upkeep.synthesis < 1.0 && upkeep.elastin_loss_rate > 0.0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Upkeep {
    /// Share y of the lost collagen that is replaced, 1 = all of it.
    pub synthesis: f64,
    /// Loss rate of elastin in 1/h.
    pub elastin_loss_rate: f64,
    /// Rate in 1/h at which this skin thins, so that its packing stays.
    pub thinning_rate: f64,
}

/// What turns a matrix over besides time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Exposed<'a> {
    pub(crate) mmp_exposure: &'a Field,
    pub(crate) active: Option<Active<'a>>,
}

/// Activity of cells that turns the matrix over beside them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Active<'a> {
    /// ∫ a dt, per area and relative to resting density, on any grid of the field.
    pub(crate) activity: &'a Field,
    /// Loss rates of the new and of the mature pool at activity 1, in 1/h.
    pub(crate) new_loss_rate: f64,
    pub(crate) mature_loss_rate: f64,
}

impl Active<'_> {
    fn losses(&self, activity: f64) -> Extra {
        let (new_loss_rate, mature_loss_rate) = (self.new_loss_rate * activity, self.mature_loss_rate * activity);
        Extra { free_mmp: 0.0, new_loss_rate, mature_loss_rate }
    }
}

/// What adds to turnover at rest.
#[derive(Clone, Copy, Debug, Default)]
struct Extra {
    /// Level of MMP that is not inhibited.
    free_mmp: f64,
    /// Loss around active cells, in 1/h.
    new_loss_rate: f64,
    mature_loss_rate: f64,
}

/// What `hours` do to a site.
fn span(parameters: &MatrixParameters, upkeep: Upkeep, extra: Extra, hours: f64) -> Span {
    let by_mmp = parameters.new_loss_rate * parameters.mmp_new_factor * extra.free_mmp;
    let more = [by_mmp + extra.new_loss_rate, by_mmp / parameters.mmp_mature_protection + extra.mature_loss_rate];
    let mature_loss_rate = parameters.mature_loss_rate + more[1];
    let (pools, spent) = solution(&rates(parameters, upkeep.synthesis, more), hours);
    let renewed = RowVector2::new(parameters.new_loss_rate, parameters.mature_loss_rate) * upkeep.synthesis * spent;
    let lost = RowVector2::new(parameters.new_loss_rate + more[0], mature_loss_rate) * spent;
    Span {
        pools: [[pools[(0, 0)], pools[(0, 1)]], [pools[(1, 0)], pools[(1, 1)]]],
        renewed: renewed.into(),
        lost: lost.into(),
        original_left: (-mature_loss_rate * hours).exp(),
        elastin_left: (-upkeep.elastin_loss_rate * hours).exp(),
        thickness_left: (-upkeep.thinning_rate * hours).exp(),
        fragments_left: (-(1.0 / parameters.fragment_time + by_mmp) * hours).exp(),
    }
}

/// The matrix that carries (new, mature) over `hours` at a free MMP level.
/// The level and `synthesis` (1 = young skin) are dimensionless.
///
/// ```
/// use dermaweave::parameters::MatrixParameters;
/// use dermaweave::remodeling::turnover;
/// // Young skin without MMP keeps its collagen: what leaves one pool is in the other or replaced.
/// let year = turnover(&MatrixParameters::default(), 1.0, 0.0, 8766.0);
/// assert!((year.column(0).sum() - 1.0).abs() < 1e-12 && (year.column(1).sum() - 1.0).abs() < 1e-12);
/// ```
pub fn turnover(parameters: &MatrixParameters, synthesis: f64, free_mmp: f64, hours: f64) -> Matrix2<f64> {
    let by_mmp = parameters.new_loss_rate * parameters.mmp_new_factor * free_mmp;
    solution(&rates(parameters, synthesis, [by_mmp, by_mmp / parameters.mmp_mature_protection]), hours).0
}

/// d(new, mature)/dt per (new, mature), with what adds to the loss rate of each.
fn rates(parameters: &MatrixParameters, synthesis: f64, [more_new, more_mature]: [f64; 2]) -> Matrix2<f64> {
    let maturation = 1.0 / parameters.maturation_time;
    Matrix2::new(
        (synthesis - 1.0) * parameters.new_loss_rate - more_new - maturation,
        synthesis * parameters.mature_loss_rate,
        maturation,
        -parameters.mature_loss_rate - more_mature,
    )
}

/// e^{At} and ∫₀ᵗ e^{As} ds of a 2 × 2 matrix with real eigenvalues s ± q: with φ(λ) = (e^{λt} − 1)/λ,
/// e^{st} (cosh qt + (A − s) sinh(qt)/q) and (φ(s + q) + φ(s − q))/2 + (A − s) (φ(s + q) − φ(s − q))/2q.
fn solution(rates: &Matrix2<f64>, time: f64) -> (Matrix2<f64>, Matrix2<f64>) {
    let mean = 0.5 * rates.trace();
    let deviator = rates - Matrix2::identity() * mean;
    let half_gap = (-deviator.determinant()).max(0.0).sqrt();
    let gained = |rate: f64| (rate * time).exp_m1();
    let spent = |rate: f64, gained: f64| if rate == 0.0 { time } else { gained / rate };
    let (slow, fast) = (gained(mean + half_gap), gained(mean - half_gap));
    let (slow_spent, fast_spent) = (spent(mean + half_gap, slow), spent(mean - half_gap, fast));
    // Pools that leave at one rate have the slopes t e^{λt} and ∫ s e^{λs} ds, here to first order in λt.
    let (slope, spent_slope) = if half_gap * time > 1e-9 {
        (0.5 * (slow - fast) / half_gap, 0.5 * (slow_spent - fast_spent) / half_gap)
    } else {
        (time * (1.0 + slow), 0.5 * time * time)
    };
    let of_both = |even: f64, slope: f64| Matrix2::identity() * even + deviator * slope;
    (of_both(1.0 + 0.5 * (slow + fast), slope), of_both(0.5 * (slow_spent + fast_spent), spent_slope))
}
