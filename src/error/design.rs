//! Why a design of experiments or a population is refused.
use super::text::{Short, beginning};

/// What was wrong with a design of experiments, with its factors and outputs, or with a population.
///
/// ```
/// use dermaweave::error::DesignFault;
/// use dermaweave::study::design::{Bootstrap, Morris};
/// use dermaweave::Error;
/// let refused = Morris::new(3, 10, 4, 1)?.effects(&[0.5; 39], Bootstrap::default());
/// assert!(matches!(refused, Err(Error::Design(DesignFault::WrongCount { found: 39, expected: 40, .. }))));
/// # Ok::<(), Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum DesignFault {
    /// There are more or fewer numbers than the design needs.
    #[error("{found} {quantity} are given and there are {expected} {counted}; give one for each")]
    WrongCount {
        /// What was given.
        quantity: &'static str,
        /// How many of them.
        found: usize,
        /// How many are needed.
        expected: usize,
        /// What there is one of for each.
        counted: &'static str,
    },
    /// The output of a run is not a finite number.
    #[error("the output of run {run}, counted from 0, is {value}; every run needs a finite output")]
    BadOutput {
        /// Index of the run.
        run: usize,
        /// Its output.
        value: f64,
    },
    /// A number of a factor or of a variable makes no sense.
    #[error("{quantity} of {:?} is {}; {remedy}", beginning(name), Short(*value))]
    BadNumber {
        /// Name of the factor or of the variable.
        name: String,
        /// What the number stands for.
        quantity: &'static str,
        /// The number.
        value: f64,
        /// What would be right.
        remedy: &'static str,
    },
    /// An entry of a correlation matrix is not what it must be.
    #[error(
        "the correlation of {:?} and {:?} (row {row}, column {column}, counted from 0) is {}; {remedy}",
        beginning(first), beginning(second), Short(*value)
    )]
    BadCorrelation {
        /// Name of the variable of the row.
        first: String,
        /// Name of the variable of the column.
        second: String,
        /// The row, counted from 0.
        row: usize,
        /// The column, counted from 0.
        column: usize,
        /// The entry.
        value: f64,
        /// What would be right.
        remedy: &'static str,
    },
}
