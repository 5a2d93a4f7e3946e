//! Does a study in a folder give the same bytes however it is stopped, divided and taken up again, and is nothing lost or
//! wrong unnoticed?
//!
//! Processes that are killed are this test itself, started once more ([`child`]).
use dermaweave::error::StudyFolderFault;
use dermaweave::report::Column;
use dermaweave::simulation::{Builder, after_step};
use dermaweave::study::folder::{FailedMember, MemberEvent, MemberOutcome, RunMembers, StudyFolder};
use dermaweave::study::{Arm, Comparison, Course, Courses, Metric, Setting, Study};
use dermaweave::{Device, Error, Grid, Length, Protocol, Result, Signal, Simulation, Skin, Time, Tissue};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

const PLACE: &str = "DERMAWEAVE_TEST_STUDY_FOLDER";
/// Set where the process is to be killed.
const WAITS: &str = "DERMAWEAVE_TEST_STUDY_WAITS";
const TABLES: [&str; 4] = ["rows.csv", "summary.csv", "differences.csv", "dictionary.csv"];

fn place(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("study_folder_{name}"));
    drop(fs::remove_dir_all(&folder));
    folder
}

/// A small field with one channel in its middle, or none, watched for two days; with a rule and a column of its own.
fn arm(name: &str, protocol: Protocol) -> Arm {
    let drug = after_step("drug", |tissue, _, _| {
        tissue.signals_mut()[Signal::Pdgf].values_mut().iter_mut().for_each(|level| *level *= 0.9);
    });
    // The places of cells differ from seed to seed.
    let first =
        Column::new("first_um", "µm", "x of the first fibroblast.", |sampled| sampled.tissue.fibroblasts()[0].x);
    Arm::new(name, protocol.sessions.len() as f64, move |seed| {
        let side = Length::micrometers(400.0);
        let grid = Grid::new(side, side, Length::micrometers(20.0))?;
        let tissue = Tissue::new(grid, &Skin { placement_seed: seed, ..Skin::young() })?;
        let builder = Simulation::builder(tissue).protocol(protocol.clone()).sample_every(Time::days(1.0));
        Ok(builder.rule(drug.clone()).column(first.clone()))
    })
}

/// Courses of a study that count how often each is made, some of which fail, and one setting.
struct Counted {
    study: Study,
    made: Vec<AtomicUsize>,
    failing: Mutex<Vec<usize>>,
}

impl Courses for Counted {
    fn identity(&self) -> String {
        self.study.identity()
    }

    fn count(&self) -> usize {
        self.study.count()
    }

    fn course(&self, number: usize) -> Result<Course> {
        let course = self.study.course(number)?;
        let value = 0.1 + course.replicate as f64;
        Ok(Course {
            point: vec![Setting { name: "skin.tone".into(), value, unit: String::new(), of_arm: false }],
            ..course
        })
    }

    fn builder(&self, number: usize) -> Result<Builder> {
        self.made[number].fetch_add(1, Ordering::Relaxed);
        let fails = self.failing.lock().unwrap().contains(&number);
        assert!(!fails || number.is_multiple_of(2), "an odd one");
        let longest = if fails { Time::days(9.0) } else { Time::days(1.0) };
        Ok(self.study.builder(number)?.longest_step(longest))
    }
}

/// Control and one channel, in three replicates from seed 5.
fn courses() -> Counted {
    let channel = Protocol::once(Device::single_channel(Length::micrometers(250.0))).follow_up(Time::days(2.0));
    let arms = [arm("control", Protocol::untreated(channel.end)), arm("treated", channel)];
    let study = Study { replicates: 3, seed: 5, ..Study::of(arms) };
    let made = (0..study.count()).map(|_| AtomicUsize::new(0)).collect();
    Counted { study, made, failing: Mutex::new(Vec::new()) }
}

fn made(courses: &Counted) -> Vec<usize> {
    courses.made.iter().map(|made| made.load(Ordering::Relaxed)).collect()
}

/// What is collected.
fn tables(folder: &StudyFolder) -> [String; 4] {
    folder.collect().unwrap();
    TABLES.map(|name| fs::read_to_string(folder.path().join(name)).unwrap())
}

/// Run without any interruption, once for all tests.
fn whole() -> [String; 4] {
    static WHOLE: Mutex<Option<[String; 4]>> = Mutex::new(None);
    let mut whole = WHOLE.lock().unwrap();
    whole
        .get_or_insert_with(|| {
            let (path, courses) = (place("whole"), courses());
            let folder = StudyFolder::open(&path, &courses).unwrap();
            let ran = folder.run(&courses, &one_at_a_time()).unwrap();
            assert_eq!((ran.done, made(&courses)), ((0..6).collect(), vec![1; 6]));
            tables(&folder)
        })
        .clone()
}

