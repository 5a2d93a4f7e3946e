//! Steps that are solved where a signal is alive, and not in the rest of a large field.
//!
//! A level is the mean over random walks that end where it is read, by D/h² steps per hour in each of the four
//! directions. Along one axis a walk gets n sites far, at some time in a step, with a probability of at most
//!
//! e^{−E(n)}, E(n) = n asinh(n/2a) − 2a (√(1 + (n/2a)²) − 1), a = D Δt/h²
//!
//! (Chernoff's bound for the difference of two Poisson numbers of mean a, and Doob's inequality). A window that reaches n
//! sites further than what is alive is solved for itself, with closed edges. The field's walks and those that its
//! edges throw back then differ only by walks that lie beyond an edge or met one, and of these a share of some
//! e^{−E(n)} comes from where anything is alive.
use super::{DiffusionStep, DiffusionWorkspace, ExactDiffusion};
use crate::engine::Rectangle;
use crate::grid::{Boundary, Field};
use std::ops::Range;

/// How many times e^{−E} comes from where anything is alive, at most: by an edge, or by two at a corner, with and without
/// those that are thrown back. Three would do.
const WAYS: f64 = 8.0;

/// Share of the field up to which a window is solved by itself: three quarters, since moving it costs some of what it saves.
const WORTH_CUTTING: (usize, usize) = (3, 4);

impl ExactDiffusion {
    /// [`ExactDiffusion::advance_within`] where the signal is alive, of levels that are not negative. What is left out, step
    /// by step, never adds up to more than 1.5 times `faint`: with f = `faint` (1 − e^{−λΔt}), levels below f are set to
    /// zero outside the window, of which the decay leaves e^{−λΔt}; sources that hold less than f there are lost, which
    /// would make less than f (1 − e^{−λΔt}); and no more than f · 3/8 is passed on wrongly.
    pub(crate) fn advance_where_alive(
        &self,
        level: &mut Field,
        source: &mut Field,
        step: DiffusionStep,
        faint: f64,
        workspace: &mut DiffusionWorkspace,
    ) {
        self.assert_own_grid(level, source);
        let Some(window) = window(level, source, &step, faint) else {
            return self.advance_within(level, source, step, workspace);
        };
        let columns = level.grid().columns();
        let part = self.0.part(&window, workspace);
        let source = (source.maximum() != 0.0).then(|| window.move_to_front(source.values_mut(), columns));
        part.relax(window.move_to_front(level.values_mut(), columns), source, step, workspace);
        window.move_back(level.values_mut(), columns);
    }
}

/// The window to be solved in a step; none if that is about the whole field, or if nothing is faint.
fn window(level: &Field, source: &Field, step: &DiffusionStep, faint: f64) -> Option<Rectangle> {
    let &DiffusionStep { diffusivity, decay_rate, hours } = step;
    let faint = -(-decay_rate * hours).exp_m1() * faint;
    if faint <= 0.0 {
        return None;
    }
    let grid = level.grid();
    let is_worth_cutting = |window: &Rectangle| window.sites() * WORTH_CUTTING.1 <= grid.sites() * WORTH_CUTTING.0;
    let alive = [Rectangle::above(level, faint), Rectangle::above(source, faint * decay_rate)];
    // Asked twice, since how far a signal reaches takes longer to tell.
    let alive = alive.into_iter().flatten().reduce(Rectangle::around).filter(is_worth_cutting)?;
    let jumps = diffusivity * hours / grid.spacing().powi(2);
    let share = faint / (WAYS * (level.maximum() + hours * source.maximum()));
    let longest = grid.columns().max(grid.rows());
    let reach = (1..longest).find(|&sites| passing(sites, jumps) <= share)?;
    let along = |alive: Range<usize>, sites: usize| part_around(&alive, reach, (sites, grid.boundary()));
    let window = Rectangle { columns: along(alive.columns, grid.columns()), rows: along(alive.rows, grid.rows()) };
    is_worth_cutting(&window).then_some(window)
}

