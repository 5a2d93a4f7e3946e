//! Signals that cells release and sense: the table of them, their levels and their sources.
mod diffusion;
mod layered;
mod levels;
mod per_signal;
mod sources;

pub(crate) use diffusion::mode::AxisFactor;
pub use diffusion::{DiffusionStep, DiffusionWorkspace, ExactDiffusion};
pub(crate) use layered::{LayerRates, VerticalModes};
pub use levels::Signals;
pub(crate) use levels::coarsening;
pub use per_signal::PerSignal;
pub use sources::Sources;

use crate::parameters::SignalParameters;
use serde::{Deserialize, Serialize};

/// The table of signals. A further signal is one more entry here, its two parameters in [`SignalParameters`], and a line
/// where something releases it; nothing else counts signals or depends on their order. See [`crate::guide::extending`] for
/// what else it takes if cells sense it or rows show it.
macro_rules! signals {
    ($(#[$about:meta])* enum $table:ident {
        $($(#[$doc:meta])* $signal:ident: $name:literal, $diffusivity:ident, $decay_rate:ident;)*
    }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        pub enum $table {
            $($(#[$doc])* $signal,)*
        }

        impl $table {
            /// How many there are.
            pub const COUNT: usize = [$($name),*].len();

            /// All of them, in the order in which they are stored.
            pub const ALL: [Self; Self::COUNT] = [$(Self::$signal),*];

            /// Name in reports and errors.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$signal => $name,)*
                }
            }

            /// Diffusivity in µm²/h and decay rate in 1/h.
            pub const fn rates(self, parameters: &SignalParameters) -> (f64, f64) {
                match self {
                    $(Self::$signal => (parameters.$diffusivity, parameters.$decay_rate),)*
                }
            }
        }
    };
}

signals! {
    /// Diffusing signals. Levels are relative: 1 half-saturates a fibroblast.
    ///
    /// ```
    /// use dermaweave::{Parameters, Signal};
    /// let (diffusivity, decay_rate) = Signal::TgfBeta.rates(&Parameters::default().signal);
    /// // How far a signal gets before it decays, in µm.
    /// assert!(((diffusivity / decay_rate).sqrt() - 187.0).abs() < 1.0);
    /// assert_eq!(Signal::ALL.map(Signal::name), ["TGF-β", "PDGF", "inflammation", "MMP"]);
    /// ```
    enum Signal {
        /// Transforming growth factor β: activates fibroblasts and, in excess, makes them contract.
        TgfBeta: "TGF-β", tgf_beta_diffusivity, tgf_beta_decay_rate;
        /// Platelet-derived growth factor: attracts fibroblasts and lets them divide.
        Pdgf: "PDGF", pdgf_diffusivity, pdgf_decay_rate;
        /// Inflammation, IL-1 and TNF lumped: recruits macrophages.
        Inflammation: "inflammation", inflammation_diffusivity, inflammation_decay_rate;
        /// Matrix metalloproteinases: cut collagen.
        Mmp: "MMP", mmp_diffusivity, mmp_decay_rate;
    }
}
