//! A step in which only time passes, and what is evaluated within it and rolled back; or in which cells also leave where they
//! are crowded.
use super::processes::Kind;
use super::run::Watch;
use super::{Simulation, TICKS_PER_DAY};
use crate::cells::fibroblast::Fibroblast;
use crate::error::Result;
use crate::grid::Field;
use crate::matrix::{Matrix, Spans};
use crate::mechanics::Mechanics;
use crate::remodeling::Ledger;
use crate::tissue::Skin;
use std::ops::ControlFlow;

/// Longest step of settled tissue, in days: a thousandth of the time constants of ageing.
const QUIET_DAYS: u64 = 28;
/// Longest step in which slow activity goes on, in days: a tenth of its time constant.
const SLOW_DAYS: u64 = 7;

impl Simulation {
    /// Ticks of the next step if nothing acts in it: to the end of a span of four weeks (of one, as long as slow activity or the
    /// thickness goes on), the next
    /// session, the day of the next event of a rule of the user's own, or the end of the protocol.
    pub(crate) fn quiet_ticks(&mut self) -> Option<u64> {
        let tick = self.clock.tick();
        let settled = || self.tissue.is_settled(&self.parameters.fibroblast);
        // Whole days, as turnover has them.
        let event = self.next_rule_tick().map(|event| event / TICKS_PER_DAY * TICKS_PER_DAY);
        let is_due = event.is_some_and(|event| event <= tick) || self.sessions_at(tick).next().is_some();
        if !self.clock.begins_day() || is_due || !settled() {
            return None;
        }
        // Crowds leave, and what is slow goes on, in the steps that the course is computed in.
        let is_relaxed = self.tissue.is_relaxed();
        if self.longest_step < SLOW_DAYS * TICKS_PER_DAY && !is_relaxed {
            return None;
        }
        if self.longest_step < TICKS_PER_DAY && self.is_crowded() {
            return None;
        }
        let sessions = self.protocol.sessions.iter().map(|session| session.day() * TICKS_PER_DAY);
        let span = if is_relaxed { QUIET_DAYS } else { SLOW_DAYS } * TICKS_PER_DAY;
        let ends = sessions.chain(event).chain([self.end_tick(), (tick / span + 1) * span]);
        ends.filter(|&end| end > tick).min().map(|end| end - tick)
    }

    /// Makes a step in which nothing acts.
    pub(super) fn pass_quietly(&mut self, ticks: u64, watch: &mut Watch) -> Result<ControlFlow<()>> {
        if self.is_crowded() {
            return self.pass_daily(ticks, watch);
        }
        let kind = if self.tissue.is_relaxed() { Kind::Settled } else { Kind::Slow };
        self.pass_at_once(ticks, kind, watch)
    }

    /// Whether somewhere are more cells than are tolerated; counts them, and lists them.
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
    /// in which something acts. Ends early once nothing is crowded, after a day when something is due, and at a sampled day at
    /// which the observer asks to stop.
    fn pass_daily(&mut self, ticks: u64, watch: &mut Watch) -> Result<ControlFlow<()>> {
        let (threads, end) = (self.threads.clone(), self.clock.tick() + ticks);
        let (mut wish, mut is_crowded, mut is_due) = (ControlFlow::Continue(()), true, false);
        while wish.is_continue() && self.clock.tick() < end && is_crowded && !is_due {
            let (begun, cells) = (self.clock.tick(), self.tissue.fibroblasts.len());
            let day = self.step_of(TICKS_PER_DAY, Kind::Crowded);
            threads.run(|| self.run_processes(&day))?;
            self.record_exchanged();
            // No cell is born or moves where nothing acts: crowds stay what they are until a cell leaves.
            if self.tissue.fibroblasts.len() < cells {
                is_crowded = self.is_crowded();
            }
            if self.is_sampled_in(begun, self.clock.tick()) {
                wish = self.sample_observed(watch);
            }
            is_due = (watch.is_due)();
        }
        threads.run(|| self.check_finite())?;
        Ok(wish)
    }

