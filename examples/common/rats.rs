//! Infarcts of rats: what was measured, and how the wound of the model is told beside it.
use dermaweave::report::{Chart, Series};
use serde::Serialize;

/// Collagen area fraction of rat infarcts: day, mean, SD (Fomovsky & Holmes 2010).
pub const MEASURED_FRACTION: [(f64, f64, f64); 4] =
    [(7.0, 0.092, 0.039), (14.0, 0.166, 0.080), (21.0, 0.211, 0.089), (42.0, 0.267, 0.069)];
/// Mean vector length on day 21: mean, SD (Fomovsky, Rouillard & Holmes 2012).
pub const MEASURED_UNIAXIAL: (f64, f64) = (0.433, 0.159);
pub const MEASURED_BIAXIAL: (f64, f64) = (0.103, 0.177);
/// Upper end of the scale of collagen.
pub const FULL_FRACTION: f64 = 0.4;

/// The wound on one day.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Wound {
    pub day: f64,
    pub collagen_fraction: f64,
    pub resultant_length: f64,
    pub mean_angle_deg: f64,
    pub cells: f64,
}

/// Collagen, alignment and cells over time, with what was measured as mean ± SD.
pub fn charts(days: &[Wound], measured_length: Option<(f64, f64)>) -> Vec<Chart> {
    let line = |measure: fn(&Wound) -> f64| Series {
        name: "model".into(),
        points: days.iter().map(|day| (day.day, measure(day))).collect(),
        ..Series::default()
    };
    let measured = |values: &[(f64, f64, f64)]| Series {
        name: "measured, mean ± SD".into(),
        points: values.iter().map(|&(day, mean, _)| (day, mean)).collect(),
        intervals: values.iter().map(|&(_, mean, deviation)| (mean - deviation, mean + deviation)).collect(),
        color_index: 1,
        dashed: true,
        ..Series::default()
    };
    let chart = |title: &str, y_label: &str, series: Vec<Series>| Chart {
        title: title.into(),
        x_label: "day".into(),
        y_label: y_label.into(),
        series,
        markers: Vec::new(),
        healthy: Vec::new(),
    };
    let of_length = measured_length.map(|(mean, deviation)| measured(&[(21.0, mean, deviation)]));
    let lengths = [Some(line(|day| day.resultant_length)), of_length].into_iter().flatten().collect();
    let fractions = vec![line(|day| day.collagen_fraction), measured(&MEASURED_FRACTION)];
    vec![
        chart("collagen of the wound", "area fraction", fractions),
        chart("mean vector length of the wound", "0 none, 1 parallel", lengths),
        chart("cells in the wound", "number", vec![line(|day| day.cells)]),
    ]
}

/// The last day, and the day on which alignment was measured.
pub fn sentences(days: &[Wound], measured_length: Option<(f64, f64)>) -> Vec<String> {
    let told = |day: &Wound| {
        format!(
            "Day {}: collagen fills {:.3} of the wound, its mean vector length is {:.3} (0 none, 1 parallel) at {:.0}°, {} cells.",
            day.day, day.collagen_fraction, day.resultant_length, day.mean_angle_deg, day.cells
        )
    };
    let of_rats = |(mean, deviation): (f64, f64)| {
        format!("Measured in rats on day 21: mean vector length {mean} ± {deviation} (SD).")
    };
    let shown = days.iter().filter(|day| day.day == 21.0 || Some(day.day) == days.last().map(|last| last.day));
    shown.map(told).chain(measured_length.map(of_rats)).collect()
}
