//! The healing rat infarct of Rouillard & Holmes 2012 (J Physiol 590:4585, doi:10.1113/jphysiol.2012.229484) in
//! terms of this crate: fibroblasts enter a wound without cells, guided by a chemokine, by fibers and by the
//! strain of the wound, and lay, turn and cut collagen. It tells whether strain decides how a scar is aligned.
//!
//! The amount of collagen here is its *area fraction*. Strain is imposed ([`Tissue::with_imposed_strain`]): it does not depend on
//! the fibers that are there. Lengths are scaled by 0.04 as in the paper.
//!
//! ```
//! use dermaweave::study::infarct::{Infarct, Strain, WOUND};
//! let infarct = Infarct { strain: Strain::Biaxial, days: 1.0, ..Infarct::default() };
//! let mut simulation = infarct.builder(1)?.build()?;
//! simulation.run()?;
//! let before = simulation.report().region(WOUND).next().map(|row| row.fibroblasts_per_mm2);
//! assert_eq!(before, Some(0.0), "cells have yet to enter");
//! # Ok::<(), dermaweave::Error>(())
//! ```
use crate::cells::fibroblast::Fibroblast;
use crate::grid::disc_square_overlap;
use crate::measure::Region;
use crate::parameters::{AgeingParameters, FiberAxis, FibroblastParameters, MechanicsParameters, Parameters, Response};
use crate::random::{Purpose, stream};
use crate::simulation::Builder;
use crate::tension::Tension;
use crate::{Boundary, ExactDiffusion, Field, Grid, Length, Protocol, Result, Signal, Simulation, Skin, Slab};
use crate::{Time, Tissue};
use rand::RngExt;
use std::f64::consts::{FRAC_PI_2, PI, TAU};

/// Name of the region of the wound in the report.
pub const WOUND: &str = "wound";
/// Radius of the wound, or of the circle of its area, in µm.
pub const RADIUS: f64 = 113.0;
/// 1/range of the chemokine in 1/µm.
pub const CHEMOKINE_DECAY: f64 = 0.0791;

const SIDE: f64 = 440.0;
const SPACING: f64 = 2.5;
const CELLS: usize = 484;
/// Most cells per µm².
const CROWDED: f64 = 0.0085;
/// Area of a cell of radius 5 µm; its body here is the square of that area.
const BODY_AREA: f64 = PI * 25.0;
/// How fast a fiber across a cell turns, in degrees per hour: 1 to 3 are published (Rouillard & Holmes 2012,
/// doi:10.1113/jphysiol.2012.229484); chosen by the mean vector length under uniaxial strain.
const TURNING: f64 = 1.2;
/// Longest step in hours: so many cells turn and follow the same fibers that steps of 3 h give a seventh less order.
const LONGEST_STEP: f64 = 1.0;
/// Native matrix along x: area fraction and mean vector length.
const NATIVE_FRACTION: f64 = 0.032;
const NATIVE_LENGTH: f64 = 0.747;

/// How the wound is strained.
///
/// ```
/// use dermaweave::study::infarct::{Infarct, Strain};
/// let axis = |strain| Infarct { strain, ..Infarct::default() }.name();
/// assert_eq!([Strain::Uniaxial, Strain::None].map(axis), ["uniaxial", "none"]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strain {
    /// Along x only
    Uniaxial,
    /// Along x and y alike: it has no direction
    Biaxial,
    /// Along y only, across the native fibers
    Longitudinal,
    /// Not at all; a cell cannot tell it from biaxial strain
    None,
}

/// Outline of the wound.
///
/// ```
/// use dermaweave::study::infarct::{Infarct, Shape};
/// let wound = Infarct { shape: Shape::Ellipse, aspect: 4.0, ..Infarct::default() };
/// // The middle of the field is at 220 µm; half axes are 226 µm along x and 56.5 µm along y.
/// assert!(wound.is_wound(420.0, 220.0) && !wound.is_wound(220.0, 300.0));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Of radius [`RADIUS`]
    Circle,
    /// Of the same area
    Ellipse,
}

/// How cells lay fibers.
///
/// ```
/// use dermaweave::parameters::FiberAxis;
/// use dermaweave::study::infarct::{Deposition, Infarct};
/// let infarct = Infarct { deposition: Deposition::Random, ..Infarct::default() };
/// assert_eq!(infarct.builder(1)?.build()?.parameters().fiber_axis, FiberAxis::LaidAtRandom);
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deposition {
    /// Along their body
    Aligned,
    /// Without direction
    Random,
}

