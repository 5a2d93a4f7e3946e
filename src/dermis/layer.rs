//! From where to where the layers of a dermis reach.
use crate::error::{Result, check};
use crate::grid::{Grid, Slab};
use crate::parameters::SurfaceParameters;
use crate::units::Length;
use serde::{Deserialize, Serialize};

/// Most layers of a dermis.
const MOST_LAYERS: usize = 100;
/// Least thickness of a layer in µm.
const THINNEST: f64 = 10.0;

/// One layer of a dermis, by depth below the surface of the skin.
///
/// ```
/// use dermaweave::{Dermis, Grid, Length, Skin, Tissue};
/// let side = Length::micrometers(400.0);
/// let grid = Grid::new(side, side, Length::micrometers(20.0))?;
/// let dermis = Dermis::builder(grid, |grid| Tissue::new(grid, &Skin::young())).layers(4).build()?;
/// // A fourth of 1 mm each, below an epidermis of 0.1 mm.
/// let deepest = dermis.layers()[3];
/// assert_eq!((deepest.top.in_micrometers(), deepest.bottom.in_micrometers()), (850.0, 1100.0));
/// assert_eq!((deepest.middle().in_micrometers(), deepest.thickness().in_micrometers()), (975.0, 250.0));
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Layer {
    /// Where it begins.
    pub top: Length,
    /// Where it ends.
    pub bottom: Length,
}

impl Layer {
    /// Depth of its middle, for which it is simulated.
    pub fn middle(&self) -> Length {
        Length::micrometers(0.5 * (self.top.in_micrometers() + self.bottom.in_micrometers()))
    }

    /// From its top to its bottom.
    pub fn thickness(&self) -> Length {
        Length::micrometers(self.bottom.in_micrometers() - self.top.in_micrometers())
    }

    /// The field through the middle of the layer. The slab is as thick as that of the field: rates are those of cells in a slab
    /// of this thickness, which stands for all of the layer.
    pub(super) fn grid(&self, field: Grid) -> Result<Grid> {
        field.with_slab(Slab { depth: self.middle(), ..field.slab() })
    }
}

/// How a dermis is cut.
#[derive(Clone, Debug)]
pub(super) enum Cut {
    /// Into so many layers of equal thickness, from below the epidermis to the bottom of healthy young dermis.
    Equally(usize),
    /// At these depths.
    At(Vec<Length>),
}

impl Cut {
    /// The layers, from the uppermost down.
    pub(super) fn layers(&self, skin: &SurfaceParameters) -> Result<Vec<Layer>> {
        let boundaries = match self {
            Self::Equally(count) => {
                let count = check_count(*count)?;
                let part = |index: usize| skin.epidermis + skin.reference_thickness * index as f64 / count as f64;
                (0..=count).map(part).collect()
            }
            Self::At(depths) => {
                check_count(depths.len().saturating_sub(1))?;
                depths.iter().map(|depth| depth.in_micrometers()).collect::<Vec<_>>()
            }
        };
        check_boundaries(&boundaries, skin.epidermis + skin.reference_thickness)?;
        let layer = |pair: &[f64]| Layer { top: Length::micrometers(pair[0]), bottom: Length::micrometers(pair[1]) };
        Ok(boundaries.windows(2).map(layer).collect())
    }
}

fn check_count(count: usize) -> Result<usize> {
    check("number of layers", count as f64, "layers", 1.0..=MOST_LAYERS as f64)?;
    Ok(count)
}

/// Boundaries go down, within the skin.
fn check_boundaries(boundaries: &[f64], skin: f64) -> Result<()> {
    let mut least = 0.0;
    for &depth in boundaries {
        check("depth of a boundary of layers", depth, "µm", least..=skin.max(least))?;
        least = depth + THINNEST;
    }
    Ok(())
}

/// The share of each layer in the thickness of all.
pub(super) fn shares(layers: &[Layer]) -> Vec<f64> {
    let thickness = |layer: &Layer| layer.thickness().in_micrometers();
    let total: f64 = layers.iter().map(thickness).sum();
    layers.iter().map(|layer| thickness(layer) / total).collect()
}
