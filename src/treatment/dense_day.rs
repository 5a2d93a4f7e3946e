//! Days on which sessions together open much of the surface.
use super::device::Application;
use super::pattern::Puncture;
use super::region::TreatedRegion;
use super::session::Session;
use crate::grid::Grid;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Share of the surface that a day may open: usual sessions of 250 holes/cm² open 7 to 12 %.
pub(crate) const MOST_OPENED: f64 = 0.2;

/// A day on which sessions open much of the surface.
///
/// ```
/// use dermaweave::{Device, Grid, Length, Protocol, Session, Time};
/// let side = Length::millimeters(4.0);
/// let grid = Grid::new(side, side, Length::micrometers(20.0))?;
/// let sessions = vec![Session::new(Device::dermaroller_mf8(), Time::days(3.0)); 10];
/// let plan = Protocol { sessions, ..Protocol::untreated(Time::days(28.0)) }.dry_run(&grid, 1)?;
/// assert_eq!((plan.dense_days[0].day, plan.dense_days[0].sessions), (3, 10));
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DenseDay {
    /// The day.
    pub day: u64,
    /// Sessions of the day; biopsies are meant to open and do not count.
    pub sessions: usize,
    /// Share of the surface that is open after them, in the middle of that treated region where it is largest.
    pub share: f64,
}

impl fmt::Display for DenseDay {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        let Self { day, sessions, share } = self;
        let (word, verb) = if *sessions == 1 { ("session", "opens") } else { ("sessions together", "open") };
        let percent = 100.0 * share;
        write!(
            formatter,
            "{sessions} {word} on day {day} {verb} {percent:.0} % of the surface; usual sessions open 7 to 12 %"
        )
    }
}

/// What the sessions of one day open, added up region by region.
#[derive(Default)]
pub(crate) struct SessionsOfDay {
    sessions: usize,
    opened: Vec<Opened>,
}

/// Area of the punctures over that of the region in which they are.
struct Opened {
    region: TreatedRegion,
    ratio: f64,
}

impl SessionsOfDay {
    /// Adds a session with its punctures.
    pub(crate) fn add(&mut self, session: &Session, punctures: &[Puncture], grid: &Grid) {
        if session.device.application == Application::Punch {
            return;
        }
        let ratio = session.opened_ratio(punctures, grid);
        self.sessions += 1;
        match self.opened.iter_mut().find(|opened| opened.region == session.region) {
            Some(opened) => opened.ratio += ratio,
            None => self.opened.push(Opened { region: session.region, ratio }),
        }
    }

    /// The day, if its sessions open more than may be.
    pub(crate) fn if_dense(&self, day: u64, grid: &Grid) -> Option<DenseDay> {
        let ratio_at = |(x, y): (f64, f64)| -> f64 {
            let there = self.opened.iter().filter(|opened| opened.region.contains(x, y, grid));
            there.map(|opened| opened.ratio).sum()
        };
        let middles = self.opened.iter().map(|opened| opened.region.center(grid));
        let share = -(-middles.map(ratio_at).fold(0.0, f64::max)).exp_m1();
        (share > MOST_OPENED).then_some(DenseDay { day, sessions: self.sessions, share })
    }
}
