//! The table of fields that can be recorded: name, unit, meaning, and how one site is read.
use super::frame::Frame;
use crate::error::{Error, RecordingFault, Result};
use crate::grid::Field;
use crate::matrix::Site;
use crate::measure::weave_index;
use crate::signals::Signal;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Which sites a field has numbers for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lattice {
    /// Those of the matrix.
    Matrix,
    /// The coarser ones of signals, ground substance and surface.
    Signals,
}

impl Lattice {
    pub(super) const ALL: [Self; 2] = [Self::Matrix, Self::Signals];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Matrix => "matrix",
            Self::Signals => "signals",
        }
    }
}

/// How a field is read.
#[derive(Clone, Copy)]
pub(super) enum Source {
    Site(fn(&Site) -> f64),
    Field(for<'a> fn(&'a Frame<'_>) -> &'a Field),
}

/// What there is to know of a field.
pub(super) struct Entry {
    pub(super) name: &'static str,
    /// `1` for a plain number.
    pub(super) unit: &'static str,
    pub(super) description: &'static str,
    /// What viewers show from darkest to brightest.
    pub(super) shown: [f64; 2],
    pub(super) source: Source,
}

macro_rules! fields {
    ($($field:ident $name:literal [$unit:literal] $description:literal $shown:expr, $source:expr;)*) => {
        /// A field that can be recorded: one number per site. Names are those of [columns](crate::report::dictionary()) where there
        /// is a column of the same quantity.
        ///
        /// What the matrix holds has a number for every site of it; signals, ground substance and surface live on their own,
        /// coarser grid ([`Signals::grid`](crate::Signals::grid)).
        ///
        /// ```
        /// use dermaweave::record::FieldName;
        /// assert_eq!("mean_angle_deg".parse::<FieldName>()?, FieldName::MeanAngleDeg);
        /// assert_eq!((FieldName::HeightUm.to_string(), FieldName::HeightUm.unit()), ("height_um".into(), "µm"));
        /// # Ok::<(), dermaweave::Error>(())
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[non_exhaustive]
        pub enum FieldName {
            $(#[doc = $description] $field,)*
        }

        impl FieldName {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$field),*];

            pub(super) const fn entry(self) -> &'static Entry {
                match self {
                    $(Self::$field => &const {
                        Entry {
                            name: $name,
                            unit: $unit,
                            description: $description,
                            shown: $shown,
                            source: $source,
                        }
                    },)*
                }
            }
        }
    };
}

fields! {
    Density "density" ["1"] "Amount of collagen over the area, 1 = healthy young dermis." [0.0, 1.2],
        Source::Site(|site| site.new.density + site.mature.density);
    NewDensity "new_density" ["1"] "Amount of the young pool of the collagen." [0.0, 1.2], Source::Site(|site| site.new.density);
    MatureDensity "mature_density" ["1"] "Amount of the mature pool of the collagen." [0.0, 1.2],
        Source::Site(|site| site.mature.density);
    ResultantLength "resultant_length" ["1"] "Resultant length R of the fibers of a site: 0 no common axis, 1 parallel."
        [0.0, 1.0], Source::Site(|site| site.collagen().resultant_length());
    MeanAngleDeg "mean_angle_deg" ["°"] "Mean axis of the fibers of a site from x, 0 to 180." [0.0, 180.0],
        Source::Site(|site| site.collagen().mean_angle().to_degrees());
    WeaveIndex "weave_index" ["1"] "Weave index of the fibers of a site: about 0.3 in healthy dermis, near 0 in parallel bundles."
        [0.0, 0.5], Source::Site(|site| weave_index(&site.collagen()));
    Fibrin "fibrin" ["1"] "Fibrin, 0 to 1." [0.0, 1.0], Source::Site(|site| site.fibrin);
    Elastin "elastin" ["1"] "Elastin, 1 = healthy young." [0.0, 1.2], Source::Site(|site| site.elastin);
    TgfBeta "tgf_beta" ["1"] "TGF-β level, 1 half-saturates a fibroblast." [0.0, 2.0],
        Source::Field(|frame| &frame.tissue.signals()[Signal::TgfBeta]);
    Pdgf "pdgf" ["1"] "PDGF level, 1 half-saturates a fibroblast." [0.0, 2.0],
        Source::Field(|frame| &frame.tissue.signals()[Signal::Pdgf]);
    Inflammation "inflammation" ["1"] "Inflammation level." [0.0, 2.0],
        Source::Field(|frame| &frame.tissue.signals()[Signal::Inflammation]);
    Mmp "mmp" ["1"] "MMP level." [0.0, 2.0], Source::Field(|frame| &frame.tissue.signals()[Signal::Mmp]);
    GroundSubstance "ground_substance" ["1"] "Ground substance, 1 = healthy." [0.8, 1.5],
        Source::Field(|frame| frame.tissue.ground());
    ThicknessUm "thickness_um" ["µm"] "Thickness of the dermis, before smoothing." [0.0, 1500.0],
        Source::Field(|frame| &frame.surface().thickness);
    HeightUm "height_um" ["µm"] "Height of the smoothed surface above that of untouched skin." [-500.0, 200.0],
        Source::Field(|frame| &frame.surface().height);
}

