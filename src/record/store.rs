//! What every format of a recording can do.
use super::frame::Frame;
use crate::error::{Result, at_path};
use crate::report::write_with;
use serde_json::Value;
use std::fmt::Debug;
use std::fs;
#[cfg(target_os = "linux")]
use std::fs::File;
use std::fs::OpenOptions;
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// How the names of files begin and end that are being written, as those that [`write_with`] writes.
const UNFINISHED: (&str, &str) = (".dermaweave-", ".unfinished");

/// The folder of a recording, and whether it is a new one or one that is gone on with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'a> {
    pub(super) folder: &'a Path,
    pub(super) is_new: bool,
}

/// A format: files that grow sample by sample. Each says at every moment how many samples it holds.
pub(super) trait Store: Debug {
    /// Adds a sample.
    fn write(&mut self, frame: &Frame) -> Result<()>;

    /// Keeps the first samples and removes all others, also one that was written in part.
    fn keep(&mut self, samples: u64) -> Result<()>;
}

/// Writes a file of one sample under a temporary name and renames it, so that it is whole or not there. It is put on the disk
/// when the recording is finished ([`sync_folder`]): to wait for the disk at every file of every sample takes longer than the course.
pub(super) fn write_sample_file(path: &Path, content: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<()> {
    let folder = path.parent().unwrap_or(path);
    let written = unfinished_in(folder).and_then(|mut unfinished| {
        let mut writer = BufWriter::new(unfinished.as_file_mut());
        content(&mut writer)?;
        writer.flush()?;
        drop(writer);
        unfinished.persist(path).map_err(|error| error.error)
    });
    written.map(drop).map_err(at_path(path))
}

/// A new file with the permissions of any other, removed again unless it is renamed.
fn unfinished_in(folder: &Path) -> io::Result<NamedTempFile> {
    let create = |path: &Path| OpenOptions::new().write(true).create_new(true).open(path);
    tempfile::Builder::new().prefix(UNFINISHED.0).suffix(UNFINISHED.1).make_in(folder, create)
}

/// Puts all files of a folder on the disk. Where the system can, at once with all else on that disk: a recording has so many
/// small files that to wait for each of them would take longer than the course.
#[cfg(target_os = "linux")]
pub(super) fn sync_folder(folder: &Path) -> Result<()> {
    let synced = File::open(folder).and_then(|folder| Ok(rustix::fs::syncfs(folder)?));
    synced.map_err(at_path(folder))
}

#[cfg(not(target_os = "linux"))]
pub(super) fn sync_folder(folder: &Path) -> Result<()> {
    for entry in fs::read_dir(folder).map_err(at_path(folder))? {
        let path = entry.map_err(at_path(folder))?.path();
        if path.is_dir() {
            sync_folder(&path)?;
        } else {
            // Some systems sync only what is open for writing.
            let opened = OpenOptions::new().append(true).open(&path);
            opened.and_then(|file| file.sync_all()).map_err(at_path(&path))?;
        }
    }
    Ok(())
}

/// Writes a document, whole or not at all.
pub(super) fn write_document(path: &Path, document: &Value) -> Result<()> {
    write_with(path, |writer| write_json(writer, document))
}

pub(super) fn write_json(writer: &mut dyn Write, document: &Value) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *writer, document)?;
    writer.write_all(b"\n")
}

/// Removes what samples from `first` on have each at a path of its own, up to the first that is not there.
pub(super) fn remove_from(first: u64, path_of: impl Fn(u64) -> PathBuf) -> Result<()> {
    for sample in first.. {
        let path = path_of(sample);
        let removed = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
        match removed {
            Err(error) if error.kind() == ErrorKind::NotFound => break,
            removed => removed.map_err(at_path(&path))?,
        }
    }
    Ok(())
}

/// Removes files that a process which was stopped left half written.
pub(super) fn remove_unfinished(folder: &Path) -> Result<()> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        entries => entries.map_err(at_path(folder))?,
    };
    for entry in entries {
        let path = entry.map_err(at_path(folder))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with(UNFINISHED.0) && name.ends_with(UNFINISHED.1) {
            fs::remove_file(&path).map_err(at_path(&path))?;
        }
    }
    Ok(())
}
