//! How a dermis is described and checked: its layers, each as a course of its own.
use super::exchange::Exchange;
use super::joint::Joint;
use super::layer::{Cut, Layer};
use super::{Dermis, saved};
use crate::engine::Threads;
use crate::error::{Error, Result, check};
use crate::grid::Grid;
use crate::parameters::Parameters;
use crate::report::layer_columns;
use crate::simulation::{Builder as CourseBuilder, Simulation};
use crate::tissue::Tissue;
use crate::treatment::Protocol;
use crate::units::{Length, Time};
use std::fmt;
use std::path::Path;
use std::sync::Arc;

type MakeTissue = dyn Fn(Grid) -> Result<Tissue> + Send + Sync;
type Adjust = dyn Fn(&Layer, CourseBuilder) -> CourseBuilder + Send + Sync;

/// Describes a dermis of several layers; [`Builder::build`] checks all of it.
///
/// ```
/// use dermaweave::{Dermis, Error, Grid, Length, Protocol, Skin, Time, Tissue};
/// let side = Length::micrometers(400.0);
/// let grid = Grid::new(side, side, Length::micrometers(20.0))?;
/// let builder = Dermis::builder(grid, |grid| Tissue::new(grid, &Skin::young()));
/// let builder = builder.protocol(Protocol::untreated(Time::days(2.0))).seed(3);
/// // Papillary dermis, and two parts of the reticular one.
/// let depths = [100.0, 300.0, 700.0, 1100.0].map(Length::micrometers);
/// assert_eq!(builder.clone().boundaries(depths).build()?.layers().len(), 3);
/// assert!(matches!(builder.layers(0).build(), Err(Error::OutOfRange { quantity: "number of layers", .. })));
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone)]
#[must_use]
pub struct Builder {
    field: Grid,
    tissue: Arc<MakeTissue>,
    cut: Cut,
    protocol: Protocol,
    parameters: Parameters,
    seed: u64,
    arm: String,
    sample_every: Time,
    sample_also: Vec<Time>,
    threads: Option<usize>,
    exchanges_signals: bool,
    adjusts: Vec<Arc<Adjust>>,
}

impl Builder {
    pub(super) fn new(field: Grid, tissue: impl Fn(Grid) -> Result<Tissue> + Send + Sync + 'static) -> Self {
        Self {
            field,
            tissue: Arc::new(tissue),
            cut: Cut::Equally(USUAL_LAYERS),
            protocol: Protocol::untreated(Time::weeks(4.0)),
            parameters: Parameters::default(),
            seed: 0,
            arm: "treated".into(),
            sample_every: Time::days(7.0),
            sample_also: Vec::new(),
            threads: None,
            exchanges_signals: true,
            adjusts: Vec::new(),
        }
    }

    /// So many layers of equal thickness, 1 to 100, from below the [epidermis](crate::parameters::SurfaceParameters::epidermis)
    /// through all of the [reference thickness](crate::parameters::SurfaceParameters::reference_thickness); 5 if not given.
    pub fn layers(mut self, count: usize) -> Self {
        self.cut = Cut::Equally(count);
        self
    }

    /// Layers between these depths below the surface of the skin, downward: one boundary more than layers. Each is at least
    /// 10 µm thick, and none reaches below epidermis and reference thickness.
    pub fn boundaries(mut self, depths: impl IntoIterator<Item = Length>) -> Self {
        self.cut = Cut::At(depths.into_iter().collect());
        self
    }

    /// What is done and how long it is watched; four untreated weeks if not given.
    pub fn protocol(mut self, protocol: Protocol) -> Self {
        self.protocol = protocol;
        self
    }

    /// Other parameters than the defaults.
    pub fn parameters(mut self, parameters: Parameters) -> Self {
        self.parameters = parameters;
        self
    }

    /// Seed of all random numbers; 0 if not given. All layers have the same, and so the same holes.
    pub const fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Name of the arm in the report; `treated` if not given.
    pub fn arm(mut self, name: impl Into<String>) -> Self {
        self.arm = name.into();
        self
    }

    /// How often it is measured, in whole days; weekly if not given. See [`CourseBuilder::sample_every`].
    pub const fn sample_every(mut self, interval: Time) -> Self {
        self.sample_every = interval;
        self
    }

