//! The heading law.
//!
//! dθ = [ g₂A₂ sin 2(ψ₂−θ) + g_s (e_d/e_m) sin 2(ψ_s−θ) + D_r U_m′(θ) + χ|∇P|/(K+P) sin(ψ_P−θ) ] dt + √(2D_r) dW
//!
//! with the second moment A₂, ψ₂ of the fibers, the deviator e_d, ψ_s and the mean e_m of the strain of their network, the
//! potential U_m of the [movement](crate::mechanics::Movement) of skin, and the gradient of PDGF.
//!
//! Every cue is the slope of a cosine, so the drift is D_r times the slope of one potential, and
//! the law has the stationary density exp U(θ) with
//!
//! U(θ) = Σ_m (u_m cos mθ + v_m sin mθ), m = 1, 2, 4:
//!
//! a von Mises law of κ = gA/(mD_r) for a single cue of order m. The potential is kept as these
//! six numbers; no axis or angle of a cue is ever computed. [Attractants](super::Attractant) of rules of one's own add
//! their χ|∇V|/(K+V) to that of PDGF.
//!
//! A turn over Δt proposes the free turn √(2D_rΔt) ξ and accepts it with probability
//! min(1, e^{U(θ')−U(θ)}) (Metropolis). This has exactly the stationary density exp U for all cues
//! together at *any* step, is exact without cues, and becomes the stochastic equation above for
//! short steps. Splitting exact turns from noise, the alternative, is biased at production steps:
//! for a cue of fourth order the noise of half an hour already spans a whole well. The price is
//! that turning under strong cues is slower than the equation's, by more than an hour: a turn is refused or not, at most
//! once in half an hour. Cells that begin where one cue turns them fastest come 1 − 1/e of the way to their final mean in
//!
//! | cue | here | by the equation |
//! |---|---|---|
//! | PDGF gradient, 0.25 /h | 3.8 h | 2.5 h |
//! | parallel fibers, resting cell, 0.6 /h | 1.6 h | 0.6 h |
//! | parallel fibers, contracting cell, 1.2 /h | 1.5 h | 0.33 h |
//! | parallel fibers, contracted cell, 2.4 /h | 1.4 h | 0.16 h |
//!
//! Shorter steps come to the equation (`tests/heading_law.rs`); cells stay active for weeks.
use crate::elementary::{exp_nonpositive, sin_cos};
use crate::matrix::FiberMoments;
use nalgebra::Vector2;

/// The potential U(θ) that turns a cell.
///
/// ```
/// use dermaweave::cells::fibroblast::Guidance;
/// let fibers = Guidance { second: [0.8, 0.0], ..Guidance::default() };
/// assert!(fibers.potential(0.0) > fibers.potential(1.0));
/// assert!((fibers.potential(0.4) - fibers.potential(0.4 + std::f64::consts::PI)).abs() < 1e-12);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Guidance {
    /// Coefficients of cos θ and sin θ: chemotaxis.
    pub first: [f64; 2],
    /// Coefficients of cos 2θ and sin 2θ: parallel fibers and strain.
    pub second: [f64; 2],
    /// Coefficients of cos 4θ and sin 4θ: movement of the skin.
    pub fourth: [f64; 2],
}

/// The random numbers of one turn.
///
/// ```
/// use dermaweave::cells::fibroblast::{Draw, Guidance};
/// let draw = Draw { normal: 1.0, uniform: 0.5 };
/// // Over D_r Δt = 0.5 this proposes a turn by 1 rad: free without cues, refused along strong fibers.
/// let fibers = Guidance { second: [5.0, 0.0], ..Guidance::default() };
/// assert_eq!(Guidance::default().turn(0.0, 0.5, draw), 1.0);
/// assert_eq!(fibers.turn(0.0, 0.5, draw), 0.0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Draw {
    /// A standard normal number: the free turn.
    pub normal: f64,
    /// A number between 0 and 1: whether the turn is accepted.
    pub uniform: f64,
}

/// The cues of the heading law as strengths (1/h) and what they act on.
///
/// ```
/// use dermaweave::cells::fibroblast::{Guidance, TurningCues};
/// use nalgebra::Vector2;
/// let towards_x = TurningCues { chemotaxis: Vector2::x() * 0.4, parallel: Vector2::zeros() };
/// let guidance = Guidance::new(&towards_x, 0.2);
/// assert_eq!(guidance.first, [2.0, 0.0]);
/// assert!(guidance.potential(0.0) > guidance.potential(std::f64::consts::PI));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct TurningCues {
    /// χ∇P/(K+P), and that of attractants of one's own; strength along x and y.
    pub chemotaxis: Vector2<f64>,
    /// g₂A₂ e^{2iψ₂} + g_s (e_d/e_m) e^{2iψ_s} as (real, imaginary).
    pub parallel: Vector2<f64>,
}

impl Guidance {
    /// The potential of the cues: each strength divided by m D_r.
    /// D_r (`rotational_diffusivity`) is in 1/h, like the strengths.
    pub fn new(cues: &TurningCues, rotational_diffusivity: f64) -> Self {
        let over = |order: f64, strength: Vector2<f64>| (strength / (order * rotational_diffusivity)).into();
        Self { first: over(1.0, cues.chemotaxis), second: over(2.0, cues.parallel), fourth: [0.0; 2] }
    }

