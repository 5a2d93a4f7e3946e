//! Parameters of the surface: how it heals over, what lies below, how it is shaped.
use super::parameter_group;

parameter_group! {
    /// What a patient sees in the days after a session: redness, open barrier.
    ///
    /// ```
    /// use dermaweave::parameters::RecoveryParameters;
    /// let recovery = RecoveryParameters::default();
    /// // Channels 50 to 200 µm wide close within 10 to 22 hours.
    /// let closed = |width: f64| recovery.closure_lag + 0.5 * width / recovery.closure_speed;
    /// assert!(closed(50.0) > 10.0 && closed(200.0) < 22.0);
    /// ```
    RecoveryParameters {
        /// Hours until the epidermis begins to move over a microchannel.
        closure_lag: "t_0", "h", 8.0 in [0.0, 48.0], Calibrated, "epidermis over lesions below 500 µm closed after 10 to 22 h, the wider the later, Stumpp 2009 doi:10.1117/1.3103316";
        /// Speed of the edge of the epidermis from then on.
        closure_speed: "v_e", "µm/h", 8.0 in [0.5, 25.0], Calibrated, "the same lesions, and 71 µm channels closed within 18 h in rats, Kalluri 2011 doi:10.1208/s12248-011-9288-3; against a half-life of 20 to 26 h by impedance of human skin, PMC8259462";
        /// Delay of the closure in old skin, in full from 65 years on.
        closure_delay: "t_e", "h", 45.6 in [0.0, 200.0], Measured, "1.9 days later over 65 years, Holt 1992 PMID 1641768";
        /// Time constant of the flare that follows at once on needling.
        flare_time: "τ_f", "h", 8.0 in [1.0, 72.0], Estimated, "6 to 12 h; redness of hours after short needles";
        /// Time in which vessels adapt to lasting inflammation.
        adaptation_time: "τ_v", "h", 24.0 in [1.0, 240.0], Estimated, "blood flow of late reactions of human skin is back within a day, Hammarlund 1989 Clin Exp Allergy 19:197; redness gone within three days";
        /// Redness of a fully needled site at once, as a level of inflammation.
        flare_level: "I_r", "level", 20.0 in [0.0, 200.0], Estimated, "visible redness of all that is needled";
        /// Dilation, a level of inflammation, that gives half of the full redness.
        redness_half_level: "I_h", "level", 0.3 in [0.01, 10.0], Estimated, "redness saturates: all that is needled is red at once";
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
        /// Thickness of the epidermis above it.
        epidermis: "H_e", "µm", 100.0 in [30.0, 500.0], Estimated, "50 to 150 µm on most of the body";
        /// Standard deviation of the Gaussian over which epidermis and dermis carry load sideways.
        smoothing: "σ_h", "µm", 200.0 in [0.0, 1_000.0], Estimated, "thickness of the epidermis and the papillary dermis, 100 to 300 µm";
    }
}
