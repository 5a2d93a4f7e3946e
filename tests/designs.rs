//! Do designs have the properties that define them, and do their indices equal closed forms?
use dermaweave::error::DesignFault;
use dermaweave::report::write_file;
use dermaweave::study::design::{
    Bootstrap, Design, Factor, FullFactorial, LatinHypercube, Morris, Saltelli, Scale, Sobol, values,
};
use dermaweave::{Error, Result};
use serde_json::{Value, json};
use std::f64::consts::{PI, TAU};

#[path = "common/refused.rs"]
mod refused;
use refused::assert_message;

fn outputs(design: &impl Design, model: impl Fn(&[f64]) -> f64) -> Vec<f64> {
    design.points().map(|point| model(&point)).collect()
}

/// sin x₁ + 7 sin² x₂ + 0.1 x₃⁴ sin x₁ with x from −π to π (Ishigami & Homma 1990).
fn ishigami(point: &[f64]) -> f64 {
    let x: Vec<f64> = point.iter().map(|u| PI * (2.0 * u - 1.0)).collect();
    x[0].sin() + 7.0 * x[1].sin().powi(2) + 0.1 * x[2].powi(4) * x[0].sin()
}

/// Coefficients of the g-function, the usual ones of eight factors.
const G: [f64; 8] = [0.0, 1.0, 4.5, 9.0, 99.0, 99.0, 99.0, 99.0];

/// Π (|4xᵢ − 2| + aᵢ)/(1 + aᵢ) (Saltelli & Sobol' 1995).
fn g_function(point: &[f64]) -> f64 {
    point.iter().zip(G).map(|(x, a)| ((4.0 * x - 2.0).abs() + a) / (1.0 + a)).product()
}

/// Claim: every combination of levels comes once, the last factor changing first, and ends of ranges are reached.
#[test]
fn a_full_factorial_has_every_combination_once() {
    let design = FullFactorial::new([2, 3, 1]).unwrap();
    let levels: Vec<_> = (0..design.len()).map(|index| design.levels_at(index)).collect();
    assert_eq!(levels, [[0, 0, 0], [0, 1, 0], [0, 2, 0], [1, 0, 0], [1, 1, 0], [1, 2, 0]]);
    assert_eq!(design.point(5), [1.0, 1.0, 0.5]);
    assert_eq!(design.point(1), [0.0, 0.5, 0.5]);
    assert!(!design.is_empty() && design.factors() == 3);
    // A product that overflows, and one that is just right.
    assert_message(FullFactorial::new([1 << 40, 1 << 40]), "2⁸⁰ runs", &["levels of a factor", "4294967296"]);
    assert_message(FullFactorial::new([1 << 20; 20]), "2⁴⁰⁰ runs", &["runs of a full factorial", "4294967296"]);
    assert_eq!(FullFactorial::new([1 << 16; 2]).unwrap().point(u32::MAX as usize), [1.0, 1.0]);
    assert_message(FullFactorial::new([]), "no factor", &["number of factors is 0"]);
    assert_message(FullFactorial::new([2, 0]), "no level", &["levels of a factor is 0"]);
}

/// Claim: along every factor each of n equal parts holds exactly one point, for few points and many.
#[test]
fn each_stratum_of_a_latin_hypercube_has_one_point() {
    for (factors, points) in [(1, 1), (3, 7), (5, 1000), (2, 300_000)] {
        let design = LatinHypercube::new(factors, points, 5).unwrap();
        let mut seen = vec![vec![false; points]; factors];
        for point in design.points() {
            for (seen, x) in seen.iter_mut().zip(point) {
                let stratum = (x * points as f64).floor() as usize;
                assert!(!std::mem::replace(&mut seen[stratum], true), "{points} points: two in stratum {stratum}");
            }
        }
    }
}

