//! One run at a time in a folder, and what runs that were stopped left half written.
use super::target::{process_tag, unfinished_prefix};
use crate::error::{Error, Result, at_path};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The file that is locked. It stays, since to remove it would let two runs in.
pub(super) const LOCK: &str = ".dermaweave.lock";

/// The locked file; the system releases it when it is closed, in whatever way the process ends.
///
/// It holds the names of all runs whose unfinished files may still be in the folder, the holder's last. A name is there
/// before its run writes anything.
#[derive(Debug)]
pub(super) struct Lock {
    path: PathBuf,
    file: File,
    earlier: Vec<String>,
}

impl Lock {
    /// Locks the folder for a run. Where the system has no such locks, nothing is locked.
    pub fn take(folder: &Path, run: &str) -> Result<Self> {
        let path = folder.join(LOCK);
        let mut options = OpenOptions::new();
        let mut file =
            options.read(true).write(true).create(true).truncate(false).open(&path).map_err(at_path(&path))?;
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => {
                return Err(Error::FolderInUse { path: folder.to_owned(), run: holder(&mut file) });
            }
            // Some network file systems have none either, and say so in other words.
            Err(TryLockError::Error(_)) | Ok(()) => {}
        }
        let earlier = runs(&mut file).map_err(at_path(&path))?;
        file.write_all(format!("{run}\n").as_bytes()).map_err(at_path(&path))?;
        Ok(Self { path, file, earlier })
    }

    /// Removes what earlier runs left half written, and forgets them.
    pub fn clean(&mut self, folder: &Path, run: &str) -> Result<()> {
        for path in self.stopped(folder)? {
            fs::remove_file(&path).map_err(at_path(&path))?;
        }
        self.hold(&format!("{run}\n"))
    }

    /// The run has ended and left nothing half written.
    pub fn release(mut self) -> Result<()> {
        self.hold("")
    }

    fn hold(&mut self, names: &str) -> Result<()> {
        let rewound = self.file.set_len(0).and_then(|()| self.file.seek(SeekFrom::Start(0)));
        rewound.and_then(|_| self.file.write_all(names.as_bytes())).map_err(at_path(&self.path))
    }

    /// Files that stopped processes were writing.
    fn stopped(&self, folder: &Path) -> Result<Vec<PathBuf>> {
        // Other threads of this very process may be writing.
        let others = self.earlier.iter().filter_map(|run| process_of(run)).filter(|process| *process != process_tag());
        let prefixes: Vec<_> = others.map(unfinished_prefix).collect();
        let entries: io::Result<Vec<_>> = fs::read_dir(folder).and_then(Iterator::collect);
        let paths = entries.map_err(at_path(folder))?.into_iter().map(|entry| entry.path());
        let is_stopped = |path: &PathBuf| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            prefixes.iter().any(|prefix| name.starts_with(prefix))
        };
        Ok(paths.filter(is_stopped).collect())
    }
}

/// Names of the runs in the file, which is read to its end.
fn runs(file: &mut File) -> io::Result<Vec<String>> {
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).lines().map(String::from).collect())
}

/// The run that holds the lock.
fn holder(file: &mut File) -> String {
    // A run that has just taken the lock has not written its name yet.
    std::thread::sleep(Duration::from_millis(50));
    runs(file).ok().and_then(|mut runs| runs.pop()).unwrap_or_else(|| "of unknown name".into())
}

/// Name of a run: when it began, its process, and its number there.
pub(super) fn run_name(started: &str, number: u64) -> String {
    format!("{}-{}-{number}", started.replace(['-', ':'], ""), process_tag())
}

/// The process in the name of a run.
fn process_of(run: &str) -> Option<&str> {
    let process = run.split('-').nth(1)?;
    (process.len() == process_tag().len() && process.bytes().all(|byte| byte.is_ascii_hexdigit())).then_some(process)
}
