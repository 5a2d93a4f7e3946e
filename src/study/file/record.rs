//! Section `record`: what is measured of a course, and when.
use crate::measure::Histology;
use crate::record::{FieldName, Format, Recording};
use crate::simulation::Builder;
use crate::{Length, Time};
use schemars::JsonSchema;
use serde::Deserialize;

/// What is measured, and when. Days before a session and the last day are always measured.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct RecordSection {
    /// Time from one sample to the next, in whole days; a week if not given.
    every: Option<Time>,
    /// Further times, also within a day.
    at: Vec<Time>,
    /// Side of the windows on which organization is measured, in whole sites; about 100 µm if not given.
    window: Option<Length>,
    /// Fields that are recorded over time, such as `density`, `resultant_length` or `tgf_beta`.
    #[schemars(with = "Vec<String>")]
    fields: Vec<FieldName>,
    /// Whether cells are recorded over time.
    cells: bool,
    /// Time between recorded samples, a multiple of `every`; every sample if not given.
    fields_every: Option<Time>,
    /// Formats of fields and cells: `npy`, `vtk`, `ome_zarr`.
    #[schemars(with = "Vec<String>")]
    formats: Vec<Format>,
    /// Whether histological pictures are taken and their collagen orientation index measured.
    histology: bool,
}

impl RecordSection {
    /// What is recorded beside rows, if anything.
    pub fn recording(&self) -> Option<Recording> {
        let is_asked = self.cells || !self.fields.is_empty() || !self.formats.is_empty();
        is_asked.then(|| Recording {
            fields: self.fields.clone(),
            cells: self.cells,
            every: self.fields_every.unwrap_or(Recording::EVERY_SAMPLE),
            formats: self.formats.clone(),
        })
    }

    /// The course, measured so.
    pub fn apply(&self, mut builder: Builder) -> Builder {
        builder = builder.sample_also(self.at.iter().copied());
        if let Some(every) = self.every {
            builder = builder.sample_every(every);
        }
        if let Some(window) = self.window {
            builder = builder.window(window);
        }
        if self.histology { builder.histology(Histology::default()) } else { builder }
    }
}
