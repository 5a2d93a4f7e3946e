//! Is only that read from files which could have been made, and does all that is written read back?
//!
//! What is read passes the checks of its constructor: the error names what is wrong. Lengths and times are spelled with their
//! unit, infinite and undefined numbers by name, and a saved course that cannot be is told from one that is damaged.
use dermaweave::error::CheckpointFault;
use dermaweave::measure::{FiberFamilies, Histology, Region, Summary};
use dermaweave::report::{Report, write_csv};
use dermaweave::{AtrophicScar, Boundary, Device, Error, FiberMoments, Field, Grid, Length, Matrix, Protocol, Session};
use dermaweave::{Signals, Simulation, Skin, Slab, Time, Tissue};
use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::fs;
use std::path::PathBuf;

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("reading_{name}"))
}

fn micrometers(value: f64) -> Length {
    Length::micrometers(value)
}

/// 8 × 8 sites of 10 µm, signals on 4 × 4 of 20.
fn grid() -> Grid {
    Grid::new(micrometers(80.0), micrometers(80.0), micrometers(10.0)).unwrap()
}

/// A scar of the day before yesterday: cells, clot and signals are there.
fn wounded() -> Simulation {
    let scar = AtrophicScar { diameter: micrometers(40.0), edge: micrometers(10.0), ..AtrophicScar::boxcar() };
    let skin = Skin { fibroblasts_per_mm3: 20_000.0, ..Skin::young() };
    let tissue = Tissue::new(grid(), &skin).unwrap().with_lesion(&scar).unwrap();
    let protocol = Protocol::once(Device::single_channel(micrometers(60.0))).follow_up(Time::days(6.0));
    let mut simulation = Simulation::builder(tissue).protocol(protocol).seed(1).build().unwrap();
    while simulation.tissue().macrophages().is_empty() {
        simulation.step().unwrap();
    }
    simulation
}

fn read_back<T: Serialize + DeserializeOwned>(value: &T) -> T {
    serde_json::from_str(&serde_json::to_string(value).unwrap()).unwrap()
}

fn error_of<T: DeserializeOwned>(value: Value) -> String {
    serde_json::from_value::<T>(value).map(|_| ()).expect_err("was accepted").to_string()
}

/// A file of `value` with something put at a place in it must be refused with a message that holds `part`.
fn assert_refused<T: Serialize + DeserializeOwned>(value: &T, place: &str, put: &Value, part: &str) {
    let mut written = serde_json::to_value(value).unwrap();
    *written.pointer_mut(place).unwrap_or_else(|| panic!("no {place}")) = put.clone();
    let error = error_of::<T>(written);
    assert!(error.contains(part) && error.len() < 250, "{place} = {put}: {error}");
}

// Units.

proptest! {
    #![proptest_config(ProptestConfig { cases: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Claim: a length and a time are spelled with their unit and read back with the same bits, whatever they are.
    #[test]
    fn lengths_and_times_read_back_bit_for_bit(bits in any::<u64>(), near in -1e6..1e6_f64, count in 0..100_000_u32) {
        for value in [f64::from_bits(bits), near, f64::from(count), f64::from(count) / 24.0] {
            let (length, time) = (Length::micrometers(value), Time::hours(value));
            for text in [length.to_string(), serde_json::to_value(length).unwrap().as_str().unwrap().into()] {
                prop_assert!(text.ends_with(" µm") || text.ends_with(" mm"), "{}", text);
                let found = text.parse::<Length>().unwrap().in_micrometers();
                prop_assert!(found.to_bits() == value.to_bits() || (found.is_nan() && value.is_nan()), "{} {}", text, value);
            }
            let text = time.to_string();
            let found = text.parse::<Time>().unwrap().in_hours();
            prop_assert!(found.to_bits() == value.to_bits() || (found.is_nan() && value.is_nan()), "{} {}", text, value);
            // In a saved course they are the number itself.
            prop_assert_eq!(postcard::to_stdvec(&time).unwrap(), value.to_le_bytes());
        }
    }
}

