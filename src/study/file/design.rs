//! Sections `design` and `population`: numbers that are varied beside the arms.
use super::document::Document;
use super::quantities::split;
use crate::error::{Error, Result};
use crate::study::Setting;
use crate::study::design::{Design, Factor, FullFactorial, LatinHypercube, Morris, Saltelli, Scale};
use schemars::JsonSchema;
use serde::Deserialize;
use toml::Value;

/// A design: at which values of its factors the arms are run.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct DesignSection {
    /// Which one.
    kind: DesignKind,
    /// Points of a Latin hypercube, or rows N of Sobol' indices, which take N(d + 2) courses of each arm for d factors.
    points: Option<usize>,
    /// Trajectories of Morris, d + 1 courses each.
    trajectories: Option<usize>,
    /// Levels of Morris, an even number; 4 if not given.
    levels: Option<usize>,
    /// Seed of what is drawn for the design.
    seed: u64,
    /// What is varied.
    factor: Vec<FactorSection>,
}

/// Kinds of designs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum DesignKind {
    /// All combinations of the levels of all factors.
    #[default]
    FullFactorial,
    /// Points that are even along each factor.
    LatinHypercube,
    /// Trajectories for elementary effects: which of many factors matter.
    Morris,
    /// Rows for first-order and total Sobol' indices: shares of the variance.
    Sobol,
}

/// A factor: a key of the study file, and from where to where it goes.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct FactorSection {
    /// Path of the key, such as `protocol.interval` or `parameters.fibroblast.chemotaxis`.
    path: String,
    /// Lower end: a number, or text with a unit where the key has one.
    #[schemars(with = "Option<serde_json::Value>")]
    low: Option<Value>,
    /// Upper end, in the same unit.
    #[schemars(with = "Option<serde_json::Value>")]
    high: Option<Value>,
    /// Even along the numbers, or along their logarithms.
    #[serde(default)]
    scale: ScaleKind,
    /// Levels of a full factorial design, in one unit.
    #[serde(default)]
    #[schemars(with = "Vec<serde_json::Value>")]
    levels: Vec<Value>,
}

/// How a factor goes from its lower to its upper end.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum ScaleKind {
    /// Evenly.
    #[default]
    Linear,
    /// Evenly in the logarithm.
    Log,
}

/// A value that is put at a path, and the number that stands for it in tables.
#[derive(Clone, Debug)]
pub(super) struct Assignment {
    pub path: String,
    pub value: Value,
    /// Where in the file it was asked for.
    pub from: String,
    number: f64,
    /// Whether it is a level of a full factorial design.
    of_arm: bool,
}

impl Assignment {
    pub fn of(path: &str, number: f64, unit: &str, from: String) -> Self {
        let value = Quantity { number, unit: unit.to_owned() }.value();
        Self { path: path.to_owned(), value, from, number, of_arm: false }
    }

    fn label(&self) -> String {
        let last = self.path.rsplit('.').next().unwrap_or_default();
        let value = self.value.as_str().map_or_else(|| self.value.to_string(), String::from);
        format!("{} {value}", last.replace('_', " "))
    }

    pub fn number(&self) -> f64 {
        self.number
    }

    pub fn setting(&self) -> Setting {
        let unit = self.value.as_str().map_or_else(String::new, |text| split(text).1.to_owned());
        Setting { name: self.path.clone(), value: self.number, unit, of_arm: self.of_arm }
    }
}

/// A number with the unit of a key, if it has one.
#[derive(Clone, Debug)]
struct Quantity {
    number: f64,
    unit: String,
}

impl Quantity {
    fn of(value: &Value) -> Option<Self> {
        let plain = |number| Some(Self { number, unit: String::new() });
        match value {
            Value::Float(number) => plain(*number),
            Value::Integer(number) => plain(*number as f64),
            Value::String(text) => {
                let (number, unit) = split(text);
                Some(Self { number: number.parse().ok()?, unit: unit.to_owned() })
            }
            _ => None,
        }
    }

    /// What stands for it in a file.
    fn value(&self) -> Value {
        if self.unit.is_empty() {
            Value::Float(self.number)
        } else {
            Value::String(format!("{} {}", self.number, self.unit))
        }
    }
}

