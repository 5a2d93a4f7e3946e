//! One step, in the order in which things happen.
use super::clock::{Step, TICK_HOURS};
use super::{Simulation, TICKS_PER_DAY};
use crate::error::{Error, Result};
use crate::fibroblast::{self, Crowding};
use crate::remodeling::{self, Shift};
use crate::signal::{Signal, Signals};
use crate::treatment::{injure, punctures};
use crate::{ground, macrophage};

/// Ticks of a step while tissue is inflamed: cells come and go within hours.
const INFLAMED_TICKS: u64 = 2;
/// Ticks of a step while cells only remodel: they move a few µm in that time.
const REMODELING_TICKS: u64 = 6;
/// Inflammation level from which tissue counts as inflamed.
const INFLAMED_LEVEL: f64 = 0.01;

impl Simulation {
    /// Advances the course by one step and samples if the day is one that is sampled.
    ///
    /// A step is an hour while tissue is inflamed, three hours while cells remodel, a day at rest.
    /// A value that is no longer finite gives [`Error::NotFinite`].
    pub fn step(&mut self) -> Result<()> {
        let threads = self.threads.clone();
        threads.run(|| {
            self.treat();
            let step = self.clock.step(self.ticks_of_step());
            self.inflame(step);
            self.spread_signals(step);
            self.remodel(step);
            self.move_fibroblasts(step);
            self.decide_fates(step);
            self.clock.advance(step);
            self.turn_over_matrix();
            self.apply_rules(step);
            self.check_finite()?;
            if self.is_sampled() {
                self.sample();
            }
            Ok(())
        })
    }

    /// How long the next step is: a function of the state alone.
    fn ticks_of_step(&self) -> u64 {
        let tissue = &self.tissue;
        if tissue.is_at_rest(self.parameters.fibroblast.resting_activation) {
            TICKS_PER_DAY
        } else if tissue.signals[Signal::Inflammation].maximum() > INFLAMED_LEVEL || tissue.alarm.was_just_raised() {
            INFLAMED_TICKS
        } else {
            REMODELING_TICKS
        }
    }

    /// Sessions that are due: needles open channels.
    fn treat(&mut self) {
        for index in self.sessions_now().collect::<Vec<_>>() {
            let holes = punctures(&self.protocol.sessions[index], index, self.tissue.grid(), self.seed);
            injure(&mut self.tissue, &holes, &self.parameters.injury, (self.seed, self.clock.tick()));
        }
    }

    /// Macrophages age, walk, leave and arrive, and clear fibrin.
    fn inflame(&mut self, step: Step) {
        let (tissue, parameters) = (&mut self.tissue, &self.parameters.macrophage);
        let keys = (self.seed, step.tick, step.hours());
        let grid = *tissue.matrix.grid();
        macrophage::advance(&mut tissue.macrophages, &grid, parameters, keys);
        let inflammation = &tissue.signals[Signal::Inflammation];
        let rest_level = self.parameters.signal.rest_level;
        tissue.macrophages.extend(macrophage::recruit(inflammation, parameters, rest_level, keys, &mut tissue.next_id));
        macrophage::clear_fibrin(&tissue.macrophages, &grid, tissue.matrix.sites_mut(), parameters, step.hours());
    }

    /// Cells release; signals spread and decay; ground substance swells; MMP exposure adds up.
    fn spread_signals(&mut self, step: Step) {
        let (tissue, parameters) = (&mut self.tissue, &self.parameters);
        let mut sources = Signals::at_rest(*tissue.signals.grid());
        let rest_level = parameters.signal.rest_level;
        tissue.alarm.advance(&mut sources, &parameters.injury, rest_level, step.hours());
        macrophage::release(&tissue.macrophages, &mut sources, &parameters.macrophage);
        fibroblast::release(&tissue.fibroblasts, &tissue.surroundings(), &mut sources, &parameters.fibroblast);
        tissue.signals.advance(&sources, &self.solver, &parameters.signal, step.hours());
        let inflammation = &tissue.signals[Signal::Inflammation];
        let resting_per_um2 = tissue.skin.fibroblasts_per_mm2(tissue.matrix.grid()) * 1e-6;
        ground::advance(
            &mut tissue.ground,
            inflammation,
            &tissue.fibroblasts,
            resting_per_um2,
            &parameters.matrix,
            step.hours(),
        );
        let mmp_factor = tissue.skin.mmp_factor;
        remodeling::expose(&mut tissue.mmp_exposure, &tissue.signals, &parameters.matrix, mmp_factor, step.hours());
    }

