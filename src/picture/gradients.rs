//! Gradients of the brightness of a picture, by derivatives of a Gaussian.
use crate::engine;
use crate::measure::Picture;

/// Half the length of a filter in scales: a Gaussian is down to 3e-4 there.
const REACH: f64 = 4.0;

/// Weights of neighbors, from one end of the filter to the other.
pub(super) struct Filter {
    pub(super) reach: usize,
    /// Gaussian with sum 1.
    pub(super) smoothing: Vec<f64>,
    /// Derivative of the Gaussian, which gives 1 on a line of slope 1.
    slope: Vec<f64>,
}

impl Filter {
    /// Of a standard deviation in pixels; with 0 every pixel stays as it is.
    pub(super) fn of(scale: f64) -> Self {
        let reach = (REACH * scale).ceil() as usize;
        let offset = |index: usize| index as f64 - reach as f64;
        let gauss = |index: usize| if index == reach { 1.0 } else { (-0.5 * (offset(index) / scale).powi(2)).exp() };
        let weights = |weight: &dyn Fn(usize) -> f64| (0..=2 * reach).map(weight).collect::<Vec<_>>();
        let sum: f64 = (0..=2 * reach).map(gauss).sum();
        let squares: f64 = (0..=2 * reach).map(|index| offset(index).powi(2) * gauss(index)).sum();
        let smoothing = weights(&|index| gauss(index) / sum);
        Self { reach, smoothing, slope: weights(&|index| offset(index) * gauss(index) / squares) }
    }
}

/// A row of pixels, filtered along x.
struct FilteredRow {
    smooth: Vec<f64>,
    slope: Vec<f64>,
}

/// The gradients of one row of pixels, per pixel.
pub(super) struct GradientRow {
    pub(super) x: Vec<f64>,
    pub(super) y: Vec<f64>,
}

/// A picture filtered along x; the rest is done row by row as gradients are asked for.
pub(super) struct Gradients {
    filter: Filter,
    rows: Vec<FilteredRow>,
}

impl Gradients {
    /// Of a picture, at a scale in pixels: the standard deviation of the Gaussian.
    pub(super) fn of(picture: &Picture, scale: f64) -> Self {
        let filter = Filter::of(scale);
        let columns = picture.columns;
        let filtered = |row: usize| {
            let line = extended(&picture.brightness[row * columns..(row + 1) * columns], filter.reach);
            FilteredRow { smooth: correlated(&line, &filter.smoothing), slope: correlated(&line, &filter.slope) }
        };
        Self { rows: engine::collect_tasks(picture.rows, filtered), filter }
    }

    /// The gradients of a row of pixels.
    pub(super) fn of_row(&self, row: usize) -> GradientRow {
        GradientRow {
            x: self.across_rows(row, &self.filter.smoothing, |filtered| &filtered.slope),
            y: self.across_rows(row, &self.filter.slope, |filtered| &filtered.smooth),
        }
    }

    /// Filters along y, around one row.
    fn across_rows(&self, row: usize, weights: &[f64], part: fn(&FilteredRow) -> &Vec<f64>) -> Vec<f64> {
        let mut sums = vec![0.0; part(&self.rows[0]).len()];
        let mut add = |row: usize, weight: f64| {
            sums.iter_mut().zip(part(&self.rows[row])).for_each(|(sum, value)| *sum += weight * value);
        };
        for (index, weight) in weights.iter().enumerate() {
            let place = Place::of((row + index) as isize - self.filter.reach as isize, self.rows.len());
            if let Some(edge) = place.edge {
                add(edge, 2.0 * weight);
            }
            add(place.inside, if place.edge.is_some() { -weight } else { *weight });
        }
        sums
    }
}

/// Where a value beyond the edge comes from: twice that of the edge less that of the mirrored place. So slopes go on as they
/// are; a plain mirror would turn gradients at the edge along it, and fibers across.
struct Place {
    inside: usize,
    edge: Option<usize>,
}

impl Place {
    fn of(index: isize, count: usize) -> Self {
        let last = count as isize - 1;
        let edge = index.clamp(0, last);
        let inside = (2 * edge - index).clamp(0, last) as usize;
        Self { inside, edge: (edge != index).then_some(edge as usize) }
    }
}

/// A line with so many values more at each end.
fn extended(line: &[f64], reach: usize) -> Vec<f64> {
    let value = |index: usize| {
        let Place { inside, edge } = Place::of(index as isize - reach as isize, line.len());
        edge.map_or(line[inside], |edge| 2.0 * line[edge] - line[inside])
    };
    (0..line.len() + 2 * reach).map(value).collect()
}

pub(super) fn correlated(line: &[f64], weights: &[f64]) -> Vec<f64> {
    line.windows(weights.len())
        .map(|part| part.iter().zip(weights).map(|(value, weight)| value * weight).sum())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Claim: an even slope has the same gradient everywhere, up to the edge.
    #[test]
    fn an_even_slope_has_one_gradient() {
        let brightness =
            (0..600).map(|pixel| 0.3 + 0.02 * f64::from(pixel % 30) - 0.01 * f64::from(pixel / 30)).collect();
        let picture = Picture { columns: 30, rows: 20, pixel_um: 1.0, brightness };
        for scale in [1.0, 1.7, 4.0] {
            let gradients = Gradients::of(&picture, scale);
            for row in (0..20).map(|row| gradients.of_row(row)) {
                assert!(row.x.iter().all(|slope| (slope - 0.02).abs() < 1e-12), "{scale}");
                assert!(row.y.iter().all(|slope| (slope + 0.01).abs() < 1e-12), "{scale}");
            }
        }
    }
}
