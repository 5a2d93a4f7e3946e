//! Which factors of a design matter: indices from the results of a study folder.
use super::StudyFile;
use super::design::Points;
use crate::error::{Error, Result};
use crate::study::Courses;
use crate::study::design::{Bootstrap, ElementaryEffects, SobolIndices};
use crate::study::folder::StudyFolder;
use std::fmt;

/// What the factors of a design do to a number, in one arm. Prints as a table: one line per factor.
///
/// ```
/// use dermaweave::study::design::Estimate;
/// use dermaweave::study::{Effects, Indices};
/// use dermaweave::study::design::SobolIndices;
/// let first = Estimate { value: 0.7, low: 0.6, high: 0.8 };
/// let indices = Indices::Sobol(vec![SobolIndices { first, total: first }]);
/// let effects = Effects { arm: "treated".into(), factors: vec!["skin.smoking".into()], indices };
/// assert_eq!(effects.to_string().lines().count(), 2);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Effects {
    /// Name of the arm.
    pub arm: String,
    /// Paths of the factors, in the order of the design.
    pub factors: Vec<String>,
    /// One set of indices per factor.
    pub indices: Indices,
}

/// Indices of all factors. See [`Effects`].
///
/// ```
/// use dermaweave::study::Indices;
/// assert_eq!(Indices::Morris(Vec::new()), Indices::Morris(Vec::new()));
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Indices {
    /// Elementary effects of Morris.
    Morris(Vec<ElementaryEffects>),
    /// First-order and total shares of the variance.
    Sobol(Vec<SobolIndices>),
}

impl fmt::Display for Effects {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        let width =
            self.factors.iter().map(|name| name.chars().count()).max().unwrap_or(0).max(self.arm.chars().count());
        let lines: Vec<[String; 3]> = match &self.indices {
            Indices::Morris(all) => all
                .iter()
                .map(|of| [of.mean_absolute.to_string(), format!("{:.4}", of.mean), format!("{:.4}", of.deviation)])
                .collect(),
            Indices::Sobol(all) => {
                all.iter().map(|of| [of.first.to_string(), of.total.to_string(), String::new()]).collect()
            }
        };
        let titles = match self.indices {
            Indices::Morris(_) => ["mean size of effect", "mean effect", "SD of effects"],
            Indices::Sobol(_) => ["first order", "total", ""],
        };
        write!(formatter, "{:<width$}  {:>22}  {:>22}  {:>14}", self.arm, titles[0], titles[1], titles[2])?;
        for (name, [first, second, third]) in self.factors.iter().zip(lines) {
            write!(formatter, "\n{name:<width$}  {first:>22}  {second:>22}  {third:>14}")?;
        }
        Ok(())
    }
}

impl StudyFile {
    /// What the factors of a Morris or Sobol' design do to a column of the last sample in a region, arm by arm: of the mean over
    /// replicates at every point.
    ///
    /// Fails with [`Error::StudyFile`] for another design, with [`Error::MissingMember`] if a member is not done, and with
    /// [`Error::BadColumn`] for a column or region that is not there.
    pub fn effects(&self, folder: &StudyFolder, region: &str, column: &str) -> Result<Vec<Effects>> {
        let factors = self.points.factors();
        if factors.is_empty() {
            return Err(self.base.refuse("design.kind", "effects need a design of kind morris or sobol"));
        }
        let outputs = self.outputs(folder, region, column)?;
        let arms = outputs.iter().zip(&self.arms);
        arms.map(|(outputs, arm)| {
            let indices = self.points.indices(outputs, Bootstrap::default())?;
            Ok(Effects { arm: arm.name.clone(), factors: factors.clone(), indices })
        })
        .collect()
    }

    /// One number per point of every arm.
    fn outputs(&self, folder: &StudyFolder, region: &str, column: &str) -> Result<Vec<Vec<f64>>> {
        let mut outputs = vec![vec![0.0; self.points.count()]; self.arms.len()];
        for number in 0..self.count() {
            let course = self.course(number)?;
            let missing = || Error::MissingMember { arm: course.arm.clone(), seed: course.seed };
            let report = folder.report(number)?.ok_or_else(missing)?;
            let value = report.region(region).last().and_then(|row| row.value(column));
            let value = value.ok_or_else(|| Error::BadColumn {
                name: format!("{column} in region {region}"),
                problem: "no row of that region has a number in such a column",
            })?;
            let numbers = self.numbers_of(number)?;
            outputs[numbers.arm][numbers.point] += value / self.run.replicates as f64;
        }
        Ok(outputs)
    }
}

impl Points {
    fn indices(&self, outputs: &[f64], bootstrap: Bootstrap) -> Result<Indices> {
        match self {
            Self::Morris(design, _) => design.effects(outputs, bootstrap).map(Indices::Morris),
            Self::Sobol(design, _) => design.indices(outputs, bootstrap).map(Indices::Sobol),
            _ => Ok(Indices::Sobol(Vec::new())),
        }
    }
}
