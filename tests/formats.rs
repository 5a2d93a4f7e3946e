//! Do files and rows say what the tissue is?
//!
//! CSV and JSON must parse back to the same numbers under the promised names, regions must
//! partition the field, and the figures of constructed tissues must be those of arithmetic.
use dermaweave::measure::{FiberMaps, FiberOrganization, Region, Windows};
use dermaweave::parameters::MatrixParameters;
use dermaweave::report::{Report, Row, write_csv, write_json};
use dermaweave::{AtrophicScar, Device, FiberMoments, Grid, Length, Protocol, Simulation, Skin, Time, Tissue};
use std::collections::HashMap;
use std::f64::consts::FRAC_PI_2;
use std::fs;
use std::path::PathBuf;
use std::sync::LazyLock;

/// Columns that evaluations rely on.
const PROMISED: [&str; 17] = [
    "arm",
    "day",
    "region",
    "density",
    "type_iii_share",
    "resultant_length",
    "regional_resultant_length",
    "weave_index",
    "weave_fidelity",
    "mean_angle_deg",
    "circular_variance",
    "von_mises_kappa",
    "entropy",
    "fibroblasts_per_mm2",
    "myofibroblast_share",
    "macrophages_per_mm2",
    "inflammation",
];

/// A needled scar, nine days long, with an extra region whose name needs quoting.
static COURSE: LazyLock<Simulation> = LazyLock::new(|| {
    let disc = Region::disc("disc, \"left\"", &field(), micrometers(300.0), micrometers(500.0), micrometers(250.0));
    let mut simulation = Simulation::builder(scarred())
        .protocol(Protocol::once(Device::pen_11()).holes_per_cm2(1_500.0).unwrap().follow_up(Time::days(9.0)))
        .sample_every(Time::days(3.0))
        .region(disc.unwrap())
        .arm("needled")
        .seed(4)
        .build()
        .unwrap();
    simulation.run().unwrap();
    simulation
});

fn micrometers(value: f64) -> Length {
    Length::micrometers(value)
}

fn field() -> Grid {
    Grid::new(micrometers(1000.0), micrometers(1000.0), micrometers(20.0)).unwrap()
}

fn scarred() -> Tissue {
    let scar = AtrophicScar { diameter: micrometers(500.0), ..AtrophicScar::boxcar() };
    Tissue::new(field(), &Skin::young()).unwrap().with_lesion(&scar).unwrap()
}

fn report() -> &'static Report {
    COURSE.report()
}

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("formats_{name}"))
}

/// The rows of a CSV file, each as column → cell.
fn read_csv(path: &PathBuf) -> (Vec<String>, Vec<HashMap<String, String>>) {
    let mut reader = csv::Reader::from_path(path).unwrap();
    let header = reader.headers().unwrap().iter().map(String::from).collect();
    (header, reader.deserialize().map(Result::unwrap).collect())
}

// Files.

/// Claim: rows have all promised columns, in one order, and are as many as days × regions.
#[test]
fn rows_have_the_promised_columns() {
    let names = |row: &Row| row.flat().keys().cloned().collect::<Vec<_>>();
    let first = names(&report().rows()[0]);
    assert!(PROMISED.iter().all(|name| first.iter().any(|found| found == name)), "{first:?}");
    assert_eq!(first[..3], ["arm", "day", "region"]);
    assert!(report().rows().iter().all(|row| names(row) == first));
    assert_eq!(report().rows().len(), 4 * 4);
    let days: Vec<_> = report().region("lesion").map(|row| row.day).collect();
    assert_eq!(days, [0.0, 3.0, 6.0, 9.0]);
}

/// Claim: no name is used twice when a row is made flat.
#[test]
fn flat_rows_lose_no_number() {
    let nested = serde_json::to_value(&report().rows()[0]).unwrap();
    // A group counts as its members, a plain value as one.
    let count: usize =
        nested.as_object().unwrap().values().map(|value| value.as_object().map_or(1, serde_json::Map::len)).sum();
    assert_eq!(report().rows()[0].flat().len(), count);
}

