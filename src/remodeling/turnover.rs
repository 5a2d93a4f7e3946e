//! Slow turnover of the matrix everywhere.
use super::Ledger;
use crate::grid::Field;
use crate::matrix::Site;
use crate::parallel;
use crate::parameters::MatrixParameters;
use crate::signal::{Signal, Signals};
use nalgebra::{Matrix2, RowVector2};

/// Adds the free MMP of a step, M/(1 + T/T_i) times the `mmp_factor` of this skin, to the exposure ∫M dt.
pub(crate) fn expose(
    exposure: &mut Field,
    signals: &Signals,
    parameters: &MatrixParameters,
    mmp_factor: f64,
    hours: f64,
) {
    let (mmp, inhibitors) = (&signals[Signal::Mmp], &signals[Signal::TgfBeta]);
    if mmp.maximum() > 0.0 {
        let (mmp, inhibitors) = (mmp.values(), inhibitors.values());
        let strength = hours * mmp_factor;
        parallel::for_all_numbers([exposure.values_mut()], |first, [exposure]| {
            let levels = mmp[first..].iter().zip(&inhibitors[first..]);
            for (exposure, (mmp, tgf_beta)) in exposure.iter_mut().zip(levels) {
                *exposure += strength * mmp.max(0.0) / (1.0 + tgf_beta.max(0.0) / parameters.mmp_inhibition_level);
            }
        });
    }
}

/// Turnover, maturation and resting synthesis over `hours`, exactly:
///
/// dn/dt = −(δ_n + x) n − n/τ_m + y (δ_n n + δ_m m),  dm/dt = n/τ_m − (δ_m + x/m_p) m
///
/// with x = δ_n m_n M for the mean free MMP level M (`mmp_exposure` = ∫M dt) and the production y
/// of this skin. Resting cells replace what is lost *along the fibers that are there*: with y = 1
/// and no MMP every site keeps its total moments for ever, a scar stays a scar and a weave a weave,
/// and nothing remembers what a site looked like before it was injured. (A stored reference state,
/// the alternative, would slowly heal any wound towards the answer.)
///
/// `sites` are all sites of a grid with `columns` columns; the exposure, in level × h, is on the
/// same or a coarser grid, such as that of the signals. Gives what was renewed and lost: ∫ y (δ_n n + δ_m m) dt
/// and ∫ (δ_n + x) n + (δ_m + x/m_p) m dt over all sites.
pub fn turn_over(
    sites: &mut [Site],
    columns: usize,
    mmp_exposure: &Field,
    parameters: &MatrixParameters,
    upkeep: Upkeep,
    hours: f64,
) -> Ledger {
    let coarsening = columns / mmp_exposure.grid().columns();
    let elastin_left = (-upkeep.elastin_loss_rate * hours).exp();
    let at_rest = Turnover::new(parameters, upkeep.synthesis, 0.0, hours, elastin_left);
    let rows = parallel::change_rows(sites, columns, |row, sites| {
        let mut ledger = Ledger::default();
        let exposures = &mmp_exposure.values()[row / coarsening * mmp_exposure.grid().columns()..];
        for (sites, &exposure) in sites.chunks_mut(coarsening).zip(exposures) {
            let turnover = if exposure > 0.0 {
                Turnover::new(parameters, upkeep.synthesis, exposure / hours, hours, elastin_left)
            } else {
                at_rest
            };
            for site in sites {
                ledger += turnover.apply(site);
            }
        }
        ledger
    });
    rows.into_iter().sum::<Ledger>() * (mmp_exposure.grid().site_area() / (coarsening * coarsening) as f64)
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
}

/// What a span of time does to a site.
#[derive(Clone, Copy)]
struct Turnover {
    pools: Matrix2<f64>,
    /// What the new and the mature pool of the start have renewed and lost.
    renewed: RowVector2<f64>,
    lost: RowVector2<f64>,
    original_left: f64,
    elastin_left: f64,
}

