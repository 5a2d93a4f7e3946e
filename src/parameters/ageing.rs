//! Parameters of ageing and of what speeds it up.
use super::parameter_group;

parameter_group! {
    /// What years, sun, smoke and dirty air do to resting skin and to its cells.
    ///
    /// Resting cells replace the share y = 1 − s/ρ − h (uncompensated exposure) of the collagen that is
    /// lost ([`Skin::maintenance`](crate::Skin::maintenance)); effects of age, smoke and air on cells at work act in full.
    ///
    /// ```
    /// use dermaweave::parameters::{AgeingParameters, Parameters};
    /// use dermaweave::Skin;
    /// let ageless = AgeingParameters { collagen_shortfall: 0.0, ..Default::default() };
    /// assert_eq!(Skin::young().maintenance(&ageless, &Parameters::default().matrix), 1.0);
    /// ```
    AgeingParameters {
        /// Share of the young dermis' collagen that protected skin loses per hour without replacing it.
        collagen_shortfall: "σ_a", "1/h", 7.6e-7 in [0.0, 3e-6], Calibrated, "6 % of the original thickness per decade, Branchet 1990 doi:10.1159/000213172";
        /// Share of their collagen production that fibroblasts lose from 24 to 80 years.
        production_loss: "y_a", "1", 0.317 in [0.0, 0.8], Measured, "82 to 56 ng/ml procollagen, Varani 2006";
        /// Share of their attachment to fibers that fibroblasts lose from 24 to 80 years.
        attachment_loss: "b_a", "1", 0.256 in [0.0, 0.8], Measured, "78 to 58 % attached, Varani 2006";
        /// Share of the fibroblasts lost from 20 to 80 years.
        cell_loss: "n_a", "1", 0.35 in [0.0, 0.7], Estimated, "number falls with age: Gunin 2011 J Gerontol A 66:385; about a third fewer at 80";
        /// Time constant of the loss of elastin, which is hardly replaced after growth.
        elastin_time: "τ_e", "h", 1_455_000.0 in [3e5, 3e6], Measured, "stain 49.2 to 30.4 % in eight decades, protected skin: El-Domyati 2002 Exp Dermatol 11:398; carbon residence 40 to 174 years in lung: Shapiro 1991 J Clin Invest 87:1828";
        /// Share of what exposure takes from production or adds to breakdown that resting skin does not make good.
        uncompensated_share: "h", "1", 0.178 in [0.02, 1.0], Calibrated, "sun-exposed collagen 524 of 667 µg/mg at about 60, Schwartz 1993";
        /// Erythemal doses per day of habitually exposed skin.
        habitual_doses: "d_h", "1/day", 0.35 in [0.02, 2.0], Estimated, "indoor workers get some 250 standard doses a year: Godar 2001 Photochem Photobiol 73:621";
        /// Rise of the breakdown of collagen by one erythemal dose a day.
        dose_breakdown: "β_u", "1", 0.58 in [0.0, 2.0], Measured, "+58 % in irradiated skin, Fisher 1997 N Engl J Med 337:1419";
        /// Rise of collagenase by one erythemal dose a day.
        dose_collagenase: "m_u", "1", 3.4 in [0.0, 10.0], Measured, "× 4.4, kept up by a dose every other day, Fisher 1997";
        /// Share of the production of resting skin that habitual exposure takes.
        sun_production_loss: "y_u", "1", 0.39 in [0.0, 0.9], Measured, "type III propeptide −39 % in sun-damaged skin, Schwartz 1993; of resting skin only: Varani 2001 Am J Pathol 158:931";
        /// Rise of the loss of working elastin under habitual exposure.
        sun_elastin_loss: "ε_u", "1", 2.0 in [0.0, 10.0], Estimated, "the elastic tissue that sun-damaged skin gains is abnormal: El-Domyati 2002";
        /// Share of the production that smoking takes.
        smoke_production_loss: "y_s", "1", 0.19 in [0.0, 0.9], Measured, "type I −18 %, type III −22 %, Knuutinen 2002";
        /// Rise of free collagenase by smoking.
        smoke_collagenase: "m_s", "1", 1.33 in [0.0, 10.0], Measured, "MMP-8 × 2 over TIMP-1 × 0.86, Knuutinen 2002";
        /// Rise of the loss of working elastin by smoking.
        smoke_elastin_loss: "ε_s", "1", 0.5 in [0.0, 10.0], Estimated, "between none and that of the sun";
        /// Share of the production that a polluted city's air takes.
        pollution_production_loss: "y_c", "1", 0.05 in [0.0, 0.9], Estimated, "particulate matter lowers procollagen in culture (Park 2018 doi:10.3390/ijms19092727); wrinkles + 5 to 8 % (Li 2015 doi:10.1016/j.jdermsci.2015.04.001)";
        /// Rise of free collagenase by a polluted city's air.
        pollution_collagenase: "m_c", "1", 0.3 in [0.0, 10.0], Estimated, "particulate matter raises MMP-1 and MMP-3 in culture, Park 2018";
    }
}
