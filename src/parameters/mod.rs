//! Every rate of the model, with symbol, unit, default, accepted range, origin and source.
//!
//! Each group of parameters is a plain struct with public fields and a `Default`; a study changes
//! what it needs with struct update syntax or from a TOML file. [`Parameters::table`] lists them all.
//!
//! # How the calibrated ones were chosen
//!
//! Published findings are divided: some are fitted to or were looked at while defaults were chosen, the others (by a test,
//! at least a third; at present half) are kept out and only compared, though most of them follow from those that are fitted
//! to. Example `validate` lists which is which, with source, band and what comes out. What fixed which parameter:
//!
//! | finding | parameters |
//! |---|---|
//! | memory of one pulse of TGF-β and of two | `activation_time`, `memory_time`, `resting_activation` |
//! | peak and fall of the macrophages in a wound | `recruitment_rate`, `removal_rate` |
//! | first, half, peak and fall of the myofibroblasts | `contraction_time`, `switch_time` (estimated), `tgf_beta_release_rate` of macrophages |
//! | mean vector length of uniaxially strained infarcts (example `infarct`) | `strain_guidance`, one constant for skin and infarct |
//! | wounds of 0.1 to 2 mm: small ones regain the directions of skin, wide ones become parallel | `realignment_rate`, `contractile_parallel_factor`, `contraction_threshold`, `contractile_pull` |
//! | small wounds alone: cells enter them, and fibers at rest do not sustain an order of their own | `parallel_guidance`, `chemotaxis` |
//! | amount of collagen in wide wounds | `polarity` |
//! | rise of collagen in a wound, papillary collagen and scar volume after five sessions | `deposition_rate`, `fibrin_removal_rate`, `fibrin_clearance_rate` |
//! | healthy skin keeps its collagen under needling | `active_mature_loss`, `active_new_loss` |
//! | about 30 % of the gain comes after the last session | `slow_share`, `slow_time`, `thickness_time` |
//! | channels close | `closure_speed` |
//! | thinning per decade, collagen in the sun | `collagen_shortfall`, `uncompensated_share` |
//! | orientation index of healthy skin | the microscope of [`Histology`](crate::measure::Histology) |
//!
//! Of these `chemotaxis`, `polarity` and `thickness_time` are tagged *estimated*: their ranges come from elsewhere, and the
//! finding chose the value within. Not fitted to anything are the parameters of needles ([`Cut`](crate::treatment::Cut)), of
//! stiffness, of production under load and of movement. `movement_guidance` belongs to a hypothesis and may be set to 0
//! ([`guide::model`](crate::guide::model#movement)).
//!
//! The remaining ones tagged *calibrated* keep small wounds whole and wide ones scarred (`tests/science.rs`). Defaults
//! were chosen by hand, rounded, from few trials; example `calibrate` fits systematically (Latin hypercube, pattern search
//! within the accepted ranges) all that acts in wounds and needled skin, and tells what is gained over the defaults.
mod ageing;
mod cells;
mod matrix;
mod mechanics;
mod signals;
mod surface;

pub use ageing::AgeingParameters;
pub use cells::{FibroblastParameters, MacrophageParameters};
pub use matrix::{InjuryParameters, MatrixParameters};
pub use mechanics::MechanicsParameters;
pub use signals::SignalParameters;
pub use surface::{RecoveryParameters, SurfaceParameters};

use crate::error::{Result, check};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Where a default comes from.
///
/// ```
/// use dermaweave::parameters::{Origin, Parameters};
/// let table = Parameters::default().table();
/// let (measured, others): (Vec<_>, Vec<_>) = table.iter().partition(|row| row.origin == Origin::Measured);
/// assert!(measured.iter().any(|row| row.name == "mature_loss_rate"));
/// assert!(others.iter().any(|row| row.name == "deposition_rate"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Origin {
    /// Reported by an experiment.
    Measured,
    /// Reasoned from related measurements.
    Estimated,
    /// Chosen within the accepted range so that the whole model meets published courses.
    Calibrated,
}

/// One row of the parameter table.
///
/// ```
/// use dermaweave::Parameters;
/// let table = Parameters::default().table();
/// let diffusivity = table.iter().find(|row| row.name == "tgf_beta_diffusivity").unwrap();
/// assert_eq!((diffusivity.symbol, diffusivity.unit, diffusivity.value), ("D_T", "µm²/h", 12_200.0));
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ParameterRow {
    /// Group it belongs to.
    pub group: &'static str,
    /// Name of the field.
    pub name: &'static str,
    /// Symbol in the equations.
    pub symbol: &'static str,
    /// Unit of value and range.
    pub unit: &'static str,
    /// Value in use.
    #[serde(with = "crate::reading::number")]
    pub value: f64,
    /// Smallest accepted value.
    pub minimum: f64,
    /// Largest accepted value.
    pub maximum: f64,
    /// Where the default comes from.
    pub origin: Origin,
    /// Source of the default and the range.
    pub source: &'static str,
}

impl fmt::Display for ParameterRow {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        let Self { name, symbol, unit, value, minimum, maximum, origin, source, .. } = self;
        write!(formatter, "{name:<32} {symbol:<6} {value:>10} {unit:<12} [{minimum}, {maximum}]  {origin:?}: {source}")
    }
}

