//! Section `population`: virtual patients, each with parameters of its own, the same in every arm.
use super::design::Assignment;
use super::document::Document;
use crate::error::Result;
use crate::study::design::{Distribution, Population, Variable};
use schemars::JsonSchema;
use serde::Deserialize;

/// Virtual patients. Patient i has the same parameters and the same seed in every arm, as one person with a treated and an
/// untreated side.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct PopulationSection {
    /// How many, in the place of `run.replicates`.
    pub patients: u64,
    /// Seed of what is drawn for them.
    pub seed: u64,
    /// What differs among them.
    pub parameter: Vec<ParameterSection>,
    /// Correlations between them; 0 if not given.
    correlation: Vec<CorrelationSection>,
}

/// A key of the study file, and how it is distributed.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ParameterSection {
    /// Path of the key.
    path: String,
    /// Unit of the numbers below, where the key has one, such as `years`.
    #[serde(default)]
    unit: String,
    /// Its distribution.
    distribution: DistributionKind,
    /// Mean of a normal one.
    mean: Option<f64>,
    /// Standard deviation of a normal one.
    sd: Option<f64>,
    /// Median of a log-normal one.
    median: Option<f64>,
    /// Geometric standard deviation of a log-normal one, above 1.
    geometric_sd: Option<f64>,
    /// Lower end: of a uniform one, or below which none lies.
    low: Option<f64>,
    /// Upper end: of a uniform one, or above which none lies.
    high: Option<f64>,
}

/// Kinds of distributions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum DistributionKind {
    Normal,
    LogNormal,
    Uniform,
}

/// Correlation of two parameters, of their normal scores.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct CorrelationSection {
    /// Their paths.
    between: [String; 2],
    /// −1 to 1, without its ends.
    value: f64,
}

/// Patients that are drawn one by one.
#[derive(Clone, Debug)]
pub(super) struct Patients {
    population: Population,
    units: Vec<String>,
    seed: u64,
}

impl PopulationSection {
    pub fn draw(&self, document: &Document) -> Result<Patients> {
        let parameters = self.parameter.iter().enumerate();
        let variables = parameters.map(|(index, parameter)| parameter.variable(document, index));
        let variables: Vec<_> = variables.collect::<Result<_>>()?;
        let matrix = self.matrix(document)?;
        let population = Population::correlated(variables, &matrix);
        let population = population.map_err(|error| document.refuse("population", &error.to_string()))?;
        let units = self.parameter.iter().map(|parameter| parameter.unit.clone()).collect();
        Ok(Patients { population, units, seed: self.seed })
    }

    fn matrix(&self, document: &Document) -> Result<Vec<Vec<f64>>> {
        let count = self.parameter.len();
        let mut matrix: Vec<Vec<f64>> =
            (0..count).map(|row| (0..count).map(|column| f64::from(row == column)).collect()).collect();
        for (index, correlation) in self.correlation.iter().enumerate() {
            let number = |path: &String| self.parameter.iter().position(|parameter| parameter.path == *path);
            let [Some(one), Some(other)] = correlation.between.each_ref().map(number) else {
                let what = "it must name the paths of two parameters of the population";
                return Err(document.refuse(&format!("population.correlation[{index}].between"), what));
            };
            (matrix[one][other], matrix[other][one]) = (correlation.value, correlation.value);
        }
        Ok(matrix)
    }
}

impl ParameterSection {
    fn variable(&self, document: &Document, index: usize) -> Result<Variable> {
        let key = format!("population.parameter[{index}]");
        let refuse = |what: &str| document.refuse(&key, what);
        let distribution = match (self.distribution, self.mean, self.sd, self.median, self.geometric_sd) {
            (DistributionKind::Normal, Some(mean), Some(sd), None, None) => Distribution::Normal { mean, sd },
            (DistributionKind::LogNormal, None, None, Some(median), Some(geometric_sd)) => {
                Distribution::LogNormal { median, geometric_sd }
            }
            (DistributionKind::Uniform, None, None, None, None) => match (self.low, self.high) {
                (Some(low), Some(high)) => Distribution::Uniform { low, high },
                _ => return Err(refuse("a uniform distribution has low and high")),
            },
            (DistributionKind::Normal, ..) => return Err(refuse("a normal distribution has mean and sd")),
            (DistributionKind::LogNormal, ..) => return Err(refuse("a log-normal one has median and geometric_sd")),
            _ => return Err(refuse("a uniform distribution has low and high")),
        };
        let variable = Variable::new(&*self.path, distribution);
        let is_cut = self.distribution != DistributionKind::Uniform && (self.low.is_some() || self.high.is_some());
        let ends = (self.low.unwrap_or(f64::NEG_INFINITY), self.high.unwrap_or(f64::INFINITY));
        let variable = if is_cut { variable.within(ends.0, ends.1) } else { variable };
        variable.value(0.0).map_err(|error| refuse(&error.to_string()))?;
        Ok(variable)
    }
}

impl Patients {
    /// What is set for a patient.
    pub fn at(&self, index: u64) -> Vec<Assignment> {
        let values = self.population.patient(index, self.seed).into_iter().zip(self.population.variables());
        let values = values.zip(&self.units).enumerate();
        values
            .map(|(place, ((number, variable), unit))| {
                Assignment::of(&variable.name, number, unit, format!("population.parameter[{place}]"))
            })
            .collect()
    }
}