fn one_at_a_time() -> RunMembers<'static> {
    RunMembers { threads: Some(1), ..RunMembers::default() }
}

fn member(folder: &StudyFolder, number: usize, file: &str) -> PathBuf {
    folder.path().join("members/000").join(format!("{number:06}")).join(file)
}

/// Runs until `stop` was asked so many times; tells whether all is done.
fn run_for(folder: &StudyFolder, courses: &Counted, steps: usize, options: RunMembers) -> bool {
    let asked = AtomicUsize::new(0);
    let stop = || asked.fetch_add(1, Ordering::Relaxed) >= steps;
    let ran = folder.run(courses, &RunMembers { stop: &stop, ..options }).unwrap();
    assert!(ran.failed.is_empty() && ran.held.is_empty(), "{ran}");
    ran.done.len() + ran.earlier == courses.count()
}

/// Claim: stopped after any number of steps and taken up again, members have the rows of courses that were never stopped,
/// and the tables the same bytes.
#[test]
fn interruptions_change_nothing() {
    let (path, courses) = (place("interrupted"), courses());
    let folder = StudyFolder::open(&path, &courses).unwrap();
    let mut steps = [1, 2, 17, 40, 3, 29, 64].into_iter().cycle();
    let mut runs = 0;
    while !run_for(&folder, &courses, steps.next().unwrap(), one_at_a_time()) {
        runs += 1;
        let status = folder.status();
        assert!(runs < 60 && status.failed.is_empty() && status.running.is_empty(), "{status}");
    }
    assert!(runs > 4);
    assert_eq!(tables(&folder), whole());
    let arms = folder.results(&courses).unwrap();
    let mut treated = courses.builder(3).unwrap().build().unwrap();
    treated.run().unwrap();
    let found = &arms[1];
    assert_eq!((&found.reports[1], &found.state_digests[1]), (treated.report(), &treated.state_digest()));
    assert_eq!(arms[0].tissue.fibroblasts().len(), courses.study.run().unwrap()[0].tissue.fibroblasts().len());
    let metrics = [Metric::last("collagen", "1 = healthy", "all", |row| row.organization.density)];
    assert_eq!(Comparison::new(&arms, &metrics).to_string().lines().count(), 2);
    assert!(!member(&folder, 3, "checkpoint").exists() && !member(&folder, 3, "end").exists());
}

/// Claim: of two runners in one folder at the same time each takes what the other does not have, no member is run twice,
/// and the bytes are the same.
#[test]
fn two_runners_share_a_folder() {
    let (path, courses) = (place("shared"), courses());
    let run = || {
        let folder = StudyFolder::open(&path, &courses).unwrap();
        folder.run(&courses, &one_at_a_time()).unwrap().done
    };
    let (one, other) = std::thread::scope(|scope| {
        let other = scope.spawn(run);
        (run(), other.join().unwrap())
    });
    let mut all = [one.clone(), other.clone()].concat();
    all.sort_unstable();
    assert_eq!((all, made(&courses)), ((0..6).collect(), vec![1; 6]), "{one:?} {other:?}");
    assert_eq!(tables(&StudyFolder::open(&path, &courses).unwrap()), whole());
}

/// Another process: saves after every step, and may wait in the course of the fourth member until it is killed.
#[test]
fn child() {
    let Ok(path) = std::env::var(PLACE) else { return };
    let courses = courses();
    let observer = |event: &MemberEvent| {
        let is_there = matches!(event, MemberEvent::Advanced { number: 3, .. }) && std::env::var(WAITS).is_ok();
        if is_there {
            fs::write(Path::new(&path).join("waits"), "").unwrap();
            std::thread::sleep(Duration::from_secs(3600));
        }
    };
    let options = RunMembers { checkpoint_every: Duration::ZERO, observer: &observer, ..one_at_a_time() };
    let ran = StudyFolder::open(&path, &courses).unwrap().run(&courses, &options).unwrap();
    println!("\nran {:?}", ran.done);
}

