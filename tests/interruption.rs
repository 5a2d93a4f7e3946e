//! Does no interruption lose work: is a course that is saved, stopped and resumed, whenever that is, the course that never was?
//!
//! "The same" is the same digest of the whole state, the same bits in every row, and the same days that an observer sees.
use dermaweave::error::CheckpointFault;
use dermaweave::simulation::{Builder, Saving, after_step};
use dermaweave::{
    AtrophicScar, Device, Error, Grid, Length, Protocol, Result, Session, Simulation, Skin, Time, Tissue,
};
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{LazyLock, Mutex};
use std::time::Duration;

fn file(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("interruption_{name}"));
    drop(fs::remove_dir_all(&folder));
    fs::create_dir_all(&folder).unwrap();
    folder.join("course")
}

fn tissue(side: f64) -> Tissue {
    let side = Length::micrometers(side);
    Tissue::new(Grid::new(side, side, Length::micrometers(20.0)).unwrap(), &Skin::aged(40.0)).unwrap()
}

/// Two sessions in and beside a scar, sampled every second day and once within a day: cells come, work and leave.
fn eventful() -> Builder {
    let scar = AtrophicScar { diameter: Length::micrometers(400.0), ..AtrophicScar::boxcar() };
    let channel = Session::new(Device::single_channel(Length::micrometers(250.0)), Time::days(0.0));
    let pen = Session::new(Device::pen_11(), Time::days(3.0)).holes_per_cm2(1_500.0).unwrap();
    let protocol = Protocol { sessions: vec![channel, pen], doses: Vec::new(), end: Time::days(6.0) };
    let builder = Simulation::builder(tissue(600.0).with_lesion(&scar).unwrap()).protocol(protocol).seed(5);
    builder.sample_every(Time::days(2.0)).sample_also([Time::hours(77.0)])
}

/// A channel that heals, then steps of four weeks in which crowds thin and nothing acts, with samples within them.
fn quiet() -> Builder {
    let session = |day| Session::new(Device::single_channel(Length::micrometers(126.0)), Time::days(day));
    let protocol = Protocol { sessions: vec![session(0.0), session(300.0)], doses: Vec::new(), end: Time::days(308.0) };
    Simulation::builder(tissue(400.0)).protocol(protocol).seed(8)
}

/// What there is to compare.
#[derive(Debug, PartialEq)]
struct Seen {
    digest: String,
    /// The shortest decimal form of a number names its bits.
    rows: String,
    /// Days that the observer was called for.
    days: Vec<f64>,
}

impl Seen {
    fn of(simulation: &Simulation, days: Vec<f64>) -> Self {
        Self { digest: simulation.state_digest(), rows: serde_json::to_string(simulation.report()).unwrap(), days }
    }

    /// Of a course that nothing interrupts.
    fn uninterrupted(builder: Builder) -> Self {
        let (mut simulation, mut days) = (builder.threads(1).build().unwrap(), Vec::new());
        simulation.run_observed(|progress| seen(&mut days, progress.day)).unwrap();
        Self::of(&simulation, days)
    }
}

fn seen(days: &mut Vec<f64>, day: f64) -> ControlFlow<()> {
    days.push(day);
    ControlFlow::Continue(())
}

/// True from the `calls`-th call on.
fn after_calls(calls: usize) -> impl Fn() -> bool + Sync {
    let called = AtomicUsize::new(0);
    move || called.fetch_add(1, Ordering::Relaxed) >= calls
}

/// Runs until `stop` says true; tells if the course has ended.
fn part(simulation: &mut Simulation, path: &Path, stop: &(dyn Fn() -> bool + Sync), days: &mut Vec<f64>) -> bool {
    let saving = Saving::to(path).only_when_stopped().stop_when(stop);
    let day_of = |simulation: &Simulation| simulation.clock().days();
    match simulation.run_saving_observed(&saving, |progress| seen(days, progress.day)) {
        Err(Error::Stopped { day }) => assert_eq!(day, day_of(simulation)),
        ended => {
            ended.unwrap();
            return true;
        }
    }
    false
}

