//! Is every column of a row the mean over the same sites, whatever the shape of the region and of the field?
use dermaweave::measure::{CorrelationWindows, FiberOrganization, Firmness, Region, Surface, SurfaceRegion, Windows};
use dermaweave::parameters::{MatrixParameters, SurfaceParameters};
use dermaweave::random::{Purpose, stream};
use dermaweave::report::{Caution, Row};
use dermaweave::tissue::{Lesion, LesionFibers, Outline};
use dermaweave::{AtrophicScar, Device, FiberMoments, Grid, Length, Matrix, Protocol, Simulation, Skin, Time, Tissue};
use rand::RngExt;
use std::f64::consts::PI;

const fn micrometers(length: f64) -> Length {
    Length::micrometers(length)
}

fn grid(columns: u32, rows: u32, spacing: f64) -> Grid {
    let length = |sites: u32| micrometers(f64::from(sites) * spacing);
    Grid::new(length(columns), length(rows), micrometers(spacing)).unwrap()
}

fn scar(diameter: f64, edge: f64) -> AtrophicScar {
    AtrophicScar { diameter: micrometers(diameter), edge: micrometers(edge), ..AtrophicScar::boxcar() }
}

fn scarred(grid: Grid, scar: &AtrophicScar) -> Tissue {
    Tissue::new(grid, &Skin::young()).unwrap().with_lesion(scar).unwrap()
}

/// A disc of 0.5 mm that lacks a fifth of its collagen, and a furrow of 0.9 mm × 40 µm that has lost nearly all.
fn disc_and_furrow() -> Tissue {
    let disc =
        AtrophicScar { center: Some((micrometers(600.0), micrometers(600.0))), density: 0.8, ..scar(500.0, 0.0) };
    let outline = Outline::Furrow { length: Some(micrometers(900.0)), width: micrometers(40.0), direction: 0.0 };
    let furrow = Lesion {
        center: Some((micrometers(1000.0), micrometers(1400.0))),
        outline,
        edge: micrometers(0.0),
        density: 0.05,
        fibers: LesionFibers::Fragmented(0.5),
        elastin_left: 0.3,
    };
    scarred(grid(200, 200, 10.0), &disc).with_lesion(furrow).unwrap()
}

/// Needled once and followed for some days.
fn course(tissue: Tissue, days: f64) -> Simulation {
    let protocol = Protocol::once(Device::dermaroller_mf8()).holes_per_cm2(400.0).unwrap().follow_up(Time::days(days));
    let mut simulation = Simulation::builder(tissue).protocol(protocol).seed(3).build().unwrap();
    simulation.run().unwrap();
    simulation
}

fn last<'a>(simulation: &'a Simulation, region: &'a str) -> &'a Row {
    simulation.report().region(region).last().unwrap()
}

/// Mean over some sites as they are.
fn mean(tissue: &Tissue, inside: impl Fn(usize) -> bool, value: impl Fn(&dermaweave::matrix::Site) -> f64) -> f64 {
    let sites: Vec<f64> =
        tissue.matrix().sites().enumerate().filter(|(site, _)| inside(*site)).map(|(_, site)| value(&site)).collect();
    sites.iter().sum::<f64>() / sites.len() as f64
}

/// Claim: amounts are the means over the sites of the region, in narrow lesions and in fields that windows do not divide.
#[test]
fn amounts_are_the_means_of_the_sites() {
    let narrow = scarred(grid(997, 13, 20.0), &scar(200.0, 50.0));
    let uneven = scarred(grid(26, 26, 20.0), &scar(300.0, 50.0));
    for tissue in [disc_and_furrow(), narrow, uneven] {
        let simulation = course(tissue, 3.0);
        let tissue = simulation.tissue();
        for (region, of_lesion) in [("lesion", Some(true)), ("surround", Some(false)), ("all", None)] {
            let inside = |site: usize| of_lesion.is_none_or(|wanted| tissue.lesion()[site] == wanted);
            let (row, is) =
                (last(&simulation, region), |value: fn(&dermaweave::matrix::Site) -> f64| mean(tissue, inside, value));
            let [new, mature] = [is(|site| site.new.density), is(|site| site.mature.density)];
            let matrix = MatrixParameters::default();
            let type_iii = (new * matrix.new_type_iii_share + mature * matrix.mature_type_iii_share) / (new + mature);
            let expected = [
                (row.organization.density, new + mature),
                (row.organization.new_density, new),
                (row.organization.type_iii_share, type_iii),
                (row.original_collagen, is(|site| site.original)),
                (row.elastin, is(|site| site.elastin)),
                (row.firmness.recoil, is(|site| site.elastin)),
                (row.fibrin, is(|site| site.fibrin)),
            ];
            for (index, (found, expected)) in expected.into_iter().enumerate() {
                assert!((found - expected).abs() < 1e-11, "{region} {index}: {found} instead of {expected}");
            }
        }
    }
}

