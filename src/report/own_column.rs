//! Columns that a user adds.
use super::Row;
use super::dictionary::ColumnEntry;
use crate::measure::Region;
use crate::parameters::Parameters;
use crate::reading::number;
use crate::tissue::Tissue;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};
use std::fmt;
use std::sync::Arc;

/// A column of one's own: one more number in every row, in CSV, JSON, the printed table and the data dictionary.
///
/// It reads the tissue and changes nothing: the course and all other columns have the same bits with and without it.
///
/// ```
/// use dermaweave::report::Column;
/// use dermaweave::{Grid, Length, Simulation, Skin, Tissue};
/// let side = Length::micrometers(400.0);
/// let tissue = Tissue::new(Grid::new(side, side, Length::micrometers(20.0))?, &Skin::young())?;
/// let dense = Column::new("dense_share", "1", "Share of the area with more than 0.9 of healthy collagen.", |sampled| {
///     let is_dense = |&site: &usize| sampled.tissue.matrix().site(site).collagen().density > 0.9;
///     sampled.sites().filter(is_dense).count() as f64 / sampled.sites().count() as f64
/// });
/// let simulation = Simulation::builder(tissue).column(dense.source("sites of the region")).build()?;
/// assert_eq!(simulation.report().rows()[0].value("dense_share"), Some(1.0));
/// assert!(simulation.report().dictionary().get("dense_share").is_some());
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone)]
#[must_use]
pub struct Column {
    entry: ColumnEntry,
    measure: Arc<dyn Fn(&Sampled) -> f64 + Send + Sync>,
}

impl Column {
    /// A column of this name (letters a to z, digits and `_`, none that is taken), with its unit (`1` for a plain number),
    /// what it is, and how it is measured in one region on one day. A number that is not finite stands in files as `inf`,
    /// `-inf` or `NaN`. Whether name, unit and description will do is checked where the column is added.
    pub fn new(
        name: impl Into<String>,
        unit: impl Into<String>,
        description: impl Into<String>,
        measure: impl Fn(&Sampled) -> f64 + Send + Sync + 'static,
    ) -> Self {
        let entry = ColumnEntry {
            name: name.into(),
            unit: unit.into(),
            description: description.into(),
            source: "the user's own".into(),
        };
        Self { entry, measure: Arc::new(measure) }
    }

    /// How it is measured, for the data dictionary; `the user's own` if not given.
    pub fn source(mut self, source: impl Into<String>) -> Self {
        self.entry.source = source.into();
        self
    }

    /// What it means.
    pub const fn entry(&self) -> &ColumnEntry {
        &self.entry
    }

    /// Measures it once more in every region.
    pub(super) fn measure(&self, sampled: &Sampled) -> OwnValue {
        OwnValue { name: self.entry.name.clone(), value: (self.measure)(sampled) }
    }
}

impl fmt::Debug for Column {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        self.entry.fmt(formatter)
    }
}

/// What a column of one's own is measured from: one region on one day.
///
/// ```
/// use dermaweave::report::{Column, Sampled};
/// /// Mean fibrin of the sites of a region.
/// fn clot(sampled: &Sampled) -> f64 {
///     sampled.sites().map(|site| sampled.tissue.matrix().site(site).fibrin).sum::<f64>() / sampled.sites().count() as f64
/// }
/// let column = Column::new("clot", "1", "Fibrin, 0 to 1.", clot);
/// assert_eq!(column.entry().name, "clot");
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Sampled<'a> {
    /// The tissue as it is.
    pub tissue: &'a Tissue,
    /// Where it is measured.
    pub region: &'a Region,
    /// Simulated day.
    pub day: f64,
    /// The parameters of the course.
    pub parameters: &'a Parameters,
    /// All that is measured already: the columns that every row has, and those of one's own that were added before.
    pub row: &'a Row,
}

impl Sampled<'_> {
    /// The sites of the region, as numbers for [`Matrix::site`](crate::Matrix::site).
    pub fn sites(&self) -> impl Iterator<Item = usize> {
        (0..self.tissue.grid().sites()).filter(|&site| self.region.holds(site))
    }
}

/// What a row holds in a column of the user's own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct OwnValue {
    pub(super) name: String,
    pub(super) value: f64,
}

/// What a row holds in all columns of the user's own: an object in files for people.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct OwnValues(pub(super) Vec<OwnValue>);

impl OwnValues {
    pub(super) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Serialize for OwnValues {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|own| (&own.name, number::Written(own.value))))
    }
}

impl<'de> Deserialize<'de> for OwnValues {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let own = |(name, value): (String, Value)| {
            let value = number::deserialize(value).map_err(serde::de::Error::custom)?;
            Ok(OwnValue { name, value })
        };
        Map::deserialize(deserializer)?.into_iter().map(own).collect::<Result<_, _>>().map(Self)
    }
}

/// What stands in files for people and takes no byte in a saved course, which holds it behind its state ([`OwnState`]): so a
/// course without such columns is saved as courses were before there were any.
pub(super) mod for_people {
    use super::{Deserialize, Deserializer, Serialize, Serializer};

    pub(crate) fn serialize<S: Serializer>(value: &impl Serialize, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() { value.serialize(serializer) } else { serializer.serialize_unit() }
    }

    pub(crate) fn deserialize<'de, T, D>(deserializer: D) -> Result<T, D::Error>
    where
        T: Default + Deserialize<'de>,
        D: Deserializer<'de>,
    {
        let is_read = deserializer.is_human_readable();
        if is_read { T::deserialize(deserializer) } else { <()>::deserialize(deserializer).map(|()| T::default()) }
    }
}

/// The user's own columns of a course as they are saved: what they mean, and what each row of the report holds in them.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct OwnState {
    pub(super) columns: Vec<ColumnEntry>,
    pub(super) rows: Vec<Vec<OwnValue>>,
}

impl OwnState {
    pub(crate) const fn is_empty(&self) -> bool {
        self.columns.is_empty()
    }
}
