//! A list of files over time (ParaView's `.pvd`) that grows at its end.
use super::store::Place;
use crate::error::{RecordingFault, Result, at_path};
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::PathBuf;

/// Three lines; one for each sample follows.
const HEAD: &str = concat!(
    "<?xml version=\"1.0\"?>\n",
    "<VTKFile type=\"Collection\" version=\"1.0\" byte_order=\"LittleEndian\">\n",
    "<Collection>\n"
);
const HEAD_LINES: u64 = 3;
const TAIL: &str = "</Collection>\n</VTKFile>\n";

/// The list of the files of one kind. It is whole after every sample.
#[derive(Debug)]
pub(super) struct Series {
    path: PathBuf,
    file: File,
    name: &'static str,
    extension: &'static str,
}

impl Series {
    /// A new list, or one that is there.
    pub(super) fn new(place: Place, name: &'static str, extension: &'static str) -> Result<Self> {
        let path = place.folder.join(format!("{name}.pvd"));
        let opened = OpenOptions::new().read(true).write(true).create_new(place.is_new).open(&path);
        let mut series = Self { file: opened.map_err(at_path(&path))?, path, name, extension };
        if place.is_new {
            series.file.write_all([HEAD, TAIL].concat().as_bytes()).map_err(at_path(&series.path))?;
        }
        Ok(series)
    }

    /// Name of the file of a sample.
    pub(super) fn name_of(&self, sample: u64) -> String {
        format!("{}_{sample:06}.{}", self.name, self.extension)
    }

    /// Adds the file of a sample: over the end, then the end again.
    pub(super) fn append(&mut self, sample: u64, day: f64) -> Result<()> {
        let file = self.name_of(sample);
        let text = format!("<DataSet timestep=\"{day}\" part=\"0\" file=\"{file}\"/>\n{TAIL}");
        let end = SeekFrom::End(-(TAIL.len() as i64));
        let appended = self.file.seek(end).and_then(|_| self.file.write_all(text.as_bytes()));
        appended.map_err(at_path(&self.path))
    }

    /// Keeps the first samples.
    pub(super) fn keep(&mut self, samples: u64) -> Result<()> {
        let end = self.end_of_line(HEAD_LINES + samples).map_err(at_path(&self.path))?;
        let Some(end) = end else {
            let found = "it lists fewer samples than `times.npy`";
            return Err(RecordingFault::Damaged { path: self.path.clone(), found }.into());
        };
        let cut = self.file.set_len(end).and_then(|()| self.file.seek(SeekFrom::End(0)));
        cut.and_then(|_| self.file.write_all(TAIL.as_bytes())).map_err(at_path(&self.path))
    }

    /// Where so many lines end; none if there are fewer.
    fn end_of_line(&mut self, lines: u64) -> io::Result<Option<u64>> {
        self.file.seek(SeekFrom::Start(0))?;
        let (mut reader, mut line, mut end) = (BufReader::new(&self.file), Vec::new(), 0);
        for _ in 0..lines {
            line.clear();
            end += reader.read_until(b'\n', &mut line)? as u64;
            if !line.ends_with(b"\n") || line.starts_with(b"</Collection") {
                return Ok(None);
            }
        }
        Ok(Some(end))
    }
}
