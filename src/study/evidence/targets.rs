//! The published findings, one row each.
use super::{Band, Chosen, Role, Target};
use Band::{Above, Around, Below, Between};
use Role::{Calibration, Exact, Follows, HeldOut, NotModeled, OwnReading, WentIn};
use std::f64::consts::FRAC_2_PI;

const FOMOVSKY_2010: &str = "Fomovsky & Holmes 2010, collagen area fraction, mean ± SD";
const FOMOVSKY_2012: &str = "Fomovsky, Rouillard & Holmes 2012, mean ± SD";
const ENGELHARDT: &str = "Engelhardt 1998 Am J Pathol 153:1849";
const REVIEWS: &str = "normalized course compiled from reviews, ± 2 days";
const PULSES: &str = "doi:10.1186/1755-1536-6-12 (collagen I secreted, α-SMA), ± 2 days";
const VERHAEGEN_2012: &str = "Verhaegen 2012 Wound Repair Regen 20:658, ± 0.05";
const EL_DOMYATI: &str = "El-Domyati 2015, six fortnightly sessions, direction";
const NI_ANNAIDH: &str = "Ní Annaidh 2012 doi:10.1007/s10439-012-0542-3";
const KALLURI: &str = "Kalluri 2011 doi:10.1208/s12248-011-9288-3";
const TEXTBOOKS: &str = "textbooks of wound healing, ± half of it ours";

const RATES: Role = WentIn("published rates of laying, cutting and division");
const STRENGTH: Role = OwnReading("strength is read from cross-links, which was decided with the courses in view");
const NEEDLED: Role = Follows(&["papillary_collagen"]);

macro_rules! target {
    ($id:literal, $quantity:literal, $unit:literal, $band:expr, $role:expr, $source:expr $(, $over:expr)?) => {
        Target {
            id: $id,
            quantity: $quantity,
            unit: $unit,
            band: $band,
            source: $source,
            role: $role,
            over: &[$($over)?],
        }
    };
}

