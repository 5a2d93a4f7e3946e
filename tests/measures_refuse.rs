//! Does every measure refuse what does not belong to its field, with an error rather than a panic or a number?
use dermaweave::measure::{
    CorrelationWindows, FiberMaps, FiberOrganization, Firmness, Histology, OrientationDistribution, Picture, Profiles,
    Region, Summary, Surface, SurfaceRegion, Windows, local_alignment,
};
use dermaweave::parameters::{MatrixParameters, SurfaceParameters};
use dermaweave::report::Snapshot;
use dermaweave::{Boundary, Error, FiberMoments, Field, Grid, Length, Matrix, Result, Skin, Slab, Tissue};

const fn micrometers(length: f64) -> Length {
    Length::micrometers(length)
}

fn grid(width: f64, height: f64, spacing: f64) -> Grid {
    Grid::new(micrometers(width), micrometers(height), micrometers(spacing)).unwrap()
}

fn own() -> Grid {
    grid(800.0, 400.0, 20.0)
}

/// Fields that differ from the own one in shape (with as many sites), size, spacing and boundary.
fn others() -> [Grid; 4] {
    [
        grid(400.0, 800.0, 20.0),
        grid(800.0, 420.0, 20.0),
        grid(400.0, 200.0, 10.0),
        own().with_boundary(Boundary::Periodic),
    ]
}

fn matrix(grid: Grid) -> Matrix {
    Matrix::uniform(grid, FiberMoments::one_family(1.0, 0.2, 0.4), 0.01)
}

fn tissue(grid: Grid) -> Tissue {
    Tissue::new(grid, &Skin::young()).unwrap()
}

fn windows() -> Windows {
    Windows::new(&Region::all(&own()), &own(), micrometers(100.0)).unwrap()
}

fn surface(grid: Grid) -> Surface {
    Surface::new(&matrix(grid), &Field::uniform(grid, 1.0), &SurfaceParameters::default(), 1000.0).unwrap()
}

/// The error names the field that was given.
fn assert_other_field<T>(found: Result<T>, given: &Grid, what: &str) {
    match found.map(drop) {
        Err(error @ Error::OtherField { columns, rows, spacing, .. }) => {
            assert_eq!((columns, rows, spacing), (given.columns(), given.rows(), given.spacing()), "{what}");
            assert!(error.to_string().len() < 200);
        }
        other => panic!("{what} with {given:?}: {other:?}"),
    }
}

/// Claim: a region of another field is refused by everything that is made for a region and a grid.
#[test]
fn regions_of_other_fields_are_refused() {
    for other in &others() {
        let (region, own) = (Region::all(other), &own());
        assert_other_field(Windows::new(&region, own, micrometers(100.0)), other, "windows");
        assert_other_field(CorrelationWindows::new(&region, own), other, "correlation windows");
        assert_other_field(Profiles::new(&region, own), other, "profiles");
        assert_other_field(SurfaceRegion::new(&region, own, own), other, "region of a surface");
        assert_other_field(Histology::default().orientation_index(&matrix(*own), &region, 1, 1), other, "histology");
    }
}

/// Claim: a matrix, a tissue, a surface or a field of numbers of another field is refused by what was made for one.
#[test]
fn matrices_and_surfaces_of_other_fields_are_refused() {
    let (own, windows) = (own(), windows());
    let healthy = vec![FiberMoments::isotropic(1.0); windows.count()];
    let axes = vec![0.0; windows.count()];
    let region = Region::all(&own);
    let correlation = CorrelationWindows::new(&region, &own).unwrap();
    let profiles = Profiles::new(&region, &own).unwrap();
    let of_surface = SurfaceRegion::new(&region, &own, &own).unwrap();
    for other in &others() {
        let (matrix, tissue, field) = (matrix(*other), tissue(*other), Field::uniform(*other, 1.0));
        assert_other_field(windows.healthy_weave(&tissue), other, "healthy weave");
        assert_other_field(windows.tension_axes(&tissue), other, "axes of tension");
        assert_other_field(windows.elastin(&matrix), other, "elastin");
        assert_other_field(windows.collagen(&matrix), other, "collagen");
        let parameters = MatrixParameters::default();
        assert_other_field(FiberOrganization::new(&windows, &matrix, &healthy, &parameters), other, "organization");
        assert_other_field(Firmness::new(&windows, &matrix, &axes), other, "firmness");
        assert_other_field(correlation.measure(&matrix), other, "correlation");
        assert_other_field(profiles.roughness(&field), other, "roughness");
        assert_other_field(of_surface.mean_of(&field), other, "mean");
        let surface = surface(*other);
        assert_other_field(of_surface.measure(&surface), other, "relief");
        let mixed = Surface { height: surface.height.clone(), ..self::surface(own) };
        assert_other_field(of_surface.measure(&mixed), other, "height of a relief");
        assert_other_field(Surface::mean_of(&[self::surface(own), surface]), other, "layers");
        assert_other_field(Surface::mean_of(&[mixed]), other, "one layer");
    }
}

