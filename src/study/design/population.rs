//! Virtual patients.
use super::distribution::Variable;
use super::factor::same_count;
use super::normal::quantile;
use crate::error::{DesignFault, Result, check};
use crate::random::{Purpose, stream};
use nalgebra::DMatrix;
use rand::RngExt;
use rand::distr::Open01;

/// How variables are distributed among virtual patients, each of which is drawn when it is asked for.
///
/// A patient's variables are tied by a Gaussian copula: independent standard normal scores g, one per variable, become
/// z = L g with the Cholesky factor L of the correlation matrix R = L Lᵀ, and variable i takes its quantile of probability
/// Φ(zᵢ). **R is the correlation of the normal scores z.** It is that of the values themselves where both are normal and not
/// truncated, and of their logarithms where both are log-normal. Whatever the distributions and ranges, the rank
/// correlation of Spearman is (6/π) asin(ρ/2), at most 0.02 below ρ.
///
/// Patient i is a function of seed and i alone: the same in every arm of a study, on every machine, and however many
/// patients there are. Variables added at the end leave those before them as they are.
///
/// ```
/// use dermaweave::study::design::{Distribution, Population, Variable};
/// let variables = [
///     Variable::new("age", Distribution::Normal { mean: 45.0, sd: 15.0 }).within(18.0, 75.0),
///     Variable::new("dermis", Distribution::LogNormal { median: 1.5, geometric_sd: 1.2 }),
/// ];
/// let correlation = [vec![1.0, -0.4], vec![-0.4, 1.0]];
/// let population = Population::correlated(variables, &correlation)?;
/// let patient = population.patient(12, 7);
/// assert_eq!(patient, population.patient(12, 7));
/// assert_ne!(patient, population.patient(13, 7));
/// # Ok::<(), dermaweave::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Population {
    variables: Vec<Variable>,
    /// Rows of L, the lower Cholesky factor of the correlation matrix, up to the diagonal.
    factor: Vec<Vec<f64>>,
}

/// How far a correlation matrix may be from symmetric and its diagonal from 1, by round-off.
const ROUND_OFF: f64 = 1e-9;

impl Population {
    /// Variables that are independent of each other. A variable that makes no sense gives [`DesignFault::BadNumber`].
    pub fn independent(variables: impl Into<Vec<Variable>>) -> Result<Self> {
        let variables = variables.into();
        variables.iter().try_for_each(Variable::validate)?;
        let factor = lower_rows(&DMatrix::identity(variables.len(), variables.len()));
        Ok(Self { variables, factor })
    }

    /// Variables whose normal scores have this correlation matrix, row by row.
    ///
    /// A matrix of another size gives [`DesignFault::WrongCount`]; one that is not symmetric, has anything but 1 on its diagonal
    /// or is not positive definite gives [`DesignFault::BadCorrelation`], which names an entry at fault.
    pub fn correlated(variables: impl Into<Vec<Variable>>, correlation: &[Vec<f64>]) -> Result<Self> {
        let independent = Self::independent(variables)?;
        let matrix = independent.matrix(correlation)?;
        Ok(Self { factor: lower_rows(&independent.cholesky(&matrix)?), ..independent })
    }

    /// The variables, in the order in which patients have them.
    pub fn variables(&self) -> &[Variable] {
        &self.variables
    }

    /// The variables of a patient, in their units.
    pub fn patient(&self, index: u64, seed: u64) -> Vec<f64> {
        let mut draws = stream(seed, 0, Purpose::Patient, index);
        self.of_scores(&self.variables.iter().map(|_| quantile(draws.sample(Open01))).collect::<Vec<_>>())
    }

