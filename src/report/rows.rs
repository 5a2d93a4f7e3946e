//! Samples over time, one row per region.
use super::Caution;
use super::columns::{BUILT_IN, Cell};
use super::dictionary::ColumnEntry;
use super::nulls::Nulls;
use super::own_column::{OwnState, OwnValue, OwnValues, for_people};
use crate::error::{Error, Result, check};
use crate::measure::{FiberOrganization, Firmness, Recovery, SurfaceMeasures};
use serde::{Deserialize, Serialize};

/// One region on one day of one arm. What its columns are called in files, and what they mean, is the
/// [`dictionary`](super::dictionary()); [`Row::value`] reads them by name, those of the user's own too.
///
/// Every number is a mean over the sites of the region, or is made of such means: of two regions without a common site,
/// the amounts of both together are those of each weighted by its area. Orientation is measured in windows that hold
/// every site once ([`Windows`](crate::measure::Windows)), each weighted by its fibers; moduli by its area.
///
/// ```
/// use dermaweave::{Grid, Length, Simulation, Skin, Tissue};
/// let side = Length::micrometers(400.0);
/// let tissue = Tissue::new(Grid::new(side, side, Length::micrometers(20.0))?, &Skin::young())?;
/// let simulation = Simulation::builder(tissue).build()?;
/// let row = &simulation.report().rows()[0];
/// assert_eq!((row.arm.as_str(), row.region.as_str(), row.day), ("treated", "all", 0.0));
/// assert_eq!(row.value("type_iii_share"), Some(row.organization.type_iii_share));
/// assert_eq!(row.flat()["type_iii_share"], row.organization.type_iii_share);
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Row {
    /// Name of the arm, such as `treated` or `control`.
    pub arm: String,
    /// Simulated day; on the day of a session, before it.
    #[serde(with = "crate::reading::number")]
    pub day: f64,
    /// Name of the region.
    pub region: String,
    /// How the fibers are organized.
    pub organization: FiberOrganization,
    /// Fibrin, 0 to 1.
    #[serde(with = "crate::reading::number")]
    pub fibrin: f64,
    /// Elastin, 1 = healthy young.
    #[serde(with = "crate::reading::number")]
    pub elastin: f64,
    /// Ground substance, 1 = healthy.
    #[serde(with = "crate::reading::number")]
    pub ground_substance: f64,
    /// Fibroblasts per mm² of the slab, resting ones included.
    #[serde(with = "crate::reading::number")]
    pub fibroblasts_per_mm2: f64,
    /// Share of the fibroblasts that are activated or myofibroblasts.
    #[serde(with = "crate::reading::number")]
    pub active_share: f64,
    /// Share of the fibroblasts that are myofibroblasts.
    #[serde(with = "crate::reading::number")]
    pub myofibroblast_share: f64,
    /// Macrophages per mm² of the slab.
    #[serde(with = "crate::reading::number")]
    pub macrophages_per_mm2: f64,
    /// Neutrophils relative to a fully covered site.
    #[serde(with = "crate::reading::number")]
    pub neutrophils: f64,
    /// Mean TGF-β level.
    #[serde(with = "crate::reading::number")]
    pub tgf_beta: f64,
    /// Mean PDGF level.
    #[serde(with = "crate::reading::number")]
    pub pdgf: f64,
    /// Mean inflammation level.
    #[serde(with = "crate::reading::number")]
    pub inflammation: f64,
    /// Mean MMP level.
    #[serde(with = "crate::reading::number")]
    pub mmp: f64,
    /// Age of the skin in years.
    #[serde(with = "crate::reading::number")]
    pub age_years: f64,
    /// Collagen of untouched skin of this kind and age, 1 = healthy young dermis.
    #[serde(with = "crate::reading::number")]
    pub untouched_collagen: f64,
    /// Elastin of untouched skin of this kind and age, 1 = healthy young dermis.
    #[serde(with = "crate::reading::number")]
    pub untouched_elastin: f64,
    /// Mature collagen that was there at the start of the course and still is, 1 = healthy young dermis.
    /// A course starts where it is built, whatever its tissue went through before; a branch or a resumed course goes on.
    #[serde(with = "crate::reading::number")]
    pub original_collagen: f64,
    /// Mature collagen of the start that has been broken down or cut out.
    #[serde(with = "crate::reading::number")]
    pub collagen_lost: f64,
    /// Collagen that has come since the start: mature collagen that was not there, and by how much the young pool has
    /// grown (young collagen of the start that matures is no gain). Always
    /// gained − lost = density − density at the start. Negative only where the young pool has shrunk by more than came.
    #[serde(with = "crate::reading::number")]
    pub collagen_gained: f64,
    /// Distance over which fibers keep their mean axis, in µm ([`FiberCorrelation`](crate::measure::FiberCorrelation)).
    #[serde(with = "crate::reading::number")]
    pub correlation_length_um: f64,
    /// Distance over which they keep their weave, in µm.
    #[serde(with = "crate::reading::number")]
    pub weave_correlation_length_um: f64,
    /// Collagen orientation index of rendered histological pictures, if they are taken
    /// ([`Builder::histology`](crate::simulation::Builder::histology)): 0 random, 1 parallel.
    #[serde(default, with = "crate::reading::number::optional")]
    pub collagen_orientation_index: Option<f64>,
    /// What stands beside measures of organization.
    pub nulls: Nulls,
    /// Thickness and relief.
    pub surface: SurfaceMeasures,
    /// Firmness and recoil.
    pub firmness: Firmness,
    /// Redness, swelling, open epidermis.
    pub recovery: Recovery,
    #[serde(default, skip_serializing_if = "OwnValues::is_empty", with = "for_people")]
    pub(super) own: OwnValues,
}

