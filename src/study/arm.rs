//! What is compared: one treatment of one kind of skin, and what came of it.
use super::running::Described;
use crate::dermis;
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
    make: Make,
}

/// What sets up a course from a seed.
enum Make {
    Layer(Box<dyn Fn(u64) -> Result<Builder> + Send + Sync>),
    Dermis(Box<dyn Fn(u64) -> Result<dermis::Builder> + Send + Sync>),
}

impl Arm {
    /// An arm whose courses `make` sets up. Name, seed and threads of the course are set by the study.
    pub fn new(
        name: impl Into<String>,
        value: f64,
        make: impl Fn(u64) -> Result<Builder> + Send + Sync + 'static,
    ) -> Self {
        Self { name: name.into(), value, make: Make::Layer(Box::new(make)) }
    }

    /// An arm whose courses are of a dermis of several layers: their rows are those of the [whole dermis](crate::Dermis::report).
    ///
    /// ```
    /// use dermaweave::study::{Arm, Study};
    /// use dermaweave::{Dermis, Grid, Length, Skin, Tissue};
    /// let arm = Arm::of_dermis("three layers", 3.0, |_| {
    ///     let side = Length::micrometers(400.0);
    ///     let grid = Grid::new(side, side, Length::micrometers(20.0))?;
    ///     Ok(Dermis::builder(grid, |grid| Tissue::new(grid, &Skin::young())).layers(3))
    /// });
    /// let arms = Study { replicates: 2, ..Study::of([arm]) }.run()?;
    /// assert!((arms[0].rows().next().unwrap().surface.thickness_um - 1000.0).abs() < 1e-9);
    /// # Ok::<(), dermaweave::Error>(())
    /// ```
    pub fn of_dermis(
        name: impl Into<String>,
        value: f64,
        make: impl Fn(u64) -> Result<dermis::Builder> + Send + Sync + 'static,
    ) -> Self {
        Self { name: name.into(), value, make: Make::Dermis(Box::new(make)) }
    }

    /// The course of this arm with this seed, on one thread, ready to be built. Its rows have the arm `name, seed n`.
    /// Of a dermis it is the course of the uppermost layer. Fails as the arm's own function does.
    pub fn builder(&self, seed: u64) -> Result<Builder> {
        let builder = match &self.make {
            Make::Layer(make) => make(seed)?,
            Make::Dermis(make) => make(seed)?.uppermost()?,
        };
        Ok(builder.arm(self.name_of(seed)).seed(seed).threads(1))
    }

    /// The dermis of this arm with this seed, on one thread, ready to be built; none if its courses are of one layer.
    /// Fails as the arm's own function does.
    pub fn dermis(&self, seed: u64) -> Result<Option<dermis::Builder>> {
        match &self.make {
            Make::Layer(_) => Ok(None),
            Make::Dermis(make) => Ok(Some(make(seed)?.arm(self.name_of(seed)).seed(seed).threads(1))),
        }
    }

    /// What is run with this seed.
    pub(super) fn described(&self, seed: u64) -> Result<Described> {
        Ok(match self.dermis(seed)? {
            Some(dermis) => Described::Dermis(Box::new(dermis)),
            None => Described::Layer(Box::new(self.builder(seed)?)),
        })
    }

    fn name_of(&self, seed: u64) -> String {
        format!("{}, seed {seed}", self.name)
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
    /// The tissue of the first replicate at its end; of a dermis that of its uppermost layer.
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
