//! Samples over time, one row per region.
use crate::fibroblast::Phenotype;
use crate::grid::{Field, Grid};
use crate::measure::{FiberOrganization, Region, Windows};
use crate::parameters::Parameters;
use crate::signal::Signal;
use crate::tissue::Tissue;
use serde::{Deserialize, Serialize};
use std::fmt;

/// One region on one day of one arm. The organization is described in [`FiberOrganization`].
///
/// ```
/// use dermaweave::{Grid, Length, Simulation, Skin, Tissue};
/// let side = Length::micrometers(400.0);
/// let tissue = Tissue::new(Grid::new(side, side, Length::micrometers(20.0))?, &Skin::young())?;
/// let simulation = Simulation::builder(tissue).build()?;
/// let row = &simulation.report().rows()[0];
/// assert_eq!((row.arm.as_str(), row.region.as_str(), row.day), ("treated", "all", 0.0));
/// assert_eq!(row.flat()["type_iii_share"], row.organization.type_iii_share);
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// Name of the arm, such as `treated` or `control`.
    pub arm: String,
    /// Simulated day; on the day of a session, before it.
    pub day: f64,
    /// Name of the region.
    pub region: String,
    /// How the fibers are organized.
    pub organization: FiberOrganization,
    /// Fibrin, 0 to 1.
    pub fibrin: f64,
    /// Elastin, 1 = healthy young.
    pub elastin: f64,
    /// Ground substance, 1 = healthy.
    pub ground_substance: f64,
    /// Fibroblasts per mm² of the slab, resting ones included.
    pub fibroblasts_per_mm2: f64,
    /// Share of the fibroblasts that are activated or myofibroblasts.
    pub active_share: f64,
    /// Share of the fibroblasts that are myofibroblasts.
    pub myofibroblast_share: f64,
    /// Macrophages per mm² of the slab.
    pub macrophages_per_mm2: f64,
    /// Neutrophils relative to a fully covered site.
    pub neutrophils: f64,
    /// Mean TGF-β level.
    pub tgf_beta: f64,
    /// Mean PDGF level.
    pub pdgf: f64,
    /// Mean inflammation level.
    pub inflammation: f64,
    /// Mean MMP level.
    pub mmp: f64,
}

impl Row {
    /// The row as one flat list of names and values, as it stands in JSON and CSV files.
    pub fn flat(&self) -> serde_json::Map<String, serde_json::Value> {
        let nested = serde_json::to_value(self).unwrap_or_default();
        let mut flat = serde_json::Map::new();
        for (name, value) in nested.as_object().into_iter().flatten() {
            match value.as_object() {
                Some(inner) => flat.extend(inner.clone()),
                None => drop(flat.insert(name.clone(), value.clone())),
            }
        }
        flat
    }
}

/// A region that is measured at every sample.
#[derive(Clone, Debug)]
pub(crate) struct Watched {
    region: Region,
    windows: Windows,
    /// Those sites of the signals' grid that reach into the region, with their share of it.
    signal_shares: Vec<(usize, f64)>,
    area_mm2: f64,
}

impl Watched {
    pub(crate) fn new(region: Region, tissue: &Tissue, window: crate::units::Length) -> crate::Result<Self> {
        let grid = tissue.grid();
        let windows = Windows::new(&region, grid, window)?;
        let signal_shares = signal_shares(&region, grid, tissue.signals().grid());
        Ok(Self { windows, signal_shares, area_mm2: region.area_mm2(grid), region })
    }

    pub(crate) const fn region(&self) -> &Region {
        &self.region
    }

