//! Do maps show all of the field, the same from every side?
use dermaweave::measure::FiberMaps;
use dermaweave::random::{Purpose, stream};
use dermaweave::{Boundary, FiberMoments, Grid, Length, Matrix};
use rand::RngExt;
use std::f64::consts::PI;

/// Columns, rows, side of the window and stride in sites: even and odd, dividing the field or not.
const CASES: [[u32; 4]; 7] = [
    [53, 37, 7, 4],
    [53, 37, 10, 3],
    [50, 40, 10, 2],
    [50, 40, 10, 5],
    [48, 31, 5, 5],
    [40, 40, 40, 7],
    [29, 64, 9, 9],
];

fn length(sites: f64) -> Length {
    Length::micrometers(10.0 * sites)
}

fn grid([columns, rows, ..]: [u32; 4], boundary: Boundary) -> Grid {
    let [width, height] = [columns, rows].map(|sites| length(f64::from(sites)));
    Grid::new(width, height, length(1.0)).unwrap().with_boundary(boundary)
}

fn random(grid: Grid) -> Matrix {
    let mut matrix = Matrix::uniform(grid, FiberMoments::default(), 0.0);
    let mut draws = stream(8, 0, Purpose::User, 0);
    for site in matrix.sites_mut() {
        let mut draw = || draws.random::<f64>();
        site.mature = FiberMoments::one_family(0.3 + draw(), PI * draw(), 0.9 * draw());
    }
    matrix
}

fn maps(matrix: &Matrix, [_, _, window, stride]: [u32; 4]) -> FiberMaps {
    FiberMaps::new(matrix, length(f64::from(window)), length(f64::from(stride))).unwrap()
}

/// The same field with every site, moved by `place` (column, row), and its fibers changed by `change`.
fn moved(
    matrix: &Matrix,
    place: impl Fn(usize, usize) -> (usize, usize),
    change: fn(FiberMoments) -> FiberMoments,
) -> Matrix {
    let (mut image, columns) = (matrix.clone(), matrix.grid().columns());
    for (site, fibers) in matrix.sites().enumerate() {
        let (column, row) = place(site % columns, site / columns);
        image.sites_mut()[row * columns + column].mature = change(fibers.mature);
    }
    image
}

fn assert_close(found: &[f64], expected: &[f64], what: &str) {
    assert_eq!(found.len(), expected.len());
    let worst = found.iter().zip(expected).map(|(found, expected)| (found - expected).abs()).fold(0.0, f64::max);
    assert!(worst < 1e-11, "{what}: {worst}");
}

/// Claim: the maps of a mirrored field are the mirrored maps, whatever window and stride, in closed and periodic fields.
#[test]
fn mirrored_fields_have_mirrored_maps() {
    for (case, boundary) in CASES.into_iter().flat_map(|case| [(case, Boundary::Closed), (case, Boundary::Periodic)]) {
        let grid = grid(case, boundary);
        let matrix = random(grid);
        let mirrored = |fibers: FiberMoments| FiberMoments { s2: -fibers.s2, s4: -fibers.s4, ..fibers };
        let across = moved(&matrix, |column, row| (grid.columns() - 1 - column, row), mirrored);
        let upside_down = moved(&matrix, |column, row| (column, grid.rows() - 1 - row), mirrored);
        let maps = self::maps(&matrix, case);
        for (image, flips_rows) in [(across, false), (upside_down, true)] {
            let image = self::maps(&image, case);
            let flipped = |values: &[f64]| -> Vec<f64> {
                let rows: Vec<&[f64]> = values.chunks(maps.columns).collect();
                if flips_rows {
                    rows.into_iter().rev().flatten().copied().collect()
                } else {
                    rows.into_iter().flat_map(|row| row.iter().rev().copied()).collect()
                }
            };
            assert_close(&image.density, &flipped(&maps.density), "density");
            assert_close(&image.resultant_length, &flipped(&maps.resultant_length), "R");
            assert_close(&image.weave_index, &flipped(&maps.weave_index), "weave");
        }
    }
}

