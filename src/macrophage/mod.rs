//! Macrophages: called by inflammation, first feeding it, then calling fibroblasts.
mod arrival;

pub(crate) use arrival::{Arrivals, full_per_mm2};

use crate::engine::{self, BAND_ROWS, Reached, SiteRows};
use crate::grid::Grid;
use crate::matrix::Matrix;
use crate::parameters::MacrophageParameters;
use crate::random::{Purpose, stream};
use rand::RngExt;
use rand_distr::{Distribution, StandardNormal};
use serde::{Deserialize, Serialize};

/// One macrophage.
///
/// ```
/// use dermaweave::macrophage::Macrophage;
/// let parameters = dermaweave::Parameters::default().macrophage;
/// let arrived = Macrophage { id: 0, x: 100.0, y: 100.0, age: 0.0 };
/// let three_days_later = Macrophage { age: 72.0, ..arrived };
/// assert!(!arrived.is_repairing(&parameters) && three_days_later.is_repairing(&parameters));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Macrophage {
    /// Identity; never used twice.
    pub id: u64,
    /// Position along x in µm.
    pub x: f64,
    /// Position along y in µm.
    pub y: f64,
    /// Hours since arrival.
    pub age: f64,
}

impl Macrophage {
    /// Whether it has turned from inflammatory (M1) to repairing (M2).
    pub fn is_repairing(&self, parameters: &MacrophageParameters) -> bool {
        self.age >= parameters.switch_time
    }
}

/// What a macrophage releases of each signal per hour.
pub(crate) fn released(cell: &Macrophage, parameters: &MacrophageParameters) -> [f64; 4] {
    if cell.is_repairing(parameters) {
        [parameters.tgf_beta_release_rate, parameters.pdgf_release_rate, 0.0, 0.0]
    } else {
        [0.0, 0.0, parameters.inflammation_release_rate, parameters.mmp_release_rate]
    }
}

/// Ages, walks and removes: a random walk of motility D_Φ and removal at rate δ_Φ.
pub(crate) fn advance(
    macrophages: &mut Vec<Macrophage>,
    grid: &Grid,
    parameters: &MacrophageParameters,
    (seed, tick, hours): (u64, u64, f64),
) {
    let removal_probability = -(-parameters.removal_rate * hours).exp_m1();
    let stride = (2.0 * parameters.motility * hours).sqrt();
    let removed_age = f64::NEG_INFINITY;
    engine::for_each(macrophages, |_, cell| {
        let mut draws = stream(seed, tick, Purpose::Macrophage, cell.id);
        if draws.random::<f64>() < removal_probability {
            cell.age = removed_age;
            return;
        }
        let mut step = || stride * Distribution::<f64>::sample(&StandardNormal, &mut draws);
        let (along_x, along_y) = (step(), step());
        (cell.x, cell.y, ..) = grid.bring_back(cell.x + along_x, cell.y + along_y);
        cell.age += hours;
    });
    macrophages.retain(|cell| cell.age > removed_age);
}

/// Repairing macrophages clear the fibrin they cover at rate k_φ.
pub(crate) fn clear_fibrin(
    macrophages: &[Macrophage],
    matrix: &mut Matrix,
    parameters: &MacrophageParameters,
    hours: f64,
    reached: &mut Reached,
) {
    let grid = *matrix.grid();
    let across = (parameters.reach / grid.spacing()).ceil();
    // Share of a site that each of the squares covers into which the reach is cut.
    let covered = (parameters.reach / across).powi(2) / grid.site_area();
    let left = (-parameters.fibrin_clearance_rate * hours * covered).exp();
    let offset = |index: usize| ((index as f64 + 0.5) / across - 0.5) * parameters.reach;
    let across = across as usize;
    reached.find((grid.rows(), BAND_ROWS), macrophages.len(), |index| {
        let cell: &Macrophage = &macrophages[index];
        cell.is_repairing(parameters).then(|| (grid.row_at(cell.y + offset(0)), across + 1))
    });
    reached.change(matrix.rows_mut(), |agents, band: &mut SiteRows| {
        let cells = agents.iter().map(|&agent| &macrophages[agent]);
        let squares = cells.flat_map(|cell| (0..across * across).map(move |square| (cell, square)));
        for (cell, square) in squares {
            let (x, y) = (cell.x + offset(square % across), cell.y + offset(square / across));
            if !grid.contains(x, y) {
                continue;
            }
            if let Some(site) = band.site_mut(grid.site_at(x, y)) {
                site.fibrin *= left;
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grid::Boundary;
    use crate::matrix::FiberMoments;
    use crate::units::Length;

    /// Fibrin of a field 400 µm wide that macrophages cleared, most of them repairing, some over the edge.
    fn cleared(boundary: Boundary, place: impl Fn(f64, f64) -> (f64, f64)) -> Vec<f64> {
        let side = Length::micrometers(400.0);
        let grid = Grid::new(side, side, Length::micrometers(10.0)).unwrap().with_boundary(boundary);
        let parameters = MacrophageParameters::default();
        let cells: Vec<_> = (0..200)
            .map(|id| {
                let mut draws = stream(2, 0, Purpose::User, id);
                let (x, y) = place(400.0 * draws.random::<f64>(), 400.0 * draws.random::<f64>());
                Macrophage { id, x, y, age: 100.0 * draws.random::<f64>() }
            })
            .collect();
        let mut matrix = Matrix::uniform(grid, FiberMoments::default(), 0.0);
        matrix.sites_mut().iter_mut().for_each(|site| site.fibrin = 1.0);
        clear_fibrin(&cells, &mut matrix, &parameters, 24.0, &mut Reached::default());
        matrix.sites().map(|site| site.fibrin).collect()
    }

    /// Clearing turns and mirrors with the picture, exactly but for the order of the cells at a site.
    #[test]
    fn clearing_knows_no_direction() {
        for boundary in [Boundary::Closed, Boundary::Periodic] {
            let before = cleared(boundary, |x, y| (x, y));
            assert!(before.iter().any(|fibrin| *fibrin < 0.5) && before.iter().any(|fibrin| *fibrin >= 1.0));
            let turned = cleared(boundary, |x, y| (400.0 - y, x));
            let mirrored = cleared(boundary, |x, y| (x, 400.0 - y));
            for (row, column) in (0..40).flat_map(|row| (0..40).map(move |column| (row, column))) {
                let fibrin = before[row * 40 + column];
                assert!((turned[column * 40 + 39 - row] - fibrin).abs() < 1e-12);
                assert!((mirrored[(39 - row) * 40 + column] - fibrin).abs() < 1e-12);
            }
        }
    }
}
