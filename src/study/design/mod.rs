//! Designs of computer experiments: at which parameters to run, and which of them matter.
//!
//! A [`Design`] is a list of points of the unit cube, one coordinate per factor, that is never held as a whole: a point is
//! computed when it is asked for, and the same seed gives the same bits on every machine, in any order. [`values`] takes a point
//! to the ranges of [`Factor`]s. Nothing here runs a simulation: outputs of all runs, in the order of the points, come
//! back as numbers.
//!
//! | design | runs for d factors | for |
//! |---|---|---|
//! | [`FullFactorial`] | product of the levels | tables of few factors |
//! | [`LatinHypercube`] | any number | a sample that is even along each factor |
//! | [`Morris`] | r(d + 1) | which of many factors matter: μ, μ* and σ of elementary effects |
//! | [`Sobol`] | any number, best 2ᵏ | points that fill the cube evenly, without chance |
//! | [`Saltelli`] | N(d + 2) | shares of variance: first-order and total Sobol' indices |
//!
//! μ* and the indices come with 95 % intervals by the [`Bootstrap`]. They tell how much another choice of points would change
//! them, not how much other seeds of the simulation would: run each point with the same seed, or average over seeds first.
//!
//! A [`Population`] says how [`Variable`]s are distributed among virtual patients, and how they are correlated.
//!
//! ```
//! use dermaweave::study::design::{Bootstrap, Design, Factor, Saltelli, Scale, values};
//! let factors = [("k", 0.1, 10.0), ("n", 1.0, 3.0)].map(|(name, low, high)| {
//!     Factor { name: name.into(), low, high, scale: Scale::Log }
//! });
//! let design = Saltelli::new(factors.len(), 512)?;
//! let mut outputs = Vec::new();
//! for point in design.points() {
//!     let [k, n] = values(&factors, &point)?[..] else { unreachable!() };
//!     outputs.push(1.0 / (1.0 + k.powf(n)));
//! }
//! let found = design.indices(&outputs, Bootstrap::default())?;
//! assert!(found[0].first.low > 0.8, "nearly all of the variance is due to k: {}", found[0].first);
//! # Ok::<(), dermaweave::Error>(())
//! ```
mod draws;
mod bootstrap;
mod factor;
mod factorial;
mod latin;
mod morris;
mod directions;
mod sobol;
mod saltelli;
mod normal;
mod distribution;
mod population;

pub use bootstrap::{Bootstrap, Estimate};
pub use distribution::{Distribution, Variable};
pub use factor::{Factor, Scale, values};
pub use factorial::FullFactorial;
pub use latin::LatinHypercube;
pub use morris::{ElementaryEffects, Morris};
pub use population::Population;
pub use saltelli::{Saltelli, SobolIndices};
pub use sobol::Sobol;

/// Most factors of a design that has no narrower limit.
const MOST_FACTORS: f64 = 1000.0;

/// Points of the unit cube at which to run.
///
/// ```
/// use dermaweave::study::design::{Design, FullFactorial, LatinHypercube};
/// let designs: [Box<dyn Design>; 2] =
///     [Box::new(FullFactorial::new([3, 3])?), Box::new(LatinHypercube::new(2, 9, 1)?)];
/// for design in designs {
///     assert_eq!((design.len(), design.factors()), (9, 2));
///     assert!((0..9).all(|index| design.point(index).iter().all(|x| (0.0..=1.0).contains(x))));
/// }
/// # Ok::<(), dermaweave::Error>(())
/// ```
pub trait Design {
    /// Number of factors, which is that of the coordinates of a point.
    fn factors(&self) -> usize;

    /// Number of points.
    fn len(&self) -> usize;

    /// Whether there is no point.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The point of this index, each coordinate from 0 to 1.
    ///
    /// # Panics
    ///
    /// If the index is not below [`Design::len`].
    fn point(&self, index: usize) -> Vec<f64>;

    /// All points in order.
    fn points(&self) -> impl Iterator<Item = Vec<f64>>
    where
        Self: Sized,
    {
        (0..self.len()).map(|index| self.point(index))
    }
}

/// Ends with a message if there is no point of this index.
fn check_index(index: usize, points: usize) {
    assert!(index < points, "point {index} is asked of a design of {points} points, counted from 0");
}