    /// The patient at a point of the unit cube, such as one of a [`LatinHypercube`](super::LatinHypercube), for populations that
    /// are sampled more evenly than at random: coordinate i is Φ(gᵢ).
    ///
    /// Another number of coordinates gives [`DesignFault::WrongCount`], a coordinate that is not between 0 and 1
    /// [`Error::OutOfRange`](crate::Error::OutOfRange): 0 and 1 are infinitely far out.
    ///
    /// ```
    /// use dermaweave::study::design::{Design, Distribution, LatinHypercube, Population, Variable};
    /// let variable = Variable::new("age", Distribution::Normal { mean: 45.0, sd: 15.0 });
    /// let population = Population::independent([variable])?;
    /// assert_eq!(population.patient_at(&[0.5])?, [45.0]);
    /// let sample = LatinHypercube::new(1, 100, 3)?;
    /// let ages = sample.points().map(|point| population.patient_at(&point)).collect::<Result<Vec<_>, _>>()?;
    /// assert_eq!(ages.iter().filter(|age| age[0] < 45.0).count(), 50);
    /// # Ok::<(), dermaweave::Error>(())
    /// ```
    pub fn patient_at(&self, point: &[f64]) -> Result<Vec<f64>> {
        same_count("coordinates", point.len(), self.variables.len(), "variables")?;
        let score = |coordinate: &f64| {
            let range = f64::MIN_POSITIVE..=1.0_f64.next_down();
            check("coordinate of a patient", *coordinate, "(number)", range).map(quantile)
        };
        Ok(self.of_scores(&point.iter().map(score).collect::<Result<Vec<_>>>()?))
    }

    /// The values of independent scores. Sums are in the order of the variables: the same bits on every machine.
    fn of_scores(&self, independent: &[f64]) -> Vec<f64> {
        let value = |(variable, row): (&Variable, &Vec<f64>)| {
            variable.of_score(row.iter().zip(independent).map(|(part, score)| part * score).sum())
        };
        self.variables.iter().zip(&self.factor).map(value).collect()
    }

    /// The matrix of its rows, once it is square, symmetric and has a diagonal of ones.
    fn matrix(&self, rows: &[Vec<f64>]) -> Result<DMatrix<f64>> {
        let count = self.variables.len();
        same_count("rows of a correlation matrix", rows.len(), count, "variables")?;
        for (row, entries) in rows.iter().enumerate() {
            same_count("entries of a row of a correlation matrix", entries.len(), count, "variables")?;
            for (column, value) in entries.iter().enumerate().take(row + 1) {
                let expected = if row == column { 1.0 } else { rows[column][row] };
                let difference = (value - expected).abs();
                if difference.is_nan() || difference > ROUND_OFF {
                    let remedy = if row == column { DIAGONAL } else { SYMMETRIC };
                    return Err(self.refused([row, column], *value, remedy));
                }
            }
        }
        Ok(DMatrix::from_fn(count, count, |row, column| rows[row][column]))
    }

    /// L of a matrix; of one that has none, the first row with which it has none is to blame, and its largest entry is named.
    fn cholesky(&self, matrix: &DMatrix<f64>) -> Result<DMatrix<f64>> {
        let leading = |size: usize| matrix.view((0, 0), (size, size)).clone_owned().cholesky();
        if let Some(found) = leading(matrix.nrows()) {
            return Ok(found.l());
        }
        let row = (1..matrix.nrows()).find(|row| leading(row + 1).is_none()).unwrap_or_default();
        let size = |column: &usize| matrix[(row, *column)].abs();
        let column = (0..row).max_by(|one, other| size(one).total_cmp(&size(other))).unwrap_or_default();
        Err(self.refused([row, column], matrix[(row, column)], DEFINITE))
    }

    fn refused(&self, [row, column]: [usize; 2], value: f64, remedy: &'static str) -> crate::Error {
        let name = |index: usize| self.variables[index].name.clone();
        DesignFault::BadCorrelation { first: name(row), second: name(column), row, column, value, remedy }.into()
    }
}

/// The rows of a lower triangle, each up to the diagonal.
fn lower_rows(matrix: &DMatrix<f64>) -> Vec<Vec<f64>> {
    let row = |row: usize| (0..=row).map(|column| matrix[(row, column)]).collect();
    (0..matrix.nrows()).map(row).collect()
}

const DIAGONAL: &str = "the diagonal must be 1";
const SYMMETRIC: &str = "the entry across the diagonal has another value, and both must be the same number";
const DEFINITE: &str =
    "with the other correlations no distribution has it (the matrix is not positive definite): bring it nearer to 0";