    /// Measures the region.
    pub(crate) fn row(&self, arm: &str, day: f64, tissue: &Tissue, parameters: &Parameters) -> Row {
        let grid = *tissue.grid();
        let holds = |x: f64, y: f64| self.region.holds(grid.site_at(x, y));
        let fibroblasts: Vec<_> = tissue.fibroblasts().iter().filter(|cell| holds(cell.x, cell.y)).collect();
        let are = |phenotype| {
            fibroblasts.iter().filter(|cell| cell.phenotype(&parameters.fibroblast) == phenotype).count() as f64
        };
        let per_cell = 1.0 / (fibroblasts.len() as f64).max(1.0);
        let macrophages = tissue.macrophages().iter().filter(|cell| holds(cell.x, cell.y)).count();
        let signal = |signal| self.mean_of(&tissue.signals()[signal]);
        let sites = tissue.matrix().sites().iter().enumerate().filter(|(site, _)| self.region.holds(*site));
        let (fibrin, elastin) =
            sites.fold((0.0, 0.0), |(fibrin, elastin), (_, site)| (fibrin + site.fibrin, elastin + site.elastin));
        let per_site = grid.site_area() * 1e-6 / self.area_mm2;
        Row {
            arm: arm.into(),
            day,
            region: self.region.name().into(),
            organization: FiberOrganization::new(
                &self.windows,
                tissue.matrix(),
                &tissue.healthy_collagen(),
                &parameters.matrix,
            ),
            fibrin: fibrin * per_site,
            elastin: elastin * per_site,
            ground_substance: self.mean_of(tissue.ground()),
            fibroblasts_per_mm2: fibroblasts.len() as f64 / self.area_mm2,
            active_share: (are(Phenotype::Activated) + are(Phenotype::Myofibroblast)) * per_cell,
            myofibroblast_share: are(Phenotype::Myofibroblast) * per_cell,
            macrophages_per_mm2: macrophages as f64 / self.area_mm2,
            neutrophils: self.mean_of(&tissue.alarm().neutrophils),
            tgf_beta: signal(Signal::TgfBeta),
            pdgf: signal(Signal::Pdgf),
            inflammation: signal(Signal::Inflammation),
            mmp: signal(Signal::Mmp),
        }
    }

    /// Mean over the region of a field on the signals' grid.
    fn mean_of(&self, field: &Field) -> f64 {
        self.signal_shares.iter().map(|&(site, share)| share * field.values()[site]).sum()
    }
}

fn signal_shares(region: &Region, grid: &Grid, signal_grid: &Grid) -> Vec<(usize, f64)> {
    let mut counts = vec![0.0; signal_grid.sites()];
    for site in (0..grid.sites()).filter(|&site| region.holds(site)) {
        let (x, y) = grid.center_of(site);
        counts[signal_grid.site_at(x, y)] += 1.0;
    }
    let total: f64 = counts.iter().sum();
    counts
        .into_iter()
        .enumerate()
        .filter(|(_, count)| *count > 0.0)
        .map(|(site, count)| (site, count / total))
        .collect()
}

/// All rows of one run, in order of time. Prints as a table.
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
}

impl Report {
    pub(crate) fn add(&mut self, rows: impl IntoIterator<Item = Row>) {
        self.rows.extend(rows);
    }

    /// All rows.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The rows of one region, in order of time.
    pub fn region<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Row> {
        self.rows.iter().filter(move |row| row.region == name)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        let header = [
            "region",
            "day",
            "density",
            "type III",
            "R",
            "weave",
            "fidelity",
            "angle°",
            "cells/mm²",
            "active",
            "inflam.",
        ];
        write!(formatter, "{:<10}{:>6}", header[0], header[1])?;
        header[2..].iter().try_for_each(|title| write!(formatter, "{title:>10}"))?;
        self.rows.iter().try_for_each(|row| {
            let fibers = &row.organization;
            write!(formatter, "\n{:<10}{:>6.0}{:>10.3}", row.region, row.day, fibers.density)?;
            write!(
                formatter,
                "{:>10.3}{:>10.3}{:>10.3}",
                fibers.type_iii_share, fibers.resultant_length, fibers.weave_index
            )?;
            write!(
                formatter,
                "{:>10.2}{:>10.0}{:>10.0}",
                fibers.weave_fidelity,
                fibers.mean_angle_deg.round() % 180.0,
                row.fibroblasts_per_mm2
            )?;
            write!(formatter, "{:>9.0}%{:>10.3}", 100.0 * row.active_share, row.inflammation)
        })
    }
}
