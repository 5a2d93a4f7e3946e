//! Studies described in files: what is read from them, and what is said of what is wrong in them.
use dermaweave::parameters::{Origin, Parameters};
use dermaweave::study::{Courses, StudyFile, study_schema};
use dermaweave::{Error, Result};

const SMALL: &str = r#"name = "holes"
question = "How wide?"

[grid]
size = "0.4 mm"
spacing = "20 µm"

[skin]
age = "40 years"

[devices.fine]
product = "single_channel"
diameter = "100 µm"

[protocol]
device = "fine"
sessions = 1
follow_up = "2 days"

[record]
every = "1 d"

[run]
replicates = 2
seed = 5

[[arm]]
name = "fine"

[[arm]]
name = "wide"
value = 200
set.devices.fine.diameter = "200 µm"
"#;

fn parse(text: &str) -> Result<StudyFile> {
    StudyFile::parse(text, "small.toml", &[] as &[&str])
}

/// What is said of the small file with a line changed: `line:column: key: …` and the text behind it.
fn said(from: &str, to: &str) -> (usize, usize, String, String) {
    let text = SMALL.replace(from, to);
    assert_ne!(text, SMALL, "{from}");
    let error = parse(&text).and_then(|study| study.check(1)).unwrap_err();
    let Error::StudyFile(fault) = error else { panic!("{error}") };
    (fault.line, fault.column, fault.key, fault.what)
}

#[test]
fn a_file_gives_its_courses() {
    let study = parse(SMALL).unwrap();
    assert_eq!((study.name(), study.question(), study.count()), ("holes", "How wide?", 4));
    let last = study.course(3).unwrap();
    assert_eq!((last.arm.as_str(), last.value, last.replicate, last.seed), ("wide", 200.0, 1, 6));
    let diameter = |number| {
        let simulation = study.builder(number).unwrap().build().unwrap();
        simulation.protocol().sessions[0].device.needle.shaft_diameter.in_micrometers()
    };
    assert_eq!([0, 1, 2, 3].map(diameter), [100.0, 200.0, 100.0, 200.0]);
    assert!(study.course(4).is_err());
}

/// Claim: whatever is wrong is told with its line, its column and what would be right.
#[test]
fn what_is_wrong_is_told_where_it_stands() {
    for (from, to, (line, column), key, parts) in [
        ("size = \"0.4 mm\"", "size = 0.4", (5, 8), "grid.size", &["0.4", "unit"][..]),
        ("size = \"0.4 mm\"", "size = \"0.4\"", (5, 8), "grid.size", &["unit", "mm"]),
        ("size = \"0.4 mm\"", "sise = \"0.4 mm\"", (5, 1), "grid.sise", &["`size`", "spacing"]),
        ("size = \"0.4 mm\"", "size = \"0.41 mm\"", (5, 8), "grid.size", &["whole number of sites", "420"]),
        ("spacing = \"20 µm\"", "spacing = \"200 µm\"", (6, 11), "grid.spacing", &["200", "2", "40"]),
        ("age = \"40 years\"", "age = 40", (9, 7), "skin.age", &["40", "years"]),
        ("age = \"40 years\"", "age = \"4 years\"", (9, 7), "skin.age", &["18", "110"]),
        ("age = \"40 years\"", "smoking = true", (9, 11), "skin.smoking", &["boolean", "number"]),
        ("diameter = \"100 µm\"\n\n", "\n\n", (11, 10), "devices.fine", &["diameter"]),
        ("device = \"fine\"", "device = \"find\"", (16, 10), "protocol.device", &["`find`", "fine"]),
        ("sessions = 1", "sessions = -1", (17, 12), "protocol.sessions", &["-1"]),
        ("sessions = 1", "sessions = 2", (15, 2), "protocol", &["interval"]),
        ("follow_up = \"2 days\"", "", (15, 2), "protocol", &["follow_up", "end"]),
        ("follow_up = \"2 days\"", "follow_up = \"2 fortnights\"", (18, 13), "protocol.follow_up", &["fortnights"]),
        ("every = \"1 d\"", "every = \"1 h\"", (21, 9), "record.every", &["days"]),
        ("[record]", "[recrod]", (20, 2), "recrod", &["`record`"]),
        ("replicates = 2", "replicates = 0", (24, 14), "run.replicates", &["0", "1"]),
        ("name = \"wide\"", "name = \"fine\"", (31, 8), "arm[1].name", &["arm[0]"]),
        (
            "set.devices.fine.diameter = \"200 µm\"",
            "set.devices.fine.diameter = 3",
            (33, 29),
            "devices.fine.diameter",
            &["3"],
        ),
        (
            "set.devices.fine.diameter = \"200 µm\"",
            "set.devices.fine.diametr = \"3 mm\"",
            (33, 18),
            "devices.fine.diametr",
            &["`diameter`"],
        ),
        (
            "[run]",
            "[parameters.fibroblast]\nchemotaxis = -3\n[run]",
            (24, 14),
            "parameters.fibroblast.chemotaxis",
            &["-3"],
        ),
        (
            "[run]",
            "[parameters.fibroblast]\nchemtaxis = 3\n[run]",
            (24, 1),
            "parameters.fibroblast.chemtaxis",
            &["`chemotaxis`"],
        ),
        ("[run]", "[run", (23, 5), "", &[]),
    ] {
        let (found_line, found_column, found_key, what) = said(from, to);
        assert_eq!((found_line, found_column, found_key.as_str()), (line, column, key), "{to}: {what}");
        assert!(parts.iter().all(|part| what.contains(part)), "{to}: {what}");
    }
}