impl FieldName {
    /// Its name in files.
    pub const fn name(self) -> &'static str {
        self.entry().name
    }

    /// Unit of its numbers; `1` for plain numbers.
    pub const fn unit(self) -> &'static str {
        self.entry().unit
    }

    /// What it is.
    pub const fn description(self) -> &'static str {
        self.entry().description
    }

    pub(super) const fn lattice(self) -> Lattice {
        match self.entry().source {
            Source::Site(_) => Lattice::Matrix,
            Source::Field(_) => Lattice::Signals,
        }
    }

    /// Whether it takes the surface of the skin, which is measured anew at every sample.
    pub(super) const fn is_of_surface(self) -> bool {
        matches!(self, Self::ThicknessUm | Self::HeightUm)
    }
}

impl fmt::Display for FieldName {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.pad(self.name())
    }
}

/// One of [`FieldName::ALL`] by its name. Another gives [`Error::Recording`].
impl FromStr for FieldName {
    type Err = Error;
    fn from_str(name: &str) -> Result<Self> {
        by_name("field", name, Self::ALL, Self::name)
    }
}

/// A format of files in which fields and cells are recorded.
///
/// ```
/// use dermaweave::record::Format;
/// assert_eq!("ome_zarr".parse::<Format>()?, Format::OmeZarr);
/// assert!("hdf5".parse::<Format>().unwrap_err().to_string().contains("npy, vtk, ome_zarr"));
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Format {
    /// NumPy arrays, one `.npy` per field with all samples, and one per kind of cell; NumPy can map them into memory.
    Npy,
    /// VTK XML for ParaView: a `.vti` per sample, a `.vtp` per sample and kind of cell, `.pvd` over time.
    Vtk,
    /// OME-Zarr 0.5 images with axes t, c, y, x and physical scale; fields only.
    OmeZarr,
}

impl Format {
    /// All of them.
    pub const ALL: &[Self] = &[Self::Npy, Self::Vtk, Self::OmeZarr];

    /// Its name in files of settings.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Npy => "npy",
            Self::Vtk => "vtk",
            Self::OmeZarr => "ome_zarr",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.pad(self.name())
    }
}

/// One of [`Format::ALL`] by its name. Another gives [`Error::Recording`].
impl FromStr for Format {
    type Err = Error;
    fn from_str(name: &str) -> Result<Self> {
        by_name("format", name, Self::ALL, Self::name)
    }
}

fn by_name<T: Copy>(kind: &'static str, name: &str, all: &[T], name_of: fn(T) -> &'static str) -> Result<T> {
    let found = all.iter().find(|&&one| name_of(one) == name);
    found.copied().ok_or_else(|| {
        let known: Vec<_> = all.iter().map(|&one| name_of(one)).collect();
        RecordingFault::UnknownName { kind, name: name.into(), known: known.join(", ") }.into()
    })
}
