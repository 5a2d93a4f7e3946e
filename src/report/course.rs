//! Pictures of a course: maps at several times, and measures over time.
use super::nucleus::Nucleus;
use super::{Chart, ColorMap, Figure, Map, Report, Row, Scale, Series};
use crate::engine;
use crate::error::Result;
use crate::measure::{FiberMaps, Histology, Picture, Surface};
use crate::parameters::SurfaceParameters;
use crate::tissue::Tissue;
use crate::units::Length;
use serde::{Deserialize, Serialize};

/// Windows on which maps are measured.
///
/// ```
/// use dermaweave::report::MapWindows;
/// assert_eq!(MapWindows::default().side.in_micrometers(), 100.0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MapWindows {
    /// Side of a window (100 µm).
    pub side: Length,
    /// Distance between the middles of neighbors (20 µm), at least one site.
    pub stride: Length,
}

impl Default for MapWindows {
    fn default() -> Self {
        Self { side: Length::micrometers(100.0), stride: Length::micrometers(20.0) }
    }
}

/// The scale of the map of collagen: what is below it, and its upper end.
#[derive(Clone, Debug)]
pub(super) struct Amounts {
    pub(super) label: String,
    pub(super) full: f64,
}

impl Default for Amounts {
    fn default() -> Self {
        Self { label: "collagen, 1 = healthy".into(), full: 1.2 }
    }
}

/// Resultant length from which an axis is drawn in full color.
const CLEAR_RESULTANT_LENGTH: f64 = 0.8;

/// The maps of one instant, kept until the picture is made; in a file beside the saved course, where that may be interrupted.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Snapshot {
    title: String,
    maps: FiberMaps,
    /// Height of the surface in µm above that of untouched skin.
    relief: Vec<f64>,
    lesion: Vec<bool>,
    width_millimeters: f64,
}

impl Snapshot {
    /// Measures a tissue on windows of 100 µm, 20 µm apart, and its surface with the default dermis.
    pub fn new(title: impl Into<String>, tissue: &Tissue) -> Result<Self> {
        Self::on_windows(title, tissue, MapWindows::default())
    }

    /// The same on other windows. Fails as [`FiberMaps::new`] does.
    pub fn on_windows(title: impl Into<String>, tissue: &Tissue, windows: MapWindows) -> Result<Self> {
        let grid = tissue.grid();
        let at_least_a_site = |length: Length| Length::micrometers(length.in_micrometers().max(grid.spacing()));
        let maps = FiberMaps::new(tissue.matrix(), windows.side, at_least_a_site(windows.stride))?;
        let middle = |index: usize, count: usize, extent: f64| (index as f64 + 0.5) * extent / count as f64;
        let place = |point: usize| {
            let (column, row) = (point % maps.columns, point / maps.columns);
            (middle(column, maps.columns, grid.width()), middle(row, maps.rows, grid.height()))
        };
        let places: Vec<_> = (0..maps.columns * maps.rows).map(place).collect();
        let lesion = places.iter().map(|&(x, y)| tissue.lesion()[grid.site_at(x, y)]).collect();
        let surface = Surface::of(tissue, &SurfaceParameters::default())?;
        let relief = places.iter().map(|&(x, y)| surface.height.sample(x, y).0).collect();
        Ok(Self { title: title.into(), lesion, relief, maps, width_millimeters: grid.width() * 1e-3 })
    }

    /// The lowest and the highest point of the relief in µm.
    pub(super) fn heights(&self) -> (f64, f64) {
        self.relief.iter().fold((-100.0, 0.0), |(low, high), height| (f64::min(low, *height), f64::max(high, *height)))
    }

    fn row_title(&self, same_width: bool) -> String {
        if same_width { self.title.clone() } else { format!("{}, {:.1} mm wide", self.title, self.width_millimeters) }
    }

    /// Amount of collagen, axis (paler where there is no common axis), weave index and relief, side by side.
    pub(super) fn panels(&self, (low, high): (f64, f64), amounts: &Amounts) -> Vec<Map> {
        let map = |title: &str, values: &[f64], scale: Scale, shade: Option<Vec<f64>>| Map {
            title: title.into(),
            nuclei: Vec::new(),
            columns: self.maps.columns,
            rows: self.maps.rows,
            values: values.to_vec(),
            shade,
            outline: self.lesion.contains(&true).then(|| self.lesion.clone()),
            scale,
        };
        let scale = |label: &str, low, high, map| Scale { label: label.into(), low, high, map };
        let clear_axis =
            self.maps.resultant_length.iter().map(|length| (length / CLEAR_RESULTANT_LENGTH).min(1.0)).collect();
        let density = scale(&amounts.label, 0.0, amounts.full, ColorMap::Sequential);
        let axis = scale("axis in °, pale: none", 0.0, 180.0, ColorMap::Cyclic);
        let weave = scale("weave index", 0.0, 0.5, ColorMap::Sequential);
        vec![
            map("density", &self.maps.density, density, None),
            map("fiber axis", &self.maps.mean_angle_deg, axis, Some(clear_axis)),
            map("weave", &self.maps.weave_index, weave, None),
            map("relief", &self.relief, scale("height in µm", low, high, ColorMap::Sequential), None),
        ]
    }
}

