//! A dermis in one file: all layers, and what joins them.
use super::Dermis;
use super::exchange::Exchange;
use super::joint::Joint;
use super::layer::Layer;
use crate::engine::Threads;
use crate::error::{CheckpointFault, Error, Result, check};
use crate::report::{OwnState, Report, layer_columns};
use crate::simulation::{Code, RestoredStack, SampledSurface, SavedSurface, Simulation, read_stack, write_stack};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// What joins the layers, as it is saved.
#[derive(Serialize, Deserialize)]
struct SavedJoint {
    layers: Vec<Layer>,
    exchanges_signals: bool,
    report: Report,
    own: OwnState,
    surfaces: Vec<Vec<SavedSurface>>,
    joined: Option<u64>,
    ticks: Vec<u64>,
}

impl Dermis {
    /// Saves all layers as they are into one file: whole, or what was there before stays.
    ///
    /// Rules and columns of one's own are code and are not saved, as by [`Simulation::save`], which tells how it fails.
    ///
    /// ```
    /// use dermaweave::{Dermis, Device, Grid, Length, Protocol, Skin, Time, Tissue};
    /// let side = Length::micrometers(400.0);
    /// let grid = Grid::new(side, side, Length::micrometers(20.0))?;
    /// let channel = Protocol::once(Device::single_channel(Length::micrometers(250.0)));
    /// let builder = Dermis::builder(grid, |grid| Tissue::new(grid, &Skin::young())).layers(2);
    /// let mut dermis = builder.protocol(channel.follow_up(Time::days(4.0))).build()?;
    /// dermis.run_until(Time::days(2.0))?;
    /// let path = std::env::temp_dir().join(format!("dermaweave_layers_{}", std::process::id()));
    /// dermis.save(&path)?;
    /// let mut resumed = Dermis::resume(&path, Some(1))?;
    /// dermis.run()?;
    /// resumed.run()?;
    /// assert_eq!(resumed.state_digest(), dermis.state_digest());
    /// assert_eq!(resumed.report(), dermis.report());
    /// # std::fs::remove_file(&path)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        let Joint { report, surfaces, joined, ticks, .. } = &self.joint;
        let saved = |surfaces: &Vec<SampledSurface>| surfaces.iter().map(SavedSurface::from).collect();
        let joint = SavedJoint {
            layers: self.layers.clone(),
            exchanges_signals: self.exchange.is_some(),
            own: report.own_state(),
            report: report.clone(),
            surfaces: surfaces.iter().map(saved).collect(),
            joined: *joined,
            ticks: ticks.clone(),
        };
        write_stack(path.as_ref(), &joint, &self.courses)
    }

    /// Goes on with a saved dermis: the rest has the same bits as if it had never been stopped, with any number of `threads` (all
    /// that the machine has if `None`).
    ///
    /// A dermis with rules or columns of one's own is resumed by [`Builder::resume`](super::Builder::resume). What cannot be read
    /// gives [`Error::File`], what is no whole saved dermis of this format [`Error::BadCheckpoint`].
    pub fn resume(path: impl AsRef<Path>, threads: Option<usize>) -> Result<Self> {
        resume(path.as_ref(), threads, Vec::new())
    }
}

/// Goes on with a saved dermis, given the code of its layers; without any, of one that has none of its own.
pub(super) fn resume(path: &Path, threads: Option<usize>, code: Vec<Code>) -> Result<Dermis> {
    let threads = Threads::of_number(threads)?;
    let rules = |number: usize| code.get(number).map_or_else(Vec::new, |code| code.rules.clone());
    let RestoredStack { joint, mut courses } = read_stack::<SavedJoint>(path, &threads, rules)?;
    let refused =
        |what: String| Error::BadCheckpoint { path: path.to_owned(), reason: CheckpointFault::Refused { what } };
    joint.check(&courses).map_err(|error| refused(error.to_string()))?;
    let code = if code.is_empty() { of_layers_alone(&joint.layers) } else { code };
    check("number of layers", code.len() as f64, "layers", courses.len() as f64..=courses.len() as f64)?;
    for (course, Code { columns, .. }) in courses.iter_mut().zip(code) {
        columns.into_iter().try_for_each(|column| course.add_column(column))?;
        course.keep_surfaces();
    }
    let layers = joint.layers.clone();
    let exchange = joint.exchanges_signals.then(|| Exchange::between(&layers));
    let joint = joint.into_joint(&courses).map_err(|error| refused(error.to_string()))?;
    Ok(Dermis { layers, courses, exchange, joint, threads })
}

/// The columns that every layer has.
fn of_layers_alone(layers: &[Layer]) -> Vec<Code> {
    let code = |(index, layer): (usize, &Layer)| Code {
        rules: Vec::new(),
        columns: layer_columns(index + 1, layer.middle().in_millimeters()).into(),
    };
    layers.iter().enumerate().map(code).collect()
}

impl SavedJoint {
    /// Checks what must hold of it beside its layers.
    fn check(&self, courses: &[Simulation]) -> Result<()> {
        let count = courses.len() as f64;
        for (quantity, found) in [
            ("number of layers", self.layers.len()),
            ("number of layers with a surface", self.surfaces.len()),
            ("number of layers in a row", self.ticks.len()),
        ] {
            check(quantity, found as f64, "layers", count.max(1.0)..=count)?;
        }
        for layer in &self.layers {
            check("thickness of a layer", layer.thickness().in_micrometers(), "µm", 1.0..=4000.0)?;
        }
        let day = courses.first().map_or(0.0, |course| course.clock().days());
        for (course, surfaces) in courses.iter().zip(&self.surfaces) {
            check("day on which a layer stands", course.clock().days(), "days", day..=day)?;
            check_surfaces(course, surfaces)?;
        }
        Ok(())
    }

    fn into_joint(self, courses: &[Simulation]) -> Result<Joint> {
        let sampled = |surfaces: Vec<SavedSurface>| surfaces.into_iter().map(SampledSurface::from).collect();
        let surfaces = self.surfaces.into_iter().map(sampled).collect();
        let (mut report, joined, ticks) = (self.report, self.joined, self.ticks);
        report.restore_own(self.own)?;
        let mut joint = Joint::of(&self.layers, courses, surfaces)?;
        (joint.report, joint.joined, joint.ticks) = (report, joined, ticks);
        Ok(joint)
    }
}

/// Surfaces are of the layer's field, in order, and the rows of each are there.
fn check_surfaces(course: &Simulation, surfaces: &[SavedSurface]) -> Result<()> {
    check("number of surfaces of a layer", surfaces.len() as f64, "surfaces", 1.0..=1e6)?;
    let (grid, rows) = (course.tissue().ground().grid(), course.report().rows().len());
    let last = rows.saturating_sub(course.regions().count()) as f64;
    for surface in surfaces {
        check("first row of a surface", surface.first_row as f64, "(from 0)", 0.0..=last)?;
        for field in [&surface.thickness, &surface.height] {
            if field.grid() != grid {
                return Err(field.grid().refused("a surface of a layer"));
            }
        }
    }
    Ok(())
}
