//! Sessions and protocols: checked data that can be printed, saved and dry-run.
use super::device::{Application, Device};
use super::pattern::punctures;
use crate::error::{Error, Result, check};
use crate::grid::Grid;
use crate::memory;
use crate::reading::checked_on_reading;
use crate::units::{Length, Time};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Holes per cm² of a usual session (quoted ~250 for 15 passes, target 250 to 300: Doddaballapur
/// 2009, doi:10.4103/0974-2077.58529).
const USUAL_HOLES_PER_CM2: f64 = 250.0;

/// Part of a date that counts as round-off, of a day at least.
const ROUND_OFF: f64 = 1e-9;
/// Sessions of a protocol at most: twice a week for a century.
const MOST_SESSIONS: u32 = 10_000;
/// Holes that are tried in all sessions at most, in and around the field: seconds of work.
const MOST_HOLES: f64 = 1e8;
/// Bytes of a hole while a list of them grows.
const BYTES_PER_HOLE: f64 = 100.0;

/// Where a session is applied.
///
/// ```
/// use dermaweave::treatment::{TreatedRegion, punctures};
/// use dermaweave::{Device, Grid, Length, Session, Time};
/// let side = Length::millimeters(4.0);
/// let grid = Grid::new(side, side, Length::micrometers(20.0))?;
/// let region = TreatedRegion::Disc { x: side * 0.5, y: side * 0.5, diameter: side * 0.5 };
/// let session = Session { region, ..Session::new(Device::pen_11(), Time::days(0.0)) };
/// let holes = punctures(&session, 0, &grid, 1);
/// assert!(holes.iter().all(|hole| (hole.x - 2000.0).hypot(hole.y - 2000.0) <= 1000.0));
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TreatedRegion {
    /// The whole field.
    #[default]
    Everywhere,
    /// What lies in the field of a disc; in a periodic field, of the disc and its images.
    Disc {
        /// Center along x.
        x: Length,
        /// Center along y.
        y: Length,
        /// Diameter.
        diameter: Length,
    },
}

impl TreatedRegion {
    /// Center in µm.
    pub(super) fn center(&self, grid: &Grid) -> (f64, f64) {
        match self {
            Self::Everywhere => (0.5 * grid.width(), 0.5 * grid.height()),
            Self::Disc { x, y, .. } => (x.in_micrometers(), y.in_micrometers()),
        }
    }

    pub(crate) fn contains(&self, x: f64, y: f64, grid: &Grid) -> bool {
        match self {
            Self::Everywhere => true,
            Self::Disc { diameter, .. } => grid.distance((x, y), self.center(grid)) <= 0.5 * diameter.in_micrometers(),
        }
    }

    /// Treated area inside the field in µm².
    pub(crate) fn area(&self, grid: &Grid) -> f64 {
        match self {
            Self::Everywhere => grid.width() * grid.height(),
            Self::Disc { diameter, .. } => grid.disc_area(self.center(grid), 0.5 * diameter.in_micrometers()),
        }
    }
}

/// One treatment on one day.
///
/// ```
/// use dermaweave::{Device, Session, Time};
/// let session = Session::new(Device::dermaroller_mf8(), Time::days(28.0)).holes_per_cm2(250.0);
/// assert_eq!(session.passes, 17);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "SessionFields")]
pub struct Session {
    /// When, counted from the start of the simulation; begins at the next full day.
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
    /// A session of usual density over the whole field.
    pub fn new(device: Device, start: Time) -> Self {
        Self { start, device, passes: 1, region: TreatedRegion::Everywhere }.holes_per_cm2(USUAL_HOLES_PER_CM2)
    }

    /// The number of passes that comes nearest to a density of holes, at least one. A density that
    /// is none (NaN, zero, negative) gives no pass, which [`Protocol::validate`] refuses.
    #[must_use]
    pub fn holes_per_cm2(mut self, holes: f64) -> Self {
        let per_pass = self.device.holes_per_cm2_per_pass();
        self.passes = match holes > 0.0 {
            true if per_pass > 0.0 => (holes / per_pass).round().max(1.0) as u32,
            true => 1,
            false => 0,
        };
        self
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
        let days = self.start.in_days();
        (days - ROUND_OFF * days.max(1.0)).ceil().max(0.0) as u64
    }

    /// Holes that are tried in and around a field, among which those in it are looked for.
    fn holes_tried(&self, grid: &Grid) -> f64 {
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

    /// Checks what can be told without a field.
    fn validate_alone(&self) -> Result<()> {
        self.device.validate()?;
        check("passes of a session", f64::from(self.passes), "passes", 1.0..=1000.0)?;
        let density = self.device.holes_per_cm2_per_pass() * f64::from(self.passes);
        check("holes of a session", density, "holes/cm²", 0.0..=20_000.0)?;
        check("day of a session", self.start.in_days(), "days", 0.0..=36_525.0)?;
        Ok(())
    }

    fn validate(&self, grid: &Grid) -> Result<()> {
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

/// A course of treatment: sessions in order of time, and when the simulation ends.
///
/// ```
/// use dermaweave::{Device, Protocol, Time};
/// let course = Protocol::repeated(Device::dermaroller_mf8(), 4, Time::weeks(4.0)).follow_up(Time::weeks(26.0));
/// assert_eq!(course.sessions.len(), 4);
/// assert_eq!(course.end.in_days(), 3.0 * 28.0 + 182.0);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "ProtocolFields")]
pub struct Protocol {
    /// Sessions in order of time.
    pub sessions: Vec<Session>,
    /// End of the simulation.
    pub end: Time,
}

checked_on_reading! {
    #[serde(deny_unknown_fields)]
    Protocol by validate_dates, read as "Protocol" in ProtocolFields { sessions: Vec<Session>, end: Time }
}

impl Protocol {
    /// No treatment, for a time.
    pub const fn untreated(duration: Time) -> Self {
        Self { sessions: Vec::new(), end: duration }
    }

    /// One session at the start.
    pub fn once(device: Device) -> Self {
        Self::repeated(device, 1, Time::weeks(4.0))
    }

    /// Equal sessions, the first at the start; ends one interval after the last. No more than 10 001 are listed, one more than
    /// [`Protocol::validate`] accepts.
    pub fn repeated(device: Device, sessions: u32, interval: Time) -> Self {
        let devices = std::iter::repeat_n(device, sessions.min(MOST_SESSIONS + 1) as usize).enumerate();
        let sessions = devices.map(|(index, device)| Session::new(device, interval * index as f64)).collect();
        Self { sessions, end: Time::hours(0.0) }.follow_up(interval)
    }

    /// Sets the density of holes of every session.
    #[must_use]
    pub fn holes_per_cm2(mut self, holes: f64) -> Self {
        self.sessions = self.sessions.into_iter().map(|session| session.holes_per_cm2(holes)).collect();
        self
    }

    /// Ends `duration` after the last session.
    /// Without sessions it is counted from the start.
    #[must_use]
    pub fn follow_up(mut self, duration: Time) -> Self {
        let last = self.sessions.last().map_or(0.0, |session| session.start.in_hours());
        self.end = Time::hours(last + duration.in_hours());
        self
    }

    /// Checks devices, order and dates, and that there are no more than 10 000 sessions and 10⁸ holes to be tried.
    /// Fails with [`Error::OutOfRange`], [`Error::SessionOutOfOrder`] or [`Error::SessionAfterEnd`].
    pub fn validate(&self, grid: &Grid) -> Result<()> {
        self.validate_dates()?;
        self.sessions.iter().try_for_each(|session| session.validate(grid))?;
        check("number of holes", self.holes_tried(grid), "holes in and around the field", 0.0..=MOST_HOLES).map(drop)
    }

    /// Checks order and dates.
    fn validate_dates(&self) -> Result<()> {
        check("end of the protocol", self.end.in_days(), "days", 1.0..=36_525.0)?;
        check("number of sessions", self.sessions.len() as f64, "sessions", 0.0..=f64::from(MOST_SESSIONS))?;
        let mut previous_day = 0.0;
        for (index, session) in self.sessions.iter().enumerate() {
            let (session_number, day) = (index + 1, session.start.in_days());
            check("day of a session", day, "days", 0.0..=36_525.0)?;
            if day < previous_day {
                return Err(Error::SessionOutOfOrder { session: session_number, day, previous_day });
            }
            // Sessions and the end take place on full days.
            if day.ceil() >= self.end.in_days().ceil() {
                return Err(Error::SessionAfterEnd { session: session_number, day, end_day: self.end.in_days() });
            }
            previous_day = day;
        }
        Ok(())
    }

    /// Holes that are tried in all sessions, many of them outside the field.
    pub(crate) fn holes_tried(&self, grid: &Grid) -> f64 {
        self.sessions.iter().map(|session| session.holes_tried(grid)).sum()
    }

    /// How many sessions of the same day come before a session.
    pub(crate) fn order_on_its_day(&self, index: usize) -> usize {
        let day = self.sessions[index].day();
        self.sessions[..index].iter().filter(|session| session.day() == day).count()
    }

    /// What the sessions would do to a field, without simulating. Holes are those of a course with the same seed.
    /// Fails as [`Protocol::validate`] does, and with [`Error::FieldTooLarge`] where the holes of a session find no memory.
    pub fn dry_run(&self, grid: &Grid, seed: u64) -> Result<DryRun> {
        self.validate(grid)?;
        let most_holes = self.sessions.iter().map(|session| session.holes_tried(grid)).fold(0.0, f64::max);
        memory::check((grid.columns(), grid.rows()), (most_holes * BYTES_PER_HOLE) as u64)?;
        let sessions = self.sessions.iter().enumerate().map(|(index, session)| {
            let holes = punctures(session, self.order_on_its_day(index), grid, seed);
            let reaching: Vec<_> = holes.iter().filter(|hole| hole.diameter > 0.0).collect();
            let area = session.region.area(grid);
            let opened: f64 = reaching.iter().map(|hole| grid.disc_area((hole.x, hole.y), 0.5 * hole.diameter)).sum();
            let mean = |total: f64, count: usize| if count > 0 { total / count as f64 } else { 0.0 };
            DrySession {
                day: session.start.in_days(),
                device: session.device.name.clone(),
                holes: holes.len(),
                holes_per_cm2: holes.len() as f64 / (area * 1e-8),
                holes_reaching_slab: reaching.len(),
                mean_depth_um: mean(holes.iter().map(|hole| hole.depth).sum(), holes.len()),
                mean_diameter_um: mean(reaching.iter().map(|hole| hole.diameter).sum(), reaching.len()),
                opened_percent: 100.0 * opened / area,
            }
        });
        Ok(DryRun { sessions: sessions.collect(), end_day: self.end.in_days() })
    }
}

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
pub struct DryRun {
    /// The sessions.
    pub sessions: Vec<DrySession>,
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
pub struct DrySession {
    /// Day of the session.
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
        write!(formatter, "{:>5.0}  end", self.end_day)
    }
}
