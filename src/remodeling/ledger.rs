//! What was added to the collagen and what was taken from it.
use crate::matrix::Exchange;
use serde::{Deserialize, Serialize};
use std::iter::Sum;
use std::ops::{Add, AddAssign, Mul};

/// Amounts of collagen that each process added or took, both pools together, whatever the direction of the fibers.
///
/// The unit is amount × µm² (1 = the collagen over 1 µm² of healthy young dermis), as of
/// [`Matrix::collagen_amount`](crate::Matrix::collagen_amount); that of a single site, [`Work::work_on`](super::Work::work_on),
/// is the amount at it. Every entry is the size of a flow and so never negative but for round-off, and
///
/// amount now − amount at the start = deposited + renewed − degraded − lost − cut
///
/// to the round-off of the sums, as each entry adds up differences that were really made to a site
/// (turnover: the exact integrals of its gains and of its losses). What a user's own rule or hand changes is not in it.
///
/// ```
/// use dermaweave::{Device, Grid, Length, Protocol, Simulation, Skin, Time, Tissue};
/// let side = Length::millimeters(1.0);
/// let tissue = Tissue::new(Grid::new(side, side, Length::micrometers(20.0))?, &Skin::young())?;
/// let before = tissue.matrix().collagen_amount();
/// let protocol = Protocol::once(Device::punch(Length::micrometers(250.0))).follow_up(Time::days(10.0));
/// let mut simulation = Simulation::builder(tissue).protocol(protocol).build()?;
/// simulation.run()?;
/// let ledger = simulation.ledger();
/// assert!(ledger.cut > 40_000.0 && ledger.deposited > ledger.degraded);
/// let change = simulation.tissue().matrix().collagen_amount() - before;
/// assert!((ledger.change() - change).abs() < 1e-6);
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Ledger {
    /// Laid by active fibroblasts.
    #[serde(with = "crate::reading::number")]
    pub deposited: f64,
    /// Cut by active fibroblasts under their bodies.
    #[serde(with = "crate::reading::number")]
    pub degraded: f64,
    /// Made by resting cells in place of what turnover takes.
    #[serde(with = "crate::reading::number")]
    pub renewed: f64,
    /// Taken by turnover, MMP included.
    #[serde(with = "crate::reading::number")]
    pub lost: f64,
    /// Taken by needles and punches.
    #[serde(with = "crate::reading::number")]
    pub cut: f64,
}

impl Ledger {
    /// By how much all of it together changes the amount of collagen.
    pub fn change(&self) -> f64 {
        (self.deposited - self.degraded) + (self.renewed - self.lost) - self.cut
    }

    /// What turnover alone exchanged.
    pub(crate) fn of_turnover(Exchange { renewed, lost }: Exchange) -> Self {
        Self { renewed, lost, ..Self::default() }
    }
}

impl Add for Ledger {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self {
            deposited: self.deposited + other.deposited,
            degraded: self.degraded + other.degraded,
            renewed: self.renewed + other.renewed,
            lost: self.lost + other.lost,
            cut: self.cut + other.cut,
        }
    }
}

impl AddAssign for Ledger {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sum for Ledger {
    fn sum<I: Iterator<Item = Self>>(entries: I) -> Self {
        entries.fold(Self::default(), Add::add)
    }
}

/// The ledger of sites of a given area, from the amounts at them.
impl Mul<f64> for Ledger {
    type Output = Self;
    fn mul(self, area: f64) -> Self {
        Self {
            deposited: self.deposited * area,
            degraded: self.degraded * area,
            renewed: self.renewed * area,
            lost: self.lost * area,
            cut: self.cut * area,
        }
    }
}