/// Claim: a flat row holds the numbers of the row.
#[test]
fn flat_rows_hold_the_numbers_of_the_row() {
    for row in report().rows() {
        let (flat, fibers) = (row.flat(), &row.organization);
        assert_eq!((flat["arm"].as_str(), flat["region"].as_str()), (Some("needled"), Some(row.region.as_str())));
        let expected = [
            ("day", row.day),
            ("density", fibers.density),
            ("type_iii_share", fibers.type_iii_share),
            ("resultant_length", fibers.resultant_length),
            ("regional_resultant_length", fibers.regional_resultant_length),
            ("weave_index", fibers.weave_index),
            ("weave_fidelity", fibers.weave_fidelity),
            ("mean_angle_deg", fibers.mean_angle_deg),
            ("circular_variance", fibers.circular_variance),
            ("von_mises_kappa", fibers.von_mises_kappa),
            ("entropy", fibers.entropy),
            ("fibroblasts_per_mm2", row.fibroblasts_per_mm2),
            ("myofibroblast_share", row.myofibroblast_share),
            ("macrophages_per_mm2", row.macrophages_per_mm2),
            ("inflammation", row.inflammation),
        ];
        for (name, value) in expected {
            assert_eq!(flat[name].as_f64(), Some(value), "{name}");
        }
    }
}

/// Claim: CSV parses back to the same columns and, bit for bit, the same numbers.
#[test]
fn csv_parses_back_to_the_same_numbers() {
    let path = file("report.csv");
    write_csv(&path, report().rows()).unwrap();
    let (header, records) = read_csv(&path);
    assert_eq!(header, report().rows()[0].flat().keys().cloned().collect::<Vec<_>>());
    assert_eq!(records.len(), report().rows().len());
    for (record, row) in records.iter().zip(report().rows()) {
        for (name, value) in row.flat() {
            match value.as_f64() {
                Some(number) => assert_eq!(record[&name].parse(), Ok(number), "{name}"),
                None => assert_eq!(record[&name], value.as_str().unwrap_or_default(), "{name}"),
            }
        }
    }
}

/// Claim: rows of several arms go into one file, under one header; no rows make an empty file.
#[test]
fn csv_takes_the_rows_of_several_arms() {
    let control = Simulation::builder(scarred()).arm("control").build().unwrap();
    let path = file("arms.csv");
    write_csv(&path, report().rows().iter().chain(control.report().rows())).unwrap();
    let (_, records) = read_csv(&path);
    let arms: Vec<_> = records.iter().map(|record| record["arm"].as_str()).collect();
    assert_eq!(arms, [vec!["needled"; 16], vec!["control"; 3]].concat());
    write_csv(&path, []).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "");
}

/// Claim: JSON holds the numbers of the rows bit for bit, one to a line.
#[test]
fn json_holds_the_same_numbers() {
    let path = file("rows.json");
    let flat: Vec<_> = report().rows().iter().map(Row::flat).collect();
    write_json(&path, &flat).unwrap();
    let text = fs::read_to_string(&path).unwrap();
    let mut lines = text.lines().filter_map(|line| line.trim().trim_end_matches(',').split_once(": "));
    for (name, value) in flat.iter().flatten() {
        let (found_name, found) = lines.next().unwrap();
        assert_eq!(found_name, format!("\"{name}\""));
        match value.as_f64() {
            Some(number) => assert_eq!(found.parse(), Ok(number), "{name}"),
            None => assert_eq!(found, value.to_string(), "{name}"),
        }
    }
    assert!(lines.next().is_none() && text.ends_with("]\n"));
}

/// Claim: a report can be read back as it was, to the rounding of the JSON parser.
#[test]
fn json_parses_back_to_the_same_report() {
    let path = file("report.json");
    write_json(&path, report()).unwrap();
    let read: Report = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    assert_eq!(read.rows().len(), report().rows().len());
    for (found, expected) in read.rows().iter().zip(report().rows()) {
        for ((name, found), (_, expected)) in found.flat().iter().zip(expected.flat()) {
            match (found.as_f64(), expected.as_f64()) {
                (Some(found), Some(expected)) => {
                    assert!((found - expected).abs() <= 1e-15 * expected.abs(), "{name}");
                }
                _ => assert_eq!(*found, expected, "{name}"),
            }
        }
    }
}

