//! Does the score count only what can be counted?
use dermaweave::study::evidence::{Band, Chosen, EXPERIMENTS, End, Experiment, Finding, Found, Moved, Replicate, Role};
use dermaweave::study::evidence::{Score, Scores, TARGETS, Target, Validation, Verdict, markdown};
use dermaweave::{Device, Parameters};
use std::collections::BTreeSet;

/// What is not independent: rates that went in, differences of a fit, closed forms of a fit, numbers between two fits, the
/// same number twice, own thresholds and readings, geometry, signs that a fit decides, values taken from the finding, and
/// aims by which defaults were chosen.
const NOT_INDEPENDENT: &[&str] = &[
    "infarct_day_7",
    "infarct_day_14",
    "infarct_day_21",
    "infarct_day_42",
    "infarct_contrast",
    "coi_scar",
    "coi_order",
    "splint_day_12",
    "release_half_life",
    "release_cells",
    "column_seen",
    "column_wide_amount",
    "crosslinks_6_months",
    "spread_over_scar",
    "late_gain_second_scale",
    "elasticity_four_sessions",
    "modulus_with_age",
    "scar_order",
    "skin_amount",
    "skin_weave",
    "epidermis_day_5",
    "barrier_72_h",
    "modulus_ratio",
    "macrophage_rise",
    "tgf_beta_up",
    "erythema",
    "holes_15_passes",
    "type_i",
    "type_iii",
    "new_collagen",
    "elastin",
    "scar_parallel",
];

fn target(id: &str) -> &'static Target {
    TARGETS.iter().find(|target| target.id == id).unwrap()
}

/// A number in the band, or outside of it.
fn number(band: Band, within: bool) -> f64 {
    let number = match band {
        Band::Around(center, half_width) => center + if within { 0.0 } else { 2.0 * half_width },
        Band::Between(low, high) => 0.5 * (low + high) + if within { 0.0 } else { high - low },
        Band::Above(bound) => bound + if within { 1.0 } else { -1.0 },
        Band::Below(bound) => bound - if within { 1.0 } else { -1.0 },
    };
    assert_eq!(band.holds(number), within);
    number
}

fn set<'a>(ids: impl IntoIterator<Item = &'a str>) -> BTreeSet<&'a str> {
    ids.into_iter().collect()
}

/// All targets with numbers in their bands but for those named.
fn judged(missed: &[&str]) -> Vec<Finding> {
    let mut found = Found::default();
    let of = |target: &Target| number(target.band, !missed.contains(&target.id));
    for target in TARGETS {
        found.add(target.id, None, of(target));
    }
    found.judge()
}

fn ids(findings: &[Finding], counts: fn(&Finding) -> bool) -> Vec<&'static str> {
    findings.iter().filter(|one| counts(one)).map(|one| one.target.id).collect()
}

/// Claim: none of the hits that something else determines counts as independent, and each says what determines it.
#[test]
fn what_is_determined_is_not_independent() {
    let findings = judged(&[]);
    let independent = ids(&findings, Finding::is_independent);
    for &id in NOT_INDEPENDENT {
        assert!(!independent.contains(&id), "{id}");
        assert!(matches!(target(id).role, Role::WentIn(_) | Role::Follows(_) | Role::OwnReading(_)), "{id}");
    }
    for target in TARGETS {
        let has_reason = !matches!(target.role, Role::Calibration | Role::HeldOut | Role::Exact);
        assert_eq!(!target.role.reason().is_empty(), has_reason, "{}", target.id);
        let Role::Follows(others) = target.role else { continue };
        for other in others {
            // The same number twice is the one case in which no fit decides.
            assert!(self::target(other).role == Role::Calibration || target.id == "erythema", "{} {other}", target.id);
        }
    }
}

/// Claim: each score counts a part of the one before, a band that reaches zero is one-sided, and numbers that went in
/// count in none.
#[test]
fn the_scores_are_nested() {
    let findings = judged(&[]);
    let modelled = ids(&findings, Finding::is_modelled);
    let two_sided = ids(&findings, |one| one.is_modelled() && one.two_sided);
    let independent = ids(&findings, Finding::is_independent);
    let all = |count: usize| Score { within: count, of: count };
    let scores = Scores::of(&findings);
    assert_eq!(scores.modelled, all(modelled.len()));
    assert_eq!(scores.two_sided, all(two_sided.len()));
    assert_eq!(scores.independent, all(independent.len()));
    assert!(independent.iter().all(|id| two_sided.contains(id)));
    assert!(!independent.is_empty() && independent.len() < two_sided.len() && two_sided.len() < modelled.len());
    for one in &findings {
        let counts = matches!(one.target.role, Role::Calibration)
            || matches!(one.target.role, Role::HeldOut | Role::Follows(_) | Role::OwnReading(_));
        assert_eq!(modelled.contains(&one.target.id), counts, "{}", one.target.id);
    }
    for id in ["type_i", "erythema", "scar_parallel", "macrophage_rise", "infarct_biaxial"] {
        assert!(!target(id).band.is_two_sided(), "{id}");
    }
    for id in ["scar_three_sessions", "erythema_days", "modulus_ratio"] {
        assert!(target(id).band.is_two_sided(), "{id}");
    }
}

