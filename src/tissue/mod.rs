//! All that describes one instant: matrix, signals, cells. No rates, no loop, no output.
mod arrays;
mod exposure;
mod imposed;
mod laying;
mod lesion;
mod microchannels;
mod outline;
mod release;
mod resting;
mod read;
mod scar;
mod skin;
mod under_tension;

pub(crate) use arrays::MOST_COLLAGEN;
pub use exposure::Exposure;
pub use lesion::{Lesion, LesionFibers, Outline};
pub use microchannels::{Microchannel, Microchannels};
pub(crate) use read::check_identities;
pub use scar::{AtrophicScar, Wrinkle};
pub use skin::Skin;

use crate::cells::fibroblast::{Crowding, Fibroblast, Surroundings};
use crate::cells::{AcuteInflammation, Macrophage};
use crate::error::Result;
use crate::grid::{Field, Grid};
use crate::matrix::{FiberMoments, Matrix};
use crate::mechanics::{Mechanics, Movement};
use crate::memory::{self, Contents};
use crate::parameters::FibroblastParameters;
use crate::signals::{self, Signal, Signals};
use crate::tension::LangerLines;
use crate::units::Length;
use serde::{Deserialize, Serialize};

/// Target side of the signals' sites in µm.
const SIGNAL_SPACING: f64 = 20.0;
/// A piece of skin at one instant.
///
/// ```
/// use dermaweave::{AtrophicScar, Grid, Length, Skin, Tissue};
/// let grid = Grid::new(Length::millimeters(3.0), Length::millimeters(3.0), Length::micrometers(20.0))?;
/// let tissue = Tissue::new(grid, &Skin::young())?.with_lesion(&AtrophicScar::boxcar())?;
/// let (x, y) = (1500.0, 1500.0);
/// assert!((tissue.matrix().site(grid.site_at(x, y)).collagen().density - 0.5).abs() < 1e-12);
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "read::TissueFields")]
pub struct Tissue {
    pub(crate) matrix: Matrix,
    pub(crate) signals: Signals,
    #[serde(rename = "alarm")]
    pub(crate) acute_inflammation: AcuteInflammation,
    pub(crate) ground: Field,
    /// ∫ free MMP dt since the last turnover.
    pub(crate) mmp_exposure: Field,
    pub(crate) fibroblasts: Vec<Fibroblast>,
    pub(crate) macrophages: Vec<Macrophage>,
    pub(crate) next_id: u64,
    pub(crate) skin: Skin,
    pub(crate) tension: LangerLines,
    pub(crate) mechanics: Mechanics,
    /// Whether cells sense the tension itself as their strain.
    pub(crate) is_strain_imposed: bool,
    #[serde(rename = "openings")]
    pub(crate) microchannels: Microchannels,
    pub(crate) lesion: Vec<bool>,
}

impl Tissue {
    /// Healthy skin at rest. Its fibroblasts are spread evenly, one in each of as many tiles: with n expected,
    /// n = [`Skin::fibroblasts_per_mm2`] × [`Grid::area_mm2`], there are ⌊n⌋ or ⌊n⌋ + 1 and n on average over
    /// [`Skin::placement_seed`], in a field of any shape. A very small field may have none.
    ///
    /// Skin out of range gives [`Error::OutOfRange`](crate::Error::OutOfRange), a field that does not fit with its course into
    /// the memory that the system, control groups and the limits of the process leave
    /// [`Error::FieldTooLarge`](crate::Error::FieldTooLarge).
    pub fn new(grid: Grid, skin: &Skin) -> Result<Self> {
        skin.validate()?;
        let signal_grid = grid.coarsened(signals::coarsening(&grid, SIGNAL_SPACING));
        let fibroblasts = (skin.fibroblasts_per_mm2(&grid) * grid.area_mm2()).ceil() as usize;
        let (sites, signal_sites) = (grid.sites(), signal_grid.sites());
        let contents = Contents { sites, signal_sites, fibroblasts, ..Contents::default() };
        memory::check(grid.columns(), grid.rows(), contents.of_course())?;
        let fibroblasts = skin.resting_fibroblasts(&grid);
        let mut matrix = Matrix::uniform(grid, skin.collagen(), skin.new_share);
        matrix.sites_mut().iter_mut().for_each(|site| site.elastin = skin.elastin);
        Ok(Self {
            matrix,
            signals: Signals::at_rest(signal_grid),
            acute_inflammation: AcuteInflammation::none(signal_grid),
            ground: Field::uniform(signal_grid, 1.0),
            mmp_exposure: Field::uniform(signal_grid, 0.0),
            next_id: fibroblasts.len() as u64,
            fibroblasts,
            macrophages: Vec::new(),
            skin: skin.clone(),
            tension: LangerLines::Even(skin.tension),
            mechanics: Mechanics::at_rest(&grid),
            is_strain_imposed: false,
            microchannels: Microchannels::none(signal_grid),
            lesion: vec![false; grid.sites()],
        })
    }

