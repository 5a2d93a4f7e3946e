//! Sessions that are due, and what the report says of them.
use super::{Simulation, TICKS_PER_DAY};
use crate::report::Caution;
use crate::signals::Signal;
use crate::treatment::{Application, Puncture, SessionsOfDay, Survival, TreatedRegion, injure, punctures};

impl Simulation {
    /// Sessions that are due: needles open channels.
    pub(super) fn treat(&mut self) {
        let mut of_day = SessionsOfDay::default();
        for index in self.sessions_at(self.clock.tick()).collect::<Vec<_>>() {
            let order = self.protocol.order_on_its_day(index);
            let punctures = punctures(&self.protocol.sessions[index], order, self.tissue.grid(), self.seed);
            self.record_session(index, &punctures);
            of_day.add(&self.protocol.sessions[index], &punctures, self.tissue.grid());
            self.ledger += injure(
                &mut self.tissue,
                &punctures,
                &self.parameters,
                Survival { seed: self.seed, tick: self.clock.tick(), order },
            );
        }
        // What one session opens alone is recorded with it.
        let dense = of_day.if_dense(self.clock.tick() / TICKS_PER_DAY, self.tissue.grid());
        if let Some(dense) = dense.filter(|dense| dense.sessions > 1) {
            self.report.record_session([Caution::DenseDay(dense)]);
        }
    }

    /// Records in the report that a session is given, with what it calls for.
    fn record_session(&mut self, index: usize, punctures: &[Puncture]) {
        let (session, number) = (&self.protocol.sessions[index], index + 1);
        let inflamed = Caution::of_inflammation(number, self.clock.days(), self.inflammation_in(&session.region));
        // A biopsy is meant to open and to go through.
        let of_session = if session.device.application == Application::Punch {
            Vec::new()
        } else {
            let opened = -(-session.opened_ratio(punctures, self.tissue.grid())).exp_m1();
            let (skin, surface) = (&self.tissue.skin, &self.parameters.surface);
            let dermis = surface.thickness(skin.collagen_density, 1.0);
            Caution::of_session(number, opened, session.device.mean_depth(), surface.epidermis + dermis)
        };
        self.report.record_session(of_session.into_iter().chain(inflamed));
    }

    /// Mean level of inflammation in a treated region.
    fn inflammation_in(&self, region: &TreatedRegion) -> f64 {
        let (field, grid) = (&self.tissue.signals[Signal::Inflammation], self.tissue.grid());
        let inside = |site: &usize| {
            let (x, y) = field.grid().center_of(*site);
            region.contains(x, y, grid)
        };
        let levels: Vec<f64> = (0..field.grid().sites()).filter(inside).map(|site| field.values()[site]).collect();
        levels.iter().sum::<f64>() / (levels.len() as f64).max(1.0)
    }
}
