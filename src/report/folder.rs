//! A folder of results that belongs to one run.
use super::dictionary::Dictionary;
use super::lock::{LOCK, Lock};
use super::mark::{MARK, Mark, Written, is_plain};
use super::write::{csv_bytes, json_bytes, write_file};
use super::{Row, named, write_with};
use crate::error::{Result, at_path};
use serde::Serialize;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// The folder with the results of one run.
///
/// `run.json` names the run and what it wrote. It is written first, with the state `unfinished`; each file is named
/// there, with its SHA-256, before it is written; and [`finish`](Self::finish) writes the state `finished` last. So a
/// folder whose run was stopped at any moment says so, and says which run it was. The run's name is also in the files:
/// as the last column `run` of a table, the key `run` of JSON, the text `run` of a picture.
///
/// Files that an earlier run wrote here and that were not changed since are removed at the beginning, so that they are
/// not taken for results of this run. No other file is removed.
///
/// One run at a time: a second one is refused with [`Error::FolderInUse`](crate::Error::FolderInUse) until the first has
/// finished, was dropped, or its process has ended.
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
    lock: Lock,
}

impl ResultFolder {
    /// Makes the folder if it is not there, proves that it can be written, and begins a run in it; `command` says
    /// what the run does.
    /// Fails with [`Error::FolderInUse`](crate::Error::FolderInUse) while another run writes into it, and with
    /// [`Error::File`](crate::Error::File), also where a `run.json` is no mark of a run.
    pub fn begin(path: impl AsRef<Path>, command: &str) -> Result<Self> {
        Self::begin_with(path, command, &[])
    }

    /// The same of a run that will write `results`, files of these names, so that it is refused before it has done anything:
    /// where something stands there that no earlier run wrote, or that was changed since, whoever owns it would lose it.
    /// Fails as [`begin`](Self::begin) does.
    pub fn begin_with(path: impl AsRef<Path>, command: &str, results: &[&str]) -> Result<Self> {
        let path = path.as_ref();
        let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
        fs::create_dir_all(path).map_err(at_path(path))?;
        // Before anything is written: the folder may belong to another run.
        [MARK, LOCK].iter().try_for_each(|name| check_plain(&path.join(name)))?;
        let left = Mark::read(path)?.map(Mark::into_left).unwrap_or_default();
        results.iter().try_for_each(|name| check_ours(path, name, &left))?;
        let mut mark = Mark::begin(command);
        let mut lock = Lock::take(path, &mark.run)?;
        mark.left = Mark::read(path)?.map(Mark::into_left).unwrap_or_default();
        write_mark(path, &mark)?;
        // Only now, so that at every moment some mark names what is still here.
        remove(path, &mark.left)?;
        lock.clean(path, &mark.run)?;
        mark.left = Vec::new();
        write_mark(path, &mark)?;
        Ok(Self { path: path.to_owned(), run: mark.run.clone(), mark: Mutex::new(mark), lock })
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
    /// Fails with [`Error::File`](crate::Error::File), also where the name leads out of the folder or is `run.json`.
    pub fn write_file(&self, name: &str, content: &[u8]) -> Result<()> {
        let path = self.path.join(name);
        if !is_plain(name) || [MARK, LOCK].contains(&name) {
            let told = "not a name for a result; give one without folders, other than run.json";
            return Err(at_path(&path)(io::Error::new(io::ErrorKind::InvalidInput, told)));
        }
        self.write(|mark| &mut mark.files, Written::new(name, content), &path, content)
    }

    /// Writes rows as CSV, as [`write_csv`](super::write_csv) does, with a last column `run`.
    /// Fails as [`write_file`](Self::write_file) does.
    pub fn write_csv<'a>(&self, name: &str, rows: impl IntoIterator<Item = &'a Row>) -> Result<()> {
        let content = csv_bytes(rows, Some(&self.run)).map_err(at_path(&self.path.join(name)))?;
        self.write_file(name, &content)
    }

    /// Writes what columns mean, as [`Dictionary::write_csv`] does.
    /// Fails as [`write_file`](Self::write_file) does.
    pub fn write_dictionary(&self, name: &str, dictionary: &Dictionary) -> Result<()> {
        self.write_file(name, &dictionary.csv().map_err(at_path(&self.path.join(name)))?)
    }

    /// Writes what becomes an object in JSON, with a first key `run`.
    /// Fails as [`write_file`](Self::write_file) does, also for what is no object.
    pub fn write_json(&self, name: &str, value: &impl Serialize) -> Result<()> {
        let content = named::json(value, &self.run).map_err(at_path(&self.path.join(name)))?;
        self.write_file(name, &content)
    }

