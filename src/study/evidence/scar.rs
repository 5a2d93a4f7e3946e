//! An atrophic acne scar through its depth: layers of the dermis, each simulated at its own depth.
//!
//! What a score or a cast sees of a scar is the hollow above all layers. Needles open wide channels in the
//! upper dermis, narrow ones below, and none beneath their tips, so one layer does not stand for the scar.
use super::{Chosen, Moved, Numbers, Replicate};
use crate::measure::{Region, Surface, SurfaceMeasures, SurfaceRegion};
use crate::{AtrophicScar, Device, Grid, Length, Parameters, Protocol, Result, Simulation, Skin, Slab, Time, Tissue};
use std::ops::ControlFlow;

/// Layers of equal thickness into which the dermis is cut.
const LAYERS: usize = 6;
/// Four weeks after the third and after the fifth session, in days.
const AFTER_THREE: f64 = 84.0;
const AFTER_FIVE: f64 = 140.0;

/// Five monthly sessions on a boxcar scar: volume and relief that are left after three and after five.
pub(super) fn boxcar(Replicate { parameters, seed, moved }: Replicate) -> Result<Numbers> {
    let penetration_efficiency = Moved::value_of(moved, Chosen::Penetration);
    let roller = Device { penetration_efficiency, ..Device::dermaroller_mf8() };
    let layers: Result<Vec<_>> = (0..LAYERS).map(|layer| layer_surfaces(parameters, seed, layer, &roller)).collect();
    let layers = layers?;
    let relief = |time: usize| {
        let at_time: Vec<Surface> = layers.iter().map(|surfaces| surfaces[time].clone()).collect();
        Relief::of(&Surface::mean_of(&at_time)?)
    };
    let (before, after_three, after_five) = (relief(0)?, relief(1)?, relief(2)?);
    let percent = |after: f64, before: f64| 100.0 * (after / before - 1.0);
    let roughness = |relief: &Relief| relief.field.ra_um.unwrap_or(f64::NAN);
    Ok(Numbers::from([
        ("scar_three_sessions", percent(after_three.scar.volume_mm3, before.scar.volume_mm3)),
        ("scar_five_sessions", percent(after_five.scar.volume_mm3, before.scar.volume_mm3)),
        ("relief_three_sessions", percent(roughness(&after_three), roughness(&before))),
    ]))
}

fn tissue(parameters: &Parameters, seed: u64, layer: usize) -> Result<Tissue> {
    let surface = &parameters.surface;
    let depth = surface.epidermis + (layer as f64 + 0.5) / LAYERS as f64 * surface.reference_thickness;
    let (side, slab) = (Length::millimeters(2.6), Slab { depth: Length::micrometers(depth), ..Slab::default() });
    let grid = Grid::new(side, side, Length::micrometers(20.0))?.with_slab(slab)?;
    let skin = Skin { placement_seed: seed, ..Skin::aged(25.0) };
    Tissue::new(grid, &skin)?.with_lesion(&AtrophicScar::boxcar())
}

/// The surface that one layer alone would have before, after three and after five sessions.
fn layer_surfaces(parameters: &Parameters, seed: u64, layer: usize, roller: &Device) -> Result<Vec<Surface>> {
    let tissue = tissue(parameters, seed, layer)?;
    let protocol = Protocol::repeated(roller.clone(), 5, Time::weeks(4.0));
    let mut surfaces = vec![Surface::of(&tissue, &parameters.surface)?];
    let builder = Simulation::builder(tissue).protocol(Protocol { end: Time::days(AFTER_FIVE), ..protocol });
    let mut simulation =
        builder.parameters(parameters.clone()).seed(seed).threads(1).sample_every(Time::days(28.0)).build()?;
    let mut failed = None;
    simulation.run_observed(|progress| {
        if progress.day == AFTER_THREE || progress.day == AFTER_FIVE {
            match Surface::of(progress.tissue, &parameters.surface) {
                Ok(surface) => surfaces.push(surface),
                Err(error) => failed = Some(error),
            }
        }
        ControlFlow::Continue(())
    })?;
    failed.map_or(Ok(surfaces), Err)
}

/// What is measured on a surface.
struct Relief {
    scar: SurfaceMeasures,
    field: SurfaceMeasures,
}

impl Relief {
    fn of(surface: &Surface) -> Result<Self> {
        let tissue = tissue(&Parameters::default(), 0, 0)?;
        let of = |region: &Region| SurfaceRegion::new(region, tissue.grid(), &surface.grid)?.measure(surface);
        let scar = Region::mask("scar", tissue.grid(), tissue.lesion().to_vec())?;
        Ok(Self { scar: of(&scar)?, field: of(&Region::all(tissue.grid()))? })
    }
}
