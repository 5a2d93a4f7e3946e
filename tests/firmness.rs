//! Is the dermis as stiff as its fibers make it?
use dermaweave::measure::{Firmness, Region, Windows};
use dermaweave::{FiberMoments, Grid, Length, Matrix};

fn weave(density: f64) -> FiberMoments {
    FiberMoments::two_families(density, 0.0, 41.0_f64.to_radians(), 2.11)
}

fn close(value: f64, expected: f64, tolerance: f64) {
    assert!((value / expected - 1.0).abs() < tolerance, "{value} instead of {expected}");
}

#[test]
fn healthy_dermis_is_as_anisotropic_as_measured() {
    // Ní Annaidh 2012 and Ottenio 2015: 1.76 to 2.3.
    let healthy = Firmness::of(&weave(1.0), 1.0, 0.0);
    assert!((1.8..2.3).contains(&healthy.modulus_anisotropy), "{healthy:?}");
    close(healthy.modulus_along * healthy.modulus_across, 1.0, 1e-12);
    assert_eq!(Firmness::at_stretch(&weave(1.0), 1.0, 0.0, 1.3).unwrap(), healthy);
    assert!(Firmness::at_stretch(&weave(1.0), 1.0, 0.0, f64::NAN).is_err());
}

#[test]
fn less_collagen_is_softer_and_turning_the_picture_changes_nothing() {
    let (healthy, half) = (Firmness::of(&weave(1.0), 1.0, 0.0), Firmness::of(&weave(0.5), 1.0, 0.0));
    assert!(
        half.modulus_along < 0.6 * healthy.modulus_along && half.modulus_across < 0.6 * healthy.modulus_across,
        "{half:?}"
    );
    let turned = Firmness::of(&weave(0.5).rotated(0.9), 1.0, 0.9);
    close(turned.modulus_along, half.modulus_along, 1e-10);
    close(turned.modulus_across, half.modulus_across, 1e-10);
}

#[test]
fn empty_and_undefined_windows_do_no_harm() {
    let empty = Firmness::of(&FiberMoments::default(), 0.0, 0.0);
    assert!(
        empty.modulus_along > 0.0 && empty.modulus_along < 1e-5 && (empty.modulus_anisotropy - 1.0).abs() < 1e-12,
        "{empty:?}"
    );
    for undefined in [Firmness::of(&weave(f64::NAN), 1.0, 0.0), Firmness::of(&weave(1.0), f64::NAN, 0.0)] {
        assert!(
            undefined.modulus_along.is_nan()
                && undefined.modulus_across.is_nan()
                && undefined.modulus_anisotropy.is_nan()
        );
    }
}

#[test]
fn a_region_is_the_mean_of_its_windows() {
    let side = Length::micrometers(200.0);
    let grid = Grid::new(side, side, Length::micrometers(20.0)).unwrap();
    let mut matrix = Matrix::uniform(grid, weave(1.0), 0.0);
    for site in 0..grid.sites() / 2 {
        matrix.sites_mut()[site].mature *= 0.5;
        matrix.sites_mut()[site].elastin = 0.2;
    }
    let windows = Windows::new(&Region::all(&grid), &grid, Length::micrometers(100.0)).unwrap();
    let found = Firmness::new(&windows, &matrix, &vec![0.0; windows.count()]).unwrap();
    let (whole, half) = (Firmness::of(&weave(1.0), 1.0, 0.0), Firmness::of(&weave(0.5), 0.2, 0.0));
    close(found.modulus_along, 0.5 * (whole.modulus_along + half.modulus_along), 1e-10);
    close(found.modulus_across, 0.5 * (whole.modulus_across + half.modulus_across), 1e-10);
    close(found.recoil, 0.6, 1e-12);
}
