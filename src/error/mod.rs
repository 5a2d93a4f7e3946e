//! The one error of the crate: what was wrong, its value and unit, and what would be right.
mod checkpoint;
mod checks;
mod design;
mod recording;
mod start;
mod study_folder;
mod text;

pub use checkpoint::CheckpointFault;
pub(crate) use checks::{at_path, check, check_multiple};
pub use design::DesignFault;
pub use recording::RecordingFault;
pub use start::StartFault;
pub use study_folder::StudyFolderFault;

use std::path::PathBuf;
use text::{Short, beginning};

/// `Result` with the crate's [`Error`].
pub type Result<T> = std::result::Result<T, Error>;

/// Everything that can go wrong. Every variant names the thing, the value and what would be right.
///
/// ```
/// use dermaweave::{Error, Grid, Length};
/// let too_coarse = Grid::new(Length::millimeters(4.0), Length::millimeters(4.0), Length::micrometers(500.0));
/// assert!(matches!(too_coarse, Err(Error::OutOfRange { quantity: "grid spacing", .. })));
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A number lies outside what the model is meant for, or is not a number.
    #[error("{quantity} is {} {unit}; it must be from {} to {} {unit}", Short(*value), Short(*minimum), Short(*maximum))]
    OutOfRange {
        /// What the number stands for.
        quantity: &'static str,
        /// The value that was given.
        value: f64,
        /// Unit of all three numbers.
        unit: &'static str,
        /// Smallest accepted value.
        minimum: f64,
        /// Largest accepted value.
        maximum: f64,
    },
    /// A field's side is not a whole number of sites.
    #[error("{quantity} is {value} µm, which is not a whole number of sites of {spacing} µm; try {} µm", Short(*nearest))]
    NotWholeSites {
        /// Which side.
        quantity: &'static str,
        /// Its length in µm.
        value: f64,
        /// Spacing of the sites in µm.
        spacing: f64,
        /// The nearest length that fits, in µm.
        nearest: f64,
    },
    /// The field would not fit into memory.
    #[error(
        "a field of {columns} × {rows} sites needs about {needed_mib} MiB and {available_mib} MiB are available; \
         use a smaller field or a coarser spacing"
    )]
    FieldTooLarge {
        /// Sites along x.
        columns: usize,
        /// Sites along y.
        rows: usize,
        /// Memory the tissue would take.
        needed_mib: u64,
        /// Memory the machine has left.
        available_mib: u64,
    },
    /// A session begins before the one that precedes it in the protocol.
    #[error("session {session} is on day {day}, before session {} on day {previous_day}; sessions must be in order of time", session - 1)]
    SessionOutOfOrder {
        /// Number of the session, counted from 1.
        session: usize,
        /// Its day.
        day: f64,
        /// Day of the session before it.
        previous_day: f64,
    },
    /// A session lies on the last day of the protocol or after it.
    #[error(
        "session {session} is on day {day} and the protocol ends on day {end_day}; in full days, rounded up, it must come \
         before the end: end later or move the session"
    )]
    SessionAfterEnd {
        /// Number of the session, counted from 1.
        session: usize,
        /// Its day.
        day: f64,
        /// End of the protocol in days.
        end_day: f64,
    },
    /// A density of holes was asked of a device that makes a single one.
    #[error("holes per cm² is {} /cm², but the {} makes a single hole; set its region", Short(*holes_per_cm2), beginning(device))]
    SingleHole {
        /// Name of the device.
        device: String,
        /// The density.
        holes_per_cm2: f64,
    },
    /// A length or a time is not a multiple of what the course is divided into.
    #[error("{quantity} is {value} {unit}, which is not a multiple of {multiple} {unit}; try {} {unit}", Short(*nearest))]
    NotMultiple {
        /// What the number stands for.
        quantity: &'static str,
        /// The value that was given.
        value: f64,
        /// Unit of all three numbers.
        unit: &'static str,
        /// What it must be a multiple of.
        multiple: f64,
        /// The nearest value that is accepted.
        nearest: f64,
    },
    /// A course that has ended was to go on.
    #[error("the course has ended on day {end_day}; go on with a branch whose protocol ends later")]
    Ended {
        /// Last day of the protocol.
        end_day: f64,
    },
    /// A mask or an array does not have one entry for each site, or for each window.
    #[error(
        "{quantity} has {length} entries and there are {sites} sites or windows; give one entry per site or window"
    )]
    WrongLength {
        /// What was given.
        quantity: &'static str,
        /// How many entries it has.
        length: usize,
        /// How many sites or windows there are.
        sites: usize,
    },
    /// Something lives on another field than what it is put together with.
    #[error(
        "{quantity} has another size, spacing or boundary ({columns} × {rows} sites of {spacing} µm); use one field for all"
    )]
    OtherField {
        /// What was given.
        quantity: &'static str,
        /// Its sites along x.
        columns: usize,
        /// Its sites along y.
        rows: usize,
        /// Side of its sites in µm.
        spacing: f64,
    },
    /// A length or a time is written without its unit, or cannot be read.
    #[error("\"{text}\" is no {quantity}: write a number with its unit, such as {example}")]
    NoUnit {
        /// Length or time.
        quantity: &'static str,
        /// What was found, its beginning if it is long.
        text: String,
        /// What would be right.
        example: &'static str,
    },
    /// Of the cells of a tissue two are one, or one has an identity that was never given.
    #[error("a cell has the identity {id}, which another one has or which is not below {next}, the next to be given")]
    BadIdentity {
        /// The identity.
        id: u64,
        /// The next one to be given.
        next: u64,
    },
    /// A tissue cannot begin with the fibers or the picture that were given.
    #[error(transparent)]
    Start(#[from] StartFault),
    /// Layers were to be averaged and there is none.
    #[error("no layer of the dermis was given; give the surface of at least one")]
    NoLayer,
    /// A region, lesion or channel holds no site.
    #[error("{quantity} covers none of the field's sites; place it inside the field of {width} × {height} µm")]
    Empty {
        /// What is empty.
        quantity: &'static str,
        /// Width of the field in µm.
        width: f64,
        /// Height of the field in µm.
        height: f64,
    },
    /// Two watched regions have the same name.
    #[error("two regions are named {:?}; give each a name of its own", beginning(name))]
    DuplicateRegion {
        /// The name.
        name: String,
    },
    /// A column of the user's own cannot be added as it is.
    #[error("the column {:?} {problem}", beginning(name))]
    BadColumn {
        /// Its name.
        name: String,
        /// What is wrong with it, and what would be right.
        problem: &'static str,
    },
    /// A course was saved with a column of the user's own, whose measure is code and in no file.
    #[error("the course has the column {:?}; give it again with `Simulation::add_column`", beginning(name))]
    MissingColumn {
        /// Its name.
        name: String,
    },
    /// The simulation produced a value that is not finite: a bug of ours, or a user's rule gone wrong.
    #[error("{field} at site or cell {index} became {value} after {hours} h; check the rules added to the simulation")]
    NotFinite {
        /// Which part of the state.
        field: &'static str,
        /// Index of the site or cell.
        index: usize,
        /// The value found.
        value: f64,
        /// Simulated time in hours.
        hours: f64,
    },
    /// A cell lies outside the field: a user's rule put it there.
    #[error(
        "a {cell} (cell {index}) lies at ({}, {}) µm after {hours} h, outside the field of {width} × {height} µm; \
         check the rules added to the simulation",
        Short(*x), Short(*y)
    )]
    OutsideField {
        /// Kind of cell.
        cell: &'static str,
        /// Its index in the list of these cells.
        index: usize,
        /// Where it is along x, in µm.
        x: f64,
        /// Where it is along y, in µm.
        y: f64,
        /// Width of the field in µm.
        width: f64,
        /// Height of the field in µm.
        height: f64,
        /// Simulated time in hours.
        hours: f64,
    },
    /// Two arms of a study have the same name.
    #[error("two arms are named {:?}; give each a name of its own", beginning(name))]
    DuplicateArm {
        /// The name.
        name: String,
    },
    /// A study is to be compared before all of its members have run.
    #[error("arm {:?} has no result for seed {seed}; run all members of the study first", beginning(arm))]
    MissingMember {
        /// Name of the arm.
        arm: String,
        /// Seed of the missing replicate.
        seed: u64,
    },
    /// Two arms that are compared replicate by replicate do not have equally many replicates.
    #[error("the first arm has {first} replicates and the second has {second}; pair each replicate with one")]
    NotPaired {
        /// Replicates of the first arm.
        first: usize,
        /// Replicates of the second arm.
        second: usize,
    },
    /// A file is not a saved simulation of this version.
    #[error("{} is not a saved simulation that can be resumed: {reason}", path.display())]
    BadCheckpoint {
        /// The file.
        path: PathBuf,
        /// What was found.
        reason: CheckpointFault,
    },
    /// A course cannot be recorded as it was asked for.
    #[error(transparent)]
    Recording(#[from] RecordingFault),
    /// Two rules of a course have one name.
    #[error("two rules are named {name:?}; give each a name of its own, which keys its doses and random numbers")]
    DuplicateRule {
        /// The name.
        name: String,
    },
    /// A protocol has doses of a rule that the course does not have.
    #[error("the protocol has doses of {name:?} and no rule has that name; give the rule to `Builder::rule`")]
    DoseWithoutRule {
        /// Name in the dose.
        name: String,
    },
    /// A dose begins when the protocol has ended.
    #[error("a dose of {name:?} begins on day {day} and the protocol ends on day {end_day}; end later or move it")]
    DoseAfterEnd {
        /// Name in the dose.
        name: String,
        /// When it begins, in days.
        day: f64,
        /// End of the protocol in days.
        end_day: f64,
    },
    /// A course was saved with rules of one's own, which are code, and other ones are given to go on with it.
    #[error(
        "{} is a course with the rules [{saved}], and [{given}] are given; give them all to `Simulation::resume_with_rules`", path.display()
    )]
    OtherRules {
        /// The file.
        path: PathBuf,
        /// Names of the rules that the course had.
        saved: String,
        /// Names of those that are given.
        given: String,
    },
    /// A design of experiments or a population cannot be used as it was given.
    #[error(transparent)]
    Design(#[from] DesignFault),
    /// A file could not be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Another run writes into the folder.
    #[error("{} is being written by run {}; wait until it has ended or give another folder", path.display(), beginning(run))]
    FolderInUse {
        /// The folder.
        path: PathBuf,
        /// Name of the run that holds it.
        run: String,
    },
    /// The folder of a study cannot be used as it is.
    #[error("{}: {reason}", path.display())]
    BadStudyFolder {
        /// The folder, or the file in it.
        path: PathBuf,
        /// What is wrong, and what would be right.
        reason: StudyFolderFault,
    },
    /// The threads asked for could not be started.
    #[error("{threads} threads could not be started: {source}")]
    Threads {
        /// How many were asked for.
        threads: usize,
        /// What the system said.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The observer, or what [`Saving::stop_when`](crate::simulation::Saving::stop_when) was given, asked for the run to stop.
    #[error("the run was stopped on day {day}; the state is intact and `run` continues it")]
    Stopped {
        /// Simulated day.
        day: f64,
    },
    /// Something is wrong in a study file.
    #[error(transparent)]
    StudyFile(crate::study::FileFault),
}
