//! Signals that pass from layer to layer.
use super::Layer;
use crate::engine;
use crate::error::{Result, check};
use crate::grid::Field;
use crate::parameters::SignalParameters;
use crate::signals::{DiffusionStep, DiffusionWorkspace, ExactDiffusion, LayerRates, PerSignal, Signal, VerticalModes};
use crate::simulation::{Simulation, Spreading};

/// Exchange of all signals between the layers of a dermis. What it keeps from step to step never enters a result.
#[derive(Clone, Debug)]
pub(super) struct Exchange {
    /// Of the layers in µm.
    thicknesses: Vec<f64>,
    signals: PerSignal<OneSignal>,
}

/// What is kept for one signal.
#[derive(Clone, Debug, Default)]
struct OneSignal {
    modes: Option<VerticalModes>,
    workspace: DiffusionWorkspace,
}

/// One signal in all layers over a step.
struct Task<'a> {
    rates: LayerRates,
    levels: Vec<&'a mut Field>,
    sources: Vec<&'a mut Field>,
    kept: &'a mut OneSignal,
}

impl Exchange {
    pub(super) fn between(layers: &[Layer]) -> Self {
        let thicknesses = layers.iter().map(|layer| layer.thickness().in_micrometers()).collect();
        Self { thicknesses, signals: PerSignal::default() }
    }

    /// Advances the signals of all layers in a step that has begun in each of them. A signal that is held in a layer is not
    /// exchanged: it spreads in each layer that does not hold it.
    ///
    /// Fails with [`Error::OutOfRange`](crate::Error::OutOfRange) if a rule gave a signal another diffusivity in one layer than
    /// in another.
    pub(super) fn spread(&mut self, courses: &mut [Simulation], hours: f64) -> Result<()> {
        let mut layers: Vec<_> = courses.iter_mut().map(Simulation::spreading).collect();
        let is_held = PerSignal::from_fn(|signal| layers.iter().any(|layer| layer.signals.is_held(signal)));
        let rates = PerSignal::from_fn(|signal| rates(signal, &layers));
        let Some(&Spreading { solver, parameters: SignalParameters { rest_level, .. }, .. }) = layers.first() else {
            return Ok(());
        };
        for signal in Signal::ALL.into_iter().filter(|signal| is_held[*signal]) {
            for Spreading { signals, sources, parameters, solver } in &mut layers {
                let step = DiffusionStep::of(signal, parameters, hours);
                let (source, workspace) = (&mut sources[signal], &mut self.signals[signal].workspace);
                signals.advance_signal(signal, source, solver, step, parameters.rest_level, workspace);
            }
        }
        let mut fields: Vec<_> =
            layers.iter_mut().map(|layer| layer.signals.fields_mut().zip(layer.sources.fields_mut())).collect();
        let mut tasks = Vec::new();
        for ((signal, kept), rates) in self.signals.iter_mut().zip(rates.0) {
            let (levels, sources) = fields.iter_mut().filter_map(Iterator::next).unzip();
            if !is_held[signal] {
                tasks.push(Task { rates: rates?, levels, sources, kept });
            }
        }
        engine::for_each_task(tasks, |task| task.advance(&self.thicknesses, solver, *rest_level, hours));
        Ok(())
    }
}

/// Rates of a signal in all layers.
fn rates(signal: Signal, layers: &[Spreading]) -> Result<LayerRates> {
    let of_layers = layers.iter().map(|layer| signal.rates(layer.parameters));
    let (diffusivities, decay): (Vec<_>, Vec<_>) = of_layers.unzip();
    let diffusivity = diffusivities.first().copied().unwrap_or_default();
    for other in diffusivities {
        check("diffusivity of a signal in a layer", other, "µm²/h", diffusivity..=diffusivity)?;
    }
    Ok(LayerRates { diffusivity, decay })
}

impl Task<'_> {
    fn advance(mut self, thicknesses: &[f64], solver: &ExactDiffusion, rest_level: f64, hours: f64) {
        let OneSignal { modes, workspace } = self.kept;
        if !modes.as_ref().is_some_and(|modes| modes.are_of(&self.rates)) {
            *modes = None;
        }
        let modes = modes.get_or_insert_with(|| VerticalModes::new(thicknesses, self.rates));
        modes.advance(&mut self.levels, &mut self.sources, (solver, workspace), hours, rest_level);
    }
}
