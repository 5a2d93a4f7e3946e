//! When the rules of one's own are applied, and that nothing is missed.
use super::processes::Step;
use super::rule::{Phase, Rule, RuleContext, seed_of, tick_at_or_after};
use super::workspace::Workspace;
use super::{Clock, Simulation, TICKS_PER_DAY};
use crate::error::{Error, Result};
use crate::random::StepKey;
use crate::signals::Sources;
use crate::treatment::Dose;
use std::ops::Range;

/// Whether a rule is applied in the step that begins now, and how much of it is given.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Due {
    Now { dose: f64 },
    Later,
}

/// Ticks in which a dose acts: one at least.
fn ticks_of(dose: &Dose) -> Range<u64> {
    let start = tick_at_or_after(dose.start);
    start..tick_at_or_after(dose.end()).max(start + 1)
}

impl Simulation {
    /// Applies the rules of a phase that are due in a step. Gives the first error of one of them, which does not end the step:
    /// sessions that were given in it are not to be given again. A broken tissue does, before the model works on it.
    pub(super) fn apply_rules(&mut self, phase: Phase, step: &Step) -> Result<Option<Error>> {
        if self.rules.is_empty() || (phase == Phase::Daily && !self.clock.begins_day()) {
            return Ok(None);
        }
        let mut rules = std::mem::take(&mut self.rules);
        let of_phase = rules.iter_mut().filter(|rule| rule.phase() == phase);
        let applied: Vec<_> = of_phase.filter_map(|rule| self.apply_if_due(rule.as_mut(), step)).collect();
        self.rules = rules;
        if !applied.is_empty() && matches!(phase, Phase::BeforeSignals | Phase::BeforeCells) {
            self.check_finite()?;
            self.check_ruled()?;
        }
        Ok(applied.into_iter().find_map(Result::err))
    }

    fn apply_if_due(&mut self, rule: &mut dyn Rule, step: &Step) -> Option<Result<()>> {
        let begun = if rule.phase() == Phase::Daily { self.clock.tick() - TICKS_PER_DAY } else { step.key.tick };
        let until = if rule.phase() == Phase::Daily { self.clock.tick() } else { begun + 1 };
        let Due::Now { dose } = self.due(rule, begun..until) else { return None };
        let (rates, attractants) = (self.parameters.clone(), self.workspace.attractants.len());
        let applied = self.apply_rule(rule, dose, step.key).and_then(|()| self.check_context(rule.phase()));
        if applied.is_err() {
            // What is refused does not act.
            self.parameters = rates;
            self.workspace.sources = Sources::none(*self.workspace.activation.grid());
            self.workspace.attractants.truncate(attractants);
        }
        Some(applied)
    }

    fn apply_rule(&mut self, rule: &mut dyn Rule, dose: f64, step: StepKey) -> Result<()> {
        let key = StepKey { seed: seed_of(rule, self.seed), ..step };
        let Workspace { sources, attractants, .. } = &mut self.workspace;
        let (clock, hours) = (self.clock, step.hours);
        let (tissue, rates) = (&mut self.tissue, &mut self.parameters);
        rule.apply(&mut RuleContext { tissue, sources, rates, attractants, clock, hours, dose, key })
    }

    /// Whether a rule is due within some ticks: at the one at which a step begins, or in the whole day.
    fn due(&self, rule: &dyn Rule, within: Range<u64>) -> Due {
        let mut doses = self.doses_of(rule).peekable();
        if doses.peek().is_some() {
            let acting = doses.filter(|dose| ticks_of(dose).start < within.end && ticks_of(dose).end > within.start);
            let amounts: Vec<f64> = acting.map(|dose| dose.amount).collect();
            return if amounts.is_empty() { Due::Later } else { Due::Now { dose: amounts.iter().sum() } };
        }
        let next = rule.next_event(Clock::at(within.start));
        let is_due = next.is_some_and(|time| tick_at_or_after(time) < within.end);
        if is_due { Due::Now { dose: 0.0 } } else { Due::Later }
    }

    fn doses_of<'a>(&'a self, rule: &'a dyn Rule) -> impl Iterator<Item = &'a Dose> {
        self.protocol.doses.iter().filter(|dose| dose.of == rule.name())
    }

    /// The first tick after the present one at which a rule becomes due, or ceases to be; the present one if one is due now.
    pub(super) fn next_rule_tick(&self) -> Option<u64> {
        self.rules.iter().filter_map(|rule| self.next_tick_of(rule.as_ref())).min()
    }

    fn next_tick_of(&self, rule: &dyn Rule) -> Option<u64> {
        let now = self.clock.tick();
        if let Due::Now { .. } = self.due(rule, now..now + 1) {
            return Some(now);
        }
        if self.doses_of(rule).next().is_some() {
            return self.doses_of(rule).map(|dose| ticks_of(dose).start).filter(|&start| start > now).min();
        }
        rule.next_event(self.clock).map(tick_at_or_after)
    }

    /// The first tick after the present one at which a rule without doses has an event. One that is due now is asked for
    /// what comes half an hour on, and has no event if it is due then as well: it is applied in every step.
    pub(super) fn next_event_tick(&self) -> Option<u64> {
        let now = self.clock.tick();
        let event_at = |rule: &dyn Rule, tick| rule.next_event(Clock::at(tick)).map(tick_at_or_after);
        let after = |rule: &dyn Rule, tick| event_at(rule, tick).filter(|&event| event > tick);
        let rules = self.rules.iter().map(AsRef::as_ref).filter(|rule| self.doses_of(*rule).next().is_none());
        rules.filter_map(|rule| after(rule, now).or_else(|| after(rule, now + 1))).min()
    }

    /// The first tick after the present one at which the doses that act change.
    pub(super) fn next_dose_tick(&self) -> Option<u64> {
        let ends = self.protocol.doses.iter().flat_map(|dose| [ticks_of(dose).start, ticks_of(dose).end]);
        ends.filter(|&end| end > self.clock.tick()).min()
    }

    /// Refuses two rules of one name, and doses that no rule takes.
    pub(super) fn check_rules(&self) -> Result<()> {
        for (index, rule) in self.rules.iter().enumerate() {
            if self.rules[..index].iter().any(|other| other.name() == rule.name()) {
                return Err(Error::DuplicateRule { name: rule.name().into() });
            }
        }
        let has_rule = |dose: &&Dose| self.rules.iter().any(|rule| rule.name() == dose.of);
        match self.protocol.doses.iter().find(|dose| !has_rule(dose)) {
            Some(dose) => Err(Error::DoseWithoutRule { name: dose.of.clone() }),
            None => Ok(()),
        }
    }
}
