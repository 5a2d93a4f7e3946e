//! Are lesions and given arrays what was asked for?
//!
//! Only what is placed and measured is tested here, without any time passing, unless a test says otherwise.
use dermaweave::measure::{Profiles, Region, Surface, SurfaceRegion};
use dermaweave::parameters::SurfaceParameters;
use dermaweave::random::{Purpose, stream};
use dermaweave::tissue::{Lesion, LesionFibers, Outline};
use dermaweave::{AtrophicScar, Error, Grid, Length, Protocol, Simulation, Skin, Time, Tissue, Wrinkle};
use rand::RngExt;
use std::f64::consts::{FRAC_PI_2, PI};

fn field(millimeters: f64, spacing: f64) -> Grid {
    let side = Length::millimeters(millimeters);
    Grid::new(side, side, Length::micrometers(spacing)).unwrap()
}

fn young(grid: Grid) -> Tissue {
    Tissue::new(grid, &Skin::young()).unwrap()
}

/// A third of the collagen and a quarter of the elastin, at a place in µm.
fn lesion(outline: Outline, (x, y): (f64, f64), edge: f64) -> Lesion {
    let fibers = LesionFibers::Parallel { axis: 0.3, resultant_length: 0.6 };
    let center = Some((Length::micrometers(x), Length::micrometers(y)));
    Lesion { center, outline, edge: Length::micrometers(edge), thickness: 1.0 / 3.0, fibers, elastin_left: 0.25 }
}

fn ellipse(length: f64, width: f64, direction: f64) -> Outline {
    Outline::Ellipse { length: Length::micrometers(length), width: Length::micrometers(width), direction }
}

fn furrow(length: Option<f64>, width: f64, direction: f64) -> Outline {
    Outline::Furrow { length: length.map(Length::micrometers), width: Length::micrometers(width), direction }
}

/// Collagen missing against young skin, as an area of a hole through all of it, in µm².
fn missing(tissue: &Tissue) -> f64 {
    let lost = tissue.matrix().sites().map(|site| 1.0 - site.collagen().density).sum::<f64>();
    lost * tissue.grid().site_area()
}

fn surface(tissue: &Tissue) -> Surface {
    Surface::new(tissue.matrix(), tissue.ground(), &SurfaceParameters::default(), 1000.0).unwrap()
}

/// Claim: a lesion takes away what its outline says. The edge is half inside and half outside of the outline, which
/// cancels along straight lines and adds e²/12 to R² of a circle: with e = 80 µm at most π e²/12 = 0.5 % of the
/// smallest area here, and as much again at the corners of a furrow; with sites of 10 µm in an edge of 80 µm sums are
/// better than 0.5 %.
#[test]
fn outlines_have_their_area() {
    let grid = field(2.0, 10.0);
    for direction in [0.0, 0.5, 1.3, FRAC_PI_2, 2.5] {
        for (outline, area) in [
            (ellipse(1200.0, 600.0, direction), PI * 600.0 * 300.0),
            (ellipse(500.0, 900.0, direction), PI * 250.0 * 450.0),
            (furrow(Some(1000.0), 400.0, direction), 1000.0 * 400.0),
        ] {
            let tissue = young(grid).with_lesion(lesion(outline, (980.0, 1010.0), 80.0)).unwrap();
            let found = missing(&tissue) / (area * 2.0 / 3.0);
            assert!((found - 1.0).abs() < 0.015, "{outline:?}: {found}");
            let marked = tissue.lesion().iter().filter(|marked| **marked).count() as f64 * grid.site_area();
            assert!((marked / area - 1.0).abs() < 0.015, "{outline:?}: marked {}", marked / area);
        }
    }
    // A furrow without length crosses the field: its area is that of the strip, exactly.
    let strip = young(grid).with_lesion(lesion(furrow(None, 400.0, 0.0), (500.0, 1000.0), 80.0)).unwrap();
    assert!((missing(&strip) / (2000.0 * 400.0 * 2.0 / 3.0) - 1.0).abs() < 1e-9);
}

