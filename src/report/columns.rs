//! The table of columns: what a row holds, each number once. CSV, JSON, the printed table and the data dictionary read it.
use super::Row;
use serde_json::Value;

/// One column of every row, measured by the crate itself.
pub(super) struct BuiltIn {
    pub(super) name: &'static str,
    /// `1` for a plain number, `text` for a name.
    pub(super) unit: &'static str,
    pub(super) description: &'static str,
    /// How it is measured.
    pub(super) source: &'static str,
    pub(super) cell: fn(&Row) -> Cell<'_>,
}

/// What a row holds in one column.
#[derive(Clone, Copy)]
pub(super) enum Cell<'a> {
    Text(&'a str),
    Number(f64),
    Count(u32),
    /// Was not measured.
    Missing,
}

impl Cell<'_> {
    pub(super) fn number(self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(number),
            Self::Count(count) => Some(count.into()),
            Self::Text(_) | Self::Missing => None,
        }
    }

    /// As it stands in a file: JSON has no number that is not finite, so such a one is a text.
    pub(super) fn value(self) -> Value {
        match self {
            Self::Text(text) => text.into(),
            Self::Number(number) if number.is_finite() => number.into(),
            Self::Number(number) => number.to_string().into(),
            Self::Count(count) => count.into(),
            Self::Missing => Value::Null,
        }
    }
}

impl<'a> From<&'a String> for Cell<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(text)
    }
}

impl From<&f64> for Cell<'_> {
    fn from(number: &f64) -> Self {
        Self::Number(*number)
    }
}

impl From<&u32> for Cell<'_> {
    fn from(count: &u32) -> Self {
        Self::Count(*count)
    }
}

impl From<&Option<f64>> for Cell<'_> {
    fn from(number: &Option<f64>) -> Self {
        number.map_or(Self::Missing, Self::Number)
    }
}

const GIVEN: &str = "given to the builder";
const SITES: &str = "mean over the sites of the region";
const WINDOWS: &str = "windows of the builder's side, each weighted by its fibers";
const MOMENTS: &str = "mean fiber moments of the region";
const MODULI: &str = "windows of the builder's side, each weighted by its area; measure::Firmness";
const FIBROBLASTS: &str = "fibroblasts in the region";
const SKIN: &str = "the skin of the tissue at its present age";
const COURSE: &str = "sites of the region, against the first row of the course";
const CORRELATION: &str = "measure::CorrelationWindows";
const DILUTION: &str = "from the region's R, weave index and fidelity in its first row, and its present R";
const RELIEF: &str = "the surface of the region, measure::SurfaceRegion";
const PROFILES: &str = "profiles as in ISO 4287:1997, measure::Roughness::across";
const RECOVERY: &str = "measure::Recovery";

/// Each column has the name of the field that holds it, so that there is one name of everything.
macro_rules! columns {
    ($(|$row:ident| $part:expr => {
        $($name:ident [$unit:literal] $description:literal, $source:expr;)*
    })*) => {
        &[$($(BuiltIn {
            name: stringify!($name),
            unit: $unit,
            description: $description,
            source: $source,
            cell: |$row| Cell::from(&$part.$name),
        },)*)*]
    };
}

