//! Does any file harm its reader?
//!
//! Files are mutated at random, 10⁵ times each. Whatever comes of it is an error or something that works: nothing panics,
//! takes a second, or takes memory that the file does not account for. Fields are 4 × 4 sites, so that this takes seconds.
use allocation_counter::measure;
use dermaweave::measure::{Histology, Region};
use dermaweave::random::{Purpose, stream};
use dermaweave::{AtrophicScar, Device, Field, Grid, Length, Protocol, Report, Signal, Simulation, Skin, Time, Tissue};
use rand::{Rng, RngExt};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fs::{self, File};
use std::io::{Seek, Write};
use std::ops::Range;
use std::path::PathBuf;
use std::time::{Duration, Instant};
use xxhash_rust::xxh3::xxh3_128;

/// Mutations of every kind of file.
const MUTATIONS: u64 = 100_000;
/// Steps are made from every so manieth state that is accepted.
const STEPPED: u64 = 5;
/// Longest time that reading may take: it is tried again before it counts as too long, since others use the machine.
const LONGEST: Duration = Duration::from_secs(1);
/// Memory that reading may take, in bytes: so much for each byte of the file, and so much for what is made beside it (windows,
/// transforms, threads).
const PER_BYTE: u64 = 64;
const BESIDE: u64 = 4 << 20;
/// Bytes of a saved course before its state, and of the checksum behind it.
const HEADER: usize = 44;
const CHECKSUM: usize = 16;
/// Level of inflammation up to which steps are made: at higher ones macrophages fill the tissue, which takes long to step.
const HIGHEST_STEPPED: f64 = 100.0;

fn grid() -> Grid {
    let side = Length::micrometers(80.0);
    Grid::new(side, side, Length::micrometers(20.0)).unwrap()
}

/// A scar that was needled twice: all that a tissue can hold is there.
fn course() -> Simulation {
    let scar =
        AtrophicScar { diameter: Length::micrometers(40.0), edge: Length::micrometers(10.0), ..AtrophicScar::boxcar() };
    let skin = Skin { fibroblasts_per_mm3: 20_000.0, ..Skin::aged(40.0) };
    let tissue = Tissue::new(grid(), &skin).unwrap().with_lesion(&scar).unwrap();
    let protocol = Protocol::repeated(Device::single_channel(Length::micrometers(60.0)), 2, Time::days(3.0));
    let builder = Simulation::builder(tissue).protocol(protocol).sample_also([Time::days(1.5)]).seed(3);
    let mut simulation = builder.build().unwrap();
    let is_eventful =
        |tissue: &Tissue| !tissue.macrophages().is_empty() && !tissue.microchannels().channels().is_empty();
    while !is_eventful(simulation.tissue()) {
        assert!(!simulation.is_finished(), "no cell came");
        simulation.step().unwrap();
    }
    simulation
}

/// One to four changes: of a bit, a byte, a number, the length.
fn mutate(bytes: &mut Vec<u8>, tokens: &[&[u8]], draws: &mut impl Rng) {
    for _ in 0..draws.random_range(1..=4) {
        if bytes.is_empty() {
            return;
        }
        let at = draws.random_range(0..bytes.len());
        match draws.random_range(0..8) {
            0 => bytes[at] ^= 1 << draws.random_range(0..8),
            1 => bytes[at] = draws.random(),
            2 => drop(bytes.remove(at)),
            3 => bytes.insert(at, draws.random()),
            4 if draws.random_bool(0.1) => bytes.truncate(at),
            5 => {
                let end = (at + draws.random_range(1..64)).min(bytes.len());
                let copied = bytes[at..end].to_vec();
                let to = draws.random_range(0..=bytes.len());
                bytes.splice(to..to, copied);
            }
            _ => {
                let token = tokens[draws.random_range(0..tokens.len())];
                let range = if tokens == TEXT_TOKENS { value_around(bytes, at) } else { at..at + token.len() };
                bytes.splice(range.start..range.end.min(bytes.len()), token.iter().copied());
            }
        }
    }
}

