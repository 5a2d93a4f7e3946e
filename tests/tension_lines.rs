//! Do fibers, cells and firmness follow the lines of tension, wherever they lead?
use dermaweave::cells::fibroblast::{Draw, Fibroblast, Surroundings, Turns, advance};
use dermaweave::measure::{Firmness, Region, Windows};
use dermaweave::mechanics::Movement;
use dermaweave::random::{Purpose, stream};
use dermaweave::tension::{LangerLines, Tension};
use dermaweave::{
    AtrophicScar, Error, FiberMoments, Field, Grid, Length, Matrix, Parameters, Protocol, Simulation, Skin, Time,
    Tissue,
};
use rand::RngExt;
use std::f64::consts::FRAC_PI_2;

fn field(millimeters: f64, spacing: f64) -> Grid {
    let side = Length::millimeters(millimeters);
    Grid::new(side, side, Length::micrometers(spacing)).unwrap()
}

fn young(grid: Grid) -> Tissue {
    Tissue::new(grid, &Skin::young()).unwrap()
}

const BEND: f64 = 0.0005;

/// Lines that turn by [`BEND`] per µm along x.
fn bent(x: f64, _y: f64) -> Tension {
    Tension { axis: BEND * x, ..Tension::default() }
}

/// Claim: healthy skin is woven along its lines of tension, wherever they lead, and counts as healthy: windows of
/// 100 µm blur the fourth moment by 1 − ½ (4 BEND)² 100²/12 = 1 − 0.0017, the fidelity with it, and nothing else does.
#[test]
fn healthy_weave_follows_the_lines() {
    let grid = field(2.0, 20.0);
    let tissue = young(grid).with_tension(bent).unwrap();
    let straight = Skin::young().weave(0.0);
    for (site, found) in tissue.matrix().sites().enumerate() {
        let (x, y) = grid.center_of(site);
        let turned = 2.0 * (found.collagen().mean_angle() - BEND * x);
        assert!(turned.sin().abs() < 1e-9 && turned.cos() > 0.0, "{turned} at {x}");
        assert!((found.collagen().fourth_amplitude() - straight.fourth_amplitude()).abs() < 1e-9);
        let weave = tissue.healthy_weave_at(x, y);
        assert!((2.0 * (weave.mean_angle() - BEND * x)).sin().abs() < 1e-9 && (weave.density - 1.0).abs() < 1e-12);
    }
    let protocol = Protocol::untreated(Time::days(400.0));
    let mut simulation =
        Simulation::builder(tissue).protocol(protocol).sample_every(Time::days(400.0)).build().unwrap();
    simulation.run().unwrap();
    for row in simulation.report().rows() {
        assert!((row.organization.weave_fidelity - 1.0).abs() < 0.0017 * 1.1, "{}", row.organization.weave_fidelity);
        assert!(row.organization.distance_to_healthy_deg < 0.2, "{}", row.organization.distance_to_healthy_deg);
    }
    assert!(simulation.report().cautions().is_empty());
}

/// Claim: scars stay as they are when skin is woven anew around them, before or after they are placed.
#[test]
fn lines_go_around_scars() {
    let grid = field(2.0, 20.0);
    let scar = AtrophicScar { diameter: Length::micrometers(600.0), axis: 1.1, ..AtrophicScar::boxcar() };
    let after = young(grid).with_lesion(&scar).unwrap().with_tension(bent).unwrap();
    let before = young(grid).with_tension(bent).unwrap().with_lesion(&scar).unwrap();
    for tissue in [after, before] {
        let inside = tissue.matrix().site(grid.site_at(1010.0, 1010.0)).collagen();
        assert!((inside.mean_angle() - 1.1).abs() < 1e-9 && (inside.density - 0.5).abs() < 1e-12);
        assert!((inside.resultant_length() - 0.7).abs() < 1e-9);
        let outside = tissue.matrix().site(grid.site_at(1810.0, 1010.0)).collagen();
        assert!((outside.mean_angle() - BEND * 1810.0).abs() < 1e-6, "{}", outside.mean_angle());
    }
}

/// Claim: a tension that is out of range or none is refused.
#[test]
fn wrong_tension_is_refused() {
    let grid = field(0.4, 20.0);
    for (axis, anisotropy) in [(f64::NAN, 0.3), (f64::INFINITY, 0.3), (0.0, f64::NAN), (0.0, -0.1), (0.0, 1.1)] {
        let refused = young(grid).with_tension(|_, _| Tension { axis, anisotropy, load: 1.0 });
        assert!(matches!(refused, Err(Error::OutOfRange { .. })), "{axis} {anisotropy}");
        assert!(matches!(
            LangerLines::varying(grid, |_, _| Tension { axis, anisotropy, load: 1.0 }),
            Err(Error::OutOfRange { .. })
        ));
    }
}

