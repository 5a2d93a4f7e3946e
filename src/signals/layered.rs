//! Exchange of a signal between layers that lie one below the other.
//!
//! Layer l is dₗ thick and the middles of two neighbors lie Δₗ = (dₗ + dₗ₊₁)/2 apart. Nothing passes through the top of the
//! uppermost layer or the bottom of the lowest. In finite volumes:
//!
//! > ∂cₗ/∂t = D ∇²cₗ − λₗ cₗ + sₗ + (D/dₗ) ((cₗ₊₁ − cₗ)/Δₗ − (cₗ − cₗ₋₁)/Δₗ₋₁)
//!
//! Of uₗ = √dₗ cₗ decay and exchange are one symmetric matrix, with eigenvalues −μₘ and unit eigenvectors vₘ. So the vertical
//! mode ûₘ = Σₗ vₘₗ √dₗ cₗ spreads in the plane as the level of one layer does and decays at the rate μₘ in place of λ: a step is
//! exact in time for sources that are constant over it. Layers of equal thickness d and decay have the cosines as modes, with
//! μₘ = λ + (4 D/d²) sin²(mπ/2n).
use super::diffusion::{DiffusionStep, DiffusionWorkspace, ExactDiffusion};
use super::levels::{come_to_rest, is_quiet};
use crate::engine::combine;
use crate::grid::Field;
use nalgebra::{DMatrix, DVector, SymmetricEigen};

/// Rates of a signal in layers.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct LayerRates {
    /// D in µm²/h, the same in all.
    pub(crate) diffusivity: f64,
    /// λ of each layer in 1/h.
    pub(crate) decay: Vec<f64>,
}

/// Vertical modes of a signal.
#[derive(Clone, Debug)]
pub(crate) struct VerticalModes {
    rates: LayerRates,
    /// μ of each mode in 1/h.
    decay: Vec<f64>,
    /// Row m: vₘₗ √dₗ.
    to_modes: DMatrix<f64>,
    /// Row l: vₘₗ/√dₗ.
    to_layers: DMatrix<f64>,
}

impl VerticalModes {
    /// Of layers of these thicknesses in µm, from the uppermost down.
    pub(crate) fn new(thicknesses: &[f64], rates: LayerRates) -> Self {
        let mut matrix = DMatrix::from_diagonal(&DVector::from_column_slice(&rates.decay));
        for (upper, pair) in thicknesses.windows(2).enumerate() {
            let conductance = 2.0 * rates.diffusivity / (pair[0] + pair[1]);
            matrix[(upper, upper)] += conductance / pair[0];
            matrix[(upper + 1, upper + 1)] += conductance / pair[1];
            let between = conductance / (pair[0] * pair[1]).sqrt();
            matrix[(upper, upper + 1)] -= between;
            matrix[(upper + 1, upper)] -= between;
        }
        let SymmetricEigen { eigenvalues, eigenvectors } = SymmetricEigen::new(matrix);
        let (mut to_modes, mut to_layers) = (eigenvectors.transpose(), eigenvectors);
        for (layer, thickness) in thicknesses.iter().enumerate() {
            to_modes.column_mut(layer).scale_mut(thickness.sqrt());
            to_layers.row_mut(layer).unscale_mut(thickness.sqrt());
        }
        // No mode grows: what is below zero is round-off.
        let decay = eigenvalues.iter().map(|rate| rate.max(0.0)).collect();
        Self { rates, decay, to_modes, to_layers }
    }

    /// Whether these are the modes of such rates.
    pub(crate) fn are_of(&self, rates: &LayerRates) -> bool {
        self.rates == *rates
    }