/// Claim: all units are read, with or without a space, and what has none is refused with a word on what would be right.
#[test]
fn units_are_spelled() {
    for (text, expected) in
        [("250 µm", 250.0), ("250 μm", 250.0), ("250um", 250.0), ("1.5 mm", 1500.0), (" 1e-1 cm ", 1e3)]
    {
        assert_eq!(text.parse::<Length>().unwrap().in_micrometers(), expected, "{text}");
    }
    for (text, hours) in
        [("0.5 h", 0.5), ("28 d", 672.0), ("28 days", 672.0), ("4 weeks", 672.0), ("1 week", 168.0), ("1 year", 8766.0)]
    {
        assert_eq!(text.parse::<Time>().unwrap().in_hours(), hours, "{text}");
    }
    for text in ["28", "", "d", "28 mm", "28 µm d", "1,5 d", "twenty d", "28 D", "28.0.0 d", "0x1 d"] {
        let error = text.parse::<Time>().unwrap_err();
        assert!(matches!(&error, Error::NoUnit { quantity: "time", .. }), "{text}: {error}");
        assert!(error.to_string().contains("\"28 d\""), "{error}");
    }
    assert!("1 d".parse::<Length>().unwrap_err().to_string().contains("\"1.5 mm\""));
    assert!("x".repeat(100_000).parse::<Length>().unwrap_err().to_string().len() < 200);
}

/// Claim: a protocol in a file says what it means: with units it is read, in JSON and in TOML; a bare number is refused.
#[test]
fn a_protocol_in_a_file_has_units() {
    let protocol = Protocol::repeated(Device::dermaroller_mf8(), 2, Time::weeks(4.0));
    let mut written = serde_json::to_value(&protocol).unwrap();
    assert_eq!(
        (&written["end"], &written["sessions"][0]["device"]["needle"]["length"]),
        (&json!("56 d"), &json!("1.5 mm"))
    );
    assert_eq!(read_back(&protocol), protocol);
    assert_eq!(toml::from_str::<Protocol>(&toml::to_string(&protocol).unwrap()).unwrap(), protocol);
    written["end"] = json!("8 weeks");
    assert_eq!(serde_json::from_value::<Protocol>(written.clone()).unwrap(), protocol);
    for bare in [json!(28.0), json!(28), json!("28"), json!(null)] {
        written["end"] = bare;
        assert!(error_of::<Protocol>(written.clone()).contains("\"28 d\""), "{}", error_of::<Protocol>(written));
    }
    let bare = toml::from_str::<Protocol>("sessions = []\nend = 28.0").unwrap_err().to_string();
    assert!(bare.contains("\"28 d\""), "{bare}");
}

// Numbers that are not finite.

/// Claim: what is infinite or undefined in a report reads back as it was, in JSON, and has a word in CSV.
#[test]
fn infinite_and_undefined_numbers_read_back() {
    let mut tissue = Tissue::new(grid(), &Skin::young()).unwrap();
    tissue.matrix_mut().sites_mut().iter_mut().for_each(|site| {
        (site.new, site.mature) = (FiberMoments::default(), FiberMoments::along(1.0, 0.0));
    });
    let report = Simulation::builder(tissue).build().unwrap().report().clone();
    let kappa = |report: &Report| report.rows()[0].organization.von_mises_kappa;
    assert_eq!((kappa(&report), kappa(&read_back(&report))), (f64::INFINITY, f64::INFINITY));
    assert_eq!(read_back(&report), report);
    let flat = report.rows()[0].flat();
    assert_eq!((flat["von_mises_kappa"].as_str(), flat["collagen_orientation_index"].is_null()), (Some("inf"), true));
    let path = file("infinite.csv");
    write_csv(&path, report.rows()).unwrap();
    let mut csv = csv::Reader::from_path(&path).unwrap();
    let column = csv.headers().unwrap().iter().position(|name| name == "von_mises_kappa").unwrap();
    assert_eq!(csv.records().next().unwrap().unwrap()[column].parse(), Ok(f64::INFINITY));
    fs::remove_file(path).unwrap();
}

/// Claim: so does a summary of one replicate or of none, and of replicates that are not numbers.
#[test]
fn summaries_of_any_replicates_read_back() {
    for replicates in [&[][..], &[0.5], &[f64::NAN, 1.0], &[f64::NEG_INFINITY], &[f64::MAX, f64::MIN], &[0.1, 0.2, 0.4]]
    {
        let summary = Summary::of(replicates);
        // NaN equals nothing, not even itself: texts are compared.
        assert_eq!(format!("{:?}", read_back(&summary)), format!("{summary:?}"));
        assert_eq!(serde_json::to_string(&read_back(&summary)).unwrap(), serde_json::to_string(&summary).unwrap());
        let bytes = postcard::to_stdvec(&summary).unwrap();
        assert_eq!(format!("{:?}", postcard::from_bytes::<Summary>(&bytes).unwrap()), format!("{summary:?}"));
    }
    let undefined = FiberFamilies::from_moments(&FiberMoments::isotropic(f64::NAN));
    assert_eq!(format!("{:?}", read_back(&undefined)), format!("{undefined:?}"));
    for wrong in [json!(null), json!("infinite"), json!("1.0"), json!([1.0])] {
        assert!(error_of::<Summary>(json!({"mean": wrong, "low": 0.0, "high": 1.0, "count": 2})).contains("\"inf\""));
    }
}

