//! Calibration: parameters fitted to those published findings that are meant for it.
//!
//! A [`Fit`] says which parameters are [free](Free), to which experiments and over how many seeds they are fitted. Its
//! objective is the mean over the findings with [`Role::Calibration`](super::evidence::Role::Calibration) of the squared
//! misfit in half-widths of their bands, at most 25 each, plus 0.05 times the mean squared distance from the defaults in
//! units of the searched range: what no finding constrains stays where it is. Candidates are compared on equal seeds.
//!
//! [`Fit::search`] needs no derivatives: a Latin hypercube over the free parameters, on logarithmic scales, and a pattern
//! search from its best point. Every evaluation is kept in a [`Record`], on a file if one is given, and never done again:
//! a search that was interrupted goes on where it was.
//!
//! ```
//! use dermaweave::study::calibration::{Fit, Free, Search, parameters_with};
//! use dermaweave::study::evidence::Validation;
//! let memory_time = Free::candidates().into_iter().find(|row| row.name == "memory_time").unwrap();
//! let free = vec![Free::new(memory_time, 2.0)?];
//! let fit = Fit { experiments: Validation::named("memory"), replicates: 1, ..Fit::of(free) };
//! let fitted = fit.search(&Search { samples: 4, rounds: 2, ..Search::default() }, || ())?;
//! assert!(fitted.objectives.iter().all(|objective| fitted.objective <= *objective));
//! let parameters = parameters_with(&fitted.values)?;
//! assert_eq!(parameters.fibroblast.memory_time, fitted.values["memory_time"]);
//! # Ok::<(), dermaweave::Error>(())
//! ```
mod fit;
mod free;
mod record;
mod search;

pub use fit::{Fit, Fitted, Search};
pub use free::{Free, Values, parameters_with, to_toml};
pub use record::Record;
