//! Several layers of dermis, one below the other, under one surface.
//!
//! A [`Simulation`] is one layer. A [`Dermis`] is several: each has its own depth, and so its own width of the same needle
//! channels, none below the tips. All have the same protocol and seed, so the same holes, and all make the same steps, as long as
//! the shortest that one of them needs. In each step signals spread in the plane and from layer to layer at once, exactly in
//! time (`signals/layered.rs` has the equation); cells stay in their layer. [`Builder::exchange_signals`] turns the exchange off.
//! A signal that is [held](crate::Signals::hold) in a layer does not pass.
//!
//! What a patient, a cast or a score sees of a scar is the hollow above all layers. Layer l, dₗ thick, has the share
//!
//! > sₗ = dₗ / Σ dₖ
//!
//! and at every sample the thickness over a site and the relief are
//!
//! > H(x, y) = Σ sₗ Hₗ(x, y), η(x, y) = Σ sₗ ηₗ(x, y),
//!
//! with Hₗ = H₀ (hₗ + v_gr (wₗ − 1)) of the relative thickness hₗ and the ground substance wₗ, the thickness that all of the
//! dermis had if it were like layer l
//! ([`SurfaceParameters::thickness`](crate::parameters::SurfaceParameters::thickness)), and ηₗ its smoothed height above untouched
//! skin. Smoothing is linear, so η is the smoothed H less that of untouched skin. Depth, volume and roughness are those of η; an
//! amount of the whole dermis is ⟨a⟩ = Σ sₗ aₗ, what is measured of fibers or cells is weighted by these too, and redness and open
//! epidermis are those of the uppermost layer ([`Dermis::dictionary`] has the rule of every column).
//!
//! ```
//! use dermaweave::{AtrophicScar, Dermis, Device, Grid, Length, Protocol, Skin, Time, Tissue};
//! let side = Length::millimeters(2.0);
//! let grid = Grid::new(side, side, Length::micrometers(20.0))?;
//! let scar = AtrophicScar { diameter: Length::millimeters(1.0), ..AtrophicScar::boxcar() };
//! let builder = Dermis::builder(grid, move |grid| Tissue::new(grid, &Skin::aged(35.0))?.with_lesion(&scar)).layers(3);
//! // Channels of these needles end 0.9 mm below the surface, and are the narrower the deeper a layer lies.
//! let protocol = Protocol::once(Device::dermaroller_mf8()).follow_up(Time::days(2.0));
//! let mut dermis = builder.protocol(protocol).sample_every(Time::days(1.0)).seed(7).build()?;
//! dermis.run()?;
//! for row in dermis.report().region("lesion") {
//!     println!("day {}: {:.0} µm deep", row.day, row.surface.depth_um);
//! }
//! let lost = |layer: usize| dermis.courses()[layer].report().rows().last().map_or(0.0, |row| row.collagen_lost);
//! assert!(lost(0) > lost(2));
//! # Ok::<(), dermaweave::Error>(())
//! ```
mod builder;
mod exchange;
mod joint;
mod layer;
mod run;
mod saved;

pub use builder::Builder;
pub use layer::Layer;
pub use run::{DermisEvent, DermisProgress, LayerSample};

use crate::engine::Threads;
use crate::error::Result;
use crate::grid::Grid;
use crate::measure::Surface;
use crate::report::{Dictionary, Report, Row, hexadecimal};
use crate::simulation::Simulation;
use crate::tissue::Tissue;
use crate::treatment::Protocol;
use exchange::Exchange;
use joint::Joint;
use sha2::{Digest, Sha256};
use std::fmt;

/// Several layers of dermis under a protocol. Cloning it branches all of them.
///
/// ```
/// use dermaweave::{Dermis, Device, Grid, Length, Protocol, Skin, Time, Tissue};
/// let side = Length::millimeters(1.0);
/// let grid = Grid::new(side, side, Length::micrometers(20.0))?;
/// let protocol = Protocol::once(Device::single_channel(Length::micrometers(250.0))).follow_up(Time::days(2.0));
/// let builder = Dermis::builder(grid, |grid| Tissue::new(grid, &Skin::young()));
/// let mut dermis = builder.layers(3).protocol(protocol).seed(1).build()?;
/// dermis.run()?;
/// assert!(dermis.is_finished() && dermis.courses().len() == 3);
/// dermaweave::report::write_csv(std::env::temp_dir().join("dermis.csv"), dermis.rows())?;
/// # std::fs::remove_file(std::env::temp_dir().join("dermis.csv"))?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Dermis {
    layers: Vec<Layer>,
    /// One for each layer.
    courses: Vec<Simulation>,
    /// None if signals do not pass between layers, or there is one layer.
    exchange: Option<Exchange>,
    joint: Joint,
    threads: Threads,
}

impl fmt::Debug for Dermis {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        write!(formatter, "Dermis of {} layers, the uppermost: {:?}", self.layers.len(), self.courses[0])
    }
}