    /// Active fibroblasts lay, turn and cut the fibers under them.
    fn remodel(&mut self, step: Step) {
        let tissue = &mut self.tissue;
        let shift = Shift {
            synthesis: tissue.skin.synthesis,
            fiber_axis: self.parameters.fiber_axis,
            seed: self.seed,
            tick: step.tick,
            hours: step.hours(),
        };
        let grid = *tissue.matrix.grid();
        remodeling::work(&tissue.fibroblasts, &grid, tissue.matrix.sites_mut(), &self.parameters.fibroblast, &shift);
    }

    /// Fibroblasts respond to TGF-β, turn and move in the frozen matrix.
    fn move_fibroblasts(&mut self, step: Step) {
        let mut cells = std::mem::take(&mut self.tissue.fibroblasts);
        let draw = fibroblast::keyed_draw(self.seed);
        let span = (step.tick, step.ticks, TICK_HOURS);
        fibroblast::advance(&mut cells, &self.tissue.surroundings(), &self.parameters.fibroblast, span, draw);
        self.tissue.fibroblasts = cells;
    }

    /// Fibroblasts divide and die.
    fn decide_fates(&mut self, step: Step) {
        let (tissue, parameters) = (&mut self.tissue, &self.parameters.fibroblast);
        let crowding = Crowding::new(
            &tissue.fibroblasts,
            tissue.matrix.grid(),
            tissue.skin.fibroblasts_per_mm2(tissue.matrix.grid()),
        );
        let keys = (self.seed, step.tick, step.hours());
        let outcomes = fibroblast::fates(&tissue.fibroblasts, &crowding, &tissue.signals, parameters, keys);
        fibroblast::apply(&mut tissue.fibroblasts, &outcomes, &mut tissue.next_id);
    }

    /// Once a day: loss, resting synthesis and maturation over the day that ends.
    fn turn_over_matrix(&mut self) {
        if self.clock.begins_day() {
            let (tissue, hours) = (&mut self.tissue, TICKS_PER_DAY as f64 * TICK_HOURS);
            let (columns, synthesis) = (tissue.matrix.grid().columns(), tissue.skin.synthesis);
            remodeling::turn_over(
                tissue.matrix.sites_mut(),
                columns,
                &tissue.mmp_exposure,
                &self.parameters.matrix,
                synthesis,
                hours,
            );
            tissue.mmp_exposure.values_mut().fill(0.0);
        }
    }

    fn apply_rules(&mut self, step: Step) {
        for rule in self.rules.clone() {
            rule(&mut self.tissue, self.clock, step.hours());
        }
    }

    /// Names the first value that is not finite. The matrix is looked at once a day.
    fn check_finite(&self) -> Result<()> {
        let tissue = &self.tissue;
        let found = |field, first: Option<(usize, f64)>| match first {
            Some((index, value)) => Err(Error::NotFinite { field, index, value, hours: self.clock.hours() }),
            None => Ok(()),
        };
        let first = |values: &mut dyn Iterator<Item = f64>| values.enumerate().find(|(_, value)| !value.is_finite());
        let signals =
            ["TGF-β", "PDGF", "inflammation", "MMP"].into_iter().zip(Signal::ALL.map(|signal| &tissue.signals[signal]));
        let others = [
            ("platelets", &tissue.alarm.platelets),
            ("called neutrophils", &tissue.alarm.called),
            ("neutrophils", &tissue.alarm.neutrophils),
            ("ground substance", &tissue.ground),
        ];
        for (name, field) in signals.chain(others) {
            found(name, first(&mut field.values().iter().copied()))?;
        }
        let cells = tissue.fibroblasts.iter();
        found(
            "a fibroblast",
            first(&mut cells.map(|cell| cell.x + cell.y + cell.heading + cell.activation + cell.contraction)),
        )?;
        found("a macrophage", first(&mut tissue.macrophages.iter().map(|cell| cell.x + cell.y + cell.age)))?;
        if self.clock.begins_day() {
            let sums = tissue.matrix.sites().iter().map(|site| {
                let collagen = site.collagen();
                collagen.density + collagen.c2 + collagen.s2 + collagen.c4 + collagen.s4 + site.fibrin + site.elastin
            });
            found("the matrix", first(&mut { sums }))?;
        }
        Ok(())
    }
}
