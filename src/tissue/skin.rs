//! Kinds of skin.
use crate::error::{Result, check};
use crate::fibroblast::{Fibroblast, Tension};
use crate::grid::Grid;
use crate::matrix::FiberMoments;
use crate::random::{Purpose, stream};
use rand::RngExt;
use serde::{Deserialize, Serialize};

/// Skin as it is before anything is done to it.
///
/// ```
/// use dermaweave::Skin;
/// assert!(Skin::aged(60.0).synthesis < Skin::young().synthesis);
/// assert!((Skin::young().collagen().resultant_length() - 0.10).abs() < 0.005);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Skin {
    /// Age in years (18 to 100).
    pub age_years: f64,
    /// Amount of collagen, 1 = healthy young dermis.
    pub collagen_density: f64,
    /// Half the angle between the two fiber families, in degrees (41, Holzapfel–Gasser–Ogden fits of human skin).
    pub weave_half_angle_degrees: f64,
    /// Concentration b of each family (2.11, GOH κ = 0.1404: Ní Annaidh 2012, doi:10.1007/s10439-012-0542-3).
    pub weave_concentration: f64,
    /// Skin tension; the families lie on both sides of its axis.
    pub tension: Tension,
    /// Fibroblasts per mm³ (2100 to 4100 in human mid-dermis, Miller 2003).
    pub fibroblasts_per_mm3: f64,
    /// Collagen production of a fibroblast, 1 = young.
    pub synthesis: f64,
    /// Effect of matrix metalloproteinases on collagen, 1 = young, protected skin of a non-smoker.
    pub mmp_factor: f64,
    /// Share of the collagen in the new pool at rest: δ_m τ_m/(1 + δ_m τ_m).
    pub new_share: f64,
    /// Seed of the places of the resting cells.
    pub placement_seed: u64,
}

impl Default for Skin {
    fn default() -> Self {
        Self::young()
    }
}

impl Skin {
    /// Healthy young dermis.
    pub const fn young() -> Self {
        Self {
            age_years: 20.0,
            collagen_density: 1.0,
            weave_half_angle_degrees: 41.0,
            weave_concentration: 2.11,
            tension: Tension { axis: 0.0, anisotropy: 0.33 },
            fibroblasts_per_mm3: 3000.0,
            synthesis: 1.0,
            mmp_factor: 1.0,
            new_share: 0.005_24,
            placement_seed: 0,
        }
    }

    /// Sun-protected skin of a given age in years (20 to 100).
    ///
    /// Collagen: −6 % of the original per decade after 20 (thickness, Branchet 1990,
    /// doi:10.1159/000213172). Production: 82 ng/ml procollagen at 18–29 to 56 ng/ml at 80 and more
    /// (Varani 2006), linear between.
    pub fn aged(years: f64) -> Self {
        let decades = (years - 20.0).max(0.0) / 10.0;
        let towards_eighty = ((years - 24.0) / (80.0 - 24.0)).clamp(0.0, 1.0);
        Self {
            age_years: years,
            collagen_density: 1.0 - 0.06 * decades,
            synthesis: 1.0 - (1.0 - 56.0 / 82.0) * towards_eighty,
            ..Self::young()
        }
    }

    /// This skin after years in the sun: collagen 524 instead of 667 µg/mg and 39 % less type III
    /// propeptide (Schwartz 1993), collagenase × 4.4 (one UV dose, Fisher 1997, N Engl J Med 337:1419).
    #[must_use]
    pub fn photoaged(self) -> Self {
        Self {
            collagen_density: self.collagen_density * 524.0 / 667.0,
            synthesis: self.synthesis * (1.0 - 0.39),
            mmp_factor: self.mmp_factor * 4.4,
            ..self
        }
    }

    /// This skin on a smoker: synthesis of type I −18 % and of type III −22 %, taken together as
    /// −19 %; MMP-8 +100 % over TIMP-1 −14 % (Knuutinen 2002).
    #[must_use]
    pub fn of_smoker(self) -> Self {
        Self { synthesis: self.synthesis * (1.0 - 0.19), mmp_factor: self.mmp_factor * 2.0 / 0.86, ..self }
    }

    /// The fibers of this skin.
    pub fn collagen(&self) -> FiberMoments {
        let half_angle = self.weave_half_angle_degrees.to_radians();
        FiberMoments::two_families(self.collagen_density, self.tension.axis, half_angle, self.weave_concentration)
    }

    /// Fibroblasts per mm² of a field: cells per volume × thickness of its slab.
    pub fn fibroblasts_per_mm2(&self, grid: &Grid) -> f64 {
        self.fibroblasts_per_mm3 * grid.slab().thickness.in_millimeters()
    }

    /// Checks every value.
    /// The first one out of range gives [`Error::OutOfRange`](crate::Error::OutOfRange).
    pub fn validate(&self) -> Result<()> {
        check("age of the skin", self.age_years, "years", 18.0..=100.0)?;
        check("effect of MMP", self.mmp_factor, "(1 = young)", 0.0..=100.0)?;
        check("collagen density of the skin", self.collagen_density, "(1 = healthy young)", 0.05..=1.05)?;
        check("half angle of the weave", self.weave_half_angle_degrees, "degrees", 0.0..=90.0)?;
        check("concentration of a fiber family", self.weave_concentration, "(dimensionless)", 0.0..=100.0)?;
        check("axis of skin tension", self.tension.axis, "radians", -7.0..=7.0)?;
        check("anisotropy of skin tension", self.tension.anisotropy, "(0 to 1)", 0.0..=1.0)?;
        check("fibroblasts per volume", self.fibroblasts_per_mm3, "1/mm³", 100.0..=20_000.0)?;
        check("synthesis of the skin", self.synthesis, "(1 = young)", 0.0..=2.0)?;
        check("new share of the collagen", self.new_share, "(0 to 1)", 0.0..=1.0)?;
        Ok(())
    }

    /// Resting cells on a jittered lattice: evenly spread, as resident cells are, with random headings.
    pub(super) fn resting_fibroblasts(&self, grid: &Grid) -> Vec<Fibroblast> {
        let count = self.fibroblasts_per_mm2(grid) * grid.area_mm2();
        let columns = (count * grid.width() / grid.height()).sqrt().round().max(1.0);
        let rows = (count / columns).round().max(1.0);
        let (columns, rows) = (columns as usize, rows as usize);
        let (width, height) = (grid.width() / columns as f64, grid.height() / rows as f64);
        let place = |index: usize| {
            let mut draws = stream(self.placement_seed, 0, Purpose::Placement, index as u64);
            let mut within = |lattice: usize, side: f64| (lattice as f64 + draws.random::<f64>()) * side;
            let (x, y) = (within(index % columns, width), within(index / columns, height));
            let heading = std::f64::consts::TAU * draws.random::<f64>();
            Fibroblast { id: index as u64, x, y, heading, activation: 0.0, contraction: 0.0 }
        };
        (0..columns * rows).map(place).collect()
    }
}
