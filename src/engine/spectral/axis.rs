//! Transforms along one side of the grid, eight lines at a time.
//!
//! Two lines a and b of N sites travel as one complex line z = a + i b through one complex Fourier
//! transform V, four such lines side by side. Both kinds of modes are then the same sum of two of its numbers, with
//! K = N − k:
//!
//! C(k) = u V(k) + u* V(K) and C(K) = i (u V(k) − u* V(K)), with u = 1 + i tan a, so that
//! V(k) = g u* (C(k) − i C(K)) and V(K) = g u (C(k) + i C(K)), with g = cos² a / 2.
//!
//! - Closed field: cosines, a = −πk/2N, if even sites come first and odd ones follow in
//!   reverse (Makhoul 1980, doi 10.1109/TASSP.1980.1163351).
//! - Periodic field: cos − sin (Hartley), a = −π/4, sites in their order.
//!
//! Numbers 0 and N/2 stand alone: they are modes as they are, g = 1. Lengths of modes do not matter here, since every
//! mode is relaxed for itself and goes back the way it came; back and forth multiplies by N if g, the weight of
//! the mode, is part of what relaxes it.
use super::super::width::with_widest;
use super::fourier::{Fourier, NEAR};
use super::lanes::{Lanes, Numbers, Vector};
use crate::grid::Boundary;
use pulp::{Simd, WithSimd};
use rustfft::num_complex::Complex;
use std::f64::consts::{FRAC_PI_4, PI};
use std::fmt;

/// Transforms and squared wave numbers along one side of the grid.
#[derive(Clone)]
pub(super) struct SideTransform {
    pub(super) sites: usize,
    /// In µm.
    pub(super) spacing: f64,
    /// k² of every mode in 1/µm².
    wave_numbers_squared: Vec<f64>,
    /// g of every mode.
    weights: Vec<f64>,
    /// Where each site lies in a line that is transformed.
    pub(super) site_places: Vec<usize>,
    /// Where each mode lies in a line that has been.
    pub(super) mode_places: Vec<usize>,
    /// The modes 1, 2, … below N/2 and their mirrors.
    pairs: Vec<Pair>,
    fourier: Fourier,
}

/// Where a mode k and its mirror K = N − k lie in a line that has been transformed, and tan a of k.
#[derive(Clone, Copy)]
struct Pair {
    low: u32,
    high: u32,
    tangent: f64,
}

impl fmt::Debug for SideTransform {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        write!(formatter, "transform of {} sites", self.sites)
    }
}

impl SideTransform {
    pub(super) fn new(sites: usize, spacing: f64, boundary: Boundary) -> Self {
        let closed = boundary == Boundary::Closed;
        let period = if closed { 2 * sites } else { sites };
        let squared = |k: usize| (2.0 / spacing * (PI * k as f64 / period as f64).sin()).powi(2);
        let angle = |k: usize| if closed { -0.5 * PI * k as f64 / sites as f64 } else { -FRAC_PI_4 };
        let site_place = |site: usize| match site % 2 {
            0 if closed => site / 2,
            1 if closed => sites - 1 - site / 2,
            _ => site,
        };
        let (fourier, mut weights) = (Fourier::new(sites), vec![1.0; sites]);
        let place = |k: usize| fourier.place(k) as u32;
        let mut pairs: Vec<_> = (1..sites.div_ceil(2))
            .map(|k| {
                weights[k] = 0.5 * angle(k).cos().powi(2);
                weights[sites - k] = weights[k];
                Pair { low: place(k), high: place(sites - k), tangent: angle(k).tan() }
            })
            .collect();
        if sites >= NEAR {
            // Mirrors of neighbors are neighbors: a line that no near cache holds is gone along, not here and there.
            pairs.sort_unstable_by_key(|pair| pair.low.min(pair.high));
        }
        Self {
            sites,
            spacing,
            wave_numbers_squared: (0..sites).map(squared).collect(),
            weights,
            site_places: (0..sites).map(site_place).collect(),
            mode_places: (0..sites).map(|k| fourier.place(k)).collect(),
            pairs,
            fourier,
        }
    }

    /// k², g and place of every mode.
    pub(super) fn modes(&self) -> impl Iterator<Item = (f64, f64, usize)> {
        let weighted = self.wave_numbers_squared.iter().zip(&self.weights).zip(&self.mode_places);
        weighted.map(|((k, weight), place)| (*k, *weight, *place))
    }

    /// Numbers that a transform needs beside its lines.
    pub(super) fn scratch(&self) -> usize {
        self.fourier.scratch()
    }

    /// All C of lines of sites, in place.
    pub(super) fn transform(&self, line: &mut [Lanes], scratch: &mut [Complex<f64>]) {
        self.fourier.forward(line, scratch);
        with_widest(Pairs::<false> { pairs: &self.pairs, line });
    }

    /// Lines of sites from all g C, in place, times N.
    pub(super) fn transform_back(&self, line: &mut [Lanes], scratch: &mut [Complex<f64>]) {
        with_widest(Pairs::<true> { pairs: &self.pairs, line });
        self.fourier.back(line, scratch);
    }
}

/// The pairs of a line that are about to change into modes, or `BACK`.
struct Pairs<'a, const BACK: bool> {
    pairs: &'a [Pair],
    line: &'a mut [Lanes],
}