/// One experiment.
///
/// ```
/// use dermaweave::parameters::FibroblastParameters;
/// use dermaweave::study::infarct::Infarct;
/// let without_cue = Infarct { strain_guidance: 0.0, days: 21.0, ..Infarct::default() };
/// // One constant: that of skin.
/// assert_eq!(Infarct::default().strain_guidance, FibroblastParameters::default().strain_guidance);
/// assert_eq!(without_cue.builder(3)?.build()?.protocol().end.in_days(), 21.0);
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Infarct {
    /// How the wound is strained.
    pub strain: Strain,
    /// Its outline.
    pub shape: Shape,
    /// Extent along x over that along y of an elliptic wound.
    pub aspect: f64,
    /// How cells lay fibers.
    pub deposition: Deposition,
    /// Whether cells turn the fibers under them.
    pub realignment: bool,
    /// g_s in 1/h; 0 takes the strain cue away.
    pub strain_guidance: f64,
    /// Days of healing.
    pub days: f64,
}

impl Default for Infarct {
    fn default() -> Self {
        Self {
            strain: Strain::Uniaxial,
            shape: Shape::Circle,
            aspect: 2.0,
            deposition: Deposition::Aligned,
            realignment: true,
            strain_guidance: FibroblastParameters::default().strain_guidance,
            days: 42.0,
        }
    }
}

impl Infarct {
    /// The experiment, measured weekly in `all` and in [`WOUND`], ready to be built.
    /// Fails as the parts do from which it is made, such as for an ellipse wider than the field.
    pub fn builder(&self, seed: u64) -> Result<Builder> {
        let grid = Self::grid()?;
        let all = |value: f64| vec![value; grid.sites()];
        let tissue = Tissue::from_arrays(grid, &skin(), &all(NATIVE_FRACTION), &all(NATIVE_LENGTH), &all(0.0))?
            .with_signal_spacing(Length::micrometers(SPACING))?
            .with_fibroblasts(self.cells(seed))?
            .with_tension(|x, y| self.tension(x, y))?
            .with_imposed_strain();
        let chemokine = self.chemokine(*tissue.signals().grid());
        // One substance activates cells (as TGF-β does) and attracts them (as PDGF does).
        let tissue =
            tissue.with_held_signal(Signal::TgfBeta, chemokine.clone())?.with_held_signal(Signal::Pdgf, chemokine)?;
        let builder = Simulation::builder(tissue).parameters(self.parameters()).region(self.wound(&grid)?);
        let builder = builder.longest_step(Time::hours(LONGEST_STEP));
        Ok(builder.protocol(Protocol::untreated(Time::days(self.days))).seed(seed).arm(self.name()))
    }

    /// What tells it from other experiments.
    pub fn name(&self) -> String {
        format!("{:?}", self.strain).to_lowercase()
    }

    pub(super) fn grid() -> Result<Grid> {
        let side = Length::micrometers(SIDE);
        let grid = Grid::new(side, side, Length::micrometers(SPACING))?.with_boundary(Boundary::Periodic);
        grid.with_slab(Slab { thickness: Length::millimeters(1.0), ..Slab::default() })
    }

    /// Half axes along x and y in µm.
    fn half_axes(&self) -> (f64, f64) {
        let stretch = if self.shape == Shape::Ellipse { self.aspect.sqrt() } else { 1.0 };
        (RADIUS * stretch, RADIUS / stretch)
    }

    /// Whether a point in µm lies in the wound.
    pub fn is_wound(&self, x: f64, y: f64) -> bool {
        let (along_x, along_y) = self.half_axes();
        ((x - 0.5 * SIDE) / along_x).hypot((y - 0.5 * SIDE) / along_y) <= 1.0
    }

    fn wound(&self, grid: &Grid) -> Result<Region> {
        let inside = |site| {
            let (x, y) = grid.center_of(site);
            self.is_wound(x, y)
        };
        Region::mask(WOUND, grid, (0..grid.sites()).map(inside).collect())
    }

    /// Cells at random outside the wound.
    fn cells(&self, seed: u64) -> Vec<Fibroblast> {
        let place = |index: usize| {
            let mut draws = stream(seed, 0, Purpose::Placement, index as u64);
            let (mut x, mut y) = (0.5 * SIDE, 0.5 * SIDE);
            while self.is_wound(x, y) {
                (x, y) = (SIDE * draws.random::<f64>(), SIDE * draws.random::<f64>());
            }
            let heading = TAU * draws.random::<f64>();
            Fibroblast { id: index as u64, x, y, heading, activation: 0.1, contraction: 0.0 }
        };
        (0..CELLS).map(place).collect()
    }

    /// Strain has a direction in the wound only.
    fn tension(&self, x: f64, y: f64) -> Tension {
        let axis = if self.strain == Strain::Longitudinal { FRAC_PI_2 } else { 0.0 };
        let directed = matches!(self.strain, Strain::Uniaxial | Strain::Longitudinal) && self.is_wound(x, y);
        Tension { axis, anisotropy: f64::from(directed), load: 1.0 }
    }

