//! Parameters of injury and of matrix turnover.
use super::parameter_group;

parameter_group! {
    /// What a puncture does at once, and the neutrophils it attracts.
    ///
    /// ```
    /// use dermaweave::parameters::{InjuryParameters, Parameters};
    /// // Neutrophils that come but do not inflame.
    /// let injury = InjuryParameters { neutrophil_inflammation_rate: 0.0, ..Default::default() };
    /// assert!(Parameters { injury, ..Default::default() }.validate().is_ok());
    /// ```
    InjuryParameters {
        /// Probability that a cell inside a channel dies.
        cell_death_probability: "p_d", "1", 0.5 in [0.0, 1.0], Estimated, "a needle pushes most of the tissue aside; half of the cells in its way live";
        /// TGF-β that the platelets of a fully covered site bind to the clot.
        platelet_tgf_beta: "S_T", "level", 1_300.0 in [0.0, 5_000.0], Calibrated, "volume of a scar after five sessions: narrow channels deep in the dermis are answered too";
        /// PDGF that the platelets of a fully covered site bind to the clot.
        platelet_pdgf: "S_P", "level", 650.0 in [0.0, 5_000.0], Calibrated, "fibroblasts in a wound peak in week 1 to 3";
        /// Time constant with which the clot gives up its growth factors.
        clot_release_time: "τ_p", "h", 96.0 in [6.0, 168.0], Estimated, "fibrin clots release bound growth factors over days";
        /// Time constant of the neutrophils' arrival.
        neutrophil_arrival_time: "τ_b", "h", 18.0 in [6.0, 48.0], Estimated, "with τ_N it gives the peak on day 1: Engelhardt 1998 Am J Pathol 153:1849";
        /// Time constant of the neutrophils' decay.
        neutrophil_decay_time: "τ_N", "h", 36.0 in [12.0, 96.0], Estimated, "with the arrival time it gives the peak on day 1: Engelhardt 1998";
        /// Inflammatory signal released by a full burst of neutrophils.
        neutrophil_inflammation_rate: "k_N", "level/h", 0.4 in [0.0, 10.0], Calibrated, "inflammation of about 0.6 in a wide wound on day 1";
    }
}

parameter_group! {
    /// Turnover, maturation and ground substance.
    ///
    /// ```
    /// use dermaweave::Time;
    /// use dermaweave::parameters::MatrixParameters;
    /// let half_life = 2.0_f64.ln() / MatrixParameters::default().mature_loss_rate;
    /// assert!((half_life / Time::years(1.0).in_hours() - 15.0).abs() < 0.1);
    /// ```
    MatrixParameters {
        /// Loss rate of the new pool.
        new_loss_rate: "δ_n", "1/h", 3.7e-4 in [1e-5, 2e-3], Measured, "0.037 %/h short-term synthesis in human skin, Babraj 2005";
        /// Loss rate of the mature pool.
        mature_loss_rate: "δ_m", "1/h", 5.27e-6 in [1e-6, 1e-4], Measured, "half-life about 15 years (recalled), Verzijl 2000";
        /// Time constant of maturation, new to mature.
        maturation_time: "τ_m", "h", 1_000.0 in [300.0, 4_000.0], Estimated, "cross-linking over weeks";
        /// Time constant with which fragments of cut fibers are cleared.
        fragment_time: "τ_F", "h", 336.0 in [72.0, 1_000.0], Estimated, "debris is cleared within weeks";
        /// Factor by which a level 1 of free MMP adds to the loss of the new pool, and over m_p to that of the mature pool.
        mmp_new_factor: "m_n", "1", 2.0 in [0.0, 50.0], Calibrated, "collagen loss some times faster at a high level of MMP";
        /// How many times less MMP acts on the mature pool.
        mmp_mature_protection: "m_p", "1", 10.0 in [1.0, 100.0], Estimated, "cross-links protect";
        /// TGF-β level that halves the free MMP through its inhibitors (TIMP).
        mmp_inhibition_level: "T_i", "level", 1.0 in [0.05, 20.0], Estimated, "TGF-β induces TIMP-1 and lowers MMP-1";
        /// Type III share of the new pool.
        new_type_iii_share: "t_n", "1", 0.35 in [0.2, 0.6], Measured, "early wounds about 30 %, Clore 1979";
        /// Type III share of the mature pool.
        mature_type_iii_share: "t_m", "1", 0.2 in [0.1, 0.25], Measured, "skin 15 to 20 %, Clore 1979";
        /// Water drawn into the ground substance by a level 1 of inflammation.
        edema_rate: "k_w", "1/h", 0.03 in [0.0, 1.0], Estimated, "swelling over the first day";
        /// Time constant with which the ground substance returns to rest.
        edema_time: "τ_w", "h", 36.0 in [6.0, 240.0], Estimated, "swelling gone within days";
        /// Hyaluronan added to the ground substance by resting-density fibroblasts at full activation.
        hyaluronan_rate: "k_h", "1/h", 5e-4 in [0.0, 0.01], Estimated, "plumpness while cells are active";
    }
}
