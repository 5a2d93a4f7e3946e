//! Studies described in files: what is read from them, and what is said of what is wrong in them.
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
        ("age = \"40 years\"", "smoking = true", (9, 11), "skin.smoking", &["boolean", "f64"]),
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
