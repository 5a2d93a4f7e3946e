//! Published findings, the experiments that repeat them, and how the two compare.
//!
//! Every published number that the model is compared with is a [`Target`]: what was measured, in which band, where it was
//! published, and what it was [used for](Role) here. [`Experiment`]s repeat what was done and come to numbers for their targets; beside
//! its number over replicates, a target becomes a [`Finding`] with a [`Verdict`]. [`Scores`] count the verdicts, each more
//! strictly than the one before: a number to which parameters were fitted is no evidence for them.
//!
//! Several experiments rest on a value that no source fixes ([`Chosen`]). They take the middle of its range, and are
//! repeated at both ends.
//!
//! ```
//! use dermaweave::study::evidence::{Scores, Validation, Verdict, table};
//! let findings = Validation { experiments: Validation::named("memory"), ..Validation::default() }.run()?;
//! let pulse = findings.iter().find(|finding| finding.target.id == "memory_one_pulse").unwrap();
//! assert_eq!(pulse.verdict, Verdict::Within);
//! let found: Vec<_> = findings.into_iter().filter(|finding| !finding.values.is_empty()).collect();
//! println!("{}\n{}", table(&found), Scores::of(&found).modelled);
//! # Ok::<(), dermaweave::Error>(())
//! ```
mod chosen;
mod column;
mod course;
mod experiment;
mod finding;
mod infarct;
mod load;
mod needling;
#[cfg(feature = "report")]
mod page;
mod rest;
mod scar;
mod score;
mod table;
mod target;
mod targets;
mod trials;
mod validation;
mod wound;

pub use chosen::{Chosen, End, Moved};
pub use experiment::{EXPERIMENTS, Experiment, Numbers, Replicate};
pub use finding::{AtEnd, Finding, Found, Verdict};
#[cfg(feature = "report")]
pub use page::{deviations, page};
pub use score::{Score, Scores};
pub use table::{findings_csv, markdown, table};
pub use target::{Band, Role, Target};
pub use targets::TARGETS;
pub use validation::{Size, Validation};
