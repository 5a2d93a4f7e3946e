//! Do examples that are interrupted, in whatever way, save what they have, say how to go on, and come to the same files?
//!
//! Runs the examples as they were built with the tests: `cargo test` builds them, `cargo test --test` takes what was
//! built before (`cargo build --examples`).
#![cfg(target_os = "linux")]
use dermaweave::Simulation;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

/// Examples of a single course, the shortest that have several samples and milestones, and a saved course of theirs.
const EXAMPLES: [(&str, &str, &str); 3] = [
    ("acne_scar", "--size-mm 1 --spacing-um 20 --sessions 2 --follow-up-days 60", "treated.course"),
    ("acne_scar", "--size-mm 1 --spacing-um 20 --sessions 2 --follow-up-days 60 --layers 2", "treated.course"),
    ("infarct", "--days 12", "infarct.course"),
];
/// More than a test has time for.
const LONG: &str = "--size-mm 1 --spacing-um 10 --sessions 200";

fn example(name: &str, options: &str, out: &Path) -> Command {
    let tests = std::env::current_exe().unwrap();
    let path = tests.parent().unwrap().parent().unwrap().join("examples").join(name);
    assert!(path.exists(), "{} was not built; run `cargo build --examples`", path.display());
    let mut command = Command::new(path);
    command.args(options.split_whitespace()).arg("--out").arg(out).arg("--json").arg(out.join("all.json"));
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("interrupted_{name}"));
    drop(fs::remove_dir_all(&folder));
    folder
}

fn mark(out: &Path) -> Value {
    serde_json::from_slice(&fs::read(out.join("run.json")).unwrap()).unwrap()
}

/// Every result without the name of its run and the options that change nothing.
fn results(out: &Path) -> BTreeMap<String, Vec<u8>> {
    let mark = mark(out);
    assert_eq!(mark["state"], "finished");
    let run = mark["run"].as_str().unwrap();
    let names = mark["files"].as_array().unwrap().iter().map(|file| file["file"].as_str().unwrap().to_owned());
    let content = |name: &str| {
        let bytes = fs::read(out.join(name)).unwrap();
        if bytes.starts_with(b"\x89PNG") {
            return without_texts(&bytes);
        }
        let text = String::from_utf8(bytes).unwrap().replace(run, "RUN");
        text.lines().filter(|line| !line.contains("\"threads\":")).collect::<String>().into_bytes()
    };
    names.chain(["all.json".into()]).map(|name| (name.clone(), content(&name))).collect()
}

/// A picture without its texts, of which one names the run.
fn without_texts(png: &[u8]) -> Vec<u8> {
    let (mut kept, mut rest) = (png[..8].to_vec(), &png[8..]);
    while !rest.is_empty() {
        let length = u32::from_be_bytes(rest[..4].try_into().unwrap()) as usize + 12;
        if rest[4..8] != *b"tEXt" {
            kept.extend(&rest[..length]);
        }
        rest = &rest[length..];
    }
    kept
}

/// One line that says how to go on, status 130, no result in the folder, and a mark that says unfinished.
fn assert_stopped(output: &Output, out: &Path) {
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(130), "{told}");
    assert_eq!(told.lines().count(), 1, "{told}");
    assert!(told.starts_with("stopped on day") && told.contains(" --resume"), "{told}");
    let mark = mark(out);
    assert_eq!((&mark["state"], mark["files"].as_array().map(Vec::len)), (&"unfinished".into(), Some(0)));
}

