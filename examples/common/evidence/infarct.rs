//! The healing rat infarct, its well-mixed content, and the alignment of directions that have nothing in common.
#![allow(clippy::unnecessary_wraps, reason = "all experiments have one signature")]
use super::{Findings, Moved};
use crate::common::infarct::{Infarct, Strain, WOUND};
use dermaweave::fibroblast::Fibroblast;
use dermaweave::matrix::Site;
use dermaweave::measure::local_alignment;
use dermaweave::parameters::FibroblastParameters;
use dermaweave::random::{Purpose, StepKey, stream};
use dermaweave::remodeling::{Conditions, Work};
use dermaweave::report::Report;
use dermaweave::{FiberMoments, Grid, Length, Parameters, Result, Time};
use rand::RngExt;
use std::f64::consts::PI;

/// Day on which the mean vector length is measured.
const ALIGNED_DAY: f64 = 21.0;

/// Strained along one axis or both, with the strain cue and without. The experiment has its own parameters.
pub fn strained(_: &Parameters, seed: u64, _: Option<Moved>) -> Result<Findings> {
    let heal = |strain, with_cue: bool, seed: u64| {
        let infarct = Infarct { strain, ..Infarct::default() };
        let infarct = if with_cue { infarct } else { Infarct { strain_guidance: 0.0, days: ALIGNED_DAY, ..infarct } };
        let mut simulation = infarct.builder(seed)?.sample_every(Time::days(7.0)).threads(1).build()?;
        simulation.run()?;
        Ok(simulation.report().clone())
    };
    let uniaxial = heal(Strain::Uniaxial, true, seed)?;
    let length = |report: &Report| on_day(report, ALIGNED_DAY).1;
    let (along_one, along_both) = (length(&uniaxial), length(&heal(Strain::Biaxial, true, seed)?));
    // Without the cue both courses of one seed are the same to the bit; another seed shows what chance does.
    let other = seed.wrapping_add(1_000_000);
    let without = length(&heal(Strain::Uniaxial, false, seed)?) - length(&heal(Strain::Biaxial, false, other)?);
    Ok(vec![
        ("infarct_day_7", on_day(&uniaxial, 7.0).0),
        ("infarct_day_14", on_day(&uniaxial, 14.0).0),
        ("infarct_day_21", on_day(&uniaxial, 21.0).0),
        ("infarct_day_42", on_day(&uniaxial, 42.0).0),
        ("infarct_uniaxial", along_one),
        ("infarct_biaxial", along_both),
        ("infarct_contrast", along_one - along_both),
        ("infarct_no_cue", without.abs()),
    ])
}

/// Collagen fraction and mean vector length of the wound on a day.
fn on_day(report: &Report, day: f64) -> (f64, f64) {
    let row = report.region(WOUND).find(|row| row.day == day).map(|row| &row.organization);
    row.map_or((f64::NAN, f64::NAN), |fibers| (fibers.density, fibers.regional_resultant_length))
}

/// Start, day and content of the well-mixed infarct, dF/dt = 7.269e-4 − 2.515e-3 F.
const WELL_MIXED: [(f64, u32, f64); 8] = [
    (0.0, 7, 0.0996),
    (0.0, 14, 0.165),
    (0.0, 21, 0.208),
    (0.0, 42, 0.266),
    (0.032, 7, 0.121),
    (0.032, 14, 0.179),
    (0.032, 21, 0.217),
    (0.032, 42, 0.269),
];

/// Largest relative error of the content that evenly spread work lays in hourly steps.
pub fn well_mixed(_: &Parameters, _: u64, _: Option<Moved>) -> Result<Findings> {
    let side = Length::micrometers(100.0);
    let grid = Grid::new(side, side, Length::micrometers(10.0))?;
    let parameters = FibroblastParameters {
        deposition_rate: 7.269e-4,
        degradation_rate: 2.515e-3,
        filled_density: 1e9,
        ..Default::default()
    };
    // A body as large as a site covers it once.
    let parameters = FibroblastParameters { body_length: 10.0, body_width: 10.0, ..parameters };
    let cell = Fibroblast { id: 0, x: 50.0, y: 50.0, heading: 0.0, activation: 1.0, contraction: 0.0 };
    let young = Conditions::young(StepKey { seed: 1, tick: 0, hours: 1.0 });
    let work = Work::new(&cell, &grid, &parameters, &Conditions { attachment: 0.0, ..young });
    let error = |(start, days, published): (f64, u32, f64)| {
        let mut site = Site { new: FiberMoments::isotropic(start), ..Site::default() };
        for _ in 0..24 * days {
            work.work_on(&mut site);
        }
        (site.new.density / published - 1.0).abs()
    };
    Ok(vec![("well_mixed", WELL_MIXED.into_iter().map(error).fold(0.0, f64::max))])
}

/// Mean alignment of 400 independent directions.
pub fn independent_directions(_: &Parameters, seed: u64, _: Option<Moved>) -> Result<Findings> {
    let mut numbers = stream(seed, 0, Purpose::User, 0);
    let directions: Vec<_> =
        (0..400).map(|_| FiberMoments::one_family(1.0, PI * numbers.random::<f64>(), 0.5)).collect();
    Ok(local_alignment(&directions).map(|alignment| ("local_alignment", alignment)).into_iter().collect())
}
