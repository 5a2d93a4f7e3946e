//! What brightness stands for.
use crate::error::{Result, check};
use crate::measure::Picture;

/// A brightness, as it is or as the picture shows it.
///
/// ```
/// use dermaweave::picture::{Level, PictureStart};
/// # let picture = dermaweave::measure::Picture { columns: 100, rows: 100, pixel_um: 1.0, brightness: vec![0.25; 10_000] };
/// // Sirius red in white light: collagen is dark and glass is bright.
/// let start = PictureStart::new(picture).empty(Level::Brightness(1.0)).healthy(Level::Brightness(0.25));
/// assert!((start.build()?.matrix().site(0).collagen().density - 1.0).abs() < 1e-12);
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Level {
    /// This brightness, 0 to 1 of the full scale.
    Brightness(f64),
    /// The brightness below which lie so many percent of all pixels (0 to 100).
    OfPixels(f64),
    /// The mean brightness of a window below which lie so many percent of the windows outside of the lesion (0 to 100).
    OfHealthySites(f64),
}

impl Level {
    pub(super) fn validate(self) -> Result<()> {
        match self {
            Self::Brightness(value) => check("brightness of a level", value, "(1 = full scale)", 0.0..=1.0),
            Self::OfPixels(percent) | Self::OfHealthySites(percent) => {
                check("percentile of a level", percent, "%", 0.0..=100.0)
            }
        }
        .map(drop)
    }

    /// The brightness in a picture, of which the windows outside of the lesion have the given means; none if there are none.
    pub(super) fn in_picture(self, picture: &Picture, healthy: &[f64]) -> Option<f64> {
        match self {
            Self::Brightness(value) => Some(value),
            Self::OfPixels(percent) => percentile(picture.brightness.clone(), percent),
            Self::OfHealthySites(percent) => percentile(healthy.to_vec(), percent),
        }
    }
}

/// The value at the nearest rank; none of no values.
fn percentile(mut values: Vec<f64>, percent: f64) -> Option<f64> {
    let last = values.len().checked_sub(1)?;
    let rank = (0.01 * percent * last as f64).round() as usize;
    Some(*values.select_nth_unstable_by(rank.min(last), f64::total_cmp).1)
}

/// Which sites belong to the lesion.
///
/// ```
/// use dermaweave::picture::{LesionArea, PictureStart};
/// # use dermaweave::measure::Picture;
/// # let picture = |right: f64| {
/// #     let brightness = (0..10_000).map(|pixel| if pixel % 100 < 40 { 0.5 } else { right }).collect();
/// #     Picture { columns: 100, rows: 100, pixel_um: 2.0, brightness }
/// # };
/// // Of two pictures of the same place the second is bright where the lesion is.
/// let tissue = PictureStart::new(picture(0.5)).lesion(LesionArea::Bright(picture(1.0))).build()?;
/// assert_eq!(tissue.lesion().iter().filter(|is_lesion| **is_lesion).count(), 60);
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub enum LesionArea {
    /// There is none.
    #[default]
    None,
    /// Sites whose window is darker than this on average, 0 to 1 of the full scale.
    Below(f64),
    /// Sites whose window is brighter than this on average, 0 to 1 of the full scale.
    Above(f64),
    /// Sites over which this picture, of as many pixels as that of the skin, has more than half of the full scale on average.
    Bright(Picture),
}
