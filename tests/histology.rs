//! Do rendered pictures of the presets have the published collagen orientation index?
use dermaweave::measure::{Histology, Region};
use dermaweave::report::Row;
use dermaweave::{AtrophicScar, Grid, Length, Protocol, Simulation, Skin, Time, Tissue};
use rayon::prelude::*;

const VIEWS: usize = 49;

fn grid() -> Grid {
    let side = Length::millimeters(1.6);
    Grid::new(side, side, Length::micrometers(20.0)).unwrap()
}

/// Index of the scar and of the healthy skin around, of one seed.
fn pair(scar: &AtrophicScar, seed: u64) -> (f64, f64) {
    let grid = grid();
    let scar = AtrophicScar { diameter: Length::millimeters(1.0), ..scar.clone() };
    let tissue = Tissue::new(grid, &Skin::young()).unwrap().with_lesion(&scar).unwrap();
    let healthy = Tissue::new(grid, &Skin::young()).unwrap();
    let lesion = Region::mask("lesion", &grid, tissue.lesion().to_vec()).unwrap();
    let index =
        |tissue: &Tissue| Histology::default().orientation_index(tissue.matrix(), &lesion, VIEWS, seed).unwrap();
    (index(&healthy), index(&tissue))
}

/// Claim: healthy dermis has an index of 0.40 ± 0.05 and scars of 0.49 ± 0.05 (Verhaegen 2012), healthy below scar in
/// every replicate of 49 views. A view varies by 0.15: the mean of 49 by 0.021, and that of 16 replicates by 0.005.
#[test]
fn presets_have_the_published_index() {
    for (name, scar) in [("boxcar", AtrophicScar::boxcar()), ("shallow", AtrophicScar::shallow_boxcar())] {
        let pairs: Vec<(f64, f64)> = (0..16_u64).into_par_iter().map(|seed| pair(&scar, seed)).collect();
        let count = pairs.len() as f64;
        let healthy = pairs.iter().map(|pair| pair.0).sum::<f64>() / count;
        let scarred = pairs.iter().map(|pair| pair.1).sum::<f64>() / count;
        assert!(pairs.iter().all(|(healthy, scar)| healthy < scar), "{name}: {pairs:?}");
        assert!((healthy - 0.40).abs() < 0.05, "{name}: {healthy}");
        assert!((scarred - 0.49).abs() < 0.05, "{name}: {scarred}");
    }
}

/// Claim: aged skin is healthy skin: its index is that of young skin, although there is less of it.
#[test]
fn aged_skin_has_the_index_of_healthy_skin() {
    let grid = grid();
    let tissue = Tissue::new(grid, &Skin::aged(70.0)).unwrap();
    let region = Region::all(&grid);
    let index = |seed| Histology::default().orientation_index(tissue.matrix(), &region, VIEWS, seed).unwrap();
    let found = (0..4).map(index).sum::<f64>() / 4.0;
    assert!((found - 0.40).abs() < 0.05, "{found}");
}

/// Claim: with [`Builder::histology`](dermaweave::simulation::Builder::histology) every row has its index, which tells
/// scar from what surrounds it; without, none has. Taking pictures does not change the course.
#[test]
fn rows_have_the_index_if_pictures_are_taken() {
    let scar = AtrophicScar { diameter: Length::millimeters(0.8), ..AtrophicScar::boxcar() };
    let tissue = Tissue::new(grid(), &Skin::young()).unwrap().with_lesion(&scar).unwrap();
    let builder = Simulation::builder(tissue).protocol(Protocol::untreated(Time::days(28.0))).seed(5);
    let run = |builder: dermaweave::simulation::Builder| {
        let mut simulation = builder.sample_every(Time::days(28.0)).build().unwrap();
        simulation.run().unwrap();
        simulation
    };
    let (with, without) = (run(builder.clone().histology(Histology::default())), run(builder));
    assert_eq!(with.state_digest(), without.state_digest());
    assert!(without.report().rows().iter().all(|row| row.collagen_orientation_index.is_none()));
    let index = |row: &Row| row.collagen_orientation_index.expect("pictures were taken");
    for day in [0.0, 28.0] {
        let of = |region| index(with.report().region(region).find(|row| row.day == day).unwrap());
        assert!(of("surround") < of("lesion"), "day {day}");
        assert!((of("surround") - 0.40).abs() < 0.05 + 4.0 * 0.021, "day {day}: {}", of("surround"));
    }
}
