//! Lesions as shapes with soft edges, placed anywhere.
use super::outline::{PlacedOutline, check_endless};
use crate::error::{Error, Result, check};
use crate::grid::{Boundary, Grid};
use crate::matrix::{FiberMoments, Matrix, Site};
use crate::units::Length;
use serde::{Deserialize, Serialize};

/// The outline of a lesion, seen from above. In a periodic field what leaves on one side enters on the other;
/// where a lesion meets itself, it counts once.
///
/// ```
/// use dermaweave::tissue::{Lesion, Outline};
/// use dermaweave::{AtrophicScar, Length};
/// let oval = Outline::Ellipse { length: Length::millimeters(3.0), width: Length::millimeters(1.5), direction: 0.5 };
/// let scar = Lesion { outline: oval, ..Lesion::from(&AtrophicScar::boxcar()) };
/// assert_eq!(scar.thickness, 0.5);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Outline {
    /// An ellipse.
    Ellipse {
        /// Longer or shorter axis along `direction`.
        length: Length,
        /// Axis across it.
        width: Length,
        /// Direction in radians from x.
        direction: f64,
    },
    /// A straight furrow.
    Furrow {
        /// Length along `direction`; across the whole field if not given. In a periodic field such a furrow has to
        /// meet itself, to half a site: it runs along a side or a diagonal of the field.
        length: Option<Length>,
        /// Width.
        width: Length,
        /// Direction in radians from x.
        direction: f64,
    },
}

/// What has become of the fibers of a lesion.
///
/// ```
/// use dermaweave::tissue::LesionFibers;
/// assert_ne!(LesionFibers::Fragmented(0.5), LesionFibers::Parallel { axis: 0.0, resultant_length: 0.7 });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum LesionFibers {
    /// One family of parallel fibers, as in scars.
    Parallel {
        /// Its axis in radians.
        axis: f64,
        /// Its resultant length R.
        resultant_length: f64,
    },
    /// The skin's own fibers, of which this share (0 to 1) has lost its direction, as under wrinkles.
    Fragmented(f64),
}

impl LesionFibers {
    /// The fibers that take the place of the skin's own, of any amount; those without direction have R = 0.
    fn family(self) -> impl Fn(f64) -> FiberMoments {
        let (axis, resultant_length) = match self {
            Self::Parallel { axis, resultant_length } => (axis, resultant_length),
            Self::Fragmented(_) => (0.0, 0.0),
        };
        FiberMoments::families(axis, resultant_length)
    }
}

/// Any lesion. [`AtrophicScar`](super::AtrophicScar) and [`Wrinkle`](super::Wrinkle) are made into one.
///
/// ```
/// use dermaweave::tissue::Lesion;
/// use dermaweave::{AtrophicScar, Grid, Length, Skin, Tissue, Wrinkle};
/// let side = Length::millimeters(6.0);
/// let grid = Grid::new(side, side, Length::micrometers(20.0))?;
/// let corner = (Length::millimeters(1.5), Length::millimeters(1.5));
/// let pit = Lesion { center: Some(corner), ..Lesion::from(&AtrophicScar::ice_pick()) };
/// let tissue = Tissue::new(grid, &Skin::aged(55.0))?.with_lesion(pit)?.with_lesion(&Wrinkle::crows_foot())?;
/// assert!(tissue.lesion()[grid.site_at(1500.0, 1500.0)] && tissue.lesion()[grid.site_at(3000.0, 3000.0)]);
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lesion {
    /// Center (x, y); the middle of the field if not given.
    pub center: Option<(Length, Length)>,
    /// Outline at half depth.
    pub outline: Outline,
    /// Width over which the edge passes into the skin around.
    pub edge: Length,
    /// Thickness, relative to that of the skin around. Its collagen is thinned by the same share, so that its packing is that of
    /// the skin.
    pub thickness: f64,
    /// What the fibers are like.
    pub fibers: LesionFibers,
    /// Share of the skin's elastin that is left.
    pub elastin_left: f64,
}

/// Longest furrow of a periodic field, in sides of it.
const MOST_PASSES: f64 = 10.0;