/// Claim: a furrow narrower than half of a window is not missing from the mean of its lesion.
#[test]
fn narrow_lesions_count() {
    let tissue = disc_and_furrow();
    let simulation = Simulation::builder(tissue).build().unwrap();
    let row = simulation.report().first("lesion").unwrap();
    // A disc of 0.196 mm² at 0.8 and a furrow of 0.036 mm² at 0.05, sites of 10 µm.
    assert!((row.organization.density - 0.684).abs() < 0.002, "{}", row.organization.density);
}

/// Claim: the amounts of the lesion and of what surrounds it, weighted by their areas, are those of all.
#[test]
fn lesion_and_surround_make_up_all() {
    for tissue in [disc_and_furrow(), scarred(grid(26, 26, 20.0), &scar(300.0, 50.0))] {
        let share = tissue.lesion().iter().filter(|&&inside| inside).count() as f64 / tissue.grid().sites() as f64;
        let protocol = Protocol::once(Device::dermaroller_mf8()).follow_up(Time::days(1.0));
        let builder = Simulation::builder(tissue).protocol(protocol).seed(3).sample_also([Time::hours(6.0)]);
        let mut simulation = builder.build().unwrap();
        simulation.run().unwrap();
        // Six hours after the session, when channels are open.
        let after = |region| simulation.report().region(region).find(|row| row.day > 0.0).unwrap();
        let [lesion, surround, all] = ["lesion", "surround", "all"].map(after);
        let amounts: [fn(&Row) -> f64; 12] = [
            |row| row.organization.density,
            |row| row.organization.new_density,
            |row| row.collagen_lost,
            |row| row.collagen_gained,
            |row| row.elastin,
            |row| row.ground_substance,
            |row| row.fibroblasts_per_mm2,
            |row| row.inflammation,
            |row| row.mmp,
            |row| row.surface.thickness_um,
            |row| row.surface.height_um,
            |row| row.recovery.open_barrier,
        ];
        assert!(all.recovery.open_barrier > 0.0, "nothing is open");
        for (index, amount) in amounts.into_iter().enumerate() {
            let both = share * amount(lesion) + (1.0 - share) * amount(surround);
            let all = amount(all);
            assert!((both - all).abs() < 1e-9 * (1.0 + all.abs()), "{index}: {both} instead of {all}");
        }
    }
}

/// Fibers of every site along an axis of its own.
fn tangle(grid: Grid) -> Matrix {
    let mut matrix = Matrix::uniform(grid, FiberMoments::default(), 0.0);
    let mut draws = stream(5, 0, Purpose::User, 0);
    matrix.sites_mut().iter_mut().for_each(|site| site.mature = FiberMoments::along(1.0, PI * draws.random::<f64>()));
    matrix
}

/// Claim: windows weigh by their sites, and a window that is less than half full is measured with the one beside it. The
/// region is two rows of windows of 10 × 10 sites with a fringe of one site; the last column of windows is three high, so
/// that windows begin where the region does. Alone, the 10 sites of a window of the fringe would look parallel.
#[test]
fn slivers_are_measured_with_their_neighbors() {
    let grid = grid(400, 40, 10.0);
    let matrix = tangle(grid);
    let height = |column: usize| if column < 390 { 21 } else { 30 };
    let mask = (0..grid.sites()).map(|site| site / 400 < height(site % 400)).collect();
    let region = Region::mask("fringed", &grid, mask).unwrap();
    let windows = Windows::new(&region, &grid, micrometers(100.0)).unwrap();
    assert_eq!(windows.count(), 2 * 40 + 1);

    let of_window = |column: usize, first: usize, last: usize| {
        let sites = (first..last).flat_map(|row| (0..10).map(move |index| row * 400 + column * 10 + index));
        let fibers: FiberMoments = sites.map(|site| matrix.site(site).collagen()).sum();
        [fibers.density * fibers.resultant_length(), fibers.density]
    };
    let mean = |windows: Vec<[f64; 2]>| {
        let sum = |index: usize| windows.iter().map(|window| window[index]).sum::<f64>();
        sum(0) / sum(1)
    };
    let last = [(0, 10), (10, 20), (20, 30)].map(|(first, last)| of_window(39, first, last));
    let rows = |edges: &'static [usize]| {
        let of_column = move |column| edges.windows(2).map(move |edge| of_window(column, edge[0], edge[1]));
        (0..39).flat_map(of_column).chain(last).collect::<Vec<_>>()
    };
    let (joined, apart) = (mean(rows(&[0, 10, 21])), mean(rows(&[0, 10, 20, 21])));
    let healthy = vec![FiberMoments::isotropic(1.0); windows.count()];
    let found = FiberOrganization::new(&windows, &matrix, &healthy, &MatrixParameters::default()).unwrap();
    assert!((found.resultant_length - joined).abs() < 1e-12, "{} instead of {joined}", found.resultant_length);
    assert!(apart > joined + 0.005, "{apart} {joined}: slivers look more parallel");
}