/// Claim: a report prints as a table with a header and a line per row that line up, and a line per caution below.
#[test]
fn a_report_prints_as_a_table() {
    let control = Simulation::builder(scarred()).build().unwrap();
    let text = control.report().to_string();
    let (cautions, table): (Vec<_>, Vec<_>) = text.lines().partition(|line| line.starts_with("caution: "));
    assert!(cautions.len() == 1 && cautions[0].contains("surround"), "{text}");
    let widths: Vec<_> = table.iter().map(|line| line.chars().count()).collect();
    assert!(widths.len() == 4 && widths.iter().all(|width| *width == widths[0]), "{text}");
    assert!(
        ["region", "day", "density", "R", "R healthy", "off by°", "inside"].iter().all(|title| text.contains(title))
    );
}

// Regions.

type Figure = fn(&Row) -> f64;

/// Claim: lesion and surround partition the field.
#[test]
fn lesion_and_surround_partition_the_field() {
    let (grid, tissue) = (field(), scarred());
    let lesion = Region::mask("lesion", &grid, tissue.lesion().to_vec()).unwrap();
    let outside = tissue.lesion().iter().map(|inside| !inside).collect();
    let surround = Region::mask("surround", &grid, outside).unwrap();
    let areas = [&lesion, &surround, &Region::all(&grid)].map(Region::area_mm2);
    assert!((areas[0] + areas[1] - areas[2]).abs() < 1e-12 && (areas[2] - 1.0).abs() < 1e-12);
    // A disc of 500 µm; its border of 1571 µm crosses at most 2 × 79 + 2 sites of 400 µm², half wrong.
    assert!((areas[0] - 0.196_35).abs() < 0.5 * 160.0 * 400e-6);
    assert!((0..grid.sites()).all(|site| lesion.holds(site) != surround.holds(site)));
}

/// Claim: so do their figures: all amounts and numbers of cells are the sums of the parts, on every
/// sampled day.
#[test]
fn figures_of_lesion_and_surround_add_up() {
    let share = scarred().lesion().iter().filter(|inside| **inside).count() as f64 / 2500.0;
    let parts = report().region("lesion").zip(report().region("surround"));
    for ((lesion, surround), all) in parts.zip(report().region("all")) {
        let figures: [(&str, Figure); 9] = [
            ("fibrin", |row| row.fibrin),
            ("elastin", |row| row.elastin),
            ("ground substance", |row| row.ground_substance),
            ("fibroblasts", |row| row.fibroblasts_per_mm2),
            ("macrophages", |row| row.macrophages_per_mm2),
            ("TGF-β", |row| row.tgf_beta),
            ("inflammation", |row| row.inflammation),
            ("MMP", |row| row.mmp),
            ("active cells", |row| row.active_share * row.fibroblasts_per_mm2),
        ];
        for (name, figure) in figures {
            let sum = share * figure(lesion) + (1.0 - share) * figure(surround);
            assert!((sum - figure(all)).abs() <= 1e-9 * figure(all).abs(), "{name} on day {}", all.day);
        }
    }
}

/// Claim: cells are counted once: those of the region `all` are all cells of the tissue.
#[test]
fn all_cells_are_counted() {
    let last = report().region("all").last().unwrap();
    assert!((last.fibroblasts_per_mm2 - COURSE.tissue().fibroblasts().len() as f64).abs() < 1e-6);
    assert!((last.macrophages_per_mm2 - COURSE.tissue().macrophages().len() as f64).abs() < 1e-6);
}

