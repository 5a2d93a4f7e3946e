//! What load does to wounds, how skin is stretched at rest, and how fast cells turn that are stretched to and fro.
#![allow(clippy::unnecessary_wraps, reason = "all experiments have one signature")]
use super::{Numbers, Replicate};
use crate::cells::fibroblast::{Draw, Fibroblast, Guidance, Phenotype};
use crate::measure::Region;
use crate::mechanics::{Load, Movement};
use crate::parameters::{MechanicsParameters, Parameters};
use crate::random::{Purpose, stream};
use crate::tension::{LangerLines, Tension};
use crate::{Device, Grid, Length, Protocol, Result, Simulation, Skin, Time, Tissue};
use nalgebra::Vector2;
use rand::RngExt;
use rand_distr::{Distribution, StandardNormal};
use std::f64::consts::{FRAC_PI_2, PI};

/// Days on which splinted and free wounds are compared, and on which the load is taken away.
const COMPARED: f64 = 12.0;
const RELEASED: f64 = 14.0;
/// Days that are followed after release, and after how many the cells are counted.
const FOLLOWED: f64 = 10.0;
const COUNTED: f64 = 5.0;
/// From one look after release to the next, in days.
const LOOK: f64 = 0.25;

/// Wounds under load and without, and after the release of load (Hinz 2001).
pub(super) fn splinted(Replicate { parameters, seed, .. }: Replicate) -> Result<Numbers> {
    let mut held = Wound::new(parameters, seed, 1.0)?;
    let mut free = Wound::new(parameters, seed, 0.0)?;
    held.advance(COMPARED)?;
    free.advance(COMPARED)?;
    let ratio = free.contractile_share() / held.contractile_share();
    held.advance(RELEASED)?;
    let mut released = held.released();
    let half_life = released.half_life()?;
    held.advance(RELEASED + COUNTED)?;
    released.advance(RELEASED + COUNTED)?;
    let cells = 100.0 * (released.cells() / held.cells() - 1.0);
    Ok(Numbers::from([("splint_day_12", ratio), ("release_half_life", half_life), ("release_cells", cells)]))
}

/// A full-thickness wound in young skin.
struct Wound {
    course: Simulation,
    region: Region,
}

impl Wound {
    /// Under this load, 1 = that of healthy skin.
    fn new(parameters: &Parameters, seed: u64, load: f64) -> Result<Self> {
        let (side, diameter) = (Length::millimeters(4.0), Length::millimeters(3.0));
        let grid = Grid::new(side, side, Length::micrometers(20.0))?;
        let tension = Tension { load, ..Tension::default() };
        let tissue = Tissue::new(grid, &Skin { placement_seed: seed, tension, ..Skin::young() })?;
        let region = Region::disc("wound", &grid, side * 0.5, side * 0.5, diameter)?;
        let course = Simulation::builder(tissue)
            .protocol(Protocol::once(Device::punch(diameter)).follow_up(Time::days(RELEASED + FOLLOWED)))
            .parameters(parameters.clone())
            .sample_every(Time::days(1.0))
            .seed(seed)
            .threads(1)
            .build()?;
        Ok(Self { course, region })
    }

    /// Steps on until a day.
    fn advance(&mut self, day: f64) -> Result<()> {
        while self.course.clock().days() < day {
            self.course.step()?;
        }
        Ok(())
    }

    /// The same wound, its load taken away from now on.
    fn released(&self) -> Self {
        let mut course = self.course.clone();
        course.tissue_mut().tension = LangerLines::Even(Tension { load: 0.0, ..Tension::default() });
        Self { course, region: self.region.clone() }
    }

    /// Days from now until half of the contraction is lost; NaN if it is not within what is followed.
    fn half_life(&mut self) -> Result<f64> {
        let (begin, before) = (self.course.clock().days(), self.mean_contraction());
        let (mut day, mut earlier) = (begin, before);
        while day < begin + FOLLOWED {
            self.advance(day + LOOK)?;
            let later = self.mean_contraction();
            if later <= 0.5 * before {
                let share = (earlier - 0.5 * before) / (earlier - later);
                return Ok(day - begin + share * (self.course.clock().days() - day));
            }
            (day, earlier) = (self.course.clock().days(), later);
        }
        Ok(f64::NAN)
    }

    /// Fibroblasts in the wound.
    fn cells(&self) -> f64 {
        self.count(|_| 1.0)
    }

    fn mean_contraction(&self) -> f64 {
        self.count(|cell| cell.contraction) / self.cells()
    }

    fn contractile_share(&self) -> f64 {
        let parameters = &self.course.parameters().fibroblast;
        self.count(|cell| f64::from(cell.phenotype(parameters) == Phenotype::Myofibroblast)) / self.cells()
    }

    fn count(&self, of_cell: impl Fn(&Fibroblast) -> f64) -> f64 {
        let tissue = self.course.tissue();
        let inside = |cell: &&Fibroblast| self.region.holds(tissue.grid().site_at(cell.x, cell.y));
        tissue.fibroblasts().iter().filter(inside).map(of_cell).sum()
    }
}

/// How much more skin at rest is stretched along its line than across.
pub(super) fn stretched_skin(Replicate { parameters, .. }: Replicate) -> Result<Numbers> {
    let (weave, mechanics) = (Skin::young().weave(0.0), &parameters.mechanics);
    let strain = Load::new(&weave, mechanics).under(Tension::default()).strain(&weave, 1.0, mechanics);
    Ok(Numbers::from([("prestrain_ratio", strain.along(0.0) / strain.along(FRAC_PI_2))]))
}

/// Cells that are watched while they turn, and the hours between two turns.
const TURNING: u64 = 20_000;
const TURN: f64 = 0.5;
const LONGEST: usize = 100;

/// Hours in which isolated cells of all directions turn away from stretch to and fro along one axis, as in a dish: until
/// the mean of cos 2θ is 1 − 1/e of its end.
pub(super) fn cyclic_stretch(Replicate { parameters, seed, .. }: Replicate) -> Result<Numbers> {
    let spread = parameters.fibroblast.rotational_diffusivity * TURN;
    let along_one = MechanicsParameters { movement_along: 1.0, ..parameters.mechanics.clone() };
    let guidance = Guidance::default().with_movement(Movement::of(&along_one).about(Vector2::x()), 1.0);
    let level = guidance.stationary().c2 * (1.0 - (-1.0_f64).exp());
    let mut cells: Vec<_> =
        (0..TURNING).map(|cell| (PI * cell as f64 / TURNING as f64, stream(seed, 0, Purpose::User, cell))).collect();
    let mut earlier = 0.0;
    for turn in 0..LONGEST {
        for (heading, draws) in &mut cells {
            let draw = Draw { normal: StandardNormal.sample(draws), uniform: draws.random() };
            *heading = guidance.turn(*heading, spread, draw);
        }
        let later = cells.iter().map(|(heading, _)| (2.0 * heading).cos()).sum::<f64>() / TURNING as f64;
        if later.abs() >= level.abs() {
            let share = (level.abs() - f64::abs(earlier)) / (later.abs() - f64::abs(earlier));
            return Ok(Numbers::from([("reorient_time", TURN * (turn as f64 + share))]));
        }
        earlier = later;
    }
    Ok(Numbers::from([("reorient_time", f64::NAN)]))
}
