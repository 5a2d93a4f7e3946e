//! Living skin moves: cells turn away from directions that are stretched to and fro.
use crate::parameters::MechanicsParameters;
use nalgebra::Vector2;

/// The movement cue: a potential for headings relative to the lines of tension.
///
/// Skin in movement is stretched along its lines and across them in turn, by strains ε(θ) = e_m ± e_d cos 2θ with
/// e_m = (1 − ν)/2 and e_d = (1 + ν)/2 of the larger one. Cells and their stress fibers avoid change of length along their
/// axis (De, Zemel & Safran 2007, doi:10.1038/nphys680; Livne, Bouchbinder & Geiger 2014, doi:10.1038/ncomms4938):
///
/// U(θ) = −K ⟨ε(θ)²⟩/max ⟨ε²⟩ = const − K [2 e_m e_d (2m − 1) cos 2θ + ½ e_d² cos 4θ]/max
///
/// with the share m of movement along the lines. The strains are imposed, as the skin around is stiff to movement: they
/// ask nothing of the fibers that are there. With equal shares only cos 4θ is left and cells come to lie at ±45° to the lines.
///
/// This is a *hypothesis* for dermis: it holds for cells on flat stretched sheets, and was rejected in collagen gels
/// (Chen 2018, doi:10.1073/pnas.1715059115). `movement_guidance` = 0 switches it off. What is known stands in
/// [`guide::model`](crate::guide::model).
///
/// ```
/// use dermaweave::mechanics::Movement;
/// use dermaweave::parameters::MechanicsParameters;
/// let parameters = MechanicsParameters::default();
/// let movement = Movement::of(&parameters);
/// assert_eq!(movement.second, 0.0);
/// // ε = 1/3 ± 2/3 cos 2θ: a mean square of 1/3 + 2/9 cos 4θ, 5/9 at most.
/// assert!((movement.fourth + 0.4 * parameters.movement_guidance).abs() < 1e-12);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Movement {
    /// Coefficient of cos 2θ in the potential, θ from the line of tension.
    pub second: f64,
    /// Coefficient of cos 4θ.
    pub fourth: f64,
}

impl Movement {
    /// The cue in skin that moves as the parameters say.
    pub fn of(parameters: &MechanicsParameters) -> Self {
        let MechanicsParameters { movement_along, lateral_contraction: ratio, movement_guidance: depth, .. } =
            *parameters;
        let (mean, deviator) = (0.5 * (1.0 - ratio), 0.5 * (1.0 + ratio));
        let (second, fourth) = (2.0 * mean * deviator * (2.0 * movement_along - 1.0), 0.5 * deviator * deviator);
        let constant = mean * mean + fourth;
        // Of a + b x + c (2x² − 1) in x = cos 2θ, convex, the largest lies at an end.
        let largest = constant + second.abs() + fourth;
        Self { second: -depth * second / largest, fourth: -depth * fourth / largest }
    }

    /// The four coefficients of cos 2θ, sin 2θ, cos 4θ, sin 4θ about a line of tension whose e^{2iψ} has this direction.
    pub(crate) fn about(self, line: Vector2<f64>) -> [f64; 4] {
        let squared = line.norm_squared();
        if squared <= 0.0 {
            return [0.0; 4];
        }
        let [cosine, sine] = (line / squared.sqrt()).into();
        let (cosine4, sine4) = (cosine * cosine - sine * sine, 2.0 * sine * cosine);
        [self.second * cosine, self.second * sine, self.fourth * cosine4, self.fourth * sine4]
    }
}
