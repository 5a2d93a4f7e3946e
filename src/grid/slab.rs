//! The layer of skin that a field stands for.
use crate::error::{Result, check};
use crate::reading::checked_on_reading;
use crate::units::Length;
use serde::{Deserialize, Serialize};

/// The layer of skin that the field stands for.
///
/// ```
/// use dermaweave::{Device, Grid, Length, Protocol, Slab};
/// let side = Length::millimeters(4.0);
/// let grid = Grid::new(side, side, Length::micrometers(20.0))?;
/// let shallow = grid.with_slab(Slab { depth: Length::micrometers(50.0), ..Slab::default() })?;
/// // Channels 150 µm deep do not reach the layer at 300 µm, but one at 50 µm.
/// let protocol = Protocol::once(Device::roller_770());
/// assert_eq!(protocol.dry_run(&grid, 1)?.sessions[0].holes_reaching_slab, 0);
/// assert!(protocol.dry_run(&shallow, 1)?.sessions[0].holes_reaching_slab > 0);
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "SlabFields")]
pub struct Slab {
    /// Depth of the layer below the surface of the skin.
    pub depth: Length,
    /// Thickness of the layer: cells per area = cells per volume × thickness.
    pub thickness: Length,
}

checked_on_reading! {
    Slab by validate, read as "Slab" in SlabFields { depth: Length, thickness: Length }
}

impl Default for Slab {
    /// Papillary and upper reticular dermis: 100 µm thick, 300 µm below the surface.
    fn default() -> Self {
        Self { depth: Length::micrometers(300.0), thickness: Length::micrometers(100.0) }
    }
}

impl Slab {
    pub(super) fn validate(&self) -> Result<()> {
        check("slab depth", self.depth.in_micrometers(), "µm", 0.0..=4000.0)?;
        check("slab thickness", self.thickness.in_micrometers(), "µm", 10.0..=4000.0)?;
        Ok(())
    }
}