/// Claim: every figure stays in its range, in every region and on every day.
#[test]
fn figures_stay_in_their_ranges() {
    for row in report().rows() {
        let fibers = &row.organization;
        let shares = [
            fibers.type_iii_share,
            fibers.resultant_length,
            fibers.regional_resultant_length,
            fibers.circular_variance,
            fibers.entropy,
            row.fibrin,
            row.active_share,
            row.myofibroblast_share,
        ];
        assert!(shares.iter().all(|share| (0.0..=1.0).contains(share)), "{row:?}");
        assert!((0.0..180.0).contains(&fibers.mean_angle_deg) && fibers.von_mises_kappa >= 0.0);
        assert!(row.myofibroblast_share <= row.active_share && fibers.new_density <= fibers.density);
        // |mean| ≤ mean of |…|: regional order is never above that of the windows.
        assert!(fibers.regional_resultant_length <= fibers.resultant_length + 1e-12);
        assert!((fibers.circular_variance + fibers.resultant_length - 1.0).abs() < 1e-15);
    }
}

// Figures of constructed tissues.

/// Healthy skin whose fibers are replaced by `fibers(x, y)`.
fn constructed(fibers: impl Fn(f64, f64) -> FiberMoments) -> Tissue {
    let (grid, mut tissue) = (field(), Tissue::new(field(), &Skin::young()).unwrap());
    for (site, matrix) in tissue.matrix_mut().sites_mut().iter_mut().enumerate() {
        let (x, y) = grid.center_of(site);
        (matrix.new, matrix.mature) = (FiberMoments::default(), fibers(x, y));
    }
    tissue
}

fn measured(tissue: &Tissue, window: f64) -> FiberOrganization {
    let windows = Windows::new(&Region::all(tissue.grid()), tissue.grid(), micrometers(window)).unwrap();
    let healthy = windows.healthy_weave(tissue).unwrap();
    FiberOrganization::new(&windows, tissue.matrix(), &healthy, &MatrixParameters::default()).unwrap()
}

/// Two halves of parallel fibers at right angles.
fn halves() -> Tissue {
    constructed(|x, _| FiberMoments::along(1.0, if x < 500.0 { 0.0 } else { FRAC_PI_2 }))
}

/// Claim: windows see order where the region sees none.
#[test]
fn windows_see_order_that_the_region_does_not() {
    let fibers = measured(&halves(), 100.0);
    assert!((fibers.resultant_length - 1.0).abs() < 1e-12, "{fibers:?}");
    assert!(fibers.regional_resultant_length < 1e-12 && fibers.circular_variance < 1e-12);
    assert!(fibers.weave_index < 1e-9, "each window is one family: {fibers:?}");
    assert!((fibers.regional_weave_index - 1.0).abs() < 1e-12, "together they cross: {fibers:?}");
}

/// Claim: one window as large as the region makes both figures the same.
#[test]
fn one_window_is_the_region() {
    let fibers = measured(&halves(), 1000.0);
    assert!((fibers.resultant_length - fibers.regional_resultant_length).abs() < 1e-15);
    assert!((fibers.weave_index - fibers.regional_weave_index).abs() < 1e-15);
}

/// Claim: a simulation reports the same figures as the direct measurement.
#[test]
fn a_simulation_reports_the_measured_figures() {
    let tissue = halves();
    let expected = measured(&tissue, 100.0);
    let simulation = Simulation::builder(tissue).build().unwrap();
    assert_eq!(simulation.report().rows()[0].organization, expected);
}

/// Claim: windows are weighted by their fibers: a parallel half of density 1 and an isotropic half
/// of density 3 give R = 1/4.
#[test]
fn windows_are_weighted_by_their_fibers() {
    let mixed = |x, _| {
        if x < 500.0 { FiberMoments::along(1.0, 0.7) } else { FiberMoments::isotropic(3.0) }
    };
    let fibers = measured(&constructed(mixed), 100.0);
    assert!((fibers.density - 2.0).abs() < 1e-12 && (fibers.resultant_length - 0.25).abs() < 1e-12);
    assert!((fibers.mean_angle_deg - 0.7_f64.to_degrees()).abs() < 1e-9);
}

