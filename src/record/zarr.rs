//! A recording as OME-Zarr images (OME-NGFF 0.5 on Zarr version 3): axes t, c, y, x, a channel per field.
//!
//! Written by hand: an array is a document `zarr.json` and a file of plain numbers per time and channel. A sample at index i
//! along x lies at `translation + i × scale`, the center of its site.
use super::field::{FieldName, Lattice};
use super::frame::Frame;
use super::layout::Layout;
use super::store::{Place, Store, remove_from, remove_unfinished, write_document, write_json, write_sample_file};
use crate::error::{Result, at_path};
use crate::grid::Grid;
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};

/// The document that says what is in a folder.
const DOCUMENT: &str = "zarr.json";
/// The images at full resolution, and the days of the samples where they are not evenly spaced.
const IMAGES: &str = "0";
const DAYS: &str = "days";
/// Colors of the channels, one after another.
const COLORS: [&str; 8] = ["FFFFFF", "4477AA", "EE6677", "228833", "CCBB44", "66CCEE", "AA3377", "BBBBBB"];

/// One image of the fields on one lattice.
#[derive(Debug)]
struct Image {
    folder: PathBuf,
    grid: Grid,
    fields: Vec<FieldName>,
}

/// Images that grow with every sample.
#[derive(Debug)]
pub(super) struct ZarrStore {
    images: Vec<Image>,
    /// Days are evenly spaced, and so in the scale.
    is_regular: bool,
}

/// Name of the folder of the image of a lattice.
pub(super) fn folder_of(lattice: Lattice) -> String {
    format!("{}.ome.zarr", lattice.name())
}

impl ZarrStore {
    /// New images, or those that are there.
    pub(super) fn new(place: Place, layout: &Layout) -> Result<Self> {
        let image = |lattice| Image {
            folder: place.folder.join(folder_of(lattice)),
            grid: *layout.grid(lattice),
            fields: layout.fields_on(lattice),
        };
        let store = Self { images: layout.lattices().map(image).collect(), is_regular: layout.interval_days.is_some() };
        for (image, lattice) in store.images.iter().zip(layout.lattices()) {
            let folders = [Some(IMAGES), (!store.is_regular).then_some(DAYS)];
            for folder in folders.into_iter().flatten().map(|name| image.folder.join(name)) {
                fs::create_dir_all(&folder).map_err(at_path(&folder))?;
                remove_unfinished(&folder)?;
            }
            remove_unfinished(&image.folder)?;
            remove_unfinished(&image.folder.join(DAYS).join("c"))?;
            write_document(&image.folder.join(DOCUMENT), &image.about(lattice, layout))?;
            if place.is_new {
                image.write_extents(0, store.is_regular)?;
            }
        }
        Ok(store)
    }
}

impl Store for ZarrStore {
    fn write(&mut self, frame: &Frame) -> Result<()> {
        self.images.iter().try_for_each(|image| {
            for (channel, field) in image.fields.iter().enumerate() {
                write_numbers(&image.numbers_of(frame.sample, channel), |writer| frame.write(*field, writer))?;
            }
            if !self.is_regular {
                write_numbers(&image.day_of(frame.sample), |writer| writer.write_all(&frame.day.to_le_bytes()))?;
            }
            image.write_extents(frame.sample + 1, self.is_regular)
        })
    }

    fn keep(&mut self, samples: u64) -> Result<()> {
        self.images.iter().try_for_each(|image| {
            image.write_extents(samples, self.is_regular)?;
            remove_from(samples, |sample| image.sample(sample))?;
            if self.is_regular { Ok(()) } else { remove_from(samples, |sample| image.day_of(sample)) }
        })
    }
}

impl Image {
    /// The folder with all channels of a sample.
    fn sample(&self, sample: u64) -> PathBuf {
        self.folder.join(IMAGES).join(format!("c/{sample}"))
    }

