//! What is wrong with the skin: kinds of scars, wrinkles.
use super::{Lesion, LesionFibers, Outline};
use crate::units::Length;
use serde::{Deserialize, Serialize};

/// A round scar: thin dermis of usual packing (Lee 2011, doi:10.1111/j.1468-3083.2011.04330.x) with parallel fibers. Widths and
/// depths: Fabbrocini 2010 (doi:10.1155/2010/893080); what a thickness means in depth: [`Surface`](crate::measure::Surface).
///
/// Parallel fibers are those of surgical and burn scars. Of 49 biopsies of acne scars 71 % had loose, haphazard collagen
/// (Bansal 2025, doi:10.25259/IJDVL_506_2025): for these give `resultant_length: 0.0`.
///
/// ```
/// use dermaweave::{AtrophicScar, Length};
/// let wide = AtrophicScar { diameter: Length::millimeters(3.0), ..AtrophicScar::boxcar() };
/// assert_eq!(wide.thickness, 0.5);
/// let haphazard = AtrophicScar { resultant_length: 0.0, ..AtrophicScar::boxcar() };
/// assert_eq!(haphazard.thickness, wide.thickness);
/// assert!(AtrophicScar::rolling().edge > AtrophicScar::boxcar().edge);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AtrophicScar {
    /// Center (x, y); the middle of the field if not given.
    pub center: Option<(Length, Length)>,
    /// Diameter at half depth.
    pub diameter: Length,
    /// Width over which the edge passes into healthy skin.
    pub edge: Length,
    /// Thickness of its dermis, relative to that of the skin around. Collagen and elastin are thinned by the same share.
    pub thickness: f64,
    /// Resultant length of its one family of fibers: about 0.7 in surgical scars, 0 without direction.
    pub resultant_length: f64,
    /// Axis of the fibers in radians.
    pub axis: f64,
}

impl Default for AtrophicScar {
    fn default() -> Self {
        Self::boxcar()
    }
}

impl AtrophicScar {
    /// Boxcar scar: 2 mm wide with steep walls (1.5 to 4 mm), half as thick, parallel along x:
    /// about 0.5 mm deep, at the border between shallow (0.1 to 0.5 mm) and deep.
    pub const fn boxcar() -> Self {
        Self {
            center: None,
            diameter: Length::millimeters(2.0),
            edge: Length::micrometers(50.0),
            thickness: 0.5,
            resultant_length: 0.7,
            axis: 0.0,
        }
    }

    /// Shallow boxcar scar: 2 mm wide, about 0.3 mm deep.
    pub const fn shallow_boxcar() -> Self {
        Self { thickness: 0.7, ..Self::boxcar() }
    }

    /// Deep boxcar scar: 2 mm wide, about 0.8 mm deep (0.5 mm and more).
    pub const fn deep_boxcar() -> Self {
        Self { thickness: 0.22, ..Self::boxcar() }
    }

    /// Ice-pick scar: a deep pit 1 mm wide (below 2 mm) that narrows downward.
    pub const fn ice_pick() -> Self {
        Self { diameter: Length::millimeters(1.0), edge: Length::micrometers(400.0), thickness: 0.1, ..Self::boxcar() }
    }

    /// Rolling scar: a shallow hollow 4.5 mm wide (above 4 mm) with sloping edges, about 0.28 mm
    /// deep. (The strands that tether it to what lies beneath are outside of this layer.)
    pub const fn rolling() -> Self {
        Self { diameter: Length::millimeters(4.5), edge: Length::millimeters(1.5), thickness: 0.72, ..Self::boxcar() }
    }
}

impl From<&AtrophicScar> for Lesion {
    fn from(scar: &AtrophicScar) -> Self {
        Self {
            center: scar.center,
            outline: Outline::Ellipse { length: scar.diameter, width: scar.diameter, direction: 0.0 },
            edge: scar.edge,
            thickness: scar.thickness,
            fibers: LesionFibers::Parallel { axis: scar.axis, resultant_length: scar.resultant_length },
            elastin_left: scar.thickness,
        }
    }
}

/// A wrinkle: a trough of thin dermis with fragmented fibers.
///
/// ```
/// use dermaweave::{Length, Wrinkle};
/// let fine = Wrinkle { width: Length::micrometers(300.0), ..Wrinkle::crows_foot() };
/// assert!(fine.thickness > 0.3);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Wrinkle {
    /// Center (x, y); the middle of the field if not given.
    pub center: Option<(Length, Length)>,
    /// Length; across the whole field if not given, which in a periodic one is along a side or a diagonal.
    pub length: Option<Length>,
    /// Width at half depth.
    pub width: Length,
    /// Direction in radians from x.
    pub direction: f64,
    /// Thickness of the dermis at its bottom, relative to that of the skin around. Collagen is thinned by the same share.
    pub thickness: f64,
    /// Share of its fibers that have lost their direction.
    pub fragmentation: f64,
    /// Share of the skin's elastin that is left.
    pub elastin_left: f64,
}

impl Default for Wrinkle {
    fn default() -> Self {
        Self::crows_foot()
    }
}

impl Wrinkle {
    /// Crow's foot of middle age: 0.5 mm wide, V-shaped, elastic tissue interrupted at the bottom
    /// (Contet-Audonneau 1999, Br J Dermatol 140:1038); the dermis beneath thins with the depth down to
    /// half of its thickness (Tsukahara 2011, doi:10.1001/archdermatol.2011.158).
    /// Width, thickness and fragmentation are estimates: no source gives them in µm by age.
    pub const fn crows_foot() -> Self {
        Self {
            center: None,
            length: None,
            width: Length::micrometers(500.0),
            direction: 0.0,
            thickness: 0.6,
            fragmentation: 0.5,
            elastin_left: 0.3,
        }
    }
}

impl From<&Wrinkle> for Lesion {
    fn from(wrinkle: &Wrinkle) -> Self {
        Self {
            center: wrinkle.center,
            outline: Outline::Furrow { length: wrinkle.length, width: wrinkle.width, direction: wrinkle.direction },
            // Walls that meet at the bottom: a V.
            edge: wrinkle.width,
            thickness: wrinkle.thickness,
            fibers: LesionFibers::Fragmented(wrinkle.fragmentation),
            elastin_left: wrinkle.elastin_left,
        }
    }
}