/// Claim: factors are in independent order, places within strata are uniform, and another seed gives another design.
#[test]
fn latin_hypercubes_are_random() {
    let count = 10_000;
    let design = LatinHypercube::new(3, count, 5).unwrap();
    let points: Vec<_> = design.points().collect();
    for (one, other) in [(0, 1), (0, 2), (1, 2)] {
        let product = |point: &Vec<f64>| 12.0 * (point[one] - 0.5) * (point[other] - 0.5);
        let correlation = points.iter().map(product).sum::<f64>() / count as f64;
        assert!(correlation.abs() < 4.0 / (count as f64).sqrt(), "factors {one} and {other}: {correlation}");
    }
    let within = |point: &Vec<f64>| (point[0] * count as f64).fract();
    let mean = points.iter().map(within).sum::<f64>() / count as f64;
    assert!((mean - 0.5).abs() < 4.0 / (12.0 * count as f64).sqrt(), "{mean}");
    assert_ne!(LatinHypercube::new(3, count, 6).unwrap().point(0), points[0]);
    // Points are the same in any order.
    assert!((0..count).rev().step_by(97).all(|index| design.point(index) == points[index]));
    assert_message(LatinHypercube::new(0, 5, 1), "no factor", &["number of factors is 0", "1000"]);
    assert_message(LatinHypercube::new(2, 1 << 25, 1), "2²⁵ points", &["33554432", "16777216"]);
}

/// Claim: a trajectory moves each factor once, by exactly ±Δ between levels of the grid, and begins anywhere.
#[test]
fn trajectories_of_morris_move_one_factor_at_a_time() {
    for (factors, levels) in [(1, 2), (4, 4), (20, 10)] {
        let design = Morris::new(factors, 400, levels, 3).unwrap();
        assert_eq!(design.len(), 400 * (factors + 1));
        let points: Vec<_> = design.points().collect();
        let mut ups = 0;
        for trajectory in points.chunks(factors + 1) {
            let mut moved = vec![0; factors];
            for pair in trajectory.windows(2) {
                let changed: Vec<_> = (0..factors).filter(|factor| pair[0][*factor] != pair[1][*factor]).collect();
                assert_eq!(changed.len(), 1);
                let change = pair[1][changed[0]] - pair[0][changed[0]];
                assert!((change.abs() - design.step()).abs() < 1e-15, "{change}");
                ups += usize::from(change > 0.0);
                moved[changed[0]] += 1;
            }
            assert!(moved.iter().all(|times| *times == 1));
        }
        let total = (400 * factors) as f64;
        assert!((ups as f64 / total - 0.5).abs() < 4.0 * 0.5 / total.sqrt());
        // Every level is as likely as any other where a trajectory begins.
        let begins: Vec<_> = points.iter().step_by(factors + 1).flatten().collect();
        for level in 0..levels {
            let place = level as f64 / (levels - 1) as f64;
            let share = begins.iter().filter(|x| ***x == place).count() as f64 / total;
            let (p, n) = (1.0 / levels as f64, total);
            assert!((share - p).abs() < 4.0 * (p * (1.0 - p) / n).sqrt(), "level {level}: {share}");
        }
    }
    assert!((Morris::new(1, 2, 4, 0).unwrap().step() - 2.0 / 3.0).abs() < 1e-15);
    assert_message(Morris::new(1, 10, 5, 0), "odd levels", &["levels of Morris is 5", "multiple of 2"]);
    assert_message(Morris::new(1, 1, 4, 0), "one trajectory", &["trajectories of Morris is 1"]);
}

/// Claim: of a linear function μ is the slope, μ* its size and σ nothing, with intervals of no width.
#[test]
fn elementary_effects_of_a_linear_function_are_its_slopes() {
    let slopes = [3.0, -0.25, 0.0, 1e3];
    let design = Morris::new(4, 12, 6, 9).unwrap();
    let line = |x: &[f64]| 5.0 + slopes.iter().zip(x).map(|(slope, x)| slope * x).sum::<f64>();
    let found = design.effects(&outputs(&design, line), Bootstrap::default()).unwrap();
    for (effects, slope) in found.iter().zip(slopes) {
        let size = effects.mean_absolute;
        assert!((effects.mean - slope).abs() < 1e-11, "{effects:?}");
        assert!([size.value, size.low, size.high].iter().all(|size| (size - slope.abs()).abs() < 1e-11));
        assert!(effects.deviation < 1e-11);
    }
}

