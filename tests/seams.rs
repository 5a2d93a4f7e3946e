//! Are lesions, regions, treated discs and holes the same at the edge of a field as in its middle?
//!
//! In a periodic field, which has no edge, wholly; in a closed one, as far as they lie in it.
use dermaweave::measure::{Histology, Region, Windows};
use dermaweave::report::Caution;
use dermaweave::tension::Tension;
use dermaweave::tissue::{Lesion, LesionFibers, Outline};
use dermaweave::treatment::{Cut, TreatedRegion, punctures};
use dermaweave::{
    AtrophicScar, Boundary, Device, Error, Grid, Length, Protocol, Session, Simulation, Skin, Time, Tissue,
};
use std::f64::consts::{FRAC_PI_2, PI, TAU};

fn um(value: f64) -> Length {
    Length::micrometers(value)
}

fn field((width, height): (f64, f64), spacing: f64, boundary: Boundary) -> Grid {
    Grid::new(um(width), um(height), um(spacing)).unwrap().with_boundary(boundary)
}

fn young(grid: Grid) -> Tissue {
    Tissue::new(grid, &Skin::young()).unwrap()
}

// Lesions and regions.

const SIZE: (f64, f64) = (800.0, 560.0);
/// A point in the middle and one on the corner, half of a field apart.
const MIDDLE: (f64, f64) = (400.0, 280.0);
const CORNER: (f64, f64) = (0.0, 0.0);

fn with_lesion(boundary: Boundary, outline: Outline, (x, y): (f64, f64)) -> Result<Tissue, Error> {
    let fibers = LesionFibers::Parallel { axis: 0.3, resultant_length: 0.6 };
    let lesion =
        Lesion { center: Some((um(x), um(y))), outline, edge: um(57.0), thickness: 0.4, fibers, elastin_left: 0.3 };
    young(field(SIZE, 10.0, boundary)).with_lesion(lesion)
}

fn ellipse(length: f64, width: f64, direction: f64) -> Outline {
    Outline::Ellipse { length: um(length), width: um(width), direction }
}

fn furrow(length: Option<f64>, width: f64, direction: f64) -> Outline {
    Outline::Furrow { length: length.map(um), width: um(width), direction }
}

/// The site that lies half of a field farther along x and y.
fn moved(grid: &Grid, site: usize) -> usize {
    let (x, y) = grid.center_of(site);
    grid.site_at((x + MIDDLE.0) % SIZE.0, (y + MIDDLE.1) % SIZE.1)
}

fn rise() -> f64 {
    SIZE.1.atan2(SIZE.0)
}

/// Claim: in a periodic field a lesion around a corner is that of the middle moved by half of the field, site by site;
/// also one that is as long as the field or wider, and one that runs on without end.
#[test]
fn lesions_over_the_seam_are_whole() {
    let outlines = [
        ellipse(301.7, 301.7, 0.0),
        ellipse(533.1, 158.3, 0.7),
        ellipse(900.0, 620.0, 2.0),
        furrow(Some(411.3), 97.7, 1.1),
        furrow(Some(1733.3), 61.3, 0.5),
        furrow(None, 97.7, 0.0),
        furrow(None, 97.7, FRAC_PI_2),
        furrow(None, 97.7, 1.571 + PI),
        furrow(None, 97.7, rise()),
        furrow(None, 97.7, -rise()),
    ];
    for outline in outlines {
        let (inside, over) = (
            with_lesion(Boundary::Periodic, outline, MIDDLE).unwrap(),
            with_lesion(Boundary::Periodic, outline, CORNER).unwrap(),
        );
        let grid = *inside.grid();
        let sites = inside.lesion().iter().filter(|&&site| site).count();
        assert!(sites > 200, "{outline:?}: {sites}");
        for site in 0..grid.sites() {
            let [here, there] = [(&inside, site), (&over, moved(&grid, site))].map(|(tissue, site)| {
                (
                    tissue.lesion()[site],
                    tissue.matrix().site(site).collagen().density,
                    tissue.matrix().site(site).elastin,
                )
            });
            assert!(here.0 == there.0, "{outline:?} at {site}");
            assert!((here.1 - there.1).abs() < 1e-9 && (here.2 - there.2).abs() < 1e-9, "{outline:?} at {site}");
        }
    }
}

