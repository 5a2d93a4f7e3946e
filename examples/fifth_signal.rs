//! How do I add a signal that the model does not have? Here: VEGF, released by macrophages, that attracts fibroblasts as
//! PDGF does. The rule keeps its own field, lets it spread exactly, and adds it to what turns the cells.
//!
//! `cargo run --release --example fifth_signal`
use dermaweave::cells::fibroblast::Attractant;
use dermaweave::measure::Region;
use dermaweave::report::CourseFolder;
use dermaweave::simulation::{Phase, Rule, RuleContext};
use dermaweave::{
    Device, Error, ExactDiffusion, Field, Grid, Length, Protocol, Result, Simulation, Skin, Time, Tissue,
};
use std::io::{Write, stdout};

/// µm²/h.
const DIFFUSIVITY: f64 = 10_000.0;
/// 1/h.
const DECAY_RATE: f64 = 0.35;
/// Of one macrophage, level µm²/h.
const RELEASE_RATE: f64 = 1_000.0;

#[derive(Clone)]
struct Vegf {
    level: Field,
    solver: ExactDiffusion,
    /// χ in µm/h; 0 for a signal that no cell senses.
    chemotaxis: f64,
}

impl Rule for Vegf {
    fn name(&self) -> &'static str {
        "VEGF"
    }

    fn phase(&self) -> Phase {
        Phase::BeforeCells
    }

    fn apply(&mut self, at: &mut RuleContext) -> Result<()> {
        let mut source = Field::uniform(*self.level.grid(), 0.0);
        at.tissue.macrophages().iter().for_each(|cell| source.release(cell.x, cell.y, RELEASE_RATE));
        self.solver.advance(&mut self.level, &source, DIFFUSIVITY, DECAY_RATE, at.hours);
        let (level, chemotaxis) = (self.level.clone(), self.chemotaxis);
        at.attractants.push(Attractant { level, chemotaxis, half_level: 0.2 });
        Ok(())
    }

    fn state(&self) -> Vec<u8> {
        self.level.values().iter().flat_map(|value| value.to_le_bytes()).collect()
    }

    fn restore(&mut self, state: &[u8]) -> Result<()> {
        let (length, sites) = (state.len() / 8, self.level.values().len());
        if state.len() != 8 * sites {
            return Err(Error::WrongLength { quantity: "VEGF", length, sites });
        }
        let saved = state.as_chunks().0.iter().map(|bytes| f64::from_le_bytes(*bytes));
        self.level.values_mut().iter_mut().zip(saved).for_each(|(value, saved)| *value = saved);
        Ok(())
    }
}

fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    let (side, middle) = (Length::millimeters(2.0), Length::millimeters(1.0));
    let grid = Grid::new(side, side, Length::micrometers(20.0))?;
    let wound = Region::disc("wound", &grid, middle, middle, Length::millimeters(1.0))?;
    let protocol = Protocol::once(Device::punch(Length::millimeters(1.0))).follow_up(Time::days(14.0));
    let mut folder = CourseFolder::begin("output/fifth_signal", "A wound with a signal that attracts fibroblasts")?;
    writeln!(stdout(), "{:<22} {:>18} {:>18}", "fibroblasts per mm²", "in the wound", "around it")?;
    for (name, chemotaxis) in [("VEGF not sensed", 0.0), ("VEGF attracts", 30.0)] {
        let tissue = Tissue::new(grid, &Skin::young())?;
        let level = Field::uniform(*tissue.signals().grid(), 0.0);
        let vegf = Vegf { solver: ExactDiffusion::new(level.grid()), level, chemotaxis };
        let builder = Simulation::builder(tissue).arm(name).protocol(protocol.clone()).region(wound.clone()).rule(vegf);
        let mut simulation = builder.sample_every(Time::days(1.0)).seed(3).build()?;
        folder.run(&mut simulation)?;
        let cells = simulation.tissue().fibroblasts();
        let inside = cells.iter().filter(|cell| wound.holds(grid.site_at(cell.x, cell.y))).count();
        let around = (cells.len() - inside) as f64 / (grid.area_mm2() - wound.area_mm2());
        let inside = inside as f64 / wound.area_mm2();
        writeln!(stdout(), "{name:<22} {inside:>18.0} {around:>18.0}   on day {}", simulation.clock().days())?;
    }
    writeln!(stdout(), "\nto look at: {}", folder.finish()?.join("report.html").display())?;
    Ok(())
}
