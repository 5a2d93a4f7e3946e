//! Sessions and protocols: checked data that can be printed, saved and dry-run.
use super::dense_day::SessionsOfDay;
use super::device::{Application, Device};
use super::dose::Dose;
use super::dry_run::{DryRun, DrySession};
use super::pattern::{Puncture, punctures};
use crate::error::{Error, Result, check};
use crate::grid::Grid;
use crate::memory;
use crate::reading::checked_on_reading;
use crate::units::{Length, Time};
use serde::{Deserialize, Serialize};

/// Holes per cm² of a usual session (quoted ~250 for 15 passes, target 250 to 300: Doddaballapur
/// 2009, doi:10.4103/0974-2077.58529).
const USUAL_HOLES_PER_CM2: f64 = 250.0;

/// Most passes and most holes per cm² of a session: far more than is ever done.
const MOST_PASSES: f64 = 1000.0;
const MOST_HOLES_PER_CM2: f64 = 20_000.0;

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

/// The full day that begins at or next after a time.
fn full_day(time: Time) -> u64 {
    let days = time.in_days();
    (days - ROUND_OFF * days.max(1.0)).ceil().max(0.0) as u64
}

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

    /// Area of holes at the surface over that of the treated region. Of holes that fall at random, which overlap,
    /// e^{−that} stays closed.
    pub(crate) fn hole_ratio(&self, holes: &[Puncture], grid: &Grid) -> f64 {
        let area: f64 = holes.iter().map(|hole| grid.disc_area((hole.x, hole.y), 0.5 * hole.surface_diameter)).sum();
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
    /// When rules of one's own act, in any order.
    pub doses: Vec<Dose>,
    /// End of the simulation; it ends on the next full day, [`Protocol::end_day`].
    pub end: Time,
}

checked_on_reading! {
    #[serde(deny_unknown_fields)]
    Protocol by validate_dates, read as "Protocol" in ProtocolFields {
        sessions: Vec<Session>,
        #[serde(default)]
        doses: Vec<Dose>,
        end: Time,
    }
}

impl Protocol {
    /// No treatment, for a time.
    pub const fn untreated(duration: Time) -> Self {
        Self { sessions: Vec::new(), doses: Vec::new(), end: duration }
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
        Self { sessions, doses: Vec::new(), end: Time::hours(0.0) }.follow_up(interval)
    }

    /// Sets the density of holes of every session.
    /// Fails as [`Session::holes_per_cm2`] does.
    pub fn holes_per_cm2(mut self, holes: f64) -> Result<Self> {
        self.sessions = self.sessions.into_iter().map(|session| session.holes_per_cm2(holes)).collect::<Result<_>>()?;
        Ok(self)
    }

    /// Adds a dose of a rule of one's own; its name is that of a [rule](crate::simulation::Rule) of the course.
    #[must_use]
    pub fn dose(mut self, dose: Dose) -> Self {
        self.doses.push(dose);
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

    /// The full day on which the simulation ends. Every session takes place on an earlier day.
    ///
    /// ```
    /// use dermaweave::{Device, Protocol, Time};
    /// let course = Protocol::once(Device::pen_11()).follow_up(Time::days(27.5));
    /// assert_eq!((course.sessions[0].day(), course.end_day()), (0, 28));
    /// ```
    pub fn end_day(&self) -> u64 {
        full_day(self.end)
    }

    /// Checks devices, order and dates: each session takes place on the [day](Session::day) of the one before it
    /// or later, and before the [last day](Protocol::end_day). There are at most 10 000 sessions, and 10⁸ holes to be tried.
    /// Doses begin before the end, and may go on after it.
    /// Fails with [`Error::OutOfRange`], [`Error::SessionOutOfOrder`], [`Error::SessionAfterEnd`] or [`Error::DoseAfterEnd`].
    pub fn validate(&self, grid: &Grid) -> Result<()> {
        self.validate_dates()?;
        self.sessions.iter().try_for_each(|session| session.validate(grid))?;
        check("number of holes", self.holes_tried(grid), "holes in and around the field", 0.0..=MOST_HOLES).map(drop)
    }

    /// Checks order and dates.
    fn validate_dates(&self) -> Result<()> {
        let end = self.end.in_days();
        check("end of the protocol", if (end - 1.0).abs() <= ROUND_OFF { 1.0 } else { end }, "days", 1.0..=36_525.0)?;
        check("number of sessions", self.sessions.len() as f64, "sessions", 0.0..=f64::from(MOST_SESSIONS))?;
        check("number of doses", self.doses.len() as f64, "doses", 0.0..=f64::from(MOST_SESSIONS))?;
        self.doses.iter().try_for_each(|dose| dose.validate(self.end_day() as f64))?;
        let mut previous: Option<&Session> = None;
        for (index, session) in self.sessions.iter().enumerate() {
            let (session_number, day) = (index + 1, session.start.in_days());
            check("day of a session", day, "days", 0.0..=36_525.0)?;
            if let Some(previous) = previous.filter(|previous| session.day() < previous.day()) {
                let previous_day = previous.start.in_days();
                return Err(Error::SessionOutOfOrder { session: session_number, day, previous_day });
            }
            if session.day() >= self.end_day() {
                return Err(Error::SessionAfterEnd { session: session_number, day, end_day: end });
            }
            previous = Some(session);
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
        memory::check(grid.columns(), grid.rows(), (most_holes * BYTES_PER_HOLE) as u64)?;
        let mut plan = DryRun { doses: self.doses.clone(), ..DryRun::until(self.end_day() as f64) };
        for sessions in self.sessions.chunk_by(|first, second| first.day() == second.day()) {
            let mut of_day = SessionsOfDay::default();
            for (order, session) in sessions.iter().enumerate() {
                let holes = punctures(session, order, grid, seed);
                of_day.add(session, &holes, grid);
                plan.sessions.push(DrySession::of(session, &holes, grid));
            }
            plan.dense_days.extend(of_day.if_dense(sessions[0].day(), grid));
        }
        Ok(plan)
    }
}