/// Bound e^{−E(n)} of the probability that a walk passes n sites, from the mean number of its steps in each direction.
fn passing(sites: usize, jumps: f64) -> f64 {
    let ratio = sites as f64 / (2.0 * jumps);
    (2.0 * jumps * (ratio.hypot(1.0) - 1.0) - sites as f64 * ratio.asinh()).exp()
}

/// The columns or rows to be solved of those that are alive and as many on either side as a signal `reach`es; all of them
/// where it passes from one edge of a periodic field to the other.
fn part_around(alive: &Range<usize>, reach: usize, (sites, boundary): (usize, Boundary)) -> Range<usize> {
    let length = fast_length(alive.len() + 2 * reach);
    let joins = boundary == Boundary::Periodic && (alive.start < reach || alive.end + reach > sites);
    if joins || length >= sites {
        return 0..sites;
    }
    let first = (usize::midpoint(alive.start, alive.end)).saturating_sub(length / 2).min(sites - length);
    first..first + length
}

/// The smallest 2ⁿ times 8, 10, 12 or 14 that is not less: lengths whose transforms are fast, and few of them.
fn fast_length(least: usize) -> usize {
    let scale = (least.max(16) / 8).ilog2();
    [8, 10, 12, 14, 16].into_iter().map(|length| length << scale).find(|&length| length >= least).unwrap_or(least)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grid::Grid;
    use crate::units::Length;
    use std::f64::consts::PI;

    /// Claim: no more passes any distance than the bound says, for steps of any length, and not much less.
    #[test]
    fn no_more_passes_than_the_bound() {
        let length = |sites: f64| Length::micrometers(10.0 * sites);
        let grid = Grid::new(length(401.0), length(4.0), length(1.0)).unwrap();
        let solver = ExactDiffusion::new(&grid);
        for jumps in [0.05, 1.0, 30.0, 200.0] {
            let mut level = Field::from_fn(grid, |x, _| if (x - 2005.0).abs() < 5.0 { 1.0 } else { 0.0 });
            solver.advance(&mut level, &Field::uniform(grid, 0.0), 100.0 * jumps, 0.0, 1.0);
            for sites in 1..150 {
                let beyond: f64 = level.values()[200 + sites..401].iter().sum();
                let bound = passing(sites, jumps);
                // Round-off of the transforms.
                assert!(beyond <= bound + 1e-14, "{jumps} {sites}: {beyond} {bound}");
                // The tail itself is about the bound over (1 − e^{−s}) √(4πa cosh s), s = asinh(n/2a), where n is large.
                let slope = (sites as f64 / (2.0 * jumps)).asinh();
                let least = bound / (3.0 + 2.0 * (1.0 - (-slope).exp()) * (4.0 * PI * jumps * slope.cosh()).sqrt());
                assert!(bound < 1e-12 || beyond > least, "{jumps} {sites}: {beyond} {least}");
            }
        }
    }

    #[test]
    fn lengths_are_fast_and_not_much_longer() {
        assert_eq!([1, 16, 17, 21, 29, 33, 100, 113, 128].map(fast_length), [16, 16, 20, 24, 32, 40, 112, 128, 128]);
        assert!((16..5000).all(|least| (least..=least * 5 / 4).contains(&fast_length(least))));
    }

    /// Claim: a part holds all that is alive and what it reaches, or ends at an edge that is closed.
    #[test]
    fn parts_hold_what_is_reached() {
        for (first, last, reach) in [(100, 140, 20), (3, 9, 12), (290, 300, 5), (0, 1, 40), (150, 151, 7)] {
            for boundary in [Boundary::Closed, Boundary::Periodic] {
                let part = part_around(&(first..last), reach, (300, boundary));
                assert!(part.end <= 300);
                let reached = first.saturating_sub(reach)..(last + reach).min(300);
                assert!(part.start <= reached.start && part.end >= reached.end, "{part:?} {reached:?}");
                let joins = first < reach || last + reach > 300;
                assert!(boundary == Boundary::Closed || !joins || part == (0..300));
            }
        }
    }
}
