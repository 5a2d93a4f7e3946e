//! One day of a course as the page shows it: maps as pictures, and directions of fibers by region.
use super::super::embedded::png_of;
use super::super::{Amounts, Map, MapWindows, Snapshot};
use super::rose::Rose;
use crate::error::{Result, at_path};
use crate::measure::{Histology, Region};
use crate::tissue::Tissue;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// What all frames of a course have in common: windows, scales, and the regions whose directions are shown.
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
#[derive(Clone, Debug)]
pub struct Frames {
    /// In µm.
    lowest: f64,
    highest: f64,
    windows: MapWindows,
    amounts: Amounts,
    /// Whose directions are shown, if it is not the lesion.
    region: Option<Region>,
    /// Orientation index around the lesion.
    around: Option<f64>,
}

/// A day of a course, kept until the page is made; in a file beside the saved course, where that may be interrupted.
/// See [`Frames`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Frame {
    day: f64,
    pub(super) pictures: Vec<FramePicture>,
    pub(super) roses: Vec<Rose>,
    pub(super) index: OrientationIndex,
}

/// Collagen orientation index of histological pictures, 0 random to 1 parallel; none where no picture finds room.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct OrientationIndex {
    /// In the lesion, or in all of the field.
    pub(super) inside: Option<f64>,
    /// Around a lesion, before the first step.
    pub(super) around: Option<f64>,
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
        Self::on_windows(before, MapWindows::default())
    }

    /// The same with maps on other windows than of 100 µm. Fails as [`Snapshot::on_windows`] does.
    pub fn on_windows(before: &Tissue, windows: MapWindows) -> Result<Self> {
        let (lowest, highest) = Snapshot::on_windows("", before, windows)?.heights();
        let around = if has_lesion(before) { index(before, false) } else { None };
        // In steps of 100 µm, for round numbers.
        let (lowest, highest) = ((lowest / 100.0).floor() * 100.0, ((highest + 50.0) / 100.0).ceil() * 100.0);
        Ok(Self { lowest, highest, windows, amounts: Amounts::default(), region: None, around })
    }

    /// What amounts of collagen are called below their map ("collagen, 1 = healthy"), and the one at the upper end of its
    /// scale (1.2).
    #[must_use]
    pub fn amounts(mut self, label: &str, full: f64) -> Self {
        self.amounts = Amounts { label: label.into(), full };
        self
    }

    /// Only the directions of a region, in tissue that is not skin: nothing is shown beside healthy skin.
    #[must_use]
    pub fn only_region(mut self, region: Region) -> Self {
        self.region = Some(region);
        self
    }

    /// A tissue on a day. Fails as [`Snapshot::new`] does.
    pub fn frame(&self, tissue: &Tissue, day: f64) -> Result<Frame> {
        let snapshot = Snapshot::on_windows("", tissue, self.windows)?;
        let maps = snapshot.panels((self.lowest, self.highest), &self.amounts);
        let pictures = maps.iter().map(FramePicture::of).collect::<Result<_>>()?;
        let roses = match &self.region {
            Some(region) => vec![Rose::in_region(tissue, region)],
            None => roses(tissue)?,
        };
        let index = OrientationIndex { inside: index(tissue, has_lesion(tissue)), around: self.around };
        Ok(Frame { day, pictures, roses, index })
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

fn has_lesion(tissue: &Tissue) -> bool {
    tissue.lesion().contains(&true)
}

/// Index of pictures inside of the lesion, or outside of it.
fn index(tissue: &Tissue, inside: bool) -> Option<f64> {
    let sites = tissue.lesion().iter().map(|lesion| *lesion == inside).collect();
    let region = Region::mask("of the index", tissue.grid(), sites).ok()?;
    Histology::default().orientation_index(tissue.matrix(), &region, Histology::VIEWS, 1).ok()
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
