//! The relief of the skin as it looks under light from the side, and its profile.
use super::color_picture::ColorPicture;
use super::raster::{Raster, mixed};
use super::smoothed::smoothed_lesion;
use super::view::{View, draw_outline};
use crate::engine;
use crate::error::{Result, check};
use crate::grid::{Field, Unrolled};
use crate::measure::{Recovery, Surface};
use crate::parameters::{RecoveryParameters, SurfaceParameters};
use crate::reading::checked_on_reading;
use crate::signals::Signal;
use crate::tissue::Tissue;
use crate::units::Length;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Level skin of light complexion, skin in shade, where light has passed through tissue and is red, the brightest skin, and
/// skin that is fully red.
const LEVEL: [f32; 3] = [240.0, 204.0, 180.0];
const SHADE: [f32; 3] = [118.0, 68.0, 54.0];
const BRIGHTEST: [f32; 3] = [255.0, 240.0, 228.0];
const RED: [f32; 3] = [206.0, 96.0, 88.0];
/// Share of its color that fully red skin takes from redness.
const REDNESS: f64 = 0.7;

/// How the skin is lit: evenly matt (Lambert) skin, brightness ∝ n·l with n the normal of the exaggerated surface and l the
/// direction to the light, 1 on level skin. There are no cast shadows and no pores: only the relief of the model is shown.
///
/// It prints as the sentence that belongs below a picture.
///
/// ```
/// use dermaweave::measure::Surface;
/// use dermaweave::parameters::SurfaceParameters;
/// use dermaweave::report::SkinPicture;
/// use dermaweave::{AtrophicScar, Grid, Length, Skin, Tissue};
/// let side = Length::millimeters(3.0);
/// let grid = Grid::new(side, side, Length::micrometers(40.0))?;
/// let scar = Tissue::new(grid, &Skin::young())?.with_lesion(&AtrophicScar::boxcar())?;
/// let surface = Surface::of(&scar, &SurfaceParameters::default())?;
/// let picture = SkinPicture { pixel: Length::micrometers(10.0), ..SkinPicture::default() };
/// assert_eq!(picture.draw(&surface, None)?.columns, 300);
/// assert_eq!(picture.to_string(), "light from 135° (0° right, 90° up), 45° above the skin; heights as they are");
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "SkinPictureFields")]
pub struct SkinPicture {
    /// Side of a pixel (4 µm: 4 mm are 1000 pixels).
    pub pixel: Length,
    /// Direction from which light comes, in degrees counterclockwise from x (135: from the upper left).
    pub light_from_degrees: f64,
    /// Height of the light above level skin in degrees (45).
    pub light_height_degrees: f64,
    /// Factor by which heights are exaggerated (1).
    pub exaggeration: f64,
}

checked_on_reading! {
    #[serde(deny_unknown_fields)]
    SkinPicture by validate, read as "SkinPicture" in SkinPictureFields or default {
        pixel: Length,
        light_from_degrees: f64,
        light_height_degrees: f64,
        exaggeration: f64,
    }
}

impl Default for SkinPicture {
    fn default() -> Self {
        let pixel = Length::micrometers(4.0);
        Self { pixel, light_from_degrees: 135.0, light_height_degrees: 45.0, exaggeration: 1.0 }
    }
}

impl fmt::Display for SkinPicture {
    fn fmt(&self, text: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { light_from_degrees, light_height_degrees, exaggeration, .. } = self;
        write!(
            text,
            "light from {light_from_degrees}° (0° right, 90° up), {light_height_degrees}° above the skin; heights "
        )?;
        if *exaggeration == 1.0 {
            write!(text, "as they are")
        } else {
            write!(text, "exaggerated {exaggeration} times")
        }
    }
}

impl SkinPicture {
    /// Checks every value. The first one out of range gives [`Error::OutOfRange`](crate::Error::OutOfRange).
    pub fn validate(&self) -> Result<()> {
        check("pixel of a picture of skin", self.pixel.in_micrometers(), "µm", 0.1..=200.0)?;
        check("direction of light", self.light_from_degrees, "degrees", -360.0..=360.0)?;
        check("height of light", self.light_height_degrees, "degrees", 5.0..=90.0)?;
        check("exaggeration of heights", self.exaggeration, "(factor)", 0.0..=100.0)?;
        Ok(())
    }

    /// Draws a surface, y upward, with a tint where skin is red ([`redness_field`]).
    ///
    /// A value out of range, or a field of less than one or more than 8192 pixels along a side, gives
    /// [`Error::OutOfRange`](crate::Error::OutOfRange).
    pub fn draw(&self, surface: &Surface, redness: Option<&Field>) -> Result<ColorPicture> {
        Ok(self.raster(surface, redness)?.1.into_picture())
    }

    /// [`SkinPicture::draw`] of the surface of a tissue, with its redness and a thin outline of its lesion.
    /// Fails as it does.
    pub fn draw_tissue(
        &self,
        tissue: &Tissue,
        surface: &SurfaceParameters,
        recovery: &RecoveryParameters,
    ) -> Result<ColorPicture> {
        let redness = redness_field(tissue, surface, recovery);
        let (view, mut raster) = self.raster(&Surface::of(tissue, surface)?, Some(&redness))?;
        if let Some(lesion) = smoothed_lesion(tissue) {
            draw_outline(&mut raster, &view, &lesion, OUTLINE_STRENGTH);
        }
        Ok(raster.into_picture())
    }