/// Claim: where windows are no narrower than the stride, every site is in a window: with collagen at one site alone, some
/// point shows it. Where the windows lie side by side, the mean of the map is that of the field.
#[test]
fn maps_show_every_site() {
    for case in CASES {
        let grid = grid(case, Boundary::Closed);
        let columns = grid.columns();
        let corners = [0, columns - 1, grid.sites() - columns, grid.sites() - 1];
        for site in corners.into_iter().chain((0..grid.sites()).step_by(97)) {
            let mut matrix = Matrix::uniform(grid, FiberMoments::default(), 0.0);
            matrix.sites_mut()[site].mature = FiberMoments::isotropic(1.0);
            assert!(maps(&matrix, case).density.iter().any(|&density| density > 1e-4), "{case:?} {site}");
        }
    }
    // Windows of 6 × 6 sites tile 48 × 30: nothing overlaps and nothing is left out.
    let matrix = random(grid([48, 30, 0, 0], Boundary::Closed));
    let maps = FiberMaps::new(&matrix, length(6.0), length(6.0)).unwrap();
    let mean = |densities: &mut dyn Iterator<Item = f64>, count: usize| densities.sum::<f64>() / count as f64;
    let of_map = mean(&mut maps.density.iter().copied(), maps.density.len());
    let of_field = mean(&mut matrix.sites().map(|site| site.mature.density), matrix.grid().sites());
    assert_eq!((maps.columns, maps.rows), (8, 5));
    assert!((of_map - of_field).abs() < 1e-12);
}

/// Claim: points lie evenly, no farther apart than the stride: a slope is read off at their places.
#[test]
fn points_lie_evenly() {
    for case in CASES {
        let grid = grid(case, Boundary::Periodic);
        let extent = grid.width();
        let mut matrix = Matrix::uniform(grid, FiberMoments::default(), 0.0);
        let at = |x: f64| 1.0 + 0.5 * (2.0 * PI * x / extent).sin();
        for (site, fibers) in matrix.sites_mut().iter_mut().enumerate() {
            fibers.mature = FiberMoments::isotropic(at(grid.center_of(site).0));
        }
        let maps = maps(&matrix, case);
        let distance = extent / maps.columns as f64;
        assert!(distance <= 10.0 * f64::from(case[3]) + 1e-9);
        // A window of w sites damps the wave by sinc, the same at every point: the phase is that of its middle.
        let damped = (PI * 10.0 * f64::from(case[2]) / extent).sin() / (PI * 10.0 * f64::from(case[2]) / extent);
        for (point, density) in maps.density[..maps.columns].iter().enumerate() {
            let expected = 1.0 + damped * (at((point as f64 + 0.5) * distance) - 1.0);
            // Sites are 10 µm wide: the wave is read in steps of them, which adds up to a few thousandths.
            assert!((density - expected).abs() < 0.01, "{case:?} {point}: {density} {expected}");
        }
    }
}

/// Claim: in a periodic field windows go on across the edge: maps of a field that is rolled by a stride are rolled by a
/// point.
#[test]
fn windows_go_on_across_the_edge() {
    for case in [[50, 40, 10, 2], [50, 40, 11, 5], [48, 36, 7, 3]] {
        let (grid, stride) = (grid(case, Boundary::Periodic), case[3] as usize);
        let matrix = random(grid);
        let rolled = moved(
            &matrix,
            |column, row| ((column + stride) % grid.columns(), (row + stride) % grid.rows()),
            |fibers| fibers,
        );
        let (maps, rolled) = (maps(&matrix, case), self::maps(&rolled, case));
        let expected: Vec<f64> = (0..maps.density.len())
            .map(|point| {
                let (column, row) = (point % maps.columns, point / maps.columns);
                let (column, row) = ((column + maps.columns - 1) % maps.columns, (row + maps.rows - 1) % maps.rows);
                maps.density[row * maps.columns + column]
            })
            .collect();
        assert_close(&rolled.density, &expected, "density");
    }
}
