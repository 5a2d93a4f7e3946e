//! Do the measures of a healed scar tell healing from dilution and from chance?
use dermaweave::measure::{FiberOrganization, Histology, Region, Windows, distance_in_moments_deg};
use dermaweave::parameters::MatrixParameters;
use dermaweave::report::Row;
use dermaweave::{AtrophicScar, Device, FiberMoments, Grid, Length, Matrix, Protocol, Simulation, Skin, Time, Tissue};

fn grid() -> Grid {
    let side = Length::millimeters(2.0);
    Grid::new(side, side, Length::micrometers(20.0)).unwrap()
}

fn young() -> Tissue {
    Tissue::new(grid(), &Skin::young()).unwrap()
}

/// A scar 1 mm wide.
fn scarred() -> Tissue {
    let scar = AtrophicScar { diameter: Length::millimeters(1.0), ..AtrophicScar::boxcar() };
    young().with_lesion(&scar).unwrap()
}

fn run(tissue: Tissue, protocol: Protocol) -> Simulation {
    let mut simulation = Simulation::builder(tissue).protocol(protocol).seed(4).build().unwrap();
    simulation.run().unwrap();
    simulation
}

fn last<'a>(simulation: &'a Simulation, region: &'a str) -> &'a Row {
    simulation.report().region(region).last().unwrap()
}

/// Claim: healthy skin has its own resultant length and all windows inside; no window of a scar is; the surround is
/// healthy; and untouched tissue is its own null.
#[test]
fn healthy_skin_is_inside_and_a_scar_is_not() {
    let simulation = Simulation::builder(scarred()).build().unwrap();
    let row = |region| simulation.report().first(region).unwrap();
    let (scar, around) = (row("lesion"), row("surround"));
    assert!((around.organization.windows_in_healthy_spread - 1.0).abs() < 0.05, "{around:?}");
    assert!(scar.organization.windows_in_healthy_spread < 0.05, "{scar:?}");
    let healthy = young().skin().collagen().resultant_length();
    for row in [scar, around] {
        let fibers = &row.organization;
        assert!((fibers.healthy_resultant_length - healthy).abs() < 1e-9);
        assert_eq!(row.nulls.weave_fidelity_diluted, fibers.weave_fidelity);
        assert!((row.nulls.weave_index_diluted - fibers.weave_index).abs() < 1e-12);
    }
    assert!(scar.organization.resultant_length > 6.0 * healthy);
}

/// Claim: the share counts windows, each by its fibers: half of the field healthy, of the rest half as much collagen.
#[test]
fn windows_count_by_their_fibers() {
    let grid = grid();
    let healthy = young().skin().collagen();
    let mut matrix = Matrix::uniform(grid, healthy, 0.0);
    for (site, pools) in matrix.sites_mut().iter_mut().enumerate() {
        if grid.center_of(site).0 < 1000.0 {
            pools.mature = FiberMoments::one_family(0.5 * healthy.density, 0.0, 0.6);
            pools.new = FiberMoments::default();
        }
    }
    let windows = Windows::new(&Region::all(&grid), &grid, Length::micrometers(100.0)).unwrap();
    let of = windows.healthy_weave(&young()).unwrap();
    let found = FiberOrganization::new(&windows, &matrix, &of, &MatrixParameters::default()).unwrap();
    assert!((found.windows_in_healthy_spread - 2.0 / 3.0).abs() < 1e-9, "{found:?}");
    let scar = FiberMoments::one_family(0.5, 0.0, 0.6);
    assert!(distance_in_moments_deg(&scar, &healthy) > FiberOrganization::HEALTHY_SPREAD_DEG);
}

/// Claim: healthy skin stays within its own spread under treatment; a treated scar comes closer to it, and the weave that it
/// gains is more than the dilution of its parallel fibers, but less than that of the skin around.
#[test]
fn the_weave_of_a_treated_scar_is_more_than_dilution() {
    let simulation = run(scarred(), Protocol::repeated(Device::dermaroller_mf8(), 4, Time::weeks(4.0)));
    let (scar, around) = (last(&simulation, "lesion"), last(&simulation, "surround"));
    let before = simulation.report().first("lesion").unwrap();
    let [first, treated, healthy] = [before, scar, around].map(|row| &row.organization);
    println!("region  R, of healthy, off by, inside, weave, its null, fidelity, its null");
    for row in [before, scar, around] {
        let fibers = &row.organization;
        println!(
            "{} {:.3} {:.3} {:.2} {:.2} {:.3} {:.3} {:.2} {:.2}",
            row.region,
            fibers.resultant_length,
            fibers.healthy_resultant_length,
            fibers.distance_to_healthy_deg,
            fibers.windows_in_healthy_spread,
            fibers.weave_index,
            row.nulls.weave_index_diluted,
            fibers.weave_fidelity,
            row.nulls.weave_fidelity_diluted
        );
    }
    assert!(treated.distance_to_healthy_deg < 0.5 * first.distance_to_healthy_deg, "{treated:?}");
    assert!(healthy.windows_in_healthy_spread > 0.95, "{healthy:?}");
    assert!(treated.weave_index > 2.0 * scar.nulls.weave_index_diluted, "{treated:?}");
    assert!(treated.weave_index < healthy.weave_index && treated.weave_fidelity < healthy.weave_fidelity);
    assert!(
        treated.weave_fidelity > scar.nulls.weave_fidelity_diluted && treated.weave_fidelity > first.weave_fidelity
    );
}

/// Claim: the index of healthy dermis is that of isotropic bundles and says nothing about its weave; that of a scar is
/// above; and rows have the null where they have the index. A mean of 196 views has a standard error of 0.011, a
/// difference of two 0.015; paired views do better.
#[test]
fn the_orientation_index_stands_beside_its_null() {
    let (histology, region) = (Histology::default(), Region::all(&grid()));
    let pair = |fibers: FiberMoments| {
        let matrix = Matrix::uniform(grid(), fibers, 0.0);
        let index = histology.orientation_index(&matrix, &region, 196, 3).unwrap();
        let null = histology.isotropic_index(&matrix, &region, 196, 3).unwrap();
        println!("index {index:.3}, null {null:.3}");
        (index, null)
    };
    let (healthy, null) = pair(young().skin().collagen());
    assert!((healthy - null).abs() < 4.0 * 0.015, "{healthy} {null}");
    let (scar, null) = pair(FiberMoments::one_family(0.9, 0.0, 0.7));
    assert!(scar > null + 4.0 * 0.015, "{scar} {null}");
    let (isotropic, null) = pair(FiberMoments::isotropic(1.0));
    assert!((isotropic - null).abs() < 0.005, "{isotropic} {null}");
    let simulation = Simulation::builder(scarred()).histology(histology).build().unwrap();
    for row in simulation.report().rows() {
        let (index, null) = (row.collagen_orientation_index, row.nulls.collagen_orientation_index_null);
        assert!(index.is_some() && null.is_some_and(|null| (0.2..0.5).contains(&null)), "{row:?}");
    }
    let without = Simulation::builder(scarred()).build().unwrap();
    assert!(without.report().rows().iter().all(|row| row.nulls.collagen_orientation_index_null.is_none()));
}
