//! Do sites, edges and discs lie where geometry says?

/// Sites and edges.
mod sites {
    use dermaweave::{Boundary, Error, Grid, Length};

    fn grid(boundary: Boundary) -> Grid {
        let side = Length::micrometers(100.0);
        Grid::new(side, side, Length::micrometers(10.0)).unwrap().with_boundary(boundary)
    }

    #[test]
    fn every_center_lies_in_its_site() {
        let grid = grid(Boundary::Closed);
        assert!((0..grid.sites()).all(|site| {
            let (x, y) = grid.center_of(site);
            grid.site_at(x, y) == site
        }));
    }

    #[test]
    fn outside_positions_find_the_edge_or_the_image() {
        assert_eq!(grid(Boundary::Closed).site_at(-5.0, 105.0), 90);
        assert_eq!(grid(Boundary::Periodic).site_at(-5.0, 105.0), 9);
    }

    #[test]
    fn cells_turn_back_at_closed_edges_and_pass_periodic_ones() {
        assert_eq!(grid(Boundary::Closed).bring_back(-3.0, 50.0), (3.0, 50.0, true, false));
        assert_eq!(grid(Boundary::Closed).bring_back(50.0, 104.0), (50.0, 96.0, false, true));
        assert_eq!(grid(Boundary::Periodic).bring_back(-3.0, 104.0), (97.0, 4.0, false, false));
    }

    #[test]
    fn a_side_must_be_whole_sites() {
        let bad = Grid::new(Length::micrometers(104.0), Length::micrometers(100.0), Length::micrometers(10.0));
        assert!(matches!(bad, Err(Error::NotWholeSites { nearest: 100.0, .. })));
    }
}

/// What a disc shares with a square.
mod overlap {
    use dermaweave::grid::disc_square_overlap;
    use proptest::prelude::*;
    use std::f64::consts::PI;

    /// Midpoint quadrature of the covered height over columns of the square.
    fn quadrature(center: [f64; 2], radius: f64, corner: [f64; 2], side: f64) -> f64 {
        let columns = 40_000;
        let width = side / f64::from(columns);
        let covered = |column: i32| {
            let x = corner[0] + (f64::from(column) + 0.5) * width - center[0];
            let reach = (radius * radius - x * x).max(0.0).sqrt();
            let upper = (center[1] + reach).min(corner[1] + side);
            (upper - (center[1] - reach).max(corner[1])).max(0.0)
        };
        (0..columns).map(covered).sum::<f64>() * width
    }

    #[test]
    fn special_cases() {
        // Center, radius and the area shared with the unit square.
        let table = [
            (0.5, 0.5, 0.5, PI / 4.0),
            (0.3, 0.4, 0.1, PI / 100.0),
            (0.3, 0.4, 2.0, 1.0),
            (0.0, 0.0, 1.0, PI / 4.0),
            (0.0, 0.5, 0.25, PI / 32.0),
            (-1.0, 0.5, 1.0, 0.0),
            (-1.0, -1.0, 1.4, 0.0),
            (0.5, 0.5, 0.0, 0.0),
            (0.5, 0.5, 0.5_f64.sqrt(), 1.0),
        ];
        for (x, y, radius, expected) in table {
            let area = disc_square_overlap(x, y, radius, 0.0, 0.0, 1.0);
            assert!((area - expected).abs() < 1e-14, "{x} {y} {radius}");
        }
        assert!(disc_square_overlap(0.5, 0.5, 1.0, 0.0, 0.0, 0.0).abs() < f64::MIN_POSITIVE);
        assert!(disc_square_overlap(f64::NAN, 0.0, 1.0, 0.0, 0.0, 1.0).is_nan());
    }

    #[test]
    fn rim_of_a_large_disc_keeps_relative_accuracy() {
        // A parabola of sagitta h over chord 2√(2rh): area (4/3) h √(2rh) (1 + O(h/r)).
        let (radius, sagitta) = (1e6, 1e-8);
        let area = disc_square_overlap(0.0, -radius, radius, -1.0, -sagitta, 2.0);
        let expected = 4.0 / 3.0 * sagitta * (2.0 * radius * sagitta).sqrt();
        // The edge itself is only known to the spacing of floats near the radius.
        assert!((area / expected - 1.0).abs() < 0.05, "{area} {expected}");
    }

    proptest! {
        #[test]
        fn squares_tile_the_disc(x in -3.0..3.0, y in -3.0..3.0, radius in 1e-3..6.0) {
            let mut total = 0.0;
            for column in -10..10 {
                for row in -10..10 {
                    let corner = [f64::from(column), f64::from(row)];
                    total += disc_square_overlap(x, y, radius, corner[0], corner[1], 1.0);
                }
            }
            prop_assert!((total / (PI * radius * radius) - 1.0).abs() < 1e-12);
        }

        #[test]
        fn quarters_add_up(x in -2.0..2.0, y in -2.0..2.0, radius in 0.0..3.0) {
            let quarter = |i: f64, j: f64| disc_square_overlap(x, y, radius, i, j, 0.5);
            let sum = quarter(0.0, 0.0) + quarter(0.5, 0.0) + quarter(0.0, 0.5) + quarter(0.5, 0.5);
            let whole = disc_square_overlap(x, y, radius, 0.0, 0.0, 1.0);
            prop_assert!((whole - sum).abs() < 1e-14 && (0.0..=1.0 + 1e-15).contains(&whole));
        }

        #[test]
        fn mirrored_and_turned_squares_agree(a in -3.0..3.0, b in -3.0..3.0, radius in 0.0..4.0) {
            let area = disc_square_overlap(0.0, 0.0, radius, a, b, 1.0);
            let images = [(-a - 1.0, b), (a, -b - 1.0), (-b - 1.0, a), (b, a), (b, -a - 1.0)];
            for (left, bottom) in images {
                let image = disc_square_overlap(0.0, 0.0, radius, left, bottom, 1.0);
                prop_assert!((area - image).abs() < 5e-15);
            }
        }

        #[test]
        fn agrees_with_quadrature(x in -1.5..2.5, y in -1.5..2.5, radius in 0.05..2.5) {
            let area = disc_square_overlap(x, y, radius, 0.0, 0.0, 1.0);
            let expected = quadrature([x, y], radius, [0.0, 0.0], 1.0);
            prop_assert!((area - expected).abs() < 1e-6);
        }
    }
}
