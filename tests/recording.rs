//! Does a recording hold what was seen, where and when it was seen, in every format?
//!
//! Files are read by readers of the tests' own (`tests/common/recordings.rs`); `tests/python/read_back.py` reads them with NumPy,
//! VTK, Zarr, OME-Zarr and PyArrow.
#[path = "common/recordings.rs"]
mod recordings;

use dermaweave::measure::{Surface, weave_index};
use dermaweave::record::{FieldName, Format, Recorder, Recording};
use dermaweave::{Signal, Simulation, Time, Tissue};
use recordings::{COLUMNS, Npy, ROWS, SPACING, Vtk, attribute, builder, everything, json, numbers, recorded, words};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use tempfile::{TempDir, tempdir};

/// A recorded course of six samples, with the tissue of each.
struct Recorded {
    folder: TempDir,
    seen: Vec<Tissue>,
    simulation: Simulation,
}

fn course() -> Recorded {
    let (folder, mut simulation) = (tempdir().unwrap(), builder().build().unwrap());
    let mut recorder = Recorder::new(folder.path(), &simulation, everything(Time::days(1.0))).unwrap();
    let mut seen = vec![simulation.tissue().clone()];
    simulation
        .run_observed(|progress| {
            seen.push(progress.tissue.clone());
            recorder.observe(progress)
        })
        .unwrap();
    assert_eq!(recorder.samples(), 6);
    recorder.finish().unwrap();
    Recorded { folder, seen, simulation }
}

/// A field, read by public functions only.
fn expected(field: FieldName, tissue: &Tissue) -> Vec<f64> {
    let sites = || tissue.matrix().sites();
    let signal = |signal: Signal| tissue.signals()[signal].values().to_vec();
    let surface = || Surface::of(tissue, &dermaweave::Parameters::default().surface).unwrap();
    match field {
        FieldName::Density => sites().map(|site| site.collagen().density).collect(),
        FieldName::NewDensity => sites().map(|site| site.new.density).collect(),
        FieldName::MatureDensity => sites().map(|site| site.mature.density).collect(),
        FieldName::ResultantLength => sites().map(|site| site.collagen().resultant_length()).collect(),
        FieldName::MeanAngleDeg => sites().map(|site| site.collagen().mean_angle().to_degrees()).collect(),
        FieldName::WeaveIndex => sites().map(|site| weave_index(&site.collagen())).collect(),
        FieldName::Fibrin => sites().map(|site| site.fibrin).collect(),
        FieldName::Elastin => sites().map(|site| site.elastin).collect(),
        FieldName::TgfBeta => signal(Signal::TgfBeta),
        FieldName::Pdgf => signal(Signal::Pdgf),
        FieldName::Inflammation => signal(Signal::Inflammation),
        FieldName::Mmp => signal(Signal::Mmp),
        FieldName::GroundSubstance => tissue.ground().values().to_vec(),
        FieldName::ThicknessUm => surface().thickness.values().to_vec(),
        FieldName::HeightUm => surface().height.values().to_vec(),
        other => panic!("{other}"),
    }
}

fn bits(numbers: &[f64]) -> Vec<u64> {
    numbers.iter().map(|number| number.to_bits()).collect()
}

/// Claim: every array holds, bit for bit, what each sample held, in the order (sample, row, column), and the days.
#[test]
fn arrays_hold_what_was_seen() {
    let Recorded { folder, seen, .. } = course();
    assert_eq!(Npy::read(&folder.path().join("times.npy")).numbers(), [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]);
    let mut changing = 0;
    for &field in FieldName::ALL {
        let array = Npy::read(&folder.path().join(format!("{field}.npy")));
        let is_coarse = array.shape[1] == ROWS / 2;
        assert_eq!(array.shape, if is_coarse { [6, ROWS / 2, COLUMNS / 2] } else { [6, ROWS, COLUMNS] });
        for (sample, tissue) in seen.iter().enumerate() {
            assert_eq!(bits(&array.plane(sample)), bits(&expected(field, tissue)), "{field}, sample {sample}");
        }
        changing += usize::from(array.plane(0) != array.plane(5));
        let (low, high) = array
            .numbers()
            .into_iter()
            .fold((f64::MAX, f64::MIN), |(low, high), number| (low.min(number), high.max(number)));
        assert!(high > low || field == FieldName::Mmp, "{field} is {low} everywhere");
        assert!(field != FieldName::MeanAngleDeg || (low >= 0.0 && high <= 180.0), "{low}, {high}");
    }
    assert!(changing > 10, "{changing} fields change");
}

