//! Nuclei of fibroblasts in a picture of stained tissue.
use super::color::blend;
use super::geometry::Size;
use crate::tissue::Tissue;

/// Nuclei stained with hematoxylin, red-green-blue from 0 to 255.
const HEMATOXYLIN: [u8; 3] = [74, 52, 128];
/// How well a nucleus hides what is below it.
const OPACITY: f64 = 0.85;
/// Length and width in µm of the nucleus of a spindle-shaped cell as they are drawn.
const LENGTH: f64 = 12.0;
const WIDTH: f64 = 4.0;

/// An ellipse in a panel. Lengths are shares of the width of the panel.
///
/// ```
/// use dermaweave::report::Nucleus;
/// use dermaweave::{Grid, Length, Skin, Tissue};
/// let side = Length::micrometers(400.0);
/// let tissue = Tissue::new(Grid::new(side, side, Length::micrometers(20.0))?, &Skin::young())?;
/// let seen = Nucleus::around(&tissue, (200.0, 200.0), 400.0);
/// assert_eq!(seen.len(), tissue.fibroblasts().len());
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Nucleus {
    /// Place from the left.
    pub x: f64,
    /// Place from the bottom.
    pub y: f64,
    /// Direction of the longer axis in radians.
    pub heading: f64,
    /// Longer axis.
    pub length: f64,
    /// Shorter axis.
    pub width: f64,
}

impl Nucleus {
    /// The nuclei of all fibroblasts in a square field of so many µm around a place (x, y in µm) of a tissue.
    pub fn around(tissue: &Tissue, center: (f64, f64), side: f64) -> Vec<Self> {
        let inside = |share: f64| (0.0..=1.0).contains(&share);
        let nuclei = tissue.fibroblasts().iter().map(|cell| Self {
            x: (cell.x - center.0) / side + 0.5,
            y: (cell.y - center.1) / side + 0.5,
            heading: cell.heading,
            length: LENGTH / side,
            width: WIDTH / side,
        });
        nuclei.filter(|nucleus| inside(nucleus.x) && inside(nucleus.y)).collect()
    }

    /// Draws it over a panel of pixels, row by row from the top.
    pub(super) fn draw(&self, image: &mut [[u8; 3]], size: Size) {
        let (columns, rows) = (size.width as usize, size.height as usize);
        let width = f64::from(size.width);
        let (sine, cosine) = libm::sincos(self.heading);
        let (x, y) = (self.x * width, f64::from(size.height) - self.y * width);
        let (half_length, half_width) = (0.5 * self.length * width, 0.5 * self.width * width);
        let near = |middle: f64, most: usize| {
            ((middle - half_length).max(0.0) as usize).min(most)
                ..((middle + half_length + 1.0).max(0.0) as usize).min(most)
        };
        for row in near(y, rows) {
            for column in near(x, columns) {
                // Rows lead downward.
                let (right, up) = (column as f64 + 0.5 - x, y - row as f64 - 0.5);
                let along = (right * cosine + up * sine) / half_length;
                let across = (up * cosine - right * sine) / half_width;
                // About a pixel wide, so that the edge is smooth.
                let inside = ((1.0 - along.hypot(across)) * half_width + 0.5).clamp(0.0, 1.0);
                let pixel = &mut image[row * columns + column];
                *pixel = blend(*pixel, HEMATOXYLIN, OPACITY * inside);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Nucleus, Size};

    /// Claim: an ellipse covers its area, lies along its heading, and may reach over the edge.
    #[test]
    fn a_nucleus_lies_along_its_heading() {
        let drawn = |x: f64, heading: f64| {
            let mut image = vec![[255; 3]; 200 * 200];
            Nucleus { x, y: 0.5, heading, length: 0.4, width: 0.1 }.draw(&mut image, Size::new(200, 200));
            (0..image.len()).filter(|pixel| image[*pixel][0] < 180).map(|pixel| [pixel % 200, pixel / 200]).collect()
        };
        let across: Vec<[usize; 2]> = drawn(0.5, 0.0);
        let area = std::f64::consts::PI * 40.0 * 10.0;
        assert!((across.len() as f64 / area - 1.0).abs() < 0.05, "{}", across.len());
        assert!(across.iter().all(|[x, y]| (59..=141).contains(x) && (88..=112).contains(y)));
        let upward: Vec<[usize; 2]> = drawn(0.5, 0.25 * std::f64::consts::PI);
        // To the right it is higher up.
        assert!(upward.iter().all(|[x, y]| (*x as f64 - 100.0 + *y as f64 - 100.0).abs() < 18.0));
        assert!(drawn(0.0, 0.0).len() * 2 < across.len() + 30 && drawn(-3.0, 0.0).is_empty());
    }
}
