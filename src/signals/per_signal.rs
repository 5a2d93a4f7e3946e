//! One value for each signal.
use super::Signal;
use serde::{Deserialize, Serialize};
use std::ops::{Index, IndexMut};

/// One value for each signal, such as what a cell releases of each per hour.
///
/// ```
/// use dermaweave::Signal;
/// use dermaweave::signals::PerSignal;
/// let mut released = PerSignal::<f64>::default();
/// released[Signal::Pdgf] = 20.0;
/// let names: Vec<_> = released.iter().filter(|(_, amount)| **amount > 0.0).map(|(signal, _)| signal.name()).collect();
/// assert_eq!(names, ["PDGF"]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PerSignal<T>(pub(crate) [T; Signal::COUNT]);

impl<T> PerSignal<T> {
    /// `value(signal)` for each.
    pub fn from_fn(value: impl FnMut(Signal) -> T) -> Self {
        Self(Signal::ALL.map(value))
    }

    /// Each signal and its value.
    pub fn iter(&self) -> impl Iterator<Item = (Signal, &T)> {
        Signal::ALL.into_iter().zip(&self.0)
    }

    /// Each signal and its value, to be changed.
    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = (Signal, &mut T)> {
        Signal::ALL.into_iter().zip(&mut self.0)
    }
}

impl<T> Index<Signal> for PerSignal<T> {
    type Output = T;
    fn index(&self, signal: Signal) -> &T {
        &self.0[signal as usize]
    }
}

impl<T> IndexMut<Signal> for PerSignal<T> {
    fn index_mut(&mut self, signal: Signal) -> &mut T {
        &mut self.0[signal as usize]
    }
}
