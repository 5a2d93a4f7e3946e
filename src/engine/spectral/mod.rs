//! Fourier modes of a field: transforms along both sides, and the relaxation of every mode in between.
//!
//! A step goes through memory three times, eight lines at a time and two of them in one transform: rows of
//! level and source are transformed along x in place; columns of both are transformed along y, relaxed and
//! transformed back into the workspace; rows of that are transformed back along x. Lines that are transformed lie
//! side by side ([`lanes`]), so that every vector instruction does the same for all of them.
//!
//! What happens to a mode in between is stated in [`crate::signals`]; [`SpectralPlan`] is the only door.
mod axis;
mod bands;
mod butterflies;
mod fourier;
mod lanes;
mod rectangle;
mod relaxation;
mod workspace;

pub(crate) use rectangle::Rectangle;
pub use workspace::DiffusionWorkspace;

use super::for_each_part;
use crate::grid::Grid;
use crate::signals::{AxisFactor, DiffusionStep};
use axis::SideTransform;
use lanes::LINES;
use relaxation::Relaxation;
use std::sync::Arc;
use workspace::LineBuffers;

/// How many lines across bands are made at once of so many: several bands, since longer runs of neighbors are fetched from
/// memory before their use. Few lines are handed out to threads in smaller parts, which lie near anyway.
const fn made_at_once(lines: usize) -> usize {
    if lines < 512 { 2 * LINES } else { 4 * LINES }
}

/// Transforms along both sides of a field, made once.
#[derive(Clone, Debug)]
pub(crate) struct SpectralPlan {
    along_x: Arc<SideTransform>,
    along_y: Arc<SideTransform>,
}

impl SpectralPlan {
    /// Prepares the transforms of a grid.
    pub(crate) fn new(grid: &Grid) -> Self {
        let side = |sites| Arc::new(SideTransform::new(sites, grid.spacing(), grid.boundary()));
        Self { along_x: side(grid.columns()), along_y: side(grid.rows()) }
    }

    /// Columns and rows.
    pub(crate) fn sites(&self) -> (usize, usize) {
        (self.along_x.sites, self.along_y.sites)
    }

    /// Transforms of a part of the field with closed edges; the workspace keeps them.
    pub(crate) fn part(&self, part: &Rectangle, workspace: &mut DiffusionWorkspace) -> Self {
        workspace.make_room(self.along_x.sites * self.along_y.sites);
        Self {
            along_x: workspace.part_of(&self.along_x, part.columns.len()),
            along_y: workspace.part_of(&self.along_y, part.rows.len()),
        }
    }

    /// Advances a level by a step of diffusion and decay; the source, if there is one, is used up.
    pub(crate) fn relax(
        &self,
        level: &mut [f64],
        source: Option<&mut [f64]>,
        step: DiffusionStep,
        workspace: &mut DiffusionWorkspace,
    ) {
        workspace.prepare(&self.along_x, &self.along_y, &step);
        // All parts of columns in which anything is left of the level.
        let last = workspace.along_x.iter().rposition(|x| !x.is_gone()).unwrap_or(0);
        let (columns, part) = (self.along_x.sites, made_at_once(self.along_x.sites));
        let needed = (last / part * part + part).min(columns);
        self.transform_rows(level, needed, workspace);
        let source = source.map(|source| {
            self.transform_rows(source, columns, workspace);
            &*source
        });
        self.relax_columns(level, source, workspace);
        self.transform_rows_back(level, workspace);
    }

    /// The transforms of a step along lines that are whole in memory, and nothing else.
    pub(crate) fn transform_only(&self, level: &mut [f64], source: &mut [f64], workspace: &mut DiffusionWorkspace) {
        workspace.prepare(
            &self.along_x,
            &self.along_y,
            &DiffusionStep { diffusivity: 0.0, decay_rate: 0.0, hours: 0.0 },
        );
        for axis in [&self.along_x, &self.along_y] {
            for field in [&mut *level, &mut *source] {
                for_all_lines(axis, field, workspace, |lines, LineBuffers { level, scratch, .. }| {
                    let line = &mut level[..axis.sites];
                    bands::gather_rows(lines, &axis.site_places, line);
                    axis.transform(line, scratch);
                    bands::put_rows(line, &axis.mode_places, lines);
                });
            }
            for_all_lines(axis, level, workspace, |lines, LineBuffers { level, scratch, .. }| {
                let line = &mut level[..axis.sites];
                bands::gather_rows(lines, &axis.mode_places, line);
                axis.transform_back(line, scratch);
                bands::put_rows(line, &axis.site_places, lines);
            });
        }
    }