/// Claim: a surface or a ground substance must be of the same field, on the same sites or on wholes of them.
#[test]
fn surfaces_must_cover_the_same_field() {
    let (own, matrix) = (own(), matrix(own()));
    let parameters = SurfaceParameters::default();
    let periodic = own.with_boundary(Boundary::Periodic);
    for other in [grid(400.0, 800.0, 20.0), grid(800.0, 400.0, 10.0), grid(840.0, 400.0, 40.0), periodic] {
        let ground = Field::uniform(other, 1.0);
        assert_other_field(Surface::new(&matrix, &ground, &parameters, 1000.0), &other, "ground substance");
        assert_other_field(SurfaceRegion::new(&Region::all(&own), &own, &other), &other, "grid of a surface");
    }
    let coarse = grid(800.0, 400.0, 40.0);
    let surface = Surface::new(&matrix, &Field::uniform(coarse, 1.0), &parameters, 1000.0).unwrap();
    let relief = SurfaceRegion::new(&Region::all(&own), &own, &coarse).unwrap().measure(&surface).unwrap();
    assert!(relief.height_um.abs() < 100.0);
    assert!(matches!(Surface::mean_of(&[]), Err(Error::NoLayer)));
}

/// Claim: another layer of the skin is the same field.
#[test]
fn depth_is_no_difference() {
    let deep = own().with_slab(Slab { depth: micrometers(900.0), ..Slab::default() }).unwrap();
    let windows = Windows::new(&Region::all(&deep), &own(), micrometers(100.0)).unwrap();
    assert!(windows.collagen(&matrix(deep)).is_ok());
}

/// Claim: lists with another number of entries than there are sites or windows are refused, empty ones too.
#[test]
fn lists_of_another_length_are_refused() {
    let (windows, matrix, parameters) = (windows(), matrix(own()), MatrixParameters::default());
    for length in [0, 1, windows.count() - 1, windows.count() + 1] {
        let healthy = vec![FiberMoments::isotropic(1.0); length];
        let refused = FiberOrganization::new(&windows, &matrix, &healthy, &parameters);
        assert!(matches!(refused, Err(Error::WrongLength { length: found, sites: 32, .. }) if found == length));
        let refused = Firmness::new(&windows, &matrix, &vec![0.0; length]);
        assert!(matches!(refused, Err(Error::WrongLength { length: found, sites: 32, .. }) if found == length));
    }
    for length in [0, 799, 801] {
        let refused = Region::mask("odd", &own(), vec![true; length]);
        assert!(matches!(refused, Err(Error::WrongLength { length: found, sites: 800, .. }) if found == length));
    }
    assert!(matches!(Region::mask("none", &own(), vec![false; 800]), Err(Error::Empty { .. })));
    assert!(matches!(Summary::of_differences(&[1.0], &[]), Err(Error::NotPaired { first: 1, second: 0 })));
}

/// Claim: numbers that are not those of a site, a place or a length in the field are refused or belong to nothing.
#[test]
fn what_is_outside_of_the_field_belongs_to_nothing() {
    let (own, matrix) = (own(), matrix(own()));
    let all = Region::all(&own);
    assert!(all.holds(799) && !all.holds(800) && !all.holds(831) && !all.holds(832) && !all.holds(usize::MAX));
    let far = micrometers(5000.0);
    assert!(matches!(Region::disc("far", &own, far, far, micrometers(100.0)), Err(Error::Empty { .. })));
    for bad in [f64::NAN, f64::INFINITY, -1.0, 0.0, 1e9] {
        let length = micrometers(bad);
        assert!(Windows::new(&all, &own, length).is_err() && FiberMaps::new(&matrix, length, length).is_err());
        assert!(FiberMaps::new(&matrix, micrometers(100.0), length).is_err());
        if bad != 0.0 {
            assert!(Region::disc("odd", &own, length, length, micrometers(10.0)).is_err());
            assert!(Histology::default().view(&matrix, (bad, 10.0), 1, 0).is_err());
            assert!(Region::disc("odd", &own, micrometers(9.0), micrometers(9.0), length).is_err());
        }
    }
    for views in [0, 10_001, usize::MAX] {
        assert!(matches!(
            Histology::default().orientation_index(&matrix, &all, views, 1),
            Err(Error::OutOfRange { .. })
        ));
    }
    // Maps of 100 µm do not fit into a field of 80 µm.
    assert!(Snapshot::new("small", &tissue(grid(80.0, 80.0, 20.0))).is_err());
}

/// Claim: measures without a field say that there is nothing to measure, in the way that they state.
#[test]
fn nothing_has_no_measure() {
    assert_eq!(local_alignment(&[]), None);
    assert!(Summary::of(&[]).mean.is_nan() && Summary::of(&[]).to_string() == "no replicates");
    assert!(OrientationDistribution::from_moments([0.0; 2], [0.0; 2]).histogram(0).unwrap().is_empty());
    let picture =
        |columns, rows, pixel_um, pixels: usize| Picture { columns, rows, pixel_um, brightness: vec![0.5; pixels] };
    for (columns, rows) in [(0, 0), (0, 5), (5, 0), (1, 1), (3, 1)] {
        assert_eq!(picture(columns, rows, 1.0, columns * rows).collagen_orientation_index(), 0.0, "{columns} {rows}");
    }
    for (columns, rows, pixel_um) in [(4, 5, 1.0), (usize::MAX, 2, 1.0), (4, 4, f64::NAN), (4, 4, 0.0), (4, 4, -1.0)] {
        assert!(
            picture(columns, rows, pixel_um, 16).collagen_orientation_index().is_nan(),
            "{columns} {rows} {pixel_um}"
        );
    }
}
