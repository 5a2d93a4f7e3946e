//! What is released of each signal per hour.
use super::{PerSignal, Signal};
use crate::grid::{Field, Grid};
use std::ops::{Index, IndexMut};

/// What is released of each signal, in level/h at every site.
///
/// A cell at (x, y) that releases a (level µm²/h) adds a/h² times the bilinear weight of (x, y) to each of the four
/// sites around it, with h the side of a site: the integral over the field grows by a, wherever the cell is.
///
/// ```
/// use dermaweave::signals::Sources;
/// use dermaweave::{Grid, Length, Signal};
/// let side = Length::micrometers(400.0);
/// let mut sources = Sources::none(Grid::new(side, side, Length::micrometers(20.0))?);
/// sources.add(Signal::Pdgf, 203.0, 111.0, 5_000.0);
/// assert!((sources[Signal::Pdgf].total() - 5_000.0).abs() < 1e-9);
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Sources(pub(super) PerSignal<Field>);

impl Sources {
    /// Nothing is released anywhere.
    pub fn none(grid: Grid) -> Self {
        Self(PerSignal::from_fn(|_| Field::uniform(grid, 0.0)))
    }

    /// Adds `amount` of a signal, in level µm²/h, at a point in µm.
    pub fn add(&mut self, signal: Signal, x: f64, y: f64, amount: f64) {
        self[signal].release_in_order(std::iter::once(((x, y), amount)));
    }

    /// Adds all that one agent at a point in µm releases.
    pub fn add_all(&mut self, x: f64, y: f64, released: &PerSignal<f64>) {
        released
            .iter()
            .filter(|(_, amount)| **amount != 0.0)
            .for_each(|(signal, &amount)| self.add(signal, x, y, amount));
    }

    /// What is released of each signal, in the order of [`Signal::ALL`].
    pub(crate) fn fields_mut(&mut self) -> impl Iterator<Item = &mut Field> {
        self.0.0.iter_mut()
    }

    /// All values of all signals, one array for each.
    pub(crate) fn arrays(&mut self) -> impl Iterator<Item = &mut [f64]> {
        self.fields_mut().map(Field::values_mut)
    }

    /// Arrays of the size of the grid as room for something else; what is in them is lost. Empty beyond one for each signal.
    pub(crate) fn scratch<const N: usize>(&mut self) -> [&mut [f64]; N] {
        let mut arrays = self.arrays();
        std::array::from_fn(|_| arrays.next().unwrap_or_default())
    }
}

impl Index<Signal> for Sources {
    type Output = Field;
    fn index(&self, signal: Signal) -> &Field {
        &self.0[signal]
    }
}

impl IndexMut<Signal> for Sources {
    fn index_mut(&mut self, signal: Signal) -> &mut Field {
        &mut self.0[signal]
    }
}
