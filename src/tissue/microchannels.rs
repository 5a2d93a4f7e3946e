//! What a patient sees after a session: microchannels in the epidermis, and redness.
//!
//! Skin is red where its vessels are wide. Two things widen them. The *flare*, f, follows on needling at once: mast cells and
//! nerves need no cells to arrive (axon reflex); it fades as df/dt = −f/τ_f. *Inflammation*, I, widens them as it
//! rises, and they adapt while it lasts:
//!
//! da/dt = (I − a)/τ_v, dilation v = I − a
//!
//! so that constant inflammation of any length reddens as e^{−t/τ_v}. A step is exact for inflammation that is constant
//! within it: a ← I + (a − I) e^{−Δt/τ_v}. After an allergen, which calls cells as needles do, blood flow in human skin is up for
//! more than 6 h and back within 24 h, and after a blank needle within 1 h (Hammarlund, Olsson & Pipkorn 1989, Clin
//! Exp Allergy 19:197), while cells stay for days.
use crate::engine;
use crate::error::Result;
use crate::grid::{Field, Grid};
use crate::parameters::RecoveryParameters;
use crate::reading::{check_all_computed, check_computed, checked_on_reading};
use serde::{Deserialize, Serialize};
use std::f64::consts::PI;

/// A microchannel that a needle left in the epidermis.
///
/// ```
/// use dermaweave::tissue::Microchannel;
/// let channel = Microchannel { x: 0.0, y: 0.0, diameter: 200.0, delay: 0.0 };
/// assert!((channel.area() - 31_416.0).abs() < 1.0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Microchannel {
    /// Center along x in µm.
    pub x: f64,
    /// Center along y in µm.
    pub y: f64,
    /// Diameter in µm.
    pub diameter: f64,
    /// Hours until its edge begins to move.
    pub delay: f64,
}

impl Microchannel {
    /// Area in µm².
    pub fn area(&self) -> f64 {
        0.25 * PI * self.diameter * self.diameter
    }

    /// The edge moves inward at constant speed, so that a channel of diameter d closes in d/(2 v_e).
    fn close(&mut self, speed: f64, hours: f64) {
        let waited = self.delay.min(hours);
        self.delay -= waited;
        self.diameter -= 2.0 * speed * (hours - waited);
    }
}

/// All microchannels that are open, the flare that follows on needling at once, and the adaptation of vessels to
/// inflammation.
///
/// ```
/// use dermaweave::{Device, Grid, Length, Protocol, Simulation, Skin, Time, Tissue};
/// let side = Length::millimeters(2.0);
/// let tissue = Tissue::new(Grid::new(side, side, Length::micrometers(20.0))?, &Skin::young())?;
/// let protocol = Protocol::once(Device::dermaroller_mf8()).follow_up(Time::days(7.0));
/// let mut simulation = Simulation::builder(tissue).protocol(protocol).build()?;
/// simulation.step()?;
/// assert!(simulation.tissue().microchannels().channels().len() > 3);
/// simulation.run()?;
/// assert!(simulation.tissue().microchannels().channels().is_empty());
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "MicrochannelsFields")]
pub struct Microchannels {
    #[serde(rename = "holes")]
    channels: Vec<Microchannel>,
    flare: Field,
    adaptation: Field,
}

checked_on_reading! {
    Microchannels by check_read, read as "Microchannels" in MicrochannelsFields {
        #[serde(rename = "holes")]
        channels: Vec<Microchannel>,
        flare: Field,
        adaptation: Field,
    }
}

/// Largest length in µm and longest delay in hours of a channel that is read from a file.
const LARGEST: f64 = 1e6;

/// Share of the first flare below which it is over.
const FLARE_OVER: f64 = 1e-4;
/// Adaptation, a level of inflammation, below which vessels are at rest when nothing is inflamed: less than 1 % of full redness.
const ADAPTATION_OVER: f64 = 1e-3;

impl Microchannels {
    /// Channels and a flare that a session can leave.
    pub(super) fn check_read(&self) -> Result<()> {
        self.channels.iter().try_for_each(|channel| {
            check_all_computed("place of a microchannel", &[channel.x, channel.y], "µm", -LARGEST..=LARGEST)?;
            check_computed("diameter of a microchannel", channel.diameter, "µm", 0.0..=LARGEST)?;
            check_computed("delay of a microchannel", channel.delay, "h", 0.0..=LARGEST)
        })?;
        self.flare.check_values("flare", "(0 to 1)", 0.0..=1.0)?;
        self.adaptation.check_values("adaptation of vessels", "(level of inflammation)", 0.0..=LARGEST)
    }

    /// Closed skin; flare and adaptation are kept on `grid`.
    pub fn none(grid: Grid) -> Self {
        Self { channels: Vec::new(), flare: Field::uniform(grid, 0.0), adaptation: Field::uniform(grid, 0.0) }
    }

    /// The channels that are still open.
    pub fn channels(&self) -> &[Microchannel] {
        &self.channels
    }

