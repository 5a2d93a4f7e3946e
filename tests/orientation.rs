//! Are densities, families and dispersions of directions those of the moments they come from?

/// Densities of largest entropy.
mod densities {
    use dermaweave::Error;
    use dermaweave::matrix::{bessel_ratio, concentration};
    use dermaweave::measure::OrientationDistribution;
    use proptest::prelude::*;
    use std::f64::consts::PI;

    /// `vector` turned counterclockwise by `angle`, rad.
    fn turned([x, y]: [f64; 2], angle: f64) -> [f64; 2] {
        let (sine, cosine) = angle.sin_cos();
        [x * cosine - y * sine, x * sine + y * cosine]
    }

    /// Bins of 1° over the half circle.
    const DEGREE_BINS: usize = 180;
    /// Smallest variance of a peak in the doubled angle, rad²: that of directions spread evenly over one bin of 1°.
    const SMALLEST_VARIANCE: f64 = PI * PI / 97_200.0;

    /// Largest difference of two pairs of moments.
    fn worst(left: ([f64; 2], [f64; 2]), right: ([f64; 2], [f64; 2])) -> f64 {
        let parts = |(second, fourth): ([f64; 2], [f64; 2])| [second[0], second[1], fourth[0], fourth[1]];
        let pairs = parts(left).into_iter().zip(parts(right));
        pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
    }

    /// Two equal von Mises families at ±41°, concentration 2.11.
    fn two_families() -> ([f64; 2], [f64; 2]) {
        let second = bessel_ratio(1, 2.11) * 82_f64.to_radians().cos();
        let fourth = bessel_ratio(2, 2.11) * 164_f64.to_radians().cos();
        ([second, 0.0], [fourth, 0.0])
    }

    /// Moments of weighted directions, each turned by `turn`, rad.
    fn mixture(directions: &[(f64, f64)], turn: f64) -> ([f64; 2], [f64; 2]) {
        let total: f64 = directions.iter().map(|&(_, weight)| weight).sum();
        let moment = |order: f64| {
            directions.iter().fold([0.0; 2], |sum, &(angle, weight)| {
                let (sine, cosine) = (order * (angle + turn)).sin_cos();
                [sum[0] + weight / total * cosine, sum[1] + weight / total * sine]
            })
        };
        (moment(2.0), moment(4.0))
    }

    #[test]
    fn isotropic_density_is_flat() {
        let flat = OrientationDistribution::from_moments([0.0; 2], [0.0; 2]);
        assert!((flat.entropy() - 1.0).abs() < 1e-14);
        assert!((flat.density(0.7) - 1.0 / PI).abs() < 1e-14);
        assert!((flat.histogram(7).unwrap()[3] - 1.0 / 7.0).abs() < 1e-14);
        assert!(flat.histogram(0).unwrap().is_empty());
    }

    /// Claim: a number of bins that no memory holds is refused, not a panic.
    #[test]
    fn too_many_bins_are_refused() {
        let flat = OrientationDistribution::from_moments([0.0; 2], [0.0; 2]);
        assert_eq!(flat.histogram(1_000_000).unwrap().len(), 1_000_000);
        for bins in [1_000_001, usize::MAX] {
            let refused = flat.histogram(bins);
            assert!(matches!(refused, Err(Error::OutOfRange { quantity: "bins of a histogram", .. })), "{bins}");
        }
    }