/// One row of maps per snapshot. Fields of one size get a scale bar, others their width beside them.
pub fn course_figure(title: impl Into<String>, subtitle: impl Into<String>, snapshots: &[Snapshot]) -> Figure {
    let heights = snapshots.iter().flat_map(|snapshot| &snapshot.relief);
    // At least 100 µm, so that noise does not fill the scale; in steps of 100 µm for round numbers.
    let (low, high) = heights.fold((-100.0_f64, 0.0_f64), |(low, high), height| (low.min(*height), high.max(*height)));
    let width = snapshots.first().map_or(0.0, |snapshot| snapshot.width_millimeters);
    let same_width = snapshots.iter().all(|snapshot| snapshot.width_millimeters == width);
    let range = ((low / 100.0).floor() * 100.0, (high / 100.0).round() * 100.0);
    Figure {
        title: title.into(),
        subtitle: subtitle.into(),
        row_titles: snapshots.iter().map(|snapshot| snapshot.row_title(same_width)).collect(),
        rows: snapshots.iter().map(|snapshot| snapshot.panels(range, &Amounts::default())).collect(),
        panel_pixels: Figure::SUGGESTED_PANEL_PIXELS,
        width_millimeters: if same_width { width } else { 0.0 },
    }
}

/// Distance to healthy skin, resultant length and amount of collagen of one region over time, one line per report; control
/// arms are dashed, session days marked, and a dashed gray line is healthy skin.
pub fn course_charts(reports: &[&Report], region: &str, session_days: &[f64]) -> Vec<Chart> {
    let healthy_of = |of: fn(&Row) -> f64| reports.first().and_then(|report| report.first(region)).map(of);
    let chart = |title: &str, y_label: &str, column: &str, healthy: Option<f64>| Chart {
        title: title.into(),
        x_label: "day".into(),
        y_label: y_label.into(),
        series: reports.iter().enumerate().filter_map(|(index, report)| line(report, region, index, column)).collect(),
        markers: session_days.to_vec(),
        healthy: healthy.map(|value| (0.0, value)).into_iter().collect(),
    };
    vec![
        chart("distance to healthy skin", "degrees", "distance_to_healthy_deg", Some(0.0)),
        chart(
            "resultant length R",
            "0 no common axis, 1 parallel",
            "resultant_length",
            healthy_of(|row| row.organization.healthy_resultant_length),
        ),
        chart("amount of collagen", "1 = healthy young", "density", healthy_of(|row| row.untouched_collagen)),
    ]
}

fn line(report: &Report, region: &str, color_index: usize, column: &str) -> Option<Series> {
    let points: Vec<_> = report.region(region).filter_map(|row| Some((row.day, row.value(column)?))).collect();
    // A branched course keeps the rows of its stem; its own name is the last.
    let arm = &report.region(region).last()?.arm;
    Some(Series {
        name: format!("{arm}, {region}"),
        points,
        color_index,
        dashed: arm == "control",
        ..Series::default()
    })
}

/// Side of the pictures shown, in µm: wider than the field on which the index is measured, so that
/// the weave is seen.
const SHOWN_FIELD: f64 = 240.0;

/// Histological pictures of places (x, y in µm) of tissues, side by side: collagen as the microscope would
/// show it.
///
/// ```
/// use dermaweave::report::histology_figure;
/// use dermaweave::{Grid, Length, Skin, Tissue};
/// let side = Length::micrometers(400.0);
/// let tissue = Tissue::new(Grid::new(side, side, Length::micrometers(20.0))?, &Skin::young())?;
/// let figure = histology_figure("Healthy skin", &[("middle", &tissue, (200.0, 200.0))], 1)?;
/// assert_eq!(figure.rows[0].len(), 1);
/// # Ok::<(), dermaweave::Error>(())
/// ```
pub fn histology_figure(title: impl Into<String>, places: &[(&str, &Tissue, (f64, f64))], seed: u64) -> Result<Figure> {
    let histology = Histology { field_of_view: Length::micrometers(SHOWN_FIELD), ..Histology::default() };
    let map = |(title, tissue, center): (&str, &Tissue, (f64, f64)), picture: Picture| Map {
        title: title.into(),
        nuclei: Nucleus::around(tissue, center, SHOWN_FIELD),
        columns: picture.columns,
        rows: picture.rows,
        values: picture.brightness,
        shade: None,
        outline: None,
        scale: Scale { label: "stain".into(), low: 0.0, high: 1.0, map: ColorMap::Stain },
    };
    let views = engine::collect_tasks(places.len(), |place| {
        let (_, tissue, center) = places[place];
        histology.view(tissue.matrix(), center, seed, 0).map(|picture| map(places[place], picture))
    });
    Ok(Figure {
        title: title.into(),
        subtitle: format!(
            "bundles drawn from the fiber moments, nuclei where the fibroblasts are; fields of {SHOWN_FIELD} µm"
        ),
        row_titles: vec![String::new()],
        rows: vec![views.into_iter().collect::<Result<_>>()?],
        panel_pixels: 360,
        width_millimeters: SHOWN_FIELD * 1e-3,
    })
}
