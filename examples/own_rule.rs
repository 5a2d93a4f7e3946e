//! How do I add a rule of my own? Here: a drug that takes away TGF-β for the first two weeks after
//! a 1 mm wound. Without TGF-β signaling fewer cells wake and contract: less matrix, less of it parallel.
//!
//! `cargo run --release --example own_rule`
use dermaweave::measure::Region;
use dermaweave::simulation::after_step;
use dermaweave::{Device, Grid, Length, Protocol, Signal, Simulation, Skin, Time, Tissue};
use std::io::{Write, stdout};

/// Rate at which the drug takes away TGF-β, in 1/h: ten times its natural decay.
const CLEARANCE_RATE: f64 = 3.5;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let side = Length::millimeters(2.0);
    let grid = Grid::new(side, side, Length::micrometers(20.0))?;
    let wound = Region::disc("wound", &grid, side * 0.5, side * 0.5, Length::millimeters(1.0))?;
    writeln!(stdout(), "{:<10} {:>8} {:>6} {:>9}", "12 weeks", "density", "R", "fidelity")?;
    for drug in [false, true] {
        let protocol = Protocol::once(Device::punch(Length::millimeters(1.0))).follow_up(Time::weeks(12.0));
        let tissue = Tissue::new(grid, &Skin::young())?;
        let mut builder = Simulation::builder(tissue).protocol(protocol).region(wound.clone()).seed(3);
        if drug {
            builder = builder.rule(after_step("drug", |tissue, clock, hours| {
                if clock.days() <= 14.0 {
                    let left = (-CLEARANCE_RATE * hours).exp();
                    let levels = tissue.signals_mut()[Signal::TgfBeta].values_mut();
                    for level in levels {
                        *level *= left;
                    }
                }
            }));
        }
        let mut simulation = builder.build()?;
        simulation.run()?;
        if let Some(row) = simulation.report().region("wound").last() {
            let (name, fibers) = (if drug { "drug" } else { "no drug" }, &row.organization);
            let (length, fidelity) = (fibers.resultant_length, fibers.weave_fidelity);
            writeln!(stdout(), "{name:<10} {:>8.3} {length:>6.3} {fidelity:>9.2}", fibers.density)?;
        }
    }
    Ok(())
}