/// Claim: a lesion that fits the field is the same in the middle of a periodic and of a closed one, and one that meets
/// itself counts once: nowhere is there less collagen than it leaves.
#[test]
fn lesions_count_once() {
    for outline in [ellipse(301.7, 158.3, 0.7), furrow(Some(411.3), 97.7, 1.1), furrow(None, 97.7, 0.0)] {
        let [closed, periodic] =
            [Boundary::Closed, Boundary::Periodic].map(|boundary| with_lesion(boundary, outline, MIDDLE).unwrap());
        assert_eq!(closed.lesion(), periodic.lesion());
        assert!(closed.matrix().sites().eq(periodic.matrix().sites()));
    }
    let wide = with_lesion(Boundary::Periodic, ellipse(2000.0, 1500.0, 0.4), CORNER).unwrap();
    assert!(wide.matrix().sites().all(|site| (site.collagen().density - 0.4).abs() < 1e-12));
    assert!(wide.lesion().iter().all(|&site| site));
}

/// Claim: a furrow that would meet itself again and again in a periodic field is refused; a closed field cuts it.
#[test]
fn furrows_longer_than_ten_fields_are_refused() {
    let long = with_lesion(Boundary::Periodic, furrow(Some(1e4), 97.7, 0.3), MIDDLE).map(drop).unwrap_err();
    assert!(long.to_string().starts_with("lesion length in a periodic field is 10000"), "{long}");
    assert!(with_lesion(Boundary::Closed, furrow(Some(1e4), 97.7, 0.3), MIDDLE).is_ok());
}

/// Claim: the area of a diagonal furrow that meets itself is that of a band as long as the diagonal, to the 1 % that
/// edges on sites of 10 µm leave; an endless furrow that winds on and on is refused, with the nearest that does not.
#[test]
fn endless_furrows_meet_themselves() {
    let diagonal = with_lesion(Boundary::Periodic, furrow(None, 97.7, rise()), (130.0, 70.0)).unwrap();
    let lost: f64 = diagonal.matrix().sites().map(|site| (1.0 - site.collagen().density) / 0.6).sum();
    let band = SIZE.0.hypot(SIZE.1) * 97.7;
    assert!((lost * 100.0 / band - 1.0).abs() < 0.01, "{lost}");
    for (direction, nearest) in [(0.2, 0.0), (0.4, rise()), (-0.5, -rise()), (1.5, FRAC_PI_2), (PI - 0.1, PI)] {
        assert!(with_lesion(Boundary::Closed, furrow(None, 97.7, direction), MIDDLE).is_ok());
        match with_lesion(Boundary::Periodic, furrow(None, 97.7, direction), MIDDLE) {
            Err(Error::OutOfRange { value, minimum, maximum, .. }) => {
                assert!(value == direction && minimum < nearest && nearest < maximum && maximum - minimum < 0.02);
            }
            other => panic!("{direction}: {other:?}"),
        }
    }
}

