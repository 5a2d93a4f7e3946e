//! What all cells of a tissue release, band of rows by band of rows.
//!
//! It has the bits of one cell after another, as [`Sources::add_all`] does it (`tests/parity.rs`).
use super::{GROUP, Reached, SideBySide, for_all_numbers};
use crate::cells::fibroblast::Fibroblast;
use crate::cells::macrophage::Macrophage;
use crate::grid::{Corners, Field, Grid};
use crate::matrix::Matrix;
use crate::parameters::Parameters;
use crate::signals::{PerSignal, Signal, Sources};

/// Rows into which cells release together: few, so that small fields too have bands for several threads.
const RELEASE_ROWS: usize = 8;
/// Arrays into which cells release: one for each signal, and their activation.
const ARRAYS: usize = Signal::COUNT + 1;

/// Cells that release: macrophages come before all fibroblasts.
#[derive(Clone, Copy)]
pub(crate) struct Releasing<'a> {
    pub(crate) macrophages: &'a [Macrophage],
    pub(crate) fibroblasts: &'a [Fibroblast],
    pub(crate) matrix: &'a Matrix,
    pub(crate) parameters: &'a Parameters,
    /// Fibroblasts of resting skin.
    pub(crate) resting_per_um2: f64,
}

/// All arrays side by side.
fn arrays<'a>(sources: &'a mut Sources, activation: &'a mut Field) -> [&'a mut [f64]; ARRAYS] {
    let mut arrays = sources.arrays().chain(std::iter::once(activation.values_mut()));
    std::array::from_fn(|_| arrays.next().unwrap_or_default())
}

/// Sets sources and activation to zero.
pub(crate) fn clear_sources(sources: &mut Sources, activation: &mut Field) {
    for_all_numbers(arrays(sources, activation), |_, arrays| arrays.into_iter().for_each(|values| values.fill(0.0)));
}

/// Adds what all cells release per hour, and the activation of the fibroblasts per area, relative to resting density.
pub(crate) fn release_from_cells(
    cells: Releasing,
    sources: &mut Sources,
    activation: &mut Field,
    reached: &mut Reached,
) {
    let grid = *activation.grid();
    let (per_area, per_micrometer) = (grid.site_area().recip(), grid.spacing().recip());
    let corners = |(x, y)| Corners::around(&grid, per_micrometer, x, y);
    let agents = cells.macrophages.len() + cells.fibroblasts.len();
    reached.find((grid.rows(), RELEASE_ROWS), agents, |agent| Some((first_row(cells.place(agent)?.1, &grid), 2)));
    let rows = SideBySide { first_row: 0, columns: grid.columns(), arrays: arrays(sources, activation) };
    reached.change(rows, |agents, band: &mut SideBySide<ARRAYS>| {
        let mut released = [[0.0; ARRAYS]; GROUP];
        cells.released(agents, &mut released[..agents.len()]);
        for (&agent, released) in agents.iter().zip(released) {
            let Some(place) = cells.place(agent) else { continue };
            corners(place).add_to(band, released.map(|amount| amount * per_area));
        }
    });
}

/// The lower row of the two rows of centers around a point; the upper one may lie across the edge of a periodic field.
fn first_row(y: f64, grid: &Grid) -> usize {
    crate::grid::between(y * grid.spacing().recip(), grid.rows(), grid.boundary()).0
}

impl Releasing<'_> {
    /// Where a cell is, if it can release anything.
    fn place(&self, agent: usize) -> Option<(f64, f64)> {
        match agent.checked_sub(self.macrophages.len()).map(|cell| &self.fibroblasts[cell]) {
            Some(cell) => (cell.activation > 0.0).then_some((cell.x, cell.y)),
            None => Some((self.macrophages[agent].x, self.macrophages[agent].y)),
        }
    }

    /// What at most [`GROUP`] cells release.
    fn released(&self, agents: &[usize], amounts: &mut [[f64; ARRAYS]]) {
        let first = self.macrophages.len();
        let (leading, cells) = agents.split_at(agents.partition_point(|&agent| agent < first));
        let (of_leading, of_cells) = amounts.split_at_mut(leading.len());
        for (amounts, &agent) in of_leading.iter_mut().zip(leading) {
            *amounts = beside(&self.macrophages[agent].released(&self.parameters.macrophage), 0.0);
        }
        let cells = || cells.iter().map(|&agent| &self.fibroblasts[agent - first]);
        let packings = self.packings(cells());
        for ((amounts, cell), packing) in of_cells.iter_mut().zip(cells()).zip(packings) {
            let released = cell.released(packing, &self.parameters.fibroblast);
            *amounts = beside(&released, cell.activation / self.resting_per_um2);
        }
    }

    /// Density of the matrix under fibroblasts that act. Their sites are found before any is read, so that memory gives all
    /// at once; for the others the first site is read in vain.
    fn packings<'a>(&self, cells: impl Iterator<Item = &'a Fibroblast>) -> [f64; GROUP] {
        let (locator, mut sites) = (self.matrix.grid().locator(), [0; GROUP]);
        let act = |(_, cell): &(_, &Fibroblast)| cell.acts(&self.parameters.fibroblast);
        for (site, cell) in sites.iter_mut().zip(cells).filter(act) {
            *site = locator.site_at((locator.scaled(cell.x), locator.scaled(cell.y)));
        }
        self.matrix.packings_at(&sites)
    }
}

fn beside(released: &PerSignal<f64>, activation: f64) -> [f64; ARRAYS] {
    let mut amounts = [activation; ARRAYS];
    amounts[..Signal::COUNT].copy_from_slice(&released.0);
    amounts
}
