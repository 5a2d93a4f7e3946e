//! Sections `grid`, `skin` and `lesion`: the tissue of a study file.
use super::quantities::{Age, Angle, CellsPerMm3};
use crate::error::Result;
use crate::tension::Tension;
use crate::tissue::{Exposure, Lesion};
use crate::{AtrophicScar, Boundary, Grid, Length, Skin, Wrinkle};
use schemars::JsonSchema;
use serde::Deserialize;

/// The field: a square of one `size`, or `width` and `height`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct GridSection {
    /// Both sides of a square field.
    size: Option<Length>,
    /// Side along x.
    width: Option<Length>,
    /// Side along y.
    height: Option<Length>,
    /// Side of a site, 2 to 40 µm.
    spacing: Length,
    /// What happens at the edges.
    boundary: BoundaryKind,
}

impl Default for GridSection {
    fn default() -> Self {
        Self {
            size: None,
            width: None,
            height: None,
            spacing: Length::micrometers(20.0),
            boundary: BoundaryKind::Closed,
        }
    }
}

/// What happens at the edges of the field.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum BoundaryKind {
    /// Signals do not flow out and cells turn back.
    #[default]
    Closed,
    /// What leaves on one side enters on the other.
    Periodic,
}

impl GridSection {
    /// What is missing or given twice, if anything.
    pub fn contradiction(&self) -> Option<&'static str> {
        match (self.size, self.width, self.height) {
            (Some(_), None, None) | (None, Some(_), Some(_)) => None,
            _ => Some("give either size, or width and height"),
        }
    }

    pub fn build(&self) -> Result<Grid> {
        let none = Length::micrometers(0.0);
        let width = self.size.or(self.width).unwrap_or(none);
        let height = self.size.or(self.height).unwrap_or(none);
        Ok(Grid::new(width, height, self.spacing)?.with_boundary(match self.boundary {
            BoundaryKind::Closed => Boundary::Closed,
            BoundaryKind::Periodic => Boundary::Periodic,
        }))
    }
}

/// The skin: its age and what it was exposed to since it was young; all else if it differs from what follows from these.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct SkinSection {
    /// 18 to 110 years; 20 if not given.
    age: Option<Age>,
    /// Habitually exposed to the sun, as the skin of the face; the same as `uv_doses_per_day` of the parameter `habitual_doses`.
    sun: bool,
    /// Erythemal doses of ultraviolet light per day.
    uv_doses_per_day: Option<f64>,
    /// 0 = never, 1 = as smokers in published studies.
    smoking: f64,
    /// 0 = clean air, 1 = a city with much particulate matter.
    pollution: f64,
    /// Amount of collagen, and thickness of the dermis, 1 = healthy young.
    collagen_density: Option<f64>,
    /// Working elastin, 1 = healthy young dermis.
    elastin: Option<f64>,
    /// Half the angle between the two fiber families.
    weave_half_angle: Option<Angle>,
    /// Concentration of each family.
    weave_concentration: Option<f64>,
    /// Direction of the Langer line, from x.
    tension_axis: Option<Angle>,
    /// How uneven the tension is: 0 even, 1 along the axis only.
    tension_anisotropy: Option<f64>,
    /// Size of the load, 1 = that of healthy skin.
    tension_load: Option<f64>,
    /// Fibroblasts in a volume.
    fibroblasts: Option<CellsPerMm3>,
    /// Further factor on collagen production.
    synthesis: Option<f64>,
    /// Further factor on the effect of matrix metalloproteinases.
    mmp_factor: Option<f64>,
    /// Share of the collagen that is young.
    new_share: Option<f64>,
}

impl SkinSection {
    /// The skin; places of its cells are drawn from the seed.
    pub fn build(&self, seed: u64) -> Result<Skin> {
        let sun = if self.sun { Exposure::sun() } else { Exposure::none() };
        let uv_doses_per_day = self.uv_doses_per_day.unwrap_or(sun.uv_doses_per_day);
        let exposure = Exposure { uv_doses_per_day, smoking: self.smoking, pollution: self.pollution };
        let lived = Skin::lived(self.age.map_or(Skin::young().age_years, |age| age.0), exposure);
        let tension = Tension {
            axis: self.tension_axis.map_or(lived.tension.axis, |axis| axis.0),
            anisotropy: self.tension_anisotropy.unwrap_or(lived.tension.anisotropy),
            load: self.tension_load.unwrap_or(lived.tension.load),
        };
        let skin = Skin {
            collagen_density: self.collagen_density.unwrap_or(lived.collagen_density),
            elastin: self.elastin.unwrap_or(lived.elastin),
            weave_half_angle_degrees: self
                .weave_half_angle
                .map_or(lived.weave_half_angle_degrees, |half| half.0.to_degrees()),
            weave_concentration: self.weave_concentration.unwrap_or(lived.weave_concentration),
            tension,
            fibroblasts_per_mm3: self.fibroblasts.map_or(lived.fibroblasts_per_mm3, |cells| cells.0),
            synthesis: self.synthesis.unwrap_or(lived.synthesis),
            mmp_factor: self.mmp_factor.unwrap_or(lived.mmp_factor),
            new_share: self.new_share.unwrap_or(lived.new_share),
            placement_seed: seed,
            ..lived
        };
        skin.validate()?;
        Ok(skin)
    }
}

