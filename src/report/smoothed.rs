//! Fields as a picture shows them: smoothed, so that neither sites nor noise between them are seen.
use crate::grid::Field;
use crate::matrix::{FiberMoments, Matrix};
use crate::signals::{DiffusionStep, DiffusionWorkspace, ExactDiffusion};
use crate::tissue::Tissue;

/// The fibers of a field, averaged around every point with a Gaussian weight.
pub(super) struct SmoothedFibers {
    moments: [Field; 5],
}

impl SmoothedFibers {
    /// Averages with a standard deviation in µm along x and y.
    pub fn of(matrix: &Matrix, deviation: f64) -> Self {
        let (solver, mut workspace) = (ExactDiffusion::new(matrix.grid()), DiffusionWorkspace::default());
        let parts: [fn(&FiberMoments) -> f64; 5] =
            [|fibers| fibers.density, |fibers| fibers.c2, |fibers| fibers.s2, |fibers| fibers.c4, |fibers| fibers.s4];
        let moments = parts.map(|part| {
            let mut field = Field::uniform(*matrix.grid(), 0.0);
            let sites = field.values_mut().iter_mut().enumerate();
            sites.for_each(|(site, value)| *value = part(&matrix.site(site).collagen()));
            smooth(&mut field, deviation, (&solver, &mut workspace));
            field
        });
        Self { moments }
    }

    /// The fibers around a point in µm.
    pub fn at(&self, x: f64, y: f64) -> FiberMoments {
        let [density, c2, s2, c4, s4] = self.moments.each_ref().map(|moment| moment.sample(x, y).0);
        FiberMoments { density, c2, s2, c4, s4 }
    }

    /// Their amount.
    pub const fn density(&self) -> &Field {
        &self.moments[0]
    }
}

/// Standard deviation in µm of the smoothing of a lesion, so that its outline has no steps.
const OUTLINE_SMOOTHING: f64 = 40.0;

/// The share of lesion around every point, averaged; its outline is where it is one half. None without a lesion.
pub(super) fn smoothed_lesion(tissue: &Tissue) -> Option<Field> {
    let mut field = Field::uniform(*tissue.grid(), 0.0);
    let sites = field.values_mut().iter_mut().zip(tissue.lesion());
    sites.for_each(|(value, lesion)| *value = f64::from(*lesion));
    let solver = ExactDiffusion::new(tissue.grid());
    tissue.lesion().contains(&true).then(|| {
        smooth(&mut field, OUTLINE_SMOOTHING, (&solver, &mut DiffusionWorkspace::default()));
        field
    })
}

fn smooth(field: &mut Field, deviation: f64, (solver, workspace): (&ExactDiffusion, &mut DiffusionWorkspace)) {
    // The heat kernel has the variance 2 D t along each axis.
    let step = DiffusionStep { diffusivity: 0.5 * deviation * deviation, decay_rate: 0.0, hours: 1.0 };
    solver.spread_within(field, step, workspace);
}
