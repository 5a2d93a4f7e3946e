//! Regions that are measured at every sample.
use super::watched_region::WatchedRegion;
use super::{Report, Row};
use crate::error::Result;
use crate::fibroblast::Phenotype;
use crate::grid::{ExactDiffusion, Field};
use crate::matrix::FiberMoments;
use crate::measure::{Census, Histology, Region, Surface, WindowFibers, WindowModuli, Windows};
use crate::parallel;
use crate::parameters::Parameters;
use crate::signal::Signal;
use crate::tissue::Tissue;
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

/// What all regions of one sample share; made for the sample and dropped after it.
pub(super) struct Seen<'a> {
    pub(super) sample: Sample<'a>,
    pub(super) census: Census<'a>,
    pub(super) surface: Surface,
    /// Each different window.
    pub(super) fibers: Vec<WindowFibers>,
    pub(super) moduli: Vec<WindowModuli>,
    /// Site and phenotype of every fibroblast.
    pub(super) fibroblasts: Vec<(usize, Phenotype)>,
}

/// The fields whose means are in a row.
pub(super) const FIELDS: usize = Signal::ALL.len() + 3;

impl Watched {
    pub(crate) fn new(regions: Vec<Region>, tissue: &Tissue, window: Length) -> Result<Self> {
        let grid = tissue.grid();
        let windows = regions.iter().map(|region| Windows::new(region, grid, window)).collect::<Result<Vec<_>>>()?;
        let (windows, numbers) = Windows::united(&windows, grid);
        let healthy = windows.healthy_weave(tissue);
        let census = Census::of(tissue.matrix());
        let regions = regions.into_iter().zip(numbers);
        let watch = |(region, numbers)| WatchedRegion::new(region, tissue, numbers, &healthy, &census);
        Ok(Self {
            regions: regions.map(watch).collect::<Result<_>>()?,
            tension_axes: windows.tension_axes(tissue),
            windows,
            healthy,
        })
    }

    /// Takes the start from the rows of a course that goes on.
    pub(crate) fn recall(&mut self, report: &Report) {
        self.regions.iter_mut().for_each(|region| region.recall(report));
    }

    pub(crate) fn regions(&self) -> impl Iterator<Item = &Region> {
        self.regions.iter().map(WatchedRegion::region)
    }

    /// Measures all regions.
    pub(crate) fn rows(&self, sample: Sample) -> Result<Vec<Row>> {
        let seen = self.see(sample)?;
        Ok(parallel::collect_tasks(self.regions.len(), |region| self.regions[region].row(&seen)))
    }

    /// Measures what the regions share.
    fn see<'a>(&self, sample: Sample<'a>) -> Result<Seen<'a>> {
        let (tissue, parameters) = (sample.tissue, sample.parameters);
        let census = Census::of(tissue.matrix());
        let surface = Surface::of_census(tissue, &census, &parameters.surface, sample.solver)?;
        let of_windows = self.windows.collect(&census, |window, contents| {
            let (new, mature) = self.windows.mean_collagen(window, contents);
            let elastin = self.windows.mean_elastin(window, contents);
            let moduli = WindowModuli::of(&(new + mature), elastin, self.tension_axes[window]);
            (WindowFibers::of((new, mature), &self.healthy[window]), moduli)
        });
        let (fibers, moduli) = of_windows.into_iter().unzip();
        let cells = tissue.fibroblasts();
        let fibroblasts = parallel::collect(cells.len(), |cell| {
            let cell = &cells[cell];
            (tissue.grid().site_at(cell.x, cell.y), cell.phenotype(&parameters.fibroblast))
        });
        Ok(Seen { sample, census, surface, fibers, moduli, fibroblasts })
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
