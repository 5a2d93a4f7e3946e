//! Storage that a step needs while it lasts and that is used again by the next one.
use crate::cells::fibroblast::{Attractant, Crowding, Outcome};
use crate::cells::macrophage::Arrivals;
use crate::engine::{Found, Reached};
use crate::grid::{Field, Grid};
use crate::mechanics::Daily;
use crate::signals::{DiffusionWorkspace, Sources};

/// Nothing in it outlives a step: what a step finds here never enters its result.
#[derive(Clone, Debug)]
pub(super) struct Workspace {
    /// What is released per hour.
    pub(super) sources: Sources,
    pub(super) diffusion: [DiffusionWorkspace; 2],
    /// Activation of the fibroblasts per area.
    pub(super) activation: Field,
    /// Which cells release into, clear or work which rows.
    pub(super) reached: Reached,
    /// Signals of rules of one's own that attract fibroblasts.
    pub(super) attractants: Vec<Attractant>,
    /// What the day has left to be done slowly.
    pub(super) daily: Option<Daily>,
    pub(super) arrivals: Arrivals,
    pub(super) crowding: Crowding,
    /// Which cells are crowded, where nothing acts.
    pub(super) crowded: Vec<usize>,
    pub(super) outcomes: Found<(usize, Outcome)>,
    /// Identities of the cells that divide.
    pub(super) mothers: Vec<u64>,
}

impl Workspace {
    /// For signals on this grid.
    pub(super) fn new(signal_grid: Grid) -> Self {
        Self {
            sources: Sources::none(signal_grid),
            diffusion: Default::default(),
            activation: Field::uniform(signal_grid, 0.0),
            reached: Reached::default(),
            attractants: Vec::new(),
            daily: None,
            arrivals: Arrivals::default(),
            crowding: Crowding::default(),
            crowded: Vec::new(),
            outcomes: Found::default(),
            mothers: Vec::new(),
        }
    }
}
