//! Fibrin that macrophages clear, band of rows by band of rows.
use super::{BAND_ROWS, Reached, SiteRows};
use crate::cells::macrophage::{Macrophage, fibrin_left};
use crate::matrix::Matrix;
use crate::parameters::MacrophageParameters;

/// Repairing macrophages clear the fibrin of a square around them. It is cut into squares that are no larger than a site,
/// each of which counts for the site it lies in.
pub(crate) fn clear_fibrin(
    macrophages: &[Macrophage],
    matrix: &mut Matrix,
    parameters: &MacrophageParameters,
    hours: f64,
    reached: &mut Reached,
) {
    let grid = *matrix.grid();
    let across = (parameters.reach / grid.spacing()).ceil();
    let covered = (parameters.reach / across).powi(2) / grid.site_area();
    let left = fibrin_left(parameters, covered, hours);
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
    use crate::grid::{Boundary, Grid};
    use crate::matrix::FiberMoments;
    use crate::random::{Purpose, stream};
    use crate::units::Length;
    use rand::RngExt;

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