/// Mean e^{2i(heading − axis)} of active cells that only tension guides, left and right of the middle, and the number
/// on each side: fibers without direction, no PDGF, and as much TGF-β as keeps them active.
fn headings(lines: &LangerLines, axes: [f64; 2]) -> [(f64, f64); 2] {
    let grid = field(2.0, 20.0);
    let matrix = Matrix::uniform(grid, FiberMoments::isotropic(1.0), 0.005);
    let (tgf_beta, pdgf) = (Field::uniform(grid, 2.0), Field::uniform(grid, 0.0));
    let surroundings = Surroundings {
        matrix: &matrix,
        tgf_beta: &tgf_beta,
        pdgf: &pdgf,
        tension: lines,
        mechanics: None,
        movement: Movement::default(),
        attractants: &[],
    };
    let random = |id: u64, which: u64| stream(9, which, Purpose::User, id).random::<f64>();
    let mut cells: Vec<Fibroblast> = (0..2 * CELLS as u64)
        .map(|id| {
            let x = if id % 2 == 0 { 500.0 } else { 1500.0 };
            let heading = std::f64::consts::TAU * random(id, 0);
            Fibroblast { id, x, y: 500.0 + 1000.0 * random(id, 1), heading, activation: 1.0, contraction: 0.0 }
        })
        .collect();
    let draw = |tick: u64, id: u64| {
        let mut numbers = stream(9, tick + 2, Purpose::User, id);
        let (first, second): (f64, f64) = (numbers.random(), numbers.random());
        let normal = (-2.0 * (1.0 - first).ln()).sqrt() * (std::f64::consts::TAU * second).cos();
        Draw { normal, uniform: numbers.random() }
    };
    advance(
        &mut cells,
        &surroundings,
        &Parameters::default().fibroblast,
        Turns { first_tick: 0, ticks: 200, tick_hours: 0.5 },
        draw,
    );
    [0, 1].map(|side| {
        let own = cells.iter().filter(|cell| cell.id % 2 == side as u64);
        let sum = own.fold((0.0, 0.0), |(cosine, sine), cell| {
            let turned = 2.0 * (cell.heading - axes[side]);
            (cosine + turned.cos(), sine + turned.sin())
        });
        (sum.0 / CELLS, sum.1 / CELLS)
    })
}

const CELLS: f64 = 2000.0;

/// Claim: cells that nothing but tension guides turn to the line where they are. Headings of 2000 cells average to
/// within √(1/2000/2) = 0.016 of nothing: four of them are 0.063.
#[test]
fn cells_turn_to_the_local_line() {
    let grid = field(2.0, 20.0);
    let noise = 4.0 * (0.5 / CELLS).sqrt();
    let axes = [0.4, 1.7];
    let sides = |anisotropy: f64| {
        let tension = |x: f64, _y: f64| Tension { axis: axes[usize::from(x > 1000.0)], anisotropy, load: 1.0 };
        LangerLines::varying(grid, tension).unwrap()
    };
    let (guided, even) = (headings(&sides(1.0), axes), headings(&sides(0.0), axes));
    for (cosine, sine) in guided {
        assert!(cosine > noise && sine.abs() < noise, "{cosine} {sine}");
    }
    for (cosine, sine) in even {
        assert!(cosine.abs() < noise && sine.abs() < noise, "{cosine} {sine}");
    }
}

/// Claim: skin is firmer along its line, 1.8 to 2.3 times as along across in healthy dermis, wherever the line leads; and
/// measured across the lines it is as much the other way round. Windows blur bent lines by less than 1 %.
#[test]
fn firmness_follows_the_lines() {
    let grid = field(2.0, 20.0);
    let (straight, bent) = (young(grid), young(grid).with_tension(bent).unwrap());
    let windows = Windows::new(&Region::all(&grid), &grid, Length::micrometers(100.0)).unwrap();
    let anisotropy = |tissue: &Tissue, turn: f64| {
        let axes: Vec<f64> = windows.tension_axes(tissue).unwrap().iter().map(|axis| axis + turn).collect();
        Firmness::new(&windows, tissue.matrix(), &axes).unwrap().modulus_anisotropy
    };
    let healthy = anisotropy(&straight, 0.0);
    assert!((1.8..=2.3).contains(&healthy), "{healthy}");
    assert!((anisotropy(&bent, 0.0) / healthy - 1.0).abs() < 0.01);
    assert!((anisotropy(&bent, FRAC_PI_2) * healthy - 1.0).abs() < 0.01);
    let row = Simulation::builder(bent).build().unwrap().report().rows()[0].clone();
    assert!((row.firmness.modulus_anisotropy / healthy - 1.0).abs() < 0.01, "{:?}", row.firmness);
}

/// Claim: fibers of all directions are as stiff along any axis, one parallel family is stiffest along itself.
#[test]
fn stiffness_is_that_of_the_fibers() {
    let tangle = FiberMoments::isotropic(0.8);
    for axis in [0.0, 0.7, 2.0] {
        let firmness = Firmness::of(&tangle, 1.0, axis);
        assert!((firmness.modulus_anisotropy - 1.0).abs() < 1e-9, "{firmness:?}");
        let parallel = Firmness::of(&FiberMoments::one_family(0.8, axis, 0.7), 1.0, axis);
        assert!(parallel.modulus_along > firmness.modulus_along && firmness.modulus_across > parallel.modulus_across);
    }
}
