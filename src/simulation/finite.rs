//! Whether all numbers of a state are finite.
use super::Simulation;
use super::changed::check_matrix;
use crate::cells::AcuteInflammation;
use crate::engine::{self, first_not_finite};
use crate::error::{Error, Result};
use crate::grid::Field;
use crate::signals::{Signal, Signals};
use crate::tissue::{Microchannels, Tissue};

impl Simulation {
    /// Names the first value that is not finite. The matrix is looked at once a day, where it was written.
    pub(super) fn check_finite(&self) -> Result<()> {
        let tissue = &self.tissue;
        let check = |field, first: Option<(usize, f64)>| match first {
            Some((index, value)) => Err(Error::NotFinite { field, index, value, hours: self.clock.hours() }),
            None => Ok(()),
        };
        let Tissue { signals, acute_inflammation, ground, microchannels, .. } = tissue;
        first_field_not_finite(signals, acute_inflammation, ground, microchannels)
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
    acute_inflammation: &AcuteInflammation,
    ground: &Field,
    microchannels: &Microchannels,
) -> Option<(&'static str, (usize, f64))> {
    const OTHERS: usize = 5;
    let [platelets, in_transit, neutrophils] = acute_inflammation.fields();
    let others: [_; OTHERS] =
        [platelets, in_transit, neutrophils, ("ground substance", ground), ("flare", microchannels.flare())];
    let mut all = signals.fields().map(|(signal, field)| (signal.name(), field)).chain(others);
    let fields: [_; Signal::COUNT + OTHERS] = std::array::from_fn(|_| all.next().unwrap_or(platelets));
    engine::find_first_among(ground.grid().sites(), &fields, |(name, field)| Some((*name, field.first_not_finite()?)))
}
