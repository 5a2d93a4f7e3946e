//! The table of verdicts: as Markdown, as plain text, and as CSV.
use super::{AtEnd, Finding, Role, Scores};
use crate::error::{Result, at_path};
use crate::measure::Summary;
use crate::report::csv_of;
use std::fmt::Write;
use std::path::Path;

pub(super) const HEADER: [&str; 8] =
    ["finding", "published", "sides", "simulated", "used", "verdict", "because", "source"];
/// Columns of plain text: all but the sources.
const PLAIN: usize = HEADER.len() - 1;

type Cells = [String; HEADER.len()];

/// One target, and below it what it is at the ends of each value of our choice that it rests on.
pub(super) fn rows(finding: &Finding) -> Vec<Cells> {
    let mut rows = vec![row(finding)];
    rows.extend(finding.over_range.iter().map(row_at_end));
    rows
}

fn row(finding: &Finding) -> Cells {
    let target = &finding.target;
    let quantity =
        if target.unit == "1" { target.quantity.into() } else { format!("{}, {}", target.quantity, target.unit) };
    let chosen = target.over.iter().map(|chosen| format!("{} {} chosen", chosen.name(), chosen.value()));
    let because = std::iter::once(target.role.reason()).chain(chosen).filter(|reason| !reason.is_empty());
    let sides = match target.role {
        Role::NotModeled(_) | Role::Exact => "",
        _ if finding.two_sided => "two",
        _ => "one",
    };
    [
        quantity,
        target.band.to_string(),
        sides.into(),
        finding.summary.as_ref().map_or_else(|| "-".into(), mean),
        target.role.name().into(),
        finding.verdict.name().into(),
        because.collect::<Vec<_>>().join("; "),
        target.source.into(),
    ]
}

fn row_at_end(end: &AtEnd) -> Cells {
    let with = format!("· with {} {}", end.chosen.name(), end.at);
    let cells = [with, String::new(), String::new(), mean(&end.summary), String::new(), end.verdict.name().into()];
    let mut cells = cells.into_iter();
    std::array::from_fn(|_| cells.next().unwrap_or_default())
}

/// Mean ± interval.
fn mean(summary: &Summary) -> String {
    if summary.count == 1 { short(summary.mean) } else { summary.plus_minus() }
}

/// Three digits.
fn short(value: f64) -> String {
    let decimals = (2.0 - value.abs().max(1e-3).log10().floor()).clamp(0.0, 4.0) as usize;
    format!("{value:.decimals$}")
}

/// The table without its sources, and the scores, as plain text for a wide terminal. See [the module](super) for an example.
pub fn table(findings: &[Finding]) -> String {
    let rows: Vec<_> = std::iter::once(HEADER.map(String::from)).chain(findings.iter().flat_map(rows)).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let line = |row: &Cells| {
        let cells = row[..PLAIN].iter().enumerate();
        let padded: Vec<_> = cells.map(|(column, cell)| format!("{cell:<0$}", width(column))).collect();
        padded.join("  ").trim_end().to_owned()
    };
    let scores = Scores::of(findings).lines();
    let lines: Vec<_> = rows.iter().map(line).chain([String::new()]).chain(scores).collect();
    lines.join("\n")
}

/// The table with sources, scores and a legend as a Markdown document; `about` says below its title what was run.
///
/// ```
/// use dermaweave::study::evidence::{Found, markdown};
/// let text = markdown(&Found::default().judge(), "Nothing was run.");
/// assert!(text.contains("Nothing was run.") && text.contains("doi:10.1111/jocd.12207"));
/// ```
pub fn markdown(findings: &[Finding], about: &str) -> String {
    let mut text = format!("# Validation of dermaweave {}\n\n{about}\n\n", env!("CARGO_PKG_VERSION"));
    let line = |cells: Cells| format!("| {} |\n", cells.join(" | "));
    text += &line(HEADER.map(String::from));
    text += &line(HEADER.map(|_| "---".into()));
    for cells in findings.iter().flat_map(rows) {
        text += &line(cells);
    }
    text.push('\n');
    for score in Scores::of(findings).lines() {
        let _ = writeln!(text, "- {score}");
    }
    text.push_str(LEGEND);
    text
}

/// The findings as CSV, a line for each target.
/// Fails with [`Error::File`](crate::Error::File).
pub fn findings_csv(findings: &[Finding]) -> Result<Vec<u8>> {
    const COLUMNS: [&str; 11] =
        ["id", "quantity", "unit", "published", "two_sided", "mean", "low", "high", "used", "verdict", "source"];
    let line = |finding: &Finding| {
        let target = &finding.target;
        let number = |of: fn(&Summary) -> f64| {
            finding.summary.as_ref().map_or_else(String::new, |summary| of(summary).to_string())
        };
        [
            target.id.into(),
            target.quantity.into(),
            target.unit.into(),
            target.band.to_string(),
            finding.two_sided.to_string(),
            number(|summary| summary.mean),
            number(|summary| summary.low),
            number(|summary| summary.high),
            target.role.name().into(),
            finding.verdict.name().to_owned(),
            target.source.into(),
        ]
    };
    let content = csv_of(|writer| {
        writer.write_record(COLUMNS)?;
        findings.iter().try_for_each(|finding| writer.write_record(line(finding)))
    });
    content.map_err(at_path(Path::new("findings.csv")))
}

const LEGEND: &str = "\n\
Simulated: mean ± 95 % interval over replicates (Student's t). Sides: a bound, a direction, or a band that holds 0 shuts \
out one side only.\n\n\
Used: `fit`, parameters were fitted to it; `follows`, kept out of every fit, but other findings leave hardly any other value; \
`own reading`, kept out, but the threshold or the measure is ours; `held out`, kept out and independent; `went in`, what \
makes up the number is a parameter or how the model is made, so that it counts in no score; `exact`, a closed form.\n\n\
Independent: only hits that are held out count, but misses of all that was kept out of every fit. A finding that rests on a \
value of our choice is judged at the middle of its range; below it stands what it is at both ends.\n\n\
Experiments on infarcts, devices, untouched and ageing skin have parameters of their own or the defaults.\n";