/// Findings on which the score of what is two-sided, held out and independent rests at most.
const INDEPENDENT: &[&str] = &[
    "infarct_unturned",
    "synthesis_peak",
    "synthesis_rise",
    "type_iii_wound",
    "scar_three_sessions",
    "relief_three_sessions",
    "grade_twelve_sessions",
    "grade_four_sessions",
    "needle_2_5_over_1_5",
    "double_area_gain",
    "prestrain_ratio",
    "reorient_time",
];

/// Claim: what counts as independent is what is listed here, each with too little and too much outside its band, so that no
/// other finding slips into the score.
#[test]
fn what_counts_is_listed() {
    let independent = ids(&judged(&[]), Finding::is_independent);
    assert_eq!(set(independent), set(INDEPENDENT.iter().copied()));
    for &id in INDEPENDENT {
        let target = target(id);
        assert!(target.band.is_two_sided() && target.role == Role::HeldOut, "{id}");
        let (low, high) = match target.band {
            Band::Around(center, half_width) => (center - half_width, center + half_width),
            Band::Between(low, high) => (low, high),
            Band::Above(_) | Band::Below(_) => panic!("{id} has one side"),
        };
        let beyond = 0.01 * (high - low);
        assert!(low < high && target.band.holds(0.5 * (low + high)), "{id}");
        assert!(!target.band.holds(low - beyond) && !target.band.holds(high + beyond), "{id}");
    }
}

/// Claim: every target that is simulated has an experiment, and every experiment speaks to targets alone; what is not
/// modelled has none. No two experiments in which nothing is moved speak to one target.
#[test]
fn every_target_has_an_experiment() {
    let usual = EXPERIMENTS.iter().filter(|one| one.moved.is_none());
    let spoken: Vec<&str> = usual.flat_map(|one| one.targets).copied().collect();
    let names = set(spoken.iter().copied());
    assert_eq!(names.len(), spoken.len(), "two experiments for one target");
    assert!(EXPERIMENTS.iter().flat_map(|one| one.targets).all(|id| TARGETS.iter().any(|target| target.id == *id)));
    for target in TARGETS {
        let is_simulated = names.contains(target.id);
        match target.role {
            Role::NotModeled(_) => assert!(!is_simulated, "{}", target.id),
            Role::WentIn(_) => {}
            _ => assert!(is_simulated, "{}", target.id),
        }
    }
    for one in EXPERIMENTS {
        let rests = |chosen| move |id: &&str| target(id).over.contains(&chosen);
        assert!(one.moved.is_none_or(|moved| one.targets.iter().any(rests(moved.chosen))), "{}", one.name);
        let fits = one.targets.iter().any(|id| target(id).role == Role::Calibration);
        assert!(!one.fits || fits, "{}: nothing to fit to", one.name);
    }
}

/// Claim: an experiment comes to numbers for the targets that it names, and to no others.
#[test]
fn experiments_keep_their_lists() {
    let parameters = Parameters::default();
    let short = EXPERIMENTS.iter().filter(|one| one.seconds <= 0.1);
    let ran = short.map(|one| {
        let numbers = (one.run)(Replicate { parameters: &parameters, seed: 3, moved: one.moved }).unwrap();
        assert_eq!(set(numbers.into_keys()), set(one.targets.iter().copied()), "{}", one.name);
    });
    assert!(ran.count() >= 7);
    // One that is named and does not come about is a miss.
    let memory = EXPERIMENTS.iter().find(|one| one.name == "memory").unwrap();
    let other = Experiment { targets: &["late_gain"], ..*memory };
    let findings = Validation { experiments: vec![other], ..Validation::default() }.run().unwrap();
    let missing = findings.iter().find(|finding| finding.target.id == "late_gain").unwrap();
    assert!(missing.values[0].is_nan() && missing.verdict == Verdict::Outside);
}

