//! How do I add a device that opens no channel? Here: a pulse of light that heats a disc of skin once. Cells in it die and
//! release inflammation; a part of its mature collagen is denatured: it loses its direction and is as labile as young
//! collagen.
//!
//! `cargo run --release --example light_pulse`
use dermaweave::measure::Region;
use dermaweave::report::CourseFolder;
use dermaweave::simulation::{Phase, Rule, RuleContext};
use dermaweave::treatment::Dose;
use dermaweave::{FiberMoments, Grid, Length, Protocol, Result, Signal, Simulation, Skin, Time, Tissue};
use rand::RngExt;
use std::io::{Write, stdout};

/// Probability that a fibroblast dies in a pulse of dose 1.
const DEADLINESS: f64 = 0.8;
/// What a dead cell releases in all, in level µm².
const INFLAMMATION: f64 = 2_000.0;

/// A dose is the share of the mature collagen that is denatured, 0 to 1.
#[derive(Clone)]
struct Light {
    heated: Region,
}

impl Rule for Light {
    fn name(&self) -> &'static str {
        "light"
    }

    fn phase(&self) -> Phase {
        Phase::BeforeSignals
    }

    fn apply(&mut self, at: &mut RuleContext) -> Result<()> {
        let (grid, share) = (*at.tissue.grid(), at.dose.min(1.0));
        for index in (0..grid.sites()).filter(|&site| self.heated.holds(site)) {
            let site = at.tissue.matrix_mut().site_mut(index);
            site.new += FiberMoments::isotropic(share * site.mature.density);
            site.mature *= 1.0 - share;
            // No longer what was there at the start of the course.
            site.original *= 1.0 - share;
        }
        let dies = |id: u64| at.random(id).random::<f64>() < DEADLINESS * share;
        let is_heated = |x: f64, y: f64| self.heated.holds(grid.site_at(x, y));
        let cells = at.tissue.fibroblasts().iter().filter(|cell| is_heated(cell.x, cell.y) && dies(cell.id));
        let dead: Vec<_> = cells.copied().collect();
        at.tissue.retain_fibroblasts(|cell| !dead.contains(cell));
        // Sources are per hour of this step.
        for cell in &dead {
            at.sources.add(Signal::Inflammation, cell.x, cell.y, INFLAMMATION / at.hours);
        }
        Ok(())
    }
}

fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    let (side, middle) = (Length::millimeters(2.0), Length::millimeters(1.0));
    let grid = Grid::new(side, side, Length::micrometers(20.0))?;
    let heated = Region::disc("heated", &grid, middle, middle, Length::millimeters(1.0))?;
    // A dose of zero length acts in one step.
    let pulse = Dose { of: "light".into(), start: Time::days(7.0), lasts: Time::hours(0.0), amount: 0.5 };
    let protocol = Protocol::untreated(Time::weeks(12.0)).dose(pulse);
    writeln!(stdout(), "{}\n", protocol.dry_run(&grid, 3)?)?;

    let builder = Simulation::builder(Tissue::new(grid, &Skin::aged(50.0))?).protocol(protocol).region(heated.clone());
    let days = [7.0, 7.5, 14.0, 28.0, 84.0];
    let builder = builder.rule(Light { heated }).sample_every(Time::weeks(12.0)).sample_also(days.map(Time::days));
    let mut simulation = builder.seed(3).build()?;
    let mut folder = CourseFolder::begin("output/light_pulse", "A pulse of light")?;
    folder.run(&mut simulation)?;
    writeln!(stdout(), "heated disc, day   fibroblasts/mm²   macrophages/mm²   collagen   young share      R")?;
    for row in simulation.report().region("heated").skip(1) {
        let (day, fibers) = (row.day, &row.organization);
        let (cells, young) = (row.fibroblasts_per_mm2, fibers.new_density / fibers.density);
        let (density, length, macrophages) = (fibers.density, fibers.resultant_length, row.macrophages_per_mm2);
        writeln!(
            stdout(),
            "{day:>16.1} {cells:>17.0} {macrophages:>17.0} {density:>10.3} {young:>13.3} {length:>6.3}"
        )?;
    }
    writeln!(stdout(), "\nto look at: {}", folder.finish()?.join("report.html").display())?;
    Ok(())
}
