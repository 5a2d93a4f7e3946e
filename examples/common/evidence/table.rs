//! The table of verdicts: as Markdown, and on the terminal.
use super::{Comparison, Role, Verdict};
use crate::common::say;
use dermaweave::Result;
use std::fmt::Write;

/// How many verdicts are `within`, of how many.
#[derive(Clone, Copy, Debug, serde::Serialize)]
pub struct Score {
    pub within: usize,
    pub of: usize,
}

impl Score {
    fn of<'a>(comparisons: impl Iterator<Item = &'a Comparison>) -> Self {
        comparisons.fold(Self { within: 0, of: 0 }, |score, comparison| Self {
            within: score.within + usize::from(comparison.verdict == Verdict::Within),
            of: score.of + 1,
        })
    }

    fn line(self, of_what: &str) -> String {
        let Self { within, of } = self;
        let percent = 100.0 * within as f64 / of.max(1) as f64;
        if of == 0 { format!("none {of_what}") } else { format!("{within} of {of} ({percent:.0} %) {of_what}") }
    }
}

/// Scores of the modelled targets, of those kept out of the fit, and of all there are.
pub fn scores(comparisons: &[Comparison]) -> [(&'static str, Score); 4] {
    let of = |counts: &dyn Fn(&Comparison) -> bool| Score::of(comparisons.iter().filter(|one| counts(one)));
    [
        ("of the modelled targets are within", of(&|comparison| comparison.counts())),
        ("of those kept out of every fit are within", of(&|comparison| comparison.target.role == Role::HeldOut)),
        ("of the exact results are within", of(&|comparison| comparison.target.role == Role::Exact)),
        ("of all targets, modelled or not, are within", of(&|_| true)),
    ]
}

/// Published band, simulated mean ± interval, use and verdict of one target.
fn cells(comparison: &Comparison) -> [String; 6] {
    let target = &comparison.target;
    let simulated = match &comparison.summary {
        Some(summary) if summary.count == 1 => short(summary.mean),
        Some(summary) => summary.plus_minus(),
        None => "-".into(),
    };
    let verdict = match target.role {
        Role::NotModeled(why) => format!("{}: {why}", comparison.verdict.name()),
        _ => comparison.verdict.name().into(),
    };
    let quantity =
        if target.unit == "1" { target.quantity.into() } else { format!("{}, {}", target.quantity, target.unit) };
    [quantity, target.band.to_string(), simulated, target.role.name().into(), verdict, target.source.into()]
}

/// Three digits.
fn short(value: f64) -> String {
    let decimals = (2.0 - value.abs().max(1e-3).log10().floor()).clamp(0.0, 4.0) as usize;
    format!("{value:.decimals$}")
}

const HEADER: [&str; 6] = ["finding", "published", "simulated", "used", "verdict", "source"];

/// Prints the table without its sources.
pub fn print(comparisons: &[Comparison]) -> Result<()> {
    let rows: Vec<_> = comparisons.iter().map(cells).collect();
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row[column].chars().count());
        cells.max().unwrap_or(0).max(HEADER[column].len())
    };
    let line = |cells: [&str; 5]| {
        let padded: Vec<String> =
            cells.iter().enumerate().map(|(column, cell)| format!("{cell:<0$}", width(column))).collect();
        say!("{}", padded.join("  ").trim_end())
    };
    line([HEADER[0], HEADER[1], HEADER[2], HEADER[3], HEADER[4]])?;
    for row in &rows {
        line([&row[0], &row[1], &row[2], &row[3], &row[4]])?;
    }
    say!("")?;
    for (what, score) in scores(comparisons) {
        say!("{}", score.line(what))?;
    }
    Ok(())
}

/// The table with sources and scores.
pub fn markdown(comparisons: &[Comparison], version: &str) -> String {
    let mut text = format!("# Validation of dermaweave {}\n\n{version}\n\n", env!("CARGO_PKG_VERSION"));
    let row = |cells: [String; 6]| format!("| {} |\n", cells.join(" | "));
    text += &row(HEADER.map(String::from));
    text += &row(HEADER.map(|_| "---".into()));
    for comparison in comparisons {
        text += &row(cells(comparison));
    }
    text.push('\n');
    for (what, score) in scores(comparisons) {
        let _ = writeln!(text, "- {}", score.line(what));
    }
    text.push_str(
        "\nSimulated: mean ± 95 % interval over replicates (Student's t). Used: `fit`, parameters were fitted to it; \
         `held out`, kept out of every fit; `parameter`, the number went into the model or follows from how it is made, and counts \
         as neither; `exact`, a closed form. Experiments on infarcts, devices, untouched and ageing skin have parameters \
         of their own or the defaults.\n",
    );
    text
}
