//! Study files that were changed at random: an error that says where, or a course that runs; never a panic.
use dermaweave::random::{Purpose, Stream, stream};
use dermaweave::study::{Courses, StudyFile};
use dermaweave::{Error, Result};
use rand::RngExt;

const FILE: &str = r#"name = "mutated"
[grid]
size = "0.4 mm"
spacing = "20 µm"
boundary = "periodic"
[skin]
age = "40 years"
smoking = 0.5
weave_half_angle = "41 deg"
[[lesion]]
kind = "boxcar"
diameter = "200 µm"
thickness = 0.5
[devices.fine]
product = "pen_11"
needle_length = "1 mm"
[protocol]
device = "fine"
sessions = 2
interval = "1 d"
holes = "250 /cm²"
follow_up = "1 day"
[parameters.fibroblast]
chemotaxis = 0.3
[record]
every = "1 d"
at = ["6 h", "1.5 d"]
[run]
replicates = 2
[[arm]]
name = "young"
[[arm]]
name = "old"
set.skin.age = "70 years"
set.protocol.session = []
[design]
kind = "latin_hypercube"
points = 3
[[design.factor]]
path = "parameters.fibroblast.deposition_rate"
low = 0.001
high = 0.002
[population]
patients = 2
[[population.parameter]]
path = "skin.synthesis"
distribution = "log_normal"
median = 1
geometric_sd = 1.2
"#;

/// What a text of TOML may be changed into.
const PIECES: [&str; 24] = [
    "0",
    "-1",
    "1e308",
    "nan",
    "inf",
    "\"\"",
    "\"4 mm\"",
    "\"-3 d\"",
    "\"1e9 years\"",
    "true",
    "[]",
    "{}",
    "\n",
    "=",
    "[[",
    "]",
    ".",
    "\"µ\"",
    "9223372036854775807",
    "#",
    "\u{0}",
    "set",
    "1979-05-27",
    "'''",
];

/// Sites of the largest field that is run, and days of the longest course: others are only read.
const LARGEST: usize = 2_500;
const LONGEST_DAYS: f64 = 6.0;

/// One random change: a character, a line, or a value.
fn mutated(text: &str, draws: &mut Stream) -> String {
    let mut lines: Vec<String> = text.lines().map(String::from).collect();
    let line = draws.random_range(0..lines.len());
    let other = draws.random_range(0..lines.len());
    let piece = PIECES[draws.random_range(0..PIECES.len())];
    match draws.random_range(0..7) {
        0 => drop(lines.remove(line)),
        1 => lines.insert(other, lines[line].clone()),
        2 => lines.swap(line, other),
        3 | 4 => {
            let key = lines[line].split('=').next().unwrap_or_default().to_owned();
            lines[line] = format!("{key}= {piece}");
        }
        kind => {
            let mut symbols: Vec<char> = lines[line].chars().collect();
            let at = draws.random_range(0..=symbols.len());
            if kind == 5 && at < symbols.len() {
                symbols.remove(at);
            } else {
                symbols.splice(at..at, piece.chars());
            }
            lines[line] = symbols.into_iter().collect();
        }
    }
    lines.join("\n")
}

/// Reads a file and runs its first and its last course, if they are short; gives whether it did.
fn run(text: &str) -> Result<bool> {
    let study = StudyFile::parse(text, "mutated.toml", &[] as &[&str])?;
    for number in [0, study.count() - 1] {
        if study.grid(number)?.sites() > LARGEST {
            return Ok(false);
        }
        let simulation = study.builder(number)?.build();
        let mut simulation = simulation.map_err(|error| study.in_course(number, &error))?;
        if simulation.protocol().end.in_days() > LONGEST_DAYS || simulation.protocol().sessions.len() > 10 {
            return Ok(false);
        }
        simulation.run()?;
    }
    Ok(true)
}

#[test]
fn every_change_gives_an_error_or_a_course() {
    let count = std::env::var("DERMAWEAVE_MUTATIONS").ok().and_then(|text| text.parse().ok()).unwrap_or(3000);
    let (mut ran, mut refused) = (0, 0);
    for number in 0..count {
        let mut draws = stream(30, 0, Purpose::User, number);
        let changes = draws.random_range(1..4);
        let text = (0..changes).fold(FILE.to_owned(), |text, _| mutated(&text, &mut draws));
        match run(&text) {
            Ok(whole) => ran += u64::from(whole),
            Err(Error::StudyFile(fault)) => {
                assert!(fault.line >= 1 && fault.line <= text.lines().count() + 1, "{fault}\n{text}");
                assert!(!fault.what.is_empty() && fault.to_string().len() < 4000, "{fault}");
                refused += 1;
            }
            Err(error) => panic!("{error}\n{text}"),
        }
    }
    println!("{ran} of {count} ran, {refused} were refused");
    assert!(run(FILE).unwrap() && ran > count / 100 && refused > count / 2);
}
