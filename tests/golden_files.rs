//! Are files written by an earlier version still read, with the same content?
//!
//! `tests/golden` holds one file of each format, all of one needled scar on 8 × 8 sites: a saved course with the digest of
//! its state, its tissue and report in JSON, its protocol in JSON and TOML. They prove nothing about skin: they tell that a
//! change which is meant to leave the formats as they are did so.
//!
//! # The rule for minting anew
//!
//! *When*: only with a deliberate change of a format (then the number of the format in `src/simulation/checkpoint/file.rs`
//! rises too, if a saved course changes its shape) or of what is in these files, named in `CHANGELOG.md` in the same commit.
//! A change of rules alone needs none: nothing here is computed but what the files hold.
//!
//! *How*: `DERMAWEAVE_MINT=1 cargo test --test golden_files` writes all of them anew.
//!
//! *What the reviewer must see*: the line in the changelog, and in the diff of the text files nothing else but what it names.
use dermaweave::{AtrophicScar, Device, Grid, Length, Protocol, Report, Simulation, Skin, Time, Tissue};
use std::fs;
use std::path::PathBuf;

fn golden(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name)
}

fn text(name: &str) -> String {
    fs::read_to_string(golden(name)).unwrap()
}

/// A scar under two sessions, on a day on which cells, clot and open channels are there.
fn course() -> Simulation {
    let side = Length::micrometers(80.0);
    let grid = Grid::new(side, side, Length::micrometers(10.0)).unwrap();
    let scar = AtrophicScar { diameter: side * 0.5, edge: Length::micrometers(10.0), ..AtrophicScar::boxcar() };
    let skin = Skin { fibroblasts_per_mm3: 20_000.0, ..Skin::aged(40.0) };
    let tissue = Tissue::new(grid, &skin).unwrap().with_lesion(&scar).unwrap();
    let protocol = Protocol::repeated(Device::single_channel(Length::micrometers(60.0)), 2, Time::days(3.0));
    let builder = Simulation::builder(tissue).protocol(protocol.follow_up(Time::weeks(1.0)));
    let mut simulation = builder.seed(5).sample_every(Time::days(2.0)).build().unwrap();
    let is_eventful =
        |tissue: &Tissue| !tissue.macrophages().is_empty() && !tissue.microchannels().channels().is_empty();
    while !is_eventful(simulation.tissue()) {
        assert!(!simulation.is_finished(), "no cell came");
        simulation.step().unwrap();
    }
    simulation
}

fn mint() {
    let course = course();
    let json = |name: &str, text: serde_json::Result<String>| fs::write(golden(name), text.unwrap() + "\n").unwrap();
    course.save(golden("course")).unwrap();
    fs::write(golden("course.digest"), course.state_digest() + "\n").unwrap();
    json("tissue.json", serde_json::to_string_pretty(course.tissue()));
    json("report.json", serde_json::to_string_pretty(course.report()));
    json("protocol.json", serde_json::to_string_pretty(course.protocol()));
    fs::write(golden("protocol.toml"), toml::to_string(course.protocol()).unwrap()).unwrap();
}

/// Claim: every file is read, they say the same of one course, and what is read is written as it was.
#[test]
fn golden_files_are_read_and_written_as_they_were() {
    if std::env::var_os("DERMAWEAVE_MINT").is_some() {
        mint();
    }
    let mut course = Simulation::resume(golden("course"), Some(1)).unwrap();
    assert_eq!(course.state_digest(), text("course.digest").trim());
    let tissue: Tissue = serde_json::from_str(&text("tissue.json")).unwrap();
    let report: Report = serde_json::from_str(&text("report.json")).unwrap();
    let protocol: Protocol = serde_json::from_str(&text("protocol.json")).unwrap();
    assert!(tissue == *course.tissue() && report == *course.report() && protocol == *course.protocol());
    assert_eq!(toml::from_str::<Protocol>(&text("protocol.toml")).unwrap(), protocol);
    assert_eq!(serde_json::to_string_pretty(&tissue).unwrap(), text("tissue.json").trim());
    assert_eq!(serde_json::to_string_pretty(&report).unwrap(), text("report.json").trim());
    assert_eq!(serde_json::to_string_pretty(&protocol).unwrap(), text("protocol.json").trim());
    assert_eq!(toml::to_string(&protocol).unwrap(), text("protocol.toml"));
    // But for the version of the crate in its header, and the checksum of it.
    let state = |file: PathBuf| {
        let bytes = fs::read(file).unwrap();
        bytes[44..bytes.len() - 16].to_vec()
    };
    let again = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("golden_again");
    course.save(&again).unwrap();
    assert!(state(again.clone()) == state(golden("course")), "the state is written otherwise");
    fs::remove_file(again).unwrap();
    course.run().unwrap();
    assert!(course.is_finished());
}

/// What gives the files their worth: all that a course can hold is in them, and they are small.
#[test]
fn golden_files_hold_everything_and_are_small() {
    let course = Simulation::resume(golden("course"), Some(1)).unwrap();
    let tissue = course.tissue();
    assert!(!tissue.fibroblasts().is_empty() && !tissue.macrophages().is_empty() && tissue.lesion().contains(&true));
    assert!(
        !tissue.microchannels().channels().is_empty()
            && !tissue.acute_inflammation().is_over()
            && !tissue.signals().are_at_rest()
    );
    assert!(course.report().rows().len() >= 3);
    let files = fs::read_dir(golden("")).unwrap().map(|entry| entry.unwrap().metadata().unwrap().len());
    assert!(files.max().unwrap() < 200_000);
}
