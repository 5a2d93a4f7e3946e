//! Is a file whole or not there, whoever writes it and whatever stands in its place?
//!
//! Several processes are this test itself, started once more with a part to play ([`child`]).
//! `DERMAWEAVE_FILES=full` lets eight of them write for ten seconds.
use dermaweave::report::{check_writable, write_csv, write_file, write_json};
use dermaweave::{Error, Grid, Length, Simulation, Skin, Tissue};
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// What a process that this test started is to do.
const PART: &str = "DERMAWEAVE_TEST_PART";
const PLACE: &str = "DERMAWEAVE_TEST_PLACE";

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("files_{name}"));
    drop(fs::remove_dir_all(&folder));
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// Names of all that is in a folder, in order.
fn names_in(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// This test as a process of its own that plays `part` at `place`; `shell` is run before.
fn process(part: &str, place: &Path, shell: &str) -> Command {
    let mut command = Command::new("sh");
    let exec = format!("{shell} exec \"$0\" --exact child --nocapture");
    command.args(["-c", &exec]).arg(std::env::current_exe().unwrap()).env(PART, part).env(PLACE, place);
    command
}

/// Not a test by itself: the part that [`process`] gives it.
#[test]
fn child() {
    let (Ok(part), Ok(place)) = (std::env::var(PART), std::env::var(PLACE)) else { return };
    let path = Path::new(&place);
    match part.as_str() {
        "write again and again" => write_again_and_again(path, std::process::id().into()),
        "write once" => write_file(path, &document(1)).unwrap(),
        "write too much" => {
            let error = write_file(path, &vec![b'x'; 1 << 20]).unwrap_err().to_string();
            assert!(error.starts_with(&place) && error.contains("File too large"), "{error}");
        }
        "print and write" => {
            println!("printed before");
            write_file(path, b"written\n").unwrap();
            println!("printed after");
        }
        other => panic!("no part {other}"),
    }
}

/// A document that tells how long it is: 16 digits and then one letter as often as they say.
fn document(number: u64) -> Vec<u8> {
    let length = (number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 47) as usize;
    let letter = b'a' + (number % 26) as u8;
    [format!("{length:016}").into_bytes(), vec![letter; length]].concat()
}

fn is_whole(document: &[u8]) -> bool {
    let Some((digits, letters)) = document.split_at_checked(16) else { return false };
    let length = std::str::from_utf8(digits).ok().and_then(|digits| digits.parse().ok());
    length == Some(letters.len()) && letters.windows(2).all(|pair| pair[0] == pair[1])
}

fn duration() -> Duration {
    let is_full = std::env::var("DERMAWEAVE_FILES").is_ok_and(|version| version == "full");
    if is_full { Duration::from_secs(10) } else { Duration::from_millis(1500) }
}

fn write_again_and_again(path: &Path, first: u64) {
    let end = Instant::now() + duration();
    let mut number = first;
    while Instant::now() < end {
        write_file(path, &document(number)).unwrap();
        number += 1;
    }
}

/// Claim: eight processes that write one file at once all succeed, and no reader ever sees anything but a whole
/// document.
#[test]
fn eight_processes_write_one_file() {
    let folder = folder("eight");
    let path = folder.join("document");
    write_file(&path, &document(0)).unwrap();
    let start = || process("write again and again", &path, "").stdout(Stdio::null()).spawn().unwrap();
    let mut writers: Vec<_> = (0..8).map(|_| start()).collect();
    let (mut reads, mut different) = (0, std::collections::HashSet::new());
    while writers.iter_mut().any(|writer| writer.try_wait().unwrap().is_none()) {
        let content = fs::read(&path).unwrap();
        assert!(is_whole(&content), "torn after {reads} reads: {} bytes", content.len());
        different.insert(content.len());
        reads += 1;
    }
    assert!(writers.iter_mut().all(|writer| writer.wait().unwrap().success()), "a write failed");
    assert!(reads > 50 && different.len() > 10, "{reads} reads of {} documents", different.len());
    assert_eq!(names_in(&folder), ["document"]);
}

fn simulation() -> Simulation {
    let side = Length::micrometers(400.0);
    let tissue = Tissue::new(Grid::new(side, side, Length::micrometers(20.0)).unwrap(), &Skin::young()).unwrap();
    Simulation::builder(tissue).build().unwrap()
}

/// Claim: two threads that write one CSV file at once both succeed each time, and every read is whole.
#[test]
fn two_threads_write_one_table() {
    let path = folder("threads").join("rows.csv");
    let simulation = simulation();
    write_csv(&path, simulation.report().rows()).unwrap();
    let (whole, done) = (fs::read(&path).unwrap(), AtomicBool::new(false));
    std::thread::scope(|scope| {
        let write = || (0..60).try_for_each(|_| write_csv(&path, simulation.report().rows()));
        let writers = [scope.spawn(write), scope.spawn(write)];
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                assert!(fs::read(&path).unwrap() == whole, "a torn read");
            }
        });
        let written = writers.map(std::thread::ScopedJoinHandle::join);
        done.store(true, Ordering::Relaxed);
        assert!(written.iter().all(|written| matches!(written, Ok(Ok(())))), "{written:?}");
    });
}

