//! All that describes one instant: matrix, signals, cells. No rates, no loop, no output.
mod lesion;
mod skin;

pub use lesion::AtrophicScar;
pub use skin::Skin;

use crate::alarm::Alarm;
use crate::error::{Error, Result};
use crate::fibroblast::{Fibroblast, Surroundings, Tension};
use crate::grid::{Field, Grid};
use crate::macrophage::Macrophage;
use crate::matrix::{FiberMoments, Matrix};
use crate::signal::{self, Signal, Signals};
use serde::{Deserialize, Serialize};

/// Target side of the signals' sites in µm.
const SIGNAL_SPACING: f64 = 20.0;
/// Memory of a tissue and its step per site, in bytes (matrix 96, signals and their scratch, copies).
const BYTES_PER_SITE: u64 = 200;

/// A piece of skin at one instant.
///
/// ```
/// use dermaweave::{AtrophicScar, Grid, Length, Skin, Tissue};
/// let grid = Grid::new(Length::millimeters(3.0), Length::millimeters(3.0), Length::micrometers(20.0))?;
/// let tissue = Tissue::new(grid, &Skin::young())?.with_lesion(&AtrophicScar::boxcar())?;
/// let (x, y) = (1500.0, 1500.0);
/// assert!((tissue.matrix().sites()[grid.site_at(x, y)].collagen().density - 0.5).abs() < 1e-12);
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tissue {
    pub(crate) matrix: Matrix,
    pub(crate) signals: Signals,
    pub(crate) alarm: Alarm,
    pub(crate) ground: Field,
    /// ∫ free MMP dt since the last turnover.
    pub(crate) mmp_exposure: Field,
    pub(crate) fibroblasts: Vec<Fibroblast>,
    pub(crate) macrophages: Vec<Macrophage>,
    pub(crate) next_id: u64,
    pub(crate) skin: Skin,
    pub(crate) lesion: Vec<bool>,
}

impl Tissue {
    /// Healthy skin at rest.
    ///
    /// Skin out of range gives [`Error::OutOfRange`], a field that does not fit into the memory that the
    /// system has left [`Error::FieldTooLarge`].
    pub fn new(grid: Grid, skin: &Skin) -> Result<Self> {
        skin.validate()?;
        let needed = grid.sites() as u64 * BYTES_PER_SITE;
        let available = available_memory();
        if needed > available {
            let (needed_mib, available_mib) = (needed >> 20, available >> 20);
            return Err(Error::FieldTooLarge { columns: grid.columns(), rows: grid.rows(), needed_mib, available_mib });
        }
        let signal_grid = grid.coarsened(signal::coarsening(&grid, SIGNAL_SPACING));
        let fibroblasts = skin.resting_fibroblasts(&grid);
        Ok(Self {
            matrix: Matrix::uniform(grid, skin.collagen(), skin.new_share),
            signals: Signals::at_rest(signal_grid),
            alarm: Alarm::none(signal_grid),
            ground: Field::uniform(signal_grid, 1.0),
            mmp_exposure: Field::uniform(signal_grid, 0.0),
            next_id: fibroblasts.len() as u64,
            fibroblasts,
            macrophages: Vec::new(),
            skin: skin.clone(),
            lesion: vec![false; grid.sites()],
        })
    }

    /// The same tissue with a scar in it. Several scars may be placed one after another.
    ///
    /// A number out of range, or a center outside the field, gives [`Error::OutOfRange`]; a scar between
    /// the sites [`Error::Empty`].
    pub fn with_lesion(mut self, scar: &AtrophicScar) -> Result<Self> {
        scar.place(&mut self.matrix, &mut self.lesion)?;
        Ok(self)
    }

    /// The grid of the matrix.
    pub const fn grid(&self) -> &Grid {
        self.matrix.grid()
    }

    /// Collagen, fibrin and elastin of every site.
    pub const fn matrix(&self) -> &Matrix {
        &self.matrix
    }

    /// The matrix, to be changed by a user's rule.
    pub const fn matrix_mut(&mut self) -> &mut Matrix {
        &mut self.matrix
    }

    /// The four signals.
    /// They live on the same or a coarser grid, [`Signals::grid`].
    pub const fn signals(&self) -> &Signals {
        &self.signals
    }

    /// The signals, to be changed by a user's rule.
    pub const fn signals_mut(&mut self) -> &mut Signals {
        &mut self.signals
    }

    /// What injuries left: platelets in the clot, neutrophils.
    /// It lives on the grid of the signals.
    pub const fn alarm(&self) -> &Alarm {
        &self.alarm
    }

    /// Ground substance, 1 = healthy; edema raises it.
    /// It lives on the grid of the signals.
    pub const fn ground(&self) -> &Field {
        &self.ground
    }

    /// All fibroblasts, in order of their identities.
    pub fn fibroblasts(&self) -> &[Fibroblast] {
        &self.fibroblasts
    }

    /// All fibroblasts, to be changed by a user's rule. They must stay inside the field.
    pub fn fibroblasts_mut(&mut self) -> &mut [Fibroblast] {
        &mut self.fibroblasts
    }

    /// All macrophages.
    pub fn macrophages(&self) -> &[Macrophage] {
        &self.macrophages
    }

    /// The skin it was made from.
    pub const fn skin(&self) -> &Skin {
        &self.skin
    }

    /// Whether each site belongs to a lesion.
    /// One entry per site.
    pub fn lesion(&self) -> &[bool] {
        &self.lesion
    }

    /// The fibers of this skin where it is healthy.
    pub fn healthy_collagen(&self) -> FiberMoments {
        self.skin.collagen()
    }

    /// Fibroblasts per mm² of this skin at rest.
    pub fn resting_per_mm2(&self) -> f64 {
        self.skin.fibroblasts_per_mm2(self.grid())
    }

    /// Nothing signals and no cell but resting fibroblasts, of an activation below `resting_activation`, is there.
    pub fn is_at_rest(&self, resting_activation: f64) -> bool {
        self.macrophages.is_empty()
            && self.signals.are_at_rest()
            && self.alarm.is_over()
            && self.fibroblasts.iter().all(|cell| cell.activation < resting_activation)
    }

    pub(crate) fn surroundings(&self) -> Surroundings<'_> {
        Surroundings {
            matrix: &self.matrix,
            tgf_beta: &self.signals[Signal::TgfBeta],
            pdgf: &self.signals[Signal::Pdgf],
            tension: self.skin.tension,
        }
    }

    /// The tension of this skin.
    pub const fn tension(&self) -> Tension {
        self.skin.tension
    }
}

/// Memory that the system says is available, or 64 GiB where it does not say.
fn available_memory() -> u64 {
    let stated = std::fs::read_to_string("/proc/meminfo").ok().and_then(|text| {
        let line = text.lines().find(|line| line.starts_with("MemAvailable:"))?;
        line.split_whitespace().nth(1)?.parse::<u64>().ok()
    });
    stated.map_or(64 << 30, |kibibytes| kibibytes << 10)
}
