//! Runs that may be interrupted: signals and the longest time, courses saved in the folder of outputs, and how to go on.
use super::{refuse, say, tell};
use dermaweave::report::{write_file, write_json};
use dermaweave::simulation::{Progress, Saving};
use dermaweave::{Error, Result, Simulation};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use std::fs;
use std::io::Write;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use xxhash_rust::xxh3::xxh3_128;

/// Exit status of a run that was stopped before its end, by a signal or after the longest time: as of a shell after Ctrl-C.
pub const STOPPED: u8 = 130;
/// Folder of saved courses in the folder of outputs.
const SAVED: &str = "checkpoint";
/// What the run was begun with.
const OPTIONS: &str = "options.json";
/// Ending of a saved course.
const COURSE: &str = "course";
/// Ending of what is kept beside it.
const KEPT: &str = "kept";
const CHECKSUM_BYTES: usize = 16;

/// Options of a run that may be interrupted.
#[derive(clap::Args, Clone, Debug)]
pub struct Interruption {
    /// Go on from what an interrupted run saved in the folder of outputs, if there is something
    #[arg(long)]
    pub resume: bool,
    /// Wall time between two saves, in s, m or h; 0 or never: saved only when it is stopped
    #[arg(long, value_name = "TIME", default_value = "10m", value_parser = read_interval)]
    pub checkpoint_every: Interval,
    /// Save and stop after this wall time, in s, m or h, with exit status 130, as after Ctrl-C
    #[arg(long, value_name = "TIME", value_parser = read_deadline)]
    pub stop_after: Option<Instant>,
}

/// Wall time between two saves; none: only when it is stopped.
#[derive(Clone, Copy, Debug)]
pub struct Interval(pub Option<Duration>);

/// Reads a duration such as `90s`, `10m` or `1.5h`.
pub fn read_duration(text: &str) -> std::result::Result<Duration, String> {
    let wrong = || format!("\"{text}\" is no time: write a number with s, m or h, such as 10m");
    let units = [("s", 1.0), ("m", 60.0), ("h", 3600.0)];
    let (number, seconds) =
        units.iter().find_map(|(unit, seconds)| Some((text.strip_suffix(unit)?, seconds))).ok_or_else(wrong)?;
    let number: f64 = number.trim().parse().map_err(|_| wrong())?;
    Duration::try_from_secs_f64(number * seconds).map_err(|_| wrong())
}

/// That long from now on: options are read when the process begins.
pub fn read_deadline(text: &str) -> std::result::Result<Instant, String> {
    let too_long = || format!("{text} is too long");
    read_duration(text).and_then(|time| Instant::now().checked_add(time).ok_or_else(too_long))
}

pub fn read_interval(text: &str) -> std::result::Result<Interval, String> {
    let interval = if ["0", "never"].contains(&text) { Duration::ZERO } else { read_duration(text)? };
    Ok(Interval(Some(interval).filter(|interval| !interval.is_zero())))
}

/// Whether a run is to stop: a first SIGINT, SIGTERM or SIGHUP asks for it, as does the end of the longest time. A second
/// signal ends the process at once, with status 130.
#[derive(Clone, Copy, Debug)]
pub struct Interrupt {
    deadline: Option<Instant>,
}

static SIGNALS: AtomicUsize = AtomicUsize::new(0);

impl Interrupt {
    /// Receives signals from now on.
    pub fn new(deadline: Option<Instant>) -> Self {
        static INSTALLED: OnceLock<()> = OnceLock::new();
        INSTALLED.get_or_init(|| {
            let installed = ctrlc::set_handler(|| {
                if SIGNALS.fetch_add(1, Ordering::Relaxed) > 0 {
                    std::process::exit(STOPPED.into());
                }
            });
            // Signals then end the process at once; what was saved before is there all the same.
            if let Err(error) = installed {
                tell(&format!("Ctrl-C will not save: {error}"));
            }
        });
        Self { deadline }
    }

    /// Whether the run is to stop; stays true.
    pub fn is_wished(&self) -> bool {
        SIGNALS.load(Ordering::Relaxed) > 0 || self.deadline.is_some_and(|deadline| Instant::now() >= deadline)
    }
}

/// One line that says how a stopped run goes on, and its exit status.
pub fn stopped(day: f64) -> ExitCode {
    let quoted = |word: String| if word.contains(char::is_whitespace) { format!("'{word}'") } else { word };
    let mut words: Vec<_> = std::env::args_os().map(|word| quoted(word.to_string_lossy().into_owned())).collect();
    if !words.iter().any(|word| word == "--resume") {
        words.push("--resume".into());
    }
    note(&format!("stopped on day {day:.1} and saved; go on with: {}", words.join(" ")));
    ExitCode::from(STOPPED)
}

