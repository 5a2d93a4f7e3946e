//! Sessions: with what, when, where and how densely.
use super::device::{Application, Device};
use super::pattern::Puncture;
use super::region::TreatedRegion;
use crate::error::{Error, Result, check};
use crate::grid::Grid;
use crate::reading::checked_on_reading;
use crate::units::Time;
use serde::{Deserialize, Serialize};

/// Holes per cm² of a usual session (quoted ~250 for 15 passes, target 250 to 300: Doddaballapur
/// 2009, doi:10.4103/0974-2077.58529).
const USUAL_HOLES_PER_CM2: f64 = 250.0;

/// Most passes and most holes per cm² of a session: far more than is ever done.
const MOST_PASSES: f64 = 1000.0;
const MOST_HOLES_PER_CM2: f64 = 20_000.0;

/// Part of a date that counts as round-off, of a day at least.
pub(super) const ROUND_OFF: f64 = 1e-9;

/// One treatment on one day.
///
/// ```
/// use dermaweave::{Device, Session, Time};
/// let session = Session::new(Device::dermaroller_mf8(), Time::days(28.0)).holes_per_cm2(250.0)?;
/// assert_eq!(session.passes, 17);
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "SessionFields")]
pub struct Session {
    /// When, counted from the start of the simulation; it takes place on the next full day, [`Session::day`].
    pub start: Time,
    /// With what.
    pub device: Device,
    /// How many passes.
    pub passes: u32,
    /// Where.
    pub region: TreatedRegion,
}

checked_on_reading! {
    #[serde(deny_unknown_fields)]
    Session by validate_alone, read as "Session" in SessionFields {
        start: Time,
        device: Device,
        passes: u32,
        region: TreatedRegion,
    }
}

impl Session {
    /// A session of usual density over the whole field, of one pass at least.
    pub fn new(device: Device, start: Time) -> Self {
        let passes = (USUAL_HOLES_PER_CM2 / device.holes_per_cm2_per_pass()).round();
        // A punch has no density, and a bad device is refused by its own name later.
        let passes = if passes.is_finite() { passes.max(1.0) as u32 } else { 1 };
        Self { start, device, passes, region: TreatedRegion::Everywhere }
    }

    /// Sets the number of passes that comes nearest to a density of holes.
    ///
    /// A density below half a pass of the device, or above 1000 passes or 20 000 holes/cm², gives
    /// [`Error::OutOfRange`], a punch, which makes a single hole, [`Error::SingleHole`], and a bad device what
    /// [`Device::validate`] gives.
    ///
    /// ```
    /// use dermaweave::{Device, Session, Time};
    /// let session = Session::new(Device::dermaroller_mf8(), Time::days(0.0));
    /// assert_eq!(session.clone().holes_per_cm2(100.0)?.passes, 7);
    /// let refused = session.holes_per_cm2(0.0).unwrap_err().to_string();
    /// assert!(refused.starts_with("holes per cm² is 0 /cm²; it must be from 7.2"));
    /// # Ok::<(), dermaweave::Error>(())
    /// ```
    pub fn holes_per_cm2(mut self, holes: f64) -> Result<Self> {
        self.device.validate()?;
        let per_pass = self.device.holes_per_cm2_per_pass();
        if per_pass <= 0.0 {
            return Err(Error::SingleHole { device: self.device.name, holes_per_cm2: holes });
        }
        check("holes per cm² of one pass", per_pass, "/cm²", 0.0..=MOST_HOLES_PER_CM2)?;
        let most = MOST_HOLES_PER_CM2.min(MOST_PASSES * per_pass);
        let passes = check("holes per cm²", holes, "/cm²", 0.5 * per_pass..=most)? / per_pass;
        // Never a pass more than is allowed.
        self.passes = passes.round().clamp(1.0, (most / per_pass + ROUND_OFF).floor()) as u32;
        Ok(self)
    }

    /// The full day on which it takes place, counted from the start of the simulation: that of its start, or the
    /// next one if it starts within a day. A part of 10⁻⁹ counts as round-off.
    ///
    /// ```
    /// use dermaweave::{Device, Session, Time};
    /// let day = |start| Session::new(Device::pen_11(), start).day();
    /// assert_eq!((day(Time::days(28.0)), day(Time::days(28.2)), day(Time::hours(1.0))), (28, 29, 1));
    /// // Sums of lengths of time that are no binary fractions.
    /// assert_eq!(day(Time::days(0.1 + 0.2 + 0.7)), 1);
    /// ```
    pub fn day(&self) -> u64 {
        full_day(self.start)
    }

    /// Holes that are tried in and around a field, among which those in it are looked for.
    pub(super) fn punctures_tried(&self, grid: &Grid) -> f64 {
        let (width, height) = (grid.width(), grid.height());
        let area = match &self.device.application {
            // Lattices turn about the middle of the field.
            Application::Roller { .. } | Application::Stamp { .. } => width * width + height * height,
            Application::Pen { head_diameter, .. } => {
                (width + head_diameter.in_micrometers()) * (height + head_diameter.in_micrometers())
            }
            Application::Punch => return f64::from(self.passes),
        };
        self.device.holes_per_cm2_per_pass() * f64::from(self.passes) * area * 1e-8
    }

    /// Area of holes at the surface over that of the treated region. Of holes that fall at random, which overlap,
    /// e^{−that} stays closed.
    pub(crate) fn opened_ratio(&self, punctures: &[Puncture], grid: &Grid) -> f64 {
        let area: f64 = punctures
            .iter()
            .map(|puncture| grid.disc_area((puncture.x, puncture.y), 0.5 * puncture.surface_diameter))
            .sum();
        area / self.region.area(grid)
    }

    /// Checks what needs no field.
    fn validate_alone(&self) -> Result<()> {
        self.device.validate()?;
        check("passes of a session", f64::from(self.passes), "passes", 1.0..=MOST_PASSES)?;
        let density = self.device.holes_per_cm2_per_pass() * f64::from(self.passes);
        check("holes of a session", density, "holes/cm²", 0.0..=MOST_HOLES_PER_CM2)?;
        check("day of a session", self.start.in_days(), "days", 0.0..=36_525.0)?;
        Ok(())
    }

    pub(super) fn validate(&self, grid: &Grid) -> Result<()> {
        self.validate_alone()?;
        let (x, y) = self.region.center(grid);
        check("x of the treated region", x, "µm", 0.0..=grid.width())?;
        check("y of the treated region", y, "µm", 0.0..=grid.height())?;
        if let TreatedRegion::Disc { diameter, .. } = self.region {
            check("diameter of the treated region", diameter.in_micrometers(), "µm", grid.spacing()..=1e6)?;
        }
        if self.device.application == Application::Punch {
            let widest = grid.width().min(grid.height());
            check("punch diameter", self.device.needle.shaft_diameter.in_micrometers(), "µm", grid.spacing()..=widest)?;
        }
        Ok(())
    }
}

/// The full day that begins at or next after a time.
pub(super) fn full_day(time: Time) -> u64 {
    let days = time.in_days();
    (days - ROUND_OFF * days.max(1.0)).ceil().max(0.0) as u64
}
