//! What every format of a recording can do.
use super::frame::Frame;
use crate::error::{Result, at_path};
use crate::report::write_with;
use serde_json::Value;
use std::fmt::Debug;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

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

    /// Everything is on the disk.
    fn finish(&mut self) -> Result<()>;
}

/// Writes a document, whole or not at all.
pub(super) fn write_document(path: &Path, document: &Value) -> Result<()> {
    write_with(path, |writer| {
        serde_json::to_writer_pretty(&mut *writer, document)?;
        writer.write_all(b"\n")
    })
}

/// Removes what samples from `first` on have each at a path of its own, up to the first that is not there.
pub(super) fn remove_from(first: u64, path_of: impl Fn(u64) -> std::path::PathBuf) -> Result<()> {
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
        if name.starts_with(".dermaweave-") && name.ends_with(".unfinished") {
            fs::remove_file(&path).map_err(at_path(&path))?;
        }
    }
    Ok(())
}
