//! What measures of organization would give if nothing had healed.
use crate::matrix::fourth_moment_of_single_family;
use crate::measure::FiberOrganization;
use serde::{Deserialize, Serialize};

/// Null values, each to stand beside a measure of the same row: a measure says something by how far it is from its null.
///
/// ```
/// use dermaweave::{AtrophicScar, Grid, Length, Simulation, Skin, Tissue};
/// let side = Length::millimeters(1.0);
/// let tissue = Tissue::new(Grid::new(side, side, Length::micrometers(20.0))?, &Skin::young())?;
/// let scar = AtrophicScar { diameter: side * 0.5, ..AtrophicScar::boxcar() };
/// let simulation = Simulation::builder(tissue.with_lesion(&scar)?).build()?;
/// // At the start nothing has been diluted, and no pictures are taken.
/// let row = &simulation.report().rows()[0];
/// assert_eq!(row.nulls.weave_fidelity_diluted, row.organization.weave_fidelity);
/// assert_eq!(row.nulls.collagen_orientation_index_null, None);
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Nulls {
    /// Of the weave index: what it would be at most if the fibers of the first row had only been mixed with isotropic ones
    /// until R fell to its present value, f = R/R₀ (1 where it rose): f w₀ + f s(R₀) − s(f R₀), where s(R) is the fourth moment of one
    /// family. Weave is shown by an index above it.
    #[serde(with = "crate::reading::number")]
    pub weave_index_diluted: f64,
    /// Of the weave fidelity in the same sense: f times that of the first row. A scar that is diluted comes closer to 0
    /// without any weave.
    #[serde(with = "crate::reading::number")]
    pub weave_fidelity_diluted: f64,
    /// Of the collagen orientation index, if pictures are taken: that of the same bundles in the same views, their directions
    /// drawn from all alike. A field that shows few bundles is far from 0 whatever their directions.
    #[serde(default, with = "crate::reading::number::optional")]
    pub collagen_orientation_index_null: Option<f64>,
}

impl Nulls {
    pub(super) const fn new(diluted: Weave, collagen_orientation_index_null: Option<f64>) -> Self {
        Self {
            weave_index_diluted: diluted.index,
            weave_fidelity_diluted: diluted.fidelity,
            collagen_orientation_index_null,
        }
    }
}

/// How the fibers of a region are organized, in the numbers from which nulls are made.
#[derive(Clone, Copy, Debug)]
pub(super) struct Weave {
    resultant_length: f64,
    index: f64,
    fidelity: f64,
}

impl Weave {
    pub(super) const fn of(organization: &FiberOrganization) -> Self {
        let FiberOrganization { resultant_length, weave_index: index, weave_fidelity: fidelity, .. } = *organization;
        Self { resultant_length, index, fidelity }
    }

    /// After isotropic fibers have been mixed in until the resultant length is the given one, if that is lower. The index is the
    /// most that it can be: the fourth moment in excess of one family keeps its share f, and what one family lacks after
    /// the dilution, f s(R₀) − s(f R₀), adds to it.
    pub(super) fn diluted_to(self, resultant_length: f64) -> Self {
        let left =
            if resultant_length < self.resultant_length { resultant_length / self.resultant_length } else { 1.0 };
        let single = fourth_moment_of_single_family;
        let excess = left * single(self.resultant_length) - single(left * self.resultant_length);
        Self {
            resultant_length: left * self.resultant_length,
            index: left * self.index + excess,
            fidelity: left * self.fidelity,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matrix::FiberMoments;
    use crate::measure::weave_index;

    /// Claim: the nulls are what fibers have that isotropic ones have been mixed into, exactly for a scar of one family; where R
    /// rises they are those of the start.
    #[test]
    fn nulls_are_those_of_diluted_fibers() {
        let healthy = FiberMoments::two_families(1.0, 0.0, 0.71, 2.11);
        let fidelity = |fibers: &FiberMoments| fibers.mean_fourth().0 / healthy.mean_fourth().0;
        let scar = FiberMoments::one_family(0.5, 0.0, 0.69);
        let of = |fibers: &FiberMoments| Weave {
            resultant_length: fibers.resultant_length(),
            index: weave_index(fibers),
            fidelity: fidelity(fibers),
        };
        for isotropic in [0.0, 0.1, 0.5, 3.0] {
            let mixed = scar + FiberMoments::isotropic(isotropic);
            let null = of(&scar).diluted_to(mixed.resultant_length());
            assert!((null.index - weave_index(&mixed)).abs() < 1e-9, "{null:?}");
            assert!((null.fidelity - fidelity(&mixed)).abs() < 1e-12, "{null:?}");
            // Fibers that had a weave at the start cannot have more of it than the null.
            let woven = scar + healthy * 0.3;
            let diluted = woven + FiberMoments::isotropic(isotropic);
            assert!(weave_index(&diluted) <= of(&woven).diluted_to(diluted.resultant_length()).index + 1e-12);
        }
        let risen = of(&scar).diluted_to(0.8);
        assert!((risen.index - weave_index(&scar)).abs() < 1e-12 && risen.fidelity == fidelity(&scar));
    }
}
