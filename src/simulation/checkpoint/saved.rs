//! All that a course needs to go on, and what must hold of it.
use super::super::{Builder, Clock, Rule, Simulation, TICKS_PER_DAY, room};
use crate::engine::Threads;
use crate::error::{CheckpointFault, Result, check};
use crate::measure::{Histology, Region};
use crate::parameters::Parameters;
use crate::reading;
use crate::remodeling::Ledger;
use crate::report::{OwnState, Report};
use crate::tissue::Tissue;
use crate::treatment::Protocol;
use crate::units::Length;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Longest course in days.
const LONGEST_DAYS: u64 = 36_525;
/// Largest amount of collagen in a ledger, in amount × µm².
const LARGEST_AMOUNT: f64 = 1e18;

/// What is kept of a rule of one's own, whose code is not.
#[derive(Serialize, Deserialize)]
struct SavedRule {
    name: String,
    state: Vec<u8>,
}

impl SavedRule {
    fn of(rule: &dyn Rule) -> Self {
        Self { name: rule.name().into(), state: rule.state() }
    }
}

/// All that a course needs to go on.
#[derive(Serialize, Deserialize)]
pub(super) struct Saved<'a> {
    tissue: Cow<'a, Tissue>,
    protocol: Cow<'a, Protocol>,
    parameters: Cow<'a, Parameters>,
    seed: u64,
    clock: Clock,
    longest_step: u64,
    ledger: Ledger,
    arm: Cow<'a, str>,
    sample_days: u64,
    sample_also: Cow<'a, [u64]>,
    window: Length,
    histology: Option<Cow<'a, Histology>>,
    regions: Vec<Cow<'a, Region>>,
    report: Cow<'a, Report>,
    rules: Vec<SavedRule>,
    /// Behind the state, if there are such columns: it is read on its own ([`Saved::read`]).
    #[serde(skip_deserializing, skip_serializing_if = "OwnState::is_empty")]
    own: OwnState,
}

impl<'a> Saved<'a> {
    pub(super) fn of(simulation: &'a Simulation) -> Self {
        Self {
            tissue: Cow::Borrowed(&simulation.tissue),
            protocol: Cow::Borrowed(&simulation.protocol),
            parameters: Cow::Borrowed(&simulation.parameters),
            seed: simulation.seed,
            clock: simulation.clock,
            longest_step: simulation.longest_step,
            ledger: simulation.ledger,
            arm: Cow::Borrowed(&simulation.arm),
            sample_days: simulation.sample_days,
            sample_also: Cow::Borrowed(&simulation.sample_also),
            window: simulation.window,
            histology: simulation.histology.as_ref().map(Cow::Borrowed),
            regions: simulation.watched.regions().map(Cow::Borrowed).collect(),
            report: Cow::Borrowed(&simulation.report),
            rules: simulation.rules.iter().map(|rule| SavedRule::of(rule.as_ref())).collect(),
            own: simulation.report.own_state(),
        }
    }
}

fn refused(what: String) -> CheckpointFault {
    CheckpointFault::Refused { what }
}

/// Something that is saved, and what stands behind it.
pub(super) fn take_state<'a, T: Deserialize<'a>>(
    state: &'a [u8],
) -> std::result::Result<(T, &'a [u8]), CheckpointFault> {
    let (read, refusal) = reading::with_refusal(|| postcard::take_from_bytes::<T>(state));
    read.map_err(|_| refused(refusal.unwrap_or_else(|| "it is no state of a course".into())))
}

impl Saved<'static> {
    /// From the state that a whole file holds; refused if no course can have it.
    pub(super) fn read(state: &[u8]) -> std::result::Result<Self, CheckpointFault> {
        let (mut saved, rest) = take_state::<Self>(state)?;
        if !rest.is_empty() {
            let (own, rest) = postcard::take_from_bytes(rest).unwrap_or((OwnState::default(), rest));
            if own.is_empty() || !rest.is_empty() {
                return Err(refused("it is longer than a state".into()));
            }
            saved.own = own;
        }
        saved.validate().map_err(|error| refused(error.to_string()))?;
        Ok(saved)
    }

    /// The state of one of several courses with columns of one's own, and what stands behind it.
    pub(super) fn take(state: &[u8]) -> std::result::Result<(Self, &[u8]), CheckpointFault> {
        let (mut saved, rest) = take_state::<Self>(state)?;
        let (own, rest) = take_state(rest)?;
        saved.own = own;
        saved.validate().map_err(|error| refused(error.to_string()))?;
        Ok((saved, rest))
    }

    /// Names of the rules of one's own that it had.
    pub(super) fn rule_names(&self) -> Vec<&str> {
        self.rules.iter().map(|rule| rule.name.as_str()).collect()
    }

    /// Gives rules the states that were saved.
    pub(super) fn restore_rules(&self, rules: &mut [Box<dyn Rule>]) -> Result<()> {
        rules.iter_mut().zip(&self.rules).try_for_each(|(rule, saved)| rule.restore(&saved.state))
    }

    /// Checks that the course finds memory beside its tissue, which is read already.
    pub(super) fn check_memory(&self) -> Result<()> {
        room::check_memory_beside(&self.tissue, &self.protocol, &self.parameters, !self.rules.is_empty())
    }

    /// Checks what belongs to a course beyond its tissue, as a builder does.
    fn validate(&self) -> Result<()> {
        let grid = self.tissue.grid();
        self.parameters.validate()?;
        self.protocol.validate(grid)?;
        let end = self.protocol.end_day() * TICKS_PER_DAY;
        check("tick of the clock", self.clock.tick() as f64, "half hours", 0.0..=end as f64)?;
        // The last day is lived to its end.
        let left = self.protocol.end.in_hours() - self.clock.hours() - 24.0;
        if left > 0.0 {
            self.tissue.skin().validate_span(left)?;
        }
        check("longest step", self.longest_step as f64, "half hours", 1.0..=TICKS_PER_DAY as f64)?;
        check("sampling interval", self.sample_days as f64, "days", 1.0..=LONGEST_DAYS as f64)?;
        for &tick in self.sample_also.iter() {
            check("tick of an extra sample", tick as f64, "half hours", 0.0..=(LONGEST_DAYS * TICKS_PER_DAY) as f64)?;
        }
        let Ledger { deposited, degraded, renewed, lost, cut } = self.ledger;
        let amounts = [deposited, degraded, renewed, lost, cut];
        reading::check_all_computed("amount in the ledger", &amounts, "amount × µm²", -LARGEST_AMOUNT..=LARGEST_AMOUNT)
    }

    /// The course, with all that is made rather than saved.
    pub(super) fn into_simulation(self, threads: Threads) -> Result<Simulation> {
        let regions: Vec<_> = self.regions.into_iter().map(Cow::into_owned).collect();
        let mut simulation = Builder::resumed(self.tissue.into_owned(), &regions, self.window, threads)?;
        simulation.protocol = self.protocol.into_owned();
        simulation.parameters = self.parameters.into_owned();
        simulation.seed = self.seed;
        simulation.clock = self.clock;
        simulation.longest_step = self.longest_step;
        simulation.ledger = self.ledger;
        simulation.arm = self.arm.into_owned();
        simulation.sample_days = self.sample_days;
        simulation.sample_also = self.sample_also.into_owned();
        simulation.histology = self.histology.map(Cow::into_owned);
        simulation.report = self.report.into_owned();
        simulation.report.restore_own(self.own)?;
        simulation.watched.set_start(&simulation.report);
        Ok(simulation)
    }
}
