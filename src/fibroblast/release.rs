//! What fibroblasts release.
use super::Fibroblast;
use crate::engine::GROUP;
use crate::matrix::Matrix;
use crate::parameters::FibroblastParameters;

/// What each of at most [`GROUP`] fibroblasts releases of each signal per hour: MMP with its activation, and TGF-β that a
/// contractile cell pulls free from the matrix around it.
pub(crate) fn released<'a>(
    cells: impl Iterator<Item = &'a Fibroblast> + Clone,
    matrix: &Matrix,
    parameters: &FibroblastParameters,
) -> impl Iterator<Item = [f64; 4]> {
    let freed = freed_by(cells.clone(), matrix, parameters);
    cells.zip(freed).map(|(cell, freed)| {
        let acts = cell.activation >= parameters.resting_activation;
        [freed, 0.0, 0.0, if acts { parameters.fibroblast_mmp_release_rate * cell.activation } else { 0.0 }]
    })
}

/// TGF-β that cells pull free per hour: it is stored in collagen, so there is none without matrix. The sites of those that
/// pull are found before any is read, so that memory gives all at once; for the others the first site is read in vain.
fn freed_by<'a>(
    cells: impl Iterator<Item = &'a Fibroblast>,
    matrix: &Matrix,
    parameters: &FibroblastParameters,
) -> [f64; GROUP] {
    let locator = matrix.grid().locator();
    let (mut pulls, mut sites) = ([0.0; GROUP], [0; GROUP]);
    let act = |(_, cell): &(_, &Fibroblast)| cell.activation >= parameters.resting_activation;
    for ((pull, site), cell) in pulls.iter_mut().zip(&mut sites).zip(cells).filter(act) {
        *pull = parameters.fibroblast_tgf_beta_release_rate * cell.activation * cell.contraction;
        *site = locator.site_at((locator.scaled(cell.x), locator.scaled(cell.y)));
    }
    let mut freed = matrix.densities_at(&sites);
    for (freed, pull) in freed.iter_mut().zip(pulls) {
        *freed = (pull * freed.min(1.0)).max(0.0);
    }
    freed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matrix::{FiberMoments, Span};
    use crate::{Grid, Length, Parameters};

    /// Defends: each cell of a group pulls at the collagen of its own site as it is now, whether turnover has been written
    /// there or waits; and none where it rests or does not contract.
    #[test]
    fn cells_release_what_they_pull_from_their_own_sites() {
        let side = Length::micrometers(400.0);
        let grid = Grid::new(side, side, Length::micrometers(10.0)).unwrap();
        let mut matrix = Matrix::uniform(grid, FiberMoments::default(), 0.0);
        // From 0 on the left to 1.3 on the right, half of it in each pool.
        for (site, fibers) in matrix.sites_mut().iter_mut().enumerate() {
            fibers.new = FiberMoments::isotropic(0.65 * (site % 40) as f64 / 39.0);
            fibers.mature = fibers.new;
        }
        let parameters = Parameters::default().fibroblast;
        let cell = |id: u64| {
            let (activation, contraction) = (0.3 * (id % 3) as f64, 0.2 * (id % 4) as f64);
            Fibroblast { id, x: 6.2 * id as f64, y: 3.1 * id as f64, heading: 0.0, activation, contraction }
        };
        let cells: Vec<_> = (0..GROUP as u64).map(cell).collect();
        let settled = matrix.clone();
        // What is left of the collagen after a span that all sites but each third one have yet to undergo.
        let (share_left, pools) = (0.8, [[0.5, 0.1], [0.3, 0.7]]);
        matrix.pass(Span { pools, renewed: [0.0; 2], lost: [0.0; 2], original_left: 1.0, elastin_left: 1.0 });
        (0..grid.sites()).step_by(3).for_each(|site| _ = matrix.site_mut(site));
        for (matrix, left) in [(settled, 1.0), (matrix, share_left)] {
            let amounts: Vec<_> = released(cells.iter(), &matrix, &parameters).collect();
            assert_eq!(amounts.len(), GROUP);
            for (cell, [tgf_beta, pdgf, inflammation, mmp]) in cells.iter().zip(amounts) {
                let density = (left * 1.3 * (cell.x / 10.0).floor() / 39.0).min(1.0);
                let pull = parameters.fibroblast_tgf_beta_release_rate * cell.activation * cell.contraction;
                assert!((tgf_beta - pull * density).abs() < 1e-12 * pull.max(1e-3), "{cell:?}");
                assert!((pdgf, inflammation) == (0.0, 0.0));
                assert!((mmp - parameters.fibroblast_mmp_release_rate * cell.activation).abs() < 1e-15);
            }
        }
    }
}