    /// The same outside the folder, where the user asked for it. The file is named in `run.json` and never removed.
    /// Fails with [`Error::File`](crate::Error::File).
    pub fn write_json_elsewhere(&self, path: impl AsRef<Path>, value: &impl Serialize) -> Result<()> {
        let path = path.as_ref();
        self.check_writable_elsewhere(path)?;
        let content = named::json(value, &self.run).map_err(at_path(path))?;
        let full = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let written = Written::new(&full.to_string_lossy(), &content);
        self.write(|mark| &mut mark.elsewhere, written, path, &content)
    }

    /// Tells whether a file that the user asked for elsewhere can be written, before long work is done for it.
    /// Fails as [`check_writable`](super::check_writable) does, and where it is `run.json` or another file of this very folder
    /// that says or locks whose it is.
    pub fn check_writable_elsewhere(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        let is_ours =
            path.file_name().is_some_and(|name| [MARK, LOCK].iter().any(|own| name.eq_ignore_ascii_case(own)));
        let folder = fs::canonicalize(super::target::folder_of(path));
        if is_ours && folder.ok() == fs::canonicalize(&self.path).ok() {
            let told = "the folder of results keeps its own record there; give another name";
            return Err(at_path(path)(io::Error::new(io::ErrorKind::InvalidInput, told)));
        }
        super::check_writable(path)
    }

    /// Writes a picture, as [`write_png`](super::write_png) does, with a text `run`.
    /// Fails as [`write_file`](Self::write_file) does, also where the picture could not be made.
    pub fn write_png(&self, name: &str, picture: io::Result<Vec<u8>>) -> Result<()> {
        let named = picture.and_then(|picture| named::png(&picture, &self.run));
        self.write_file(name, &named.map_err(at_path(&self.path.join(name)))?)
    }

    /// Marks the run as finished; nothing is written after that.
    /// Fails with [`Error::File`](crate::Error::File).
    pub fn finish(self) -> Result<()> {
        let mut mark = self.mark.into_inner().unwrap_or_else(PoisonError::into_inner);
        mark.finish();
        write_mark(&self.path, &mark)?;
        self.lock.release()
    }

    /// Names a file in the mark, then writes it; what could not be written is not named.
    fn write(
        &self,
        list: fn(&mut Mark) -> &mut Vec<Written>,
        written: Written,
        path: &Path,
        content: &[u8],
    ) -> Result<()> {
        let mut mark = self.mark.lock().unwrap_or_else(PoisonError::into_inner);
        let before = list(&mut mark).clone();
        // Of a file that is written once more, both contents are named until the new one is there.
        list(&mut mark).push(written.clone());
        let done = write_mark(&self.path, &mark).and_then(|()| write_file(path, content));
        if done.is_err() {
            *list(&mut mark) = before;
            drop(write_mark(&self.path, &mark));
        } else {
            list(&mut mark).retain(|other| other.file != written.file);
            list(&mut mark).push(written);
        }
        done
    }
}

/// What is no plain file is not opened: a pipe would wait for its other end, a link lead elsewhere.
fn check_plain(path: &Path) -> Result<()> {
    if fs::symlink_metadata(path).map_or(true, |found| found.is_file()) {
        return Ok(());
    }
    let told = "not a plain file; move it away or give another folder";
    Err(at_path(path)(io::Error::new(io::ErrorKind::InvalidInput, told)))
}

/// Refuses what stands in the place of a result and is none of those that earlier runs left.
fn check_ours(folder: &Path, name: &str, left: &[Written]) -> Result<()> {
    let path = folder.join(name);
    let is_there = fs::symlink_metadata(&path).is_ok();
    if !is_there || left.iter().any(|written| written.file == name && written.is_in(folder)) {
        return Ok(());
    }
    let told = "not written by an earlier run, or changed since; move it away or give another folder";
    Err(at_path(&path)(io::Error::new(io::ErrorKind::AlreadyExists, told)))
}

fn write_mark(folder: &Path, mark: &Mark) -> Result<()> {
    write_with(&folder.join(MARK), |writer| writer.write_all(&json_bytes(mark)?))
}

/// Removes results of earlier runs.
fn remove(folder: &Path, left: &[Written]) -> Result<()> {
    let results = left.iter().filter(|written| written.is_in(folder)).map(|written| folder.join(&written.file));
    results.into_iter().try_for_each(|path| fs::remove_file(&path).map_err(at_path(&path)))
}
