//! Regions that are measured at every sample.
use super::watched_region::WatchedRegion;
use super::{Report, Row};
use crate::engine;
use crate::engine::block_sums::{Blocks, SiteSums, sum_sets};
use crate::engine::pairs::{BlockDirections, DIRECTION_NUMBERS};
use crate::error::Result;
use crate::fibroblast::Phenotype;
use crate::grid::{self, ExactDiffusion, Field};
use crate::matrix::FiberMoments;
use crate::measure::{
    CorrelationWindows, Histology, Region, Surface, WindowFibers, WindowModuli, Windows, local_thickness,
};
use crate::parameters::Parameters;
use crate::signal::Signal;
use crate::tissue::{Microchannel, Tissue};
use crate::units::Length;

/// All regions that are watched, with what is found once and used at every sample.
///
/// Regions overlap, and so do their windows: each different window is kept and measured once. What is found in a
/// window depends on the window alone, so that a row does not depend on what else is watched.
#[derive(Clone, Debug)]
pub(crate) struct Watched {
    regions: Vec<WatchedRegion>,
    windows: Windows,
    /// How healthy fibers lie in each window.
    healthy: Vec<FiberMoments>,
    /// The axis of tension in each window.
    tension_axes: Vec<f64>,
}

/// What is sampled, and how.
#[derive(Clone, Copy)]
pub(crate) struct Sample<'a> {
    pub(crate) arm: &'a str,
    pub(crate) day: f64,
    pub(crate) tissue: &'a Tissue,
    pub(crate) parameters: &'a Parameters,
    /// Solver on the grid of the signals, by which the surface is smoothed.
    pub(crate) solver: &'a ExactDiffusion,
    /// How pictures are taken, if they are, and the seed of their bundles.
    pub(crate) histology: Option<(&'a Histology, u64)>,
}

/// Storage of a step that samples use too: what is in it is lost.
#[derive(Debug)]
pub(crate) struct Storage<'a> {
    /// On the grid of the signals.
    pub(crate) fields: [&'a mut Field; DIRECTION_NUMBERS],
    pub(crate) diffusion: &'a mut grid::Workspace,
}

/// What all regions of one sample share; made for the sample and dropped after it.
pub(super) struct Seen<'a> {
    pub(super) sample: Sample<'a>,
    pub(super) surface: Surface,
    /// Each different window.
    pub(super) fibers: Vec<WindowFibers>,
    pub(super) moduli: Vec<WindowModuli>,
    /// Site and phenotype of every fibroblast.
    pub(super) fibroblasts: Vec<(usize, Phenotype)>,
    pub(super) open_sites: Vec<OpenSite>,
}

/// A site where the epidermis is open, and the share of it that is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct OpenSite {
    pub(super) site: usize,
    pub(super) share: f64,
}

/// All sites where the epidermis is open, each once, in order; where holes overlap no more than the whole site.
fn open_sites(tissue: &Tissue) -> Vec<OpenSite> {
    let grid = tissue.grid();
    let covered = |hole: &Microchannel| grid.covered_by_disc((hole.x, hole.y), 0.5 * hole.diameter);
    let mut open: Vec<_> = tissue.openings().holes().iter().flat_map(covered).collect();
    open.sort_by_key(|&(site, _)| site);
    let of_site = |covered: &[(usize, f64)]| OpenSite {
        site: covered[0].0,
        share: covered.iter().map(|&(_, share)| share).sum::<f64>().min(1.0),
    };
    open.chunk_by(|first, second| first.0 == second.0).map(of_site).collect()
}

/// The fields whose means are in a row.
pub(super) const FIELDS: usize = Signal::ALL.len() + 3;

impl Watched {
    pub(crate) fn new(regions: &[Region], tissue: &Tissue, window: Length) -> Result<Self> {
        let grid = tissue.grid();
        let windows = engine::collect_tasks(regions.len(), |region| Windows::new(&regions[region], grid, window));
        let windows = windows.into_iter().collect::<Result<Vec<_>>>()?;
        let (windows, numbers) = Windows::united(&windows, grid);
        let healthy = windows.healthy_weave(tissue)?;
        let watch =
            |region: usize| WatchedRegion::new(&regions[region], tissue, (&windows, &numbers[region]), &healthy);
        let regions = engine::collect_tasks(regions.len(), watch);
        let regions = regions.into_iter().collect::<Result<Vec<_>>>()?;
        Ok(Self { regions, tension_axes: windows.tension_axes(tissue)?, windows, healthy })
    }

    /// Takes the start of the course from its first rows.
    pub(crate) fn recall(&mut self, report: &Report) {
        self.regions.iter_mut().for_each(|region| region.recall(report));
    }

    pub(crate) fn regions(&self) -> impl Iterator<Item = &Region> {
        self.regions.iter().map(WatchedRegion::region)
    }

