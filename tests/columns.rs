//! Does one table say what the columns are, and is a user's own column one of them everywhere?
//!
//! The dictionary must list what CSV and JSON hold, in their order; a column added from outside must stand in every output,
//! be saved with the course and kept by branches, and change nothing else.
use dermaweave::report::{Column, ColumnEntry, Dictionary, Report, Row, Sampled, dictionary, write_csv, write_json};
use dermaweave::simulation::Builder;
use dermaweave::{AtrophicScar, Device, Error, Grid, Length, Protocol, Simulation, Skin, Time, Tissue};
use serde_json::Value;
use std::fs;
use std::path::PathBuf;

fn micrometers(value: f64) -> Length {
    Length::micrometers(value)
}

/// A small needled scar, two days long.
fn builder() -> Builder {
    let grid = Grid::new(micrometers(400.0), micrometers(400.0), micrometers(20.0)).unwrap();
    let scar = AtrophicScar { diameter: micrometers(200.0), ..AtrophicScar::boxcar() };
    let tissue = Tissue::new(grid, &Skin::young()).unwrap().with_lesion(&scar).unwrap();
    let protocol = Protocol::once(Device::single_channel(micrometers(100.0))).follow_up(Time::days(2.0));
    Simulation::builder(tissue).protocol(protocol).sample_every(Time::days(1.0)).seed(2)
}

fn run(builder: Builder) -> Simulation {
    let mut simulation = builder.build().unwrap();
    simulation.run().unwrap();
    simulation
}

fn mean_density(sampled: &Sampled) -> f64 {
    let matrix = sampled.tissue.matrix();
    sampled.sites().map(|site| matrix.site(site).collagen().density).sum::<f64>() / sampled.sites().count() as f64
}

fn mean() -> Column {
    Column::new("mean_2", "1", "Mean density, counted anew.", mean_density).source("sites")
}

/// Made of a built-in column, of the day and of the column before it.
fn mixed() -> Column {
    Column::new("mixed", "d", "No quantity of skin.", |sampled| {
        sampled.day + sampled.row.elastin + sampled.row.value("mean_2").unwrap_or(f64::NAN)
    })
}

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("columns_{name}"))
}

fn names(dictionary: &Dictionary) -> Vec<&str> {
    dictionary.columns().iter().map(|column| column.name.as_str()).collect()
}

fn csv_of(report: &Report, name: &str) -> Vec<Vec<String>> {
    write_csv(file(name), report.rows()).unwrap();
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_path(file(name)).unwrap();
    reader.records().map(|record| record.unwrap().iter().map(String::from).collect()).collect()
}

// Columns that are built in.

/// Claim: the dictionary lists the columns of CSV and of JSON, flat and nested, each once and in their order.
#[test]
fn the_dictionary_lists_the_columns_of_all_files() {
    let simulation = builder().build().unwrap();
    let (dictionary, row) = (dictionary(), &simulation.report().rows()[0]);
    assert_eq!(names(&dictionary), csv_of(simulation.report(), "built_in.csv")[0]);
    assert_eq!(names(&dictionary), row.flat().keys().collect::<Vec<_>>());
    let nested = serde_json::to_value(row).unwrap();
    let leaves = |(name, value): (&String, &Value)| match value {
        Value::Object(group) => group.clone().into_iter().collect(),
        value => vec![(name.clone(), value.clone())],
    };
    let leaves: Vec<_> = nested.as_object().unwrap().iter().flat_map(leaves).collect();
    assert_eq!(leaves, row.flat().into_iter().collect::<Vec<_>>());
    assert_eq!(simulation.report().dictionary(), dictionary);
}

/// Claim: every column has a unit, a description that is a sentence, and says how it is measured.
#[test]
fn every_column_is_described() {
    for column in dictionary().columns() {
        assert!(!column.unit.is_empty() && !column.source.is_empty(), "{column:?}");
        assert!(column.description.len() > 8 && column.description.ends_with('.'), "{column:?}");
        let has_length = column.name.ends_with("_um");
        assert_eq!(has_length, column.unit == "µm", "{column:?}");
    }
}

/// Claim: a number is read by its name, and a name or what was not measured is no number.
#[test]
fn numbers_are_read_by_name() {
    let simulation = builder().build().unwrap();
    let row = &simulation.report().rows()[0];
    for (name, value) in row.flat() {
        assert_eq!(row.value(&name), value.as_f64(), "{name}");
    }
    assert_eq!(
        (row.value("fiber_families"), row.value("region")),
        (Some(f64::from(row.organization.fiber_families)), None)
    );
    assert_eq!((row.value("collagen_orientation_index"), row.value("unheard_of")), (None, None));
}

