//! Is the distance over which fibers keep their direction the one that is known?
use dermaweave::measure::{CorrelationWindows, FiberCorrelation, Region};
use dermaweave::random::{Purpose, stream};
use dermaweave::{FiberMoments, Grid, Length, Matrix};
use rand::RngExt;
use rand_distr::StandardNormal;
use std::f64::consts::{E, FRAC_PI_2, PI};

fn grid(columns: f64, rows: f64, spacing: f64) -> Grid {
    let length = |sites: f64| Length::micrometers(sites * spacing);
    Grid::new(length(columns), length(rows), Length::micrometers(spacing)).unwrap()
}

fn matrix(grid: Grid, fibers: impl Fn(f64, f64) -> FiberMoments) -> Matrix {
    let mut matrix = Matrix::uniform(grid, FiberMoments::default(), 0.0);
    for (site, pools) in matrix.sites_mut().iter_mut().enumerate() {
        let (x, y) = grid.center_of(site);
        pools.new = fibers(x, y) * 0.3;
        pools.mature = fibers(x, y) * 0.7;
    }
    matrix
}

fn correlation(matrix: &Matrix) -> FiberCorrelation {
    CorrelationWindows::new(&Region::all(matrix.grid()), matrix.grid()).unwrap().measure(matrix).unwrap()
}

/// Defends: C of stripes, counted pair by pair, at every lag; the weave of stripes at 0° and 90° is uniform.
#[test]
fn stripes_have_the_correlation_that_counting_gives() {
    let stripes = matrix(grid(240.0, 120.0, 10.0), |x, _| {
        FiberMoments::along(1.0, if ((x / 200.0) as usize).is_multiple_of(2) { 0.0 } else { FRAC_PI_2 })
    });
    let measured = correlation(&stripes);
    // 120 × 60 windows of 20 µm in 12 stripes of 10; half of the shorter side is 30 lags.
    assert_eq!((measured.window_um, measured.second.len()), (20.0, 31));
    for lag in 0..=30_usize {
        let sign = |column: usize| if (column / 10).is_multiple_of(2) { 1.0 } else { -1.0 };
        let across: f64 = (lag..120).map(|column| sign(column) * sign(column - lag)).sum::<f64>() * 60.0;
        let (along, pairs) = ((60 - lag) * 120, (120 - lag) * 60 + (60 - lag) * 120);
        let expected = (across + along as f64) / pairs as f64;
        assert!((measured.second[lag] - expected).abs() < 1e-12, "lag {lag}");
    }
    assert_eq!(measured.weave_length_um(), 600.0);
}

/// Defends: blocks of side L with independent axes have C = 1 − r/L, so the length is L (1 − 1/e).
#[test]
fn blocks_of_random_axes_have_the_triangular_correlation() {
    let (grid, side) = (grid(400.0, 400.0, 20.0), 200.0);
    let axis = |x: f64, y: f64| {
        let block = (y / side) as u64 * 1000 + (x / side) as u64;
        PI * stream(11, 0, Purpose::User, block).random::<f64>()
    };
    let measured = correlation(&matrix(grid, |x, y| FiberMoments::along(1.0, axis(x, y))));
    // About 2 · 1600 pairs of neighboring blocks, each with a random cosine of variance 1/2, make up the
    // share r/L of C: a standard error of r √(1/6400) for the length. Without a block beyond the edge,
    // C is larger by at most r/(8 mm − r) · r/L. Four standard errors and that:
    let expected = side * (1.0 - 1.0 / E);
    let tolerance = 4.0 * expected / 80.0 + expected * expected / (8000.0 - expected);
    for length in [measured.length_um(), measured.weave_length_um()] {
        assert!((length - expected).abs() < tolerance, "{length} instead of {expected} ± {tolerance}");
    }
}

/// Defends: an exponential correlation of 60 µm is found as 60 µm.
#[test]
fn an_exponential_correlation_has_its_own_length() {
    const SIDE: usize = 400;
    let kept = (-20.0_f64 / 60.0).exp();
    let mut field = vec![[0.0; 2]; SIDE * SIDE];
    let mut numbers = stream(5, 0, Purpose::User, 0);
    field.iter_mut().flatten().for_each(|value| *value = numbers.sample(StandardNormal));
    // A stationary autoregressive walk along x, then one along y: covariance e^{−(|x| + |y|)/60 µm}.
    for stride in [1, SIDE] {
        for site in 0..SIDE * SIDE {
            if site / stride % SIDE > 0 {
                let before = field[site - stride];
                let here = &mut field[site];
                *here = [0, 1].map(|part| kept * before[part] + (1.0 - kept * kept).sqrt() * here[part]);
            }
        }
    }
    let grid = grid(400.0, 400.0, 20.0);
    let of_site = |x: f64, y: f64| field[grid.site_at(x, y)].map(|value| 0.1 * value);
    let fibers = |x: f64, y: f64| {
        let [c2, s2] = of_site(x, y);
        FiberMoments { density: 1.0, c2, s2, c4: 0.3, s4: 0.0 }
    };
    let measured = correlation(&matrix(grid, fibers));
    // Standard error of C at most √(Σ C²/N) = 3/400 with correlated sites (Bartlett), and e times that
    // of the length; 60 µm is a whole lag, so interpolation adds nothing.
    let length = measured.length_um();
    assert!((length / 60.0 - 1.0).abs() < 4.0 * E * 3.0 / 400.0, "{length}");
    // The weave is the same everywhere, whatever the mean axis does.
    assert_eq!(measured.weave_length_um(), measured.window_um * 50.0);
}

