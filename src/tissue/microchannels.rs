//! What a patient sees after a session: microchannels in the epidermis, and redness.
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

/// All microchannels that are open, and the flare: redness that follows on needling at once, since mast
/// cells and nerves need no cells to arrive.
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
}

checked_on_reading! {
    Microchannels by check_read, read as "Microchannels" in MicrochannelsFields {
        #[serde(rename = "holes")]
        channels: Vec<Microchannel>,
        flare: Field,
    }
}

/// Largest length in µm and longest delay in hours of a channel that is read from a file.
const LARGEST: f64 = 1e6;

/// Share of the first flare below which it is over.
const FLARE_OVER: f64 = 1e-4;

impl Microchannels {
    /// Channels and a flare that a session can leave.
    pub(super) fn check_read(&self) -> Result<()> {
        self.channels.iter().try_for_each(|channel| {
            check_all_computed("place of a microchannel", &[channel.x, channel.y], "µm", -LARGEST..=LARGEST)?;
            check_computed("diameter of a microchannel", channel.diameter, "µm", 0.0..=LARGEST)?;
            check_computed("delay of a microchannel", channel.delay, "h", 0.0..=LARGEST)
        })?;
        self.flare.check_values("flare", "(0 to 1)", 0.0..=1.0)
    }

    /// Closed skin; the flare is kept on `grid`.
    pub fn none(grid: Grid) -> Self {
        Self { channels: Vec::new(), flare: Field::uniform(grid, 0.0) }
    }

    /// The channels that are still open.
    pub fn channels(&self) -> &[Microchannel] {
        &self.channels
    }

    /// The flare, as the share of each site that was needled, fading with τ_r.
    /// It lives on the grid of the signals.
    pub const fn flare(&self) -> &Field {
        &self.flare
    }

    /// Whether nothing is open and the flare is over.
    pub fn are_closed(&self) -> bool {
        self.channels.is_empty() && self.flare.maximum() <= 0.0
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

    /// Closes for `hours` and lets the flare fade.
    pub(crate) fn advance(&mut self, parameters: &RecoveryParameters, hours: f64) {
        if self.are_closed() {
            return;
        }
        self.channels.iter_mut().for_each(|channel| channel.close(parameters.closure_speed, hours));
        self.channels.retain(|channel| channel.diameter > 0.0);
        let left = (-hours / parameters.flare_time).exp();
        let over = self.flare.maximum() * left < FLARE_OVER;
        let left = if over { 0.0 } else { left };
        engine::for_all_numbers([self.flare.values_mut()], |_, [flare]| {
            for flare in flare {
                *flare *= left;
            }
        });
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
}