/// Claim: the arrays are those the report is about: their means are in its rows.
#[test]
fn means_of_arrays_are_in_the_report() {
    let Recorded { folder, simulation, .. } = course();
    for name in ["density", "new_density", "fibrin", "elastin", "tgf_beta", "pdgf", "inflammation", "mmp"]
        .into_iter()
        .chain(["ground_substance", "thickness_um", "height_um"])
    {
        let array = Npy::read(&folder.path().join(format!("{name}.npy")));
        for (sample, row) in simulation.report().region("all").enumerate() {
            let plane = array.plane(sample);
            let mean = plane.iter().sum::<f64>() / plane.len() as f64;
            let in_row = row.value(name).unwrap();
            assert!((mean - in_row).abs() <= 1e-9 * in_row.abs().max(1.0), "{name}, {sample}: {mean}, {in_row}");
        }
    }
}

/// Claim: cells are there with identity, place and state, sample by sample.
#[test]
fn cells_are_recorded() {
    let Recorded { folder, seen, .. } = course();
    let (names, rows) = Npy::read(&folder.path().join("fibroblasts.npy")).records();
    assert_eq!(names, ["sample", "id", "x_um", "y_um", "heading_rad", "activation", "contraction"]);
    let cells = seen.iter().enumerate().flat_map(|(sample, tissue)| {
        tissue.fibroblasts().iter().map(move |cell| {
            let numbers = [cell.x, cell.y, cell.heading, cell.activation, cell.contraction];
            [vec![sample as u64, cell.id], bits(&numbers)].concat()
        })
    });
    assert_eq!(rows, cells.collect::<Vec<_>>());
    let (names, rows) = Npy::read(&folder.path().join("macrophages.npy")).records();
    assert_eq!(names, ["sample", "id", "x_um", "y_um", "age_h"]);
    let cells = seen.iter().enumerate().flat_map(|(sample, tissue)| {
        let row = move |cell: &dermaweave::cells::Macrophage| {
            [vec![sample as u64, cell.id], bits(&[cell.x, cell.y, cell.age])].concat()
        };
        tissue.macrophages().iter().map(row)
    });
    assert_eq!(rows, cells.collect::<Vec<_>>());
    assert!(rows.len() > 10 && seen[0].macrophages().is_empty());
}

/// Claim: VTK images hold the numbers of the arrays as data of image cells, whose centers are those of the sites.
#[test]
fn vtk_images_hold_the_arrays_at_the_centers_of_sites() {
    let Recorded { folder, seen, .. } = course();
    for (lattice, spacing) in [("matrix", SPACING), ("signals", 2.0 * SPACING)] {
        let fields = FieldName::ALL.iter().filter(|field| {
            Npy::read(&folder.path().join(format!("{field}.npy"))).shape[1]
                == (ROWS as f64 * SPACING / spacing) as usize
        });
        let fields: Vec<_> = fields.collect();
        for sample in 0..seen.len() {
            let image = Vtk::read(&folder.path().join(format!("vtk/{lattice}_{sample:06}.vti")));
            let whole = image.text.lines().find(|line| line.starts_with("<ImageData")).unwrap();
            let (columns, rows) = (600.0 / spacing, 400.0 / spacing);
            assert_eq!(attribute(whole, "WholeExtent"), format!("0 {columns} 0 {rows} 0 0"));
            assert_eq!(attribute(whole, "Origin"), "0 0 0");
            assert_eq!(attribute(whole, "Spacing"), format!("{spacing} {spacing} {spacing}"));
            assert!(image.text.contains("<CellData ") && image.text.contains(&format!(">{sample}</DataArray>")));
            assert_eq!(image.arrays.len(), fields.len());
            for field in &fields {
                let array = Npy::read(&folder.path().join(format!("{field}.npy"))).plane(sample);
                assert_eq!(bits(&image.numbers(field.name())), bits(&array), "{field}");
            }
        }
    }
    // Image cell (i, j) of such an image has its center at (i + ½, j + ½) spacings, as the site has.
    assert_eq!(seen[0].grid().center_of(COLUMNS + 2), (2.5 * SPACING, 1.5 * SPACING));
}

