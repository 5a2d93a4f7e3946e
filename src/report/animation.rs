//! A course as a moving picture.
use super::color::PAPER_WHITE;
use super::color_picture::ColorPicture;
use super::fiber_picture::FiberPicture;
use super::palette::Palette;
use super::raster::Raster;
use super::small_text::write_text;
use super::strokes::StrokePattern;
use super::view::View;
use crate::cells::fibroblast::Phenotype;
use crate::error::{Error, Result, check};
use crate::grid::Grid;
use crate::parameters::FibroblastParameters;
use crate::tissue::Tissue;
use serde::{Deserialize, Serialize};
use std::io;

/// Colors of cells, and their radius in µm as drawn.
const RESTING: [f32; 3] = [150.0, 165.0, 120.0];
const ACTIVE: [f32; 3] = [24.0, 140.0, 66.0];
const CONTRACTILE: [f32; 3] = [250.0, 150.0, 0.0];
const MACROPHAGE: [f32; 3] = [20.0, 24.0, 28.0];
const RESTING_RADIUS: f64 = 5.0;
const ACTIVE_RADIUS: f64 = 7.5;
const CONTRACTILE_RADIUS: f64 = 9.0;
/// Smallest radius of a cell in pixels.
const SMALLEST_RADIUS: f64 = 0.8;

/// Height of the strip below the field in pixels; where its bar begins and how far from the right edge it ends.
const STRIP: usize = 34;
const BAR_LEFT: usize = 96;
const BAR_MARGIN: usize = 12;
const TEXT_COLOR: [u8; 3] = [50, 50, 50];
const BAR_COLOR: [u8; 3] = [222, 216, 214];
const DONE_COLOR: [u8; 3] = [120, 110, 110];
const SESSION_COLOR: [u8; 3] = [190, 30, 60];

/// Colors of an animation besides the one that leaves a pixel as it was.
const COLORS: usize = 63;
/// How long a frame is shown, and the last one, in ms.
const FRAME_TIME: u16 = 180;
const LAST_FRAME_TIME: u16 = 2500;
/// Widest and narrowest field in pixels, and most frames.
const WIDTHS: std::ops::RangeInclusive<f64> = 16.0..=2048.0;
const MOST_FRAMES: f64 = 1000.0;

/// A course as a moving picture in PNG format (APNG), which browsers play: the fibers ([`FiberPicture`]), the cells above
/// them, and below the day and how much of the course is over, with a mark at every session.
///
/// Resting fibroblasts are small and pale green, active ones green, contractile ones (myofibroblasts) orange, macrophages black.
/// Strokes keep their places from frame to frame. Of each frame, only the pixels that have changed are stored, with a palette of 63
/// colors: 40 frames of 480 pixels take about 2 MB. Which fibroblasts are active is judged by the default parameters.
///
/// ```
/// use dermaweave::report::Animation;
/// use dermaweave::{Grid, Length, Skin, Tissue};
/// let side = Length::micrometers(400.0);
/// let tissue = Tissue::new(Grid::new(side, side, Length::micrometers(20.0))?, &Skin::young())?;
/// let mut animation = Animation::new(120).with_sessions([0.0, 28.0]);
/// animation.push(&tissue, 0.0)?;
/// animation.push(&tissue, 56.0)?;
/// let bytes = animation.encode()?;
/// assert_eq!(bytes[37..41], *b"acTL");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Animation {
    width: usize,
    sessions: Vec<f64>,
    field: Option<AnimatedField>,
    frames: Vec<AnimationFrame>,
}

/// What all frames have in common.
struct AnimatedField {
    grid: Grid,
    style: FiberPicture,
    pattern: StrokePattern,
    view: View,
}

/// One instant of an [`Animation`], drawn; in a file beside a saved course, where that may be interrupted.
///
/// ```
/// use dermaweave::report::{Animation, AnimationFrame};
/// use dermaweave::{Grid, Length, Skin, Tissue};
/// let side = Length::micrometers(400.0);
/// let tissue = Tissue::new(Grid::new(side, side, Length::micrometers(20.0))?, &Skin::young())?;
/// let mut animation = Animation::new(60);
/// let kept = serde_json::to_string(&animation.draw(&tissue, 0.0)?)?;
/// animation.push_frame(serde_json::from_str::<AnimationFrame>(&kept)?)?;
/// assert_eq!(animation.len(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AnimationFrame {
    /// Day of the course.
    pub day: f64,
    /// The field.
    pub field: ColorPicture,
}

