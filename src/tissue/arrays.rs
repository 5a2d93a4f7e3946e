//! Tissue whose fibers are given site by site.
use super::{Skin, Tissue};
use crate::error::{Error, Result, StartFault, check};
use crate::grid::Grid;
use crate::matrix::FiberMoments;
use crate::mechanics::THINNEST;

/// Largest amount of collagen that a course may begin with, 1 = healthy young dermis.
pub(crate) const MOST_COLLAGEN: f64 = 1.1;
const RELATIVE: &str = "(1 = healthy young)";

impl Tissue {
    /// Skin of any organization: amount of collagen (0 to 1.1, 1 = healthy young), resultant length R (0 to 1)
    /// and mean axis (radians) of one family of fibers per site, in the grid's order. Each site is as thick as its amount is at
    /// healthy packing, a hundredth of healthy young dermis at least.
    ///
    /// An array of another length gives [`Error::WrongLength`], a value out of range [`Error::OutOfRange`].
    ///
    /// ```
    /// use dermaweave::{Grid, Length, Skin, Tissue};
    /// let side = Length::micrometers(400.0);
    /// let grid = Grid::new(side, side, Length::micrometers(20.0))?;
    /// let angle: Vec<f64> = (0..400).map(|site| grid.center_of(site).0 * 0.001).collect();
    /// let tissue = Tissue::from_arrays(grid, &Skin::young(), &[0.8; 400], &[0.5; 400], &angle)?;
    /// assert!((tissue.matrix().site(0).collagen().mean_angle() - 0.01).abs() < 1e-9);
    /// # Ok::<(), dermaweave::Error>(())
    /// ```
    pub fn from_arrays(
        grid: Grid,
        skin: &Skin,
        density: &[f64],
        resultant_length: &[f64],
        angle: &[f64],
    ) -> Result<Self> {
        let arrays = [("amount of collagen", density), ("resultant length", resultant_length), ("fiber angle", angle)];
        arrays.iter().try_for_each(|(quantity, array)| check_length(quantity, array.len(), &grid))?;
        let fibers = |site: usize| {
            let density = check("amount of collagen at a site", density[site], RELATIVE, 0.0..=MOST_COLLAGEN)?;
            let resultant_length = check("resultant length of a site", resultant_length[site], "(0 to 1)", 0.0..=1.0)?;
            let angle = check("fiber angle of a site", angle[site], "radians", -7.0..=7.0)?;
            Ok(FiberMoments::one_family(density, angle, resultant_length))
        };
        Self::from_moments(grid, skin, &(0..grid.sites()).map(fibers).collect::<Result<Vec<_>>>()?)
    }

    /// Skin of any organization, also of crossing families: the fibers of each site, in the grid's order, with an amount of 0 to 1.1
    /// (1 = healthy young dermis). Each site is as thick as its amount is at healthy packing, a hundredth of healthy young
    /// dermis at least.
    ///
    /// Another number of sites gives [`Error::WrongLength`]; an amount out of range, or moments that no fibers can have
    /// ([`FiberMoments::unrealizable_by`]), give [`StartFault::Site`] with the site and the value.
    ///
    /// ```
    /// use dermaweave::{FiberMoments, Grid, Length, Skin, Tissue};
    /// let side = Length::micrometers(400.0);
    /// let grid = Grid::new(side, side, Length::micrometers(20.0))?;
    /// // A basket weave that turns from left to right.
    /// let weave = |site| FiberMoments::two_families(0.9, grid.center_of(site).0 * 0.001, 0.7, 2.0);
    /// let fibers: Vec<_> = (0..grid.sites()).map(weave).collect();
    /// let tissue = Tissue::from_moments(grid, &Skin::young(), &fibers)?;
    /// assert!((tissue.matrix().site(19).collagen().mean_angle() - 0.39).abs() < 1e-9);
    /// assert_eq!(tissue.matrix().site(19).thickness, 0.9);
    /// # Ok::<(), dermaweave::Error>(())
    /// ```
    pub fn from_moments(grid: Grid, skin: &Skin, fibers: &[FiberMoments]) -> Result<Self> {
        let mut tissue = Self::new(grid, skin)?;
        check_length("fibers", fibers.len(), &grid)?;
        for (site, (matrix, fibers)) in tissue.matrix.sites_mut().iter_mut().zip(fibers).enumerate() {
            check_fibers(fibers).map_err(|error| at_site(site, error))?;
            matrix.set_collagen(*fibers, skin.new_share);
            matrix.thickness = fibers.density.max(THINNEST);
        }
        Ok(tissue)
    }
}

fn check_length(quantity: &'static str, length: usize, grid: &Grid) -> Result<()> {
    let sites = grid.sites();
    if length == sites { Ok(()) } else { Err(Error::WrongLength { quantity, length, sites }) }
}

fn check_fibers(fibers: &FiberMoments) -> Result<()> {
    check("amount of collagen", fibers.density, RELATIVE, 0.0..=MOST_COLLAGEN)?;
    fibers.check_read()
}

/// Says at which site a number is out of range.
fn at_site(site: usize, error: Error) -> Error {
    match error {
        Error::OutOfRange { quantity, value, unit, minimum, maximum } => {
            StartFault::Site { site, quantity, value, unit, minimum, maximum }.into()
        }
        other => other,
    }
}
