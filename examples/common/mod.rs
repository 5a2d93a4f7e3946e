//! What the examples share: progress with time left, what they print and write, and plain error messages.
#![allow(dead_code, unused_imports, reason = "each example uses a part of it")]
pub mod interrupt;
pub mod layers;
pub mod page;
pub mod rats;
pub mod study;

use dermaweave::report::{ResultFolder, check_writable};
use dermaweave::simulation::Progress;
use dermaweave::treatment::Needle;
use dermaweave::{Device, Error, Grid, Length, Parameters, Result};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::fmt::Arguments;
use std::io::Write;
use std::ops::{ControlFlow, RangeInclusive};
use std::path::Path;
use std::process::ExitCode;

/// A bar on standard error that is silent if `quiet`.
pub fn bar(length: u64, template: &str, quiet: bool) -> ProgressBar {
    let target = if quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::with_draw_target(Some(length), target).with_style(style.progress_chars("=> "))
}

/// Cores of the machine.
pub fn all_cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Parameters from a TOML file that names what differs from the defaults; the defaults without a file.
pub fn read_parameters(path: Option<&Path>) -> Result<Parameters> {
    let Some(path) = path else { return Ok(Parameters::default()) };
    let failed = |source| Error::File { path: path.to_owned(), source };
    let text = std::fs::read_to_string(path).map_err(failed)?;
    let parameters: Parameters = toml::from_str(&text).map_err(|error| failed(std::io::Error::other(error)))?;
    parameters.validate()?;
    Ok(parameters)
}

/// A bar over simulated days that shows the time left; silent if `quiet`.
pub struct Days(ProgressBar);

impl Days {
    pub fn new(days: f64, quiet: bool) -> Self {
        Self(bar(days as u64, "{msg:>8} [{bar:40}] day {pos}/{len}, {eta} left", quiet))
    }

    /// An observer for one of the arms, which may run side by side.
    pub fn observe(&self, arm: &'static str) -> impl FnMut(&Progress) -> ControlFlow<()> + use<> {
        let mut reached = self.reached(arm);
        move |progress| reached(progress.day)
    }

    /// The same, told the day.
    pub fn reached(&self, arm: &'static str) -> impl FnMut(f64) -> ControlFlow<()> + use<> {
        let (bar, mut seen) = (self.0.clone(), 0);
        move |day| {
            bar.set_message(arm);
            let day = day as u64;
            bar.inc(day - seen);
            seen = day;
            ControlFlow::Continue(())
        }
    }

    pub fn finish(&self) {
        self.0.finish_and_clear();
    }
}

/// A pen set to a needle length: motorized needles reach their nominal depth.
pub fn pen(length: Length) -> Device {
    let device = Device::pen_11();
    Device { name: format!("pen {} mm", length.in_millimeters()), needle: Needle { length, ..device.needle }, ..device }
}

/// Ends the example over a wrong option, as the reader of the command line does.
pub fn refuse(message: &str) -> ! {
    tell(message);
    std::process::exit(2)
}

/// Runs an example; an error is one line on standard error and exit status 1. Of a course that was stopped and saved, the line
/// says how it goes on, and the status is 130.
pub fn report_errors(example: impl FnOnce() -> dermaweave::Result<()>) -> ExitCode {
    match example() {
        Ok(()) => ExitCode::SUCCESS,
        Err(Error::Stopped { day }) => interrupt::stopped(day),
        Err(error) => {
            tell(&error.to_string());
            ExitCode::FAILURE
        }
    }
}

/// The same for an example with an exit status of its own.
pub fn report_status(example: impl FnOnce() -> dermaweave::Result<ExitCode>) -> ExitCode {
    let mut status = ExitCode::SUCCESS;
    let reported = report_errors(|| example().map(|own| status = own));
    if reported == ExitCode::SUCCESS { status } else { reported }
}

/// One line on standard error; where even that is closed, the exit status is all there is to tell.
pub fn tell(message: &str) {
    let _ = writeln!(std::io::stderr(), "error: {message}");
}

/// Prints a line, as `println!` does, and gives an error where that panics: output may be a pipe that is not read
/// any more or a file on a full disk.
macro_rules! say {
    ($($text:tt)*) => { $crate::common::print(format_args!($($text)*)) };
}
pub(crate) use say;

/// Prints a line; see [`say`].
pub fn print(line: Arguments) -> Result<()> {
    let mut output = std::io::stdout().lock();
    let printed = writeln!(output, "{line}").and_then(|()| output.flush());
    printed.map_err(|source| Error::File { path: "standard output".into(), source })
}

