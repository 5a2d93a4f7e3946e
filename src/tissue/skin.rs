//! Kinds of skin.
use super::Exposure;
use crate::error::{Result, check};
use crate::grid::Grid;
use crate::matrix::FiberMoments;
use crate::parameters::{AgeingParameters, MatrixParameters, RecoveryParameters};
use crate::reading::check_computed;
use crate::remodeling::{Upkeep, turnover};
use crate::tension::{NETTING, Tension};
use nalgebra::Vector2;
use serde::{Deserialize, Serialize};

/// A kind of skin, and what untouched skin of this kind is like at its present age.
///
/// ```
/// use dermaweave::{Parameters, Skin};
/// let parameters = Parameters::default();
/// assert!(Skin::aged(60.0).production(&parameters.ageing) < Skin::young().production(&parameters.ageing));
/// assert!((Skin::young().collagen().resultant_length() - 0.10).abs() < 0.005);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Skin {
    /// Age in years (18 to 110); it grows during a simulation.
    pub age_years: f64,
    /// Amount of collagen, 1 = healthy young dermis. A fresh tissue is as thick, so that its packing is 1.
    pub collagen_density: f64,
    /// Working elastin, 1 = healthy young dermis.
    pub elastin: f64,
    /// Half the angle between the two fiber families, in degrees (41, Holzapfel–Gasser–Ogden fits of human skin).
    pub weave_half_angle_degrees: f64,
    /// Concentration b of each family (2.11, GOH κ = 0.1404: Ní Annaidh 2012, doi:10.1007/s10439-012-0542-3).
    pub weave_concentration: f64,
    /// Skin tension; the families lie on both sides of its axis.
    pub tension: Tension,
    /// Fibroblasts per mm³ (2100 to 4100 in human mid-dermis, Miller 2003). A fresh tissue has as many as its volume
    /// calls for, whatever its shape; the fractional one is drawn.
    pub fibroblasts_per_mm3: f64,
    /// What it is exposed to every day.
    pub exposure: Exposure,
    /// Further factor on the collagen production of its fibroblasts, 1 = none.
    pub synthesis: f64,
    /// Further factor on the effect of matrix metalloproteinases on collagen, 1 = none.
    pub mmp_factor: f64,
    /// Share of the collagen in the new pool at rest: δ_m τ_m/(1 + δ_m τ_m) in young skin.
    pub new_share: f64,
    /// Seed of the places of the resting cells, and of whether the fractional one is there.
    pub placement_seed: u64,
}

impl Default for Skin {
    fn default() -> Self {
        Self::young()
    }
}

/// Age in years from which dermis thins, and from and to which production is known to fall.
const GROWN_UP: f64 = 20.0;
const PRODUCTION_FALLS: (f64, f64) = (24.0, 80.0);
/// Age in years from which skin closes latest.
const CLOSES_LATE: f64 = 65.0;
/// Hours of one year.
const YEAR: f64 = 8766.0;
/// Hours of one step through past years.
const PAST_STEP: f64 = 672.0;
/// Oldest skin in years.
const OLDEST: f64 = 110.0;

impl Skin {
    /// Healthy young dermis.
    pub const fn young() -> Self {
        Self {
            age_years: GROWN_UP,
            collagen_density: 1.0,
            elastin: 1.0,
            weave_half_angle_degrees: 41.0,
            weave_concentration: 2.11,
            tension: Tension { axis: 0.0, anisotropy: NETTING, load: 1.0 },
            fibroblasts_per_mm3: 3000.0,
            exposure: Exposure::none(),
            synthesis: 1.0,
            mmp_factor: 1.0,
            new_share: 0.005_24,
            placement_seed: 0,
        }
    }

    /// Sun-protected skin of a given age in years: [`Skin::lived`] without exposure.
    pub fn aged(years: f64) -> Self {
        Self::lived(years, Exposure::none())
    }

    /// Young skin after years of an exposure, by the rules and default parameters by which a
    /// simulation lets it age. An age that is none gives a skin that is refused by [`Skin::validate`].
    pub fn lived(years: f64, exposure: Exposure) -> Self {
        let (ageing, matrix) = (AgeingParameters::default(), MatrixParameters::default());
        let mut skin = Self { exposure, ..Self::young() };
        // Ages and exposures out of range would never end or have no meaning.
        let hours = if skin.validate().is_ok() { (years.min(OLDEST) - GROWN_UP) * YEAR } else { 0.0 };
        let steps = (hours / PAST_STEP).ceil().max(0.0) as usize;
        for _ in 0..steps {
            skin.grow_older(&ageing, &matrix, hours / steps as f64);
        }
        Self { age_years: years, ..skin }
    }

