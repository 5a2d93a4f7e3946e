//! Treatments compared: arms × replicates, what is measured of them, and how the model stands to published findings.
//!
//! A [`Study`] runs several [`Arm`]s, each over the same seeds. Replicate i of every arm has the same places of cells, the
//! same draws as far as the courses agree, and the same holes where the sessions agree (*common random numbers*): what both
//! of a pair share drops out of their difference, so few replicates tell small effects. A [`Metric`] makes one number of
//! each replicate; a [`Comparison`] shows all metrics of all arms as table, chart and JSON, each as a mean with its 95 %
//! interval, and as paired differences from another arm.
//!
//! Every course is a [`Member`] of the study, on one thread of its own; several run side by side, and neither their number
//! nor their order changes a bit. A study can also be run member by member, on several machines or days, and be
//! [collected](Study::collect) at the end.
//!
//! ```
//! use dermaweave::study::{Arm, Comparison, Metric, Study};
//! use dermaweave::{Device, Grid, Length, Protocol, Simulation, Skin, Time, Tissue};
//! let arm = |name: &str, value: f64, protocol: Protocol| {
//!     Arm::new(name, value, move |seed| {
//!         let side = Length::micrometers(400.0);
//!         let grid = Grid::new(side, side, Length::micrometers(20.0))?;
//!         let tissue = Tissue::new(grid, &Skin { placement_seed: seed, ..Skin::young() })?;
//!         Ok(Simulation::builder(tissue).protocol(protocol.clone()))
//!     })
//! };
//! let channel = Protocol::once(Device::single_channel(Length::micrometers(250.0))).follow_up(Time::days(3.0));
//! let control = Protocol::untreated(channel.end);
//! let study = Study { replicates: 3, ..Study::of([arm("control", 0.0, control), arm("treated", 1.0, channel)]) };
//! let arms = study.run()?;
//!
//! let metrics = [Metric::last("macrophages", "per mm²", "all", |row| row.macrophages_per_mm2)];
//! println!("{}", Comparison::new(&arms, &metrics));
//! let difference = metrics[0].difference(&arms[1], &arms[0])?;
//! assert!(difference.low > 0.0, "more than in the control, whatever the seed");
//! # Ok::<(), dermaweave::Error>(())
//! ```
//!
//! [`folder`] runs studies of any length in a folder: interrupted at any moment, or shared by several processes and machines.
//! [`evidence`] holds published findings and the experiments that repeat them, [`calibration`] fits parameters to those
//! that are meant for it, and [`infarct`] is a published experiment of another model, rebuilt. [`design`] says at which
//! parameters to run, which of them matter, and how they vary among virtual patients.
mod arm;
pub mod calibration;
mod comparison;
mod courses;
pub mod design;
pub mod evidence;
mod file;
pub mod folder;
pub mod infarct;
mod member;
mod metric;
mod plan;
mod running;

pub use arm::{Arm, ArmResults};
pub use comparison::Comparison;
pub use courses::{Course, Courses, Setting};
pub use file::{Effects, FileFault, Indices, StudyFile, study_schema};
pub use folder::StudyFolder;
pub use member::{Member, MemberResult};
pub use metric::Metric;
pub use plan::Study;