    #[test]
    fn single_family_is_von_mises() {
        for resultant in [0.05, 0.4, 0.8, 0.97, 0.999] {
            let kappa = concentration(resultant);
            let second = turned([resultant, 0.0], 1.1);
            let fourth = turned([bessel_ratio(2, kappa), 0.0], 2.2);
            let family = OrientationDistribution::from_moments(second, fourth);
            // e^{κ cos 2(θ − 0.55)}/(π I₀(κ)), by its ratio to the density at the mean axis, a few widths around it. Each
            // multiplier of u, s, u² and us, u = 1 − cos φ and s = sin φ, is known to 1e-6 (1 + κ).
            for widths in [-2.0, -0.7, 0.3, 1.5] {
                let angle = 0.5 * widths / (1.0 + kappa).sqrt();
                let (sine, cosine) = (2.0 * angle).sin_cos();
                let (u, s) = (1.0 - cosine, sine.abs());
                let ratio = family.density(0.55 + angle) / family.density(0.55);
                let tolerance = 1e-6 * (1.0 + kappa) * (u + s + u * u + u * s);
                assert!((ratio.ln() + kappa * u).abs() < tolerance, "{resultant}: {ratio} at {widths}");
            }
            assert!(worst(family.moments(), (second, fourth)) < 1e-12);
            assert_eq!(family.modes(), 1);
        }
    }

    #[test]
    fn two_families_keep_moments_and_mass() {
        let (second, fourth) = two_families();
        let pair = OrientationDistribution::from_moments(second, fourth);
        assert!(worst(pair.moments(), (second, fourth)) < 1e-12);
        assert!(pair.added_variance().abs() < f64::MIN_POSITIVE);
        let bins = pair.histogram(DEGREE_BINS).unwrap();
        let direct = -bins.iter().map(|p| p * p.ln()).sum::<f64>() / 180_f64.ln();
        assert!((bins.iter().sum::<f64>() - 1.0).abs() < 1e-13);
        assert!((pair.entropy() - direct).abs() < 1e-4);
        assert!((bins[30] - bins[149]).abs() < 1e-12);
        let middle = pair.density(30.5_f64.to_radians()) * PI / 180.0;
        assert!((bins[30] - middle).abs() < 1e-5);
    }

    #[test]
    fn entropy_alone_is_that_of_the_density() {
        let kappas = [0.0, 0.1, 2.11, 5.9, 6.1, 40.0, 4000.0];
        for (kappa, other) in kappas.into_iter().flat_map(|kappa| kappas.map(|other| (kappa, other))) {
            for angle in [0.0, 0.3, 1.4] {
                let (first, second) = (bessel_ratio(1, kappa), bessel_ratio(2, kappa));
                let (other_first, other_second) = (bessel_ratio(1, other), bessel_ratio(2, other));
                let mixed = |one: [f64; 2], two: [f64; 2]| [0.7 * one[0] + 0.3 * two[0], 0.7 * one[1] + 0.3 * two[1]];
                let z2 = mixed([first, 0.0], turned([other_first, 0.0], 2.0 * angle));
                let z4 = mixed([second, 0.0], turned([other_second, 0.0], 4.0 * angle));
                let entropy = OrientationDistribution::from_moments(z2, z4).entropy();
                let alone = OrientationDistribution::entropy_of(z2, z4);
                assert!((alone - entropy).abs() < 1e-9, "{kappa} {other} {angle}: {alone} {entropy}");
            }
        }
        assert!(OrientationDistribution::entropy_of([0.1, f64::NAN], [0.0; 2]).is_nan());
    }

    #[test]
    fn undefined_moments_stay_undefined() {
        let undefined = OrientationDistribution::from_moments([f64::NAN, 0.0], [0.0; 2]);
        assert!(undefined.entropy().is_nan() && undefined.density(0.0).is_nan());
        assert!(undefined.histogram(3).unwrap()[0].is_nan() && undefined.modes() == 0);
    }

