//! What a fibroblast senses and how it moves.
use super::{Fibroblast, Guidance, TurningCues};
use crate::grid::{Boundary, Field, Grid};
use crate::matrix::{FiberMoments, Matrix};
use crate::parameters::FibroblastParameters;
use crate::tension::LangerLines;
use nalgebra::Vector2;
use std::f64::consts::PI;

/// The frozen state that fibroblasts sense during one step.
///
/// ```
/// use dermaweave::fibroblast::{Draw, Surroundings, advance};
/// use dermaweave::{Grid, Length, Parameters, Signal, Skin, Tissue};
/// let side = Length::micrometers(400.0);
/// let tissue = Tissue::new(Grid::new(side, side, Length::micrometers(20.0))?, &Skin::young())?;
/// let (tgf_beta, pdgf) = (&tissue.signals()[Signal::TgfBeta], &tissue.signals()[Signal::Pdgf]);
/// let quiet = Surroundings { matrix: tissue.matrix(), tgf_beta, pdgf, tension: tissue.tension() };
/// let mut cells = tissue.fibroblasts().to_vec();
/// let draw = |_tick, _id| Draw { normal: 1.0, uniform: 0.5 };
/// advance(&mut cells, &quiet, &Parameters::default().fibroblast, (0, 2, 0.5), draw);
/// assert_eq!(cells, tissue.fibroblasts());
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Surroundings<'a> {
    /// Fibers and fibrin.
    pub matrix: &'a Matrix,
    /// TGF-β level.
    pub tgf_beta: &'a Field,
    /// PDGF level.
    pub pdgf: &'a Field,
    /// Skin tension.
    pub tension: &'a LangerLines,
}

/// Signals at a cell.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SignalCues {
    pub tgf_beta: f64,
    pub pdgf: f64,
    pub pdgf_slope: Vector2<f64>,
}

/// Matrix along and beside a cell's body, averaged.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FiberCues {
    pub collagen: FiberMoments,
    pub fibrin: f64,
}

/// Points along the body and across the sensed strip at which a cell feels the matrix.
const SENSED_ALONG: usize = 5;
const SENSED_ACROSS: usize = 3;

impl Surroundings<'_> {
    /// The grid of the matrix.
    pub const fn grid(&self) -> &Grid {
        self.matrix.grid()
    }

    pub(crate) fn sense_signals(&self, cell: &Fibroblast) -> SignalCues {
        let (pdgf, along_x, along_y) = self.pdgf.sample(cell.x, cell.y);
        SignalCues {
            tgf_beta: self.tgf_beta.sample(cell.x, cell.y).0,
            pdgf: pdgf.max(0.0),
            pdgf_slope: Vector2::new(along_x, along_y),
        }
    }

    /// Mean moments over a strip of body length × sensing width along the heading.
    pub(crate) fn sense_fibers(&self, cell: &Fibroblast, parameters: &FibroblastParameters) -> FiberCues {
        let (sine, cosine) = cell.heading.sin_cos();
        let share = 1.0 / (SENSED_ALONG * SENSED_ACROSS) as f64;
        let mut felt = FiberCues { collagen: FiberMoments::default(), fibrin: 0.0 };
        for point in 0..SENSED_ALONG * SENSED_ACROSS {
            let along = centered(point / SENSED_ACROSS, SENSED_ALONG) * parameters.body_length;
            let across = centered(point % SENSED_ACROSS, SENSED_ACROSS) * parameters.sensing_width;
            let (x, y) = (cell.x + along * cosine - across * sine, cell.y + along * sine + across * cosine);
            let site = self.matrix.site(self.grid().site_at(x, y));
            felt.collagen += site.collagen();
            felt.fibrin += site.fibrin;
        }
        FiberCues { collagen: felt.collagen * share, fibrin: felt.fibrin * share }
    }

    /// Collagen density at a point.
    pub(crate) fn matrix_density_at(&self, x: f64, y: f64) -> f64 {
        self.matrix.site(self.grid().site_at(x, y)).collagen().density
    }

    /// The potential that turns a cell. Amplitudes are taken per fiber and weakened where there is
    /// little matrix, ρ/(ρ + ρ_g); contraction strengthens the pull of parallel fibers and weakens
    /// that of the weave. The cue of fourth order is the *excess* over one family
    /// ([`FiberMoments::weave_excess`]): parallel fibers cross nothing, so they guide as parallel
    /// fibers only. (Their bare fourth moment, the alternative, has cells lay a lattice along and
    /// across a scar's own axis, 45° off the weave of skin.)
    pub(crate) fn guidance(
        &self,
        cell: &Fibroblast,
        fibers: &FiberCues,
        signals: &SignalCues,
        parameters: &FibroblastParameters,
    ) -> Guidance {
        let contracted = |factor: f64| 1.0 + (factor - 1.0) * cell.contraction;
        let parallel = parameters.parallel_guidance * contracted(parameters.contractile_parallel_factor);
        let weave = parameters.weave_guidance * contracted(parameters.contractile_weave_factor);
        let collagen = &fibers.collagen;
        let felt = collagen.density / (collagen.density + parameters.guidance_density);
        let tension = self.tension.moment_at(cell.x, cell.y);
        let cues = TurningCues {
            chemotaxis: signals.pdgf_slope * (parameters.chemotaxis / (parameters.pdgf_half_level + signals.pdgf)),
            parallel: Vector2::from(<[f64; 2]>::from(collagen.mean_second())) * (felt * parallel)
                + tension * parameters.tension_guidance,
            weave: collagen.weave_excess() * (felt * weave),
        };
        Guidance::new(&cues, parameters.rotational_diffusivity)
    }
}

/// Position of point `index` of `count` that divide a unit length into equal parts, from its middle.
pub(crate) fn centered(index: usize, count: usize) -> f64 {
    (index as f64 + 0.5) / count as f64 - 0.5
}

/// Speed in µm/h: from clot to intact dermis by what the cell is embedded in, times activation.
pub(crate) fn speed(activation: f64, fibers: &FiberCues, parameters: &FibroblastParameters) -> f64 {
    let embedded = fibers.fibrin + fibers.collagen.density;
    let clot = if embedded > 0.0 { fibers.fibrin / embedded } else { 0.0 };
    activation * (parameters.dermis_speed + (parameters.clot_speed - parameters.dermis_speed) * clot)
}

impl Fibroblast {
    /// Moves along the heading; turns back at a closed edge.
    pub(crate) fn step_forward(&mut self, distance: f64, grid: &Grid) {
        let (sine, cosine) = self.heading.sin_cos();
        let (x, y, mirrored_x, mirrored_y) = grid.bring_back(self.x + distance * cosine, self.y + distance * sine);
        (self.x, self.y) = (x, y);
        debug_assert!(grid.boundary() == Boundary::Closed || !(mirrored_x || mirrored_y));
        if mirrored_x {
            self.heading = PI - self.heading;
        }
        if mirrored_y {
            self.heading = -self.heading;
        }
    }
}
