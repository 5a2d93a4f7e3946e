//! The relief of the skin over one region: thickness, depth, volume, roughness.
use super::floor::{WeightedRun, mean_of_lowest};
use super::roughness::Profiles;
use super::surface::{Surface, coarsening};
use crate::engine::{self, slices};
use crate::error::Result;
use crate::grid::{Field, Grid};
use crate::measure::regions::{Region, check_field};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// Share of a region's area that counts as its floor.
const FLOOR_SHARE: f64 = 0.1;

/// The relief of one region at one instant.
///
/// ```
/// # use dermaweave::measure::{Region, Surface, SurfaceRegion};
/// # use dermaweave::parameters::SurfaceParameters;
/// # use dermaweave::{AtrophicScar, Grid, Length, Skin, Tissue};
/// # let side = Length::millimeters(4.0);
/// # let grid = Grid::new(side, side, Length::micrometers(20.0))?;
/// let tissue = Tissue::new(grid, &Skin::young())?.with_lesion(&AtrophicScar::boxcar())?;
/// let dermis = SurfaceParameters { smoothing: 120.0, ..Default::default() };
/// let surface = Surface::new(tissue.matrix(), tissue.ground(), &dermis, 1000.0)?;
/// let all = SurfaceRegion::new(&Region::all(&grid), &grid, &surface.grid)?.measure(&surface)?;
/// // Half of 1 mm is missing; smoothing keeps depth and volume.
/// assert!((all.depth_um - 500.0).abs() < 2.0);
/// assert!((all.volume_mm3 - (1.0 - 1e-3 * all.thickness_um) * grid.area_mm2()).abs() < 1e-9);
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SurfaceMeasures {
    /// Mean thickness of the dermis in µm.
    #[serde(with = "crate::reading::number")]
    pub thickness_um: f64,
    /// Mean height of the surface above that of untouched skin in µm.
    #[serde(with = "crate::reading::number")]
    pub height_um: f64,
    /// How far the floor lies below the reference, in µm: mean over the deepest tenth of the region's area
    /// of the smoothed surface, so that no single site decides. Negative where even the floor is raised.
    #[serde(with = "crate::reading::number")]
    pub depth_um: f64,
    /// Volume missing below the reference, ∫ max(0, −height) dA, in mm³.
    #[serde(with = "crate::reading::number")]
    pub volume_mm3: f64,
    /// Ra across the relief in µm, see [`Roughness::across`](crate::measure::Roughness::across); none where the
    /// region is too narrow.
    #[serde(default, with = "crate::reading::number::optional")]
    pub ra_um: Option<f64>,
    /// Rz in the same direction in µm.
    #[serde(default, with = "crate::reading::number::optional")]
    pub rz_um: Option<f64>,
}

/// A region seen on the grid of a [`Surface`]. Where that is coarser than the matrix, a site of it counts with the share of
/// the region's sites that it covers.
///
/// ```
/// use dermaweave::measure::{Region, Surface, SurfaceRegion};
/// use dermaweave::parameters::SurfaceParameters;
/// use dermaweave::{Grid, Length, Skin, Tissue};
/// let side = Length::millimeters(2.0);
/// let grid = Grid::new(side, side, Length::micrometers(10.0))?;
/// let tissue = Tissue::new(grid, &Skin::young())?;
/// let surface = Surface::new(tissue.matrix(), tissue.ground(), &SurfaceParameters::default(), 1000.0)?;
/// let disc = Region::disc("disc", &grid, side * 0.5, side * 0.5, Length::millimeters(1.0))?;
/// let flat = SurfaceRegion::new(&disc, &grid, &surface.grid)?.measure(&surface)?;
/// assert!((flat.thickness_um - 1000.0).abs() < 1e-9 && flat.ra_um.unwrap() < 1e-9);
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct SurfaceRegion {
    surface_grid: Grid,
    /// Those sites of the surface that reach into the region.
    runs: Vec<WeightedRun>,
    /// Sites of the matrix in the region.
    count: f64,
    profiles: Profiles,
    area_mm2: f64,
}