/// All columns that every row has, in the order of files.
pub(super) const BUILT_IN: &[BuiltIn] = columns! {
    |row| row => {
        arm ["text"] "Name of the arm.", GIVEN;
        day ["d"] "Simulated day; on the day of a session, before it.", "the clock of the course";
        region ["text"] "Name of the region.", GIVEN;
    }
    |row| row.organization => {
        density ["1"] "Collagen, 1 = healthy young dermis.", SITES;
        new_density ["1"] "The young pool of the collagen.", SITES;
        type_iii_share ["1"] "Type III share of the collagen.", "share of type III in each pool, weighted by the pools";
        resultant_length ["1"] "Resultant length R: 0 no common axis, 1 parallel.", WINDOWS;
        healthy_resultant_length ["1"] "R that healthy skin has in the same windows.", WINDOWS;
        regional_resultant_length ["1"] "R of the whole region.", MOMENTS;
        weave_index ["1"] "Weave index: about 0.3 in healthy dermis, near 0 in parallel bundles.", WINDOWS;
        regional_weave_index ["1"] "Weave index of the whole region.", MOMENTS;
        weave_fidelity ["1"] "Fidelity to the healthy weave: 1 the same, 0 none, negative one turned by 45°. Depends \
            on the angle of a scar to the tension: see weave_fidelity_diluted.", WINDOWS;
        mean_angle_deg ["°"] "Mean axis from x, 0 to 180.", MOMENTS;
        circular_variance ["1"] "Circular variance 1 − R.", WINDOWS;
        von_mises_kappa ["1"] "Axial von Mises concentration κ with I₁(κ)/I₀(κ) = R.", "from resultant_length";
        goh_dispersion ["1"] "GOH dispersion: 0 parallel, 1/3 none.", "from von_mises_kappa, measure::goh_dispersion";
        entropy ["1"] "Entropy of the direction, 1 = all directions alike.", WINDOWS;
        fiber_families ["1"] "Number of fiber families, 0 to 2.", "measure::OrientationDistribution::modes";
        distance_to_healthy_deg ["°"] "Distance of the distribution of directions to that of healthy skin: 0 the same, 45 from \
            all directions to one.", "measure::OrientationDistribution::wasserstein";
        windows_in_healthy_spread ["1"] "Share of the windows whose fibers lie at most 5° from those of healthy skin; of healthy \
            windows of 165 independent fibers 0.95 do, of tangles less than 0.1.", "windows of the builder's side, each weighted \
            by its fibers; measure::distance_in_moments_deg";
    }
    |row| row => {
        fibrin ["1"] "Fibrin, 0 to 1.", SITES;
        elastin ["1"] "Elastin, 1 = healthy young.", SITES;
        ground_substance ["1"] "Ground substance, 1 = healthy.", SITES;
        fibroblasts_per_mm2 ["1/mm²"] "Fibroblasts of the slab, resting ones included.", FIBROBLASTS;
        active_share ["1"] "Share of the fibroblasts that are activated or myofibroblasts.", FIBROBLASTS;
        myofibroblast_share ["1"] "Share of the fibroblasts that are myofibroblasts.", FIBROBLASTS;
        macrophages_per_mm2 ["1/mm²"] "Macrophages of the slab.", "macrophages in the region";
        neutrophils ["1"] "Neutrophils relative to a fully covered site.", SITES;
        tgf_beta ["1"] "TGF-β level.", SITES;
        pdgf ["1"] "PDGF level.", SITES;
        inflammation ["1"] "Inflammation level.", SITES;
        mmp ["1"] "MMP level.", SITES;
        age_years ["a"] "Age of the skin.", SKIN;
        untouched_collagen ["1"] "Collagen of untouched skin of this kind and age, 1 = healthy young dermis.", SKIN;
        untouched_elastin ["1"] "Elastin of untouched skin of this kind and age, 1 = healthy young dermis.", SKIN;
        original_collagen ["1"] "Mature collagen of the start that is still there, 1 = healthy young dermis.", SITES;
        collagen_lost ["1"] "Mature collagen of the start that has been broken down or cut out.", COURSE;
        collagen_gained ["1"] "Collagen that has come since the start: gained − lost = density − density at the start.", COURSE;
        correlation_length_um ["µm"] "Distance over which fibers keep their mean axis.", CORRELATION;
        weave_correlation_length_um ["µm"] "Distance over which fibers keep their weave.", CORRELATION;
        collagen_orientation_index ["1"] "Collagen orientation index of histological pictures: 0 random, 1 parallel; none \
            unless they are taken.", "rendered pictures, measure::Histology";
    }
    |row| row.nulls => {
        weave_index_diluted ["1"] "Null of weave_index: what it would be at most if isotropic fibers alone had brought R of \
            the start to its present value.", DILUTION;
        weave_fidelity_diluted ["1"] "Null of weave_fidelity: what it would be if isotropic fibers alone had brought R of the \
            start to its present value.", DILUTION;
        collagen_orientation_index_null ["1"] "Null of collagen_orientation_index: that of isotropic bundles, as many, in the \
            same views.", "rendered pictures, measure::Histology::isotropic_index";
    }
    |row| row.surface => {
        thickness_um ["µm"] "Thickness of the dermis.", RELIEF;
        height_um ["µm"] "Height of the surface above that of untouched skin.", RELIEF;
        depth_um ["µm"] "How far the floor lies below untouched skin: the deepest tenth of the region's area.", RELIEF;
        volume_mm3 ["mm³"] "Volume missing below untouched skin.", RELIEF;
        ra_um ["µm"] "Roughness Ra across the relief; none where the region is too narrow.", PROFILES;
        rz_um ["µm"] "Roughness Rz across the relief; none where the region is too narrow.", PROFILES;
    }
    |row| row.firmness => {
        modulus_along ["1"] "Tangent modulus along the axis of tension; healthy young dermis has along × across = 1.", MODULI;
        modulus_across ["1"] "Tangent modulus across the axis of tension.", MODULI;
        modulus_anisotropy ["1"] "Modulus along over modulus across.", MODULI;
        recoil ["1"] "Elastic restoring stress of elastin, 1 = healthy young.", MODULI;
    }
    |row| row.recovery => {
        redness ["1"] "Redness (erythema), 0 none to 1 full.", RECOVERY;
        swelling_um ["µm"] "Swelling (edema), in thickness of the dermis.", RECOVERY;
        open_barrier ["1"] "Share of the surface where the epidermis is open.", RECOVERY;
    }
};