/// The value that stands at a place in a text, between its neighbors.
fn value_around(text: &[u8], at: usize) -> Range<usize> {
    let is_border = |byte: &u8| b":,[]{}".contains(byte);
    let start = text[..at].iter().rposition(is_border).map_or(0, |border| border + 1);
    start..text[at..].iter().position(is_border).map_or(text.len(), |border| at + border).max(start)
}

/// Numbers that do harm, as they stand in a saved course.
fn binary_tokens() -> Vec<Vec<u8>> {
    let numbers = [0.0, -0.0, 1.0, -1.0, 1e9, 1e300, f64::MAX, 5e-324, f64::NAN, f64::INFINITY, f64::NEG_INFINITY];
    let numbers = numbers.iter().map(|number| number.to_le_bytes().to_vec());
    let counts = [vec![0xFF; 9], [vec![0xFF; 9], vec![1]].concat(), vec![0xFF, 0xFF, 0xFF, 0xFF, 0x0F], vec![0x80, 1]];
    numbers.chain(counts).collect()
}

const TEXT_TOKENS: [&[u8]; 17] = [
    b"0",
    b"-1",
    b"1e999",
    b"1e300",
    b"-1e-9",
    b"null",
    b"true",
    b"4294967296",
    b"18446744073709551615",
    b"\"NaN\"",
    b"\"inf\"",
    b"\"0 d\"",
    b"\"1e300 mm\"",
    b"[]",
    b"{}",
    b",",
    b"\"\"",
];

/// Mutates a file again and again, reads each, and tells how many were accepted.
fn read_mutated(
    what: &str,
    whole: &[u8],
    tokens: &[&[u8]],
    mutate_also: impl Fn(&mut Vec<u8>),
    read: impl Fn(&[u8], u64) -> bool,
) {
    let (mut accepted, mut slowest, mut largest) = (0_u64, Duration::ZERO, 0);
    let begun = Instant::now();
    for index in 0..MUTATIONS {
        let mut bytes = whole.to_vec();
        mutate(&mut bytes, tokens, &mut stream(1, 0, Purpose::User, index));
        mutate_also(&mut bytes);
        let (begun, mut is_accepted) = (Instant::now(), false);
        let memory = measure(|| is_accepted = read(&bytes, accepted)).bytes_max;
        accepted += u64::from(is_accepted);
        slowest = slowest.max(begun.elapsed());
        largest = largest.max(memory);
        if begun.elapsed() >= LONGEST {
            let begun = Instant::now();
            read(&bytes, accepted);
            assert!(begun.elapsed() < LONGEST, "{what} {index} took {:?}", begun.elapsed());
        }
        assert!(memory <= PER_BYTE * bytes.len() as u64 + BESIDE, "{what} {index} took {memory} bytes");
    }
    println!(
        "{what}, {} bytes: {accepted} of {MUTATIONS} accepted, slowest {slowest:?}, most memory {largest}, all in {:?}",
        whole.len(),
        begun.elapsed()
    );
    assert!(accepted > 0, "no mutation of {what} was accepted: nothing was tried");
}

/// A resumed course works: it makes two steps, or tells why not.
fn goes_on(mut simulation: Simulation) {
    for _ in 0..2 {
        if simulation.tissue().signals()[Signal::Inflammation].maximum() < HIGHEST_STEPPED {
            let _ = simulation.step();
        }
    }
}

/// A file that is written anew again and again: in place, since a file system makes sure of one that is emptied first.
struct Rewritten {
    path: PathBuf,
    file: File,
}

impl Rewritten {
    fn new(name: &str) -> Self {
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("mutations_{name}"));
        course().save(&path).unwrap();
        let file = File::options().write(true).open(&path).unwrap();
        Self { path, file }
    }

    fn write(&self, bytes: &[u8]) {
        (&self.file).rewind().unwrap();
        (&self.file).write_all(bytes).unwrap();
        self.file.set_len(bytes.len() as u64).unwrap();
    }
}