    /// The chemokine: made evenly in the wound, spreading and decaying, in its steady state. In and around a
    /// circle it is 1 − λR K₁(λR) I₀(λr) and λR I₁(λR) K₀(λr).
    pub fn chemokine(&self, grid: Grid) -> Field {
        let rate = CHEMOKINE_DECAY.powi(2);
        let mut source = Field::uniform(grid, 0.0);
        for (site, source) in source.values_mut().iter_mut().enumerate() {
            *source = rate * self.covered(grid.center_of(site), grid.spacing());
        }
        let mut level = Field::uniform(grid, 0.0);
        // So long that e^{−λ²t} is zero.
        ExactDiffusion::new(&grid).advance(&mut level, &source, 1.0, rate, 1e6);
        // What is left of the transforms' round-off is no negative level.
        level.values_mut().iter_mut().for_each(|level| *level = level.max(0.0));
        level
    }

    /// Share of a site that lies in the wound: exact for a circle, by 16 × 16 points for an ellipse.
    fn covered(&self, (x, y): (f64, f64), side: f64) -> f64 {
        const POINTS: usize = 16;
        if self.shape == Shape::Circle {
            let (left, bottom) = (x - 0.5 * side, y - 0.5 * side);
            return disc_square_overlap(0.5 * SIDE, 0.5 * SIDE, RADIUS, left, bottom, side) / side.powi(2);
        }
        let along = |index: usize| ((index as f64 + 0.5) / POINTS as f64 - 0.5) * side;
        let inside = |point: &usize| self.is_wound(x + along(point % POINTS), y + along(point / POINTS));
        (0..POINTS * POINTS).filter(inside).count() as f64 / (POINTS * POINTS) as f64
    }

    fn parameters(&self) -> Parameters {
        let fiber_axis =
            if self.deposition == Deposition::Aligned { FiberAxis::AlongBody } else { FiberAxis::LaidAtRandom };
        let ageing = AgeingParameters { collagen_shortfall: 0.0, cell_loss: 0.0, ..Default::default() };
        // The strain of the wall is that of the beating heart: imposed, with no movement of the skin beside it.
        let mechanics = MechanicsParameters { movement_guidance: 0.0, ..Default::default() };
        Parameters { fibroblast: self.fibroblast(), ageing, mechanics, fiber_axis, ..Default::default() }
    }

    /// How cells respond, move and divide; see [`Self::work`] for the rest.
    fn fibroblast(&self) -> FibroblastParameters {
        // The chemokine's full weight, a turn of 1/h, holds at the rim, where its slope is λ/2 and its level 1/2;
        // a high half level K makes the cue linear in the slope.
        let half_level = 10.0;
        let chemotaxis = (half_level + 0.5) / (0.5 * CHEMOKINE_DECAY);
        FibroblastParameters {
            response: Response::Linear,
            linear_floor: 0.1,
            linear_deposition_floor: 0.01,
            clot_speed: 2.26,
            dermis_speed: 2.26,
            rotational_diffusivity: 1.0 / 1.2,
            parallel_guidance: 0.5,
            guidance_density: 0.001,
            strain_guidance: self.strain_guidance,
            chemotaxis,
            pdgf_half_level: half_level,
            division_rate: 1.0 / 24.0,
            crowding_limit: CROWDED / resting_per_um2(),
            crowding_tile: 22.0,
            apoptosis_rate: 0.0,
            natural_death_rate: 1.0 / 240.0,
            ..self.work()
        }
    }

    /// What cells do to the fibers under them.
    fn work(&self) -> FibroblastParameters {
        // From all directions alike, fibers that turn by ω |sin Δ| bring ⟨cos 2Δ⟩ up at
        // 2ω ⟨|sin 2Δ sin Δ|⟩ = (8/3π) ω; a realignment rate k brings it up at k.
        let realignment = 8.0 / (3.0 * PI) * TURNING.to_radians();
        FibroblastParameters {
            body_length: BODY_AREA.sqrt(),
            body_width: BODY_AREA.sqrt(),
            sensing_width: BODY_AREA.sqrt(),
            // 18 fibers per cell and hour over its area; 178.25 fibers/µm² are an area fraction of 1.
            deposition_rate: 18.0 / (178.25 * BODY_AREA),
            packing_limit: 1e6,
            degradation_rate: 3.8e-3,
            realignment_rate: if self.realignment { realignment } else { 0.0 },
            mature_resistance: 1.0,
            fibroblast_mmp_release_rate: 0.0,
            fibroblast_tgf_beta_release_rate: 0.0,
            ..Default::default()
        }
    }
}

/// Cells per µm² at the start, outside the wound.
fn resting_per_um2() -> f64 {
    CELLS as f64 / (SIDE * SIDE - PI * RADIUS * RADIUS)
}

/// A slab 1 mm thick, so that cells per volume are those per area.
fn skin() -> Skin {
    Skin { fibroblasts_per_mm3: resting_per_um2() * 1e6, ..Skin::young() }
}
