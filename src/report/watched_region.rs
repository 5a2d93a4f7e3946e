//! One region that is measured at every sample.
use super::watched::{FIELDS, Seen};
use super::{Report, Row};
use crate::engine;
use crate::engine::block_sums::{RegionSets, SiteSums};
use crate::error::Result;
use crate::fibroblast::Phenotype;
use crate::grid::Grid;
use crate::matrix::FiberMoments;
use crate::measure::{
    CorrelationWindows, FiberCorrelation, FiberOrganization, Firmness, HealthyDirections, Histology, Recovery, Region,
    SurfaceRegion, Weighted, Windows,
};
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
    /// What it was like at the start, once that has been seen.
    start: Option<Start>,
}

/// The collagen of a region at the start of a course.
#[derive(Clone, Copy, Debug)]
struct Start {
    /// All of it.
    density: f64,
    /// Its mature pool.
    mature: f64,
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
    pub(super) fn recall(&mut self, report: &Report) {
        let first = report.first(self.region.name());
        self.start = first.map(|row| Start { density: row.organization.density, mature: row.original_collagen });
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
    pub(super) fn row(&self, seen: &Seen, strips: &[SiteSums], correlation: &FiberCorrelation) -> Result<Row> {
        let (sample, tissue, parameters) = (&seen.sample, seen.sample.tissue, seen.sample.parameters);
        let [fibrin, elastin, original] = self.means(strips, tissue.grid());
        let fields = self.surface.means_of_amounts(seen.fields());
        let [tgf_beta, pdgf, inflammation, mmp, ground_substance, neutrophils, _] = fields;
        let fibers = Weighted::all(self.windows.iter().map(|&window| &seen.fibers[window]), &self.shares);
        let moduli = Weighted::all(self.windows.iter().map(|&window| &seen.moduli[window]), &self.shares);
        let organization = FiberOrganization::of_windows(&fibers, &self.healthy, &parameters.matrix);
        let start = self.start.unwrap_or(Start { density: organization.density, mature: original });
        let collagen_lost = start.mature - original;
        let (cells, active_share, myofibroblast_share) = self.fibroblasts(&seen.fibroblasts);
        let macrophages = tissue.macrophages().iter().filter(|cell| self.holds(tissue, cell.x, cell.y)).count();
        let picture = |(histology, seed): (&Histology, u64)| {
            histology.orientation_index(tissue.matrix(), &self.region, Histology::VIEWS, seed).ok()
        };
        Ok(Row {
            arm: sample.arm.into(),
            day: sample.day,
            region: self.region.name().into(),
            fibrin,
            elastin,
            ground_substance,
            fibroblasts_per_mm2: cells / self.area_mm2,
            active_share,
            myofibroblast_share,
            macrophages_per_mm2: macrophages as f64 / self.area_mm2,
            neutrophils,
            tgf_beta,
            pdgf,
            inflammation,
            mmp,
            age_years: tissue.skin().age_years,
            untouched_collagen: tissue.skin().collagen_density,
            untouched_elastin: tissue.skin().elastin,
            original_collagen: original,
            collagen_lost,
            collagen_gained: organization.density - start.density + collagen_lost,
            correlation_length_um: correlation.length_um(),
            weave_correlation_length_um: correlation.weave_length_um(),
            collagen_orientation_index: sample.histology.and_then(picture),
            surface: self.surface.measure(&seen.surface)?,
            firmness: Firmness::of_windows(&moduli),
            recovery: self.recovery(seen, &fields),
            organization,
        })
    }

    fn holds(&self, tissue: &Tissue, x: f64, y: f64) -> bool {
        self.region.holds(tissue.grid().site_at(x, y))
    }

    /// Number of fibroblasts, share of the active ones, share of myofibroblasts.
    fn fibroblasts(&self, cells: &[(usize, Phenotype)]) -> (f64, f64, f64) {
        let [all, active, contractile] = engine::sums(cells.len(), |cell| {
            let (site, phenotype) = cells[cell];
            let counts = self.region.holds(site);
            [true, phenotype != Phenotype::Resting, phenotype == Phenotype::Myofibroblast]
                // Without a branch, which nothing could foretell.
                .map(|of_kind| f64::from(counts & of_kind))
        });
        let per_cell = 1.0 / f64::max(all, 1.0);
        (all, active * per_cell, contractile * per_cell)
    }

    fn recovery(&self, seen: &Seen, fields: &[f64; FIELDS]) -> Recovery {
        let (tissue, parameters) = (seen.sample.tissue, seen.sample.parameters);
        let inside = seen.open_sites.iter().filter(|open| self.region.holds(open.site));
        let per_site = tissue.grid().site_area() * 1e-6 / self.area_mm2;
        let open = inside.fold(0.0, |sum, open| sum + open.share * per_site);
        let [_, _, inflammation, _, ground_substance, _, flare] = *fields;
        let (recovery, surface) = (&parameters.recovery, &parameters.surface);
        Recovery::new(inflammation, flare, ground_substance, open.min(1.0), recovery, surface)
    }

    /// Means over the sites of the region of fibrin, elastin and original collagen.
    fn means(&self, strips: &[SiteSums], grid: &Grid) -> [f64; 3] {
        let per_site = grid.site_area() * 1e-6 / self.area_mm2;
        let of_all = |of: fn(&SiteSums) -> f64| strips.iter().map(of).sum::<f64>() * per_site;
        [of_all(|strip| strip.fibrin), of_all(|strip| strip.elastin), of_all(|strip| strip.original)]
    }
}

/// The sites of a region in strips along x, as high as it takes to hold whole blocks.
fn strips(region: &Region, grid: &Grid) -> RegionSets {
    let mut strips = RegionSets::none(grid);
    let height = strips.block_side();
    for first in (0..grid.rows()).step_by(height) {
        let sites = first * grid.columns()..(first + height).min(grid.rows()) * grid.columns();
        strips.push(sites.filter(|&site| region.holds(site)));
    }
    strips
}
