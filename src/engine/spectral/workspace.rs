//! What a step needs beside level and source, made once and kept.
use super::axis::SideTransform;
use super::lanes::{LINES, Lanes};
use super::made_at_once;
use crate::engine::PerThread;
use crate::grid::Boundary;
use crate::signals::{AxisFactor, DiffusionStep};
use rustfft::num_complex::Complex;
use std::sync::Arc;

/// Room for the steps of all fields of one size, for [`ExactDiffusion::advance_within`](crate::ExactDiffusion::advance_within).
///
/// It holds one number for each site and a few lines for each thread, made by the first step. Later steps of fields of
/// that size, on no more threads, make nothing, but for transforms of a new length where a signal is alive in a part
/// of a large field. No step depends on what those before it have left.
///
/// ```
/// let workspace = dermaweave::signals::DiffusionWorkspace::default();
/// assert!(format!("{workspace:?}").contains("Workspace"));
/// ```
#[derive(Debug, Default)]
pub struct DiffusionWorkspace {
    /// Bands of eight columns.
    pub(super) bands: Vec<f64>,
    pub(super) lines: PerThread<LineBuffers>,
    /// Of the modes in their order.
    pub(super) along_x: Vec<AxisFactor>,
    /// Of the modes at their places.
    pub(super) along_y: Vec<AxisFactor>,
    /// Transforms along parts of the sides, for signals that are alive in a part of the field.
    pub(super) parts: Vec<Arc<SideTransform>>,
}

impl Clone for DiffusionWorkspace {
    /// A copy begins empty.
    fn clone(&self) -> Self {
        Self::default()
    }
}

/// Lines that one thread works on.
#[derive(Debug, Default)]
pub(super) struct LineBuffers {
    pub(super) level: Vec<Lanes>,
    pub(super) source: Vec<Lanes>,
    pub(super) scratch: Vec<Complex<f64>>,
}

impl DiffusionWorkspace {
    /// Makes what is missing for fields of the given sides and finds the factors of a step.
    pub(super) fn prepare(&mut self, along_x: &SideTransform, along_y: &SideTransform, step: &DiffusionStep) {
        let (columns, rows) = (along_x.sites, along_y.sites);
        let lanes = (made_at_once(columns) * rows).max(made_at_once(rows) * columns) / LINES;
        let scratch = along_x.scratch().max(along_y.scratch());
        self.bands.resize(columns * rows, 0.0);
        self.lines.prepare(|lines| {
            lines.level.resize(lanes, Lanes::ZERO);
            lines.source.resize(lanes, Lanes::ZERO);
            lines.scratch.resize(scratch, Complex::ZERO);
        });
        let scale = 1.0 / (columns * rows) as f64;
        self.along_x.clear();
        self.along_x.extend(along_x.modes().map(|(k, weight, _)| AxisFactor::decaying(k, scale * weight, step)));
        self.along_y.resize(rows, AxisFactor::default());
        along_y.modes().for_each(|(k, weight, place)| self.along_y[place] = AxisFactor::diffusing(k, weight, step));
    }

    /// Makes room for as many sites, so that windows that grow never move what is there.
    pub(super) fn make_room(&mut self, sites: usize) {
        self.bands.reserve_exact(sites.saturating_sub(self.bands.len()));
    }

    /// Transforms along a part of a side with closed ends, made once and kept; those of the side itself for all of it.
    pub(super) fn part_of(&mut self, side: &Arc<SideTransform>, sites: usize) -> Arc<SideTransform> {
        if sites == side.sites {
            return side.clone();
        }
        let known = self.parts.iter().find(|part| part.sites == sites && part.spacing == side.spacing).cloned();
        known.unwrap_or_else(|| {
            let made = Arc::new(SideTransform::new(sites, side.spacing, Boundary::Closed));
            self.parts.push(made.clone());
            made
        })
    }
}