/// Claim: a region that is a disc holds the same sites around a corner of a periodic field as in its middle, moved by
/// half of the field, and all of them where it is wider than the field; in a closed field what lies inside.
#[test]
fn regions_over_the_seam_are_whole() {
    let region = |boundary, (x, y): (f64, f64), diameter| {
        Region::disc("disc", &field(SIZE, 10.0, boundary), um(x), um(y), um(diameter)).unwrap()
    };
    let grid = field(SIZE, 10.0, Boundary::Periodic);
    for diameter in [203.1, 471.7, 633.3] {
        let [middle, corner] = [MIDDLE, CORNER].map(|center| region(Boundary::Periodic, center, diameter));
        assert!((0..grid.sites()).all(|site| middle.holds(site) == corner.holds(moved(&grid, site))), "{diameter}");
        assert!((0..grid.sites()).any(|site| middle.holds(site)));
    }
    assert_eq!(region(Boundary::Periodic, CORNER, 980.0).area_mm2(), grid.area_mm2());
    let quarter = region(Boundary::Closed, CORNER, 471.7).area_mm2() / (PI * 0.25 * 0.4717_f64.powi(2));
    assert!((quarter - 0.25).abs() < 0.01, "{quarter}");
}

/// Claim: the windows of a disc do not depend on where it lies in a periodic field: around a corner they are those of the
/// middle, in which the same fibers lie; so is the view of a histologist of a disc as small as his view.
#[test]
fn windows_over_the_seam_are_those_of_the_middle() {
    let outline = ellipse(301.7, 158.3, 0.7);
    let measured = |center: (f64, f64), diameter: f64| {
        let bent = |x: f64, y: f64| {
            let waves = (TAU * (x - center.0) / SIZE.0).sin() + (TAU * (y - center.1) / SIZE.1).cos();
            Tension { axis: 0.3 * waves, ..Tension::default() }
        };
        let tissue = with_lesion(Boundary::Periodic, outline, center).unwrap().with_tension(bent).unwrap();
        let grid = *tissue.grid();
        let region = Region::disc("disc", &grid, um(center.0), um(center.1), um(diameter)).unwrap();
        let windows = Windows::new(&region, &grid, um(70.0)).unwrap();
        let (fibers, axes) = (windows.collagen(tissue.matrix()).unwrap(), windows.tension_axes(&tissue).unwrap());
        let mut windows: Vec<_> =
            fibers.iter().zip(axes).map(|((_, mature), axis)| [mature.density, mature.c2, axis]).collect();
        // Round-off must not decide the order of windows that are alike.
        windows.sort_by_key(|window| window.map(|number| (number * 1e7).round() as i64));
        let seen = Histology::default().orientation_index(tissue.matrix(), &region, 3, 1).unwrap();
        (windows, seen)
    };
    for diameter in [41.3, 93.1, 411.7] {
        let ((middle, seen_there), (corner, seen_here)) = (measured(MIDDLE, diameter), measured(CORNER, diameter));
        assert_eq!(middle.len(), corner.len(), "{diameter}");
        for (one, other) in middle.as_flattened().iter().zip(corner.as_flattened()) {
            assert!((one - other).abs() < 1e-9, "{diameter}: {one} and {other}");
        }
        // Larger discs are seen at sites that are drawn from a list in another order.
        assert!(diameter > 100.0 || (seen_there - seen_here).abs() < 1e-9, "{seen_there} and {seen_here}");
    }
}

// Treated discs and holes.

fn session_on(device: Device, (x, y): (f64, f64), diameter: f64, holes: f64) -> Session {
    let region = TreatedRegion::Disc { x: um(x), y: um(y), diameter: um(diameter) };
    Session { region, ..Session::new(device, Time::days(0.0)).holes_per_cm2(holes).unwrap() }
}

fn protocol_of(session: Session) -> Protocol {
    Protocol { sessions: vec![session], doses: Vec::new(), end: Time::days(1.0) }
}

