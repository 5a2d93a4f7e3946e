//! What a fibroblast senses: signals where it is, the matrix along and beside its body, and the cues that follow.
use super::heading::Direction;
use super::{Fibroblast, Guidance, Stimulus, TurningCues};
use crate::grid::{Field, Grid, Locator};
use crate::matrix::{FiberMoments, Matrix, Site};
use crate::mechanics::{Mechanics, Movement, Strain};
use crate::parameters::FibroblastParameters;
use crate::tension::LangerLines;
use nalgebra::Vector2;

/// The frozen state that fibroblasts sense during one step.
///
/// ```
/// use dermaweave::cells::fibroblast::{Draw, Surroundings, Turns, advance};
/// use dermaweave::mechanics::Movement;
/// use dermaweave::{Grid, Length, Parameters, Signal, Skin, Tissue};
/// let side = Length::micrometers(400.0);
/// let tissue = Tissue::new(Grid::new(side, side, Length::micrometers(20.0))?, &Skin::young())?;
/// let (tgf_beta, pdgf) = (&tissue.signals()[Signal::TgfBeta], &tissue.signals()[Signal::Pdgf]);
/// let (tension, mechanics) = (tissue.tension(), Some(tissue.mechanics()));
/// let movement = Movement::default();
/// let quiet =
///     Surroundings { matrix: tissue.matrix(), tgf_beta, pdgf, tension, mechanics, movement, attractants: &[] };
/// let mut cells = tissue.fibroblasts().to_vec();
/// let (turns, draw) = (Turns { first_tick: 0, ticks: 2, tick_hours: 0.5 }, |_tick, _id| Draw { normal: 1.0, uniform: 0.5 });
/// advance(&mut cells, &quiet, &Parameters::default().fibroblast, turns, draw);
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
    /// Strain of the fiber network; without it the strain is imposed: that of the tension.
    pub mechanics: Option<&'a Mechanics>,
    /// How cells turn in skin that moves.
    pub movement: Movement,
    /// Signals of one's own that attract cells, beside PDGF.
    pub attractants: &'a [Attractant],
}

/// A signal of one's own that attracts cells up its slope, as PDGF does: χ|∇V|/(K+V) in the heading law.
///
/// ```
/// use dermaweave::cells::fibroblast::Attractant;
/// use dermaweave::{Field, Grid, Length};
/// let side = Length::micrometers(400.0);
/// let grid = Grid::new(side, side, Length::micrometers(20.0))?;
/// let level = Field::from_fn(grid, |x, _| 0.01 * x);
/// let attractant = Attractant { level, chemotaxis: 10.0, half_level: 1.0 };
/// assert!(attractant.pull(200.0, 200.0).x > 0.0);
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Attractant {
    /// Its level V, on sites of any size of the same field, such as those of the signals (`tissue.signals().grid()`).
    pub level: Field,
    /// χ in µm/h, as the `chemotaxis` of PDGF.
    pub chemotaxis: f64,
    /// K, the level of half effect.
    pub half_level: f64,
}

impl Attractant {
    /// χ∇V/(K+V) at a point in µm, in 1/h along x and y.
    pub fn pull(&self, x: f64, y: f64) -> Vector2<f64> {
        let (level, along_x, along_y) = self.level.sample(x, y);
        Vector2::new(along_x, along_y) * (self.chemotaxis / (self.half_level + level.max(0.0)))
    }
}

impl Surroundings<'_> {
    /// The grid of the matrix.
    pub const fn grid(&self) -> &Grid {
        self.matrix.grid()
    }
}

/// Signals at a cell.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct SignalCues {
    pub(crate) tgf_beta: f64,
    pub(crate) pdgf: f64,
    pub(crate) pdgf_slope: Vector2<f64>,
}

/// Matrix along and beside a cell's body, averaged.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct MatrixCues {
    pub(crate) collagen: FiberMoments,
    pub(crate) fibrin: f64,
    pub(crate) thickness: f64,
}

impl MatrixCues {
    /// Collagen per volume, 1 = healthy dermis.
    #[inline(always)]
    pub(crate) fn packing(&self) -> f64 {
        self.collagen.density / self.thickness
    }

