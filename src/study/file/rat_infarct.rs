//! Section `infarct`: the published healing rat infarct.
use crate::Time;
use crate::error::Result;
use crate::simulation::Builder;
use crate::study::infarct::{Deposition, Infarct, Shape, Strain};
use schemars::JsonSchema;
use serde::Deserialize;

/// The healing rat infarct of Rouillard & Holmes 2012 (doi:10.1113/jphysiol.2012.229484).
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct InfarctSection {
    /// How the wound is strained; along x only if not given.
    strain: StrainKind,
    /// Outline of the wound.
    shape: ShapeKind,
    /// Extent along x over that along y of an elliptic wound; 2 if not given.
    aspect: Option<f64>,
    /// How cells lay fibers.
    deposition: DepositionKind,
    /// Whether cells turn the fibers under them; they do if not given.
    realignment: Option<bool>,
    /// Weight of the strain cue in 1/h; 0 takes it away.
    strain_guidance: Option<f64>,
    /// Time of healing; six weeks if not given.
    end: Option<Time>,
}

/// A choice between variants of the experiment.
macro_rules! choice {
    ($(#[$about:meta])* $kind:ident of $of:ident { $first:ident, $($other:ident),* }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema)]
        #[serde(rename_all = "snake_case")]
        enum $kind {
            #[default]
            $first,
            $($other),*
        }

        impl From<$kind> for $of {
            fn from(kind: $kind) -> Self {
                match kind {
                    $kind::$first => Self::$first,
                    $($kind::$other => Self::$other),*
                }
            }
        }
    };
}

choice! {
    /// How the wound is strained.
    StrainKind of Strain { Uniaxial, Biaxial, Longitudinal, None }
}
choice! {
    /// Outline of the wound.
    ShapeKind of Shape { Circle, Ellipse }
}
choice! {
    /// How cells lay fibers.
    DepositionKind of Deposition { Aligned, Random }
}

impl InfarctSection {
    pub fn builder(&self, seed: u64) -> Result<Builder> {
        let usual = Infarct::default();
        let infarct = Infarct {
            strain: self.strain.into(),
            shape: self.shape.into(),
            aspect: self.aspect.unwrap_or(usual.aspect),
            deposition: self.deposition.into(),
            realignment: self.realignment.unwrap_or(usual.realignment),
            strain_guidance: self.strain_guidance.unwrap_or(usual.strain_guidance),
            days: self.end.map_or(usual.days, Time::in_days),
        };
        infarct.builder(seed)
    }
}
