//! What the examples share: progress with time left, and plain error messages.
#![allow(dead_code, reason = "each example uses a part of it")]
pub mod infarct;
pub mod study;
mod table;

use dermaweave::simulation::Progress;
use dermaweave::treatment::Needle;
use dermaweave::{Device, Error, Length, Result};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::ops::ControlFlow;
use std::path::Path;
use std::process::ExitCode;

/// A bar over simulated days that shows the time left; silent if `quiet`.
pub struct Days(ProgressBar);

impl Days {
    pub fn new(days: f64, quiet: bool) -> Self {
        let target = if quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let style = ProgressStyle::with_template("{msg:>8} [{bar:40}] day {pos}/{len}, {eta} left")
            .unwrap_or_else(|_| ProgressStyle::default_bar());
        Self(ProgressBar::with_draw_target(Some(days as u64), target).with_style(style.progress_chars("=> ")))
    }

    /// An observer for one arm whose first day stands at `from` on the bar.
    pub fn observe(&self, arm: &'static str, from: f64) -> impl FnMut(&Progress) -> ControlFlow<()> {
        let bar = self.0.clone();
        move |progress| {
            bar.set_message(arm);
            bar.set_position((from + progress.day) as u64);
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

/// Sessions on different days, so that each counts.
pub fn check_interval(days: f64) -> Result<()> {
    if days >= 1.0 {
        return Ok(());
    }
    let (minimum, maximum) = (1.0, 36_525.0);
    Err(Error::OutOfRange { quantity: "interval between sessions", value: days, unit: "days", minimum, maximum })
}