/// Claim: a region narrower than half a window is measured in windows that are at least half full, and one of a few sites
/// in one; together they hold every site once.
#[test]
fn narrow_regions_have_windows() {
    let grid = grid(200, 60, 10.0);
    let matrix = tangle(grid);
    for (columns, rows, fewest) in [(10..100, 20..24, 4), (7..8, 3..5, 1), (0..200, 18..21, 8), (3..160, 11..12, 2)] {
        let inside = |site: usize| columns.contains(&(site % 200)) && rows.contains(&(site / 200));
        let region = Region::mask("narrow", &grid, (0..grid.sites()).map(inside).collect()).unwrap();
        let windows = Windows::new(&region, &grid, micrometers(100.0)).unwrap();
        let (shares, sites) = (windows.shares(), columns.len() * rows.len());
        assert!(windows.count() >= fewest && (shares.iter().sum::<f64>() - 1.0).abs() < 1e-12, "{}", windows.count());
        let held: Vec<usize> = shares.iter().map(|share| (share * sites as f64).round() as usize).collect();
        // Only a remainder with no neighbor left may be smaller.
        assert!(held.len() == 1 || held.iter().all(|&sites| sites >= 50), "{held:?}");
        let pools = windows.collagen(&matrix).unwrap();
        let mean: FiberMoments = pools.iter().zip(&shares).map(|(pools, &share)| (pools.0 + pools.1) * share).sum();
        let expected: FiberMoments =
            (0..grid.sites()).filter(|&site| inside(site)).map(|site| matrix.site(site).collagen()).sum();
        assert!((mean.c2 - expected.c2 / sites as f64).abs() < 1e-12);
    }
}

/// Claim: moduli and elastin of windows count with their areas.
#[test]
fn moduli_count_with_the_area_of_their_windows() {
    let grid = grid(25, 10, 10.0);
    let mut matrix = Matrix::uniform(grid, FiberMoments::isotropic(1.0), 0.0);
    for site in (0..grid.sites()).filter(|site| site % 25 >= 15) {
        matrix.sites_mut()[site].mature *= 0.5;
        matrix.sites_mut()[site].elastin = 0.2;
    }
    // One window of 50 sites, and one of 70 that takes in the 30 beside it.
    let region = Region::mask("left", &grid, (0..250).map(|site| site % 25 < 5 || site % 25 >= 15).collect()).unwrap();
    let windows = Windows::new(&region, &grid, micrometers(100.0)).unwrap();
    let found = Firmness::new(&windows, &matrix, &vec![0.0; windows.count()]).unwrap();
    let of = |density: f64, elastin: f64| Firmness::of(&FiberMoments::isotropic(density), elastin, 0.0);
    let mean = |whole: f64, half: f64| (50.0 * whole + 100.0 * half) / 150.0;
    assert!((found.recoil - mean(1.0, 0.2)).abs() < 1e-12, "{}", found.recoil);
    let modulus = mean(of(1.0, 1.0).modulus_along, of(0.5, 0.2).modulus_along);
    assert!((found.modulus_along / modulus - 1.0).abs() < 1e-9, "{} {modulus}", found.modulus_along);
}