fn read_mutated_course(name: &str, repair: impl Fn(&mut Vec<u8>)) {
    let file = Rewritten::new(name);
    let whole = fs::read(&file.path).unwrap();
    let tokens = binary_tokens();
    let tokens: Vec<&[u8]> = tokens.iter().map(Vec::as_slice).collect();
    read_mutated(name, &whole, &tokens, repair, |bytes, accepted| {
        file.write(bytes);
        let read = Simulation::resume(&file.path, None);
        let is_accepted = read.is_ok();
        if let Ok(simulation) = read
            && accepted.is_multiple_of(STEPPED)
        {
            goes_on(simulation);
        }
        is_accepted
    });
    fs::remove_file(&file.path).unwrap();
}

/// Claim: a saved course with any damage is refused.
#[test]
fn a_damaged_course_does_no_harm() {
    let file = Rewritten::new("damaged");
    let whole = fs::read(&file.path).unwrap();
    let tokens = binary_tokens();
    let tokens: Vec<&[u8]> = tokens.iter().map(Vec::as_slice).collect();
    read_mutated(
        "damaged",
        &whole,
        &tokens,
        |_| (),
        |bytes, _| {
            file.write(bytes);
            let is_accepted = Simulation::resume(&file.path, None).is_ok();
            assert_eq!(is_accepted, bytes == whole);
            true
        },
    );
}

/// Claim: a saved course whose state was mutated and whose length and checksum fit is refused by name or goes on.
#[test]
fn a_forged_course_does_no_harm() {
    read_mutated_course("forged", |bytes| {
        let end = bytes.len().saturating_sub(CHECKSUM).max(HEADER);
        bytes.resize(end, 0);
        bytes[12..20].copy_from_slice(&((end - HEADER) as u64).to_le_bytes());
        let checksum = xxh3_128(bytes);
        bytes.extend(checksum.to_le_bytes());
    });
}

fn read_mutated_json<T: Serialize + DeserializeOwned>(what: &str, value: &T, use_it: impl Fn(T)) {
    let whole = serde_json::to_vec(value).unwrap();
    read_mutated(
        what,
        &whole,
        &TEXT_TOKENS,
        |_| (),
        |bytes, accepted| match serde_json::from_slice(bytes) {
            Ok(read) => {
                if accepted.is_multiple_of(STEPPED) {
                    use_it(read);
                }
                true
            }
            Err(_) => false,
        },
    );
}

/// Claim: so are grids, fields, regions, histologies, protocols and reports in JSON.
#[test]
fn small_json_does_no_harm() {
    read_mutated_json("a grid", &grid(), |grid: Grid| {
        // What is accepted may be large, as grids that are made may be; a tissue of it is refused.
        if grid.sites() < 10_000 {
            Field::uniform(grid, 1.0).sample(3.0, 5.0);
        }
    });
    read_mutated_json("a field", course().tissue().ground(), |field: Field| _ = field.sample(3.0, 5.0));
    let region =
        Region::disc("disc", &grid(), Length::micrometers(40.0), Length::micrometers(40.0), Length::micrometers(60.0));
    read_mutated_json("a region", &region.unwrap(), |region: Region| {
        let _ = dermaweave::measure::Windows::new(&region, &grid(), Length::micrometers(40.0));
    });
    read_mutated_json("a histology", &Histology::default(), |histology: Histology| histology.validate().unwrap());
    read_mutated_json("a protocol", course().protocol(), |protocol: Protocol| {
        let _ = protocol.dry_run(&grid(), 1);
    });
    read_mutated_json("a report", course().report(), |report: Report| drop(report.to_string()));
}

/// Claim: so is a tissue in JSON; what is accepted is a tissue that a course begins with.
#[test]
fn a_tissue_in_json_does_no_harm() {
    read_mutated_json("a tissue", course().tissue(), |tissue: Tissue| {
        if let Ok(simulation) = Simulation::builder(tissue).build() {
            goes_on(simulation);
        }
    });
}
