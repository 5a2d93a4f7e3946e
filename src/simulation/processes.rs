//! What happens in a step: the table of processes, in order, and each of them.
use super::rule::Phase;
use super::workspace::Workspace;
use super::{Simulation, TICK_HOURS, TICKS_PER_DAY};
use crate::cells::fibroblast::{self, Surroundings, Turns};
use crate::cells::macrophage::{self, Inflammation};
use crate::engine;
use crate::error::{Error, Result};
use crate::ground::{self, GroundSources};
use crate::mechanics::Movement;
use crate::random::StepKey;
use crate::remodeling::{self, Active, Conditions, Exposed, Ledger, Mmp, SlowDay, UnderLoad};
use crate::signals::Signal;
use crate::tissue::{Microchannels, Tissue};

/// A step as its processes see it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    /// Seed, first tick and length in hours.
    pub(super) key: StepKey,
    /// Ticks that it spans.
    pub(super) ticks: u64,
    pub(super) kind: Kind,
}

/// What acts in a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// Nothing: only time passes.
    Settled,
    /// Nothing, but slow activity and thickness that follows what fills the slab.
    Slow,
    /// Nothing, but resting cells leave where they are crowded; a day.
    Crowded,
    /// Signals, inflammation or active cells.
    Active,
}

/// One process of a step.
enum Process {
    /// A process of the model, and the least kind of step in which it does not rest.
    Model { from: Kind, run: fn(&mut Simulation, &Step) },
    /// Rules of the user's own.
    Rules(Phase),
}

/// The processes of a step, in order, until signals spread. What fibroblasts do to fibers and how signals spread see neither
/// the other; all else sees what the processes before it have left.
const UNTIL_SIGNALS_SPREAD: [Process; 8] = [
    Process::Model { from: Kind::Slow, run: Simulation::strain_fibers },
    Process::Model { from: Kind::Active, run: Simulation::clear_sources },
    Process::Rules(Phase::BeforeSignals),
    Process::Model { from: Kind::Active, run: Simulation::replace_macrophages },
    Process::Model { from: Kind::Active, run: Simulation::clear_fibrin },
    Process::Model { from: Kind::Active, run: Simulation::advance_clot_and_neutrophils },
    Process::Model { from: Kind::Active, run: Simulation::release },
    Process::Model { from: Kind::Active, run: Simulation::work_on_fibers },
];

/// The processes of a step, in order, once signals have spread: in one layer, or between all layers of a dermis.
const SINCE_SIGNALS_SPREAD: [Process; 12] = [
    Process::Model { from: Kind::Settled, run: Simulation::change_ground_substance },
    Process::Model { from: Kind::Active, run: Simulation::close_epidermis },
    Process::Model { from: Kind::Active, run: Simulation::expose_to_mmp },
    Process::Model { from: Kind::Active, run: Simulation::expose_to_cells },
    Process::Rules(Phase::BeforeCells),
    Process::Model { from: Kind::Settled, run: Simulation::move_fibroblasts },
    Process::Model { from: Kind::Crowded, run: Simulation::decide_fates },
    Process::Model { from: Kind::Settled, run: Simulation::pass_time },
    Process::Model { from: Kind::Settled, run: Simulation::turn_over_matrix },
    Process::Model { from: Kind::Slow, run: Simulation::remodel_slowly },
    Process::Rules(Phase::AfterStep),
    Process::Rules(Phase::Daily),
];

impl Simulation {
    /// Runs all processes that do not rest in a step. Gives the first error of a rule, once the step has been made.
    pub(super) fn run_processes(&mut self, step: &Step) -> Result<()> {
        let refused = self.run_until_signals_spread(step)?;
        if step.kind == Kind::Active {
            self.spread_signals(step);
        }
        refused.or(self.run_since_signals_spread(step)?).map_or(Ok(()), Err)
    }

    /// The processes before signals spread; gives the first refusal of a rule.
    pub(super) fn run_until_signals_spread(&mut self, step: &Step) -> Result<Option<Error>> {
        self.run_each(&UNTIL_SIGNALS_SPREAD, step)
    }