    /// Times that are measured beside the regular days. See [`CourseBuilder::sample_also`].
    pub fn sample_also(mut self, times: impl IntoIterator<Item = Time>) -> Self {
        self.sample_also.extend(times);
        self
    }

    /// Number of threads that all layers share; all that the machine has if not given. The result does not depend on it.
    pub const fn threads(mut self, threads: usize) -> Self {
        self.threads = Some(threads);
        self
    }

    /// Whether signals pass from layer to layer; they do if not given. Without it each layer has only what its own cells
    /// release, to show what the exchange does.
    pub const fn exchange_signals(mut self, whether: bool) -> Self {
        self.exchanges_signals = whether;
        self
    }

    /// Adjusts what describes each layer: regions, rules, columns, pictures and windows are given to its
    /// [builder](CourseBuilder), to all layers the same regions. What this builder sets goes to the layers before.
    ///
    /// ```
    /// use dermaweave::measure::Region;
    /// use dermaweave::{Dermis, Grid, Length, Skin, Tissue};
    /// let side = Length::micrometers(400.0);
    /// let grid = Grid::new(side, side, Length::micrometers(20.0))?;
    /// let disc = Region::disc("disc", &grid, side * 0.5, side * 0.5, Length::micrometers(200.0))?;
    /// let builder = Dermis::builder(grid, |grid| Tissue::new(grid, &Skin::young())).layers(2);
    /// let dermis = builder.each_layer(move |_, layer| layer.region(disc.clone())).build()?;
    /// assert!(dermis.report().region("disc").count() > 0);
    /// # Ok::<(), dermaweave::Error>(())
    /// ```
    pub fn each_layer(
        mut self,
        adjust: impl Fn(&Layer, CourseBuilder) -> CourseBuilder + Send + Sync + 'static,
    ) -> Self {
        self.adjusts.push(Arc::new(adjust));
        self
    }

    /// Makes the tissue of every layer, checks everything and measures the dermis as it is before the first step.
    ///
    /// Where lesions differ from layer to layer, `lesion` is in all of them what is lesion in any, so that the rows of a region
    /// are of the same skin seen from above.
    ///
    /// Fails with [`Error::OutOfRange`](crate::Error::OutOfRange) for a number of layers or a boundary out of range, or a tissue
    /// at another depth than its layer, with [`Error::OtherField`](crate::Error::OtherField) for a tissue of another field, and
    /// as the function that makes the tissues and [`CourseBuilder::build`] do.
    pub fn build(self) -> Result<Dermis> {
        let threads = Threads::of_number(self.threads)?;
        let layers = self.cut.layers(&self.parameters.surface)?;
        let builders = self.courses(&layers)?;
        builders[0].check_memory(builders.len())?;
        let build = |builder: CourseBuilder| builder.keep_surfaces().on_threads(threads.clone()).build();
        let mut courses: Vec<Simulation> = builders.into_iter().map(build).collect::<Result<_>>()?;
        let joint = Joint::begin(&layers, &mut courses)?;
        let exchange = (self.exchanges_signals && layers.len() > 1).then(|| Exchange::between(&layers));
        Ok(Dermis { layers, courses, exchange, joint, threads })
    }

