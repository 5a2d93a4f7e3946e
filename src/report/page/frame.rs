//! One day of a course as the page shows it: maps as pictures, and directions of fibers by region.
use super::super::embedded::png_of;
use super::super::{Map, Snapshot};
use super::rose::Rose;
use crate::error::{Result, at_path};
use crate::measure::Region;
use crate::tissue::Tissue;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// What all frames of a course have in common: the range of the relief.
///
/// ```
/// use dermaweave::report::Frames;
/// use dermaweave::{Grid, Length, Skin, Tissue};
/// let side = Length::micrometers(400.0);
/// let tissue = Tissue::new(Grid::new(side, side, Length::micrometers(20.0))?, &Skin::young())?;
/// let frame = Frames::begin(&tissue)?.frame(&tissue, 0.0)?;
/// assert_eq!(frame.day(), 0.0);
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Frames {
    /// In µm.
    lowest: f64,
    highest: f64,
}

/// A day of a course, kept until the page is made; in a file beside the saved course, where that may be interrupted.
/// See [`Frames`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Frame {
    day: f64,
    pub(super) pictures: Vec<FramePicture>,
    pub(super) roses: Vec<Rose>,
}

/// A map as a PNG, one pixel for each point of the map.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct FramePicture {
    pub(super) name: String,
    pub(super) legend: Legend,
    pub(super) columns: usize,
    pub(super) rows: usize,
    pub(super) png: Vec<u8>,
}

/// What the colors of a map say.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Legend {
    pub(super) label: String,
    pub(super) low: f64,
    pub(super) high: f64,
    /// Colors from low to high, as CSS has them.
    pub(super) colors: Vec<String>,
}

impl Frames {
    /// Before the first step. Fails as [`Snapshot::new`] does.
    pub fn begin(before: &Tissue) -> Result<Self> {
        let (lowest, highest) = Snapshot::new("", before)?.heights();
        // In steps of 100 µm, for round numbers.
        Ok(Self { lowest: (lowest / 100.0).floor() * 100.0, highest: ((highest + 50.0) / 100.0).ceil() * 100.0 })
    }

    /// A tissue on a day. Fails as [`Snapshot::new`] does.
    pub fn frame(&self, tissue: &Tissue, day: f64) -> Result<Frame> {
        let snapshot = Snapshot::new("", tissue)?;
        let maps = snapshot.panels((self.lowest, self.highest));
        let pictures = maps.iter().map(FramePicture::of).collect::<Result<_>>()?;
        Ok(Frame { day, pictures, roses: roses(tissue)? })
    }
}

impl Frame {
    /// Simulated day.
    pub const fn day(&self) -> f64 {
        self.day
    }
}

impl FramePicture {
    fn of(map: &Map) -> Result<Self> {
        let scale = &map.scale;
        let color = |step: u32| {
            let [red, green, blue] = scale.map.color(f64::from(step) / 16.0);
            format!("#{red:02x}{green:02x}{blue:02x}")
        };
        let legend = Legend {
            label: scale.label.clone(),
            low: scale.low,
            high: scale.high,
            colors: (0..=16).map(color).collect(),
        };
        let png = png_of(map.columns as u32, map.rows as u32, map.colors().as_flattened(), png::Compression::Balanced)
            .map_err(at_path(Path::new(&map.title)))?;
        Ok(Self { name: map.title.clone(), legend, columns: map.columns, rows: map.rows, png })
    }
}

/// Directions in the lesion and around it, or in all of the field, and in healthy skin.
fn roses(tissue: &Tissue) -> Result<Vec<Rose>> {
    let (grid, lesion) = (tissue.grid(), tissue.lesion());
    let mut regions = Vec::new();
    if lesion.contains(&true) && lesion.contains(&false) {
        regions.push(Region::mask("lesion", grid, lesion.to_vec())?);
        regions.push(Region::mask("surround", grid, lesion.iter().map(|inside| !inside).collect())?);
    } else {
        regions.push(Region::all(grid));
    }
    let mut roses: Vec<_> = regions.iter().map(|region| Rose::in_region(tissue, region)).collect();
    roses.push(Rose::of_healthy(tissue));
    Ok(roses)
}
