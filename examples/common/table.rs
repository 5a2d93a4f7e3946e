//! Tables of what arms came to, and their cautions.
use super::study::{Metric, Runs};

/// One line per metric, one column per arm.
pub fn print_table(all: &[Runs], metrics: &[Metric]) {
    let label = |metric: &Metric| format!("{} [{}] {}", metric.name, metric.unit, metric.region);
    let first = metrics.iter().map(|metric| label(metric).chars().count()).max().unwrap_or(0);
    let cells: Vec<Vec<String>> =
        metrics.iter().map(|metric| all.iter().map(|runs| metric.summary(runs).plus_minus()).collect()).collect();
    let width = |column: usize| {
        let longest = cells.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
        longest.max(all[column].name.chars().count())
    };
    print!("{:<first$}", "");
    (0..all.len()).for_each(|column| print!("  {:>1$}", all[column].name, width(column)));
    println!();
    for (metric, row) in metrics.iter().zip(&cells) {
        print!("{:<first$}", label(metric));
        row.iter().enumerate().for_each(|(column, cell)| print!("  {cell:>0$}", width(column)));
        println!();
    }
}

/// What each arm calls for, as its first replicate says it.
pub fn print_cautions(all: &[Runs]) {
    for runs in all {
        let number = runs.reports.iter().filter(|report| !report.cautions().is_empty()).count();
        if let Some(report) = runs.reports.iter().find(|report| !report.cautions().is_empty()) {
            println!("\ncaution, {} ({number} of {} replicates):", runs.name, runs.reports.len());
            report.cautions().iter().for_each(|caution| println!("  {caution}"));
        }
    }
}