/// Claim: a write that fails in the middle (here: at the largest size that the system allows) leaves the old file
/// and nothing beside it.
#[cfg(unix)]
#[test]
fn a_failed_write_leaves_the_old_file() {
    let folder = folder("too_large");
    let path = folder.join("document");
    fs::write(&path, "old").unwrap();
    let status =
        process("write too much", &path, "trap '' XFSZ; ulimit -f 100;").stdout(Stdio::null()).status().unwrap();
    assert!(status.success());
    assert_eq!(fs::read_to_string(&path).unwrap(), "old");
    assert_eq!(names_in(&folder), ["document"]);
}

/// Claim: a write replaces the old file, leaves nothing beside it, and changes no file of another name.
#[test]
fn a_write_leaves_other_files_alone() {
    let folder = folder("others");
    let path = folder.join("text");
    let own = ["text.unfinished", "text.tmp", ".text.unfinished"];
    for name in own {
        fs::write(folder.join(name), "a user's own").unwrap();
    }
    for content in ["first, and longer than the second", "second"] {
        write_file(&path, content.as_bytes()).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), content);
        assert_eq!(names_in(&folder), [".text.unfinished", "text", "text.tmp", "text.unfinished"]);
    }
    for name in own {
        assert_eq!(fs::read_to_string(folder.join(name)).unwrap(), "a user's own");
    }
    let longest = folder.join("n".repeat(255));
    write_file(&longest, b"a name as long as the system allows").unwrap();
    assert!(longest.exists());
}

/// Claim: the permissions of a file are kept, and a new one has those that any new file has.
#[cfg(unix)]
#[test]
fn permissions_are_kept() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder("permissions");
    let (path, usual) = (folder.join("text"), folder.join("usual"));
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o7777;
    File::create(&usual).unwrap();
    write_file(&path, b"new").unwrap();
    assert_eq!(mode(&path), mode(&usual));
    for wanted in [0o600, 0o664, 0o755] {
        fs::set_permissions(&path, fs::Permissions::from_mode(wanted)).unwrap();
        write_file(&path, b"again").unwrap();
        assert_eq!(mode(&path), wanted);
    }
}

/// Claim: of links, however many, the file that they lead to is written, also where it is not there yet; they stay.
#[cfg(unix)]
#[test]
fn links_are_followed() {
    use std::os::unix::fs::symlink;
    let folder = folder("links");
    fs::create_dir(folder.join("inner")).unwrap();
    symlink("inner/text", folder.join("near")).unwrap();
    symlink(folder.join("near"), folder.join("far")).unwrap();
    for name in ["near", "far", "near"] {
        write_file(folder.join(name), name.as_bytes()).unwrap();
        assert_eq!(fs::read_to_string(folder.join("inner/text")).unwrap(), name);
        assert!(fs::symlink_metadata(folder.join("near")).unwrap().is_symlink());
        assert!(fs::symlink_metadata(folder.join("far")).unwrap().is_symlink());
    }
    assert_eq!(names_in(&folder), ["far", "inner", "near"]);
    assert_eq!(names_in(&folder.join("inner")), ["text"]);
    symlink("round", folder.join("round")).unwrap();
    let error = write_file(folder.join("round"), b"text").unwrap_err().to_string();
    assert!(error.contains("symbolic links"), "{error}");
}

