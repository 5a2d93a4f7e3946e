//! A folder of results that belongs to one run.
use super::mark::{Left, MARK, Mark, Written, is_plain};
use super::target::{process_tag, unfinished_prefix};
use super::write::{csv_bytes, json_bytes, write_file};
use super::{Row, named};
use crate::error::{Error, Result, at_path};
use serde::Serialize;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// The file that is locked as long as a run writes into the folder. It stays, since to remove it would let two runs in.
const LOCK: &str = ".dermaweave.lock";

/// The folder with the results of one run.
///
/// `run.json` names the run and what it wrote. It is written first, with the state `unfinished`; each file is named
/// there, with its SHA-256, before it is written; and [`finish`](Self::finish) writes the state `finished` last. So a
/// folder whose run was stopped at any moment says so, and says which run it was. The run's name is also in the files:
/// as the last column `run` of a table, the key `run` of JSON, the text `run` of a picture.
///
/// Files that an earlier run wrote here and that nobody changed since are removed at the beginning, so that they are
/// not taken for results of this run. No other file is removed.
///
/// One run at a time: a second one is refused with [`Error::FolderInUse`] until the first has finished, was dropped, or
/// its process has ended.
///
/// ```
/// use dermaweave::report::ResultFolder;
/// # use dermaweave::{Error, Grid, Length, Simulation, Skin, Tissue};
/// # let side = Length::micrometers(400.0);
/// # let tissue = Tissue::new(Grid::new(side, side, Length::micrometers(20.0))?, &Skin::young())?;
/// # let path = std::env::temp_dir().join(format!("dermaweave_folder_{}", std::process::id()));
/// let mut simulation = Simulation::builder(tissue).build()?;
/// let folder = ResultFolder::begin(&path, "one day")?;
/// assert!(matches!(ResultFolder::begin(&path, "another"), Err(Error::FolderInUse { .. })));
/// simulation.run()?;
/// folder.write_csv("report.csv", simulation.report().rows())?;
/// folder.finish()?;
/// assert!(std::fs::read_to_string(path.join("run.json"))?.contains("\"state\": \"finished\""));
/// # std::fs::remove_dir_all(&path)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct ResultFolder {
    path: PathBuf,
    run: String,
    mark: Mutex<Mark>,
    /// Released by the system when it is closed, in whatever way.
    _lock: Option<File>,
}

impl ResultFolder {
    /// Makes the folder if it is not there, proves that it can be written, and begins a run in it; `command` says
    /// what the run does.
    /// Fails with [`Error::FolderInUse`] while another run writes into it, and with [`Error::File`], as it does
    /// where a `run.json` is no mark of a run.
    pub fn begin(path: impl AsRef<Path>, command: &str) -> Result<Self> {
        let path = path.as_ref();
        let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
        fs::create_dir_all(path).map_err(at_path(path))?;
        let mut mark = Mark::begin(command);
        let lock = lock(path, &mark.run)?;
        mark.left = Mark::read(path)?.map(Mark::into_left).unwrap_or_default();
        write_mark(path, &mark)?;
        // Only now, so that at every moment some mark names what is still here.
        remove(path, &mark.left)?;
        mark.left = Left::default();
        write_mark(path, &mark)?;
        Ok(Self { path: path.to_owned(), run: mark.run.clone(), mark: Mutex::new(mark), _lock: lock })
    }

    /// Name of the run: when it began, and what tells it from all others.
    pub fn run(&self) -> &str {
        &self.run
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes a file of the folder, as [`write_file`] does. The content is written as it is, without the run's name.
    /// Fails with [`Error::File`], also where the name leads out of the folder or is `run.json`.
    pub fn write_file(&self, name: &str, content: &[u8]) -> Result<()> {
        let path = self.path.join(name);
        if !is_plain(name) || [MARK, LOCK].contains(&name) {
            let told = "not a name for a result; give one without folders, other than run.json";
            return Err(at_path(&path)(io::Error::new(io::ErrorKind::InvalidInput, told)));
        }
        self.announce(|mark| replace(&mut mark.files, Written::new(name, content)))?;
        write_file(path, content)
    }

    /// Writes rows as CSV, as [`write_csv`](super::write_csv) does, with a last column `run`.
    /// Fails as [`write_file`](Self::write_file) does.
    pub fn write_csv<'a>(&self, name: &str, rows: impl IntoIterator<Item = &'a Row>) -> Result<()> {
        let content = csv_bytes(rows, Some(&self.run)).map_err(at_path(&self.path.join(name)))?;
        self.write_file(name, &content)
    }