    /// Those after it; gives the first refusal of a rule.
    pub(super) fn run_since_signals_spread(&mut self, step: &Step) -> Result<Option<Error>> {
        self.run_each(&SINCE_SIGNALS_SPREAD, step)
    }

    fn run_each(&mut self, processes: &[Process], step: &Step) -> Result<Option<Error>> {
        let mut refused = None;
        for process in processes {
            match *process {
                Process::Model { from, run } if from <= step.kind => run(self, step),
                Process::Rules(phase) if step.kind == Kind::Active => {
                    refused = refused.or(self.apply_rules(phase, step)?);
                }
                Process::Model { .. } | Process::Rules(_) => {}
            }
        }
        Ok(refused)
    }

    /// Once a day the load is borne anew: strain of the fiber network, and what fills the slab.
    fn strain_fibers(&mut self, _: &Step) {
        let Tissue { matrix, skin, tension, mechanics, is_strain_imposed, .. } = &mut self.tissue;
        if self.clock.begins_day() && !*is_strain_imposed {
            mechanics.update(matrix, skin, tension, &self.parameters.mechanics);
        }
    }

    /// Nothing is released yet.
    fn clear_sources(&mut self, _: &Step) {
        engine::clear_sources(&mut self.workspace.sources, &mut self.workspace.activation);
        self.workspace.attractants.clear();
    }

    /// Macrophages age, migrate, leave and arrive.
    fn replace_macrophages(&mut self, step: &Step) {
        let Self { tissue: Tissue { matrix, signals, macrophages, next_id, .. }, parameters, workspace, .. } = self;
        macrophage::advance(macrophages, matrix.grid(), &parameters.macrophage, step.key);
        let inflammation =
            Inflammation { levels: &signals[Signal::Inflammation], rest_level: parameters.signal.rest_level };
        workspace.arrivals.recruit(macrophages, inflammation, &parameters.macrophage, step.key, next_id);
    }

    /// Macrophages clear fibrin.
    fn clear_fibrin(&mut self, step: &Step) {
        let Tissue { macrophages, matrix, .. } = &mut self.tissue;
        let (parameters, reached) = (&self.parameters.macrophage, &mut self.workspace.reached);
        engine::clear_fibrin(macrophages, matrix, parameters, step.key.hours, reached);
    }

    /// Clot gives up its growth factors; neutrophils arrive, feed inflammation and decay.
    fn advance_clot_and_neutrophils(&mut self, step: &Step) {
        let (injury, rest_level) = (&self.parameters.injury, self.parameters.signal.rest_level);
        self.tissue.acute_inflammation.advance(&mut self.workspace.sources, injury, rest_level, step.key.hours);
    }

    /// Macrophages and fibroblasts release signals.
    fn release(&mut self, _: &Step) {
        let Workspace { sources, activation, reached, .. } = &mut self.workspace;
        self.tissue.release_into(sources, activation, &self.parameters, reached);
    }

    /// Active fibroblasts lay, turn and cut the fibers under them.
    fn work_on_fibers(&mut self, step: &Step) {
        let Self { tissue, parameters, workspace, .. } = self;
        let Tissue { fibroblasts, matrix, skin, mechanics, is_strain_imposed, .. } = tissue;
        let conditions = Conditions {
            synthesis: skin.production(&parameters.ageing),
            attachment: skin.attachment(&parameters.ageing),
            fiber_axis: parameters.fiber_axis,
            under_load: (!*is_strain_imposed).then_some(UnderLoad { mechanics, parameters: &parameters.mechanics }),
            key: step.key,
        };
        let reached = &mut workspace.reached;
        self.ledger += engine::footprints::work(fibroblasts, matrix, &parameters.fibroblast, &conditions, reached);
    }

    /// Signals diffuse and decay under what was released.
    pub(super) fn spread_signals(&mut self, step: &Step) {
        let Workspace { sources, diffusion, .. } = &mut self.workspace;
        let (signals, parameters) = (&mut self.tissue.signals, &self.parameters.signal);
        signals.advance_within(sources, &self.solver, parameters, step.key.hours, diffusion);
    }

