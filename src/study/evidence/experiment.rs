//! The experiments that repeat what was published.
use super::{Chosen, End, Moved, Size, column, infarct, load, needling, rest, scar, trials, wound};
use crate::error::Result;
use crate::parameters::Parameters;
use Chosen::{Penetration, StartThickness};
use End::{High, Low};
use std::collections::BTreeMap;

/// Numbers that an experiment came to, by the name of their target.
pub type Numbers = BTreeMap<&'static str, f64>;

/// What one replicate of an experiment depends on.
///
/// ```
/// use dermaweave::Parameters;
/// use dermaweave::study::evidence::{EXPERIMENTS, Replicate};
/// let memory = EXPERIMENTS.iter().find(|experiment| experiment.name == "memory").unwrap();
/// let numbers = (memory.run)(Replicate { parameters: &Parameters::default(), seed: 1, moved: None })?;
/// assert!(numbers["memory_two_pulses"] > numbers["memory_one_pulse"]);
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Replicate<'a> {
    /// Parameters of the model.
    pub parameters: &'a Parameters,
    /// Seed of all random numbers.
    pub seed: u64,
    /// A value of our choice that is moved to an end of its range, if one is.
    pub moved: Option<Moved>,
}

/// One experiment on the model.
///
/// ```
/// use dermaweave::study::evidence::EXPERIMENTS;
/// let fitted: Vec<_> = EXPERIMENTS.iter().filter(|experiment| experiment.fits).collect();
/// assert!(fitted.iter().any(|experiment| experiment.name == "excision"));
/// assert!(fitted.iter().all(|experiment| experiment.moved.is_none()));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Experiment {
    /// Its name.
    pub name: &'static str,
    /// Targets that it comes to a number for; one that it does not come to counts as NaN.
    pub targets: &'static [&'static str],
    /// One replicate.
    pub run: fn(Replicate) -> Result<Numbers>,
    /// What is moved. The findings of such an experiment stand beside those of the one where nothing is.
    pub moved: Option<Moved>,
    /// Replicates in full size.
    pub replicates: u64,
    /// Replicates for a first look.
    pub quick_replicates: u64,
    /// Whether findings that it speaks to are fitted to; an experiment with parameters of its own does not fit.
    pub fits: bool,
    /// Seconds that one replicate takes on one core, roughly: the longest begin first.
    pub seconds: f64,
}

impl Experiment {
    /// One replicate in either size; nothing is moved, nothing is fitted to.
    const fn new(
        name: &'static str,
        run: fn(Replicate) -> Result<Numbers>,
        targets: &'static [&'static str],
        seconds: f64,
    ) -> Self {
        Self { name, targets, run, moved: None, replicates: 1, quick_replicates: 1, fits: false, seconds }
    }

    const fn replicates(self, replicates: u64, quick_replicates: u64) -> Self {
        Self { replicates, quick_replicates, ..self }
    }

    const fn fits(self) -> Self {
        Self { fits: true, ..self }
    }

    const fn moved(self, chosen: Chosen, end: End) -> Self {
        Self { moved: Some(Moved { chosen, end }), ..self }
    }

    /// Its replicates in a validation of this size.
    pub const fn replicates_in(&self, size: Size) -> u64 {
        match size {
            Size::Full => self.replicates,
            Size::Quick => self.quick_replicates,
            Size::Replicates(replicates) => replicates,
        }
    }
}

#[rustfmt::skip]
const INFARCT: &[&str] = &[
    "infarct_day_7", "infarct_day_14", "infarct_day_21", "infarct_day_42", "infarct_uniaxial", "infarct_biaxial", "infarct_unturned",
    "infarct_contrast", "infarct_no_cue",
];
#[rustfmt::skip]
const EXCISION: &[&str] = &[
    "neutrophil_peak", "macrophage_peak", "macrophage_rise", "macrophage_fall", "myofibroblast_first", "myofibroblast_rise",
    "myofibroblast_peak", "collagen_rise", "synthesis_peak", "synthesis_rise", "strength_1_week", "strength_3_weeks",
    "strength_3_months", "crosslinks_6_months", "type_iii_wound", "elastin_wound", "coi_scar", "coi_order", "scar_parallel",
    "spread_over_scar", "scar_isotropic", "scar_aligns_late",
];
#[rustfmt::skip]
const COLUMNS: &[&str] = &[
    "column_narrow", "column_wide", "column_wide_amount", "column_seen", "column_700_week_7", "column_1500_thick",
];
#[rustfmt::skip]
const FIVE_MONTHLY: &[&str] = &[
    "papillary_collagen", "epidermis_day_5", "barrier_72_h", "erythema", "erythema_days", "tgf_beta_up",
];
const BOXCAR: &[&str] = &["scar_three_sessions", "scar_five_sessions", "relief_three_sessions"];
#[rustfmt::skip]
const SCAR_TYPES: &[&str] = &[
    "ice_pick_least", "grade_four_sessions", "grade_blinded", "elasticity_four_sessions", "scar_order", "skin_amount", "skin_weave",
];