/// Claim: the dictionary is written as CSV and JSON with all that it says, and reads back from JSON.
#[test]
fn the_dictionary_is_written() {
    let dictionary = builder().column(mean()).build().unwrap().report().dictionary();
    dictionary.write_csv(file("dictionary.csv")).unwrap();
    let mut reader = csv::Reader::from_path(file("dictionary.csv")).unwrap();
    let records: Vec<ColumnEntry> = reader.deserialize().map(Result::unwrap).collect();
    assert_eq!(records, dictionary.columns());
    write_json(file("dictionary.json"), &dictionary).unwrap();
    let read: Dictionary = serde_json::from_str(&fs::read_to_string(file("dictionary.json")).unwrap()).unwrap();
    assert_eq!(read, dictionary);
    let text = dictionary.to_string();
    assert_eq!(text.lines().count(), 1 + dictionary.columns().len());
    assert!(dictionary.columns().iter().zip(text.lines().skip(1)).all(|(column, line)| {
        [&column.name, &column.unit, &column.description, &column.source].iter().all(|part| line.contains(*part))
    }));
}

// A column of one's own.

/// Claim: it is measured in every region of every sample, from tissue, region, day and what is measured already.
#[test]
fn an_own_column_is_measured_everywhere() {
    let simulation = run(builder().column(mean()).column(mixed()));
    assert_eq!(simulation.report().rows().len(), 3 * 3);
    for row in simulation.report().rows() {
        let mean = row.value("mean_2").unwrap();
        assert!((mean - row.organization.density).abs() < 1e-12, "{row:?}");
        assert_eq!(row.value("mixed"), Some(row.day + row.elastin + mean));
    }
}

/// Claim: it is the last column of CSV, JSON, table and dictionary.
#[test]
fn an_own_column_is_in_every_output() {
    let simulation = run(builder().column(mean()));
    let report = simulation.report();
    let [header, first, ..] = &csv_of(report, "own.csv")[..] else { panic!("no rows") };
    assert_eq!(header.last().unwrap(), "mean_2");
    assert_eq!(first.last().unwrap().parse(), Ok(report.rows()[0].value("mean_2").unwrap()));
    assert_eq!(report.rows()[0].flat().keys().next_back().unwrap(), "mean_2");
    let nested = serde_json::to_value(report).unwrap();
    assert_eq!(nested["rows"][0]["own"]["mean_2"].as_f64(), report.rows()[0].value("mean_2"));
    assert_eq!(names(&report.dictionary()), *header);
    let column = report.dictionary().get("mean_2").unwrap().clone();
    let expected = ("1", "Mean density, counted anew.", "sites");
    assert_eq!((column.unit.as_str(), column.description.as_str(), column.source.as_str()), expected);
    let table = report.to_string();
    let value = format!("{:.3}", report.rows()[0].value("mean_2").unwrap());
    let mut lines = table.lines();
    assert!(lines.next().unwrap().ends_with(" mean_2") && lines.next().unwrap().ends_with(&value), "{table}");
    let read: Report = serde_json::from_value(nested).unwrap();
    assert_eq!(read, *report);
}

/// Claim: numbers that are not finite stand in files as others do.
#[test]
fn own_numbers_need_not_be_finite() {
    let numbers = [("a", f64::INFINITY, "inf"), ("b", f64::NEG_INFINITY, "-inf"), ("c", f64::NAN, "NaN")];
    let mut builder = builder();
    for (name, number, _) in numbers {
        builder = builder.column(Column::new(name, "1", "Not finite.", move |_| number));
    }
    let simulation = builder.build().unwrap();
    let report = simulation.report();
    let csv = csv_of(report, "not_finite.csv");
    let read: Report = serde_json::from_str(&serde_json::to_string(report).unwrap()).unwrap();
    simulation.save(file("not_finite")).unwrap();
    let resumed = Simulation::resume(file("not_finite"), None).unwrap();
    for (index, (name, number, text)) in numbers.iter().enumerate() {
        assert_eq!(csv[1][csv[1].len() - 3 + index], *text);
        assert_eq!(report.rows()[0].flat()[*name], *text);
        for report in [&read, resumed.report()] {
            assert_eq!(report.rows()[0].value(name).map(f64::to_bits), Some(number.to_bits()));
        }
    }
}

