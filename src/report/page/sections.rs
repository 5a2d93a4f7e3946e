//! The parts of a page that are words and tables.
use super::PageArm;
use super::measures::{MEASURES, Measure, focus};
use crate::report::number::format_number;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use std::collections::BTreeMap;
use std::fmt::Write;

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// A whole document.
pub(super) fn document(title: &str, question: &str, parts: &[Markup]) -> String {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                link rel="icon" href="data:,";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                header { h1 { (title) } @if !question.is_empty() { p.question { (question) } } }
                main { @for part in parts { (part) } }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    }
    .into_string()
}

/// A measure at the beginning and at the end of a course.
struct Change {
    first: f64,
    last: f64,
    healthy: Option<f64>,
}

impl Change {
    fn of(measure: &Measure, arm: &PageArm) -> Option<Self> {
        let (points, report) = (measure.points_of(arm), &arm.report);
        let last_row = report.region(measure.region(report)).last()?;
        Some(Self { first: points.first()?.1, last: points.last()?.1, healthy: (measure.healthy)(last_row) })
    }
}

/// What came out: a sentence for each arm, and a table of all measures.
pub(super) fn results(arms: &[PageArm], measures: &[&Measure]) -> Markup {
    html! {
        section #results {
            h2 { "What came out" }
            ul { @for arm in arms { @if let Some(told) = sentence(arm) { li { (told) } } } }
            div.scrolls {
                table {
                    thead {
                        tr {
                            th scope="col" { "before → after" }
                            @for arm in arms { th scope="col" { (arm.name) } }
                            th scope="col" { "healthy" }
                        }
                    }
                    tbody { @for measure in measures { (line(measure, arms)) } }
                }
            }
        }
    }
}

fn line(measure: &Measure, arms: &[PageArm]) -> Markup {
    let changes: Vec<_> = arms.iter().map(|arm| Change::of(measure, arm)).collect();
    if changes.iter().all(Option::is_none) {
        return html! {};
    }
    let healthy = changes.iter().flatten().find_map(|change| change.healthy);
    html! {
        tr {
            th scope="row" { (measure.title) span.unit { " " (measure.unit) } }
            @for change in &changes {
                td {
                    @if let Some(change) = change { (number(change.first)) " → " b { (number(change.last)) } } @else { "–" }
                }
            }
            td { @if let Some(healthy) = healthy { (number(healthy)) } @else { "–" } }
        }
    }
}

/// The most asked for in plain words.
fn sentence(arm: &PageArm) -> Option<String> {
    let find = |column: &str| MEASURES.iter().find(|measure| measure.column == column);
    let change = |column: &str| Change::of(find(column)?, arm);
    let (amount, distance) = (change("density")?, change("distance_to_healthy_deg")?);
    let length = change("resultant_length")?;
    let region = match focus(&arm.report) {
        "all" => "the field",
        region => &format!("the region \"{region}\""),
    };
    let days = arm.report.rows().last()?.day;
    let mut told = format!(
        "{}: in {days:.0} days the collagen of {region} went from {:.2} to {:.2} (untouched skin {:.2}), its fibers from {:.1}° to \
         {:.1}° from healthy directions, R from {:.2} to {:.2} (healthy {:.2})",
        arm.name,
        amount.first,
        amount.last,
        amount.healthy.unwrap_or(1.0),
        distance.first,
        distance.last,
        length.first,
        length.last,
        length.healthy.unwrap_or(f64::NAN),
    );
    if let Some(depth) = change("depth_um").filter(|depth| depth.first > 1.0) {
        let _ = write!(told, "; its depth from {:.0} to {:.0} µm", depth.first, depth.last);
    }
    Some(told + ".")
}

/// A number as a reader wants it: three digits.
pub(super) fn number(value: f64) -> String {
    match value.abs() {
        size if !size.is_finite() => "–".into(),
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        // Without the sign of a zero.
        size if size < 0.005 => "0.00".into(),
        _ => format!("{value:.2}"),
    }
}

