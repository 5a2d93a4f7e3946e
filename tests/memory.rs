//! Is what does not fit into memory refused, whoever limits it, and never an abort?
//!
//! Limits hold for a whole process: tests here run themselves once more in a shell that has set one. Those of control groups
//! and of the system stand beside the code, in a system that is made up.
#![cfg(target_os = "linux")]
use dermaweave::measure::{Region, Windows};
use dermaweave::treatment::TreatedRegion;
use dermaweave::{Device, Error, Grid, Length, Protocol, Result, Session, Simulation, Skin, Time, Tissue};
use std::process::Command;

/// Set in processes that run under a limit.
const LIMITED: &str = "DERMAWEAVE_TEST_LIMITED";

/// Runs `check` in a process of its own under a limit, as `ulimit` takes it.
fn under(limit: &str, test: &str, check: fn()) {
    if std::env::var(LIMITED).is_ok_and(|limited| limited == limit) {
        return check();
    }
    if std::env::var(LIMITED).is_ok() {
        return;
    }
    let command = format!("ulimit {limit} && exec \"$0\" --exact {test} --test-threads 1");
    let itself = std::env::current_exe().unwrap();
    let output = Command::new("sh").arg("-c").arg(command).arg(itself).env(LIMITED, limit).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && text.contains("1 passed"), "{:?}: {text}", output.status);
}

fn field(millimeters: f64) -> Result<Grid> {
    let side = Length::millimeters(millimeters);
    Grid::new(side, side, Length::micrometers(10.0))
}

fn assert_too_large<T>(result: Result<T>, what: &str) {
    match result.map(drop) {
        Err(Error::FieldTooLarge { needed_mib, available_mib, .. }) => assert!(needed_mib > available_mib, "{what}"),
        other => panic!("{what}: {other:?}"),
    }
}

/// Claim: under a limit of the address space a field too large for it is refused, not aborted, and one that fits is made.
#[test]
fn a_limit_of_the_address_space_is_heeded() {
    under("-v 3000000", "a_limit_of_the_address_space_is_heeded", || {
        assert_too_large(Tissue::new(field(80.0).unwrap(), &Skin::young()), "80 mm");
        assert_too_large(field(1000.0), "a meter");
        let tissue = Tissue::new(field(1.0).unwrap(), &Skin::young()).unwrap();
        assert!(Simulation::builder(tissue).threads(1).build().is_ok());
    });
}

/// Claim: the same for a limit of the data of a process.
#[test]
fn a_limit_of_the_data_is_heeded() {
    under("-d 3000000", "a_limit_of_the_data_is_heeded", || {
        assert_too_large(Tissue::new(field(80.0).unwrap(), &Skin::young()), "80 mm");
        let tissue = Tissue::new(field(1.0).unwrap(), &Skin::young()).unwrap();
        assert!(Simulation::builder(tissue).threads(1).build().is_ok());
    });
}

/// Claim: a course is refused before it begins if its cells could come to need more than there is, or courses beside it, or
/// a branch of it.
#[test]
fn cells_at_their_limit_and_other_courses_count() {
    under("-d 650000", "cells_at_their_limit_and_other_courses_count", || {
        let tissue = |side| Tissue::new(field(side).unwrap(), &Skin::young()).unwrap();
        let untreated = Simulation::builder(tissue(15.0)).threads(1);
        let needled = Protocol::once(Device::dermaroller_mf8());
        assert_too_large(untreated.clone().protocol(needled.clone()).build(), "cells at their limit");
        drop(untreated);
        let small = Simulation::builder(tissue(15.0)).threads(1);
        assert!(small.memory_needed() > 300 << 20 && small.memory_needed() < 400 << 20, "{}", small.memory_needed());
        assert!(small.check_memory(1).is_ok());
        assert_too_large(small.check_memory(2), "two arms");
        let trunk = small.build().unwrap();
        assert_too_large(trunk.branch("treated", needled.follow_up(Time::days(1.0)), 1), "a branch");
    });
}

/// Claim: regions, windows and dry runs of huge fields are refused or take no memory.
#[test]
fn what_is_watched_in_a_huge_field_is_refused() {
    under("-v 700000", "what_is_watched_in_a_huge_field_is_refused", || {
        let grid = field(70.0).unwrap();
        let all = Region::all(&grid);
        assert!((all.area_mm2() - 4900.0).abs() < 1e-6);
        assert_too_large(Windows::new(&all, &grid, Length::micrometers(100.0)), "windows");
        let side = Length::millimeters(20.0);
        let coarse = Grid::new(Length::millimeters(500.0), side * 10.0, Length::micrometers(40.0)).unwrap();
        let region = TreatedRegion::Disc { x: side, y: side, diameter: side };
        let session =
            Session { region, ..Session::new(Device::pen_11(), Time::days(0.0)).holes_per_cm2(15_000.0).unwrap() };
        let protocol = Protocol { sessions: vec![session], doses: Vec::new(), end: Time::days(9.0) };
        assert_too_large(protocol.dry_run(&coarse, 1), "a dry run");
    });
}

/// Claim: a saved course that finds no memory while it is read is refused, not aborted.
#[test]
fn a_saved_course_too_large_for_memory_is_refused() {
    under("-v 1500000", "a_saved_course_too_large_for_memory_is_refused", || {
        let tissue = Tissue::new(field(0.1).unwrap(), &Skin::young()).unwrap();
        let path = std::env::temp_dir().join(format!("dermaweave_too_large_{}", std::process::id()));
        Simulation::builder(tissue).threads(1).build().unwrap().save(&path).unwrap();
        assert!(Simulation::resume(&path, Some(1)).is_ok());
        // A file that says that it holds a gibibyte, and is as long as that; none of it is written.
        let (gibibyte, header, checksum) = (1_u64 << 30, 44, 16);
        let mut bytes = std::fs::read(&path).unwrap();
        bytes[12..20].copy_from_slice(&gibibyte.to_le_bytes());
        std::fs::write(&path, &bytes).unwrap();
        std::fs::OpenOptions::new().write(true).open(&path).unwrap().set_len(header + gibibyte + checksum).unwrap();
        let refused = Simulation::resume(&path, Some(1)).map(drop).unwrap_err();
        std::fs::remove_file(&path).unwrap();
        let is_memory =
            matches!(&refused, Error::File { source, .. } if source.kind() == std::io::ErrorKind::OutOfMemory);
        assert!(is_memory && refused.to_string().contains("2048 MiB"), "{refused}");
    });
}
