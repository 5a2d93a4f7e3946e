//! How fast a fibroblast migrates, and where it comes.
use super::Fibroblast;
use super::heading::{Direction, Guidance, Heading};
use super::sensing::MatrixCues;
use crate::grid::Grid;
use crate::parameters::FibroblastParameters;
use std::f64::consts::PI;

/// Speed in µm/h: from clot to intact dermis by what the cell is embedded in, times activation,
///
/// v = a (v_d + (v_c − v_d) φ/(φ + c)) with clot φ and packing c.
#[inline(always)]
pub(crate) fn speed(activation: f64, matrix: &MatrixCues, parameters: &FibroblastParameters) -> f64 {
    let embedded = matrix.fibrin + matrix.packing();
    let clot = if embedded > 0.0 { matrix.fibrin / embedded } else { 0.0 };
    activation * (parameters.dermis_speed + (parameters.clot_speed - parameters.dermis_speed) * clot)
}

/// Where a cell comes that migrates a distance along a direction; it may be outside of the field.
#[inline(always)]
pub(crate) fn migrated((x, y): (f64, f64), direction: Direction, distance: f64) -> (f64, f64) {
    (x + distance * direction.cosine, y + distance * direction.sine)
}

impl Fibroblast {
    /// Brings a cell that migrated over the edge back into the field: in at the other side of a periodic one; mirrored at
    /// a closed one, where its heading is mirrored too.
    pub(crate) fn bring_back(&mut self, heading: Heading, guidance: &Guidance, grid: &Grid) -> Heading {
        let (x, y, mirrored_x, mirrored_y) = grid.bring_back(self.x, self.y);
        (self.x, self.y) = (x, y);
        let mut angle = heading.angle;
        if mirrored_x {
            angle = PI - angle;
        }
        if mirrored_y {
            angle = -angle;
        }
        if mirrored_x || mirrored_y { guidance.heading(angle) } else { heading }
    }
}
