//! Fates of many fibroblasts, on all threads: [`FateRates`] of each that has one.
use super::Found;
use super::streams::{BEGUN_TOGETHER, Streams, identities};
use crate::cells::fibroblast::fate::{Around, FateRates, is_spared};
use crate::cells::fibroblast::{Crowding, Fibroblast, Outcome};
use crate::parameters::FibroblastParameters;
use crate::random::{Purpose, StepKey};
use crate::signals::{Signal, Signals};
use std::cell::LazyCell;

/// Cells whose fates are drawn, and what is the same for all of them.
pub(crate) struct Fates<'a> {
    pub(crate) cells: &'a [Fibroblast],
    pub(crate) crowding: &'a Crowding,
    pub(crate) parameters: &'a FibroblastParameters,
    pub(crate) key: StepKey,
}

impl Fates<'_> {
    /// Draws the outcomes of all cells.
    pub(crate) fn of_all(&self, signals: &Signals, found: &mut Found<(usize, Outcome)>) {
        let are_silent = [Signal::Pdgf, Signal::TgfBeta].iter().all(|&signal| signals[signal].maximum() == 0.0);
        found.look(self.cells.len(), |indices, found| {
            let first = indices.start;
            for (part, cells) in self.cells[indices].chunks(BEGUN_TOGETHER).enumerate() {
                let first = first + part * BEGUN_TOGETHER;
                self.of_some(cells, (!are_silent).then_some(signals), |index| first + index, found);
            }
        });
    }

    /// Draws the outcomes of some, given by their indices, where nothing acts and only they have a fate.
    pub(crate) fn of_crowded(&self, crowded: &[usize], found: &mut Found<(usize, Outcome)>) {
        found.look(crowded.len(), |those, found| {
            for crowded in crowded[those].chunks(BEGUN_TOGETHER) {
                let mut cells = [self.cells[0]; BEGUN_TOGETHER];
                cells.iter_mut().zip(crowded).for_each(|(cell, &index)| *cell = self.cells[index]);
                self.of_some(&cells[..crowded.len()], None, |index| crowded[index], found);
            }
        });
    }

    /// Draws the outcomes of at most [`BEGUN_TOGETHER`] cells, among signals if there are any; `index_of` numbers them
    /// among all.
    fn of_some(
        &self,
        cells: &[Fibroblast],
        signals: Option<&Signals>,
        index_of: impl Fn(usize) -> usize,
        found: &mut Vec<(usize, Outcome)>,
    ) {
        let ids = identities(cells, |cell| cell.id);
        // Begun only if one of them needs it: resting cells that are not crowded have no fate.
        let streams = LazyCell::new(|| Streams::begin(self.key, Purpose::Fate, &ids[..cells.len()]));
        // Read before anything is drawn, so that memory gives the levels of many cells at once.
        let mut around = [None; BEGUN_TOGETHER];
        around.iter_mut().zip(cells).for_each(|(around, cell)| *around = self.around(cell, signals));
        for (index, (cell, around)) in cells.iter().zip(around).enumerate() {
            let rates = around.map(|around| FateRates::of(cell, &around, self.parameters));
            let outcome = rates.and_then(|rates| rates.draw(self.key.hours, streams.get(index)));
            found.extend(outcome.map(|outcome| (index_of(index), outcome)));
        }
    }

    /// What decides on the fate of a cell, if it has one.
    fn around(&self, cell: &Fibroblast, signals: Option<&Signals>) -> Option<Around> {
        let crowd = self.crowding.at(cell.x, cell.y);
        if is_spared(cell, crowd, self.parameters) {
            return None;
        }
        let is_field_full = self.crowding.mean() >= self.parameters.crowding_limit;
        let Some(signals) = signals else { return Some(Around { crowd, is_field_full, pdgf: 0.0, tgf_beta: 0.0 }) };
        let corners = signals[Signal::Pdgf].corners(cell.x, cell.y);
        let level = |signal: Signal| signals[signal].sample_at(&corners).0.max(0.0);
        Some(Around { crowd, is_field_full, pdgf: level(Signal::Pdgf), tgf_beta: level(Signal::TgfBeta) })
    }
}
