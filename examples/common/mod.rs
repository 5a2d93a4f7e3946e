//! What the examples share: progress with time left, and plain error messages.
#![allow(dead_code, reason = "each example uses a part of it")]
pub mod evidence;
pub mod infarct;
pub mod fit;
pub mod jobs;
pub mod search;
pub mod study;
mod table;

use dermaweave::simulation::Progress;
use dermaweave::treatment::Needle;
use dermaweave::{Device, Error, Grid, Length, Parameters, Result};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
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
        let (bar, mut seen) = (self.0.clone(), 0);
        move |progress| {
            bar.set_message(arm);
            let day = progress.day as u64;
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
    eprintln!("error: {message}");
    std::process::exit(2)
}

/// Runs an example; an error is one line on standard error and exit status 1.
pub fn report_errors(example: impl FnOnce() -> dermaweave::Result<()>) -> ExitCode {
    match example() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Makes the folder of an output now, so that a course is not run in vain.
pub fn make_folder(folder: Option<&Path>) -> Result<()> {
    let Some(path) = folder.filter(|path| !path.as_os_str().is_empty()) else { return Ok(()) };
    std::fs::create_dir_all(path).map_err(|source| Error::File { path: path.to_owned(), source })
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
