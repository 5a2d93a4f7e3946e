//! What needs no course: devices, pulses of TGF-β, untouched skin and how it ages.
#![allow(clippy::unnecessary_wraps, reason = "all experiments have one signature")]
use super::{Numbers, Replicate};
use crate::cells::fibroblast::Fibroblast;
use crate::measure::{Firmness, Histology, Region};
use crate::parameters::FibroblastParameters;
use crate::tissue::Exposure;
use crate::treatment::{Puncture, punctures};
use crate::{Device, Grid, Length, Protocol, Result, Session, Skin, Slab, Time, Tissue};

/// A fully saturating level of TGF-β, as in culture.
const SATURATING: f64 = 100.0;
/// Hours of a pulse, and from its start to that of a second one.
const PULSE: f64 = 0.5;
const SECOND_PULSE: f64 = 24.0;

/// Rollers on a field of 4 cm².
pub(super) fn devices(Replicate { seed, .. }: Replicate) -> Result<Numbers> {
    let side = Length::millimeters(20.0);
    let grid = Grid::new(side, side, Length::micrometers(40.0))?;
    let fifteen = Session { passes: 15, ..Session::new(Device::dermaroller_mf8(), Time::days(0.0)) };
    let protocol = Protocol { sessions: vec![fifteen], doses: Vec::new(), end: Time::days(1.0) };
    let holes = protocol.dry_run(&grid, seed)?.sessions[0].holes_per_cm2;
    let upper = grid.with_slab(Slab { depth: Length::micrometers(1.0), ..Slab::default() })?;
    let channels = punctures(&Session::new(Device::roller_770(), Time::days(0.0)), 0, &upper, seed);
    let mean = |of: fn(&Puncture) -> f64| channels.iter().map(of).sum::<f64>() / channels.len() as f64;
    Ok(Numbers::from([
        ("holes_15_passes", holes),
        ("channel_depth", mean(|channel| channel.depth)),
        ("channel_width", mean(|channel| channel.surface_diameter)),
    ]))
}

/// Days for which a fibroblast in full matrix stays active after one pulse, and after two.
pub(super) fn memory(Replicate { parameters, .. }: Replicate) -> Result<Numbers> {
    let parameters = &parameters.fibroblast;
    let rest = Fibroblast { id: 0, x: 0.0, y: 0.0, heading: 0.0, activation: 0.0, contraction: 0.0 };
    let mut cell = rest;
    cell.respond(SATURATING, 1.0, parameters, PULSE);
    let once = PULSE + days_active(cell, parameters);
    cell.respond(0.0, 1.0, parameters, SECOND_PULSE - PULSE);
    cell.respond(SATURATING, 1.0, parameters, PULSE);
    let twice = SECOND_PULSE + PULSE + days_active(cell, parameters);
    Ok(Numbers::from([("memory_one_pulse", once / 24.0), ("memory_two_pulses", twice / 24.0)]))
}

/// Hours until a cell without TGF-β rests.
fn days_active(mut cell: Fibroblast, parameters: &FibroblastParameters) -> f64 {
    const STEP: f64 = 0.25;
    let mut hours = 0.0;
    while cell.activation >= parameters.resting_activation && hours < 10_000.0 {
        cell.respond(0.0, 1.0, parameters, STEP);
        hours += STEP;
    }
    hours
}

/// Untouched skin: its fibers in the microscope and in the tensile test.
pub(super) fn untouched(Replicate { seed, .. }: Replicate) -> Result<Numbers> {
    let side = Length::millimeters(2.0);
    let grid = Grid::new(side, side, Length::micrometers(20.0))?;
    let skin = Skin::young();
    let tissue = Tissue::new(grid, &skin)?;
    let index = Histology::default().orientation_index(tissue.matrix(), &Region::all(&grid), Histology::VIEWS, seed)?;
    let firmness = Firmness::of(&skin.collagen(), skin.elastin, skin.tension.axis);
    Ok(Numbers::from([("coi_healthy", index), ("modulus_ratio", firmness.modulus_anisotropy)]))
}

/// Age in years at which the modulus of skin is highest, about.
const ADULT: f64 = 30.0;

/// Decades of protected and of sun-exposed skin.
pub(super) fn ageing(Replicate { parameters, .. }: Replicate) -> Result<Numbers> {
    let thickness = |skin: &Skin| parameters.surface.thickness(skin.collagen_density, 1.0);
    let (young, old) = (Skin::young(), Skin::aged(80.0));
    let per_decade = 100.0 * (thickness(&old) / thickness(&young) - 1.0) / 6.0;
    let (protected, exposed) = (Skin::aged(60.0), Skin::lived(60.0, Exposure::sun()));
    // Of a volume of dermis, as in a tensile test: a thin dermis has less of it, not a softer one.
    let modulus = |skin: &Skin| {
        let per_thickness = skin.collagen_density.recip();
        Firmness::of(&(skin.collagen() * per_thickness), skin.elastin * per_thickness, skin.tension.axis).modulus_along
    };
    Ok(Numbers::from([
        ("thickness_decade", per_decade),
        ("sun_collagen", exposed.collagen_density / protected.collagen_density),
        ("modulus_with_age", modulus(&old) / modulus(&Skin::aged(ADULT))),
    ]))
}
