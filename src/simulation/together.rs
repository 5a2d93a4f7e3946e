//! What a course does in step with the other layers of its dermis.
use super::run::{Progress, Watch};
use super::{Begun, Simulation};
use crate::error::Result;
use crate::parameters::SignalParameters;
use crate::signals::{ExactDiffusion, Signals, Sources};
use std::ops::ControlFlow;

/// What spreads in a step that has begun, and how.
pub(crate) struct Spreading<'a> {
    pub(crate) signals: &'a mut Signals,
    pub(crate) sources: &'a mut Sources,
    pub(crate) parameters: &'a SignalParameters,
    pub(crate) solver: &'a ExactDiffusion,
}

impl Simulation {
    /// Lets time pass until a tick, in which nothing acts until then, and shows what is sampled on the way.
    pub(crate) fn pass_quietly_until(&mut self, tick: u64, observer: &mut dyn FnMut(&Progress)) -> Result<()> {
        let mut observer = |progress: &Progress| {
            observer(progress);
            ControlFlow::Continue(())
        };
        while self.clock.tick() < tick {
            let left = tick - self.clock.tick();
            let ticks = self.quiet_ticks().map_or(left, |ticks| ticks.min(left));
            self.pass_quietly(ticks, &mut Watch::new(&mut observer, &|| false)).map(drop)?;
        }
        Ok(())
    }

    /// What spreads in the step that has begun.
    pub(crate) const fn spreading(&mut self) -> Spreading<'_> {
        Spreading {
            signals: &mut self.tissue.signals,
            sources: &mut self.workspace.sources,
            parameters: &self.parameters.signal,
            solver: &self.solver,
        }
    }

    /// Lets signals spread in this layer alone.
    pub(crate) fn spread_alone(&mut self, begun: &Begun) {
        self.spread_signals(&begun.step);
    }

    /// Samples the step that began at a tick, if it is to be, and shows it.
    pub(crate) fn sample_since(&mut self, begun: u64, observer: &mut dyn FnMut(&Progress)) {
        if self.is_sampled_in(begun, self.clock.tick()) {
            let mut observer = |progress: &Progress| {
                observer(progress);
                ControlFlow::Continue(())
            };
            let _ = self.sample_observed(&mut Watch::new(&mut observer, &|| false));
        }
    }
}
