//! What is there: collagen as angular moments in two pools, fibrin and elastin, site by site.
mod bessel_pair;
mod moments;
mod von_mises;

pub(crate) use bessel_pair::bessel_ratio_pair;
pub use moments::FiberMoments;
pub use von_mises::{bessel_ratio, concentration, fourth_moment_of_single_family};

use crate::grid::Grid;
use crate::parallel;
use serde::{Deserialize, Serialize};

/// The matrix of one site.
///
/// ```
/// use dermaweave::FiberMoments;
/// use dermaweave::matrix::Site;
/// let site = Site { new: FiberMoments::along(0.2, 0.0), mature: FiberMoments::isotropic(0.6), ..Site::default() };
/// assert!((site.collagen().density - 0.8).abs() < 1e-12);
/// assert!((site.collagen().resultant_length() - 0.25).abs() < 1e-12);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Site {
    /// Young collagen: labile, rich in type III.
    pub new: FiberMoments,
    /// Cross-linked collagen, mostly type I.
    pub mature: FiberMoments,
    /// Provisional matrix (clot), 0 to 1.
    pub fibrin: f64,
    /// Elastin, 1 = healthy young.
    pub elastin: f64,
    /// Density of the mature collagen that was there at the start and still is; the rest came since.
    pub original: f64,
}

impl Site {
    /// Both pools of collagen together.
    pub fn collagen(&self) -> FiberMoments {
        self.new + self.mature
    }

    /// Collagen, and clot as far as it fills what healthy young dermis would: ρ + φ max(0, 1 − ρ).
    pub fn filled(&self) -> f64 {
        let collagen = self.new.density + self.mature.density;
        collagen + self.fibrin * (1.0 - collagen).max(0.0)
    }

    /// Makes these fibers what was there at the start, a share `new_share` of them young.
    pub(crate) fn set_collagen(&mut self, collagen: FiberMoments, new_share: f64) {
        (self.new, self.mature) = (collagen * new_share, collagen * (1.0 - new_share));
        self.original = self.mature.density;
    }
}

/// The matrix of all sites. The numbers of one site lie side by side, since a cell that works a
/// site needs all of them.
///
/// ```
/// use dermaweave::{FiberMoments, Grid, Length, Matrix};
/// let side = Length::micrometers(100.0);
/// let grid = Grid::new(side, side, Length::micrometers(10.0))?;
/// let weave = FiberMoments::two_families(1.0, 0.0, 41.0_f64.to_radians(), 2.11);
/// let matrix = Matrix::uniform(grid, weave, 0.005);
/// assert!((matrix.sites()[0].collagen().resultant_length() - 0.10).abs() < 0.005);
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Matrix {
    grid: Grid,
    sites: Vec<Site>,
}

impl Matrix {
    /// The same collagen everywhere, a share `new_share` of it young, with healthy elastin and no fibrin.
    pub fn uniform(grid: Grid, collagen: FiberMoments, new_share: f64) -> Self {
        let mut site = Site { elastin: 1.0, ..Site::default() };
        site.set_collagen(collagen, new_share);
        Self { grid, sites: vec![site; grid.sites()] }
    }

    /// The grid it lives on.
    pub const fn grid(&self) -> &Grid {
        &self.grid
    }

    /// One entry per site.
    pub fn sites(&self) -> &[Site] {
        &self.sites
    }

    /// Collagen of the whole field, both pools, in density × µm² (1 = that of 1 µm² of healthy young dermis).
    ///
    /// ```
    /// use dermaweave::{FiberMoments, Grid, Length, Matrix};
    /// let side = Length::micrometers(100.0);
    /// let grid = Grid::new(side, side, Length::micrometers(10.0))?;
    /// let half_filled = Matrix::uniform(grid, FiberMoments::isotropic(0.5), 0.005);
    /// assert!((half_filled.collagen_amount() - 5_000.0).abs() < 1e-9);
    /// # Ok::<(), dermaweave::Error>(())
    /// ```
    pub fn collagen_amount(&self) -> f64 {
        let density = |site: usize| self.sites[site].new.density + self.sites[site].mature.density;
        parallel::sum(self.sites.len(), density) * self.grid.site_area()
    }

    /// One entry per site, to be changed.
    pub fn sites_mut(&mut self) -> &mut [Site] {
        &mut self.sites
    }
}