/// Every target, in the order of the table.
#[rustfmt::skip]
pub const TARGETS: &[Target] = &[
    // Infarct scar.
    target!("infarct_day_7", "infarct, collagen fraction on day 7", "1", Around(0.092, 0.039), RATES, FOMOVSKY_2010),
    target!("infarct_day_14", "infarct, collagen fraction on day 14", "1", Around(0.166, 0.080), RATES, FOMOVSKY_2010),
    target!("infarct_day_21", "infarct, collagen fraction on day 21", "1", Around(0.211, 0.089), RATES, FOMOVSKY_2010),
    target!("infarct_day_42", "infarct, collagen fraction on day 42", "1", Around(0.267, 0.069), RATES, FOMOVSKY_2010),
    target!("infarct_uniaxial", "infarct, mean vector length, uniaxial strain", "1", Around(0.433, 0.159), Calibration, FOMOVSKY_2012),
    target!("infarct_biaxial", "infarct, mean vector length, biaxial strain", "1", Around(0.103, 0.177), Follows(&["infarct_uniaxial", "infarct_contrast"]), FOMOVSKY_2012),
    target!("infarct_contrast", "infarct, uniaxial minus biaxial", "1", Around(0.33, 0.10), Calibration, "difference of the two means, ± 0.10 ours"),
    target!("infarct_no_cue", "infarct, the same without the strain cue", "1", Below(0.08), WentIn("strain acts through the cue alone"), "strain acts through the cue alone here; Rouillard & Holmes 2012 doi:10.1113/jphysiol.2012.229484"),
    // Healing.
    target!("neutrophil_peak", "wound, peak of neutrophils", "day", Around(1.0, 2.0), WentIn("their arrival and decay were set by it"), ENGELHARDT),
    target!("macrophage_peak", "wound, peak of macrophages", "day", Around(2.0, 2.0), Calibration, "Engelhardt 1998 Am J Pathol 153:1849, ± 2 days ours"),
    target!("macrophage_rise", "wound, half of the macrophages", "day", Around(1.3, 2.0), Follows(&["macrophage_peak", "macrophage_fall"]), REVIEWS),
    target!("macrophage_fall", "wound, macrophages down to half", "day", Around(7.6, 2.0), Calibration, REVIEWS),
    target!("myofibroblast_first", "wound, first myofibroblasts", "day", Around(5.0, 2.0), Calibration, "Betz 1992 Int J Legal Med 105:99, ± 2 days"),
    target!("myofibroblast_rise", "wound, half of the myofibroblasts", "day", Around(7.1, 2.0), Calibration, REVIEWS),
    target!("myofibroblast_peak", "wound, peak of myofibroblasts", "day", Around(12.0, 2.0), Calibration, REVIEWS),
    target!("myofibroblast_fall", "wound, myofibroblasts down to half", "day", Around(20.0, 2.0), Calibration, REVIEWS),
    target!("collagen_rise", "wound, half of the collagen of day 28", "day", Around(16.8, 2.0), Calibration, REVIEWS),
    target!("strength_1_week", "wound, cross-linked collagen (strength) after 1 week", "%", Around(10.0, 5.0), STRENGTH, TEXTBOOKS),
    target!("strength_3_weeks", "wound, cross-linked collagen (strength) after 3 weeks", "%", Around(20.0, 10.0), STRENGTH, TEXTBOOKS),
    target!("strength_3_months", "wound, cross-linked collagen (strength) after 3 months", "%", Between(60.0, 90.0), STRENGTH, "textbooks of wound healing: 70 to 80 %, ± 10 ours"),
    target!("myofibroblast_share", "share of wounds with myofibroblasts, days 5 to 31 and later", "%", Around(57.0, 10.0), NotModeled("one kind of wound, not a forensic collection"), "Betz 1992 Int J Legal Med 105:99"),
    target!("memory_one_pulse", "days active after 30 min of TGF-β", "day", Around(7.0, 2.0), Calibration, PULSES),
    target!("memory_two_pulses", "days active after a second pulse at 24 h", "day", Around(14.0, 2.0), Calibration, PULSES),
    target!("tgf_beta_up", "needling, TGF-β above 5 % of its peak", "day", Above(14.0), OwnReading("the threshold is ours"), "Aust 2010 Clin Exp Dermatol 35:437, TGF-β3 up for 2 weeks; 5 % ours"),
    // Downtime.
    target!("closure_lesions", "needling, half of the lesions closed", "h", Between(10.0, 22.0), Calibration, "lesions below 500 µm, Stumpp 2009 doi:10.1117/1.3103316"),
    target!("closure_half_life", "needling, half of the open epidermis closed", "h", Between(20.0, 26.0), Follows(&["closure_lesions"]), "impedance of human skin, PMC8259462; in conflict with the finding above"),
    target!("epidermis_day_5", "needling, share still open on day 5", "1", Below(0.1), Follows(&["closure_lesions"]), "nearly restored, Schmitt 2018 PLoS One e0204318; a tenth ours"),
    target!("closure_delay", "closure later over 65 years", "day", Around(1.9, 0.5), WentIn("closure of aged skin is made so"), "Holt 1992 PMID 1641768"),
    target!("erythema", "needling, redness gone: all transient events", "day", Below(7.0), Follows(&["erythema_days"]), "Chu 2021 and others"),
    target!("erythema_days", "needling, redness gone: usual", "day", Between(0.1, 3.0), OwnReading("below a tenth of full redness counts as gone; the time constant was estimated from it"), "hours to 3 days, several"),
    target!("barrier_72_h", "needling, share still open after 72 h", "1", Below(0.1), Follows(&["closure_lesions"]), "water loss of the face back within 72 h: Han 2012; a tenth ours"),
    // Needling.
    target!("holes_15_passes", "MF8 roller, holes per cm² after 15 passes", "1/cm²", Around(250.0, 50.0), WentIn("geometry of the roller"), "Doddaballapur 2009 doi:10.4103/0974-2077.58529, ± 20 %"),
    target!("channel_depth", "770 µm roller, depth of channels", "µm", Around(152.5, 9.6), WentIn("penetration of this roller"), KALLURI),
    target!("channel_width", "770 µm roller, width of channels", "µm", Around(70.7, 9.9), WentIn("taper of this roller"), KALLURI),
    target!("papillary_collagen", "papillary collagen of scars after 5 monthly sessions + 8 weeks", "%", Around(53.2, 15.0), Calibration, "Lotfi 2013 doi:10.1097/01.EWX.0000432504.85255.ec (acne scars, n = 30), ± 15 points", Chosen::StartDensity),
    target!("scar_three_sessions", "volume of an acne scar after 3 monthly sessions", "%", Around(-45.8, 15.0), HeldOut, "Asif 2016 doi:10.1111/jocd.12207 (score; needling + water), ± 15 points", Chosen::Penetration),
    target!("scar_five_sessions", "volume of an acne scar after 5 monthly sessions", "%", Around(-44.6, 15.0), Calibration, "Dogra 2014 PMID 25196684 (score), ± 15 points", Chosen::Penetration),
    target!("relief_three_sessions", "irregularity of the relief after 3 monthly sessions", "%", Around(-31.0, 12.0), HeldOut, "Fabbrocini 2014 doi:10.3109/09546634.2012.742949 (casts), ± 12 points", Chosen::Penetration),
    target!("type_i", "type I collagen of sun-exposed skin after needling", "%", Above(0.0), NEEDLED, EL_DOMYATI),
    target!("type_iii", "type III collagen after needling", "%", Above(0.0), NEEDLED, EL_DOMYATI),
    target!("new_collagen", "new collagen after needling", "%", Above(0.0), NEEDLED, EL_DOMYATI),
    target!("elastin", "total elastin after needling", "%", Below(0.0), WentIn("needles take elastin, cells hardly replace it"), EL_DOMYATI),
    target!("type_vii", "type VII collagen after needling", "%", Above(0.0), NotModeled("no basement membrane"), EL_DOMYATI),
    // Organization of the fibers.
    target!("coi_healthy", "orientation index of healthy skin", "1", Around(0.40, 0.05), Calibration, VERHAEGEN_2012),
    target!("coi_scar", "orientation index of a healed wound", "1", Around(0.49, 0.05), Calibration, VERHAEGEN_2012),
    target!("coi_order", "orientation index, healed wound minus skin", "1", Above(0.0), Follows(&["coi_healthy", "coi_scar"]), "Verhaegen 2009 Wound Repair Regen 17:649, direction"),
    target!("coi_scar_types", "orientation index alike among types of scars", "1", Around(0.0, 0.05), NotModeled("no hypertrophic scars or keloids"), "Verhaegen 2009 Wound Repair Regen 17:649"),
    target!("coi_stretched", "orientation index after stretch, skin below scar", "1", Around(-0.04, 0.05), NotModeled("no large strains of the tissue"), VERHAEGEN_2012),
    target!("goh_dispersion", "GOH dispersion κ of human back dermis", "1", Around(0.1404, 0.0028), WentIn("skin is made so"), NI_ANNAIDH),
    target!("families", "crossing families of fibers of skin", "1", Between(2.0, 3.0), WentIn("skin is made so"), "Jor 2011; Ueda 2019 doi:10.1038/s41598-019-47213-5"),
    target!("langer_axis", "fibers follow the tension line, R²", "1", Above(0.95), WentIn("skin is made so"), NI_ANNAIDH),
    target!("scar_parallel", "resultant length, healed wound minus skin", "1", Above(0.0), Follows(&["coi_healthy", "coi_scar"]), "scar bundles are parallel: Jor 2011; Ueda 2019, direction"),
    // Age and firmness.
    target!("thickness_decade", "thickness of protected dermis per decade", "%", Around(-6.0, 1.0), Calibration, "Branchet 1990 doi:10.1159/000213172"),
    target!("sun_collagen", "collagen of sun-exposed over protected skin", "1", Around(0.786, 0.10), Calibration, "Schwartz 1993, 524 of 667 µg/mg, ± 0.10 ours"),
    target!("procollagen_sun", "type III propeptide of sun-exposed skin", "%", Around(-39.0, 10.0), WentIn("production in the sun is lowered by it"), "Schwartz 1993"),
    target!("wrinkle_depth", "depth of crow's feet over the years", "µm", Between(20.0, 200.0), NotModeled("the depth of a wrinkle is given, not grown"), "Akazaki 2002"),
    target!("modulus_ratio", "modulus along over across the tension line", "1", Between(1.76, 2.3), WentIn("the law of the fibers was fitted to it"), "Ottenio 2015; Ní Annaidh 2012"),
    target!("strength_ratio", "strength along over across the tension line", "1", Around(1.8, 0.5), NotModeled("stiffness only, no failure"), "Ottenio 2015"),
    target!("modulus_with_age", "modulus at 80 over that at 20 years", "1", Around(2.0, 0.5), Follows(&["thickness_decade"]), "Agache 1980, torsion, ± 0.5 ours"),
    // Exact.
    target!("well_mixed", "well-mixed content of the infarct, largest error", "1", Below(0.01), Exact, "closed form of Rouillard & Holmes 2012"),
    target!("local_alignment", "alignment of independent directions", "1", Around(FRAC_2_PI, 0.005), Exact, "2/π, exact"),
];