/// Claim: the relief misses the volume that its dermis misses: H₀ (1 − h) per area, two thirds of a millimeter.
#[test]
fn outlines_have_their_volume() {
    let (grid, dermis) = (field(2.0, 20.0), SurfaceParameters::default());
    for outline in [ellipse(900.0, 600.0, 0.4), furrow(Some(800.0), 400.0, 1.0), furrow(None, 500.0, FRAC_PI_2)] {
        let tissue = young(grid).with_lesion(lesion(outline, (1000.0, 1000.0), 80.0)).unwrap();
        let surface = surface(&tissue);
        let all = SurfaceRegion::new(&Region::all(&grid), &grid, &surface.grid).unwrap().measure(&surface).unwrap();
        let expected = missing(&tissue) * dermis.reference_thickness * 1e-9;
        assert!((all.volume_mm3 / expected - 1.0).abs() < 1e-6, "{outline:?}: {} {expected}", all.volume_mm3);
    }
}

/// Claim: edges are linear and as wide as given, half inside and half outside: share = ½ + (distance inside)/e.
#[test]
fn edges_are_linear() {
    let grid = field(2.0, 10.0);
    let (x0, y0, edge) = (900.0, 1100.0, 300.0);
    let expected = |inside: f64| 1.0 - 2.0 / 3.0 * (0.5 + inside / edge).clamp(0.0, 1.0);
    let strip = young(grid).with_lesion(lesion(furrow(None, 600.0, FRAC_PI_2), (x0, y0), edge)).unwrap();
    let disc = young(grid).with_lesion(lesion(ellipse(900.0, 900.0, 0.7), (x0, y0), edge)).unwrap();
    for site in 0..grid.sites() {
        let (x, y) = grid.center_of(site);
        for (tissue, inside) in [(&strip, 300.0 - (x - x0).abs()), (&disc, 450.0 - (x - x0).hypot(y - y0))] {
            let density = tissue.matrix().site(site).collagen().density;
            assert!((density - expected(inside)).abs() < 1e-9, "{density} at {inside} µm inside");
            assert!((inside >= 1e-6) == tissue.lesion()[site] || inside.abs() < 1e-6, "{inside} µm inside");
        }
    }
    // An ellipse along its axes.
    let oval = young(grid).with_lesion(lesion(ellipse(1200.0, 600.0, 0.0), (1005.0, 1005.0), 200.0)).unwrap();
    for step in 0..100 {
        let offset = 10.0 * f64::from(step) - 500.0;
        for (x, y, inside) in
            [(1005.0 + offset, 1005.0, 600.0 - offset.abs()), (1005.0, 1005.0 + offset, 300.0 - offset.abs())]
        {
            let density = oval.matrix().site(grid.site_at(x, y)).collagen().density;
            let expected = 1.0 - 2.0 / 3.0 * (0.5 + inside / 200.0).clamp(0.0, 1.0);
            assert!((density - expected).abs() < 1e-9, "{density} {expected} at {x} {y}");
        }
    }
}

