//! Strokes turned by a few degrees, so that neighbors together have the second moment of their fibers.
//!
//! What even quantiles leave of the error of a mean over some neighbors is taken away by the smallest turns that do it. With
//! strokes at θⱼ, weights wⱼ of neighbors, tⱼ the derivative of e^{2iθⱼ}, and z the mean of e^{2iθ} of all fibers around, those
//! between the strokes too, the turns Δⱼ = tⱼ·λ make the sum of wⱼ(e^{2iθⱼ} − z) vanish to first order where
//! (Σ wⱼ tⱼ tⱼᵀ) λ = −Σ wⱼ(e^{2iθⱼ} − z), with the least Σ wⱼ Δⱼ².
use super::strokes::Stroke;
use crate::engine;
use nalgebra::{Matrix2, Vector2};

/// Cells to each side that are balanced together, and the standard deviation of their weight.
const REACH: i64 = 6;
const DEVIATION: f64 = 3.0;
/// Largest turn in radians.
const LARGEST_TURN: f64 = 0.1;
/// Share of even directions in the matrix, since strokes that are all parallel cannot be turned into any mean.
const EVEN_SHARE: f64 = 0.05;
const PASSES: usize = 3;

/// Turns the strokes of all cells, row by row with so many in a row.
pub(super) fn balance(strokes: &mut [Stroke], columns: usize) {
    for _ in 0..PASSES {
        let turned = engine::collect_costly(strokes.len(), |cell| turned(strokes, cell, columns));
        strokes.iter_mut().zip(turned).for_each(|(stroke, direction)| stroke.direction = direction);
    }
}

/// Finds which share of each stroke is not hidden by those above it, all of a length and hiding a width, in µm.
pub(super) fn uncover(strokes: &mut [Stroke], columns: usize, length: f64, width: f64) {
    let rows = strokes.len() / columns;
    let shown = engine::collect_costly(strokes.len(), |cell| {
        let stroke = &strokes[cell];
        let above = neighbors(cell, columns, rows).map(|near| &strokes[near.cell]);
        let above = above.filter(|near| near.height > stroke.height && near.presence > 0.0);
        above.map(|near| 1.0 - near.presence * hidden_share(stroke, near, length, width)).product()
    });
    strokes.iter_mut().zip(shown).for_each(|(stroke, shown)| stroke.shown = shown);
}

/// Share of a stroke that one above it hides where they cross.
fn hidden_share(below: &Stroke, above: &Stroke, length: f64, width: f64) -> f64 {
    let (sine, cosine) = below.direction.sin_cos();
    let (sine_above, cosine_above) = above.direction.sin_cos();
    let (x, y) = (above.x - below.x, above.y - below.y);
    // Sine of the angle between them, kept away from zero: those that are parallel hide by their width alone.
    let between = cosine * sine_above - sine * cosine_above;
    let hidden = width / between.abs().max(width / length);
    // How far the crossing lies from the middle of each, along it.
    let between = if between.abs() < 1e-9 { 1e-9 } else { between };
    let [along_below, along_above] =
        [(x * sine_above - y * cosine_above) / between, (x * sine - y * cosine) / between].map(f64::abs);
    let inside = |along: f64| ((0.5 * (length + hidden) - along) / hidden).clamp(0.0, 1.0);
    inside(along_below) * inside(along_above) * hidden / length
}

/// The direction of the stroke of a cell after its turn.
fn turned(strokes: &[Stroke], cell: usize, columns: usize) -> f64 {
    let stroke = &strokes[cell];
    if stroke.presence == 0.0 {
        return stroke.direction;
    }
    let (mut drawn, mut drawn_weight, mut matrix) = (Vector2::zeros(), 0.0, Matrix2::zeros());
    let (mut fibers, mut amount) = (Vector2::zeros(), 0.0);
    for Near { cell, weight } in neighbors(cell, columns, strokes.len() / columns) {
        let near = &strokes[cell];
        fibers += near.second * weight;
        amount += near.amount * weight;
        // The contrast of an edge counts squared where directions are measured, and only what is seen of it.
        let weight = weight * near.presence * near.presence * near.shown;
        let slope = derivative(near.direction);
        drawn += direction_of(near.direction) * weight;
        drawn_weight += weight;
        matrix += (slope * slope.transpose() + Matrix2::identity() * EVEN_SHARE) * weight;
    }
    // Where a stroke is present, there are fibers.
    let error = drawn - fibers * (drawn_weight / amount);
    let turn = matrix.try_inverse().map_or(0.0, |inverse| -derivative(stroke.direction).dot(&(inverse * error)));
    stroke.direction + turn.clamp(-LARGEST_TURN, LARGEST_TURN)
}

/// e^{2iθ}.
fn direction_of(angle: f64) -> Vector2<f64> {
    let (sine, cosine) = (2.0 * angle).sin_cos();
    Vector2::new(cosine, sine)
}

/// Its derivative.
fn derivative(angle: f64) -> Vector2<f64> {
    let (sine, cosine) = (2.0 * angle).sin_cos();
    Vector2::new(-2.0 * sine, 2.0 * cosine)
}

/// A cell nearby and its weight.
struct Near {
    cell: usize,
    weight: f64,
}

fn neighbors(cell: usize, columns: usize, rows: usize) -> impl Iterator<Item = Near> {
    let (column, row) = ((cell % columns) as i64, (cell / columns) as i64);
    let within = |place: i64, count: usize| (place - REACH).max(0)..(place + REACH + 1).min(count as i64);
    let weight = |steps: i64| (-0.5 * (steps * steps) as f64 / (DEVIATION * DEVIATION)).exp();
    within(row, rows).flat_map(move |near_row| {
        within(column, columns).map(move |near_column| Near {
            cell: near_row as usize * columns + near_column as usize,
            weight: weight(near_row - row) * weight(near_column - column),
        })
    })
}
