//! What slow activity lays in a day.
use super::Tissue;
use crate::cells::fibroblast::{Guidance, TurningCues};
use crate::engine;
use crate::grid::Field;
use crate::matrix::FiberMoments;
use crate::mechanics::{Daily, Movement, Strain, production_under_strain};
use crate::parameters::Parameters;
use crate::remodeling::Laying;
use nalgebra::Vector2;

impl Tissue {
    /// Collagen that slow activity lays in a day, and its directions: the mean headings of cells that are not contractile, among
    /// the fibers of each window, under its strain, in skin that moves.
    pub(crate) fn laying(&self, daily: Daily, parameters: &Parameters) -> Laying {
        let fibroblast = &parameters.fibroblast;
        let windows = *daily.laid.grid();
        let covered = fibroblast.body_length * fibroblast.body_width * self.resting_per_mm2() * 1e-6;
        let rate = fibroblast.deposition_rate / fibroblast.packing_limit * covered;
        let production = rate * self.skin.production(&parameters.ageing);
        let movement = Movement::of(&parameters.mechanics);
        let means = engine::window_means(&self.matrix, &windows);
        let mut laying =
            Laying { exponent: daily.laid, headings: std::array::from_fn(|_| Field::uniform(windows, 0.0)) };
        for (window, means) in means.iter().enumerate() {
            let (x, y) = windows.center_of(window);
            let strain = self.mechanics.strain_at(x, y);
            let cues = movement.about(self.tension.moment_at(x, y));
            let laid = headings(&(means.new + means.mature), means.thickness, &strain, cues, parameters);
            let sensed = strain.mean + fibroblast.polarity * (strain.cosine * laid.c2 + strain.sine * laid.s2);
            let exponent = &mut laying.exponent.values_mut()[window];
            *exponent *= production * production_under_strain(sensed, &parameters.mechanics);
            for (field, moment) in laying.headings.iter_mut().zip([laid.c2, laid.s2, laid.c4, laid.s4]) {
                field.values_mut()[window] = moment;
            }
        }
        laying
    }
}

/// Mean headings of cells among fibers, as fibers of amount 1 that they would lay.
fn headings(
    fibers: &FiberMoments,
    thickness: f64,
    strain: &Strain,
    movement: [f64; 4],
    parameters: &Parameters,
) -> FiberMoments {
    let fibroblast = &parameters.fibroblast;
    let packing = fibers.density / thickness;
    let sensed = packing / (packing + fibroblast.guidance_density);
    let parallel = Vector2::from(<[f64; 2]>::from(fibers.mean_second())) * (sensed * fibroblast.parallel_guidance);
    let along = strain.unevenness() * fibroblast.strain_guidance;
    let cues = TurningCues { chemotaxis: Vector2::zeros(), parallel: parallel + along };
    Guidance::new(&cues, fibroblast.rotational_diffusivity).with_movement(movement, 1.0).stationary()
}
