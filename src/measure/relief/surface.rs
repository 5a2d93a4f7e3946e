//! Thickness of the dermis, site by site, and the relief of the skin above it.
use crate::engine;
use crate::engine::SiteSums;
use crate::error::{Error, Result, check};
use crate::grid::{Field, Grid};
use crate::matrix::Matrix;
use crate::measure::regions::check_field;
use crate::parameters::SurfaceParameters;
use crate::signals::{DiffusionStep, DiffusionWorkspace, ExactDiffusion};
use crate::tissue::Tissue;

impl SurfaceParameters {
    /// Thickness in µm of dermis of a relative thickness h and with ground substance w, both relative to healthy young
    /// dermis: H = H₀ (h + v_gr (w − 1)).
    ///
    /// ```
    /// use dermaweave::parameters::SurfaceParameters;
    /// let dermis = SurfaceParameters::default();
    /// assert!((dermis.thickness(1.0, 1.0) - 1000.0).abs() < 1e-9);
    /// // A scar of half the thickness lies 0.5 mm deeper.
    /// assert!((dermis.thickness(0.5, 1.0) - 500.0).abs() < 1e-9);
    /// ```
    pub fn thickness(&self, relative: f64, ground: f64) -> f64 {
        self.reference_thickness * (relative + self.ground_share * (ground - 1.0))
    }
}

/// Thickness of the dermis and height of the skin's surface, on the grid of the ground substance.
///
/// ```
/// use dermaweave::measure::Surface;
/// use dermaweave::parameters::SurfaceParameters;
/// use dermaweave::{AtrophicScar, Grid, Length, Skin, Tissue};
/// let side = Length::millimeters(3.0);
/// let grid = Grid::new(side, side, Length::micrometers(20.0))?;
/// let tissue = Tissue::new(grid, &Skin::young())?.with_lesion(&AtrophicScar::boxcar())?;
/// let dermis = SurfaceParameters::default();
/// let healthy = dermis.thickness(1.0, 1.0);
/// let surface = Surface::new(tissue.matrix(), tissue.ground(), &dermis, healthy)?;
/// let (depth_of_scar, rim) = (surface.height.sample(1500.0, 1500.0).0, surface.height.sample(100.0, 100.0).0);
/// assert!(depth_of_scar < -400.0 && rim.abs() < 1.0);
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Surface {
    /// Grid of both fields.
    pub grid: Grid,
    /// Local thickness of the dermis in µm, before smoothing.
    pub thickness: Field,
    /// Height of the smoothed surface in µm above the reference; negative in a depression.
    pub height: Field,
}

impl Surface {
    /// The surface of a tissue, its heights counted from that of untouched skin of its kind and age.
    /// Fails as [`Surface::new`] does.
    pub fn of(tissue: &Tissue, parameters: &SurfaceParameters) -> Result<Self> {
        Self::new(tissue.matrix(), tissue.ground(), parameters, untouched(tissue, parameters))
    }

    /// The surface over a matrix and its ground substance.
    ///
    /// Heights are counted from `reference`, the thickness in µm of the skin around, such as that of
    /// [`SurfaceParameters::thickness`] or the mean of [`Surface::thickness`] over a region. The surface is
    /// the thickness smoothed by the heat kernel with 2 D t = σ², which keeps volumes, never overshoots and
    /// has variance σ² along x and y at any spacing of the grid.
    ///
    /// A reference out of range gives [`Error::OutOfRange`]; a ground substance of another field, or whose sites are not
    /// whole numbers of sites of the matrix, gives [`Error::OtherField`].
    pub fn new(matrix: &Matrix, ground: &Field, parameters: &SurfaceParameters, reference: f64) -> Result<Self> {
        let reference = check("reference thickness of the skin around", reference, "µm", 0.0..=100_000.0)?;
        let thickness = local_thickness(matrix, ground, parameters)?;
        let solver = ExactDiffusion::new(ground.grid());
        Ok(Self::over(thickness, reference, parameters, (&solver, &mut DiffusionWorkspace::default())))
    }

    /// [`Surface::of`] a tissue whose thickness is known, smoothed by a solver on the grid of the signals.
    pub(crate) fn of_thickness(
        thickness: Field,
        tissue: &Tissue,
        parameters: &SurfaceParameters,
        solver: (&ExactDiffusion, &mut DiffusionWorkspace),
    ) -> Result<Self> {
        let reference = check("thickness of untouched skin", untouched(tissue, parameters), "µm", 0.0..=100_000.0)?;
        Ok(Self::over(thickness, reference, parameters, solver))
    }

    /// The smoothed surface of dermis of a thickness.
    fn over(
        thickness: Field,
        reference: f64,
        parameters: &SurfaceParameters,
        (solver, workspace): (&ExactDiffusion, &mut DiffusionWorkspace),
    ) -> Self {
        let grid = *thickness.grid();
        let mut height = thickness.clone();
        let diffusivity = 0.5 * parameters.smoothing.powi(2);
        if diffusivity > 0.0 {
            let step = DiffusionStep { diffusivity, decay_rate: 0.0, hours: 1.0 };
            solver.spread_within(&mut height, step, workspace);
        }
        engine::for_each(height.values_mut(), |_, height| *height -= reference);
        Self { grid, thickness, height }
    }