/// Begins a run that writes into a folder, once it is proven that all its outputs can be written; so nothing is
/// simulated in vain, and results of an earlier run are not removed for one that cannot be.
pub fn begin(folder: &Path, json: Option<&Path>, quiet: bool) -> Result<ResultFolder> {
    prove_writable(json, quiet)?;
    begin_folder(folder, json)
}

/// All files that examples write into their folders.
const RESULTS: [&str; 18] = [
    "report.html",
    "report.csv",
    "rows.csv",
    "summary.csv",
    "differences.csv",
    "dictionary.csv",
    "maps.png",
    "course.png",
    "chart.png",
    "histology.png",
    "picture.png",
    "lesion.png",
    "fibers.png",
    "skin.png",
    "animation.png",
    "calibrated.toml",
    "findings.md",
    "validation.md",
];

/// Whether two paths lead to the same place.
pub fn is_same(one: Option<&Path>, other: Option<&Path>) -> bool {
    let place = |path: Option<&Path>| {
        let path = path?;
        std::fs::canonicalize(if path.as_os_str().is_empty() { Path::new(".") } else { path }).ok()
    };
    place(one).is_some_and(|one| Some(one) == place(other))
}

/// Begins a run in a folder; what stands there in the place of a result and is none of an earlier run is refused.
pub fn begin_folder(folder: &Path, json: Option<&Path>) -> Result<ResultFolder> {
    let folder = ResultFolder::begin_with(folder, &command(), &RESULTS)?;
    if let Some(path) = json {
        folder.check_writable_elsewhere(path)?;
        let is_result = path.file_name().is_some_and(|name| RESULTS.iter().any(|result| name == *result));
        if is_result && is_same(path.parent(), Some(folder.path())) {
            refuse(&format!("--json {} is a file that the run itself writes; give another name", path.display()));
        }
    }
    Ok(folder)
}

/// The last line of a text that says which run it is of.
pub fn run_line(folder: &ResultFolder) -> String {
    format!("\nRun {}.\n", folder.run())
}

/// Makes the folder of a file and proves that it and standard output can be written.
pub fn prove_writable(json: Option<&Path>, quiet: bool) -> Result<()> {
    if let Some(path) = json {
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder).map_err(|source| Error::File { path: folder.to_owned(), source })?;
        }
        check_writable(path)?;
    }
    if quiet { Ok(()) } else { check_writable("/dev/stdout") }
}

/// The example and its options, as they were given.
pub fn command() -> String {
    std::env::args_os().skip(1).fold(example_name(), |line, word| format!("{line} {}", word.to_string_lossy()))
}

/// Name of the example.
pub fn example_name() -> String {
    let program = std::env::args_os().next().unwrap_or_default();
    Path::new(&program).file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// Refuses what an option may not be, by its name and in its unit, before anything is run.
pub fn check_option(option: &'static str, value: f64, unit: &'static str, range: RangeInclusive<f64>) -> Result<()> {
    if range.contains(&value) {
        return Ok(());
    }
    Err(Error::OutOfRange { quantity: option, value, unit, minimum: *range.start(), maximum: *range.end() })
}

/// Names the option where the library names what was set by it, in the same unit.
pub fn of_option<T>(option: &'static str, result: Result<T>) -> Result<T> {
    result.map_err(|error| match error {
        Error::OutOfRange { value, unit, minimum, maximum, .. } => {
            Error::OutOfRange { quantity: option, value, unit, minimum, maximum }
        }
        other => other,
    })
}

/// Sessions on different days, so that each counts.
pub fn check_interval(option: &'static str, days: f64) -> Result<()> {
    check_option(option, days, "days", 1.0..=36_525.0)
}

/// A square field as `--size-mm` and `--spacing-um` give it, wide enough for the windows of all maps.
pub fn square_field(size_mm: f64, spacing_um: f64) -> Result<Grid> {
    const WIDEST_WINDOW_UM: f64 = 100.0;
    check_option("--spacing-um", spacing_um, "µm", 2.0..=40.0)?;
    let least_mm = WIDEST_WINDOW_UM.max(4.0 * spacing_um) * 1e-3;
    check_option("--size-mm", size_mm, "mm", least_mm..=1000.0)?;
    let side = Length::millimeters(size_mm);
    Grid::new(side, side, Length::micrometers(spacing_um)).map_err(|error| match error {
        Error::NotWholeSites { value, spacing, nearest, .. } => Error::NotMultiple {
            quantity: "--size-mm",
            value: value * 1e-3,
            unit: "mm",
            multiple: spacing * 1e-3,
            nearest: nearest * 1e-3,
        },
        other => other,
    })
}