/// Claim: the same of two processes.
#[test]
fn two_processes_share_a_folder() {
    let path = place("processes");
    let child = || {
        let mut child = Command::new(std::env::current_exe().unwrap());
        child.args(["--exact", "child", "--nocapture"]).env(PLACE, &path).stdout(Stdio::piped()).spawn().unwrap()
    };
    let mut ran = Vec::new();
    for child in [child(), child()] {
        let output = String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap();
        let list = output.lines().find_map(|line| line.strip_prefix("ran ")).unwrap().to_owned();
        ran.extend(serde_json::from_str::<Vec<usize>>(&list).unwrap());
    }
    ran.sort_unstable();
    assert_eq!(ran, (0..6).collect::<Vec<_>>());
    assert_eq!(tables(&StudyFolder::open(&path, &courses()).unwrap()), whole());
}

/// Claim: members of a process that was killed go on from their checkpoints, and while it runs they are its own.
#[test]
fn members_of_killed_processes_are_taken_up() {
    let (path, courses) = (place("killed"), courses());
    let folder = StudyFolder::open(&path, &courses).unwrap();
    let mut child = Command::new(std::env::current_exe().unwrap());
    let child = child.args(["--exact", "child"]).env(PLACE, &path).env(WAITS, "yes").stdout(Stdio::null());
    let mut child = child.spawn().unwrap();
    while !path.join("waits").exists() {
        assert!(child.try_wait().unwrap().is_none());
        std::thread::sleep(Duration::from_millis(1));
    }
    let running = folder.status().running;
    child.kill().unwrap();
    child.wait().unwrap();
    let [running] = &running[..] else { panic!("{running:?}") };
    assert_eq!(running.number, 3);
    assert!(running.process.as_ref().unwrap().ends_with(&format!("process {}", child.id())), "{running}");
    fs::write(member(&folder, 3, ".dermaweave-0123-x.unfinished"), "half").unwrap();
    let status = folder.status();
    assert!(status.running.is_empty() && status.stopped.len() == 1 && status.done == 3, "{status}");
    let begun = Mutex::new(Vec::new());
    let observer = |event: &MemberEvent| {
        if let MemberEvent::Begun { number, day, anew: None, .. } = event {
            begun.lock().unwrap().push((*number, *day));
        }
    };
    folder.run(&courses, &RunMembers { observer: &observer, ..one_at_a_time() }).unwrap();
    let begun = begun.into_inner().unwrap();
    assert_eq!(begun[1..], [(4, 0.0), (5, 0.0)]);
    // At most the step before the day that it had reached is lost.
    assert!(begun[0].0 == 3 && (0.9..=1.0).contains(&begun[0].1), "{begun:?}");
    assert_eq!(tables(&folder), whole());
    assert!(!member(&folder, 3, ".dermaweave-0123-x.unfinished").exists());
}

/// Claim: a folder of another study is refused with what differs, and so is one of something else.
#[test]
fn foreign_folders_are_refused() {
    let (path, courses) = (place("foreign"), courses());
    let folder = StudyFolder::open(&path, &courses).unwrap();
    let other = Study { replicates: 4, seed: 5, ..Study::of([arm("control", Protocol::untreated(Time::days(1.0)))]) };
    let refused = StudyFolder::open(&path, &other).unwrap_err().to_string();
    let (there, given) = ("control at 0, treated at 1; 3 replicates", "control at 0; 4 replicates");
    assert!(refused.contains(there) && refused.contains(given) && refused.contains("line 1"), "{refused}");
    let text = fs::read_to_string(path.join("study.txt")).unwrap();
    fs::write(path.join("study.txt"), text.replace(env!("CARGO_PKG_VERSION"), "0.0.9")).unwrap();
    let refused = StudyFolder::open(&path, &courses).unwrap().run(&courses, &one_at_a_time()).unwrap_err();
    assert!(
        matches!(&refused, Error::BadStudyFolder { reason: StudyFolderFault::OtherVersion { .. }, .. }),
        "{refused}"
    );
    assert_eq!(folder.status().waiting, 6);
    let own = place("foreign_own");
    fs::create_dir_all(&own).unwrap();
    fs::write(own.join("rows.csv"), "a user's own").unwrap();
    let refused = StudyFolder::open(&own, &courses).unwrap_err();
    assert!(matches!(&refused, Error::BadStudyFolder { reason: StudyFolderFault::NotAStudy { .. }, .. }), "{refused}");
    assert_eq!(fs::read_dir(&own).unwrap().count(), 2, "its own file and the lock");
}

fn cut(path: &Path) {
    let content = fs::read(path).unwrap();
    fs::write(path, &content[..content.len() / 2]).unwrap();
}