    /// Lets time pass in one step. Days that are sampled within it are evaluated, then rolled back.
    fn pass_at_once(&mut self, ticks: u64, kind: Kind, watch: &mut Watch) -> Result<ControlFlow<()>> {
        let (threads, begun) = (self.threads.clone(), self.clock);
        // Done before anything is evaluated, so that no evaluation writes sites.
        threads.run(|| self.tissue.matrix.make_room());
        let mut wish = ControlFlow::Continue(());
        let within = begun.tick() + 1..begun.tick() + ticks;
        for tick in within.filter(|&tick| self.is_sampled_at(tick)).collect::<Vec<_>>() {
            let (present, part) = (Present::of(self, kind), self.step_of(tick - begun.tick(), kind));
            threads.run(|| self.run_processes(&part))?;
            wish = self.show(wish, watch);
            present.roll_back(self);
            self.clock = begun;
        }
        let whole = self.step_of(ticks, kind);
        threads.run(|| self.run_processes(&whole))?;
        self.record_exchanged();
        threads.run(|| self.check_finite())?;
        Ok(if self.is_sampled_at(self.clock.tick()) { self.show(wish, watch) } else { wish })
    }

    /// Samples. An observer that asked to stop is not asked again; the step goes to its end all the same.
    fn show(&mut self, wish: ControlFlow<()>, watch: &mut Watch) -> ControlFlow<()> {
        if wish.is_continue() {
            return self.sample_observed(watch);
        }
        self.sample_on_threads();
        wish
    }
}

/// All of a tissue at rest that changes when only time passes: of the matrix only its spans, since sites turn over when they
/// are flushed; but all of it while slow activity goes on.
struct Present {
    matrix: Kept,
    mechanics: Mechanics,
    ledger: Ledger,
    fibroblasts: Vec<Fibroblast>,
    ground: Field,
    skin: Skin,
}

/// What is kept of a matrix.
enum Kept {
    Spans(Spans),
    Whole(Box<Matrix>),
}

impl Present {
    fn of(simulation: &Simulation, kind: Kind) -> Self {
        let tissue = &simulation.tissue;
        let spans = || Kept::Spans(tissue.matrix.spans().clone());
        Self {
            matrix: if kind == Kind::Slow { Kept::Whole(Box::new(tissue.matrix.clone())) } else { spans() },
            mechanics: tissue.mechanics.clone(),
            ledger: simulation.ledger,
            fibroblasts: tissue.fibroblasts.clone(),
            ground: tissue.ground.clone(),
            skin: tissue.skin.clone(),
        }
    }

    fn roll_back(self, simulation: &mut Simulation) {
        let tissue = &mut simulation.tissue;
        match self.matrix {
            Kept::Spans(spans) => tissue.matrix.roll_back(spans),
            Kept::Whole(matrix) => tissue.matrix = *matrix,
        }
        tissue.mechanics = self.mechanics;
        simulation.ledger = self.ledger;
        tissue.fibroblasts = self.fibroblasts;
        tissue.ground = self.ground;
        tissue.skin = self.skin;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mechanics::Mechanics;
    use crate::simulation::after_step;
    use crate::tissue::Tissue;
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

    /// Defends: a day of a crowd in which nothing acts has the bits of a step in which every cell and signal is advanced,
    /// as where a user's rule acts every day.
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
            // Strain and filling are found anew when a day begins in which something acts.
            simulation.tissue.mechanics = Mechanics::at_rest(simulation.tissue.grid());
            ((simulation.state_digest(), simulation.ledger()), days_at_once, left)
        };
        // Draws in water on all days, or only on the first ones as far as can be told; so few that on some days none leaves.
        for (more, activation) in [(usize::MAX, 0.01), (usize::MAX, 2e-18), (20, 0.0)] {
            let mut tissue = crowded(more, activation);
            tissue.ground.values_mut()[7] = 1.5;
            let (quiet, at_once, left) = course(Simulation::builder(tissue.clone()));
            let (active, of_each, _) = course(Simulation::builder(tissue).rule(after_step("idle", |_, _, _| ())));
            assert_eq!(quiet, active);
            assert_eq!((at_once, of_each), (DAYS, 1.0));
            assert!(more == usize::MAX || left < DAYS as usize, "{left}");
        }
    }
}
