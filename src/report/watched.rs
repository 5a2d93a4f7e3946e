//! Regions that are measured at every sample.
use super::own_column::{Column, Sampled};
use super::watched_region::WatchedRegion;
use super::{Report, Row};
use crate::cells::fibroblast::Phenotype;
use crate::engine;
use crate::engine::{CoarseDirections, DIRECTION_NUMBERS};
use crate::engine::{CoarseSites, SiteSums, sum_sets};
use crate::error::{Error, Result};
use crate::grid::Field;
use crate::matrix::FiberMoments;
use crate::measure::{
    CorrelationWindows, Histology, OrientationDistribution, Region, Surface, WindowFibers, WindowModuli, Windows,
    local_thickness,
};
use crate::parameters::Parameters;
use crate::signals::{DiffusionWorkspace, ExactDiffusion, Signal};
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
    /// The user's own, in the order of the report.
    columns: Vec<Column>,
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

/// What a sample shows.
#[derive(Debug)]
pub(crate) struct Seen {
    /// One for each region.
    pub(crate) rows: Vec<Row>,
    pub(crate) surface: Surface,
}

/// Storage of a step that samples use too: what is in it is lost.
#[derive(Debug)]
pub(crate) struct Storage<'a> {
    /// On the grid of the signals.
    pub(crate) fields: [&'a mut [f64]; DIRECTION_NUMBERS],
    pub(crate) diffusion: &'a mut DiffusionWorkspace,
}

/// What all regions of one sample share; made for the sample and dropped after it.
pub(super) struct Shared<'a> {
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

/// All sites where the epidermis is open, each once, in order; where channels overlap no more than the whole site.
fn open_sites(tissue: &Tissue) -> Vec<OpenSite> {
    let grid = tissue.grid();
    let covered = |channel: &Microchannel| grid.covered_by_disc((channel.x, channel.y), 0.5 * channel.diameter);
    let mut open: Vec<_> = tissue.microchannels().channels().iter().flat_map(covered).collect();
    open.sort_by_key(|&(site, _)| site);
    let of_site = |covered: &[(usize, f64)]| OpenSite {
        site: covered[0].0,
        share: covered.iter().map(|&(_, share)| share).sum::<f64>().min(1.0),
    };
    open.chunk_by(|first, second| first.0 == second.0).map(of_site).collect()
}

/// Rows of two regions of one name could not be told apart.
fn refuse_equal_names(regions: &[Region]) -> Result<()> {
    let is_second = |index: &usize| regions[..*index].iter().any(|region| region.name() == regions[*index].name());
    match (0..regions.len()).find(is_second) {
        Some(second) => Err(Error::DuplicateRegion { name: regions[second].name().into() }),
        None => Ok(()),
    }
}

/// The fields whose means are in a row: ground substance, neutrophils, flare, adaptation of vessels and all signals.
pub(super) const FIELDS: usize = 4 + Signal::COUNT;

impl Watched {
    pub(crate) fn new(regions: &[Region], tissue: &Tissue, window: Length) -> Result<Self> {
        let grid = tissue.grid();
        let windows = engine::collect_tasks(regions.len(), |region| Windows::new(&regions[region], grid, window));
        let windows = windows.into_iter().collect::<Result<Vec<_>>>()?;
        refuse_equal_names(regions)?;
        let (windows, numbers) = Windows::united(&windows, grid);
        let healthy = windows.healthy_weave(tissue)?;
        let watch =
            |region: usize| WatchedRegion::new(&regions[region], tissue, (&windows, &numbers[region]), &healthy);
        let regions = engine::collect_tasks(regions.len(), watch);
        let regions = regions.into_iter().collect::<Result<Vec<_>>>()?;
        let tension_axes = windows.tension_axes(tissue)?;
        Ok(Self { regions, windows, healthy, tension_axes, columns: Vec::new() })
    }

    /// Measures a column of the user's own from here on.
    pub(crate) fn add_column(&mut self, column: Column, report: &mut Report) -> Result<()> {
        let name = &column.entry().name;
        if self.columns.iter().any(|other| other.entry().name == *name) {
            return Err(Error::BadColumn { name: name.clone(), problem: "is there already; take another name" });
        }
        report.declare(column.entry())?;
        self.columns.push(column);
        // A resumed course may be given them in another order.
        let listed = report.own_columns();
        self.columns.sort_by_key(|column| listed.iter().position(|entry| entry.name == column.entry().name));
        Ok(())
    }

    /// Whether every column of the report is there to be measured: a resumed course has none until they are given again.
    pub(crate) fn check_columns(&self, report: &Report) -> Result<()> {
        let is_given = |name: &str| self.columns.iter().any(|column| column.entry().name == name);
        match report.own_columns().iter().find(|entry| !is_given(&entry.name)) {
            Some(entry) => Err(Error::MissingColumn { name: entry.name.clone() }),
            None => Ok(()),
        }
    }