    /// Ground substance swells with inflammation, flare and active cells, and returns to rest.
    fn change_ground_substance(&mut self, step: &Step) {
        let hours = step.key.hours;
        match step.kind {
            Kind::Settled | Kind::Slow => {
                return ground::relax(&mut self.tissue.ground, &self.parameters.matrix, hours);
            }
            Kind::Crowded if !self.sum_resting_activation() => {
                return ground::relax(&mut self.tissue.ground, &self.parameters.matrix, hours);
            }
            Kind::Crowded | Kind::Active => {}
        }
        let (tissue, parameters) = (&mut self.tissue, &self.parameters);
        let flare_left = Microchannels::mean_flare_left(&parameters.recovery, hours);
        let sources = GroundSources {
            inflammation: &tissue.signals[Signal::Inflammation],
            flare: tissue.microchannels.flare(),
            flare_level: parameters.recovery.flare_level * flare_left,
            activation: &self.workspace.activation,
        };
        ground::advance(&mut tissue.ground, sources, &parameters.matrix, hours);
    }

    /// The epidermis closes, the flare fades, and vessels adapt to inflammation.
    fn close_epidermis(&mut self, step: &Step) {
        let Tissue { microchannels, signals, .. } = &mut self.tissue;
        microchannels.advance(&self.parameters.recovery, &signals[Signal::Inflammation], step.key.hours);
    }

    /// MMP that is not inhibited acts on the matrix: what it adds up to until the day ends.
    fn expose_to_mmp(&mut self, step: &Step) {
        let (tissue, parameters) = (&mut self.tissue, &self.parameters);
        let mmp = Mmp {
            factor: tissue.skin.collagenase(&parameters.ageing),
            inhibition_level: parameters.matrix.mmp_inhibition_level,
            rest_level: parameters.signal.rest_level,
        };
        remodeling::expose(&mut tissue.mmp_exposure, &tissue.signals, mmp, step.key.hours);
    }

    /// Active cells turn the matrix around them over: what their activation adds up to until the day ends.
    fn expose_to_cells(&mut self, step: &Step) {
        let Tissue { fibroblasts, matrix, skin, mechanics, is_strain_imposed, .. } = &mut self.tissue;
        if !*is_strain_imposed {
            let acting = fibroblasts.iter().filter(|cell| cell.acts(&self.parameters.fibroblast));
            mechanics.expose(acting, skin.fibroblasts_per_mm2(matrix.grid()) * 1e-6, step.key.hours);
        }
    }

    /// Fibroblasts respond to TGF-β, turn and migrate in the frozen matrix.
    fn move_fibroblasts(&mut self, step: &Step) {
        let parameters = &self.parameters.fibroblast;
        if step.kind < Kind::Active {
            return fibroblast::rest(&mut self.tissue.fibroblasts, parameters, step.key.hours);
        }
        let mut cells = std::mem::take(&mut self.tissue.fibroblasts);
        let turns = Turns { first_tick: step.key.tick, ticks: step.ticks, tick_hours: TICK_HOURS };
        let movement = Movement::of(&self.parameters.mechanics);
        let attractants = &self.workspace.attractants;
        let surroundings = Surroundings { movement, attractants, ..self.tissue.surroundings() };
        fibroblast::advance_keyed(&mut cells, &surroundings, parameters, turns, step.key.seed);
        self.tissue.fibroblasts = cells;
    }

    /// Fibroblasts divide and die.
    fn decide_fates(&mut self, step: &Step) {
        let Self { tissue, parameters, workspace: Workspace { crowding, crowded, outcomes, mothers, .. }, .. } = self;
        let parameters = &parameters.fibroblast;
        if step.kind == Kind::Active {
            tissue.count_crowding(parameters, crowding);
        }
        let fates = engine::fates::Fates { cells: &tissue.fibroblasts, crowding, parameters, key: step.key };
        match step.kind {
            Kind::Active => fates.of_all(&tissue.signals, outcomes),
            Kind::Crowded | Kind::Slow | Kind::Settled => fates.of_crowded(crowded, outcomes),
        }
        fibroblast::apply(&mut tissue.fibroblasts, outcomes.iter(), &mut tissue.next_id, mothers);
    }