    /// This skin as if it had been habitually exposed to the sun since it was young.
    #[must_use]
    pub fn photoaged(self) -> Self {
        let exposure = Exposure { uv_doses_per_day: Exposure::sun().uv_doses_per_day, ..self.exposure };
        self.with_past(exposure)
    }

    /// This skin as if its owner had smoked since young.
    #[must_use]
    pub fn of_smoker(self) -> Self {
        let exposure = Exposure { smoking: 1.0, ..self.exposure };
        self.with_past(exposure)
    }

    /// This skin with what [`Skin::lived`] gives for another exposure.
    fn with_past(self, exposure: Exposure) -> Self {
        let Self { age_years, collagen_density, elastin, fibroblasts_per_mm3, new_share, exposure, .. } =
            Self::lived(self.age_years, exposure);
        Self { age_years, collagen_density, elastin, fibroblasts_per_mm3, exposure, new_share, ..self }
    }

    /// Collagen production of a fibroblast at work, 1 = young and unexposed: falling between 24 and
    /// 80 years by y_a, and by smoke and dirty air. What sun takes, it takes from resting skin only: cells of
    /// photoaged skin make as much procollagen as those of protected skin once they are out of their fragmented
    /// matrix (Varani 2001, Am J Pathol 158:931).
    pub fn production(&self, parameters: &AgeingParameters) -> f64 {
        let aged = 1.0 - parameters.production_loss * self.towards_eighty();
        self.synthesis * aged * self.exposure.production(parameters)
    }

    /// How well fibroblasts hold on to fibers and can pull at them, 1 = young.
    pub fn attachment(&self, parameters: &AgeingParameters) -> f64 {
        1.0 - parameters.attachment_loss * self.towards_eighty()
    }

    /// Effect of matrix metalloproteinases on collagen, 1 = young and unexposed.
    pub fn collagenase(&self, parameters: &AgeingParameters) -> f64 {
        self.mmp_factor * self.exposure.collagenase(parameters)
    }

    /// Share y of the lost collagen that resting cells replace: y = 1 − σ_a/(L ρ) − h (1 − p + β).
    ///
    /// With that, protected dermis loses about σ_a of its *young* collagen per hour at any age:
    /// L = δ_n ν + δ_m (1 − ν) is the loss per collagen of young skin with the share ν = δ_m τ_m/(1 + δ_m τ_m)
    /// in the new pool; ρ is the collagen of protected skin of that age, p what exposure leaves of the
    /// production and β what it adds to the breakdown. y acts on the fibers that are there: scars and treated sites thin in proportion.
    pub fn maintenance(&self, ageing: &AgeingParameters, matrix: &MatrixParameters) -> f64 {
        let matured = matrix.mature_loss_rate * matrix.maturation_time;
        let new_share = matured / (1.0 + matured);
        let loss_rate = matrix.new_loss_rate * new_share + matrix.mature_loss_rate * (1.0 - new_share);
        let protected = 1.0 - ageing.collagen_shortfall * (self.age_years - GROWN_UP).max(0.0) * YEAR;
        let shortfall = ageing.collagen_shortfall / (loss_rate * protected.max(0.2));
        let exposed = 1.0 - self.exposure.resting_production(ageing) + self.exposure.breakdown(ageing);
        (1.0 - shortfall - ageing.uncompensated_share * exposed).max(0.0)
    }

    /// How resting cells keep up the matrix of this skin.
    pub fn upkeep(&self, ageing: &AgeingParameters, matrix: &MatrixParameters) -> Upkeep {
        let elastin_loss_rate = self.exposure.elastin_loss(ageing) / ageing.elastin_time;
        let synthesis = self.maintenance(ageing, matrix);
        let loss_rate = matrix.new_loss_rate * self.new_share + matrix.mature_loss_rate * (1.0 - self.new_share);
        Upkeep { synthesis, elastin_loss_rate, thinning_rate: (1.0 - synthesis) * loss_rate }
    }

    /// Rate in 1/h at which fibroblasts are lost for good: n_a of the young number in 60 years.
    pub(crate) fn cell_loss_rate(&self, parameters: &AgeingParameters) -> f64 {
        let per_year = parameters.cell_loss / 60.0;
        let left = 1.0 - per_year * (self.age_years - GROWN_UP).max(0.0);
        per_year / left.max(0.1) / YEAR
    }

