//! Tissue made from a picture.
use super::directions::Directions;
use super::file::{COARSEST_PIXEL, FINEST_PIXEL};
use super::level::{LesionArea, Level};
use super::sites::{PixelSums, PixelsOfSites, over_windows};
use crate::error::{Error, Result, StartFault, check};
use crate::grid::{Grid, Slab};
use crate::matrix::FiberMoments;
use crate::measure::Picture;
use crate::tissue::{MOST_COLLAGEN, Skin, Tissue};
use crate::units::Length;

/// Scale of the gradients, if none is given: µm, and pixels at least.
const SCALE_UM: f64 = 1.5;
const SCALE_PIXELS: f64 = 1.5;
/// Pixels along the side of the smallest window.
const FEWEST_PIXELS: f64 = 4.0;
/// Longest side of a picture in µm.
const LONGEST_SIDE: f64 = 1e6;
/// Least difference between the brightness of healthy skin and none: two steps of 8 bits.
const LEAST_CONTRAST: f64 = 0.008;

/// Makes a [`Tissue`] from a picture of its collagen: second harmonic, picrosirius red, or a photograph of a section.
///
/// # Directions
///
/// With the gradient g = g_x + i g_y of the brightness at a scale s (derivatives of a Gaussian of standard deviation s), averaged
/// around each pixel with a Gaussian of standard deviation r, q = −⟨g²⟩. Fibers lie across gradients, so the local direction is
/// e^{2iθ} = q/|q|, and it weighs as |q|, the energy of gradients that favors it. Over the pixels of a window
///
/// z₂ = ⟨e^{2iθ}⟩ = Σ q / Σ |q|, z₄ = ⟨e^{4iθ}⟩ = Σ q²/|q| / Σ |q|.
///
/// q is the traceless part of the structure tensor ⟨∇I ∇Iᵀ⟩, |q| = λ₁ − λ₂ the product of its energy λ₁ + λ₂ and its coherency
/// (Bigün & Granlund 1987, Proc 1st Int Conf Comput Vis 433; for collagen Püspöki 2016, doi:10.1007/978-3-319-28549-8_3). With r = 0
/// the length of z₂ is the coherency of the plain structure tensor of the window. z₄ tells crossing families from a tangle.
/// Both are means over directions, so some fibers can always have them. A window without any structure has no direction.
///
/// # Amounts
///
/// The mean brightness b of a window gives the amount A = A_h (b − b₀)/(b_h − b₀), cut to 0 to 1.1, with b₀ where there is no collagen,
/// b_h in healthy skin, and A_h the amount of the healthy [`Skin`]. Elastin and cells are those of that skin everywhere:
/// a picture of collagen does not show them. Each site is as thick as its amount is at healthy packing.
///
/// # What is measured, and its limits
///
/// - Directions of edges in the plane of the picture: crimp finer than a window widens them, as do ends and crossings of
///   fibers, and fibers that rise out of the plane are seen shortened. Bright fibers with sharp edges weigh more than pale ones.
/// - In pictures drawn of straight fibers, 3 to 50 % covered, z₂ came out at 1.00 to 1.09 times what was drawn (0.90 to 0.96 times
///   with r = 0) and its axis within 1° where |z₂| > 0.2. r much above s makes fibers that cross look parallel.
/// - Noise has gradients in all directions. White noise of standard deviation n per pixel adds the energy n²/(4π s⁴) per pixel (s in
///   pixels): with r = 0 it lowers z₂ by the share that this has of all energy, and less with the usual r. A larger s helps
///   up to half the width of fibers and of the gaps between them; beyond, neighbors merge.
/// - Few fibers in a window look parallel: compare resultant lengths of windows of one size only ([`PictureStart::window`]).
/// - Brightness is not amount: the second harmonic depends on polarization and on the direction and order of fibrils, stains on
///   thickness and time. Levels make it relative to healthy skin of the same picture at best.
///
/// The field is as large as the picture, less what is left over from whole sites, half of that on either side; x runs to the
/// right and y upward. The axis of the tension is that of the [`Skin`]: a picture does not show it.
///
/// ```
/// use dermaweave::measure::Picture;
/// use dermaweave::picture::{Level, PictureStart};
/// use dermaweave::{Length, Skin};
/// // Stripes along 30° with a period of 12 µm, 0.5 µm per pixel.
/// let (sine, cosine) = 30_f64.to_radians().sin_cos();
/// let across = |pixel: usize| 0.5 * ((pixel / 200) as f64 * cosine - (pixel % 200) as f64 * sine);
/// let brightness = (0..40_000).map(|pixel| 0.4 + 0.3 * (across(pixel) * std::f64::consts::TAU / 12.0).sin()).collect();
/// let picture = Picture { columns: 200, rows: 200, pixel_um: 0.5, brightness };
/// let start = PictureStart::new(picture).skin(&Skin::aged(35.0)).spacing(Length::micrometers(20.0));
/// let fibers = start.healthy(Level::Brightness(0.5)).build()?.matrix().site(12).collagen();
/// assert!((fibers.mean_angle().to_degrees() - 30.0).abs() < 0.1 && fibers.resultant_length() > 0.99);
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub struct PictureStart {
    picture: Picture,
    skin: Skin,
    spacing: Length,
    window: Option<Length>,
    gradient_scale: Option<Length>,
    direction_scale: Option<Length>,
    empty: Level,
    healthy: Level,
    lesion: LesionArea,
    slab: Slab,
}

