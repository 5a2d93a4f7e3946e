//! What was seen over time: rows, tables, CSV, JSON and pictures.
mod axis;
mod canvas;
mod caution;
mod chart;
mod color;
mod course;
mod figure;
mod map;
mod number;
mod rows;
#[cfg(test)]
mod tests;
mod watched;
mod watched_region;
mod write;

pub use caution::Caution;
pub use chart::{Chart, Series, encode_charts_png};
pub use color::{ColorMap, MISSING};
pub use course::{Snapshot, course_charts, course_figure, histology_figure};
pub use figure::Figure;
pub use map::{Map, Scale};
pub use rows::{Report, Row};
pub(crate) use watched::{Sample, Storage, Watched};
pub(crate) use write::write_with;
pub use write::{write_csv, write_file, write_json, write_png};