    /// Takes the start of the course from its first rows.
    pub(crate) fn set_start(&mut self, report: &Report) {
        self.regions.iter_mut().for_each(|region| region.set_start(report));
    }

    pub(crate) fn regions(&self) -> impl Iterator<Item = &Region> {
        self.regions.iter().map(WatchedRegion::region)
    }

    /// Measures all regions.
    pub(crate) fn measure(&self, sample: Sample, storage: Storage) -> Result<Seen> {
        let Storage { fields, diffusion } = storage;
        let (tissue, coarse) = (sample.tissue, CoarseSites::of(sample.tissue.grid()));
        let mut own = Vec::new();
        // Signals are usually as coarse as these.
        let mut numbers = fields;
        if numbers.iter().any(|numbers| numbers.len() != coarse.count()) {
            own.resize_with(DIRECTION_NUMBERS, || vec![0.0; coarse.count()]);
            numbers.iter_mut().zip(&mut own).for_each(|(numbers, own)| *numbers = own);
        }
        let (contents, thickness) = self.visit(&sample, numbers.each_mut().map(|numbers| &mut **numbers))?;
        let surface = Surface::of_thickness(thickness, tissue, &sample.parameters.surface, (sample.solver, diffusion))?;
        let directions = CoarseDirections::new(numbers.map(|numbers| &*numbers));
        let windows: Vec<_> = self.regions.iter().map(WatchedRegion::correlation).collect();
        let correlations = CorrelationWindows::measure_all(&windows, tissue.matrix(), &directions);
        let (shared, strips) = self.measure_shared(sample, contents, surface);
        let row = |region: usize| {
            let row = self.regions[region].row(&shared, &strips[region], &correlations[region])?;
            Ok(self.with_own_columns(row, &sample, self.regions[region].region()))
        };
        let rows = engine::collect_tasks(self.regions.len(), row).into_iter().collect::<Result<_>>()?;
        Ok(Seen { rows, surface: shared.surface })
    }

    /// The row with the user's own columns, each measured when all before it are.
    fn with_own_columns(&self, mut row: Row, sample: &Sample, region: &Region) -> Row {
        let Sample { tissue, day, parameters, .. } = *sample;
        for column in &self.columns {
            let own = column.measure(&Sampled { tissue, region, day, parameters, row: &row });
            row.own.0.push(own);
        }
        row
    }

    /// Visits every site once: what the windows and then the strips of every region hold, and the thickness of the dermis.
    /// Writes the directions in the coarse.
    fn visit(&self, sample: &Sample, [c2, s2, c4, s4]: [&mut [f64]; 4]) -> Result<(Vec<Vec<SiteSums>>, Field)> {
        let (tissue, parameters) = (sample.tissue, &sample.parameters.surface);
        let (matrix, coarse) = (tissue.matrix(), CoarseSites::of(tissue.grid()));
        let regions = self.regions.iter().map(WatchedRegion::strips);
        let lists: Vec<_> = std::iter::once(self.windows.sets()).chain(regions).collect();
        if !coarse.are_sites_of(tissue.ground().grid()) {
            let contents = sum_sets(matrix, &lists, [c2, s2, c4, s4], |sums, _| CoarseDirections::numbers_of(sums));
            return Ok((contents, local_thickness(matrix, tissue.ground(), parameters)?));
        }
        let mut thickness = tissue.ground().clone();
        let share = 1.0 / coarse.sites_in_each() as f64;
        let numbers = [thickness.values_mut(), c2, s2, c4, s4];
        let contents = sum_sets(matrix, &lists, numbers, |sums, [ground, ..]| {
            let [c2, s2, c4, s4] = CoarseDirections::numbers_of(sums);
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
    fn measure_shared<'a>(
        &self,
        sample: Sample<'a>,
        mut contents: Vec<Vec<SiteSums>>,
        surface: Surface,
    ) -> (Shared<'a>, Vec<Vec<SiteSums>>) {
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
        (Shared { sample, surface, fibers, moduli, fibroblasts, open_sites }, contents)
    }
}

/// All that the measures of one window depend on. In undisturbed tissue neighbors are alike.
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
        let fibers = self.new + self.mature;
        let directions = OrientationDistribution::of(&fibers);
        let moduli = WindowModuli::of(&fibers, &directions, self.elastin, self.tension_axis);
        (WindowFibers::of((self.new, self.mature), &directions, &self.healthy), moduli)
    }
}

impl Shared<'_> {
    pub(super) fn fields(&self) -> [&Field; FIELDS] {
        let tissue = self.sample.tissue;
        let mut fields = [tissue.ground(); FIELDS];
        let [_, neutrophils, flare, adaptation, signals @ ..] = &mut fields;
        (*neutrophils, *flare) = (&tissue.acute_inflammation().neutrophils, tissue.microchannels().flare());
        *adaptation = tissue.microchannels().adaptation();
        *signals = Signal::ALL.map(|signal| &tissue.signals()[signal]);
        fields
    }
}
