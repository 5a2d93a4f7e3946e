//! Does a folder of results say which run it is of and how far that came, whenever the run is stopped?
//!
//! Runs that are killed are this test itself, started once more ([`child`]).
use dermaweave::report::{Figure, Map, ResultFolder, Row};
use dermaweave::{Error, Grid, Length, Result, Simulation, Skin, Tissue};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

const PLACE: &str = "DERMAWEAVE_TEST_FOLDER";
const LOCK: &str = ".dermaweave.lock";

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("result_folder_{name}"));
    drop(fs::remove_dir_all(&folder));
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn names_in(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn mark(folder: &Path) -> Value {
    serde_json::from_slice(&fs::read(folder.join("run.json")).unwrap()).unwrap()
}

/// Files that the mark names under a key, and the SHA-256 of what they hold: of two contents while one takes the place
/// of the other.
fn named(list: &Value) -> BTreeMap<String, Vec<String>> {
    let text = |entry: &Value, key: &str| entry[key].as_str().unwrap().to_owned();
    let mut named: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for entry in list.as_array().unwrap() {
        named.entry(text(entry, "file")).or_default().push(text(entry, "sha256"));
    }
    named
}

fn sha256(path: &Path) -> String {
    use sha2::{Digest, Sha256};
    let digest = Sha256::digest(fs::read(path).unwrap());
    digest.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()
}

fn rows() -> Vec<Row> {
    let side = Length::micrometers(400.0);
    let tissue = Tissue::new(Grid::new(side, side, Length::micrometers(20.0)).unwrap(), &Skin::young()).unwrap();
    Simulation::builder(tissue).build().unwrap().report().rows().to_vec()
}

fn picture() -> Vec<u8> {
    use dermaweave::report::{ColorMap, Scale};
    let scale = Scale { label: "value".into(), low: 0.0, high: 1.0, map: ColorMap::Sequential };
    let (title, values) = ("a map".to_owned(), vec![0.0, 0.5, 1.0, 0.5]);
    let map = Map { title, columns: 2, rows: 2, values, shade: None, outline: None, nuclei: vec![], scale };
    let (title, subtitle, row_titles) = ("a figure".into(), String::new(), Vec::new());
    let figure =
        Figure { title, subtitle, row_titles, rows: vec![vec![map]], panel_pixels: 64, width_millimeters: 1.0 };
    figure.encode_png().unwrap()
}

/// Claim: the mark says `unfinished` until the run ends, names every file with its checksum, and then says `finished`.
#[test]
fn the_mark_says_how_far_the_run_is() {
    let path = folder("mark").join("made/on/the/way");
    let results = ResultFolder::begin(&path, "an example --seed 7").unwrap();
    let first = mark(&path);
    assert_eq!((&first["state"], &first["run"]), (&json!("unfinished"), &json!(results.run())));
    assert_eq!(
        (&first["command"], &first["version"]),
        (&json!("an example --seed 7"), &json!(env!("CARGO_PKG_VERSION")))
    );
    assert_eq!(first["files"], json!([]));
    results.write_file("notes.md", b"text").unwrap();
    results.write_json("numbers.json", &json!({"a": 1})).unwrap();
    results.write_json("numbers.json", &json!({"a": 2})).unwrap();
    assert_eq!(mark(&path)["state"], "unfinished");
    let run = results.run().to_owned();
    results.finish().unwrap();
    let last = mark(&path);
    assert_eq!((&last["state"], &last["run"]), (&json!("finished"), &json!(run)));
    let files = named(&last["files"]);
    assert_eq!(files.keys().collect::<Vec<_>>(), ["notes.md", "numbers.json"]);
    for (name, digest) in &files {
        assert_eq!([sha256(&path.join(name))], digest[..], "{name}");
    }
    assert_eq!(names_in(&path), [LOCK, "notes.md", "numbers.json", "run.json"]);
}

/// Claim: the run is named in each kind of file, where readers of that kind find it and all else is as before.
#[test]
fn every_file_names_its_run() {
    let path = folder("named");
    let elsewhere = folder("named_elsewhere").join("rows.json");
    let results = ResultFolder::begin(&path, "kinds").unwrap();
    results.write_csv("rows.csv", &rows()).unwrap();
    results.write_png("map.png", Ok(picture())).unwrap();
    results.write_json_elsewhere(&elsewhere, &json!({"seed": 1, "run": "of the caller"})).unwrap();
    let table = fs::read_to_string(path.join("rows.csv")).unwrap();
    let plain = path.join("plain.csv");
    dermaweave::report::write_csv(&plain, &rows()).unwrap();
    let endings = std::iter::once("run").chain(std::iter::repeat(results.run()));
    let plain = fs::read_to_string(plain).unwrap();
    let expected: Vec<_> = plain.lines().zip(endings).map(|(line, end)| format!("{line},{end}\n")).collect();
    assert_eq!(table, expected.concat());
    let decoder = png::Decoder::new(std::io::Cursor::new(fs::read(path.join("map.png")).unwrap()));
    let mut reader = decoder.read_info().unwrap();
    let texts = &reader.info().uncompressed_latin1_text;
    assert_eq!((texts[0].keyword.as_str(), texts[0].text.as_str()), ("run", results.run()));
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    reader.next_frame(&mut pixels).unwrap();
    let document: Value = serde_json::from_slice(&fs::read(&elsewhere).unwrap()).unwrap();
    assert_eq!(document, json!({"run": results.run(), "seed": 1}));
    assert_eq!(
        named(&mark(&path)["elsewhere"]),
        BTreeMap::from([(elsewhere.display().to_string(), vec![sha256(&elsewhere)])])
    );
    results.write_json("list.json", &[1, 2]).unwrap_err();
    results.write_png("none.png", Ok(b"no picture".to_vec())).unwrap_err();
}

/// Claim: a new run removes what the one before wrote, and nothing else: no file of a user, no result that was
/// changed, no link, nothing outside.
#[test]
fn a_new_run_removes_the_results_of_the_last() {
    let path = folder("again");
    fs::write(path.join("own.txt"), "a user's own").unwrap();
    let first = ResultFolder::begin(&path, "first").unwrap();
    for name in ["left.csv", "changed.csv", "written_again.csv", "link.csv"] {
        first.write_file(name, name.as_bytes()).unwrap();
    }
    first.finish().unwrap();
    fs::write(path.join("changed.csv"), "with remarks").unwrap();
    fs::rename(path.join("link.csv"), path.join("moved.csv")).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink("moved.csv", path.join("link.csv")).unwrap();
    let second = ResultFolder::begin(&path, "second").unwrap();
    let kept = ["changed.csv", "link.csv", "moved.csv", "own.txt", "run.json"];
    assert_eq!(names_in(&path)[1..], kept);
    second.write_file("written_again.csv", b"new").unwrap();
    second.finish().unwrap();
    assert_eq!(named(&mark(&path)["files"]).keys().collect::<Vec<_>>(), ["written_again.csv"]);
    // A mark is no leave to remove something outside.
    let outside = folder("again_outside").join("text");
    fs::write(&outside, "outside").unwrap();
    let mut forged = mark(&path);
    let names = ["../result_folder_again_outside/text", outside.to_str().unwrap()];
    let entries = names.map(|name| json!({"file": name, "sha256": sha256(&outside)}));
    forged["files"] = json!(entries);
    fs::write(path.join("run.json"), forged.to_string()).unwrap();
    drop(ResultFolder::begin(&path, "third").unwrap());
    assert_eq!(fs::read_to_string(&outside).unwrap(), "outside");
}

/// Claim: a second run in a folder is refused with the name of the first, and changes nothing, until the first is over.
#[test]
fn one_run_at_a_time() {
    let path = folder("two");
    let first = ResultFolder::begin(&path, "first").unwrap();
    first.write_file("rows.csv", b"rows").unwrap();
    let before = fs::read(path.join("run.json")).unwrap();
    let refused = ResultFolder::begin(&path, "second").unwrap_err();
    assert!(matches!(&refused, Error::FolderInUse { path: told, run } if *told == path && run == first.run()));
    let message = refused.to_string();
    assert!(message.contains(first.run()) && message.contains("another folder"), "{message}");
    assert!(fs::read(path.join("run.json")).unwrap() == before && path.join("rows.csv").exists());
    drop(first);
    assert_eq!(mark(&path)["state"], "unfinished", "a run that failed is not finished");
    drop(ResultFolder::begin(&path, "third").unwrap());
}

/// Claim: names that lead out of the folder or to its mark are refused, and so is a folder with a `run.json` of
/// another run, which stays.
#[test]
fn what_is_not_a_result_is_refused() {
    let path = folder("refused");
    let results = ResultFolder::begin(&path, "names").unwrap();
    for name in ["../out.csv", "inner/out.csv", "/out.csv", "", ".", "..", "run.json", LOCK] {
        assert!(matches!(results.write_file(name, b"text"), Err(Error::File { .. })), "{name:?}");
    }
    assert_eq!(names_in(&path), [LOCK, "run.json"]);
    // What could not be written is not named.
    fs::create_dir(path.join("in_the_way.csv")).unwrap();
    results.write_file("in_the_way.csv", b"text").unwrap_err();
    assert_eq!(mark(&path)["files"], json!([]));
    let foreign = folder("foreign");
    for content in ["", "{}", "a diary of a runner", "[1, 2]"] {
        fs::write(foreign.join("run.json"), content).unwrap();
        let error = ResultFolder::begin(&foreign, "foreign").unwrap_err().to_string();
        assert!(error.contains("not the mark of a run"), "{error}");
        assert_eq!(fs::read_to_string(foreign.join("run.json")).unwrap(), content);
        assert_eq!(names_in(&foreign), ["run.json"]);
    }
    fs::write(foreign.join("file"), "in the way").unwrap();
    assert!(matches!(ResultFolder::begin(foreign.join("file"), "in a file"), Err(Error::File { .. })));
    assert!(matches!(ResultFolder::begin(foreign.join("file/below"), "below"), Err(Error::File { .. })));
}

/// Not a test by itself: runs that are begun and finished, one after another, until the process is killed.
#[test]
fn child() {
    let Ok(place) = std::env::var(PLACE) else { return };
    loop {
        let results = ResultFolder::begin(&place, "to be killed").unwrap();
        println!("\nrun {}", results.run());
        write_some(&results).unwrap();
        results.finish().unwrap();
    }
}

fn write_some(results: &ResultFolder) -> Result<()> {
    for number in 0..8 {
        results.write_json(&format!("part{}.json", number % 4), &json!({"numbers": vec![number; 5000]}))?;
    }
    Ok(())
}

fn start(path: &Path) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "child", "--nocapture"]).env(PLACE, path);
    command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap()
}