#[test]
fn assignments_replace_what_the_file_says() {
    let set = ["run.replicates=1", "devices.fine.diameter=150 µm", "skin.sun = true", "arm[1].name=\"other\""];
    let study = StudyFile::parse(SMALL, "small.toml", &set).unwrap();
    assert_eq!((study.count(), study.course(1).unwrap().arm.as_str()), (2, "other"));
    assert_ne!(study.identity(), parse(SMALL).unwrap().identity());
    for (set, key) in [
        ("grid.size=3", "grid.size"),
        ("grid.sise=3 mm", "grid.sise"),
        ("arm[2].name=x", "arm[2].name"),
        ("name.x=3", "name.x"),
        ("grid", ""),
        ("=3", ""),
    ] {
        let Err(Error::StudyFile(fault)) = StudyFile::parse(SMALL, "small.toml", &[set]) else { panic!("{set}") };
        assert_eq!((fault.file.to_str(), fault.key.as_str()), (Some("--set"), key), "{set}: {fault}");
    }
}

/// Claim: comments and the order of keys do not make another study; all else does.
#[test]
fn studies_are_told_apart_by_what_they_say() {
    let identity = |text: &str| parse(text).unwrap().identity();
    assert_eq!(identity(SMALL), identity(&SMALL.replace("[record]", "# now and then\n[record]")));
    assert_ne!(identity(SMALL), identity(&SMALL.replace("seed = 5", "seed = 6")));
}

#[test]
fn the_schema_knows_every_section() {
    let schema = study_schema();
    for key in
        ["name", "question", "run", "arm", "grid", "skin", "lesion", "devices", "protocol", "parameters", "record"]
    {
        assert!(schema["properties"].get(key).is_some(), "{key}");
    }
    assert_eq!(schema["additionalProperties"].as_bool().or(schema["unevaluatedProperties"].as_bool()), Some(false));
}

/// The small file with more behind it.
fn with(more: &str) -> Result<StudyFile> {
    parse(&format!("{SMALL}\n{more}"))
}

#[test]
fn a_full_factorial_design_runs_all_combinations_in_every_arm() {
    let study = with(
        r#"
[design]
[[design.factor]]
path = "skin.age"
levels = ["30 years", "60 years"]
[[design.factor]]
path = "skin.smoking"
levels = [0, 0.5, 1]
"#,
    )
    .unwrap();
    assert_eq!(study.count(), 2 * 2 * 6);
    let point = |number| study.course(number).unwrap().point.iter().map(|setting| setting.value).collect::<Vec<_>>();
    let points: Vec<_> = (0..12).map(point).collect();
    assert_eq!(points[0], points[1], "both arms of a point");
    let mut different = points.clone();
    different.sort_by(|one, other| one.partial_cmp(other).unwrap());
    different.dedup();
    assert_eq!(different, [[30.0, 0.0], [30.0, 0.5], [30.0, 1.0], [60.0, 0.0], [60.0, 0.5], [60.0, 1.0]]);
    let age = study.builder(11).unwrap().build().unwrap().tissue().skin().age_years;
    assert_eq!(age, points[11][0]);
}

#[test]
fn ranges_are_set_in_their_units() {
    let study = with(
        r#"
[design]
kind = "latin_hypercube"
points = 5
[[design.factor]]
path = "skin.age"
low = "30 years"
high = "60 years"
[[design.factor]]
path = "parameters.fibroblast.chemotaxis"
low = 0.2
high = 0.4
scale = "log"
"#,
    )
    .unwrap();
    for number in (0..20).step_by(2) {
        let course = study.course(number).unwrap();
        let simulation = study.builder(number).unwrap().build().unwrap();
        let age = simulation.tissue().skin().age_years;
        assert!(age == course.point[0].value && (30.0..60.0).contains(&age));
        assert_eq!(simulation.parameters().fibroblast.chemotaxis, course.point[1].value);
    }
}