/// Claim: what a lesion is made of is inside, and skin outside its edge keeps every bit.
#[test]
fn lesions_change_what_they_cover() {
    let grid = field(2.0, 20.0);
    let fragmented = Lesion {
        fibers: LesionFibers::Fragmented(0.4),
        ..lesion(furrow(Some(600.0), 500.0, 0.0), (1500.0, 500.0), 100.0)
    };
    let scar = lesion(ellipse(700.0, 500.0, 1.0), (500.0, 1500.0), 100.0);
    let healthy = young(grid);
    let both = young(grid).with_lesion(scar.clone()).unwrap().with_lesion(fragmented.clone()).unwrap();
    let other_order = young(grid).with_lesion(fragmented).unwrap().with_lesion(scar).unwrap();
    let (inside, fibers) = (grid.site_at(510.0, 1510.0), |tissue: &Tissue, site: usize| tissue.matrix().site(site));
    let in_scar = fibers(&both, inside).collagen();
    assert!((in_scar.density - 1.0 / 3.0).abs() < 1e-12 && (in_scar.resultant_length() - 0.6).abs() < 1e-9);
    assert!((in_scar.mean_angle() - 0.3).abs() < 1e-9 && (fibers(&both, inside).elastin - 0.25).abs() < 1e-12);
    let trough = fibers(&both, grid.site_at(1510.0, 510.0)).collagen();
    let whole = fibers(&healthy, 0).collagen();
    assert!((trough.density - 1.0 / 3.0).abs() < 1e-12);
    assert!((trough.resultant_length() - 0.6 * whole.resultant_length()).abs() < 1e-9);
    assert!((trough.fourth_amplitude() - 0.6 * whole.fourth_amplitude()).abs() < 1e-9);
    let mut untouched = 0;
    for site in 0..grid.sites() {
        assert_eq!(fibers(&both, site), fibers(&other_order, site), "lesions apart do not mind their order");
        let (x, y) = grid.center_of(site);
        if grid.distance((x, y), (500.0, 1500.0)) > 420.0 && grid.distance((x, y), (1500.0, 500.0)) > 500.0 {
            assert_eq!(fibers(&both, site), fibers(&healthy, site));
            assert!(!both.lesion()[site]);
            untouched += 1;
        }
    }
    assert!(untouched > grid.sites() / 2 && both.lesion()[inside] && both.lesion()[grid.site_at(1510.0, 510.0)]);
}

/// Claim: a lesion may reach over the edge of the field, or be many; one outside, without a site, or with a number out
/// of range or that is none is refused by name.
#[test]
fn lesions_lie_anywhere_inside() {
    let grid = field(1.0, 20.0);
    let corner = young(grid).with_lesion(lesion(ellipse(600.0, 600.0, 0.0), (0.0, 0.0), 50.0)).unwrap();
    let quarter = PI * 300.0 * 300.0 / 4.0 * 2.0 / 3.0;
    assert!((missing(&corner) / quarter - 1.0).abs() < 0.03, "{}", missing(&corner) / quarter);
    let mut many = young(grid);
    for place in 0..25 {
        let at = (100.0 + 200.0 * f64::from(place % 5), 100.0 + 200.0 * f64::from(place / 5));
        many = many.with_lesion(lesion(ellipse(120.0, 120.0, 0.0), at, 20.0)).unwrap();
    }
    let expected = 25.0 * PI * 60.0 * 60.0 * 2.0 / 3.0;
    assert!((missing(&many) / expected - 1.0).abs() < 0.05, "{}", missing(&many) / expected);

    let circle = ellipse(300.0, 300.0, 0.0);
    let good = lesion(circle, (500.0, 500.0), 50.0);
    for bad in [
        lesion(circle, (1100.0, 500.0), 50.0),
        lesion(circle, (500.0, f64::NAN), 50.0),
        lesion(ellipse(f64::NAN, 300.0, 0.0), (500.0, 500.0), 50.0),
        lesion(ellipse(300.0, -300.0, 0.0), (500.0, 500.0), 50.0),
        lesion(ellipse(300.0, 300.0, f64::INFINITY), (500.0, 500.0), 50.0),
        lesion(circle, (500.0, 500.0), -1.0),
        Lesion { thickness: f64::NAN, ..good.clone() },
        Lesion { thickness: -0.1, ..good.clone() },
        Lesion { elastin_left: 1.5, ..good.clone() },
        Lesion { fibers: LesionFibers::Parallel { axis: 0.0, resultant_length: 1.1 }, ..good.clone() },
        Lesion { fibers: LesionFibers::Parallel { axis: f64::NAN, resultant_length: 0.5 }, ..good.clone() },
        Lesion { fibers: LesionFibers::Fragmented(1.1), ..good.clone() },
    ] {
        let refused = young(grid).with_lesion(bad.clone());
        assert!(matches!(refused, Err(Error::OutOfRange { .. })), "{bad:?}: {:?}", refused.err());
    }
}

