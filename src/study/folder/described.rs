//! What the columns of the tables of a study mean.
use super::quantiles::QUANTILES;
use crate::error::{Error, Result};
use crate::report::{ColumnEntry, dictionary};
use crate::study::Setting;

/// Column of the rows that says which arm it is of; the first columns of a study say so too.
const ARM: &str = "arm";
/// A direction: its mean over replicates is no plain mean, and none is told.
const DIRECTION: &str = "mean_angle_deg";

const COURSE: &str = "the design of the study";
const REPLICATES: &str = "replicates of the arm that are done and measured this";

fn entry(name: &str, unit: &str, description: &str, source: &str) -> ColumnEntry {
    ColumnEntry { name: name.into(), unit: unit.into(), description: description.into(), source: source.into() }
}

/// The columns of `rows.csv` before those of the rows themselves.
fn of_members(settings: &[Setting]) -> Vec<ColumnEntry> {
    let mut columns = vec![
        entry("member", "1", "Number of the member, from 0.", COURSE),
        entry(ARM, "text", "Name of the arm.", COURSE),
        entry("value", "1", "Place of the arm on the x axis of charts.", COURSE),
        entry("replicate", "1", "Number of the replicate, or of the virtual patient, from 0.", COURSE),
        entry("seed", "1", "Seed of all random numbers of the member.", COURSE),
    ];
    let told = "Set by the design; empty where it was not set.";
    columns.extend(settings.iter().map(|setting| {
        let unit = if setting.unit.is_empty() { "that of the path" } else { &setting.unit };
        entry(&setting.name, unit, told, COURSE)
    }));
    columns
}

/// The columns of rows but the arm, with those of the user's own.
fn of_rows(own: &[ColumnEntry]) -> Vec<ColumnEntry> {
    let built_in = dictionary();
    built_in.columns().iter().filter(|column| column.name != ARM).chain(own).cloned().collect()
}

/// All columns of `rows.csv`. Fails with [`Error::BadColumn`] if two have one name.
pub(super) fn columns_of_rows(settings: &[Setting], own: &[ColumnEntry]) -> Result<Vec<ColumnEntry>> {
    let columns: Vec<_> = of_members(settings).into_iter().chain(of_rows(own)).collect();
    for (index, column) in columns.iter().enumerate() {
        if columns[..index].iter().any(|other| other.name == column.name) {
            let problem = "has the name of another column of the study's table; give it another name";
            return Err(Error::BadColumn { name: column.name.clone(), problem });
        }
    }
    Ok(columns)
}

/// Names of the columns that are summarized: all numbers but directions.
pub(super) fn summarized(own: &[ColumnEntry]) -> Vec<String> {
    let is_number = |column: &ColumnEntry| column.unit != "text" && !["day", DIRECTION].contains(&column.name.as_str());
    of_rows(own).into_iter().filter(is_number).map(|column| column.name).collect()
}

/// The columns that the tables of summaries and of differences begin with.
fn of_both() -> Vec<ColumnEntry> {
    vec![
        entry(
            "column",
            "text",
            "Which column of rows.csv; all but n are in its unit.",
            "all that are numbers, but directions",
        ),
        entry(ARM, "text", "Name of the arm.", COURSE),
        entry("value", "1", "Place of the arm on the x axis of charts.", COURSE),
        entry("region", "text", "Name of the region.", "given to the builder"),
        entry("day", "d", "Simulated day; on the day of a session, before it.", "the clock of the course"),
    ]
}

fn of_statistics(of: &str) -> Vec<ColumnEntry> {
    let interval = "95 % interval of the mean; empty for fewer than two.";
    vec![
        entry("n", "1", &format!("Number of {of}."), REPLICATES),
        entry("mean", "that of the column", &format!("Mean of the {of}."), REPLICATES),
        entry("sd", "that of the column", "Standard deviation, by n − 1; empty for fewer than two.", REPLICATES),
        entry("low", "that of the column", &format!("Lower end of the {interval}"), "Student's t, measure::Summary"),
        entry("high", "that of the column", &format!("Upper end of the {interval}"), "Student's t, measure::Summary"),
    ]
}

/// The columns of `summary.csv`.
pub(super) fn columns_of_summary() -> Vec<ColumnEntry> {
    let quantile = |(name, share): (&str, f64)| {
        let told = format!("Value below which {} % of the replicates lie.", (100.0 * share).round());
        entry(name, "that of the column", &told, "linear between replicates (Hyndman & Fan 1996, definition 7)")
    };
    of_both().into_iter().chain(of_statistics("replicates")).chain(QUANTILES.map(quantile)).collect()
}

/// The columns of `differences.csv`.
pub(super) fn columns_of_differences() -> Vec<ColumnEntry> {
    let mut columns = of_both();
    columns.insert(3, entry("minus", "text", "Name of the arm that is subtracted: the first one.", COURSE));
    let pairs = "differences, each of two members with one replicate and design point";
    columns.into_iter().chain(of_statistics(pairs)).collect()
}

/// The names of columns.
pub(super) fn names(columns: &[ColumnEntry]) -> impl Iterator<Item = &str> {
    columns.iter().map(|column| column.name.as_str())
}