/// Claim: patient i is the same in every arm, and another one than patient j.
#[test]
fn patients_are_the_same_in_every_arm() {
    let population = r#"
[population]
patients = 40
[[population.parameter]]
path = "skin.age"
unit = "years"
distribution = "normal"
mean = 45
sd = 12
low = 18
high = 80
[[population.parameter]]
path = "skin.collagen_density"
distribution = "log_normal"
median = 0.9
geometric_sd = 1.1
[[population.correlation]]
between = ["skin.age", "skin.collagen_density"]
value = -0.8
"#;
    let study = with(population).unwrap();
    assert_eq!(study.count(), 80);
    let point = |number| study.course(number).unwrap().point;
    assert!((0..40).all(|patient| point(2 * patient) == point(2 * patient + 1)));
    assert!((1..40).all(|patient| point(2 * patient) != point(0)));
    let skin = study.builder(7).unwrap().build().unwrap().tissue().skin().clone();
    assert_eq!((skin.age_years, skin.collagen_density), (point(7)[0].value, point(7)[1].value));
    let wrong = population.replace("value = -0.8", "value = -1.8");
    let Err(Error::StudyFile(fault)) = with(&wrong) else { panic!("a correlation below -1") };
    assert!(fault.key.starts_with("population") && fault.what.contains("-1.8"), "{fault}");
}

#[test]
fn what_is_wrong_in_a_design_is_told_where_it_stands() {
    let design =
        "[design]\nkind = \"sobol\"\npoints = 8\n[[design.factor]]\npath = \"skin.smoking\"\nlow = 0\nhigh = 1\n";
    assert_eq!(with(design).unwrap().count(), 2 * 2 * 8 * 3);
    for (from, to, key) in [
        ("points = 8\n", "", "design.points"),
        ("points = 8", "points = 0", "design.points"),
        ("low = 0", "low = 2", "design.factor[0]"),
        ("low = 0", "low = \"a\"", "design.factor[0].low"),
        ("low = 0", "low = \"0 d\"", "design.factor[0].high"),
        ("low = 0", "lo = 0", "design.factor[0].lo"),
        ("skin.smoking", "skin.smokin", "skin.smokin"),
        ("skin.smoking", "protocol.sessions", "protocol.sessions"),
        ("kind = \"sobol\"", "kind = \"sobl\"", "design.kind"),
    ] {
        let Err(Error::StudyFile(fault)) = with(&design.replace(from, to)) else { panic!("{to}") };
        assert_eq!(fault.key, key, "{to}: {fault}");
        assert!(fault.line > 33, "{fault}");
    }
}

/// Claim: what the guide shows is a study file, and so are all ready ones.
#[test]
fn the_guide_and_the_ready_studies_can_be_read() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let guide = std::fs::read_to_string(root.join("src/guide/studies.md")).unwrap();
    let shown: Vec<_> = guide.split("```toml\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    let study = parse(shown[0]).unwrap();
    study.check(1).unwrap();
    assert_eq!((study.count(), study.course(1).unwrap().arm.as_str()), (12, "28 days"));
    let varied = format!("{}{}", shown[0], shown[1]);
    assert_eq!(parse(&varied).unwrap().count(), 2 * 100 * 128 * 3);
    let files: Vec<_> =
        std::fs::read_dir(root.join("examples/studies")).unwrap().map(|file| file.unwrap().path()).collect();
    let is_study = |path: &&std::path::PathBuf| path.extension().is_some_and(|ending| ending == "toml");
    let read: Vec<_> =
        files.iter().filter(is_study).map(|path| StudyFile::read(path, &[] as &[&str]).unwrap()).collect();
    assert_eq!(read.len(), 10);
    assert!(read.iter().all(|study| study.check(1).is_ok()));
}

/// Claim: file, seed and version make a course: what is written beside results is the same study, with the same bits.
#[test]
fn a_study_that_is_written_and_read_again_has_the_same_bits() {
    let set = ["run.seed=11", "skin.age=50 years"];
    let study = StudyFile::parse(SMALL, "small.toml", &set).unwrap();
    let again = parse(study.to_toml()).unwrap();
    assert_eq!(again.identity(), study.identity());
    let digest = |study: &StudyFile, number| {
        let mut simulation = study.builder(number).unwrap().build().unwrap();
        simulation.run().unwrap();
        simulation.state_digest()
    };
    assert_eq!(digest(&again, 3), digest(&study, 3));
    assert_ne!(digest(&again, 3), digest(&study, 2), "another arm");
    assert_ne!(digest(&again, 3), digest(&parse(SMALL).unwrap(), 3), "another seed");
}