impl PictureStart {
    /// Of a picture with rows upward, such as [`read_picture`](super::read_picture) gives: young skin on sites of 20 µm, each
    /// with directions of its own, no lesion, black without collagen, and as healthy the site of median brightness.
    pub fn new(picture: Picture) -> Self {
        Self {
            picture,
            skin: Skin::young(),
            spacing: Length::micrometers(20.0),
            window: None,
            gradient_scale: None,
            direction_scale: None,
            empty: Level::Brightness(0.0),
            healthy: Level::OfHealthySites(50.0),
            lesion: LesionArea::None,
            slab: Slab::default(),
        }
    }

    /// The skin that the picture shows where it is healthy.
    pub fn skin(mut self, skin: &Skin) -> Self {
        self.skin = skin.clone();
        self
    }

    /// Side of the sites (2 to 40 µm, and a pixel at least).
    pub const fn spacing(mut self, spacing: Length) -> Self {
        self.spacing = spacing;
        self
    }

    /// Side of the square window around each site over which its directions and brightness are measured: one site if not given,
    /// else an odd number of sites, the nearest to this. At least a site and 4 pixels, at most the shorter side of the field; at the
    /// edge of the field it ends there.
    pub const fn window(mut self, window: Length) -> Self {
        self.window = Some(window);
        self
    }

    /// Scale of the gradients, the standard deviation of the Gaussian: a pixel at least and a window at most. If not given, 1.5 µm, or 1.5 pixels where that is more.
    pub const fn gradient_scale(mut self, scale: Length) -> Self {
        self.gradient_scale = Some(scale);
        self
    }

    /// Scale over which gradients are averaged to a local direction, the standard deviation of the Gaussian: 0 to a window. That of
    /// the gradients if not given.
    pub const fn direction_scale(mut self, scale: Length) -> Self {
        self.direction_scale = Some(scale);
        self
    }

    /// What brightness means no collagen. Brighter than [`healthy`](Self::healthy) in stains that darken.
    pub const fn empty(mut self, level: Level) -> Self {
        self.empty = level;
        self
    }

    /// What brightness means as much collagen as the healthy skin has.
    pub const fn healthy(mut self, level: Level) -> Self {
        self.healthy = level;
        self
    }

    /// Which sites are the lesion.
    pub fn lesion(mut self, lesion: LesionArea) -> Self {
        self.lesion = lesion;
        self
    }

    /// The layer of skin that the picture shows.
    pub const fn slab(mut self, slab: Slab) -> Self {
        self.slab = slab;
        self
    }

    /// Measures the picture and makes the tissue.
    ///
    /// A number out of range, a brightness that is none, or a picture below 4 × 4 sites gives [`Error::OutOfRange`]; a picture without
    /// one number per pixel [`Error::WrongLength`]; a lesion without a site [`Error::Empty`]; a lesion picture of another size,
    /// levels without contrast, and a lesion that leaves no site for a level, a [`StartFault`].
    pub fn build(&self) -> Result<Tissue> {
        check_picture(&self.picture)?;
        let grid = self.grid()?;
        let reach = self.window_reach(&grid)?;
        let directions = self.directions((2 * reach + 1) as f64 * grid.spacing())?;
        let pixels = PixelsOfSites::of(&self.picture, grid);
        let sums = pixels.sums(&self.picture, &directions);
        let windows = over_windows(&sums, &grid, reach);
        let lesion = self.lesion_sites(&pixels, &grid, &windows)?;
        let fibers = self.fibers(&windows, &lesion)?;
        let mut tissue = Tissue::from_moments(grid, &self.skin, &fibers)?;
        tissue.lesion = lesion;
        Ok(tissue)
    }

    /// As many whole sites as there is room for.
    fn grid(&self) -> Result<Grid> {
        let Picture { columns, rows, pixel_um, .. } = self.picture;
        let spacing = self.spacing.in_micrometers();
        check("grid spacing of a picture", spacing, "µm", pixel_um.max(2.0)..=40.0)?;
        let side = |quantity, pixels: usize| -> Result<Length> {
            let extent = check(quantity, pixels as f64 * pixel_um, "µm", 4.0 * spacing..=LONGEST_SIDE)?;
            // Sides of pixels are rounded in files.
            Ok(Length::micrometers((extent / spacing + 1e-6).floor() * spacing))
        };
        let (width, height) = (side("width of the picture", columns)?, side("height of the picture", rows)?);
        Grid::new(width, height, self.spacing)?.with_slab(self.slab)
    }

