//! Relaxation of the modes of eight columns.
use super::lanes::{LINES, Lanes};
use crate::signals::AxisFactor;

/// Factors of the modes of eight columns: of x side by side, of y at the places of its modes.
pub(super) struct Relaxation<'a> {
    along_x: Across,
    along_y: &'a [AxisFactor],
}

/// The factors of eight columns, number by number, so that loops over the columns are vectorized.
struct Across {
    left: [f64; LINES],
    lost: [f64; LINES],
    rate: [f64; LINES],
}

impl<'a> Relaxation<'a> {
    /// For columns with factors `along_x`; lanes without one keep nothing and gain nothing.
    pub(super) fn new(along_x: &[AxisFactor], along_y: &'a [AxisFactor]) -> Self {
        let x = |column: usize| along_x.get(column).unwrap_or(&AxisFactor::NOTHING);
        let lanes = |of: fn(&AxisFactor) -> f64| std::array::from_fn(|column| of(x(column)));
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
    fn relax(&self, level: &mut Lanes, source: &Lanes, y: &AxisFactor) {
        (0..LINES).for_each(|lane| level.0[lane] = self.at(lane).relaxed(y, level.0[lane], source.0[lane]));
    }

    #[inline(never)]
    fn decay(&self, level: &mut Lanes, y: &AxisFactor) {
        (0..LINES).for_each(|lane| level.0[lane] *= self.at(lane).left_with(y));
    }

    #[inline(never)]
    fn collect(&self, source: &mut Lanes, y: &AxisFactor) {
        (0..LINES).for_each(|lane| source.0[lane] *= self.at(lane).gain_with(y));
    }

    #[inline(always)]
    fn at(&self, lane: usize) -> AxisFactor {
        AxisFactor { left: self.left[lane], lost: self.lost[lane], rate: self.rate[lane], ..AxisFactor::NOTHING }
    }
}
