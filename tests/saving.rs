//! What does it cost to save a course?
//!
//! Memory is counted on one thread (see `tests/allocations.rs`). Times depend on the machine and its disk: they are printed, and
//! only what is far off fails.
use allocation_counter::measure;
use dermaweave::{AtrophicScar, Device, Grid, Length, Protocol, Simulation, Skin, Time, Tissue};
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("saving_{name}"))
}

/// A needled scar on sites of 10 µm, a week after its session.
fn course(side: f64, days: f64) -> Simulation {
    let side = Length::millimeters(side);
    let grid = Grid::new(side, side, Length::micrometers(10.0)).unwrap();
    let scar = AtrophicScar { diameter: side * 0.5, ..AtrophicScar::boxcar() };
    let tissue = Tissue::new(grid, &Skin::young()).unwrap().with_lesion(&scar).unwrap();
    let protocol = Protocol::once(Device::dermaroller_mf8()).follow_up(Time::days(days));
    let mut simulation = Simulation::builder(tissue).protocol(protocol).seed(1).threads(1).build().unwrap();
    simulation.run().unwrap();
    simulation
}

/// Claim: saving takes a tenth of the file in memory at most, and the digest of the state a megabyte; what is read takes the
/// file and the state that is in it.
#[test]
fn saving_takes_a_tenth_of_the_file_in_memory() {
    let (simulation, path) = (course(1.5, 2.0), file("memory"));
    let saved = measure(|| simulation.save(&path).unwrap()).bytes_max;
    let length = fs::metadata(&path).unwrap().len();
    let digest = measure(|| drop(simulation.state_digest())).bytes_max;
    println!("a file of {length} bytes: {saved} bytes to save it, {digest} for the digest");
    assert!(length > 2_000_000 && 10 * saved <= length, "{saved} of {length}");
    assert!(digest <= 1 << 20, "{digest}");
    fs::remove_file(path).unwrap();
}

/// Claim: a course of 4 × 4 mm is saved in far less than a second. What it takes is printed: 0.1 s are meant in a release
/// build, and 3 % of a course that is saved weekly.
#[test]
fn saving_is_quick() {
    let begun = Instant::now();
    let (simulation, path) = (course(4.0, 7.0), file("time"));
    let week = begun.elapsed();
    let fastest = |work: &dyn Fn()| {
        let time = |_| {
            let begun = Instant::now();
            work();
            begun.elapsed()
        };
        (0..5).map(time).min().unwrap()
    };
    let saved = fastest(&|| simulation.save(&path).unwrap());
    let digest = fastest(&|| drop(simulation.state_digest()));
    let resumed = fastest(&|| drop(Simulation::resume(&path, Some(1)).unwrap()));
    let length = fs::metadata(&path).unwrap().len();
    println!(
        "{length} bytes: saved in {saved:?}, digest {digest:?}, resumed in {resumed:?}; the first week took {week:?}"
    );
    assert!(saved < Duration::from_secs(5) && resumed < Duration::from_secs(20), "{saved:?}, {resumed:?}");
    fs::remove_file(path).unwrap();
}

/// Claim: what a rule leaves that is finite and still cannot be is told when the course is saved, not when it is needed; the
/// file of before stays.
#[test]
fn what_cannot_be_read_is_not_saved() {
    let (mut simulation, path) = (course(0.8, 2.0), file("impossible"));
    simulation.save(&path).unwrap();
    let before = fs::read(&path).unwrap();
    let site = simulation.tissue_mut().matrix_mut().site_mut(0);
    site.mature.density *= 0.05;
    let refused = simulation.save(&path).unwrap_err().to_string();
    assert!(refused.contains("moment of fibers") && refused.len() < 200, "{refused}");
    simulation.tissue_mut().matrix_mut().site_mut(0).mature.density *= 20.0;
    simulation.tissue_mut().signals_mut()[dermaweave::Signal::TgfBeta].values_mut()[3] = -0.1;
    let refused = simulation.save(&path).unwrap_err().to_string();
    assert!(refused.contains("level of a signal is -0.1"), "{refused}");
    assert!(fs::read(&path).unwrap() == before && Simulation::resume(&path, Some(1)).is_ok());
    fs::remove_file(path).unwrap();
}