impl Lesion {
    /// Mixes the lesion into the matrix and marks its sites.
    pub(super) fn place(&self, matrix: &mut Matrix, lesion: &mut [bool]) -> Result<()> {
        let grid = *matrix.grid();
        self.validate(&grid)?;
        let (family, outline) = (self.fibers.family(), PlacedOutline::new(self, &grid));
        for (site, matrix) in matrix.sites_mut().iter_mut().enumerate() {
            let (x, y) = grid.center_of(site);
            let share = outline.share_at(x, y);
            if share > 0.0 {
                self.mix_into(matrix, share, &family);
                lesion[site] |= share >= 0.5;
            }
        }
        if lesion.contains(&true) {
            return Ok(());
        }
        Err(Error::Empty { quantity: "the lesion", width: grid.width(), height: grid.height() })
    }

    fn mix_into(&self, site: &mut Site, share: f64, family: &impl Fn(f64) -> FiberMoments) {
        let own = site.collagen();
        let new_share = site.new.density / own.density.max(f64::MIN_POSITIVE);
        let left = self.thickness * own.density;
        let fibers = match self.fibers {
            LesionFibers::Parallel { .. } => family(left),
            LesionFibers::Fragmented(lost) => own * (self.thickness * (1.0 - lost)) + family(left * lost),
        };
        let mixed = own * (1.0 - share) + fibers * share;
        site.set_collagen(mixed, new_share);
        site.thickness *= 1.0 - share * (1.0 - self.thickness);
        site.elastin *= 1.0 - share * (1.0 - self.elastin_left);
    }

    /// Its center in µm.
    pub(super) fn center_in(&self, grid: &Grid) -> (f64, f64) {
        let middle = (0.5 * grid.width(), 0.5 * grid.height());
        self.center.map_or(middle, |(x, y)| (x.in_micrometers(), y.in_micrometers()))
    }

    fn validate(&self, grid: &Grid) -> Result<()> {
        let side =
            |quantity, length: Length| check(quantity, length.in_micrometers(), "µm", 2.0 * grid.spacing()..=1e5);
        let (narrowest, direction) = match self.outline {
            Outline::Ellipse { length, width, direction } => {
                (side("lesion length", length)?.min(side("lesion width", width)?), direction)
            }
            Outline::Furrow { length, width, direction } => {
                let length = length.map(|length| side("lesion length", length)).transpose()?;
                // A longer one meets itself so often that it is everywhere.
                if let Some(length) = length.filter(|_| grid.boundary() == Boundary::Periodic) {
                    let longest = MOST_PASSES * grid.width().max(grid.height());
                    check("lesion length in a periodic field", length, "µm", 0.0..=longest)?;
                }
                (side("lesion width", width)?, direction)
            }
        };
        check("lesion direction", direction, "radians", -7.0..=7.0)?;
        if matches!(self.outline, Outline::Furrow { length: None, .. }) {
            check_endless(direction, grid)?;
        }
        check("lesion edge", self.edge.in_micrometers(), "µm", 0.0..=narrowest)?;
        check("lesion thickness", self.thickness, "(1 = as the skin around)", 0.01..=1.05)?;
        check("elastin left in the lesion", self.elastin_left, "(0 to 1)", 0.0..=1.0)?;
        match self.fibers {
            LesionFibers::Parallel { axis, resultant_length } => {
                check("scar resultant length", resultant_length, "(0 to 1)", 0.0..=0.99)?;
                check("scar axis", axis, "radians", -7.0..=7.0)?;
            }
            LesionFibers::Fragmented(lost) => drop(check("fragmented share", lost, "(0 to 1)", 0.0..=1.0)?),
        }
        let center = self.center_in(grid);
        check("x of the lesion's center", center.0, "µm", 0.0..=grid.width())?;
        check("y of the lesion's center", center.1, "µm", 0.0..=grid.height())?;
        Ok(())
    }
}

impl From<&Self> for Lesion {
    fn from(lesion: &Self) -> Self {
        lesion.clone()
    }
}