/// Claim: a name that is taken or no name, no unit and no description are refused, and the column is named.
#[test]
fn what_is_no_column_is_refused() {
    let refused = |builder: Builder, expected: &str| {
        let error = builder.build().err().unwrap_or_else(|| panic!("{expected:?} was accepted"));
        let Error::BadColumn { name, .. } = &error else { panic!("{error}") };
        assert_eq!(name, expected);
        assert!(error.to_string().contains(&format!("{expected:?}")), "{error}");
    };
    let named = |name: &str| Column::new(name, "1", "A number.", |_| 1.0);
    let of_builtin = dictionary().columns().iter().map(|column| column.name.clone()).collect::<Vec<_>>();
    for name in of_builtin.iter().map(String::as_str).chain(["run", "", "Mean", "a b", "a,b", "a\n", "ä", "a-b"]) {
        refused(builder().column(named(name)), name);
    }
    refused(builder().column(named("twice")).column(named("twice")), "twice");
    refused(builder().column(Column::new("no_unit", "", "A number.", |_| 1.0)), "no_unit");
    refused(builder().column(Column::new("no_word", "1", "", |_| 1.0)), "no_word");
    assert!(builder().column(named("0_z")).build().is_ok());
}

/// Claim: the course and all other columns have the same bits with and without it.
#[test]
fn an_own_column_changes_nothing_else() {
    let (with, without) = (run(builder().column(mean()).column(mixed())), run(builder()));
    assert_eq!(with.state_digest(), without.state_digest());
    for (with, without) in with.report().rows().iter().zip(without.report().rows()) {
        let mut flat = with.flat();
        flat.shift_remove("mean_2").unwrap();
        flat.shift_remove("mixed").unwrap();
        assert_eq!(flat, without.flat());
    }
}

// Saved and branched.

/// Claim: a saved course keeps what was measured; given its columns again, in any order, it goes on as if never stopped.
#[test]
fn a_resumed_course_goes_on_with_its_columns() {
    let mut simulation = builder().column(mean()).column(mixed()).build().unwrap();
    while simulation.report().rows().len() < 6 {
        simulation.step().unwrap();
    }
    simulation.save(file("resumed")).unwrap();
    let mut resumed = Simulation::resume(file("resumed"), Some(1)).unwrap();
    assert_eq!(resumed.report(), simulation.report());
    for column in [mixed(), mean()] {
        let missing = resumed.run().unwrap_err();
        assert!(matches!(&missing, Error::MissingColumn { .. }), "{missing}");
        resumed.add_column(column).unwrap();
    }
    resumed.run().unwrap();
    simulation.run().unwrap();
    assert_eq!(resumed.report(), simulation.report());
    assert_eq!(resumed.state_digest(), simulation.state_digest());
}

/// Claim: a course that is resumed, not run and saved once more loses nothing, though its columns were not given.
#[test]
fn what_was_measured_is_saved_again() {
    let simulation = run(builder().column(mean()));
    simulation.save(file("once")).unwrap();
    Simulation::resume(file("once"), None).unwrap().save(file("again")).unwrap();
    assert_eq!(fs::read(file("once")).unwrap(), fs::read(file("again")).unwrap());
}

/// Claim: a column whose unit has changed is not the one that was saved.
#[test]
fn a_column_keeps_its_unit() {
    builder().column(mean()).build().unwrap().save(file("unit")).unwrap();
    let mut resumed = Simulation::resume(file("unit"), None).unwrap();
    let other = Column::new("mean_2", "g/l", "Mean density.", mean_density);
    assert!(matches!(resumed.add_column(other), Err(Error::BadColumn { name, .. }) if name == "mean_2"));
    assert!(resumed.add_column(mean()).is_ok() && resumed.add_column(mean()).is_err());
}

/// Claim: branches go on with the column, also in their rows of the present day.
#[test]
fn branches_keep_the_column() {
    let simulation = run(builder().column(mean()));
    let protocol = Protocol::untreated(Time::days(3.0));
    let mut branch = simulation.branch("longer", protocol, 4).unwrap();
    branch.run().unwrap();
    let rows: Vec<&Row> = branch.report().rows().iter().filter(|row| row.arm == "longer").collect();
    assert_eq!(rows.len(), 3);
    assert!(rows.iter().all(|row| (row.value("mean_2").unwrap() - row.organization.density).abs() < 1e-12));
}

/// Claim: a column that is added later is empty in the rows before, and tables of arms with and without it are one table.
#[test]
fn rows_without_the_column_have_an_empty_cell() {
    let mut simulation = builder().build().unwrap();
    simulation.add_column(mean()).unwrap();
    simulation.run().unwrap();
    let csv = csv_of(simulation.report(), "later.csv");
    let cells: Vec<_> = csv.iter().map(|cells| cells.last().unwrap().is_empty()).collect();
    assert_eq!(cells, [vec![false], vec![true; 3], vec![false; 6]].concat());
    let widths: Vec<_> = simulation.report().to_string().lines().take(10).map(|line| line.chars().count()).collect();
    assert!(widths.iter().all(|width| *width == widths[0]), "{widths:?}");
}
