//! How the work of a group of cells is planned.
use super::craft::Craft;
use crate::elementary::sin_cos;
use crate::engine::GROUP;
use crate::fibroblast::Fibroblast;

/// Shares that a cell's work takes or adds: as many as rates.
pub(super) const SHARES: usize = 7;
/// Those that grow with production, as [`Craft::rates`] are numbered: deposition and elastin.
const LAID: usize = 4;
const ELASTIN: usize = 6;

/// The work of a group of cells: where they lie, in spacings, and what they do, each number of all of them side by side.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) x: [f64; GROUP],
    pub(super) y: [f64; GROUP],
    pub(super) sine: [f64; GROUP],
    pub(super) cosine: [f64; GROUP],
    pub(super) gone: [[f64; GROUP]; SHARES],
}

impl Default for Plan {
    fn default() -> Self {
        let zeros = [0.0; GROUP];
        Self { x: zeros, y: zeros, sine: zeros, cosine: zeros, gone: [zeros; SHARES] }
    }
}

impl Plan {
    /// Plans anew the work of at most [`GROUP`] cells, given with their production. Plain loops, which are vectorized.
    pub(super) fn renew<'c>(&mut self, craft: &Craft, cells: impl Iterator<Item = (&'c Fibroblast, f64)>) {
        let Self { x, y, sine, cosine, gone } = self;
        let ([mut heading, mut effort, mut synthesis], mut count) = ([[0.0; GROUP]; 3], 0);
        for (index, (cell, production)) in cells.take(GROUP).enumerate() {
            (x[index], y[index]) = (craft.locator.scaled(cell.x), craft.locator.scaled(cell.y));
            (heading[index], effort[index]) = (cell.heading, cell.activation * craft.hours);
            (synthesis[index], count) = (production, index + 1);
        }
        for ((sine, cosine), &heading) in sine.iter_mut().zip(cosine).zip(&heading[..count]) {
            (*sine, *cosine) = sin_cos(heading);
        }
        let exponent = |share: usize, index: usize| {
            let is_made = share == LAID || share == ELASTIN;
            craft.rates[share] * if is_made { synthesis[index] } else { 1.0 } * effort[index]
        };
        let mut is_long = [false; GROUP];
        for (share, gone) in gone.iter_mut().enumerate() {
            for (index, is_long) in is_long[..count].iter_mut().enumerate() {
                let exponent = exponent(share, index);
                gone[index] = gone_after_short(exponent);
                *is_long |= !(0.0..SMALL_EXPONENT).contains(&exponent);
            }
        }
        for index in (0..count).filter(|&index| is_long[index]) {
            gone.iter_mut().enumerate().for_each(|(share, gone)| gone[index] = -(-exponent(share, index)).exp_m1());
        }
    }
}

/// Largest exponent for which the series below is exact to round-off.
const SMALL_EXPONENT: f64 = 0.5;

/// 1 − e^{−x} of a small x ≥ 0. Steps are short, so that x is mostly small and the series Σ (−x)ⁿ⁻¹ x/n! needs 14 terms;
/// its even and odd powers are summed side by side.
#[inline(always)]
fn gone_after_short(exponent: f64) -> f64 {
    /// 1/n! with the sign of the term, n = 1 to 14.
    const EVEN: [f64; 7] =
        [1.0, 1.0 / 6.0, 1.0 / 120.0, 1.0 / 5040.0, 1.0 / 362_880.0, 1.0 / 39_916_800.0, 1.0 / 6_227_020_800.0];
    const ODD: [f64; 7] = [
        -1.0 / 2.0,
        -1.0 / 24.0,
        -1.0 / 720.0,
        -1.0 / 40_320.0,
        -1.0 / 3_628_800.0,
        -1.0 / 479_001_600.0,
        -1.0 / 87_178_291_200.0,
    ];
    let squared = exponent * exponent;
    let (mut even, mut odd) = (0.0, 0.0);
    for term in (0..EVEN.len()).rev() {
        even = even * squared + EVEN[term];
        odd = odd * squared + ODD[term];
    }
    exponent * (even + exponent * odd)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grid::Grid;
    use crate::parameters::FibroblastParameters;
    use crate::units::Length;

    #[test]
    fn shares_that_are_gone_are_exact_to_round_off() {
        let grid =
            Grid::new(Length::micrometers(400.0), Length::micrometers(400.0), Length::micrometers(10.0)).unwrap();
        let parameters = FibroblastParameters { deposition_rate: 4.0, ..Default::default() };
        let craft = Craft::new(&grid, &parameters, 1.0, 1.0);
        let cell = |index: usize| Fibroblast {
            id: 0,
            x: 200.0,
            y: 200.0,
            heading: 0.0,
            activation: index as f64 / 64.0,
            contraction: 0.0,
        };
        let cells: Vec<_> = (0..64).map(cell).chain([Fibroblast { activation: 1e9, ..cell(0) }]).collect();
        let (mut short, mut long) = (0, 0);
        for cells in cells.chunks(GROUP).chain([&cells[60..]]) {
            let plan = craft.plan(cells.iter().map(|cell| (cell, 0.7)));
            for (index, cell) in cells.iter().enumerate() {
                for (share, rate) in craft.rates.into_iter().enumerate() {
                    let made = if share == LAID || share == ELASTIN { 0.7 } else { 1.0 };
                    let exponent = rate * made * cell.activation;
                    *if exponent < SMALL_EXPONENT { &mut short } else { &mut long } += 1;
                    let (gone, exact) = (plan.gone[share][index], -(-exponent).exp_m1());
                    assert!(
                        (gone - exact).abs() <= 4.0 * f64::EPSILON * exact,
                        "{exponent}: {gone} instead of {exact}"
                    );
                }
            }
        }
        assert!(short > 100 && long > 10, "{short} {long}");
        let lost = Fibroblast { activation: f64::NAN, ..cell(0) };
        assert!(craft.plan([(&lost, 1.0)].into_iter()).gone.iter().all(|gone| gone[0].is_nan()));
    }
}