/// Claim: a folder whose run is killed at any moment says which run that was and whether it finished; what is marked
/// finished is whole; and the next run leaves nothing of it.
#[test]
fn a_killed_run_is_known() {
    let path = folder("killed");
    fs::write(path.join("own.txt"), "a user's own").unwrap();
    let mut unfinished = 0;
    for round in 0..36 {
        let mut child = start(&path);
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(std::result::Result::ok);
        let mut runs: Vec<_> =
            lines.by_ref().find_map(|line| line.strip_prefix("run ").map(String::from)).into_iter().collect();
        // In steps that fit no rhythm of the runs.
        std::thread::sleep(Duration::from_micros(1713 * (round * 7 % 36)));
        child.kill().unwrap();
        runs.extend(lines.filter_map(|line| line.strip_prefix("run ").map(String::from)));
        child.wait().unwrap();
        unfinished += usize::from(check_stopped(&path, &runs, round));
        if round % 3 == 0 {
            drop(ResultFolder::begin(&path, "after a kill").unwrap());
            assert_eq!(names_in(&path), [LOCK, "own.txt", "run.json"], "round {round}");
        }
    }
    assert!(unfinished >= 12, "only {unfinished} of 36 were stopped within a run");
}

/// Whether a folder whose run was killed says that it is unfinished; `runs` are those that were begun.
fn check_stopped(path: &Path, runs: &[String], round: u64) -> bool {
    let mark = mark(path);
    let run = mark["run"].as_str().unwrap().to_owned();
    let has_begun = runs.last() == Some(&run);
    // A run that was killed at its very beginning could not say its name; it follows the last one that could.
    let number = |run: &str| run.rsplit('-').next().and_then(|number| number.parse::<u64>().ok()).unwrap();
    let is_next = runs.last().is_some_and(|last| number(&run) == number(last) + 1);
    assert!(has_begun || is_next, "round {round}: {run} is not of {runs:?}");
    let is_finished = mark["state"] == "finished";
    let files = named(&mark["files"]);
    let left = mark.get("left").map(named).unwrap_or_default();
    for name in names_in(path).iter().filter(|name| name.starts_with("part")) {
        let document: Value = serde_json::from_slice(&fs::read(path.join(name)).unwrap()).unwrap();
        let is_of_this = files.get(name).is_some_and(|digests| digests.contains(&sha256(&path.join(name))));
        assert!(is_of_this == (document["run"] == run.as_str()), "round {round}: {name} of {}", document["run"]);
        assert!(is_of_this || left.contains_key(name), "round {round}: {name} is named nowhere");
    }
    if is_finished {
        assert_eq!(files.len(), 4);
        for (name, digest) in &files {
            assert_eq!([sha256(&path.join(name))], digest[..], "{name}");
        }
    }
    assert_eq!(fs::read_to_string(path.join("own.txt")).unwrap(), "a user's own");
    !is_finished
}

