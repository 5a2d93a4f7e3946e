//! Relaxation of the modes of eight columns.
use super::lanes::{LINES, Lanes};
use super::workspace::Factor;

/// Factors of the modes of eight columns: of x side by side, of y at the places of its modes.
pub(super) struct Relaxation<'a> {
    along_x: Across,
    along_y: &'a [Factor],
}

/// The shares of eight columns, see [`Factor`].
struct Across {
    left: [f64; LINES],
    lost: [f64; LINES],
    rate: [f64; LINES],
}

impl<'a> Relaxation<'a> {
    /// For columns with factors `along_x`; lanes without one keep nothing and gain nothing.
    pub(super) fn new(along_x: &[Factor], along_y: &'a [Factor]) -> Self {
        let nothing = Factor { rate: 1.0, ..Factor::default() };
        let x = |column: usize| along_x.get(column).unwrap_or(&nothing);
        let lanes = |of: fn(&Factor) -> f64| std::array::from_fn(|column| of(x(column)));
        let along_x = Across { left: lanes(|x| x.left), lost: lanes(|x| x.lost), rate: lanes(|x| x.rate) };
        Self { along_x, along_y }
    }

    /// Modes of a level after the step, from those before and those of a constant source.
    pub(super) fn both<'b>(&self, level: &'b mut [Lanes], source: &[Lanes]) -> &'b mut [Lanes] {
        let positions = level.iter_mut().zip(source).zip(self.along_y);
        positions.for_each(|((level, source), y)| self.along_x.relax(level, source, y));
        level
    }

    /// The same without a source.
    pub(super) fn left<'b>(&self, level: &'b mut [Lanes]) -> &'b mut [Lanes] {
        level.iter_mut().zip(self.along_y).for_each(|(level, y)| self.along_x.decay(level, y));
        level
    }

    /// The same where nothing is left of the level, from those of the source alone.
    pub(super) fn gained<'b>(&self, source: &'b mut [Lanes]) -> &'b mut [Lanes] {
        source.iter_mut().zip(self.along_y).for_each(|(source, y)| self.along_x.collect(source, y));
        source
    }
}

impl Across {
    /// The eight lines at one position. Apart, so that they are computed side by side: in a loop over positions compilers
    /// gather numbers of eight positions instead.
    #[inline(never)]
    fn relax(&self, level: &mut Lanes, source: &Lanes, y: &Factor) {
        for lane in 0..LINES {
            level.0[lane] = level.0[lane] * self.left(lane, y) + source.0[lane] * self.gain(lane, y);
        }
    }

    #[inline(never)]
    fn decay(&self, level: &mut Lanes, y: &Factor) {
        (0..LINES).for_each(|lane| level.0[lane] *= self.left(lane, y));
    }

    #[inline(never)]
    fn collect(&self, source: &mut Lanes, y: &Factor) {
        (0..LINES).for_each(|lane| source.0[lane] *= self.gain(lane, y));
    }

    /// e^{−μΔt}.
    #[inline(always)]
    fn left(&self, lane: usize, y: &Factor) -> f64 {
        self.left[lane] * y.left
    }

    /// (1 − e^{−μΔt})/μ, with 1 − ab = (1 − a) + a (1 − b), in which nothing cancels.
    #[inline(always)]
    fn gain(&self, lane: usize, y: &Factor) -> f64 {
        (self.lost[lane] * y.weight + self.left[lane] * y.lost) / (self.rate[lane] + y.rate)
    }
}