    /// The same with a share of a potential beside it, given by its coefficients of cos 2θ, sin 2θ, cos 4θ and sin 4θ.
    #[inline(always)]
    #[must_use]
    pub fn with_movement(mut self, [cosine2, sine2, cosine4, sine4]: [f64; 4], share: f64) -> Self {
        self.second = [self.second[0] + share * cosine2, self.second[1] + share * sine2];
        self.fourth = [self.fourth[0] + share * cosine4, self.fourth[1] + share * sine4];
        self
    }

    /// The means of e^{2iθ} and e^{4iθ} over the stationary density exp U of headings without chemotaxis, as fibers of
    /// amount 1 that cells would lay there. By the sum over equally spaced angles, exact to round-off for periodic functions
    /// as smooth as this one.
    ///
    /// ```
    /// use dermaweave::cells::fibroblast::Guidance;
    /// use dermaweave::matrix::bessel_ratio;
    /// let laid = Guidance { second: [0.8, 0.0], ..Guidance::default() }.stationary();
    /// assert!((laid.c2 - bessel_ratio(1, 0.8)).abs() < 1e-12 && (laid.c4 - bessel_ratio(2, 0.8)).abs() < 1e-12);
    /// ```
    pub fn stationary(&self) -> FiberMoments {
        const ANGLES: usize = 48;
        let axial = Self { first: [0.0; 2], ..*self };
        let mut fibers = FiberMoments::default();
        for index in 0..ANGLES {
            let direction = Direction::of(std::f64::consts::PI * index as f64 / ANGLES as f64);
            // Shifted by more than the highest value, so that no density overflows.
            let highest = Vector2::from(self.second).norm() + Vector2::from(self.fourth).norm();
            let density = exp_nonpositive((axial.potential_along(direction) - highest).min(0.0));
            fibers += FiberMoments::along_direction(density, direction.cosine, direction.sine);
        }
        fibers * fibers.density.recip()
    }

    /// U(θ), up to a constant.
    /// The heading is in radians.
    pub fn potential(&self, heading: f64) -> f64 {
        self.potential_along(Direction::of(heading))
    }

    /// U of a direction.
    #[inline(always)]
    fn potential_along(&self, Direction { sine: s1, cosine: c1 }: Direction) -> f64 {
        let (c2, s2) = (c1 * c1 - s1 * s1, 2.0 * c1 * s1);
        let (c4, s4) = (c2 * c2 - s2 * s2, 2.0 * c2 * s2);
        self.first[0] * c1
            + self.first[1] * s1
            + self.second[0] * c2
            + self.second[1] * s2
            + self.fourth[0] * c4
            + self.fourth[1] * s4
    }

    /// A heading with what turns compare.
    #[inline(always)]
    pub(crate) fn heading(&self, angle: f64) -> Heading {
        self.heading_along(angle, Direction::of(angle))
    }

    /// The same where the direction of the angle is known.
    #[inline(always)]
    pub(crate) fn heading_along(&self, angle: f64, direction: Direction) -> Heading {
        Heading { angle, direction, potential: self.potential_along(direction) }
    }

    /// The heading after a turn: the proposal θ' = θ + √(2D_rΔt) ξ, taken with probability min(1, e^{U(θ')−U(θ)}).
    ///
    /// `stride` is √(2D_rΔt).
    #[inline(always)]
    pub(crate) fn turned(&self, heading: Heading, stride: f64, draw: Draw) -> Heading {
        let proposed = self.heading(heading.angle + stride * draw.normal);
        let gain = proposed.potential - heading.potential;
        // Each number chosen by itself, since a choice between two structs is not vectorized.
        let taken = draw.uniform < exp_nonpositive(if gain > 0.0 { 0.0 } else { gain });
        let choose = |new: f64, old: f64| if taken { new } else { old };
        let (new, old) = (proposed.direction, heading.direction);
        Heading {
            angle: choose(proposed.angle, heading.angle),
            direction: Direction { sine: choose(new.sine, old.sine), cosine: choose(new.cosine, old.cosine) },
            potential: choose(proposed.potential, heading.potential),
        }
    }

    /// The heading after a turn over which D_rΔt = `spread`.
    /// Headings are in radians, at most 10⁶, and may leave 0 to 2π.
    #[must_use]
    pub fn turn(&self, heading: f64, spread: f64, draw: Draw) -> f64 {
        self.turned(self.heading(heading), (2.0 * spread).sqrt(), draw).angle
    }
}

/// Sine and cosine of an angle.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Direction {
    pub(crate) sine: f64,
    pub(crate) cosine: f64,
}

impl Direction {
    /// The direction of an angle of at most 10⁶ rad.
    #[inline(always)]
    pub(crate) fn of(angle: f64) -> Self {
        let (sine, cosine) = sin_cos(angle);
        Self { sine, cosine }
    }
}

/// The heading of a cell with what turns compare.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Heading {
    /// In radians.
    pub(crate) angle: f64,
    pub(crate) direction: Direction,
    /// U of the direction.
    pub(crate) potential: f64,
}
