//! How do I add a column of my own? Here: the share of a region that has filled up, which a mean hides: at the same mean a
//! scar may be half empty and half full, or lack a little everywhere.
//!
//! `cargo run --release --example own_column`
use dermaweave::report::{Column, CourseFolder, Sampled};
use dermaweave::{AtrophicScar, Device, Grid, Length, Protocol, Simulation, Skin, Time, Tissue};
use std::io::{Write, stdout};

/// Part of the collagen of untouched skin from which a site counts as full.
const FULL: f64 = 0.8;

/// Sites of the region that hold so much, over all of its sites.
fn full_share(sampled: &Sampled) -> f64 {
    let (matrix, least) = (sampled.tissue.matrix(), FULL * sampled.row.untouched_collagen);
    let is_full = |&site: &usize| matrix.site(site).collagen().density >= least;
    sampled.sites().filter(is_full).count() as f64 / sampled.sites().count() as f64
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let side = Length::millimeters(2.0);
    let scar = AtrophicScar { diameter: Length::millimeters(0.6), ..AtrophicScar::boxcar() };
    let tissue =
        Tissue::new(Grid::new(side, side, Length::micrometers(20.0))?, &Skin::aged(35.0))?.with_lesion(&scar)?;
    let protocol = Protocol::repeated(Device::pen_11(), 2, Time::weeks(4.0)).follow_up(Time::weeks(4.0));

    let description = format!("Share of the area with at least {FULL} of the collagen of untouched skin.");
    let column = Column::new("full_share", "1", description, full_share).source("sites of the region, counted");
    let builder = Simulation::builder(tissue).protocol(protocol).column(column);
    let mut simulation = builder.sample_every(Time::weeks(2.0)).seed(7).build()?;
    let mut folder = CourseFolder::begin("output/own_column", "A scar, and the share of it that is full")?;
    folder.run(&mut simulation)?;

    // The column stands in the table, in the data dictionary, in JSON and in CSV.
    let (report, dictionary) = (simulation.report(), simulation.report().dictionary());
    writeln!(stdout(), "{report}")?;
    if let Some(column) = dictionary.get("full_share") {
        writeln!(stdout(), "\n{} [{}]: {} ({})", column.name, column.unit, column.description, column.source)?;
    }
    writeln!(stdout(), "\nto look at: {}", folder.finish()?.join("report.html").display())?;
    Ok(())
}
