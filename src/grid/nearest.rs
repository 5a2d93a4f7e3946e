//! Points of a field and, in a periodic one, their images: what lies in it, and the way to the nearest image.
use super::{Boundary, Grid};

impl Grid {
    /// Whether a point in µm lies in the field; everything does in a periodic one.
    pub fn contains(&self, x: f64, y: f64) -> bool {
        let inside = || (0.0..self.width()).contains(&x) && (0.0..self.height()).contains(&y);
        self.boundary == Boundary::Periodic || inside()
    }

    /// The way in µm from one point to another, along x and along y; in a periodic field to its nearest image.
    pub(crate) fn way(&self, from: (f64, f64), to: (f64, f64)) -> (f64, f64) {
        let along = |difference: f64, extent: f64| match self.boundary {
            Boundary::Closed => difference,
            Boundary::Periodic => difference - extent * (difference / extent).round(),
        };
        (along(to.0 - from.0, self.width()), along(to.1 - from.1, self.height()))
    }

    /// Distance between two points in µm; the shortest one in a periodic field.
    pub fn distance(&self, from: (f64, f64), to: (f64, f64)) -> f64 {
        let (along_x, along_y) = self.way(from, to);
        along_x.hypot(along_y)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Length;

    /// Claim: in a periodic field a way is never longer than half of a side, and leads to the point or an image of it.
    #[test]
    fn ways_lead_to_the_nearest_image() {
        let [width, height, spacing] = [100.0, 60.0, 10.0].map(Length::micrometers);
        let closed = Grid::new(width, height, spacing).unwrap();
        let periodic = closed.with_boundary(Boundary::Periodic);
        assert_eq!(closed.way((95.0, 5.0), (5.0, 55.0)), (-90.0, 50.0));
        assert_eq!(periodic.way((95.0, 5.0), (5.0, 55.0)), (10.0, -10.0));
        assert_eq!(periodic.way((20.0, 30.0), (350.0, -290.0)), (30.0, -20.0));
        assert_eq!(periodic.distance((95.0, 5.0), (5.0, 55.0)), 200.0_f64.sqrt());
    }
}