// What could not have been made.

/// Claim: all that a course is made of reads back as it was.
#[test]
fn what_was_made_reads_back() {
    let simulation = wounded();
    let tissue = simulation.tissue();
    assert_eq!(read_back(tissue), *tissue);
    assert_eq!(read_back(simulation.report()), *simulation.report());
    let shallow = Slab { depth: micrometers(50.0), ..Slab::default() };
    let other = grid().with_boundary(Boundary::Periodic).with_slab(shallow).unwrap();
    assert_eq!((read_back(&grid()), read_back(&other)), (grid(), other));
    let bent = |x: f64, _: f64| dermaweave::tension::Tension { axis: 0.01 * x, ..Default::default() };
    let bent = tissue.clone().with_tension(bent).unwrap();
    assert_eq!(read_back(&bent), bent);
    let fine = tissue.clone().with_signal_spacing(micrometers(10.0)).unwrap();
    assert_eq!(read_back(&fine), fine);
    let wide = Grid::new(micrometers(840.0), micrometers(840.0), micrometers(30.0)).unwrap();
    let coarse = Tissue::new(wide, &Skin::young()).unwrap().with_signal_spacing(micrometers(200.0)).unwrap();
    assert_eq!(coarse.signals().grid().spacing(), 210.0);
    assert_eq!(read_back(&coarse), coarse);
}

/// Claim: a grid that cannot be is refused: reading one without sites never ended, a huge one aborted.
#[test]
fn a_grid_that_cannot_be_is_refused() {
    for (place, put, part) in [
        ("/spacing", json!("0 µm"), "grid spacing is 0 µm"),
        ("/spacing", json!(0.0), "\"250 µm\""),
        ("/spacing", json!("-10 µm"), "grid spacing"),
        ("/spacing", json!("NaN µm"), "grid spacing"),
        ("/columns", json!(0), "field width is 0 µm"),
        ("/columns", json!(3), "field width"),
        ("/rows", json!(1_u64 << 32), "field height"),
        ("/rows", json!(u64::MAX), "field height"),
        ("/slab/depth", json!("5 mm"), "slab depth"),
        ("/slab/thickness", json!("0 mm"), "slab thickness"),
    ] {
        assert_refused(&grid(), place, &put, part);
    }
    assert_refused(
        &Field::uniform(grid(), 1.0),
        "/values",
        &json!([1.0, 2.0]),
        "a field has 2 entries and there are 64 sites",
    );
    assert_refused(&Field::uniform(grid(), 1.0), "/grid/columns", &json!(9), "64 entries");
}