    /// Goes on with a dermis that was built of an equal builder and [saved](Dermis::save): rules and columns of one's own are
    /// code, in no file, and come from here. Fails as [`Dermis::resume`] does, and with
    /// [`Error::OtherRules`](crate::Error::OtherRules) for other rules.
    ///
    /// ```
    /// use dermaweave::report::Column;
    /// use dermaweave::{Dermis, Grid, Length, Skin, Tissue};
    /// let side = Length::micrometers(400.0);
    /// let grid = Grid::new(side, side, Length::micrometers(20.0))?;
    /// let builder = Dermis::builder(grid, |grid| Tissue::new(grid, &Skin::young())).layers(2);
    /// let old = || Column::new("old", "1", "Mature collagen.", |at| at.row.organization.density - at.row.organization.new_density);
    /// let builder = builder.each_layer(move |_, layer| layer.column(old()));
    /// let path = std::env::temp_dir().join(format!("dermaweave_dermis_{}", std::process::id()));
    /// builder.clone().build()?.save(&path)?;
    /// let mut dermis = builder.resume(&path)?;
    /// dermis.run()?;
    /// assert!(dermis.report().rows().iter().all(|row| row.value("old").is_some()));
    /// # std::fs::remove_file(&path)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn resume(self, path: impl AsRef<Path>) -> Result<Dermis> {
        let layers = self.cut.layers(&self.parameters.surface)?;
        let code = self.courses(&layers)?.into_iter().map(CourseBuilder::into_code).collect();
        saved::resume(path.as_ref(), self.threads, code)
    }

    /// Bytes that all layers take at their peak; see [`CourseBuilder::memory_needed`]. Fails as [`Builder::build`] does.
    pub fn memory_needed(&self) -> Result<u64> {
        let layers = self.cut.layers(&self.parameters.surface)?;
        Ok(self.courses(&layers)?.iter().map(CourseBuilder::memory_needed).fold(0, u64::saturating_add))
    }

    /// Checks that so many of this find memory side by side, as [`CourseBuilder::check_memory`] does for one layer.
    pub fn check_memory(&self, count: usize) -> Result<()> {
        let layers = self.cut.layers(&self.parameters.surface)?;
        self.uppermost()?.check_memory(count.saturating_mul(layers.len()))
    }

    /// The course of the uppermost layer alone. Fails as [`Builder::build`] does.
    ///
    /// ```
    /// use dermaweave::{Dermis, Grid, Length, Skin, Tissue};
    /// let side = Length::micrometers(400.0);
    /// let grid = Grid::new(side, side, Length::micrometers(20.0))?;
    /// let builder = Dermis::builder(grid, |grid| Tissue::new(grid, &Skin::young())).layers(4);
    /// let course = builder.uppermost()?.build()?;
    /// assert_eq!(course.tissue().grid().slab().depth, Length::micrometers(225.0));
    /// # Ok::<(), dermaweave::Error>(())
    /// ```
    pub fn uppermost(&self) -> Result<CourseBuilder> {
        let layers = self.cut.layers(&self.parameters.surface)?;
        self.courses(&layers)?.into_iter().next().ok_or(Error::NoLayer)
    }

    /// What describes each layer.
    fn courses(&self, layers: &[Layer]) -> Result<Vec<CourseBuilder>> {
        let mut tissues = layers.iter().map(|layer| self.tissue(layer)).collect::<Result<Vec<_>>>()?;
        let is_lesion = |site: usize| tissues.iter().any(|tissue| tissue.lesion()[site]);
        let lesion: Vec<_> = (0..self.field.sites()).map(is_lesion).collect();
        for tissue in &mut tissues {
            tissue.lesion.clone_from(&lesion);
        }
        let courses = layers.iter().zip(tissues).enumerate();
        Ok(courses.map(|(index, (layer, tissue))| self.course(index, layer, tissue)).collect())
    }

    /// The tissue of a layer, if it is one.
    fn tissue(&self, layer: &Layer) -> Result<Tissue> {
        let grid = layer.grid(self.field)?;
        let tissue = (self.tissue)(grid)?;
        if tissue.grid().with_slab(grid.slab())? != grid {
            return Err(tissue.grid().refused("the tissue of a layer"));
        }
        let depth = grid.slab().depth.in_micrometers();
        check("depth of the tissue of a layer", tissue.grid().slab().depth.in_micrometers(), "µm", depth..=depth)?;
        let thickness = grid.slab().thickness.in_micrometers();
        let of_tissue = tissue.grid().slab().thickness.in_micrometers();
        check("slab thickness of the tissue of a layer", of_tissue, "µm", thickness..=thickness)?;
        Ok(tissue)
    }

    fn course(&self, index: usize, layer: &Layer, tissue: Tissue) -> CourseBuilder {
        let course = Simulation::builder(tissue)
            .protocol(self.protocol.clone())
            .parameters(self.parameters.clone())
            .seed(self.seed)
            .arm(self.arm.clone())
            .sample_every(self.sample_every)
            .sample_also(self.sample_also.iter().copied());
        let course = self.adjusts.iter().fold(course, |course, adjust| adjust(layer, course));
        layer_columns(index + 1, layer.middle().in_millimeters()).into_iter().fold(course, CourseBuilder::column)
    }
}

/// Layers if no number is given.
const USUAL_LAYERS: usize = 5;

impl fmt::Debug for Builder {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        let mut shown = formatter.debug_struct("Builder");
        shown.field("field", &self.field).field("cut", &self.cut).field("seed", &self.seed).field("arm", &self.arm);
        shown.finish_non_exhaustive()
    }
}
