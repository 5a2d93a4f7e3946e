//! Results over time that other tools open: fields and cells at chosen samples of a course, streamed to disk while it runs.
//!
//! A [`Recorder`] is handed what an observer sees ([`Simulation::run_observed`](crate::Simulation::run_observed)) and writes it
//! in one or more [`Format`]s; a [`Recording`] says what. Memory does not grow with the number of samples, and no bit of the
//! course changes.
//!
//! # What is in the folder
//!
//! | file | what |
//! |---|---|
//! | `recording.json` | state (`unfinished`, `stopped`, `finished`), units, axes, spacing, corner and first center of each lattice, fields, columns of cells |
//! | `times.npy` | days of the samples |
//! | `FIELD.npy` | float64 (samples, rows, columns), little-endian, in C order, aligned for mapping into memory |
//! | `fibroblasts.npy`, `macrophages.npy` | one record per cell and sample, with the number of the sample |
//! | `vtk/matrix.pvd`, `vtk/signals.pvd` | images over time, as data of image cells |
//! | `vtk/fibroblasts.pvd`, `vtk/macrophages.pvd` | points over time |
//! | `matrix.ome.zarr`, `signals.ome.zarr` | OME-Zarr 0.5 images, a channel per field |
//!
//! Row 0 is the lowest one: y runs upward. Viewers of pictures that draw it at the top show the field upside down. What the
//! matrix holds has one number per site of it; signals, ground substance and surface live on a coarser grid, and so in images
//! of their own. A number stands for its whole site, whose center is half a site from its corner.
//!
//! Every file says at every moment how many samples it holds, so that a recording can be read while it is written, or after
//! its run was stopped; `recording.json` says whether it is finished.
mod array;
mod cells;
mod field;
mod frame;
mod layout;
mod npy;
#[cfg(feature = "parquet")]
mod parquet;
mod recorder;
mod schedule;
mod series;
mod store;
mod vtk;
mod zarr;

pub use field::{FieldName, Format};
#[cfg(feature = "parquet")]
pub use parquet::{write_parquet, write_parquet_with};
pub use recorder::Recorder;

use crate::Simulation;
use crate::error::{RecordingFault, Result};
use crate::units::Time;
use serde::{Deserialize, Serialize};

/// What is recorded, how often, and in which formats. In JSON and TOML names are those of [`FieldName`] and [`Format`]; without
/// `every` it is [`Recording::EVERY_SAMPLE`], without `cells` there are none.
///
/// ```
/// use dermaweave::record::{FieldName, Format, Recording};
/// let text = r#"{ "fields": ["density", "tgf_beta"], "every": "7 d", "formats": ["npy", "ome_zarr"] }"#;
/// let recording: Recording = serde_json::from_str(text)?;
/// assert_eq!(recording.fields, [FieldName::Density, FieldName::TgfBeta]);
/// assert!(!recording.cells && recording.formats == [Format::Npy, Format::OmeZarr]);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recording {
    /// Fields, each once.
    #[serde(default)]
    pub fields: Vec<FieldName>,
    /// Whether fibroblasts and macrophages are recorded.
    #[serde(default)]
    pub cells: bool,
    /// Time between recorded samples: a whole number of sampling intervals
    /// ([`Builder::sample_every`](crate::simulation::Builder::sample_every)), counted from day 0; or
    /// [`Recording::EVERY_SAMPLE`].
    #[serde(default = "every_sample")]
    pub every: Time,
    /// Formats, each once.
    pub formats: Vec<Format>,
}

const fn every_sample() -> Time {
    Recording::EVERY_SAMPLE
}

impl Recording {
    /// Every sample is recorded, days of sessions and extra times included. Where these do not lie on regular days, days are
    /// not evenly spaced: OME-Zarr images then have no physical scale of time, and an array `days` beside the numbers.
    pub const EVERY_SAMPLE: Time = Time::hours(0.0);

    /// Tells whether it can be recorded of a course. Fails as [`Recorder::new`] does, but for files.
    pub fn check_for(&self, simulation: &Simulation) -> Result<()> {
        self.check()?;
        schedule::Schedule::new(simulation, self.every).map(drop)
    }

    /// Tells whether it can be recorded.
    fn check(&self) -> Result<()> {
        let is_cells_only = self.fields.is_empty();
        let has_place_for_cells = self.formats.iter().any(|&format| format != Format::OmeZarr);
        let missing = [
            (is_cells_only && !self.cells, "name at least one field, or record cells"),
            (self.formats.is_empty(), "name at least one format"),
            (self.cells && !has_place_for_cells, "ome_zarr holds no cells; add npy or vtk, or leave the cells out"),
            (
                is_cells_only && self.formats.contains(&Format::OmeZarr),
                "ome_zarr holds fields only; name a field or leave it out",
            ),
        ];
        if let Some((_, missing)) = missing.into_iter().find(|(is_so, _)| *is_so) {
            return Err(RecordingFault::Nothing { missing }.into());
        }
        refuse_twice("field", &self.fields, FieldName::name)?;
        refuse_twice("format", &self.formats, Format::name)
    }
}

fn refuse_twice<T: Copy + PartialEq>(kind: &'static str, list: &[T], name: fn(T) -> &'static str) -> Result<()> {
    let second = (0..list.len()).find(|&index| list[..index].contains(&list[index]));
    second.map_or(Ok(()), |index| Err(RecordingFault::Twice { kind, name: name(list[index]) }.into()))
}
