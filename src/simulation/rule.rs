//! Rules of one's own beside those of the model.
use super::{Clock, TICK_HOURS};
use crate::cells::fibroblast::Attractant;
use crate::error::Result;
use crate::parameters::Parameters;
use crate::random::{Purpose, StepKey, Stream, stream};
use crate::signals::Sources;
use crate::tissue::Tissue;
use crate::units::Time;
use std::sync::Arc;
use xxhash_rust::xxh3::xxh3_64;

/// When in a step a rule is applied.
///
/// ```
/// use dermaweave::simulation::{Phase, Rule, after_step};
/// assert_eq!(after_step("idle", |_tissue, _clock, _hours| ()).phase(), Phase::AfterStep);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Before all processes of the step: sources of this step may be added to, its rates may be changed, and the tissue is
    /// as the last step has left it.
    BeforeSignals,
    /// After signals have spread and fibers are worked, before fibroblasts respond, turn, migrate and divide: rates of these
    /// may be changed, and attractants added.
    BeforeCells,
    /// After the step.
    AfterStep,
    /// After the last step of a day in which it is due.
    Daily,
}

/// What a rule may see and change.
#[derive(Debug)]
pub struct RuleContext<'a> {
    /// The tissue.
    pub tissue: &'a mut Tissue,
    /// What is released of the signals in this step, per hour; taken into account in [`Phase::BeforeSignals`].
    pub sources: &'a mut Sources,
    /// The parameters of this step, a copy: a rule may scale them, and the next step begins with those of the course again.
    /// Turnover of the matrix has those of the last step of a day, for all of the day.
    pub rates: &'a mut Parameters,
    /// Signals of one's own that attract fibroblasts in this step; taken into account in [`Phase::BeforeCells`].
    pub attractants: &'a mut Vec<Attractant>,
    /// Simulated time: where the step begins, or in [`Phase::AfterStep`] and [`Phase::Daily`] where it has ended.
    pub clock: Clock,
    /// Length of the step in hours.
    pub hours: f64,
    /// The amounts of all doses of this rule that act now, together; 0 for a rule without doses.
    pub dose: f64,
    /// Keys its random numbers.
    pub(super) key: StepKey,
}

impl RuleContext<'_> {
    /// Random numbers of an entity (a cell's identity, a site) in this step, those of this rule alone: a pure function of the
    /// seed of the course, the name of the rule, the tick and the entity.
    pub fn random(&self, entity: u64) -> Stream {
        stream(self.key.seed, self.key.tick, Purpose::User, entity)
    }
}

/// A rule of one's own, such as a drug, a signal that the model does not have, or a device that heats.
///
/// It is given to [`Builder::rule`](super::Builder::rule). A course stays reproducible to the bit if what a rule does depends
/// on nothing but its context, its state and the numbers of [`RuleContext::random`].
///
/// ```
/// use dermaweave::simulation::{Clock, Phase, Rule, RuleContext};
/// use dermaweave::treatment::Dose;
/// use dermaweave::{Device, Grid, Length, Protocol, Result, Signal, Simulation, Skin, Time, Tissue};
///
/// /// A drug that takes TGF-β away while it is given.
/// #[derive(Clone)]
/// struct Antibody;
///
/// impl Rule for Antibody {
///     fn name(&self) -> &str {
///         "antibody"
///     }
///     fn phase(&self) -> Phase {
///         Phase::AfterStep
///     }
///     fn apply(&mut self, at: &mut RuleContext) -> Result<()> {
///         at.tissue.signals_mut()[Signal::TgfBeta].values_mut().iter_mut().for_each(|level| *level *= 1.0 - at.dose);
///         Ok(())
///     }
/// }
///
/// # let side = Length::micrometers(400.0);
/// # let tissue = Tissue::new(Grid::new(side, side, Length::micrometers(20.0))?, &Skin::young())?;
/// let dose = Dose { of: "antibody".into(), start: Time::days(1.0), lasts: Time::days(2.0), amount: 1.0 };
/// let protocol = Protocol::once(Device::single_channel(Length::micrometers(250.0))).dose(dose);
/// let mut simulation = Simulation::builder(tissue).protocol(protocol.follow_up(Time::days(2.0))).rule(Antibody).build()?;
/// simulation.run()?;
/// assert_eq!(simulation.tissue().signals()[Signal::TgfBeta].maximum(), 0.0);
/// # Ok::<(), dermaweave::Error>(())
/// ```
pub trait Rule: CloneRule + Send + Sync {
    /// Its name: that of its doses in a [`Protocol`](crate::Protocol), and part of what keys its random numbers. No two rules of
    /// a course have the same one.
    fn name(&self) -> &str;

