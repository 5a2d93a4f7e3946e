//! Why a tissue cannot begin with fibers or a picture of one's own.
use super::text::Short;
use std::path::PathBuf;

/// Why a tissue cannot begin with the fibers or the picture that were given.
///
/// ```
/// use dermaweave::error::StartFault;
/// use dermaweave::{Error, FiberMoments, Grid, Length, Skin, Tissue};
/// let side = Length::micrometers(80.0);
/// let grid = Grid::new(side, side, Length::micrometers(20.0))?;
/// let mut fibers = [FiberMoments::along(0.5, 0.0); 16];
/// fibers[3].c2 = 0.9;
/// let refused = Tissue::from_moments(grid, &Skin::young(), &fibers);
/// assert!(matches!(refused, Err(Error::Start(StartFault::Site { site: 3, .. }))));
/// # Ok::<(), Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum StartFault {
    /// No fibers can have what is given for a site.
    #[error(
        "site {site}: {quantity} is {} {unit}; it must be from {} to {} {unit}",
        Short(*value), Short(*minimum), Short(*maximum)
    )]
    Site {
        /// Index of the site.
        site: usize,
        /// What the number stands for.
        quantity: &'static str,
        /// The value that was given.
        value: f64,
        /// Unit of all three numbers.
        unit: &'static str,
        /// Smallest accepted value.
        minimum: f64,
        /// Largest accepted value.
        maximum: f64,
    },
    /// A file is no picture that can be read.
    #[error("{} cannot be read as a picture: {found}; save it as PNG or TIFF, gray or RGB with 8 or 16 bits", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What was found.
        found: String,
    },
    /// A file is in a format that this build does not read.
    #[error("{} is a TIFF file; build with the feature `tiff` to read it, or save it as PNG", path.display())]
    NeedsTiff {
        /// The file.
        path: PathBuf,
    },
    /// A picture has more pixels than are read.
    #[error("{} has {columns} × {rows} pixels and at most {most} in all are read; crop it or save it smaller", path.display())]
    TooManyPixels {
        /// The file.
        path: PathBuf,
        /// Pixels along x.
        columns: usize,
        /// Pixels along y.
        rows: usize,
        /// The most that are read.
        most: usize,
    },
    /// Neither the file nor the caller says how large a pixel is.
    #[error("{} does not say how large a pixel is; give the side of a pixel in µm", path.display())]
    NoPixelSize {
        /// The file.
        path: PathBuf,
    },
    /// The size of a pixel that the file states is not that of a microscope.
    #[error(
        "{} says that a pixel is {} × {} µm large; square ones from {minimum} to {maximum} µm are read: give the side of a \
         pixel in µm if the file is wrong",
        path.display(), Short(*width_um), Short(*height_um)
    )]
    PixelSize {
        /// The file.
        path: PathBuf,
        /// Width of a pixel in µm.
        width_um: f64,
        /// Height of a pixel in µm.
        height_um: f64,
        /// Smallest accepted side in µm.
        minimum: f64,
        /// Largest accepted side in µm.
        maximum: f64,
    },
    /// A second picture does not lie on the first, pixel by pixel.
    #[error(
        "the picture of the lesion has {columns} × {rows} pixels and the picture of the skin {skin_columns} × {skin_rows}; give one of the same size"
    )]
    OtherSize {
        /// Pixels of the second picture along x.
        columns: usize,
        /// Pixels of the second picture along y.
        rows: usize,
        /// Pixels of the first picture along x.
        skin_columns: usize,
        /// Pixels of the first picture along y.
        skin_rows: usize,
    },
    /// Healthy skin is as bright as what holds no collagen.
    #[error(
        "healthy skin has the brightness {} and what holds no collagen {}; give levels that differ by {least} at least",
        Short(*healthy), Short(*empty)
    )]
    NoContrast {
        /// Brightness of healthy skin, 1 = full scale.
        healthy: f64,
        /// Brightness without collagen, 1 = full scale.
        empty: f64,
        /// Least difference.
        least: f64,
    },
    /// A level is to be found in the sites outside of the lesion, and there are none.
    #[error(
        "the lesion covers the whole picture, so that no site shows healthy skin; give its brightness or another lesion"
    )]
    NothingHealthy,
}
