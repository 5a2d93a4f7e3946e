//! What fibroblasts felt where they worked, kept until they move.
//!
//! Nearly all that a cell costs in a large field is waiting for the fibers under it. It works them and then feels them:
//! what it feels is noted while the sites that it has just worked still lie in a cache.
use super::Fibroblast;
use super::feeling::{Bodies, FiberCues, Strip};
use crate::matrix::{FiberMoments, Site};
use std::sync::atomic::{AtomicU64, Ordering};

/// Numbers of [`FiberCues`].
const NUMBERS: usize = 6;
/// The first number of a cell that felt nothing yet: not the bits of any that is computed.
const NOTHING: u64 = u64::MAX;

/// What each cell of a list felt, if it did. Threads note it each for their own cells, which lie here and there in the list.
#[derive(Debug, Default)]
pub(crate) struct Felt(Vec<[AtomicU64; NUMBERS]>);

/// Nothing outlives a step.
impl Clone for Felt {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Felt {
    /// Forgets everything, with as much room as the list of the cells has.
    pub(crate) fn begin(&mut self, cells: &Vec<Fibroblast>) {
        self.0.reserve_exact(cells.capacity().saturating_sub(self.0.len()));
        self.0.resize_with(cells.len(), Default::default);
        for numbers in &mut self.0 {
            *numbers[0].get_mut() = NOTHING;
        }
    }

    /// Gives its memory back, so that a list that grows does not find it in the way.
    pub(crate) fn make_way(&mut self) {
        self.0 = Vec::new();
    }

    /// What a cell felt.
    #[inline]
    pub(super) fn of(&self, cell: usize) -> Option<FiberCues> {
        let numbers = self.0.get(cell)?;
        let [density, c2, s2, c4, s4, fibrin] = numbers.each_ref().map(|number| number.load(Ordering::Relaxed));
        let [c2, s2, c4, s4, fibrin] = [c2, s2, c4, s4, fibrin].map(f64::from_bits);
        let collagen = FiberMoments { density: f64::from_bits(density), c2, s2, c4, s4 };
        (density != NOTHING).then_some(FiberCues { collagen, fibrin })
    }

    /// Lets at most [`GROUP`](crate::parallel::GROUP) of all cells feel, given what is at a site.
    pub(crate) fn feel(&self, cells: &[Fibroblast], of_group: &[usize], strip: &Strip, site: impl Fn(usize) -> Site) {
        let touched = Bodies::of(of_group.iter().map(|&cell| &cells[cell]), strip).touched(strip);
        for (index, &cell) in of_group.iter().enumerate() {
            self.note(cell, &touched.feel(index, &site));
        }
    }

    #[inline]
    fn note(&self, cell: usize, cues: &FiberCues) {
        let FiberMoments { density, c2, s2, c4, s4 } = cues.collagen;
        for (number, value) in self.0[cell].iter().zip([density, c2, s2, c4, s4, cues.fibrin]) {
            number.store(value.to_bits(), Ordering::Relaxed);
        }
    }
}
