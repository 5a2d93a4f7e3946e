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

/// Claim: the measure does not depend on the stretch at which it is taken: from 1.05 to 1.4 healthy dermis is 1.5 to 2.5 times as
/// stiff along as across, and changes little between stretches 0.01 apart.
#[test]
fn anisotropy_is_steady_over_all_stretches() {
    let anisotropy = |step: u32| {
        let stretch = 1.0 + 0.01 * f64::from(step);
        Firmness::at_stretch(&weave(1.0), 1.0, 0.0, stretch).unwrap().modulus_anisotropy
    };
    let scan: Vec<f64> = (5..=40).map(anisotropy).collect();
    assert!(scan.iter().all(|ratio| (1.5..=2.5).contains(ratio)), "{scan:?}");
    assert!(scan.windows(2).all(|pair| (pair[1] - pair[0]).abs() < 0.05), "{scan:?}");
    // No bend either: the second difference of a smooth curve is small.
    let bends = scan.windows(3).map(|three| (three[2] - 2.0 * three[1] + three[0]).abs());
    assert!(bends.fold(0.0, f64::max) < 0.02, "{scan:?}");
}

/// Claim: directions decide: all alike give 1 at any stretch, parallel fibers are stiffer along, the more so the more they are
/// parallel, and keep some stiffness across, which a structure tensor does not leave them.
#[test]
fn parallel_fibers_are_stiff_along_and_not_without_stiffness_across() {
    for stretch in [1.05, 1.2, 1.4] {
        let of = |fibers: &FiberMoments| Firmness::at_stretch(fibers, 1.0, 0.0, stretch).unwrap();
        let isotropic = of(&FiberMoments::isotropic(0.8));
        close(isotropic.modulus_anisotropy, 1.0, 1e-9);
        let mut last = isotropic;
        for resultant in [0.2, 0.4, 0.6, 0.8] {
            let firmness = of(&FiberMoments::one_family(0.8, 0.0, resultant));
            assert!(firmness.modulus_along > last.modulus_along && firmness.modulus_across < last.modulus_across);
            last = firmness;
        }
    }
    // Elastin and ground substance alone have 0.5 % of the stiffness of healthy dermis; a scar of this kind has R = 0.69.
    let (scar, empty) = (
        Firmness::of(&FiberMoments::one_family(1.0, 0.0, 0.69), 1.0, 0.0),
        Firmness::of(&FiberMoments::isotropic(0.0), 1.0, 0.0),
    );
    assert!(empty.modulus_across < 0.01 && scar.modulus_across > 0.05, "{empty:?} {scar:?}");
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
