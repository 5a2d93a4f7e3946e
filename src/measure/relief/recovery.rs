//! What a patient sees in the hours and days after a session.
use crate::parameters::{RecoveryParameters, SurfaceParameters};
use serde::{Deserialize, Serialize};

/// Redness, swelling and open epidermis of one region at one instant.
///
/// ```
/// use dermaweave::measure::Recovery;
/// let parameters = dermaweave::Parameters::default();
/// let calm = Recovery::new(0.0, 0.0, 1.0, 0.0, &parameters.recovery, &parameters.surface);
/// let sore = Recovery::new(0.2, 0.03, 1.5, 0.03, &parameters.recovery, &parameters.surface);
/// assert_eq!((calm.redness, calm.swelling_um, calm.open_barrier), (0.0, 0.0, 0.0));
/// assert!(sore.redness > 0.5 && (sore.swelling_um - 35.0).abs() < 1e-9);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Recovery {
    /// Redness (erythema) from 0 none to 1 full: X/(X + I_h) with X = v + I_r f, the dilation v of vessels
    /// by inflammation that is new to them and the flare f
    /// ([`Microchannels`](crate::tissue::Microchannels)). Cells that stay for days do not redden for days.
    #[serde(with = "crate::reading::number")]
    pub redness: f64,
    /// Swelling (edema) in µm of dermal thickness: H₀ v_gr (w − 1).
    #[serde(with = "crate::reading::number")]
    pub swelling_um: f64,
    /// Share of the surface where the epidermis is open.
    #[serde(with = "crate::reading::number")]
    pub open_barrier: f64,
}

/// Redness that is still seen.
const VISIBLE_REDNESS: f64 = 0.1;

impl Recovery {
    /// From the region's mean dilation (inflammation above what vessels have adapted to) and flare, its ground substance
    /// (1 = healthy) and the share
    /// of its surface that is open.
    pub fn new(
        dilation: f64,
        flare: f64,
        ground_substance: f64,
        open_barrier: f64,
        recovery: &RecoveryParameters,
        surface: &SurfaceParameters,
    ) -> Self {
        let heat = (dilation + recovery.flare_level * flare).max(0.0);
        Self {
            redness: heat / (heat + recovery.redness_half_level),
            swelling_um: surface.reference_thickness * surface.ground_share * (ground_substance - 1.0).max(0.0),
            open_barrier,
        }
    }

    /// Dilation of vessels: inflammation above what they have adapted to, max(0, I − A).
    pub fn dilation(inflammation: f64, adaptation: f64) -> f64 {
        (inflammation - adaptation).max(0.0)
    }

    /// Whether redness can still be seen, from 0.1 on.
    pub fn is_red(&self) -> bool {
        self.redness >= VISIBLE_REDNESS
    }
}
