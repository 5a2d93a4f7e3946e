//! What is measured of a course, as one number.
use super::ArmResults;
use crate::error::Result;
use crate::measure::Summary;
use crate::report::{Report, Row};
use std::fmt;

/// One number made of the report of a course, so that courses can be compared.
///
/// ```
/// use dermaweave::study::{Arm, Metric, Study};
/// # use dermaweave::{Grid, Length, Protocol, Simulation, Skin, Time, Tissue};
/// # let arm = |name, years: f64| Arm::new(name, years, move |seed| {
/// #     let side = Length::micrometers(400.0);
/// #     let grid = Grid::new(side, side, Length::micrometers(20.0))?;
/// #     let tissue = Tissue::new(grid, &Skin { placement_seed: seed, ..Skin::aged(years) })?;
/// #     Ok(Simulation::builder(tissue).protocol(Protocol::untreated(Time::weeks(52.0))))
/// # });
/// let arms = Study { replicates: 2, ..Study::of([arm("30 years", 30.0), arm("60 years", 60.0)]) }.run()?;
/// let density = Metric::last("collagen", "1 = healthy", "all", |row| row.organization.density);
/// let lost = Metric::change("collagen", "1 = healthy", "all", |row| row.organization.density);
/// let samples = Metric::new("samples", "number", "all", |rows| rows.len() as f64);
/// assert_eq!((density.values(&arms[0]).len(), samples.summary(&arms[0]).mean), (2, 53.0));
/// assert!(lost.summary(&arms[0]).mean < 0.0);
/// assert!(density.difference(&arms[1], &arms[0])?.mean < -0.1);
/// # Ok::<(), dermaweave::Error>(())
/// ```
pub struct Metric {
    /// What it is.
    pub name: String,
    /// Its unit.
    pub unit: String,
    /// The region it is measured in; empty if it is made of several.
    pub region: String,
    of: Box<Measure>,
}

type Measure = dyn Fn(&Report) -> f64 + Send + Sync;

impl Metric {
    /// A number made of the rows of one region, in order of time.
    pub fn new(name: &str, unit: &str, region: &str, of: impl Fn(&[&Row]) -> f64 + Send + Sync + 'static) -> Self {
        let rows_of = region.to_owned();
        let of = move |report: &Report| of(&report.region(&rows_of).collect::<Vec<_>>());
        Self { region: region.into(), ..Self::across(name, unit, of) }
    }

    /// A number made of the rows of all regions.
    pub fn across(name: &str, unit: &str, of: impl Fn(&Report) -> f64 + Send + Sync + 'static) -> Self {
        Self { name: name.into(), unit: unit.into(), region: String::new(), of: Box::new(of) }
    }

    /// A measure at the end.
    pub fn last(name: &str, unit: &str, region: &str, measure: fn(&Row) -> f64) -> Self {
        Self::new(name, unit, region, move |rows| rows.last().map_or(f64::NAN, |row| measure(row)))
    }

    /// A measure at the end minus the same at the start.
    pub fn change(name: &str, unit: &str, region: &str, measure: fn(&Row) -> f64) -> Self {
        Self::new(name, unit, region, move |rows| match (rows.first(), rows.last()) {
            (Some(first), Some(last)) => measure(last) - measure(first),
            _ => f64::NAN,
        })
    }

    /// The largest value of a measure at any time.
    pub fn peak(name: &str, unit: &str, region: &str, measure: fn(&Row) -> f64) -> Self {
        Self::new(name, unit, region, move |rows| rows.iter().map(|row| measure(row)).fold(f64::NAN, f64::max))
    }

    /// One number per replicate; NaN where the region was not measured.
    pub fn values(&self, arm: &ArmResults) -> Vec<f64> {
        arm.reports.iter().map(|report| (self.of)(report)).collect()
    }

    /// Mean over replicates, with its 95 % interval.
    pub fn summary(&self, arm: &ArmResults) -> Summary {
        Summary::of(&self.values(arm))
    }

    /// Mean and 95 % interval of the difference of two arms, replicate by replicate.
    /// Arms with different numbers of replicates give [`Error::NotPaired`](crate::Error::NotPaired).
    pub fn difference(&self, arm: &ArmResults, minus: &ArmResults) -> Result<Summary> {
        Summary::of_differences(&self.values(arm), &self.values(minus))
    }
}

impl fmt::Debug for Metric {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        write!(formatter, "Metric {:?} [{}] of {:?}", self.name, self.unit, self.region)
    }
}