/// One line on standard error that is no error.
pub fn note(message: &str) {
    let _ = writeln!(std::io::stderr(), "{message}");
}

/// What is saved while it runs.
pub trait SavedCourse {
    /// Puts what was saved in its place.
    fn resume(&mut self, path: &Path, threads: Option<usize>) -> Result<()>;
    fn save(&self, path: &Path) -> Result<()>;
    /// Simulated day.
    fn day(&self) -> f64;
    fn is_finished(&self) -> bool;
}

impl SavedCourse for Simulation {
    fn resume(&mut self, path: &Path, threads: Option<usize>) -> Result<()> {
        *self = Self::resume(path, threads)?;
        Ok(())
    }

    fn save(&self, path: &Path) -> Result<()> {
        self.save(path)
    }

    fn day(&self) -> f64 {
        self.clock().days()
    }

    fn is_finished(&self) -> bool {
        self.is_finished()
    }
}

/// The courses of a run as they are saved in the folder of its outputs, and what is kept beside them.
#[derive(Debug)]
pub struct SavedCourses {
    folder: PathBuf,
    interval: Option<Duration>,
    interrupt: Interrupt,
    /// Whether it was asked to go on.
    resume: bool,
}

impl SavedCourses {
    /// Looks what is saved in a folder of outputs that belongs to this run. What is there is refused without `--resume`, and
    /// with options that differ from those it was begun with.
    pub fn begin(out: &Path, options: &impl Serialize, asked: &Interruption) -> Result<Self> {
        let interrupt = Interrupt::new(asked.stop_after);
        let Interruption { resume, checkpoint_every: Interval(interval), .. } = *asked;
        let saved = Self { folder: out.join(SAVED), interval, interrupt, resume };
        // The folder of outputs is this run's alone.
        for path in saved.files().iter().filter(|path| is_half_written(path)) {
            drop(fs::remove_file(path));
        }
        let place = saved.folder.join(OPTIONS);
        let options = options_of(options).map_err(|error| at(&place, error))?;
        if saved.files().iter().any(|path| has_ending(path, COURSE)) {
            if !resume {
                let place = saved.folder.display();
                refuse(&format!("{place} holds an interrupted run; give --resume to go on with it, or remove {place}"));
            }
            let text = fs::read(&place).map_err(|error| at(&place, error))?;
            let begun: Value = serde_json::from_slice(&text).map_err(|error| at(&place, error.into()))?;
            refuse_other(&begun, &options);
        } else {
            fs::create_dir_all(&saved.folder).map_err(|error| at(&saved.folder, error))?;
            // The new folder is on the disk before anything in it. Not all systems can, or need to.
            let synced = fs::File::open(out).and_then(|folder| folder.sync_all());
            drop(synced);
            write_json(&place, &options)?;
        }
        Ok(saved)
    }

    /// Puts saved courses in the place of those that begin; says in one line where the run goes on, if it was asked to.
    /// They go on with so many threads, all that there are if none is given.
    pub fn resume<C: SavedCourse>(
        &self,
        threads: Option<usize>,
        quiet: bool,
        courses: &mut [(&str, &mut C)],
    ) -> Result<()> {
        let mut told = Vec::new();
        for (name, course) in courses {
            let path = self.path(name, COURSE);
            if path.exists() {
                course.resume(&path, threads)?;
                told.push(format!("{name} from day {:.1}", course.day()));
            }
        }
        match told.is_empty() {
            _ if quiet || !self.resume => Ok(()),
            true => say!("nothing is saved in {}: begun anew", self.folder.display()),
            false => say!("resumed: {}", told.join(", ")),
        }
    }

    /// Runs a course to its end, saving it; fails with [`Error::Stopped`] once it is saved where the run is to stop.
    pub fn run(
        &self,
        name: &str,
        course: &mut Simulation,
        observer: impl FnMut(&Progress) -> ControlFlow<()>,
    ) -> Result<()> {
        self.saving(name, |saving| course.run_saving_observed(saving, observer))
    }

