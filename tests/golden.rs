//! Are the numbers of short courses what they were?
//!
//! These values prove nothing about skin: they tell that a change meant to change no result (another order of the
//! code, another library, another machine) did change none.
//!
//! # The rule for re-minting
//!
//! *When*: only with a deliberate change of rules, defaults or draws that is named in `CHANGELOG.md` in the same
//! commit. Never to make a test pass whose failure is not understood: a refactoring, a faster loop, an upgrade of a
//! library or another machine must pass as it is. (`rand_distr` is pinned, since its draws are part of the values.)
//!
//! *How*: `DERMAWEAVE_MINT=1 cargo test --test golden -- --nocapture` measures anew, prints every value
//! that changed beside the old one, and writes the tables below into this file.
//!
//! *What the reviewer must see*: the line in the changelog; the printed changes, each explained by it (a change of ageing
//! does not touch the dry run, one of macrophages not the quiet years); the suites of the claims (`promise`, `science`)
//! passing with the new values; and nothing else in the diff of this file but numbers.
//!
//! # The band
//!
//! Relative 1e-6 and absolute 1e-9. Between machines the transform library and the system's functions differ in the last
//! bit, 1e-16. A difference of 1e-13 µm in the place of a cell puts a point of its body into another site, or turns
//! another way, with a probability of some 1e-13 per look: at 10⁶ looks in these courses it practically never does, and
//! what remains are smooth differences, which grow by far less than 10⁷ within five days. Over weeks they would not stay so small.
// Values are written by a machine.
#![allow(clippy::unreadable_literal)]
use dermaweave::simulation::Builder;
use dermaweave::{AtrophicScar, Device, Grid, Length, Protocol, Simulation, Skin, Time, Tissue};

/// Columns of a row that are kept.
const COLUMNS: &[&str] = &[
    "density",
    "new_density",
    "resultant_length",
    "weave_index",
    "weave_fidelity",
    "fibrin",
    "elastin",
    "ground_substance",
    "fibroblasts_per_mm2",
    "active_share",
    "macrophages_per_mm2",
    "neutrophils",
    "tgf_beta",
    "pdgf",
    "inflammation",
    "mmp",
    "thickness_um",
    "modulus_along",
    "redness",
];

