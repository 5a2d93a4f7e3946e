//! Parameters of load, thickness and slow remodeling.
use super::parameter_group;

parameter_group! {
    /// What load does to fibers and cells, how the slab takes up its thickness, and what goes on slowly for months.
    ///
    /// ```
    /// use dermaweave::parameters::{MechanicsParameters, Parameters};
    /// // Cells that take no notice of the to and fro of moving skin.
    /// let mechanics = MechanicsParameters { movement_guidance: 0.0, ..Default::default() };
    /// assert!(Parameters { mechanics, ..Default::default() }.validate().is_ok());
    /// ```
    MechanicsParameters {
        /// Time constant with which the thickness of the slab follows what fills it.
        thickness_time: "τ_h", "h", 336.0 in [336.0, 1e12], Calibrated, "dermis swells and shrinks within 2 to 6 weeks of a change; without end where a thickness is imposed";
        /// Stiffness of elastin and ground substance, relative to the fibers of healthy dermis.
        ground_stiffness: "μ_g", "1", 0.1 in [0.01, 0.5], Estimated, "toe of the curve of excised skin: 0.2 MPa of some MPa at the end of it, Ní Annaidh 2012 doi:10.1007/s10439-012-0542-3";
        /// Load that young collagen bears, relative to mature.
        young_stiffness: "w_y", "1", 0.65 in [0.5, 0.8], Estimated, "few cross-links; wound strength lags the content of collagen for months";
        /// Share of the movement of skin along its lines of tension, the rest across them; of the squared strains.
        movement_along: "m_l", "1", 0.5 in [0.0, 1.0], Estimated, "skin gives way across the lines more than along them: Gibson 1969; equal loads put nothing of the weave in";
        /// How much skin that is stretched one way narrows the other way.
        lateral_contraction: "ν", "1", 0.333_333_333_333_333_3 in [0.0, 1.0], Estimated, "0.5 of an isotropic incompressible sheet; no value of living skin was found, and 0 to 0.75 is open";
        /// Depth of the potential that turns cells away from what is stretched to and fro.
        movement_guidance: "K_m", "1", 1.7 in [0.0, 6.0], Estimated, "a hypothesis; cells on flat sheets under cyclic stretch turn to directions of least strain: De 2007 doi:10.1038/nphys680, Livne 2014 doi:10.1038/ncomms4938; against it in collagen gels Chen 2018 doi:10.1073/pnas.1715059115; 0 switches it off";
        /// How steeply the production of collagen rises with the mean strain.
        homeostasis_steepness: "n_G", "1", 6.0 in [0.0, 12.0], Estimated, "cooperative response; 0 switches it off";
        /// Highest production under load, relative to healthy.
        homeostasis_limit: "G_m", "1", 10.0 in [1.5, 20.0], Estimated, "stretched dermal fibroblasts make several times as much procollagen";
        /// Loss of mature collagen around cells of resting density at full activation.
        active_mature_loss: "λ_m", "1/h", 6.4e-4 in [0.0, 2e-3], Calibrated, "healthy skin under active cells keeps its collagen";
        /// Loss of young collagen around cells of resting density at full activation.
        active_new_loss: "λ_n", "1/h", 1.28e-3 in [0.0, 4e-3], Calibrated, "healthy skin under active cells keeps its collagen";
        /// Time constant of slow activity.
        slow_time: "τ_S", "h", 1_680.0 in [336.0, 4_380.0], Calibrated, "30 % of the gain comes after the last session, most of it within three months";
        /// Turnover and deposition by slow activity, relative to the activation that it remembers.
        slow_share: "s_S", "1", 0.15 in [0.0, 1.0], Calibrated, "30 % of the gain comes after the last session";
    }
}
