//! One region that is measured at every sample.
use super::nulls::{Nulls, Weave};
use super::own_column::OwnValues;
use super::watched::{FIELDS, Sample, Shared};
use super::{Report, Row};
use crate::cells::fibroblast::Phenotype;
use crate::cells::macrophage::Macrophage;
use crate::engine;
use crate::engine::{RegionSets, SiteSums};
use crate::error::Result;
use crate::grid::Grid;
use crate::matrix::{FiberMoments, Matrix};
use crate::measure::{
    CorrelationWindows, FiberCorrelation, FiberOrganization, Firmness, HealthyDirections, Histology, Recovery, Region,
    SurfaceRegion, Weighted, Windows,
};
use crate::signals::{PerSignal, Signal};
use crate::tissue::Tissue;

/// A region with all that is found once and used at every sample.
#[derive(Clone, Debug)]
pub(super) struct WatchedRegion {
    region: Region,
    /// Which of all windows are its own, and the share of its sites that lies in each.
    windows: Vec<usize>,
    shares: Vec<f64>,
    /// How healthy fibers lie in all of its windows together.
    healthy: HealthyDirections,
    /// Its sites, strip by strip.
    strips: RegionSets,
    correlation: CorrelationWindows,
    surface: SurfaceRegion,
    area_mm2: f64,
    /// What it was like at the start, once that has been shared.
    start: Option<Start>,
}

/// What measures an orientation index in a region of a matrix: of so many views, with a seed.
type IndexOfPictures = fn(&Histology, &Matrix, &Region, usize, u64) -> Result<f64>;

/// The collagen of a region at the start of a course.
#[derive(Clone, Copy, Debug)]
struct Start {
    /// All of it.
    density: f64,
    /// Its mature pool.
    mature: f64,
    /// How it was organized.
    weave: Weave,
}

/// The cells of a region at one instant.
struct Cells {
    fibroblasts: f64,
    active_share: f64,
    myofibroblast_share: f64,
    macrophages: f64,
}

impl WatchedRegion {
    /// Given all windows with the numbers of its own among them, and the fibers of healthy skin in each of all. Its first row
    /// tells how it starts.
    pub(super) fn new(
        region: &Region,
        tissue: &Tissue,
        (windows, own): (&Windows, &[usize]),
        healthy: &[FiberMoments],
    ) -> Result<Self> {
        let (grid, signal_grid) = (tissue.grid(), tissue.signals().grid());
        let others = || (CorrelationWindows::new(region, grid), SurfaceRegion::new(region, grid, signal_grid));
        let (strips, (correlation, surface)) = engine::both(grid.sites(), || strips(region, grid), others);
        let shares = windows.shares_among(own);
        let healthy = Weighted::all(own.iter().map(|&window| &healthy[window]), &shares);
        Ok(Self {
            healthy: HealthyDirections::of(&healthy),
            windows: own.to_vec(),
            shares,
            strips,
            correlation: correlation?,
            surface: surface?,
            area_mm2: region.area_mm2(),
            start: None,
            region: region.clone(),
        })
    }

    /// Takes the start of the course from its first row.
    pub(super) fn set_start(&mut self, report: &Report) {
        let first = report.first(self.region.name());
        self.start = first.map(|row| Start {
            density: row.organization.density,
            mature: row.original_collagen,
            weave: Weave::of(&row.organization),
        });
    }

    pub(super) const fn region(&self) -> &Region {
        &self.region
    }

    /// Its sites, strip by strip.
    pub(super) const fn strips(&self) -> &RegionSets {
        &self.strips
    }

    /// Its windows whose directions are compared.
    pub(super) const fn correlation(&self) -> &CorrelationWindows {
        &self.correlation
    }

    /// Measures the region, given what its strips hold and how its directions are correlated.
    pub(super) fn row(&self, shared: &Shared, strips: &[SiteSums], correlation: &FiberCorrelation) -> Result<Row> {
        let (sample, skin) = (&shared.sample, shared.sample.tissue.skin());
        let [fibrin, elastin, original] = self.means(strips, sample.tissue.grid());
        let fields = self.surface.means_of_amounts(shared.fields());
        let [ground_substance, neutrophils, _, _, signals @ ..] = fields;
        let signals = PerSignal(signals);
        let organization = self.organization(shared);
        let (start, cells) = (self.start_or(&organization, original), self.cells(shared));
        let collagen_lost = start.mature - original;
        Ok(Row {
            arm: sample.arm.into(),
            day: sample.day,
            region: self.region.name().into(),
            fibrin,
            elastin,
            ground_substance,
            fibroblasts_per_mm2: cells.fibroblasts / self.area_mm2,
            active_share: cells.active_share,
            myofibroblast_share: cells.myofibroblast_share,
            macrophages_per_mm2: cells.macrophages / self.area_mm2,
            neutrophils,
            tgf_beta: signals[Signal::TgfBeta],
            pdgf: signals[Signal::Pdgf],
            inflammation: signals[Signal::Inflammation],
            mmp: signals[Signal::Mmp],
            age_years: skin.age_years,
            untouched_collagen: skin.collagen_density,
            untouched_elastin: skin.elastin,
            original_collagen: original,
            collagen_lost,
            collagen_gained: organization.density - start.density + collagen_lost,
            correlation_length_um: correlation.length_um(),
            weave_correlation_length_um: correlation.weave_length_um(),
            collagen_orientation_index: self.orientation_index(sample, Histology::orientation_index),
            nulls: self.nulls(sample, start, &organization),
            surface: self.surface.measure(&shared.surface)?,
            firmness: Firmness::of_windows(&self.weighted(&shared.moduli)),
            recovery: self.recovery(shared, &fields),
            organization,
            own: OwnValues::default(),
        })
    }

