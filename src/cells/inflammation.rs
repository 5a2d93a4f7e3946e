//! Acute inflammation: platelets in the clot, and neutrophils.
use crate::engine;
use crate::error::Result;
use crate::grid::{Field, Grid};
use crate::parameters::InjuryParameters;
use crate::reading::checked_on_reading;
use crate::signals::{PerSignal, Signal, Sources};
use serde::{Deserialize, Serialize};

/// Platelets and neutrophils, as densities relative to a fully covered site.
///
/// Platelets P bind their growth factors to the clot, which gives them up with time constant τ_p: dP/dt = −P/τ_p. Had
/// they released everything at once, the signals (gone within hours) would be over before a fibroblast, which answers
/// within a day, had become active. Neutrophils B in transit arrive with time constant τ_b and decay with τ_N:
/// dB/dt = −B/τ_b, dN/dt = B/τ_b − N/τ_N, so N peaks on day 1 (Engelhardt 1998, Am J Pathol 153:1849).
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
/// assert!(simulation.tissue().acute_inflammation().is_over());
/// simulation.step()?;
/// assert!(simulation.tissue().acute_inflammation().has_neutrophils_in_transit());
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename = "Alarm", try_from = "AcuteInflammationFields")]
pub struct AcuteInflammation {
    /// Growth factors still bound to the clot.
    pub platelets: Field,
    /// Neutrophils on their way.
    #[serde(rename = "called")]
    pub neutrophils_in_transit: Field,
    /// Neutrophils in the tissue.
    pub neutrophils: Field,
}

checked_on_reading! {
    AcuteInflammation by check_read, read as "Alarm" in AcuteInflammationFields {
        platelets: Field,
        #[serde(rename = "called")]
        neutrophils_in_transit: Field,
        neutrophils: Field,
    }
}

/// Highest density of platelets and neutrophils that is read from a file.
const DENSEST: f64 = 1e6;
/// Density of a site that is fully covered.
const FULLY_COVERED: f64 = 1.0;
/// Density of neutrophils in transit from which their arrival sets the length of a step.
const MANY_IN_TRANSIT: f64 = 0.01;

impl AcuteInflammation {
    /// One grid for all, and densities that an injury can leave.
    pub(crate) fn check_read(&self) -> Result<()> {
        self.fields().into_iter().try_for_each(|(_, field)| {
            self.platelets.grid().check_same(field.grid(), "clot and neutrophils")?;
            field.check_values("density of platelets or neutrophils", "(relative)", 0.0..=DENSEST)
        })
    }

    /// No clot and no neutrophils.
    pub fn none(grid: Grid) -> Self {
        let none = Field::uniform(grid, 0.0);
        Self { platelets: none.clone(), neutrophils_in_transit: none.clone(), neutrophils: none }
    }

    /// Whether nothing is left.
    pub fn is_over(&self) -> bool {
        self.fields().iter().all(|(_, field)| field.maximum() <= 0.0)
    }

    /// Whether more than 1 % of the neutrophils of a fully covered site have not arrived yet.
    pub fn has_neutrophils_in_transit(&self) -> bool {
        self.neutrophils_in_transit.maximum() > MANY_IN_TRANSIT
    }