    /// What a cell responds to in it.
    #[inline(always)]
    pub(crate) fn stimulus(&self, tgf_beta: f64, strain: f64) -> Stimulus {
        Stimulus { tgf_beta, packing: self.packing(), strain }
    }
}

/// The surroundings with all that is the same for every cell of a step.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Senses<'a> {
    surroundings: &'a Surroundings<'a>,
    pub(crate) parameters: &'a FibroblastParameters,
    /// Whether there is TGF-β anywhere.
    pub(crate) is_signal_present: bool,
    /// Whether corners found for one signal serve for the other.
    one_signal_grid: bool,
    /// The moment of the tension where it is the same everywhere.
    uniform_tension: Option<Vector2<f64>>,
    /// The movement cue, where it is the same everywhere.
    uniform_movement: Option<[f64; 4]>,
    strip: Strip,
}

impl<'a> Senses<'a> {
    pub(crate) fn new(surroundings: &'a Surroundings, parameters: &'a FibroblastParameters) -> Self {
        let uniform_tension = match surroundings.tension {
            LangerLines::Even(tension) => Some(tension.moment()),
            LangerLines::Varying { .. } => None,
        };
        Self {
            surroundings,
            parameters,
            is_signal_present: surroundings.tgf_beta.maximum() != 0.0,
            one_signal_grid: surroundings.tgf_beta.grid() == surroundings.pdgf.grid(),
            uniform_tension,
            uniform_movement: uniform_tension.map(|line| surroundings.movement.about(line)),
            strip: Strip::new(surroundings.grid(), parameters),
        }
    }

    pub(crate) const fn grid(&self) -> &Grid {
        self.surroundings.grid()
    }

