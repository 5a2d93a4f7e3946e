//! A step in which only time passes, and looking ahead within it; or in which cells also leave where they are crowded.
use super::clock::{Clock, Step, TICK_HOURS};
use super::step::age;
use super::workspace::Workspace;
use super::{Progress, Simulation, TICKS_PER_DAY};
use crate::error::Result;
use crate::fibroblast::{self, Fibroblast};
use crate::grid::Field;
use crate::ground;
use crate::matrix::Spans;
use crate::parameters::Parameters;
use crate::signals::Signal;
use crate::tissue::{Skin, Tissue};
use std::ops::ControlFlow;

/// Longest step of settled tissue, in days: a thousandth of the time constants of ageing.
const QUIET_DAYS: u64 = 28;

impl Simulation {
    /// The next step if nothing acts in it: to the end of a span of four weeks, the next
    /// session or the end of the protocol. Rules of the user's own see every day.
    pub(super) fn quiet_step(&mut self) -> Option<Step> {
        let tick = self.clock.tick();
        let settled = || self.tissue.is_settled(&self.parameters.fibroblast);
        if !self.clock.begins_day() || !self.rules.is_empty() || self.sessions_at(tick).next().is_some() || !settled() {
            return None;
        }
        // Crowds leave in the steps that the course is computed in.
        if self.longest_step < TICKS_PER_DAY && self.is_crowded() {
            return None;
        }
        let sessions = self.protocol.sessions.iter().map(|session| session.day() * TICKS_PER_DAY);
        let span = QUIET_DAYS * TICKS_PER_DAY;
        let ends = sessions.chain([self.end_tick(), (tick / span + 1) * span]);
        let end = ends.filter(|&end| end > tick).min()?;
        Some(Step { tick, ticks: end - tick })
    }

