//! Strain of the fiber network of a window under the load of the skin.
use crate::matrix::FiberMoments;
use crate::parameters::MechanicsParameters;
use crate::tension::Tension;
use nalgebra::{Matrix3, Vector2, Vector3};

/// Least mean strain that is told from none.
const NO_STRAIN: f64 = 1e-6;

/// In-plane strain of a window: along θ it is ε(θ) = e_m + e_c cos 2θ + e_s sin 2θ. 1 is the mean strain of healthy skin.
///
/// ```
/// use dermaweave::mechanics::Strain;
/// let strain = Strain { mean: 1.0, cosine: 0.2, sine: 0.0 };
/// assert_eq!(strain.along(0.0), 1.2);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Strain {
    /// Mean over all directions, e_m.
    pub mean: f64,
    /// e_d cos 2ψ of the deviator e_d and its axis ψ.
    pub cosine: f64,
    /// e_d sin 2ψ.
    pub sine: f64,
}

impl Strain {
    /// What a cell of some polarity p senses that lies along a unit vector: e_m + p (ε(θ) − e_m), the mean over its adhesions.
    #[inline(always)]
    pub(crate) fn sensed(&self, (cosine, sine): (f64, f64), polarity: f64) -> f64 {
        let (c2, s2) = (cosine * cosine - sine * sine, 2.0 * sine * cosine);
        self.mean + polarity * (self.cosine * c2 + self.sine * s2)
    }

    /// How uneven it is: (e_d cos 2ψ, e_d sin 2ψ)/e_m, none where nothing is stretched.
    #[inline(always)]
    pub(crate) fn unevenness(&self) -> Vector2<f64> {
        let per_mean = if self.mean > NO_STRAIN { self.mean.recip() } else { 0.0 };
        Vector2::new(self.cosine * per_mean, self.sine * per_mean)
    }

    /// ε(θ) along a direction in radians.
    pub fn along(&self, angle: f64) -> f64 {
        let (sine, cosine) = (2.0 * angle).sin_cos();
        self.mean + self.cosine * cosine + self.sine * sine
    }
}

/// The load of a skin: what each window of it bears, as (mean, cosine, sine).
///
/// Fibers are linear, so the stress of a window is ∫p ε n⊗n dθ. In the parts (mean, cos 2θ, sin 2θ), with the fibers' amount
/// A, second moment q₂ = c₂ + i s₂ and fourth moment q₄ = c₄ + i s₄,
///
/// 2N = [D + (μ_g h) I] e,  D = [[A, c₂, s₂], [c₂, (A + c₄)/2, s₄/2], [s₂, s₄/2, (A − c₄)/2]],  I = diag(1, ½, ½),
///
/// where elastin and ground substance add an isotropic part in proportion to the thickness h. A window lies in a sheet that
/// constrains it (Hill's inclusion; for a circle in an isotropic sheet I times half of its stiffness, k = ½ (1 + μ_g)):
///
/// [D + (μ_g h + k) I] e = 2N + k I e₀,  [D₀ + μ_g I] e₀ = 2N
///
/// with the healthy sheet D₀ around, strained by e₀. Healthy skin so has e₀, and an empty wound is strained three times as
/// much, not without bound. The load N is that which the tension of the skin sets: (1, ε) along its line, with the anisotropy
/// ε = (N₁ − N₂)/(N₁ + N₂); two families at ±α to the line that bear it alone (netting) have ε = cos 2α.
///
/// ```
/// use dermaweave::mechanics::Load;
/// use dermaweave::parameters::MechanicsParameters;
/// use dermaweave::tension::Tension;
/// use dermaweave::{FiberMoments, Skin};
/// let parameters = MechanicsParameters::default();
/// let load = Load::new(&Skin::young().weave(0.0), &parameters).under(Tension::default());
/// let healthy = load.strain(&Skin::young().weave(0.0), 1.0, &parameters);
/// assert!((healthy.mean - 1.0).abs() < 1e-12);
/// let empty = load.strain(&FiberMoments::default(), 0.0, &parameters);
/// assert!((2.5..3.2).contains(&empty.mean));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Load {
    /// Stiffness of healthy skin whose line lies along x.
    healthy: Matrix3<f64>,
    constraint: f64,
    /// Right-hand side under a tension.
    borne: Vector3<f64>,
    /// Mean strain of healthy skin under its usual tension.
    unit: f64,
}

impl Load {
    /// The load of skin whose healthy fibers, with their line along x, are these; under no tension yet.
    pub fn new(healthy: &FiberMoments, parameters: &MechanicsParameters) -> Self {
        let healthy = stiffness(healthy, parameters.ground_stiffness);
        let constraint = 0.5 * (1.0 + parameters.ground_stiffness);
        Self { healthy, constraint, borne: Vector3::zeros(), unit: 1.0 }
    }

    /// The load under a tension: its line, anisotropy and size.
    #[must_use]
    pub fn under(&self, tension: Tension) -> Self {
        let stress = Vector3::new(1.0, tension.anisotropy, 0.0);
        let strained = self.healthy.try_inverse().unwrap_or_else(Matrix3::zeros) * stress;
        let (sine, cosine) = (2.0 * tension.axis).sin_cos();
        let load = (stress + isotropic(self.constraint) * strained) * tension.load;
        let borne = Vector3::new(load.x, load.y * cosine, load.y * sine);
        Self { borne, unit: strained.x, ..*self }
    }

    /// Strain of a window with these fibers, weighted by the load that they bear, and this thickness.
    pub fn strain(&self, fibers: &FiberMoments, thickness: f64, parameters: &MechanicsParameters) -> Strain {
        let stiffness = stiffness(fibers, parameters.ground_stiffness * thickness + self.constraint);
        let strain = stiffness.cholesky().map_or_else(Vector3::zeros, |factors| factors.solve(&self.borne));
        let [mean, cosine, sine] = (strain / self.unit).into();
        Strain { mean, cosine, sine }
    }
}

/// D + k I.
fn stiffness(fibers: &FiberMoments, isotropic_part: f64) -> Matrix3<f64> {
    let FiberMoments { density, c2, s2, c4, s4 } = *fibers;
    let (along, across) = (0.5 * (density + c4), 0.5 * (density - c4));
    Matrix3::new(density, c2, s2, c2, along, 0.5 * s4, s2, 0.5 * s4, across) + isotropic(isotropic_part)
}

/// k diag(1, ½, ½).
fn isotropic(stiffness: f64) -> Matrix3<f64> {
    Matrix3::from_diagonal(&Vector3::new(stiffness, 0.5 * stiffness, 0.5 * stiffness))
}
