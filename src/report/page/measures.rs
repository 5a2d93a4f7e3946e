//! Courses of all measures, beside what healthy skin has.
use super::PageArm;
use crate::report::plot::css_color;
use crate::report::{Chart, Report, Row, Series};
use maud::{Markup, PreEscaped, html};

/// One measure that a chart shows.
#[derive(Debug)]
pub(super) struct Measure {
    pub(super) column: &'static str,
    pub(super) title: &'static str,
    pub(super) unit: &'static str,
    /// What healthy skin of this kind and age has there.
    pub(super) healthy: fn(&Row) -> Option<f64>,
    /// Whether it is of the whole field rather than of the lesion.
    of_field: bool,
}

const fn measure(
    column: &'static str,
    title: &'static str,
    unit: &'static str,
    healthy: fn(&Row) -> Option<f64>,
) -> Measure {
    Measure { column, title, unit, healthy, of_field: false }
}

const INDEX: &str = "collagen_orientation_index";

/// What is shown, most asked for first.
pub(super) const MEASURES: [Measure; 11] = [
    measure("density", "Amount of collagen", "1 = healthy young", |row| Some(row.untouched_collagen)),
    measure("distance_to_healthy_deg", "Distance of fiber directions to healthy skin", "degrees", |_| Some(0.0)),
    measure("resultant_length", "R: 0 no common axis, 1 parallel", "0 to 1", |row| {
        Some(row.organization.healthy_resultant_length)
    }),
    measure(INDEX, "Collagen orientation index", "0 to 1", |_| None),
    measure("type_iii_share", "Type III share of collagen", "share", |_| None),
    measure("depth_um", "Depth below untouched skin", "µm", |_| Some(0.0)),
    measure("modulus_across", "Firmness across the tension", "1 = healthy young", |_| None),
    measure("recoil", "Recoil of elastin", "1 = healthy young", |row| Some(row.untouched_elastin)),
    measure("fibroblasts_per_mm2", "Fibroblasts", "per mm²", |_| None),
    measure("active_share", "Share of fibroblasts that are active", "share", |_| Some(0.0)),
    Measure { column: "redness", title: "Redness", unit: "0 to 1", healthy: |_| Some(0.0), of_field: true },
];

impl Measure {
    /// The region that it is shown of: what the course is about, or all of the field.
    pub(super) fn region<'a>(&self, report: &'a Report) -> &'a str {
        if self.of_field { "all" } else { focus(report) }
    }

    /// Its course.
    pub(super) fn points(&self, report: &Report) -> Vec<(f64, f64)> {
        let rows = report.region(self.region(report));
        rows.filter_map(|row| Some((row.day, row.value(self.column)?))).filter(|(_, value)| value.is_finite()).collect()
    }

    /// The course of an arm; the index of pictures is that of its frames where rows have none.
    pub(super) fn points_of(&self, arm: &PageArm) -> Vec<(f64, f64)> {
        let points = self.points(&arm.report);
        if !points.is_empty() || self.column != INDEX {
            return points;
        }
        arm.frames.iter().filter_map(|frame| Some((frame.day(), frame.index.inside?))).collect()
    }

    fn healthy_points_of(&self, arm: &PageArm) -> Vec<(f64, f64)> {
        let points = self.healthy_points(&arm.report);
        if !points.is_empty() || self.column != INDEX {
            return points;
        }
        let around = arm.frames.first().and_then(|frame| Some((frame.day(), frame.index.around?)));
        around.into_iter().collect()
    }

    /// What healthy skin has on the days of a course; where it is not known, what the skin around had before the first step.
    pub(super) fn healthy_points(&self, report: &Report) -> Vec<(f64, f64)> {
        let around = report.first("surround").and_then(|row| row.value(self.column));
        let rows = report.region(self.region(report));
        rows.filter_map(|row| Some((row.day, (self.healthy)(row).or(around)?))).collect()
    }

    /// A chart with its title and unit, but without lines.
    pub(super) fn empty_chart(&self) -> Chart {
        Chart {
            title: self.title.into(),
            x_label: "day".into(),
            y_label: self.unit.into(),
            series: Vec::new(),
            markers: Vec::new(),
            healthy: Vec::new(),
        }
    }

    fn chart(&self, arms: &[PageArm]) -> Chart {
        let line = |(color_index, arm): (usize, &PageArm)| Series {
            name: arm.name.clone(),
            points: self.points_of(arm),
            color_index,
            ..Series::default()
        };
        let sessions = |arm: &PageArm| arm.dry_run.sessions.iter().map(|session| session.day).collect();
        Chart {
            series: arms.iter().enumerate().map(line).collect(),
            markers: arms.first().map_or_else(Vec::new, sessions),
            healthy: arms.first().map_or_else(Vec::new, |arm| self.healthy_points_of(arm)),
            ..self.empty_chart()
        }
    }
}

/// The region that a course is about: the lesion, or the first one that was asked for, or all of the field.
pub(in crate::report) fn focus(report: &Report) -> &str {
    let mut regions = report.rows().iter().map(|row| &*row.region);
    let is_own = |region: &&str| !["all", "lesion", "surround"].contains(region);
    if report.region("lesion").next().is_some() { "lesion" } else { regions.find(is_own).unwrap_or("all") }
}

/// One chart for each measure that has numbers.
pub(super) fn timelines(arms: &[PageArm], measures: &[&Measure]) -> Markup {
    if measures.is_empty() {
        return html! {};
    }
    let charts = measures.iter().filter_map(|measure| Some((measure, measure.chart(arms).element()?)));
    let region = arms.first().map_or("all", |arm| focus(&arm.report));
    html! {
        section #courses {
            h2 { "Over time" }
            p {
                "Of the region " b { (region) } "; redness is of the whole field. Days below. "
                "Dashed: healthy skin, or the skin around before the first session. Thin upright lines: sessions. "
                @for (number, arm) in arms.iter().enumerate() {
                    span.key { span class=(format!("swatch of{number}")) style=(format!("background:{}", css_color(number))) {} (arm.name) }
                }
            }
            div.grid {
                @for (measure, svg) in charts {
                    figure { figcaption { b { (measure.title) } ", " (measure.unit) } (PreEscaped(svg)) }
                }
            }
        }
    }
}
