//! What fibroblasts felt where they worked, kept until they move.
//!
//! Much of what a cell costs in a large field is waiting for the fibers under it. It works them and then feels them: what it
//! feels is noted while the sites that it has just worked still lie in a cache.
use super::Fibroblast;
use super::feeling::{FiberCues, Strip, Touched};
use crate::matrix::{FiberMoments, ReadInPlace};
use std::sync::atomic::{AtomicU64, Ordering};

/// Numbers of [`FiberCues`].
const NUMBERS: usize = 6;
/// The first number of a cell that felt nothing yet: not the bits of any that is computed.
const NOTHING: u64 = u64::MAX;

/// What the fibroblasts of a list felt where they worked, for [`advance_felt`](super::advance_felt): noted by
/// [`work_and_feel`](crate::remodeling::work_and_feel), which forgets what was noted before. A clone has felt nothing.
///
/// ```
/// use dermaweave::fibroblast::{Felt, Surroundings, advance_felt, advance_keyed};
/// use dermaweave::parameters::FiberAxis;
/// use dermaweave::remodeling::{Shift, work_and_feel};
/// use dermaweave::{Field, Grid, Length, Parameters, Skin, Tissue};
/// let side = Length::micrometers(400.0);
/// let tissue = Tissue::new(Grid::new(side, side, Length::micrometers(10.0))?, &Skin::young())?;
/// let (mut matrix, parameters) = (tissue.matrix().clone(), Parameters::default().fibroblast);
/// let mut cells = tissue.fibroblasts().to_vec();
/// cells.iter_mut().for_each(|cell| cell.activation = 0.6);
/// let shift = Shift { synthesis: 1.0, attachment: 1.0, fiber_axis: FiberAxis::AlongBody, seed: 1, tick: 0, hours: 1.0 };
/// let mut felt = Felt::default();
/// work_and_feel(&cells, &mut matrix, &parameters, &shift, &mut felt);
/// // They move as if they felt now.
/// let level = Field::uniform(*tissue.grid(), 3.0);
/// let around = Surroundings { matrix: &matrix, tgf_beta: &level, pdgf: &level, tension: tissue.tension() };
/// let mut others = cells.clone();
/// advance_felt(&mut cells, &around, &parameters, (0, 2, 0.5), 1, &felt);
/// advance_keyed(&mut others, &around, &parameters, (0, 2, 0.5), 1);
/// assert_eq!(cells, others);
/// # Ok::<(), dermaweave::Error>(())
/// ```
// Threads note each for their own cells, which lie here and there in the list.
#[derive(Debug, Default)]
pub struct Felt(Vec<[AtomicU64; NUMBERS]>);

impl Clone for Felt {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Felt {
    /// Forgets everything; so many cells may feel from now on.
    pub(crate) fn begin(&mut self, cells: usize) {
        if self.0.capacity() < cells {
            // By a quarter, as the list of the cells grows; what is forgotten need not be moved.
            self.0 = Vec::with_capacity(cells + cells / 4);
        }
        self.0.resize_with(cells, Default::default);
        self.0.iter_mut().for_each(|numbers| *numbers[0].get_mut() = NOTHING);
    }

    /// Gives its memory back, so that what needs much for a moment, a list that grows or a sample, finds room.
    pub(crate) fn make_way(&mut self) {
        self.0 = Vec::new();
    }

    /// What a cell felt.
    #[inline]
    pub(super) fn of(&self, cell: usize) -> Option<FiberCues> {
        let [density, c2, s2, c4, s4, fibrin] = self.bits(cell)?.map(f64::from_bits);
        Some(FiberCues { collagen: FiberMoments { density, c2, s2, c4, s4 }, fibrin })
    }

    /// Lets at most [`GROUP`](crate::engine::GROUP) of all cells feel the matrix, of which all must be there that they feel;
    /// `touched` is room for what they touch.
    pub(crate) fn feel(
        &self,
        (cells, of_group): (&[Fibroblast], &[usize]),
        strip: &Strip,
        matrix: &impl ReadInPlace,
        touched: &mut Touched,
    ) {
        touched.take(of_group.iter().map(|&cell| &cells[cell]), strip);
        touched.find(strip);
        for (index, &cell) in of_group.iter().enumerate() {
            self.note(cell, &touched.feel(index, matrix));
        }
    }

    /// The bits of what a cell felt.
    #[inline]
    pub(crate) fn bits(&self, cell: usize) -> Option<[u64; NUMBERS]> {
        let bits = self.0.get(cell)?.each_ref().map(|number| number.load(Ordering::Relaxed));
        (bits[0] != NOTHING).then_some(bits)
    }

    #[inline]
    fn note(&self, cell: usize, cues: &FiberCues) {
        let FiberMoments { density, c2, s2, c4, s4 } = cues.collagen;
        for (number, value) in self.0[cell].iter().zip([density, c2, s2, c4, s4, cues.fibrin]) {
            number.store(value.to_bits(), Ordering::Relaxed);
        }
    }
}