/// Defends: what does not decay gives the largest lag; no direction, or no second window, gives 0.
#[test]
fn uniform_and_tangled_fibers_give_the_ends_of_the_range() {
    let uniform = matrix(grid(300.0, 150.0, 10.0), |_, _| FiberMoments::one_family(0.4, 0.7, 0.3));
    let measured = correlation(&uniform);
    assert_eq!((measured.length_um(), measured.weave_length_um()), (740.0, 740.0));
    let large = matrix(grid(150.0, 150.0, 20.0), |_, _| FiberMoments::one_family(0.4, 0.7, 0.3));
    assert_eq!(correlation(&large).length_um(), 1000.0);
    let tangle = matrix(grid(60.0, 60.0, 10.0), |_, _| FiberMoments::isotropic(1.0));
    assert_eq!(correlation(&tangle).length_um(), 0.0);
    let grid = *tangle.grid();
    let mask = (0..grid.sites()).map(|site| site < 2).collect();
    let tiny = CorrelationWindows::new(&Region::mask("tiny", &grid, mask).unwrap(), &grid).unwrap();
    assert_eq!((tiny.measure(&tangle).unwrap().length_um(), tiny.largest_lag_um()), (0.0, 0.0));
    // One site has no other to be compared with.
    let mask = (0..grid.sites()).map(|site| site == 0).collect();
    let site = CorrelationWindows::new(&Region::mask("site", &grid, mask).unwrap(), &grid).unwrap();
    assert_eq!(site.measure(&tangle).unwrap().length_um(), 0.0);
}

/// Defends: nothing outside the region is read, and windows count with the share of them that lies in it.
#[test]
fn only_the_region_counts() {
    let field = grid(200.0, 200.0, 10.0);
    let disc = Length::micrometers(1000.0);
    let disc = Region::disc("disc", &field, disc, disc, disc).unwrap();
    let around = matrix(field, |x, y| {
        let outside = !disc.holds(field.site_at(x, y));
        FiberMoments::along(1.0, if outside { x * y } else { 0.2 })
    });
    let windows = CorrelationWindows::new(&disc, &field).unwrap();
    assert_eq!(windows.measure(&around).unwrap().length_um(), windows.largest_lag_um());
    assert_eq!(windows.largest_lag_um(), 500.0);
}

/// Defends: C of a ragged region is that of all its pairs of windows along x and y, each with the product of their shares.
#[test]
fn pairs_count_with_the_shares_of_their_windows() {
    let field = grid(40.0, 40.0, 10.0);
    let disc = Length::micrometers(230.0);
    let disc = Region::disc("disc", &field, disc, disc * 0.9, disc).unwrap();
    let fibers =
        matrix(field, |x, y| FiberMoments::one_family(0.4 + 0.3 * (0.05 * x).sin(), 0.7, 0.02 * y + 1e-4 * x * y));
    let measured = CorrelationWindows::new(&disc, &field).unwrap().measure(&fibers).unwrap();
    let inside: Vec<usize> = (0..field.sites()).filter(|&site| disc.holds(site)).collect();
    let first = |along: fn(usize) -> usize| inside.iter().map(|&site| along(site)).min().unwrap();
    let (left, bottom) = (first(|site| site % 40), first(|site| site / 40));
    let window = |column: usize, row: usize| {
        let lies = |site: &&usize| (**site % 40 - left) / 2 == column && (**site / 40 - bottom) / 2 == row;
        let sites: Vec<usize> = inside.iter().filter(lies).copied().collect();
        let sum: FiberMoments = sites.iter().map(|&site| fibers.site(site).collagen()).sum();
        let ((c2, s2), share) = (sum.mean_second(), sites.len() as f64 / 4.0);
        [c2 * share, s2 * share, share]
    };
    let windows: Vec<Vec<[f64; 3]>> = (0..20).map(|row| (0..20).map(|column| window(column, row)).collect()).collect();
    let mean = |lag: usize| {
        let (mut sum, mut shares) = (0.0, 0.0);
        for (one, other) in (0..20).flat_map(|row| (lag..20).map(move |column| ((row, column), (row, column - lag)))) {
            for (one, other) in [(one, other), ((one.1, one.0), (other.1, other.0))] {
                let (one, other) = (windows[one.0][one.1], windows[other.0][other.1]);
                sum += one[0] * other[0] + one[1] * other[1];
                shares += one[2] * other[2];
            }
        }
        sum / shares
    };
    assert!(measured.second.len() > 3);
    for (lag, &found) in measured.second.iter().enumerate() {
        assert!((found - mean(lag) / mean(0)).abs() < 1e-9, "{lag}: {found} instead of {}", mean(lag) / mean(0));
    }
}
