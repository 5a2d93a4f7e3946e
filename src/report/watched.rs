//! Regions that are measured at every sample.
use super::{Report, Row};
use crate::error::Result;
use crate::fibroblast::Phenotype;
use crate::grid::Field;
use crate::matrix::FiberMoments;
use crate::measure::{
    CorrelationWindows, FiberOrganization, Firmness, Histology, Recovery, Region, Surface, SurfaceRegion, Windows,
};
use crate::parameters::Parameters;
use crate::signal::Signal;
use crate::tissue::Tissue;
use crate::units::Length;

/// A region with all that is found once and used at every sample.
#[derive(Clone, Debug)]
pub(crate) struct Watched {
    region: Region,
    windows: Windows,
    /// How healthy fibers lie in each window.
    healthy: Vec<FiberMoments>,
    /// The axis of tension in each window.
    tension_axes: Vec<f64>,
    correlation: CorrelationWindows,
    surface: SurfaceRegion,
    area_mm2: f64,
    /// Mature collagen at the start.
    original_at_start: f64,
}

/// What is the same for all regions of one sample.
#[derive(Clone, Copy)]
pub(crate) struct Sample<'a> {
    pub(crate) arm: &'a str,
    pub(crate) day: f64,
    pub(crate) tissue: &'a Tissue,
    pub(crate) parameters: &'a Parameters,
    pub(crate) surface: &'a Surface,
    /// How pictures are taken, if they are, and the seed of their bundles.
    pub(crate) histology: Option<(&'a Histology, u64)>,
}

impl Watched {
    pub(crate) fn new(region: Region, tissue: &Tissue, window: Length) -> Result<Self> {
        let (grid, signal_grid) = (tissue.grid(), tissue.signals().grid());
        let windows = Windows::new(&region, grid, window)?;
        let mut watched = Self {
            healthy: windows.healthy_weave(tissue),
            tension_axes: windows.tension_axes(tissue),
            windows,
            correlation: CorrelationWindows::new(&region, grid)?,
            surface: SurfaceRegion::new(&region, grid, signal_grid)?,
            area_mm2: region.area_mm2(grid),
            original_at_start: 0.0,
            region,
        };
        watched.original_at_start = watched.sums(tissue)[2];
        Ok(watched)
    }

    /// Takes the start from the rows of a course that goes on.
    pub(crate) fn recall(&mut self, report: &Report) {
        if let Some(row) = report.first(self.region.name()) {
            self.original_at_start = row.original_collagen + row.collagen_lost;
        }
    }

    pub(crate) const fn region(&self) -> &Region {
        &self.region
    }

    /// Measures the region.
    pub(crate) fn row(&self, sample: &Sample) -> Row {
        let Sample { arm, day, tissue, parameters, surface, histology } = *sample;
        let [fibrin, elastin, original, collagen] = self.sums(tissue);
        let organization = FiberOrganization::new(&self.windows, tissue.matrix(), &self.healthy, &parameters.matrix);
        let (cells, active_share, myofibroblast_share) = self.fibroblasts(tissue, parameters);
        let holds = |x: f64, y: f64| self.region.holds(tissue.grid().site_at(x, y));
        let macrophages = tissue.macrophages().iter().filter(|cell| holds(cell.x, cell.y)).count();
        let signal = |signal| self.mean_of(&tissue.signals()[signal]);
        let correlation = self.correlation.measure(tissue.matrix());
        let picture = |(histology, seed): (&Histology, u64)| {
            histology.orientation_index(tissue.matrix(), &self.region, Histology::VIEWS, seed).ok()
        };
        Row {
            arm: arm.into(),
            day,
            region: self.region.name().into(),
            fibrin,
            elastin,
            ground_substance: self.mean_of(tissue.ground()),
            fibroblasts_per_mm2: cells / self.area_mm2,
            active_share,
            myofibroblast_share,
            macrophages_per_mm2: macrophages as f64 / self.area_mm2,
            neutrophils: self.mean_of(&tissue.alarm().neutrophils),
            tgf_beta: signal(Signal::TgfBeta),
            pdgf: signal(Signal::Pdgf),
            inflammation: signal(Signal::Inflammation),
            mmp: signal(Signal::Mmp),
            age_years: tissue.skin().age_years,
            untouched_collagen: tissue.skin().collagen_density,
            untouched_elastin: tissue.skin().elastin,
            original_collagen: original,
            collagen_lost: self.original_at_start - original,
            collagen_gained: collagen - original,
            correlation_length_um: correlation.length_um(),
            weave_correlation_length_um: correlation.weave_length_um(),
            collagen_orientation_index: histology.and_then(picture),
            surface: self.surface.measure(surface),
            firmness: Firmness::new(&self.windows, tissue.matrix(), &self.tension_axes),
            recovery: self.recovery(tissue, parameters),
            organization,
        }
    }

    /// Number of fibroblasts, share of the active ones, share of myofibroblasts.
    fn fibroblasts(&self, tissue: &Tissue, parameters: &Parameters) -> (f64, f64, f64) {
        let (mut cells, mut active, mut contractile) = (0.0, 0.0, 0.0);
        for cell in tissue.fibroblasts() {
            if self.region.holds(tissue.grid().site_at(cell.x, cell.y)) {
                let phenotype = cell.phenotype(&parameters.fibroblast);
                cells += 1.0;
                active += f64::from(phenotype != Phenotype::Resting);
                contractile += f64::from(phenotype == Phenotype::Myofibroblast);
            }
        }
        let per_cell = 1.0 / f64::max(cells, 1.0);
        (cells, active * per_cell, contractile * per_cell)
    }

    fn recovery(&self, tissue: &Tissue, parameters: &Parameters) -> Recovery {
        let holes = tissue.openings().holes().iter();
        let inside = holes.filter(|hole| self.region.holds(tissue.grid().site_at(hole.x, hole.y)));
        let open = inside.fold(0.0, |open, hole| open + hole.area() * 1e-6 / self.area_mm2);
        let inflammation = self.mean_of(&tissue.signals()[Signal::Inflammation]);
        let flare = self.mean_of(tissue.openings().flare());
        let ground_substance = self.mean_of(tissue.ground());
        let parameters = (&parameters.recovery, &parameters.surface);
        Recovery::new((inflammation, flare), ground_substance, open.min(1.0), parameters)
    }

    /// Means over the sites of the region of fibrin, elastin, original and all collagen.
    fn sums(&self, tissue: &Tissue) -> [f64; 4] {
        let per_site = tissue.grid().site_area() * 1e-6 / self.area_mm2;
        let sites = tissue.matrix().sites().enumerate().filter(|(site, _)| self.region.holds(*site));
        sites
            .fold([0.0; 4], |[fibrin, elastin, original, collagen], (_, site)| {
                let density = site.new.density + site.mature.density;
                [fibrin + site.fibrin, elastin + site.elastin, original + site.original, collagen + density]
            })
            .map(|sum| sum * per_site)
    }

    /// Mean over the region of a field on the signals' grid.
    fn mean_of(&self, field: &Field) -> f64 {
        self.surface.mean_of(field)
    }
}