    fn raster(&self, surface: &Surface, redness: Option<&Field>) -> Result<(View, Raster)> {
        self.validate()?;
        let view = View::of(&surface.grid, self.pixel)?;
        let slopes = Slopes::of(&surface.height);
        let (sine, cosine) = self.light_height_degrees.to_radians().sin_cos();
        let (up, right) = self.light_from_degrees.to_radians().sin_cos();
        let light = [cosine * right, cosine * up, sine];
        let colors = view.colors(|x, y| {
            let slope = [&slopes.along_x, &slopes.along_y].map(|slope| self.exaggeration * slope.sample(x, y).0);
            let red = redness.map_or(0.0, |redness| redness.sample(x, y).0.clamp(0.0, 1.0));
            lit(mixed(LEVEL, RED, REDNESS * red), brightness(slope, light))
        });
        Ok((view, Raster { columns: view.columns, rows: view.rows, colors }))
    }
}

/// How dark the outline of a lesion is on skin, 0 to 1.
const OUTLINE_STRENGTH: f64 = 0.35;

/// Lambert's brightness of a slope, 1 on level skin: (l·n)/l_z with n = (−hₓ, −h_y, 1)/|…|.
fn brightness([x, y]: [f64; 2], light: [f64; 3]) -> f64 {
    let toward = light[2] - light[0] * x - light[1] * y;
    (toward / (1.0 + x * x + y * y).sqrt()).max(0.0) / light[2]
}

/// A color of level skin under a brightness, 1 = level: from shade towards the brightest skin as 1 − e^{−k b}, so that neither
/// end is reached at once and no slope looks like another.
fn lit(level: [f32; 3], brightness: f64) -> [f32; 3] {
    std::array::from_fn(|part| {
        let range = BRIGHTEST[part] - SHADE[part];
        let left = 1.0 - (level[part] - SHADE[part]) / range;
        BRIGHTEST[part] - range * left.powf(brightness as f32)
    })
}

/// Slopes of a height, at the sites: those between sites are then continuous, which those of bilinear heights are not.
struct Slopes {
    along_x: Field,
    along_y: Field,
}

impl Slopes {
    fn of(height: &Field) -> Self {
        let grid = *height.grid();
        let step = 0.5 * grid.spacing();
        let slope = |dx: f64, dy: f64| {
            // Half a spacing to each side lies between two centers: the mean of two differences.
            Field::from_fn(grid, |x, y| {
                (height.sample(x + dx * step, y + dy * step).0 - height.sample(x - dx * step, y - dy * step).0)
                    / (2.0 * step)
            })
        };
        Self { along_x: slope(1.0, 0.0), along_y: slope(0.0, 1.0) }
    }
}

/// Redness of every site of the signals of a tissue, 0 none to 1 full ([`Recovery::redness`]).
pub fn redness_field(tissue: &Tissue, surface: &SurfaceParameters, recovery: &RecoveryParameters) -> Field {
    let (channels, inflammation) = (tissue.microchannels(), &tissue.signals()[Signal::Inflammation]);
    let mut redness = inflammation.clone();
    engine::for_each(redness.values_mut(), |site, value| {
        let dilation = Recovery::dilation(inflammation.values()[site], channels.adaptation().values()[site]);
        let flare = channels.flare().values()[site];
        *value = Recovery::new(dilation, flare, 1.0, 0.0, recovery, surface).redness;
    });
    redness
}

/// Heights along a line through the middle of a lesion, from left to right.
///
/// ```
/// use dermaweave::measure::Surface;
/// use dermaweave::parameters::SurfaceParameters;
/// use dermaweave::report::ReliefProfile;
/// use dermaweave::{AtrophicScar, Grid, Length, Skin, Tissue};
/// let side = Length::millimeters(3.0);
/// let grid = Grid::new(side, side, Length::micrometers(40.0))?;
/// let scar = Tissue::new(grid, &Skin::young())?.with_lesion(&AtrophicScar::boxcar())?;
/// let profile = ReliefProfile::through_lesion(&scar, &Surface::of(&scar, &SurfaceParameters::default())?);
/// let deepest = profile.height_um.iter().copied().fold(0.0, f64::min);
/// assert!(deepest < -400.0 && profile.height_um[0] > -50.0);
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReliefProfile {
    /// Distance from the left edge of the field in mm.
    pub distance_mm: Vec<f64>,
    /// Height of the surface there in µm above that of untouched skin.
    pub height_um: Vec<f64>,
}

impl ReliefProfile {
    /// The profile along x, at every column of sites of a surface, through the middle of the lesion of a tissue; through the
    /// middle of the field without a lesion.
    #[must_use]
    pub fn through_lesion(tissue: &Tissue, surface: &Surface) -> Self {
        let grid = tissue.grid();
        let sites: Vec<_> = (0..grid.sites()).filter(|&site| tissue.lesion()[site]).collect();
        let y = if sites.is_empty() { 0.5 * grid.height() } else { Unrolled::around(&sites, grid).middle(&sites).1 };
        let places: Vec<_> = (0..surface.grid.columns()).map(|column| surface.grid.center_of(column).0).collect();
        Self {
            height_um: places.iter().map(|&x| surface.height.sample(x, y).0).collect(),
            distance_mm: places.into_iter().map(|x| x * 1e-3).collect(),
        }
    }
}
