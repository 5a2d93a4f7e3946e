//! What a recording holds and how it lies in space and time, as its document `recording.json` says.
use super::Recording;
use super::cells::Kind;
use super::field::{FieldName, Format, Lattice};
use super::{vtk, zarr};
use crate::error::{RecordingFault, Result, at_path};
use crate::grid::Grid;
use crate::simulation::Simulation;
use crate::tissue::Tissue;
use serde_json::{Map, Value, json};
use std::fs;
use std::path::Path;

/// The document of a recording.
pub(super) const DOCUMENT: &str = "recording.json";
/// Days of the samples.
pub(super) const TIMES: &str = "times.npy";
/// What is in the document and changes while a course is recorded, or with the version of the crate.
const CHANGING: [&str; 3] = ["state", "samples", "version"];

/// How far a recording has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Unfinished,
    /// Ended before the end of the course, with so many samples.
    Stopped(u64),
    Finished(u64),
}

/// What a recording holds and where it lies.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Layout {
    pub(super) fields: Vec<FieldName>,
    cells: bool,
    formats: Vec<Format>,
    matrix: Grid,
    signals: Grid,
    pub(super) first_day: f64,
    /// None where samples are not evenly spaced.
    pub(super) interval_days: Option<f64>,
}

impl Layout {
    pub(super) fn new(simulation: &Simulation, recording: &Recording, interval_days: Option<f64>) -> Self {
        Self {
            fields: recording.fields.clone(),
            cells: recording.cells,
            formats: recording.formats.clone(),
            matrix: *simulation.tissue().grid(),
            signals: *simulation.tissue().signals().grid(),
            first_day: 0.0,
            interval_days,
        }
    }

    pub(super) const fn grid(&self, lattice: Lattice) -> &Grid {
        match lattice {
            Lattice::Matrix => &self.matrix,
            Lattice::Signals => &self.signals,
        }
    }

    /// Accepts a tissue on the same grids.
    pub(super) fn check_fields_of(&self, tissue: &Tissue) -> Result<()> {
        self.matrix.check_same(tissue.grid(), "a tissue to be recorded")?;
        self.signals.check_same(tissue.signals().grid(), "a signal to be recorded")
    }

    /// Lattices with fields.
    pub(super) fn lattices(&self) -> impl Iterator<Item = Lattice> {
        Lattice::ALL.into_iter().filter(|&lattice| self.fields.iter().any(|field| field.lattice() == lattice))
    }

    pub(super) fn fields_on(&self, lattice: Lattice) -> Vec<FieldName> {
        self.fields.iter().copied().filter(|field| field.lattice() == lattice).collect()
    }

    /// Kinds of cells that are recorded.
    pub(super) fn kinds(&self) -> &'static [Kind] {
        if self.cells { &Kind::ALL } else { &[] }
    }

    /// Name, unit and meaning of a field.
    pub(super) fn about_field(field: FieldName) -> Value {
        json!({ "name": field.name(), "unit": field.unit(), "description": field.description() })
    }

    /// The document.
    pub(super) fn document(&self, state: State) -> Value {
        let (state, samples) = match state {
            State::Unfinished => ("unfinished", None),
            State::Stopped(samples) => ("stopped", Some(samples)),
            State::Finished(samples) => ("finished", Some(samples)),
        };
        json!({
            "format": "dermaweave recording 1",
            "version": env!("CARGO_PKG_VERSION"),
            "state": state,
            "samples": samples,
            "first_day": self.first_day,
            "interval_days": self.interval_days,
            "units": { "time": "d", "length": "µm" },
            "axes": ["sample", "y", "x"],
            "y": "upward",
            "times": TIMES,
            "formats": self.formats,
            "lattices": self.lattices().map(|lattice| (lattice.name().to_owned(), self.about_lattice(lattice))).collect::<Named>(),
            "fields": self.fields.iter().map(|&field| self.about_recorded(field)).collect::<Vec<_>>(),
            "cells": self.kinds().iter().map(|&kind| (kind.name().to_owned(), self.about_cells(kind))).collect::<Named>(),
        })
    }

    /// Takes the first day from the recording in a folder, which must be one of this layout.
    pub(super) fn take_first_day(&mut self, folder: &Path) -> Result<()> {
        let path = folder.join(DOCUMENT);
        let document = fs::read(&path).map_err(at_path(&path))?;
        let document: Value = serde_json::from_slice(&document).map_err(|error| at_path(&path)(error.into()))?;
        self.first_day = document["first_day"].as_f64().unwrap_or(0.0);
        match self.difference(&document) {
            Some(difference) => Err(RecordingFault::Other { path, difference }.into()),
            None => Ok(()),
        }
    }

    /// What differs in the document of another recording, as far as they can be told apart.
    fn difference(&self, other: &Value) -> Option<String> {
        let own = self.document(State::Unfinished);
        let own = own.as_object()?;
        let differing = own.iter().filter(|(key, _)| !CHANGING.contains(&key.as_str()));
        let (key, value) = differing.into_iter().find(|(key, value)| other.get(key.as_str()) != Some(value))?;
        let found = other.get(key).unwrap_or(&Value::Null);
        Some(format!("`{key}` is {found} there and {value} here"))
    }

    pub(super) fn formats(&self) -> &[Format] {
        &self.formats
    }

    fn has(&self, format: Format) -> bool {
        self.formats.contains(&format)
    }

    /// Numbers of a site lie at its center, half a site from the corner.
    fn about_lattice(&self, lattice: Lattice) -> Value {
        let grid = self.grid(lattice);
        let (spacing, (x, y)) = (grid.spacing(), grid.center_of(0));
        let name = lattice.name();
        json!({
            "shape": [grid.rows(), grid.columns()],
            "spacing_um": [spacing, spacing],
            "corner_um": [0.0, 0.0],
            "first_center_um": [y, x],
            "vtk": self.has(Format::Vtk).then(|| vtk::series_of(name)),
            "ome_zarr": self.has(Format::OmeZarr).then(|| zarr::folder_of(lattice)),
        })
    }

    fn about_recorded(&self, field: FieldName) -> Value {
        let mut about = Self::about_field(field);
        about["lattice"] = field.lattice().name().into();
        about["npy"] = self.has(Format::Npy).then(|| format!("{field}.npy")).into();
        about
    }

    fn about_cells(&self, kind: Kind) -> Value {
        let columns = kind
            .columns()
            .iter()
            .map(|column| json!({ "name": column.name, "unit": column.unit, "description": column.description }));
        json!({
            "columns": columns.collect::<Vec<_>>(),
            "npy": self.has(Format::Npy).then(|| format!("{}.npy", kind.name())),
            "vtk": self.has(Format::Vtk).then(|| vtk::series_of(kind.name())),
        })
    }
}

/// Values under names.
type Named = Map<String, Value>;