    /// Measures all regions.
    pub(crate) fn rows(&self, sample: Sample, storage: Storage) -> Result<Vec<Row>> {
        let Storage { fields, diffusion } = storage;
        let (tissue, blocks) = (sample.tissue, Blocks::of(sample.tissue.grid()));
        let mut own = Vec::new();
        // Signals are usually as coarse as the blocks.
        let mut numbers = fields.map(Field::values_mut);
        if numbers[0].len() != blocks.count() {
            own.resize_with(DIRECTION_NUMBERS, || vec![0.0; blocks.count()]);
            numbers.iter_mut().zip(&mut own).for_each(|(numbers, own)| *numbers = own);
        }
        let (contents, thickness) = self.visit(&sample, numbers.each_mut().map(|numbers| &mut **numbers))?;
        let surface = Surface::of_thickness(thickness, tissue, &sample.parameters.surface, (sample.solver, diffusion))?;
        let directions = BlockDirections::new(numbers.map(|numbers| &*numbers));
        let windows: Vec<_> = self.regions.iter().map(WatchedRegion::correlation).collect();
        let correlations = CorrelationWindows::measure_all(&windows, tissue.matrix(), &directions);
        let (seen, strips) = self.see(sample, contents, surface);
        let row = |region: usize| self.regions[region].row(&seen, &strips[region], &correlations[region]);
        engine::collect_tasks(self.regions.len(), row).into_iter().collect()
    }

    /// Visits every site once: what the windows and then the strips of every region hold, and the thickness of the dermis.
    /// Writes the directions in the blocks.
    fn visit(&self, sample: &Sample, [c2, s2, c4, s4]: [&mut [f64]; 4]) -> Result<(Vec<Vec<SiteSums>>, Field)> {
        let (tissue, parameters) = (sample.tissue, &sample.parameters.surface);
        let (matrix, blocks) = (tissue.matrix(), Blocks::of(tissue.grid()));
        let regions = self.regions.iter().map(WatchedRegion::strips);
        let lists: Vec<_> = std::iter::once(self.windows.sets()).chain(regions).collect();
        if !blocks.are_sites_of(tissue.ground().grid()) {
            let contents = sum_sets(matrix, &lists, [c2, s2, c4, s4], |sums, _| BlockDirections::numbers_of(sums));
            return Ok((contents, local_thickness(matrix, tissue.ground(), parameters)?));
        }
        let mut thickness = tissue.ground().clone();
        let share = 1.0 / blocks.sites_in_each() as f64;
        let numbers = [thickness.values_mut(), c2, s2, c4, s4];
        let contents = sum_sets(matrix, &lists, numbers, |sums, [ground, ..]| {
            let [c2, s2, c4, s4] = BlockDirections::numbers_of(sums);
            [parameters.thickness_over(sums, share, ground), c2, s2, c4, s4]
        });
        Ok((contents, thickness))
    }

    fn input(&self, window: usize, contents: &SiteSums) -> Input {
        let (new, mature) = self.windows.mean_collagen(window, contents);
        let elastin = self.windows.mean_elastin(window, contents);
        Input { new, mature, elastin, healthy: self.healthy[window], tension_axis: self.tension_axes[window] }
    }

    /// Measures what the regions share; also gives what the strips of every region hold.
    fn see<'a>(
        &self,
        sample: Sample<'a>,
        mut contents: Vec<Vec<SiteSums>>,
        surface: Surface,
    ) -> (Seen<'a>, Vec<Vec<SiteSums>>) {
        let (tissue, parameters) = (sample.tissue, sample.parameters);
        let of_windows = contents.remove(0);
        let input = |window: usize| self.input(window, &of_windows[window]);
        let measured = engine::collect_alike(of_windows.len(), input, Input::has_bits_of, Input::measure);
        let (fibers, moduli) = measured.into_iter().unzip();
        let cells = tissue.fibroblasts();
        let fibroblasts = engine::collect(cells.len(), |cell| {
            let cell = &cells[cell];
            (tissue.grid().site_at(cell.x, cell.y), cell.phenotype(&parameters.fibroblast))
        });
        let open_sites = open_sites(tissue);
        (Seen { sample, surface, fibers, moduli, fibroblasts, open_sites }, contents)
    }
}

/// All that the measures of one window depend on. In tissue that nothing has touched, neighbors are alike.
struct Input {
    new: FiberMoments,
    mature: FiberMoments,
    elastin: f64,
    healthy: FiberMoments,
    tension_axis: f64,
}

impl Input {
    /// Bits, since zeros of different sign have different directions.
    fn has_bits_of(&self, other: &Self) -> bool {
        let same = |first: f64, second: f64| first.to_bits() == second.to_bits();
        let alike = |first: &FiberMoments, second: &FiberMoments| {
            let FiberMoments { density, c2, s2, c4, s4 } = *second;
            same(first.density, density)
                && same(first.c2, c2)
                && same(first.s2, s2)
                && same(first.c4, c4)
                && same(first.s4, s4)
        };
        alike(&self.mature, &other.mature)
            && alike(&self.new, &other.new)
            && alike(&self.healthy, &other.healthy)
            && same(self.elastin, other.elastin)
            && same(self.tension_axis, other.tension_axis)
    }