impl Animation {
    /// No frame yet, of fields so many pixels wide.
    #[must_use]
    pub const fn new(width: usize) -> Self {
        Self { width, sessions: Vec::new(), field: None, frames: Vec::new() }
    }

    /// Marks the days of sessions.
    #[must_use]
    pub fn with_sessions(mut self, days: impl IntoIterator<Item = f64>) -> Self {
        self.sessions = days.into_iter().collect();
        self
    }

    /// Frames so far.
    pub const fn len(&self) -> usize {
        self.frames.len()
    }

    /// Whether there is no frame yet.
    pub const fn is_empty(&self) -> bool {
        self.frames.is_empty()
    }

    /// Adds a tissue as it is on a day, such as from the observer of a course. Fails as [`Animation::draw`] and
    /// [`Animation::push_frame`] do.
    pub fn push(&mut self, tissue: &Tissue, day: f64) -> Result<()> {
        let frame = self.draw(tissue, day)?;
        self.push_frame(frame)
    }

    /// Draws a frame, to be added at once or later.
    ///
    /// A width outside 16 to 2048 pixels or a day outside 0 to 10⁶ gives [`Error::OutOfRange`](crate::Error::OutOfRange),
    /// another field than that of the first frame [`Error::OtherField`](crate::Error::OtherField).
    pub fn draw(&mut self, tissue: &Tissue, day: f64) -> Result<AnimationFrame> {
        check("day of a frame", day, "days", 0.0..=1e6)?;
        let field = match self.field.take() {
            Some(field) => field,
            None => AnimatedField::new(tissue.grid(), self.width)?,
        };
        let drawn = field.draw(tissue);
        self.field = Some(field);
        Ok(AnimationFrame { day, field: drawn? })
    }

    /// Adds a frame that was drawn before; frames follow in the order in which they are added.
    ///
    /// More than 1000 frames give [`Error::OutOfRange`](crate::Error::OutOfRange), a frame of another size than the first one
    /// [`Error::WrongLength`].
    pub fn push_frame(&mut self, frame: AnimationFrame) -> Result<()> {
        check("frames of an animation", (self.frames.len() + 1) as f64, "frames", 1.0..=MOST_FRAMES)?;
        let size = |field: &ColorPicture| [field.columns, field.rows, field.pixels.len()];
        let [columns, rows, pixels] = size(&frame.field);
        let first =
            self.frames.first().map_or([columns, rows, columns.saturating_mul(rows)], |first| size(&first.field));
        if [columns, rows, pixels] != first {
            return Err(Error::WrongLength { quantity: "pixels of a frame", length: pixels, sites: first[2] });
        }
        self.frames.push(frame);
        Ok(())
    }

    /// The bytes of the file. The same frames always give the same bytes.
    ///
    /// # Errors
    /// `InvalidInput` without a frame.
    pub fn encode(&self) -> io::Result<Vec<u8>> {
        let Some(last) = self.frames.last() else {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "an animation without a frame"));
        };
        let sheets: Vec<_> = self.frames.iter().map(|frame| self.sheet(frame, last.day)).collect();
        encode_frames(&sheets, &Palette::of(sheets.iter(), COLORS))
    }

    /// A frame with the strip below it, of a course that ends on a day.
    fn sheet(&self, frame: &AnimationFrame, end: f64) -> ColorPicture {
        let AnimationFrame { day, field } = frame;
        let (columns, rows) = (field.columns, field.rows + STRIP);
        let mut sheet = ColorPicture { columns, rows, pixels: vec![PAPER_WHITE; columns * rows] };
        sheet.paste(0, 0, field);
        write_text(&mut sheet, &format!("day {day:.0}"), (6, field.rows + 10), TEXT_COLOR);
        let length = columns.saturating_sub(BAR_LEFT + BAR_MARGIN);
        let along = |day: f64| ((day / end.max(1e-9)).clamp(0.0, 1.0) * length as f64).round() as usize;
        let top = field.rows + 14;
        sheet.fill((BAR_LEFT, top), (length, 6), BAR_COLOR);
        sheet.fill((BAR_LEFT, top), (along(*day), 6), DONE_COLOR);
        for session in self.sessions.iter().filter(|session| (0.0..=end).contains(*session)) {
            sheet.fill((BAR_LEFT + along(*session), top - 5), (2, 16), SESSION_COLOR);
        }
        sheet
    }
}