/// Width in µm over which a surface lies below half of its deepest height, along x through the middle.
fn width_at_half_depth(surface: &Surface) -> f64 {
    let (grid, middle) = (&surface.grid, 0.5 * surface.grid.height());
    let height = |x: f64| surface.height.sample(x, middle).0;
    let half = 0.5 * height(0.5 * grid.width());
    let steps = grid.width() as usize;
    (0..steps).filter(|step| height(*step as f64) < half).count() as f64
}

/// Claim: the presets have the published shapes (Jacob 2001, Fabbrocini 2010) on the relief that is measured: boxcar 1.5
/// to 4 mm wide, shallow 0.1 to 0.5 mm and deep from 0.5 mm; ice-pick below 2 mm wide and deeper than shallow; rolling
/// above 4 mm wide and shallow. The smoothing of 120 µm makes pits of 1 mm a little wider and less deep.
#[test]
fn presets_have_the_published_shapes() {
    let found = |scar: AtrophicScar| {
        let tissue = young(field(8.0, 40.0)).with_lesion(&scar).unwrap();
        let surface = surface(&tissue);
        let grid = tissue.grid();
        let region = Region::mask("lesion", grid, tissue.lesion().to_vec()).unwrap();
        let measures = SurfaceRegion::new(&region, grid, &surface.grid).unwrap().measure(&surface).unwrap();
        (width_at_half_depth(&surface) / 1000.0, measures.depth_um / 1000.0)
    };
    let boxcar = found(AtrophicScar::boxcar());
    let shallow = found(AtrophicScar::shallow_boxcar());
    let deep = found(AtrophicScar::deep_boxcar());
    let pit = found(AtrophicScar::ice_pick());
    let rolling = found(AtrophicScar::rolling());
    for (width, _) in [boxcar, shallow, deep] {
        assert!((1.5..=4.0).contains(&width), "{width}");
    }
    assert!((0.1..=0.5).contains(&shallow.1) && deep.1 >= 0.5, "{shallow:?} {deep:?}");
    // 1 − h of a dermis of 1 mm.
    assert!((boxcar.1 - 0.5).abs() < 0.03 && (shallow.1 - 0.3).abs() < 0.03 && (deep.1 - 0.78).abs() < 0.03);
    assert!(pit.0 < 2.0 && pit.1 >= 0.5, "{pit:?}");
    assert!(rolling.0 > 4.0 && (rolling.1 - 0.28).abs() < 0.03, "{rolling:?}");
}

/// Claim: a wrinkle is a trough: rough across it, smooth along it, whichever way it lies, and turned with it.
#[test]
fn wrinkles_are_rough_across() {
    let grid = field(2.0, 20.0);
    let roughness = |direction: f64| {
        let tissue = young(grid).with_lesion(&Wrinkle { direction, ..Wrinkle::crows_foot() }).unwrap();
        let surface = surface(&tissue);
        Profiles::new(&Region::all(&surface.grid), &surface.grid).unwrap().roughness(&surface.height).unwrap()
    };
    let (along_x, along_y) = (roughness(0.0), roughness(FRAC_PI_2));
    let ra = |profile: Option<dermaweave::measure::ProfileRoughness>| profile.unwrap().ra_um;
    assert!(ra(along_x.along_y) > 20.0 && ra(along_x.along_x) < 1e-6, "{along_x:?}");
    assert!(ra(along_y.along_x) > 20.0 && ra(along_y.along_y) < 1e-6, "{along_y:?}");
    assert!((ra(along_x.across()) - ra(along_y.across())).abs() < 1e-6);
    assert_eq!(along_x.across(), along_x.along_y);
}

