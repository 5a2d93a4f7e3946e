//! What was seen over time: rows, tables, CSV, JSON and pictures.
mod axis;
mod canvas;
mod caution;
mod chart;
mod color;
mod columns;
mod course;
mod dictionary;
mod figure;
mod folder;
mod lock;
mod map;
mod mark;
mod named;
mod nulls;
mod number;
mod over_depth;
mod own_column;
#[cfg(feature = "report")]
mod page;
mod rows;
mod table;
mod target;
mod watched;
mod watched_region;
mod write;

pub use caution::Caution;
pub use chart::{Chart, Series, encode_charts_png};
pub use color::{ColorMap, MISSING};
pub use course::{Snapshot, course_charts, course_figure, histology_figure};
pub use dictionary::{ColumnEntry, Dictionary, dictionary};
pub use figure::Figure;
pub use folder::ResultFolder;
pub use map::{Map, Scale};
pub(crate) use mark::hexadecimal;
pub use nulls::Nulls;
pub(crate) use over_depth::{Layers, layer_columns};
pub(crate) use own_column::OwnState;
pub use own_column::{Column, Sampled};
#[cfg(feature = "report")]
pub use page::{CoursePage, Frame, Frames, PageArm, StudyPage};
pub use rows::{Report, Row};
pub(crate) use watched::{Sample, Seen, Storage, Watched};
pub(crate) use write::{cell_text, write_with};
pub use write::{check_writable, write_csv, write_file, write_json, write_png};
