//! Parameters of ageing and of what speeds it up, and of the surface healing over.
use super::parameter_group;

parameter_group! {
    /// What years, sun, smoke and dirty air do to resting skin and to its cells.
    ///
    /// Resting cells replace the share y = 1 − s/ρ − h (uncompensated exposure) of the collagen that is
    /// lost ([`Skin::maintenance`](crate::Skin::maintenance)); effects on cells at work act in full.
    ///
    /// ```
    /// use dermaweave::parameters::{AgeingParameters, Parameters};
    /// use dermaweave::Skin;
    /// let ageless = AgeingParameters { collagen_shortfall: 0.0, ..Default::default() };
    /// assert_eq!(Skin::young().maintenance(&ageless, &Parameters::default().matrix), 1.0);
    /// ```
    AgeingParameters {
        /// Share of the young dermis' collagen that protected skin loses per hour without replacing it.
        collagen_shortfall: "σ_a", "1/h", 6.845e-7 in [0.0, 3e-6], Measured, "6 % of the original thickness per decade, Branchet 1990 doi:10.1159/000213172";
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
        /// Share of the production that habitual exposure takes.
        sun_production_loss: "y_u", "1", 0.39 in [0.0, 0.9], Measured, "type III propeptide −39 % in sun-damaged skin, Schwartz 1993";
        /// Rise of the loss of working elastin under habitual exposure.
        sun_elastin_loss: "ε_u", "1", 2.0 in [0.0, 10.0], Estimated, "the elastic tissue that sun-damaged skin gains is abnormal: El-Domyati 2002";
        /// Share of the production that smoking takes.
        smoke_production_loss: "y_s", "1", 0.19 in [0.0, 0.9], Measured, "type I −18 %, type III −22 %, Knuutinen 2002";
        /// Rise of free collagenase by smoking.
        smoke_collagenase: "m_s", "1", 1.33 in [0.0, 10.0], Measured, "MMP-8 × 2 over TIMP-1 × 0.86, Knuutinen 2002";
        /// Rise of the loss of working elastin by smoking.
        smoke_elastin_loss: "ε_s", "1", 0.5 in [0.0, 10.0], Estimated, "between none and that of the sun";
        /// Share of the production that a polluted city's air takes.
        pollution_production_loss: "y_p", "1", 0.05 in [0.0, 0.9], Estimated, "particulate matter lowers procollagen in culture (Park 2018 doi:10.3390/ijms19092727); wrinkles + 5 to 8 % (Li 2015 doi:10.1016/j.jdermsci.2015.04.001)";
        /// Rise of free collagenase by a polluted city's air.
        pollution_collagenase: "m_p'", "1", 0.3 in [0.0, 10.0], Estimated, "particulate matter raises MMP-1 and MMP-3 in culture, Park 2018";
    }
}

parameter_group! {
    /// What a patient sees in the days after a session: redness, open barrier.
    ///
    /// ```
    /// use dermaweave::parameters::RecoveryParameters;
    /// let recovery = RecoveryParameters::default();
    /// // A channel 250 µm wide has half of its area left after about a day.
    /// let hours = 0.5 * 250.0 * (1.0 - 0.5_f64.sqrt()) / recovery.closure_speed;
    /// assert!((16.0..30.0).contains(&hours));
    /// ```
    RecoveryParameters {
        /// Speed of the edge of the epidermis over an opening.
        closure_speed: "v_e", "µm/h", 1.7 in [0.5, 25.0], Calibrated, "half-life of 20 to 26 h by impedance, PMC8259462; channels of 71 µm closed in 18 h, Kalluri 2011";
        /// Delay of the closure in old skin, in full from 65 years on.
        closure_delay: "t_e", "h", 45.6 in [0.0, 200.0], Measured, "1.9 days later over 65 years, Holt 1992 PMID 1641768";
        /// Time constant of the flare that follows at once on needling.
        flare_time: "τ_r", "h", 18.0 in [1.0, 72.0], Estimated, "redness of hours to three days after needling";
        /// Redness of a fully needled site at once, as a level of inflammation.
        flare_level: "I_r", "level", 20.0 in [0.0, 200.0], Estimated, "visible redness of all that is needled";
        /// Level of inflammation that gives half of the full redness.
        redness_half_level: "I_h", "level", 0.3 in [0.01, 10.0], Estimated, "redness fades before the last inflammatory cells leave";
    }
}

parameter_group! {
    /// What the dermis consists of by volume, and over which distance its surface is smooth: see
    /// [`Surface`](crate::measure::Surface).
    ///
    /// ```
    /// use dermaweave::parameters::SurfaceParameters;
    /// let face = SurfaceParameters { reference_thickness: 870.0, ..Default::default() };
    /// assert_eq!(face.collagen_share + face.elastin_share + face.ground_share, 1.0);
    /// ```
    SurfaceParameters {
        /// Thickness of healthy young dermis.
        reference_thickness: "H_0", "µm", 1_000.0 in [100.0, 10_000.0], Estimated, "0.86 mm on the forehead and cheek (Meng 2022, PMC9205051), more on the body";
        /// Volume share of collagen.
        collagen_share: "v_col", "1", 0.90 in [0.0, 1.0], Measured, "bundles cover 93 % of the superficial and 89 % of the reticular dermis at any age, Branchet 1991";
        /// Volume share of elastin.
        elastin_share: "v_el", "1", 0.03 in [0.0, 1.0], Estimated, "a few percent of the dermis";
        /// Volume share of ground substance.
        ground_share: "v_gr", "1", 0.07 in [0.0, 1.0], Estimated, "what collagen and elastin leave";
        /// Standard deviation of the Gaussian over which epidermis and dermis carry load sideways.
        smoothing: "σ_h", "µm", 200.0 in [0.0, 1_000.0], Estimated, "thickness of the epidermis and the papillary dermis, 100 to 300 µm";
    }
}
