//! Is a file that is damaged, foreign or missing refused with its path, and does a failed write leave nothing behind?
#[path = "common/refused.rs"]
mod refused;

use dermaweave::error::CheckpointFault;
use dermaweave::report::{write_csv, write_file, write_json};
use dermaweave::{Error, Result, Simulation};
use refused::*;
use std::fs;
use std::path::{Path, PathBuf};

fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("bad_files_{name}"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn names_in(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

fn resumed(path: &Path) -> Result<()> {
    Simulation::resume(path, Some(1)).map(drop)
}

fn assert_fault(path: &Path, expected: &CheckpointFault, what: &str) {
    let result = resumed(path);
    let Err(Error::BadCheckpoint { reason, .. }) = result else { panic!("{what}: {result:?}") };
    assert_eq!(reason, *expected, "{what}");
    let parts = [path.to_str().unwrap(), "not a saved simulation", &reason.to_string()];
    assert_message(resumed(path), what, &parts);
}

/// Claim: a file that is cut short or has one wrong byte anywhere is not resumed from.
#[test]
fn a_damaged_checkpoint_is_refused() {
    let path = folder("damaged").join("course");
    builder().build().unwrap().save(&path).unwrap();
    assert!(resumed(&path).is_ok());
    let whole = fs::read(&path).unwrap();
    for length in [0, 7, 8, 11, 12, 19, 20, 43, 44, 45, whole.len() / 2, whole.len() - 1] {
        fs::write(&path, &whole[..length]).unwrap();
        let expected = if length < 8 { CheckpointFault::NotOurs } else { CheckpointFault::Damaged };
        assert_fault(&path, &expected, &format!("cut to {length} bytes"));
    }
    for index in [12, 19, 20, 43, 44, 100, whole.len() / 2, whole.len() - 1] {
        let mut wrong = whole.clone();
        wrong[index] ^= 1;
        fs::write(&path, &wrong).unwrap();
        assert_fault(&path, &CheckpointFault::Damaged, &format!("byte {index} changed"));
    }
    fs::write(&path, [&whole[..], b"more"].concat()).unwrap();
    assert_fault(&path, &CheckpointFault::Damaged, "longer than written");
}

/// Claim: other people's files and other versions of ours are told apart.
#[test]
fn a_foreign_or_other_format_is_refused() {
    let path = folder("foreign").join("course");
    for foreign in [&b"\x89PNG\r\n\x1a\n and so on"[..], b"", b"day,region\n0,all\n", &[0; 10_000]] {
        fs::write(&path, foreign).unwrap();
        assert_fault(&path, &CheckpointFault::NotOurs, "foreign file");
    }
    builder().build().unwrap().save(&path).unwrap();
    let mut other = fs::read(&path).unwrap();
    let expected = u32::from_le_bytes(other[8..12].try_into().unwrap());
    for found in [0, expected + 1, u32::MAX] {
        other[8..12].copy_from_slice(&found.to_le_bytes());
        // Formats before the fifth do not tell.
        let written_by = if found < 5 { "an early version" } else { env!("CARGO_PKG_VERSION") }.into();
        fs::write(&path, &other).unwrap();
        assert_fault(&path, &CheckpointFault::OtherFormat { found, expected, written_by }, "other format");
    }
}

/// Claim: a missing file and a folder in its place are told with the path; threads are checked here too.
#[test]
fn a_missing_checkpoint_is_told_with_its_path() {
    let folder = folder("missing");
    let missing = folder.join("no_such_course");
    let result = resumed(&missing);
    assert!(matches!(&result, Err(Error::File { path, .. }) if *path == missing), "{result:?}");
    assert_message(result, "missing file", &[missing.to_str().unwrap(), "No such file"]);
    assert!(matches!(resumed(&folder), Err(Error::File { path, .. }) if path == folder));
    let saved = folder.join("course");
    builder().build().unwrap().save(&saved).unwrap();
    assert_out_of_range(Simulation::resume(&saved, Some(0)).map(drop), "threads", 0.0, "threads");
}

/// Claim: writing into a folder that is not there leaves nothing behind and tells the path.
#[test]
fn writing_into_no_folder_leaves_nothing_behind() {
    let folder = folder("no_folder");
    let path = folder.join("absent").join("report.csv");
    let simulation = builder().build().unwrap();
    let attempts = [
        write_file(&path, b"text"),
        write_json(&path, &[1, 2, 3]),
        write_csv(&path, simulation.report().rows()),
        simulation.save(&path),
    ];
    for result in attempts {
        assert!(matches!(&result, Err(Error::File { path: told, .. }) if *told == path), "{result:?}");
        assert_message(result, "absent folder", &[path.to_str().unwrap(), "No such file"]);
    }
    assert_eq!(names_in(&folder), Vec::<String>::new());
}

/// Claim: a write that fails at the last moment (here: a folder has the file's name) leaves nothing.
#[test]
fn a_failed_rename_leaves_nothing_unfinished() {
    let folder = folder("rename");
    fs::create_dir(folder.join("course")).unwrap();
    fs::write(folder.join("course").join("inside"), "kept").unwrap();
    assert!(builder().build().unwrap().save(folder.join("course")).is_err());
    assert_eq!(names_in(&folder), ["course"]);
    assert_eq!(fs::read_to_string(folder.join("course").join("inside")).unwrap(), "kept");
}