/// Claim: VTK points are the cells, at z = 0, and the series list every file under its day.
#[test]
fn vtk_points_are_the_cells() {
    let Recorded { folder, seen, .. } = course();
    for (sample, tissue) in seen.iter().enumerate() {
        let points = Vtk::read(&folder.path().join(format!("vtk/fibroblasts_{sample:06}.vtp")));
        let cells = tissue.fibroblasts();
        assert!(points.text.contains(&format!(r#"NumberOfPoints="{}""#, cells.len())));
        let places: Vec<_> = cells.iter().flat_map(|cell| [cell.x, cell.y, 0.0]).collect();
        assert_eq!(points.numbers("Points"), places);
        assert_eq!(words(&points.arrays["id"]), cells.iter().map(|cell| cell.id).collect::<Vec<_>>());
        let count = cells.len() as u64;
        assert_eq!(words(&points.arrays["connectivity"]), (0..count).collect::<Vec<_>>());
        assert_eq!(words(&points.arrays["offsets"]), (1..=count).collect::<Vec<_>>());
        assert_eq!(points.numbers("heading_rad"), cells.iter().map(|cell| cell.heading).collect::<Vec<_>>());
        assert_eq!(points.numbers("activation"), cells.iter().map(|cell| cell.activation).collect::<Vec<_>>());
        assert_eq!(points.numbers("contraction"), cells.iter().map(|cell| cell.contraction).collect::<Vec<_>>());
        let macrophages = Vtk::read(&folder.path().join(format!("vtk/macrophages_{sample:06}.vtp")));
        let ages: Vec<_> = tissue.macrophages().iter().map(|cell| cell.age).collect();
        assert_eq!(macrophages.numbers("age_h"), ages);
    }
    for (name, extension) in [("matrix", "vti"), ("signals", "vti"), ("fibroblasts", "vtp"), ("macrophages", "vtp")] {
        let series = fs::read_to_string(folder.path().join(format!("vtk/{name}.pvd"))).unwrap();
        let listed = series.lines().filter(|line| line.starts_with("<DataSet"));
        let listed: Vec<_> = listed.map(|line| (attribute(line, "timestep"), attribute(line, "file"))).collect();
        let due = (0..6).map(|sample| (sample.to_string(), format!("{name}_{sample:06}.{extension}")));
        assert_eq!(listed, due.collect::<Vec<_>>());
        assert!(series.ends_with("</Collection>\n</VTKFile>\n"));
    }
}

/// Claim: OME-Zarr images hold the arrays, a channel each, with physical scale and the half site to the first center.
#[test]
fn ome_zarr_images_hold_the_arrays() {
    let Recorded { folder, .. } = course();
    for (lattice, spacing) in [("matrix", SPACING), ("signals", 2.0 * SPACING)] {
        let image = folder.path().join(format!("{lattice}.ome.zarr"));
        let about = json(&image.join("zarr.json"));
        assert_eq!((&about["zarr_format"], &about["node_type"]), (&json!(3), &json!("group")));
        let ome = &about["attributes"]["ome"];
        assert_eq!(ome["version"], "0.5");
        let multiscale = &ome["multiscales"][0];
        let axes = json!([
            { "name": "t", "type": "time", "unit": "day" },
            { "name": "c", "type": "channel" },
            { "name": "y", "type": "space", "unit": "micrometer" },
            { "name": "x", "type": "space", "unit": "micrometer" },
        ]);
        assert_eq!(multiscale["axes"], axes);
        let dataset = &multiscale["datasets"][0];
        let transformations = json!([
            { "type": "scale", "scale": [1.0, 1.0, spacing, spacing] },
            { "type": "translation", "translation": [0.0, 0.0, spacing / 2.0, spacing / 2.0] },
        ]);
        assert_eq!(dataset["coordinateTransformations"], transformations);
        let array = json(&image.join("0/zarr.json"));
        let channels = ome["omero"]["channels"].as_array().unwrap();
        let (rows, columns) = ((400.0 / spacing) as usize, (600.0 / spacing) as usize);
        assert_eq!(array["shape"], json!([6, channels.len(), rows, columns]));
        assert_eq!(array["chunk_grid"]["configuration"]["chunk_shape"], json!([1, 1, rows, columns]));
        assert_eq!(array["codecs"], json!([{ "name": "bytes", "configuration": { "endian": "little" } }]));
        assert_eq!((&array["data_type"], &array["dimension_names"]), (&json!("float64"), &json!(["t", "c", "y", "x"])));
        for (channel, about) in channels.iter().enumerate() {
            let field = Npy::read(&folder.path().join(format!("{}.npy", about["label"].as_str().unwrap())));
            for sample in 0..6 {
                let chunk = fs::read(image.join(format!("0/c/{sample}/{channel}/0/0"))).unwrap();
                assert_eq!(bits(&numbers(&chunk)), bits(&field.plane(sample)), "{about}, sample {sample}");
            }
        }
        assert!(!image.join("days").exists() && !image.join("0/c/6").exists());
    }
}

/// Claim: the document says what is there, in which units and where, and that the recording is finished.
#[test]
fn the_document_says_what_is_there() {
    let Recorded { folder, .. } = course();
    let about = json(&folder.path().join("recording.json"));
    assert_eq!((&about["state"], &about["samples"]), (&json!("finished"), &json!(6)));
    assert_eq!((&about["first_day"], &about["interval_days"]), (&json!(0.0), &json!(1.0)));
    assert_eq!((&about["axes"], &about["y"]), (&json!(["sample", "y", "x"]), &json!("upward")));
    assert_eq!(about["units"], json!({ "time": "d", "length": "µm" }));
    let matrix = &about["lattices"]["matrix"];
    assert_eq!((&matrix["shape"], &matrix["spacing_um"]), (&json!([ROWS, COLUMNS]), &json!([SPACING, SPACING])));
    assert_eq!(matrix["first_center_um"], json!([SPACING / 2.0, SPACING / 2.0]));
    assert_eq!(about["lattices"]["signals"]["first_center_um"], json!([SPACING, SPACING]));
    for (field, about) in FieldName::ALL.iter().zip(about["fields"].as_array().unwrap()) {
        assert_eq!((&about["name"], &about["unit"]), (&json!(field.name()), &json!(field.unit())));
        assert!(folder.path().join(about["npy"].as_str().unwrap()).is_file());
    }
    for name in ["fibroblasts", "macrophages"] {
        assert!(folder.path().join(about["cells"][name]["vtk"].as_str().unwrap()).is_file());
    }
}

/// Claim: names are the same in text, JSON and TOML, and those of columns of the same quantity and unit.
#[test]
fn names_are_those_of_columns() {
    let dictionary = dermaweave::report::dictionary();
    for &field in FieldName::ALL {
        assert_eq!(serde_json::to_value(field).unwrap(), field.name());
        assert_eq!(field.to_string().parse::<FieldName>().unwrap(), field);
        let unit = dictionary.get(field.name()).map(|column| column.unit.as_str());
        assert!(unit == Some(field.unit()) || field == FieldName::MatureDensity, "{field}: {unit:?}");
    }
    for &format in Format::ALL {
        assert_eq!(serde_json::to_value(format).unwrap(), format.name());
        assert_eq!(format.to_string().parse::<Format>().unwrap(), format);
    }
    let text = "fields = [\"density\", \"height_um\"]\ncells = true\nevery = \"7 d\"\nformats = [\"npy\", \"vtk\"]";
    let recording = Recording {
        fields: vec![FieldName::Density, FieldName::HeightUm],
        cells: true,
        every: Time::days(7.0),
        formats: vec![Format::Npy, Format::Vtk],
    };
    assert_eq!(toml::from_str::<Recording>(text).unwrap(), recording);
    assert_eq!(toml::from_str::<Recording>(&toml::to_string(&recording).unwrap()).unwrap(), recording);
    let refused = toml::from_str::<Recording>("fields = [\"collagen\"]\nformats = [\"npy\"]").unwrap_err().to_string();
    assert!(refused.contains("unknown variant `collagen`, expected one of `density`"), "{refused}");
}

/// Claim: no bit of a course depends on whether it is recorded.
#[test]
fn recording_changes_no_bit() {
    let Recorded { simulation, .. } = course();
    let mut plain = builder().build().unwrap();
    plain.run().unwrap();
    assert_eq!(plain.state_digest(), simulation.state_digest());
    assert_eq!(plain.report(), simulation.report());
}

/// Claim: a recorder keeps nothing of a sample: no memory stays taken, and later ones take no more than early ones.
#[test]
fn memory_does_not_grow_with_samples() {
    // On one thread, so that the queues of a pool are not counted.
    rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap().install(record_thirty_samples);
}

fn record_thirty_samples() {
    let folder = tempdir().unwrap();
    let mut simulation = builder().protocol(dermaweave::Protocol::untreated(Time::days(30.0))).build().unwrap();
    let mut recorder = Recorder::new(folder.path(), &simulation, everything(Time::days(1.0))).unwrap();
    let (mut left, mut most) = (Vec::new(), Vec::new());
    simulation
        .run_observed(|progress| {
            let info = allocation_counter::measure(|| assert!(recorder.observe(progress).is_continue()));
            left.push(info.bytes_current);
            most.push(info.bytes_max);
            ControlFlow::Continue(())
        })
        .unwrap();
    assert_eq!(left.len(), 30);
    assert!(left.iter().all(|&bytes| bytes == 0), "{left:?}");
    // Numbers of samples have one digit more.
    assert!(most[29] <= most[1] + 64, "{most:?}");
    recorder.finish().unwrap();
}

/// Writes a recording and some of its numbers for `tests/python/read_back.py` where that is asked for.
#[test]
fn a_recording_for_other_readers_is_written() {
    let Recorded { folder, simulation, .. } = course();
    let asked = std::env::var_os("DERMAWEAVE_RECORDING");
    let target = asked.as_ref().map_or(folder.path(), Path::new);
    if asked.is_some() {
        recorded(&target.join("regular"), builder().build().unwrap(), everything(Time::days(1.0)));
        let extra = builder().sample_also([Time::hours(7.0)]).build().unwrap();
        recorded(&target.join("irregular"), extra, everything(Recording::EVERY_SAMPLE));
    }
    #[cfg(feature = "parquet")]
    dermaweave::record::write_parquet(target.join("rows.parquet"), simulation.report().rows()).unwrap();
    dermaweave::report::write_csv(target.join("rows.csv"), simulation.report().rows()).unwrap();
    let probes: BTreeMap<_, _> =
        FieldName::ALL.iter().map(|field| (field.name(), probes(folder.path(), *field))).collect();
    let cells: Vec<_> =
        simulation.tissue().fibroblasts().iter().take(3).map(|cell| json!([cell.id, cell.x, cell.y])).collect();
    let expected = json!({
        "spacing_um": SPACING,
        "days": [0, 1, 2, 3, 4, 5],
        "fields": probes,
        "last_fibroblasts": cells,
        "fibroblasts": simulation.tissue().fibroblasts().len(),
        "macrophages": simulation.tissue().macrophages().len(),
    });
    fs::write(target.join("expected.json"), expected.to_string()).unwrap();
    assert!(json(&target.join("expected.json"))["fields"]["density"].is_array());
}

/// Numbers of a field near three places: sample, x and y of the center in µm, value.
fn probes(folder: &Path, field: FieldName) -> Value {
    let array = Npy::read(&folder.join(format!("{field}.npy")));
    let side = 600.0 / array.shape[2] as f64;
    let probe = |(sample, row, column): (usize, usize, usize)| {
        let value = array.plane(sample)[row * array.shape[2] + column];
        json!({ "sample": sample, "x": (column as f64 + 0.5) * side, "y": (row as f64 + 0.5) * side, "value": value })
    };
    [(0, 3, 7), (2, 10, 15), (5, 19, 29)].map(probe).to_vec().into()
}
