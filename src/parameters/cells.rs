//! Parameters of macrophages and fibroblasts.
use super::{Response, parameter_group};

parameter_group! {
    /// Macrophages: arrival, change from inflammatory (M1) to repairing (M2), removal, release.
    ///
    /// ```
    /// use dermaweave::parameters::{MacrophageParameters, Parameters};
    /// let macrophage = MacrophageParameters { switch_time: 2.0, ..Default::default() };
    /// let refused = Parameters { macrophage, ..Default::default() }.validate().unwrap_err();
    /// assert_eq!(refused.to_string(), "switch_time is 2 h; it must be from 12 to 120 h");
    /// ```
    MacrophageParameters {
        /// Arrivals per area and inflammation level.
        recruitment_rate: "k_R", "1/(mm² h)", 30.0 in [1.0, 500.0], Calibrated, "some hundreds to thousands per mm² at the peak in a 100 µm slab of a wound";
        /// How many fill a volume: none arrives where that many are.
        packed_per_mm3: "N_Φ", "1/mm³", 128_000.0 in [20_000.0, 500_000.0], Estimated, "0.64 of the volume (random close packing), 4990 µm³ each (human, of the lung): Krombach 1997 doi:10.1289/ehp.97105s51261";
        /// Rate of removal, at any age.
        removal_rate: "δ_Φ", "1/h", 0.0125 in [0.005, 0.1], Calibrated, "counts in wounds fall by 0.25 /day from day 7 on; 0.6 /day in wound-healing models";
        /// Age at which a macrophage turns from M1 to M2.
        switch_time: "τ_Φ", "h", 66.0 in [12.0, 120.0], Estimated, "M1 dominates to day 2, M2 from day 3";
        /// Random motility of the walk.
        motility: "D_Φ", "µm²/h", 200.0 in [0.0, 5_000.0], Estimated, "slow interstitial migration: 20 µm/h kept for an hour";
        /// Inflammatory signal released by one M1.
        inflammation_release_rate: "r_I", "level µm²/h", 80.0 in [0.0, 5_000.0], Calibrated, "each M1 recruits fewer than one successor: inflammation ends by itself";
        /// MMP released by one M1.
        mmp_release_rate: "r_M", "level µm²/h", 20.0 in [0.0, 5_000.0], Calibrated, "M1 macrophages are the main early source of MMP; levels in a 2 mm wound stay below 0.5";
        /// TGF-β released by one M2.
        tgf_beta_release_rate: "r_T", "level µm²/h", 9_000.0 in [0.0, 200_000.0], Calibrated, "some 1000 M2 per mm² hold level 20 in a wide wound, where cells contract; channels have too few";
        /// PDGF released by one M2.
        pdgf_release_rate: "r_P", "level µm²/h", 7_800.0 in [0.0, 200_000.0], Calibrated, "fibroblasts peak in week 1 to 3";
        /// Fibrin cleared under one M2.
        fibrin_clearance_rate: "k_φ", "1/h", 0.04 in [0.0, 1.0], Calibrated, "clot gone within two weeks";
        /// Side of the square that one macrophage covers.
        reach: "w_Φ", "µm", 20.0 in [10.0, 60.0], Measured, "diameter of a macrophage";
    }
}

