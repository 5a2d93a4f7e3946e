//! Can a recording be interrupted, gone on with and refused, and does nothing look finished that is not?
#[path = "common/recordings.rs"]
mod recordings;

use dermaweave::error::RecordingFault;
use dermaweave::record::{FieldName, Format, Recorder, Recording};
use dermaweave::{Error, Result, Simulation, Time};
use recordings::{Npy, builder, everything, files, json, recorded};
use serde_json::json;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::ops::ControlFlow;
use std::path::Path;
use tempfile::tempdir;

fn density_only(formats: &[Format]) -> Recording {
    let fields = vec![FieldName::Density];
    Recording { fields, cells: false, every: Time::days(1.0), formats: formats.to_vec() }
}

/// Records until a day and stops there, without an end of the recording.
fn record_until(day: f64, simulation: &mut Simulation, recorder: &mut Recorder) {
    let stopped = simulation.run_observed(|progress| {
        assert!(recorder.observe(progress).is_continue());
        if progress.day >= day { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    assert!(matches!(stopped, Err(Error::Stopped { .. })), "{stopped:?}");
}

/// What a process leaves that is killed while it writes sample 5.
fn leave_half_a_sample(folder: &Path) {
    let mut density = OpenOptions::new().append(true).open(folder.join("density.npy")).unwrap();
    density.write_all(&[1; 1000]).unwrap();
    fs::write(folder.join("vtk/matrix_000005.vti"), "half").unwrap();
    fs::write(folder.join("vtk/.dermaweave-1234.unfinished"), "half").unwrap();
    fs::create_dir_all(folder.join("matrix.ome.zarr/0/c/5/0/0")).unwrap();
    fs::write(folder.join("matrix.ome.zarr/0/c/5/0/0/0"), "half").unwrap();
}

/// Claim: after an interruption, more samples and a killed process, a recording that goes on from a saved course has the bytes
/// of one that was never interrupted, whether or not samples are evenly spaced.
#[test]
fn interrupted_recordings_have_the_same_bytes() {
    for (every, also) in [(Time::days(1.0), None), (Recording::EVERY_SAMPLE, Some(Time::hours(31.0)))] {
        let (whole, parts, saved) = (tempdir().unwrap(), tempdir().unwrap(), tempdir().unwrap());
        let begin = || builder().sample_also(also).build().unwrap();
        let checkpoint = saved.path().join("course");
        recorded(whole.path(), begin(), everything(every));
        let mut simulation = begin();
        let mut recorder = Recorder::new(parts.path(), &simulation, everything(every)).unwrap();
        record_until(2.0, &mut simulation, &mut recorder);
        simulation.save(&checkpoint).unwrap();
        record_until(4.0, &mut simulation, &mut recorder);
        drop(recorder);
        let expected_days = if also.is_some() { 6 } else { 5 };
        assert_eq!(Npy::read(&parts.path().join("times.npy")).shape, [expected_days]);
        assert_eq!(json(&parts.path().join("recording.json"))["state"], "unfinished");
        leave_half_a_sample(parts.path());
        let mut simulation = Simulation::resume(&checkpoint, Some(1)).unwrap();
        let recorder = Recorder::resume(parts.path(), &simulation, everything(every)).unwrap();
        assert_eq!(recorder.samples(), expected_days as u64 - 2);
        recorder.run(&mut simulation).unwrap();
        let (whole, parts) = (files(whole.path()), files(parts.path()));
        assert_eq!(whole.keys().collect::<Vec<_>>(), parts.keys().collect::<Vec<_>>());
        let differing: Vec<_> =
            whole.iter().filter(|(name, bytes)| parts[*name] != **bytes).map(|file| file.0).collect();
        assert!(differing.is_empty() && whole.len() > 100, "{differing:?}");
    }
}

/// Claim: samples within a day make days uneven: times, series and the array of days say so, and no scale of time is claimed.
#[test]
fn uneven_days_are_said() {
    let folder = tempdir().unwrap();
    let simulation = builder().sample_also([Time::hours(31.0)]).build().unwrap();
    recorded(folder.path(), simulation, everything(Recording::EVERY_SAMPLE));
    let days = Npy::read(&folder.path().join("times.npy")).numbers();
    assert_eq!(days, [0.0, 1.0, 31.0 / 24.0, 2.0, 3.0, 4.0, 5.0]);
    let image = folder.path().join("matrix.ome.zarr");
    let multiscale = &json(&image.join("zarr.json"))["attributes"]["ome"]["multiscales"][0];
    assert_eq!(multiscale["axes"][0], json!({ "name": "t", "type": "time" }));
    assert_eq!(json(&image.join("days/zarr.json"))["shape"], json!([7]));
    let of_zarr =
        (0..7).map(|sample| recordings::numbers(&fs::read(image.join(format!("days/c/{sample}"))).unwrap())[0]);
    assert_eq!(of_zarr.collect::<Vec<_>>(), days);
    assert_eq!(json(&folder.path().join("recording.json"))["interval_days"], json!(null));
    assert!(
        fs::read_to_string(folder.path().join("vtk/matrix.pvd")).unwrap().contains("timestep=\"1.2916666666666667\"")
    );
}

/// Claim: a course that is stopped leaves whole files with the samples that were written, and a document that says so.
#[test]
fn a_stopped_course_leaves_whole_files() {
    let (folder, mut simulation) = (tempdir().unwrap(), builder().build().unwrap());
    let mut recorder = Recorder::new(folder.path(), &simulation, everything(Time::days(1.0))).unwrap();
    record_until(2.0, &mut simulation, &mut recorder);
    assert!(matches!(
        Recorder::resume(folder.path(), &simulation, everything(Time::days(1.0))),
        Err(Error::Recording(RecordingFault::InUse { .. }))
    ));
    recorder.finish().unwrap();
    let about = json(&folder.path().join("recording.json"));
    assert_eq!((&about["state"], &about["samples"]), (&json!("stopped"), &json!(3)));
    assert_eq!(Npy::read(&folder.path().join("density.npy")).numbers().len(), 3 * 2400);
    assert_eq!(json(&folder.path().join("matrix.ome.zarr/0/zarr.json"))["shape"][0], 3);
    let (before, mut other) = (files(folder.path()), builder().build().unwrap());
    other
        .run_observed(|progress| if progress.day < 2.0 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
        .unwrap_err();
    // Nothing is lost where a finished recording is gone on with from where it ended.
    Recorder::resume(folder.path(), &other, everything(Time::days(1.0))).unwrap().finish().unwrap();
    assert_eq!(files(folder.path()), before);
}

/// Claim: a sample that was not handed over is missed at once, and a course that is further on than its recording is refused.
#[test]
fn missed_samples_are_refused() {
    let (folder, mut simulation) = (tempdir().unwrap(), builder().build().unwrap());
    let mut recorder = Recorder::new(folder.path(), &simulation, density_only(&[Format::Npy])).unwrap();
    while simulation.clock().days() < 1.5 {
        simulation.step().unwrap();
    }
    let refused = Recorder::resume(folder.path(), &simulation, density_only(&[Format::Npy]));
    assert!(matches!(refused, Err(Error::Recording(RecordingFault::InUse { .. }))), "{refused:?}");
    let ran = simulation.run_observed(|progress| recorder.observe(progress));
    assert!(matches!(ran, Err(Error::Stopped { day: 2.0 })), "{ran:?}");
    let missed = recorder.finish().unwrap_err();
    assert!(matches!(missed, Error::Recording(RecordingFault::Missed { day: 1.0, present: 2.0 })), "{missed}");
    let refused = Recorder::resume(folder.path(), &simulation, density_only(&[Format::Npy])).unwrap_err();
    assert!(refused.to_string().contains("sample of day 1 is missing and the course is on day 2"), "{refused}");
    assert_eq!(json(&folder.path().join("recording.json"))["state"], "unfinished");
}

/// Claim: where only time passes a stopped run goes on to the end of its step, and its recording cannot go on from there and is
/// left as it is; from a course kept before it can.
#[test]
fn a_run_stopped_in_settled_tissue_is_recorded_from_before() {
    let (folder, whole) = (tempdir().unwrap(), tempdir().unwrap());
    let untreated = dermaweave::Protocol::untreated(Time::days(30.0));
    let before = builder().protocol(untreated).build().unwrap();
    let recording = || density_only(Format::ALL);
    let mut simulation = before.clone();
    let mut recorder = Recorder::new(folder.path(), &simulation, recording()).unwrap();
    record_until(3.0, &mut simulation, &mut recorder);
    recorder.finish().unwrap();
    let left = files(folder.path());
    let refused = fault(Recorder::resume(folder.path(), &simulation, recording()));
    assert_eq!(refused, RecordingFault::Missed { day: 4.0, present: 28.0 });
    assert_eq!(files(folder.path()), left);
    let mut resumed = before.clone();
    Recorder::resume(folder.path(), &resumed, recording()).unwrap().run(&mut resumed).unwrap();
    recorded(whole.path(), before, recording());
    assert_eq!(files(folder.path()), files(whole.path()));
}

/// Claim: the samples of a course on another field are refused.
#[test]
fn another_field_is_refused() {
    let (folder, simulation) = (tempdir().unwrap(), builder().build().unwrap());
    let mut recorder = Recorder::new(folder.path(), &simulation, density_only(&[Format::Npy])).unwrap();
    let side = dermaweave::Length::micrometers(400.0);
    let grid = dermaweave::Grid::new(side, side, side * 0.05).unwrap();
    let tissue = dermaweave::Tissue::new(grid, &dermaweave::Skin::young()).unwrap();
    let mut other = Simulation::builder(tissue).sample_every(Time::days(1.0)).build().unwrap();
    other.run_observed(|progress| recorder.observe(progress)).unwrap_err();
    assert!(matches!(recorder.finish(), Err(Error::OtherField { columns: 20, rows: 20, .. })));
    check_unfinished(folder.path(), 1);
}

/// Claim: what cannot be recorded is refused with what would be right, before a file is written.
#[test]
fn what_cannot_be_recorded_is_refused() {
    let simulation = builder().sample_every(Time::days(2.0)).build().unwrap();
    let root = tempdir().unwrap();
    let refused = |change: fn(&mut Recording)| {
        let mut recording = density_only(&[Format::Npy, Format::OmeZarr]);
        recording.every = Time::days(2.0);
        change(&mut recording);
        let folder = root.path().join("new");
        let message = Recorder::new(&folder, &simulation, recording).unwrap_err().to_string();
        assert!(!folder.exists() && !message.contains('\n'));
        message
    };
    let says = |change: fn(&mut Recording), part: &str| assert!(refused(change).contains(part), "{}", refused(change));
    says(
        |recording| recording.every = Time::days(3.0),
        "recording interval is 3 days, which is not a multiple of 2 days; try 4 days",
    );
    says(
        |recording| recording.every = Time::days(1.0),
        "recording interval is 1 days; it must be from 2 to 36525 days",
    );
    says(|recording| recording.every = Time::days(f64::NAN), "recording interval is NaN days");
    says(|recording| recording.fields.clear(), "name at least one field, or record cells");
    says(|recording| recording.formats.clear(), "name at least one format");
    says(|recording| recording.fields.push(FieldName::Density), "the field density is asked for twice");
    says(|recording| recording.formats.push(Format::Npy), "the format npy is asked for twice");
    says(
        |recording| (recording.cells, recording.formats) = (true, vec![Format::OmeZarr]),
        "ome_zarr holds no cells; add npy or vtk",
    );
    says(|recording| (recording.cells, recording.fields) = (true, Vec::new()), "ome_zarr holds fields only");
}

fn fault(result: Result<Recorder>) -> RecordingFault {
    match result {
        Err(Error::Recording(fault)) => fault,
        other => panic!("{other:?}"),
    }
}

/// Claim: folders that are not free, other recordings and damaged ones are refused and left as they are.
#[test]
fn folders_that_are_not_free_are_refused() {
    let (root, mut simulation) = (tempdir().unwrap(), builder().build().unwrap());
    let npy = || density_only(&[Format::Npy, Format::Vtk]);
    let (file, folder) = (root.path().join("file"), root.path().join("folder"));
    fs::write(&file, "mine").unwrap();
    assert!(matches!(Recorder::new(&file, &simulation, npy()), Err(Error::File { path, .. }) if path == file));
    let within = file.join("folder");
    assert!(matches!(Recorder::new(&within, &simulation, npy()), Err(Error::File { .. })));
    assert!(matches!(Recorder::resume(&folder, &simulation, npy()), Err(Error::File { .. })));
    assert!(matches!(fault(Recorder::new(root.path(), &simulation, npy())), RecordingFault::NotEmpty { .. }));
    let mut recorder = Recorder::new(&folder, &simulation, npy()).unwrap();
    record_until(1.0, &mut simulation, &mut recorder);
    drop(recorder);
    let before = files(root.path());
    let other = Recording { fields: vec![FieldName::Fibrin], ..npy() };
    let RecordingFault::Other { difference, .. } = fault(Recorder::resume(&folder, &simulation, other)) else {
        panic!()
    };
    assert!(difference.starts_with("`fields` is [{\"name\":\"density\""), "{difference}");
    let sparse = Recording { every: Time::days(2.0), ..npy() };
    let RecordingFault::Other { difference, .. } = fault(Recorder::resume(&folder, &simulation, sparse)) else {
        panic!()
    };
    assert_eq!(difference, "`interval_days` is 1.0 there and 2.0 here");
    assert_eq!(files(root.path()), before);
    let density = OpenOptions::new().write(true).open(folder.join("density.npy")).unwrap();
    density.set_len(20_000).unwrap();
    let RecordingFault::Damaged { found, .. } = fault(Recorder::resume(&folder, &simulation, npy())) else { panic!() };
    assert_eq!(found, "it holds less than its header says");
}

/// Claim: a format that cannot be written stops the run; the error is kept and told at the end, and what is there stays true.
#[test]
fn a_failure_stops_the_run_and_is_told() {
    let (folder, mut simulation) = (tempdir().unwrap(), builder().build().unwrap());
    let recording = density_only(&[Format::Npy, Format::Vtk]);
    let mut recorder = Recorder::new(folder.path(), &simulation, recording).unwrap();
    record_until(2.0, &mut simulation, &mut recorder);
    fs::remove_dir_all(folder.path().join("vtk")).unwrap();
    let ran = simulation.run_observed(|progress| recorder.observe(progress));
    assert!(matches!(ran, Err(Error::Stopped { day: 3.0 })), "{ran:?}");
    let kept = simulation.run_observed(|progress| recorder.observe(progress));
    assert!(matches!(kept, Err(Error::Stopped { day: 4.0 })), "{kept:?}");
    let told = recorder.finish().unwrap_err();
    assert!(matches!(&told, Error::File { path, .. } if path.ends_with("vtk/matrix_000003.vti")), "{told}");
    check_unfinished(folder.path(), 3);
}

/// The recording says that it is not finished, and its arrays hold whole samples.
fn check_unfinished(folder: &Path, samples: usize) {
    let about = json(&folder.join("recording.json"));
    assert_eq!((&about["state"], &about["samples"]), (&json!("unfinished"), &json!(null)));
    assert_eq!(Npy::read(&folder.join("times.npy")).numbers().len(), samples);
    assert_eq!(Npy::read(&folder.join("density.npy")).numbers().len(), samples * 2400);
}

/// Claim: the same where no more can be written to a file, as on a full disk: half a sample is removed again.
#[cfg(unix)]
#[test]
fn a_full_disk_is_told() {
    const LIMITED: &str = "DERMAWEAVE_TEST_RECORDING_LIMITED";
    if let Some(folder) = std::env::var_os(LIMITED) {
        let mut simulation = builder().build().unwrap();
        let recorder = Recorder::new(&folder, &simulation, density_only(&[Format::Npy])).unwrap();
        let told = recorder.run(&mut simulation).unwrap_err();
        assert!(matches!(&told, Error::File { path, .. } if path.ends_with("density.npy")), "{told}");
        assert!(simulation.clock().days() < 4.0);
        return;
    }
    // Files of at most 45 or 90 kB, as shells count in 512 or 1024 bytes: two or four samples of 19.2 kB.
    let (folder, test) = (tempdir().unwrap(), "a_full_disk_is_told");
    let command = format!("trap '' XFSZ; ulimit -f 88 && exec \"$0\" --exact {test} --test-threads 1");
    let mut shell = std::process::Command::new("sh");
    shell.arg("-c").arg(command).arg(std::env::current_exe().unwrap()).env(LIMITED, folder.path());
    let output = shell.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && text.contains("1 passed"), "{text}");
    let samples = Npy::read(&folder.path().join("times.npy")).numbers().len();
    assert!([2, 4].contains(&samples), "{samples}");
    check_unfinished(folder.path(), samples);
}