    /// The surface over layers of equal thickness, each simulated at its own depth ([`Slab`](crate::Slab)); a
    /// [`Dermis`](crate::Dermis) makes it of layers of any thickness at every sample. No layer gives [`Error::NoLayer`],
    /// layers over other fields [`Error::OtherField`].
    ///
    /// ```
    /// use dermaweave::measure::Surface;
    /// use dermaweave::{Grid, Length, Parameters, Skin, Slab, Tissue};
    /// let side = Length::micrometers(400.0);
    /// let grid = Grid::new(side, side, Length::micrometers(20.0))?;
    /// let layer = |depth: f64| -> dermaweave::Result<Surface> {
    ///     let slab = Slab { depth: Length::micrometers(depth), ..Slab::default() };
    ///     Surface::of(&Tissue::new(grid.with_slab(slab)?, &Skin::aged(60.0))?, &Parameters::default().surface)
    /// };
    /// let dermis = Surface::mean_of(&[layer(200.0)?, layer(500.0)?])?;
    /// assert!((dermis.thickness.mean() - layer(200.0)?.thickness.mean()).abs() < 1e-9);
    /// # Ok::<(), dermaweave::Error>(())
    /// ```
    pub fn mean_of(layers: &[Self]) -> Result<Self> {
        let Some(first) = layers.first() else { return Err(Error::NoLayer) };
        for layer in layers {
            for field in [&layer.thickness, &layer.height] {
                check_field("a layer of the surface", field.grid(), &first.grid)?;
            }
        }
        let share = 1.0 / layers.len() as f64;
        Self::weighted(&layers.iter().map(|layer| (layer, share))).ok_or(Error::NoLayer)
    }

    /// Σ sₗ hₗ and Σ sₗ ηₗ over layers on one grid, each with its share s of the thickness; none of no layer.
    pub(crate) fn weighted<'a>(layers: &(impl Iterator<Item = (&'a Self, f64)> + Clone)) -> Option<Self> {
        let mean = |field: fn(&Self) -> &Field| {
            let (first, share) = layers.clone().next()?;
            let mut mean = field(first).clone();
            mean.values_mut().iter_mut().for_each(|value| *value *= share);
            for (layer, share) in layers.clone().skip(1) {
                mean.values_mut()
                    .iter_mut()
                    .zip(field(layer).values())
                    .for_each(|(mean, value)| *mean += share * value);
            }
            Some(mean)
        };
        let (thickness, height) = (mean(|surface| &surface.thickness)?, mean(|surface| &surface.height)?);
        Some(Self { grid: *thickness.grid(), thickness, height })
    }
}

/// Thickness of untouched skin of the kind and age of a tissue.
fn untouched(tissue: &Tissue, parameters: &SurfaceParameters) -> f64 {
    parameters.thickness(tissue.skin().collagen_density, 1.0)
}

impl SurfaceParameters {
    /// Thickness over a square of sites in which each site has a `share`, and with so much ground substance.
    #[inline]
    pub(crate) fn thickness_over(&self, sums: &SiteSums, share: f64, ground: f64) -> f64 {
        self.thickness(sums.thickness * share, ground)
    }
}

/// Mean thickness over the sites of the matrix that each site of the ground substance covers.
pub(crate) fn local_thickness(matrix: &Matrix, ground: &Field, parameters: &SurfaceParameters) -> Result<Field> {
    let (columns, factor) =
        (matrix.grid().columns(), coarsening("the ground substance", matrix.grid(), ground.grid())?);
    let share = 1.0 / (factor * factor) as f64;
    let mut thickness = ground.clone();
    engine::for_each_row(thickness.values_mut(), columns / factor, |coarse_row, row| {
        for (coarse_column, thickness) in row.iter_mut().enumerate() {
            let first = coarse_row * factor * columns + coarse_column * factor;
            let lines = (0..factor).map(|line| first + line * columns..first + line * columns + factor);
            let sum = lines.flatten().map(|site| matrix.site(site).thickness).sum::<f64>();
            *thickness = parameters.thickness(sum * share, *thickness);
        }
    });
    Ok(thickness)
}

/// How many sites of `fine` lie along one side of a site of `coarse`, on which a quantity lives.
pub(super) fn coarsening(quantity: &'static str, fine: &Grid, coarse: &Grid) -> Result<usize> {
    let factor = (fine.columns() / coarse.columns()).max(1);
    let same_field = (factor * coarse.columns(), factor * coarse.rows()) == (fine.columns(), fine.rows());
    let same_spacing = (factor as f64 * fine.spacing() / coarse.spacing() - 1.0).abs() < 1e-9;
    if same_field && same_spacing && fine.boundary() == coarse.boundary() {
        return Ok(factor);
    }
    Err(coarse.refused(quantity))
}