/// Claim: devices and pipes are written through and stay what they are; a full device is told.
#[cfg(target_os = "linux")]
#[test]
fn devices_and_pipes_are_written_through() {
    use std::os::unix::fs::{FileTypeExt, symlink};
    let folder = folder("devices");
    for (device, is_full) in [("/dev/null", false), ("/dev/full", true)] {
        let link = folder.join(device.trim_start_matches("/dev/"));
        symlink(device, &link).unwrap();
        for path in [Path::new(device), &link] {
            for result in [check_writable(path), write_file(path, b"text"), write_json(path, &[1, 2])] {
                assert_eq!(result.is_err(), is_full, "{result:?}");
                assert!(!is_full || result.unwrap_err().to_string().contains("No space left"));
            }
            assert!(fs::metadata(path).unwrap().file_type().is_char_device());
        }
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    }
    let pipe = folder.join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    // There is no reader yet: the check must neither wait nor end the input of a later one.
    check_writable(&pipe).unwrap();
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| fs::read_to_string(&pipe).unwrap());
        check_writable(&pipe).unwrap();
        write_file(&pipe, b"through").unwrap();
        assert_eq!(reader.join().unwrap(), "through");
    });
    assert!(fs::metadata(&pipe).unwrap().file_type().is_fifo());
}

/// Claim: what is written to standard output comes between what is printed, whether that is a pipe or a file.
#[cfg(unix)]
#[test]
fn standard_output_is_written_through() {
    let expected = "printed before\nwritten\nprinted after\n";
    let out = Path::new("/dev/stdout");
    let piped = process("print and write", out, "").output().unwrap();
    assert!(String::from_utf8(piped.stdout).unwrap().contains(expected));
    let path = folder("stdout").join("printed");
    let status = process("print and write", out, "").stdout(File::create(&path).unwrap()).status().unwrap();
    assert!(status.success());
    let printed = fs::read_to_string(&path).unwrap();
    assert!(printed.contains(expected), "{printed}");
}

/// Claim: what cannot be written is told before, with its path, and the check leaves everything as it was.
#[test]
fn what_cannot_be_written_is_told_before() {
    let folder = folder("check");
    fs::write(folder.join("file"), "old").unwrap();
    fs::create_dir(folder.join("folder")).unwrap();
    for good in ["file", "new", "folder/new"] {
        check_writable(folder.join(good)).unwrap();
    }
    let long = "n".repeat(256);
    for bad in ["folder", "file/below", "absent/new", "new/", "", &long] {
        let path = if bad.is_empty() { PathBuf::new() } else { folder.join(bad) };
        let error = check_writable(&path).expect_err(bad);
        assert!(matches!(&error, Error::File { path: told, .. } if *told == path), "{error:?}");
        assert!(write_file(&path, b"text").is_err(), "{bad} was written after all");
    }
    assert_eq!(names_in(&folder), ["file", "folder"]);
    assert_eq!(names_in(&folder.join("folder")), Vec::<String>::new());
    assert_eq!(fs::read_to_string(folder.join("file")).unwrap(), "old");
}

/// Claim: a process that is killed while it writes leaves the old file or the new one, whole.
#[test]
fn a_killed_process_leaves_a_whole_file() {
    let path = folder("killed").join("document");
    write_file(&path, &document(0)).unwrap();
    for round in 0..12 {
        let mut writer = process("write again and again", &path, "").stdout(Stdio::piped()).spawn().unwrap();
        // The first line is the test harness's: it has started.
        writer.stdout.take().unwrap().read_exact(&mut [0]).unwrap();
        std::thread::sleep(Duration::from_millis(3 + 7 * round % 20));
        writer.kill().unwrap();
        writer.wait().unwrap();
        assert!(is_whole(&fs::read(&path).unwrap()), "round {round}");
    }
    assert!(process("write once", &path, "").stdout(Stdio::null()).status().unwrap().success());
    assert!(fs::read(&path).unwrap() == document(1));
}