impl<const BACK: bool> WithSimd for Pairs<'_, BACK> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        for &Pair { low, high, tangent } in self.pairs {
            let Ok([low, high]) = self.line.get_disjoint_mut([low as usize, high as usize]) else { continue };
            for vector in 0..Lanes::vectors::<S>() {
                let pair = [low.read::<S, false>(simd, vector), high.read::<S, false>(simd, vector)];
                let tangent = Vector::all(simd, tangent);
                let [changed, mirror] = if BACK { from_modes(pair, tangent) } else { to_modes(pair, tangent) };
                low.write::<S, false>(vector, changed);
                high.write::<S, false>(vector, mirror);
            }
        }
    }
}

/// C(k) and C(K) from V(k) and V(K).
#[inline(always)]
fn to_modes<S: Simd>([v, mirror]: [Numbers<S>; 2], tangent: Vector<S>) -> [Numbers<S>; 2] {
    let turned = Numbers { re: v.re - tangent * v.im, im: v.im + tangent * v.re };
    let mirrored = Numbers { re: mirror.re + tangent * mirror.im, im: mirror.im - tangent * mirror.re };
    [turned + mirrored, Numbers { re: mirrored.im - turned.im, im: turned.re - mirrored.re }]
}

/// V(k) and V(K) from g C(k) and g C(K).
#[inline(always)]
fn from_modes<S: Simd>([c, mirror]: [Numbers<S>; 2], tangent: Vector<S>) -> [Numbers<S>; 2] {
    let down = Numbers { re: c.re + mirror.im, im: c.im - mirror.re };
    let up = Numbers { re: c.re - mirror.im, im: c.im + mirror.re };
    [
        Numbers { re: down.re + tangent * down.im, im: down.im - tangent * down.re },
        Numbers { re: up.re - tangent * up.im, im: up.im + tangent * up.re },
    ]
}

#[cfg(test)]
mod tests {
    use super::super::lanes::LINES;
    use super::*;
    use crate::random::{Purpose, stream};
    use rand::RngExt;
    use std::f64::consts::TAU;

    fn rough(length: usize) -> Vec<[f64; LINES]> {
        let mut numbers = stream(2, 0, Purpose::User, length as u64);
        (0..length).map(|_| std::array::from_fn(|_| numbers.random::<f64>() - 0.5)).collect()
    }

    /// A mode at a site, of the length that its weight undoes.
    fn mode(k: usize, site: usize, sites: usize, boundary: Boundary) -> f64 {
        let alone = k == 0 || 2 * k == sites;
        match boundary {
            Boundary::Closed => {
                let angle = PI * (k * (2 * site + 1) % (4 * sites)) as f64 / (2 * sites) as f64;
                let low = k.min(sites - k) as f64;
                // The middle mode is what the pairs would tend to, √2 cos.
                let scale = if k == 0 {
                    1.0
                } else if alone {
                    2.0_f64.sqrt()
                } else {
                    2.0 / (0.5 * PI * low / sites as f64).cos()
                };
                scale * angle.cos()
            }
            Boundary::Periodic => {
                let angle = TAU * (k * site % sites) as f64 / sites as f64;
                let scale = if alone { 1.0 } else { 2.0 };
                scale * (angle.cos() - angle.sin())
            }
        }
    }

    /// Claim: transformed lines hold the stated modes of each line, and the weighted ones go back to N times the sites, for
    /// lengths of all radices, of several stages, of parts that the nearest cache does not hold, and of other prime factors.
    #[test]
    fn modes_are_those_written_out_and_go_back() {
        for (sites, boundary) in (4..=64)
            .chain([81, 105, 128, 185, 200, 343, 509, 521, 625, 640, 768, 1024, 1250])
            .flat_map(|sites| [Boundary::Closed, Boundary::Periodic].map(|boundary| (sites, boundary)))
        {
            let (axis, before) = (SideTransform::new(sites, 20.0, boundary), rough(sites));
            let mut line = vec![Lanes::ZERO; sites];
            let mut scratch = vec![Complex::ZERO; axis.scratch()];
            before.iter().zip(&axis.site_places).for_each(|(values, place)| line[*place].0 = *values);
            axis.transform(&mut line, &mut scratch);
            for (k, place) in axis.mode_places.iter().enumerate() {
                for lane in 0..LINES {
                    let term = |(site, values): (usize, &[f64; LINES])| values[lane] * mode(k, site, sites, boundary);
                    let expected: f64 = before.iter().enumerate().map(term).sum();
                    let found = line[*place].0[lane];
                    // A mode and its opposite are the same mode.
                    let difference = (found.abs() - expected.abs()).abs();
                    assert!(difference < 1e-12 * sites as f64, "{sites} {boundary:?} {k}: {found} {expected}");
                }
                line[*place].0 = line[*place].0.map(|value| value * axis.weights[k] / sites as f64);
            }
            axis.transform_back(&mut line, &mut scratch);
            for (values, place) in before.iter().zip(&axis.site_places) {
                let pairs = values.iter().zip(&line[*place].0);
                assert!(pairs.into_iter().all(|(one, other)| (one - other).abs() < 1e-14), "{sites} {boundary:?}");
            }
        }
    }
}
