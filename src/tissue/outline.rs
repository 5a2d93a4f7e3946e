//! How far a point lies inside of an outline that is placed in a field.
use super::{Lesion, Outline};
use crate::error::{Result, check};
use crate::grid::{Boundary, Grid};
use std::f64::consts::{FRAC_PI_2, PI};

/// The outline of a lesion in its place.
pub(super) struct PlacedOutline<'a> {
    grid: &'a Grid,
    shape: Shape,
    center: (f64, f64),
    /// Sine and cosine of its direction.
    turn: (f64, f64),
    edge: f64,
    /// Images to each side that may reach to a point, along x and along y.
    images: (i32, i32),
}

/// An outline with its long axis along x and its middle at zero, in µm.
enum Shape {
    Ellipse {
        half_length: f64,
        half_width: f64,
    },
    Bar {
        half_length: f64,
        half_width: f64,
    },
    /// Without ends.
    Stripe {
        half_width: f64,
        /// Distance between its neighboring passes through a periodic field.
        between: f64,
    },
}

impl Shape {
    /// How far a point lies inside; negative outside.
    fn inside_by(&self, along: f64, across: f64) -> f64 {
        match *self {
            Self::Ellipse { half_length, half_width } => {
                // Distance to the outline along the ray from the center: exact for a circle.
                let reached = (along / half_length).hypot(across / half_width);
                let distance = along.hypot(across);
                if distance > 0.0 { distance / reached - distance } else { half_length.min(half_width) }
            }
            Self::Bar { half_length, half_width } => (half_width - across.abs()).min(half_length - along.abs()),
            Self::Stripe { half_width, between } if between.is_finite() => {
                half_width - (across - between * (across / between).round()).abs()
            }
            Self::Stripe { half_width, .. } => half_width - across.abs(),
        }
    }

    /// Farthest point from the center at which there is any lesion. A stripe is described by its passes alone.
    fn reach(&self, edge: f64) -> f64 {
        match *self {
            Self::Ellipse { half_length, half_width } => half_length.max(half_width) + 0.5 * edge,
            Self::Bar { half_length, half_width } => (half_length + 0.5 * edge).hypot(half_width + 0.5 * edge),
            Self::Stripe { .. } => 0.0,
        }
    }
}

impl<'a> PlacedOutline<'a> {
    /// The outline of a lesion that fits the field.
    pub(super) fn new(lesion: &Lesion, grid: &'a Grid) -> Self {
        let (shape, direction) = match lesion.outline {
            Outline::Ellipse { length, width, direction } => {
                let [half_length, half_width] = [length, width].map(|side| 0.5 * side.in_micrometers());
                (Shape::Ellipse { half_length, half_width }, direction)
            }
            Outline::Furrow { length: Some(length), width, direction } => {
                let [half_length, half_width] = [length, width].map(|side| 0.5 * side.in_micrometers());
                (Shape::Bar { half_length, half_width }, direction)
            }
            Outline::Furrow { length: None, width, direction } => {
                let half_width = 0.5 * width.in_micrometers();
                match grid.boundary() {
                    Boundary::Closed => (Shape::Stripe { half_width, between: f64::INFINITY }, direction),
                    Boundary::Periodic => {
                        let Loop { direction, between, .. } = Loop::nearest(direction, grid);
                        (Shape::Stripe { half_width, between }, direction)
                    }
                }
            }
        };
        let edge = lesion.edge.in_micrometers();
        let reach = shape.reach(edge);
        let images = |extent: f64| match grid.boundary() {
            Boundary::Closed => 0,
            Boundary::Periodic => (reach / extent + 0.5).floor() as i32,
        };
        let images = (images(grid.width()), images(grid.height()));
        Self { grid, shape, center: lesion.center_in(grid), turn: direction.sin_cos(), edge, images }
    }

    /// Share of lesion at a point: 1 inside, 0 outside, linear across the edge. Where a lesion in a periodic field
    /// meets itself, the largest share counts.
    pub(super) fn share_at(&self, x: f64, y: f64) -> f64 {
        let (x, y) = self.grid.way(self.center, (x, y));
        let nearest = self.share_of_one(x, y);
        if nearest == 1.0 || self.images == (0, 0) {
            return nearest;
        }
        let (columns, rows) = self.images;
        let images = (-rows..=rows).flat_map(|row| (-columns..=columns).map(move |column| (column, row)));
        images.fold(nearest, |share, (column, row)| {
            let (x, y) = (x + f64::from(column) * self.grid.width(), y + f64::from(row) * self.grid.height());
            share.max(self.share_of_one(x, y))
        })
    }

    /// Share of lesion at a way from the center of one image.
    fn share_of_one(&self, x: f64, y: f64) -> f64 {
        let (sine, cosine) = self.turn;
        let inside_by = self.shape.inside_by(x * cosine + y * sine, y * cosine - x * sine);
        if self.edge > 0.0 { (inside_by / self.edge + 0.5).clamp(0.0, 1.0) } else { f64::from(inside_by > 0.0) }
    }
}

/// A straight line that meets itself after one way through a periodic field.
struct Loop {
    direction: f64,
    /// What it goes through the field until it meets itself.
    length: f64,
    /// Distance between its neighboring passes.
    between: f64,
}

impl Loop {
    /// The one whose direction is nearest: along a side or a diagonal of the field.
    fn nearest(direction: f64, grid: &Grid) -> Self {
        let (width, height) = (grid.width(), grid.height());
        let (diagonal, rise) = (width.hypot(height), height.atan2(width));
        let loops = [
            (0.0, width, height),
            (rise, diagonal, width * height / diagonal),
            (FRAC_PI_2, height, width),
            (PI - rise, diagonal, width * height / diagonal),
        ];
        let mut nearest = Self { direction: f64::INFINITY, length: width, between: height };
        for (axis, length, between) in loops {
            // Directions that differ by π are the same.
            let axis = axis + PI * ((direction - axis) / PI).round();
            if (axis - direction).abs() < (nearest.direction - direction).abs() {
                nearest = Self { direction: axis, length, between };
            }
        }
        nearest
    }
}

/// Refuses an endless furrow in a periodic field that does not meet itself, to half a site: it would wind through the
/// field over and over and fill it.
pub(super) fn check_endless(direction: f64, grid: &Grid) -> Result<()> {
    if grid.boundary() == Boundary::Closed {
        return Ok(());
    }
    let nearest = Loop::nearest(direction, grid);
    let tolerance = (0.5 * grid.spacing() / nearest.length).asin();
    let range = nearest.direction - tolerance..=nearest.direction + tolerance;
    check("direction of an endless furrow in a periodic field", direction, "radians", range).map(drop)
}
