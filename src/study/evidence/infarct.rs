//! The healing rat infarct, its well-mixed content, and the alignment of directions that have nothing in common.
#![allow(clippy::unnecessary_wraps, reason = "all experiments have one signature")]
use super::{Numbers, Replicate};
use crate::cells::fibroblast::Fibroblast;
use crate::matrix::Site;
use crate::measure::{FiberOrganization, local_alignment};
use crate::parameters::FibroblastParameters;
use crate::random::{Purpose, StepKey, stream};
use crate::remodeling::{Conditions, Work};
use crate::report::Report;
use crate::study::infarct::{Infarct, Strain, WOUND};
use crate::{FiberMoments, Grid, Length, Result, Time};
use rand::RngExt;
use std::f64::consts::PI;

/// Day on which the mean vector length is measured.
const ALIGNED_DAY: f64 = 21.0;

/// Strained along one axis or both, with the strain cue and without, with fibers that turn and without. The experiment has its own parameters.
pub(super) fn strained(Replicate { seed, .. }: Replicate) -> Result<Numbers> {
    let with_cue = |strain| heal(&Infarct { strain, ..Infarct::default() }, seed);
    let without_cue =
        |strain, seed| heal(&Infarct { strain, strain_guidance: 0.0, days: ALIGNED_DAY, ..Infarct::default() }, seed);
    let (uniaxial, biaxial) = (with_cue(Strain::Uniaxial)?, with_cue(Strain::Biaxial)?);
    let (along_one, along_both) = (length(&uniaxial), length(&biaxial));
    // Without the cue both courses of one seed are the same to the bit; another seed shows what chance does.
    let other = seed.wrapping_add(1_000_000);
    let without = length(&without_cue(Strain::Uniaxial, seed)?) - length(&without_cue(Strain::Biaxial, other)?);
    // Fibers that cells lay and cut but do not turn.
    let unturned = heal(&Infarct { realignment: false, days: ALIGNED_DAY, ..Infarct::default() }, seed)?;
    let fraction = |day: f64| on_day(&uniaxial, day).map_or(f64::NAN, |fibers| fibers.density);
    Ok(Numbers::from([
        ("infarct_day_7", fraction(7.0)),
        ("infarct_day_14", fraction(14.0)),
        ("infarct_day_21", fraction(21.0)),
        ("infarct_day_42", fraction(42.0)),
        ("infarct_uniaxial", along_one),
        ("infarct_biaxial", along_both),
        ("infarct_unturned", length(&unturned)),
        ("infarct_contrast", along_one - along_both),
        ("infarct_no_cue", without.abs()),
    ]))
}

fn heal(infarct: &Infarct, seed: u64) -> Result<Report> {
    let mut simulation = infarct.builder(seed)?.sample_every(Time::days(7.0)).threads(1).build()?;
    simulation.run()?;
    Ok(simulation.report().clone())
}

/// Mean vector length of the wound.
fn length(report: &Report) -> f64 {
    on_day(report, ALIGNED_DAY).map_or(f64::NAN, |fibers| fibers.regional_resultant_length)
}

/// The fibers of the wound on a day.
fn on_day(report: &Report, day: f64) -> Option<&FiberOrganization> {
    report.region(WOUND).find(|row| row.day == day).map(|row| &row.organization)
}

/// Content of the well-mixed infarct, dF/dt = 7.269e-4 − 2.515e-3 F, on four days, from nothing and from native content.
const DAYS: [u32; 4] = [7, 14, 21, 42];
const FROM_NOTHING: [f64; 4] = [0.0996, 0.165, 0.208, 0.266];
const FROM_NATIVE: [f64; 4] = [0.121, 0.179, 0.217, 0.269];
const NATIVE: f64 = 0.032;

/// Largest relative error of the content that evenly spread work lays in hourly steps.
pub(super) fn well_mixed(_: Replicate) -> Result<Numbers> {
    let side = Length::micrometers(100.0);
    let grid = Grid::new(side, side, Length::micrometers(10.0))?;
    let parameters = FibroblastParameters {
        deposition_rate: 7.269e-4,
        degradation_rate: 2.515e-3,
        packing_limit: 1e9,
        ..Default::default()
    };
    // A body as large as a site covers it once.
    let parameters = FibroblastParameters { body_length: 10.0, body_width: 10.0, ..parameters };
    let cell = Fibroblast { id: 0, x: 50.0, y: 50.0, heading: 0.0, activation: 1.0, contraction: 0.0 };
    let young = Conditions::young(StepKey { seed: 1, tick: 0, hours: 1.0 });
    let work = Work::new(&cell, &grid, &parameters, &Conditions { attachment: 0.0, ..young });
    let error = |start: f64, days: u32, published: f64| {
        let mut site = Site { new: FiberMoments::isotropic(start), ..Site::default() };
        for _ in 0..24 * days {
            work.work_on(&mut site);
        }
        (site.new.density / published - 1.0).abs()
    };
    let worst = |start: f64, published: [f64; 4]| {
        DAYS.into_iter().zip(published).map(|(days, published)| error(start, days, published)).fold(0.0, f64::max)
    };
    Ok(Numbers::from([("well_mixed", worst(0.0, FROM_NOTHING).max(worst(NATIVE, FROM_NATIVE)))]))
}

/// Mean alignment of 400 independent directions.
pub(super) fn independent_directions(Replicate { seed, .. }: Replicate) -> Result<Numbers> {
    let mut numbers = stream(seed, 0, Purpose::User, 0);
    let directions: Vec<_> =
        (0..400).map(|_| FiberMoments::one_family(1.0, PI * numbers.random::<f64>(), 0.5)).collect();
    Ok(local_alignment(&directions).map(|alignment| ("local_alignment", alignment)).into_iter().collect())
}