/// Claim: a wrinkle has thin dermis, less elastin and fragmented fibers, and young skin around it.
#[test]
fn wrinkles_are_thin_and_fragmented() {
    let (grid, wrinkle) = (field(2.0, 20.0), Wrinkle::crows_foot());
    let tissue = young(grid).with_lesion(&wrinkle).unwrap();
    let (bottom, far) = (tissue.matrix().site(grid.site_at(1010.0, 1010.0)), tissue.matrix().site(0));
    assert!(bottom.collagen().density < 0.65 && bottom.elastin < 0.6 * far.elastin);
    let kept = bottom.collagen().fourth_amplitude() / far.collagen().fourth_amplitude();
    assert!((bottom.collagen().resultant_length() / far.collagen().resultant_length() - kept).abs() < 1e-9);
    assert!(kept < 0.9 && (far.collagen().density - 1.0).abs() < 1e-12);
}

/// Numbers of a site for arrays, not the same in any two of them.
fn arrays(grid: &Grid) -> [Vec<f64>; 3] {
    let draw = |site: usize, which: u64| stream(5, which, Purpose::User, site as u64).random::<f64>();
    let array = |which: u64, scale: f64| (0..grid.sites()).map(|site| scale * draw(site, which)).collect();
    [array(0, 1.1), array(1, 0.95), array(2, PI)]
}

/// Claim: skin made from arrays has these amounts, these resultant lengths and these axes at every site.
#[test]
fn arrays_come_back() {
    let grid = field(0.6, 20.0);
    let [density, resultant, angle] = arrays(&grid);
    let tissue = Tissue::from_arrays(grid, &Skin::aged(40.0), &density, &resultant, &angle).unwrap();
    for (site, found) in tissue.matrix().sites().enumerate() {
        let fibers = found.collagen();
        assert!((fibers.density - density[site]).abs() < 1e-12, "{} {}", fibers.density, density[site]);
        assert!((fibers.resultant_length() - resultant[site]).abs() < 1e-9);
        let turned = (2.0 * (fibers.mean_angle() - angle[site])).sin().abs();
        assert!(turned * resultant[site] < 1e-9, "{} {}", fibers.mean_angle(), angle[site]);
    }
    assert_eq!((tissue.skin(), tissue.lesion().contains(&true)), (&Skin::aged(40.0), false));
    let mut simulation = Simulation::builder(tissue).protocol(Protocol::untreated(Time::days(60.0))).build().unwrap();
    simulation.run().unwrap();
    let (first, last) = (simulation.report().first("all").unwrap(), simulation.report().rows().last().unwrap());
    let mean = density.iter().sum::<f64>() / density.len() as f64;
    assert!((first.organization.density - mean).abs() < 1e-12);
    // Settled tissue of any make keeps its fibers but for 0.06 % a month.
    assert!((last.organization.density / mean - 1.0).abs() < 2e-3, "{}", last.organization.density / mean);
}

/// Claim: arrays of a wrong length, and values out of range or that are none, are refused by name.
#[test]
fn wrong_arrays_are_refused() {
    let grid = field(0.4, 20.0);
    let good = arrays(&grid);
    let made = |arrays: &[Vec<f64>; 3]| Tissue::from_arrays(grid, &Skin::young(), &arrays[0], &arrays[1], &arrays[2]);
    assert!(made(&good).is_ok());
    let names = ["amount of collagen", "resultant length", "angle"];
    for (which, name) in names.into_iter().enumerate() {
        for length in [0, 399, 401] {
            let mut short = good.clone();
            short[which].resize(length, 0.5);
            let refused = made(&short).err().unwrap();
            assert!(matches!(refused, Error::WrongLength { .. }), "{refused}");
            assert!(
                refused.to_string().contains(name) && refused.to_string().contains(&length.to_string()),
                "{refused}"
            );
        }
        let out_of_range: &[f64] = match which {
            0 => &[f64::NAN, f64::INFINITY, -1e-3, 10.0],
            1 => &[f64::NAN, f64::INFINITY, -1e-3, 1.001],
            _ => &[f64::NAN, f64::INFINITY],
        };
        for value in out_of_range {
            let mut wrong = good.clone();
            wrong[which][399] = *value;
            let refused = made(&wrong).err().unwrap();
            assert!(matches!(refused, Error::OutOfRange { .. }), "{refused}");
            assert!(refused.to_string().contains(name), "{refused} should name {name}");
        }
    }
}