    /// Its fields and their names.
    pub(crate) const fn fields(&self) -> [(&'static str, &Field); 3] {
        let in_transit = ("neutrophils in transit", &self.neutrophils_in_transit);
        [("platelets", &self.platelets), in_transit, ("neutrophils", &self.neutrophils)]
    }

    /// Lets an injured `area` (µm²) around a point clot and attract neutrophils, to those of a fully covered site at most.
    pub(crate) fn injure(&mut self, x: f64, y: f64, area: f64) {
        self.platelets.release_up_to(FULLY_COVERED, (x, y), area);
        self.neutrophils_in_transit.release_up_to(FULLY_COVERED, (x, y), area);
    }

    /// Advances for `hours`, exactly, and adds what is released per hour, averaged over the step.
    /// What is below `rest_level` everywhere is over.
    pub(crate) fn advance(
        &mut self,
        sources: &mut Sources,
        parameters: &InjuryParameters,
        rest_level: f64,
        hours: f64,
    ) {
        if self.is_over() {
            return;
        }
        if self.fields().iter().all(|(_, field)| field.maximum() < rest_level) {
            return [&mut self.platelets, &mut self.neutrophils_in_transit, &mut self.neutrophils]
                .into_iter()
                .for_each(|field| field.values_mut().fill(0.0));
        }
        self.release_from_clot(sources, &ClotStep::new(parameters, hours));
        let neutrophils = NeutrophilStep::new(parameters, hours);
        self.advance_neutrophils(&mut sources[Signal::Inflammation], &neutrophils);
    }

    fn release_from_clot(&mut self, sources: &mut Sources, step: &ClotStep) {
        for (signal, &rate) in step.released.iter().filter(|(_, rate)| **rate != 0.0) {
            let fields = [self.platelets.values_mut(), sources[signal].values_mut()];
            engine::for_all_numbers(fields, |_, [platelets, source]| {
                let sites = platelets.iter().zip(source);
                sites.for_each(|(platelets, source)| *source += rate * step.given_up_per_hour(*platelets));
            });
        }
        engine::for_all_numbers([self.platelets.values_mut()], |_, [platelets]| {
            for platelets in platelets {
                *platelets *= step.left;
            }
        });
    }

    fn advance_neutrophils(&mut self, source: &mut Field, step: &NeutrophilStep) {
        let fields = [self.neutrophils_in_transit.values_mut(), self.neutrophils.values_mut(), source.values_mut()];
        engine::for_all_numbers(fields, |_, [in_transit, present, source]| {
            for ((in_transit, present), source) in in_transit.iter_mut().zip(present).zip(source) {
                let before = (*in_transit, *present);
                (*in_transit, *present) = step.after(before);
                *source += step.released(before, (*in_transit, *present));
            }
        });
    }
}

/// The clot of a site over a step: dP/dt = −P/τ_p.
struct ClotStep {
    hours: f64,
    /// e^{−Δt/τ_p}.
    left: f64,
    /// What is released of each signal when all growth factors of a fully covered site are given up.
    released: PerSignal<f64>,
}

impl ClotStep {
    fn new(parameters: &InjuryParameters, hours: f64) -> Self {
        let mut released = PerSignal::default();
        released[Signal::TgfBeta] = parameters.platelet_tgf_beta;
        released[Signal::Pdgf] = parameters.platelet_pdgf;
        Self { hours, left: (-hours / parameters.clot_release_time).exp(), released }
    }

    /// P (1 − e^{−Δt/τ_p})/Δt.
    #[inline(always)]
    fn given_up_per_hour(&self, platelets: f64) -> f64 {
        platelets * (1.0 - self.left) / self.hours
    }
}

/// The neutrophils of a site over a step: dB/dt = −B/τ_b, dN/dt = B/τ_b − N/τ_N.
struct NeutrophilStep {
    hours: f64,
    /// 1/τ_N.
    decay: f64,
    /// e^{−Δt/τ_b} and e^{−Δt/τ_N}.
    in_transit_left: f64,
    present_left: f64,
    /// Share of those in transit that has arrived and not yet decayed.
    arrived: f64,
    /// Inflammation that they release.
    inflammation_rate: f64,
}

impl NeutrophilStep {
    fn new(parameters: &InjuryParameters, hours: f64) -> Self {
        let (arrival, decay) = (1.0 / parameters.neutrophil_arrival_time, 1.0 / parameters.neutrophil_decay_time);
        let (in_transit_left, present_left) = ((-arrival * hours).exp(), (-decay * hours).exp());
        let difference = decay - arrival;
        // The limit where both are equally fast.
        let spread =
            if (difference * hours).abs() > 1e-9 { -(-difference * hours).exp_m1() / difference } else { hours };
        let (arrived, inflammation_rate) =
            (arrival * in_transit_left * spread, parameters.neutrophil_inflammation_rate);
        Self { hours, decay, in_transit_left, present_left, arrived, inflammation_rate }
    }

    /// B and N after the step.
    #[inline(always)]
    fn after(&self, (in_transit, present): (f64, f64)) -> (f64, f64) {
        (in_transit * self.in_transit_left, present * self.present_left + in_transit * self.arrived)
    }

    /// Inflammation released per hour, in proportion to the mean of N: since d(B + N)/dt = −N/τ_N, that is the loss of both
    /// together, times τ_N/Δt.
    #[inline(always)]
    fn released(&self, before: (f64, f64), after: (f64, f64)) -> f64 {
        let mean_present = (before.0 + before.1 - after.0 - after.1) / (self.decay * self.hours);
        self.inflammation_rate * mean_present
    }
}
