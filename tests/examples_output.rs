//! Are outputs that cannot be written told by the examples, in one line and before the first step?
//!
//! Runs the examples as they were built with the tests: `cargo test` builds them, `cargo test --test` takes what was
//! built before (`cargo build --examples`).
#![cfg(target_os = "linux")]
#[path = "common/example.rs"]
mod example;

use example::{example, folder};
use serde_json::Value;
use std::fs::{self, File};
use std::process::Output;
use std::time::{Duration, Instant};

/// One line on standard error that says all of `parts`, and status 1.
fn assert_told(output: &Output, parts: &[&str]) {
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!((output.status.code(), told.lines().count()), (Some(1), 1), "{told}");
    for part in parts {
        assert!(told.contains(part), "{part:?} is not in: {told}");
    }
}

/// Examples that print and write, with options that make the shortest course.
const WITH_FOLDER: [(&str, &str); 11] = [
    ("acne_scar", "--size-mm 0.6 --sessions 1 --follow-up-days 2 --spacing-um 20 --no-control"),
    ("wrinkles", ""),
    ("photoaging", ""),
    ("scar_types", ""),
    ("session_interval", ""),
    ("needle_length", ""),
    ("overtreatment", ""),
    ("scar_or_regeneration", ""),
    ("from_picture", ""),
    ("infarct", ""),
    ("calibrate", "--quick --only memory"),
];

/// Examples that print only.
const ONE_FILE: [&str; 5] = ["quick_start", "drug_on_schedule", "fifth_signal", "light_pulse", "own_column"];

/// Claim: with standard output on a full disk, every example tells so in one line, with status 1, before the first step.
#[test]
fn a_full_standard_output_is_told_at_once() {
    let full = || File::options().write(true).open("/dev/full").unwrap();
    let begin = Instant::now();
    let all = WITH_FOLDER.into_iter().chain([("validate", "")]);
    for (name, options) in all.chain(ONE_FILE.map(|name| (name, ""))) {
        let output = example(name).args(options.split_whitespace()).stdout(full()).output().unwrap();
        let is_full_course = ONE_FILE.contains(&name);
        assert_told(&output, if is_full_course { &["No space left"] } else { &["/dev/stdout", "No space left"] });
    }
    // All courses together take many minutes.
    assert!(begin.elapsed() < Duration::from_secs(120), "{:?}", begin.elapsed());
}

/// Claim: where what is printed is read no more, that is reported in one line, with status 1.
#[test]
fn a_closed_pipe_is_told() {
    for (name, options) in ONE_FILE.map(|name| (name, "")).into_iter().chain([WITH_FOLDER[0]]) {
        let mut process = example(name).args(options.split_whitespace()).spawn().unwrap();
        drop(process.stdout.take());
        assert_told(&process.wait_with_output().unwrap(), &["Broken pipe"]);
    }
}

/// Claim: an unusable `--json` or `--out` is told by its path before the first step, and results of an earlier run stay.
#[test]
fn unusable_files_are_told_before_the_first_step() {
    let folder = folder("unusable", "all");
    fs::write(folder.join("file"), "in the way").unwrap();
    let begin = Instant::now();
    for (name, options) in WITH_FOLDER {
        let out = folder.join(name);
        fs::create_dir(&out).unwrap();
        fs::write(out.join("earlier.csv"), "earlier").unwrap();
        for (json, told) in [("/dev/full", "No space left"), (".", "directory"), ("file/below.json", "file")] {
            let path = folder.join(json);
            let mut command = example(name);
            command.args(options.split_whitespace()).arg("--quiet").arg("--out").arg(&out).arg("--json").arg(&path);
            assert_told(&command.output().unwrap(), &[told]);
        }
        let mut command = example(name);
        command.args(options.split_whitespace()).arg("--quiet").arg("--out").arg(folder.join("file"));
        assert_told(&command.output().unwrap(), &["file"]);
        assert_eq!(fs::read_dir(&out).unwrap().count(), 1, "{name}: something was written beside what was there");
    }
    assert!(begin.elapsed() < Duration::from_secs(120), "{:?}", begin.elapsed());
}

/// Claim: an example that is killed leaves a folder that says so; run once more, it finishes, and every file says which
/// run it is of.
#[test]
fn a_killed_example_leaves_an_unfinished_folder() {
    let out = folder("killed", "acne_scar");
    let run = |options: &str| {
        let mut command = example("acne_scar");
        command.args(options.split_whitespace()).arg("--quiet").arg("--out").arg(&out);
        command
    };
    let mark = || -> Option<Value> { serde_json::from_slice(&fs::read(out.join("run.json")).ok()?).ok() };
    let mut long = run("--size-mm 2 --spacing-um 20 --sessions 4").spawn().unwrap();
    while mark().is_none() {
        assert!(long.try_wait().unwrap().is_none(), "it ended without a mark");
        std::thread::sleep(Duration::from_millis(5));
    }
    // While it runs, a second one is refused with its name.
    let holder = mark().unwrap()["run"].as_str().unwrap().to_owned();
    assert_told(&run(WITH_FOLDER[0].1).output().unwrap(), &[&holder, "is being written by run"]);
    long.kill().unwrap();
    long.wait().unwrap();
    let stopped = mark().unwrap();
    assert_eq!((&stopped["state"], &stopped["run"]), (&"unfinished".into(), &holder.clone().into()));
    assert!(run(WITH_FOLDER[0].1).arg("--json").arg(out.join("all.json")).output().unwrap().status.success());
    let finished = mark().unwrap();
    assert_eq!(finished["state"], "finished");
    let name = finished["run"].as_str().unwrap();
    assert_ne!(name, holder);
    let written: Vec<_> =
        finished["files"].as_array().unwrap().iter().map(|file| file["file"].as_str().unwrap()).collect();
    let pictures =
        ["maps.png", "course.png", "histology.png", "fibers.png", "skin.png", "animation.png", "report.html"];
    assert_eq!(written, [&["report.csv"], &pictures[..]].concat());
    for file in written.into_iter().chain(["all.json"]) {
        let content = fs::read(out.join(file)).unwrap();
        assert!(content.windows(name.len()).any(|part| part == name.as_bytes()), "{file}");
    }
}
