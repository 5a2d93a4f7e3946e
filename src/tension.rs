//! Skin tension: the Langer lines and how uneven the tension is, everywhere alike or from place to place.
use crate::error::{Error, Result, check};
use crate::grid::{Field, Grid};
use crate::reading::{check_computed, checked_on_reading, record_refusal};
use nalgebra::Vector2;
use serde::{Deserialize, Serialize};

/// Skin tension at one place: its axis (the Langer line) and how uneven it is.
///
/// ```
/// use dermaweave::tension::Tension;
/// assert_eq!(Tension::default().axis, 0.0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "TensionFields")]
pub struct Tension {
    /// Direction of the Langer line in radians, measured from x.
    pub axis: f64,
    /// Anisotropy ε = (N₁ − N₂)/(N₁ + N₂) of the stress along and across: 0 even in all directions, 1 along the axis only.
    pub anisotropy: f64,
    /// Size of the load, 1 = that of healthy skin, 0 = released.
    pub load: f64,
}

/// Anisotropy of the load that two families of fibers at ± 41° to the line bear by themselves: cos 82° (netting). Stress across
/// is then 0.76 of that along the line.
pub(crate) const NETTING: f64 = 0.139_173_100_960_065_44;

/// Largest load, relative to that of healthy skin.
const LARGEST_LOAD: f64 = 10.0;

/// As of healthy skin, for files that do not name it.
const fn usual_load() -> f64 {
    1.0
}

checked_on_reading! {
    Tension by validate, read as "Tension" in TensionFields {
        axis: f64,
        anisotropy: f64,
        #[serde(default = "usual_load")]
        load: f64,
    }
}

impl Default for Tension {
    /// Along x, as two families of fibers at ± 41° to it bear it.
    fn default() -> Self {
        Self { axis: 0.0, anisotropy: NETTING, load: 1.0 }
    }
}

impl Tension {
    /// ε (cos 2ψ, sin 2ψ) for the axis ψ: equal for ψ and ψ + π.
    pub fn moment(&self) -> Vector2<f64> {
        let (sine, cosine) = (2.0 * self.axis).sin_cos();
        Vector2::new(cosine, sine) * self.anisotropy
    }

    /// The tension of a given moment under the load of healthy skin; the axis is from −π/2 to π/2.
    fn of_moment(moment: Vector2<f64>) -> Self {
        Self { axis: 0.5 * moment.y.atan2(moment.x), anisotropy: moment.norm(), load: 1.0 }
    }

    pub(crate) fn validate(&self) -> Result<()> {
        check("axis of skin tension", self.axis, "radians", -7.0..=7.0)?;
        check("anisotropy of skin tension", self.anisotropy, "(0 to 1)", 0.0..=1.0)?;
        check("load of skin tension", self.load, "(1 = healthy)", 0.0..=LARGEST_LOAD)?;
        Ok(())
    }
}

/// Skin tension all over a field.
///
/// ```
/// use dermaweave::tension::Tension;
/// use dermaweave::tension::LangerLines;
/// use dermaweave::{Grid, Length};
/// let side = Length::millimeters(2.0);
/// let grid = Grid::new(side, side, Length::micrometers(20.0))?;
/// // Lines that run in circles around the middle, as around an eye.
/// let around = |x: f64, y: f64| Tension { axis: (y - 1000.0).atan2(x - 1000.0) + 1.571, ..Tension::default() };
/// let lines = LangerLines::varying(grid, around)?;
/// assert!(lines.at(1800.0, 1000.0).axis.abs() > 1.5 && lines.at(1000.0, 1800.0).axis.abs() < 0.1);
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "LinesRead")]
#[allow(clippy::large_enum_variant, reason = "a tissue has one")]
pub enum LangerLines {
    /// The same everywhere.
    Even(Tension),
    /// From place to place, kept as the two components of [`Tension::moment`] and the load.
    Varying {
        /// ε cos 2ψ.
        cosine: Field,
        /// ε sin 2ψ.
        sine: Field,
        /// Size of the load.
        load: Field,
    },
}

/// Lines as they stand in files, unchecked.
#[derive(Deserialize)]
#[serde(rename = "LangerLines")]
#[allow(clippy::large_enum_variant, reason = "it is read once")]
enum LinesRead {
    Even(Tension),
    Varying { cosine: Field, sine: Field, load: Field },
}

impl TryFrom<LinesRead> for LangerLines {
    type Error = Error;
    fn try_from(lines: LinesRead) -> Result<Self> {
        let lines = match lines {
            LinesRead::Even(tension) => Self::Even(tension),
            LinesRead::Varying { cosine, sine, load } => Self::Varying { cosine, sine, load },
        };
        lines.check_read().inspect_err(record_refusal)?;
        Ok(lines)
    }
}

impl LangerLines {
    /// One grid for all, no tension more uneven than along one axis only, and no load that no skin bears.
    fn check_read(&self) -> Result<()> {
        let Self::Varying { cosine, sine, load } = self else { return Ok(()) };
        cosine.grid().check_same(sine.grid(), "a component of the tension")?;
        cosine.grid().check_same(load.grid(), "the load of the tension")?;
        load.check_values("load of skin tension", "(1 = healthy)", 0.0..=LARGEST_LOAD)?;
        cosine.values().iter().zip(sine.values()).try_for_each(|(cosine, sine)| {
            check_computed("anisotropy of skin tension", cosine.hypot(*sine), "(0 to 1)", 0.0..=1.0)
        })
    }

    /// The grid they are kept on, if they change from place to place.
    pub(crate) const fn grid(&self) -> Option<&Grid> {
        match self {
            Self::Even(_) => None,
            Self::Varying { cosine, .. } => Some(cosine.grid()),
        }
    }

    /// `tension(x, y)` at the center of every site of a grid, positions in µm; between them the
    /// moments are interpolated. An axis or anisotropy out of range gives [`Error::OutOfRange`].
    pub fn varying(grid: Grid, tension: impl Fn(f64, f64) -> Tension) -> Result<Self> {
        let none = Field::uniform(grid, 0.0);
        let (mut cosine, mut sine, mut load) = (none.clone(), none.clone(), none);
        for site in 0..grid.sites() {
            let (x, y) = grid.center_of(site);
            let tension = tension(x, y);
            tension.validate()?;
            let moment = tension.moment();
            (cosine.values_mut()[site], sine.values_mut()[site]) = (moment.x, moment.y);
            load.values_mut()[site] = tension.load;
        }
        Ok(Self::Varying { cosine, sine, load })
    }

    /// ε (cos 2ψ, sin 2ψ) at a point in µm.
    pub(crate) fn moment_at(&self, x: f64, y: f64) -> Vector2<f64> {
        match self {
            Self::Even(tension) => tension.moment(),
            Self::Varying { cosine, sine, .. } => Vector2::new(cosine.sample(x, y).0, sine.sample(x, y).0),
        }
    }

    /// The tension at a point in µm.
    pub fn at(&self, x: f64, y: f64) -> Tension {
        match self {
            Self::Even(tension) => *tension,
            Self::Varying { load, .. } => {
                Tension { load: load.sample(x, y).0, ..Tension::of_moment(self.moment_at(x, y)) }
            }
        }
    }
}
