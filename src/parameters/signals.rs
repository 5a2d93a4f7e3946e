//! Parameters of the signals.
use super::parameter_group;

parameter_group! {
    /// Diffusivity and decay of each signal: ∂c/∂t = D ∇²c − λ c + s.
    ///
    /// Levels are relative: 1 is the level that half-saturates a fibroblast. Published decay rates
    /// span decades; the defaults keep the ranges √(D/λ) between about 130 and 200 µm.
    ///
    /// ```
    /// use dermaweave::parameters::SignalParameters;
    /// // Twice the decay shortens the range of TGF-β from 187 to 132 µm.
    /// let signal = SignalParameters { tgf_beta_decay_rate: 0.7, ..Default::default() };
    /// let range = (signal.tgf_beta_diffusivity / signal.tgf_beta_decay_rate).sqrt();
    /// assert!((range - 132.0).abs() < 0.1);
    /// ```
    SignalParameters {
        /// Diffusivity of TGF-β.
        tgf_beta_diffusivity: "D_T", "µm²/h", 12_200.0 in [1_000.0, 40_000.0], Measured, "3.4 µm²/s effective, Murphy 2012";
        /// Decay rate of TGF-β.
        tgf_beta_decay_rate: "λ_T", "1/h", 0.35 in [0.001, 0.625], Calibrated, "published 0.001 /h to 15 /day; range √(D/λ) = 187 µm";
        /// Diffusivity of PDGF.
        pdgf_diffusivity: "D_P", "µm²/h", 3_600.0 in [2_000.0, 4_000.0], Measured, "2000 to 4000 µm²/h in wound-healing models";
        /// Decay rate of PDGF.
        pdgf_decay_rate: "λ_P", "1/h", 0.2 in [0.01, 2.0], Calibrated, "range √(D/λ) = 134 µm";
        /// Diffusivity of the lumped inflammatory signal (IL-1, TNF).
        inflammation_diffusivity: "D_I", "µm²/h", 12_200.0 in [1_000.0, 40_000.0], Estimated, "as TGF-β: proteins of similar size";
        /// Decay rate of the inflammatory signal.
        inflammation_decay_rate: "λ_I", "1/h", 0.3 in [0.01, 2.0], Calibrated, "range √(D/λ) = 202 µm";
        /// Diffusivity of matrix metalloproteinases.
        mmp_diffusivity: "D_M", "µm²/h", 1_200.0 in [100.0, 5_000.0], Estimated, "slowed by binding to collagen";
        /// Decay rate of matrix metalloproteinases.
        mmp_decay_rate: "λ_M", "1/h", 0.036 in [0.01, 0.2], Measured, "0.875 /day in wound-healing models";
        /// A signal whose level and sources stay below this is set to rest and not solved.
        rest_level: "c_0", "level", 1e-3 in [0.0, 0.01], Estimated, "1/1000 of what half-saturates a fibroblast";
    }
}
