//! Where in the field a session is applied.
use crate::grid::Grid;
use crate::units::Length;
use serde::{Deserialize, Serialize};

/// Where a session is applied.
///
/// ```
/// use dermaweave::treatment::{TreatedRegion, punctures};
/// use dermaweave::{Device, Grid, Length, Session, Time};
/// let side = Length::millimeters(4.0);
/// let grid = Grid::new(side, side, Length::micrometers(20.0))?;
/// let region = TreatedRegion::Disc { x: side * 0.5, y: side * 0.5, diameter: side * 0.5 };
/// let session = Session { region, ..Session::new(Device::pen_11(), Time::days(0.0)) };
/// let punctures = punctures(&session, 0, &grid, 1);
/// assert!(punctures.iter().all(|puncture| (puncture.x - 2000.0).hypot(puncture.y - 2000.0) <= 1000.0));
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TreatedRegion {
    /// The whole field.
    #[default]
    Everywhere,
    /// What lies in the field of a disc; in a periodic field, of the disc and its images.
    Disc {
        /// Center along x.
        x: Length,
        /// Center along y.
        y: Length,
        /// Diameter.
        diameter: Length,
    },
}

impl TreatedRegion {
    /// Center in µm.
    pub(super) fn center(&self, grid: &Grid) -> (f64, f64) {
        match self {
            Self::Everywhere => (0.5 * grid.width(), 0.5 * grid.height()),
            Self::Disc { x, y, .. } => (x.in_micrometers(), y.in_micrometers()),
        }
    }

    pub(crate) fn contains(&self, x: f64, y: f64, grid: &Grid) -> bool {
        match self {
            Self::Everywhere => true,
            Self::Disc { diameter, .. } => grid.distance((x, y), self.center(grid)) <= 0.5 * diameter.in_micrometers(),
        }
    }

    /// Treated area inside the field in µm².
    pub(crate) fn area(&self, grid: &Grid) -> f64 {
        match self {
            Self::Everywhere => grid.width() * grid.height(),
            Self::Disc { diameter, .. } => grid.disc_area(self.center(grid), 0.5 * diameter.in_micrometers()),
        }
    }
}
