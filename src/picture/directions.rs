//! Local directions of fibers, by gradients averaged around each pixel.
use super::gradients::{Filter, Gradients, correlated};
use crate::engine;
use crate::matrix::FiberMoments;
use crate::measure::Picture;

/// Numbers that belong to a direction at every pixel of a row: w cos 2θ and w sin 2θ.
struct DirectionRow {
    cosine: Vec<f64>,
    sine: Vec<f64>,
}

/// Local directions of a picture, averaged along x; the rest is done row by row as they are asked for.
pub(super) struct Directions {
    filter: Filter,
    rows: Vec<DirectionRow>,
}

impl Directions {
    /// By gradients at one scale, averaged at another; both are standard deviations in pixels.
    pub(super) fn of(picture: &Picture, gradient_scale: f64, direction_scale: f64) -> Self {
        let (gradients, filter) = (Gradients::of(picture, gradient_scale), Filter::of(direction_scale));
        let rows = engine::collect_tasks(picture.rows, |row| {
            let slopes = gradients.of_row(row);
            let along = |number: fn(f64, f64) -> f64| {
                // Beyond the edge there is nothing: less weight, but no other direction.
                let mut line = vec![0.0; picture.columns + 2 * filter.reach];
                let pixels = line[filter.reach..].iter_mut().zip(slopes.x.iter().zip(&slopes.y));
                pixels.for_each(|(value, (x, y))| *value = number(*x, *y));
                correlated(&line, &filter.smoothing)
            };
            // Fibers lie across gradients: e^{2iθ} = −(g/|g|)².
            DirectionRow { cosine: along(|x, y| y * y - x * x), sine: along(|x, y| -2.0 * x * y) }
        });
        Self { filter, rows }
    }

    /// Fibers of all pixels of a row, each along its local direction with an amount of the energy that favors it.
    pub(super) fn of_row(&self, row: usize) -> Vec<FiberMoments> {
        let columns = self.rows[row].cosine.len();
        let mut sums = DirectionRow { cosine: vec![0.0; columns], sine: vec![0.0; columns] };
        for (index, weight) in self.filter.smoothing.iter().enumerate() {
            let around = (row + index).checked_sub(self.filter.reach).and_then(|row| self.rows.get(row));
            if let Some(DirectionRow { cosine, sine }) = around {
                sums.cosine.iter_mut().zip(cosine).for_each(|(sum, value)| *sum += weight * value);
                sums.sine.iter_mut().zip(sine).for_each(|(sum, value)| *sum += weight * value);
            }
        }
        sums.cosine.iter().zip(&sums.sine).map(|(cosine, sine)| local_fibers(*cosine, *sine)).collect()
    }
}

/// Fibers of one direction, from w e^{2iθ}.
fn local_fibers(c2: f64, s2: f64) -> FiberMoments {
    let density = c2.hypot(s2);
    let per_amount = if density > 0.0 { density.recip() } else { 0.0 };
    let (c4, s4) = ((c2 * c2 - s2 * s2) * per_amount, 2.0 * c2 * s2 * per_amount);
    FiberMoments { density, c2, s2, c4, s4 }
}
