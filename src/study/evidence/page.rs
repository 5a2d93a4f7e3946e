//! Verdicts as something to look at: a chart and a page.
use super::table::{HEADER, rows};
use super::{Finding, Scores, Verdict};
use crate::report::{Chart, Page, PagePart, Series};

/// Half-widths beyond which a finding is drawn at the edge: how far outside it lies is in the table.
const FURTHEST: f64 = 6.0;

/// How far the simulated value of every two-sided finding lies from the middle of its published band, in half-widths of the band:
/// within ±1 it agrees.
///
/// ```
/// use dermaweave::study::evidence::{Validation, deviations};
/// let findings = Validation { experiments: Validation::named("memory"), ..Validation::default() }.run()?;
/// assert!(deviations(&findings).series[0].points.iter().all(|(_, half_widths)| !(half_widths.abs() > 1.0)));
/// # Ok::<(), dermaweave::Error>(())
/// ```
pub fn deviations(findings: &[Finding]) -> Chart {
    let judged = [("within", Verdict::Within, 2), ("outside", Verdict::Outside, 1)];
    let one = |(name, verdict, color_index): (&str, Verdict, usize)| {
        let points = (1..).map(f64::from).zip(findings).filter(|(_, finding)| finding.verdict == verdict);
        let found = points.filter_map(|(number, finding)| Some((number, deviation(finding)?)));
        // Points without a value between them, so that none is joined to the next.
        let points = found.flat_map(|point| [point, (f64::NAN, f64::NAN)]).collect();
        Series { name: name.into(), points, color_index, ..Series::default() }
    };
    let edge = |at: f64| Series {
        name: "edge of the published band".into(),
        points: vec![(0.0, at), (findings.len() as f64 + 1.0, at)],
        color_index: 6,
        dashed: true,
        ..Series::default()
    };
    Chart {
        title: "Simulated beside published".into(),
        x_label: "number in the table".into(),
        y_label: "half-widths from the middle of the band".into(),
        series: judged.map(one).into_iter().chain([edge(-1.0), edge(1.0)]).collect(),
        markers: Vec::new(),
        healthy: Vec::new(),
    }
}

fn deviation(finding: &Finding) -> Option<f64> {
    let mean = finding.summary.as_ref().filter(|_| finding.two_sided)?.mean;
    let (low, high) = finding.target.band.ends()?;
    let deviation = (mean - 0.5 * (low + high)) / (0.5 * (high - low));
    Some(deviation.clamp(-FURTHEST, FURTHEST))
}

/// All findings as a page; `about` says what was run.
///
/// ```
/// use dermaweave::study::evidence::{Found, page};
/// let html = page(&Found::default().judge(), "Nothing was run.").html();
/// assert!(html.contains("Nothing was run.") && html.contains("doi:10.1111/jocd.12207"));
/// ```
pub fn page(findings: &[Finding], about: &str) -> Page {
    let scores: Vec<_> = Scores::of(findings).lines().into_iter().collect();
    let numbered = |(number, finding): (usize, &Finding)| {
        let number = (number + 1).to_string();
        rows(finding).into_iter().map(move |cells| std::iter::once(number.clone()).chain(cells).collect())
    };
    let table: Vec<Vec<String>> = findings.iter().enumerate().flat_map(numbered).collect();
    let columns: Vec<_> = std::iter::once("number").chain(HEADER).collect();
    let parts = vec![
        PagePart::words("What came out", &scores),
        PagePart::charts("How far from what was published", &[deviations(findings)]),
        PagePart::table("All findings", &columns, &table),
    ];
    Page::new("How far can the model be trusted?", parts).question(about)
}