/// The course stopped again and again, first after it was asked `first` times, then each time after `calls`, on 1, 2 and 3
/// threads in turn; and how often it was stopped.
fn in_parts(builder: Builder, name: &str, first: usize, calls: usize) -> (Seen, usize) {
    let (path, mut days) = (file(name), Vec::new());
    let mut simulation = builder.threads(2).build().unwrap();
    for stops in 0.. {
        let begun = simulation.clock().tick();
        let calls = if stops == 0 { first } else { calls };
        if part(&mut simulation, &path, &after_calls(calls), &mut days) {
            return (Seen::of(&simulation, days), stops);
        }
        assert!(simulation.clock().tick() > begun, "no step was made at tick {begun}");
        simulation = Simulation::resume(&path, Some(stops % 3 + 1)).unwrap();
    }
    unreachable!()
}

static EVENTFUL: LazyLock<Seen> = LazyLock::new(|| Seen::uninterrupted(eventful()));
static QUIET: LazyLock<Seen> = LazyLock::new(|| Seen::uninterrupted(quiet()));

/// Claim: a course that is stopped after every single step, or every few, and resumed on another number of threads is the same
/// course; its observer is called for every sample once.
#[test]
fn a_course_stopped_at_every_step_is_the_same() {
    for (name, calls, most) in [("each_eventful", 1, 100), ("some_eventful", 7, 10)] {
        let (found, stops) = in_parts(eventful(), name, 1, calls);
        assert!(found == *EVENTFUL, "{name}: {:?} and {:?}", found.days, EVENTFUL.days);
        assert!(stops >= most, "{name}: stopped {stops} times");
    }
    assert_eq!(EVENTFUL.days, [2.0, 3.0, 77.0 / 24.0, 4.0, 6.0]);
}

/// Claim: the same where nothing acts, and steps of weeks hold samples or crowds thin day by day.
#[test]
fn a_quiet_course_stopped_at_every_step_is_the_same() {
    // The channel heals first.
    let (found, stops) = in_parts(quiet(), "each_quiet", 500, 1);
    assert!(found == *QUIET, "{:?} and {:?}", found.days, QUIET.days);
    assert!(stops > 100 && QUIET.days.len() == 45, "{stops} stops, {:?}", QUIET.days);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    /// Claim: a course stopped once, at any step, and resumed on any number of threads is the same.
    #[test]
    fn a_course_stopped_at_any_step_is_the_same(calls in 0..400_usize, threads in 1..5_usize, is_quiet: bool) {
        let (path, mut days) = (file(&format!("any_{calls}_{threads}")), Vec::new());
        let (builder, expected) = if is_quiet { (quiet(), &*QUIET) } else { (eventful(), &*EVENTFUL) };
        let mut simulation = builder.threads(threads).build().unwrap();
        if !part(&mut simulation, &path, &after_calls(calls), &mut days) {
            simulation = Simulation::resume(&path, Some(5 - threads)).unwrap();
            prop_assert!(part(&mut simulation, &path, &|| false, &mut days));
        }
        prop_assert!(Seen::of(&simulation, days) == *expected);
        fs::remove_dir_all(path.parent().unwrap()).unwrap();
    }
}

/// Claim: with an interval of nothing the course is saved before every step, sampled or not, its bits stay the same, and each of
/// these files is a whole course from which the rest comes out the same.
#[test]
fn a_course_is_saved_between_samples() {
    let path = file("between");
    let (ticks, kept) = (Mutex::new(BTreeSet::new()), Mutex::new(Vec::new()));
    // Asked before every step: what is in the file then was saved before an earlier one.
    let look = || {
        if path.exists() {
            let tick = Simulation::resume(&path, Some(1)).unwrap().clock().tick();
            if ticks.lock().unwrap().insert(tick) && tick.is_multiple_of(41) {
                kept.lock().unwrap().push(fs::read(&path).unwrap());
            }
        }
        false
    };
    let mut days = Vec::new();
    let mut simulation = eventful().threads(2).build().unwrap();
    let saving = Saving::to(&path).every(Duration::ZERO).stop_when(&look);
    simulation.run_saving_observed(&saving, |progress| seen(&mut days, progress.day)).unwrap();
    assert!(Seen::of(&simulation, days) == *EVENTFUL);
    let (ticks, kept) = (ticks.into_inner().unwrap(), kept.into_inner().unwrap());
    assert!(ticks.len() > 100 && ticks.contains(&0) && ticks.last() < Some(&288), "{ticks:?}");
    assert!(kept.len() >= 2);
    for content in kept {
        fs::write(&path, content).unwrap();
        let mut resumed = Simulation::resume(&path, Some(2)).unwrap();
        resumed.run().unwrap();
        assert_eq!(resumed.state_digest(), EVENTFUL.digest);
    }
}

