//! What a protocol would do, without simulating.
use super::dense_day::DenseDay;
use super::dose::Dose;
use super::pattern::Puncture;
use super::session::Session;
use crate::grid::Grid;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What a protocol would do: one entry per session. Prints as a table.
///
/// ```
/// use dermaweave::{Device, Grid, Length, Protocol, Time};
/// let side = Length::millimeters(10.0);
/// let grid = Grid::new(side, side, Length::micrometers(20.0))?;
/// let plan = Protocol::repeated(Device::dermaroller_mf8(), 2, Time::weeks(4.0)).dry_run(&grid, 1)?;
/// println!("{plan}");
/// assert_eq!((plan.sessions.len(), plan.end_day), (2, 56.0));
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DryRun {
    /// The sessions.
    pub sessions: Vec<DrySession>,
    /// Doses of rules of one's own.
    #[serde(default)]
    pub doses: Vec<Dose>,
    /// Days on which more than a fifth of the surface is opened.
    #[serde(default)]
    pub dense_days: Vec<DenseDay>,
    /// Last day of the simulation.
    #[serde(with = "crate::reading::number")]
    pub end_day: f64,
}

/// What one session would do to the field.
///
/// ```
/// use dermaweave::{Device, Grid, Length, Protocol};
/// let side = Length::millimeters(10.0);
/// let grid = Grid::new(side, side, Length::micrometers(20.0))?;
/// let session = &Protocol::once(Device::dermaroller_mf8()).dry_run(&grid, 1)?.sessions[0];
/// assert!((session.holes_per_cm2 - 250.0).abs() < 25.0);
/// // Needles of 1.5 mm that reach 0.6 of it.
/// assert!((session.mean_depth_um - 900.0).abs() < 25.0);
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DrySession {
    /// Day on which it takes place.
    #[serde(with = "crate::reading::number")]
    pub day: f64,
    /// Name of the device.
    pub device: String,
    /// Holes in the field.
    pub holes: usize,
    /// Holes per treated cm².
    #[serde(with = "crate::reading::number")]
    pub holes_per_cm2: f64,
    /// Holes deep enough to reach the slab.
    pub holes_reaching_slab: usize,
    /// Mean depth of the tips in µm.
    #[serde(with = "crate::reading::number")]
    pub mean_depth_um: f64,
    /// Mean diameter at the depth of the slab in µm, of those that reach it.
    #[serde(with = "crate::reading::number")]
    pub mean_diameter_um: f64,
    /// Opened share of the treated area at the depth of the slab in percent, overlaps counted twice.
    #[serde(with = "crate::reading::number")]
    pub opened_percent: f64,
}

impl DryRun {
    /// Nothing so far, in a simulation of so many days.
    pub(super) const fn until(end_day: f64) -> Self {
        Self { sessions: Vec::new(), doses: Vec::new(), dense_days: Vec::new(), end_day }
    }
}

impl DrySession {
    pub(super) fn of(session: &Session, punctures: &[Puncture], grid: &Grid) -> Self {
        let reaching: Vec<_> = punctures.iter().filter(|puncture| puncture.diameter > 0.0).collect();
        let area = session.region.area(grid);
        // No hole opens 0 %, not −0 %.
        let opened = reaching
            .iter()
            .fold(0.0, |opened, puncture| opened + grid.disc_area((puncture.x, puncture.y), 0.5 * puncture.diameter));
        let mean = |total: f64, count: usize| if count > 0 { total / count as f64 } else { 0.0 };
        Self {
            day: session.day() as f64,
            device: session.device.name.clone(),
            holes: punctures.len(),
            holes_per_cm2: punctures.len() as f64 / (area * 1e-8),
            holes_reaching_slab: reaching.len(),
            mean_depth_um: mean(punctures.iter().map(|puncture| puncture.depth).sum(), punctures.len()),
            mean_diameter_um: mean(reaching.iter().map(|puncture| puncture.diameter).sum(), reaching.len()),
            opened_percent: 100.0 * opened / area,
        }
    }
}

impl fmt::Display for DryRun {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        writeln!(
            formatter,
            "{:>5}  {:<22} {:>6} {:>9} {:>9} {:>10} {:>9}",
            "day", "device", "holes", "per cm²", "depth µm", "width µm", "opened %"
        )?;
        for session in &self.sessions {
            let DrySession {
                day, device, holes, holes_per_cm2, mean_depth_um, mean_diameter_um, opened_percent, ..
            } = session;
            writeln!(
                formatter,
                "{day:>5.0}  {device:<22} {holes:>6} {holes_per_cm2:>9.0} {mean_depth_um:>9.0} {mean_diameter_um:>10.0} {opened_percent:>9.2}"
            )?;
        }
        for Dose { of, start, lasts, amount } in &self.doses {
            let (day, days) = (start.in_days(), lasts.in_days());
            writeln!(formatter, "{day:>5.1}  {of:<22} dose of {amount} for {days:.1} days")?;
        }
        write!(formatter, "{:>5.0}  end", self.end_day)?;
        self.dense_days.iter().try_for_each(|day| write!(formatter, "\ncaution: {day}"))
    }
}
