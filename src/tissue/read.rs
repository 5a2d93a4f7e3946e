//! Tissues that are read from files: all that belongs together must fit together.
use super::{LangerLines, Microchannels, Skin, Tissue};
use crate::cells::fibroblast::Fibroblast;
use crate::cells::{AcuteInflammation, Macrophage};
use crate::error::{Error, Result, check};
use crate::grid::{Field, Grid};
use crate::matrix::Matrix;
use crate::reading::{check_computed, checked_on_reading};
use crate::signals::Signals;

checked_on_reading! {
    Tissue by check_read, read as "Tissue" in TissueFields {
        matrix: Matrix,
        signals: Signals,
        #[serde(rename = "alarm")]
        acute_inflammation: AcuteInflammation,
        ground: Field,
        mmp_exposure: Field,
        fibroblasts: Vec<Fibroblast>,
        macrophages: Vec<Macrophage>,
        next_id: u64,
        skin: Skin,
        tension: LangerLines,
        #[serde(rename = "openings")]
        microchannels: Microchannels,
        lesion: Vec<bool>,
    }
}

/// Largest level of ground substance and exposure to MMP.
const LARGEST_LEVEL: f64 = 1e12;
/// Largest heading in radians: those of a course leave 0 to 2π as cells turn.
const LARGEST_HEADING: f64 = 1e6;
/// Longest life of a macrophage in hours: that of a person.
const LONGEST_LIFE: f64 = 1e6;
/// Identities that are left at least: none of them is used twice.
const LAST_IDENTITY: u64 = 1 << 62;

impl Tissue {
    /// All that is checked when a tissue is read, in every part of it.
    pub(crate) fn check_whole(&self) -> Result<()> {
        self.matrix.check_sites()?;
        self.signals.check_read()?;
        self.acute_inflammation.check_read()?;
        self.microchannels.check_read()?;
        self.check_read()
    }

    /// What must hold of a tissue beyond what its parts promise.
    fn check_read(&self) -> Result<()> {
        self.check_grids()?;
        self.ground.check_values("ground substance", "(1 = healthy)", 0.0..=LARGEST_LEVEL)?;
        self.mmp_exposure.check_values("exposure to MMP", "(level × h)", 0.0..=LARGEST_LEVEL)?;
        let (length, sites) = (self.lesion.len(), self.grid().sites());
        if length != sites {
            return Err(Error::WrongLength { quantity: "the mask of a lesion", length, sites });
        }
        self.skin.validate_at_any_age()?;
        self.check_cells()
    }

    /// One field for all: signals and what lives with them on a coarsening of the matrix' grid, tension on any other.
    fn check_grids(&self) -> Result<()> {
        let (grid, of_signals) = (self.grid(), self.signals.grid());
        if !of_signals.is_coarsening_of(grid) {
            return Err(of_signals.refused("the signals"));
        }
        of_signals.check_same(self.acute_inflammation.platelets.grid(), "clot and neutrophils")?;
        of_signals.check_same(self.ground.grid(), "the ground substance")?;
        of_signals.check_same(self.mmp_exposure.grid(), "the exposure to MMP")?;
        of_signals.check_same(self.microchannels.flare().grid(), "the flare")?;
        of_signals.check_same(self.microchannels.adaptation().grid(), "the adaptation of vessels")?;
        match self.tension.grid() {
            Some(of_tension) if !of_tension.is_coarsening_of(grid) => Err(of_tension.refused("the tension")),
            _ => Ok(()),
        }
    }

    /// Cells in the field, each with an identity of its own that was given.
    fn check_cells(&self) -> Result<()> {
        let grid = self.grid();
        check("next identity of a cell", self.next_id as f64, "(number)", 0.0..=LAST_IDENTITY as f64)?;
        for cell in &self.fibroblasts {
            check_place(("x of a fibroblast", cell.x), ("y of a fibroblast", cell.y), grid)?;
            check("heading of a fibroblast", cell.heading, "radians", -LARGEST_HEADING..=LARGEST_HEADING)?;
            check_computed("activation of a fibroblast", cell.activation, "(0 to 1)", 0.0..=1.0)?;
            check_computed("contraction of a fibroblast", cell.contraction, "(0 to 1)", 0.0..=1.0)?;
        }
        for cell in &self.macrophages {
            check_place(("x of a macrophage", cell.x), ("y of a macrophage", cell.y), grid)?;
            check_computed("age of a macrophage", cell.age, "h", 0.0..=LONGEST_LIFE)?;
        }
        let fibroblasts = self.fibroblasts.iter().map(|cell| cell.id);
        check_identities(fibroblasts.chain(self.macrophages.iter().map(|cell| cell.id)), self.next_id)
    }
}

/// Draws are keyed by identity: two cells of one identity would do the same. Each is below the next one to be given.
pub(crate) fn check_identities(ids: impl Iterator<Item = u64>, next: u64) -> Result<()> {
    let mut ids: Vec<u64> = ids.collect();
    ids.sort_unstable();
    let known_twice = ids.windows(2).find(|pair| pair[0] == pair[1]).map(|pair| pair[0]);
    let not_given = ids.last().copied().filter(|&id| id >= next);
    known_twice.or(not_given).map_or(Ok(()), |id| Err(Error::BadIdentity { id, next }))
}

fn check_place(x: (&'static str, f64), y: (&'static str, f64), grid: &Grid) -> Result<()> {
    for ((quantity, value), extent) in [(x, grid.width()), (y, grid.height())] {
        check(quantity, value, "µm", 0.0..=extent.next_down())?;
    }
    Ok(())
}