/// Claim: of a function with curvature and interaction μ, μ* and σ are those of the distribution of its effects.
///
/// With p = 4 and y = x₁x₂ + 4(x₃ − ½)², the effect of x₁ is x₂, which is 0, ⅓, ⅔ or 1, each as likely as the others; that of
/// x₃ is ±4/3 · (sum of its two places − 1) = ±4/3, since they are 0 and ⅔ or ⅓ and 1.
#[test]
fn elementary_effects_of_a_product_have_the_moments_of_the_other_factor() {
    let count = 20_000;
    let design = Morris::new(3, count, 4, 2).unwrap();
    let model = |x: &[f64]| x[0] * x[1] + 4.0 * (x[2] - 0.5).powi(2);
    let found = design.effects(&outputs(&design, model), Bootstrap { resamples: 200, seed: 1 }).unwrap();
    let (deviation, error) = ((5.0_f64 / 36.0).sqrt(), 4.0 / (count as f64).sqrt());
    for effects in &found[..2] {
        assert!((effects.mean - 0.5).abs() < error * deviation, "{effects:?}");
        assert_eq!(effects.mean, effects.mean_absolute.value);
        // The standard error of σ is at most σ/√(2n) for a distribution flatter than the normal one.
        assert!((effects.deviation - deviation).abs() < error * deviation, "{effects:?}");
        let half_width = 0.5 * (effects.mean_absolute.high - effects.mean_absolute.low);
        assert!((half_width / (1.96 * deviation / (count as f64).sqrt()) - 1.0).abs() < 0.3, "{half_width}");
    }
    let curved = found[2];
    assert!((curved.mean_absolute.value - 4.0 / 3.0).abs() < 1e-12 && curved.mean.abs() < error * 4.0 / 3.0);
    assert!((curved.deviation - 4.0 / 3.0).abs() < 0.01);
}

/// Claim: the sequence is that of Joe & Kuo.
///
/// The first ten points are those of their "Notes on generating Sobol sequences" (2008); points of 100 dimensions were made
/// with `scipy.stats.qmc.Sobol(100, scramble=False, bits=32)` of SciPy 1.17.1, in units of 2⁻³².
#[test]
fn points_of_sobol_are_the_published_ones() {
    let published = [
        [0.0, 0.0, 0.0],
        [0.5, 0.5, 0.5],
        [0.75, 0.25, 0.25],
        [0.25, 0.75, 0.75],
        [0.375, 0.375, 0.625],
        [0.875, 0.875, 0.125],
        [0.625, 0.125, 0.875],
        [0.125, 0.625, 0.375],
        [0.1875, 0.3125, 0.9375],
        [0.6875, 0.8125, 0.4375],
    ];
    let points: Vec<_> = Sobol::new(3, 10).unwrap().points().collect();
    assert_eq!(points, published);
    let design = Sobol::new(100, 1 << 20).unwrap();
    // Index; Σ j xⱼ over all coordinates j, counted from 1; coordinates 2, 20 and 100. Gray codes of the last two have 13 and 20
    // ones and no zero, so that each direction number counts.
    let of_scipy = [
        (100, 11_039_676_563_456, [1_107_296_256_u32, 1_442_840_576, 3_791_650_816]),
        (5461, 11_791_759_310_848, [2_576_875_520, 354_942_976, 1_495_793_664]),
        (699_050, 11_980_982_468_608, [268_505_088, 1_421_234_176, 1_463_824_384]),
    ];
    for (index, sum, expected) in of_scipy {
        let digits: Vec<_> = design.point(index).iter().map(|x| (x * 4_294_967_296.0) as u32).collect();
        assert_eq!([1, 19, 99].map(|dimension| digits[dimension]), expected, "point {index}");
        assert_eq!((1..).zip(&digits).map(|(number, digits)| number * u64::from(*digits)).sum::<u64>(), sum);
    }
}