/// Claim: a lesion that leaves too little skin beside it calls for caution as soon as its course is built, with or without
/// treatment; a wide field, and one without a lesion, do not.
#[test]
fn a_lesion_as_wide_as_the_field_calls_for_caution() {
    let cautions = |millimeters: f64, scar: Option<AtrophicScar>| {
        let side = Length::millimeters(millimeters);
        let tissue = Tissue::new(Grid::new(side, side, micrometers(20.0)).unwrap(), &Skin::young()).unwrap();
        let tissue = scar.iter().fold(tissue, |tissue, scar| tissue.with_lesion(scar).unwrap());
        Simulation::builder(tissue).build().unwrap().report().cautions()
    };
    let boxcar = AtrophicScar::boxcar;
    for (field, share) in [(2.0, 0.0), (2.4, 0.2)] {
        match &cautions(field, Some(boxcar()))[..] {
            [caution @ Caution::LittleSurround { share: found, distance_um: 400.0 }] => {
                assert!((*found - share).abs() < 0.1, "{found}");
                assert!(caution.to_string().contains("take a wider field") && caution.to_string().len() < 200);
            }
            others => panic!("{others:?}"),
        }
    }
    let filled = AtrophicScar { diameter: Length::millimeters(6.0), ..boxcar() };
    assert!(matches!(cautions(2.0, Some(filled))[..], [Caution::LittleSurround { share: 0.0, .. }]));
    assert!(cautions(4.0, Some(boxcar())).is_empty() && cautions(2.0, None).is_empty());
}

/// A scar with clot and young fibers on sites that are finer than those of the signals.
fn clotted() -> Tissue {
    let mut tissue = scarred(grid(120, 120, 10.0), &scar(610.0, 0.0));
    for (site, matrix) in tissue.matrix_mut().sites_mut().iter_mut().enumerate().filter(|(site, _)| site % 7 < 3) {
        matrix.fibrin = 0.5 + 0.4 * (site as f64).sin();
        matrix.new = FiberMoments::one_family(0.3, 0.01 * site as f64, 0.5);
    }
    tissue
}

/// Lesion and surround, as a simulation names them, and a disc across the edge of both.
fn overlapping(tissue: &Tissue) -> [Region; 3] {
    let grid = tissue.grid();
    let outside = tissue.lesion().iter().map(|inside| !inside).collect();
    let disc = Region::disc("disc", grid, micrometers(400.0), micrometers(500.0), micrometers(330.0));
    let lesion = Region::mask("lesion", grid, tissue.lesion().to_vec());
    [lesion.unwrap(), Region::mask("surround", grid, outside).unwrap(), disc.unwrap()]
}

/// Claim: a row has the same bits whether or not other regions are watched, which share its windows.
#[test]
fn shared_windows_have_the_bits_of_separate_ones() {
    let tissue = clotted();
    let [.., disc] = overlapping(&tissue);
    let alone = Simulation::builder(tissue.clone()).build().unwrap();
    let together = Simulation::builder(tissue).region(disc).build().unwrap();
    assert_eq!((alone.report().rows().len(), together.report().rows().len()), (3, 4));
    for row in alone.report().rows() {
        assert_eq!(together.report().first(&row.region), Some(row));
    }
}

/// Claim: what a row holds is what the measures give that anyone can call.
#[test]
fn rows_have_the_bits_of_the_public_measures() {
    let tissue = clotted();
    let regions = overlapping(&tissue);
    let simulation = Simulation::builder(tissue.clone()).region(regions[2].clone()).build().unwrap();
    let (grid, matrix, side) = (tissue.grid(), tissue.matrix(), micrometers(100.0));
    for region in &regions {
        let row = simulation.report().first(region.name()).unwrap();
        let windows = Windows::new(region, grid, side).unwrap();
        let healthy = windows.healthy_weave(&tissue).unwrap();
        let fibers = FiberOrganization::new(&windows, matrix, &healthy, &MatrixParameters::default()).unwrap();
        assert_eq!(row.organization, fibers);
        let axes = windows.tension_axes(&tissue).unwrap();
        assert_eq!(row.firmness, Firmness::new(&windows, matrix, &axes).unwrap());
        let correlation = CorrelationWindows::new(region, grid).unwrap().measure(matrix).unwrap();
        assert_eq!(row.correlation_length_um, correlation.length_um());
        let surface = Surface::of(&tissue, &SurfaceParameters::default()).unwrap();
        let relief = SurfaceRegion::new(region, grid, &surface.grid).unwrap().measure(&surface).unwrap();
        assert!((row.surface.depth_um - relief.depth_um).abs() < 1e-9);
        assert!((row.surface.thickness_um - relief.thickness_um).abs() < 1e-9);
    }
}
