//! Small courses of needling on healthy skin.
#![allow(dead_code, reason = "each test file uses some of it")]
use dermaweave::report::Report;
use dermaweave::treatment::Application;
use dermaweave::{Device, Grid, Length, Protocol, Simulation, Skin, Time, Tissue};

/// A course that has ended.
pub struct Course {
    pub report: Report,
    pub tissue: Tissue,
}

pub fn skin(millimeters: f64, years: f64, seed: u64) -> Tissue {
    let side = Length::millimeters(millimeters);
    let grid = Grid::new(side, side, Length::micrometers(20.0)).unwrap();
    Tissue::new(grid, &Skin { placement_seed: seed, ..Skin::aged(years) }).unwrap()
}

/// The needles of the roller, 300 per cm² in one pass: three holes side by side in every field of 1 mm, so that sessions of one course differ only by where they strike.
pub fn even_roller() -> Device {
    let roller = Device::dermaroller_mf8();
    // What does not get in keeps the drum above the skin.
    let above_skin = roller.needle.length * (1.0 - roller.penetration_efficiency);
    let rolling_diameter = 24.0 / 3.0 / std::f64::consts::PI;
    let application = Application::Roller {
        rows: 20,
        needles_per_row: 24,
        drum_diameter: Length::millimeters(rolling_diameter - 2.0 * above_skin.in_millimeters()),
        drum_width: Length::millimeters(20.0),
    };
    Device { name: "even roller".into(), application, ..roller }
}

pub fn run(tissue: Tissue, protocol: Protocol, seed: u64, every: f64) -> Course {
    let builder = Simulation::builder(tissue).protocol(protocol).seed(seed).threads(1);
    let mut simulation = builder.sample_every(Time::days(every)).build().unwrap();
    simulation.run().unwrap();
    Course { report: simulation.report().clone(), tissue: simulation.tissue().clone() }
}
