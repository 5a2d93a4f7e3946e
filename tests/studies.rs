//! Do density, interval and length of needles act in one direction, or with one optimum?
//!
//! The three questions of `overtreatment`, `session_interval` and `needle_length` on 1 mm² of healthy skin with
//! lattices of holes (so that every session opens as many), the same seeds in every arm. `cargo test` runs the
//! ends of each curve over two seeds, `DERMAWEAVE_SCIENCE=full` all of it over four.
use dermaweave::report::Row;
use dermaweave::treatment::{Application, Needle};
use dermaweave::{Device, Grid, Length, Protocol, Simulation, Skin, Time, Tissue};
use rayon::prelude::*;

fn is_full() -> bool {
    std::env::var("DERMAWEAVE_SCIENCE").is_ok_and(|version| version == "full")
}

/// Needles of a length on one plate far wider than the field, a lattice of so many per cm², reaching their nominal depth.
fn stamp(holes_per_cm2: f64, length_mm: f64) -> Device {
    let pitch = Length::millimeters(10.0 / holes_per_cm2.sqrt());
    let roller = Device::dermaroller_mf8();
    Device {
        application: Application::Stamp { rows: 1000, columns: 1000, pitch },
        needle: Needle { length: Length::millimeters(length_mm), ..roller.needle },
        penetration_efficiency: 1.0,
        ..roller
    }
}

/// Four sessions on healthy skin of 30 years, and the last row twelve weeks after; one per seed.
fn healed(device: &Device, interval_days: f64) -> Vec<Row> {
    let side = Length::millimeters(1.0);
    let grid = Grid::new(side, side, Length::micrometers(20.0)).unwrap();
    let mut protocol = Protocol::repeated(device.clone(), 4, Time::days(interval_days)).follow_up(Time::weeks(12.0));
    // One pass of the lattice is the stated density.
    protocol.sessions.iter_mut().for_each(|session| session.passes = 1);
    let run = |seed| {
        let skin = Skin { placement_seed: seed, ..Skin::aged(30.0) };
        let builder = Simulation::builder(Tissue::new(grid, &skin).unwrap()).protocol(protocol.clone());
        let mut simulation = builder.seed(seed).threads(1).sample_every(Time::days(28.0)).build().unwrap();
        simulation.run().unwrap();
        simulation.report().rows().last().unwrap().clone()
    };
    (0..if is_full() { 4 } else { 2_u64 }).into_par_iter().map(run).collect()
}

fn mean(rows: &[Row], measure: impl Fn(&Row) -> f64) -> f64 {
    rows.iter().map(measure).sum::<f64>() / rows.len() as f64
}

/// One curve: a measure of every arm.
fn curve(arms: &[Vec<Row>], measure: impl Fn(&Row) -> f64) -> Vec<f64> {
    arms.iter().map(|rows| mean(rows, &measure)).collect()
}

/// Claim: more holes make more collagen, but from some density on parallel order rises and the weave is lost.
#[test]
fn dense_holes_cost_weave() {
    let densities: &[f64] = if is_full() { &[64.0, 250.0, 1000.0, 2000.0] } else { &[64.0, 250.0, 2000.0] };
    let arms: Vec<_> = densities.iter().map(|&density| healed(&stamp(density, 1.5), 28.0)).collect();
    let collagen = curve(&arms, |row| row.organization.density);
    let order = curve(&arms, |row| row.organization.resultant_length);
    let weave = curve(&arms, |row| row.organization.weave_fidelity);
    println!("holes {densities:?}: collagen {collagen:.3?} R {order:.3?} fidelity {weave:.3?}");
    assert!(collagen.is_sorted(), "{collagen:?}");
    assert!(order[1..].is_sorted() && order[2] > order[1] + 0.1, "{order:?}");
    assert!(weave[1..].is_sorted_by(|more, less| more > less) && weave[2] < weave[1] - 0.3, "{weave:?}");
}

/// Claim: dense sessions that follow too soon cost weave; from two weeks on it hardly matters.
#[test]
fn short_intervals_cost_weave() {
    let intervals: &[f64] = if is_full() { &[3.0, 7.0, 14.0, 28.0] } else { &[3.0, 14.0, 28.0] };
    let arms: Vec<_> = intervals.iter().map(|&days| healed(&stamp(400.0, 1.5), days)).collect();
    let order = curve(&arms, |row| row.organization.resultant_length);
    let weave = curve(&arms, |row| row.organization.weave_fidelity);
    println!("days {intervals:?}: R {order:.3?} fidelity {weave:.3?}");
    let (fortnight, month) = (weave[weave.len() - 2], weave[weave.len() - 1]);
    assert!((fortnight - month).abs() < 0.5 * (month - weave[0]), "{weave:?}");
    // What is called alike above is not asked to be in order.
    let soon = weave.len() - 1;
    assert!(weave[..soon].is_sorted() && order[..soon].is_sorted_by(|more, less| more > less), "{weave:?} {order:?}");
}

/// Claim: needles that do not reach the layer change nothing, longer ones gain more, up to their shaft.
#[test]
fn gain_grows_with_length_up_to_the_shaft() {
    let lengths: &[f64] = if is_full() { &[0.25, 0.75, 1.0, 1.6, 2.4] } else { &[0.25, 0.75, 1.6] };
    let arms: Vec<_> = lengths.iter().map(|&length| healed(&stamp(250.0, length), 28.0)).collect();
    let collagen = curve(&arms, |row| row.organization.density);
    println!("mm {lengths:?}: collagen {collagen:.4?}");
    let longest = lengths.iter().position(|&length| length == 1.6).unwrap();
    assert!(collagen[..=longest].is_sorted() && collagen[longest] - collagen[0] > 0.03, "{collagen:?}");
    // The same holes in the layer: what differs is below it.
    assert!((collagen[collagen.len() - 1] - collagen[longest]).abs() < 0.01, "{collagen:?}");
}
