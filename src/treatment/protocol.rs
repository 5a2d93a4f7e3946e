//! Protocols: sessions in order of time, checked, and what they would do to a field.
use super::dense_day::SessionsOfDay;
use super::device::Device;
use super::dose::Dose;
use super::dry_run::{DryRun, DrySession};
use super::pattern::punctures;
use super::session::{ROUND_OFF, Session, full_day};
use crate::error::{Error, Result, check};
use crate::grid::Grid;
use crate::memory;
use crate::reading::checked_on_reading;
use crate::units::Time;
use serde::{Deserialize, Serialize};

/// Sessions of a protocol at most: twice a week for a century.
const MOST_SESSIONS: u32 = 10_000;
/// Punctures that are tried in all sessions at most, in and around the field: seconds of work.
const MOST_PUNCTURES: f64 = 1e8;
/// Bytes of a puncture while a list of them grows.
const BYTES_PER_PUNCTURE: f64 = 100.0;

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
        check("number of holes", self.punctures_tried(grid), "holes in and around the field", 0.0..=MOST_PUNCTURES)
            .map(drop)
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
    pub(crate) fn punctures_tried(&self, grid: &Grid) -> f64 {
        self.sessions.iter().map(|session| session.punctures_tried(grid)).sum()
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
        let most_punctures = self.sessions.iter().map(|session| session.punctures_tried(grid)).fold(0.0, f64::max);
        memory::check(grid.columns(), grid.rows(), (most_punctures * BYTES_PER_PUNCTURE) as u64)?;
        let mut plan = DryRun { doses: self.doses.clone(), ..DryRun::until(self.end_day() as f64) };
        for sessions in self.sessions.chunk_by(|first, second| first.day() == second.day()) {
            let mut of_day = SessionsOfDay::default();
            for (order, session) in sessions.iter().enumerate() {
                let punctures = punctures(session, order, grid, seed);
                of_day.add(session, &punctures, grid);
                plan.sessions.push(DrySession::of(session, &punctures, grid));
            }
            plan.dense_days.extend(of_day.if_dense(sessions[0].day(), grid));
        }
        Ok(plan)
    }
}