/// Claim: the same holds of a tissue: each part is checked, and that all fit together.
#[test]
fn a_tissue_that_cannot_be_is_refused() {
    let simulation = wounded();
    let tissue = simulation.tissue();
    let other = |grid: Grid| serde_json::to_value(Field::uniform(grid, 1.0)).unwrap();
    let coarse = *tissue.signals().grid();
    let periodic = other(coarse.with_boundary(Boundary::Periodic));
    let copied_id = json!(tissue.fibroblasts()[0].id);
    for (place, put, part) in [
        ("/matrix/sites", json!([]), "a matrix has 0 entries"),
        ("/matrix/since", json!([0]), "1 entries"),
        ("/matrix/exchanged", json!([]), "rows of a matrix"),
        ("/matrix/sites/0/fibrin", json!(-1.0), "fibrin of a site"),
        ("/matrix/sites/3/elastin", json!(1e300), "elastin of a site"),
        ("/matrix/sites/3/mature/density", json!(-0.5), "density of fibers"),
        ("/matrix/sites/3/mature/c2", json!(2.0), "second moment of fibers"),
        ("/matrix/sites/3/mature/s4", json!(-2.0), "fourth moment of fibers"),
        ("/signals/fields/1", periodic.clone(), "a signal has another size, spacing or boundary"),
        ("/signals/fields/2/values/0", json!("NaN"), "level of a signal is NaN"),
        ("/signals/fields/2/values/0", json!(-1.0), "level of a signal is -1"),
        ("/alarm/called", periodic.clone(), "clot and neutrophils"),
        ("/alarm/called/values/0", json!(-1.0), "neutrophils"),
        ("/ground", periodic.clone(), "the ground substance"),
        ("/ground/values/0", json!("inf"), "ground substance is inf"),
        ("/mmp_exposure", other(grid()), "the exposure to MMP"),
        ("/openings/flare", periodic.clone(), "the flare"),
        ("/openings/flare/values/5", json!(3.0), "flare is 3"),
        ("/openings/adaptation", periodic, "the adaptation of vessels"),
        ("/openings/adaptation/values/5", json!(-0.5), "adaptation of vessels is -0.5"),
        (
            "/openings/holes",
            json!([{"x": 0.0, "y": 0.0, "diameter": -1.0, "delay": 0.0}]),
            "diameter of a microchannel",
        ),
        ("/fibroblasts/1/x", json!(80.0), "x of a fibroblast is 80 µm"),
        ("/fibroblasts/1/y", json!(-0.1), "y of a fibroblast"),
        ("/fibroblasts/1/heading", json!(1e9), "heading"),
        ("/fibroblasts/1/activation", json!(1.5), "activation"),
        ("/fibroblasts/1/contraction", json!(-0.5), "contraction"),
        ("/fibroblasts/1/id", copied_id, "identity"),
        ("/macrophages/0/x", json!(1e3), "x of a macrophage"),
        ("/macrophages/0/age", json!(-1.0), "age of a macrophage"),
        ("/macrophages/0/id", json!(1_000_000), "identity"),
        ("/next_id", json!(0), "identity"),
        ("/next_id", json!(u64::MAX), "next identity"),
        ("/skin/age_years", json!(500.0), "age of the skin"),
        ("/skin/tension/axis", json!(100.0), "axis of skin tension"),
        ("/tension", json!({"Even": {"axis": 0.0, "anisotropy": 2.0}}), "anisotropy"),
        ("/tension", json!({"Varying": {"cosine": other(grid()), "sine": other(coarse)}}), "component of the tension"),
        ("/lesion", json!([true]), "the mask of a lesion"),
    ] {
        assert_refused(tissue, place, &put, part);
    }
    assert!(
        error_of::<Matrix>(
            json!({"grid": coarse, "sites": [], "since": [], "spans": {"until_now": []}, "exchanged": []})
        )
        .contains("a matrix has 0 entries")
    );
    let signals = Signals::at_rest(coarse);
    assert_refused(&signals, "/fields/3/grid/spacing", &json!("21 µm"), "a signal has another size");
}

/// Claim: so do regions, histologies, devices, sessions and protocols.
#[test]
fn inputs_that_cannot_be_are_refused() {
    let region = Region::all(&grid());
    assert_eq!(read_back(&region), region);
    assert_refused(&region, "/mask", &json!([]), "the mask of a region has 0 entries");
    assert_refused(&region, "/mask", &json!([true, false]), "the mask of a region has 2 entries");
    assert_refused(&region, "/mask", &json!(vec![false; 64]), "number of sites of a region is 0");
    assert_eq!(serde_json::from_str::<Histology>("{}").unwrap(), Histology::default());
    assert_refused(&Histology::default(), "/pixel", &json!("0 µm"), "pixel of the microscope");
    assert!(error_of::<Histology>(json!({"pixels": "1 µm"})).contains("pixels"));
    let session = Session::new(Device::pen_11(), Time::days(3.0));
    assert_eq!(read_back(&session), session);
    assert_refused(&session, "/passes", &json!(0), "passes of a session");
    assert_refused(&session, "/device/needle/taper", &json!("0 µm"), "needle taper");
    assert_refused(&session, "/start", &json!("-1 d"), "day of a session");
    let protocol = Protocol::repeated(Device::pen_11(), 2, Time::days(3.0));
    assert_refused(&protocol, "/end", &json!("0 d"), "end of the protocol");
    assert_refused(&protocol, "/end", &json!("2 d"), "session 2 is on day 3 and the protocol ends on day 2");
    assert_refused(&protocol, "/sessions/0/start", &json!("4 d"), "in order of time");
}

