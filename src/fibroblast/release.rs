//! What fibroblasts release.
use super::Fibroblast;
use crate::matrix::Matrix;
use crate::parallel::GROUP;
use crate::parameters::FibroblastParameters;

/// What each of at most [`GROUP`] fibroblasts releases of each signal per hour: MMP with its activation, and TGF-β that a
/// contractile cell pulls free from the matrix around it.
pub(crate) fn released<'a>(
    cells: impl Iterator<Item = &'a Fibroblast> + Clone,
    matrix: &Matrix,
    parameters: &FibroblastParameters,
) -> impl Iterator<Item = [f64; 4]> {
    // Latent TGF-β is stored in collagen and freed by pulling on it: none without matrix.
    let stored = densities_at(cells.clone(), matrix);
    cells.zip(stored).map(|(cell, density)| {
        if cell.activation < parameters.resting_activation {
            return [0.0; 4];
        }
        let pull = parameters.fibroblast_tgf_beta_release_rate * cell.activation * cell.contraction;
        let freed = if pull > 0.0 { (pull * density.min(1.0)).max(0.0) } else { 0.0 };
        [freed, 0.0, 0.0, parameters.fibroblast_mmp_release_rate * cell.activation]
    })
}

/// The collagen at each of some cells. Their sites are found before any is read, so that memory gives all at once.
fn densities_at<'a>(cells: impl Iterator<Item = &'a Fibroblast>, matrix: &Matrix) -> [f64; GROUP] {
    let (locator, mut sites, mut count) = (matrix.grid().locator(), [0; GROUP], 0);
    for (site, cell) in sites.iter_mut().zip(cells) {
        *site = locator.site_at((locator.scaled(cell.x), locator.scaled(cell.y)));
        count += 1;
    }
    let mut densities = [0.0; GROUP];
    for (density, &site) in densities.iter_mut().zip(&sites[..count]) {
        *density = matrix.site(site).collagen().density;
    }
    densities
}
