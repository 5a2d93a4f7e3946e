//! Does the fit find what it should, and can it be taken up where it was left?
#[path = "../examples/common/mod.rs"]
mod common;

use common::evidence::comparison::{Comparison, Verdict};
use common::evidence::{Band, EXPERIMENTS, Experiment, Found, Role, TARGETS, Target};
use common::fit::{self, Fit, Free};
use common::search::{PatternSearch, latin_hypercube};
use dermaweave::Parameters;
use std::path::PathBuf;
use std::sync::Mutex;

/// Claim: every slice of every axis holds exactly one sample.
#[test]
fn a_latin_hypercube_has_one_sample_per_slice() {
    for (dimensions, samples) in [(1, 1), (3, 7), (8, 40)] {
        let points = latin_hypercube(dimensions, samples, 3);
        for dimension in 0..dimensions {
            let mut slices: Vec<_> = points.iter().map(|point| (point[dimension] * samples as f64) as usize).collect();
            slices.sort_unstable();
            assert_eq!(slices, (0..samples).collect::<Vec<_>>());
        }
    }
    assert_ne!(latin_hypercube(2, 5, 1), latin_hypercube(2, 5, 2));
}

fn minimum(start: [f64; 2], polls: usize, value: impl Fn(&[f64]) -> f64) -> PatternSearch {
    let mut search = PatternSearch::new(start.to_vec(), value(&start), 0.25);
    for _ in 0..polls {
        let poll = search.poll();
        assert!(poll.iter().flatten().all(|at| (0.0..=1.0).contains(at)));
        let values: Vec<_> = poll.iter().map(|point| value(point)).collect();
        search.take(&poll, &values);
    }
    search
}

/// Claim: the pattern search finds the minimum of a bowl, to 2⁻¹⁵ of the cube after 15 halvings of the step and at
/// most four moves between two of them, also where it lies on an edge, and comes half of the way down a narrow, bent valley in 200 polls.
#[test]
fn the_pattern_search_finds_minima() {
    let bowl = minimum([0.9, 0.1], 80, |point| (point[0] - 0.3).powi(2) + 4.0 * (point[1] - 0.7).powi(2));
    assert!((bowl.best[0] - 0.3).abs() < 1e-4 && (bowl.best[1] - 0.7).abs() < 1e-4, "{bowl:?}");
    let edge = minimum([0.5, 0.5], 80, |point| point[0] - point[1]);
    assert_eq!(edge.best, [0.0, 1.0]);
    // Rosenbrock's valley, shrunk to the cube: the floor runs from the start to (0.75, 0.75).
    let valley = |point: &[f64]| {
        let (x, y) = (4.0 * point[0] - 2.0, 4.0 * point[1] - 2.0);
        (1.0 - x).powi(2) + 100.0 * (y - x * x).powi(2)
    };
    let start = [0.25, 0.75];
    let found = minimum(start, 200, valley).value;
    assert!(found < 0.5 * valley(&start), "{found}");
    assert_eq!(minimum([0.5, 0.5], 10, |_| f64::NAN).best, [0.5, 0.5]);
}

fn fit(file: PathBuf, threads: usize) -> Fit<'static> {
    let names = ["memory_time", "activation_time"].map(String::from);
    let experiments: Vec<&Experiment> = EXPERIMENTS.iter().filter(|one| one.name == "memory").collect();
    let (free, record) = (Free::of(&names, 2.0), Mutex::default());
    Fit { free, experiments, replicates: 1, seed: 1, threads, file, record }
}

/// Claim: what was evaluated is not evaluated again, and gives the same bits, on any number of threads.
#[test]
fn a_fit_is_taken_up_where_it_was_left() {
    let folder = std::env::temp_dir().join(format!("dermaweave_fit_{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let points = latin_hypercube(2, 6, 1);
    let whole = fit(folder.join("whole.json"), 1).evaluate(&points, || ()).unwrap();
    let file = folder.join("parts.json");
    fit(file.clone(), 3).evaluate(&points[..4], || ()).unwrap();
    let taken_up = fit(file.clone(), 2);
    assert_eq!(taken_up.take_up().unwrap(), 4);
    assert_eq!(taken_up.evaluate(&points, || ()).unwrap(), whole);
    let again = fit(file.clone(), 1);
    assert_eq!(again.take_up().unwrap(), 6);
    // A record of another fit is kept, and of no use.
    let other = Fit { replicates: 2, ..fit(file.clone(), 1) };
    assert_eq!(other.take_up().unwrap(), 0);
    std::fs::write(&file, "broken").unwrap();
    assert!(fit(file, 1).take_up().unwrap_err().to_string().contains("parts.json"));
    std::fs::remove_dir_all(folder).unwrap();
}

/// Claim: only calibrated parameters can be fitted, none leaves its range, and a fit can be read back.
#[test]
fn fitted_parameters_stay_in_their_ranges() {
    assert!(fit::free_name("deposition_rate").is_ok());
    assert!(fit::free_name("mature_loss_rate").unwrap_err().contains("deposition_rate"), "measured");
    assert!(fit::free_name("depositon_rate").is_err(), "misspelled");
    let names: Vec<_> = Parameters::default().table().iter().map(|row| row.name.to_owned()).collect();
    for free in Free::of(&names, 1e6).iter().filter(|free| free.row.minimum > 0.0) {
        assert!(free.value(0.0) >= free.row.minimum && free.value(1.0) <= free.row.maximum, "{}", free.row.name);
        let default = free.value(free.default_place());
        assert!((default / free.row.value - 1.0).abs() < 1e-5, "{}: {default}", free.row.name);
    }
    let values = [("memory_time", 200.0), ("removal_rate", 0.01)].map(|(name, value)| (name.to_owned(), value));
    let values = values.into_iter().collect();
    let read: Parameters = toml::from_str(&fit::to_toml(&values)).unwrap();
    assert_eq!(read, fit::with_values(&values).unwrap());
    assert_eq!((read.fibroblast.memory_time, read.macrophage.removal_rate), (200.0, 0.01));
}

/// Claim: at least a third of the findings are kept out of the fit, every one has a source, and names are unique.
#[test]
fn a_third_of_the_findings_is_kept_out() {
    let (fitted, held_out) = fit::halves();
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
        let values = (!values.is_empty()).then(|| (("x", None), values.to_vec()));
        Comparison::new(target, &Found::from_iter(values)).verdict
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
