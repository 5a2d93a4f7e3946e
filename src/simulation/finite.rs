//! Whether all numbers of a state are finite.
use super::Simulation;
use super::changed::check_matrix;
use crate::alarm::Alarm;
use crate::engine::{self, first_not_finite};
use crate::error::{Error, Result};
use crate::grid::Field;
use crate::signal::{Signal, Signals};
use crate::tissue::{Openings, Tissue};

impl Simulation {
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
    openings: &Openings,
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
