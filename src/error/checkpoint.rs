//! Why a saved simulation is refused.

/// Why a file cannot be resumed from.
///
/// ```
/// use dermaweave::error::CheckpointFault;
/// use dermaweave::{Error, Simulation};
/// let path = std::env::temp_dir().join(format!("dermaweave_fault_{}", std::process::id()));
/// std::fs::write(&path, "a letter")?;
/// let refused = Simulation::resume(&path, None);
/// assert!(matches!(refused, Err(Error::BadCheckpoint { reason: CheckpointFault::NotOurs, .. })));
/// std::fs::remove_file(&path)?;
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CheckpointFault {
    /// The file does not begin with the mark of a saved simulation.
    #[error("it does not begin with the mark of a saved dermaweave simulation")]
    NotOurs,
    /// The file holds all layers of a dermis, and a course of one layer was to be resumed.
    #[error("it holds a dermis of several layers; give it to `Dermis::resume`")]
    OfLayers,
    /// The file holds a course of one layer, and a dermis was to be resumed.
    #[error("it holds a course of one layer; give it to `Simulation::resume`")]
    OfOneLayer,
    /// The file was written by a version with another format.
    #[error(
        "it has format {found}, written by dermaweave {written_by}, and this version, {}, reads format {expected}",
        env!("CARGO_PKG_VERSION")
    )]
    OtherFormat {
        /// Format of the file.
        found: u32,
        /// Format this version reads.
        expected: u32,
        /// The version that wrote it, as far as it tells.
        written_by: String,
    },
    /// The file is cut short or damaged.
    #[error("its checksum does not fit its content, so it is damaged or cut short")]
    Damaged,
    /// The file is whole, but no course can have what is in it.
    #[error("it is whole, but no course can have its state: {what}")]
    Refused {
        /// What cannot be.
        what: String,
    },
}
