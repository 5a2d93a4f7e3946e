//! What a user's rule or hand left: told at once, and by name.
use super::{Clock, Phase, Simulation};
use crate::cells::fibroblast::Attractant;
use crate::error::{Error, Result, check};
use crate::grid::{Field, Grid};
use crate::matrix::Site;
use crate::signals::Signal;
use crate::tissue::{Tissue, check_identities};
use std::ops::RangeInclusive;

/// What is said of a source.
const SOURCE: &str = "a source of a signal";
/// Relative difference of two extents that counts as none.
const ROUND_OFF: f64 = 1e-9;
/// χ of an attractant at most, in µm/h.
const STRONGEST_CHEMOTAXIS: f64 = 1e6;
/// Levels of half effect of an attractant.
const HALF_LEVELS: RangeInclusive<f64> = 1e-9..=1e9;

impl Simulation {
    /// Looks over what was changed by hand or came from elsewhere since the last step, and whether all columns are given.
    pub(crate) fn check_changed(&mut self) -> Result<()> {
        self.watched.check_columns(&self.report)?;
        if self.is_changed {
            self.check_finite()?;
            self.check_all()?;
            self.check_rules()?;
            self.is_changed = false;
        }
        Ok(())
    }

    /// Looks over what the rules of the user's own left. Without rules there is nothing to be looked at.
    pub(super) fn check_ruled(&self) -> Result<()> {
        if self.rules.is_empty() { Ok(()) } else { self.check_all() }
    }

    /// Looks over what a rule of the user's own gave beside the tissue to a step that goes on: rates, sources and attractants.
    pub(super) fn check_context(&self, phase: Phase) -> Result<()> {
        let grid = self.workspace.activation.grid();
        Signal::ALL.iter().try_for_each(|&signal| grid.check_same(self.workspace.sources[signal].grid(), SOURCE))?;
        if phase == Phase::BeforeSignals {
            Signal::ALL
                .iter()
                .try_for_each(|&signal| self.check_field_finite(SOURCE, &self.workspace.sources[signal]))?;
        }
        if matches!(phase, Phase::BeforeSignals | Phase::BeforeCells) {
            self.parameters.validate()?;
            self.workspace.attractants.iter().try_for_each(|attractant| self.check_attractant(attractant))?;
        }
        Ok(())
    }

    /// An attractant may have sites of any size, on the same field.
    fn check_attractant(&self, attractant: &Attractant) -> Result<()> {
        let Attractant { level, chemotaxis, half_level } = attractant;
        let (given, field) = (level.grid(), self.tissue.grid());
        let is_alike = |given: f64, expected: f64| (given / expected - 1.0).abs() < ROUND_OFF;
        let is_same = is_alike(given.width(), field.width()) && is_alike(given.height(), field.height());
        if !is_same || given.boundary() != field.boundary() {
            return Err(given.refused("an attractant"));
        }
        check("chemotaxis of an attractant", *chemotaxis, "µm/h", -STRONGEST_CHEMOTAXIS..=STRONGEST_CHEMOTAXIS)?;
        check("half level of an attractant", *half_level, "(level)", HALF_LEVELS)?;
        self.check_field_finite("an attractant", level)
    }

    fn check_field_finite(&self, name: &'static str, field: &Field) -> Result<()> {
        let refused = |(index, value)| Err(Error::NotFinite { field: name, index, value, hours: self.clock.hours() });
        field.first_not_finite().map_or(Ok(()), refused)
    }

    /// Whether the matrix is sound, every cell lies in the field and has an identity of its own, and all lives on the field
    /// on which the course was begun.
    fn check_all(&self) -> Result<()> {
        let (tissue, clock) = (&self.tissue, self.clock);
        if let Some(region) = self.watched.regions().next() {
            region.grid().check_same(tissue.grid(), "the matrix")?;
        }
        check_fields(tissue)?;
        check_matrix(tissue, clock)?;
        check_places(tissue, clock)?;
        check_identities(tissue.fibroblasts.iter().map(|cell| cell.id), tissue.next_id)
    }
}

/// A rule may put a field of another size in the place of one.
fn check_fields(tissue: &Tissue) -> Result<()> {
    let grid = tissue.ground.grid();
    let refused = |quantity, other: &Grid| {
        let (columns, rows, spacing) = (other.columns(), other.rows(), other.spacing());
        Err(Error::OtherField { quantity, columns, rows, spacing })
    };
    for signal in Signal::ALL {
        if tissue.signals[signal].grid() != grid {
            return refused(signal.name(), tissue.signals[signal].grid());
        }
    }
    // The matrix may have finer sites.
    let matrix = tissue.grid();
    if grid.is_coarsening_of(matrix) { Ok(()) } else { refused("the matrix", matrix) }
}

/// Names the first number of the matrix that is not finite, and what it is.
pub(super) fn check_matrix(tissue: &Tissue, clock: Clock) -> Result<()> {
    let Some((index, _)) = tissue.matrix.first_not_finite() else { return Ok(()) };
    let (field, value) = first_part_not_finite(&tissue.matrix.site(index));
    Err(Error::NotFinite { field, index, value, hours: clock.hours() })
}

/// Which part of a site is not finite, and its value.
fn first_part_not_finite(site: &Site) -> (&'static str, f64) {
    let fibers = site.collagen();
    let collagen = fibers.density + fibers.c2 + fibers.s2 + fibers.c4 + fibers.s4;
    let parts = [
        ("the matrix", collagen),
        ("the matrix (fibrin)", site.fibrin),
        ("the matrix (elastin)", site.elastin),
        ("the matrix (original collagen)", site.original),
    ];
    parts.into_iter().find(|(_, value)| !value.is_finite()).unwrap_or(("the matrix", f64::NAN))
}

fn check_places(tissue: &Tissue, clock: Clock) -> Result<()> {
    let (width, height) = (tissue.grid().width(), tissue.grid().height());
    let outside = |x: f64, y: f64| !((0.0..width).contains(&x) && (0.0..height).contains(&y));
    let fibroblasts = tissue.fibroblasts.iter().map(|cell| (cell.x, cell.y));
    let macrophages = tissue.macrophages.iter().map(|cell| (cell.x, cell.y));
    let all = fibroblasts.enumerate().map(|at| ("fibroblast", at));
    let mut all = all.chain(macrophages.enumerate().map(|at| ("macrophage", at)));
    match all.find(|(_, (_, (x, y)))| outside(*x, *y)) {
        Some((cell, (index, (x, y)))) => {
            Err(Error::OutsideField { cell, index, x, y, width, height, hours: clock.hours() })
        }
        None => Ok(()),
    }
}
