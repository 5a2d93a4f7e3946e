//! The fibers of a whole scar and the skin around it, drawn.
use super::color_picture::ColorPicture;
use super::raster::{Line, Raster, mixed};
use super::smoothed::{SmoothedFibers, smoothed_lesion};
use super::strokes::{DENSEST, Stroke, StrokePattern};
use super::view::{View, draw_outline};
use crate::error::{Result, check};
use crate::grid::Grid;
use crate::reading::checked_on_reading;
use crate::tissue::Tissue;
use crate::units::Length;
use serde::{Deserialize, Serialize};

/// Colors of fibers that run left and right of the line of tension, of equal lightness in both usual
/// weights of red, green and blue (ITU-R BT.601 and 709), so that the two families of a weave differ and gray pictures of them
/// do not.
const LEFT_OF_LINE: [f32; 3] = [170.0, 39.0, 30.0];
const RIGHT_OF_LINE: [f32; 3] = [105.0, 43.0, 181.0];
/// Ground without collagen and with the amount of healthy young dermis.
const EMPTY: [f32; 3] = [255.0, 253.0, 250.0];
const HEALTHY: [f32; 3] = [247.0, 222.0, 222.0];
/// Amount beyond which the ground becomes no darker.
const FULL_AMOUNT: f64 = 1.2;
/// Ground that shows on each side of a stroke where it lies above others, in pixels, and how well it hides them.
const GAP: f64 = 1.2;
const GAP_OPACITY: f64 = 0.75;
/// How the fibers of a field are drawn: as thin straight strokes over a pale ground that is the deeper the more collagen there is.
///
/// There are as many strokes per area as there is collagen. Their directions are evenly spread quantiles of the
/// maximum-entropy density ([`OrientationDistribution`](crate::measure::OrientationDistribution)) of the second and fourth
/// moments around them, so crossing families cross; ink turns from red to violet with the side of the line of tension to
/// which a stroke is turned. Places and quantiles are keyed by the seed alone: pictures of one field at two times have the same
/// strokes, turned as the fibers have turned. The outline of a lesion is a thin line.
///
/// What a structure tensor measures on the strokes is what the moments say: |⟨e^{2iθ}⟩| to 0.06 over regions of 0.8 mm or more,
/// and the axis to 1° over 1.2 mm where that is above 0.2 (`tests/fiber_picture.rs`). Regions across the edge of a scar are
/// measured less exactly: strokes cross it.
///
/// ```
/// use dermaweave::report::FiberPicture;
/// use dermaweave::{AtrophicScar, Grid, Length, Skin, Tissue};
/// let side = Length::millimeters(3.0);
/// let grid = Grid::new(side, side, Length::micrometers(40.0))?;
/// let scar = Tissue::new(grid, &Skin::young())?.with_lesion(&AtrophicScar::boxcar())?;
/// let picture = FiberPicture { pixel: Length::micrometers(10.0), ..FiberPicture::default() }.draw(&scar)?;
/// assert_eq!((picture.columns, picture.rows), (300, 300));
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "FiberPictureFields")]
pub struct FiberPicture {
    /// Side of a pixel (4 µm: 4 mm are 1000 pixels).
    pub pixel: Length,
    /// Width of a stroke in pixels (1.4).
    pub stroke_width: f64,
    /// Length of a stroke in pixels (40).
    pub stroke_length: f64,
    /// Area of all strokes over that of the picture, at the amount of healthy young dermis (0.36).
    pub cover: f64,
    /// Standard deviation of the Gaussian weight with which fibers are averaged around a stroke (29 µm, as wide as a window of
    /// 100 µm).
    pub smoothing: Length,
    /// Whether the outline of a lesion is drawn (true); not where directions are measured on the picture.
    pub outline: bool,
    /// Seed of the places of the strokes (1).
    pub seed: u64,
}

checked_on_reading! {
    #[serde(deny_unknown_fields)]
    FiberPicture by validate, read as "FiberPicture" in FiberPictureFields or default {
        pixel: Length,
        stroke_width: f64,
        stroke_length: f64,
        cover: f64,
        smoothing: Length,
        outline: bool,
        seed: u64,
    }
}

impl Default for FiberPicture {
    fn default() -> Self {
        Self {
            pixel: Length::micrometers(4.0),
            stroke_width: 1.4,
            stroke_length: 40.0,
            cover: 0.36,
            smoothing: Length::micrometers(29.0),
            outline: true,
            seed: 1,
        }
    }
}