/// Declares a group: one row per parameter with symbol, unit, default, range, origin and source.
/// From the rows come the struct with its documentation, its defaults, its table and its checks.
/// Choices between laws, which are no numbers, stand behind the rows.
macro_rules! parameter_group {
    ($(#[$about:meta])* $group:ident {
        $($(#[$doc:meta])* $name:ident: $symbol:literal, $unit:literal, $default:literal in [$low:literal, $high:literal], $origin:ident, $source:literal;)*
        $(=> $(#[$choice_doc:meta])* $choice:ident: $law:ty;)*
    }) => {
        $(#[$about])*
        #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct $group {
            $($(#[$doc])*
            #[doc = concat!("\n\n`", $symbol, "` = ", stringify!($default), " ", $unit, " (", stringify!($low), " to ", stringify!($high), "). ", stringify!($origin), ": ", $source, ".")]
            pub $name: f64,)*
            $($(#[$choice_doc])* pub $choice: $law,)*
        }

        impl Default for $group {
            fn default() -> Self {
                Self { $($name: $default,)* $($choice: <$law>::default(),)* }
            }
        }

        impl $group {
            /// One row per parameter.
            pub fn table(&self) -> Vec<$crate::parameters::ParameterRow> {
                vec![$($crate::parameters::ParameterRow {
                    group: stringify!($group), name: stringify!($name), symbol: $symbol, unit: $unit, value: self.$name,
                    minimum: $low, maximum: $high, origin: $crate::parameters::Origin::$origin, source: $source,
                }),*]
            }
        }
    };
}
pub(crate) use parameter_group;

/// All parameters of the model.
///
/// ```
/// use dermaweave::parameters::{FibroblastParameters, Parameters};
/// let stiffer_turns = Parameters {
///     fibroblast: FibroblastParameters { rotational_diffusivity: 0.1, ..Default::default() },
///     ..Default::default()
/// };
/// assert!(stiffer_turns.validate().is_ok());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Parameters {
    /// Diffusion and decay of the signals.
    pub signal: SignalParameters,
    /// What a needle does at once.
    pub injury: InjuryParameters,
    /// Arrival, work and removal of macrophages.
    pub macrophage: MacrophageParameters,
    /// Activation, movement, number and work of fibroblasts.
    pub fibroblast: FibroblastParameters,
    /// Turnover and maturation of the matrix.
    pub matrix: MatrixParameters,
    /// Load, thickness and slow remodeling.
    pub mechanics: MechanicsParameters,
    /// What years, sun, smoke and dirty air do.
    pub ageing: AgeingParameters,
    /// Redness and the open barrier.
    pub recovery: RecoveryParameters,
    /// What the dermis consists of, and its relief.
    pub surface: SurfaceParameters,
    /// Which way cells lay and turn fibers: along their body, or at random for a null model.
    pub fiber_axis: FiberAxis,
}

/// The axis along which fibroblasts lay and turn fibers.
///
/// ```
/// use dermaweave::parameters::{FiberAxis, Parameters};
/// assert_eq!(Parameters::default().fiber_axis, FiberAxis::AlongBody);
/// let null_model = Parameters { fiber_axis: FiberAxis::Random, ..Default::default() };
/// assert!(null_model.validate().is_ok());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum FiberAxis {
    /// Along the body of the cell.
    #[default]
    AlongBody,
    /// Along a random axis that a cell keeps for about one persistence time: the null model, with
    /// the same rules for movement and amounts, against which organization is judged.
    Random,
    /// Turned along the body, but laid without any direction.
    LaidAtRandom,
}

/// How fibroblasts answer to the signals around them.
///
/// ```
/// use dermaweave::cells::fibroblast::Fibroblast;
/// use dermaweave::parameters::{FibroblastParameters, Response};
/// let linear = FibroblastParameters { response: Response::Linear, linear_floor: 0.1, ..Default::default() };
/// let mut cell = Fibroblast { id: 0, x: 50.0, y: 50.0, heading: 0.0, activation: 0.0, contraction: 0.0 };
/// cell.respond(0.5, 1.0, &linear, 3.0);
/// assert!((cell.activation - 0.55).abs() < 1e-12);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Response {
    /// Activation follows TGF-β with a memory, contraction follows, and PDGF lets active cells divide.
    #[default]
    Remembering,
    /// All that a cell does is linear in TGF-β and follows it at once, as in models of healing infarcts:
    /// a = a_l + (1 − a_l) min(T, 1), deposition alike with its own floor d_l, division at k_d a (1 − n/n_max);
    /// no cell contracts.
    Linear,
}

impl Parameters {
    /// All parameters, one row each.
    pub fn table(&self) -> Vec<ParameterRow> {
        let groups = [
            self.signal.table(),
            self.injury.table(),
            self.macrophage.table(),
            self.fibroblast.table(),
            self.matrix.table(),
            self.mechanics.table(),
            self.ageing.table(),
            self.recovery.table(),
            self.surface.table(),
        ];
        groups.into_iter().flatten().collect()
    }

    /// Checks every value against its accepted range.
    /// The first one outside gives [`Error::OutOfRange`](crate::Error::OutOfRange) with its name, unit and range.
    pub fn validate(&self) -> Result<()> {
        self.table()
            .iter()
            .try_for_each(|row| check(row.name, row.value, row.unit, row.minimum..=row.maximum).map(drop))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_default_lies_in_its_range_and_has_a_source() {
        assert!(Parameters::default().validate().is_ok());
        assert!(Parameters::default().table().iter().all(|row| !row.source.is_empty() && row.minimum < row.maximum));
    }

    #[test]
    fn names_and_symbols_are_unique() {
        let table = Parameters::default().table();
        let names: std::collections::BTreeSet<_> = table.iter().map(|row| row.name).collect();
        let symbols: std::collections::BTreeSet<_> = table.iter().map(|row| row.symbol).collect();
        assert_eq!((names.len(), symbols.len()), (table.len(), table.len()));
    }
}