parameter_group! {
    /// Fibroblasts: activation, movement, number, and the work they do on the matrix.
    ///
    /// ```
    /// use dermaweave::Parameters;
    /// // A study file names only what it changes.
    /// let study: Parameters = toml::from_str("[fibroblast]\nchemotaxis = 0.0")?;
    /// assert_eq!(study.fibroblast.chemotaxis, 0.0);
    /// assert_eq!(study.fibroblast.memory_time, Parameters::default().fibroblast.memory_time);
    /// # Ok::<(), toml::de::Error>(())
    /// ```
    FibroblastParameters {
        /// Time constant of activation while it is below that of the level of TGF-β.
        activation_time: "τ_on", "h", 6.0 in [1.0, 72.0], Calibrated, "a pulse of 30 min is answered: Fibrogenesis Tissue Repair 2013;6:12; collagen and α-SMA rise within a day of TGF-β";
        /// Time constant of the memory after TGF-β has gone.
        memory_time: "τ_off", "h", 216.0 in [72.0, 336.0], Calibrated, "one 30 min pulse acts for 7 days, a second one a day later for 14: Fibrogenesis Tissue Repair 2013;6:12";
        /// Packing of the matrix from which cells calm down at full pace; in more open space they stay active longer.
        calming_density: "ρ_q", "1", 0.7 in [0.05, 1.0], Calibrated, "cells of granulation tissue stay active until the space is filled";
        /// Pace of calming in empty space relative to full matrix, so that every cell comes to rest in the end.
        slowest_calming: "q_0", "1", 0.1 in [0.01, 1.0], Estimated, "clots without matrix are cleared within months";
        /// Activation below which a fibroblast rests.
        resting_activation: "a_0", "1", 0.037 in [0.001, 0.2], Calibrated, "half of what a pulse of 30 min of TGF-β brings about: doi:10.1186/1755-1536-6-12";
        /// Time constant of becoming contractile (a myofibroblast).
        contraction_time: "τ_c", "h", 85.0 in [24.0, 240.0], Calibrated, "first myofibroblasts on day 5: Betz 1992 Int J Legal Med 105:99";
        /// Time constant with which contraction is given up where nothing is under load.
        release_time: "τ_r0", "h", 72.0 in [24.0, 240.0], Measured, "gone within 2 to 5 days of release: Hinz 2001 PMID 11549593";
        /// Mean strain at which contraction is given up half as fast as without load.
        release_strain: "e_r", "1", 0.5 in [0.1, 1.0], Estimated, "half of the strain of healthy skin";
        /// TGF-β level at which half of the cells in stiff matrix under the strain of healthy skin become contractile.
        contraction_threshold: "T_c", "level", 6.8 in [0.5, 20.0], Calibrated, "columns up to about 0.5 mm heal without a visible scar";
        /// Steepness of the contractile response to TGF-β.
        contraction_steepness: "h_c", "1", 8.0 in [1.0, 12.0], Estimated, "cooperative response";
        /// Packing at which the stiffness of the matrix allows half of the contraction.
        contraction_density: "ρ_c", "1", 0.05 in [0.01, 1.0], Estimated, "α-SMA needs matrix stiffer than about 10 kPa";
        /// Speed in fresh clot at full activation.
        clot_speed: "v_c", "µm/h", 15.0 in [1.0, 60.0], Measured, "15 µm/h, Dallon and coworkers";
        /// Speed in intact dermis at full activation.
        dermis_speed: "v_d", "µm/h", 3.5 in [0.1, 15.0], Measured, "3.5 µm/h, Dallon and coworkers";
        /// Rotational diffusivity: the persistence time without cues is 1/D_r.
        rotational_diffusivity: "D_r", "1/h", 0.2 in [0.05, 1.0], Estimated, "persistence of 1 to 20 h";
        /// Guidance by the second moment of the fibers (parallel order). Order of this kind sustains itself above 4 D_r.
        parallel_guidance: "g₂", "1/h", 0.1 in [0.0, 10.0], Calibrated, "below the transition for fibroblasts";
        /// Guidance by the strain of the fiber network, or by an imposed one, multiplied with its deviator over its mean.
        strain_guidance: "g_s", "1/h", 0.23 in [0.0, 5.0], Calibrated, "mean vector length of a uniaxially strained infarct, Rouillard 2012; R of healthy dermis is 0.10";
        /// Factor on g₂ in a fully contractile cell.
        contractile_parallel_factor: "f₂", "1", 30.0 in [1.0, 40.0], Calibrated, "myofibroblasts are pulled into line";
        /// Packing at which guidance by fibers is half of its full strength.
        guidance_density: "ρ_g", "1", 0.1 in [0.001, 1.0], Estimated, "a tenth of the fibers of dermis still guides a cell half as well";
        /// Strength of chemotaxis towards PDGF.
        chemotaxis: "χ", "µm/h", 16.0 in [0.0, 500.0], Calibrated, "turns a cell within hours where PDGF falls by 1/e over its range";
        /// PDGF level that half-saturates chemotaxis and division.
        pdgf_half_level: "K", "level", 1.0 in [0.01, 10.0], Estimated, "definition of the level";
        /// Division rate at full PDGF and no crowding.
        division_rate: "k_d", "1/h", 0.03 in [0.001, 0.042], Calibrated, "cycle of 24 to 240 h";
        /// Crowding at which division stops, relative to resting skin.
        crowding_limit: "n_max", "1", 4.0 in [1.5, 10.0], Estimated, "granulation tissue holds several times the cells of dermis";
        /// Side of the tiles on which cells are counted for crowding.
        crowding_tile: "w_n", "µm", 200.0 in [5.0, 1_000.0], Estimated, "wide enough that the scatter of resting cells is no crowding; some cell bodies wide in infarct models, Rouillard 2012 doi:10.1113/jphysiol.2012.229484";
        /// Death rate of cells in excess once it is quiet.
        apoptosis_rate: "δ_F", "1/h", 0.005 in [0.0, 0.02], Measured, "0.12 /day to 1/(240 h); none in models with natural death alone";
        /// Rate of natural death, at any crowding and activation.
        natural_death_rate: "δ_0", "1/h", 0.0 in [0.0, 0.02], Estimated, "resident cells live for years; 1/(240 h) in infarct models, Rouillard 2012";
        /// Excess over resting skin that is tolerated.
        tolerated_excess: "n_t", "1", 1.15 in [1.0, 1.5], Estimated, "above the scatter of the count of resting cells";
        /// Sum of TGF-β and PDGF levels at which the death of excess cells is held back by half.
        quiet_level: "T_q", "level", 0.1 in [0.001, 10.0], Estimated, "a tenth of what half-saturates a cell still keeps it alive";
        /// Length of the body, along which it works.
        body_length: "ℓ_b", "µm", 60.0 in [5.0, 150.0], Measured, "spread dermal fibroblast; discs of radius 5 µm in infarct models, Rouillard 2012";
        /// Width of the body, across which it works.
        body_width: "w_b", "µm", 10.0 in [5.0, 30.0], Measured, "spread dermal fibroblast";
        /// Width of the strip whose fibers it senses.
        sensing_width: "w_s", "µm", 80.0 in [5.0, 100.0], Calibrated, "reach of protrusions on both sides: a weave carries into a wound as far as cells sense it; the body alone in infarct models";
        /// How much of the strain along its body a cell senses, the rest being the mean over all directions.
        polarity: "p_c", "1", 0.6 in [0.0, 1.0], Calibrated, "mean cos 2θ of the adhesions of a spread cell about its axis";
        /// Deposition under the body at full activation, in free space.
        deposition_rate: "k_dep", "1/h", 0.03 in [0.0005, 0.05], Calibrated, "volume of a scar after five sessions, papillary collagen";
        /// Packing, relative to healthy dermis, at which nothing more is laid.
        packing_limit: "c_max", "1", 1.15 in [1.01, 1e6], Estimated, "bundles cover 89 to 93 % of the dermis (Branchet 1991): full at 1.08 to 1.12, and some more under load; without end in infarct models, whose content degradation limits";
        /// Degradation of the new pool under the body at full activation.
        degradation_rate: "k_deg", "1/h", 0.0 in [0.0, 0.02], Estimated, "collagenases act around cells (active_new_loss); under a cell in infarct models, Rouillard 2012";
        /// Rotation of fibers of the new pool towards the body at full activation.
        realignment_rate: "k_al", "1/h", 0.005 in [0.0, 0.1], Calibrated, "about 1 to 3 degrees per hour in infarct models, Rouillard 2012";
        /// Factor on the rotation of fibers by a fully contractile cell.
        contractile_pull: "f_p", "1", 10.0 in [1.0, 15.0], Calibrated, "α-SMA raises the traction of fibroblasts several times: Hinz 2001 Mol Biol Cell 12:2730";
        /// How much slower mature fibers are turned and cut under the body.
        mature_resistance: "p", "1", 5.0 in [1.0, 50.0], Estimated, "cross-linked type I";
        /// Elastin laid under the body at full activation.
        elastin_rate: "k_e", "1/h", 2e-5 in [0.0, 1e-3], Estimated, "elastic fibers return over many months";
        /// Fibrin cleared under the body at full activation.
        fibrin_removal_rate: "k_f", "1/h", 0.06 in [0.0, 1.0], Calibrated, "clot gone within two weeks";
        /// MMP released by one cell at full activation.
        fibroblast_mmp_release_rate: "r_Mf", "level µm²/h", 10.0 in [0.0, 1_000.0], Calibrated, "half of what an M1 releases";
        /// TGF-β freed by one contractile cell in full matrix. Kept so weak that it cannot sustain itself.
        fibroblast_tgf_beta_release_rate: "r_Tf", "level µm²/h", 50.0 in [0.0, 5_000.0], Calibrated, "loop gain far below 1, so that TGF-β cannot sustain itself: 1500 myofibroblasts per mm² hold 0.2";
        /// Activation without TGF-β in the linear response.
        linear_floor: "a_l", "1", 0.1 in [0.0, 1.0], Estimated, "tenfold ranges of speed, rotation, degradation and cycle: Rouillard 2012";
        /// Deposition without TGF-β in the linear response, relative to that at level 1.
        linear_deposition_floor: "d_l", "1", 0.01 in [0.0, 1.0], Estimated, "0.18 to 18 fibers per cell and hour: Rouillard 2012";
        =>
        /// How they answer to signals; the two floors above belong to the linear response.
        response: Response;
    }
}
