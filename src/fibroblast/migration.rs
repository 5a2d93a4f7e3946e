//! What a fibroblast senses and how it moves.
use super::feeling::{FiberCues, Strip};
use super::{Fibroblast, Guidance, TurningCues};
use crate::grid::{Field, Grid};
use crate::matrix::Matrix;
use crate::parameters::FibroblastParameters;
use crate::tension::LangerLines;
use nalgebra::Vector2;

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
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct SignalCues {
    pub(super) tgf_beta: f64,
    pub(super) pdgf: f64,
    pub(super) pdgf_slope: Vector2<f64>,
}

impl Surroundings<'_> {
    /// The grid of the matrix.
    pub const fn grid(&self) -> &Grid {
        self.matrix.grid()
    }
}

/// The surroundings with all that is the same for every cell of a step.
#[derive(Clone, Copy, Debug)]
pub(super) struct Senses<'a> {
    surroundings: &'a Surroundings<'a>,
    parameters: &'a FibroblastParameters,
    /// Whether there is no TGF-β anywhere, so that nobody need listen.
    silent: bool,
    /// Whether corners found for one signal serve for the other.
    one_signal_grid: bool,
    /// The moment of the tension where it is the same everywhere.
    even_tension: Option<Vector2<f64>>,
    strip: Strip,
}

impl<'a> Senses<'a> {
    pub(super) fn new(surroundings: &'a Surroundings, parameters: &'a FibroblastParameters) -> Self {
        Self {
            surroundings,
            parameters,
            silent: surroundings.tgf_beta.maximum() == 0.0,
            one_signal_grid: surroundings.tgf_beta.grid() == surroundings.pdgf.grid(),
            even_tension: match surroundings.tension {
                LangerLines::Even(tension) => Some(tension.moment()),
                LangerLines::Varying { .. } => None,
            },
            strip: Strip::new(surroundings.grid(), parameters),
        }
    }

    pub(super) const fn parameters(&self) -> &FibroblastParameters {
        self.parameters
    }

    pub(super) const fn grid(&self) -> &Grid {
        self.surroundings.grid()
    }

    pub(super) const fn matrix(&self) -> &Matrix {
        self.surroundings.matrix
    }

    pub(super) const fn are_silent(&self) -> bool {
        self.silent
    }

    pub(super) fn signals(&self, cell: &Fibroblast) -> SignalCues {
        let Surroundings { tgf_beta, pdgf, .. } = self.surroundings;
        let corners = tgf_beta.corners(cell.x, cell.y);
        let (pdgf, along_x, along_y) =
            if self.one_signal_grid { pdgf.sample_at(&corners) } else { pdgf.sample(cell.x, cell.y) };
        SignalCues {
            tgf_beta: tgf_beta.sample_at(&corners).0,
            pdgf: pdgf.max(0.0),
            pdgf_slope: Vector2::new(along_x, along_y),
        }
    }

    /// How a cell lies that feels.
    pub(super) const fn strip(&self) -> &Strip {
        &self.strip
    }

    /// The potential that turns a cell. Amplitudes are taken per fiber and weakened where there is
    /// little matrix, ρ/(ρ + ρ_g); contraction strengthens the pull of parallel fibers and weakens
    /// that of the weave. The cue of fourth order is the *excess* over one family
    /// ([`FiberMoments::weave_excess`]): parallel fibers cross nothing, so they guide as parallel
    /// fibers only. (Their bare fourth moment, the alternative, has cells lay a lattice along and
    /// across a scar's own axis, 45° off the weave of skin.)
    #[inline(always)]
    pub(super) fn guidance(&self, cell: &Fibroblast, fibers: &FiberCues, signals: &SignalCues) -> Guidance {
        let parameters = self.parameters;
        let contracted = |factor: f64| 1.0 + (factor - 1.0) * cell.contraction;
        let parallel = parameters.parallel_guidance * contracted(parameters.contractile_parallel_factor);
        let weave = parameters.weave_guidance * contracted(parameters.contractile_weave_factor);
        let collagen = &fibers.collagen;
        let felt = collagen.density / (collagen.density + parameters.guidance_density);
        let tension = self.even_tension.unwrap_or_else(|| self.surroundings.tension.moment_at(cell.x, cell.y));
        let cues = TurningCues {
            chemotaxis: signals.pdgf_slope * (parameters.chemotaxis / (parameters.pdgf_half_level + signals.pdgf)),
            parallel: Vector2::from(<[f64; 2]>::from(collagen.mean_second())) * (felt * parallel)
                + tension * parameters.tension_guidance,
            weave: collagen.weave_excess() * (felt * weave),
        };
        Guidance::new(&cues, parameters.rotational_diffusivity)
    }
}

/// Speed in µm/h: from clot to intact dermis by what the cell is embedded in, times activation.
pub(super) fn speed(activation: f64, fibers: &FiberCues, parameters: &FibroblastParameters) -> f64 {
    let embedded = fibers.fibrin + fibers.collagen.density;
    let clot = if embedded > 0.0 { fibers.fibrin / embedded } else { 0.0 };
    activation * (parameters.dermis_speed + (parameters.clot_speed - parameters.dermis_speed) * clot)
}
