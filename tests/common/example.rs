//! Examples as they were built with the tests: `cargo test` builds them, `cargo test --test` takes what was built before
//! (`cargo build --examples`).
#![allow(dead_code, reason = "each test file uses some of it")]
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

/// An example that is about to be run, in a working folder of its own.
pub fn example(name: &str) -> Command {
    // Tests of this file run at the same time: each command gets a working folder of its own.
    static COMMANDS: AtomicUsize = AtomicUsize::new(0);
    let tests = std::env::current_exe().unwrap();
    let path = tests.parent().unwrap().parent().unwrap().join("examples").join(name);
    assert!(path.exists(), "{} was not built; run `cargo build --examples`", path.display());
    let own = format!("{name}_{}", COMMANDS.fetch_add(1, Ordering::Relaxed));
    let mut command = Command::new(path);
    command.current_dir(folder("work", &own)).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// An empty folder for a test.
pub fn folder(subject: &str, name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{}_{subject}_{name}", env!("CARGO_CRATE_NAME")));
    drop(fs::remove_dir_all(&folder));
    fs::create_dir_all(&folder).unwrap();
    folder
}
