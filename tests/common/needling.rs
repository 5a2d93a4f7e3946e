//! Sessions on a large field to count on, and on a small one to step.
#![allow(dead_code, reason = "each test file uses some of it")]
use dermaweave::treatment::{DrySession, TreatedRegion};
use dermaweave::{Device, Grid, Length, Protocol, Session, Simulation, Skin, Slab, Time, Tissue};

/// Side of the field on which holes are counted, in cm.
pub const SIDE: f64 = 4.0;

pub fn micrometers(value: f64) -> Length {
    Length::micrometers(value)
}

/// 16 cm² at the default depth of 300 µm.
pub fn large_field() -> Grid {
    Grid::new(Length::centimeters(SIDE), Length::centimeters(SIDE), micrometers(40.0)).unwrap()
}

pub fn large_field_at(depth: f64) -> Grid {
    let slab = Slab { depth: micrometers(depth), ..Slab::default() };
    large_field().with_slab(slab).unwrap()
}

pub fn passes(device: Device, passes: u32) -> Session {
    Session { start: Time::days(0.0), device, passes, region: TreatedRegion::Everywhere }
}

pub fn dry(session: Session, grid: &Grid, seed: u64) -> DrySession {
    let protocol = Protocol { sessions: vec![session], doses: Vec::new(), end: Time::days(7.0) };
    protocol.dry_run(grid, seed).unwrap().sessions.remove(0)
}

pub fn assert_close(found: f64, expected: f64, relative_error: f64, what: &str) {
    assert!((found / expected - 1.0).abs() <= relative_error, "{what}: {found}, expected {expected}");
}

pub fn tissue(side_millimeters: f64, spacing: f64) -> Tissue {
    let side = Length::millimeters(side_millimeters);
    Tissue::new(Grid::new(side, side, micrometers(spacing)).unwrap(), &Skin::young()).unwrap()
}

/// The simulation of one session at the start, before and after the first step.
pub fn first_step(device: &Device, region: TreatedRegion, spacing: f64) -> (Simulation, Simulation) {
    let session = Session { region, ..passes(device.clone(), 1) };
    let protocol = Protocol { sessions: vec![session], doses: Vec::new(), end: Time::days(7.0) };
    let before = Simulation::builder(tissue(1.0, spacing)).protocol(protocol).build().unwrap();
    let mut after = before.clone();
    after.step().unwrap();
    (before, after)
}

/// Integral of a number of the matrix over the field, in µm².
pub fn total(simulation: &Simulation, number: fn(&dermaweave::matrix::Site) -> f64) -> f64 {
    let matrix = simulation.tissue().matrix();
    matrix.sites().map(|site| number(&site)).sum::<f64>() * matrix.grid().site_area()
}

pub fn off_center(x: f64, y: f64) -> TreatedRegion {
    TreatedRegion::Disc { x: micrometers(x), y: micrometers(y), diameter: micrometers(500.0) }
}