impl FiberPicture {
    /// The usual picture of a field, with so many pixels along x.
    #[must_use]
    pub fn of_width(grid: &Grid, pixels: usize) -> Self {
        Self { pixel: Length::micrometers(grid.width() / pixels as f64), ..Self::default() }
    }

    /// Checks every value. The first one out of range gives [`Error::OutOfRange`](crate::Error::OutOfRange).
    pub fn validate(&self) -> Result<()> {
        check("pixel of a picture of fibers", self.pixel.in_micrometers(), "µm", 0.1..=200.0)?;
        check("width of a stroke", self.stroke_width, "pixels", 0.2..=20.0)?;
        check("length of a stroke", self.stroke_length, "pixels", 2.0..=2000.0)?;
        check("cover of strokes", self.cover, "(share of the picture)", 0.01..=2.0)?;
        check("smoothing of drawn fibers", self.smoothing.in_micrometers(), "µm", 0.0..=1000.0)?;
        Ok(())
    }

    /// Draws a tissue, y upward. The same tissue gives the same picture on any number of threads.
    ///
    /// A value out of range, or a field of less than one or more than 8192 pixels along a side, gives
    /// [`Error::OutOfRange`](crate::Error::OutOfRange).
    pub fn draw(&self, tissue: &Tissue) -> Result<ColorPicture> {
        self.validate()?;
        Ok(self.raster(tissue, &self.pattern(tissue.grid()))?.into_picture())
    }

    /// The picture before it is rounded, for what is drawn above it.
    pub(super) fn raster(&self, tissue: &Tissue, pattern: &StrokePattern) -> Result<Raster> {
        let fibers = SmoothedFibers::of(tissue.matrix(), self.smoothing.in_micrometers());
        let view = View::of(tissue.grid(), self.pixel)?;
        let ground = view.colors(|x, y| ground(fibers.density().sample(x, y).0));
        let mut raster = Raster { columns: view.columns, rows: view.rows, colors: ground.clone() };
        for stroke in pattern.strokes(&fibers) {
            self.draw_stroke(&mut raster, &stroke, (&view, &ground, tissue));
        }
        if let Some(lesion) = smoothed_lesion(tissue).filter(|_| self.outline) {
            draw_outline(&mut raster, &view, &lesion, 1.0);
        }
        Ok(raster)
    }

    /// Where strokes lie: as many as cover what is to be covered.
    pub(super) fn pattern(&self, grid: &Grid) -> StrokePattern {
        let pixel = self.pixel.in_micrometers();
        let cell = (self.stroke_width * self.stroke_length / (self.cover * DENSEST)).sqrt() * pixel;
        let hidden_width = (self.stroke_width + 2.0 * GAP + 1.0) * pixel;
        StrokePattern::new(grid, cell, 0.5 * self.stroke_length * pixel, hidden_width, self.seed)
    }

    fn draw_stroke(&self, raster: &mut Raster, stroke: &Stroke, (view, ground, tissue): (&View, &[[f32; 3]], &Tissue)) {
        let (sine, cosine) = stroke.direction.sin_cos();
        let (length, width) = (self.stroke_length, self.stroke_width);
        // y points down in the picture.
        let line = Line { middle: view.place(stroke.x, stroke.y), direction: [cosine, -sine], length, width };
        let gap = Line { width: width + 2.0 * GAP, ..line };
        raster.line(&gap, stroke.presence * GAP_OPACITY, |pixel| ground[pixel]);
        let (x, y, _, _) = tissue.grid().bring_back(stroke.x, stroke.y);
        let from_line = stroke.direction - tissue.healthy_weave_at(x, y).mean_angle();
        let ink = mixed(RIGHT_OF_LINE, LEFT_OF_LINE, 0.5 + 0.5 * (2.0 * from_line).sin());
        // The contrast to the ground is the same everywhere, so that a stroke weighs the same on any ground.
        let contrast: [f32; 3] = std::array::from_fn(|part| ink[part] - HEALTHY[part]);
        raster.line(&line, stroke.presence, |pixel| std::array::from_fn(|part| ground[pixel][part] + contrast[part]));
    }
}

/// Color of the ground under an amount of collagen.
fn ground(amount: f64) -> [f32; 3] {
    mixed(EMPTY, HEALTHY, amount.clamp(0.0, FULL_AMOUNT))
}