    /// Runs with what says where the course of a name is saved, how often, and when it stops.
    pub fn saving<T>(&self, name: &str, run: impl FnOnce(&Saving) -> T) -> T {
        let stop = || self.interrupt.is_wished();
        // The course is worth more than one of its saves.
        let failed = |error: &Error| note(&format!("warning: not saved, tried again later: {error}"));
        let saving = Saving::to(self.path(name, COURSE)).stop_when(&stop).go_on_when_failed(&failed);
        let saving = match self.interval {
            Some(interval) => saving.every(interval),
            None => saving.only_when_stopped(),
        };
        run(&saving)
    }

    /// What came of courses side by side. Where the run is to stop, also those that have ended are saved.
    pub fn ended<T, C: SavedCourse>(&self, outcome: Result<T>, courses: &[(&str, &C)]) -> Result<T> {
        let has_failed = outcome.as_ref().is_err_and(|error| !matches!(error, Error::Stopped { .. }));
        if has_failed || !self.interrupt.is_wished() {
            return outcome;
        }
        for (name, course) in courses.iter().filter(|(_, course)| course.is_finished()) {
            course.save(&self.path(name, COURSE))?;
        }
        let days = courses.iter().map(|(_, course)| course.day());
        Err(Error::Stopped { day: days.fold(f64::INFINITY, f64::min) })
    }

    /// Keeps something beside the courses, with a checksum. A run that is not interrupted does without it.
    pub fn keep(&self, name: &str, thing: &impl Serialize) {
        let path = self.path(name, KEPT);
        let bytes = postcard::to_stdvec(thing).map_err(|error| at(&path, std::io::Error::other(error)));
        let written = bytes.and_then(|mut bytes| {
            bytes.extend(xxh3_128(&bytes).to_le_bytes());
            write_file(&path, &bytes)
        });
        if let Err(error) = written {
            note(&format!("warning: not kept, so that this run cannot be resumed: {error}"));
        }
    }

    /// What was kept.
    pub fn kept<T: DeserializeOwned>(&self, name: &str) -> Result<T> {
        let path = self.path(name, KEPT);
        let bytes = fs::read(&path).map_err(|error| at(&path, error))?;
        let damaged = || at(&path, std::io::Error::other("it is damaged or cut short"));
        let (thing, told) = bytes.split_last_chunk::<CHECKSUM_BYTES>().ok_or_else(damaged)?;
        if xxh3_128(thing).to_le_bytes() != *told {
            return Err(damaged());
        }
        postcard::from_bytes(thing).map_err(|_| damaged())
    }

    /// Removes all that was saved: the run has finished.
    pub fn remove(self) {
        for path in self.files() {
            drop(fs::remove_file(path));
        }
        // It stays if something of the user's own is in it.
        drop(fs::remove_dir(&self.folder));
    }

    fn path(&self, name: &str, ending: &str) -> PathBuf {
        self.folder.join(format!("{name}.{ending}"))
    }

    /// All files that runs put there, half written ones too.
    fn files(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten().map(|entry| entry.path());
        let has_our_ending = |path: &Path| [COURSE, KEPT].iter().any(|ending| has_ending(path, ending));
        entries.filter(|path| has_our_ending(path) || path.ends_with(OPTIONS) || is_half_written(path)).collect()
    }
}

/// Whether a file is what a killed run was writing.
fn is_half_written(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.starts_with(".dermaweave-") && has_ending(path, "unfinished")
}

fn has_ending(path: &Path, ending: &str) -> bool {
    path.extension().is_some_and(|found| found == ending)
}

fn at(path: &Path, source: std::io::Error) -> Error {
    Error::File { path: path.to_owned(), source }
}

/// The options that decide what comes out, and of which example and version they are.
fn options_of(options: &impl Serialize) -> std::io::Result<Value> {
    let mut all = serde_json::to_value(options)?;
    all["example"] = super::example_name().into();
    all["version"] = env!("CARGO_PKG_VERSION").into();
    Ok(all)
}

/// Refuses options that are not those with which the saved run was begun, each by its name.
fn refuse_other(begun: &Value, given: &Value) {
    let names = given.as_object().into_iter().flatten().map(|(name, _)| name.as_str());
    let differ = names.filter(|name| begun[name] != given[name]).map(|name| {
        let dashes = if ["example", "version"].contains(&name) { "" } else { "--" };
        format!("{dashes}{} was {} and is {} now", name.replace('_', "-"), begun[name], given[name])
    });
    let told: Vec<_> = differ.collect();
    if !told.is_empty() {
        refuse(&format!("the saved run has other options: {}; give those of its begin", told.join("; ")));
    }
}