/// Waits until a file is there while a process runs.
fn wait_for(path: &Path, process: &mut Child) {
    let begun = Instant::now();
    while !path.exists() {
        assert!(process.try_wait().unwrap().is_none(), "it ended before {} was there", path.display());
        assert!(begun.elapsed() < Duration::from_secs(60));
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Claim: an example that is killed once and stopped after several times, and then goes on, each time on another number of
/// threads, comes to the files of one that was never stopped, byte for byte but for the name of the run; nothing saved is left.
#[test]
fn an_interrupted_example_comes_to_the_same_files() {
    for (name, options, course) in EXAMPLES {
        let (whole, out) = (folder(&format!("{name}_whole")), folder(&format!("{name}_parts")));
        assert!(example(name, options, &whole).arg("--quiet").output().unwrap().status.success());
        assert!(!whole.join("checkpoint").exists());
        let mut killed = example(name, options, &out).args(["--checkpoint-every", "0.01s"]).spawn().unwrap();
        wait_for(&out.join("checkpoint").join(course), &mut killed);
        killed.kill().unwrap();
        killed.wait().unwrap();
        // As where it is killed while it saves.
        let half = out.join("checkpoint/.dermaweave-0123456789ab-abc.unfinished");
        fs::write(&half, "half of a course").unwrap();
        let mut stops = 0;
        for (part, time) in [0.0, 0.1, 0.2, 0.4, 0.8, 60.0].into_iter().enumerate() {
            let mut command = example(name, options, &out);
            let (time, threads) = (format!("{time}s"), (part % 2 + 1).to_string());
            command.args(["--resume", "--checkpoint-every", "0.05s", "--stop-after", &time, "--threads", &threads]);
            let output = command.output().unwrap();
            let printed = String::from_utf8_lossy(&output.stdout);
            assert!(printed.lines().any(|line| line.starts_with("resumed: ")), "{printed}");
            if output.status.success() {
                break;
            }
            assert_stopped(&output, &out);
            assert!(!half.exists());
            stops += 1;
        }
        assert!(stops > 0);
        assert!(results(&out) == results(&whole), "{name}");
        assert!(!out.join("checkpoint").exists());
    }
}

/// Claim: SIGINT and SIGTERM save and end with status 130 and one line; a second signal ends at once; whatever ends it, what is
/// saved is whole.
#[test]
fn a_signal_saves() {
    for signals in [&["INT"][..], &["TERM"], &["HUP"], &["INT", "TERM"], &["KILL"]] {
        let out = folder("signals");
        let mut process = example("acne_scar", LONG, &out).args(["--checkpoint-every", "0.05s"]).spawn().unwrap();
        let saved = ["treated", "control"].map(|arm| out.join("checkpoint").join(arm).with_extension("course"));
        for path in &saved {
            wait_for(path, &mut process);
        }
        let id = process.id().to_string();
        for signal in signals {
            assert!(Command::new("kill").args([&format!("-{signal}"), &id]).status().unwrap().success());
        }
        let output = process.wait_with_output().unwrap();
        match signals {
            ["KILL"] => assert_eq!(output.status.code(), None),
            [_] => assert_stopped(&output, &out),
            _ => assert_eq!(output.status.code(), Some(130)),
        }
        for path in &saved {
            let course = Simulation::resume(path, None).unwrap();
            assert!(course.clock().tick() > 0 && !course.is_finished(), "{signals:?}");
        }
    }
}

/// Claim: what an interrupted run saved is not written over unless it is asked for, and goes on with the same options only; each
/// other one is refused by its name.
#[test]
fn what_is_saved_is_not_lost_to_another_run() {
    let (out, options) = (folder("other"), EXAMPLES[0].1);
    let stopped = example("acne_scar", options, &out).args(["--stop-after", "0s"]).output().unwrap();
    assert_stopped(&stopped, &out);
    let saved = fs::read(out.join("checkpoint/treated.course")).unwrap();
    let other = format!("{options} --resume --seed 9 --holes-per-cm2 300 --no-control");
    let refusals = [
        ("acne_scar", options, vec!["holds an interrupted run", "--resume", "checkpoint"]),
        ("acne_scar", &other, vec!["--seed was 1 and is 9", "--holes-per-cm2", "--no-control"]),
        ("infarct", "--resume --days 3", vec!["example was \"acne_scar\" and is \"infarct\"", "--days"]),
    ];
    for (name, options, parts) in refusals {
        let refused = example(name, options, &out).output().unwrap();
        let told = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert_eq!((refused.status.code(), told.lines().count()), (Some(2), 1), "{told}");
        assert!(parts.iter().all(|part| told.contains(part)), "{told}");
        assert!(fs::read(out.join("checkpoint/treated.course")).unwrap() == saved);
    }
    // Damage is told by the file, and the other course is left.
    fs::write(out.join("checkpoint/control.course"), &saved[..saved.len() - 1]).unwrap();
    let refused = example("acne_scar", options, &out).arg("--resume").output().unwrap();
    let told = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!((refused.status.code(), told.lines().count()), (Some(1), 1), "{told}");
    assert!(told.contains("control.course") && told.contains("damaged or cut short"), "{told}");
}

/// Claim: with nothing saved `--resume` begins anew and says so; a time is written with its unit.
#[test]
fn nothing_saved_is_told() {
    let out = folder("nothing");
    let begun = example("infarct", "--days 2 --resume --checkpoint-every never", &out).output().unwrap();
    assert!(begun.status.success());
    assert!(String::from_utf8_lossy(&begun.stdout).contains("nothing is saved in"));
    for wrong in ["--stop-after 3", "--stop-after never", "--checkpoint-every 10d", "--checkpoint-every=-5m"] {
        let refused = example("infarct", wrong, &out).output().unwrap();
        let told = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(refused.status.code() == Some(2) && told.contains("with s, m or h"), "{told}");
    }
}