/// Claim: each key is set by one thing only, and a study that passes its check has no member that cannot be built.
#[test]
fn contradictions_are_told() {
    let factor = |path: &str, levels: &str| format!("[[design.factor]]\npath = \"{path}\"\nlevels = [{levels}]\n");
    let age = factor("skin.age", "\"30 years\", \"60 years\"");
    let population = "[population]\npatients = 50\n[[population.parameter]]\npath = \"skin.age\"\nunit = \"years\"\n";
    let normal = format!("{population}distribution = \"normal\"\nmean = 45\nsd = 30\n");
    for (more, key) in [
        (format!("[design]\n{age}{}", factor("skin.age", "\"50 years\"")), "design.factor[1].levels[0]"),
        (format!("[design]\n{age}{normal}"), "population.parameter[0]"),
        (format!("[design]\n{}", factor("devices.fine.diameter", "\"50 µm\"")), "arm[1].set.devices.fine.diameter"),
        (format!("[design]\n{}", factor("skin.age", "\"30 years\", \"30 years\"")), "design.factor[0].levels[1]"),
        (format!("[design]\npoints = 3\n{age}"), "design.points"),
        (format!("[design]\n{}", factor("skin.age", "\"30 years\", \"300 years\"")), "skin.age"),
        (normal, "skin.age"),
        ("[[arm]]\nname = \"third\"\nvalue = nan".into(), "arm[2].value"),
        ("[[arm]]\nname = \"third\"\nset.record.fields = [\"density\"]".into(), "record"),
        ("[[arm]]\nname = \"third\"\nset.run.seed = 3".into(), "run"),
    ] {
        let refused = with(&more).and_then(|study| study.check(1)).unwrap_err();
        let Error::StudyFile(fault) = refused else { panic!("{refused}\n{more}") };
        assert_eq!(fault.key, key, "{fault}\n{more}");
    }
    let deep = format!("{}x=1", "a.".repeat(20_000));
    assert!(StudyFile::parse(SMALL, "small.toml", &[deep]).is_err());
}

/// Claim: two points of a full factorial design are compared replicate by replicate.
#[test]
fn levels_are_compared_in_pairs() {
    use dermaweave::study::folder::{RunMembers, StudyFolder};
    let study =
        with("[design]\n[[design.factor]]\npath = \"skin.age\"\nlevels = [\"30 years\", \"60 years\"]").unwrap();
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("study_file_levels");
    drop(std::fs::remove_dir_all(&path));
    let folder = StudyFolder::open(&path, &study).unwrap();
    assert_eq!(folder.run(&study, &RunMembers::default()).unwrap().done.len(), 8);
    folder.collect().unwrap();
    let differences = std::fs::read_to_string(path.join("differences.csv")).unwrap();
    for arm in ["fine, age 60 years", "wide, age 30 years", "wide, age 60 years"] {
        let line = differences.lines().find(|line| line.starts_with("density,") && line.contains(arm)).unwrap();
        assert!(line.contains("fine, age 30 years") && line.contains(",2,"), "{line}");
    }
    let dictionary = std::fs::read_to_string(path.join("dictionary.csv")).unwrap();
    assert!(dictionary.lines().any(|line| line.starts_with("skin.age,years,")), "{dictionary}");
}

/// Claim: the ready study of sensitivity moves each calibrated number of cells, injury, matrix and mechanics by a fifth of its
/// default, down and up where its range allows.
#[test]
fn sensitivity_moves_each_calibrated_number_by_a_fifth() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/studies/sensitivity.toml");
    let file: toml::Table = std::fs::read_to_string(path).unwrap().parse().unwrap();
    let moved: Vec<_> = file["arm"].as_array().unwrap().iter().filter_map(|arm| arm.get("set")).collect();
    let mut expected = 0;
    for row in Parameters::default().table().iter().filter(|row| row.origin == Origin::Calibrated) {
        let group = row.group.trim_end_matches("Parameters").to_lowercase();
        if !["mechanics", "macrophage", "fibroblast", "injury", "matrix"].contains(&group.as_str()) {
            continue;
        }
        for value in [0.8, 1.2].map(|factor| factor * row.value) {
            if (row.minimum..=row.maximum).contains(&value) {
                let number = |set: &&toml::Value| set["parameters"].get(&group)?.get(row.name)?.as_float();
                let is_set = moved.iter().filter_map(number).any(|found| (found / value - 1.0).abs() < 1e-5);
                assert!(is_set, "{} = {value}", row.name);
                expected += 1;
            }
        }
    }
    assert_eq!(moved.len(), expected);
}