/// All experiments.
#[rustfmt::skip]
pub const EXPERIMENTS: &[Experiment] = &[
    Experiment::new("infarct", infarct::strained, INFARCT, 1.2).replicates(8, 1),
    Experiment::new("well-mixed content", infarct::well_mixed, &["well_mixed"], 0.0),
    Experiment::new("independent directions", infarct::independent_directions, &["local_alignment"], 0.0).replicates(8, 8),
    Experiment::new("devices", rest::devices, &["holes_15_passes", "channel_depth", "channel_width"], 0.1).replicates(8, 2),
    Experiment::new("memory", rest::memory, &["memory_one_pulse", "memory_two_pulses"], 0.0).fits(),
    Experiment::new("untouched skin", rest::untouched, &["coi_healthy", "modulus_ratio"], 0.2).replicates(8, 2),
    Experiment::new("ageing", rest::ageing, &["thickness_decade", "sun_collagen", "modulus_with_age"], 0.0),
    Experiment::new("stretched skin", load::stretched_skin, &["prestrain_ratio"], 0.0),
    Experiment::new("cyclic stretch", load::cyclic_stretch, &["reorient_time"], 0.1).replicates(4, 1),
    Experiment::new("excision", wound::excision, EXCISION, 12.0).replicates(6, 1).fits(),
    Experiment::new("splinted wound", load::splinted, &["splint_day_12", "release_half_life", "release_cells"], 6.0).replicates(4, 1),
    Experiment::new("columns", column::columns, COLUMNS, 12.0).replicates(4, 1).fits(),
    Experiment::new("five monthly sessions", needling::five_monthly, FIVE_MONTHLY, 9.0).replicates(4, 1).fits(),
    Experiment::new("five monthly sessions from 0.5", needling::five_monthly, FIVE_MONTHLY, 9.0).moved(StartThickness, Low),
    Experiment::new("five monthly sessions from 0.8", needling::five_monthly, FIVE_MONTHLY, 9.0).moved(StartThickness, High),
    Experiment::new("six fortnightly sessions", needling::six_fortnightly, &["type_i", "type_iii", "new_collagen", "elastin"], 4.0).replicates(3, 1),
    Experiment::new("closure", needling::closure, &["closure_lesions", "closure_half_life"], 0.3).replicates(8, 2).fits(),
    Experiment::new("acne scar in layers", scar::boxcar, BOXCAR, 30.0).replicates(4, 1).fits(),
    Experiment::new("acne scar in layers, needles reach 0.5", scar::boxcar, BOXCAR, 25.0).replicates(3, 1).moved(Penetration, Low),
    Experiment::new("acne scar in layers, needles reach 0.7", scar::boxcar, BOXCAR, 35.0).replicates(3, 1).moved(Penetration, High),
    Experiment::new("twelve weekly sessions", trials::late_gain, &["late_gain", "late_gain_second_scale", "grade_twelve_sessions"], 20.0).replicates(3, 1).fits(),
    Experiment::new("three fortnightly sessions", trials::three_fortnightly, &["gain_3_months", "gain_6_over_3_months"], 12.0).replicates(3, 1),
    Experiment::new("two lengths of needles", trials::needle_lengths, &["needle_2_5_over_1_5"], 30.0).replicates(2, 1),
    Experiment::new("double area", trials::double_area, &["double_area_gain", "double_area_redness"], 8.0).replicates(8, 2),
    Experiment::new("scar types", trials::scar_types, SCAR_TYPES, 50.0).replicates(2, 1),
];
