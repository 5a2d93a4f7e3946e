//! How skin collagen is remodeled by micro-needling.
//!
//! Needles open microchannels in a layer of dermis; platelets, neutrophils and macrophages start and end an inflammation;
//! fibroblasts become active, migrate in, deposit new collagen and turn the old, guided by the fibers they sense; signals decay
//! and cells return to rest. Repeated sessions change how the fibers are organized. No outcome is prescribed: filling of a scar,
//! loss of its parallel order, regeneration of small wounds and scarring of wide ones all follow from the same local rules.
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
//! | [`matrix`] | collagen as angular moments in two pools, fibrin, elastin; deferred turnover |
//! | [`signals`] | the table of signals (TGF-β, PDGF, inflammation, MMP), their sources, their exact steps |
//! | [`tension`] | Langer lines, everywhere alike or from place to place |
//! | [`cells`] | fibroblasts: sensing, response, heading law, migration, release, fate; macrophages; clot and neutrophils |
//! | [`remodeling`] | work of fibroblasts on fibers; turnover, maturation; ledger of the collagen |
//! | [`tissue`] | all of it at one instant; kinds of skin and what they are exposed to; scars, wrinkles; open epidermis |
//! | [`treatment`] | devices, sessions, doses, protocols, dry run, injury |
//! | [`measure`] | regions, fiber organization, correlation length, firmness, relief, histological pictures, means with intervals |
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
//! decides, 2 of 5 lie within it; rates are calibrated within stated ranges, and absolute time courses are not predictions. One
//! layer of dermis is seen from above, amounts are relative to healthy young dermis, and nothing varies between persons. Not for
//! clinical decisions. [`guide::validity`] has the score, all misses, and what is known to be wrong.
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