/// Claim: a treated disc has the density of holes that is asked for and opens the same share, wherever it lies: inside,
/// over an edge or a corner, larger than the field; in a periodic field it has as many holes everywhere. With n holes
/// the density is known to 4/√n at least, since rows of needles fall more evenly than at random.
#[test]
fn treated_discs_have_their_density_everywhere() {
    const SIDE: f64 = 10_000.0;
    let nominal = session_on(Device::dermaroller_mf8(), CORNER, 1.0, 2500.0);
    let nominal = nominal.device.holes_per_cm2_per_pass() * f64::from(nominal.passes);
    for boundary in [Boundary::Closed, Boundary::Periodic] {
        let grid = field((SIDE, SIDE), 40.0, boundary);
        for (center, diameter) in [
            ((5000.0, 5000.0), 4000.0),
            ((0.0, 5000.0), 4000.0),
            ((5000.0, SIDE), 4000.0),
            ((0.0, 0.0), 6000.0),
            ((2000.0, 9000.0), 8000.0),
            ((0.0, 0.0), 13_000.0),
            ((5000.0, 5000.0), 40_000.0),
        ] {
            let session = session_on(Device::dermaroller_mf8(), center, diameter, 2500.0);
            let inside = |x: f64, y: f64| grid.distance((x, y), center) <= 0.5 * diameter;
            assert!(punctures(&session, 0, &grid, 4).iter().all(|hole| inside(hole.x, hole.y)));
            let dry = protocol_of(session).dry_run(&grid, 4).unwrap().sessions.remove(0);
            let band = 4.0 / (dry.holes as f64).sqrt();
            let (density, opened) = (dry.holes_per_cm2 / nominal, dry.opened_percent / 33.0);
            println!("{boundary:?} {center:?} {diameter}: {density:.3} ± {band:.3} of {nominal:.0}, {opened:.3}");
            assert!((density - 1.0).abs() < band && (opened - 1.0).abs() < band, "{boundary:?} {center:?} {diameter}");
            if boundary == Boundary::Periodic && diameter < SIDE {
                let whole = nominal * PI * 0.25 * (diameter * 1e-4).powi(2);
                assert!((dry.holes as f64 / whole - 1.0).abs() < band, "{center:?}: {} of {whole}", dry.holes);
            }
        }
    }
}

/// Claim: a session that opens a quarter of its disc is cautioned of, by what it opened, also where half of the disc lies
/// outside of the field. Where holes fall at random the share that is open is 1 − e^{−N a} of N holes of area a per area.
#[test]
fn a_disc_half_outside_is_cautioned_of() {
    let grid = field((4000.0, 4000.0), 20.0, Boundary::Closed);
    for center in [(2000.0, 2000.0), (0.0, 2000.0), (4000.0, 0.0)] {
        let session = session_on(Device::dermaroller_mf8(), center, 3000.0, 1200.0);
        let nominal = session.device.holes_per_cm2_per_pass() * f64::from(session.passes);
        // At the surface, 0.9 mm above the tip: 8 µm and three quarters of the taper.
        let hole_cm2 = 0.25 * PI * (0.008 + 0.75 * 0.242_f64).powi(2) * 1e-2;
        let expected = -(-nominal * hole_cm2).exp_m1();
        let holes = punctures(&session, 0, &grid, 7).len() as f64;
        let mut simulation = Simulation::builder(young(grid)).protocol(protocol_of(session)).seed(7).build().unwrap();
        simulation.step().unwrap();
        let cautions = simulation.report().cautions();
        let told = cautions.iter().find_map(|caution| match caution {
            Caution::SurfaceOpened { share, .. } => Some(*share),
            _ => None,
        });
        let told = told.unwrap_or_else(|| panic!("no caution at {center:?}: {cautions:?}"));
        println!("{center:?}: told {told:.3}, expected {expected:.3}, {holes} holes");
        // The edge cuts part of a row of holes.
        assert!((told / expected - 1.0).abs() < 4.0 / holes.sqrt(), "{center:?}: {told} for {expected}");
    }
}

