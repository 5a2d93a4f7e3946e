//! What lies at one site.
use super::FiberMoments;
use super::moments::DENSEST;
use crate::error::Result;
use crate::reading::{check_computed, checked_on_reading};
use serde::{Deserialize, Serialize};

/// The matrix of one site: amounts over its area, and the thickness of the slab that holds them.
///
/// ```
/// use dermaweave::FiberMoments;
/// use dermaweave::matrix::Site;
/// let site = Site { new: FiberMoments::along(0.2, 0.0), mature: FiberMoments::isotropic(0.6), ..Site::default() };
/// assert!((site.collagen().density - 0.8).abs() < 1e-12);
/// assert!((site.collagen().resultant_length() - 0.25).abs() < 1e-12);
/// // As thin as there is collagen: packing as in healthy dermis.
/// assert!((Site { thickness: 0.8, ..site }.packing() - 1.0).abs() < 1e-12);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "SiteFields")]
pub struct Site {
    /// Young collagen: labile, rich in type III.
    pub new: FiberMoments,
    /// Cross-linked collagen, mostly type I.
    pub mature: FiberMoments,
    /// Provisional matrix (clot), 0 to 1.
    pub fibrin: f64,
    /// Elastin, 1 = healthy young.
    pub elastin: f64,
    /// Amount of the mature collagen that was there at the start of the course and still is. It is marked where a lesion is
    /// placed and anew where a course is built ([`Builder::build`](crate::simulation::Builder::build)).
    pub original: f64,
    /// Thickness h of the slab at this site, 1 = healthy young. Collagen per volume, its packing, is (n + m)/h.
    pub thickness: f64,
    /// Cut fibers F: they fill space, but bear no load and guide no cell. 1 = as much as the collagen of healthy young dermis.
    pub fragments: f64,
}

/// Nothing at a site of the thickness of healthy young dermis.
impl Default for Site {
    fn default() -> Self {
        let (new, mature) = (FiberMoments::default(), FiberMoments::default());
        Self { new, mature, fibrin: 0.0, elastin: 0.0, original: 0.0, thickness: 1.0, fragments: 0.0 }
    }
}

checked_on_reading! {
    Site by check_read, read as "Site" in SiteFields {
        new: FiberMoments,
        mature: FiberMoments,
        fibrin: f64,
        elastin: f64,
        original: f64,
        thickness: f64,
        fragments: f64,
    }
}

/// Thinnest site that is read from a file: a layer of molecules.
const THINNEST: f64 = 1e-6;

impl Site {
    /// Amounts that can lie at a site, beyond what its pools promise.
    pub(super) fn check_read(&self) -> Result<()> {
        check_computed("fibrin of a site", self.fibrin, "(0 to 1)", 0.0..=DENSEST)?;
        check_computed("elastin of a site", self.elastin, "(1 = healthy young)", 0.0..=DENSEST)?;
        check_computed("original collagen of a site", self.original, "(1 = healthy young)", 0.0..=DENSEST)?;
        check_computed("thickness of a site", self.thickness, "(1 = healthy young)", THINNEST..=DENSEST)?;
        check_computed("fragments of a site", self.fragments, "(1 = healthy young)", 0.0..=DENSEST)
    }

    /// Both pools of collagen together.
    pub fn collagen(&self) -> FiberMoments {
        self.new + self.mature
    }

    /// Collagen per volume relative to healthy dermis, c = (n + m)/h.
    pub fn packing(&self) -> f64 {
        (self.new.density + self.mature.density) / self.thickness
    }

    /// What holds the slab apart, relative to its thickness: c + F/h + φ max(0, 1 − c). Clot fills what collagen leaves.
    pub fn filling(&self) -> f64 {
        let packing = self.packing();
        packing + self.fragments / self.thickness + self.fibrin * (1.0 - packing).max(0.0)
    }

    /// All numbers that cells sense, for sums over many sites: those of [`Site::sensed`].
    #[inline(always)]
    pub(crate) const fn numbers(&self) -> [f64; 12] {
        let Self { new, mature, fibrin, thickness, .. } = self;
        [
            new.density,
            new.c2,
            new.s2,
            new.c4,
            new.s4,
            mature.density,
            mature.c2,
            mature.s2,
            mature.c4,
            mature.s4,
            *fibrin,
            *thickness,
        ]
    }

    /// A site, without fragments and elastin, whose numbers these are.
    #[inline(always)]
    pub(crate) const fn of_numbers(numbers: [f64; 12]) -> Self {
        let [density, c2, s2, c4, s4, of_mature, mature_c2, mature_s2, mature_c4, mature_s4, fibrin, thickness] =
            numbers;
        Self {
            new: FiberMoments { density, c2, s2, c4, s4 },
            mature: FiberMoments { density: of_mature, c2: mature_c2, s2: mature_s2, c4: mature_c4, s4: mature_s4 },
            fibrin,
            thickness,
            elastin: 0.0,
            original: 0.0,
            fragments: 0.0,
        }
    }

    /// Makes these fibers what was there at the start, a share `new_share` of them young.
    pub(crate) fn set_collagen(&mut self, collagen: FiberMoments, new_share: f64) {
        (self.new, self.mature) = (collagen * new_share, collagen * (1.0 - new_share));
        self.mark_original();
    }

    /// Takes the mature collagen that is there for that of the start.
    pub(crate) const fn mark_original(&mut self) {
        self.original = self.mature.density;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_hold_all_that_cells_sense() {
        let fibers = |first: f64| FiberMoments {
            density: first,
            c2: first + 1.0,
            s2: first + 2.0,
            c4: first + 3.0,
            s4: first + 4.0,
        };
        let (new, mature) = (fibers(1.0), fibers(10.0));
        let sensed = Site { new, mature, fibrin: 100.0, thickness: 200.0, ..Site::default() };
        let site = Site { elastin: 300.0, original: 400.0, fragments: 500.0, ..sensed };
        assert_eq!(Site::of_numbers(site.numbers()), sensed);
    }
}