/// Claim: what was saved at a state is not saved once more at the same one: where an observer asked for it and the run then stops.
#[cfg(unix)]
#[test]
fn a_state_is_saved_once() {
    use std::os::unix::fs::MetadataExt;
    let (path, is_asked) = (file("once"), AtomicBool::new(false));
    let saved = Mutex::new(Vec::new());
    let stop = || {
        let is_asked = is_asked.load(Ordering::Relaxed);
        if is_asked {
            saved.lock().unwrap().push(fs::metadata(&path).unwrap().ino());
        }
        is_asked
    };
    let saving = Saving::to(&path).stop_when(&stop);
    let mut simulation = eventful().threads(1).build().unwrap();
    let stopped = simulation.run_saving_observed(&saving, |progress| {
        progress.save(&path);
        is_asked.store(true, Ordering::Relaxed);
        ControlFlow::Continue(())
    });
    assert!(matches!(stopped, Err(Error::Stopped { day: 2.0 })), "{stopped:?}");
    // Another file would have another number.
    assert_eq!(saved.into_inner().unwrap(), [fs::metadata(&path).unwrap().ino()]);
    assert_eq!(Simulation::resume(&path, None).unwrap().clock(), simulation.clock());
}

/// Claim: an observer can have the course saved at every sample, to files of its own, without an interval; from each the rest is
/// the same, and the samples of the step that was saved are not shown again.
#[test]
fn an_observer_saves_what_goes_on_alike() {
    for (name, builder, expected) in [("ask_eventful", eventful(), &EVENTFUL), ("ask_quiet", quiet(), &QUIET)] {
        let (path, mut asked) = (file(name), Vec::new());
        let mut simulation = builder.threads(2).build().unwrap();
        simulation
            .run_observed(|progress| {
                let file = path.with_extension((asked.len() / 3).to_string());
                progress.save(&file);
                progress.save(&file);
                asked.push(file);
                ControlFlow::Continue(())
            })
            .unwrap();
        assert_eq!(simulation.state_digest(), expected.digest);
        for (index, file) in asked.iter().enumerate().step_by(5) {
            let mut resumed = Simulation::resume(file, Some(1)).unwrap();
            let mut days: Vec<f64> = resumed.report().region("all").skip(1).map(|row| row.day).collect();
            assert!(days.len() > index, "{file:?}");
            resumed.run_observed(|progress| seen(&mut days, progress.day)).unwrap();
            assert!(Seen::of(&resumed, days) == **expected, "{file:?}");
        }
    }
}

