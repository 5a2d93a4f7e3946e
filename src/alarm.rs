//! What an injury leaves in the tissue and what calls the cells: platelets in the clot, neutrophils.
use crate::engine;
use crate::error::Result;
use crate::grid::{Field, Grid};
use crate::parameters::InjuryParameters;
use crate::reading::checked_on_reading;
use crate::signal::{Signal, Signals};
use serde::{Deserialize, Serialize};

/// Platelets and neutrophils, as densities relative to a fully covered site.
///
/// Platelets bind their growth factors to the clot, which gives them up with time constant τ_p; had
/// they released everything at once, the signals (gone within hours) would be over before a
/// fibroblast, which answers within a day, had woken. Called neutrophils B arrive with time
/// constant τ_b and decay with τ_N: dB/dt = −B/τ_b, dN/dt = B/τ_b − N/τ_N, so N peaks on day 1
/// (Engelhardt 1998, Am J Pathol 153:1849).
///
/// A fully covered site has density 1. No site holds more, since blood fills a channel once: what channels of a session
/// cover, and what is left of the clot of an earlier one, add up to that of a fully covered site at most. So P ≤ 1, B ≤ 1
/// and N ≤ τ_N/τ_b, however many sessions there are.
///
/// ```
/// use dermaweave::{Device, Grid, Length, Protocol, Simulation, Skin, Tissue};
/// let side = Length::micrometers(400.0);
/// let tissue = Tissue::new(Grid::new(side, side, Length::micrometers(20.0))?, &Skin::young())?;
/// let protocol = Protocol::once(Device::single_channel(Length::micrometers(250.0)));
/// let mut simulation = Simulation::builder(tissue).protocol(protocol).build()?;
/// assert!(simulation.tissue().alarm().is_over());
/// simulation.step()?;
/// assert!(simulation.tissue().alarm().was_just_raised());
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "AlarmFields")]
pub struct Alarm {
    /// Growth factors still bound to the clot.
    pub platelets: Field,
    /// Neutrophils on their way.
    pub called: Field,
    /// Neutrophils in the tissue.
    pub neutrophils: Field,
}

checked_on_reading! {
    Alarm by check_read, read as "Alarm" in AlarmFields { platelets: Field, called: Field, neutrophils: Field }
}

/// Highest density of platelets and neutrophils that is read from a file.
const DENSEST: f64 = 1e6;
/// Density of a site that is fully covered.
const FULLY_COVERED: f64 = 1.0;

impl Alarm {
    /// One grid for all, and densities that an injury can leave.
    pub(crate) fn check_read(&self) -> Result<()> {
        self.fields().try_for_each(|field| {
            self.platelets.grid().check_same(field.grid(), "an alarm")?;
            field.check_values("density of platelets or neutrophils", "(relative)", 0.0..=DENSEST)
        })
    }

    /// No alarm.
    pub fn none(grid: Grid) -> Self {
        let none = Field::uniform(grid, 0.0);
        Self { platelets: none.clone(), called: none.clone(), neutrophils: none }
    }

    /// Whether nothing is left.
    pub fn is_over(&self) -> bool {
        self.fields().all(|field| field.maximum() <= 0.0)
    }

    /// Whether neutrophils have been called that have not arrived yet.
    pub fn was_just_raised(&self) -> bool {
        self.called.maximum() > 0.01
    }

    fn fields(&self) -> impl Iterator<Item = &Field> {
        [&self.platelets, &self.called, &self.neutrophils].into_iter()
    }

    /// Raises the alarm for an injured `area` (µm²) around a point, to that of a fully covered site at most.
    pub(crate) fn raise(&mut self, x: f64, y: f64, area: f64) {
        self.platelets.release_up_to(FULLY_COVERED, (x, y), area);
        self.called.release_up_to(FULLY_COVERED, (x, y), area);
    }

    /// Advances for `hours`, exactly, and adds what is released per hour, averaged over the step.
    /// An alarm below `rest_level` everywhere is over.
    pub(crate) fn advance(
        &mut self,
        sources: &mut Signals,
        parameters: &InjuryParameters,
        rest_level: f64,
        hours: f64,
    ) {
        if self.is_over() {
            return;
        }
        if self.fields().all(|field| field.maximum() < rest_level) {
            return [&mut self.platelets, &mut self.called, &mut self.neutrophils]
                .into_iter()
                .for_each(|field| field.values_mut().fill(0.0));
        }
        self.release_from_clot(sources, parameters, hours);
        self.bring_neutrophils(&mut sources[Signal::Inflammation], parameters, hours);
    }

    fn release_from_clot(&mut self, sources: &mut Signals, parameters: &InjuryParameters, hours: f64) {
        let left = (-hours / parameters.clot_release_time).exp();
        let [tgf_beta, pdgf, ..] = sources.fields_mut().map(Field::values_mut);
        let fields = [self.platelets.values_mut(), tgf_beta, pdgf];
        engine::for_all_numbers(fields, |_, [platelets, tgf_beta, pdgf]| {
            for ((platelets, tgf_beta), pdgf) in platelets.iter_mut().zip(tgf_beta).zip(pdgf) {
                let released = *platelets * (1.0 - left) / hours;
                *tgf_beta += parameters.platelet_tgf_beta * released;
                *pdgf += parameters.platelet_pdgf * released;
                *platelets *= left;
            }
        });
    }

    fn bring_neutrophils(&mut self, source: &mut Field, parameters: &InjuryParameters, hours: f64) {
        let (arrival, decay) = (1.0 / parameters.neutrophil_arrival_time, 1.0 / parameters.neutrophil_decay_time);
        let (called_left, present_left) = ((-arrival * hours).exp(), (-decay * hours).exp());
        // Share of the called that has arrived and not yet decayed; the limit where both are equally fast.
        let difference = decay - arrival;
        let spread =
            if (difference * hours).abs() > 1e-9 { -(-difference * hours).exp_m1() / difference } else { hours };
        let arrived = arrival * called_left * spread;
        let fields = [self.called.values_mut(), self.neutrophils.values_mut(), source.values_mut()];
        engine::for_all_numbers(fields, |_, [called, present, source]| {
            for ((called, present), source) in called.iter_mut().zip(present).zip(source) {
                let after = (*called * called_left, *present * present_left + *called * arrived);
                // d(B + N)/dt = −N/τ_N: the loss of both together gives the mean of N.
                let mean_present = (*called + *present - after.0 - after.1) / (decay * hours);
                *source += parameters.neutrophil_inflammation_rate * mean_present;
                (*called, *present) = after;
            }
        });
    }
}