    /// Hours by which the epidermis closes later than in young skin; in full from 65 years on.
    pub(crate) fn closure_delay(&self, parameters: &RecoveryParameters) -> f64 {
        parameters.closure_delay * ((self.age_years - GROWN_UP) / (CLOSES_LATE - GROWN_UP)).clamp(0.0, 1.0)
    }

    /// Lets untouched skin age by `hours`.
    pub(crate) fn grow_older(&mut self, ageing: &AgeingParameters, matrix: &MatrixParameters, hours: f64) {
        let upkeep = self.upkeep(ageing, matrix);
        let change = turnover(matrix, upkeep.synthesis, 0.0, hours);
        let pools = change * Vector2::new(self.new_share, 1.0 - self.new_share) * self.collagen_density;
        self.collagen_density = pools.sum();
        self.new_share = pools[0] / pools.sum().max(f64::MIN_POSITIVE);
        self.elastin *= (-upkeep.elastin_loss_rate * hours).exp();
        self.fibroblasts_per_mm3 *= (-self.cell_loss_rate(ageing) * hours).exp();
        self.age_years += hours / YEAR;
    }

    /// Refuses a span after which the skin would be older than any that the model is made for.
    pub(crate) fn validate_span(&self, hours: f64) -> Result<()> {
        check("age of the skin at the end", self.age_years + hours / YEAR, "years", 18.0..=OLDEST).map(drop)
    }

    /// How far from 24 to 80 years, 0 to 1.
    fn towards_eighty(&self) -> f64 {
        let (from, to) = PRODUCTION_FALLS;
        ((self.age_years - from) / (to - from)).clamp(0.0, 1.0)
    }

    /// The fibers of this skin.
    pub fn collagen(&self) -> FiberMoments {
        self.weave(self.tension.axis) * self.collagen_density
    }

    /// The directions of this skin's fibers about an axis of tension (radians), as fibers of amount 1.
    pub fn weave(&self, axis: f64) -> FiberMoments {
        FiberMoments::two_families(1.0, axis, self.weave_half_angle_degrees.to_radians(), self.weave_concentration)
    }

    /// Fibroblasts per mm² of a field: cells per volume × thickness of its slab.
    pub fn fibroblasts_per_mm2(&self, grid: &Grid) -> f64 {
        self.fibroblasts_per_mm3 * grid.slab().thickness.in_millimeters()
    }

    /// Checks every value.
    /// The first one out of range gives [`Error::OutOfRange`](crate::Error::OutOfRange).
    pub fn validate(&self) -> Result<()> {
        check("age of the skin", self.age_years, "years", 18.0..=OLDEST)?;
        self.validate_what_stays()?;
        check("elastin of the skin", self.elastin, "(1 = healthy young)", 0.0..=1.5)?;
        check("collagen density of the skin", self.collagen_density, "(1 = healthy young)", 0.05..=1.05)?;
        check("fibroblasts per volume", self.fibroblasts_per_mm3, "1/mm³", 100.0..=20_000.0)?;
        check("new share of the collagen", self.new_share, "(0 to 1)", 0.0..=1.0)?;
        Ok(())
    }

    /// Checks skin that may have aged in a course: what years take away may lie below the ranges of the start.
    pub(super) fn validate_at_any_age(&self) -> Result<()> {
        check_computed("age of the skin", self.age_years, "years", 18.0..=OLDEST + 1.0)?;
        self.validate_what_stays()?;
        check_computed("elastin of the skin", self.elastin, "(1 = healthy young)", 0.0..=1.5)?;
        check("collagen density of the skin", self.collagen_density, "(1 = healthy young)", 1e-6..=2.0)?;
        check("fibroblasts per volume", self.fibroblasts_per_mm3, "1/mm³", 1e-3..=20_000.0)?;
        check_computed("new share of the collagen", self.new_share, "(0 to 1)", 0.0..=1.0)
    }

    /// Checks what no year changes.
    fn validate_what_stays(&self) -> Result<()> {
        self.exposure.validate()?;
        check("effect of MMP", self.mmp_factor, "(1 = young)", 0.0..=100.0)?;
        check("half angle of the weave", self.weave_half_angle_degrees, "degrees", 0.0..=90.0)?;
        check("concentration of a fiber family", self.weave_concentration, "(dimensionless)", 0.0..=100.0)?;
        self.tension.validate()?;
        check("synthesis of the skin", self.synthesis, "(1 = young)", 0.0..=2.0)?;
        Ok(())
    }
}
