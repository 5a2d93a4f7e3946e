//! Is a field what was put into it, wherever it is read?
#![allow(missing_docs)]
use dermaweave::{Boundary, Field, Grid, Length};

fn grid(boundary: Boundary) -> Grid {
    let side = Length::micrometers(100.0);
    Grid::new(side, side, Length::micrometers(10.0)).unwrap().with_boundary(boundary)
}

/// Claim: what is released is there, wherever it falls.
#[test]
fn a_release_keeps_its_amount_wherever_it_falls() {
    for boundary in [Boundary::Closed, Boundary::Periodic] {
        for (x, y) in [(0.0, 0.0), (99.9, 3.0), (50.0, 50.0), (5.0, 95.0)] {
            let mut field = Field::uniform(grid(boundary), 0.0);
            field.release(x, y, 12.0);
            assert!((field.total() - 12.0).abs() < 1e-12);
        }
    }
}

/// Claim: no way to change values leaves an old maximum behind, and to ask for it changes nothing.
#[test]
fn the_maximum_follows_the_values() {
    let mut field = Field::uniform(grid(Boundary::Closed), 0.5);
    let unasked = field.clone();
    assert_eq!(field.maximum(), 0.5);
    assert_eq!(field, unasked);
    field.values_mut()[7] = 2.0;
    assert_eq!((field.maximum(), field.clone().maximum()), (2.0, 2.0));
    field.release(75.0, 5.0, 400.0);
    assert_eq!(field.maximum(), 6.0);
    field.values_mut().fill(0.25);
    assert_eq!(field.maximum(), 0.25);
}

/// Claim: a periodic field is read across its edge.
#[test]
fn a_periodic_field_is_read_across_its_edge() {
    let mut field = Field::uniform(grid(Boundary::Periodic), 0.0);
    field.values_mut()[0] = 1.0;
    assert!((field.sample(0.0, 5.0).0 - 0.5).abs() < 1e-12);
    assert!((field.sample(100.0, 5.0).0 - 0.5).abs() < 1e-12);
}

/// Claim: what is read between sites lies between their values.
#[test]
fn readings_stay_between_the_extremes_of_a_closed_field() {
    let field = Field::from_fn(grid(Boundary::Closed), |x, y| (0.1 * x).sin() * (0.2 * y).cos());
    let low = field.values().iter().copied().fold(f64::INFINITY, f64::min);
    for step in 0..100 {
        let (value, ..) = field.sample(f64::from(step), 100.0 - f64::from(step));
        assert!((low..=field.maximum()).contains(&value));
    }
}