/// Claim: of 2ᵏ points each of 2ᵏ equal parts of each of all 100 coordinates holds one, to the last of 32 bits; more dimensions
/// are refused.
#[test]
fn sobol_points_are_even_along_every_coordinate() {
    let count = 1 << 12;
    let design = Sobol::new(Sobol::MOST_DIMENSIONS, 1 << 32).unwrap();
    // The first points, and as many that begin in the middle of the sequence.
    for first in [0, 1 << 31] {
        let mut seen = vec![vec![false; count]; design.factors()];
        for index in first..first + count {
            for (seen, x) in seen.iter_mut().zip(design.point(index)) {
                assert!(!std::mem::replace(&mut seen[(x * count as f64) as usize], true));
            }
        }
    }
    assert!(design.point(u32::MAX as usize).iter().all(|x| *x < 1.0));
    assert_message(Sobol::new(101, 8), "101 dimensions", &["dimensions of a Sobol' sequence is 101", "100"]);
    assert_message(Saltelli::new(51, 8), "51 factors", &["factors of Saltelli's design is 51", "from 1 to 50"]);
    assert_message(Saltelli::new(2, 1), "one row", &["rows of Saltelli's design is 1"]);
}

/// Claim: runs are the rows of A, of A with each column from B, and of B, and twice the rows begin with the same runs.
#[test]
fn runs_of_saltelli_are_rows_of_a_and_b() {
    let (design, sequence) = (Saltelli::new(3, 64).unwrap(), Sobol::new(6, 64).unwrap());
    assert_eq!(design.len(), 64 * 5);
    for (row, both) in sequence.points().enumerate() {
        let (a, b) = both.split_at(3);
        assert_eq!(design.point(5 * row), a);
        assert_eq!(design.point(5 * row + 4), b);
        for factor in 0..3 {
            let expected: Vec<_> = (0..3).map(|of| if of == factor { b[of] } else { a[of] }).collect();
            assert_eq!(design.point(5 * row + 1 + factor), expected);
        }
    }
    let twice = Saltelli::new(3, 128).unwrap();
    assert!(design.points().zip(twice.points()).all(|(one, other)| one == other));
}

/// Demands indices within `most` of closed forms, and of a quarter as many rows a larger error.
fn assert_indices(model: fn(&[f64]) -> f64, expected: &[[f64; 2]], most: f64) {
    let errors = [1024, 4096].map(|rows| {
        let design = Saltelli::new(expected.len(), rows).unwrap();
        let found = design.indices(&outputs(&design, model), Bootstrap { resamples: 200, seed: 4 }).unwrap();
        let mut worst = 0.0_f64;
        for (indices, expected) in found.iter().zip(expected) {
            for (found, expected) in [indices.first, indices.total].iter().zip(expected) {
                worst = worst.max((found.value - expected).abs());
                // Resampled rows lack the evenness of the sequence, so the interval is wide enough.
                assert!(found.low < *expected && *expected < found.high, "{found:.4} for {expected}");
            }
        }
        worst
    });
    assert!(errors[1] < most && errors[1] < errors[0], "{errors:?}");
}

/// Claim: indices of Ishigami's function (a = 7, b = 0.1) are those of theory: V₁ = ½(1 + bπ⁴/5)², V₂ = a²/8,
/// V₁₃ = b²π⁸(1/18 − 1/50).
#[test]
fn indices_of_ishigami_equal_theory() {
    let first = 0.5 * (1.0 + 0.1 * PI.powi(4) / 5.0).powi(2);
    let second = 49.0 / 8.0;
    let both = 0.01 * PI.powi(8) * (1.0 / 18.0 - 1.0 / 50.0);
    let all = first + second + both;
    let expected = [[first, first + both], [second, second], [0.0, both]].map(|pair| pair.map(|part| part / all));
    assert!((expected[0][0] - 0.3139).abs() < 1e-4 && (expected[2][1] - 0.2437).abs() < 1e-4);
    assert_indices(ishigami, &expected, 0.001);
}