    /// Sites of a window on either side of the one in its middle.
    fn window_reach(&self, grid: &Grid) -> Result<usize> {
        let window = self.window.unwrap_or(self.spacing).in_micrometers();
        let least = grid.spacing().max(FEWEST_PIXELS * self.picture.pixel_um);
        check("window of the picture", window, "µm", least..=grid.width().min(grid.height()))?;
        Ok((0.5 * (window / grid.spacing() - 1.0)).round() as usize)
    }

    fn directions(&self, window: f64) -> Result<Directions> {
        let pixel = self.picture.pixel_um;
        let usual = Length::micrometers(SCALE_UM.max(SCALE_PIXELS * pixel));
        let of_gradients = self.gradient_scale.unwrap_or(usual).in_micrometers();
        check("scale of the gradients", of_gradients, "µm", pixel..=window)?;
        let of_directions = self.direction_scale.map_or(of_gradients, Length::in_micrometers);
        check("scale of local directions", of_directions, "µm", 0.0..=window)?;
        Ok(Directions::of(&self.picture, of_gradients / pixel, of_directions / pixel))
    }

    fn lesion_sites(&self, pixels: &PixelsOfSites, grid: &Grid, windows: &[PixelSums]) -> Result<Vec<bool>> {
        let by = |is_lesion: &dyn Fn(f64) -> bool| {
            windows.iter().map(|window| is_lesion(window.mean_brightness())).collect::<Vec<_>>()
        };
        let level = |value| check("brightness that bounds the lesion", value, "(1 = full scale)", 0.0..=1.0);
        let lesion = match &self.lesion {
            LesionArea::None => return Ok(vec![false; grid.sites()]),
            LesionArea::Below(value) => level(*value).map(|value| by(&|brightness| brightness < value))?,
            LesionArea::Above(value) => level(*value).map(|value| by(&|brightness| brightness > value))?,
            LesionArea::Bright(picture) => {
                check_picture(picture)?;
                check_same_size(picture, &self.picture)?;
                pixels.brightness(picture).iter().map(|brightness| *brightness > 0.5).collect()
            }
        };
        let (width, height) = (grid.width(), grid.height());
        let empty = Error::Empty { quantity: "the lesion of the picture", width, height };
        lesion.contains(&true).then_some(lesion).ok_or(empty)
    }

    /// The fibers of every site.
    fn fibers(&self, windows: &[PixelSums], lesion: &[bool]) -> Result<Vec<FiberMoments>> {
        self.skin.validate()?;
        let outside = windows.iter().zip(lesion).filter(|(_, is_lesion)| !**is_lesion);
        let outside: Vec<f64> = outside.map(|(window, _)| window.mean_brightness()).collect();
        let level = |level: Level| {
            level.validate()?;
            level.in_picture(&self.picture, &outside).ok_or(Error::from(StartFault::NothingHealthy))
        };
        let (empty, healthy) = (level(self.empty)?, level(self.healthy)?);
        if (healthy - empty).abs() < LEAST_CONTRAST {
            return Err(StartFault::NoContrast { healthy, empty, least: LEAST_CONTRAST }.into());
        }
        let amount = |brightness: f64| self.skin.collagen_density * (brightness - empty) / (healthy - empty);
        let fibers = |window: &PixelSums| window.fibers(amount(window.mean_brightness()).clamp(0.0, MOST_COLLAGEN));
        Ok(windows.iter().map(fibers).collect())
    }
}

/// A picture that may be made by hand.
fn check_picture(picture: &Picture) -> Result<()> {
    let Picture { columns, rows, pixel_um, brightness } = picture;
    check("side of a pixel", *pixel_um, "µm", FINEST_PIXEL..=COARSEST_PIXEL)?;
    let pixels = columns.saturating_mul(*rows);
    if brightness.len() != pixels {
        let (quantity, length) = ("the brightness of the pixels", brightness.len());
        return Err(Error::WrongLength { quantity, length, sites: pixels });
    }
    // Pictures of one's own may be brighter than 1.
    let finite = |value: &f64| check("brightness of a pixel", *value, "(1 = full scale)", 0.0..=1e6).map(drop);
    brightness.iter().try_for_each(finite)
}

fn check_same_size(lesion: &Picture, skin: &Picture) -> Result<()> {
    if (lesion.columns, lesion.rows) == (skin.columns, skin.rows) {
        return Ok(());
    }
    let (skin_columns, skin_rows) = (skin.columns, skin.rows);
    Err(StartFault::OtherSize { columns: lesion.columns, rows: lesion.rows, skin_columns, skin_rows }.into())
}
