//! Does what is done for many cells at once have the bits of what is done for one after another?
#![allow(missing_docs)]
use dermaweave::signals::Sources;
use dermaweave::{Boundary, Device, Grid, Length, Parameters, Protocol, Signal, Simulation, Skin, Tissue};

/// Skin some days after a session: macrophages of both kinds, and fibroblasts at rest, active and contractile. Some lie at the
/// edges.
fn healing(boundary: Boundary, side: f64, days: f64) -> Tissue {
    let side = Length::micrometers(side);
    let grid = Grid::new(side, side, Length::micrometers(20.0)).unwrap().with_boundary(boundary);
    let tissue = Tissue::new(grid, &Skin::young()).unwrap();
    let protocol = Protocol::once(Device::dermaroller_mf8());
    let mut simulation = Simulation::builder(tissue).protocol(protocol).seed(5).build().unwrap();
    while simulation.clock().days() < days {
        simulation.step().unwrap();
    }
    let mut tissue = simulation.tissue().clone();
    for (index, cell) in tissue.fibroblasts_mut().iter_mut().enumerate() {
        (cell.activation, cell.contraction) = (0.3 * (index % 4) as f64, 0.5 * (index % 3) as f64);
        if index % 10 == 0 {
            cell.y = if index % 20 == 0 { 0.1 } else { grid.height() - 0.1 };
        }
    }
    tissue
}

/// One cell after another.
fn released_plainly(tissue: &Tissue, parameters: &Parameters) -> Sources {
    let mut sources = Sources::none(*tissue.signals().grid());
    for cell in tissue.macrophages() {
        sources.add_all(cell.x, cell.y, &cell.released(&parameters.macrophage));
    }
    for cell in tissue.fibroblasts() {
        let density = tissue.matrix().site(tissue.grid().site_at(cell.x, cell.y)).collagen().density;
        sources.add_all(cell.x, cell.y, &cell.released(density, &parameters.fibroblast));
    }
    sources
}

/// Claim: what all cells of a tissue release at once has the bits of one cell after another, in their order, wherever bands
/// of rows meet and whatever turnover the matrix has yet to undergo.
#[test]
fn all_cells_release_what_one_after_another_does() {
    let parameters = Parameters::default();
    for boundary in [Boundary::Closed, Boundary::Periodic] {
        for (side, days) in [(1000.0, 4.0), (1600.0, 6.0)] {
            let tissue = healing(boundary, side, days);
            let repairing =
                tissue.macrophages().iter().filter(|cell| cell.is_repairing(&parameters.macrophage)).count();
            assert!(repairing > 0 && repairing < tissue.macrophages().len(), "both kinds release");
            let (at_once, plainly) = (tissue.released(&parameters), released_plainly(&tissue, &parameters));
            for signal in Signal::ALL {
                assert_eq!(at_once[signal], plainly[signal], "{}", signal.name());
                assert!(at_once[signal].total() > 0.0, "{}", signal.name());
            }
        }
    }
}