    /// Makes a step in which nothing acts.
    pub(super) fn pass_quietly(
        &mut self,
        step: Step,
        observer: &mut dyn FnMut(&Progress) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>> {
        if self.is_crowded() { self.pass_daily(step, observer) } else { self.pass_at_once(step, observer) }
    }

    /// Whether somewhere are more cells than are tolerated; counts them, and notes which they are.
    fn is_crowded(&mut self) -> bool {
        let Self { tissue, parameters, workspace, threads, .. } = self;
        let (parameters, crowding) = (&parameters.fibroblast, &mut workspace.crowding);
        threads.run(|| tissue.count_crowding(parameters, crowding));
        let is_crowded = crowding.maximum() > parameters.tolerated_excess;
        if is_crowded {
            let cells = tissue.fibroblasts.iter().enumerate();
            let of_crowds = cells.filter(|(_, cell)| crowding.at(cell.x, cell.y) > parameters.tolerated_excess);
            workspace.crowded.clear();
            workspace.crowded.extend(of_crowds.map(|(index, _)| index));
        }
        is_crowded
    }

    /// Lets time pass day by day while cells leave where they are crowded, as somewhere they are. A day has the bits of one
    /// in which something acts; what finds nothing to act on is left out. Ends early once nothing is crowded, and at a
    /// sampled day at which the observer asks to stop.
    fn pass_daily(
        &mut self,
        step: Step,
        observer: &mut dyn FnMut(&Progress) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>> {
        let (threads, end) = (self.threads.clone(), step.tick + step.ticks);
        let (mut wish, mut is_crowded) = (ControlFlow::Continue(()), true);
        while wish.is_continue() && self.clock.tick() < end && is_crowded {
            let (begun, cells) = (self.clock.tick(), self.tissue.fibroblasts.len());
            threads.run(|| self.pass_day());
            // Nobody is born or moves where nothing acts: crowds stay what they are until somebody leaves.
            if self.tissue.fibroblasts.len() < cells {
                is_crowded = self.is_crowded();
            }
            if self.is_sampled_in(begun, self.clock.tick()) {
                wish = self.sample_observed(observer);
            }
        }
        threads.run(|| self.check_finite())?;
        Ok(wish)
    }

    /// One day of crowded tissue in which nothing acts; the crowds are known.
    fn pass_day(&mut self) {
        let day = self.clock.step(TICKS_PER_DAY);
        let keys = (self.seed, day.tick, day.hours());
        self.swell(day.hours());
        let (tissue, parameters) = (&mut self.tissue, &self.parameters.fibroblast);
        fibroblast::rest(&mut tissue.fibroblasts, parameters, day.hours());
        let Workspace { crowding, crowded, outcomes, mothers, .. } = &mut self.workspace;
        fibroblast::fates_of_crowded(&tissue.fibroblasts, crowded, crowding, parameters, keys, outcomes);
        fibroblast::apply(&mut tissue.fibroblasts, outcomes.iter(), (&mut tissue.next_id, mothers));
        self.clock.advance(day);
        age(&mut self.tissue, &self.parameters, keys);
        self.note_exchanged();
    }

    /// The ground substance while cells calm down: even those at rest draw in some water, until it is too little to be told
    /// from none.
    fn swell(&mut self, hours: f64) {
        let (tissue, parameters) = (&mut self.tissue, &self.parameters.matrix);
        let resting_per_um2 = tissue.skin.fibroblasts_per_mm2(tissue.matrix.grid()) * 1e-6;
        // Nothing else moves it in settled tissue. As if all cells released at one site; twice that, for round-off.
        let most = 2.0 * tissue.fibroblasts.iter().map(|cell| cell.activation).sum::<f64>()
            / (resting_per_um2 * tissue.ground.grid().site_area());
        if ground::is_unmoved_by(most, parameters) {
            return ground::settle(&mut tissue.ground, parameters, hours);
        }
        let activation = &mut self.workspace.activation;
        activation.values_mut().fill(0.0);
        let awake = tissue.fibroblasts.iter().filter(|cell| cell.activation > 0.0);
        activation.release_in_order(awake.map(|cell| ((cell.x, cell.y), cell.activation / resting_per_um2)));
        let called_in = (&tissue.signals[Signal::Inflammation], tissue.openings.flare(), 0.0);
        ground::advance(&mut tissue.ground, called_in, activation, parameters, hours);
    }

    /// Lets time pass in one step. Days that are sampled within it are foreseen and put back.
    fn pass_at_once(
        &mut self,
        step: Step,
        observer: &mut dyn FnMut(&Progress) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>> {
        let threads = self.threads.clone();
        // Done before anything is foreseen, so that no look ahead settles sites.
        threads.run(|| self.tissue.matrix.make_room());
        let mut wish = ControlFlow::Continue(());
        for tick in (step.tick + 1..step.tick + step.ticks).filter(|&tick| self.is_sampled_at(tick)).collect::<Vec<_>>()
        {
            let hours = (tick - step.tick) as f64 * TICK_HOURS;
            let (present, clock) = (Present::of(&self.tissue), self.clock);
            threads.run(|| pass_time(&mut self.tissue, &self.parameters, (self.seed, step.tick, hours)));
            self.clock = Clock::at(tick);
            wish = self.show(wish, observer);
            present.put_back(&mut self.tissue);
            self.clock = clock;
        }
        let keys = (self.seed, step.tick, step.hours());
        threads.run(|| pass_time(&mut self.tissue, &self.parameters, keys));
        self.note_exchanged();
        self.clock.advance(step);
        threads.run(|| self.check_finite())?;
        Ok(if self.is_sampled_at(self.clock.tick()) { self.show(wish, observer) } else { wish })
    }

    /// Samples. An observer that asked to stop is not asked again; the step goes to its end all the same.
    fn show(
        &mut self,
        wish: ControlFlow<()>,
        observer: &mut dyn FnMut(&Progress) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        if wish.is_continue() {
            return self.sample_observed(observer);
        }
        let _ = self.sample_observed(&mut |_| ControlFlow::Continue(()));
        wish
    }
}

/// All of a settled tissue that changes when only time passes: not its sites, which turn over when they are touched.
struct Present {
    spans: Spans,
    fibroblasts: Vec<Fibroblast>,
    ground: Field,
    skin: Skin,
}

impl Present {
    fn of(tissue: &Tissue) -> Self {
        Self {
            spans: tissue.matrix.spans().clone(),
            fibroblasts: tissue.fibroblasts.clone(),
            ground: tissue.ground.clone(),
            skin: tissue.skin.clone(),
        }
    }

    fn put_back(self, tissue: &mut Tissue) {
        tissue.matrix.put_back(self.spans);
        tissue.fibroblasts = self.fibroblasts;
        tissue.ground = self.ground;
        tissue.skin = self.skin;
    }
}

/// Only time passes: cells forget, what swelled goes back, the matrix turns over, skin ages.
fn pass_time(tissue: &mut Tissue, parameters: &Parameters, keys: (u64, u64, f64)) {
    fibroblast::rest(&mut tissue.fibroblasts, &parameters.fibroblast, keys.2);
    ground::settle(&mut tissue.ground, &parameters.matrix, keys.2);
    age(tissue, parameters, keys);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Grid, Length, Protocol, Time};

    /// Resting skin with so many cells more, calming down from an activation.
    fn crowded(more: usize, activation: f64) -> Tissue {
        let side = Length::millimeters(1.0);
        let grid = Grid::new(side, side, Length::micrometers(10.0)).unwrap();
        let mut tissue = Tissue::new(grid, &Skin::young()).unwrap();
        let more = tissue.fibroblasts.iter().zip(tissue.next_id..).take(more);
        let more: Vec<_> = more.map(|(cell, id)| Fibroblast { id, ..*cell }).collect();
        tissue.next_id += more.len() as u64;
        tissue.fibroblasts.extend(more);
        tissue.fibroblasts.iter_mut().for_each(|cell| cell.activation = activation);
        tissue
    }

    /// Defends: a day of a crowd in which nothing acts has the bits of a step in which everything is asked whether it acts,
    /// as it is where a user's rule looks at every day.
    #[test]
    fn days_of_crowds_have_the_bits_of_active_ones() {
        const DAYS: f64 = 20.0;
        let course = |builder: crate::simulation::Builder| {
            let mut simulation = builder.protocol(Protocol::untreated(Time::days(DAYS))).seed(3).build().unwrap();
            let cells = simulation.tissue.fibroblasts.len();
            simulation.step().unwrap();
            let days_at_once = simulation.clock.days();
            simulation.run().unwrap();
            let left = cells - simulation.tissue.fibroblasts.len();
            assert!(left > 0 && simulation.is_crowded());
            ((simulation.state_digest(), simulation.ledger()), days_at_once, left)
        };
        // Draws in water on all days, or only on the first ones as far as can be told; so few that on some days none leaves.
        for (more, activation) in [(usize::MAX, 0.01), (usize::MAX, 2e-18), (20, 0.0)] {
            let mut tissue = crowded(more, activation);
            tissue.ground.values_mut()[7] = 1.5;
            let (quiet, at_once, left) = course(Simulation::builder(tissue.clone()));
            let (active, of_each, _) = course(Simulation::builder(tissue).rule(|_, _, _| ()));
            assert_eq!(quiet, active);
            assert_eq!((at_once, of_each), (DAYS, 1.0));
            assert!(more == usize::MAX || left < DAYS as usize, "{left}");
        }
    }
}