/// A scar or a wrinkle, and how it differs from the usual one of its kind.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct LesionSection {
    /// Which kind.
    kind: LesionKind,
    /// Center (x, y); the middle of the field if not given.
    center: Option<(Length, Length)>,
    /// Diameter of a scar at half depth.
    diameter: Option<Length>,
    /// Width over which a scar passes into healthy skin.
    edge: Option<Length>,
    /// Thickness of the dermis, relative to that of the skin around; its collagen is thinned by the same share.
    thickness: Option<f64>,
    /// Resultant length of the fibers of a scar, 0 to 0.99.
    resultant_length: Option<f64>,
    /// Axis of the fibers of a scar, from x.
    axis: Option<Angle>,
    /// Length of a wrinkle; across the whole field if not given.
    length: Option<Length>,
    /// Width of a wrinkle at half depth.
    width: Option<Length>,
    /// Direction of a wrinkle, from x.
    direction: Option<Angle>,
    /// Share of the fibers of a wrinkle that have lost their direction.
    fragmentation: Option<f64>,
    /// Share of the skin's elastin that is left in a wrinkle.
    elastin_left: Option<f64>,
}

/// Kinds of scars, and wrinkles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum LesionKind {
    Boxcar,
    ShallowBoxcar,
    DeepBoxcar,
    IcePick,
    Rolling,
    CrowsFoot,
}

impl LesionSection {
    /// What was given that the kind does not have, if anything.
    pub fn contradiction(&self) -> Option<&'static str> {
        let of_wrinkles = self.length.is_some() || self.width.is_some() || self.direction.is_some();
        let of_wrinkles = of_wrinkles || self.fragmentation.is_some() || self.elastin_left.is_some();
        let of_scars = self.diameter.is_some() || self.edge.is_some();
        let of_scars = of_scars || self.resultant_length.is_some() || self.axis.is_some();
        match self.kind {
            LesionKind::CrowsFoot if of_scars => {
                Some("a wrinkle has length, width, direction, thickness, fragmentation and elastin_left")
            }
            LesionKind::CrowsFoot => None,
            _ if of_wrinkles => Some("a scar has diameter, edge, thickness, resultant_length and axis"),
            _ => None,
        }
    }

    pub fn build(&self) -> Lesion {
        let usual = match self.kind {
            LesionKind::CrowsFoot => return Lesion::from(&self.wrinkle()),
            LesionKind::Boxcar => AtrophicScar::boxcar(),
            LesionKind::ShallowBoxcar => AtrophicScar::shallow_boxcar(),
            LesionKind::DeepBoxcar => AtrophicScar::deep_boxcar(),
            LesionKind::IcePick => AtrophicScar::ice_pick(),
            LesionKind::Rolling => AtrophicScar::rolling(),
        };
        Lesion::from(&AtrophicScar {
            center: self.center,
            diameter: self.diameter.unwrap_or(usual.diameter),
            edge: self.edge.unwrap_or(usual.edge),
            thickness: self.thickness.unwrap_or(usual.thickness),
            resultant_length: self.resultant_length.unwrap_or(usual.resultant_length),
            axis: self.axis.map_or(usual.axis, |axis| axis.0),
        })
    }

    fn wrinkle(&self) -> Wrinkle {
        let usual = Wrinkle::crows_foot();
        Wrinkle {
            center: self.center,
            length: self.length,
            width: self.width.unwrap_or(usual.width),
            direction: self.direction.map_or(usual.direction, |direction| direction.0),
            thickness: self.thickness.unwrap_or(usual.thickness),
            fragmentation: self.fragmentation.unwrap_or(usual.fragmentation),
            elastin_left: self.elastin_left.unwrap_or(usual.elastin_left),
        }
    }
}
