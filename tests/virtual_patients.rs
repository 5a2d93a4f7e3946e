//! Are virtual patients distributed and correlated as was asked, and the same in every arm?
use dermaweave::error::DesignFault;
use dermaweave::random::{Purpose, stream};
use dermaweave::study::design::{Design, Distribution, LatinHypercube, Population, Variable};
use dermaweave::{Error, Result};

#[path = "common/refused.rs"]
mod refused;
use refused::assert_message;

const PATIENTS: u64 = 100_000;
const NORMAL: Distribution = Distribution::Normal { mean: 45.0, sd: 15.0 };
const LOG_NORMAL: Distribution = Distribution::LogNormal { median: 1.5, geometric_sd: 1.4 };
const UNIFORM: Distribution = Distribution::Uniform { low: -2.0, high: 6.0 };

/// Values of a distribution below which the shares 0.1, 0.25, 0.5, 0.75 and 0.9 lie, from the quantiles of the normal
/// distribution ±1.281 552 and ±0.674 490.
const SHARES: [f64; 5] = [0.1, 0.25, 0.5, 0.75, 0.9];
const SCORES: [f64; 5] = [-1.281_551_565_544_6, -0.674_489_750_196_08, 0.0, 0.674_489_750_196_08, 1.281_551_565_544_6];

fn four() -> [Variable; 4] {
    [
        Variable::new("age", NORMAL),
        Variable::new("thickness", LOG_NORMAL),
        Variable::new("pigment", UNIFORM),
        Variable::new("response", Distribution::Normal { mean: 0.0, sd: 1.0 }),
    ]
}

fn correlation() -> Vec<Vec<f64>> {
    vec![vec![1.0, -0.6, 0.3, 0.0], vec![-0.6, 1.0, 0.2, 0.5], vec![0.3, 0.2, 1.0, -0.2], vec![0.0, 0.5, -0.2, 1.0]]
}

/// The values of each variable, patient by patient.
fn columns(population: &Population) -> Vec<Vec<f64>> {
    let mut columns = vec![Vec::new(); population.variables().len()];
    for index in 0..PATIENTS {
        for (column, value) in columns.iter_mut().zip(population.patient(index, 3)) {
            column.push(value);
        }
    }
    columns
}

/// Correlation of Pearson.
fn pearson(one: &[f64], other: &[f64]) -> f64 {
    let mean = |numbers: &[f64]| numbers.iter().sum::<f64>() / numbers.len() as f64;
    let (of_one, of_other) = (mean(one), mean(other));
    let product = |a: &[f64], b: &[f64], [mean_a, mean_b]: [f64; 2]| {
        a.iter().zip(b).map(|(a, b)| (a - mean_a) * (b - mean_b)).sum::<f64>()
    };
    let squares = product(one, one, [of_one; 2]) * product(other, other, [of_other; 2]);
    product(one, other, [of_one, of_other]) / squares.sqrt()
}

fn ranks(numbers: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..numbers.len()).collect();
    order.sort_by(|one, other| numbers[*one].total_cmp(&numbers[*other]));
    let mut ranks = vec![0.0; numbers.len()];
    for (rank, index) in order.into_iter().enumerate() {
        ranks[index] = rank as f64;
    }
    ranks
}

/// Demands that a share of the values within four standard errors of `expected` lies below `value`.
fn assert_share(values: &[f64], value: f64, expected: f64) {
    let count = values.len() as f64;
    let share = values.iter().filter(|found| **found < value).count() as f64 / count;
    let error = (expected * (1.0 - expected) / count).sqrt();
    assert!((share - expected).abs() < 4.0 * error, "{share} and not {expected} lie below {value}");
}

/// Claim: normal scores have the correlations that were asked for, to four standard errors (1 − ρ²)/√n, and ranks those of
/// a Gaussian copula, (6/π) asin(ρ/2), with truncation as without it.
#[test]
fn patients_are_correlated_as_was_asked() {
    let population = Population::correlated(four(), &correlation()).unwrap();
    let mut scores = columns(&population);
    let ranks_of = |columns: &[Vec<f64>]| columns.iter().map(|column| ranks(column)).collect::<Vec<_>>();
    let mut truncated = four();
    truncated[0] = truncated[0].clone().within(30.0, 50.0);
    truncated[1] = truncated[1].clone().within(1.4, f64::INFINITY);
    let truncated = ranks_of(&columns(&Population::correlated(truncated, &correlation()).unwrap()));
    let ranks = ranks_of(&scores);
    assert_eq!(ranks, truncated, "truncation keeps the order of patients");
    scores[1].iter_mut().for_each(|value| *value = value.ln());
    for (row, entries) in correlation().iter().enumerate() {
        for (column, rho) in entries.iter().enumerate().take(row) {
            let error = 4.0 / (PATIENTS as f64).sqrt();
            // The uniform variable is no linear function of its score.
            if row != 2 && column != 2 {
                let found = pearson(&scores[row], &scores[column]);
                assert!((found - rho).abs() < error * (1.0 - rho * rho), "{row}, {column}: {found}, not {rho}");
            }
            let (found, expected) =
                (pearson(&ranks[row], &ranks[column]), 6.0 / std::f64::consts::PI * (0.5 * rho).asin());
            assert!((found - expected).abs() < error, "{row}, {column}: {found}, not {expected}");
        }
    }
}