    proptest! {
        #[test]
        fn mixtures_are_recovered_and_turn(
            directions in prop::collection::vec((0.0..PI, 0.01..1.0_f64), 1..7),
            turn in -PI..PI,
            theta in 0.0..PI,
        ) {
            let (z2, z4) = mixture(&directions, 0.0);
            let fitted = OrientationDistribution::from_moments(z2, z4);
            let entropy = fitted.entropy();
            prop_assert!((0.0..=1.0).contains(&entropy) && (1..=2).contains(&fitted.modes()));
            let tolerance = if fitted.added_variance() > 0.0 { 3e-4 } else { 1e-9 };
            prop_assert!(worst(fitted.moments(), (z2, z4)) < tolerance);
            prop_assert!((fitted.histogram(18).unwrap().iter().sum::<f64>() - 1.0).abs() < 1e-12);
            let (z2, z4) = mixture(&directions, turn);
            let image = OrientationDistribution::from_moments(z2, z4);
            // Near the boundary the round-off of the moments is amplified.
            let interior = entropy > 0.3 && fitted.added_variance() <= 0.0;
            let tolerance = if interior { 1e-6 } else { 1e-2 };
            prop_assert!((image.entropy() - entropy).abs() < tolerance);
            let (before, after) = (fitted.density(theta), image.density(theta + turn));
            prop_assert!(!interior || (before - after).abs() < 1e-5 * (1.0 + before));
        }
    }

    #[test]
    fn boundary_moments_are_pulled_in() {
        let delta = OrientationDistribution::from_moments([1.0, 0.0], [1.0, 0.0]);
        assert!(delta.entropy() < 0.04 && delta.modes() == 1);
        assert!((delta.added_variance() / SMALLEST_VARIANCE - 1.0).abs() < 1e-12);
        assert!(worst(delta.moments(), ([1.0, 0.0], [1.0, 0.0])) < 3e-4);
        let flat = OrientationDistribution::from_moments([0.0; 2], [0.0; 2]);
        // The middle of a bin, so that the narrow peak fills one bin.
        let direct = |degrees: f64| {
            let turn = degrees.to_radians();
            let (z2, z4) = mixture(&[(turn, 1.0)], 0.0);
            OrientationDistribution::from_moments(z2, z4)
        };
        assert!((direct(20.5).wasserstein(&flat) - 45.0).abs() < 0.1);
        assert!((direct(20.5).wasserstein(&direct(110.5)) - 90.0).abs() < 0.5);
        assert!((direct(170.5).wasserstein(&direct(10.5)) - 20.0).abs() < 1e-6);
        assert!(delta.wasserstein(&delta).abs() < 1e-12);
    }

    #[test]
    fn pairs_of_directions_and_impossible_moments_are_pulled_in() {
        for (first, second) in [(0.0, 1.2), (0.3, 0.33), (2.0, 2.1)] {
            for share in [0.5, 0.1, 1e-3, 1e-6] {
                let (z2, z4) = mixture(&[(first, share), (second, 1.0 - share)], 0.0);
                let pair = OrientationDistribution::from_moments(z2, z4);
                assert!(worst(pair.moments(), (z2, z4)) < 3e-4 && pair.entropy() < 0.2);
            }
        }
        for z4 in [[-3.0, 0.0], [1e300, 1.0], [0.0, 5.0]] {
            let outside = OrientationDistribution::from_moments([2.0, -9.0], z4);
            assert!(outside.entropy() < 0.04);
        }
    }

    #[test]
    fn families_are_counted() {
        let count = |z2, z4| OrientationDistribution::from_moments(z2, z4).modes();
        assert_eq!(count([0.0; 2], [0.0; 2]), 0);
        assert_eq!(count([bessel_ratio(1, 3.0), 0.0], [bessel_ratio(2, 3.0), 0.0]), 1);
        let (second, fourth) = two_families();
        assert_eq!(count(second, fourth), 2);
        // Anisotropy below the prominence: density ratio (1 − 0.01)/(1 + 0.01).
        assert_eq!(count([0.005, 0.0], [0.0; 2]), 0);
        assert_eq!(count([0.0; 2], [0.3, 0.1]), 2);
    }
}