    /// Rows of sites become bands of eight rows of modes along x, see [`bands`]. Only the first modes are `needed`.
    fn transform_rows(&self, values: &mut [f64], needed: usize, workspace: &DiffusionWorkspace) {
        let axis = &self.along_x;
        for_all_lines(axis, values, workspace, |rows, LineBuffers { level, scratch, .. }| {
            let line = &mut level[..axis.sites];
            bands::gather_rows(rows, &axis.site_places, line);
            axis.transform(line, scratch);
            let band = needed * (rows.len() / axis.sites);
            bands::put_band(line, &axis.mode_places[..needed], &mut rows[..band]);
        });
    }

    /// Relaxes all modes and leaves bands of eight columns, modes along x and sites along y, in the workspace.
    fn relax_columns(&self, level: &[f64], source: Option<&[f64]>, workspace: &mut DiffusionWorkspace) {
        let (axis, rows, columns) = (&self.along_y, self.along_y.sites, self.along_x.sites);
        let DiffusionWorkspace { bands, lines, along_x, along_y, .. } = workspace;
        let width = made_at_once(columns);
        for_each_part(bands, width * rows, lines, |part, bands, own| {
            let LineBuffers { level: lines, source: others, scratch } = own;
            let (lines, others) = (&mut lines[..width / LINES * rows], &mut others[..width / LINES * rows]);
            let first = part * width;
            let along_x = &along_x[first..(first + width).min(columns)];
            let gone = along_x.iter().all(AxisFactor::is_gone);
            if gone && source.is_none() {
                return bands.fill(0.0);
            }
            if !gone {
                bands::gather_across(level, (columns, first), &axis.site_places, lines);
            }
            if let Some(source) = source {
                bands::gather_across(source, (columns, first), &axis.site_places, others);
            }
            let lines = lines.chunks_exact_mut(rows).zip(others.chunks_exact_mut(rows));
            let bands = bands.chunks_mut(LINES * rows).zip(along_x.chunks(LINES));
            for ((band, along_x), (line, other)) in bands.zip(lines) {
                if !gone {
                    axis.transform(line, scratch);
                }
                if source.is_some() {
                    axis.transform(other, scratch);
                }
                let relaxation = Relaxation::new(along_x, along_y);
                let after = match (gone, source) {
                    (true, _) => relaxation.gained(other),
                    (false, None) => relaxation.left(line),
                    (false, Some(_)) => relaxation.both(line, other),
                };
                axis.transform_back(after, scratch);
                bands::put_band(after, &axis.site_places, band);
            }
        });
    }

    /// Bands of columns of the workspace, modes along x, become rows of sites.
    fn transform_rows_back(&self, values: &mut [f64], workspace: &DiffusionWorkspace) {
        let (axis, rows, columns) = (&self.along_x, self.along_y.sites, self.along_x.sites);
        let height = made_at_once(rows);
        for_each_part(values, height * columns, &workspace.lines, |part, values, own| {
            let lines = &mut own.level[..height / LINES * columns];
            bands::gather_across(&workspace.bands, (rows, part * height), &axis.mode_places, lines);
            for (rows, line) in values.chunks_mut(LINES * columns).zip(lines.chunks_exact_mut(columns)) {
                axis.transform_back(line, &mut own.scratch);
                bands::put_rows(line, &axis.site_places, rows);
            }
        });
    }
}

/// Calls `change` with all lines along an axis, eight at a time.
fn for_all_lines(
    axis: &SideTransform,
    values: &mut [f64],
    workspace: &DiffusionWorkspace,
    change: impl Fn(&mut [f64], &mut LineBuffers) + Sync,
) {
    for_each_part(values, LINES * axis.sites, &workspace.lines, |_, lines, own| change(lines, own));
}