/// The points of a design, made one by one.
#[derive(Clone, Debug)]
pub(super) enum Points {
    /// A single point where nothing is varied.
    None,
    Levels(FullFactorial, Vec<Vec<Assignment>>),
    Latin(LatinHypercube, Vec<Range>),
    Morris(Morris, Vec<Range>),
    Sobol(Saltelli, Vec<Range>),
}

/// A factor with two ends.
#[derive(Clone, Debug)]
pub(super) struct Range {
    factor: Factor,
    unit: String,
    from: String,
}

impl Points {
    pub fn count(&self) -> usize {
        match self {
            Self::None => 1,
            Self::Levels(design, _) => design.len(),
            Self::Latin(design, _) => design.len(),
            Self::Morris(design, _) => design.len(),
            Self::Sobol(design, _) => design.len(),
        }
    }

    /// What is set at a point.
    pub fn at(&self, index: usize) -> Result<Vec<Assignment>> {
        let (point, ranges) = match self {
            Self::None => return Ok(Vec::new()),
            Self::Levels(design, levels) => {
                let chosen = design.levels_at(index).into_iter().zip(levels);
                return Ok(chosen.map(|(level, levels)| levels[level].clone()).collect());
            }
            Self::Latin(design, ranges) => (design.point(index), ranges),
            Self::Morris(design, ranges) => (design.point(index), ranges),
            Self::Sobol(design, ranges) => (design.point(index), ranges),
        };
        point.into_iter().zip(ranges).map(|(coordinate, range)| range.at(coordinate)).collect()
    }

    /// Whether it is a full factorial design of one factor.
    pub fn is_along_one(&self) -> bool {
        matches!(self, Self::Levels(_, levels) if levels.len() == 1)
    }

    /// What tells a point of a full factorial design from the others: its levels, each with the last part of its path.
    pub fn label(&self, index: usize) -> Option<String> {
        let Self::Levels(design, levels) = self else { return None };
        let chosen = design.levels_at(index).into_iter().zip(levels).map(|(level, levels)| &levels[level]);
        Some(chosen.map(Assignment::label).collect::<Vec<_>>().join(", "))
    }

    /// Paths of the factors of a design from which effects are found.
    pub fn factors(&self) -> Vec<String> {
        match self {
            Self::Morris(_, ranges) | Self::Sobol(_, ranges) => {
                ranges.iter().map(|range| range.factor.name.clone()).collect()
            }
            _ => Vec::new(),
        }
    }
}

impl Range {
    fn at(&self, coordinate: f64) -> Result<Assignment> {
        let number = self.factor.value(coordinate)?;
        Ok(Assignment::of(&self.factor.name, number, &self.unit, self.from.clone()))
    }
}

impl DesignSection {
    /// The points; what is wrong is named by its place in the file.
    pub fn points(&self, document: &Document) -> Result<Points> {
        let refuse = |key: &str, what: &str| document.refuse(&format!("design{key}"), what);
        if let Some(unused) = self.unused() {
            return Err(refuse(unused, "a design of this kind has no such key; leave it out"));
        }
        if self.factor.is_empty() {
            return Err(refuse(".factor", "a design needs [[design.factor]] with path, low and high, or levels"));
        }
        if self.kind == DesignKind::FullFactorial {
            return self.levels_of_all(document);
        }
        let ranges = self.factor.iter().enumerate().map(|(index, factor)| factor.range(document, index));
        let ranges: Vec<_> = ranges.collect::<Result<_>>()?;
        let needed = |given: Option<usize>, key: &str| given.ok_or_else(|| refuse(key, "it is missing"));
        let at = |key: &'static str| move |error: Error| document.refuse(key, &error.to_string());
        let factors = ranges.len();
        match self.kind {
            DesignKind::Morris => {
                let (trajectories, levels) = (needed(self.trajectories, ".trajectories")?, self.levels.unwrap_or(4));
                let design = Morris::new(factors, trajectories, levels, self.seed);
                let key = |error: &Error| match error {
                    Error::OutOfRange { quantity, .. } | Error::NotMultiple { quantity, .. }
                        if quantity.contains("level") =>
                    {
                        "design.levels"
                    }
                    _ => "design.trajectories",
                };
                let design = design.map_err(|error| document.refuse(key(&error), &error.to_string()))?;
                Ok(Points::Morris(design, ranges))
            }
            DesignKind::Sobol => {
                let design = Saltelli::new(factors, needed(self.points, ".points")?);
                Ok(Points::Sobol(design.map_err(at("design.points"))?, ranges))
            }
            DesignKind::LatinHypercube | DesignKind::FullFactorial => {
                let design = LatinHypercube::new(factors, needed(self.points, ".points")?, self.seed);
                Ok(Points::Latin(design.map_err(at("design.points"))?, ranges))
            }
        }
    }