/// Two families.
mod families {
    use dermaweave::FiberMoments;
    use dermaweave::matrix::bessel_ratio;
    use dermaweave::measure::FiberFamilies;
    use proptest::prelude::*;
    use std::f64::consts::FRAC_PI_2;

    /// Moments of the families, with the given density.
    fn moments(found: &FiberFamilies) -> FiberMoments {
        let resultant = bessel_ratio(1, found.concentration);
        found.families.iter().map(|family| FiberMoments::one_family(family.share, family.angle, resultant)).sum()
    }

    #[test]
    fn known_weaves_come_back() {
        for (half_angle, b) in [(41.0_f64, 2.11), (10.0, 30.0), (45.0, 0.5), (44.9, 900.0), (25.0, 3.0)] {
            let weave = FiberMoments::two_families(0.7, 0.4, half_angle.to_radians(), b);
            let found = FiberFamilies::from_moments(&weave);
            // The two moments fix b and γ where the families are told apart, as in all of these.
            assert!((found.concentration / b - 1.0).abs() < 1e-7, "{half_angle} {b}: {found:?}");
            let turn = (found.families[0].angle - found.families[1].angle).abs().to_degrees() / 2.0;
            assert!((turn - half_angle).abs() < 1e-5, "{half_angle} {b}: {found:?}");
        }
    }

    #[test]
    fn unequal_crossing_families_come_back() {
        for (share, b) in [(0.9, 3.0), (0.55, 40.0), (0.5, 1.0)] {
            let resultant = bessel_ratio(1, b);
            let fibers = FiberMoments::one_family(share, 0.2, resultant)
                + FiberMoments::one_family(1.0 - share, 0.2 + FRAC_PI_2, resultant);
            let found = FiberFamilies::from_moments(&fibers);
            assert!((found.concentration / b - 1.0).abs() < 1e-7, "{share} {b}: {found:?}");
            assert!(
                (found.families.map(|family| family.share)[usize::from(found.families[0].share < 0.5)] - share).abs()
                    < 1e-7,
                "{share} {b}: {found:?}"
            );
        }
    }

    #[test]
    fn families_of_unequal_share_come_back() {
        for share in [0.55, 0.7, 0.9] {
            let (resultant, half_angle) = (bessel_ratio(1, 2.11), 41.0_f64.to_radians());
            let fibers = FiberMoments::one_family(share, half_angle, resultant)
                + FiberMoments::one_family(1.0 - share, -half_angle, resultant);
            let found = FiberFamilies::from_moments(&fibers);
            assert!((found.concentration / 2.11 - 1.0).abs() < 1e-7, "{share}: {found:?}");
            let [first, second] = found.families;
            assert!(
                (first.share - share).abs() < 1e-7 && (first.angle - half_angle).abs() < 1e-7,
                "{share}: {found:?}"
            );
            assert!((second.angle + half_angle).abs() < 1e-7, "{share}: {found:?}");
        }
    }

    #[test]
    fn limits_of_the_moments() {
        let isotropic = FiberFamilies::from_moments(&FiberMoments::isotropic(0.8));
        assert!(isotropic.concentration == 0.0 && (isotropic.dispersion - 1.0 / 3.0).abs() < 1e-15);
        assert_eq!(FiberFamilies::from_moments(&FiberMoments::default()).concentration, isotropic.concentration);
        let parallel = FiberFamilies::from_moments(&FiberMoments::along(1.0, 1.0));
        assert!(parallel.dispersion < 1e-8 && (parallel.families[0].angle - 1.0).abs() < 1e-4);
        let impossible = FiberMoments { density: 1.0, c2: 3.0, s2: 0.0, c4: -9.0, s4: 2.0 };
        assert!(FiberFamilies::from_moments(&impossible).dispersion < 1e-8);
        for undefined in [
            FiberMoments { density: f64::NAN, ..FiberMoments::default() },
            FiberMoments { s2: f64::NAN, ..FiberMoments::isotropic(1.0) },
            FiberMoments { c4: f64::INFINITY, ..FiberMoments::isotropic(1.0) },
        ] {
            let found = FiberFamilies::from_moments(&undefined);
            assert!(found.concentration.is_nan() && found.dispersion.is_nan() && found.families[0].angle.is_nan());
        }
    }

