//! What fibroblasts release.
use super::Fibroblast;
use crate::parameters::FibroblastParameters;
use crate::signals::{PerSignal, Signal};

impl Fibroblast {
    /// Whether it is active enough to release anything, a ≥ a_0.
    pub(crate) fn acts(&self, parameters: &FibroblastParameters) -> bool {
        self.activation >= parameters.resting_activation
    }

    /// What it releases of each signal, in level µm²/h, with activation a, contraction b and the packing c of the collagen at its site:
    ///
    /// MMP r_Mf a, and TGF-β r_Tf a b min(c, 1), which a contractile cell pulls free from the collagen that stores it. A
    /// resting cell (a < a_0) releases nothing.
    ///
    /// ```
    /// use dermaweave::cells::fibroblast::Fibroblast;
    /// use dermaweave::{Parameters, Signal};
    /// let parameters = Parameters::default().fibroblast;
    /// let cell = Fibroblast { id: 1, x: 50.0, y: 50.0, heading: 0.0, activation: 0.5, contraction: 0.0 };
    /// assert_eq!(cell.released(1.0, &parameters)[Signal::Mmp], 0.5 * parameters.fibroblast_mmp_release_rate);
    /// assert_eq!(cell.released(1.0, &parameters)[Signal::TgfBeta], 0.0);
    /// let myofibroblast = Fibroblast { contraction: 1.0, ..cell };
    /// assert!(myofibroblast.released(1.0, &parameters)[Signal::TgfBeta] > 0.0);
    /// assert_eq!(myofibroblast.released(0.0, &parameters)[Signal::TgfBeta], 0.0);
    /// ```
    pub fn released(&self, packing: f64, parameters: &FibroblastParameters) -> PerSignal<f64> {
        let mut released = PerSignal::default();
        if self.acts(parameters) {
            let pull = parameters.fibroblast_tgf_beta_release_rate * self.activation * self.contraction;
            released[Signal::TgfBeta] = (pull * packing.min(1.0)).max(0.0);
            released[Signal::Mmp] = parameters.fibroblast_mmp_release_rate * self.activation;
        }
        released
    }
}