/// Claim: so are those of the g-function: Vᵢ = 1/(3(1 + aᵢ)²), and with V = Π(1 + Vⱼ) − 1 the total index is
/// Vᵢ Π_{j≠i}(1 + Vⱼ)/V.
#[test]
fn indices_of_the_g_function_equal_theory() {
    let parts = G.map(|a| 1.0 / (3.0 * (1.0 + a) * (1.0 + a)));
    let product: f64 = parts.iter().map(|part| 1.0 + part).product();
    let expected = parts.map(|part| [part / (product - 1.0), part * product / (1.0 + part) / (product - 1.0)]);
    assert_indices(g_function, &expected, 0.003);
}

/// Claim: indices change neither with an offset nor with the unit of the output, and a constant has none.
#[test]
fn indices_are_those_of_the_varying_part() {
    let design = Saltelli::new(3, 256).unwrap();
    let of = |model: &dyn Fn(&[f64]) -> f64| design.indices(&outputs(&design, model), Bootstrap::default()).unwrap();
    let (plain, moved) = (of(&ishigami), of(&|x: &[f64]| 1e4 - 1e3 * ishigami(x)));
    for (plain, moved) in plain.iter().zip(&moved) {
        for (one, other) in [(plain.first, moved.first), (plain.total, moved.total)] {
            assert!((one.value - other.value).abs() < 1e-10 && (one.low - other.low).abs() < 1e-10);
        }
    }
    let constant = of(&|_: &[f64]| 0.1);
    assert!(constant.iter().all(|indices| indices.first.value.is_nan() && indices.total.high.is_nan()));
}

/// Claim: outputs that cannot be used are refused with the run at fault, and so are too many resamples.
#[test]
fn outputs_are_checked() {
    let design = Saltelli::new(2, 4).unwrap();
    let morris = Morris::new(2, 4, 4, 1).unwrap();
    let mut outputs = vec![1.0; 16];
    outputs[9] = f64::NAN;
    let refused = design.indices(&outputs, Bootstrap::default());
    assert!(matches!(refused, Err(Error::Design(DesignFault::BadOutput { run: 9, .. }))));
    assert_message(refused, "NaN", &["the output of run 9", "NaN", "finite"]);
    assert_message(morris.effects(&outputs, Bootstrap::default()), "16 for 12", &["16 outputs", "12 runs"]);
    let many = Bootstrap { resamples: 1_000_000, seed: 0 };
    assert_message(morris.effects(&[0.0; 12], many), "a million", &["resamples of a bootstrap is 1000000"]);
    let none = morris.effects(&[0.0; 12], Bootstrap { resamples: 0, seed: 0 }).unwrap()[0].mean_absolute;
    assert!(none.value == 0.0 && none.low.is_nan() && none.high.is_nan());
}

#[test]
#[should_panic(expected = "point 10 is asked of a design of 10 points")]
fn a_point_beyond_the_last_is_no_point() {
    let _ = LatinHypercube::new(2, 10, 1).unwrap().point(10);
}

