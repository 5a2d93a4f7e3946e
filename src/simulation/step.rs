//! One step, in the order in which things happen.
use super::changed::check_matrix;
use super::clock::{Step, TICK_HOURS};
use super::workspace::Workspace;
use super::{Progress, Simulation, TICKS_PER_DAY};
use crate::alarm::Alarm;
use crate::engine::{self, first_not_finite};
use crate::error::{Error, Result};
use crate::fibroblast::{self, Outcome};
use crate::grid::Field;
use crate::parameters::Parameters;
use crate::remodeling::{self, Ledger, Shift};
use crate::signal::{Signal, Signals};
use crate::tissue::{Microchannels, Tissue};
use crate::{ground, macrophage};
use std::ops::ControlFlow;

/// Ticks of a step while tissue is inflamed: cells come and go within hours.
const INFLAMED_TICKS: u64 = 2;
/// Ticks of a step while cells only remodel: they move a few µm in that time.
const REMODELING_TICKS: u64 = 6;
/// Inflammation level from which tissue counts as inflamed.
const INFLAMED_LEVEL: f64 = 0.01;

impl Simulation {
    /// Advances the course by one step and samples the days that are sampled.
    ///
    /// A step is an hour while tissue is inflamed, three hours while cells remodel, a day when
    /// nothing signals, and up to four weeks in settled tissue, where only time passes, day by day as long as a crowd of
    /// resting cells thins. Days that are sampled within such a step are looked ahead to and put back, so that sampling
    /// never changes the course.
    /// A value that is no longer finite gives [`Error::NotFinite`], a cell that a rule put outside the field
    /// [`Error::OutsideField`] or gave the identity of another one [`Error::BadIdentity`], a signal or matrix of another
    /// field [`Error::OtherField`], each at the end of the step; a course that has ended gives [`Error::Ended`].
    pub fn step(&mut self) -> Result<()> {
        if self.is_finished() {
            return Err(Error::Ended { end_day: self.end_day() });
        }
        self.check_changed()?;
        self.step_observed(&mut |_| ControlFlow::Continue(())).map(drop)
    }