// Saved courses.

/// What is changed in the bytes of a saved course.
type Change = fn(&mut Vec<u8>);

/// The saved course with its state changed and its checksum made to fit.
fn forged(name: &str, change: impl FnOnce(&mut Vec<u8>)) -> PathBuf {
    let path = file(name);
    wounded().save(&path).unwrap();
    let mut bytes = fs::read(&path).unwrap();
    bytes.truncate(bytes.len() - 16);
    change(&mut bytes);
    let length = bytes.len() as u64 - 44;
    bytes[12..20].copy_from_slice(&length.to_le_bytes());
    let checksum = xxhash_rust::xxh3::xxh3_128(&bytes);
    bytes.extend(checksum.to_le_bytes());
    fs::write(&path, bytes).unwrap();
    path
}

/// Claim: a file that is whole but holds what no course can have is refused by the name of what is wrong.
#[test]
fn a_course_that_cannot_be_is_refused_by_name() {
    let unchanged = forged("unchanged", |_| ());
    assert!(Simulation::resume(&unchanged, None).is_ok());
    // The state begins with the grid of the matrix: 8 columns, 8 rows, spacing.
    let changes: [(Change, &str); 4] = [
        (|bytes| bytes[44] = 9, "64 entries"),
        (|bytes| bytes[46..54].copy_from_slice(&0.0_f64.to_le_bytes()), "grid spacing is 0 µm"),
        (|bytes| bytes.push(0), "longer"),
        (|bytes| bytes.truncate(100), "no state"),
    ];
    for (index, (change, part)) in changes.into_iter().enumerate() {
        let path = forged(&format!("forged_{index}"), change);
        let error = Simulation::resume(&path, None).unwrap_err();
        let Error::BadCheckpoint { reason: CheckpointFault::Refused { what }, .. } = &error else { panic!("{error}") };
        assert!(what.contains(part) && error.to_string().contains(what), "{error}");
        fs::remove_file(path).unwrap();
    }
    fs::remove_file(unchanged).unwrap();
}

/// Claim: a file of another format names the version that wrote it.
#[test]
fn another_format_names_its_version() {
    let path = forged("format", |bytes| {
        bytes[8] = 99;
        bytes[20..28].copy_from_slice(b"17.3.0\0\0");
    });
    let message = Simulation::resume(&path, None).unwrap_err().to_string();
    for part in ["format 99", "dermaweave 17.3.0", env!("CARGO_PKG_VERSION")] {
        assert!(message.contains(part), "{message}");
    }
    fs::remove_file(path).unwrap();
}

/// Claim: what is no regular file is refused at once: a pipe without a writer, a device without end, a folder.
#[cfg(unix)]
#[test]
fn only_regular_files_are_read() {
    let pipe = file("pipe");
    let _ = fs::remove_file(&pipe);
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let link = file("link");
    let _ = fs::remove_file(&link);
    std::os::unix::fs::symlink("/dev/zero", &link).unwrap();
    for (path, kind) in [
        (pipe.clone(), "a pipe"),
        ("/dev/zero".into(), "a device"),
        (link.clone(), "a device"),
        (std::env::temp_dir(), "a folder"),
    ] {
        let begun = std::time::Instant::now();
        let error = Simulation::resume(&path, None).unwrap_err();
        assert!(begun.elapsed().as_millis() < 500, "{}", path.display());
        assert!(matches!(&error, Error::File { path: told, .. } if *told == path), "{error}");
        assert!(error.to_string().contains(kind), "{error}");
    }
    fs::remove_file(pipe).unwrap();
    fs::remove_file(link).unwrap();
}

/// Claim: a file that says it is huge is refused before any memory is taken for it.
#[test]
fn no_more_is_taken_than_the_file_holds() {
    let path = file("huge");
    wounded().save(&path).unwrap();
    let mut bytes = fs::read(&path).unwrap();
    for length in [u64::MAX, u64::MAX - 60, 1 << 40, 0, bytes.len() as u64] {
        bytes[12..20].copy_from_slice(&length.to_le_bytes());
        fs::write(&path, &bytes).unwrap();
        let error = Simulation::resume(&path, None).unwrap_err();
        assert!(matches!(error, Error::BadCheckpoint { reason: CheckpointFault::Damaged, .. }), "{error}");
    }
    fs::remove_file(path).unwrap();
}