/// Four digits, without zeros at the end.
fn short(value: f64) -> String {
    format_number(value, value.abs() * 1e-4)
}

/// What should make one think twice.
pub(super) fn cautions(arms: &[PageArm]) -> Markup {
    let mut told: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for arm in arms {
        arm.report.cautions().iter().for_each(|caution| told.entry(caution.to_string()).or_default().push(&arm.name));
    }
    html! {
        section #cautions {
            h2 { "Cautions" }
            @if told.is_empty() { p { "None was raised." } }
            ul { @for (caution, arms) in &told { li { (arms.join(", ")) ": " (caution) } } }
            p.small {
                "A simulation: amounts are relative to healthy young dermis, rates are calibrated, intervals are narrower than among "
                "patients. Not a medical device and no basis for treating anyone."
            }
        }
    }
}

/// What was done, session by session.
pub(super) fn protocol(arms: &[PageArm]) -> Markup {
    html! {
        section #protocol {
            h2 { "What was done" }
            @for arm in arms {
                h3 { (arm.name) }
                @if arm.dry_run.sessions.is_empty() { p { "Nothing; watched for " (arm.protocol.end_day()) " days." } }
                @else {
                    div.scrolls {
                        table {
                            thead { tr { @for head in ["day", "device", "holes", "per cm²", "depth µm", "opened"] { th scope="col" { (head) } } } }
                            tbody {
                                @for session in &arm.dry_run.sessions {
                                    tr {
                                        td { (session.day) } td { (session.device) } td { (session.holes) }
                                        td { (number(session.holes_per_cm2)) } td { (number(session.mean_depth_um)) }
                                        td { (format!("{:.1} %", session.opened_percent)) }
                                    }
                                }
                            }
                        }
                    }
                    p { "Watched until day " (arm.protocol.end_day()) "." }
                }
                @for dose in &arm.protocol.doses { p { "Dose of " (dose.of) ": " (dose.amount) " from day " (dose.start.in_days()) } }
            }
        }
    }
}

/// Parameters that are not at their defaults.
pub(super) fn parameters(arms: &[PageArm]) -> Markup {
    let changed = arms.iter().flat_map(|arm| arm.changed.iter().map(move |changed| (arm, changed)));
    html! {
        section #parameters {
            h2 { "Parameters that differ from the defaults" }
            @if arms.iter().all(|arm| arm.changed.is_empty()) { p { "None." } }
            @else {
                div.scrolls {
                    table {
                        thead { tr { @for head in ["arm", "parameter", "value", "default", "unit", "source of the default"] { th scope="col" { (head) } } } }
                        tbody {
                            @for (arm, changed) in changed {
                                tr {
                                    td { (arm.name) }
                                    td { (changed.row.name) " (" (changed.row.symbol) ")" }
                                    td { (short(changed.row.value)) } td { (short(changed.default)) } td { (changed.row.unit) }
                                    td { (format!("{:?}: {}", changed.row.origin, changed.row.source)) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Where it comes from: all that it takes to make it again.
pub(super) fn provenance(arms: &[PageArm], run: Option<&str>) -> Markup {
    html! {
        section #provenance {
            h2 { "Where this comes from" }
            dl {
                dt { "made by" } dd { "dermaweave " (env!("CARGO_PKG_VERSION")) }
                @if let Some(run) = run { dt { "run" } dd { (run) } }
                @for arm in arms {
                    dt { (arm.name) }
                    dd {
                        (format!("{} × {} mm", number(arm.extent.width_mm), number(arm.extent.height_mm)))
                        ", " (arm.layers) @if arm.layers == 1 { " layer" } @else { " layers" }
                        ", seed " (arm.seed) ", digest of the final state " code { (arm.state_digest) }
                    }
                }
            }
            p.small { "The same version, configuration and seed give the same digest on any number of threads." }
        }
    }
}