    /// A key that is given and that this kind of design does not have.
    fn unused(&self) -> Option<&'static str> {
        let is_given = [
            (".points", self.points.is_some(), matches!(self.kind, DesignKind::LatinHypercube | DesignKind::Sobol)),
            (".trajectories", self.trajectories.is_some(), self.kind == DesignKind::Morris),
            (".levels", self.levels.is_some(), self.kind == DesignKind::Morris),
        ];
        is_given.into_iter().find(|(_, is_given, is_used)| *is_given && !is_used).map(|(key, ..)| key)
    }

    fn levels_of_all(&self, document: &Document) -> Result<Points> {
        let levels = self.factor.iter().enumerate().map(|(index, factor)| factor.levels(document, index));
        let levels: Vec<_> = levels.collect::<Result<_>>()?;
        let counts: Vec<_> = levels.iter().map(Vec::len).collect();
        let design =
            FullFactorial::new(counts).map_err(|error| document.refuse("design.factor", &error.to_string()))?;
        Ok(Points::Levels(design, levels))
    }
}

impl FactorSection {
    fn range(&self, document: &Document, index: usize) -> Result<Range> {
        let from = format!("design.factor[{index}]");
        if !self.levels.is_empty() {
            let what = "only a full factorial design has levels; give low and high";
            return Err(document.refuse(&format!("{from}.levels"), what));
        }
        let end = |value: &Option<Value>, key: &str| {
            let found = value.as_ref().and_then(Quantity::of);
            found.ok_or_else(|| {
                document.refuse(&format!("{from}.{key}"), "give a number, with its unit where the key has one")
            })
        };
        let (low, high) = (end(&self.low, "low")?, end(&self.high, "high")?);
        if low.unit != high.unit {
            let what = format!("it is in `{}` and low in `{}`; give both in one unit", high.unit, low.unit);
            return Err(document.refuse(&format!("{from}.high"), &what));
        }
        let scale = match self.scale {
            ScaleKind::Linear => Scale::Linear,
            ScaleKind::Log => Scale::Log,
        };
        let factor = Factor { name: self.path.clone(), low: low.number, high: high.number, scale };
        factor.value(0.5).map_err(|error| document.refuse(&from, &error.to_string()))?;
        Ok(Range { factor, unit: low.unit, from })
    }

    fn levels(&self, document: &Document, index: usize) -> Result<Vec<Assignment>> {
        let from = format!("design.factor[{index}]");
        if self.low.is_some() || self.high.is_some() {
            return Err(document.refuse(&from, "a full factorial design has levels in the place of low and high"));
        }
        if self.levels.is_empty() {
            return Err(document
                .refuse(&from, "a full factorial design needs levels, such as levels = [\"7 days\", \"28 days\"]"));
        }
        let unit = Quantity::of(&self.levels[0]).map(|level| level.unit);
        let level = |(number, value): (usize, &Value)| {
            let from = format!("{from}.levels[{number}]");
            let quantity = Quantity::of(value).filter(|quantity| Some(&quantity.unit) == unit.as_ref());
            let quantity = quantity
                .ok_or_else(|| document.refuse(&from, "levels are numbers in one unit; other choices are arms"))?;
            Ok(Assignment {
                path: self.path.clone(),
                value: value.clone(),
                from,
                number: quantity.number,
                of_arm: true,
            })
        };
        let levels: Vec<_> = self.levels.iter().enumerate().map(level).collect::<Result<_>>()?;
        let is_before = |index: &usize| levels[..*index].iter().any(|other| other.number == levels[*index].number);
        match (1..levels.len()).find(is_before) {
            Some(twice) => Err(document.refuse(&levels[twice].from, "this level is given twice")),
            None => Ok(levels),
        }
    }
}