    /// What its own windows hold, each with its share of the region's sites.
    fn weighted<'a, T>(&self, of_windows: &'a [T]) -> Vec<Weighted<'a, T>> {
        Weighted::all(self.windows.iter().map(|&window| &of_windows[window]), &self.shares)
    }

    fn organization(&self, shared: &Shared) -> FiberOrganization {
        let fibers = self.weighted(&shared.fibers);
        FiberOrganization::of_windows(&fibers, &self.healthy, &shared.sample.parameters.matrix)
    }

    /// Of pictures, if they are taken.
    fn orientation_index(&self, sample: &Sample, index: IndexOfPictures) -> Option<f64> {
        let (histology, seed) = sample.histology?;
        index(histology, sample.tissue.matrix(), &self.region, Histology::VIEWS, seed).ok()
    }

    fn nulls(&self, sample: &Sample, start: Start, organization: &FiberOrganization) -> Nulls {
        let index = self.orientation_index(sample, Histology::isotropic_index);
        Nulls::new(start.weave.diluted_to(organization.resultant_length), index)
    }

    /// How it was at the start of the course; on its first row, as it is now.
    fn start_or(&self, organization: &FiberOrganization, original: f64) -> Start {
        self.start.unwrap_or_else(|| Start {
            density: organization.density,
            mature: original,
            weave: Weave::of(organization),
        })
    }

    fn cells(&self, shared: &Shared) -> Cells {
        let (tissue, fibroblasts) = (shared.sample.tissue, &shared.fibroblasts);
        let [all, active, contractile] = engine::sums(fibroblasts.len(), |cell| {
            let (site, phenotype) = fibroblasts[cell];
            let counts = self.region.holds(site);
            [true, phenotype != Phenotype::Resting, phenotype == Phenotype::Myofibroblast]
                // Without a branch, which nothing could foretell.
                .map(|of_kind| f64::from(counts & of_kind))
        });
        let per_cell = 1.0 / f64::max(all, 1.0);
        let is_inside = |cell: &&Macrophage| self.region.holds(tissue.grid().site_at(cell.x, cell.y));
        Cells {
            fibroblasts: all,
            active_share: active * per_cell,
            myofibroblast_share: contractile * per_cell,
            macrophages: tissue.macrophages().iter().filter(is_inside).count() as f64,
        }
    }

    fn recovery(&self, shared: &Shared, fields: &[f64; FIELDS]) -> Recovery {
        let (tissue, parameters) = (shared.sample.tissue, shared.sample.parameters);
        let inside = shared.open_sites.iter().filter(|open| self.region.holds(open.site));
        let per_site = tissue.grid().site_area() * 1e-6 / self.area_mm2;
        let open = inside.fold(0.0, |sum, open| sum + open.share * per_site);
        let [ground_substance, _, flare, adaptation, signals @ ..] = *fields;
        let dilation = Recovery::dilation(PerSignal(signals)[Signal::Inflammation], adaptation);
        let (recovery, surface) = (&parameters.recovery, &parameters.surface);
        Recovery::new(dilation, flare, ground_substance, open.min(1.0), recovery, surface)
    }

    /// Means over the sites of the region of fibrin, elastin and original collagen.
    fn means(&self, strips: &[SiteSums], grid: &Grid) -> [f64; 3] {
        let per_site = grid.site_area() * 1e-6 / self.area_mm2;
        let of_all = |of: fn(&SiteSums) -> f64| strips.iter().map(of).sum::<f64>() * per_site;
        [of_all(|strip| strip.fibrin), of_all(|strip| strip.elastin), of_all(|strip| strip.original)]
    }
}

/// The sites of a region in strips along x, as high as it takes to hold whole coarse sites.
fn strips(region: &Region, grid: &Grid) -> RegionSets {
    let mut strips = RegionSets::none(grid);
    let height = strips.coarse_side();
    for first in (0..grid.rows()).step_by(height) {
        let sites = first * grid.columns()..(first + height).min(grid.rows()) * grid.columns();
        strips.push(sites.filter(|&site| region.holds(site)));
    }
    strips
}
