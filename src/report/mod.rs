//! What was seen over time: rows, tables, CSV, JSON and pictures.
mod axis;
mod canvas;
mod caution;
mod chart;
mod color;
mod course;
mod figure;
mod folder;
mod lock;
mod map;
mod mark;
mod named;
mod number;
mod rows;
mod target;
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
pub use folder::ResultFolder;
pub use map::{Map, Scale};
pub use rows::{Report, Row};
pub(crate) use watched::{Sample, Storage, Watched};
pub(crate) use write::write_with;
pub use write::{check_writable, write_csv, write_file, write_json, write_png};