impl Turnover {
    fn new(parameters: &MatrixParameters, synthesis: f64, free_mmp: f64, hours: f64, elastin_left: f64) -> Self {
        let extra_loss = parameters.new_loss_rate * parameters.mmp_new_factor * free_mmp;
        let mature_loss_rate = parameters.mature_loss_rate + extra_loss / parameters.mmp_mature_protection;
        let rates = rates(parameters, synthesis, free_mmp);
        let spent = integral(&rates, hours);
        Self {
            pools: exponential(&rates, hours),
            renewed: RowVector2::new(parameters.new_loss_rate, parameters.mature_loss_rate) * synthesis * spent,
            lost: RowVector2::new(parameters.new_loss_rate + extra_loss, mature_loss_rate) * spent,
            original_left: (-mature_loss_rate * hours).exp(),
            elastin_left,
        }
    }

    fn apply(&self, site: &mut Site) -> Ledger {
        let (new, mature) = (site.new, site.mature);
        site.new = new * self.pools[(0, 0)] + mature * self.pools[(0, 1)];
        site.mature = new * self.pools[(1, 0)] + mature * self.pools[(1, 1)];
        site.original *= self.original_left;
        site.elastin *= self.elastin_left;
        let of_both = |shares: &RowVector2<f64>| shares.x * new.density + shares.y * mature.density;
        Ledger { renewed: of_both(&self.renewed), lost: of_both(&self.lost), ..Ledger::default() }
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
    exponential(&rates(parameters, synthesis, free_mmp), hours)
}

/// d(new, mature)/dt per (new, mature).
fn rates(parameters: &MatrixParameters, synthesis: f64, free_mmp: f64) -> Matrix2<f64> {
    let extra_loss = parameters.new_loss_rate * parameters.mmp_new_factor * free_mmp;
    let maturation = 1.0 / parameters.maturation_time;
    Matrix2::new(
        (synthesis - 1.0) * parameters.new_loss_rate - extra_loss - maturation,
        synthesis * parameters.mature_loss_rate,
        maturation,
        -parameters.mature_loss_rate - extra_loss / parameters.mmp_mature_protection,
    )
}

/// e^{At} of a 2 × 2 matrix with real eigenvalues s ± q: e^{st} (cosh qt + (A − s) sinh(qt)/q).
fn exponential(rates: &Matrix2<f64>, time: f64) -> Matrix2<f64> {
    let mean = 0.5 * rates.trace();
    let deviator = rates - Matrix2::identity() * mean;
    let half_gap = (-deviator.determinant()).max(0.0).sqrt();
    let (slow, fast) = (((mean + half_gap) * time).exp(), ((mean - half_gap) * time).exp());
    let slope = if half_gap * time > 1e-9 { 0.5 * (slow - fast) / half_gap } else { time * (mean * time).exp() };
    Matrix2::identity() * (0.5 * (slow + fast)) + deviator * slope
}

/// ∫₀ᵗ e^{As} ds of a 2 × 2 matrix with real eigenvalues s ± q: with φ(λ) = (e^{λt} − 1)/λ,
/// (φ(s + q) + φ(s − q))/2 + (A − s) (φ(s + q) − φ(s − q))/2q.
fn integral(rates: &Matrix2<f64>, time: f64) -> Matrix2<f64> {
    let mean = 0.5 * rates.trace();
    let deviator = rates - Matrix2::identity() * mean;
    let half_gap = (-deviator.determinant()).max(0.0).sqrt();
    let spent = |rate: f64| if rate == 0.0 { time } else { (rate * time).exp_m1() / rate };
    let (slow, fast) = (spent(mean + half_gap), spent(mean - half_gap));
    // Pools that leave at one rate have the slope of φ: ∫ s e^{λs} ds, here to first order in λt.
    let slope = if half_gap * time > 1e-9 { 0.5 * (slow - fast) / half_gap } else { 0.5 * time * time };
    Matrix2::identity() * (0.5 * (slow + fast)) + deviator * slope
}