impl Row {
    /// The number in a column, built in or the user's own; none in one that holds a text, was not measured or is not there.
    pub fn value(&self, column: &str) -> Option<f64> {
        let built_in = BUILT_IN.iter().find(|built_in| built_in.name == column);
        let own = || self.own.0.iter().find(|own| own.name == column).map(|own| own.value);
        built_in.map_or_else(own, |built_in| (built_in.cell)(self).number())
    }

    /// The row as one flat list of names and values, as it stands in JSON and CSV files. An infinite or undefined number, such
    /// as the concentration of fibers that are all parallel, is the text `inf`, `-inf` or `NaN`; what was not measured is
    /// null, and an empty cell in CSV.
    pub fn flat(&self) -> serde_json::Map<String, serde_json::Value> {
        let built_in = BUILT_IN.iter().map(|column| (column.name.to_owned(), (column.cell)(self).value()));
        let own = self.own.0.iter().map(|own| (own.name.clone(), Cell::Number(own.value).value()));
        built_in.chain(own).collect()
    }
}

/// All rows of one run, in order of time. Prints as a table, with its [cautions](Report::cautions).
///
/// ```
/// use dermaweave::{Grid, Length, Protocol, Simulation, Skin, Time, Tissue};
/// let side = Length::micrometers(400.0);
/// let tissue = Tissue::new(Grid::new(side, side, Length::micrometers(20.0))?, &Skin::young())?;
/// let builder = Simulation::builder(tissue).protocol(Protocol::untreated(Time::days(2.0)));
/// let mut simulation = builder.sample_every(Time::days(1.0)).build()?;
/// simulation.run()?;
/// let days: Vec<f64> = simulation.report().region("all").map(|row| row.day).collect();
/// assert_eq!(days, [0.0, 1.0, 2.0]);
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Report {
    rows: Vec<Row>,
    /// Whether a session has been given.
    pub(super) treated: bool,
    /// Of the field, and of the first session that calls for each.
    #[serde(rename = "noted_cautions")]
    pub(super) cautions_so_far: Vec<Caution>,
    #[serde(default, skip_serializing_if = "Vec::is_empty", with = "for_people")]
    pub(super) own_columns: Vec<ColumnEntry>,
}

impl Report {
    pub(crate) fn add(&mut self, rows: impl IntoIterator<Item = Row>) {
        self.rows.extend(rows);
    }

    /// Records that a session was given, and what it calls for; of each kind the first is kept.
    pub(crate) fn record_session(&mut self, cautions: impl IntoIterator<Item = Caution>) {
        self.treated = true;
        for caution in cautions {
            let is_same = |earlier: &Caution| std::mem::discriminant(earlier) == std::mem::discriminant(&caution);
            if !self.cautions_so_far.iter().any(is_same) {
                self.cautions_so_far.push(caution);
            }
        }
    }

    /// Records what the field calls for.
    pub(crate) fn record_field(&mut self, caution: Option<Caution>) {
        self.cautions_so_far.extend(caution);
    }

    /// Takes a column of the user's own into the list. After a resumption it is there already, with values in the rows.
    pub(super) fn declare(&mut self, column: &ColumnEntry) -> Result<()> {
        column.check()?;
        match self.own_columns.iter_mut().find(|own| own.name == column.name) {
            None => self.own_columns.push(column.clone()),
            Some(own) if own.unit == column.unit => *own = column.clone(),
            Some(_) => {
                let problem = "was measured in another unit so far; keep the unit or take another name";
                return Err(Error::BadColumn { name: column.name.clone(), problem });
            }
        }
        Ok(())
    }

    /// What is saved of the user's own columns.
    pub(crate) fn own_state(&self) -> OwnState {
        let rows = self.rows.iter().map(|row| row.own.0.clone());
        OwnState { columns: self.own_columns.clone(), rows: rows.collect() }
    }

    /// Takes back what was saved of the user's own columns.
    pub(crate) fn restore_own(&mut self, state: OwnState) -> Result<()> {
        if state.is_empty() {
            return Ok(());
        }
        let rows = self.rows.len() as f64;
        check("number of rows of a column", state.rows.len() as f64, "rows", rows..=rows)?;
        state.columns.iter().try_for_each(|column| self.declare(column))?;
        let is_known = |own: &OwnValue| self.own_columns.iter().any(|column| column.name == own.name);
        if let Some(own) = state.rows.iter().flatten().find(|own| !is_known(own)) {
            return Err(Error::BadColumn {
                name: own.name.clone(),
                problem: "has values and is in no list of columns",
            });
        }
        self.rows.iter_mut().zip(state.rows).for_each(|(row, own)| row.own = OwnValues(own));
        Ok(())
    }

    pub(super) fn own_columns(&self) -> &[ColumnEntry] {
        &self.own_columns
    }

    pub(super) const fn is_treated(&self) -> bool {
        self.treated
    }

    pub(super) fn cautions_so_far(&self) -> &[Caution] {
        &self.cautions_so_far
    }

    /// All rows.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The first row of a region: what it was like at the start.
    pub fn first(&self, region: &str) -> Option<&Row> {
        self.rows.iter().find(|row| row.region == region)
    }

    /// The rows of one region, in order of time.
    pub fn region<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Row> {
        self.rows.iter().filter(move |row| row.region == name)
    }
}