/// Claim: what is cut short is redone and told, or refused; never taken for a result.
#[test]
fn damage_is_told() {
    let (path, courses) = (place("damaged"), courses());
    let folder = StudyFolder::open(&path, &courses).unwrap();
    assert!(!run_for(&folder, &courses, 20, one_at_a_time()));
    let status = folder.status();
    let stopped = status.stopped[0].number;
    cut(&member(&folder, stopped, "checkpoint"));
    fs::write(member(&folder, stopped, "rows.json"), "{\"rows\":[").unwrap();
    assert_eq!(folder.collect().unwrap().done, status.done);
    let told = Mutex::new(Vec::new());
    let observer = |event: &MemberEvent| {
        if let MemberEvent::Begun { number, day, anew: Some(why), .. } = event {
            told.lock().unwrap().push((*number, *day, why.clone()));
        }
    };
    folder.run(&courses, &RunMembers { observer: &observer, ..one_at_a_time() }).unwrap();
    let told = told.into_inner().unwrap();
    assert!(told.len() == 1 && (told[0].0, told[0].1) == (stopped, 0.0) && told[0].2.contains("damaged"), "{told:?}");
    assert_eq!(tables(&folder), whole());
    // Of members that are done.
    cut(&member(&folder, 4, "rows.json"));
    let refused = folder.collect().unwrap_err().to_string();
    assert!(refused.contains("000004") && refused.contains("SHA-256") && refused.contains("`done`"), "{refused}");
    assert!(folder.results(&courses).is_err());
    fs::remove_file(member(&folder, 4, "done")).unwrap();
    cut(&member(&folder, 5, "done"));
    assert_eq!(folder.status().failed[0].number, 5);
    assert!(folder.collect().is_err());
    assert_eq!(folder.run(&courses, &one_at_a_time()).unwrap().done, [4, 5]);
    assert_eq!(tables(&folder), whole());
}

/// Claim: members that fail, by an error or a panic, are reported and lose no other; they are run again only if asked for.
#[test]
fn failures_lose_no_other_member() {
    let (path, courses) = (place("failing"), courses());
    *courses.failing.lock().unwrap() = vec![1, 2];
    let folder = StudyFolder::open(&path, &courses).unwrap();
    let ran = folder.run(&courses, &RunMembers::default()).unwrap();
    assert_eq!(ran.done, [0, 3, 4, 5]);
    let [panicked, refused] = &ran.failed[..] else { panic!("{ran}") };
    assert!(panicked.number == 1 && panicked.message.contains("panicked: an odd one"), "{panicked}");
    assert!(refused.number == 2 && refused.message.contains("longest step"), "{refused}");
    let status = folder.status();
    assert_eq!((status.done, &status.failed), (4, &ran.failed));
    assert!(status.to_string().contains(&format!("\n{refused}")), "{status}");
    assert_eq!(folder.collect().unwrap().to_string(), "4 of 6 members collected, 2 are missing");
    let missing = folder.results(&courses).unwrap_err();
    assert!(matches!(&missing, Error::MissingMember { arm, seed: 5 } if arm == "treated"), "{missing}");
    courses.failing.lock().unwrap().clear();
    let again = folder.run(&courses, &RunMembers::default()).unwrap();
    assert_eq!((again.done.len(), again.earlier, &again.failed), (0, 4, &ran.failed), "not asked for");
    let again = folder.run(&courses, &RunMembers { retry_failed: true, ..RunMembers::default() }).unwrap();
    assert_eq!((again.done, again.failed), (vec![1, 2], Vec::<FailedMember>::new()));
    assert_eq!(tables(&folder), whole());
}

