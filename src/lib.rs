//! How skin collagen is remodeled by micro-needling.
//!
//! Needles open microchannels in layers of dermis and cut its fibers; platelets, neutrophils and macrophages start and end an
//! inflammation; fibroblasts become active, migrate in, deposit collagen and rotate fibers, guided by the fibers they sense, by the
//! strain of the fiber network under the load of the skin, and by the movement of the skin; signals decay and cells return to rest,
//! while a slow activity goes on for months. No amount, thickness or direction is stored as a goal; what the tension and the movement of
//! the skin add from outside is stated in [`guide::model`].
//!
//! # Quick start
//!
//! ```
//! use dermaweave::{AtrophicScar, Device, Grid, Length, Protocol, Simulation, Skin, Time, Tissue};
//!
//! let grid = Grid::new(Length::millimeters(4.0), Length::millimeters(4.0), Length::micrometers(20.0))?;
//! let tissue = Tissue::new(grid, &Skin::aged(35.0))?.with_lesion(&AtrophicScar::boxcar())?;
//! let protocol = Protocol::repeated(Device::dermaroller_mf8(), 1, Time::weeks(4.0)).follow_up(Time::days(3.0));
//! let mut simulation = Simulation::builder(tissue).protocol(protocol).sample_every(Time::days(1.0)).seed(7).build()?;
//! simulation.run()?;
//! println!("{}", simulation.report());
//! # assert!(simulation.report().rows().len() > 3);
//! # Ok::<(), dermaweave::Error>(())
//! ```
//!
//! `Grid → Tissue → Protocol → Simulation → Report`: where it happens, what is there, what is done to it, how it evolves, what
//! was seen. A course can be [observed and stopped](Simulation::run_observed), [stepped](Simulation::step),
//! [read](Simulation::tissue) between steps, [saved](Simulation::save) and [resumed](Simulation::resume) bit for bit,
//! [branched](Simulation::branch), and extended with [columns](report::Column) and [rules](simulation::Rule) of one's own. Many
//! courses are compared by a [`study`].
//!
//! # Modules, in the order in which data flows
//!
//! A module uses only modules above it (`engine`, which holds what exists only for speed, apart).
//!
//! | module | what |
//! |---|---|
//! | [`units`], [`error`], [`random`] | typed lengths and times; the one error; randomness keyed by (seed, tick, purpose, entity) |
//! | [`parameters`] | every rate with symbol, unit, default, range, origin and source |
//! | [`grid`] | sites, fields, exact overlap of discs and sites |
//! | [`matrix`] | collagen as angular moments in two pools, fragments, thickness and packing, fibrin, elastin; deferred turnover |
//! | [`signals`] | the table of signals (TGF-β, PDGF, inflammation, MMP), their sources, their exact steps |
//! | [`tension`] | Langer lines and their load, everywhere alike or from place to place |
//! | [`mechanics`] | strain of the fiber network, production under load, thickness, movement of skin |
//! | [`cells`] | fibroblasts: sensing, response, heading law, migration, release, fate; macrophages; clot and neutrophils |
//! | [`remodeling`] | work of fibroblasts on fibers, rotation; turnover, maturation, slow activity; ledger of the collagen |
//! | [`tissue`] | all of it at one instant; kinds of skin and what they are exposed to; scars, wrinkles; open epidermis |
//! | [`treatment`] | devices, sessions, doses, protocols, dry run, injury |
//! | [`measure`] | regions, fiber organization, correlation length, firmness, relief, histological pictures, means with intervals |
//! | [`picture`] | tissue that begins with a picture: PNG and TIFF files, directions by gradients, levels, lesion |
//! | [`report`] | columns and their data dictionary, rows over time, cautions, CSV, JSON, pictures |
//! | [`simulation`] | builder, clock, the table of processes of a step, rules of one's own, save and resume, branch |
//! | [`dermis`] | several layers of dermis at their depths, under one surface |
//! | [`record`] | fields and cells over time, written as NumPy, VTK, OME-Zarr and Parquet files while a course runs |
//! | [`study`] | treatments compared over replicates; in files and folders; published findings; calibration; designs, sensitivity, virtual patients |
//!
//! # The guide
//!
//! | page | question |
//! |---|---|
//! | [`guide::model`] | What is simulated, in which order, with which equations, and what is left out? |
//! | [`guide::first_model`] | What was the first model, what was wrong with it, and what replaced what? |
//! | [`guide::numerics`] | How is it solved and checked, and how large are the errors? |
//! | [`guide::validity`] | How does it compare with published findings? What is known to be wrong? |
//! | [`guide::cost`] | How fast is it, and what do large fields need? |
//! | [`guide::extending`] | Where do I add a cue, a signal, a column, a rule, a process, a device, a measure? |
//! | [`guide::reproducibility`] | When do two courses have the same bits? What is saved? |
//! | [`guide::engine`] | What is done for speed, what did it gain, and what does it promise? |
//!
//! # How far to trust it
//!
//! Numerics are tested against closed forms. Of the published findings with a two-sided band that nothing fitted or put in
//! decides, 5 of 17 lie within it; rates are calibrated within stated ranges, and absolute time courses are not
//! predictions. Layers of dermis are seen from above, amounts are relative to healthy young dermis, and nothing varies between
//! persons. One rule, the cue of [movement](mechanics::Movement), is a hypothesis and can be switched off. The default acne scar is
//! parallel, which most are not. Not for clinical decisions. [`guide::validity`] has the score, all misses, and what is known to be
//! wrong.
//!
//! # How to cite
//!
//! > The dermaweave contributors. dermaweave: simulation of collagen remodeling by micro-needling. Version 0.1.0, 2026.
//!
//! `CITATION.cff` has the same for reference managers; sources of the numbers stand beside them in [`parameters`].
pub mod units;
pub mod error;
pub mod random;
mod elementary;
mod memory;
mod reading;
mod engine;
pub mod parameters;
pub mod grid;
pub mod matrix;
pub mod signals;
pub mod cells;
pub mod tension;
pub mod mechanics;
mod ground;
pub mod remodeling;
pub mod tissue;
pub mod treatment;
pub mod measure;
pub mod picture;
pub mod report;
pub mod simulation;
pub mod dermis;
pub mod record;
pub mod study;
pub mod guide;

pub use dermis::Dermis;
pub use error::{Error, Result};
pub use grid::{Boundary, Field, Grid, Slab};
pub use matrix::{FiberMoments, Matrix};
pub use parameters::Parameters;
pub use report::Report;
pub use signals::{ExactDiffusion, Signal, Signals};
pub use simulation::Simulation;
pub use tissue::{AtrophicScar, Skin, Tissue, Wrinkle};
pub use treatment::{Device, Protocol, Session};
pub use units::{Length, Time};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