impl SurfaceRegion {
    /// Finds the sites of a surface's grid that lie in a region of the matrix' grid. Profiles run over the
    /// sites of which at least half lies in it.
    ///
    /// A region of another field, or a surface of another field or whose sites are not whole numbers of sites of the
    /// matrix, gives [`Error::OtherField`](crate::Error::OtherField).
    pub fn new(region: &Region, grid: &Grid, surface_grid: &Grid) -> Result<Self> {
        region.check_grid(grid)?;
        let factor = coarsening("the surface", grid, surface_grid)?;
        let mut counts = vec![0_usize; surface_grid.sites()];
        for site in region.sites() {
            let (column, row) = (site % grid.columns() / factor, site / grid.columns() / factor);
            counts[row * surface_grid.columns() + column] += 1;
        }
        let alike = |(first, second): (usize, usize)| {
            counts[first] == counts[second] && first / surface_grid.columns() == second / surface_grid.columns()
        };
        let mut runs: Vec<WeightedRun> = Vec::new();
        for site in (0..counts.len()).filter(|&site| counts[site] > 0) {
            match runs.last_mut() {
                Some(run) if run.sites.end == site && alike((site - 1, site)) => run.sites.end += 1,
                _ => runs.push(WeightedRun { sites: site..site + 1, weight: counts[site] }),
            }
        }
        Ok(Self {
            surface_grid: *surface_grid,
            runs,
            count: counts.iter().sum::<usize>() as f64,
            profiles: Profiles::of(&|site| 2 * counts[site] >= factor * factor, surface_grid),
            area_mm2: region.area_mm2(),
        })
    }

    /// Measures the relief.
    /// A surface on another grid than that of the region gives [`Error::OtherField`](crate::Error::OtherField).
    pub fn measure(&self, surface: &Surface) -> Result<SurfaceMeasures> {
        check_field("the thickness", surface.thickness.grid(), &self.surface_grid)?;
        check_field("the height", surface.height.grid(), &self.surface_grid)?;
        let (height, thickness) = (surface.height.values(), surface.thickness.values());
        let [thickness_um, height_um, missing] = self.means(|run| {
            let height = &height[run.clone()];
            [slices::sum(&thickness[run]), slices::sum(height), slices::sum_by(height, |_, height| (-height).max(0.0))]
        });
        let roughness = self.profiles.roughness_of(&surface.height).across();
        Ok(SurfaceMeasures {
            thickness_um,
            height_um,
            depth_um: -mean_of_lowest(&self.runs, height, FLOOR_SHARE * self.count),
            volume_mm3: missing * 1e-3 * self.area_mm2,
            ra_um: roughness.map(|of| of.ra_um),
            rz_um: roughness.map(|of| of.rz_um),
        })
    }

    /// Mean over the region of a field on the surface's grid; another grid gives
    /// [`Error::OtherField`](crate::Error::OtherField).
    pub fn mean_of(&self, field: &Field) -> Result<f64> {
        check_field("a field", field.grid(), &self.surface_grid)?;
        let [mean] = self.means(|run| [slices::sum(&field.values()[run])]);
        Ok(mean)
    }

    /// Means over the region of several amounts on the surface's grid, none of which is negative. What is nowhere, as most
    /// of them are in tissue at rest, is not read.
    pub(crate) fn means_of_amounts<const N: usize>(&self, amounts: [&Field; N]) -> [f64; N] {
        let present = amounts.map(|amount| (amount.maximum() != 0.0).then(|| amount.values()));
        self.means(|run| present.map(|values| values.map_or(0.0, |values| slices::sum(&values[run.clone()]))))
    }

    /// Means over the region, given the sums over a run of sites.
    fn means<const N: usize>(&self, sums: impl Fn(Range<usize>) -> [f64; N] + Sync + Send) -> [f64; N] {
        let of_runs = engine::collect_costly(self.runs.len(), |run| {
            let WeightedRun { sites, weight } = &self.runs[run];
            let share = *weight as f64 / self.count;
            sums(sites.clone()).map(|sum| share * sum)
        });
        std::array::from_fn(|index| of_runs.iter().map(|of_run| of_run[index]).sum())
    }
}
