//! What skin is exposed to, year after year.
use crate::error::{Result, check};
use crate::parameters::AgeingParameters;
use serde::{Deserialize, Serialize};

/// Daily sun, smoke and dirty air.
///
/// ```
/// use dermaweave::Skin;
/// use dermaweave::tissue::Exposure;
/// let smoker = Exposure { smoking: 1.0, ..Exposure::sun() };
/// let (spared, exposed) = (Skin::aged(60.0), Skin::lived(60.0, smoker));
/// assert!(exposed.collagen_density < spared.collagen_density && exposed.elastin < spared.elastin);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Exposure {
    /// Erythemal doses of ultraviolet light per day; 0 = protected.
    pub uv_doses_per_day: f64,
    /// Smoking: 0 = never, 1 = as the smokers of Knuutinen 2002.
    pub smoking: f64,
    /// Polluted air: 0 = clean, 1 = a city with much particulate matter.
    pub pollution: f64,
}

impl Exposure {
    /// No exposure.
    pub const fn none() -> Self {
        Self { uv_doses_per_day: 0.0, smoking: 0.0, pollution: 0.0 }
    }

    /// Habitually exposed skin, such as that of the face: the default `habitual_doses`.
    pub fn sun() -> Self {
        Self { uv_doses_per_day: AgeingParameters::default().habitual_doses, ..Self::none() }
    }

    /// Share of the production that resting skin keeps, 1 = unexposed. Each exposure takes its share
    /// of what the others leave; sun as (1 − y_u)^(d/d_h) of d doses a day.
    pub(super) fn resting_production(&self, parameters: &AgeingParameters) -> f64 {
        (1.0 - parameters.sun_production_loss).powf(self.habits_of_sun(parameters)) * self.production(parameters)
    }

    /// Share of their production that fibroblasts at work keep. Sun takes none of it: cells of photoaged skin
    /// make as much procollagen as those of protected skin once they are out of their fragmented matrix
    /// (Varani 2001, Am J Pathol 158:931).
    pub(super) fn production(&self, parameters: &AgeingParameters) -> f64 {
        let smoke = (1.0 - parameters.smoke_production_loss).powf(self.smoking);
        smoke * (1.0 - parameters.pollution_production_loss).powf(self.pollution)
    }

    /// Collagenase relative to unexposed skin: 1 + m_u d + m_s s + m_c c for d doses a day, smoking s and
    /// pollution c.
    pub(super) fn collagenase(&self, parameters: &AgeingParameters) -> f64 {
        1.0 + parameters.dose_collagenase * self.uv_doses_per_day
            + parameters.smoke_collagenase * self.smoking
            + parameters.pollution_collagenase * self.pollution
    }

    /// Rise of the breakdown of collagen: β_u d, and for smoke and dirty air as much per collagenase as the
    /// *measured* effects of a dose show, 0.58 for 3.4.
    pub(super) fn breakdown(&self, parameters: &AgeingParameters) -> f64 {
        const PER_COLLAGENASE: f64 = 0.58 / 3.4;
        let others = parameters.smoke_collagenase * self.smoking + parameters.pollution_collagenase * self.pollution;
        parameters.dose_breakdown * self.uv_doses_per_day + PER_COLLAGENASE * others
    }

    /// Loss of elastin relative to unexposed skin.
    pub(super) fn elastin_loss(&self, parameters: &AgeingParameters) -> f64 {
        1.0 + parameters.sun_elastin_loss * self.habits_of_sun(parameters)
            + parameters.smoke_elastin_loss * self.smoking
    }

    fn habits_of_sun(&self, parameters: &AgeingParameters) -> f64 {
        self.uv_doses_per_day / parameters.habitual_doses
    }

    pub(super) fn validate(&self) -> Result<()> {
        check("ultraviolet light", self.uv_doses_per_day, "erythemal doses/day", 0.0..=3.0)?;
        check("smoking", self.smoking, "(0 = never, 1 = smoker)", 0.0..=3.0)?;
        check("pollution", self.pollution, "(0 = clean, 1 = polluted city)", 0.0..=5.0)?;
        Ok(())
    }
}
