//! Tissue that begins with a picture of collagen: how it is read, how its fibers are measured.
//!
//! | step | where |
//! |---|---|
//! | a gray or colored PNG or TIFF becomes brightness with a pixel size in µm | [`read_picture`] |
//! | gradients of the brightness say how fibers lie, window by window | [`PictureStart`] |
//! | brightness becomes the amount of collagen, between two levels | [`Level`] |
//! | dark or bright sites, or a second picture, are the lesion | [`LesionArea`] |
mod directions;
mod file;
mod gradients;
mod level;
mod png_file;
mod sites;
mod start;
#[cfg(feature = "tiff")]
mod tiff_file;

pub use file::{MOST_PIXELS, read_picture};
pub use level::{LesionArea, Level};
pub use start::PictureStart;
