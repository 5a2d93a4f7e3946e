//! What is wrong with the skin: scars.
use crate::error::{Error, Result, check};
use crate::matrix::{FiberMoments, Matrix};
use crate::units::Length;
use serde::{Deserialize, Serialize};

/// A round scar with little matrix and parallel fibers.
///
/// ```
/// use dermaweave::{AtrophicScar, Length};
/// let wide = AtrophicScar { diameter: Length::millimeters(3.0), ..AtrophicScar::boxcar() };
/// assert_eq!(wide.density, 0.5);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AtrophicScar {
    /// Center (x, y); the middle of the field if not given.
    pub center: Option<(Length, Length)>,
    /// Diameter at half depth.
    pub diameter: Length,
    /// Width over which the edge passes into healthy skin.
    pub edge: Length,
    /// Collagen left, 1 = healthy young.
    pub density: f64,
    /// Resultant length of its one family of fibers (scar collagen is parallel: R about 0.7).
    pub resultant_length: f64,
    /// Axis of the fibers in radians.
    pub axis: f64,
}

impl Default for AtrophicScar {
    fn default() -> Self {
        Self::boxcar()
    }
}

impl AtrophicScar {
    /// Boxcar scar: 2 mm wide with steep walls (1.5 to 4 mm: Fabbrocini 2010, doi:10.1155/2010/893080), half
    /// of the matrix, parallel along x.
    pub const fn boxcar() -> Self {
        Self {
            center: None,
            diameter: Length::millimeters(2.0),
            edge: Length::micrometers(50.0),
            density: 0.5,
            resultant_length: 0.7,
            axis: 0.0,
        }
    }

    /// Mixes the scar into the matrix and marks its sites.
    pub(super) fn place(&self, matrix: &mut Matrix, lesion: &mut [bool]) -> Result<()> {
        let grid = *matrix.grid();
        check("scar diameter", self.diameter.in_micrometers(), "µm", 2.0 * grid.spacing()..=1e5)?;
        check("scar edge", self.edge.in_micrometers(), "µm", 0.0..=self.diameter.in_micrometers())?;
        check("scar density", self.density, "(1 = healthy young)", 0.0..=1.05)?;
        check("scar resultant length", self.resultant_length, "(0 to 1)", 0.0..=0.99)?;
        check("scar axis", self.axis, "radians", -7.0..=7.0)?;
        let middle = (Length::micrometers(0.5 * grid.width()), Length::micrometers(0.5 * grid.height()));
        let center = self.center.unwrap_or(middle);
        check("x of the scar's center", center.0.in_micrometers(), "µm", 0.0..=grid.width())?;
        check("y of the scar's center", center.1.in_micrometers(), "µm", 0.0..=grid.height())?;
        let fibers = FiberMoments::one_family(self.density, self.axis, self.resultant_length);
        for (site, matrix) in matrix.sites_mut().iter_mut().enumerate() {
            let (x, y) = grid.center_of(site);
            let share = self.share_at((x - center.0.in_micrometers()).hypot(y - center.1.in_micrometers()));
            let new_share = matrix.new.density / matrix.collagen().density.max(f64::MIN_POSITIVE);
            let mixed = matrix.collagen() * (1.0 - share) + fibers * share;
            (matrix.new, matrix.mature) = (mixed * new_share, mixed * (1.0 - new_share));
            matrix.elastin *= 1.0 - share * (1.0 - self.density);
            lesion[site] |= share >= 0.5;
        }
        if lesion.contains(&true) {
            return Ok(());
        }
        Err(Error::Empty { quantity: "the scar", width: grid.width(), height: grid.height() })
    }

    /// Share of scar at a distance from its center: 1 inside, 0 outside, linear across the edge.
    fn share_at(&self, distance: f64) -> f64 {
        let (radius, edge) = (0.5 * self.diameter.in_micrometers(), self.edge.in_micrometers());
        if edge > 0.0 { ((radius - distance) / edge + 0.5).clamp(0.0, 1.0) } else { f64::from(distance < radius) }
    }
}
