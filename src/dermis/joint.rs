//! What the layers make together: their common surface, and the rows of the whole dermis.
use super::Layer;
use super::layer::shares;
use crate::error::{Error, Result};
use crate::measure::{Surface, SurfaceRegion};
use crate::report::{Layers, Report};
use crate::simulation::{SampledSurface, Simulation, TICKS_PER_DAY};

/// What is joined of the layers, and what waits until all have it.
#[derive(Clone)]
pub(super) struct Joint {
    pub(super) report: Report,
    /// Of each layer, in order of time: the surface in the last row, and those of later samples.
    pub(super) surfaces: Vec<Vec<SampledSurface>>,
    /// The last instant of the schedule that is joined.
    pub(super) joined: Option<u64>,
    /// The ticks of the samples in the last row, one for each layer.
    pub(super) ticks: Vec<u64>,
    /// The common surface of the last row.
    surface: Surface,
    /// Those of the uppermost layer; all layers have the same.
    regions: Vec<SurfaceRegion>,
    shares: Vec<f64>,
}

impl Joint {
    /// Of layers that begin, each sampled once.
    pub(super) fn begin(layers: &[Layer], courses: &mut [Simulation]) -> Result<Self> {
        let surfaces: Vec<_> = courses.iter_mut().map(Simulation::take_surfaces).collect();
        let mut joint = Self::of(layers, courses, surfaces)?;
        joint.join_next(courses)?;
        Ok(joint)
    }

    /// With surfaces of which each layer has at least one.
    pub(super) fn of(layers: &[Layer], courses: &[Simulation], surfaces: Vec<Vec<SampledSurface>>) -> Result<Self> {
        let (top, shares) = (courses.first().ok_or(Error::NoLayer)?, shares(layers));
        let surface = common_surface(&surfaces, &shares).ok_or(Error::NoLayer)?;
        let region = |region| SurfaceRegion::new(region, top.tissue().grid(), &surface.grid);
        let regions = top.regions().map(region).collect::<Result<_>>()?;
        Ok(Self { report: Report::default(), surfaces, joined: None, ticks: Vec::new(), surface, regions, shares })
    }

    /// Goes on with layers that were branched, all on the same day.
    pub(super) fn branch(&mut self, courses: &mut [Simulation]) -> Result<()> {
        self.take(courses);
        // What the new protocol had sampled earlier was not.
        let now = courses[0].clock().tick();
        self.joined = self.joined.max(Some(now.saturating_sub(1)));
        self.join_next(courses).map(drop)
    }

    /// The common surface of the last row.
    pub(super) const fn surface(&self) -> &Surface {
        &self.surface
    }

    pub(super) fn shares(&self) -> &[f64] {
        &self.shares
    }

    /// Takes over what the layers sampled.
    pub(super) fn take(&mut self, courses: &mut [Simulation]) {
        self.surfaces.iter_mut().zip(courses).for_each(|(kept, course)| kept.extend(course.take_surfaces()));
    }

    /// Makes the rows of the next instant of the schedule that all layers have reached and that shows something new; tells if
    /// there was one.
    ///
    /// A layer that is in the midst of a step at such an instant is sampled at the end of it. So its first sample from then on
    /// counts, and where these are the same of all layers for two instants, there is one row.
    pub(super) fn join_next(&mut self, courses: &[Simulation]) -> Result<bool> {
        while let Some(next) = self.joined.map_or(Some(0), |joined| courses[0].next_sampled(joined)) {
            let first = |surfaces: &Vec<SampledSurface>| surfaces.iter().position(|sampled| sampled.tick >= next);
            let Some(first) = self.surfaces.iter().map(first).collect::<Option<Vec<_>>>() else { return Ok(false) };
            for (surfaces, first) in self.surfaces.iter_mut().zip(first) {
                surfaces.drain(..first);
            }
            self.joined = Some(next);
            let ticks: Vec<_> = self.surfaces.iter().map(|surfaces| surfaces[0].tick).collect();
            if ticks != self.ticks {
                self.ticks = ticks;
                return self.add_rows(courses).map(|()| true);
            }
        }
        Ok(false)
    }

    /// The day of the last row: that of the layer which was sampled last.
    pub(super) fn day(&self) -> f64 {
        self.ticks.iter().max().copied().unwrap_or(0) as f64 / TICKS_PER_DAY as f64
    }

    fn add_rows(&mut self, courses: &[Simulation]) -> Result<()> {
        self.surface = common_surface(&self.surfaces, &self.shares).ok_or(Error::NoLayer)?;
        self.report.follow(courses[0].report());
        let day = self.day();
        for (index, region) in self.regions.iter().enumerate() {
            let rows: Vec<_> = courses
                .iter()
                .zip(&self.surfaces)
                .map(|(course, surfaces)| &course.report().rows()[surfaces[0].first_row + index])
                .collect();
            let row = Layers { rows, shares: &self.shares }.together(region.measure(&self.surface)?, day);
            self.report.add([row]);
        }
        Ok(())
    }
}

/// The surface over all layers at their next samples; none if a layer has no sample.
fn common_surface(surfaces: &[Vec<SampledSurface>], shares: &[f64]) -> Option<Surface> {
    let of_layers: Option<Vec<_>> = surfaces.iter().map(|surfaces| surfaces.first()).collect();
    Surface::weighted(&of_layers?.into_iter().map(|sampled| &sampled.surface).zip(shares.iter().copied()))
}