    /// Levels of TGF-β and PDGF at a cell, and the slope of PDGF: bilinear between the centers of four sites.
    pub(crate) fn signals(&self, cell: &Fibroblast) -> SignalCues {
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

    /// The matrix that is sensed.
    pub(crate) const fn matrix(&self) -> &Matrix {
        self.surroundings.matrix
    }

    /// Distance in µm from the middle of a cell within which it senses the matrix.
    pub(crate) fn reach(&self) -> f64 {
        self.strip.reach * self.grid().spacing()
    }

    /// Mean moments and fibrin over the strip of body length × sensing width along the body of a cell.
    #[inline(always)]
    pub(crate) fn matrix_along(&self, cell: &Fibroblast, direction: Direction) -> MatrixCues {
        let (mut sums, mut storage) = ([0.0; 12], Site::default());
        for site in self.strip.sites(cell, direction) {
            let numbers = self.surroundings.matrix.site_in_place(site, &mut storage).numbers();
            (0..numbers.len()).for_each(|index| sums[index] += numbers[index]);
        }
        let share = 1.0 / POINTS as f64;
        let mean = Site::of_numbers(sums.map(|sum| sum * share));
        MatrixCues { collagen: mean.collagen(), fibrin: mean.fibrin, thickness: mean.thickness }
    }

    /// ε (cos 2ψ, sin 2ψ) of the tension at a point in µm.
    #[inline(always)]
    fn tension(&self, x: f64, y: f64) -> Vector2<f64> {
        self.uniform_tension.unwrap_or_else(|| self.surroundings.tension.moment_at(x, y))
    }

    /// Strain at a point in µm: that of the fiber network, or one that is imposed with the tension.
    #[inline(always)]
    pub(crate) fn strain(&self, x: f64, y: f64) -> Strain {
        if let Some(mechanics) = self.surroundings.mechanics {
            return mechanics.strain_at(x, y);
        }
        let [cosine, sine] = self.tension(x, y).into();
        Strain { mean: 1.0, cosine, sine }
    }

    /// The potential that turns a cell: PDGF, parallel fibers, strain, movement.
    ///
    /// The amplitude A₂ of the fibers is taken per fiber and weakened where there is little matrix, c/(c + ρ_g) with the packing
    /// c; contraction b strengthens it, g₂ (1 + (f₂ − 1) b), and weakens the cue of movement to 1 − b. Of strain the
    /// *ratio* e_d/e_m counts, how uneven it is, so that one constant g_s serves in skin and under an imposed strain. Fibers
    /// guide by their second moment only. (A weak cue that copies their fourth moment decays everywhere, a strong one
    /// overshoots.)
    #[inline(always)]
    pub(crate) fn guidance(
        &self,
        cell: &Fibroblast,
        matrix: &MatrixCues,
        signals: &SignalCues,
        strain: &Strain,
    ) -> Guidance {
        let parameters = self.parameters;
        let contracted = |factor: f64| 1.0 + (factor - 1.0) * cell.contraction;
        let parallel = parameters.parallel_guidance * contracted(parameters.contractile_parallel_factor);
        let (collagen, packing) = (&matrix.collagen, matrix.packing());
        let sensed = packing / (packing + parameters.guidance_density);
        let by_pdgf = signals.pdgf_slope * (parameters.chemotaxis / (parameters.pdgf_half_level + signals.pdgf));
        let attractants = self.surroundings.attractants.iter();
        let cues = TurningCues {
            chemotaxis: attractants.fold(by_pdgf, |sum, attractant| sum + attractant.pull(cell.x, cell.y)),
            parallel: Vector2::from(<[f64; 2]>::from(collagen.mean_second())) * (sensed * parallel)
                + strain.unevenness() * parameters.strain_guidance,
        };
        let movement = self
            .uniform_movement
            .unwrap_or_else(|| self.surroundings.movement.about(self.surroundings.tension.moment_at(cell.x, cell.y)));
        Guidance::new(&cues, parameters.rotational_diffusivity).with_movement(movement, 1.0 - cell.contraction)
    }
}

/// Points along the body and across the sensed strip at which a cell senses the matrix.
const ALONG: usize = 5;
const ACROSS: usize = 3;
const POINTS: usize = ALONG * ACROSS;

/// The strip of body length × sensing width along the heading in which a cell senses the matrix, in spacings.
#[derive(Clone, Copy, Debug)]
struct Strip {
    locator: Locator,
    length: f64,
    width: f64,
    /// Distance from the middle within which all points lie, whatever the heading: a hundredth of a site more than the
    /// outermost ones need, for the round-off of large fields.
    reach: f64,
}

impl Strip {
    fn new(grid: &Grid, parameters: &FibroblastParameters) -> Self {
        let locator = grid.locator();
        let (length, width) = (locator.scaled(parameters.body_length), locator.scaled(parameters.sensing_width));
        let (along, across) = PLACES[0];
        Self { locator, length, width, reach: (along * length).hypot(across * width) + 0.01 }
    }

    /// The sites at the points of a cell's strip.
    #[inline(always)]
    fn sites(&self, cell: &Fibroblast, Direction { sine, cosine }: Direction) -> [usize; POINTS] {
        let Self { locator, length, width, reach } = self;
        let (x, y) = (locator.scaled(cell.x), locator.scaled(cell.y));
        let (along_x, along_y, across_x, across_y) = (length * cosine, length * sine, -width * sine, width * cosine);
        let point = |(along, across): (f64, f64)| {
            (x + along * along_x + across * across_x, y + along * along_y + across * across_y)
        };
        let is_inside = locator.surrounds((x, y), *reach);
        // A plain loop, which is vectorized.
        let mut sites = [0; POINTS];
        for (site, place) in sites.iter_mut().zip(PLACES) {
            *site = locator.site_inside(point(place));
        }
        if !is_inside {
            sites.iter_mut().zip(PLACES).for_each(|(site, place)| *site = locator.site_at(point(place)));
        }
        sites
    }
}

/// The places of all points along and across a strip, from its middle, in its sides.
const PLACES: [(f64, f64); POINTS] = {
    let (mut places, mut point) = ([(0.0, 0.0); POINTS], 0);
    while point < POINTS {
        places[point] = (centered(point / ACROSS, ALONG), centered(point % ACROSS, ACROSS));
        point += 1;
    }
    places
};

/// Position of point `index` of `count` that divide a unit length into equal parts, from its middle.
const fn centered(index: usize, count: usize) -> f64 {
    (index as f64 + 0.5) / count as f64 - 0.5
}
