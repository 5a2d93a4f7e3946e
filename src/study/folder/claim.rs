//! One process at a time runs a member.
use crate::error::{Error, Result, StudyFolderFault, at_path};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Seek, Write};
use std::path::Path;
use std::time::Duration;

/// The file that is locked. It stays, since to remove it would let two processes in.
const LOCK: &str = "lock";
/// How often it is tried again, and how long after: to look whether a member is claimed takes the lock for an instant.
const TRIES: usize = 4;
const PAUSE: Duration = Duration::from_millis(5);

/// The right to run a member, until it is dropped or the process ends.
pub(super) struct Claim {
    _file: File,
}

impl Claim {
    /// Claims the member in a folder; none if another one has it. Where the system has no locks, this is refused if they
    /// are `needed`, and the member is taken for free else.
    pub fn take(folder: &Path, needed: bool) -> Result<Option<Self>> {
        let path = folder.join(LOCK);
        let mut options = OpenOptions::new();
        let mut file =
            options.read(true).write(true).create(true).truncate(false).open(&path).map_err(at_path(&path))?;
        match lock(&file) {
            Lock::Held => return Ok(None),
            Lock::None(told) if needed => {
                let reason = StudyFolderFault::NoLocks { told };
                return Err(Error::BadStudyFolder { path: folder.to_owned(), reason });
            }
            Lock::Taken | Lock::None(_) => {}
        }
        let written = file.set_len(0).and_then(|()| file.rewind());
        written.and_then(|()| file.write_all(this_process().as_bytes())).map_err(at_path(&path))?;
        Ok(Some(Self { _file: file }))
    }
}

enum Lock {
    Taken,
    Held,
    /// The system has none.
    None(String),
}

fn lock(file: &File) -> Lock {
    for _ in 0..TRIES {
        let tried = file.try_lock();
        if let Err(TryLockError::Error(error)) = &tried {
            return Lock::None(error.to_string());
        }
        if tried.is_ok() {
            return Lock::Taken;
        }
        std::thread::sleep(PAUSE);
    }
    Lock::Held
}

/// The process that holds the claim of the member in a folder, if one does: its machine and number.
pub(super) fn holder(folder: &Path) -> Option<String> {
    let path = folder.join(LOCK);
    // Opened for writing, without which network file systems lock nothing.
    let file = OpenOptions::new().read(true).write(true).open(&path).ok()?;
    let tried = file.try_lock_shared();
    let is_held = !matches!(tried, Ok(()) | Err(TryLockError::Error(_)));
    is_held.then(|| fs::read_to_string(&path).ok().filter(|name| !name.is_empty()).unwrap_or_else(|| "unknown".into()))
}

/// Machine and number of this process.
fn this_process() -> String {
    let of_system = fs::read_to_string("/proc/sys/kernel/hostname").ok();
    let named = || ["HOSTNAME", "COMPUTERNAME"].iter().find_map(|name| std::env::var(name).ok());
    let machine = of_system.or_else(named).unwrap_or_else(|| "unknown machine".into());
    format!("{}, process {}", machine.trim(), std::process::id())
}