    fn measure(&self) -> (WindowFibers, WindowModuli) {
        let fibers = WindowFibers::of((self.new, self.mature), &self.healthy);
        (fibers, WindowModuli::of(&(self.new + self.mature), self.elastin, self.tension_axis))
    }
}

impl Seen<'_> {
    /// The fields whose means are in a row: the signals in their order, ground substance, neutrophils, flare.
    pub(super) fn fields(&self) -> [&Field; FIELDS] {
        let tissue = self.sample.tissue;
        let [tgf_beta, pdgf, inflammation, mmp] = Signal::ALL.map(|signal| &tissue.signals()[signal]);
        let (ground, neutrophils) = (tissue.ground(), &tissue.alarm().neutrophils);
        [tgf_beta, pdgf, inflammation, mmp, ground, neutrophils, tissue.openings().flare()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::{FiberOrganization, Firmness, SurfaceRegion};
    use crate::{AtrophicScar, Grid, Skin};

    /// A scar, a clot and cells on sites that are finer than the blocks that are summed.
    fn tissue() -> Tissue {
        let side = Length::micrometers(1200.0);
        let grid = Grid::new(side, side, Length::micrometers(10.0)).unwrap();
        let scar = AtrophicScar { diameter: Length::micrometers(610.0), ..AtrophicScar::boxcar() };
        let mut tissue = Tissue::new(grid, &Skin::young()).unwrap().with_lesion(&scar).unwrap();
        for (site, matrix) in tissue.matrix_mut().sites_mut().iter_mut().enumerate().filter(|(site, _)| site % 7 < 3) {
            matrix.fibrin = 0.5 + 0.4 * (site as f64).sin();
            matrix.new = FiberMoments::one_family(0.3, 0.01 * site as f64, 0.5);
        }
        tissue
    }

    fn regions(tissue: &Tissue) -> [Region; 3] {
        let grid = tissue.grid();
        let outside = tissue.lesion().iter().map(|inside| !inside).collect();
        let lesion = Region::mask("lesion", grid, tissue.lesion().to_vec()).unwrap();
        [lesion, Region::mask("surround", grid, outside).unwrap(), Region::all(grid)]
    }

    fn rows(regions: &[Region], tissue: &Tissue) -> Vec<Row> {
        let watched = Watched::new(regions, tissue, WINDOW).unwrap();
        let solver = ExactDiffusion::new(tissue.signals().grid());
        let parameters = Parameters::default();
        let sample = Sample { arm: "a", day: 0.0, tissue, parameters: &parameters, solver: &solver, histology: None };
        let mut fields: [_; 4] = std::array::from_fn(|_| tissue.ground().clone());
        let storage = Storage { fields: fields.each_mut(), diffusion: &mut grid::Workspace::default() };
        watched.rows(sample, storage).unwrap()
    }

    const WINDOW: Length = Length::micrometers(100.0);

    /// Defends: a row has the same bits whether or not other regions are watched, which share its windows.
    #[test]
    fn shared_windows_have_the_bits_of_separate_ones() {
        let tissue = tissue();
        let regions = regions(&tissue);
        let together = rows(&regions, &tissue);
        let alone: Vec<_> = regions.iter().flat_map(|region| rows(std::slice::from_ref(region), &tissue)).collect();
        assert_eq!(together, alone);
    }

    /// Defends: what a row holds is what the measures give that anyone can call.
    #[test]
    fn rows_have_the_bits_of_the_public_measures() {
        let tissue = tissue();
        let (grid, matrix, parameters) = (tissue.grid(), tissue.matrix(), Parameters::default());
        for (region, row) in regions(&tissue).iter().zip(rows(&regions(&tissue), &tissue)) {
            let windows = Windows::new(region, grid, WINDOW).unwrap();
            let healthy = windows.healthy_weave(&tissue).unwrap();
            let organization = FiberOrganization::new(&windows, matrix, &healthy, &parameters.matrix).unwrap();
            assert_eq!(row.organization, organization);
            let axes = windows.tension_axes(&tissue).unwrap();
            assert_eq!(row.firmness, Firmness::new(&windows, matrix, &axes).unwrap());
            let correlation = CorrelationWindows::new(region, grid).unwrap().measure(matrix).unwrap();
            assert_eq!(row.correlation_length_um, correlation.length_um());
            let surface = Surface::of(&tissue, &parameters.surface).unwrap();
            let relief = SurfaceRegion::new(region, grid, &surface.grid).unwrap().measure(&surface).unwrap();
            assert!((row.surface.depth_um - relief.depth_um).abs() < 1e-9);
            assert!((row.surface.thickness_um - relief.thickness_um).abs() < 1e-9);
        }
    }
}
