//! What is compared: one treatment of one kind of skin, and what came of it.
use crate::error::Result;
use crate::report::{Report, Row};
use crate::simulation::Builder;
use crate::tissue::Tissue;
use std::fmt;

/// One arm of a study: how a course of it is set up from a seed.
///
/// ```
/// use dermaweave::study::Arm;
/// use dermaweave::{Grid, Length, Simulation, Skin, Tissue};
/// let aged = |years: f64| {
///     Arm::new(format!("{years} years"), years, move |seed| {
///         let side = Length::micrometers(400.0);
///         let grid = Grid::new(side, side, Length::micrometers(20.0))?;
///         let skin = Skin { placement_seed: seed, ..Skin::aged(years) };
///         Ok(Simulation::builder(Tissue::new(grid, &skin)?))
///     })
/// };
/// let arms = [aged(30.0), aged(60.0)];
/// assert_eq!((arms[1].name.as_str(), arms[1].value), ("60 years", 60.0));
/// let density = |arm: &Arm| Ok::<f64, dermaweave::Error>(arm.builder(1)?.build()?.tissue().skin().collagen_density);
/// assert!(density(&arms[1])? < density(&arms[0])?);
/// # Ok::<(), dermaweave::Error>(())
/// ```
pub struct Arm {
    /// Its name; no two arms of a study have the same.
    pub name: String,
    /// Its place on the x axis of charts: a dose, an interval, an age, or just its number.
    pub value: f64,
    make: Box<Make>,
}

type Make = dyn Fn(u64) -> Result<Builder> + Send + Sync;

impl Arm {
    /// An arm whose courses `make` sets up. Name, seed and threads of the course are set by the study.
    pub fn new(
        name: impl Into<String>,
        value: f64,
        make: impl Fn(u64) -> Result<Builder> + Send + Sync + 'static,
    ) -> Self {
        Self { name: name.into(), value, make: Box::new(make) }
    }

    /// The course of this arm with this seed, on one thread, ready to be built. Its rows have the arm `name, seed n`.
    /// Fails as the arm's own function does.
    pub fn builder(&self, seed: u64) -> Result<Builder> {
        Ok((self.make)(seed)?.arm(format!("{}, seed {seed}", self.name)).seed(seed).threads(1))
    }
}

impl fmt::Debug for Arm {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.debug_struct("Arm").field("name", &self.name).field("value", &self.value).finish_non_exhaustive()
    }
}

/// What came of one arm: all of its replicates, in order of their seeds.
///
/// ```
/// use dermaweave::study::{Arm, Study};
/// # use dermaweave::{Grid, Length, Simulation, Skin, Tissue};
/// # let arm = Arm::new("young", 0.0, |_| {
/// #     let side = Length::micrometers(400.0);
/// #     Ok(Simulation::builder(Tissue::new(Grid::new(side, side, Length::micrometers(20.0))?, &Skin::young())?))
/// # });
/// let arms = Study { replicates: 2, seed: 7, ..Study::of([arm]) }.run()?;
/// assert_eq!((arms[0].reports.len(), arms[0].state_digests.len()), (2, 2));
/// assert_eq!(arms[0].rows().next().map(|row| row.arm.as_str()), Some("young, seed 7"));
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ArmResults {
    /// Name of the arm.
    pub name: String,
    /// Its place on the x axis.
    pub value: f64,
    /// What was seen over time, one report per replicate.
    pub reports: Vec<Report>,
    /// The tissue of the first replicate at its end.
    pub tissue: Tissue,
    /// [State digest](crate::Simulation::state_digest) of every replicate at its end.
    pub state_digests: Vec<String>,
}

impl ArmResults {
    /// All rows, replicate by replicate.
    pub fn rows(&self) -> impl Iterator<Item = &Row> {
        self.reports.iter().flat_map(Report::rows)
    }
}