/// Claim: what is asked for elsewhere does not take the place of the folder's own record.
#[test]
fn the_record_of_a_run_is_not_overwritten() {
    let path = folder("record");
    let results = ResultFolder::begin(&path, "an example").unwrap();
    for name in ["run.json", "RUN.JSON", ".dermaweave.lock"] {
        let refused = results.write_json_elsewhere(path.join(name), &json!({"a": 1})).unwrap_err().to_string();
        assert!(refused.contains(name) && refused.contains("give another name"), "{refused}");
        assert!(results.check_writable_elsewhere(path.join(name)).is_err());
    }
    assert!(results.check_writable_elsewhere(path.join("numbers.json")).is_ok());
    results.finish().unwrap();
    assert_eq!(mark(&path)["state"], json!("finished"));
}

/// Claim: a run that would write over a file of the user's own, or a result that was changed since, is refused before it does
/// anything, and earlier results stay.
#[test]
fn what_stands_in_the_place_of_a_result_is_kept() {
    let path = folder("own");
    let begin = || ResultFolder::begin_with(&path, "an example", &["report.csv", "maps.png"]);
    let results = begin().unwrap();
    results.write_file("report.csv", b"1").unwrap();
    results.write_file("maps.png", b"2").unwrap();
    results.finish().unwrap();
    let before = fs::read(path.join("run.json")).unwrap();
    fs::write(path.join("report.csv"), b"changed").unwrap();
    let refused = begin().unwrap_err().to_string();
    assert!(refused.contains("report.csv") && refused.contains("changed since"), "{refused}");
    fs::remove_file(path.join("report.csv")).unwrap();
    fs::create_dir(path.join("report.csv")).unwrap();
    assert!(begin().is_err());
    assert_eq!(
        (fs::read(path.join("maps.png")).unwrap(), fs::read(path.join("run.json")).unwrap()),
        (b"2".to_vec(), before)
    );
    fs::remove_dir(path.join("report.csv")).unwrap();
    begin().unwrap().finish().unwrap();
    assert!(!path.join("maps.png").exists());
}

/// Claim: a link in the place of the mark or of the lock is not followed.
#[cfg(unix)]
#[test]
fn links_in_the_place_of_the_record_are_refused() {
    for name in ["run.json", ".dermaweave.lock"] {
        let path = folder(name);
        fs::create_dir_all(&path).unwrap();
        fs::write(path.join("own"), b"mine").unwrap();
        std::os::unix::fs::symlink("own", path.join(name)).unwrap();
        let refused = ResultFolder::begin(&path, "an example").unwrap_err().to_string();
        assert!(refused.contains(name) && refused.contains("not a plain file"), "{refused}");
        assert_eq!(fs::read(path.join("own")).unwrap(), b"mine");
    }
}
