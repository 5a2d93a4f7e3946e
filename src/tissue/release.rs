//! What the cells of a tissue release.
use super::Tissue;
use crate::engine::{self, Reached, Releasing};
use crate::grid::Field;
use crate::parameters::Parameters;
use crate::signals::Sources;

impl Tissue {
    /// What all its cells release per hour, each at its place: the sum of [`Macrophage::released`] and
    /// [`Fibroblast::released`] over them.
    ///
    /// [`Macrophage::released`]: crate::cells::Macrophage::released
    /// [`Fibroblast::released`]: crate::cells::fibroblast::Fibroblast::released
    ///
    /// ```
    /// use dermaweave::{Grid, Length, Parameters, Signal, Skin, Tissue};
    /// let side = Length::micrometers(400.0);
    /// let tissue = Tissue::new(Grid::new(side, side, Length::micrometers(20.0))?, &Skin::young())?;
    /// // Resting skin is silent.
    /// assert_eq!(tissue.released(&Parameters::default())[Signal::Mmp].total(), 0.0);
    /// # Ok::<(), dermaweave::Error>(())
    /// ```
    pub fn released(&self, parameters: &Parameters) -> Sources {
        let grid = *self.signals.grid();
        let mut sources = Sources::none(grid);
        self.release_into(&mut sources, &mut Field::uniform(grid, 0.0), parameters, &mut Reached::default());
        sources
    }

    /// Adds [`Tissue::released`] to sources, and to `activation` that of the fibroblasts per area, relative to resting
    /// density.
    pub(crate) fn release_into(
        &self,
        sources: &mut Sources,
        activation: &mut Field,
        parameters: &Parameters,
        reached: &mut Reached,
    ) {
        let Self { matrix, macrophages, fibroblasts, skin, .. } = self;
        let resting_per_um2 = skin.fibroblasts_per_mm2(matrix.grid()) * 1e-6;
        let cells = Releasing { macrophages, fibroblasts, matrix, parameters, resting_per_um2 };
        engine::release_from_cells(cells, sources, activation, reached);
    }
}
