//! What was seen over time: rows, tables, CSV, JSON and pictures.
#[cfg(feature = "report")]
mod animation;
#[cfg(feature = "report")]
mod balance;
#[cfg(feature = "report")]
mod canvas;
mod caution;
#[cfg(feature = "report")]
mod chart;
#[cfg(feature = "report")]
mod color;
#[cfg(feature = "report")]
mod color_picture;
mod columns;
#[cfg(feature = "report")]
mod course;
#[cfg(feature = "report")]
mod course_folder;
mod dictionary;
#[cfg(feature = "report")]
mod embedded;
#[cfg(feature = "report")]
mod fiber_picture;
#[cfg(feature = "report")]
mod figure;
mod folder;
#[cfg(feature = "report")]
mod geometry;
#[cfg(feature = "report")]
mod lettering;
mod lock;
#[cfg(feature = "report")]
mod map;
mod mark;
mod named;
mod nulls;
#[cfg(feature = "report")]
mod nucleus;
#[cfg(feature = "report")]
mod number;
mod over_depth;
mod own_column;
#[cfg(feature = "report")]
mod page;
#[cfg(feature = "report")]
mod palette;
#[cfg(feature = "report")]
mod plot;
#[cfg(feature = "report")]
mod quantiles;
#[cfg(feature = "report")]
mod raster;
mod rows;
#[cfg(feature = "report")]
mod skin_picture;
#[cfg(feature = "report")]
mod small_text;
#[cfg(feature = "report")]
mod smoothed;
#[cfg(feature = "report")]
mod strokes;
mod table;
mod target;
#[cfg(feature = "report")]
mod view;
mod watched;
mod watched_region;
mod write;

#[cfg(feature = "report")]
pub use animation::{Animation, AnimationFrame};
pub use caution::Caution;
#[cfg(feature = "report")]
pub use chart::{Chart, Series, encode_charts_png, encode_charts_svg};
#[cfg(feature = "report")]
pub use color::{ColorMap, MISSING};
#[cfg(feature = "report")]
pub use color_picture::ColorPicture;
#[cfg(feature = "report")]
use course::Amounts;
#[cfg(feature = "report")]
pub use course::{MapWindows, Snapshot, course_charts, course_figure, histology_figure};
#[cfg(feature = "report")]
pub use course_folder::CourseFolder;
pub use dictionary::{ColumnEntry, Dictionary, dictionary};
#[cfg(feature = "report")]
pub use fiber_picture::FiberPicture;
#[cfg(feature = "report")]
pub use figure::Figure;
pub use folder::ResultFolder;
#[cfg(feature = "report")]
pub use map::{Map, Scale};
pub(crate) use mark::hexadecimal;
#[cfg(feature = "report")]
pub use nucleus::Nucleus;
pub use nulls::Nulls;
pub(crate) use over_depth::{Layers, layer_columns};
pub(crate) use own_column::OwnState;
pub use own_column::{Column, Sampled};
#[cfg(feature = "report")]
pub use page::{CoursePage, Frame, Frames, Page, PageArm, PagePart, StudyPage};
pub use rows::{Report, Row};
#[cfg(feature = "report")]
pub use skin_picture::{ReliefProfile, SkinPicture, redness_field};
pub(crate) use watched::{Sample, Seen, Storage, Watched};
pub(crate) use write::{cell_text, csv_of, write_with};
pub use write::{check_writable, write_csv, write_file, write_json, write_png};
