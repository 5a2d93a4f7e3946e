//! Exact area shared by a disc and an axis-aligned square.
//!
//! The square is cut along the two lines through the center of the disc, and each
//! piece is mirrored into the first quadrant. There the circle falls monotonically,
//! so the shared area is a full rectangle, a trapezoid and one circular segment.
//! Every term is of the size of the square, never of the disc, so small squares on
//! the rim of a large disc keep their relative accuracy.

/// Half-angle sine below which a circular segment is summed as a series.
const SHALLOW_SINE: f64 = 0.1;

/// Area of the intersection of a disc with an axis-aligned square, in squared units
/// of the lengths passed in.
///
/// The disc is `(x − center_x)² + (y − center_y)² ≤ radius²`, the square
/// `[left, left + side] × [bottom, bottom + side]`. Closed form, elementary geometry:
/// per quadrant `∫ min(h, max(0, √(r² − x²) − y_0)) dx`, split where the circle
/// crosses the top and the bottom edge. A radius or side that is zero or negative
/// gives 0; arguments that are not finite give NaN.
///
/// ```
/// use dermaweave::grid::disc_square_overlap;
/// // A disc of radius 1 around the origin, and the square from the origin to (1, 1): a quarter.
/// let shared = disc_square_overlap(0.0, 0.0, 1.0, 0.0, 0.0, 1.0);
/// assert!((shared - std::f64::consts::FRAC_PI_4).abs() < 1e-14);
/// ```
#[must_use]
pub fn disc_square_overlap(center_x: f64, center_y: f64, radius: f64, left: f64, bottom: f64, side: f64) -> f64 {
    if !(center_x + center_y + radius + left + bottom + side).is_finite() {
        return f64::NAN;
    }
    if radius <= 0.0 || side <= 0.0 {
        return 0.0;
    }
    let columns = [left - center_x, (left + side) - center_x];
    centered_disc_overlap(radius, columns, [bottom - center_y, (bottom + side) - center_y])
}

/// Area of a disc about the origin inside `[x_0, x_1] × [y_0, y_1]`, all of them finite; nothing if it is empty.
pub(super) fn centered_disc_overlap(radius: f64, columns: [f64; 2], rows: [f64; 2]) -> f64 {
    let (columns, rows) = (mirrored_halves(columns), mirrored_halves(rows));
    // Opposite corners are paired so that the sum survives mirroring and turning.
    let diagonal = quadrant_area(columns[0], rows[0], radius) + quadrant_area(columns[1], rows[1], radius);
    let anti_diagonal = quadrant_area(columns[0], rows[1], radius) + quadrant_area(columns[1], rows[0], radius);
    diagonal + anti_diagonal
}

/// Positive and mirrored negative part of the interval `[from, to]`, each possibly empty.
fn mirrored_halves([from, to]: [f64; 2]) -> [[f64; 2]; 2] {
    [[from.max(0.0), to.max(0.0)], [(-to).max(0.0), (-from).max(0.0)]]
}

/// Area of the disc about the origin inside `[x_0, x_1] × [y_0, y_1]`, all ≥ 0.
fn quadrant_area(columns: [f64; 2], rows: [f64; 2], radius: f64) -> f64 {
    let ([x_near, x_far], [y_near, y_far]) = (columns, rows);
    if x_far <= x_near || y_far <= y_near {
        return 0.0;
    }
    // Up to `full` the circle runs above the rectangle, past `empty` below it.
    let full = half_chord(y_far, radius).max(x_near).min(x_far);
    let empty = half_chord(y_near, radius).max(x_near).min(x_far);
    let rectangle = (full - x_near) * (y_far - y_near);
    if empty <= full {
        return rectangle;
    }
    let height = |x: f64| (half_chord(x, radius) - y_near).max(0.0).min(y_far - y_near);
    let (start, end) = (height(full), height(empty));
    let trapezoid = 0.5 * (empty - full) * (start + end);
    rectangle + trapezoid + segment_area((empty - full).hypot(start - end), radius)
}

/// Half the chord `√(r² − d²)` at distance `d ≥ 0` from the center, 0 outside.
fn half_chord(distance: f64, radius: f64) -> f64 {
    ((radius - distance).max(0.0) * (radius + distance)).sqrt()
}

/// Area `r²/2 · (β − sin β)` between a chord and its arc, `sin(β/2) = chord / 2r`.
fn segment_area(chord: f64, radius: f64) -> f64 {
    let sine = (0.5 * chord / radius).min(1.0);
    if sine < SHALLOW_SINE {
        return radius * radius * shallow_segment(sine);
    }
    let half_angle = sine.asin();
    radius * radius * (half_angle - sine * half_angle.cos())
}

/// `asin s − s √(1 − s²) = Σ_n 2 s^{2n+3} (2n)! / (4^n n!² (2n+3))`, free of the
/// cancellation of its two terms at small `s`; truncation below 1e-16 for `s < 0.1`.
fn shallow_segment(sine: f64) -> f64 {
    let squared = sine * sine;
    let (mut binomial, mut power, mut sum) = (1.0, 2.0 * sine * squared, 0.0);
    for step in 0..8 {
        let index = f64::from(step);
        sum += binomial * power / (2.0 * index + 3.0);
        binomial *= (2.0 * index + 1.0) / (2.0 * index + 2.0);
        power *= squared;
    }
    sum
}
