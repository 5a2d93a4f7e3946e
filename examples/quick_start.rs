//! Twenty lines: a scar on the skin of a 35-year-old, four sessions of rolling, and what became of it.
//!
//! `cargo run --release --example quick_start`
use dermaweave::report::CourseFolder;
use dermaweave::{AtrophicScar, Device, Grid, Length, Protocol, Simulation, Skin, Time, Tissue};
use std::io::{Write, stdout};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let grid = Grid::new(Length::millimeters(4.0), Length::millimeters(4.0), Length::micrometers(20.0))?;
    let tissue = Tissue::new(grid, &Skin::aged(35.0))?.with_lesion(&AtrophicScar::boxcar())?;
    let protocol = Protocol::repeated(Device::dermaroller_mf8(), 4, Time::weeks(4.0)).follow_up(Time::weeks(8.0));
    writeln!(stdout(), "{}\n", protocol.dry_run(&grid, 7)?)?;
    let mut simulation =
        Simulation::builder(tissue).protocol(protocol).sample_every(Time::weeks(4.0)).seed(7).build()?;
    let mut folder = CourseFolder::begin("output/quick_start", "A scar under four sessions")?;
    folder.run(&mut simulation)?;
    writeln!(stdout(), "{}\n\nto look at: {}", simulation.report(), folder.finish()?.join("report.html").display())?;
    Ok(())
}