    proptest! {
        /// Every realizable pair of moments is met, not only those made from two families.
        #[test]
        fn second_and_fourth_moments_are_kept(
            directions in prop::collection::vec((0.0..std::f64::consts::PI, 0.01_f64..1.0), 1..6),
            blur in 0.0_f64..0.999,
        ) {
            let fibers: FiberMoments = directions.iter().map(|&(angle, amount)| FiberMoments::along(amount, angle)).sum();
            let fibers = fibers * (blur / fibers.density) + FiberMoments::isotropic(1.0 - blur);
            let found = moments(&FiberFamilies::from_moments(&fibers));
            let ((c2, s2), (found_c2, found_s2)) = (fibers.mean_second(), found.mean_second());
            prop_assert!((c2 - found_c2).abs() + (s2 - found_s2).abs() < 1e-11);
            let ((c4, s4), (found_c4, found_s4)) = (fibers.mean_fourth(), found.mean_fourth());
            prop_assert!((c4 - found_c4).abs() + (s4 - found_s4).abs() < 1e-9);
        }
    }
}

/// Axes of neighboring pieces.
mod alignment {
    use dermaweave::FiberMoments;
    use dermaweave::measure::local_alignment;
    use std::f64::consts::FRAC_PI_3;

    /// Three axes 60° apart: every pair has |cos| = 1/2, whichever way round an axis is named.
    #[test]
    fn axes_have_no_head() {
        let regions = [0.0, FRAC_PI_3, -FRAC_PI_3].map(|axis| FiberMoments::one_family(0.4, axis, 0.3));
        assert!((local_alignment(&regions).unwrap() - 0.5).abs() < 1e-12);
        let turned = regions.map(|fibers| fibers.rotated(std::f64::consts::PI));
        assert!((local_alignment(&turned).unwrap() - 0.5).abs() < 1e-12);
    }

    #[test]
    fn one_region_is_aligned_with_nothing() {
        let one = FiberMoments::one_family(1.0, 0.2, 0.5);
        assert_eq!(local_alignment(&[one]), None);
        assert_eq!(local_alignment(&[]), None);
        assert_eq!(local_alignment(&[one, FiberMoments::default()]), None);
    }
}

/// Dispersion in space.
mod dispersion {
    use dermaweave::measure::goh_dispersion;

    #[test]
    fn the_table_goes_on_as_the_loop() {
        let (below, above) = (goh_dispersion(6.0), goh_dispersion(6.0 * (1.0 + 1e-14)));
        assert!((below / above - 1.0).abs() < 1e-13, "{below} {above}");
    }

    #[test]
    fn dispersion_matches_high_precision_quadrature() {
        // Reference: 30-digit quadrature of the defining integrals.
        let table = [
            (0.0, 1.0 / 3.0),
            (1e-3, 0.333_244_427_517_745_24),
            (0.5, 0.285_384_647_086_124_52),
            (2.11, 0.140_339_838_908_073_52),
            (7.0, 0.037_317_421_145_189_89),
            (19.99, 0.012_673_471_823_867_029),
            (20.01, 0.012_660_625_754_474_5),
            (60.0, 0.004_184_401_085_658_771),
            (1e4, 2.500_062_507_813_945_7e-5),
        ];
        for (b, expected) in table {
            assert!((goh_dispersion(b) / expected - 1.0).abs() < 1e-13, "{b}: {}", goh_dispersion(b));
        }
        assert!(goh_dispersion(f64::NAN).is_nan() && goh_dispersion(-1.0).is_nan());
        assert!(goh_dispersion(f64::INFINITY) == 0.0);
    }
}
