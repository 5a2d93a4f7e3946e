//! Numbers for the cells of a lattice such that neighbors always have different ones.
//!
//! Few strokes carry the moments of many fibers only if places, directions and amounts are spread evenly together. Each cell of
//! a lattice has one stroke, and two numbers from 0 to 1. The first is the share of the densest amount of collagen from which on
//! the stroke is there: steps by the powers of the inverse of the root of x³ = x + 1, whose multiples fill the range evenly over any
//! few neighbors. The second is the quantile of the directions that it shows. It is chosen cell by cell: of
//! [`CANDIDATES`] that which, with the neighbors chosen before, brings the first three Fourier sums Σ w e^{2πikq} nearest to zero,
//! among the strokes that are there at each of a few amounts. Over 14 × 14 cells these sums are half as large as those of
//! independent numbers, and no row or diagonal of the lattice has like ones, which would be seen as a line.
use crate::random::{Purpose, stream};
use rand::RngExt;
use std::f64::consts::TAU;

/// Inverse powers of the root of x³ = x + 1.
const STEPS: [f64; 2] = [0.754_877_666_246_692_7, 0.569_840_290_998_053_2];
/// Quantiles among which that of a cell is chosen.
const CANDIDATES: usize = 24;
/// Cells to each side that count, and the standard deviation of their weight.
const REACH: i64 = 5;
const DEVIATION: f64 = 2.5;
/// Shares of the densest amount at which quantiles are even.
const SHARES: [f64; 4] = [0.2, 0.35, 0.55, 1.1];
/// Parts of the Fourier sums: three waves, two parts each, for each share.
const PARTS: usize = 6 * SHARES.len();

/// The two numbers of every cell, row by row.
pub(super) struct CellNumbers {
    pub needed: Vec<f64>,
    pub quantiles: Vec<f64>,
}

impl CellNumbers {
    /// The numbers of so many cells along x and y.
    pub fn new(columns: usize, rows: usize, seed: u64) -> Self {
        let shift: f64 = stream(seed, 1, Purpose::Stroke, 0).random();
        let share = |cell: usize| {
            let (column, row) = ((cell % columns) as f64, (cell / columns) as f64);
            (shift + column * STEPS[0] + row * STEPS[1]).fract()
        };
        let needed: Vec<_> = (0..columns * rows).map(share).collect();
        let mut chosen: Vec<[f64; PARTS]> = Vec::with_capacity(needed.len());
        let mut quantiles = Vec::with_capacity(needed.len());
        let earlier = earlier_neighbors();
        for (cell, &needed) in needed.iter().enumerate() {
            let sum = sum_of_neighbors(&chosen, cell, columns, &earlier);
            let first: f64 = stream(seed, 2, Purpose::Stroke, cell as u64).random();
            let best = best_candidate(first, needed, &sum);
            quantiles.push(best.quantile);
            chosen.push(best.parts);
        }
        Self { needed, quantiles }
    }
}

/// A cell before another one, and its weight.
struct Neighbor {
    columns_left: i64,
    rows_below: i64,
    weight: f64,
}

fn earlier_neighbors() -> Vec<Neighbor> {
    let square = (0..=REACH).flat_map(|row| (-REACH..=REACH).map(move |column| (column, row)));
    let before = square.filter(|&(column, row)| row > 0 || column > 0);
    let neighbor = |(columns_left, rows_below): (i64, i64)| {
        let squared = (columns_left * columns_left + rows_below * rows_below) as f64;
        Neighbor { columns_left, rows_below, weight: (-0.5 * squared / (DEVIATION * DEVIATION)).exp() }
    };
    before.map(neighbor).collect()
}

fn sum_of_neighbors(chosen: &[[f64; PARTS]], cell: usize, columns: usize, earlier: &[Neighbor]) -> [f64; PARTS] {
    let (column, row) = ((cell % columns) as i64, (cell / columns) as i64);
    let mut sum = [0.0; PARTS];
    for neighbor in earlier {
        let (column, row) = (column - neighbor.columns_left, row - neighbor.rows_below);
        if (0..columns as i64).contains(&column) && row >= 0 {
            let parts = &chosen[row as usize * columns + column as usize];
            sum.iter_mut().zip(parts).for_each(|(sum, part)| *sum += neighbor.weight * part);
        }
    }
    sum
}

/// A quantile that a cell may take, and its parts of the Fourier sums.
struct Candidate {
    quantile: f64,
    parts: [f64; PARTS],
}

/// The candidate that brings the sums nearest to zero.
fn best_candidate(first: f64, needed: f64, sum: &[f64; PARTS]) -> Candidate {
    let left = |candidate: &Candidate| -> f64 {
        sum.iter().zip(&candidate.parts).map(|(sum, part)| (sum + part).powi(2)).sum()
    };
    let candidate = |number: usize| {
        let quantile = (number as f64 + first) / CANDIDATES as f64;
        Candidate { quantile, parts: parts(quantile, needed) }
    };
    (1..CANDIDATES)
        .map(candidate)
        .fold(candidate(0), |best, other| if left(&other) < left(&best) { other } else { best })
}

/// What a stroke adds to the Fourier sums of the shares at which it is there; each share counts as much as any other.
fn parts(quantile: f64, needed: f64) -> [f64; PARTS] {
    let mut parts = [0.0; PARTS];
    for wave in 0..3 {
        let (sine, cosine) = (TAU * (wave + 1) as f64 * quantile).sin_cos();
        for (place, share) in SHARES.iter().enumerate().filter(|(_, share)| needed < **share) {
            let weight = share.sqrt().recip();
            parts[6 * place + 2 * wave] = weight * cosine;
            parts[6 * place + 2 * wave + 1] = weight * sine;
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Claim: among the strokes that are there at some amount, quantiles are spread more evenly over 14 × 14 cells than
    /// independent ones, whose sums are 1/√n: to less than 0.6 of that for the first two waves.
    #[test]
    fn quantiles_are_even_over_neighbors() {
        let (columns, side) = (56, 14);
        let numbers = CellNumbers::new(columns, columns, 3);
        for share in [0.33, 0.65, 0.9] {
            for wave in [1.0, 2.0] {
                let (mut squares, mut independent) = (0.0, 0.0);
                for tile in 0..16 {
                    let corner = tile / 4 * side * columns + tile % 4 * side;
                    let cells = (0..side * side).map(|cell| corner + cell / side * columns + cell % side);
                    let there: Vec<_> = cells.filter(|&cell| numbers.needed[cell] < share).collect();
                    let sum = there.iter().fold([0.0, 0.0], |[real, imaginary]: [f64; 2], &cell| {
                        let (sine, cosine) = (TAU * wave * numbers.quantiles[cell]).sin_cos();
                        [real + cosine, imaginary + sine]
                    });
                    squares += (sum[0].powi(2) + sum[1].powi(2)) / (there.len() as f64).powi(2);
                    independent += 1.0 / there.len() as f64;
                }
                assert!(squares < 0.36 * independent, "{share} {wave} {squares} {independent}");
            }
        }
    }
}