impl Dermis {
    /// Begins to describe a dermis over a field. `tissue` makes the tissue of each layer on the field that it is given, whose
    /// [`Grid::slab`] is at the depth of the layer; the slab of `field` gives only its thickness.
    pub fn builder(field: Grid, tissue: impl Fn(Grid) -> Result<Tissue> + Send + Sync + 'static) -> Builder {
        Builder::new(field, tissue)
    }

    /// From where to where each layer reaches, from the uppermost down.
    pub fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// The share of each layer in the thickness of all.
    pub fn shares(&self) -> &[f64] {
        self.joint.shares()
    }

    /// The course of each layer, from the uppermost down. Its rows have the columns `layer` and `layer_depth_mm`.
    pub fn courses(&self) -> &[Simulation] {
        &self.courses
    }

    /// Whether the protocol has ended in all layers.
    pub fn is_finished(&self) -> bool {
        self.courses.iter().all(Simulation::is_finished)
    }

    /// What was seen of the whole dermis so far, one row per region and sample: means over its layers, relief of the surface
    /// over all of them. The day is that of the layer that was sampled last. Cautions are those of the uppermost layer and of
    /// these rows.
    pub const fn report(&self) -> &Report {
        &self.joint.report
    }

    /// All rows: those of the whole dermis, in which `layer` and `layer_depth_mm` are empty, then those of every layer.
    pub fn rows(&self) -> impl Iterator<Item = &Row> {
        self.report().rows().iter().chain(self.courses.iter().flat_map(|course| course.report().rows()))
    }

    /// What the columns of [`Dermis::rows`] mean, in a layer and of the whole dermis.
    ///
    /// ```
    /// # use dermaweave::{Dermis, Grid, Length, Skin, Tissue};
    /// # let side = Length::micrometers(400.0);
    /// # let grid = Grid::new(side, side, Length::micrometers(20.0))?;
    /// let dermis = Dermis::builder(grid, |grid| Tissue::new(grid, &Skin::young())).build()?;
    /// let dictionary = dermis.dictionary();
    /// assert_eq!(dictionary.get("layer_depth_mm").map(|column| column.unit.as_str()), Some("mm"));
    /// assert!(dictionary.get("ra_um").is_some_and(|column| column.source.contains("surfaces of all layers")));
    /// # Ok::<(), dermaweave::Error>(())
    /// ```
    pub fn dictionary(&self) -> Dictionary {
        self.courses[0].report().dictionary().of_dermis()
    }

    /// The surface over all layers at the last sample, on the day of the last row.
    pub const fn surface(&self) -> &Surface {
        self.joint.surface()
    }

    /// The protocol of all layers.
    pub fn protocol(&self) -> &Protocol {
        self.courses[0].protocol()
    }

    /// Gives a branched dermis another name, protocol and seed from here on, as [`Simulation::branch`] does for one layer.
    ///
    /// ```
    /// # use dermaweave::{Dermis, Device, Grid, Length, Protocol, Skin, Time, Tissue};
    /// # let side = Length::micrometers(400.0);
    /// # let grid = Grid::new(side, side, Length::micrometers(20.0))?;
    /// let builder = Dermis::builder(grid, |grid| Tissue::new(grid, &Skin::young())).layers(2);
    /// let mut dermis = builder.protocol(Protocol::untreated(Time::weeks(4.0))).build()?;
    /// dermis.run()?;
    /// let channel = Device::single_channel(Length::micrometers(250.0));
    /// let twice = Protocol::repeated(channel, 2, Time::weeks(4.0));
    /// let mut branch = dermis.branch("needled", twice, 1)?;
    /// branch.run()?;
    /// assert!(branch.report().rows().last().is_some_and(|row| row.day == 56.0 && row.arm == "needled"));
    /// # Ok::<(), dermaweave::Error>(())
    /// ```
    pub fn branch(&self, arm: impl Into<String>, protocol: Protocol, seed: u64) -> Result<Self> {
        let arm = arm.into();
        let protocols = std::iter::repeat_n(protocol, self.courses.len());
        let branch = |(course, protocol): (&Simulation, Protocol)| course.branch(arm.clone(), protocol, seed);
        let courses = self.courses.iter().zip(protocols).map(branch).collect::<Result<_>>()?;
        let mut branch = Self { courses, ..self.clone() };
        branch.joint.branch(&mut branch.courses)?;
        Ok(branch)
    }

    /// SHA-256 over the [state digests](Simulation::state_digest) of all layers, from the uppermost down.
    pub fn state_digest(&self) -> String {
        let mut digest = Sha256::new();
        self.courses.iter().for_each(|course| digest.update(course.state_digest()));
        hexadecimal(&digest.finalize())
    }

    fn end_tick(&self) -> u64 {
        self.courses[0].end_tick()
    }

    /// The instant at which all layers stand.
    fn tick(&self) -> u64 {
        self.courses[0].clock().tick()
    }
}