    /// Advances the levels of all layers by so many hours; the sources are used up. A signal that is quiet in all layers is set
    /// to rest.
    pub(crate) fn advance(
        &self,
        levels: &mut [&mut Field],
        sources: &mut [&mut Field],
        (solver, workspace): (&ExactDiffusion, &mut DiffusionWorkspace),
        hours: f64,
        rest_level: f64,
    ) {
        let mut layers = levels.iter().zip(sources.iter()).zip(&self.rates.decay);
        if layers.all(|((level, source), &decay_rate)| is_quiet(level, source, decay_rate, rest_level)) {
            return levels.iter_mut().for_each(|level| come_to_rest(level));
        }
        let is_released = sources.iter().any(|source| source.maximum() != 0.0);
        combine(levels, &self.to_modes);
        if is_released {
            combine(sources, &self.to_modes);
        }
        for ((level, source), &decay_rate) in levels.iter_mut().zip(sources).zip(&self.decay) {
            let step = DiffusionStep { diffusivity: self.rates.diffusivity, decay_rate, hours };
            solver.advance_mode(level, is_released.then_some(source), step, workspace);
        }
        combine(levels, &self.to_layers);
        for level in levels {
            // Below zero is round-off: no exact level is.
            level.values_mut().iter_mut().for_each(|value| *value = value.max(0.0));
            // The next step asks for it, and the values are at hand now.
            level.maximum();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Grid, Length};
    use std::f64::consts::PI;

    fn grid() -> Grid {
        Grid::new(Length::micrometers(320.0), Length::micrometers(320.0), Length::micrometers(20.0)).unwrap()
    }

    fn advance(thicknesses: &[f64], rates: LayerRates, levels: &mut [Field], sources: &[Field], hours: f64) {
        let mut sources = sources.to_vec();
        let modes = VerticalModes::new(thicknesses, rates);
        modes.advance(
            &mut levels.iter_mut().collect::<Vec<_>>(),
            &mut sources.iter_mut().collect::<Vec<_>>(),
            (&ExactDiffusion::new(&grid()), &mut DiffusionWorkspace::default()),
            hours,
            0.0,
        );
    }

    /// Defends: in layers of equal thickness, a cosine across the field and the depth relaxes at the rate of its closed form,
    /// towards what a source of that shape holds, in one step of any length.
    #[test]
    fn cosines_relax_at_their_rate() {
        let (layers, thickness, diffusivity, decay) = (6, 50.0, 3000.0, 0.3);
        for (mode, hours) in [(0, 1.0), (1, 0.5), (2, 20.0), (5, 0.1)] {
            let shape = |layer: usize| (f64::from(mode) * PI * (layer as f64 + 0.5) / layers as f64).cos();
            let field = |layer: usize, amount: f64| {
                Field::from_fn(grid(), |x, _| 2.0 + amount * shape(layer) * (PI * x / 320.0).cos())
            };
            let wave = |spacing: f64, angle: f64| (2.0 / spacing * (0.5 * angle).sin()).powi(2);
            let squared = wave(20.0, PI / 16.0) + wave(thickness, f64::from(mode) * PI / layers as f64);
            let rate = decay + diffusivity * squared;
            let left = (-rate * hours).exp();
            let uniform = 2.0 * (-decay * hours).exp() + 2.0 * (1.0 - (-decay * hours).exp()) / decay;
            let mut levels: Vec<_> = (0..layers).map(|layer| field(layer, 0.7)).collect();
            let sources: Vec<_> = (0..layers).map(|layer| field(layer, -0.4)).collect();
            let rates = LayerRates { diffusivity, decay: vec![decay; layers] };
            advance(&vec![thickness; layers], rates, &mut levels, &sources, hours);
            let amount = 0.7 * left - 0.4 * (1.0 - left) / rate;
            for (layer, level) in levels.iter().enumerate() {
                let expected = Field::from_fn(grid(), |x, _| uniform + amount * shape(layer) * (PI * x / 320.0).cos());
                let off =
                    level.values().iter().zip(expected.values()).map(|(found, expected)| (found - expected).abs());
                assert!(off.fold(0.0, f64::max) < 1e-12, "mode {mode}");
            }
        }
    }

    /// Defends: without decay nothing is lost or made between layers of any thickness, and all come to one level.
    #[test]
    fn exchange_conserves_and_evens_out() {
        let thicknesses = [30.0, 200.0, 55.0, 700.0];
        let at = [3.0, 0.0, 1.0, 0.0];
        let rates = LayerRates { diffusivity: 12_200.0, decay: vec![0.0; 4] };
        let nothing = vec![Field::uniform(grid(), 0.0); 4];
        let total = |levels: &[Field]| -> f64 {
            levels.iter().zip(thicknesses).map(|(level, thickness)| thickness * level.mean()).sum()
        };
        for hours in [1e-3, 0.5, 3.0, 1e4] {
            let mut levels = at.map(|level| Field::uniform(grid(), level)).to_vec();
            let before = total(&levels);
            advance(&thicknesses, rates.clone(), &mut levels, &nothing, hours);
            assert!((total(&levels) / before - 1.0).abs() < 1e-12, "{hours}");
            assert!(levels.iter().all(|level| level.values().iter().all(|value| *value >= 0.0)));
            if hours > 1e3 {
                assert!(levels.iter().all(|level| (level.mean() * 985.0 / before - 1.0).abs() < 1e-9));
            }
        }
    }

    /// Defends: layers that decay at rates of their own do so exactly when nothing is exchanged, and thin layers come to the
    /// solution of a continuous depth, with an error that falls with the square of their thickness.
    #[test]
    fn thin_layers_are_a_continuous_depth() {
        let rates = LayerRates { diffusivity: 0.0, decay: vec![0.1, 0.5] };
        let mut levels = vec![Field::uniform(grid(), 1.0); 2];
        advance(&[50.0; 2], rates, &mut levels, &vec![Field::uniform(grid(), 0.0); 2], 2.0);
        assert!(
            (levels[0].mean() - (-0.2_f64).exp()).abs() < 1e-14 && (levels[1].mean() - (-1.0_f64).exp()).abs() < 1e-14
        );
        // Steady level of a source in the upper half of 1000 µm, at a depth of 950 µm.
        let (depth, diffusivity, decay) = (1000.0, 12_200.0, 0.35_f64);
        let reach = (diffusivity / decay).sqrt();
        let exact = (0.5 * depth / reach).sinh() * (0.05 * depth / reach).cosh() / (depth / reach).sinh() / decay;
        let off = |layers: usize| {
            let mut levels = vec![Field::uniform(grid(), 0.0); layers];
            let source = |layer: usize| Field::uniform(grid(), if 2 * layer < layers { 1.0 } else { 0.0 });
            let sources: Vec<_> = (0..layers).map(source).collect();
            let rates = LayerRates { diffusivity, decay: vec![decay; layers] };
            advance(&vec![depth / layers as f64; layers], rates, &mut levels, &sources, 1e3);
            // The middle of a layer lies there.
            (levels[(0.95 * layers as f64) as usize].mean() / exact - 1.0).abs()
        };
        let (coarse, fine) = (off(10), off(30));
        assert!(coarse < 0.05 && fine < coarse / 8.0, "{coarse} {fine}");
    }
}
