//! A short course to be recorded, and readers of what was recorded that share no code with the writers.
#![allow(dead_code, reason = "each test file uses some of it")]
use dermaweave::record::{FieldName, Format, Recorder, Recording};
use dermaweave::simulation::Builder;
use dermaweave::{AtrophicScar, Device, Grid, Length, Protocol, Simulation, Skin, Time, Tissue};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Neither a square nor with signals as fine as the matrix, so that axes and lattices cannot be mixed up.
pub const COLUMNS: usize = 60;
pub const ROWS: usize = 40;
pub const SPACING: f64 = 10.0;

/// A small scar with one channel, sampled daily for five days.
pub fn builder() -> Builder {
    let length = Length::micrometers;
    let grid = Grid::new(length(600.0), length(400.0), length(SPACING)).unwrap();
    let scar = AtrophicScar {
        diameter: length(150.0),
        edge: length(40.0),
        center: Some((length(180.0), length(150.0))),
        ..AtrophicScar::boxcar()
    };
    let tissue = Tissue::new(grid, &Skin::young()).unwrap().with_lesion(&scar).unwrap();
    let protocol = Protocol::once(Device::single_channel(length(150.0))).follow_up(Time::days(5.0));
    Simulation::builder(tissue).protocol(protocol).sample_every(Time::days(1.0)).seed(5).threads(1)
}

pub fn everything(every: Time) -> Recording {
    Recording { fields: FieldName::ALL.to_vec(), cells: true, every, formats: Format::ALL.to_vec() }
}

/// Records a course to its end.
pub fn recorded(folder: &Path, mut simulation: Simulation, recording: Recording) -> Simulation {
    Recorder::new(folder, &simulation, recording).unwrap().run(&mut simulation).unwrap();
    simulation
}

/// A NumPy file: its header as text, the shape in it, and the bytes behind it.
pub struct Npy {
    pub header: String,
    pub shape: Vec<usize>,
    pub bytes: Vec<u8>,
}

impl Npy {
    pub fn read(path: &Path) -> Self {
        let file = fs::read(path).unwrap();
        assert_eq!(&file[..8], b"\x93NUMPY\x01\0");
        let length = 10 + usize::from(u16::from_le_bytes([file[8], file[9]]));
        assert!(length.is_multiple_of(64) && file[length - 1] == b'\n');
        let header = String::from_utf8(file[10..length].to_vec()).unwrap();
        assert!(header.contains("'fortran_order': False"));
        let shape = header.split_once("'shape': (").unwrap().1.split_once(')').unwrap().0;
        let shape = shape.split(',').filter(|number| !number.is_empty()).map(|number| number.trim().parse().unwrap());
        Self { shape: shape.collect(), header, bytes: file[length..].to_vec() }
    }

    /// All numbers of an array of float64, of which there are as many as its shape says.
    pub fn numbers(&self) -> Vec<f64> {
        assert!(self.header.starts_with("{'descr': '<f8',"), "{}", self.header);
        assert_eq!(self.bytes.len(), 8 * self.shape.iter().product::<usize>());
        numbers(&self.bytes)
    }

    /// The numbers of a sample.
    pub fn plane(&self, sample: usize) -> Vec<f64> {
        let sites: usize = self.shape[1..].iter().product();
        self.numbers()[sample * sites..(sample + 1) * sites].to_vec()
    }

    /// Records of numbers of eight bytes each, by the names in the header: names and rows of bits.
    pub fn records(&self) -> (Vec<String>, Vec<Vec<u64>>) {
        let names: Vec<String> =
            self.header.split("('").skip(1).map(|text| text.split('\'').next().unwrap().into()).collect();
        let bits: Vec<u64> = words(&self.bytes);
        let rows: Vec<_> = bits.chunks(names.len()).map(<[u64]>::to_vec).collect();
        assert_eq!(self.shape, [rows.len()]);
        (names, rows)
    }
}

pub fn words(bytes: &[u8]) -> Vec<u64> {
    bytes.chunks(8).map(|bytes| u64::from_le_bytes(bytes.try_into().unwrap())).collect()
}

pub fn numbers(bytes: &[u8]) -> Vec<f64> {
    words(bytes).into_iter().map(f64::from_bits).collect()
}

/// A VTK XML file: its text before the appended bytes, and the bytes of each array by name.
pub struct Vtk {
    pub text: String,
    pub arrays: BTreeMap<String, Vec<u8>>,
}

impl Vtk {
    pub fn read(path: &Path) -> Self {
        let file = fs::read(path).unwrap();
        let mark = b"<AppendedData encoding=\"raw\">\n_";
        let at = file.windows(mark.len()).position(|bytes| bytes == mark).unwrap();
        let (text, appended) = (String::from_utf8(file[..at].to_vec()).unwrap(), &file[at + mark.len()..]);
        assert!(text.contains(r#"version="1.0" byte_order="LittleEndian" header_type="UInt64""#));
        assert!(file.ends_with(b"\n</AppendedData>\n</VTKFile>\n"));
        let mut end = 0;
        let arrays = text.lines().filter(|line| line.contains("appended")).map(|line| {
            let offset: usize = attribute(line, "offset").parse().unwrap();
            assert_eq!(offset, end, "arrays lie one behind another");
            let length = words(&appended[offset..offset + 8])[0] as usize;
            end = offset + 8 + length;
            (attribute(line, "Name"), appended[offset + 8..end].to_vec())
        });
        let arrays = arrays.collect();
        assert_eq!(&appended[end..], b"\n</AppendedData>\n</VTKFile>\n");
        Self { text, arrays }
    }

    pub fn numbers(&self, name: &str) -> Vec<f64> {
        numbers(&self.arrays[name])
    }
}

/// An attribute of a tag.
pub fn attribute(line: &str, name: &str) -> String {
    let begin = line.find(&format!(" {name}=\"")).unwrap() + name.len() + 3;
    line[begin..].split('"').next().unwrap().into()
}

pub fn json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

/// Every file below a folder, by its path there.
pub fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let (mut folders, mut found) = (vec![folder.to_owned()], BTreeMap::new());
    while let Some(inner) = folders.pop() {
        for path in fs::read_dir(inner).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else {
                found.insert(path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned(), fs::read(&path).unwrap());
            }
        }
    }
    found
}