/// Claim: each variable has its distribution, whatever it is correlated with.
#[test]
fn patients_have_the_distributions_that_were_asked_for() {
    let columns = columns(&Population::correlated(four(), &correlation()).unwrap());
    for (share, score) in SHARES.into_iter().zip(SCORES) {
        let values = [45.0 + 15.0 * score, 1.5 * 1.4_f64.powf(score), -2.0 + 8.0 * share, score];
        for (column, value) in columns.iter().zip(values) {
            assert_share(column, value, share);
        }
    }
    assert!(columns[2].iter().all(|value| (-2.0..=6.0).contains(value)));
}

/// Claim: quantiles of truncated variables are F⁻¹(F(a) + p (F(b) − F(a))), also far out in a tail.
///
/// Reference: 40-digit inversion of erfc for the standard normal distribution from −1 to 2 and from 6 to 7.
#[test]
fn truncation_is_exact() {
    let standard = Variable::new("z", Distribution::Normal { mean: 0.0, sd: 1.0 });
    let of = |variable: &Variable, score: f64| variable.value(score).unwrap();
    let middle = standard.clone().within(-1.0, 2.0);
    for (score, expected) in
        [(SCORES[0], -0.704_647_821_094_745_2), (0.0, 0.171_163_918_017_824_78), (SCORES[4], 1.255_715_364_150_215_2)]
    {
        assert!((of(&middle, score) - expected).abs() < 1e-12, "{}", of(&middle, score));
    }
    assert!((of(&standard.clone().within(6.0, 7.0), 0.0) - 6.111_358_215_508_885).abs() < 1e-13);
    assert!((of(&standard.clone().within(-7.0, -6.0), 0.0) + 6.111_358_215_508_885).abs() < 1e-13);
    // A distribution and its mirror image, one-sided: half of a normal distribution has its median at the upper quartile.
    let half = Variable::new("size", Distribution::LogNormal { median: 2.0, geometric_sd: 3.0 });
    assert!((of(&half.clone().within(2.0, f64::INFINITY), 0.0) / (2.0 * 3.0_f64.powf(SCORES[3])) - 1.0).abs() < 1e-12);
    assert!((of(&half.within(-1.0, 2.0), 0.0) / (2.0 * 3.0_f64.powf(SCORES[1])) - 1.0).abs() < 1e-12);
    let part = Variable::new("u", UNIFORM).within(0.0, 100.0);
    assert!((of(&part, 0.0) - 3.0).abs() < 1e-12 && (of(&part, SCORES[0]) - 0.6).abs() < 1e-12);
    // Values stay within the range to the last bit, as far as scores go.
    for range in [[-1.0, 2.0], [0.1, 0.2], [4.0, 5.0]] {
        let variable = standard.clone().within(range[0], range[1]);
        for step in -90..=90 {
            let value = of(&variable, 0.1 * f64::from(step));
            assert!((range[0]..=range[1]).contains(&value), "{value} is not within {range:?}");
        }
    }
}

/// Claim: a patient depends on seed and index alone, not on how many or which variables follow, and no draw is one of the
/// user's own.
#[test]
fn a_patient_is_the_same_in_every_arm() {
    let population = Population::correlated(four(), &correlation()).unwrap();
    let (patient, again) = (population.patient(17, 5), population.clone().patient(17, 5));
    assert_eq!(patient, again);
    for other in [population.patient(18, 5), population.patient(17, 6)] {
        assert!(patient.iter().zip(&other).all(|(one, other)| one != other));
    }
    let first: Vec<Vec<f64>> = correlation().iter().take(2).map(|row| row[..2].to_vec()).collect();
    assert_eq!(Population::correlated(four()[..2].to_vec(), &first).unwrap().patient(17, 5), patient[..2]);
    // The keys of a user's rule with the same seed.
    let users = rand::RngExt::random::<f64>(&mut stream(5, 0, Purpose::User, 17));
    let uniform = Population::independent([Variable::new("u", Distribution::Uniform { low: 0.0, high: 1.0 })]).unwrap();
    assert!((uniform.patient(17, 5)[0] - users).abs() > 1e-9);
    // Written out, so that a version or a machine with other patients is noticed.
    assert_eq!(patient, [26.999_439_220_493_65, 2.176_991_540_187_881, 4.618_291_509_220_7, -1.767_473_733_714_936_7]);
}