    /// When in a step it is applied.
    fn phase(&self) -> Phase;

    /// Applies it. An error is given by [`Simulation::step`](super::Simulation::step) once the step has been made without what
    /// the rule set in rates, sources and attractants; what it changed in the tissue stays, and the course can go on.
    ///
    /// Rates outside of their ranges ([`Parameters::validate`]), and sources or attractants that are not finite or live on
    /// another field, are refused in the same way.
    fn apply(&mut self, at: &mut RuleContext) -> Result<()>;

    /// When it is applied next, now or later; none if never again. Between two such times a step may span weeks. By
    /// default it is applied in every step, none of which is then longer than a day. A time in the past, or one that is no
    /// number, counts as now.
    ///
    /// Steps end where an event comes. A rule that is applied now is asked, before that, for the one that follows, with a `now`
    /// half an hour on: the answer should follow from `now`, and not from a state that applying it changes.
    ///
    /// A rule with doses in the protocol is applied only while one of them acts, whatever it says here.
    fn next_event(&self, now: Clock) -> Option<Time> {
        Some(Time::hours(now.hours()))
    }

    /// Its state, saved with the course and part of its digest; by default none.
    fn state(&self) -> Vec<u8> {
        Vec::new()
    }

    /// Takes back a saved state; by default there is none to be taken. Bytes that are no state of it are refused, for example
    /// with [`Error::WrongLength`](crate::Error::WrongLength).
    fn restore(&mut self, _state: &[u8]) -> Result<()> {
        Ok(())
    }
}

/// How a rule is copied into a branch; every rule that can be cloned is.
pub trait CloneRule {
    /// A copy of it.
    fn clone_rule(&self) -> Box<dyn Rule>;
}

impl<R: Rule + Clone + 'static> CloneRule for R {
    fn clone_rule(&self) -> Box<dyn Rule> {
        Box::new(self.clone())
    }
}

impl Rule for Box<dyn Rule> {
    fn name(&self) -> &str {
        (**self).name()
    }

    fn phase(&self) -> Phase {
        (**self).phase()
    }

    fn apply(&mut self, at: &mut RuleContext) -> Result<()> {
        (**self).apply(at)
    }

    fn next_event(&self, now: Clock) -> Option<Time> {
        (**self).next_event(now)
    }

    fn state(&self) -> Vec<u8> {
        (**self).state()
    }

    fn restore(&mut self, state: &[u8]) -> Result<()> {
        (**self).restore(state)
    }
}

impl Clone for Box<dyn Rule> {
    fn clone(&self) -> Self {
        (**self).clone_rule()
    }
}

/// A rule without state that is applied after every step: a closure of tissue, clock and hours of the step.
///
/// ```
/// use dermaweave::simulation::after_step;
/// use dermaweave::{Grid, Length, Protocol, Signal, Simulation, Skin, Time, Tissue};
/// # let side = Length::micrometers(400.0);
/// # let tissue = Tissue::new(Grid::new(side, side, Length::micrometers(20.0))?, &Skin::young())?;
/// let drug = after_step("antibody", |tissue, _clock, _hours| {
///     tissue.signals_mut()[Signal::TgfBeta].values_mut().fill(0.0);
/// });
/// let protocol = Protocol::untreated(Time::days(1.0));
/// Simulation::builder(tissue).protocol(protocol).rule(drug).build()?.run()?;
/// # Ok::<(), dermaweave::Error>(())
/// ```
pub fn after_step(
    name: impl Into<String>,
    apply: impl Fn(&mut Tissue, Clock, f64) + Send + Sync + 'static,
) -> impl Rule + Clone {
    AfterStep { name: name.into(), apply: Arc::new(apply) }
}

/// Of tissue, clock and hours of the step.
type Closure = dyn Fn(&mut Tissue, Clock, f64) + Send + Sync;

#[derive(Clone)]
struct AfterStep {
    name: String,
    apply: Arc<Closure>,
}

impl Rule for AfterStep {
    fn name(&self) -> &str {
        &self.name
    }

    fn phase(&self) -> Phase {
        Phase::AfterStep
    }

    fn apply(&mut self, at: &mut RuleContext) -> Result<()> {
        (self.apply)(at.tissue, at.clock, at.hours);
        Ok(())
    }
}

/// The seed of a rule's random numbers.
pub(super) fn seed_of(rule: &dyn Rule, seed: u64) -> u64 {
    seed ^ xxh3_64(rule.name().as_bytes())
}

/// The tick at or next after a time, but for round-off.
pub(crate) fn tick_at_or_after(time: Time) -> u64 {
    (time.in_hours() / TICK_HOURS - 1e-6).ceil().max(0.0) as u64
}