    /// The flare, as the share of each site that was needled, fading with τ_f.
    /// It lives on the grid of the signals.
    pub const fn flare(&self) -> &Field {
        &self.flare
    }

    /// The level of inflammation to which the vessels of each site have adapted; what is above dilates them.
    /// It lives on the grid of the signals.
    pub const fn adaptation(&self) -> &Field {
        &self.adaptation
    }

    /// Whether nothing is open, the flare is over and vessels are at rest.
    pub fn are_closed(&self) -> bool {
        self.channels.is_empty() && self.flare.maximum() <= 0.0 && self.adaptation.maximum() <= 0.0
    }

    /// Opens a channel that covers these shares of sites of the flare's grid.
    pub(crate) fn open(&mut self, channel: Microchannel, covered: &[(usize, f64)]) {
        for &(site, share) in covered {
            let flare = &mut self.flare.values_mut()[site];
            *flare += share * (1.0 - *flare);
        }
        self.channels.push(channel);
    }

    /// Mean of the flare over the next `hours`, relative to now.
    pub(crate) fn mean_flare_left(parameters: &RecoveryParameters, hours: f64) -> f64 {
        let faded = hours / parameters.flare_time;
        -(-faded).exp_m1() / faded
    }

    /// Closes for `hours`, lets the flare fade and vessels adapt to inflammation that is constant for so long.
    pub(crate) fn advance(&mut self, parameters: &RecoveryParameters, inflammation: &Field, hours: f64) {
        let is_inflamed = inflammation.maximum() > 0.0;
        if !is_inflamed && self.are_closed() {
            return;
        }
        self.channels.iter_mut().for_each(|channel| channel.close(parameters.closure_speed, hours));
        self.channels.retain(|channel| channel.diameter > 0.0);
        let left = (-hours / parameters.flare_time).exp();
        let left = if self.flare.maximum() * left < FLARE_OVER { 0.0 } else { left };
        let kept = (-hours / parameters.adaptation_time).exp();
        let is_over = !is_inflamed && self.adaptation.maximum() * kept < ADAPTATION_OVER;
        let kept = if is_over { 0.0 } else { kept };
        let inflammation = inflammation.values();
        engine::for_all_numbers(
            [self.flare.values_mut(), self.adaptation.values_mut()],
            |first, [flare, adaptation]| {
                let sites = flare.iter_mut().zip(adaptation).zip(&inflammation[first..]);
                for ((flare, adaptation), level) in sites {
                    *flare *= left;
                    *adaptation = level + (*adaptation - level) * kept;
                }
            },
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A channel has half of its area left after (1 − 1/√2) d/(2 v), whatever the steps, and its delay first.
    #[test]
    fn channels_close_from_their_edge() {
        let (diameter, speed, delay) = (250.0, 1.7, 10.0);
        let half_life = delay + 0.5 * diameter * (1.0 - 0.5_f64.sqrt()) / speed;
        let mut channel = Microchannel { x: 0.0, y: 0.0, diameter, delay };
        let whole = channel.area();
        (0..16).for_each(|_| channel.close(speed, half_life / 16.0));
        assert!((channel.area() / whole - 0.5).abs() < 1e-12);
        let hours_to_close = delay + 0.5 * diameter / speed;
        channel.close(speed, hours_to_close - half_life);
        assert!(channel.diameter.abs() < 1e-9);
    }
    fn grid() -> Grid {
        let side = crate::Length::micrometers(100.0);
        Grid::new(side, side, crate::Length::micrometers(20.0)).unwrap()
    }

    /// Claim: with constant inflammation dilation falls as e^{−t/τ_v}, exactly in steps of any length, and so does the
    /// flare with its own time; once inflammation is gone, vessels come to rest.
    #[test]
    fn vessels_adapt_exactly() {
        let parameters = RecoveryParameters::default();
        let level = Field::uniform(grid(), 0.7);
        let covered: Vec<_> = (0..grid().sites()).map(|site| (site, 0.5)).collect();
        let channel = Microchannel { x: 50.0, y: 50.0, diameter: 100.0, delay: 0.0 };
        for steps in [1, 7, 120] {
            let mut skin = Microchannels::none(grid());
            skin.open(channel, &covered);
            (0..steps).for_each(|_| skin.advance(&parameters, &level, 30.0 / f64::from(steps)));
            let [flare, adaptation] = [skin.flare(), skin.adaptation()].map(|field| field.values()[3]);
            assert!((flare - 0.5 * (-30.0 / parameters.flare_time).exp()).abs() < 1e-14);
            assert!((0.7 - adaptation - 0.7 * (-30.0 / parameters.adaptation_time).exp()).abs() < 1e-14);
            assert!(!skin.are_closed());
            let calm = Field::uniform(grid(), 0.0);
            (0..10).for_each(|_| skin.advance(&parameters, &calm, 24.0));
            assert!(skin.are_closed() && skin == Microchannels::none(grid()));
        }
    }
}
