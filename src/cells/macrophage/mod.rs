//! Macrophages: recruited by inflammation, first feeding it, then attracting fibroblasts.
mod arrival;

pub(crate) use arrival::{Arrivals, Inflammation, full_per_mm2};

use crate::engine;
use crate::grid::Grid;
use crate::parameters::MacrophageParameters;
use crate::random::{Purpose, StepKey, Stream};
use crate::signals::{PerSignal, Signal};
use rand::RngExt;
use rand_distr::{Distribution, StandardNormal};
use serde::{Deserialize, Serialize};

/// One macrophage.
///
/// ```
/// use dermaweave::cells::Macrophage;
/// let parameters = dermaweave::Parameters::default().macrophage;
/// let arrived = Macrophage { id: 0, x: 100.0, y: 100.0, age: 0.0 };
/// let three_days_later = Macrophage { age: 72.0, ..arrived };
/// assert!(!arrived.is_repairing(&parameters) && three_days_later.is_repairing(&parameters));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Macrophage {
    /// Identity; never used twice.
    pub id: u64,
    /// Position along x in µm.
    pub x: f64,
    /// Position along y in µm.
    pub y: f64,
    /// Hours since arrival.
    pub age: f64,
}

impl Macrophage {
    /// Whether it has turned from inflammatory (M1) to repairing (M2): at age τ_Φ.
    pub fn is_repairing(&self, parameters: &MacrophageParameters) -> bool {
        self.age >= parameters.switch_time
    }

    /// What it releases of each signal, in level µm²/h: inflammation r_I and MMP r_M as an M1, TGF-β r_T and PDGF r_P as
    /// an M2.
    ///
    /// ```
    /// use dermaweave::Signal;
    /// use dermaweave::cells::Macrophage;
    /// let parameters = dermaweave::Parameters::default().macrophage;
    /// let arrived = Macrophage { id: 0, x: 100.0, y: 100.0, age: 0.0 }.released(&parameters);
    /// assert_eq!(arrived[Signal::Inflammation], parameters.inflammation_release_rate);
    /// assert_eq!(arrived[Signal::TgfBeta], 0.0);
    /// ```
    pub fn released(&self, parameters: &MacrophageParameters) -> PerSignal<f64> {
        let mut released = PerSignal::default();
        if self.is_repairing(parameters) {
            released[Signal::TgfBeta] = parameters.tgf_beta_release_rate;
            released[Signal::Pdgf] = parameters.pdgf_release_rate;
        } else {
            released[Signal::Inflammation] = parameters.inflammation_release_rate;
            released[Signal::Mmp] = parameters.mmp_release_rate;
        }
        released
    }

    /// Ages by `hours` and walks: normal steps of variance `stride`² along x and y.
    fn walk(&mut self, grid: &Grid, stride: f64, hours: f64, draws: &mut Stream) {
        let mut step = || stride * Distribution::<f64>::sample(&StandardNormal, draws);
        let (along_x, along_y) = (step(), step());
        (self.x, self.y, ..) = grid.bring_back(self.x + along_x, self.y + along_y);
        self.age += hours;
    }
}

/// Probability that a macrophage is removed within a time, at any age: 1 − e^{−δ_Φ Δt}.
fn removal_probability(parameters: &MacrophageParameters, hours: f64) -> f64 {
    -(-parameters.removal_rate * hours).exp_m1()
}

/// Standard deviation of a random walk along one axis, in µm: √(2 D_Φ Δt).
fn stride(parameters: &MacrophageParameters, hours: f64) -> f64 {
    (2.0 * parameters.motility * hours).sqrt()
}

/// Share of the fibrin of a site that is left under a repairing macrophage that covers a share a of the site:
/// e^{−k_φ a Δt}.
pub(crate) fn fibrin_left(parameters: &MacrophageParameters, covered: f64, hours: f64) -> f64 {
    (-parameters.fibrin_clearance_rate * hours * covered).exp()
}

/// Removes macrophages; all others age and walk.
pub(crate) fn advance(macrophages: &mut Vec<Macrophage>, grid: &Grid, parameters: &MacrophageParameters, key: StepKey) {
    let hours = key.hours;
    let (removal_probability, stride) = (removal_probability(parameters, hours), stride(parameters, hours));
    let removed_age = f64::NEG_INFINITY;
    engine::for_each(macrophages, |_, cell| {
        let mut draws = key.stream(Purpose::Macrophage, cell.id);
        if draws.random::<f64>() < removal_probability {
            cell.age = removed_age;
        } else {
            cell.walk(grid, stride, hours, &mut draws);
        }
    });
    macrophages.retain(|cell| cell.age > removed_age);
}
