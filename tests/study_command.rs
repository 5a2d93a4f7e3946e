//! The example `study`: killed at any moment, interrupted, shared; the tables are the same.
#![cfg(unix)]
#[path = "common/example.rs"]
mod example;

use dermaweave::random::{Purpose, stream};
use example::{example, folder};
use rand::RngExt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output};
use std::time::Duration;

const FILE: &str = r#"
[grid]
size = "0.6 mm"
spacing = "20 µm"
[devices.pen]
product = "pen_11"
needle_length = "1 mm"
[protocol]
device = "pen"
sessions = 2
interval = "7 days"
holes = "400 /cm²"
follow_up = "14 days"
[record]
every = "1 day"
fields = ["density", "tgf_beta"]
fields_every = "7 days"
formats = ["npy"]
[run]
replicates = 2
[[arm]]
name = "untreated"
[arm.set.protocol]
sessions = 0
[[arm]]
name = "treated"
[[arm]]
name = "dense"
set.protocol.holes = "800 /cm²"
"#;
const TABLES: [&str; 4] = ["rows.csv", "summary.csv", "differences.csv", "dictionary.csv"];

/// A study file of its own, and where its folder will be.
struct Place {
    file: PathBuf,
    out: PathBuf,
}

impl Place {
    fn new(name: &str) -> Self {
        let folder = folder("study", name);
        let (file, out) = (folder.join("small.toml"), folder.join("out"));
        fs::write(&file, FILE).unwrap();
        Self { file, out }
    }

    fn command(&self, what: &str, options: &[&str]) -> Command {
        let mut command = example("study");
        command.arg(what).arg(&self.file).arg("--out").arg(&self.out).args(options);
        command
    }

    fn run(&self, options: &[&str]) -> Output {
        self.command("run", options).output().unwrap()
    }

    fn tables(&self) -> Vec<Vec<u8>> {
        TABLES.map(|name| fs::read(self.out.join(name)).unwrap()).to_vec()
    }

    /// Recorded fields of all members, in their order.
    fn fields(&self) -> Vec<Vec<u8>> {
        let member = |number: usize| self.out.join(format!("members/000/{number:06}/fields/density.npy"));
        (0..6).map(|number| fs::read(member(number)).unwrap()).collect()
    }
}

/// The tables and fields of a run that nothing interrupted.
fn whole(name: &str) -> (Vec<Vec<u8>>, Vec<Vec<u8>>) {
    let place = Place::new(name);
    let ran = place.run(&["--threads", "2"]);
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    (place.tables(), place.fields())
}

fn text(output: &Output) -> String {
    [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned()).concat()
}

fn signal(child: &Child, name: &str) {
    assert!(Command::new("kill").args([name, &child.id().to_string()]).status().unwrap().success());
}

/// Claim: a run that is killed at random moments, and goes on with another number of threads each time, ends with the bytes of
/// a run that was never killed.
#[test]
fn a_run_that_is_killed_again_and_again_loses_nothing() {
    let kills = if std::env::var("DERMAWEAVE_KILLS").as_deref() == Ok("full") { 50 } else { 12 };
    let (tables, fields) = whole("never_killed");
    let place = Place::new("killed");
    let mut draws = stream(1, 0, Purpose::User, 0);
    let mut killed = 0;
    while killed < kills {
        let threads = draws.random_range(1..4).to_string();
        let mut child = place.command("run", &["--threads", &threads, "--checkpoint-every", "0.01s"]).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(draws.random_range(1..60)));
        killed += 1;
        child.kill().unwrap();
        child.wait().unwrap();
        if killed % 10 == 0 && place.out.join("study.txt").exists() {
            let collected = place.command("collect", &[]).output().unwrap();
            assert!(collected.status.success(), "{}", text(&collected));
        }
        // A run that was faster is begun anew.
        if place.out.join("rows.csv").exists()
            && killed % 10 != 0
            && fs::read(place.out.join("rows.csv")).unwrap() == tables[0]
        {
            fs::remove_dir_all(&place.out).unwrap();
        }
    }
    let last = place.run(&["--threads", "3"]);
    assert!(last.status.success(), "{}", text(&last));
    assert!(place.tables() == tables && place.fields() == fields);
}

/// Claim: the first Ctrl-C and SIGTERM save and end with status 130; what is there can be collected, and the run goes on.
#[test]
fn an_interrupted_run_is_saved_and_goes_on() {
    let (tables, fields) = whole("never_interrupted");
    for name in ["-INT", "-TERM"] {
        let place = Place::new(name);
        let child = place.command("run", &["--threads", "1"]).spawn().unwrap();
        while !has_begun(&place.out) {
            std::thread::sleep(Duration::from_millis(1));
        }
        signal(&child, name);
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(130), "{}", text(&output));
        assert!(text(&output).contains("goes on"), "{}", text(&output));
        let collected = place.command("collect", &[]).output().unwrap();
        assert!(collected.status.success() && text(&collected).contains("of 6 members"), "{}", text(&collected));
        let status = text(&place.command("status", &[]).output().unwrap());
        // The signal may come in the midst of a member or between two.
        assert!(status.starts_with("6 members") && !status.contains("6 done"), "{status}");
        assert!(place.run(&[]).status.success());
        assert!(place.tables() == tables && place.fields() == fields);
    }
}

/// Whether a member runs.
fn has_begun(out: &Path) -> bool {
    out.join("members/000/000000/member.json").exists()
}

/// Claim: runners that share a folder run each member once, parts of a study can be run apart, and what is done is left alone.
#[test]
fn runners_share_a_folder() {
    let (tables, _) = whole("alone");
    let place = Place::new("shared");
    let children = [0, 1].map(|_| place.command("run", &["--claim", "--threads", "1"]).spawn().unwrap());
    let said = children.map(|child| text(&child.wait_with_output().unwrap()));
    let done = |said: &String| said.split_whitespace().next().unwrap().parse::<usize>().unwrap();
    assert_eq!(said.iter().map(done).sum::<usize>(), 6, "{said:?}");
    assert!(place.tables() == tables);
    assert!(text(&place.run(&[])).starts_with("0 members done, 6 were done before"));

    let parts = Place::new("parts");
    for members in ["0..2", "2", "3.."] {
        assert!(parts.run(&["--members", members]).status.success());
    }
    assert!(parts.tables() == tables);
    let folder = example("study").arg("collect").arg(&parts.out).output().unwrap();
    assert!(text(&folder).starts_with("6 of 6 members"), "{}", text(&folder));
}

/// Claim: what is wrong is one line with file, line and column; another study in the same folder is refused.
#[test]
fn what_is_wrong_is_one_line() {
    let place = Place::new("wrong");
    let refused = place.run(&["--set", "grid.sise=3 mm"]);
    assert_eq!(refused.status.code(), Some(1));
    assert_eq!(String::from_utf8_lossy(&refused.stderr).lines().count(), 1);
    fs::write(&place.file, FILE.replace("0.6 mm", "0.6")).unwrap();
    let refused = text(&place.command("check", &[]).output().unwrap());
    assert!(refused.contains("small.toml:3:8: grid.size: ") && refused.contains("unit"), "{refused}");
    fs::write(&place.file, FILE).unwrap();
    assert!(place.run(&["--members", "0"]).status.success());
    let other = place.run(&["--set", "run.seed=9"]);
    assert!(other.status.code() == Some(1) && text(&other).contains("seed"), "{}", text(&other));
    let checked = text(&place.command("check", &[]).output().unwrap());
    assert!(checked.contains("6 members (arms: 3)") && checked.contains("MiB"), "{checked}");
}
