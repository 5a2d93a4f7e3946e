//! Tables of what arms came to, and their cautions.
use super::say;
use super::study::{Metric, Runs};
use dermaweave::Result;

/// One line per metric, one column per arm.
pub fn print_table(all: &[Runs], metrics: &[Metric]) -> Result<()> {
    let label = |metric: &Metric| format!("{} [{}] {}", metric.name, metric.unit, metric.region);
    let first = metrics.iter().map(|metric| label(metric).chars().count()).max().unwrap_or(0);
    let cells: Vec<Vec<String>> =
        metrics.iter().map(|metric| all.iter().map(|runs| metric.summary(runs).plus_minus()).collect()).collect();
    let width = |column: usize| {
        let longest = cells.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
        longest.max(all[column].name.chars().count())
    };
    let head: Vec<_> = (0..all.len()).map(|column| format!("  {:>1$}", all[column].name, width(column))).collect();
    say!("{:<first$}{}", "", head.concat())?;
    for (metric, row) in metrics.iter().zip(&cells) {
        let line: Vec<_> =
            row.iter().enumerate().map(|(column, cell)| format!("  {cell:>0$}", width(column))).collect();
        say!("{:<first$}{}", label(metric), line.concat())?;
    }
    Ok(())
}

/// What each arm calls for, as its first replicate says it.
pub fn print_cautions(all: &[Runs]) -> Result<()> {
    for runs in all {
        let number = runs.reports.iter().filter(|report| !report.cautions().is_empty()).count();
        if let Some(report) = runs.reports.iter().find(|report| !report.cautions().is_empty()) {
            say!("\ncaution, {} ({number} of {} replicates):", runs.name, runs.reports.len())?;
            report.cautions().iter().try_for_each(|caution| say!("  {caution}"))?;
        }
    }
    Ok(())
}