/// Claim: no role takes a miss of what was kept out of every fit from the score, if its band has two sides.
#[test]
fn misses_count() {
    let kept_out = |target: &&Target| target.role.is_kept_out() && target.band.is_two_sided();
    let hits = Scores::of(&judged(&[])).independent;
    for target in TARGETS.iter().filter(kept_out) {
        let missed = Scores::of(&judged(&[target.id])).independent;
        let was_counted = usize::from(target.role == Role::HeldOut);
        assert_eq!(missed.within, hits.within - was_counted, "{}", target.id);
        assert_eq!(missed.of, hits.of + 1 - was_counted, "{}", target.id);
    }
}

/// Claim: a finding that rests on a value of our choice is run and printed at both ends of its range; its verdict is that of the
/// middle, and the score tells how many hits hold at both ends.
#[test]
fn chosen_values_are_shown_over_their_range() {
    assert_eq!(Chosen::Penetration.value(), Device::dermaroller_mf8().penetration_efficiency);
    for chosen in [Chosen::StartThickness, Chosen::Penetration] {
        let middle = 0.5 * (chosen.at(End::Low) + chosen.at(End::High));
        assert!((middle - chosen.value()).abs() < 1e-12);
        for end in [End::Low, End::High] {
            let moved = Some(Moved { chosen, end });
            assert!(EXPERIMENTS.iter().any(|one| one.moved == moved && !one.fits && one.quick_replicates > 0));
            assert_eq!(Moved::value_of(moved, chosen), chosen.at(end));
        }
    }
    for id in ["papillary_collagen", "scar_three_sessions", "scar_five_sessions", "relief_three_sessions"] {
        let target = target(id);
        let &[chosen] = target.over else { panic!("{id} rests on a value of our choice") };
        let mut found = Found::default();
        let mut add = |end: Option<End>, within| {
            found.add(id, end.map(|end| Moved { chosen, end }), number(target.band, within));
        };
        add(None, true);
        add(Some(End::Low), false);
        add(Some(End::High), true);
        let finding = Finding::new(target.clone(), &found);
        let ends: Vec<_> = finding.over_range.iter().map(|end| (end.at, end.verdict)).collect();
        assert_eq!(finding.verdict, Verdict::Within, "{id}");
        assert_eq!(ends, [(chosen.at(End::Low), Verdict::Outside), (chosen.at(End::High), Verdict::Within)]);
        assert!(!finding.holds_over_range());
        let rests = usize::from(target.role == Role::HeldOut);
        let text = markdown(std::slice::from_ref(&finding), "");
        assert!(text.contains(&format!("with {} {}", chosen.name(), chosen.at(End::Low))), "{text}");
        assert_eq!(Scores::of(&[finding]).over_range, Score { within: 0, of: rests });
    }
}

/// Claim: what an experiment finds where a value is moved does not mix with what it finds where none is.
#[test]
fn moved_values_are_kept_apart() {
    let at = |end| Some(Moved { chosen: Chosen::StartThickness, end });
    let memory = EXPERIMENTS.iter().find(|one| one.name == "memory").unwrap();
    let other = Experiment { moved: at(End::High), ..*memory };
    let findings = Validation { experiments: vec![*memory, other], ..Validation::default() }.run().unwrap();
    let pulse = findings.iter().find(|finding| finding.target.id == "memory_one_pulse").unwrap();
    assert_eq!((pulse.values.len(), pulse.over_range.len()), (1, 0), "it does not rest on what was moved");
    let mut found = Found::default();
    for moved in [None, at(End::High), at(End::High)] {
        found.add("memory_one_pulse", moved, 7.0);
    }
    let count = |moved| found.values("memory_one_pulse", moved).len();
    assert_eq!((count(None), count(at(End::High)), count(at(End::Low))), (1, 2, 0));
}

/// Claim: table and JSON say of every finding what it was used for, and of every dependent one why.
#[test]
fn the_table_says_why() {
    let findings = judged(&[]);
    let text = markdown(&findings, "");
    let json = serde_json::to_value(&findings).unwrap();
    for (one, entry) in findings.iter().zip(json.as_array().unwrap()) {
        let row = text.lines().find(|line| line.contains(one.target.quantity)).unwrap();
        let (name, reason) = (one.target.role.name(), one.target.role.reason());
        assert!(row.contains(&format!("| {name} |")) && row.contains(&reason), "{row}");
        assert_eq!(entry["two_sided"], one.two_sided);
        assert!(reason.is_empty() || entry["role"].is_object(), "{entry}");
    }
    let scores = serde_json::to_value(Scores::of(&findings)).unwrap();
    assert!(["modelled", "two_sided", "independent"].iter().all(|name| scores[name]["of"].as_u64() > Some(0)));
}