/// Claim: where the observer breaks, a course that is saved is saved then too; and one with rules is resumed with them.
#[test]
fn a_course_that_its_observer_stops_is_saved() {
    let (path, mut days) = (file("observer"), Vec::new());
    let idle = || after_step("idle", |_, _, _| ());
    let mut simulation = eventful().rule(idle()).threads(2).build().unwrap();
    let stopped = simulation.run_saving_observed(&Saving::to(&path), |progress| {
        days.push(progress.day);
        if progress.day > 3.0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    assert!(matches!(stopped, Err(Error::Stopped { .. })) && stopped.unwrap_err().to_string().contains("day 3.2"));
    assert!(matches!(Simulation::resume(&path, None), Err(Error::OtherRules { .. })));
    let mut resumed = Simulation::resume_with_rules(&path, Some(3), [idle()]).unwrap();
    resumed.run_observed(|progress| seen(&mut days, progress.day)).unwrap();
    assert!(Seen::of(&resumed, days) == *EVENTFUL);
}

/// Claim: a course that has ended is neither run nor saved, and a file that cannot be written is told before the first step.
#[test]
fn where_it_cannot_be_saved_is_told_first() {
    let path = file("first");
    let absent = path.join("absent");
    let mut simulation = eventful().threads(1).build().unwrap();
    let refused = simulation.run_saving(&Saving::to(&absent).only_when_stopped());
    assert!(matches!(&refused, Err(Error::File { path, .. }) if *path == absent), "{refused:?}");
    assert_eq!(simulation.clock().tick(), 0);
    simulation.run().unwrap();
    simulation.run_saving(&Saving::to(&path).every(Duration::ZERO).stop_when(&|| true)).unwrap();
    assert!(!path.exists());
}

/// Claim: a save that fails on the way ends the run with that error; the course is intact and goes on to the same end.
#[test]
fn a_save_that_fails_leaves_the_course_intact() {
    let (path, mut days) = (file("fails"), Vec::new());
    let folder = path.parent().unwrap();
    let mut simulation = eventful().threads(2).build().unwrap();
    let failed: Result<()> = simulation.run_saving_observed(&Saving::to(&path).every(Duration::ZERO), |progress| {
        if progress.day == 4.0 {
            fs::remove_dir_all(folder).unwrap();
        }
        seen(&mut days, progress.day)
    });
    assert!(matches!(&failed, Err(Error::File { path: told, .. }) if *told == path), "{failed:?}");
    assert_eq!(simulation.clock().days(), 4.0);
    fs::create_dir(folder).unwrap();
    simulation.run_saving_observed(&Saving::to(&path), |progress| seen(&mut days, progress.day)).unwrap();
    assert!(Seen::of(&simulation, days) == *EVENTFUL);
}

/// Claim: where it is asked for, saves that fail are told and tried again while the run goes on; one that is to stop and cannot be
/// saved fails.
#[test]
fn a_run_outlives_saves_that_fail() {
    let (path, mut days, told) = (file("outlives"), Vec::new(), Mutex::new(0));
    let (folder, is_over) = (path.parent().unwrap(), AtomicBool::new(false));
    let (count, stop) = (|_: &Error| *told.lock().unwrap() += 1, || is_over.load(Ordering::Relaxed));
    let saving = Saving::to(&path).every(Duration::ZERO).stop_when(&stop).go_on_when_failed(&count);
    let mut simulation = eventful().threads(2).build().unwrap();
    let failed = simulation.run_saving_observed(&saving, |progress| {
        match progress.day {
            2.0 => fs::remove_dir_all(folder).unwrap(),
            3.0 => fs::create_dir(folder).unwrap(),
            4.0 => {
                fs::remove_dir_all(folder).unwrap();
                is_over.store(true, Ordering::Relaxed);
            }
            _ => {}
        }
        seen(&mut days, progress.day)
    });
    assert!(matches!(&failed, Err(Error::File { path: told, .. }) if *told == path), "{failed:?}");
    assert!(*told.lock().unwrap() > 3);
    simulation.run_observed(|progress| seen(&mut days, progress.day)).unwrap();
    assert!(Seen::of(&simulation, days) == *EVENTFUL);
}

static SAVED: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let path = file("whole");
    quiet().threads(1).build().unwrap().save(&path).unwrap();
    fs::read(path).unwrap()
});

/// What is said of a file with this content; the message is one line with its path.
fn fault(content: &[u8]) -> CheckpointFault {
    static FILES: AtomicUsize = AtomicUsize::new(0);
    let name = format!("interruption_fault_{}", FILES.fetch_add(1, Ordering::Relaxed));
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, content).unwrap();
    let refused = Simulation::resume(&path, Some(1)).map(drop).unwrap_err();
    fs::remove_file(&path).unwrap();
    let told = refused.to_string();
    assert!(told.contains(path.to_str().unwrap()) && told.lines().count() == 1, "{told}");
    let Error::BadCheckpoint { reason, .. } = refused else { panic!("{refused:?}") };
    reason
}

/// Claim: every single bit of the header, flipped, is told: as a foreign file, another format, or damage.
#[test]
fn every_bit_of_the_header_is_checked() {
    for bit in 0..8 * 44 {
        let mut wrong = SAVED.clone();
        wrong[bit / 8] ^= 1 << (bit % 8);
        let told = fault(&wrong);
        let is_right = match bit / 8 {
            0..8 => told == CheckpointFault::NotOurs,
            8..12 => matches!(told, CheckpointFault::OtherFormat { .. }),
            _ => told == CheckpointFault::Damaged,
        };
        assert!(is_right, "bit {bit}: {told}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    /// Claim: one wrong bit anywhere in the state or its checksum, and a file cut anywhere, are damage.
    #[test]
    fn a_damaged_or_cut_file_is_told(place in 0.0..1.0_f64, bit in 0..8_u8) {
        let rest = SAVED.len() - 44;
        let mut wrong = SAVED.clone();
        wrong[44 + (place * rest as f64) as usize] ^= 1 << bit;
        prop_assert_eq!(fault(&wrong), CheckpointFault::Damaged);
        let length = 8 + (place * (SAVED.len() - 8) as f64) as usize;
        prop_assert_eq!(fault(&SAVED[..length]), CheckpointFault::Damaged);
    }
}
