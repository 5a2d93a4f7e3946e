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
const HINZ: &str = "Hinz 2001 PMID 11549593 (rat)";
const ROBINS: &str = "Robins 2003 PMID 12880417, excised human wound";
const PHAM: &str = "Pham Thi Minh 2019 doi:10.3889/oamjms.2019.098 (31 patients, weekly sessions)";
const UNPUBLISHED: &str = "an aim of this model; nothing is published";
const ALAM: &str = "Alam 2014 doi:10.1001/jamadermatol.2013.8687 (blinded raters), direction: intervals are wide";
const YUAN: &str = "Yuan, fractional CO2 on acne scars, 10 and 20 % of the area; Kono 2007 doi:10.1002/lsm.20484";
const CHAMPLAIN: &str = "Champlain 2022 doi:10.1097/DSS.0000000000003552 (pig, n = 8)";
const EL_DOMYATI: &str = "El-Domyati 2015, six fortnightly sessions, direction";
const NI_ANNAIDH: &str = "Ní Annaidh 2012 doi:10.1007/s10439-012-0542-3";
const KALLURI: &str = "Kalluri 2011 doi:10.1208/s12248-011-9288-3";
const TEXTBOOKS: &str = "textbooks of wound healing, ± half of it ours";

const RATES: Role = WentIn("published rates of laying, cutting and division");
const STRENGTH: Role = OwnReading("strength is read from cross-links, which was decided with the courses in view");
const AIM: Role = WentIn("defaults were chosen by it");
const LINKED: Role = OwnReading("cross-links are read from the mature pool");
const CONTRACTED: Role = WentIn("contraction answers to load by a rule that was taken from it");
const HEALED: Role = Follows(&["column_wide"]);
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
    target!("infarct_biaxial", "infarct, mean vector length, biaxial strain", "1", Around(0.103, 0.177), HeldOut, FOMOVSKY_2012),
    target!("infarct_unturned", "infarct, mean vector length, uniaxial strain, fibers not turned", "1", Around(0.17, 0.08), HeldOut, "Rouillard & Holmes 2012 doi:10.1113/jphysiol.2012.229484, their model, ± 0.08"),
    target!("infarct_contrast", "infarct, uniaxial minus biaxial", "1", Around(0.33, 0.10), Follows(&["infarct_uniaxial"]), "difference of the two means, ± 0.10 ours"),
    target!("infarct_no_cue", "infarct, the same without the strain cue", "1", Below(0.08), WentIn("strain acts through the cue alone"), "strain acts through the cue alone here; Rouillard & Holmes 2012 doi:10.1113/jphysiol.2012.229484"),
    // Healing.
    target!("neutrophil_peak", "wound, peak of neutrophils", "day", Around(1.0, 2.0), WentIn("their arrival and decay were set by it"), ENGELHARDT),
    target!("macrophage_peak", "wound, peak of macrophages", "day", Around(2.0, 2.0), Calibration, "Engelhardt 1998 Am J Pathol 153:1849, ± 2 days ours"),
    target!("macrophage_rise", "wound, half of the macrophages", "day", Around(1.3, 2.0), Follows(&["macrophage_peak", "macrophage_fall"]), REVIEWS),
    target!("macrophage_fall", "wound, macrophages down to half", "day", Around(7.6, 2.0), Calibration, REVIEWS),
    target!("myofibroblast_first", "wound, first myofibroblasts", "day", Around(5.0, 2.0), Calibration, "Betz 1992 Int J Legal Med 105:99, ± 2 days"),
    target!("myofibroblast_rise", "wound, half of the myofibroblasts", "day", Around(7.1, 2.0), Calibration, REVIEWS),
    target!("myofibroblast_peak", "wound, peak of myofibroblasts", "day", Around(12.0, 2.0), Calibration, REVIEWS),
    target!("splint_day_12", "wound, share of myofibroblasts on day 12, free over splinted", "1", Below(0.77), CONTRACTED, "Hinz 2001 PMID 11549593 (rat): more than 1.3 times as many where splinted; a free wound bears no load here"),
    target!("release_half_life", "wound, load taken away on day 14: half of the contraction lost", "day", Between(1.5, 5.0), CONTRACTED, HINZ),
    target!("release_cells", "wound, load taken away on day 14: change of the number of cells by day 19", "%", Around(0.0, 15.0), WentIn("no rule of division or death answers to load"), HINZ),
    target!("collagen_rise", "wound, half of the collagen of day 28", "day", Around(16.8, 2.0), Calibration, REVIEWS),
    target!("synthesis_peak", "wound, most collagen laid", "day", Between(5.0, 9.0), HeldOut, "doi:10.3181/00379727-160-40470 (rat, open wounds: day 7), ± 2 days; at odds with the rise of the content above"),
    target!("synthesis_rise", "wound, collagen laid on day 15 over day 5", "1", Between(3.0, 7.0), HeldOut, "prolyl hydroxylase of open wounds rises 5 times (study of skin grafts); 3 to 7 ours; at odds with the peak above"),
    target!("strength_1_week", "wound, cross-linked collagen (strength) after 1 week", "%", Around(10.0, 5.0), STRENGTH, TEXTBOOKS),
    target!("strength_3_weeks", "wound, cross-linked collagen (strength) after 3 weeks", "%", Around(20.0, 10.0), STRENGTH, TEXTBOOKS),
    target!("strength_3_months", "wound, cross-linked collagen (strength) after 3 months", "%", Between(60.0, 90.0), STRENGTH, "textbooks of wound healing: 70 to 80 %, ± 10 ours; at odds with the cross-links below"),
    target!("crosslinks_6_months", "wound, cross-links per collagen after 6 months over skin", "1", Between(0.15, 0.31), LINKED, "Robins 2003 PMID 12880417, excised human wound: 0.27 ± 0.09 of 1.18 ± 0.11 mol/mol; at odds with the strength above"),
    target!("type_iii_wound", "wound, type III over I after 6 months, against skin", "%", Between(40.0, 100.0), HeldOut, ROBINS),
    target!("elastin_wound", "wound, elastin after 6 months over skin", "1", Below(1.0), WentIn("a punch takes it, cells hardly replace it"), ROBINS),
    target!("column_narrow", "column of 0.25 mm after 12 weeks, resultant length", "1", Below(0.2), Calibration, "small columns heal without a scar: Champlain 2022, Tam 2013; twice that of skin ours"),
    target!("column_wide", "column of 2 mm after 12 weeks, resultant length", "1", Above(0.4), Calibration, "scar bundles are parallel: Jor 2011; Ueda 2019; 0.4 ours"),
    target!("column_wide_amount", "column of 2 mm after 12 weeks, collagen over skin", "1", Between(0.85, 1.0), AIM, UNPUBLISHED),
    target!("column_seen", "columns, width from which a scar is seen after 6 weeks", "mm", Between(0.4, 0.8), OwnReading("a scar counts as seen from half of the order of a column of 2 mm"), CHAMPLAIN),
    target!("column_700_week_7", "columns of 0.7 mm in 7 weeks, distance to healthy", "degrees", Below(5.0), OwnReading("like skin is taken as within 5 degrees of it"), "Tam 2013 PMC4174164 (pig, a tenth of the area); at odds with the width above"),
    target!("column_1500_thick", "columns of 1.5 mm on day 28, thickness against skin", "%", Above(0.0), HeldOut, "pig, 28 % of the area: thicker, P .034 (meeting abstract), direction"),
    target!("scar_depth", "depth of a scratch from which a scar is left", "mm", Between(0.5, 0.62), NotModeled("layers are cut or not; a shallow scratch is not told from a deep one"), "Dunkin 2007, n = 113"),
    target!("myofibroblast_share", "share of wounds with myofibroblasts, days 5 to 31 and later", "%", Around(57.0, 10.0), NotModeled("one kind of wound, not a forensic collection"), "Betz 1992 Int J Legal Med 105:99"),
    target!("memory_one_pulse", "days active after 30 min of TGF-β", "day", Around(7.0, 2.0), Calibration, PULSES),
    target!("memory_two_pulses", "days active after a second pulse at 24 h", "day", Around(14.0, 2.0), Calibration, PULSES),
    target!("tgf_beta_up", "needling, TGF-β above 5 % of its peak", "day", Above(14.0), OwnReading("the threshold is ours"), "Aust 2010 Clin Exp Dermatol 35:437, TGF-β3 up for 2 weeks; 5 % ours"),
    // Downtime.
    target!("closure_lesions", "needling, half of the lesions closed", "h", Between(10.0, 22.0), Calibration, "lesions below 500 µm under an intact horny layer, Stumpp 2009 doi:10.1117/1.3103316"),
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
    target!("papillary_collagen", "papillary collagen of scars after 5 monthly sessions + 8 weeks", "%", Between(38.0, 80.0), Calibration, "Lotfi 2013 doi:10.1097/01.EWX.0000432504.85255.ec (acne scars, n = 30): 53 % in trichrome, 65 % in silver, ± 15 points", Chosen::StartThickness),
    target!("scar_three_sessions", "volume of an acne scar after 3 monthly sessions", "%", Around(-45.8, 15.0), HeldOut, "Asif 2016 doi:10.1111/jocd.12207 (score; needling + water), ± 15 points", Chosen::Penetration),
    target!("scar_five_sessions", "volume of an acne scar after 5 monthly sessions", "%", Around(-44.6, 15.0), Calibration, "Dogra 2014 PMID 25196684 (score), ± 15 points", Chosen::Penetration),
    target!("relief_three_sessions", "irregularity of the relief after 3 monthly sessions", "%", Around(-31.0, 12.0), HeldOut, "Fabbrocini 2014 doi:10.3109/09546634.2012.742949 (casts), ± 12 points", Chosen::Penetration),
    target!("late_gain", "12 weekly sessions: share of the gain that comes in 2 months after the last", "%", Between(25.0, 40.0), Calibration, "Pham Thi Minh 2019 doi:10.3889/oamjms.2019.098 (31 patients): 30 % by grade, 34 % by another scale"),
    target!("late_gain_second_scale", "the same by another scale of the same patients", "%", Between(20.0, 45.0), Follows(&["late_gain"]), PHAM),
    target!("grade_twelve_sessions", "volume of an acne scar, 12 weekly sessions + 2 months", "%", Around(-46.2, 15.0), HeldOut, "Pham Thi Minh 2019 doi:10.3889/oamjms.2019.098: grade 3.29 to 1.77, ± 15 points"),
    target!("gain_3_months", "3 fortnightly sessions: gain after 3 months", "%", Above(0.0), HeldOut, ALAM),
    target!("gain_6_over_3_months", "3 fortnightly sessions: gain after 6 months less that after 3", "%", Above(0.0), HeldOut, ALAM),
    target!("grade_four_sessions", "volume of an acne scar, 4 monthly sessions + 3 months", "%", Between(-45.0, -20.0), HeldOut, "von Dalwig-Nolda 2020 J Clin Aesthet Dermatol 13(8):17 (pen): -0.91 of a grade, start 2.5 to 3; at odds with the blinded trial below"),
    target!("grade_blinded", "the same, by a blinded trial", "%", Between(-15.0, 0.0), HeldOut, "Pakla-Misiur 2021 PMC8501429: needling alone changes nothing; 15 points ours; at odds with the trial above"),
    target!("needle_2_5_over_1_5", "gain with needles of 2.5 over 1.5 mm, 6 fortnightly sessions", "1", Between(1.0, 1.6), HeldOut, "two trials, split face, pens (one better with 2.5 mm, one not different); 1.6 ours"),
    target!("double_area_gain", "gain where a fifth of the area is taken out over a tenth, once, 3 months", "1", Between(0.8, 1.3), HeldOut, YUAN),
    target!("double_area_redness", "redness after 2 days, the same", "1", Above(1.1), HeldOut, YUAN),
    target!("ice_pick_least", "gain of ice-pick scars over the next of boxcar and rolling", "1", Below(0.5), HeldOut, "Lotfi 2013; von Dalwig-Nolda 2020, order; half ours"),
    target!("elasticity_four_sessions", "elasticity of skin, 4 monthly sessions + 3 months", "%", Between(10.0, 45.0), OwnReading("elasticity is read from the recoil of elastin"), "Kenkel 2021 PMID 33656167, n = 32: +28 %"),
    target!("scar_order", "parallel scar after 4 monthly sessions, resultant length", "1", Below(0.35), AIM, UNPUBLISHED),
    target!("skin_amount", "collagen of healthy skin after 4 monthly sessions", "%", Around(0.0, 5.0), AIM, UNPUBLISHED),
    target!("skin_weave", "healthy skin after 4 monthly sessions, distance to healthy", "degrees", Below(5.0), AIM, UNPUBLISHED),
    target!("type_i", "type I collagen of sun-exposed skin after needling", "%", Above(0.0), NEEDLED, EL_DOMYATI),
    target!("type_iii", "type III collagen after needling", "%", Above(0.0), NEEDLED, EL_DOMYATI),
    target!("new_collagen", "new collagen after needling", "%", Above(0.0), NEEDLED, EL_DOMYATI),
    target!("elastin", "elastin of skin, 6 fortnightly sessions", "%", Between(-10.0, 15.0), WentIn("needles destroy 8 % of what they pass, chosen with it in view"), "Kenkel 2021 unchanged after 4 sessions, El-Domyati 2015 down after 6, Aust 2008 up; -10 to 15 ours"),
    target!("type_vii", "type VII collagen after needling", "%", Above(0.0), NotModeled("no basement membrane"), EL_DOMYATI),
    // Organization of the fibers.
    target!("coi_healthy", "orientation index of healthy skin", "1", Around(0.40, 0.05), Calibration, VERHAEGEN_2012),
    target!("coi_scar", "orientation index of a healed wound", "1", Around(0.49, 0.05), HEALED, VERHAEGEN_2012),
    target!("coi_order", "orientation index, healed wound minus skin", "1", Above(0.0), Follows(&["coi_healthy", "column_wide"]), "Verhaegen 2009 Wound Repair Regen 17:649, direction"),
    target!("coi_scar_types", "orientation index alike among types of scars", "1", Around(0.0, 0.05), NotModeled("no hypertrophic scars or keloids"), "Verhaegen 2009 Wound Repair Regen 17:649"),
    target!("coi_stretched", "orientation index after stretch, skin below scar", "1", Around(-0.04, 0.05), NotModeled("no large strains of the tissue"), VERHAEGEN_2012),
    target!("goh_dispersion", "GOH dispersion κ of human back dermis", "1", Around(0.1404, 0.0028), WentIn("skin is made so"), NI_ANNAIDH),
    target!("families", "crossing families of fibers of skin", "1", Between(2.0, 3.0), WentIn("skin is made so"), "Jor 2011; Ueda 2019 doi:10.1038/s41598-019-47213-5"),
    target!("langer_axis", "fibers follow the tension line, R²", "1", Above(0.95), WentIn("skin is made so"), NI_ANNAIDH),
    target!("scar_parallel", "resultant length, healed wound minus skin", "1", Above(0.0), HEALED, "scar bundles are parallel: Jor 2011; Ueda 2019, direction"),
    target!("spread_over_scar", "spread of directions, skin over healed wound", "1", Between(1.1, 1.4), OwnReading("spread is the angular deviation of windows of 0.1 mm, the square root of (1 - R)/2"), "polarization-resolved second harmonic, human skin and scar (preprint): 1.24"),
    target!("scar_isotropic", "round wound after 10 weeks, |ln| of along over across of the modulus, over skin", "1", Below(1.0), HeldOut, "Corr & Hart 2009 (pig, n = 14): skin has a direction, its scar has none"),
    target!("scar_aligns_late", "resultant length of a wound, 6 months less 3 weeks", "1", Above(0.0), HeldOut, "Quinn 2015 PMID 25256009 (rat burns), direction"),
    target!("prestrain_ratio", "strain of skin at rest, along over across the tension line", "1", Around(2.3, 0.7), HeldOut, "Deroy 2017 doi:10.1111/srt.12339 (dog): excised discs shrink by 23 and 10 %; ± 0.7 ours"),
    target!("reorient_time", "isolated cells under stretch to and fro, time constant of turning", "h", Between(1.0, 5.0), HeldOut, "Jungbauer 2008 doi:10.1529/biophysj.107.128611"),
    // Age and firmness.
    target!("thickness_decade", "thickness of protected dermis per decade", "%", Around(-6.0, 1.0), Calibration, "Branchet 1990 doi:10.1159/000213172"),
    target!("sun_collagen", "collagen of sun-exposed over protected skin", "1", Around(0.786, 0.10), Calibration, "Schwartz 1993, 524 of 667 µg/mg, ± 0.10 ours"),
    target!("procollagen_sun", "type III propeptide of sun-exposed skin", "%", Around(-39.0, 10.0), WentIn("production in the sun is lowered by it"), "Schwartz 1993"),
    target!("wrinkle_depth", "depth of crow's feet over the years", "µm", Between(20.0, 200.0), NotModeled("the depth of a wrinkle is given, not grown"), "Akazaki 2002"),
    target!("modulus_ratio", "modulus along over across the tension line", "1", Between(1.76, 2.3), WentIn("the law of the fibers was fitted to it"), "Ottenio 2015; Ní Annaidh 2012"),
    target!("strength_ratio", "strength along over across the tension line", "1", Around(1.8, 0.5), NotModeled("stiffness only, no failure"), "Ottenio 2015"),
    target!("modulus_with_age", "modulus of excised skin at 80 over that at 30 years", "1", Between(0.75, 0.98), WentIn("packing is the same at any age; elastin is lost"), "Vogel 1994 PMID 8091836: falls slightly from adulthood on; 0.75 to 0.98 ours"),
    target!("collagen_area_with_age", "collagen per area of section over the years", "1", Below(1.0), NotModeled("packing is the same at any age, by Branchet 1991; sections of 45 donors say otherwise"), "PMC4089350"),
    target!("ablated_open", "holes of fractional CO2 lasers still open on day 7", "%", Around(75.0, 15.0), NotModeled("no heat"), "confocal microscopy, n = 8"),
    // Exact.
    target!("well_mixed", "well-mixed content of the infarct, largest error", "1", Below(0.01), Exact, "closed form of Rouillard & Holmes 2012"),
    target!("local_alignment", "alignment of independent directions", "1", Around(FRAC_2_PI, 0.005), Exact, "2/π, exact"),
];
