//! Crimped fibers that bear load once they are straight.

/// Fibers whose slack, the Green strain at which they are straight, has the beta-prime density 6s²ε/(ε + s)⁴ with the
/// median s. Each is linear beyond its slack (Green strain against second Piola–Kirchhoff stress), so that their mean stress
/// is K ε³/(ε + s)² and its slope K ε²(ε + 3s)/(ε + s)³: smooth from zero on, and K once all are straight. They bear nothing
/// while shortened.
#[derive(Clone, Copy, Debug)]
pub(super) struct Recruitment {
    /// K in MPa.
    pub(super) stiffness: f64,
    /// s; 0 for fibers that are all straight at rest.
    pub(super) slack: f64,
}

/// Mean stress of the fibers in MPa, and its slope to the strain.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pull {
    pub(super) stress: f64,
    pub(super) slope: f64,
}

/// Strain below which fibers count as shortened; without slack, the slope is taken there without division by zero.
const SHORTENED: f64 = 1e-300;

impl Recruitment {
    /// At a Green strain. NaN stays NaN.
    #[inline(always)]
    pub(super) fn pull(self, strain: f64) -> Pull {
        // Not `max`, which would hide NaN.
        let strain = if strain < SHORTENED { SHORTENED } else { strain };
        let share = strain / (strain + self.slack);
        let square = share * share;
        // ε²(ε + 3s)/(ε + s)³ with the share a = ε/(ε + s) is a²(3 − 2a).
        let slope = if strain > SHORTENED { self.stiffness * square * (3.0 - 2.0 * share) } else { 0.0 };
        Pull { stress: self.stiffness * square * strain, slope }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Claim: stress and slope are those of fibers that are linear beyond a slack of the stated density, summed one by one.
    #[test]
    fn fibers_straighten_one_after_another() {
        let (fibers, slack) = (Recruitment { stiffness: 7.0, slack: 0.3 }, 0.3_f64);
        let step = 1e-4_f64;
        for strain in [0.02_f64, 0.1, 0.345, 0.48] {
            let (mut stress, mut straight) = (0.0, 0.0);
            // The rule of midpoints: its error is of the order of the square of the step.
            for number in 0..(strain / step).round() as usize {
                let at = (number as f64 + 0.5) * step;
                let share = step * 6.0 * slack * slack * at / (at + slack).powi(4);
                stress += 7.0 * share * (strain - at);
                straight += share;
            }
            let Pull { stress: found, slope } = fibers.pull(strain);
            assert!((found - stress).abs() < 1e-6 && (slope - 7.0 * straight).abs() < 1e-6, "{strain}");
        }
        let half = fibers.pull(slack);
        assert!((half.slope / 7.0 - 0.5).abs() < 1e-15, "the median");
    }

    /// Claim: shortened fibers bear nothing, undefined strain stays undefined, fibers without slack are linear.
    #[test]
    fn limits_are_kept() {
        let crimped = Recruitment { stiffness: 7.0, slack: 0.3 };
        let straight = Recruitment { slack: 0.0, ..crimped };
        for fibers in [crimped, straight] {
            assert!(fibers.pull(-0.1).slope == 0.0 && fibers.pull(-0.1).stress < 1e-290);
            assert!(fibers.pull(f64::NAN).stress.is_nan());
        }
        let pull = straight.pull(0.2);
        assert!((pull.stress - 1.4).abs() < 1e-15 && (pull.slope - 7.0).abs() < 1e-14);
    }
}