/// Claim: healthy skin has the moments of human dermis: R 0.10, weave 0.31, its own weave, fibers
/// about the tension axis, and a type III share of 0.2.
#[test]
fn healthy_skin_has_the_published_moments() {
    let tissue = Tissue::new(field(), &Skin::young()).unwrap();
    let fibers = measured(&tissue, 100.0);
    assert!((fibers.density - 1.0).abs() < 1e-12 && (fibers.weave_fidelity - 1.0).abs() < 1e-12);
    assert!((fibers.resultant_length - 0.10).abs() < 0.005, "{fibers:?}");
    assert!((fibers.weave_index - 0.31).abs() < 0.01, "{fibers:?}");
    assert!((fibers.regional_resultant_length - fibers.resultant_length).abs() < 1e-12);
    assert!(fibers.mean_angle_deg < 1e-6 || fibers.mean_angle_deg > 180.0 - 1e-6);
    assert!((fibers.type_iii_share - 0.2).abs() < 0.001 && fibers.entropy > 0.9, "{fibers:?}");
}

/// Claim: a scar has what it was made of: half the matrix, R = 0.7 along x, no weave.
#[test]
fn a_scar_has_what_it_was_made_of() {
    let (grid, tissue) = (field(), scarred());
    let middle = Region::disc("middle", &grid, micrometers(500.0), micrometers(500.0), micrometers(400.0)).unwrap();
    let windows = Windows::new(&middle, &grid, micrometers(100.0)).unwrap();
    let healthy = windows.healthy_weave(&tissue).unwrap();
    let fibers = FiberOrganization::new(&windows, tissue.matrix(), &healthy, &MatrixParameters::default()).unwrap();
    assert!((fibers.density - 0.5).abs() < 1e-12 && (fibers.resultant_length - 0.7).abs() < 1e-12);
    assert!((fibers.regional_resultant_length - 0.7).abs() < 1e-12 && fibers.weave_index < 1e-9);
    assert!(fibers.weave_fidelity < 0.0, "parallel fibers are not the weave: {fibers:?}");
}

/// Claim: isotropic fibers have no axis, no weave, and the largest entropy.
#[test]
fn isotropic_fibers_have_no_order() {
    let fibers = measured(&constructed(|_, _| FiberMoments::isotropic(1.0)), 100.0);
    assert!(fibers.resultant_length < 1e-12 && fibers.weave_index < 1e-12 && fibers.weave_fidelity.abs() < 1e-12);
    assert!((fibers.entropy - 1.0).abs() < 1e-9 && fibers.von_mises_kappa < 1e-9, "{fibers:?}");
}

/// Claim: an empty matrix is measured as nothing, not as an error or NaN.
#[test]
fn an_empty_matrix_is_measured_as_nothing() {
    let simulation = Simulation::builder(constructed(|_, _| FiberMoments::default())).build().unwrap();
    let row = simulation.report().rows()[0].flat();
    let missing: Vec<_> = row.iter().filter(|(_, value)| value.is_null()).map(|(name, _)| name.as_str()).collect();
    let of_pictures = ["collagen_orientation_index", "collagen_orientation_index_null"];
    assert_eq!(missing, of_pictures, "pictures are taken on demand");
    assert_eq!(row["density"].as_f64(), Some(0.0));
}

/// Claim: maps are the windows laid side by side: at a stride of one window they are its figures.
#[test]
fn maps_are_the_figures_of_their_windows() {
    let tissue = COURSE.tissue();
    let maps = FiberMaps::new(tissue.matrix(), micrometers(100.0), micrometers(100.0)).unwrap();
    assert_eq!((maps.columns, maps.rows, maps.density.len()), (10, 10, 100));
    let fibers = measured(tissue, 100.0);
    let mean = |values: &[f64]| values.iter().sum::<f64>() / 100.0;
    let weighted =
        |values: &[f64]| values.iter().zip(&maps.density).map(|(value, density)| value * density).sum::<f64>() / 100.0;
    assert!((mean(&maps.density) - fibers.density).abs() < 1e-12);
    assert!((weighted(&maps.resultant_length) / fibers.density - fibers.resultant_length).abs() < 1e-12);
    assert!((weighted(&maps.weave_index) / fibers.density - fibers.weave_index).abs() < 1e-12);
}
