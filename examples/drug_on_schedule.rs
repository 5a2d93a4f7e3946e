//! How do I add a drug that is given on a schedule? Here: one that blocks collagenase (MMP), on days 3 to 10 after a 1 mm
//! wound. It changes two rates while it acts: what MMP adds to the breakdown of collagen, and how fast fibroblasts cut
//! the fibers under them.
//!
//! `cargo run --release --example drug_on_schedule`
use dermaweave::measure::Region;
use dermaweave::report::{CourseFolder, Row};
use dermaweave::simulation::{Phase, Rule, RuleContext};
use dermaweave::treatment::Dose;
use dermaweave::{Device, Grid, Length, Protocol, Result, Simulation, Skin, Time, Tissue};
use std::io::{Write, stdout};

/// A dose of 0 blocks nothing, one of 1 all of it.
#[derive(Clone)]
struct Blocker;

impl Rule for Blocker {
    fn name(&self) -> &'static str {
        "MMP blocker"
    }

    // Before fibroblasts cut fibers, in the first half of a step, and before turnover, at the end of a day.
    fn phase(&self) -> Phase {
        Phase::BeforeSignals
    }

    fn apply(&mut self, at: &mut RuleContext) -> Result<()> {
        let left = (1.0 - at.dose).clamp(0.0, 1.0);
        // Turnover works off the MMP of a whole day in its last step: whole days are the schedule of this rate.
        at.rates.matrix.mmp_new_factor *= left;
        // Fibroblasts cut with collagenase bound to their membrane, step by step.
        at.rates.fibroblast.degradation_rate *= left;
        Ok(())
    }
}

/// The wound after eight weeks under a protocol.
fn course(name: &str, grid: Grid, protocol: &Protocol, folder: &mut CourseFolder) -> Result<Option<Row>> {
    let middle = Length::micrometers(0.5 * grid.width());
    let rim = Region::disc("wound and rim", &grid, middle, middle, Length::millimeters(1.4))?;
    let builder = Simulation::builder(Tissue::new(grid, &Skin::young())?).arm(name).protocol(protocol.clone());
    let mut simulation = builder.rule(Blocker).region(rim).sample_every(Time::weeks(1.0)).seed(3).build()?;
    folder.run(&mut simulation)?;
    Ok(simulation.report().region("wound and rim").last().cloned())
}

fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    let side = Length::millimeters(2.0);
    let grid = Grid::new(side, side, Length::micrometers(20.0))?;
    let wound = Protocol::once(Device::punch(Length::millimeters(1.0))).follow_up(Time::weeks(8.0));
    let days_3_to_10 = Dose { of: "MMP blocker".into(), start: Time::days(3.0), lasts: Time::days(7.0), amount: 0.9 };
    let treated = wound.clone().dose(days_3_to_10);
    writeln!(stdout(), "{}\n", treated.dry_run(&grid, 3)?)?;

    let mut folder = CourseFolder::begin("output/drug_on_schedule", "A wound with and without an MMP blocker")?;
    writeln!(stdout(), "week 8, wound and rim   old collagen lost   collagen      R   weave fidelity")?;
    for (name, protocol) in [("without the drug", &wound), ("with the drug", &treated)] {
        if let Some(row) = course(name, grid, protocol, &mut folder)? {
            let (lost, fibers) = (100.0 * row.collagen_lost, row.organization);
            let (density, length, weave) = (fibers.density, fibers.resultant_length, fibers.weave_fidelity);
            writeln!(stdout(), "{name:<24} {lost:>14.1} % {density:>10.3} {length:>6.3} {weave:>16.3}")?;
        }
    }
    writeln!(stdout(), "\nto look at: {}", folder.finish()?.join("report.html").display())?;
    Ok(())
}