    /// The clock goes on.
    fn pass_time(&mut self, step: &Step) {
        self.clock.advance(step.ticks);
    }

    /// Once a day, or after several days in which nothing acted: loss, resting synthesis and maturation; skin and its cells
    /// are older.
    fn turn_over_matrix(&mut self, step: &Step) {
        let ticks = match step.kind {
            Kind::Settled | Kind::Slow => step.ticks,
            Kind::Crowded | Kind::Active if self.clock.begins_day() => TICKS_PER_DAY,
            Kind::Crowded | Kind::Active => return,
        };
        let (tick, hours) = (self.clock.tick() - ticks, ticks as f64 * TICK_HOURS);
        let (tissue, parameters) = (&mut self.tissue, &self.parameters);
        let upkeep = tissue.skin.upkeep(&parameters.ageing, &parameters.matrix);
        let lost = tissue.skin.cell_loss_rate(&parameters.ageing);
        let mechanics = &parameters.mechanics;
        self.workspace.daily = tissue.mechanics.end_day(mechanics, hours);
        let active = self.workspace.daily.as_ref().map(|daily| Active {
            activity: &daily.turned,
            new_loss_rate: mechanics.active_new_loss,
            mature_loss_rate: mechanics.active_mature_loss,
        });
        let exposed = Exposed { mmp_exposure: &tissue.mmp_exposure, active };
        remodeling::turn_over_around_cells(&mut tissue.matrix, exposed, &parameters.matrix, upkeep, hours);
        if tissue.mmp_exposure.maximum() != 0.0 {
            tissue.mmp_exposure.values_mut().fill(0.0);
        }
        fibroblast::grow_older(&mut tissue.fibroblasts, lost, StepKey { tick, hours, ..step.key });
        tissue.skin.grow_older(&parameters.ageing, &parameters.matrix, hours);
    }

    /// Once a day, or in a week in which nothing acts, slow activity lays collagen, and the thickness of the slab follows what fills it.
    fn remodel_slowly(&mut self, step: &Step) {
        if !self.clock.begins_day() || self.tissue.is_strain_imposed {
            return;
        }
        let (tissue, parameters) = (&mut self.tissue, &self.parameters);
        let laying = self.workspace.daily.take().map(|daily| tissue.laying(daily, parameters));
        let ticks = if step.kind == Kind::Slow { step.ticks } else { TICKS_PER_DAY };
        let day = SlowDay {
            laying: laying.as_ref(),
            filling: tissue.mechanics.filling(),
            packing_limit: parameters.fibroblast.packing_limit,
            parameters: &parameters.mechanics,
            hours: ticks as f64 * TICK_HOURS,
        };
        self.ledger += remodeling::remodel_slowly(&mut tissue.matrix, tissue.ground.grid(), day);
    }

    /// Takes into the ledger what turnover exchanged at the sites that were written.
    pub(super) fn record_exchanged(&mut self) {
        self.ledger += Ledger::of_turnover(self.tissue.matrix.take_exchanged());
    }

    /// Sums the activation of resting cells per area where a crowd thins; tells whether it is enough to draw in water.
    fn sum_resting_activation(&mut self) -> bool {
        let tissue = &self.tissue;
        let resting_per_um2 = tissue.skin.fibroblasts_per_mm2(tissue.matrix.grid()) * 1e-6;
        // As if all cells released at one site; twice that, for round-off.
        let most = 2.0 * tissue.fibroblasts.iter().map(|cell| cell.activation).sum::<f64>()
            / (resting_per_um2 * tissue.ground.grid().site_area());
        if ground::is_unmoved_by(most, &self.parameters.matrix) {
            return false;
        }
        let activation = &mut self.workspace.activation;
        activation.values_mut().fill(0.0);
        let active = tissue.fibroblasts.iter().filter(|cell| cell.activation > 0.0);
        activation.release_in_order(active.map(|cell| ((cell.x, cell.y), cell.activation / resting_per_um2)));
        true
    }
}
