//! One step: how long it is, what acts in it, and what is sampled.
use super::clock::TICKS_PER_DAY;
use super::processes::{Kind, Step};
use super::run::Watch;
use super::{Simulation, TICK_HOURS};
use crate::error::{Error, Result};
use crate::parameters::Parameters;
use crate::random::StepKey;
use crate::signals::Signal;
use std::ops::ControlFlow;

/// Ticks of a step while tissue is inflamed: cells come and go within hours.
const INFLAMED_TICKS: u64 = 2;
/// Ticks of a step while cells only remodel: they move a few µm in that time.
const REMODELING_TICKS: u64 = 6;
/// Inflammation level from which tissue counts as inflamed.
const INFLAMED_LEVEL: f64 = 0.01;

/// A step whose signals have yet to spread.
pub(crate) struct Begun {
    pub(super) step: Step,
    /// The parameters as they were before, if rules may have changed them.
    of_course: Option<Parameters>,
    /// The first refusal of a rule.
    refused: Option<Error>,
}

impl Simulation {
    /// Advances the course by one step and samples the days that are sampled.
    ///
    /// A step is an hour while tissue is inflamed, three hours while cells remodel, a day when
    /// nothing signals, and up to four weeks in settled tissue, where only time passes, day by day as long as a crowd of
    /// resting cells thins. Days that are sampled within such a step are evaluated ahead and rolled back, so that sampling
    /// never changes the course.
    /// A value that is no longer finite gives [`Error::NotFinite`], a cell that a rule put outside the field
    /// [`Error::OutsideField`] or gave the identity of another one [`Error::BadIdentity`], a signal or matrix of another
    /// field [`Error::OtherField`], each at the end of the step; a course that has ended gives [`Error::Ended`].
    pub fn step(&mut self) -> Result<()> {
        if self.is_finished() {
            return Err(Error::Ended { end_day: self.end_day() });
        }
        self.check_changed()?;
        self.step_observed(&mut Watch::new(&mut |_| ControlFlow::Continue(()), &|| false)).map(drop)
    }

    /// [`Simulation::step`] with an observer of what is sampled; tells what the observer said last.
    pub(super) fn step_observed(&mut self, watch: &mut Watch) -> Result<ControlFlow<()>> {
        if let Some(ticks) = self.quiet_ticks() {
            return self.pass_quietly(ticks, watch);
        }
        Ok(if self.act()? { self.sample_observed(watch) } else { ControlFlow::Continue(()) })
    }

    /// Makes steps in which something acts until one of them is to be sampled; tells if one was. Ends also after a step when
    /// something is due.
    pub(super) fn act_until_sampled(&mut self, is_due: &(dyn Fn() -> bool + Sync)) -> Result<bool> {
        while !self.is_finished() && self.quiet_ticks().is_none() {
            if self.act()? {
                return Ok(true);
            }
            if is_due() {
                return Ok(false);
            }
        }
        Ok(false)
    }

    /// Makes a step in which something acts; tells if it is to be sampled.
    fn act(&mut self) -> Result<bool> {
        let begun = self.clock.tick();
        let threads = self.threads.clone();
        threads.run(|| self.active_step())?;
        Ok(self.is_sampled_in(begun, self.clock.tick()))
    }

    fn active_step(&mut self) -> Result<()> {
        let ticks = self.prepare_step();
        let begun = self.begin_step(ticks)?;
        self.spread_signals(&begun.step);
        self.end_step(begun)
    }

    /// Gives the sessions that are due, and tells how many ticks the step after that may span.
    pub(crate) fn prepare_step(&mut self) -> u64 {
        self.treat();
        self.clock.within_day(self.ticks_of_step())
    }

    /// Makes the part of a step in which something acts that comes before signals spread.
    pub(crate) fn begin_step(&mut self, ticks: u64) -> Result<Begun> {
        let step = self.step_of(ticks, Kind::Active);
        // Rules may scale the rates of a step, of this one alone.
        let of_course = (!self.rules.is_empty()).then(|| self.parameters.clone());
        let begun = self.run_until_signals_spread(&step);
        match begun {
            Ok(refused) => Ok(Begun { step, of_course, refused }),
            Err(error) => {
                self.restore_rates(of_course);
                self.record_exchanged();
                Err(error)
            }
        }
    }

    /// Makes the rest of it.
    pub(crate) fn end_step(&mut self, Begun { step, of_course, refused }: Begun) -> Result<()> {
        let ended = self.run_since_signals_spread(&step);
        self.restore_rates(of_course);
        self.record_exchanged();
        refused.or(ended?).map_or(Ok(()), Err)?;
        self.check_finite()?;
        self.check_ruled()
    }

    fn restore_rates(&mut self, of_course: Option<Parameters>) {
        if let Some(parameters) = of_course {
            self.parameters = parameters;
        }
    }

    /// Ticks between the regular samples.
    pub(crate) const fn ticks_between_samples(&self) -> u64 {
        self.sample_days * TICKS_PER_DAY
    }

    /// Ticks that are sampled beside the regular ones: sessions, extra times, the end.
    pub(crate) fn extra_samples(&self) -> impl Iterator<Item = u64> {
        let sessions = self.protocol.sessions.iter().map(|session| session.day() * TICKS_PER_DAY);
        sessions.chain(self.sample_also.iter().copied()).chain([self.end_tick()])
    }

    /// A step of so many ticks from now on.
    pub(super) fn step_of(&self, ticks: u64, kind: Kind) -> Step {
        let key = StepKey { seed: self.seed, tick: self.clock.tick(), hours: ticks as f64 * TICK_HOURS };
        Step { key, ticks, kind }
    }

    /// How long the next step is: a function of the state, the longest step, and the next event of rules and doses.
    fn ticks_of_step(&self) -> u64 {
        let tissue = &self.tissue;
        let ticks = if tissue.is_at_rest(self.parameters.fibroblast.resting_activation) {
            TICKS_PER_DAY
        } else if tissue.signals[Signal::Inflammation].maximum() > INFLAMED_LEVEL
            || tissue.acute_inflammation.has_neutrophils_in_transit()
        {
            INFLAMED_TICKS
        } else {
            REMODELING_TICKS
        };
        // An event of a rule, or the begin or end of a dose, begins a step.
        let events = [self.next_event_tick(), self.next_dose_tick()].into_iter().flatten();
        let now = self.clock.tick();
        events.fold(ticks.min(self.longest_step), |ticks, event| ticks.min(event - now))
    }
}