    /// Writes what becomes an object in JSON, with a first key `run`.
    /// Fails as [`write_file`](Self::write_file) does, also for what is no object.
    pub fn write_json(&self, name: &str, value: &impl Serialize) -> Result<()> {
        let content = named::json(value, &self.run).map_err(at_path(&self.path.join(name)))?;
        self.write_file(name, &content)
    }

    /// The same outside the folder, where somebody asked for it. The file is named in `run.json` and never removed.
    /// Fails with [`Error::File`].
    pub fn write_json_elsewhere(&self, path: impl AsRef<Path>, value: &impl Serialize) -> Result<()> {
        let path = path.as_ref();
        let content = named::json(value, &self.run).map_err(at_path(path))?;
        let full = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let written = Written::new(&full.to_string_lossy(), &content);
        self.announce(|mark| replace(&mut mark.elsewhere, written))?;
        write_file(path, &content)
    }

    /// Writes a picture, as [`write_png`](super::write_png) does, with a text `run`.
    /// Fails as [`write_file`](Self::write_file) does, also where the picture could not be made.
    pub fn write_png(&self, name: &str, picture: io::Result<Vec<u8>>) -> Result<()> {
        let named = picture.and_then(|picture| named::png(&picture, &self.run));
        self.write_file(name, &named.map_err(at_path(&self.path.join(name)))?)
    }

    /// Marks the run as finished; nothing is written after that.
    /// Fails with [`Error::File`].
    pub fn finish(self) -> Result<()> {
        self.announce(Mark::finish)
    }

    /// Changes the mark, in the folder too.
    fn announce(&self, change: impl FnOnce(&mut Mark)) -> Result<()> {
        let mut mark = self.mark.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut mark);
        write_mark(&self.path, &mark)
    }
}

/// A file that is written once more takes the place of what was written before.
fn replace(files: &mut Vec<Written>, written: Written) {
    files.retain(|other| other.file != written.file);
    files.push(written);
}

fn write_mark(folder: &Path, mark: &Mark) -> Result<()> {
    let path = folder.join(MARK);
    let content = json_bytes(mark).map_err(at_path(&path))?;
    write_file(path, &content)
}

/// Locks the folder for a run and leaves its name in the locked file. `None` where the system has no such locks.
fn lock(folder: &Path, run: &str) -> Result<Option<File>> {
    let path = folder.join(LOCK);
    let mut options = OpenOptions::new();
    let mut file = options.read(true).write(true).create(true).truncate(false).open(&path).map_err(at_path(&path))?;
    match file.try_lock() {
        Ok(()) => {
            let named = file.set_len(0).and_then(|()| file.write_all(run.as_bytes()));
            named.map(|()| Some(file)).map_err(at_path(&path))
        }
        Err(TryLockError::WouldBlock) => Err(Error::FolderInUse { path: folder.to_owned(), run: holder(&mut file) }),
        Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => Ok(None),
        Err(TryLockError::Error(error)) => Err(at_path(&path)(error)),
    }
}

/// Who holds the lock.
fn holder(file: &mut File) -> String {
    // A run that has just taken the lock has not written its name yet.
    std::thread::sleep(Duration::from_millis(50));
    let mut run = String::new();
    match file.read_to_string(&mut run) {
        Ok(length) if length > 0 => run,
        _ => "of unknown name".into(),
    }
}

/// Removes what earlier runs left.
fn remove(folder: &Path, left: &Left) -> Result<()> {
    let results = left.files.iter().filter(|written| written.is_in(folder)).map(|written| folder.join(&written.file));
    for path in results.chain(stopped(folder, left)?) {
        fs::remove_file(&path).map_err(at_path(&path))?;
    }
    Ok(())
}

/// Files that stopped processes were writing.
fn stopped(folder: &Path, left: &Left) -> Result<Vec<PathBuf>> {
    // Other threads of this very process may be writing.
    let others = left.processes.iter().filter(|process| *process != process_tag());
    let prefixes: Vec<_> = others.map(|process| unfinished_prefix(process)).collect();
    if prefixes.is_empty() {
        return Ok(Vec::new());
    }
    let entries: io::Result<Vec<_>> = fs::read_dir(folder).and_then(Iterator::collect);
    let paths = entries.map_err(at_path(folder))?.into_iter().map(|entry| entry.path());
    let is_stopped = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        prefixes.iter().any(|prefix| name.starts_with(prefix))
    };
    Ok(paths.filter(is_stopped).collect())
}
