//! Does the fit find what it should, and can it be taken up where it was left?
use dermaweave::Parameters;
use dermaweave::study::calibration::{Fit, Free, Record, parameters_with, to_toml};
use dermaweave::study::evidence::{Band, Finding, Found, Role, TARGETS, Target, Validation, Verdict};
use std::path::PathBuf;

/// A fit of two parameters to the memory of cells, recorded in a file.
fn fit(file: PathBuf, threads: usize) -> Fit {
    let free = |name| Free::new(Free::candidates().into_iter().find(|row| row.name == name).unwrap(), 2.0).unwrap();
    let (experiments, record) = (Validation::named("memory"), Record::open(file).unwrap());
    let free = ["memory_time", "activation_time"].map(free).to_vec();
    Fit { experiments, replicates: 1, threads: Some(threads), record, ..Fit::of(free) }
}

/// Six points of the unit square.
fn points() -> Vec<Vec<f64>> {
    [(0.1, 0.9), (0.3, 0.2), (0.5, 0.5), (0.0, 1.0), (0.8, 0.4), (0.95, 0.05)].map(|(x, y)| vec![x, y]).to_vec()
}

/// Claim: what was evaluated is not evaluated again, and gives the same bits, on any number of threads.
#[test]
fn a_fit_is_taken_up_where_it_was_left() {
    let folder = std::env::temp_dir().join(format!("dermaweave_fit_{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let points = points();
    let whole = fit(folder.join("whole.json"), 1).evaluate(&points, || ()).unwrap();
    let file = folder.join("parts.json");
    fit(file.clone(), 3).evaluate(&points[..4], || ()).unwrap();
    let taken_up = fit(file.clone(), 2);
    assert_eq!(taken_up.evaluated(), 4);
    assert_eq!(taken_up.evaluate(&points, || ()).unwrap(), whole);
    assert_eq!(fit(file.clone(), 1).evaluated(), 6);
    // A record of another fit is kept, and of no use.
    let other = Fit { replicates: 2, ..fit(file.clone(), 1) };
    assert_eq!(other.evaluated(), 0);
    std::fs::write(&file, "broken").unwrap();
    assert!(Record::open(file).unwrap_err().to_string().contains("parts.json"));
    std::fs::remove_dir_all(folder).unwrap();
}

/// Claim: only calibrated parameters are there to be fitted, none leaves its range, and a fit can be read back.
#[test]
fn fitted_parameters_stay_in_their_ranges() {
    let candidates = Free::candidates();
    let is_candidate = |name: &str| candidates.iter().any(|row| row.name == name);
    assert!(is_candidate("deposition_rate") && !is_candidate("mature_loss_rate"), "measured");
    for row in Parameters::default().table().into_iter().filter(|row| row.minimum > 0.0) {
        let free = Free::new(row, 1e6).unwrap();
        assert!(free.value(0.0) >= free.row.minimum && free.value(1.0) <= free.row.maximum, "{}", free.row.name);
        let default = free.value(free.default_place());
        assert!((default / free.row.value - 1.0).abs() < 1e-5, "{}: {default}", free.row.name);
    }
    assert!(Free::new(candidates[0].clone(), 1.0).is_err(), "no width");
    let values = [("memory_time", 200.0), ("removal_rate", 0.01)].map(|(name, value)| (name.to_owned(), value));
    let values = values.into_iter().collect();
    let read: Parameters = toml::from_str(&to_toml(&values)).unwrap();
    assert_eq!(read, parameters_with(&values).unwrap());
    assert_eq!((read.fibroblast.memory_time, read.macrophage.removal_rate), (200.0, 0.01));
}

/// Claim: at least a third of the findings are kept out of the fit, every one has a source, and names are unique.
#[test]
fn a_third_of_the_findings_is_kept_out() {
    let count = |counts: fn(Role) -> bool| TARGETS.iter().filter(|target| counts(target.role)).count();
    let (fitted, held_out) = (count(|role| role == Role::Calibration), count(Role::is_kept_out));
    assert!(2 * held_out >= fitted && held_out * 3 >= fitted + held_out, "{held_out} of {}", fitted + held_out);
    let names: std::collections::BTreeSet<_> = TARGETS.iter().map(|target| target.id).collect();
    assert_eq!(names.len(), TARGETS.len());
    assert!(TARGETS.iter().all(|target| !target.source.is_empty()));
}

/// Claim: a verdict says where the mean lies, and what was not found is not within.
#[test]
fn verdicts_follow_the_bands() {
    let judged = |band: Band, role: Role, values: &[f64]| {
        let target = Target { id: "x", quantity: "x", unit: "1", band, source: "x", role, over: &[] };
        let mut found = Found::default();
        for &value in values {
            found.add("x", None, value);
        }
        Finding::new(target, &found).verdict
    };
    let around = Band::Around(10.0, 2.0);
    assert_eq!(judged(around, Role::HeldOut, &[7.0, 10.0]), Verdict::Within);
    assert_eq!(judged(around, Role::HeldOut, &[7.9]), Verdict::Outside);
    assert_eq!(judged(around, Role::Calibration, &[]), Verdict::Outside);
    assert_eq!(judged(around, Role::Calibration, &[f64::NAN]), Verdict::Outside);
    // What went in is judged where it is simulated, so that a loss shows.
    assert_eq!(judged(around, Role::WentIn("why"), &[10.0]), Verdict::Within);
    assert_eq!(judged(around, Role::WentIn("why"), &[13.0]), Verdict::Outside);
    assert_eq!(judged(around, Role::WentIn("why"), &[]), Verdict::NotSimulated);
    assert_eq!(judged(around, Role::NotModeled("why"), &[10.0]), Verdict::NotModeled);
    assert!((around.misfit(12.0) - 1.0).abs() < 1e-12 && (Band::Between(8.0, 12.0).misfit(8.0) + 1.0).abs() < 1e-12);
    assert!(Band::Below(7.0).misfit(6.0) == 0.0 && Band::Below(7.0).misfit(9.0) > 1.0);
    assert!(Band::Above(0.0).holds(1e-9) && !Band::Above(0.0).holds(0.0));
}
