//! Several fields of one grid become linear combinations of each other, site by site.
use crate::grid::Field;
use nalgebra::DMatrix;

/// Sites whose values are copied at once: those of all fields fit in the nearest cache.
const BLOCK: usize = 64;

/// Puts in the place of the values of all fields at a site the product of a matrix with them.
pub(crate) fn combine(fields: &mut [&mut Field], matrix: &DMatrix<f64>) {
    let mut values: Vec<_> = fields.iter_mut().map(|field| field.values_mut()).collect();
    let (sites, mut before) = (values.first().map_or(0, |values| values.len()), vec![[0.0; BLOCK]; values.len()]);
    for first in (0..sites).step_by(BLOCK) {
        let block = first..sites.min(first + BLOCK);
        for (before, values) in before.iter_mut().zip(&values) {
            before[..block.len()].copy_from_slice(&values[block.clone()]);
        }
        for (row, values) in values.iter_mut().enumerate() {
            let values = &mut values[block.clone()];
            values.fill(0.0);
            for (before, factor) in before.iter().zip(&matrix.row(row)) {
                values.iter_mut().zip(before).for_each(|(value, before)| *value += factor * before);
            }
        }
    }
}