    /// The same tissue with a lesion in it: an [`AtrophicScar`], a [`Wrinkle`], or any [`Lesion`].
    /// Several may be placed one after another.
    ///
    /// A number out of range, a center outside the field, or an endless furrow that does not meet itself in a periodic field
    /// gives [`Error::OutOfRange`](crate::Error::OutOfRange); a lesion between the sites
    /// [`Error::Empty`](crate::Error::Empty).
    pub fn with_lesion(mut self, lesion: impl Into<Lesion>) -> Result<Self> {
        lesion.into().place(&mut self.matrix, &mut self.lesion)?;
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

    /// The signals.
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
    pub const fn acute_inflammation(&self) -> &AcuteInflammation {
        &self.acute_inflammation
    }

    /// Ground substance, 1 = healthy; edema raises it.
    /// It lives on the grid of the signals.
    pub const fn ground(&self) -> &Field {
        &self.ground
    }

    /// All fibroblasts: those of the beginning in order of their identities, each followed by its daughters, so that neighbors
    /// in the list are neighbors in the skin as long as they do not walk far.
    pub fn fibroblasts(&self) -> &[Fibroblast] {
        &self.fibroblasts
    }

    /// All fibroblasts, to be changed by a user's rule. They must stay inside the field.
    pub fn fibroblasts_mut(&mut self) -> &mut [Fibroblast] {
        &mut self.fibroblasts
    }

    /// Keeps the fibroblasts of which `keep` is true and takes the others out, in their order: for a rule by which cells die.
    /// Nothing else is changed, such as what dead cells would release.
    ///
    /// ```
    /// use dermaweave::{Grid, Length, Skin, Tissue};
    /// let side = Length::millimeters(1.0);
    /// let mut tissue = Tissue::new(Grid::new(side, side, Length::micrometers(20.0))?, &Skin::young())?;
    /// let before = tissue.fibroblasts().len();
    /// tissue.retain_fibroblasts(|cell| cell.x < 500.0);
    /// assert!(tissue.fibroblasts().len() < before && tissue.fibroblasts().iter().all(|cell| cell.x < 500.0));
    /// # Ok::<(), dermaweave::Error>(())
    /// ```
    pub fn retain_fibroblasts(&mut self, keep: impl FnMut(&Fibroblast) -> bool) {
        self.fibroblasts.retain(keep);
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

    /// How the fibers of this skin lie where it is healthy, at a point in µm: its weave about the tension
    /// there, as fibers of amount 1.
    pub fn healthy_weave_at(&self, x: f64, y: f64) -> FiberMoments {
        self.skin.weave(self.tension.at(x, y).axis)
    }

    /// Fibroblasts per mm² of this skin at rest.
    pub fn resting_per_mm2(&self) -> f64 {
        self.skin.fibroblasts_per_mm2(self.grid())
    }

    /// Nothing signals and no cell but resting fibroblasts, of an activation below `resting_activation`, is there.
    pub fn is_at_rest(&self, resting_activation: f64) -> bool {
        self.macrophages.is_empty()
            && self.signals.are_at_rest()
            && self.acute_inflammation.is_over()
            && self.fibroblasts.iter().all(|cell| cell.activation < resting_activation)
    }

    /// At rest, closed and without MMP that is yet to act: only time passes, and cells leave where they are crowded.
    pub(crate) fn is_settled(&self, parameters: &FibroblastParameters) -> bool {
        self.microchannels.are_closed()
            && self.mmp_exposure.maximum() == 0.0
            && self.is_at_rest(parameters.resting_activation)
            && parameters.natural_death_rate == 0.0
    }

    /// Whether nothing goes on slowly either: no activity is remembered, and the thickness is that of what fills the slab.
    pub(crate) fn is_relaxed(&self) -> bool {
        self.is_strain_imposed || self.mechanics.is_settled()
    }

    /// How crowded fibroblasts are, relative to this skin at rest; counted with storage of an earlier count.
    pub(crate) fn count_crowding(&self, parameters: &FibroblastParameters, crowding: &mut Crowding) {
        let tile = Length::micrometers(parameters.crowding_tile);
        crowding.count(&self.fibroblasts, self.matrix.grid(), self.resting_per_mm2(), tile);
    }

    /// Microchannels through the epidermis that are still open, and the redness that followed on needling at once.
    pub const fn microchannels(&self) -> &Microchannels {
        &self.microchannels
    }

    /// What takes memory in it.
    pub(crate) fn contents(&self) -> Contents {
        Contents {
            sites: self.grid().sites(),
            signal_sites: self.signals.grid().sites(),
            fibroblasts: self.fibroblasts.len(),
            macrophages: self.macrophages.len(),
            channels: self.microchannels.channels().len() as f64,
        }
    }

    pub(crate) fn surroundings(&self) -> Surroundings<'_> {
        Surroundings {
            matrix: &self.matrix,
            tgf_beta: &self.signals[Signal::TgfBeta],
            pdgf: &self.signals[Signal::Pdgf],
            tension: &self.tension,
            mechanics: (!self.is_strain_imposed).then_some(&self.mechanics),
            movement: Movement::default(),
            attractants: &[],
        }
    }

    /// Strain, filling and slow activity of its windows.
    pub const fn mechanics(&self) -> &Mechanics {
        &self.mechanics
    }

    /// The tension of this skin.
    pub const fn tension(&self) -> &LangerLines {
        &self.tension
    }
}