type Table<'a> = &'a [(&'a str, f64)];

// minted: begin
const WOUND: Table = &[
    ("density", 9.253983441e-1),
    ("new_density", 7.613392465e-2),
    ("resultant_length", 1.090517040e-1),
    ("weave_index", 3.107951971e-1),
    ("weave_fidelity", 9.853894723e-1),
    ("fibrin", 6.929796105e-2),
    ("elastin", 8.895276662e-1),
    ("ground_substance", 1.173092322e0),
    ("fibroblasts_per_mm2", 6.000000000e2),
    ("active_share", 1.000000000e0),
    ("macrophages_per_mm2", 8.906250000e1),
    ("neutrophils", 2.584884762e-2),
    ("tgf_beta", 2.103696147e0),
    ("pdgf", 1.883671256e0),
    ("inflammation", 5.972653575e-2),
    ("mmp", 1.211965616e-1),
    ("thickness_um", 1.009998832e3),
    ("modulus_along", 1.318348204e0),
    ("redness", 9.078547397e-4),
    ("deposited", 5.100204928e4),
    ("degraded", 0.000000000e0),
    ("renewed", 9.025833157e2),
    ("lost", 2.896385763e4),
    ("cut", 7.068583471e4),
];
const SCAR: Table = &[
    ("density", 6.059826987e-1),
    ("new_density", 1.005975509e-1),
    ("resultant_length", 2.548479382e-1),
    ("weave_index", 2.347280513e-1),
    ("weave_fidelity", 5.032217413e-1),
    ("fibrin", 8.540755048e-3),
    ("elastin", 5.387598530e-1),
    ("ground_substance", 1.186220906e0),
    ("fibroblasts_per_mm2", 8.030000000e2),
    ("active_share", 1.000000000e0),
    ("macrophages_per_mm2", 1.780000000e2),
    ("neutrophils", 1.212975904e-2),
    ("tgf_beta", 3.870505310e0),
    ("pdgf", 4.408239140e0),
    ("inflammation", 4.786607211e-2),
    ("mmp", 2.258054205e-1),
    ("thickness_um", 6.386541132e2),
    ("modulus_along", 1.579559522e0),
    ("redness", 0.000000000e0),
    ("deposited", 1.260955789e5),
    ("degraded", 0.000000000e0),
    ("renewed", 2.305822688e3),
    ("lost", 8.507590624e4),
    ("cut", 5.893920762e4),
];
const AGEING: Table = &[
    ("density", 8.075045430e-1),
    ("new_density", 3.509037534e-3),
    ("resultant_length", 9.951378899e-2),
    ("weave_index", 3.147255660e-1),
    ("weave_fidelity", 1.000000000e0),
    ("fibrin", 0.000000000e0),
    ("elastin", 8.346435634e-1),
    ("ground_substance", 1.000000000e0),
    ("fibroblasts_per_mm2", 2.480000000e2),
    ("active_share", 0.000000000e0),
    ("macrophages_per_mm2", 0.000000000e0),
    ("neutrophils", 0.000000000e0),
    ("tgf_beta", 0.000000000e0),
    ("pdgf", 0.000000000e0),
    ("inflammation", 0.000000000e0),
    ("mmp", 0.000000000e0),
    ("thickness_um", 8.075036175e2),
    ("modulus_along", 1.122450609e0),
    ("redness", 0.000000000e0),
    ("deposited", 0.000000000e0),
    ("degraded", 0.000000000e0),
    ("renewed", 4.413382093e5),
    ("lost", 5.055003291e5),
    ("cut", 0.000000000e0),
];
const DRY_RUN: Table = &[
    ("MF8 roller 1.5 mm: holes", 2.460000000e2),
    ("MF8 roller 1.5 mm: reaching", 2.460000000e2),
    ("MF8 roller 1.5 mm: depth", 8.988187126e2),
    ("MF8 roller 1.5 mm: diameter", 1.287617737e2),
    ("MF8 roller 1.5 mm: opened", 3.255465900e0),
    ("770 µm roller: holes", 2.460000000e2),
    ("770 µm roller: reaching", 0.000000000e0),
    ("770 µm roller: depth", 1.523340291e2),
    ("770 µm roller: diameter", 0.000000000e0),
    ("770 µm roller: opened", 0.000000000e0),
    ("11-needle pen 90 Hz: holes", 1.910000000e2),
    ("11-needle pen 90 Hz: reaching", 1.910000000e2),
    ("11-needle pen 90 Hz: depth", 9.956472248e2),
    ("11-needle pen 90 Hz: diameter", 1.482888570e2),
    ("11-needle pen 90 Hz: opened", 3.342929652e0),
    ("6 × 6 stamp: holes", 2.460000000e2),
    ("6 × 6 stamp: reaching", 2.460000000e2),
    ("6 × 6 stamp: depth", 9.005982631e2),
    ("6 × 6 stamp: diameter", 1.291206497e2),
    ("6 × 6 stamp: opened", 3.248524109e0),
    ("1 mm punch: holes", 1.000000000e0),
    ("1 mm punch: reaching", 1.000000000e0),
    ("1 mm punch: depth", 4.000000000e3),
    ("1 mm punch: diameter", 1.000000000e3),
    ("1 mm punch: opened", 7.853981634e-1),
];
// minted: end

fn field(millimeters: f64) -> Grid {
    let side = Length::millimeters(millimeters);
    Grid::new(side, side, Length::micrometers(20.0)).unwrap()
}

/// Rows of the whole field and ledger at the end of a course.
fn measured(builder: Builder) -> Vec<(String, f64)> {
    let mut simulation: Simulation = builder.sample_every(Time::days(18_263.0)).build().unwrap();
    simulation.run().unwrap();
    let row = simulation.report().region("all").last().unwrap().flat();
    let column = |name: &&str| ((*name).to_owned(), row[*name].as_f64().unwrap());
    let ledger = simulation.ledger();
    let entries = [
        ("deposited", ledger.deposited),
        ("degraded", ledger.degraded),
        ("renewed", ledger.renewed),
        ("lost", ledger.lost),
        ("cut", ledger.cut),
    ];
    COLUMNS.iter().map(column).chain(entries.map(|(name, value)| (name.to_owned(), value))).collect()
}

/// Young skin, a wound of 0.3 mm, three days.
fn wound() -> Vec<(String, f64)> {
    let protocol = Protocol::once(Device::punch(Length::micrometers(300.0))).follow_up(Time::days(3.0));
    measured(Simulation::builder(Tissue::new(field(0.8), &Skin::young()).unwrap()).protocol(protocol).seed(1))
}

/// A scar in sun-exposed skin of 45, one session with a pen, five days.
fn scar() -> Vec<(String, f64)> {
    let scar = AtrophicScar { diameter: Length::micrometers(600.0), ..AtrophicScar::boxcar() };
    let tissue = Tissue::new(field(1.0), &Skin::aged(45.0).photoaged()).unwrap().with_lesion(&scar).unwrap();
    let protocol = Protocol::once(Device::pen_11()).holes_per_cm2(1_000.0).unwrap().follow_up(Time::days(5.0));
    measured(Simulation::builder(tissue).protocol(protocol).seed(2))
}

/// Ten years of protected skin from 40 on.
fn ageing() -> Vec<(String, f64)> {
    let tissue = Tissue::new(field(1.0), &Skin::aged(40.0)).unwrap();
    measured(Simulation::builder(tissue).protocol(Protocol::untreated(Time::years(10.0))).seed(3))
}

/// Two sessions of each kind of device on 10 × 10 mm.
fn dry_run() -> Vec<(String, f64)> {
    let devices = [
        Device::dermaroller_mf8(),
        Device::roller_770(),
        Device::pen_11(),
        Device::stamp_6x6(),
        Device::punch(Length::millimeters(1.0)),
    ];
    let numbers = |device: Device| {
        let plan = Protocol::repeated(device, 2, Time::weeks(4.0)).dry_run(&field(10.0), 4).unwrap();
        let session = &plan.sessions[1];
        [
            ("holes", session.holes as f64),
            ("reaching", session.holes_reaching_slab as f64),
            ("depth", session.mean_depth_um),
            ("diameter", session.mean_diameter_um),
            ("opened", session.opened_percent),
        ]
        .map(|(name, value)| (format!("{}: {name}", session.device), value))
    };
    devices.into_iter().flat_map(numbers).collect()
}

fn is_minting() -> bool {
    std::env::var_os("DERMAWEAVE_MINT").is_some()
}

fn is_near(found: f64, expected: f64) -> bool {
    (found - expected).abs() <= 1e-6 * expected.abs() + 1e-9
}

fn check(table: &str, found: &[(String, f64)], golden: Table) {
    if is_minting() {
        return mint(table, found, golden);
    }
    let names: Vec<_> = found.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, golden.iter().map(|(name, _)| *name).collect::<Vec<_>>(), "{table}");
    let wrong = found.iter().zip(golden).filter(|((_, found), (_, expected))| !is_near(*found, *expected));
    let wrong: Vec<_> = wrong.map(|((name, found), (_, expected))| format!("{name}: {found} for {expected}")).collect();
    assert!(wrong.is_empty(), "{table}: {wrong:#?}");
}

/// Writes one table into this file and prints what changed.
fn mint(table: &str, found: &[(String, f64)], golden: Table) {
    for (name, value) in found {
        let before = golden.iter().find(|(golden, _)| golden == name).map(|(_, value)| *value);
        if before.is_none_or(|before| !is_near(*value, before)) {
            println!("{table}, {name}: {before:?} → {value:.9e}");
        }
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden.rs");
    let text = std::fs::read_to_string(path).unwrap();
    let begin = text.find(&format!("const {table}: Table")).unwrap();
    let end = begin + text[begin..].find("];\n").unwrap();
    let lines: Vec<_> = found.iter().map(|(name, value)| format!("    ({name:?}, {value:.9e}),\n")).collect();
    let minted = format!("{}const {table}: Table = &[\n{}{}", &text[..begin], lines.concat(), &text[end..]);
    std::fs::write(path, minted).unwrap();
}

/// Claim: all values are what they were when they were last minted.
#[test]
fn short_courses_have_their_golden_values() {
    check("WOUND", &wound(), WOUND);
    check("SCAR", &scar(), SCAR);
    check("AGEING", &ageing(), AGEING);
    check("DRY_RUN", &dry_run(), DRY_RUN);
}

/// What gives the values their worth: cells come, divide and work in these courses, and another seed has others.
#[test]
fn golden_courses_are_eventful() {
    let value = |table: &[(String, f64)], name: &str| table.iter().find(|(found, _)| found == name).unwrap().1;
    let (wound, scar, ageing) = (wound(), scar(), ageing());
    for name in ["macrophages_per_mm2", "tgf_beta", "pdgf", "inflammation", "mmp", "deposited", "cut"] {
        assert!(value(&wound, name) > 0.0 && value(&scar, name) > 0.0, "{name}");
        assert!(value(&ageing, name) == 0.0, "{name}");
    }
    assert!(value(&ageing, "lost") > value(&ageing, "renewed"));
    assert!(!is_near(value(&wound, "density"), value(&scar, "density")));
}
