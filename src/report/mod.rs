//! What was seen over time: rows, tables, CSV, JSON and pictures.
mod axis;
mod canvas;
mod chart;
mod color;
mod course;
mod figure;
mod map;
mod number;
mod rows;
#[cfg(test)]
mod tests;
mod write;

pub use chart::{Chart, Series, encode_charts_png};
pub use color::{ColorMap, MISSING};
pub use course::{Snapshot, course_charts, course_figure};
pub use figure::Figure;
pub use map::{Map, Scale};
pub(crate) use rows::Watched;
pub use rows::{Report, Row};
pub use write::{write_csv, write_file, write_json, write_png};
