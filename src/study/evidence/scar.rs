//! An atrophic acne scar through its depth: a [`Dermis`] of several layers.
//!
//! What a score or a cast sees of a scar is the hollow above all layers. Needles open wide channels in the
//! upper dermis, narrow ones below, and none beneath their tips, so one layer does not stand for the scar.
use super::{Chosen, Moved, Numbers, Replicate};
use crate::report::Row;
use crate::{AtrophicScar, Dermis, Device, Grid, Length, Protocol, Result, Skin, Time, Tissue};

/// Layers of equal thickness into which the dermis is cut.
const LAYERS: usize = 6;
/// Four weeks after the third and after the fifth session, in days.
const AFTER_THREE: f64 = 84.0;
const AFTER_FIVE: f64 = 140.0;

/// Five monthly sessions on a boxcar scar: volume and relief that are left after three and after five.
pub(super) fn boxcar(Replicate { parameters, seed, moved }: Replicate) -> Result<Numbers> {
    let penetration_efficiency = Moved::value_of(moved, Chosen::Penetration);
    let roller = Device { penetration_efficiency, ..Device::dermaroller_mf8() };
    let protocol = Protocol { end: Time::days(AFTER_FIVE), ..Protocol::repeated(roller, 5, Time::weeks(4.0)) };
    let side = Length::millimeters(2.6);
    let skin = Skin { placement_seed: seed, ..Skin::aged(25.0) };
    let tissue = move |grid| Tissue::new(grid, &skin)?.with_lesion(&AtrophicScar::boxcar());
    let builder = Dermis::builder(Grid::new(side, side, Length::micrometers(20.0))?, tissue).layers(LAYERS);
    let builder = builder.protocol(protocol).parameters(parameters.clone()).seed(seed).threads(1);
    let mut dermis = builder.sample_every(Time::weeks(4.0)).build()?;
    dermis.run()?;
    // In percent of what it was before.
    let change = |region: &str, day: f64, measure: fn(&Row) -> f64| {
        let mut rows = dermis.report().region(region);
        let before = dermis.report().first(region).map_or(f64::NAN, measure);
        100.0 * (rows.find(|row| row.day == day).map_or(f64::NAN, measure) / before - 1.0)
    };
    let volume = |day: f64| change("lesion", day, |row| row.surface.volume_mm3);
    Ok(Numbers::from([
        ("scar_three_sessions", volume(AFTER_THREE)),
        ("scar_five_sessions", volume(AFTER_FIVE)),
        ("relief_three_sessions", change("all", AFTER_THREE, |row| row.surface.ra_um.unwrap_or(f64::NAN))),
    ]))
}