    /// The file with the numbers of a channel of a sample.
    fn numbers_of(&self, sample: u64, channel: usize) -> PathBuf {
        self.sample(sample).join(format!("{channel}/0/0"))
    }

    /// The file with the day of a sample.
    fn day_of(&self, sample: u64) -> PathBuf {
        self.folder.join(DAYS).join(format!("c/{sample}"))
    }

    /// Writes how many samples there are.
    fn write_extents(&self, samples: u64, is_regular: bool) -> Result<()> {
        let (rows, columns) = (self.grid.rows(), self.grid.columns());
        let shape = json!([samples, self.fields.len(), rows, columns]);
        let images = array(&shape, &json!([1, 1, rows, columns]), &json!(["t", "c", "y", "x"]), &json!({}));
        write_with_samples(&self.folder.join(IMAGES).join(DOCUMENT), &images)?;
        if is_regular {
            return Ok(());
        }
        let days = array(&json!([samples]), &json!([1]), &json!(["t"]), &json!({ "units": "days" }));
        write_with_samples(&self.folder.join(DAYS).join(DOCUMENT), &days)
    }

    /// The document of the image: axes, scale, and where the first numbers lie.
    fn about(&self, lattice: Lattice, layout: &Layout) -> Value {
        let spacing = self.grid.spacing();
        let (first_day, interval) = layout.interval_days.map_or((0.0, 1.0), |interval| (layout.first_day, interval));
        let transformations = json!([
            { "type": "scale", "scale": [interval, 1.0, spacing, spacing] },
            { "type": "translation", "translation": [first_day, 0.0, 0.5 * spacing, 0.5 * spacing] },
        ]);
        let mut time = json!({ "name": "t", "type": "time" });
        if layout.interval_days.is_some() {
            time["unit"] = "day".into();
        }
        let space = |name: &str| json!({ "name": name, "type": "space", "unit": "micrometer" });
        let multiscale = json!({
            "name": lattice.name(),
            "axes": [time, { "name": "c", "type": "channel" }, space("y"), space("x")],
            "datasets": [{ "path": IMAGES, "coordinateTransformations": transformations }],
        });
        let channels: Vec<_> = self.fields.iter().enumerate().map(channel).collect();
        let fields: Vec<_> = self.fields.iter().map(|field| Layout::about_field(*field)).collect();
        json!({
            "zarr_format": 3,
            "node_type": "group",
            "attributes": {
                "ome": { "version": "0.5", "multiscales": [multiscale], "omero": { "channels": channels } },
                "dermaweave": { "channels": fields, "y": "upward" },
            },
        })
    }
}

/// How viewers show a field.
fn channel((index, field): (usize, &FieldName)) -> Value {
    let [low, high] = field.entry().shown;
    json!({
        "label": field.name(),
        "color": COLORS[index % COLORS.len()],
        "active": index == 0,
        "window": { "min": low, "start": low, "end": high, "max": high },
    })
}

/// The document of an array whose numbers are not compressed.
fn array(shape: &Value, chunk: &Value, axes: &Value, attributes: &Value) -> Value {
    json!({
        "zarr_format": 3,
        "node_type": "array",
        "shape": shape,
        "data_type": "float64",
        "chunk_grid": { "name": "regular", "configuration": { "chunk_shape": chunk } },
        "chunk_key_encoding": { "name": "default", "configuration": { "separator": "/" } },
        "fill_value": "NaN",
        "codecs": [{ "name": "bytes", "configuration": { "endian": "little" } }],
        "attributes": attributes,
        "dimension_names": axes,
    })
}

/// Writes a document that changes with every sample.
fn write_with_samples(path: &Path, document: &Value) -> Result<()> {
    write_sample_file(path, |writer| write_json(writer, document))
}

/// Writes a file of plain numbers into a folder that may have to be made.
fn write_numbers(path: &Path, content: impl FnOnce(&mut dyn std::io::Write) -> std::io::Result<()>) -> Result<()> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder).map_err(at_path(folder))?;
    write_sample_file(path, content)
}