impl AnimatedField {
    fn new(grid: &Grid, width: usize) -> Result<Self> {
        check("width of an animation", width as f64, "pixels", WIDTHS)?;
        let style = FiberPicture { stroke_length: FRAME_STROKE, ..FiberPicture::of_width(grid, width) };
        Ok(Self { grid: *grid, style, pattern: style.pattern(grid), view: View::of(grid, style.pixel)? })
    }

    fn draw(&self, tissue: &Tissue) -> Result<ColorPicture> {
        if tissue.grid() != &self.grid {
            return Err(tissue.grid().refused("a frame of an animation"));
        }
        let mut raster = self.style.raster(tissue, &self.pattern)?;
        self.draw_cells(&mut raster, tissue);
        Ok(raster.into_picture())
    }

    fn draw_cells(&self, raster: &mut Raster, tissue: &Tissue) {
        let parameters = FibroblastParameters::default();
        // Those that matter most lie above the others.
        for shown in [Phenotype::Resting, Phenotype::Activated, Phenotype::Myofibroblast] {
            let (radius, color) = match shown {
                Phenotype::Resting => (RESTING_RADIUS, RESTING),
                Phenotype::Activated => (ACTIVE_RADIUS, ACTIVE),
                Phenotype::Myofibroblast => (CONTRACTILE_RADIUS, CONTRACTILE),
            };
            let cells = tissue.fibroblasts().iter().filter(|cell| cell.phenotype(&parameters) == shown);
            cells.for_each(|cell| self.dot(raster, (cell.x, cell.y), radius, color));
        }
        for cell in tissue.macrophages() {
            self.dot(raster, (cell.x, cell.y), ACTIVE_RADIUS, MACROPHAGE);
        }
    }

    fn dot(&self, raster: &mut Raster, (x, y): (f64, f64), radius: f64, color: [f32; 3]) {
        raster.dot(self.view.place(x, y), (radius / self.view.pixel).max(SMALLEST_RADIUS), color);
    }
}

/// Length of the strokes of a frame in pixels: it has fewer than a picture by itself.
const FRAME_STROKE: f64 = 26.0;

/// Encodes pictures of one size. Index 0 of the palette leaves a pixel as it was in the frame before.
fn encode_frames(sheets: &[ColorPicture], palette: &Palette) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, sheets[0].columns as u32, sheets[0].rows as u32);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_palette([&[[0; 3]], palette.colors.as_slice()].concat().into_flattened());
    encoder.set_trns(vec![0]);
    encoder.set_compression(png::Compression::High);
    // Neighbors in a palette are no neighbors in color, so differences between pixels say nothing.
    encoder.set_filter(png::Filter::NoFilter);
    encoder.set_animated(sheets.len() as u32, 0)?;
    let mut writer = encoder.write_header()?;
    let mut before: Vec<u8> = Vec::new();
    for (number, sheet) in sheets.iter().enumerate() {
        let indices: Vec<_> = sheet.pixels.iter().map(|&color| palette.index(color) + 1).collect();
        let is_last = number + 1 == sheets.len();
        writer.set_frame_delay(if is_last { LAST_FRAME_TIME } else { FRAME_TIME }, 1000)?;
        writer.set_blend_op(if before.is_empty() { png::BlendOp::Source } else { png::BlendOp::Over })?;
        let was = before.iter().map(Some).chain(std::iter::repeat(None));
        let changed = indices.iter().zip(was).map(|(index, was)| if Some(index) == was { 0 } else { *index });
        writer.write_image_data(&changed.collect::<Vec<_>>())?;
        before = indices;
    }
    writer.finish()?;
    Ok(bytes)
}