/// Claim: ends of ranges are met exactly, the middle is the arithmetic or the geometric mean, and other ranges are refused.
#[test]
fn coordinates_become_values_of_factors() {
    let factor = |low, high, scale| Factor { name: "rate".into(), low, high, scale };
    for (low, high, scale, middle) in [(-3.0, 0.1, Scale::Linear, -1.45), (1e-7, 0.3, Scale::Log, 3e-8_f64.sqrt())] {
        let factor = factor(low, high, scale);
        assert_eq!((factor.value(0.0).unwrap(), factor.value(1.0).unwrap()), (low, high));
        assert!((factor.value(0.5).unwrap() / middle - 1.0).abs() < 1e-14);
        let all: Vec<_> = (0..=100).map(|step| factor.value(f64::from(step) / 100.0).unwrap()).collect();
        assert!(all.is_sorted() && all[0] < all[1]);
    }
    let of = |low, high, scale| factor(low, high, scale).value(0.5);
    assert_message(of(0.0, 1.0, Scale::Log), "0 on a log scale", &["\"rate\" is 0", "must be positive"]);
    assert_message(of(2.0, 2.0, Scale::Linear), "no width", &["upper end of the range of \"rate\" is 2"]);
    assert_message(of(f64::NAN, 1.0, Scale::Linear), "NaN", &["lower end of the range of \"rate\" is NaN"]);
    assert_message(of(0.0, f64::INFINITY, Scale::Linear), "infinity", &["upper end", "inf"]);
    assert_message(factor(0.0, 1.0, Scale::Linear).value(1.1), "1.1", &["coordinate of a design is 1.1"]);
    assert_message(values(&[], &[0.5]), "a coordinate too many", &["1 coordinates", "0 factors"]);
    let read: Factor = serde_json::from_str(r#"{"name": "k", "low": 1, "high": 2}"#).unwrap();
    assert_eq!(read, Factor { name: "k".into(), low: 1.0, high: 2.0, scale: Scale::Linear });
}

/// Claim: a seed means the same points in every version, on every machine.
#[test]
fn points_of_a_seed_stay_as_they_are() {
    let latin = LatinHypercube::new(3, 11, 2026).unwrap();
    let morris = Morris::new(3, 5, 4, 2026).unwrap();
    assert_eq!(latin.point(4), [0.512_335_633_689_707, 0.618_322_028_355_164_9, 0.597_713_798_284_530_6]);
    let (one, two) = (1.0 / 3.0, 2.0 / 3.0);
    let expected = [[one, 0.0, 0.0], [one, 0.0, two], [one, two, two], [1.0, two, two]];
    assert_eq!(morris.points().take(4).collect::<Vec<_>>(), expected);
}

/// Points, outputs and what is made of them, for `tests/python/salib_indices.py`.
fn for_the_outside_check() -> Result<Value> {
    let bootstrap = Bootstrap { resamples: 1000, seed: 7 };
    let variance = |name: &str, factors, rows, model: fn(&[f64]) -> f64| {
        let design = Saltelli::new(factors, rows)?;
        let outputs = outputs(&design, model);
        let found = design.indices(&outputs, bootstrap)?;
        let points: Vec<_> = design.points().collect();
        Ok::<_, Error>(json!({"name": name, "rows": rows, "points": points, "outputs": outputs, "indices": found}))
    };
    let screening = |name: &str, factors, levels, model: fn(&[f64]) -> f64| {
        let design = Morris::new(factors, 30, levels, 11)?;
        let outputs = outputs(&design, model);
        let found = design.effects(&outputs, bootstrap)?;
        let points: Vec<_> = design.points().collect();
        Ok::<_, Error>(json!({"name": name, "levels": levels, "points": points, "outputs": outputs, "effects": found}))
    };
    let wave = |x: &[f64]| 100.0 + (TAU * x[0]).cos() * x[1] + x[2] - 0.3 * x[3] * x[3];
    Ok(json!({
        "sobol": Sobol::new(Sobol::MOST_DIMENSIONS, 256)?.points().collect::<Vec<_>>(),
        "saltelli": [
            variance("ishigami", 3, 1024, ishigami)?,
            variance("g-function", 8, 512, g_function)?,
            variance("offset", 4, 300, wave)?,
        ],
        "morris": [
            screening("ishigami", 3, 4, ishigami)?,
            screening("g-function", 8, 6, g_function)?,
            screening("offset", 4, 10, wave)?,
        ],
    }))
}

/// What another implementation is to compute again is written to the file that `DERMAWEAVE_DESIGNS` names, and can be read back.
#[test]
fn designs_are_written_for_the_outside_check() {
    let usual = || std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("designs.json").into();
    let path = std::env::var_os("DERMAWEAVE_DESIGNS").unwrap_or_else(usual);
    let written = for_the_outside_check().unwrap();
    write_file(&path, written.to_string().as_bytes()).unwrap();
    let read: serde_json::Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    assert!(read == written && read["saltelli"][1]["points"].as_array().unwrap().len() == 512 * 10);
}