/// Claim: a hole wider than a periodic field hits every site once, as one that covers a closed field does: as many
/// platelets, as much collagen cut, no more redness and no more open than all.
#[test]
fn a_hole_wider_than_a_periodic_field_hits_once() {
    let mut needle = Device::dermaroller_mf8().needle;
    (needle.shaft_diameter, needle.taper) = (Length::millimeters(2.0), um(1.0));
    let application = dermaweave::treatment::Application::Stamp { rows: 20, columns: 20, pitch: um(150.0) };
    let stamp = Device {
        application,
        needle,
        depth_scatter: 0.0,
        cut: Cut { removed: 0.3, fragmented: 0.0, gap: 0.3 },
        ..Device::dermaroller_mf8()
    };
    let session = Session { passes: 1, ..Session::new(stamp, Time::days(0.0)) };
    let [closed, periodic] = [Boundary::Closed, Boundary::Periodic].map(|boundary| {
        let grid = field((200.0, 200.0), 20.0, boundary);
        let holes = punctures(&session, 0, &grid, 3).len();
        assert!(holes > 0 && holes < 5, "{holes}");
        let protocol = protocol_of(session.clone());
        let mut simulation = Simulation::builder(young(grid)).protocol(protocol).seed(3).build().unwrap();
        simulation.step().unwrap();
        let tissue = simulation.tissue();
        assert!(tissue.microchannels().flare().maximum() <= 1.0);
        let original = tissue.matrix().sites().map(|site| site.original / 0.7_f64.powi(holes as i32));
        let (least, most) = original
            .fold((f64::INFINITY, 0.0_f64), |(least, most), original| (least.min(original), most.max(original)));
        let row = simulation.report().rows().last().unwrap().clone();
        assert!(row.recovery.open_barrier <= 1.0);
        (tissue.acute_inflammation().platelets.maximum(), tissue.acute_inflammation().platelets.mean(), least, most)
    });
    println!("closed {closed:?}, periodic {periodic:?}");
    assert!((closed.0 - periodic.0).abs() < 1e-9 * closed.0 && (closed.1 - periodic.1).abs() < 1e-9 * closed.1);
    assert!((closed.2 - periodic.2).abs() < 1e-9 && (closed.3 - periodic.3).abs() < 1e-9);
}

// Tension.

/// Claim: skin that is put under one tension after another has the fibers of the last one, bit for bit; lesions and their
/// edges stay as they were placed, and so do fibers that were given.
#[test]
fn the_last_tension_holds() {
    let grid = field(SIZE, 10.0, Boundary::Closed);
    let even = |axis: f64| move |_: f64, _: f64| Tension { axis, ..Tension::default() };
    let bent = |x: f64, y: f64| Tension { axis: 0.002 * x - 0.001 * y, anisotropy: 0.5, load: 1.0 };
    let once = |tissue: Tissue| tissue.with_tension(even(1.1)).unwrap();
    let expected = once(young(grid));
    assert_eq!(once(young(grid).with_tension(bent).unwrap()), expected);
    assert_eq!(once(young(grid).with_tension(even(0.4)).unwrap().with_tension(bent).unwrap()), expected);
    let scar = AtrophicScar { diameter: um(300.0), edge: um(80.0), ..AtrophicScar::boxcar() };
    let scarred = young(grid).with_tension(bent).unwrap().with_lesion(&scar).unwrap();
    let after = once(scarred.clone());
    let mut kept = 0;
    for site in 0..grid.sites() {
        let (x, y) = grid.center_of(site);
        let in_lesion = (x - MIDDLE.0).hypot(y - MIDDLE.1) < 150.0 + 40.0;
        kept += usize::from(in_lesion);
        let from = if in_lesion { &scarred } else { &expected };
        assert_eq!(after.matrix().site(site), from.matrix().site(site), "({x}, {y})");
    }
    assert!(kept > 1000 && kept < 1300, "{kept}");
    let (ones, angles) = (vec![0.9; grid.sites()], vec![0.7; grid.sites()]);
    let given = Tissue::from_arrays(grid, &Skin::young(), &ones, &vec![0.3; grid.sites()], &angles).unwrap();
    let turned = once(given.clone().with_tension(bent).unwrap());
    assert_eq!(turned.matrix(), given.matrix());
}