    /// [`Simulation::step`] with an observer of what is sampled; tells what the observer said last.
    pub(super) fn step_observed(
        &mut self,
        observer: &mut dyn FnMut(&Progress) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>> {
        if let Some(step) = self.quiet_step() {
            return self.pass_quietly(step, observer);
        }
        Ok(if self.act()? { self.sample_observed(observer) } else { ControlFlow::Continue(()) })
    }

    /// Makes steps in which something acts until one of them is to be sampled; tells if one was.
    pub(super) fn act_until_sampled(&mut self) -> Result<bool> {
        while !self.is_finished() && self.quiet_step().is_none() {
            if self.act()? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Makes a step in which something acts; tells if it is to be sampled.
    fn act(&mut self) -> Result<bool> {
        let begun = self.clock.tick();
        self.active_step()?;
        Ok(self.is_sampled_in(begun, self.clock.tick()))
    }

    /// A step in which something acts.
    fn active_step(&mut self) -> Result<()> {
        let threads = self.threads.clone();
        threads.run(|| {
            self.treat();
            let step = self.clock.step(self.ticks_of_step());
            self.inflame(step);
            self.release();
            self.spread_and_remodel(step);
            self.move_fibroblasts(step);
            self.decide_fates(step);
            self.clock.advance(step);
            self.turn_over_matrix();
            self.apply_rules(step);
            self.note_exchanged();
            self.check_finite()?;
            self.check_ruled()
        })
    }

    /// How long the next step is: a function of the state and of the longest step alone.
    fn ticks_of_step(&self) -> u64 {
        let tissue = &self.tissue;
        let ticks = if tissue.is_at_rest(self.parameters.fibroblast.resting_activation) {
            TICKS_PER_DAY
        } else if tissue.signals[Signal::Inflammation].maximum() > INFLAMED_LEVEL || tissue.alarm.was_just_raised() {
            INFLAMED_TICKS
        } else {
            REMODELING_TICKS
        };
        ticks.min(self.longest_step)
    }

    /// Macrophages age, walk, leave and arrive, and clear fibrin, while clot and neutrophils release what is in them.
    fn inflame(&mut self, step: Step) {
        let Self { tissue, parameters, workspace, seed, .. } = self;
        let Tissue { matrix, signals, alarm, macrophages, next_id, .. } = tissue;
        let Workspace { sources, activation, reached, arrivals, .. } = workspace;
        let (keys, rest_level) = ((*seed, step.tick, step.hours()), parameters.signal.rest_level);
        let macrophages = || {
            let (inflammation, parameters) = (&signals[Signal::Inflammation], &parameters.macrophage);
            macrophage::advance(macrophages, matrix.grid(), parameters, keys);
            arrivals.recruit(macrophages, inflammation, (parameters, rest_level), keys, next_id);
            macrophage::clear_fibrin(macrophages, matrix, parameters, step.hours(), reached);
        };
        let clot = || {
            let [tgf_beta, pdgf, inflammation, mmp] = sources.fields_mut();
            Field::fill_all([tgf_beta, pdgf, inflammation, mmp, activation], 0.0);
            alarm.advance(sources, &parameters.injury, rest_level, step.hours());
        };
        engine::both(signals.grid().sites(), macrophages, clot);
    }

    /// What macrophages and fibroblasts release per hour, beside the clot. The activation of the fibroblasts is summed
    /// per area, relative to resting cells.
    fn release(&mut self) {
        let Self { tissue: Tissue { matrix, macrophages, fibroblasts, skin, .. }, parameters, workspace, .. } = self;
        let Workspace { sources, activation, reached, .. } = workspace;
        let first = macrophages.len();
        let place = |agent: usize| match agent.checked_sub(first).map(|cell| &fibroblasts[cell]) {
            Some(cell) => (cell.activation > 0.0).then_some((cell.x, cell.y)),
            None => Some((macrophages[agent].x, macrophages[agent].y)),
        };
        let resting_per_um2 = skin.fibroblasts_per_mm2(matrix.grid()) * 1e-6;
        let amounts = |agents: &[usize], amounts: &mut [[f64; 5]]| {
            // Macrophages come before all fibroblasts.
            let (leading, cells) = agents.split_at(agents.partition_point(|&agent| agent < first));
            let (of_leading, of_cells) = amounts.split_at_mut(leading.len());
            for (amounts, &agent) in of_leading.iter_mut().zip(leading) {
                let [tgf_beta, pdgf, inflammation, mmp] =
                    macrophage::released(&macrophages[agent], &parameters.macrophage);
                *amounts = [tgf_beta, pdgf, inflammation, mmp, 0.0];
            }
            let cells = cells.iter().map(|&agent| &fibroblasts[agent - first]);
            let released = fibroblast::released(cells.clone(), matrix, &parameters.fibroblast);
            for ((amounts, [tgf_beta, pdgf, inflammation, mmp]), cell) in of_cells.iter_mut().zip(released).zip(cells) {
                *amounts = [tgf_beta, pdgf, inflammation, mmp, cell.activation / resting_per_um2];
            }
        };
        let [tgf_beta, pdgf, inflammation, mmp] = sources.fields_mut();
        let fields = [tgf_beta, pdgf, inflammation, mmp, activation];
        Field::release_all(fields, reached, first + fibroblasts.len(), place, amounts);
    }

    /// Signals spread and decay while active fibroblasts lay, turn and cut the fibers under them: within a step
    /// neither sees the other. The epidermis closes; ground substance swells; MMP exposure adds up.
    fn spread_and_remodel(&mut self, step: Step) {
        let Self { tissue, parameters, solver, workspace, .. } = self;
        let Tissue { matrix, signals, ground, openings, mmp_exposure, fibroblasts, skin, .. } = tissue;
        let Workspace { sources, diffusion, activation, reached, felt, .. } = workspace;
        let shift = Shift {
            synthesis: skin.production(&parameters.ageing),
            attachment: skin.attachment(&parameters.ageing),
            fiber_axis: parameters.fiber_axis,
            seed: self.seed,
            tick: step.tick,
            hours: step.hours(),
        };
        let sites = signals.grid().sites();
        let remodel =
            || remodeling::work_again(fibroblasts, matrix, &parameters.fibroblast, &shift, (reached, Some(felt)));
        let spread = || {
            signals.advance_within(sources, solver, &parameters.signal, step.hours(), diffusion);
            let flare_left = Microchannels::mean_flare_left(&parameters.recovery, step.hours());
            let flare = (openings.flare(), parameters.recovery.flare_level * flare_left);
            let inflammation = &signals[Signal::Inflammation];
            ground::advance(ground, (inflammation, flare.0, flare.1), activation, &parameters.matrix, step.hours());
            openings.advance(&parameters.recovery, step.hours());
            let mmp_factor = skin.collagenase(&parameters.ageing);
            let turnover = (&parameters.matrix, parameters.signal.rest_level);
            remodeling::expose(mmp_exposure, signals, turnover, mmp_factor, step.hours());
        };
        let (ledger, ()) = engine::both(sites, remodel, spread);
        self.ledger += ledger;
    }

    /// Fibroblasts respond to TGF-β, turn and move in the frozen matrix.
    fn move_fibroblasts(&mut self, step: Step) {
        let mut cells = std::mem::take(&mut self.tissue.fibroblasts);
        let span = (step.tick, step.ticks, TICK_HOURS);
        let surroundings = self.tissue.surroundings();
        let felt = &self.workspace.felt;
        fibroblast::advance_felt(&mut cells, &surroundings, &self.parameters.fibroblast, span, self.seed, felt);
        self.tissue.fibroblasts = cells;
    }

    /// Fibroblasts divide and die. While their list is made anew, another thread looks over the fields, as is asked for next.
    fn decide_fates(&mut self, step: Step) {
        let Self { tissue, parameters: Parameters { fibroblast: parameters, .. }, workspace, seed, .. } = self;
        let Workspace { crowding, outcomes, mothers, felt, .. } = workspace;
        tissue.count_crowding(parameters, crowding);
        let keys = (*seed, step.tick, step.hours());
        fibroblast::fates_again(&tissue.fibroblasts, crowding, &tissue.signals, parameters, keys, outcomes);
        // What was felt has served: a list that grows does not find it in its way.
        let daughters = outcomes.iter().filter(|(_, outcome)| matches!(outcome, Outcome::Divides(_))).count();
        if tissue.fibroblasts.len() + daughters > tissue.fibroblasts.capacity() {
            felt.make_way();
        }
        let Tissue { signals, alarm, ground, openings, fibroblasts, next_id, .. } = tissue;
        let renew = || fibroblast::apply(fibroblasts, outcomes.iter(), (next_id, mothers));
        let look_over = || _ = first_field_not_finite(signals, alarm, ground, openings);
        engine::both(ground.grid().sites(), renew, look_over);
    }

    /// Once a day: loss, resting synthesis and maturation over the day that ends; all are a day older.
    fn turn_over_matrix(&mut self) {
        if self.clock.begins_day() {
            let first_tick = self.clock.tick() - TICKS_PER_DAY;
            let day = TICKS_PER_DAY as f64 * TICK_HOURS;
            age(&mut self.tissue, &self.parameters, (self.seed, first_tick, day));
        }
    }

    /// Takes into the ledger what turnover exchanged at the sites that were settled.
    pub(super) fn note_exchanged(&mut self) {
        self.ledger += Ledger::of_turnover(self.tissue.matrix.take_exchanged());
    }

    fn apply_rules(&mut self, step: Step) {
        for rule in self.rules.clone() {
            rule(&mut self.tissue, self.clock, step.hours());
        }
    }

    /// Names the first value that is not finite. The matrix is looked at once a day, where it was written.
    pub(super) fn check_finite(&self) -> Result<()> {
        let tissue = &self.tissue;
        let check = |field, first: Option<(usize, f64)>| match first {
            Some((index, value)) => Err(Error::NotFinite { field, index, value, hours: self.clock.hours() }),
            None => Ok(()),
        };
        let Tissue { signals, alarm, ground, openings, .. } = tissue;
        first_field_not_finite(signals, alarm, ground, openings)
            .map_or(Ok(()), |(field, first)| check(field, Some(first)))?;
        let (fibroblasts, macrophages) = (&tissue.fibroblasts, &tissue.macrophages);
        let sum = |index: usize| {
            let cell = &fibroblasts[index];
            cell.x + cell.y + cell.heading + cell.activation + cell.contraction
        };
        check("a fibroblast", first_not_finite(fibroblasts.len(), sum))?;
        let sum = |index: usize| macrophages[index].x + macrophages[index].y + macrophages[index].age;
        check("a macrophage", first_not_finite(macrophages.len(), sum))?;
        if self.clock.begins_day() {
            check_matrix(tissue, self.clock)?;
        }
        Ok(())
    }
}

/// The first value of a field that is not finite, its site and its field. Only fields that were written since they were last
/// asked are gone over.
fn first_field_not_finite(
    signals: &Signals,
    alarm: &Alarm,
    ground: &Field,
    openings: &Microchannels,
) -> Option<(&'static str, (usize, f64))> {
    let fields = [
        ("TGF-β", &signals[Signal::TgfBeta]),
        ("PDGF", &signals[Signal::Pdgf]),
        ("inflammation", &signals[Signal::Inflammation]),
        ("MMP", &signals[Signal::Mmp]),
        ("platelets", &alarm.platelets),
        ("called neutrophils", &alarm.called),
        ("neutrophils", &alarm.neutrophils),
        ("ground substance", ground),
        ("flare", openings.flare()),
    ];
    engine::find_first_among(ground.grid().sites(), &fields, |(name, field)| Some((*name, field.first_not_finite()?)))
}

/// Turnover of the matrix and ageing of the skin and its cells over `hours` that began at a tick.
pub(super) fn age(tissue: &mut Tissue, parameters: &Parameters, keys: (u64, u64, f64)) {
    let upkeep = tissue.skin.upkeep(&parameters.ageing, &parameters.matrix);
    let lost = tissue.skin.cell_loss_rate(&parameters.ageing);
    let (exposure, hours) = (&tissue.mmp_exposure, keys.2);
    remodeling::turn_over_lazily(&mut tissue.matrix, exposure, &parameters.matrix, upkeep, hours);
    if tissue.mmp_exposure.maximum() != 0.0 {
        tissue.mmp_exposure.values_mut().fill(0.0);
    }
    fibroblast::grow_older(&mut tissue.fibroblasts, lost, keys);
    tissue.skin.grow_older(&parameters.ageing, &parameters.matrix, hours);
}
