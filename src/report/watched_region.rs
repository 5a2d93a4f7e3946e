//! One region that is measured at every sample.
use super::own_column::OwnValues;
use super::watched::{FIELDS, Sample, Shared};
use super::{Report, Row};
use crate::cells::fibroblast::Phenotype;
use crate::cells::macrophage::Macrophage;
use crate::engine;
use crate::engine::{RegionSets, SiteSums};
use crate::error::Result;
use crate::grid::Grid;
use crate::matrix::{FiberMoments, fourth_moment_of_single_family};
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

/// How the fibers of a region are organized, in the numbers from which nulls are made.
#[derive(Clone, Copy, Debug)]
struct Weave {
    resultant_length: f64,
    index: f64,
    fidelity: f64,
}

impl Weave {
    const fn of(organization: &FiberOrganization) -> Self {
        let FiberOrganization { resultant_length, weave_index: index, weave_fidelity: fidelity, .. } = *organization;
        Self { resultant_length, index, fidelity }
    }

    /// After isotropic fibers have been mixed in until the resultant length is the given one, if that is lower. The index is the
    /// most that it can be: the fourth moment in excess of one family keeps its share f, and what one family lacks after
    /// the dilution, f s(R₀) − s(f R₀), adds to it.
    fn diluted_to(self, resultant_length: f64) -> Self {
        let left =
            if resultant_length < self.resultant_length { resultant_length / self.resultant_length } else { 1.0 };
        let single = fourth_moment_of_single_family;
        let excess = left * single(self.resultant_length) - single(left * self.resultant_length);
        Self {
            resultant_length: left * self.resultant_length,
            index: left * self.index + excess,
            fidelity: left * self.fidelity,
        }
    }
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
        let start = self.start.unwrap_or_else(|| Start {
            density: organization.density,
            mature: original,
            weave: Weave::of(&organization),
        });
        let diluted = start.weave.diluted_to(organization.resultant_length);
        let [index, index_null] = self.orientation_indices(sample);
        let collagen_lost = start.mature - original;
        let cells = self.cells(shared);
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
            weave_index_diluted: diluted.index,
            weave_fidelity_diluted: diluted.fidelity,
            collagen_orientation_index: index,
            collagen_orientation_index_null: index_null,
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

    /// Of pictures, if they are taken, and of the same with isotropic bundles.
    fn orientation_indices(&self, sample: &Sample) -> [Option<f64>; 2] {
        let Some((histology, seed)) = sample.histology else {
            return [None; 2];
        };
        let (matrix, views) = (sample.tissue.matrix(), Histology::VIEWS);
        [
            histology.orientation_index(matrix, &self.region, views, seed).ok(),
            histology.isotropic_index(matrix, &self.region, views, seed).ok(),
        ]
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
        let dilation = (PerSignal(signals)[Signal::Inflammation] - adaptation).max(0.0);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::weave_index;

    /// Claim: the nulls are what fibers have that isotropic ones have been mixed into, exactly for a scar of one family; where R
    /// rises they are those of the start.
    #[test]
    fn nulls_are_those_of_diluted_fibers() {
        let healthy = FiberMoments::two_families(1.0, 0.0, 0.71, 2.11);
        let fidelity = |fibers: &FiberMoments| fibers.mean_fourth().0 / healthy.mean_fourth().0;
        let scar = FiberMoments::one_family(0.5, 0.0, 0.69);
        let of = |fibers: &FiberMoments| Weave {
            resultant_length: fibers.resultant_length(),
            index: weave_index(fibers),
            fidelity: fidelity(fibers),
        };
        for isotropic in [0.0, 0.1, 0.5, 3.0] {
            let mixed = scar + FiberMoments::isotropic(isotropic);
            let null = of(&scar).diluted_to(mixed.resultant_length());
            assert!((null.index - weave_index(&mixed)).abs() < 1e-9, "{null:?}");
            assert!((null.fidelity - fidelity(&mixed)).abs() < 1e-12, "{null:?}");
            // Fibers that had a weave at the start cannot have more of it than the null.
            let woven = scar + healthy * 0.3;
            let diluted = woven + FiberMoments::isotropic(isotropic);
            assert!(weave_index(&diluted) <= of(&woven).diluted_to(diluted.resultant_length()).index + 1e-12);
        }
        let risen = of(&scar).diluted_to(0.8);
        assert!((risen.index - weave_index(&scar)).abs() < 1e-12 && risen.fidelity == fidelity(&scar));
    }
}
