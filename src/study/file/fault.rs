//! What is wrong in a study file, and where.
use std::fmt;
use std::path::PathBuf;

/// What is wrong in a study file: where it stands, and what would be right.
///
/// ```
/// use dermaweave::Error;
/// use dermaweave::study::StudyFile;
/// let refused = StudyFile::parse("[grid]\nsize = 2.4\nspacing = '20 µm'", "scar.toml", &[""; 0]);
/// let Err(Error::StudyFile(fault)) = refused else { panic!("a bare number leaves open what it means") };
/// assert_eq!((fault.line, fault.column, fault.key.as_str()), (2, 8, "grid.size"));
/// assert!(fault.to_string().starts_with("scar.toml:2:8: grid.size: "));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FileFault {
    /// The file, or `--set` for what was set beside it.
    pub file: PathBuf,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// Path of the key, such as `protocol.interval`; empty if the text is no TOML.
    pub key: String,
    /// What is wrong, and what would be right.
    pub what: String,
}

impl fmt::Display for FileFault {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        let Self { file, line, column, key, what } = self;
        write!(formatter, "{}:{line}:{column}: ", file.display())?;
        if !key.is_empty() {
            write!(formatter, "{key}: ")?;
        }
        formatter.write_str(what)
    }
}

impl std::error::Error for FileFault {}