/// Claim: ranges are run alone, members of others are left to them or refused, and a part of a study is collected.
#[test]
fn parts_of_a_study() {
    let (path, courses) = (place("parts"), courses());
    let folder = StudyFolder::open(&path, &courses).unwrap();
    let ended = Mutex::new(Vec::new());
    let observer = |event: &MemberEvent| {
        if let MemberEvent::Ended { number, outcome: MemberOutcome::Done } = event {
            ended.lock().unwrap().push(*number);
        }
    };
    let of = |members| RunMembers { members: Some(members), observer: &observer, ..one_at_a_time() };
    assert_eq!(folder.run(&courses, &of(2..4)).unwrap().done, [2, 3]);
    assert_eq!((ended.lock().unwrap().clone(), folder.collect().unwrap().done), (vec![2, 3], 2));
    let (part, whole) = (fs::read_to_string(path.join("rows.csv")).unwrap(), whole());
    let of_part = |line: &&str| ["member,", "2,", "3,"].iter().any(|begin| line.starts_with(begin));
    assert_eq!(part.lines().collect::<Vec<_>>(), whole[0].lines().filter(of_part).collect::<Vec<_>>());
    assert!(matches!(folder.run(&courses, &of(2..7)), Err(Error::OutOfRange { .. })));
    // Another process has a member.
    fs::create_dir_all(member(&folder, 4, "")).unwrap();
    let lock = File::create(member(&folder, 4, "lock")).unwrap();
    lock.lock().unwrap();
    let status = folder.status();
    assert_eq!((status.running[0].number, status.waiting, status.done), (4, 3, 2));
    assert!(status.mean_seconds > Some(0.0) && status.seconds_left > status.mean_seconds, "{status}");
    let ran = folder.run(&courses, &one_at_a_time()).unwrap();
    assert_eq!((ran.done, ran.held, ran.earlier), (vec![0, 1, 5], vec![4], 2));
    let held = folder.run(&courses, &RunMembers { claim: false, ..one_at_a_time() }).unwrap_err();
    assert!(matches!(&held, Error::FolderInUse { path, .. } if path.ends_with("000004")), "{held}");
    drop(lock);
    assert_eq!(folder.run(&courses, &RunMembers { claim: false, ..one_at_a_time() }).unwrap().done, [4]);
    assert_eq!(tables(&folder), whole);
}

/// The lines of a table under its header, as cells by the names of the columns.
fn cells(table: &str) -> Vec<std::collections::BTreeMap<String, String>> {
    csv::Reader::from_reader(table.as_bytes()).deserialize().map(|line| line.unwrap()).collect()
}

/// Claim: summaries and differences are those of the rows, and the dictionary tells of every column.
#[test]
fn tables_are_made_of_the_rows() {
    let [rows, summary, differences, dictionary] = whole().map(|table| cells(&table));
    assert!(rows[0]["skin.tone"] == "0.1" && rows[0]["seed"] == "5" && rows[0]["arm"] == "control");
    let of = |arm: &str| -> Vec<f64> {
        let rows = rows.iter().filter(|row| row["arm"] == arm && row["day"] == "2.0" && row["region"] == "all");
        rows.map(|row| row["first_um"].parse().unwrap()).collect()
    };
    let (control, treated) = (of("control"), of("treated"));
    assert!(control[0] != control[1] && control[0] != control[2]);
    let line = |table: &[std::collections::BTreeMap<String, String>], name: &str| {
        let is_it = |line: &&std::collections::BTreeMap<String, String>| {
            line["column"] == "first_um" && line["arm"] == "treated" && line["day"] == "2.0"
        };
        table.iter().find(is_it).unwrap()[name].parse::<f64>().unwrap()
    };
    let mut sorted = treated.clone();
    sorted.sort_by(f64::total_cmp);
    let [low, middle, high] = sorted[..] else { panic!("{sorted:?}") };
    let mean = (treated[0] + treated[1] + treated[2]) / 3.0;
    let squares: f64 = treated.iter().map(|value| (value - mean).powi(2)).sum();
    let sd = (squares / 2.0).sqrt();
    // Of three replicates 5 % lie a tenth of the way from the first to the second; t = 4.302653 for two degrees of freedom.
    let expected = [
        ("n", 3.0),
        ("mean", mean),
        ("sd", sd),
        ("low", mean - 4.302_652_729_749_464 * sd / 3.0_f64.sqrt()),
        ("q05", low + 0.1 * (middle - low)),
        ("q25", 0.5 * (low + middle)),
        ("q50", middle),
        ("q95", middle + 0.9 * (high - middle)),
    ];
    for (name, expected) in expected {
        assert!((line(&summary, name) - expected).abs() < 1e-9, "{name}: {} {expected}", line(&summary, name));
    }
    let pairs: f64 = treated.iter().zip(&control).map(|(treated, control)| treated - control).sum();
    assert!((line(&differences, "mean") - pairs / 3.0).abs() < 1e-9 && line(&differences, "n") == 3.0);
    assert!(differences.iter().all(|line| line["arm"] == "treated" && line["minus"] == "control"));
    assert!(summary.iter().all(|line| line["column"] != "mean_angle_deg"));
    for (table, name) in whole().iter().zip(&TABLES[..3]) {
        let told = dictionary.iter().filter(|line| line["table"] == *name);
        let header: Vec<_> = table.lines().next().unwrap().split(',').collect();
        let told: std::collections::BTreeSet<_> = told.map(|line| line["name"].as_str()).collect();
        assert_eq!(told, header.iter().copied().collect(), "{name}");
    }
}
