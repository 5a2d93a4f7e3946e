//! Courses of one layer of dermis, or of several below each other: what `--layers` decides.
use super::interrupt::SavedCourse;
use dermaweave::dermis::DermisEvent;
use dermaweave::measure::Histology;
use dermaweave::report::{Report, Row};
use dermaweave::simulation::Saving;
use dermaweave::study::Arm;
use dermaweave::{Dermis, Grid, Protocol, Result, Simulation, Time, Tissue};
use std::ops::ControlFlow;
use std::path::Path;

/// Layers of the dermis.
#[derive(clap::Args, Clone, Copy, Debug, serde::Serialize)]
pub struct Layers<const DEFAULT: u32> {
    /// Layers of the dermis, of equal thickness; 1: one alone, 300 µm deep, stands for all of it
    #[arg(long = "layers", default_value_t = DEFAULT, value_parser = clap::value_parser!(u32).range(1..=100))]
    #[serde(rename = "layers")]
    pub count: u32,
}

impl<const DEFAULT: u32> Layers<DEFAULT> {
    /// What is said of them behind a title; nothing of one alone.
    pub fn told(self) -> String {
        if self.count == 1 { String::new() } else { format!(", {} layers", self.count) }
    }

    /// What maps and pictures show.
    pub fn pictured(self) -> String {
        if self.count == 1 { String::new() } else { format!(", uppermost of {} layers", self.count) }
    }
}

/// What is done to a dermis and how it is watched, whatever its layers.
#[derive(Clone)]
pub struct Course {
    pub protocol: Protocol,
    pub sample_every: Time,
    pub sample_also: Vec<Time>,
    pub histology: Option<Histology>,
}

impl Course {
    pub fn of(protocol: Protocol, sample_every: Time) -> Self {
        Self { protocol, sample_every, sample_also: Vec::new(), histology: None }
    }

    /// An arm of so many layers over a field, whose tissues are made from a seed and the field at their depth.
    pub fn arm(
        self,
        (name, value): (impl Into<String>, f64),
        layers: u32,
        field: impl Fn() -> Result<Grid> + Send + Sync + 'static,
        tissue: impl Fn(u64, Grid) -> Result<Tissue> + Clone + Send + Sync + 'static,
    ) -> Arm {
        let Self { protocol, sample_every, sample_also, histology } = self;
        if layers == 1 {
            return Arm::new(name, value, move |seed| {
                let builder = Simulation::builder(tissue(seed, field()?)?).protocol(protocol.clone());
                let builder = builder.sample_every(sample_every).sample_also(sample_also.clone());
                Ok(histology.into_iter().fold(builder, dermaweave::simulation::Builder::histology))
            });
        }
        Arm::of_dermis(name, value, move |seed| {
            let tissue = tissue.clone();
            let builder = Dermis::builder(field()?, move |grid| tissue(seed, grid)).layers(layers as usize);
            let builder = builder.protocol(protocol.clone()).sample_every(sample_every);
            Ok(builder.sample_also(sample_also.clone()).each_layer(move |_, layer| {
                histology.into_iter().fold(layer, dermaweave::simulation::Builder::histology)
            }))
        })
    }
}

/// One layer alone, or several.
pub enum Stack {
    One(Box<Simulation>),
    Several(Box<Dermis>),
}

impl Stack {
    /// The layer alone, or the uppermost one.
    pub fn top(&self) -> &Simulation {
        match self {
            Self::One(course) => course,
            Self::Several(dermis) => &dermis.courses()[0],
        }
    }

    /// What was seen of all of it.
    pub fn report(&self) -> &Report {
        match self {
            Self::One(course) => course.report(),
            Self::Several(dermis) => dermis.report(),
        }
    }

    /// All rows; of several layers those of the whole first, then those of each layer.
    pub fn rows(&self) -> Vec<&Row> {
        match self {
            Self::One(course) => course.report().rows().iter().collect(),
            Self::Several(dermis) => dermis.rows().collect(),
        }
    }

    pub fn protocol(&self) -> &Protocol {
        self.top().protocol()
    }

    pub fn state_digest(&self) -> String {
        match self {
            Self::One(course) => course.state_digest(),
            Self::Several(dermis) => dermis.state_digest(),
        }
    }

    /// Runs to the end, saved from time to time; shows the layer alone or the uppermost one at its samples.
    pub fn run(&mut self, saving: &Saving, mut observer: impl FnMut(f64, &Tissue) -> ControlFlow<()>) -> Result<()> {
        match self {
            Self::One(course) => course.run_saving_observed(saving, |progress| observer(progress.day, progress.tissue)),
            Self::Several(dermis) => dermis.run_in_order(Some(saving), |event| match event {
                DermisEvent::Layer(sample) if sample.layer == 0 => observer(sample.day, sample.tissue),
                _ => ControlFlow::Continue(()),
            }),
        }
    }
}

impl SavedCourse for Stack {
    fn resume(&mut self, path: &Path, threads: Option<usize>) -> Result<()> {
        match self {
            Self::One(course) => **course = Simulation::resume(path, threads)?,
            Self::Several(dermis) => **dermis = Dermis::resume(path, threads)?,
        }
        Ok(())
    }

    fn save(&self, path: &Path) -> Result<()> {
        match self {
            Self::One(course) => course.save(path),
            Self::Several(dermis) => dermis.save(path),
        }
    }

    fn day(&self) -> f64 {
        match self {
            Self::One(course) => course.clock().days(),
            Self::Several(dermis) => {
                let days = dermis.courses().iter().map(|course| course.clock().days());
                days.fold(f64::INFINITY, f64::min)
            }
        }
    }

    fn is_finished(&self) -> bool {
        match self {
            Self::One(course) => course.is_finished(),
            Self::Several(dermis) => dermis.is_finished(),
        }
    }
}