/// Claim: points of a design become patients, evenly along every variable.
#[test]
fn points_of_a_design_become_patients() -> Result<()> {
    let population = Population::independent(four())?;
    let sample = LatinHypercube::new(4, 1000, 1)?;
    let patients = sample.points().map(|point| population.patient_at(&point)).collect::<Result<Vec<_>>>()?;
    for (share, score) in SHARES.into_iter().zip(SCORES) {
        let below = patients.iter().filter(|patient| patient[0] < 45.0 + 15.0 * score).count();
        assert_eq!(below as f64, share * 1000.0);
    }
    assert_message(population.patient_at(&[0.5; 3]), "three of four", &["3 coordinates", "4 variables"]);
    for end in [0.0, 1.0, f64::NAN] {
        assert_message(population.patient_at(&[0.5, 0.5, end, 0.5]), "an end", &["coordinate of a patient"]);
    }
    Ok(())
}

/// Claim: a matrix that is no correlation matrix is refused, and the message names the entry.
#[test]
fn correlation_matrices_are_checked() {
    let with = |row: usize, column: usize, value: f64| {
        let mut matrix = correlation();
        matrix[row][column] = value;
        Population::correlated(four(), &matrix)
    };
    assert_message(with(2, 1, 0.3), "not symmetric", &["\"pigment\" and \"thickness\"", "row 2, column 1", "is 0.3"]);
    assert_message(with(1, 2, f64::NAN), "NaN above", &["row 2, column 1", "across the diagonal"]);
    assert_message(with(2, 1, f64::NAN), "NaN below", &["row 2, column 1", "is NaN"]);
    assert_message(with(3, 3, 0.9), "diagonal", &["\"response\" and \"response\"", "is 0.9; the diagonal must be 1"]);
    // Age and response cannot both be tied closely to thickness, in opposite ways, and to each other.
    let mut matrix = correlation();
    for (row, column, value) in [(0, 3, 0.9), (3, 0, 0.9)] {
        matrix[row][column] = value;
    }
    let refused = Population::correlated(four(), &matrix);
    assert!(matches!(
        &refused,
        Err(Error::Design(DesignFault::BadCorrelation { row: 3, column: 0, value: 0.9, first, second, .. }))
            if first == "response" && second == "age"
    ));
    assert_message(refused, "not positive definite", &["positive definite", "nearer to 0"]);
    let full = [vec![1.0, 1.0], vec![1.0, 1.0]];
    assert_message(Population::correlated(four()[..2].to_vec(), &full), "one variable twice", &["row 1, column 0"]);
    assert_message(Population::correlated(four(), &correlation()[..3]), "three rows", &["3 rows", "4 variables"]);
    let mut short = correlation();
    short[1].pop();
    assert_message(Population::correlated(four(), &short), "a short row", &["3 entries of a row", "4 variables"]);
}

/// Claim: numbers that make no distribution are refused with the name of the variable and the number.
#[test]
fn distributions_are_checked() {
    let normal = |mean, sd| Distribution::Normal { mean, sd };
    let log_normal = |median, geometric_sd| Distribution::LogNormal { median, geometric_sd };
    let uniform = |low, high| Distribution::Uniform { low, high };
    let wrong = [
        (normal(f64::NAN, 1.0), "the mean of \"rate\" is NaN"),
        (normal(0.0, 0.0), "the standard deviation of \"rate\" is 0"),
        (normal(0.0, f64::INFINITY), "the standard deviation of \"rate\" is inf"),
        (log_normal(0.0, 2.0), "the median of \"rate\" is 0"),
        (log_normal(1.0, 1.0), "the geometric standard deviation of \"rate\" is 1"),
        (log_normal(1.0, f64::NAN), "the geometric standard deviation of \"rate\" is NaN"),
        (uniform(f64::NEG_INFINITY, 1.0), "the lower end of \"rate\" is -inf"),
        (uniform(2.0, 1.0), "the upper end of \"rate\" is 1"),
    ];
    for (distribution, message) in wrong {
        let variable = Variable::new("rate", distribution);
        assert_message(variable.value(0.0), message, &[message]);
        assert_message(Population::independent([variable]), message, &[message]);
    }
    let within = |low, high| Population::independent([Variable::new("age", NORMAL).within(low, high)]);
    assert_message(within(20.0, 20.0), "no range", &["the upper end of the range of \"age\" is 20"]);
    assert_message(within(f64::NAN, 20.0), "NaN", &["the lower end of the range of \"age\" is NaN"]);
    let far = [within(160.0, 170.0), within(-90.0, -70.0)];
    for refused in far {
        assert_message(refused, "a range far out", &["the share of the distribution within the range", "widen"]);
    }
    assert!(within(f64::NEG_INFINITY, 20.0).is_ok());
    let read: Variable =
        serde_json::from_str(r#"{"name": "age", "distribution": {"normal": {"mean": 45, "sd": 15}}}"#).unwrap();
    assert_eq!(read, Variable::new("age", NORMAL));
}
