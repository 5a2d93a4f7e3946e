//! Pictures of a course: maps at several times, and measures over time.
use super::{Chart, ColorMap, Figure, Map, Report, Row, Scale, Series};
use crate::error::Result;
use crate::measure::FiberMaps;
use crate::tissue::Tissue;
use crate::units::Length;

/// Side and distance of the windows on which maps are measured.
const MAP_WINDOW: Length = Length::micrometers(100.0);
const MAP_STRIDE: Length = Length::micrometers(20.0);

/// Resultant length from which an axis is drawn in full color.
const CLEAR_RESULTANT_LENGTH: f64 = 0.8;

/// The maps of one instant, kept until the picture is made.
#[derive(Clone, Debug)]
pub struct Snapshot {
    title: String,
    maps: FiberMaps,
    lesion: Vec<bool>,
    width_millimeters: f64,
}

impl Snapshot {
    /// Measures a tissue on windows of 100 µm, 20 µm apart.
    pub fn new(title: impl Into<String>, tissue: &Tissue) -> Result<Self> {
        let grid = tissue.grid();
        let at_least_a_site = |length: Length| Length::micrometers(length.in_micrometers().max(grid.spacing()));
        let maps = FiberMaps::new(tissue.matrix(), MAP_WINDOW, at_least_a_site(MAP_STRIDE))?;
        let stride = grid.width() / maps.columns as f64;
        let lesion = (0..maps.columns * maps.rows).map(|point| {
            let center = |index: usize| (index as f64 + 0.5) * stride;
            tissue.lesion()[grid.site_at(center(point % maps.columns), center(point / maps.columns))]
        });
        Ok(Self { title: title.into(), lesion: lesion.collect(), maps, width_millimeters: grid.width() * 1e-3 })
    }

    /// Density, axis (paler where there is no common axis) and weave index, side by side.
    fn panels(&self) -> Vec<Map> {
        let map = |title: &str, values: &[f64], scale: Scale, shade: Option<Vec<f64>>| Map {
            title: title.into(),
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
        let density = scale("collagen, 1 = healthy", 0.0, 1.2, ColorMap::Sequential);
        let axis = scale("axis in °, pale: none", 0.0, 180.0, ColorMap::Cyclic);
        let weave = scale("weave index", 0.0, 0.5, ColorMap::Sequential);
        vec![
            map("density", &self.maps.density, density, None),
            map("fiber axis", &self.maps.mean_angle_deg, axis, Some(clear_axis)),
            map("weave", &self.maps.weave_index, weave, None),
        ]
    }
}

/// One row of maps per snapshot.
pub fn course_figure(title: impl Into<String>, subtitle: impl Into<String>, snapshots: &[Snapshot]) -> Figure {
    Figure {
        title: title.into(),
        subtitle: subtitle.into(),
        row_titles: snapshots.iter().map(|snapshot| snapshot.title.clone()).collect(),
        rows: snapshots.iter().map(Snapshot::panels).collect(),
        panel_pixels: Figure::SUGGESTED_PANEL_PIXELS,
        width_millimeters: snapshots.first().map_or(0.0, |snapshot| snapshot.width_millimeters),
    }
}

/// Density, resultant length and weave index of one region over time, one line per report; control
/// arms are dashed and session days marked.
pub fn course_charts(reports: &[&Report], region: &str, session_days: &[f64]) -> Vec<Chart> {
    let chart = |title: &str, y_label: &str, measure: fn(&Row) -> f64| Chart {
        title: title.into(),
        x_label: "day".into(),
        y_label: y_label.into(),
        series: reports.iter().enumerate().filter_map(|(index, report)| line(report, region, index, measure)).collect(),
        markers: session_days.to_vec(),
    };
    vec![
        chart("collagen density", "1 = healthy", |row| row.organization.density),
        chart("resultant length R", "0 none, 1 parallel", |row| row.organization.resultant_length),
        chart("weave index", "0.3 = healthy", |row| row.organization.weave_index),
    ]
}

fn line(report: &Report, region: &str, color_index: usize, measure: fn(&Row) -> f64) -> Option<Series> {
    let points: Vec<_> = report.region(region).map(|row| (row.day, measure(row))).collect();
    // A branched course keeps the rows of its stem; its own name is the last.
    let arm = &report.region(region).last()?.arm;
    Some(Series { name: format!("{arm}, {region}"), points, color_index, dashed: arm == "control" })
}
